/*
 * export_model.c - what a model shows, as series.
 */
#include "export_name.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LABELS_MAX 64

/* One number on its way into the set. */
struct number {
	struct export_family family; /* like this one */
	struct export_series series;
	struct export_label labels[LABELS_MAX];
	union dbgshm_value value;
};

/* ---- into the set ------------------------------------------------------------- */

static int
compare_keys(const void *left, const void *right)
{
	const struct export_label *a = left, *b = right;

	return (strcmp(a->key, b->key));
}

static bool
has_moment(const struct export_series *series, uint64_t real_ns)
{
	return (series->point_count > 0 &&
	    series->points[series->point_count - 1].real_ns == real_ns);
}

/* Its series.  Two that would be the same are told apart: names that differ for
 * us may not for others. */
static struct export_series *
series_of(
    const struct export_from *from, struct number *number, uint64_t real_ns)
{
	struct export_series *like = &number->series, *series;
	struct export_family *family;
	struct arena arena = { 0 };
	size_t count = like->label_count;
	unsigned again;

	family = export_family(from->set, &number->family);
	export_keys(&arena, number->labels, count);
	qsort(number->labels, count, sizeof(*number->labels), compare_keys);
	like->target = from->target;
	like->labels = number->labels;
	series = export_series(from->set, family, like);
	for (again = 2; has_moment(series, real_ns) && count < LABELS_MAX;
	     again++) {
		number->labels[count] = (struct export_label){ "again",
			arena_print(&arena, "%u", again) };
		like->label_count = count + 1;
		series = export_series(from->set, family, like);
	}
	arena_free(&arena);
	return (series);
}

static void
put_number(
    const struct export_from *from, struct number *number, uint64_t real_ns)
{
	export_point(from->set, series_of(from, number, real_ns), real_ns,
	    number->value);
}

static void
add_label(struct number *number, const char *key, const char *value)
{
	/* One is left for "again". */
	if (number->series.label_count < LABELS_MAX - 1)
		number->labels[number->series.label_count++] =
		    (struct export_label){ key, value };
}

/* ---- histograms ------------------------------------------------------------------ */

/* Powers of two, which are bounds of our buckets: at most EXPORT_BOUNDS of them,
 * always the same for a histogram.  Of times from a microsecond on. */
static const struct export_bounds *
bounds_of(struct export_set *set, const struct model_metric *metric)
{
	struct export_bounds bounds = { .count = 0 }, *made;
	unsigned first = metric->unit == DBGSHM_UNIT_NS ? 10 : 0, last, step;
	uint64_t end;

	/* The last bucket has no end. */
	end = metric->bucket_count < 2
	    ? 0
	    : dbgshm_bucket_high(metric->bucket_count - 2);
	for (last = 0; last < 63 && (UINT64_C(2) << last) - 1 <= end;)
		last++;
	step = last < first ? 1 : (last - first) / EXPORT_BOUNDS + 1;
	for (; first <= last && end > 0; first += step)
		bounds.high[bounds.count++] = (UINT64_C(1) << first) - 1;
	if (set->bounds != NULL &&
	    memcmp(set->bounds, &bounds, sizeof(bounds)) == 0)
		return (set->bounds);
	made = arena_take(&set->arena, 1, sizeof(*made));
	*made = bounds;
	set->bounds = made;
	return (made);
}

static void
fill_buckets(struct export_set *set, struct export_point *point,
    const struct model_metric *metric)
{
	const struct export_bounds *bounds = bounds_of(set, metric);
	uint64_t *below =
	    arena_take(&set->arena, bounds->count + 1, sizeof(*below));
	uint64_t count = 0;
	size_t i, bucket = 0;

	below[0] = metric->sum;
	for (i = 0; i < bounds->count; i++) {
		while (bucket < metric->bucket_count &&
		    dbgshm_bucket_high(bucket) <= bounds->high[i])
			count += metric->buckets[bucket++];
		below[i + 1] = count;
	}
	while (bucket < metric->bucket_count)
		count += metric->buckets[bucket++];
	point->value.u = count;
	point->bounds = bounds;
	point->below = below;
}

/* ---- metrics ---------------------------------------------------------------------- */

static enum export_type
type_of(const struct model_metric *metric)
{
	switch (metric->kind) {
	case DBGSHM_METRIC_COUNTER:
		return (EXPORT_COUNTER);
	case DBGSHM_METRIC_HISTOGRAM:
		return (EXPORT_HISTOGRAM);
	default:
		return (EXPORT_GAUGE);
	}
}

static enum export_form
form_of(const struct model_metric *metric)
{
	switch (metric->kind) {
	case DBGSHM_METRIC_GAUGE:
	case DBGSHM_METRIC_UPDOWN:
		return (EXPORT_I64);
	case DBGSHM_METRIC_FLOAT:
		return (EXPORT_DOUBLE);
	default:
		return (EXPORT_U64);
	}
}

static struct export_series *
metric_series(const struct export_from *from,
    const struct model_profile *profile, const struct model_metric *metric,
    uint64_t real_ns)
{
	struct number number = {
		.family = {
			.path = profile->path,
			.metric = metric->name,
			.help = metric->help,
			.type = type_of(metric),
			.unit = metric->unit,
		},
		.series = { .form = form_of(metric),
		    .own = metric->labels,
		    .kind = dbgshm_metric_kind_name(metric->kind) },
	};
	struct export_series *series;
	size_t i;

	series = export_known(from->set, from->target, metric->id);
	if (series != NULL)
		return (series);
	for (i = 0; i < metric->label_count; i++)
		add_label(
		    &number, metric->label[i].key, metric->label[i].value);
	series = series_of(from, &number, real_ns);
	export_know(from->set, series, metric->id);
	return (series);
}

static void
put_metric(const struct export_from *from, const struct model_profile *profile,
    const struct model_metric *metric, uint64_t real_ns)
{
	struct export_point *point;

	point = export_point(from->set,
	    metric_series(from, profile, metric, real_ns), real_ns,
	    metric->value);
	if (point != NULL && metric->kind == DBGSHM_METRIC_HISTOGRAM)
		fill_buckets(from->set, point, metric);
}

/* ---- rows ------------------------------------------------------------------------- */

/* Few rows that stay, and have names that stay. */
static bool
is_steady(const struct model_table *table)
{
	switch (table->shape) {
	case DBGSHM_SHAPE_HEARTBEAT:
	case DBGSHM_SHAPE_QUEUE:
	case DBGSHM_SHAPE_CACHE:
	case DBGSHM_SHAPE_LIMIT:
	case DBGSHM_SHAPE_WORKER:
	case DBGSHM_SHAPE_SCHEDULE:
		return (true);
	default:
		return (false);
	}
}

/* What a cell says as a number; false: nothing. */
static bool
cell_number(struct number *number, const struct model_column *column,
    const struct model_cell *cell)
{
	if (cell->hidden)
		return (false);
	number->family.type = EXPORT_GAUGE;
	number->value.u = cell->u;
	switch (column->type) {
	case DBGSHM_TYPE_COUNTER:
		number->family.type = EXPORT_COUNTER;
		return (true);
	case DBGSHM_TYPE_GAUGE:
		return (true);
	case DBGSHM_TYPE_BOOL:
		number->value.u = cell->u != 0;
		return (true);
	case DBGSHM_TYPE_SIGNED:
		number->series.form = EXPORT_I64;
		number->value.i = cell->i;
		return (true);
	case DBGSHM_TYPE_FLOAT:
		number->series.form = EXPORT_DOUBLE;
		number->value.d = cell->d;
		return (true);
	case DBGSHM_TYPE_DURATION:
		number->family.unit = DBGSHM_UNIT_NS;
		return (true);
	case DBGSHM_TYPE_TIME:
		number->family.unit = DBGSHM_UNIT_NS;
		number->family.stamp = true;
		return (cell->u != 0);
	case DBGSHM_TYPE_ENUM:
		if (cell->text == NULL)
			return (true);
		number->value.u = 1;
		add_label(number, column->name, cell->text);
		return (true);
	default:
		return (false);
	}
}

/* What the row is called: its key, as far as it is no secret, else its slot. */
static void
add_row(struct number *number, const struct model_table *table,
    const struct model_row *row, char slot[static 32])
{
	size_t i;

	for (i = 0; i < table->column_count; i++)
		if ((table->columns[i].flags & DBGSHM_COLUMN_KEY) != 0 &&
		    !row->cells[i].hidden && row->cells[i].text != NULL)
			add_label(
			    number, table->columns[i].name, row->cells[i].text);
	if (number->series.label_count > 0)
		return;
	memcpy(slot, row->name, 32);
	slot[strcspn(slot, ".")] = '\0';
	add_label(number, "slot", slot);
}

static void
put_cell(const struct export_from *from, const struct model_profile *profile,
    const struct model_row *row, size_t at, uint64_t real_ns)
{
	const struct model_column *column = &profile->table->columns[at];
	struct number number = {
		.family = {
			.path = profile->path,
			.metric = column->name,
			.help = column->help,
			.unit = column->unit,
			.rows = true,
		},
		.series = { .row = row->name,
		    .kind = dbgshm_column_type_name(column->type) },
	};
	char slot[32];

	add_row(&number, profile->table, row, slot);
	if (cell_number(&number, column, &row->cells[at]))
		put_number(from, &number, real_ns);
}

static void
put_rows(const struct export_from *from, const struct model_profile *profile,
    uint64_t real_ns)
{
	const struct model_table *table = profile->table;
	bool steady =
	    is_steady(table) && patterns_profile(from->patterns, profile);
	size_t i, j;

	for (j = 0; j < table->column_count; j++) {
		if (table->columns[j].level > from->level ||
		    (!steady &&
			!patterns_column(
			    from->patterns, profile, &table->columns[j])))
			continue;
		for (i = 0; i < table->row_count; i++)
			if (table->rows[i].state == DBGSHM_ROWSTATE_LIVE ||
			    table->rows[i].state == DBGSHM_ROWSTATE_BUSY)
				put_cell(
				    from, profile, &table->rows[i], j, real_ns);
	}
}

static uint64_t
time_of(const struct export_from *from, const struct model_profile *profile)
{
	uint64_t real_ns =
	    profile->part < EXPORT_PARTS ? from->real_ns[profile->part] : 0;

	return (real_ns != 0 ? real_ns : profile->last_real_ns);
}

void
export_model(const struct export_from *from)
{
	const struct model_profile *profile;
	const struct model_metric *metrics;
	uint64_t real_ns;
	size_t i, j;

	for (i = 0; i < from->model->profile_count; i++) {
		profile = &from->model->profiles[i];
		real_ns = time_of(from, profile);
		if (profile->level > from->level)
			continue;
		metrics = model_metrics(profile);
		for (j = 0; j < profile->metric_count; j++)
			if (metrics[j].level <= from->level &&
			    patterns_metric(
				from->patterns, profile, &metrics[j]))
				put_metric(from, profile, &metrics[j], real_ns);
		if (profile->table != NULL)
			put_rows(from, profile, real_ns);
	}
}

/* ---- the target itself --------------------------------------------------------------- */

/* Names that are the same everywhere, with the help texts that Prometheus's own
 * programs have: other texts for the same name would cost samples. */
static const struct {
	const char *path, *metric, *name, *help;
} known[] = {
	{ "process", "rss", "process_resident_memory_bytes",
	    "Resident memory size in bytes." },
	{ "files", "open", "process_open_fds",
	    "Number of open file descriptors." },
};
#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

static struct number
fixed(const char *name, const char *help, enum export_type type)
{
	return ((struct number){ .family = { .name = name,
				     .help = help,
				     .path = "target",
				     .metric = name,
				     .type = type,
				     .fixed = true } });
}

static void
put_known(const struct export_from *from, size_t at, uint64_t real_ns)
{
	const struct model_profile *profile =
	    model_profile(from->model, known[at].path);
	const struct model_metric *metric;
	struct number number =
	    fixed(known[at].name, known[at].help, EXPORT_GAUGE);
	size_t i;

	/* What the program says of itself under such a path is its own affair,
	 * except the profile that our library makes. */
	if (profile == NULL ||
	    (strcmp(profile->source, "own") == 0 &&
		strcmp(profile->path, "process") != 0))
		return;
	for (i = 0; i < profile->metric_count; i++) {
		metric = &model_metrics(profile)[i];
		if (strcmp(metric->name, known[at].metric) != 0 ||
		    metric->kind != DBGSHM_METRIC_GAUGE)
			continue;
		number.series.form = EXPORT_I64;
		number.value = metric->value;
		put_number(from, &number, real_ns);
		return;
	}
}

static void
put_info(const struct export_from *from, uint64_t real_ns)
{
	const struct model_target *target = &from->model->target;
	struct number number = fixed("dbgtop_target_info",
	    "what is known about the process that values are of", EXPORT_INFO);
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)target->pid);
	add_label(&number, "pid", pid);
	if (target->user != NULL && *target->user != '\0')
		add_label(&number, "user", target->user);
	if (target->version != NULL && *target->version != '\0')
		add_label(&number, "version", target->version);
	/* What it was like in the past is not recorded. */
	if (!target->past) {
		add_label(&number, "state", dbgshm_life_name(target->state));
		add_label(&number, "source",
		    strcmp(target->source, "private") == 0 ? "watched"
							   : target->source);
	}
	number.value.u = 1;
	put_number(from, &number, real_ns);
}

void
export_about(const struct export_from *from, bool values)
{
	const struct model_target *target = &from->model->target;
	uint64_t real_ns =
	    target->past ? from->real_ns[0] : target->time_real_ns;
	struct number up = fixed("dbgtop_target_up",
	    "1: the process is there, its values are of now", EXPORT_GAUGE);
	struct number start = fixed("process_start_time_seconds",
	    "Start time of the process since unix epoch in seconds.",
	    EXPORT_GAUGE);
	struct number age = fixed("dbgtop_target_age_seconds",
	    "since the region of the process was brought up to date",
	    EXPORT_GAUGE);
	size_t i;

	put_info(from, real_ns);
	up.value.u = values;
	put_number(from, &up, real_ns);
	if (!values)
		return;
	age.family.unit = start.family.unit = DBGSHM_UNIT_NS;
	age.value.u = target->age_ns;
	if (target->age_ns != UINT64_MAX && !target->past)
		put_number(from, &age, real_ns);
	start.value.u = target->start_real_ns;
	if (target->start_real_ns != 0 && !target->past)
		put_number(from, &start, real_ns);
	for (i = 0; i < KNOWN_COUNT; i++)
		put_known(from, i, real_ns);
}
