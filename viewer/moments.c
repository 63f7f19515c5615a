/*
 * moments.c - at which sample of a past something happened.
 *
 * What there is at each sample is boiled down to a few numbers, which are
 * compared with those of the sample before.  Decoding is cheap only forwards, so
 * what lies before is gone through in stretches.
 */
#include "moments.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define STRETCH 128
#define OVERLAP 4 /* samples before it, to compare with */

/* What is to be seen of one region at one moment. */
struct marks {
	bool known;
	uint64_t rows;	/* CHANGE: of all rows, in whatever order */
	uint64_t *list; /* EVENT: kinds of errors, late hearts; sorted */
	size_t count, room;
};

struct scan {
	struct past *past;
	enum moments_what what;
	struct marks marks[SOURCE_PARTS][2]; /* before, now */
};

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return (hash ^ hash >> 29);
}

/* ---- what there is at a moment ------------------------------------------------ */

static void
add_mark(struct marks *marks, uint64_t mark)
{
	if (marks->count == marks->room) {
		marks->room = 2 * marks->room + 16;
		marks->list = reallocarray(
		    marks->list, marks->room, sizeof(*marks->list));
		if (marks->list == NULL)
			err(1, "memory for %zu marks", marks->room);
	}
	marks->list[marks->count++] = mark;
}

static bool
is_late(const struct dbgshm_reader *reader, size_t table,
    const struct dbgshm_row_info *row)
{
	const struct dbgshm_table_info *info =
	    dbgshm_reader_table(reader, table);
	struct dbgshm_text text;
	size_t i;

	for (i = DBGSHM_HEARTBEAT_COLUMNS; i < info->column_count; i++) {
		if ((info->columns[i].flags & DBGSHM_COLUMN_DERIVED) == 0 ||
		    info->columns[i].type != DBGSHM_TYPE_ENUM)
			continue;
		text = dbgshm_reader_cell(reader, table, row, i).text;
		return (text.length == 4 && memcmp(text.bytes, "late", 4) == 0);
	}
	return (false);
}

/* A number for a table that other profiles do not change. */
static uint64_t
number_of(const struct dbgshm_reader *reader, size_t table)
{
	const struct dbgshm_table_info *info =
	    dbgshm_reader_table(reader, table);
	const struct dbgshm_profile_info *profile =
	    dbgshm_reader_profile(reader, info->profile);
	uint64_t number = info->generation;
	size_t i;

	for (i = 0; i < profile->path.length; i++)
		number = mix(number, (unsigned char)profile->path.bytes[i]);
	return (number);
}

static void
look_at_row(struct marks *marks, const struct dbgshm_reader *reader,
    size_t table, const struct dbgshm_row_info *row, uint64_t number,
    enum moments_what what)
{
	unsigned shape = dbgshm_reader_table(reader, table)->shape;
	uint64_t mark = mix(mix(number, row->slot), row->generation);

	if (what == MOMENTS_CHANGE)
		marks->rows += mark;
	else if (shape == DBGSHM_SHAPE_ERROR ||
	    (shape == DBGSHM_SHAPE_HEARTBEAT &&
		row->state == DBGSHM_ROWSTATE_LIVE &&
		is_late(reader, table, row)))
		add_mark(marks, mark);
}

static int
compare(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a < *b ? -1 : *a > *b);
}

/* Of a region whose rows reach that far. */
static void
look_at(struct scan *scan, size_t part, struct marks *marks)
{
	const struct dbgshm_reader *reader = scan->past->parts[part].reader;
	size_t i, table, count = dbgshm_reader_table_count(reader);
	uint64_t number;

	marks->rows = 0;
	marks->count = 0;
	marks->known = true;
	for (table = 0; table < count; table++) {
		marks->known &=
		    history_has_rows(scan->past->history, part, table);
		number = number_of(reader, table);
		for (i = 0; i < dbgshm_reader_row_count(reader, table); i++)
			look_at_row(marks, reader, table,
			    dbgshm_reader_row(reader, table, i), number,
			    scan->what);
	}
	if (marks->count > 1)
		qsort(marks->list, marks->count, sizeof(*marks->list), compare);
}

static bool
differs(
    const struct marks *before, const struct marks *now, enum moments_what what)
{
	size_t i, j = 0;

	if (!before->known || !now->known)
		return (false);
	if (what == MOMENTS_CHANGE)
		return (before->rows != now->rows);
	for (i = 0; i < now->count; i++) {
		while (j < before->count && before->list[j] < now->list[i])
			j++;
		if (j == before->count || before->list[j] != now->list[i])
			return (true);
	}
	return (false);
}

/* Goes on to a sample; whether something has happened since the last one. */
static bool
step(struct scan *scan, size_t index)
{
	struct history_sample sample =
	    history_sample(scan->past->history, index);
	struct marks last;
	bool happened = false;
	size_t i;

	if (history_show(scan->past->history, index) == -1)
		return (false);
	for (i = 0; i < scan->past->count; i++) {
		if (!sample.parts[i].there)
			continue;
		last = scan->marks[i][0];
		scan->marks[i][0] = scan->marks[i][1];
		scan->marks[i][1] = last;
		look_at(scan, i, &scan->marks[i][1]);
		happened |=
		    differs(&scan->marks[i][0], &scan->marks[i][1], scan->what);
	}
	return (happened);
}

static void
forget(struct scan *scan)
{
	size_t i;

	for (i = 0; i < SOURCE_PARTS; i++)
		scan->marks[i][0].known = scan->marks[i][1].known = false;
}

/* ---- both ways ------------------------------------------------------------------ */

/* The first or last of (from, to) where it happened; -1 none. */
static ssize_t
scan_stretch(struct scan *scan, size_t from, size_t to, bool first)
{
	size_t i = from < OVERLAP ? 0 : from - OVERLAP;
	ssize_t found = -1;

	forget(scan);
	for (; i < to; i++)
		if (step(scan, i) && i > from) {
			found = (ssize_t)i;
			if (first)
				break;
		}
	return (found);
}

static ssize_t
scan_rows(struct scan *scan, size_t low, size_t high, int direction)
{
	ssize_t found = -1;
	size_t from;

	if (direction > 0)
		return (scan_stretch(scan, low, high, true));
	while (found == -1 && high > low + 1) {
		from = high - low > STRETCH ? high - STRETCH : low;
		found = scan_stretch(scan, from, high, false);
		high = from + 1;
	}
	return (found);
}

/* The sample that is the first to show an event, next to `from`; -1 none. */
static ssize_t
find_event(const struct history *history, const struct model *heard,
    size_t from, int direction)
{
	const struct model_log *log;
	size_t i, j, at, count = history_count(history);
	ssize_t best = -1;

	for (i = 0; i < heard->profile_count; i++) {
		if ((log = heard->profiles[i].log) == NULL)
			continue;
		for (j = 0; j < log->event_count; j++) {
			if (log->events[j].severity < DBGSHM_SEVERITY_WARN)
				continue;
			at = history_after(history, log->events[j].mono_ns);
			if (at >= count)
				continue;
			if (direction > 0
				? at > from && (best == -1 || at < (size_t)best)
				: at < from && (ssize_t)at > best)
				best = (ssize_t)at;
		}
	}
	return (best);
}

ssize_t
moments_find(struct past *past, const struct model *heard, size_t from,
    int direction, enum moments_what what)
{
	struct scan scan = { .past = past, .what = what };
	size_t i, low = from, high = history_count(past->history);
	ssize_t event = -1, found;

	if (direction < 0) {
		low = 0;
		high = from;
	}
	if (what == MOMENTS_EVENT)
		event = find_event(past->history, heard, from, direction);
	/* Only what is nearer than that. */
	if (event >= 0 && direction > 0)
		high = (size_t)event;
	else if (event >= 0)
		low = (size_t)event;
	found = high > low ? scan_rows(&scan, low, high, direction) : -1;
	for (i = 0; i < SOURCE_PARTS; i++) {
		free(scan.marks[i][0].list);
		free(scan.marks[i][1].list);
	}
	return (found >= 0 ? found : event);
}
