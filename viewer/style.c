/*
 * style.c - how a command prints and waits, from what was asked of it.
 */
#include "command.h"
#include "model.h"
#include "source.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND UINT64_C(1000000000)

bool
request_raw(const struct request *request)
{
	return (request->raw || (!request->units && !isatty(STDOUT_FILENO)));
}

bool
request_color(const struct request *request)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (request->color != COLOR_AUTO)
		return (request->color != COLOR_NEVER && isatty(STDOUT_FILENO));
	return (isatty(STDOUT_FILENO) && term != NULL &&
	    strcmp(term, "dumb") != 0 &&
	    (no_color == NULL || *no_color == '\0'));
}

unsigned
request_model(const struct request *request)
{
	bool screen = (request->command->mask & (FOR_SCREEN | FOR_RUN)) != 0;
	bool raw = screen ? request->raw : request_raw(request);

	return ((request->secrets ? MODEL_SECRETS : 0) | (raw ? MODEL_RAW : 0));
}

/* What shows the present has no use for the past of another host. */
unsigned
request_source(const struct request *request)
{
	unsigned present = FOR_GET | FOR_SHOW | FOR_DESCRIBE | FOR_LOG;
	unsigned flags = SOURCE_ASKS;

	if (request->secrets)
		flags |= SOURCE_SECRETS;
	if ((request->command->mask & present) != 0 && request->at_ns == 0)
		flags |= SOURCE_NO_PAST;
	return (flags);
}

struct out_style
request_style(const struct request *request)
{
	return ((struct out_style){
	    .raw = request_raw(request),
	    .color = request_color(request),
	    .headings = !request->quiet,
	});
}

int
output_end(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return (EXIT_DONE);
	warn("standard output");
	return (EXIT_OUTPUT);
}

void
interval_wait(uint64_t interval_ns)
{
	struct timespec rest = {
		.tv_sec = (time_t)(interval_ns / NS_PER_SECOND),
		.tv_nsec = (long)(interval_ns % NS_PER_SECOND),
	};

	while (nanosleep(&rest, &rest) == -1)
		continue;
}
