/*
 * shaped.h - a region made by hand with one table of a shape, and its reader.
 *
 * Nobody holds its lock: its writer is dead, and its last tick was at 5 s.
 */
#ifndef SHAPED_H
#define SHAPED_H

#include "image_shapes.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define S UINT64_C(1000000000) /* a second */

/* All shapes, with the names of their derived columns. */
static const struct {
	uint16_t shape;
	const char *name, *derived[4];
} shapes[] = {
	{ DBGSHM_SHAPE_PLAIN, "plain", { NULL } },
	{ DBGSHM_SHAPE_OBJECT, "object", { "age" } },
	{ DBGSHM_SHAPE_OPERATION, "operation", { "elapsed", "quiet" } },
	{ DBGSHM_SHAPE_STEP, "step", { "elapsed" } },
	{ DBGSHM_SHAPE_HEARTBEAT, "heartbeat", { "age", "verdict" } },
	{ DBGSHM_SHAPE_QUEUE, "queue", { "depth", "in_flight", "oldest_age" } },
	{ DBGSHM_SHAPE_CACHE, "cache", { "hit_rate" } },
	{ DBGSHM_SHAPE_LIMIT, "limit", { "used", "waiting_for" } },
	{ DBGSHM_SHAPE_WORKER, "worker", { "elapsed" } },
	{ DBGSHM_SHAPE_PAIR, "pair", { "held" } },
	{ DBGSHM_SHAPE_SCHEDULE, "schedule", { "due_in" } },
	{ DBGSHM_SHAPE_ERROR, "error", { "age", "first" } },
};

/* A region with one table of a shape, number 9. */
struct shaped {
	struct image image;
	struct dbgshm_desc_table *table;
	int file;
	struct dbgshm_reader *reader;
};

static inline void
shaped_start(struct shaped *shaped, uint16_t shape)
{
	memset(shaped, 0, sizeof(*shaped));
	image_start(&shaped->image);
	shaped->table = image_shape(&shaped->image,
	    image_profile(&shaped->image, "shaped"), shape, 9, 8);
	shaped->file = -1;
}

static inline void
shaped_open(struct shaped *shaped)
{
	shaped->file = image_file(&shaped->image, IMAGE_SIZE);
	assert_int_equal(image_attach(shaped->file, &shaped->reader, NULL), 0);
	assert_int_equal(dbgshm_reader_refresh(shaped->reader), 0);
}

static inline void
shaped_again(struct shaped *shaped)
{
	assert_int_equal(
	    pwrite(shaped->file, shaped->image.bytes, IMAGE_SIZE, 0),
	    IMAGE_SIZE);
	assert_int_equal(dbgshm_reader_refresh(shaped->reader), 0);
}

static inline void
shaped_end(struct shaped *shaped)
{
	if (shaped->file != -1) {
		dbgshm_reader_close(shaped->reader);
		(void)close(shaped->file);
	}
	image_free(&shaped->image);
}

static inline uint64_t *
row(struct shaped *shaped, uint32_t slot, uint64_t start, uint64_t end)
{
	return (shape_fill(&shaped->image, shaped->table, slot, 1, start, end));
}

static inline bool
text_is(struct dbgshm_text text, const char *expected)
{
	return (text.length == strlen(expected) &&
	    memcmp(text.bytes, expected, text.length) == 0);
}

static inline struct dbgshm_cell
cell(const struct shaped *shaped, size_t index, const char *name)
{
	const struct dbgshm_table_info *info =
	    dbgshm_reader_table(shaped->reader, 0);
	size_t i;

	for (i = 0; i < info->column_count; i++)
		if (text_is(info->columns[i].name, name))
			return (dbgshm_reader_cell(shaped->reader, 0,
			    dbgshm_reader_row(shaped->reader, 0, index), i));
	fail_msg("no column %s", name);
	abort();
}

/* Slots in the order of their rows, as digits. */
static inline void
assert_order(const struct shaped *shaped, const char *expected)
{
	char order[16] = "";
	size_t i, count = dbgshm_reader_row_count(shaped->reader, 0);

	for (i = 0; i < count; i++)
		order[i] = (char)('0' +
		    dbgshm_reader_row(shaped->reader, 0, i)->slot);
	assert_string_equal(order, expected);
}

#endif
