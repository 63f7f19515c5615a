/*
 * own.h - the region of this process as a reader sees it.
 */
#ifndef OWN_H
#define OWN_H

#include "child.h"

#include <dbgshm/reader.h>
#include <dbgshm/writer.h>

#include <stdint.h>
#include <string.h>

/* A region of this process that everybody may see; ticks come by hand. */
static inline void
own_start(void)
{
	CHECK(dbgshm_init(&(struct dbgshm_options){
		  .sampling = DBGSHM_SAMPLER_TICK,
		  .state = DBGSHM_PUBLISHED }) == 0);
}

/* A reader with a first frame; the caller closes it. */
static inline struct dbgshm_reader *
own_reader(void)
{
	struct dbgshm_reader *reader;
	char path[256];

	CHECK(region_file(getpid(), false, path, sizeof(path)));
	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	return (reader);
}

static inline bool
own_text_is(struct dbgshm_text text, const char *expected)
{
	return (text.length == strlen(expected) &&
	    memcmp(text.bytes, expected, text.length) == 0);
}

/* Index of the metric with this name and these values of its labels. */
static inline size_t
own_labelled(const struct dbgshm_reader *reader, const char *name,
    const char *const *values, size_t count)
{
	const struct dbgshm_metric_info *info;
	size_t i, same;

	for (i = 0; i < dbgshm_reader_metric_count(reader); i++) {
		info = dbgshm_reader_metric(reader, i);
		if (!own_text_is(info->name, name) ||
		    info->label_count != count)
			continue;
		for (same = 0; same < count &&
		     own_text_is(info->labels[same].value, values[same]);)
			same++;
		if (same == count)
			return (i);
	}
	CHECK(false);
	return (SIZE_MAX);
}

static inline size_t
own_metric(const struct dbgshm_reader *reader, const char *name)
{
	return (own_labelled(reader, name, NULL, 0));
}

/* Index of a column, by its name. */
static inline size_t
own_column(
    const struct dbgshm_reader *reader, size_t table, const char *name)
{
	const struct dbgshm_table_info *info =
	    dbgshm_reader_table(reader, table);
	size_t i;

	for (i = 0; i < info->column_count; i++)
		if (own_text_is(info->columns[i].name, name))
			return (i);
	CHECK(false);
	return (SIZE_MAX);
}

/* The row of a slot; NULL when it is free. */
static inline const struct dbgshm_row_info *
own_slot(const struct dbgshm_reader *reader, size_t table, uint32_t slot)
{
	const struct dbgshm_row_info *row;
	size_t i;

	for (i = 0; i < dbgshm_reader_row_count(reader, table); i++) {
		row = dbgshm_reader_row(reader, table, i);
		if (row->slot == slot)
			return (row);
	}
	return (NULL);
}

#endif
