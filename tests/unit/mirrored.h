/*
 * mirrored.h - a region, its feed, a mirror, and readers of both, which are compared
 * by all that they hand out.
 */
#ifndef MIRRORED_H
#define MIRRORED_H

#include "own.h"

#include <dbgshm/feed.h>

struct mirrored {
	struct dbgshm_reader *region, *image;
	struct dbgshm_feed *feed;
	struct dbgshm_mirror *mirror;
	void (*look)(const struct dbgshm_piece *); /* at each piece; NULL */
	size_t pieces, bytes, frames;
};

static inline void
mirrored_begin(struct mirrored *of, struct dbgshm_reader *region,
    unsigned flags, uint64_t past_bytes)
{
	*of = (struct mirrored){ .region = region };
	CHECK(dbgshm_feed_open(region, flags, 0, &of->feed) == 0);
	CHECK(dbgshm_mirror_create(past_bytes, &of->mirror) == 0);
}

/* All that is new, and what the image shows then. */
static inline void
mirrored_poll(struct mirrored *of)
{
	struct dbgshm_piece piece;

	do {
		CHECK(dbgshm_feed_next(of->feed, &piece) == 0);
		CHECK(piece.size <= 2 * DBGSHM_PIECE_SIZE);
		CHECK(piece.size != 0 || (!piece.more && piece.frames == 0));
		of->pieces += piece.size != 0;
		of->bytes += piece.size;
		of->frames += piece.frames;
		if (of->look != NULL)
			of->look(&piece);
		CHECK(piece.size == 0 ||
		    dbgshm_mirror_put(of->mirror, piece.bytes, piece.size) ==
			0);
	} while (piece.more);
	CHECK(dbgshm_mirror_settle(of->mirror) == 0);
	if (of->image == NULL)
		CHECK(dbgshm_mirror_reader(of->mirror, &of->image) == 0);
	CHECK(dbgshm_reader_refresh(of->image) == 0);
}

static inline void
mirrored_end(struct mirrored *of)
{
	dbgshm_reader_close(of->image);
	dbgshm_mirror_free(of->mirror);
	dbgshm_feed_close(of->feed);
}

/* The reader of the region as well. */
static inline void
mirrored_close(struct mirrored *of)
{
	mirrored_end(of);
	dbgshm_reader_close(of->region);
}

/* ---- the same? ---------------------------------------------------------------- */

static inline bool
same_text(struct dbgshm_text one, struct dbgshm_text other)
{
	return (one.length == other.length &&
	    memcmp(one.bytes, other.bytes, one.length) == 0);
}

static inline void
same_metrics(const struct dbgshm_reader *a, const struct dbgshm_reader *b)
{
	const struct dbgshm_metric_info *x, *y;
	struct dbgshm_histogram_info one, other;
	union dbgshm_value peak[2];
	uint64_t stamp[2] = { 0, 0 };
	size_t i, j;

	CHECK(dbgshm_reader_metric_count(a) == dbgshm_reader_metric_count(b));
	for (i = 0; i < dbgshm_reader_metric_count(a); i++) {
		x = dbgshm_reader_metric(a, i);
		y = dbgshm_reader_metric(b, i);
		CHECK(same_text(x->name, y->name) && x->kind == y->kind &&
		    same_text(x->help, y->help) &&
		    x->label_count == y->label_count);
		for (j = 0; j < x->label_count; j++)
			CHECK(same_text(x->labels[j].value, y->labels[j].value));
		CHECK(dbgshm_reader_value(a, i).u ==
		    dbgshm_reader_value(b, i).u);
		CHECK(dbgshm_reader_peak(a, i, &peak[0], &stamp[0]) ==
		    dbgshm_reader_peak(b, i, &peak[1], &stamp[1]));
		CHECK(stamp[0] == stamp[1]);
		if (x->kind != DBGSHM_METRIC_HISTOGRAM)
			continue;
		CHECK(dbgshm_reader_histogram(a, i, &one) == 0);
		CHECK(dbgshm_reader_histogram(b, i, &other) == 0);
		CHECK(one.count == other.count && one.sum == other.sum &&
		    one.max == other.max &&
		    dbgshm_histogram_quantile(&one, 0.9) ==
			dbgshm_histogram_quantile(&other, 0.9));
	}
}

static inline void
same_rows(
    const struct dbgshm_reader *a, const struct dbgshm_reader *b, size_t table)
{
	const struct dbgshm_table_info *info = dbgshm_reader_table(a, table),
				       *like = dbgshm_reader_table(b, table);
	const struct dbgshm_row_info *x, *y;
	struct dbgshm_cell one, other;
	size_t i, column;

	CHECK(info->capacity == like->capacity &&
	    info->column_count == like->column_count);
	CHECK(dbgshm_reader_row_count(a, table) ==
	    dbgshm_reader_row_count(b, table));
	for (i = 0; i < dbgshm_reader_row_count(a, table); i++) {
		x = dbgshm_reader_row(a, table, i);
		y = dbgshm_reader_row(b, table, i);
		CHECK(x->slot == y->slot && x->generation == y->generation &&
		    x->state == y->state && x->start_stamp == y->start_stamp &&
		    x->end_stamp == y->end_stamp);
		for (column = 0; column < info->column_count; column++) {
			if ((info->columns[column].flags &
				DBGSHM_COLUMN_DERIVED) != 0)
				continue; /* they go by the time */
			one = dbgshm_reader_cell(a, table, x, column);
			other = dbgshm_reader_cell(b, table, y, column);
			CHECK(one.u == other.u &&
			    same_text(one.text, other.text));
		}
	}
}

/* What two readers show, the time left out. */
static inline void
same_values(const struct dbgshm_reader *a, const struct dbgshm_reader *b)
{
	size_t i;

	same_metrics(a, b);
	CHECK(dbgshm_reader_table_count(a) == dbgshm_reader_table_count(b));
	for (i = 0; i < dbgshm_reader_table_count(a); i++)
		same_rows(a, b, i);
	CHECK(dbgshm_reader_info(a)->faults == 0);
	CHECK(dbgshm_reader_info(b)->faults == 0);
	CHECK(dbgshm_reader_info(a)->tick_count ==
	    dbgshm_reader_info(b)->tick_count);
	CHECK(dbgshm_reader_info(a)->heartbeat ==
	    dbgshm_reader_info(b)->heartbeat);
}

/* All moments of the first are in the second, or finer ones; how many. */
static inline size_t
same_past(struct dbgshm_reader *a, struct dbgshm_reader *b)
{
	struct dbgshm_past *past[2];
	struct dbgshm_moment x, y;
	ssize_t found;
	size_t i, count;

	CHECK(dbgshm_past_open(a, &past[0]) == 0);
	CHECK(dbgshm_past_open(b, &past[1]) == 0);
	count = dbgshm_past_count(past[0]);
	for (i = 0; i < count; i++) {
		x = dbgshm_past_moment(past[0], i);
		found = dbgshm_past_find(past[1], x.mono_ns);
		CHECK(found != -1);
		y = dbgshm_past_moment(past[1], (size_t)found);
		CHECK(x.mono_ns == y.mono_ns && x.real_ns == y.real_ns &&
		    x.boot_ns == y.boot_ns);
		CHECK(x.coarse == y.coarse ? x.period_ns == y.period_ns
					   : x.coarse); /* finer there */
		CHECK(dbgshm_past_show(past[0], i) == 0);
		CHECK(dbgshm_past_show(past[1], (size_t)found) == 0);
		same_metrics(a, b);
		if (dbgshm_past_rows_at(past[0]) == UINT64_MAX ||
		    x.coarse != y.coarse)
			continue;
		CHECK(dbgshm_past_rows_at(past[0]) ==
		    dbgshm_past_rows_at(past[1]));
		same_values(a, b);
	}
	dbgshm_past_close(past[0]);
	dbgshm_past_close(past[1]);
	return (count);
}

#endif
