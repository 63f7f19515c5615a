/*
 * recorder.c - writes what targets do into a recording.
 *
 * Each region is read by a reader of its own, so that it is written to its end
 * whatever becomes of its source.  What could not be written is not kept: the
 * region still has it, and the feed is asked once more for all since then.
 */
#include "recorder.h"

#include <dbgshm/feed.h>

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COUNT_EVERY 30 /* polls, from one count of metrics to the next */

/* A piece is of its present; ticks that came while it was made are in the next. */
#define SLACK_NS UINT64_C(2000000000)
#define SLACK_TICKS 2

/* A region that is written. */
struct tracked {
	struct source *source;
	struct dbgshm_reader *reader; /* NULL: over, and all of it is written */
	struct dbgshm_feed *feed;
	bool still;		  /* a copy: nothing will come */
	struct rec_region region; /* number 0: this file has it not yet */
	uint64_t last_ns;	  /* all until then was written, 0 nothing */
	uint64_t since_ns;	  /* to begin with, as long as nothing was */
	bool failed;		  /* a piece of it was not written */
	bool live;
	unsigned polls;
};

struct recorder {
	struct rec_out *out;
	unsigned flags;
	uint64_t since_ns;
	uint64_t begun_size; /* of the file, when we began with it */
	struct source **sources;
	size_t source_count;
	struct tracked *tracked;
	size_t tracked_count;
	bool complete;		     /* there was one REC_ALIVE */
	struct recorder_state state; /* without bytes and live */
};

static void *
grow(void *list, size_t count, size_t size)
{
	list = reallocarray(list, count + 1, size);
	if (list == NULL)
		err(1, "memory for %zu regions", count + 1);
	return (list);
}

struct recorder *
recorder_create(struct rec_out *out, unsigned flags, uint64_t since_real_ns)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));

	if (recorder == NULL)
		err(1, "memory for a recording");
	recorder->out = out;
	recorder->flags = flags;
	recorder->since_ns = since_real_ns;
	recorder->begun_size = rec_out_size(out);
	return (recorder);
}

static void
end_tracked(struct tracked *tracked)
{
	dbgshm_feed_close(tracked->feed);
	dbgshm_reader_close(tracked->reader);
	tracked->feed = NULL;
	tracked->reader = NULL;
	tracked->live = false;
}

void
recorder_add(struct recorder *recorder, struct source *source)
{
	recorder->sources = grow(
	    recorder->sources, recorder->source_count, sizeof(struct source *));
	recorder->sources[recorder->source_count++] = source;
}

void
recorder_remove(struct recorder *recorder, struct source *source)
{
	size_t i, kept = 0;

	for (i = 0; i < recorder->source_count; i++)
		if (recorder->sources[i] != source)
			recorder->sources[kept++] = recorder->sources[i];
	recorder->source_count = kept;
	kept = 0;
	for (i = 0; i < recorder->tracked_count; i++)
		if (recorder->tracked[i].source == source)
			end_tracked(&recorder->tracked[i]);
		else
			recorder->tracked[kept++] = recorder->tracked[i];
	recorder->tracked_count = kept;
}

/* ---- which regions ------------------------------------------------------------- */

static void
copy_text(char *out, size_t size, const char *bytes, size_t length)
{
	if (length > size - 1)
		length = size - 1;
	memcpy(out, bytes, length);
	memset(out + length, 0, size - length);
}

static void
describe(const struct dbgshm_info *info, struct rec_region *region)
{
	char host[sizeof(region->host)] = "";

	*region = (struct rec_region){
		.watched = info->kind == DBGSHM_KIND_WATCHED,
		.pid = info->pid,
		.subject_start = info->subject_start,
		.period_ns = info->tick_period_ns,
		.created_real_ns = info->created_real_ns,
	};
	memcpy(region->boot_id, info->boot_id, sizeof(region->boot_id));
	copy_text(region->name, sizeof(region->name), info->name.bytes,
	    info->name.length);
	(void)gethostname(host, sizeof(host) - 1);
	copy_text(region->host, sizeof(region->host), host, strlen(host));
}

static bool
is_same(const struct rec_region *a, const struct rec_region *b)
{
	return (a->watched == b->watched && a->pid == b->pid &&
	    a->subject_start == b->subject_start &&
	    a->created_real_ns == b->created_real_ns &&
	    strcmp(a->boot_id, b->boot_id) == 0);
}

/* What the file has of this region already. */
static void
find_before(const struct recorder *recorder, struct tracked *tracked)
{
	const struct rec_region *regions;
	size_t i, count;

	regions = rec_out_regions(recorder->out, &count);
	for (i = count; i-- > 0;) {
		if (!is_same(&regions[i], &tracked->region))
			continue;
		tracked->region.number = regions[i].number;
		tracked->last_ns =
		    rec_out_last_ns(recorder->out, regions[i].number);
		return;
	}
}

static bool
is_tracked(const struct recorder *recorder, const struct source *source,
    const struct rec_region *region)
{
	size_t i;

	for (i = 0; i < recorder->tracked_count; i++)
		if (recorder->tracked[i].source == source &&
		    is_same(&recorder->tracked[i].region, region))
			return (true);
	return (false);
}

/* What is missing begins after that. */
static uint64_t
since_of(const struct tracked *tracked)
{
	uint64_t slack_ns = SLACK_TICKS * tracked->region.period_ns;

	if (tracked->last_ns == 0)
		return (tracked->since_ns);
	if (slack_ns < SLACK_NS)
		slack_ns = SLACK_NS;
	return (tracked->last_ns > slack_ns ? tracked->last_ns - slack_ns : 1);
}

static unsigned
feed_flags(const struct recorder *recorder, const struct tracked *tracked)
{
	return (((recorder->flags & RECORDER_SECRETS) != 0 ? DBGSHM_FEED_SECRETS
							   : 0) |
	    ((recorder->flags & RECORDER_NO_PAST) != 0 && tracked->last_ns == 0
		    ? DBGSHM_FEED_NO_PAST
		    : 0));
}

/* Begins with a region; one that cannot be read now is tried again later. */
static void
track(struct recorder *recorder, struct source *source,
    const struct model_source *part)
{
	struct tracked tracked = {
		.source = source, .since_ns = recorder->since_ns, .live = true
	};

	describe(dbgshm_reader_info(part->reader), &tracked.region);
	if (is_tracked(recorder, source, &tracked.region))
		return;
	tracked.still = !part->carried &&
	    dbgshm_reader_info(part->reader)->taken_real_ns != 0;
	find_before(recorder, &tracked);
	if (dbgshm_reader_again(part->reader, &tracked.reader) == -1)
		return;
	if (dbgshm_reader_refresh(tracked.reader) == -1 ||
	    dbgshm_feed_open(tracked.reader, feed_flags(recorder, &tracked),
		since_of(&tracked), &tracked.feed) == -1) {
		end_tracked(&tracked);
		return;
	}
	recorder->tracked = grow(recorder->tracked, recorder->tracked_count,
	    sizeof(*recorder->tracked));
	recorder->tracked[recorder->tracked_count++] = tracked;
	recorder->state.regions++;
}

static void
look(struct recorder *recorder)
{
	struct model_source parts[SOURCE_PARTS];
	size_t i, j, count;

	for (i = 0; i < recorder->source_count; i++) {
		count = (recorder->flags & RECORDER_SHARED) != 0
		    ? source_readers(recorder->sources[i], parts)
		    : source_parts(recorder->sources[i], parts);
		for (j = 0; j < count; j++)
			track(recorder, recorder->sources[i], &parts[j]);
	}
}

/* ---- pieces ---------------------------------------------------------------------- */

static int
put(struct recorder *recorder, const struct rec_chunk *chunk, char *why,
    size_t why_size)
{
	if (rec_out_put(recorder->out, chunk, why, why_size) == -1)
		return (-1);
	if (chunk->real_ns > recorder->state.last_real_ns)
		recorder->state.last_real_ns = chunk->real_ns;
	return (0);
}

/* The file learns of which region the chunks to come are. */
static int
begin(struct recorder *recorder, struct tracked *tracked, uint64_t real_ns,
    char *why, size_t why_size)
{
	if (tracked->region.number != 0)
		return (0);
	tracked->region.number = rec_out_region(
	    recorder->out, &tracked->region, real_ns, why, why_size);
	return (tracked->region.number == 0 ? -1 : 0);
}

static void
count_piece(struct recorder *recorder, struct tracked *tracked,
    const struct dbgshm_piece *piece)
{
	struct recorder_state *state = &recorder->state;

	if (!piece->more)
		tracked->last_ns = piece->real_ns;
	state->frames += piece->frames;
	state->values +=
	    piece->frames * dbgshm_reader_metric_count(tracked->reader);
	if (state->first_real_ns == 0)
		state->first_real_ns = piece->real_ns;
	if (state->file_real_ns == 0)
		state->file_real_ns = piece->real_ns;
}

static int
put_piece(struct recorder *recorder, struct tracked *tracked,
    const struct dbgshm_piece *piece, char *why, size_t why_size)
{
	struct rec_chunk chunk = {
		.type = REC_PIECE,
		/* Until then all is there, once this is. */
		.real_ns = piece->more ? tracked->last_ns : piece->real_ns,
		.first = piece->first,
		.bytes = piece->bytes,
		.size = piece->size,
	};

	if (begin(recorder, tracked, piece->real_ns, why, why_size) == -1)
		return (-1);
	chunk.region = tracked->region.number;
	if (put(recorder, &chunk, why, why_size) == -1)
		return (-1);
	count_piece(recorder, tracked, piece);
	return (0);
}

static int
put_over(struct recorder *recorder, struct tracked *tracked, char *why,
    size_t why_size)
{
	struct rec_chunk chunk = {
		.type = REC_OVER,
		.region = tracked->region.number,
		.real_ns = tracked->last_ns,
	};

	/* Of which nothing could ever be read. */
	if (tracked->region.number == 0)
		return (0);
	return (put(recorder, &chunk, why, why_size));
}

/* What is new of one region.  1: something was written. */
static int
poll_tracked(struct recorder *recorder, struct tracked *tracked, char *why,
    size_t why_size)
{
	enum dbgshm_life life = dbgshm_reader_life(tracked->reader);
	struct dbgshm_piece piece = { 0 };
	int result = 0;

	/* Before it is read: then it is read to its end. */
	tracked->live = !tracked->still &&
	    (life == DBGSHM_LIFE_LIVE || life == DBGSHM_LIFE_STOPPED);
	if (tracked->polls++ % COUNT_EVERY == 0)
		(void)dbgshm_reader_refresh(tracked->reader);
	if (tracked->failed)
		dbgshm_feed_again(tracked->feed, since_of(tracked));
	tracked->failed = false;
	do {
		/* What does not hold still now does so the next time. */
		if (dbgshm_feed_next(tracked->feed, &piece) == -1)
			break;
		if (piece.size == 0)
			continue;
		if (put_piece(recorder, tracked, &piece, why, why_size) == -1) {
			tracked->failed = true;
			return (-1);
		}
		result = 1;
	} while (piece.more);
	if (tracked->live)
		return (result);
	if (put_over(recorder, tracked, why, why_size) == -1)
		return (-1);
	end_tracked(tracked);
	return (1);
}

static int
put_alive(struct recorder *recorder, char *why, size_t why_size)
{
	struct rec_chunk chunk = { .type = REC_ALIVE };
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	chunk.real_ns =
	    (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
	return (rec_out_put(recorder->out, &chunk, why, why_size));
}

int
recorder_poll(struct recorder *recorder, char *why, size_t why_size)
{
	bool written = false;
	int result;
	size_t i;

	look(recorder);
	for (i = 0; i < recorder->tracked_count; i++) {
		if (recorder->tracked[i].reader == NULL)
			continue;
		result = poll_tracked(
		    recorder, &recorder->tracked[i], why, why_size);
		if (result == -1)
			return (-1);
		written |= result == 1;
	}
	if ((recorder->flags & RECORDER_ALIVE) == 0 ||
	    (written && recorder->complete))
		return (0);
	recorder->complete = true;
	return (put_alive(recorder, why, why_size));
}

/* ---- files ------------------------------------------------------------------------- */

static uint64_t
new_bytes(const struct recorder *recorder)
{
	return (rec_out_size(recorder->out) - recorder->begun_size);
}

int
recorder_rotate(
    struct recorder *recorder, struct rec_out *out, char *why, size_t why_size)
{
	struct tracked *tracked;
	int result, error;
	size_t i;

	recorder->state.written += new_bytes(recorder);
	result = rec_out_close(recorder->out, why, why_size);
	error = errno;
	recorder->out = out;
	recorder->begun_size = 0;
	recorder->state.file_real_ns = 0;
	for (i = 0; i < recorder->tracked_count; i++) {
		tracked = &recorder->tracked[i];
		if (tracked->reader == NULL)
			continue;
		tracked->region.number = 0;
		tracked->failed = true;
	}
	errno = error;
	return (result);
}

int
recorder_close(struct recorder *recorder, char *why, size_t why_size)
{
	char ignored[200];
	int result, error;
	size_t i;

	if (recorder == NULL)
		return (0);
	result = recorder_poll(recorder, why, why_size);
	error = errno;
	if (rec_out_close(recorder->out, result == 0 ? why : ignored,
		result == 0 ? why_size : sizeof(ignored)) == -1 &&
	    result == 0) {
		result = -1;
		error = errno;
	}
	for (i = 0; i < recorder->tracked_count; i++)
		end_tracked(&recorder->tracked[i]);
	free(recorder->tracked);
	free(recorder->sources);
	free(recorder);
	errno = error;
	return (result);
}

/* ---- what there is to tell ----------------------------------------------------------- */

struct recorder_state
recorder_state(const struct recorder *recorder)
{
	struct recorder_state state = recorder->state;
	size_t i;

	state.bytes = rec_out_size(recorder->out);
	state.written += new_bytes(recorder);
	for (i = 0; i < recorder->tracked_count; i++)
		state.live += recorder->tracked[i].live;
	return (state);
}

bool
recorder_over(const struct recorder *recorder, const struct source *source)
{
	size_t i;

	for (i = 0; i < recorder->tracked_count; i++)
		if (recorder->tracked[i].source == source &&
		    recorder->tracked[i].reader != NULL)
			return (false);
	return (true);
}
