/*
 * feed.c - makes pieces of a region: what is new since the piece before.
 *
 * In an order that never leaves a mirror with something it can not read: bytes of
 * the past are read first, then what exists; and they are told the other way
 * round.
 */
#include "feeder.h"

#include "obj.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FEED(feed) DBGSHM_OBJ_CHECK(feed, DBGSHM_OBJ_FEED)
#define LATE_TICKS 2 /* then there is something wrong with the writer */

/* ---- the region as it is now -------------------------------------------- */

/* Its header, where everything is, whether it lives. */
static int
look(struct dbgshm_feed *feed)
{
	struct dbgshm_reader *reader = feed->reader;
	struct dbgshm_sink sink = { 0 };
	uint64_t size;
	int error;

	if ((error = dbgshm__open_file(
		 reader->descriptor, false, &size, &sink)) != 0 ||
	    (error = dbgshm__read_header(reader->descriptor, &feed->header)) !=
		0 ||
	    (error = dbgshm__verify_header(
		 &feed->header, size, &feed->layout, &sink)) != 0 ||
	    (error = dbgshm__verify_constant(&reader->first, &feed->header)) !=
		0)
		return (error);
	if (dbgshm__is_image(&feed->header)) {
		feed->life = feed->header.taken_life <= DBGSHM_TAKEN_STALE
		    ? (enum dbgshm_life)feed->header.taken_life
		    : DBGSHM_LIFE_DEAD;
		feed->writer = feed->header.taken_writer != 0;
		return (0);
	}
	/* Asked before anything is read: what a dead one left is all. */
	feed->life =
	    dbgshm__life(reader->descriptor, &feed->header, &reader->host);
	feed->writer = dbgshm__reader_writer(reader, &feed->header);
	return (0);
}

/* What exists, when that has changed. */
static int
learn(struct dbgshm_feed *feed)
{
	struct dbgshm_reader *reader = feed->reader;
	struct taken_secrets secrets;
	bool hidden = feed->secrets.rows;
	uint64_t generation;
	int error;

	error =
	    dbgshm__read(reader->descriptor, &generation, sizeof(generation),
		offsetof(struct dbgshm_header, schema_generation));
	if (error != 0)
		return (error);
	if (feed->learned && generation == feed->generation)
		return (0);
	if (dbgshm_reader_refresh(reader) != 0)
		return (errno);
	error = dbgshm__taken_secrets(&reader->view->schema,
	    (feed->flags & DBGSHM_FEED_SECRETS) != 0, &secrets);
	if (error != 0) {
		dbgshm__taken_secrets_free(&secrets);
		return (error);
	}
	dbgshm__taken_secrets_free(&feed->secrets);
	feed->secrets = secrets;
	if ((error = dbgshm__feed_rings_list(feed)) != 0)
		return (error);
	if (secrets.rows && !hidden)
		dbgshm__feed_past_hide(feed);
	feed->header = dbgshm__frame(reader)->header;
	feed->layout = reader->view->layout;
	feed->generation = reader->view->schema.generation;
	feed->learned = true;
	return (0);
}

/* ---- telling of it ------------------------------------------------------ */

/* The moment at which the writer was seen as it is, if that is not its last tick:
 * it is late, or there will be no more. */
static void
tell_end(struct dbgshm_feed *feed)
{
	struct dbgshm_frame frame = { .header = feed->header };
	bool lives =
	    feed->life == DBGSHM_LIFE_LIVE || feed->life == DBGSHM_LIFE_STOPPED;

	if (!lives && feed->life == feed->told_life && !feed->first)
		return;
	frame.real_ns = dbgshm__host_clock_ns(CLOCK_REALTIME);
	frame.start_mono_ns = frame.end_mono_ns =
	    dbgshm__host_clock_ns(CLOCK_MONOTONIC);
	feed->told_real_ns = frame.real_ns;
	feed->told_mono_ns = dbgshm__now_here(&frame, &feed->reader->host);
	if (lives && feed->header.tick_count != 0 &&
	    feed->told_mono_ns <= feed->header.clock_mono_ns +
		    LATE_TICKS * feed->header.tick_period_ns)
		feed->told_real_ns = feed->told_mono_ns = 0;
}

/* Nothing of it but what a reader asks for. */
static void
tell_header(struct dbgshm_feed *feed)
{
	struct dbgshm_header header = feed->header;
	uint32_t type;

	if (!dbgshm__is_image(&header)) {
		tell_end(feed);
		header.flags &= ~(uint32_t)DBGSHM_FLAG_WITHHELD;
		header.taken_real_ns = feed->told_real_ns;
		header.taken_mono_ns = feed->told_mono_ns;
		header.taken_life = (uint64_t)feed->life;
		header.taken_writer = feed->writer;
	}
	if (feed->secrets.any)
		header.flags |= DBGSHM_FLAG_WITHHELD;
	header.shard_count = 1;
	header.shards_ready = 1;
	header.clock_sequence = 0;
	header.section_size = sizeof(struct dbgshm_section);
	header.section_count = DBGSHM_SECTION_HISTORY;
	memset(header.sections, 0, sizeof(header.sections));
	memset(header.shard_owner, 0, sizeof(header.shard_owner));
	memset(header.reserved0, 0, sizeof(header.reserved0));
	memset(header.reserved1, 0, sizeof(header.reserved1));
	memset(header.reserved2, 0, sizeof(header.reserved2));
	memset(header.reserved3, 0, sizeof(header.reserved3));
	for (type = 1; type <= DBGSHM_SECTION_HISTORY; type++) {
		header.sections[type - 1] = feed->layout.sections[type];
		header.sections[type - 1].type = type;
	}
	header.sections[DBGSHM_SECTION_HISTORY - 1].used = 0;
	dbgshm__piece_words(&feed->out, DBGSHM_PART_HEADER, (void *)&feed->told,
	    (const void *)&header, sizeof(header) / sizeof(uint64_t));
}

static int
tell_summary(struct dbgshm_feed *feed)
{
	struct dbgshm_summary summary;
	int error = dbgshm__read(feed->reader->descriptor, &summary,
	    sizeof(summary), DBGSHM_SUMMARY_OFFSET);

	if (error != 0)
		return (error);
	memset(summary.reserved0, 0, sizeof(summary.reserved0));
	memset(summary.reserved1, 0, sizeof(summary.reserved1));
	dbgshm__piece_words(&feed->out, DBGSHM_PART_SUMMARY,
	    (void *)&feed->told_summary, (const void *)&summary,
	    sizeof(summary) / sizeof(uint64_t));
	return (0);
}

/* Bytes of a section behind those that have been told. */
static void
tell_more(struct dbgshm_feed *feed, unsigned part, const char *bytes,
    size_t told, size_t size)
{
	if (size <= told)
		return;
	dbgshm__piece_begin(&feed->out, part);
	dbgshm__piece_number(&feed->out, told);
	dbgshm__piece_bytes(&feed->out, bytes + told, size - told);
	dbgshm__piece_end(&feed->out);
}

static int
tell_schema(struct dbgshm_feed *feed)
{
	const struct dbgshm_schema *schema = &feed->reader->view->schema;
	size_t size = (size_t)schema->descriptors_size & ~(size_t)7, before;
	uint64_t *told;

	if (size > feed->told_room) {
		if ((told = realloc(feed->told_records, size)) == NULL)
			return (ENOMEM);
		feed->told_records = told;
		feed->told_room = size;
	}
	before = feed->told_size < size ? feed->told_size : size;
	tell_more(feed, DBGSHM_PART_RECORDS, schema->descriptors, before, size);
	dbgshm__piece_words(&feed->out, DBGSHM_PART_STATES, feed->told_records,
	    (const void *)schema->descriptors, before / sizeof(uint64_t));
	memcpy(feed->told_records, schema->descriptors, size);
	feed->told_size = size;
	tell_more(feed, DBGSHM_PART_TEXTS, schema->strings, feed->told_texts,
	    (size_t)schema->strings_size);
	feed->told_texts = (size_t)schema->strings_size;
	return (0);
}

/* The counts of each table, when those of the region have moved. */
static int
tell_drops(struct dbgshm_feed *feed, uint64_t drop_rows, uint64_t drop_busy)
{
	const struct dbgshm_schema *schema = &feed->reader->view->schema;
	struct dbgshm_table_head head;
	size_t i;
	int error;

	if (!feed->first && drop_rows == feed->header.drop_rows &&
	    drop_busy == feed->header.drop_busy)
		return (0);
	for (i = 0; i < schema->table_count; i++) {
		error = dbgshm__read(feed->reader->descriptor, &head,
		    sizeof(head), schema->table_places[i].data_offset);
		if (error != 0)
			return (error);
		if (head.drop_rows == 0 && head.drop_busy == 0)
			continue;
		dbgshm__piece_begin(&feed->out, DBGSHM_PART_DROPS);
		dbgshm__piece_number(
		    &feed->out, schema->table_places[i].desc_offset);
		dbgshm__piece_number(&feed->out, head.drop_rows);
		dbgshm__piece_number(&feed->out, head.drop_busy);
		dbgshm__piece_end(&feed->out);
	}
	return (0);
}

static int
tell(struct dbgshm_feed *feed)
{
	uint64_t drop_rows = feed->told.drop_rows,
		 drop_busy = feed->told.drop_busy;
	uint64_t ticks = feed->told.tick_count;
	int error;

	tell_header(feed);
	if ((error = tell_summary(feed)) != 0 ||
	    (error = tell_schema(feed)) != 0 ||
	    (error = tell_drops(feed, drop_rows, drop_busy)) != 0)
		return (error);
	error = feed->present.sampling ? dbgshm__feed_sample(feed)
				       : dbgshm__feed_past_tell(feed);
	if (error == 0)
		error = dbgshm__feed_present_tell(
		    feed, ticks != feed->header.tick_count);
	if (error == 0)
		error = dbgshm__feed_rings_tell(feed);
	feed->told_life = feed->life;
	return (error);
}

/* ---- pieces ------------------------------------------------------------- */

/* As if nothing had ever been told. */
static void
forget(struct dbgshm_feed *feed)
{
	dbgshm__feed_past_reset(feed);
	dbgshm__feed_present_reset(feed);
	dbgshm__feed_rings_reset(feed);
	memset(&feed->told, 0, sizeof(feed->told));
	memset(&feed->told_summary, 0, sizeof(feed->told_summary));
	feed->told_size = feed->told_texts = 0;
	feed->told_mono_ns = feed->told_real_ns = 0;
	feed->learned = false;
	feed->first = feed->opening = true;
	feed->number = 0;
	feed->series = dbgshm__host_clock_ns(CLOCK_REALTIME);
}

/* A region that ticks and has no past keeps none. */
static bool
keeps_none(const struct dbgshm_feed *feed)
{
	return (feed->layout.sections[DBGSHM_SECTION_HISTORY].used == 0 &&
	    (feed->header.tick_count > 1 || dbgshm__is_image(&feed->header)));
}

/* All that can fail without harm. */
static int
prepare(struct dbgshm_feed *feed)
{
	int error;

	if ((error = look(feed)) != 0)
		return (error);
	if (!feed->past.begun && feed->past.count == 0 && keeps_none(feed))
		feed->present.sampling = true;
	if (!feed->present.sampling &&
	    (error = dbgshm__feed_past_look(feed)) != 0)
		return (error);
	if ((error = learn(feed)) != 0)
		return (error);
	if (feed->present.sampling || feed->first) {
		if (dbgshm_reader_refresh(feed->reader) != 0)
			return (errno);
		if (feed->reader->view->schema.generation != feed->generation)
			return (EAGAIN);
	}
	return (0);
}

static void
put_head(struct dbgshm_feed *feed)
{
	struct dbgshm_piece_head head = {
		.magic = DBGSHM_PIECE_MAGIC,
		.major = DBGSHM_PIECE_MAJOR,
		.minor = DBGSHM_PIECE_MINOR,
		.flags = feed->first ? DBGSHM_PIECE_FIRST : 0,
		.series = feed->series,
		.number = feed->number,
		.size = feed->out.size,
	};

	memcpy(feed->out.bytes, &head, sizeof(head));
}

int
dbgshm_feed_next(struct dbgshm_feed *feed, struct dbgshm_piece *piece)
{
	static const struct dbgshm_piece_head none;
	struct piece_out *out;
	int error;

	FEED(feed);
	out = &feed->out;
	out->size = 0;
	out->failed = false;
	feed->real_ns = feed->frames = 0;
	feed->more = false;
	if ((error = prepare(feed)) == 0) {
		dbgshm__piece_bytes(out, &none, sizeof(none));
		error = tell(feed);
		if (error == 0 && out->failed)
			error = ENOMEM;
		if (error == 0 && out->size > DBGSHM_PIECE_MAX)
			error = EFBIG;
		if (error != 0)
			forget(feed); /* who knows what has been told */
	}
	if (error != 0) {
		errno = error;
		return (-1);
	}
	*piece = (struct dbgshm_piece){ .real_ns = feed->real_ns,
		.frames = feed->frames,
		.first = feed->first,
		.more = feed->more };
	if (out->size == sizeof(none) && !feed->first)
		return (0);
	put_head(feed);
	piece->bytes = out->bytes;
	piece->size = out->size;
	if (piece->real_ns == 0)
		piece->real_ns = feed->header.clock_real_ns != 0
		    ? feed->header.clock_real_ns
		    : feed->header.created_real_ns;
	feed->first = false;
	feed->number++;
	return (0);
}

void
dbgshm_feed_again(struct dbgshm_feed *feed, uint64_t since_real_ns)
{
	FEED(feed);
	feed->since_real_ns = since_real_ns;
	forget(feed);
}

int
dbgshm_feed_open(struct dbgshm_reader *reader, unsigned flags,
    uint64_t since_real_ns, struct dbgshm_feed **feed)
{
	struct dbgshm_feed *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return (-1);
	made->magic = DBGSHM_OBJ_FEED;
	made->flags = flags;
	made->since_real_ns = since_real_ns;
	if (dbgshm_reader_again(reader, &made->reader) != 0) {
		free(made);
		return (-1);
	}
	forget(made);
	*feed = made;
	return (0);
}

void
dbgshm_feed_close(struct dbgshm_feed *feed)
{
	if (feed == NULL)
		return;
	FEED(feed);
	forget(feed);
	dbgshm_reader_close(feed->reader);
	dbgshm__taken_secrets_free(&feed->secrets);
	free(feed->told_records);
	free(feed->out.bytes);
	DBGSHM_OBJ_END(feed);
	free(feed);
}
