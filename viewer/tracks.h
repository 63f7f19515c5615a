/*
 * tracks.h - values followed over time: metrics, and numbers in rows of tables.
 *
 * Only those that were asked for are read.  What is read at a moment is not made
 * into a model; that happens when records come or go, for their names.
 */
#ifndef VIEWER_TRACKS_H
#define VIEWER_TRACKS_H

#include "history.h"
#include "pattern.h"
#include "track.h"

struct tracks;

struct tracks *tracks_create(struct patterns *patterns, uint8_t level,
    struct model *model, bool secrets);
/* The model is for names; it may be one that shows the present. */
void tracks_destroy(struct tracks *);

void tracks_take(struct tracks *, const struct model_source parts[],
    size_t count, const struct track_time times[], const struct history *);
/* Reads what is asked for of the regions that are there; NULL: what they
	 * hand out is not of the past.  Several in a row are one sample, of the
	 * last values. */
void tracks_settle(struct tracks *);
/* The sample is complete: rates. */
void tracks_count(struct tracks *, uint64_t period_ns);
/* It is shown, and stands for so long: into the tallies. */
void tracks_next(struct tracks *); /* Another sample begins. */
void tracks_forget(struct tracks *);
/* No rates over what was before, and no tallies of it. */

size_t tracks_size(const struct tracks *);
struct track *tracks_at(const struct tracks *, size_t index);
/* In the order in which they were found.  They stay. */

size_t tracks_hidden(const struct tracks *);
/* Metrics that match, of a level that is not shown. */

/* ---- one value ------------------------------------------------------------ */

bool track_is_number(uint8_t column_type); /* it can be followed */

void track_begin_metric(struct track *, uint8_t kind, uint8_t unit);
void track_begin_column(struct track *, uint8_t type, uint8_t unit);
/* What it is. */

void track_read_metric(struct track *, const struct dbgshm_reader *,
    size_t metric, const struct track_time *time,
    const struct history *history, size_t part, bool buckets);
/* history: of which a moment is shown, NULL the present.  buckets: also those
	 * of a histogram. */
void track_read_cell(struct track *, const struct dbgshm_reader *, size_t table,
    const struct dbgshm_row_info *row, size_t column,
    const struct track_time *time);

#endif
