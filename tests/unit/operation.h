/*
 * operation.h - operations of this process, for tests of them.
 */
#ifndef OPERATION_H
#define OPERATION_H

#include "own.h"

#include <dbgshm/shapes.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 20
#else
#define SCALE 1
#endif

#define CAPACITY 4

enum { READ, WRITE };
static const char *const kinds[] = { "read", "write", NULL };

static struct dbgshm_profile *profile;
static struct dbgshm_operations *ops;

static inline void
start(void)
{
	own_start();
	CHECK((profile = dbgshm_profile_add("ops", "work", NULL)) != NULL);
	CHECK(
	    (ops = dbgshm_operations_create(profile, kinds, CAPACITY)) != NULL);
}

/* An operation as a reader sees it. */
struct seen {
	bool there, finished, has_parent;
	uint64_t kind, done, total, progressed, outcome, parent, thread;
	uint64_t start, end;
	char detail[128], phase[64];
};

static inline void
copy_text(char *to, size_t size, struct dbgshm_text text)
{
	CHECK(text.length < size);
	memcpy(to, text.bytes, text.length);
	to[text.length] = '\0';
}

static inline struct seen
see(struct dbgshm_operation operation)
{
	struct dbgshm_reader *reader = own_reader();
	struct dbgshm_reference found;
	const struct dbgshm_row_info *row;
	struct seen seen;

	memset(&seen, 0, sizeof(seen));
	CHECK(dbgshm_reader_reference(
		  reader, dbgshm_row_reference(operation.row), &found) == 0);
	if (found.row >= 0) {
		row = dbgshm_reader_row(
		    reader, (size_t)found.table, (size_t)found.row);
#define CELL(column)                                                           \
	dbgshm_reader_cell(                                                    \
	    reader, (size_t)found.table, row, DBGSHM_OPERATION_##column)
		seen.there = true;
		seen.finished = row->state == DBGSHM_ROWSTATE_FINISHED;
		seen.kind = CELL(KIND).u;
		seen.done = CELL(DONE).u;
		seen.total = CELL(TOTAL).u;
		seen.progressed = CELL(PROGRESSED).u;
		seen.outcome = CELL(OUTCOME).u;
		seen.parent = CELL(PARENT).u;
		seen.thread = CELL(THREAD).u;
		seen.start = row->start_stamp;
		seen.end = row->end_stamp;
		copy_text(seen.detail, sizeof(seen.detail), CELL(DETAIL).text);
		copy_text(seen.phase, sizeof(seen.phase), CELL(PHASE).text);
	}
	dbgshm_reader_close(reader);
	return (seen);
}

static inline struct dbgshm_histogram_info
latency(const char *kind)
{
	struct dbgshm_reader *reader = own_reader();
	struct dbgshm_histogram_info info;

	CHECK(dbgshm_reader_histogram(reader,
		  own_labelled(reader, "latency", &kind, 1), &info) == 0);
	dbgshm_reader_close(reader);
	return (info); /* its buckets are gone */
}

static inline uint64_t
outcomes(const char *kind, const char *outcome)
{
	const char *const values[] = { kind, outcome };
	struct dbgshm_reader *reader = own_reader();
	uint64_t count = dbgshm_reader_value(
	    reader, own_labelled(reader, "outcomes", values, 2))
			     .u;

	dbgshm_reader_close(reader);
	return (count);
}

static inline uint64_t
dropped(void)
{
	struct dbgshm_reader *reader = own_reader();
	uint64_t rows = dbgshm_reader_table(reader, 0)->drop_rows;

	dbgshm_reader_close(reader);
	return (rows);
}

#endif
