/*
 * screens.c - what programs of the full screen cost: each runs in a terminal of
 * its own, all at the same time, and what it writes is read and counted.
 *
 *	screens STARTS WINDOWS SECONDS <plan
 *
 * A line of the plan: a name without blanks, columns, rows, the key whose answer
 * is timed, the keys that are pressed before it is measured ("none" for neither;
 * "_" is the space bar, "~" Enter, "<" and ">" the arrows up and down), the
 * command for sh.  Each is started STARTS times in turn, then all go on and are
 * looked at for WINDOWS times SECONDS.
 *
 * A line of what comes out: the name, then medians: CPU ms a second, least and
 * most of them, bytes a second, times a second that it was woken, resident KiB, ms
 * to the first picture, ms from a key to the first byte of its answer.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST 32	  /* viewers */
#define TIMES 101 /* that anything is repeated */
#define KEYS 9
#define MS 1e6
#define QUIET (40 * MS) /* without a byte: the picture stands */
#define PICTURE 400	/* bytes that it takes at least */
#define LONG (10e3 * MS)

/* What was counted of a viewer up to now. */
struct count {
	double when, cpu_ns, bytes, woken;
};

struct viewer {
	char name[64], key[8], keys[64], command[1024];
	int columns, rows;
	pid_t pid;
	int terminal;
	bool over;
	double bytes, last; /* byte */
	struct count at;
	double cpu[TIMES], rate[TIMES], woken[TIMES], first[TIMES],
	    answer[KEYS];
};

static struct viewer viewers[MOST];
static size_t viewer_count;

static double
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((double)now.tv_sec * 1e9 + (double)now.tv_nsec);
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return ((a > b) - (a < b));
}

static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return (count == 0 ? 0 : values[count / 2]);
}

/* ---- terminals ---------------------------------------------------------------- */

static void
start(struct viewer *viewer)
{
	struct winsize size = { .ws_col = (unsigned short)viewer->columns,
		.ws_row = (unsigned short)viewer->rows };

	viewer->pid = forkpty(&viewer->terminal, NULL, NULL, &size);
	if (viewer->pid == -1)
		err(1, "a terminal");
	if (viewer->pid == 0) {
		execl("/bin/sh", "sh", "-c", viewer->command, (char *)NULL);
		_exit(127);
	}
	(void)fcntl(viewer->terminal, F_SETFD, FD_CLOEXEC);
	(void)fcntl(viewer->terminal, F_SETFL, O_NONBLOCK);
	viewer->bytes = 0;
	viewer->over = false;
}

/* It must go by itself when its terminal does. */
static void
stop(struct viewer *viewer)
{
	double began = now_ns();
	int tries;

	(void)close(viewer->terminal);
	for (tries = 0; waitpid(viewer->pid, NULL, WNOHANG) == 0; tries++) {
		if (tries == 2000)
			(void)kill(viewer->pid, SIGKILL);
		(void)usleep(1000);
	}
	if (now_ns() - began > 1e3 * MS)
		warnx("%s: stayed for %.0f ms without its terminal",
		    viewer->name, (now_ns() - began) / MS);
	viewer->over = true;
}

static void
drain(struct viewer *viewer)
{
	char text[65536];
	ssize_t got;

	while ((got = read(viewer->terminal, text, sizeof(text))) > 0) {
		viewer->bytes += (double)got;
		viewer->last = now_ns();
	}
	if (got == 0 || (got == -1 && errno == EIO))
		errx(1, "%s: has ended: %s", viewer->name, viewer->command);
}

/* Reads what all that run write until then. */
static void
listen_until(double when)
{
	struct pollfd wait[MOST];
	struct timespec rest = { 0 };
	double left;

	while ((left = when - now_ns()) > 0) {
		for (size_t i = 0; i < viewer_count; i++)
			wait[i] = (struct pollfd){
				.fd = viewers[i].pid > 0 && !viewers[i].over
				    ? viewers[i].terminal
				    : -1,
				.events = POLLIN,
			};
		rest.tv_sec = (time_t)(left / 1e9);
		rest.tv_nsec = (long)(left - (double)rest.tv_sec * 1e9);
		if (ppoll(wait, viewer_count, &rest, NULL) == -1)
			err(1, "poll");
		for (size_t i = 0; i < viewer_count; i++)
			if (wait[i].revents != 0)
				drain(&viewers[i]);
	}
}

/* Until it has written so much and then nothing for a while; when its last byte
 * came. */
static double
settle(struct viewer *viewer, double bytes)
{
	double began = now_ns();

	viewer->last = began;
	for (;;) {
		listen_until(now_ns() + MS);
		if (now_ns() - viewer->last >= QUIET && viewer->bytes >= bytes)
			return (viewer->last);
		if (now_ns() - began > LONG)
			errx(1, "%s: %.0f bytes, and it is not quiet",
			    viewer->name, viewer->bytes);
	}
}

static void
press(struct viewer *viewer, char key)
{
	static const struct {
		char key;
		const char *sent;
	} names[] = { { '_', " " }, { '~', "\r" }, { '<', "\033OA" },
		{ '>', "\033OB" } };
	char plain[2] = { key };
	const char *sent = plain;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].key == key)
			sent = names[i].sent;
	if (write(viewer->terminal, sent, strlen(sent)) !=
	    (ssize_t)strlen(sent))
		err(1, "%s: a key", viewer->name);
}

/* From a key to the first byte that it brings: keys that undo each other. */
static void
time_keys(struct viewer *viewer)
{
	size_t length = strlen(viewer->key);
	double pressed, bytes;

	for (size_t i = 0; i < KEYS; i++) {
		(void)settle(viewer, 0);
		bytes = viewer->bytes;
		pressed = now_ns();
		press(viewer, viewer->key[i % length]);
		while (viewer->bytes == bytes && now_ns() - pressed < LONG)
			listen_until(now_ns() + MS / 20);
		viewer->answer[i] = viewer->last - pressed;
	}
}

/* ---- what it costs --------------------------------------------------------------- */

/* The number behind a word in /proc/PID/status. */
static double
status(const struct viewer *viewer, const char *word)
{
	char path[64], line[256];
	double value = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)viewer->pid);
	if ((file = fopen(path, "r")) == NULL)
		err(1, "%s", viewer->name);
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, word, strlen(word)) == 0)
			value = strtod(line + strlen(word) + 1, NULL);
	fclose(file);
	return (value);
}

static struct count
count(const struct viewer *viewer)
{
	struct timespec cpu;
	clockid_t clock;

	if (clock_getcpuclockid(viewer->pid, &clock) != 0 ||
	    clock_gettime(clock, &cpu) == -1)
		err(1, "%s", viewer->name);
	return ((struct count){
	    .when = now_ns(),
	    .cpu_ns = (double)cpu.tv_sec * 1e9 + (double)cpu.tv_nsec,
	    .bytes = viewer->bytes,
	    .woken = status(viewer, "voluntary_ctxt_switches"),
	});
}

static void
look(struct viewer *viewer, size_t window)
{
	struct count then = viewer->at, now = count(viewer);
	double seconds = (now.when - then.when) / 1e9;

	viewer->cpu[window] = (now.cpu_ns - then.cpu_ns) / MS / seconds;
	viewer->rate[window] = (now.bytes - then.bytes) / seconds;
	viewer->woken[window] = (now.woken - then.woken) / seconds;
}

static void
tell(struct viewer *viewer, size_t starts, size_t windows)
{
	double cpu = median(viewer->cpu, windows);

	printf("%s %.4f %.4f %.4f %.0f %.1f %.0f %.1f", viewer->name, cpu,
	    viewer->cpu[0], viewer->cpu[windows - 1],
	    median(viewer->rate, windows), median(viewer->woken, windows),
	    status(viewer, "VmRSS"), median(viewer->first, starts) / MS);
	if (strcmp(viewer->key, "none") == 0)
		printf(" -\n");
	else
		printf(" %.2f\n", median(viewer->answer, KEYS) / MS);
}

/* ---- all of them ------------------------------------------------------------------ */

static void
read_plan(void)
{
	struct viewer *viewer;
	char line[1400];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (viewer_count == MOST)
			errx(1, "more than %d viewers", MOST);
		viewer = &viewers[viewer_count++];
		if (sscanf(line, "%63s %d %d %7s %63s %1023[^\n]", viewer->name,
			&viewer->columns, &viewer->rows, viewer->key,
			viewer->keys, viewer->command) != 6)
			errx(1, "a plan: %s", line);
	}
}

static size_t
times(const char *text)
{
	size_t count = strtoul(text, NULL, 10);

	return (count < 1 ? 1 : count > TIMES ? TIMES : count);
}

static void
prepare(struct viewer *viewer)
{
	start(viewer);
	(void)settle(viewer, PICTURE);
	if (strcmp(viewer->key, "none") != 0)
		time_keys(viewer);
	for (const char *key = viewer->keys;
	     strcmp(viewer->keys, "none") != 0 && *key != '\0'; key++) {
		press(viewer, *key);
		listen_until(now_ns() + 2 * QUIET);
	}
}

int
main(int argc, char **argv)
{
	size_t starts, windows;
	double seconds, began;

	if (argc != 4)
		errx(2, "usage: screens STARTS WINDOWS SECONDS <plan");
	starts = times(argv[1]);
	windows = times(argv[2]);
	seconds = strtod(argv[3], NULL);
	read_plan();
	for (size_t round = 0; round < starts; round++)
		for (size_t i = 0; i < viewer_count; i++) {
			began = now_ns();
			start(&viewers[i]);
			viewers[i].first[round] =
			    settle(&viewers[i], PICTURE) - began;
			stop(&viewers[i]);
		}
	for (size_t i = 0; i < viewer_count; i++)
		prepare(&viewers[i]);
	listen_until(now_ns() + 2e3 * MS);
	for (size_t window = 0; window < windows; window++) {
		for (size_t i = 0; i < viewer_count; i++)
			viewers[i].at = count(&viewers[i]);
		listen_until(now_ns() + seconds * 1e9);
		for (size_t i = 0; i < viewer_count; i++)
			look(&viewers[i], window);
	}
	for (size_t i = 0; i < viewer_count; i++) {
		tell(&viewers[i], starts, windows);
		stop(&viewers[i]);
	}
	return (0);
}
