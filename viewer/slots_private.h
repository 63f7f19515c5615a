/*
 * slots_private.h - what the two files of slots share: which number of a reader
 * belongs to which line.
 */
#ifndef VIEWER_SLOTS_PRIVATE_H
#define VIEWER_SLOTS_PRIVATE_H

#include "slots.h"

#define SLOTS_NONE SIZE_MAX

/* A number of a reader, and the line that it belongs to. */
struct slots_place {
	size_t index, line;
};

/* A table whose rows are counted, and looked into when they are few. */
struct slots_table {
	size_t part;
	uint64_t path;	/* tree_id() of it, as the region has it */
	size_t line;	/* of its count of rows */
	uint64_t *rows; /* ids, sorted */
	size_t *columns;
	size_t row_count, column_count;
	size_t cells; /* first line of them, row by row */
};

/* One region, by the numbers that its reader uses at the moment. */
struct slots_part {
	struct dbgshm_reader *reader;
	uint64_t names; /* model_names() that this is about */
	bool named, shown;
	struct slots_place *values, *grown; /* metrics */
	size_t value_count, grown_count;
	struct slots_place *tables; /* line: number of the slots_table */
	size_t table_count;
};

struct slots_reading {
	struct slots *slots;
	struct history *history;
	const struct model_source *sources;
	size_t part_count;
	struct slots_part parts[SOURCE_PARTS];
	struct slots_id {
		uint64_t id;
		size_t line;
	} *ids; /* of metrics, sorted */
	size_t id_count, id_room, line_room;
	struct slots_table *tables;
	size_t table_count;
	size_t value_count; /* lines of values that each sample is asked for */
};

/* The sample that is read. */
struct slots_now {
	size_t part, slot; /* SLOTS_NONE: before the first slot */
	bool after, gap, close; /* close: it is the last one of the slot */
	uint64_t mono_ns, real_ns;
};

/* ---- slots_lines.c ---------------------------------------------------------- */

void slots_plan(struct slots_reading *);
	/* The lines: of what is in slots->last, which the readers show. */
void slots_name(struct slots_reading *, size_t part);
	/* Brings a part in line with what its reader shows. */
void slots_reading_fini(struct slots_reading *);

/* ---- slots_put.c ------------------------------------------------------------ */

void slots_see(struct slots_line *, const struct slots_now *, bool first);
	/* It is there.  first: so may it have been before. */
void slots_widen(
    struct slots_line *, const struct slots_now *, double low, double high);
	/* It was there as well. */
void slots_put_value(
    struct slots_line *, const struct slots_now *, double value);
void slots_put_grown(struct slots_line *, const struct slots_now *,
    uint64_t value, uint64_t slot_ns);
	/* What has come since the stop before; a rate when the slot ends. */
void slots_put_histogram(struct slots_line *, const struct slots_now *,
    const struct dbgshm_histogram_info *, uint64_t slot_ns);

#endif
