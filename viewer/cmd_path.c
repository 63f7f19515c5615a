/*
 * cmd_path.c - dbgtop path: where the region is.
 */
#include "command.h"
#include "remote.h"
#include "source.h"

#include <err.h>
#include <stdio.h>

int
cmd_path(const struct request *request)
{
	struct target_error error = { 0 };
	struct source *source;
	struct targets targets;
	int status = EXIT_DONE;
	size_t i;

	if (remote_is(request->words[0]) || remote_via() != NULL)
		return (usage_error(request,
		    "path: %s: a file of another host has no name here",
		    request->words[0]));
	if (target_find(request->words[0], &targets, &error) == -1)
		status = target_complain(&error);
	for (i = 0; i < targets.count; i++) {
		if (source_open(&targets.list[i], SOURCE_NO_WATCHER, &source,
			&error) == -1) {
			status = target_complain(&error);
			continue;
		}
		puts(source_path(source));
		source_close(source);
	}
	target_error_free(&error);
	target_free(&targets);
	return (status == EXIT_DONE ? output_end() : status);
}
