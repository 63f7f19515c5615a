/*
 * shown.h - what a reader sees of one table of this very process.
 *
 * For tests that record and then look.  Everything ends the case by CHECK.
 */
#ifndef SHOWN_H
#define SHOWN_H

#include "own.h"

#include <dbgshm/shapes.h>

struct shown {
	struct dbgshm_reader *reader;
	size_t profile, table;
};

static inline void
shown_refresh(struct shown *shown)
{
	CHECK(dbgshm_reader_refresh(shown->reader) == 0);
}

/* The profile of that path, and its table. */
static inline void
shown_open(struct shown *shown, const char *path)
{
	const struct dbgshm_profile_info *profile;
	size_t i, count;

	shown->reader = own_reader();
	count = dbgshm_reader_profile_count(shown->reader);
	for (i = 0; i < count; i++) {
		profile = dbgshm_reader_profile(shown->reader, i);
		if (!own_text_is(profile->path, path))
			continue;
		CHECK(profile->table != -1);
		shown->profile = i;
		shown->table = (size_t)profile->table;
		return;
	}
	CHECK(false);
}

static inline void
shown_close(struct shown *shown)
{
	dbgshm_reader_close(shown->reader);
}

static inline size_t
shown_count(const struct shown *shown)
{
	return (dbgshm_reader_row_count(shown->reader, shown->table));
}

static inline const struct dbgshm_row_info *
shown_row(const struct shown *shown, size_t index)
{
	return (dbgshm_reader_row(shown->reader, shown->table, index));
}

static inline struct dbgshm_cell
shown_cell(const struct shown *shown, const struct dbgshm_row_info *row,
    size_t column)
{
	return (dbgshm_reader_cell(shown->reader, shown->table, row, column));
}

static inline uint64_t
shown_u(const struct shown *shown, const struct dbgshm_row_info *row,
    size_t column)
{
	return (shown_cell(shown, row, column).u);
}

static inline bool
shown_is(const struct shown *shown, const struct dbgshm_row_info *row,
    size_t column, const char *text)
{
	return (own_text_is(shown_cell(shown, row, column).text, text));
}

/* The row whose text in that column is this; NULL when there is none. */
static inline const struct dbgshm_row_info *
shown_find(const struct shown *shown, size_t column, const char *text)
{
	size_t i;

	for (i = 0; i < shown_count(shown); i++)
		if (shown_is(shown, shown_row(shown, i), column, text))
			return (shown_row(shown, i));
	return (NULL);
}

static inline const struct dbgshm_table_info *
shown_table(const struct shown *shown)
{
	return (dbgshm_reader_table(shown->reader, shown->table));
}

/* The value of a metric of the profile. */
static inline uint64_t
shown_metric(const struct shown *shown, const char *name)
{
	const struct dbgshm_profile_info *profile =
	    dbgshm_reader_profile(shown->reader, shown->profile);
	size_t i;

	for (i = 0; i < profile->metric_count; i++)
		if (own_text_is(
			dbgshm_reader_metric(
			    shown->reader, profile->metric_first + i)
			    ->name,
			name))
			return (dbgshm_reader_value(
			    shown->reader, profile->metric_first + i)
				    .u);
	CHECK(false);
	return (0);
}

#endif
