/*
 * cmd_stream.c - dbgtop stream: a recording on standard output, for the other end
 * of a pipe.
 *
 * First what there is of the past, then in each interval what is new, or that
 * there is nothing new.  It ends when the targets have ended or nobody reads.
 */
#include "command.h"
#include "roster.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)

struct stream {
	const struct request *request;
	struct roster *roster;
	struct recorder *recorder;
};

static uint64_t
mono_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec);
}

/* Until then.  False: whoever reads is gone, or has closed our standard input. */
static bool
wait_until(const struct request *request, uint64_t until_ns)
{
	struct pollfd both[2] = {
		{ .fd = STDOUT_FILENO }, /* only that it is broken */
		{ .fd = request->tied ? STDIN_FILENO : -1, .events = POLLIN },
	};
	char bytes[256];
	uint64_t now_ns;
	struct timespec rest;

	while ((now_ns = mono_ns()) < until_ns) {
		rest.tv_sec = (time_t)((until_ns - now_ns) / NS);
		rest.tv_nsec = (long)((until_ns - now_ns) % NS);
		if (ppoll(both, 2, &rest, NULL) == -1) {
			if (errno != EINTR)
				err(1, "poll");
			continue;
		}
		if ((both[0].revents & (POLLERR | POLLNVAL)) != 0)
			return (false);
		if (both[1].revents != 0 &&
		    read(STDIN_FILENO, bytes, sizeof(bytes)) <= 0)
			return (false);
	}
	return (true);
}

static int
complain(const char *why)
{
	warnx("standard output: %s", why);
	return (EXIT_OUTPUT);
}

/* Whether more may come. */
static bool
go_on(struct stream *stream)
{
	if (stream->request->follow)
		return (roster_look(stream->roster));
	return (recorder_state(stream->recorder).live > 0);
}

static int
run(struct stream *stream)
{
	uint64_t next_ns = mono_ns(), now_ns;
	bool lived = false;
	char why[256];

	for (;;) {
		if (recorder_poll(stream->recorder, why, sizeof(why)) == -1)
			return (complain(why));
		if (!go_on(stream))
			return (lived ? EXIT_GONE : EXIT_DONE);
		lived = true;
		next_ns += stream->request->interval_ns;
		now_ns = mono_ns();
		if (next_ns < now_ns) /* a slow reader: no catching up */
			next_ns = now_ns;
		if (!wait_until(stream->request, next_ns))
			return (EXIT_DONE);
	}
}

/* ---- the command ---------------------------------------------------------------- */

static int
begin(struct stream *stream)
{
	const struct request *request = stream->request;
	unsigned flags = RECORDER_ALIVE |
	    (request->secrets ? RECORDER_SECRETS : 0u) |
	    (request->no_past ? RECORDER_NO_PAST : 0u);
	struct rec_out *out;
	char why[256];

	out = rec_out_pipe(STDOUT_FILENO, why, sizeof(why));
	if (out == NULL)
		return (complain(why));
	stream->recorder = recorder_create(out, flags, request->since_ns);
	roster_record(stream->roster, stream->recorder);
	return (run(stream));
}

int
cmd_stream(const struct request *request)
{
	struct stream stream = { .request = request };
	struct target_error error = { 0 };
	char why[256];
	int status;

	if (isatty(STDOUT_FILENO)) {
		warnx("stream: standard output is a terminal, and this is not "
		      "for people");
		fputs("  \"dbgtop ssh://host/TARGET\" reads it at another "
		      "host, \"dbgtop record\" writes a file\n",
		    stderr);
		return (EXIT_USAGE);
	}
	stream.roster = roster_create(
	    request->words, request->word_count, request_source(request));
	if (roster_open(stream.roster, &error) == -1)
		status = target_complain(&error);
	else
		status = begin(&stream);
	target_error_free(&error);
	recorder_close(stream.recorder, why, sizeof(why));
	roster_free(stream.roster);
	return (status);
}
