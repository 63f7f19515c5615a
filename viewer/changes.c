/*
 * changes.c - what the last minutes differ in from the time before, ranked.
 */
#include "changes_private.h"
#include "drift.h"
#include "shape.h"
#include "tree.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS UINT64_C(1000000000)
#define MINUTE_NS (60 * NS)

#define SHOWN_SCORE 0.04 /* less is not worth a line */
#define RANKS 20	 /* scores that close are the same: no jumping about */
#define MOST 500	 /* lines; nobody reads more */
#define ALIKE_MOST 3	 /* rows of one table that changed in one column */
#define ERROR_WEIGHT 1.3 /* an error counts more than what it does elsewhere */
#define PEAK_BESIDE 0.5	 /* of the change: so far above it a peak is told */

/* ---- the list ----------------------------------------------------------------- */

static const char *
keep(struct changes_work *work, const char *text)
{
	return (arena_print(&work->arena, "%s", text));
}

void
changes_add(
    struct changes_work *work, const struct change *change, const void *alike)
{
	struct change *added;

	/* What reads the same is no change to anybody. */
	if (change->score < SHOWN_SCORE ||
	    (strcmp(change->was, change->now) == 0 && change->when[0] == '\0'))
		return;
	if (work->count == work->room) {
		work->room = 2 * work->room + 64;
		work->list =
		    reallocarray(work->list, work->room, sizeof(*work->list));
		if (work->list == NULL)
			err(1, "memory for %zu changes", work->room);
	}
	work->list[work->count].alike = alike;
	added = &work->list[work->count++].change;
	*added = *change;
	if (added->score > 1)
		added->score = 1;
	added->was = keep(work, change->was);
	added->now = keep(work, change->now);
	added->when = keep(work, change->when);
}

static int
compare_changes(const void *left, const void *right)
{
	const struct changes_found *a = left, *b = right;
	int x = (int)(a->change.score * RANKS);
	int y = (int)(b->change.score * RANKS);

	if (x != y)
		return (x > y ? -1 : 1);
	return (strcmp(a->change.where, b->change.where));
}

const char *
changes_where(struct changes_work *work, const struct model_profile *profile,
    const struct model_row *row, const char *what)
{
	const char *name, *gap = *what == '\0' ? "" : " ";

	if (row == NULL)
		return (arena_print(
		    &work->arena, "%s%s%s", profile->path, gap, what));
	name = shape_name(profile, row);
	if (*name == '\0')
		return (arena_print(&work->arena, "%s[%s]%s%s", profile->path,
		    row->name, gap, what));
	return (arena_print(
	    &work->arena, "%s: \"%s\"%s%s", profile->path, name, gap, what));
}

/* ---- numbers ------------------------------------------------------------------- */

/* As people say it: "31 ms", not "31.0 ms". */
static const char *
number(char text[FMT_SIZE], const struct slots_line *line, double value)
{
	char *point, *end;

	if (line->what == SLOTS_RATE)
		fmt_rate(text, FMT_SIZE, line->unit, value, false);
	else
		fmt_unit(text, FMT_SIZE, line->unit, value, false);
	if ((point = strchr(text, '.')) == NULL)
		return (text);
	end = point + 1 + strspn(point + 1, "0");
	if (*end < '0' || *end > '9')
		memmove(point, end, strlen(end) + 1);
	return (text);
}

static void
at_clock(char text[CHANGES_TEXT], const char *word, const char *value,
    const char *at, uint64_t real_ns)
{
	char clock[FMT_SIZE];

	snprintf(text, CHANGES_TEXT, "%s%s%s%s%s", word,
	    *value == '\0' ? "" : " ", value, at,
	    fmt_clock(clock, sizeof(clock), real_ns));
}

static void
extreme_when(struct change *change, char text[CHANGES_TEXT],
    const struct slots_line *line, bool high)
{
	char value[FMT_SIZE];

	number(value, line, high ? line->high : line->low);
	change->when_real_ns = high ? line->high_real_ns : line->low_real_ns;
	at_clock(
	    text, high ? "peak" : "low", value, " at ", change->when_real_ns);
}

static void
slope_when(char text[CHANGES_TEXT], const struct slots_line *line, double slope,
    uint64_t slot_ns)
{
	char value[FMT_SIZE];
	double minute = slope * (double)MINUTE_NS / (double)slot_ns;

	snprintf(text, CHANGES_TEXT, "%s%s/min", minute > 0 ? "+" : "",
	    number(value, line, minute));
}

static double
last_known(const struct slots *slots, const struct slots_line *line)
{
	size_t i = slots->before + slots->after;

	while (i > 0 && isnan(line->values[i - 1]))
		i--;
	return (i == 0 ? NAN : line->values[i - 1]);
}

/* "7.9 ms from 11:58:02 to 11:59:40" */
static void
ended_when(char text[CHANGES_TEXT], const struct slots *slots,
    const struct slots_line *line, const struct drift *drift)
{
	char value[FMT_SIZE], from[FMT_SIZE], to[FMT_SIZE];

	snprintf(text, CHANGES_TEXT, "%.20s from %.20s to %.20s",
	    number(value, line, drift->now),
	    fmt_clock(from, sizeof(from), slots->real_ns[drift->began]),
	    fmt_clock(to, sizeof(to), slots->real_ns[drift->ended]));
}

/* Of a change that lasts: how it goes on, how far it went, or since when. */
static void
level_when(struct change *change, char text[CHANGES_TEXT],
    const struct slots *slots, const struct slots_line *line,
    const struct drift *drift)
{
	double size = fabs(drift->now - drift->was) * PEAK_BESIDE;

	change->when_real_ns = slots->real_ns[drift->began];
	if (drift->ended != 0)
		ended_when(text, slots, line, drift);
	else if (!isnan(drift->slope))
		slope_when(text, line, drift->slope, slots->slot_ns);
	else if (drift->now > drift->was && line->high > drift->now + size)
		extreme_when(change, text, line, true);
	else if (drift->now < drift->was && line->low < drift->now - size)
		extreme_when(change, text, line, false);
	else
		at_clock(text, "since", "", " ", change->when_real_ns);
}

static bool
is_error(const struct slots_line *line)
{
	return (line->row != NULL &&
	    line->profile->table->shape == DBGSHM_SHAPE_ERROR &&
	    line->column == DBGSHM_ERROR_COUNT);
}

static const char *
where_of(struct changes_work *work, const struct slots_line *line)
{
	const struct model_metric *metric = line->metric;

	if (line->what == SLOTS_ROWS)
		return (changes_where(work, line->profile, NULL, "rows"));
	if (line->row != NULL)
		return (changes_where(work, line->profile, line->row,
		    is_error(line)
			? ""
			: line->profile->table->columns[line->column].name));
	return (arena_print(&work->arena, "%s/%s%s%s", line->profile->path,
	    metric->name, metric->labels,
	    line->what == SLOTS_P99			  ? " p99"
		: metric->kind == DBGSHM_METRIC_HISTOGRAM ? " count"
							  : ""));
}

static uint8_t
level_of(const struct slots_line *line)
{
	uint8_t level = line->profile->level, own = 0;

	if (line->metric != NULL)
		own = line->metric->level;
	else if (line->row != NULL)
		own = line->profile->table->columns[line->column].level;
	return (own > level ? own : level);
}

/* ---- one line -------------------------------------------------------------------- */

static void
add_line(struct changes_work *work, const struct slots_line *line,
    const struct drift *drift)
{
	char was[CHANGES_TEXT], now[CHANGES_TEXT], when[CHANGES_TEXT] = "";
	const struct slots *slots = work->slots;
	struct change change = {
		.kind = line->what == SLOTS_ROWS ? CHANGE_ROWS : CHANGE_METRIC,
		.score = drift->score,
		.was = number(was, line, drift->was),
		.now = number(now, line, drift->now),
		.when = when,
		.profile =
		    tree_id(line->profile->path, strlen(line->profile->path)),
		.object = line->metric != NULL ? line->metric->id
		    : line->row != NULL	       ? line->row->id
					       : 0,
		.level = level_of(line),
	};

	if (line->what == SLOTS_RATE && !(line->high_before > 0))
		change.was = "none";
	switch (drift->kind) {
	case DRIFT_PEAK:
	case DRIFT_DIP:
		change.kind = CHANGE_PEAK;
		change.now = number(now, line, last_known(slots, line));
		extreme_when(&change, when, line, drift->kind == DRIFT_PEAK);
		break;
	case DRIFT_FIRST:
		change.now =
		    fmt_unit(now, sizeof(now), line->unit, line->total, false);
		change.when_real_ns = slots->real_ns[drift->began];
		at_clock(when, "first", "", " ", change.when_real_ns);
		break;
	case DRIFT_GROWTH:
		change.now = number(now, line, last_known(slots, line));
		slope_when(when, line, drift->slope, slots->slot_ns);
		break;
	default:
		if (drift->ended != 0)
			change.now = number(now, line, last_known(slots, line));
		level_when(&change, when, slots, line, drift);
		break;
	}
	if (is_error(line)) {
		change.kind = CHANGE_ERROR;
		change.score *= ERROR_WEIGHT;
	}
	change.where = where_of(work, line);
	changes_add(work, &change,
	    line->row != NULL ? &line->profile->table->columns[line->column]
			      : NULL);
}

static bool
is_steady(const struct slots_line *line)
{
	return (line->low == line->high && line->low_before == line->low &&
	    line->high_before == line->high);
}

static void
judge_line(struct changes_work *work, const struct slots_line *line)
{
	struct drift_numbers numbers = {
		.values = line->values,
		.before = work->slots->before,
		.after = work->slots->after,
		.low_before = line->low_before,
		.high_before = line->high_before,
		.low = line->low,
		.high = line->high,
		.least = drift_least(line->unit, line->what == SLOTS_RATE),
		.grows = line->what == SLOTS_RATE,
		.trend = line->what == SLOTS_VALUE || line->what == SLOTS_ROWS,
	};
	struct drift drift;

	if (is_steady(line) || !drift_judge(&numbers, &drift) ||
	    drift.kind == DRIFT_NONE)
		return;
	add_line(work, line, &drift);
}

/* Of rows that changed alike only those with the highest scores stay: all of them
 * would hide what else there is. */
static void
hand_out(struct changes_work *work)
{
	struct change *list;
	size_t i, j, count = 0, alike;

	if (work->count == 0)
		return;
	qsort(work->list, work->count, sizeof(*work->list), compare_changes);
	list = arena_take(&work->arena, MOST, sizeof(*list));
	for (i = 0; i < work->count && count < MOST; i++) {
		for (j = alike = 0; work->list[i].alike != NULL && j < i; j++)
			alike += work->list[j].alike == work->list[i].alike;
		if (alike < ALIKE_MOST)
			list[count++] = work->list[i].change;
	}
	work->shown.list = list;
	work->shown.count = count;
}

struct changes *
changes_make(struct history *history, const struct model_source parts[],
    size_t count, const struct model *now, uint64_t until_real_ns,
    uint64_t window_ns)
{
	struct changes_work *work = calloc(1, sizeof(*work));
	struct slots *slots;
	size_t i;

	if (work == NULL)
		err(1, "memory for changes");
	work->shown.window_ns = window_ns;
	slots = work->slots =
	    slots_read(history, parts, count, until_real_ns, window_ns);
	if (slots == NULL)
		return (&work->shown);
	work->shown.window_ns = (slots->after - 1) * slots->slot_ns;
	work->shown.before_ns = slots->before * slots->slot_ns;
	work->shown.compared = slots->count;
	for (i = 0; i < slots->count; i++)
		judge_line(work, &slots->lines[i]);
	changes_objects(work);
	changes_events(work, now);
	hand_out(work);
	return (&work->shown);
}

void
changes_free(struct changes *changes)
{
	struct changes_work *work = (struct changes_work *)changes;

	if (changes == NULL)
		return;
	slots_free(work->slots);
	arena_free(&work->arena);
	free(work->list);
	free(work);
}
