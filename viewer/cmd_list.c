/*
 * cmd_list.c - dbgtop list: one line for each region of this host.
 */
#include "command.h"
#include "list_remote.h"
#include "regions.h"
#include "remote.h"
#include "report.h"
#include "source_rec.h"
#include "source_zip.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <stdio.h>

static const struct out_column columns[] = {
	{ "pid", NULL },
	{ "name", NULL },
	{ "user", NULL },
	{ "state", NULL },
	{ "age_ns", NULL },
	{ "uptime_ns", NULL },
	{ "profiles", NULL },
	{ "metrics", NULL },
	{ "rows", NULL },
	{ "size_bytes", NULL },
	{ "alerts", NULL },
	{ "source", NULL },
	{ "note", NULL },
	{ NULL, NULL },
};

static const struct out_column verbose_columns[] = {
	{ "pid", NULL },
	{ "name", NULL },
	{ "user", NULL },
	{ "state", NULL },
	{ "age_ns", NULL },
	{ "uptime_ns", NULL },
	{ "profiles", NULL },
	{ "metrics", NULL },
	{ "rows", NULL },
	{ "size_bytes", NULL },
	{ "alerts", NULL },
	{ "source", NULL },
	{ "path", NULL },
	{ "note", NULL },
	{ NULL, NULL },
};

/* For text: why, or since when. */
static const char *
note_of(const struct model_target *target, char *out, size_t size)
{
	if (target->reason != NULL) {
		snprintf(out, size, "%s: %s", target->path, target->reason);
		return (out);
	}
	if (target->state == DBGSHM_LIFE_LIVE || target->since_real_ns == 0)
		return ("");
	return (regions_state(out, size, target));
}

static void
print(struct out *out, const struct regions *regions,
    const struct request *request)
{
	char note[1024];
	size_t i;

	out_begin(out, "dbgtop.list/1", regions->time_real_ns);
	out_records(
	    out, "regions", request->verbose ? verbose_columns : columns);
	for (i = 0; i < regions->count; i++) {
		out_record(out);
		report_target(out, &regions->targets[i]);
		if (request->format == OUT_TEXT)
			out_string(out, "note",
			    note_of(&regions->targets[i], note, sizeof(note)));
		out_record_end(out);
	}
	out_records_end(out);
	out_end(out);
}

/* An empty list is an answer too. */
static void
say_nothing(const struct request *request)
{
	if (request->quiet)
		return;
	if (request->user != NULL)
		warnx("no region of %s on this host", request->user);
	else
		warnx("no region on this host");
	fputs("  \"dbgtop PID\" looks at any process; a program started with "
	      "DBGSHM=on publishes\n",
	    stderr);
}

int
cmd_list(const struct request *request)
{
	unsigned flags = request->all ? DBGSHM_LIST_DARK : 0;
	struct out_style style = request_style(request);
	struct regions regions = { 0 };
	struct target_error error = { 0 };
	struct out *out;
	uint64_t i;
	int status;

	if (request->word_count > 0 ? remote_is(request->words[0])
				    : remote_via() != NULL)
		return (list_remote(request, request->words[0], remote_via()));
	if (request->user != NULL && !fmt_is_user(request->user))
		return (usage_error(
		    request, "--user %s: no such user", request->user));
	if (request->word_count > 0 && !source_is_zip(request->words[0]) &&
	    !source_is_rec(request->words[0]))
		return (usage_error(request,
		    "list: one word too many: %s (it can be a snapshot or a "
		    "recording)",
		    request->words[0]));
	out = out_create(request->format, stdout, &style);
	for (i = 0; i == 0 || i < request->count; i++) {
		if (i > 0)
			interval_wait(request->interval_ns);
		if (request->word_count > 0) {
			if (regions_recorded(
				&regions, request->words[0], &error) == -1) {
				status = target_complain(&error);
				target_error_free(&error);
				break;
			}
		} else if (regions_take(&regions, flags, request->user, NULL) ==
		    -1)
			err(EXIT_DAMAGED, "regions of this host");
		if (regions.count == 0 && request->format == OUT_TEXT)
			say_nothing(request);
		else
			print(out, &regions, request);
		if ((status = output_end()) != EXIT_DONE)
			break;
	}
	out_destroy(out);
	regions_free(&regions);
	return (status);
}
