/*
 * cmd_screen.c - dbgtop and dbgtop TARGET: the full screen.
 *
 * Where standard output is no terminal they are list and show.
 */
#include "command.h"
#include "watching.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
without_terminal(const struct request *request)
{
	struct request instead = *request;

	instead.command =
	    command_find(request->word_count == 0 ? "list" : "show");
	return (instead.command->run(&instead));
}

/* One target, or several that the list may ask about: those by filter. */
static int
open_target(struct watching *watching, char **filter)
{
	const struct request *request = watching->request;
	struct target_error error;
	struct targets targets;
	const char *several = NULL;
	int status = EXIT_DONE;

	if (target_find(request->words[0], &targets, &error) == 0 &&
	    targets.count > 1)
		several =
		    targets.list[0].name != NULL ? targets.list[0].name : "";
	else if (targets.count == 0 && error.candidates != NULL &&
	    request->frame == NULL)
		several = request->words[0];
	else if (targets.count == 0 ||
	    watching_open(
		watching, &targets.list[0], request->words[0], &error) == -1)
		status = target_complain(&error);
	if (several != NULL && (*filter = strdup(several)) == NULL)
		err(EXIT_DAMAGED, "memory for a filter");
	target_error_free(&error);
	target_free(&targets);
	return (status);
}

int
cmd_screen(const struct request *request)
{
	struct tui_options options;
	struct watching watching;
	enum screen_name view;
	char *filter = NULL;
	int columns = 0, rows = 0, status = EXIT_DONE;

	if (request->frame != NULL &&
	    !tui_frame_size(request->frame, &columns, &rows))
		return (usage_error(request,
		    "--frame %s: it is COLUMNSxROWS, such as 80x24",
		    request->frame));
	if (request->user != NULL && !fmt_is_user(request->user))
		return (usage_error(
		    request, "--user %s: no such user", request->user));
	if (request->frame == NULL && !isatty(STDOUT_FILENO))
		return (without_terminal(request));
	if (!watching_view(request->view, &view))
		return (usage_error(request,
		    "--view %s: it is 1 to %d, or a name such as tables",
		    request->view, SCREEN_VIEWS));
	watching_init(&watching, request);
	if (request->word_count > 0)
		status = open_target(&watching, &filter);
	if (status == EXIT_DONE) {
		watching_options(&watching, &options);
		options.filter = watching.name = filter;
		options.view = view;
		if (request->word_count > 1)
			options.profile = request->words[1];
		if (request->frame == NULL)
			status = tui_run(&options);
		else if ((status = tui_frame(
			      &options, columns, rows, stdout)) == EXIT_DONE)
			status = output_end();
	}
	watching_fini(&watching);
	free(filter);
	return (status);
}
