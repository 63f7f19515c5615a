/*
 * line.c - the line to a dbgtop at another host, and what has come over it.
 */
#include "argument.h"
#include "line_private.h"
#include "when.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SILENT_NS (5 * LINE_NS) /* five times what is sent at least once in */
#define BEGIN_NS (30 * LINE_NS) /* that a new child has until its first word */
#define PATIENCE_NS (60 * LINE_NS) /* and the first one, which may ask */
#define QUIET_NS (10 * LINE_NS)	   /* and one that has nobody to ask */
#define PAUSE_LEAST LINE_NS
#define PAUSE_MOST (30 * LINE_NS)
#define OVERLAP_NS                                                             \
	(2 * LINE_NS) /* asked for again: a part of it may have come */

#define READ_SIZE ((size_t)65536)
#define READ_MOST (256 * READ_SIZE)    /* of one look */
#define PAST_MOST (UINT64_C(64) << 20) /* that is kept of each region */
#define REGIONS_MOST 16 /* what is more is no process that restarts */

static uint64_t
mono_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * LINE_NS + (uint64_t)now.tv_nsec);
}

/* ---- the child ---------------------------------------------------------------- */

/* dbgtop stream --tied ... there. */
static char **
make_command(struct line *line, char *why, size_t why_size)
{
	/* When it starts again, we want that. */
	const char *words[12] = { "stream", "--tied", "-f" };
	char since[32], pid[16];
	size_t count = 3;

	if ((line->flags & LINE_SECRETS) != 0)
		words[count++] = "--secrets";
	if (line->last_real_ns > OVERLAP_NS) {
		uint64_t from_ns = line->last_real_ns - OVERLAP_NS;

		snprintf(since, sizeof(since), "@%llu.%09llu",
		    (unsigned long long)(from_ns / LINE_NS),
		    (unsigned long long)(from_ns % LINE_NS));
		words[count++] = "--since";
		words[count++] = since;
	} else if ((line->flags & LINE_NO_PAST) != 0) {
		words[count++] = "--since";
		words[count++] = "0";
	}
	words[count++] = "--";
	if (line->by_pid) {
		snprintf(pid, sizeof(pid), "%d",
		    (int)mirrors_target(line->mirrors, line->target).pid);
		words[count++] = pid;
	} else
		words[count++] = line->remote.word;
	return (remote_command(&line->remote, words, why, why_size));
}

static int
start(struct line *line, unsigned flags, char *why, size_t why_size)
{
	char **command = make_command(line, why, why_size);
	char shown[SAFE_SIZE(50)];

	if (command == NULL)
		return (-1);
	line->in = rec_in_create(why, why_size);
	if (line->in == NULL) {
		remote_words_free(command);
		return (-1);
	}
	line->said_length = 0;
	line->some = line->whole = line->ended = false;
	line->wrong = 0;
	line->regions = 0;
	line->empty = 0;
	line->heard_ns = mono_ns();
	if (open_remote(command, flags, &line->child) == -1) {
		safe_copy(
		    shown, sizeof(shown), command[0], strnlen(command[0], 100));
		snprintf(why, why_size, "%s cannot be started: %s", shown,
		    strerror(errno));
		rec_in_free(line->in);
		line->in = NULL;
		remote_words_free(command);
		return (-1);
	}
	remote_words_free(command);
	line->phase = LINE_BEGUN;
	return (0);
}

static void
stop(struct line *line)
{
	if (line->child.pid != 0) {
		line_hear_errors(line);
		line->status = line->ended ? open_remote_ended(&line->child)
					   : open_remote_close(&line->child);
	}
	rec_in_free(line->in);
	line->in = NULL;
}

/* ---- what comes ----------------------------------------------------------------- */

/* Which target it is about now: the one whose region began last. */
static void
find_target(struct line *line, const struct rec_chunk *chunk)
{
	struct mirrors_target target;
	struct rec_region region;
	size_t i;

	if (rec_in_region(chunk, &region) == -1)
		return;
	for (i = mirrors_count(line->mirrors); i > 0; i--) {
		target = mirrors_target(line->mirrors, i - 1);
		if (target.pid == region.pid &&
		    target.subject_start == region.subject_start)
			break;
	}
	if (i > 0)
		line->target = i - 1;
}

static void
take_chunk(struct line *line, const struct rec_chunk *chunk)
{
	line->said_real_ns = chunk->real_ns;
	if (chunk->type == REC_ALIVE) {
		line->whole = true;
		return;
	}
	if (chunk->type == REC_REGION &&
	    (++line->regions > REGIONS_MOST ||
		mirrors_count(line->mirrors) > REGIONS_MOST)) {
		line->wrong = EFBIG;
		return;
	}
	if (mirrors_put(line->mirrors, chunk) == -1) {
		/* A piece that does not follow what is there: begin anew. */
		if (errno != ENOMEM)
			line->wrong = errno;
		return;
	}
	if (chunk->type == REC_REGION)
		find_target(line, chunk);
	if (chunk->type == REC_PIECE && chunk->real_ns > line->last_real_ns)
		line->last_real_ns = chunk->real_ns;
}

static void
take_chunks(struct line *line)
{
	struct rec_chunk chunk;
	char why[200];
	int result = 0;

	while (line->wrong == 0 &&
	    (result = rec_in_next(line->in, &chunk, why, sizeof(why))) == 1)
		take_chunk(line, &chunk);
	if (result == -1) {
		line->wrong = errno != 0 ? errno : EBADMSG;
		snprintf(line->why, sizeof(line->why), "%s", why);
	} else if (line->wrong == 0 && rec_in_damage(line->in).places > 0) {
		/* No line loses bytes: that is somebody's output in between. */
		line->wrong = EBADMSG;
		snprintf(line->why, sizeof(line->why),
		    "it is mixed with other bytes");
	}
}

/* All that is there, up to a bound.  Whether there was anything. */
static bool
hear(struct line *line)
{
	size_t total = 0;
	ssize_t got = 0;
	void *room;

	line_hear_errors(line);
	while (line->wrong == 0 && total < READ_MOST) {
		room = rec_in_room(line->in, READ_SIZE);
		if (room == NULL) {
			line->wrong = ENOMEM;
			break;
		}
		got = read(line->child.out, room, READ_SIZE);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		rec_in_add(line->in, (size_t)got);
		total += (size_t)got;
		take_chunks(line);
	}
	if (got == 0)
		line->ended = true;
	else if (got == -1 && errno != EAGAIN)
		line->ended = true;
	if (total > 0) {
		line->some = true;
		line->heard_ns = mono_ns();
		line->heard_real_ns = when_now();
	}
	return (total > 0);
}

static bool
is_over(const struct line *line)
{
	return (mirrors_count(line->mirrors) > 0 &&
	    mirrors_target(line->mirrors, line->target).over);
}

/* ---- the first time ---------------------------------------------------------------- */

static uint64_t
patience_ns(const struct line *line)
{
	const char *text = getenv("DBGTOP_TIMEOUT");
	uint64_t ns;

	if (text != NULL && argument_timeout(text, &ns) == 0 && ns > 0)
		return (ns);
	return ((line->flags & LINE_ASKS) != 0 ? PATIENCE_NS : QUIET_NS);
}

/* Until the present is whole.  False: for too long there was nothing. */
static bool
wait_whole(struct line *line)
{
	uint64_t patience = patience_ns(line), now_ns;
	struct pollfd both[2] = {
		{ .fd = line->child.out, .events = POLLIN },
		{ .fd = line->child.err, .events = POLLIN },
	};

	while (!line->whole && !line->ended && line->wrong == 0) {
		now_ns = mono_ns();
		if (now_ns - line->heard_ns >= patience)
			return (false);
		if (poll(both, 2,
			(int)((patience - (now_ns - line->heard_ns)) /
			    1000000) +
			    1) == -1 &&
		    errno != EINTR)
			err(1, "poll");
		if ((both[1].revents & (POLLHUP | POLLERR)) != 0 &&
		    (both[1].revents & POLLIN) == 0)
			both[1].fd = -1;
		hear(line);
	}
	return (true);
}

static int
refuse(struct target_error *error, int exit_code, const char *name,
    const char *why, const char *advice)
{
	error->exit_code = exit_code;
	snprintf(error->what, sizeof(error->what), "%s: %s", name, why);
	snprintf(error->advice, sizeof(error->advice), "%s", advice);
	return (-1);
}

static int
begin(struct line *line, struct target_error *error)
{
	const char *name = line->remote.name;
	char why[300];

	if (start(line, (line->flags & LINE_ASKS) != 0 ? OPEN_REMOTE_ASKS : 0,
		why, sizeof(why)) == -1)
		return (refuse(error, EXIT_NO_TARGET, name, why, ""));
	if (!wait_whole(line)) {
		stop(line);
		return (refuse(error, EXIT_NO_TARGET, name,
		    "the other end was reached and says nothing",
		    "DBGTOP_TIMEOUT=5m waits longer"));
	}
	if (line->wrong == 0 && mirrors_count(line->mirrors) > 0 &&
	    (line->whole || is_over(line))) {
		line->phase = LINE_UP;
		return (0);
	}
	stop(line);
	line_explain(line, error);
	return (-1);
}

/* Of what was named there may be more than one. */
static int
check_one(struct line *line, struct target_error *error)
{
	size_t i, size = 0, count = mirrors_count(line->mirrors);
	struct mirrors_target target;
	char shown[SAFE_SIZE(64)];
	FILE *stream;

	if (count == 1)
		return (0);
	refuse(error, EXIT_NO_TARGET, line->remote.name,
	    "these are several targets", "name one of them:");
	stream = open_memstream(&error->candidates, &size);
	if (stream == NULL)
		err(1, "memory for candidates");
	for (i = 0; i < count && i < 100; i++) {
		target = mirrors_target(line->mirrors, i);
		safe_copy(shown, sizeof(shown), target.name,
		    strnlen(target.name, 64));
		fprintf(stream, "  %d\t%s\n", (int)target.pid, shown);
	}
	if (fclose(stream) != 0)
		err(1, "memory for candidates");
	return (-1);
}

struct line *
line_open(const char *word, const char *via, unsigned flags,
    struct target_error *error)
{
	struct line *line = calloc(1, sizeof(*line));
	char why[200], shown[SAFE_SIZE(100)];

	if (line == NULL)
		err(1, "memory for a line");
	line->flags = flags;
	line->pause_ns = PAUSE_LEAST;
	line->mirrors = mirrors_create(PAST_MOST);
	safe_copy(shown, sizeof(shown), word, strnlen(word, 100));
	if (remote_parse(word, via, &line->remote, why, sizeof(why)) == -1)
		refuse(error, EXIT_USAGE, shown, why,
		    "such a target is ssh://[user@]host[:port]/TARGET");
	else if (line->remote.word == NULL)
		refuse(error, EXIT_USAGE, shown, "it names a host only",
		    "\"dbgtop list ssh://host\" shows what is there");
	else if (begin(line, error) == 0 && check_one(line, error) == 0)
		return (line);
	line_close(line);
	return (NULL);
}

void
line_close(struct line *line)
{
	if (line == NULL)
		return;
	stop(line);
	mirrors_free(line->mirrors);
	remote_free(&line->remote);
	free(line);
}

/* ---- from then on --------------------------------------------------------------------- */

/* Nothing comes any more, for now. */
static void
lose(struct line *line, const char *why)
{
	char said[200];
	size_t length;

	stop(line);
	line_word(line, said, sizeof(said));
	length = strlen(said);
	if (length > 0 && said[length - 1] == '.') /* more will follow */
		said[length - 1] = '\0';
	if (said[0] != '\0')
		snprintf(line->why, sizeof(line->why), "%s", said);
	else
		snprintf(line->why, sizeof(line->why), "%s", why);
	if (line->stale_real_ns == 0) {
		line->stale_real_ns = line->heard_real_ns;
		line->losses++;
	}
	line->phase = LINE_DOWN;
	line->again_ns = mono_ns() + line->pause_ns;
	line->pause_ns *= 2;
	if (line->pause_ns > PAUSE_MOST)
		line->pause_ns = PAUSE_MOST;
}

/* The child has ended: it is over, or it was cut. */
static void
end(struct line *line)
{
	bool begun = line->phase == LINE_BEGUN;

	if (is_over(line)) {
		stop(line);
		line->phase = LINE_OVER;
		line->stale_real_ns = 0;
		return;
	}
	lose(line, "the connection was closed");
	/* A name may be another's by now, or that of several. */
	if (begun && WIFEXITED(line->status) &&
	    WEXITSTATUS(line->status) == EXIT_NO_TARGET)
		line->by_pid = !line->by_pid;
}

static void
look(struct line *line)
{
	uint64_t limit = line->phase == LINE_UP ? SILENT_NS : BEGIN_NS;

	line->empty = hear(line) ? 0 : line->empty + 1;
	if (line->wrong != 0)
		lose(line, "what came makes no sense");
	else if (line->ended)
		end(line);
	else if (line->empty >= 2 && mono_ns() - line->heard_ns > limit)
		lose(line, "nothing came for 5 s");
	else if (line->phase == LINE_BEGUN && line->whole) {
		line->phase = LINE_UP;
		line->pause_ns = PAUSE_LEAST;
		line->stale_real_ns = 0;
	}
}

void
line_read(struct line *line)
{
	char why[300];

	if (line->phase == LINE_DOWN && mono_ns() >= line->again_ns &&
	    start(line, 0, why, sizeof(why)) == -1)
		lose(line, why);
	if (line->phase == LINE_UP || line->phase == LINE_BEGUN)
		look(line);
}

struct mirrors *
line_mirrors(struct line *line)
{
	return (line->mirrors);
}

size_t
line_target(const struct line *line)
{
	return (line->target);
}

struct line_state
line_state(const struct line *line)
{
	return ((struct line_state){
	    .over = line->phase == LINE_OVER,
	    .stale_real_ns = line->stale_real_ns,
	    .said_real_ns = line->said_real_ns,
	    .losses = line->losses,
	    .name = line->remote.name,
	    .why = line->why,
	});
}
