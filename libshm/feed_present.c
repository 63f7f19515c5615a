/*
 * feed_present.c - frames that a feed makes itself, of what a reader sees now.
 *
 * As the present: in a first piece and behind a long past, once when the life of the
 * process has changed, as no tick will come then; and in between the rows that the
 * history leaves out.  As the past: of a region that keeps none, a frame in each piece.
 */
#include "feeder.h"

#include "coder_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STREAM_MAX (UINT64_C(1) << 20) /* bytes before one begins anew */
#define FRAMES_MAX 4096
#define LATE(period) ((period)*3 / 2)

enum what { ALL, LEFT_OUT };

/* ---- words -------------------------------------------------------------- */

static int
words_room(struct feed_present *present, size_t count)
{
	uint64_t *words;

	if (count <= present->word_room)
		return (0);
	words = realloc(present->words, count * sizeof(*words));
	if (words == NULL)
		return (ENOMEM);
	present->words = words;
	present->word_room = count;
	return (0);
}

/* Nothing is marked as no number. */
static int
marks_begin(struct feed_present *present, size_t count)
{
	dbgshm__coder_free(present->marks);
	present->marks = dbgshm__coder_create(count);
	return (present->marks == NULL ? ENOMEM : 0);
}

static int
put_live(struct dbgshm_feed *feed, struct recoding *re)
{
	const struct dbgshm_schema *schema = &feed->reader->view->schema;
	size_t count =
		   (size_t)(schema->descriptors_size / DBGSHM_LIVE_UNIT + 63) /
	    64,
	       size, bit;
	const struct dbgshm_desc *head;
	uint32_t offset = 64;

	if (words_room(&feed->present, count + 1) != 0)
		return (ENOMEM);
	memset(feed->present.words, 0, count * sizeof(uint64_t));
	for (; offset + sizeof(*head) <= schema->descriptors_size;
	     offset += (uint32_t)size) {
		head = (const void *)(schema->descriptors + offset);
		size = head->size8 * (size_t)8;
		if (size < sizeof(*head))
			break;
		bit = offset / DBGSHM_LIVE_UNIT;
		if (head->state == DBGSHM_DESC_LIVE)
			feed->present.words[bit / 64] |= UINT64_C(1)
			    << bit % 64;
	}
	return (dbgshm__recode_array(
	    re, &re->live, NULL, feed->present.words, count));
}

static int
put_values(struct dbgshm_feed *feed, struct recoding *re)
{
	const struct dbgshm_schema *schema = &feed->reader->view->schema;
	const struct dbgshm_frame *frame = dbgshm__frame(feed->reader);
	size_t i;
	int error;

	if (schema->gauge_words > DBGSHM_FRAME_WORDS_MAX ||
	    schema->shard_words > DBGSHM_FRAME_WORDS_MAX)
		return (EFBIG);
	if (marks_begin(&feed->present, (size_t)schema->gauge_words) != 0)
		return (ENOMEM);
	for (i = 0; i < schema->metric_count; i++)
		if (schema->metric_places[i].kind == DBGSHM_METRIC_FLOAT)
			dbgshm_coder_raw(
			    feed->present.marks, schema->metric_places[i].cell);
	if ((error = put_live(feed, re)) == 0 &&
	    (error = dbgshm__recode_array(re, &re->gauges, feed->present.marks,
		 frame->gauges, (size_t)schema->gauge_words)) == 0)
		error = dbgshm__recode_array(re, &re->cells, NULL, frame->cells,
		    (size_t)schema->shard_words);
	return (error);
}

/* ---- rows --------------------------------------------------------------- */

/* What a frame says of the state of a row. */
static uint64_t
state_of(const struct dbgshm_row_info *row, bool past)
{
	uint64_t state =
	    dbgshm__row_is_over(row) ? DBGSHM_ROW_FINISHED : DBGSHM_ROW_LIVE;

	if (!past &&
	    (row->state == DBGSHM_ROWSTATE_TORN ||
		row->state == DBGSHM_ROWSTATE_TORN_AT_DEATH))
		state |= DBGSHM_PRESENT_BUSY;
	return (state);
}

/* Words of text, bits and doubles. */
static int
mark_rows(struct feed_present *present, const struct dbgshm_table_info *info,
    const struct dbgshm_table_place *place, size_t rows, size_t stride)
{
	size_t row, column, word;
	uint32_t type;

	if (marks_begin(present, rows * stride) != 0)
		return (ENOMEM);
	for (row = 0; row < rows; row++) {
		for (column = 0; column < info->column_count; column++) {
			type = info->columns[column].type;
			if ((info->columns[column].flags &
				DBGSHM_COLUMN_DERIVED) == 0 &&
			    (type == DBGSHM_TYPE_FLOAT ||
				type == DBGSHM_TYPE_REFERENCE))
				dbgshm_coder_raw(present->marks,
				    row * stride + 1 +
					place->columns[column].word);
			if (type != DBGSHM_TYPE_TEXT &&
			    type != DBGSHM_TYPE_BLOB)
				continue;
			word = place->columns[column].text_offset / 8;
			for (; word < (place->columns[column].text_offset +
					  info->columns[column].width + 7) /
				     8 &&
			     word + 1 < stride;
			     word++)
				dbgshm_coder_raw(
				    present->marks, row * stride + 1 + word);
		}
	}
	return (0);
}

static int
put_table(struct dbgshm_feed *feed, struct recoding *re, size_t number,
    size_t table, bool past)
{
	const struct dbgshm_schema *schema = &feed->reader->view->schema;
	const struct dbgshm_table_place *place = &schema->table_places[table];
	const struct dbgshm_frame_table *rows =
	    &dbgshm__frame(feed->reader)->tables[table];
	struct feed_present *present = &feed->present;
	size_t stride = 1 + place->row_stride / 8, count = 0, i;
	uint64_t *to;

	for (i = 0; i < rows->count; i++)
		if (count <= rows->infos[i].slot)
			count = rows->infos[i].slot + 1;
	if (count * stride > DBGSHM_FRAME_WORDS_MAX)
		count = DBGSHM_FRAME_WORDS_MAX / stride;
	/* No fewer than before: then it need not begin with a key. */
	if (number < re->table_room &&
	    count * stride < re->tables[number].count)
		count = re->tables[number].count / stride;
	if (words_room(present, count * stride + 1) != 0 ||
	    mark_rows(present, &schema->tables[table], place, count, stride) !=
		0)
		return (ENOMEM);
	memset(present->words, 0, count * stride * sizeof(uint64_t));
	for (i = 0; i < rows->count; i++) {
		if (rows->infos[i].slot >= count)
			continue;
		to = present->words + rows->infos[i].slot * stride;
		to[0] = state_of(&rows->infos[i], past);
		memcpy(to + 1, rows->infos[i].words, place->row_stride);
		to[1 + offsetof(struct dbgshm_row_head, reserved) / 8] = 0;
	}
	dbgshm__taken_withhold(
	    &feed->secrets.tables[number], present->words, count, 1);
	return (dbgshm__recode_array(re, &re->tables[number], present->marks,
	    present->words, count * stride));
}

/* Does the newest frame of the history say that it has too many rows? */
static bool
is_left_out(const struct dbgshm_feed *feed, size_t number)
{
	const struct feed_chain *chain = &feed->past.chains[DBGSHM_RING_ROWS];
	const struct past_cursor *cursor =
	    &chain->past.cursors[DBGSHM_RING_ROWS];

	if (feed->present.sampling)
		return (false);
	if (!chain->live)
		return (feed->past.begun);
	return (chain->decode && !chain->spoilt && cursor->block != 0 &&
	    number < cursor->table_count && cursor->tables[number].count == 1);
}

static int
put_rows(
    struct dbgshm_feed *feed, struct recoding *re, enum what what, bool past)
{
	static const uint64_t left_out[1];
	const struct dbgshm_schema *schema = &feed->reader->view->schema;
	const struct taken_secrets *secrets = &feed->secrets;
	size_t i, table = 0;
	int error;

	if ((error = put_live(feed, re)) != 0 ||
	    (error = dbgshm__recode_tables(re, secrets->count)) != 0)
		return (error);
	for (i = 0; i < secrets->count && error == 0; i++) {
		while (table < schema->table_count &&
		    schema->table_places[table].desc_offset <
			secrets->tables[i].desc_offset)
			table++;
		if (table == schema->table_count ||
		    schema->table_places[table].desc_offset !=
			secrets->tables[i].desc_offset)
			error = dbgshm__recode_array(
			    re, &re->tables[i], NULL, left_out, 0);
		else if (what == LEFT_OUT && !is_left_out(feed, i))
			error = dbgshm__recode_array(
			    re, &re->tables[i], NULL, left_out, 1);
		else
			error = put_table(feed, re, i, table, past);
	}
	return (error);
}

/* ---- telling ------------------------------------------------------------ */

/* The moment of the reader's frame; that of the writer's clocks. */
static struct past_frame
moment_of(const struct dbgshm_feed *feed)
{
	const struct dbgshm_frame *frame = dbgshm__frame(feed->reader);
	const struct dbgshm_header *header = &frame->header;
	uint64_t step = frame->now_ns - header->clock_mono_ns;

	return ((struct past_frame){
	    .mono_ns = frame->now_ns,
	    .real_ns = header->clock_mono_ns == 0
		? frame->real_ns
		: header->clock_real_ns + step,
	    .boot_ns = header->clock_mono_ns == 0
		? header->created_boot_ns + frame->now_ns -
		    header->created_mono_ns
		: header->clock_boot_ns + step,
	});
}

static int
put_frame(struct dbgshm_feed *feed, struct recoding *re, unsigned ring,
    enum what what, bool past)
{
	re->frame_size = 0;
	return (ring == DBGSHM_RING_METRICS ? put_values(feed, re)
					    : put_rows(feed, re, what, past));
}

/* A frame of the present, behind those before it or as the first one again. */
static int
tell_present(struct dbgshm_feed *feed, unsigned ring, enum what what)
{
	struct feed_stream *stream = &feed->present.now[ring];
	struct recoding *re = &stream->re;
	struct past_frame now = moment_of(feed);
	struct piece_out *out = &feed->out;
	size_t from;
	int error;

	if (what == ALL || re->size == 0 || re->size > STREAM_MAX) {
		dbgshm__recode_begin(re);
		stream->last = now;
	}
	from = re->size;
	if ((error = put_frame(feed, re, ring, what, false)) != 0 ||
	    (error = dbgshm__recode_end(re, 0, &stream->last, &now)) != 0)
		return (error);
	dbgshm__piece_begin(out, DBGSHM_PART_PRESENT);
	dbgshm__piece_number(out, ring);
	dbgshm__piece_number(out, from);
	if (from == 0) {
		dbgshm__piece_number(out, now.mono_ns);
		dbgshm__piece_number(out, now.real_ns);
		dbgshm__piece_number(out, now.boot_ns);
	}
	dbgshm__piece_bytes(out, re->bytes + from, re->size - from);
	dbgshm__piece_end(out);
	stream->last = now;
	return (0);
}

static bool
leaves_out(const struct dbgshm_feed *feed)
{
	size_t i;

	for (i = 0; i < feed->secrets.count; i++)
		if (is_left_out(feed, i))
			return (true);
	return (false);
}

int
dbgshm__feed_present_tell(struct dbgshm_feed *feed, bool ticked)
{
	bool opening = feed->opening,
	     changed = !feed->first && feed->life != feed->told_life &&
	    feed->life != DBGSHM_LIFE_LIVE; /* else ticks tell more */
	int error;

	feed->opening = feed->more;
	/* Behind the last of an old past again, which is older. */
	if (feed->first || changed || (opening && !feed->more)) {
		if (!feed->first && dbgshm_reader_refresh(feed->reader) != 0)
			return (errno);
		if ((error = tell_present(feed, DBGSHM_RING_METRICS, ALL)) == 0)
			error = tell_present(feed, DBGSHM_RING_ROWS, ALL);
		return (error);
	}
	if (!ticked || !leaves_out(feed))
		return (0);
	if (dbgshm_reader_refresh(feed->reader) != 0)
		return (errno);
	return (tell_present(feed, DBGSHM_RING_ROWS, LEFT_OUT));
}

/* ---- as the past -------------------------------------------------------- */

static bool
is_block_over(const struct feed_present *present, const struct past_frame *now)
{
	const struct feed_stream *metrics = &present->past[DBGSHM_RING_METRICS];
	uint64_t step = now->mono_ns - metrics->last.mono_ns;

	return (metrics->number == 0 || metrics->re.size > STREAM_MAX ||
	    present->past[DBGSHM_RING_ROWS].re.size > STREAM_MAX ||
	    step > LATE(present->period_ns) || LATE(step) < present->period_ns);
}

static int
tell_sample(struct dbgshm_feed *feed, unsigned ring,
    const struct past_frame *now, uint64_t number)
{
	struct feed_stream *stream = &feed->present.past[ring];
	struct recoding *re = &stream->re;
	struct piece_out *out = &feed->out;
	size_t from;
	int error;

	if (number != 0) {
		dbgshm__recode_begin(re);
		stream->number = number;
		stream->last = *now;
	}
	from = re->size;
	if ((error = put_frame(feed, re, ring, ALL, true)) != 0 ||
	    (error = dbgshm__recode_end(
		 re, feed->present.period_ns, &stream->last, now)) != 0)
		return (error);
	dbgshm__piece_begin(out, DBGSHM_PART_BLOCK);
	dbgshm__piece_number(out, stream->number);
	dbgshm__piece_number(out, from);
	if (from == 0) {
		dbgshm__piece_number(out, ring);
		dbgshm__piece_number(out, 0);
		dbgshm__piece_number(out, feed->present.period_ns);
		dbgshm__piece_number(out, now->mono_ns);
		dbgshm__piece_number(out, now->real_ns);
		dbgshm__piece_number(out, now->boot_ns);
	}
	dbgshm__piece_bytes(out, re->bytes + from, re->size - from);
	dbgshm__piece_end(out);
	stream->last = *now;
	return (0);
}

/*
 * Blocks are numbered by their time, so that those of a feed that comes later are
 * none of those that there are already.
 */
int
dbgshm__feed_sample(struct dbgshm_feed *feed)
{
	struct feed_present *present = &feed->present;
	struct past_frame now = moment_of(feed),
			  *last = &present->past[DBGSHM_RING_METRICS].last;
	uint64_t number = 0;
	int error;

	if (now.mono_ns <= last->mono_ns && !feed->first)
		return (0); /* it is dead, or time stands still */
	if (feed->first || is_block_over(present, &now)) {
		number = now.real_ns & ~UINT64_C(1);
		if (number <= present->past[DBGSHM_RING_ROWS].number)
			number = present->past[DBGSHM_RING_ROWS].number + 1;
		present->period_ns = last->mono_ns != 0 && !feed->first
		    ? now.mono_ns - last->mono_ns
		    : feed->header.tick_period_ns;
	}
	error = tell_sample(feed, DBGSHM_RING_METRICS, &now, number);
	if (error == 0)
		error = tell_sample(
		    feed, DBGSHM_RING_ROWS, &now, number == 0 ? 0 : number + 1);
	feed->frames++;
	if (feed->real_ns < now.real_ns)
		feed->real_ns = now.real_ns;
	return (error);
}

void
dbgshm__feed_present_reset(struct dbgshm_feed *feed)
{
	struct feed_present *present = &feed->present;
	unsigned ring;

	for (ring = 0; ring < 2; ring++) {
		dbgshm__recoding_free(&present->now[ring].re);
		dbgshm__recoding_free(&present->past[ring].re);
	}
	dbgshm__coder_free(present->marks);
	free(present->words);
	*present = (struct feed_present){ 0 };
}
