/*
 * stamps.c - stamps as times, and what time it is in a frame.
 *
 * All ages are counted by the writer's CLOCK_MONOTONIC.  While the writer lives
 * that is this machine's clock, or, across time namespaces and boots, as far
 * behind the writer's last tick as the wall clock is.  A dead writer's time ended
 * with the last that it is known to have done.
 */
#include "obj.h"
#include "view.h"

#include <string.h>

#define READER(reader) DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER)

__extension__ typedef __int128 wide;

static uint64_t
clamp(wide ns)
{
	if (ns < 1)
		return (1); /* 0 would say "never" */
	return (ns > (wide)UINT64_MAX ? UINT64_MAX : (uint64_t)ns);
}

uint64_t
dbgshm__stamp_ns(const struct dbgshm_header *header, uint64_t stamp)
{
	int64_t distance;

	if (stamp == 0 || header->clock_kind == DBGSHM_CLOCK_MONOTONIC)
		return (stamp);
	distance = (int64_t)(stamp - header->clock_stamp);
	return (clamp((wide)header->clock_mono_ns +
	    (((wide)distance * (wide)header->clock_mult) >> 32)));
}

uint64_t
dbgshm_reader_stamp_ns(const struct dbgshm_reader *reader, uint64_t stamp)
{
	READER(reader);
	return (dbgshm__stamp_ns(&dbgshm__frame(reader)->header, stamp));
}

uint64_t
dbgshm_reader_stamp_real_ns(const struct dbgshm_reader *reader, uint64_t stamp)
{
	const struct dbgshm_header *header;
	uint64_t ns = dbgshm_reader_stamp_ns(reader, stamp);

	if (ns == 0)
		return (0);
	header = &dbgshm__frame(reader)->header;
	return (clamp((wide)header->clock_real_ns +
	    ((wide)ns - (wide)header->clock_mono_ns)));
}

/* ---- now ------------------------------------------------------------------ */

uint64_t
dbgshm__now_here(const struct dbgshm_frame *frame, struct dbgshm_host *host)
{
	const struct dbgshm_header *header = &frame->header;
	wide mono_ns = header->clock_mono_ns, real_ns = header->clock_real_ns;

	if (dbgshm__is_image(header))
		return (clamp((wide)header->taken_mono_ns));
	if (dbgshm__life_same_boot(header, host) &&
	    header->time_namespace == host->time_namespace)
		return (frame->end_mono_ns);
	if (mono_ns == 0) { /* no tick yet */
		mono_ns = header->created_mono_ns;
		real_ns = header->created_real_ns;
	}
	return (clamp(mono_ns + (wide)frame->real_ns - real_ns +
	    (wide)(frame->end_mono_ns - frame->start_mono_ns)));
}

struct last {
	const struct dbgshm_header *header;
	uint64_t ns, limit;
};

/* A stamp that lies behind the limit says nothing. */
static void
look_at(struct last *last, uint64_t stamp)
{
	uint64_t ns = dbgshm__stamp_ns(last->header, stamp);

	if (ns > last->ns && ns <= last->limit)
		last->ns = ns;
}

/*
 * The latest stamp of a table's rows.  Of the columns only those of the shape
 * are looked at, which tell what has been: TIME columns of the program's own may
 * well lie in the future.
 */
static void
look_at_rows(struct last *last, const struct dbgshm_table_info *info,
    const struct dbgshm_table_place *place,
    const struct dbgshm_frame_table *rows)
{
	const struct dbgshm_row_info *row;
	size_t column, columns, i;

	columns = dbgshm__shape_columns(info->shape);
	for (i = 0; i < rows->count; i++) {
		row = &rows->infos[i];
		look_at(last, row->start_stamp);
		look_at(last, row->end_stamp);
		for (column = 0; column < columns; column++)
			if (info->columns[column].type == DBGSHM_TYPE_TIME)
				look_at(last,
				    row->words[place->columns[column].word]);
	}
}

void
dbgshm__now(const struct dbgshm_schema *schema, struct dbgshm_frame *frame,
    bool lives, struct dbgshm_host *host)
{
	struct last last = { .header = &frame->header };
	size_t i;

	last.limit = dbgshm__now_here(frame, host);
	frame->now_ns = last.limit;
	if (lives)
		return;
	last.ns = frame->header.clock_mono_ns;
	if (last.ns > last.limit)
		last.ns = last.limit;
	for (i = 0; i < schema->table_count; i++)
		look_at_rows(&last, &schema->tables[i],
		    &schema->table_places[i], &frame->tables[i]);
	frame->now_ns = last.ns;
}

uint64_t
dbgshm_reader_now_ns(const struct dbgshm_reader *reader)
{
	READER(reader);
	return (dbgshm__frame(reader)->now_ns);
}

/* ---- rows ----------------------------------------------------------------- */

bool
dbgshm__row_is_over(const struct dbgshm_row_info *row)
{
	switch (row->state) {
	case DBGSHM_ROWSTATE_LIVE:
		return (false);
	case DBGSHM_ROWSTATE_FINISHED:
		return (true);
	default:
		return (row->end_stamp != 0);
	}
}

uint64_t
dbgshm_reader_row_start_ns(
    const struct dbgshm_reader *reader, const struct dbgshm_row_info *row)
{
	return (dbgshm_reader_stamp_ns(reader, row->start_stamp));
}

uint64_t
dbgshm_reader_row_end_ns(
    const struct dbgshm_reader *reader, const struct dbgshm_row_info *row)
{
	return (dbgshm__row_is_over(row)
		? dbgshm_reader_stamp_ns(reader, row->end_stamp)
		: 0);
}
