/*
 * cmd_record.c - dbgtop record: frames to disk until stopped.
 */
#include "command.h"
#include "record.h"
#include "roster.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)

struct record {
	const struct request *request;
	struct record_file file;
	char path[256]; /* when none was given */
	char shown[SAFE_SIZE(256)];
	struct roster *roster;
	struct recorder *recorder;
	bool full;   /* the last poll could not be written */
	bool unsaid; /* rotation failed, and it was said */
};

/* ---- signals ------------------------------------------------------------------ */

static volatile sig_atomic_t caught; /* the signal that came first */

/* The second one ends us as ever. */
static void catch (int number)
{
	caught = number;
}

static void
take_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = catch,
		.sa_flags = (int)SA_RESETHAND | SA_RESTART };
	struct sigaction old;
	size_t i;

	sigemptyset(&action.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_DFL)
			sigaction(signals[i], &action, NULL);
	/* A limit of file sizes is a full disk. */
	signal(SIGXFSZ, SIG_IGN);
}

static uint64_t
clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec);
}

/* false: a signal came. */
static bool
wait_until(uint64_t mono_ns)
{
	uint64_t now_ns;
	struct timespec rest;
	sigset_t wanted, old;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGHUP);
	sigprocmask(SIG_BLOCK, &wanted, &old);
	while (caught == 0 && (now_ns = clock_ns()) < mono_ns) {
		rest.tv_sec = (time_t)((mono_ns - now_ns) / NS);
		rest.tv_nsec = (long)((mono_ns - now_ns) % NS);
		(void)ppoll(NULL, 0, &rest, &old);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return (caught == 0);
}

/* ---- words --------------------------------------------------------------------- */

static bool
has_progress(const struct record *record)
{
	return (!record->request->quiet && isatty(STDERR_FILENO));
}

static void
tell_progress(const struct record *record)
{
	struct recorder_state state;
	char text[200];

	if (!has_progress(record))
		return;
	state = recorder_state(record->recorder);
	fprintf(stderr, "\r%s: %s\033[K", record->shown,
	    record_tell(text, sizeof(text), &state));
	fflush(stderr);
}

/* A line of its own. */
static void
say(const struct record *record, const char *what)
{
	if (has_progress(record))
		fputs("\r\033[K", stderr);
	warnx("%s: %s", record->shown, what);
}

static bool
is_full(int error)
{
	return (error == ENOSPC || error == EDQUOT || error == EFBIG);
}

/* Once, until it goes on. */
static void
say_failure(struct record *record, const char *why, int error)
{
	char text[400];

	if (record->full)
		return;
	snprintf(text, sizeof(text), "%s%s", why,
	    is_full(error) ? "; trying again until there is room"
			   : "; trying again");
	say(record, text);
	record->full = true;
}

static void
summarize(const struct record *record, const struct recorder_state *state)
{
	char text[200];

	if (!record->request->quiet)
		say(record, record_tell(text, sizeof(text), state));
	else if (has_progress(record))
		fputs("\r\033[K", stderr);
}

/* ---- the loop --------------------------------------------------------------------- */

static void
rotate(struct record *record)
{
	char why[300] = "";

	if (record->full || !record_due(&record->file, record->recorder))
		return;
	if (record_rotate(&record->file, record->recorder, why, sizeof(why)) ==
	    0)
		record->unsaid = false;
	else if (!record->unsaid) {
		say(record, why);
		record->unsaid = true;
	}
}

static void
poll_once(struct record *record)
{
	char why[300] = "";

	if (recorder_poll(record->recorder, why, sizeof(why)) == -1)
		say_failure(record, why, errno);
	else if (record->full) {
		record->full = false;
		say(record, "there is room again, it goes on");
	}
}

/* Until a signal comes, it has lasted as long as it should, or all is gone. */
static int
run(struct record *record)
{
	const struct request *request = record->request;
	uint64_t next_ns = clock_ns(), end_ns = UINT64_MAX, now_ns, polls = 0;

	if (request->for_ns != 0)
		end_ns = next_ns + request->for_ns;
	for (;;) {
		poll_once(record);
		polls++;
		rotate(record);
		tell_progress(record);
		if (!roster_look(record->roster) && !record->full)
			return (EXIT_GONE);
		now_ns = clock_ns();
		if (now_ns >= end_ns ||
		    (request->count != 0 && polls > request->count))
			return (EXIT_DONE);
		next_ns += request->interval_ns;
		if (next_ns <= now_ns)
			next_ns = now_ns + 1;
		if (next_ns > end_ns)
			next_ns = end_ns;
		if (!wait_until(next_ns))
			return (EXIT_DONE);
	}
}

static int
finish(struct record *record, int status)
{
	struct recorder_state state;
	char why[300] = "";

	/* First what came since the last look, so that it is counted. */
	poll_once(record);
	state = recorder_state(record->recorder);
	if (recorder_close(record->recorder, why, sizeof(why)) == -1) {
		if (!record->full)
			say(record, why);
		status = EXIT_OUTPUT;
	}
	record->recorder = NULL;
	summarize(record, &state);
	puts(record->file.path);
	if (output_end() != EXIT_DONE)
		return (EXIT_OUTPUT);
	return (status);
}

/* ---- the command --------------------------------------------------------------------- */

static int
begin(struct record *record)
{
	const struct request *request = record->request;
	char why[300] = "", name[96];
	struct rec_out *out;

	if (request->output == NULL) {
		roster_name(record->roster, name, sizeof(name));
		record_path(record->path, sizeof(record->path), name);
		record->file.path = record->path;
	}
	safe_copy(record->shown, sizeof(record->shown), record->file.path,
	    strnlen(record->file.path, 256));
	out = record_open(&record->file, why, sizeof(why));
	if (out == NULL) {
		warnx("%s: %s", record->shown, why);
		return (errno == EBADMSG || errno == EPROTONOSUPPORT
			? EXIT_DAMAGED
			: EXIT_OUTPUT);
	}
	record->recorder = recorder_create(out,
	    (request->secrets ? RECORDER_SECRETS : 0) |
		(request->no_past ? RECORDER_NO_PAST : 0),
	    request->since_ns);
	roster_record(record->roster, record->recorder);
	return (EXIT_DONE);
}

int
cmd_record(const struct request *request)
{
	struct record record = {
		.request = request,
		.file = {
			.path = request->output,
			.rotate_bytes = request->rotate_bytes,
			.rotate_ns = request->rotate_ns,
			.keep = request->keep_given ? request->keep : SIZE_MAX,
		},
	};
	struct target_error error = { 0 };
	int status;

	if (request->keep_given && request->rotate_bytes == 0 &&
	    request->rotate_ns == 0)
		return (usage_error(request,
		    "--keep is about older files: --rotate-size or "
		    "--rotate-time makes them"));
	take_signals();
	record.roster = roster_create(
	    request->words, request->word_count, request_source(request));
	if (roster_open(record.roster, &error) == -1)
		status = target_complain(&error);
	else if ((status = begin(&record)) == EXIT_DONE)
		status = finish(&record, run(&record));
	target_error_free(&error);
	roster_free(record.roster);
	return (status);
}
