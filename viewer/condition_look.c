/*
 * condition_look.c - what the names of a condition mean in a model.
 */
#include "address.h"
#include "cell.h"
#include "condition_private.h"
#include "figure.h"
#include "shape.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The one that is looked at. */
struct look {
	struct condition *condition;
	struct condition_name *name;
	const struct model *model;
	const struct recent *since; /* NULL: histograms are kept instead */
	struct recent *keep;
};

/* ---- values ----------------------------------------------------------------- */

/* The address is safe text of the arena or constant. */
static struct condition_value
make_value(struct condition *condition, const struct condition_name *name,
    const char *address)
{
	const char *function = expr_function(name->function)->name;
	struct condition_value value = {
		.function = function, .address = address, .name = address
	};

	if (*function != '\0')
		value.name =
		    arena_print(&condition->arena, "%s(%s)", function, address);
	return (value);
}

static const char *
safe_word(struct condition *condition, const struct condition_name *name)
{
	return (arena_safe(&condition->arena, name->word, strlen(name->word)));
}

static struct condition_value *
add_value(const struct look *look, const char *address)
{
	struct condition_name *name = look->name;

	if (name->count == name->room) {
		name->room = 2 * name->room + 8;
		name->values = reallocarray(
		    name->values, name->room, sizeof(*name->values));
		if (name->values == NULL)
			err(1, "memory for %zu values", name->room);
	}
	name->ever = true;
	name->values[name->count] = make_value(look->condition, name, address);
	return (&name->values[name->count++]);
}

static void
add_number(const struct look *look, const char *address, double number)
{
	struct condition_value *value = add_value(look, address);

	value->known = value->is_number = true;
	value->number = number;
}

const struct condition_value *
condition_unknown(
    struct condition *condition, const struct condition_name *name)
{
	struct condition_value *value =
	    arena_take(&condition->arena, 1, sizeof(*value));

	*value = make_value(condition, name, safe_word(condition, name));
	return (value);
}

bool
condition_is_percentile(enum expr_function function, double *q)
{
	switch (function) {
	case EXPR_P50:
		*q = 0.50;
		return (true);
	case EXPR_P90:
		*q = 0.90;
		return (true);
	case EXPR_P99:
		*q = 0.99;
		return (true);
	case EXPR_P999:
		*q = 0.999;
		return (true);
	default:
		return (false);
	}
}

static void
set_rate(struct condition_value *value, uint8_t unit, double rate)
{
	value->known = value->is_number = !isnan(rate);
	value->number = fmt_rate_shown(unit, rate);
	value->per_second = unit != DBGSHM_UNIT_NS;
	value->unit = unit == DBGSHM_UNIT_NS ? DBGSHM_UNIT_PERCENT : unit;
}

/* What only histograms have. */
static bool
histogram_number(
    const struct model_metric *metric, enum expr_function function, double *to)
{
	if (!figure_is_histogram(metric))
		return (false);
	switch (function) {
	case EXPR_MIN:
		*to = (double)metric->min;
		return (metric->value.u > 0);
	case EXPR_MAX:
		*to = (double)metric->max;
		return (metric->value.u > 0);
	case EXPR_SUM:
		*to = (double)metric->sum;
		return (true);
	case EXPR_COUNT:
		*to = (double)metric->value.u;
		return (true);
	default:
		return (false);
	}
}

static void
set_age(struct condition_value *value, uint64_t age_ns)
{
	value->known = value->is_number = age_ns != UINT64_MAX;
	value->number = (double)age_ns;
	value->unit = DBGSHM_UNIT_NS;
}

static void
set_metric(const struct look *look, struct condition_value *value,
    const struct model_profile *profile, const struct model_metric *metric)
{
	enum expr_function function = look->name->function;
	double q;

	value->is_number = true;
	value->unit = metric->unit;
	if (condition_is_percentile(function, &q)) {
		value->known = recent_quantile(
		    look->since, profile, metric, q, &value->number);
		return;
	}
	switch (function) {
	case EXPR_VALUE:
		value->unit = figure_unit(metric);
		value->number = figure_of(metric);
		value->known = !isnan(value->number);
		break;
	case EXPR_RATE:
		set_rate(value, figure_unit(metric), metric->rate);
		break;
	case EXPR_AGE:
		set_age(value, profile->age_ns);
		break;
	case EXPR_PEAK:
		value->known = metric->peak_real_ns != 0;
		value->number = figure_number(metric->kind, metric->peak);
		break;
	default:
		value->known =
		    histogram_number(metric, function, &value->number);
		if (function == EXPR_COUNT)
			value->unit = DBGSHM_UNIT_NONE;
		break;
	}
}

static void
set_cell(const struct look *look, struct condition_value *value,
    const struct model_profile *profile, const struct model_row *row,
    size_t column)
{
	const struct model_table *table = profile->table;
	const struct model_cell *cell = &row->cells[column];
	char buffer[CELL_SIZE];

	if (cell->hidden || row->state == DBGSHM_ROWSTATE_TORN)
		return;
	switch (look->name->function) {
	case EXPR_RATE:
		set_rate(value, table->columns[column].unit, cell->rate);
		break;
	case EXPR_AGE:
		set_age(value, profile->age_ns);
		break;
	case EXPR_VALUE:
		value->known = true;
		value->unit = cell->type == DBGSHM_TYPE_TIME
		    ? DBGSHM_UNIT_NS
		    : table->columns[column].unit;
		value->is_number =
		    cell_number(table, row, column, &value->number);
		value->text = arena_print(&look->condition->arena, "%s",
		    cell_text(buffer, profile, row, column, true));
		break;
	default:
		break;
	}
}

/* ---- what is selected -------------------------------------------------------- */

static void
take_metric(const struct look *look, const struct model_profile *profile,
    const struct model_metric *metric)
{
	struct condition_value *value;

	if (look->keep != NULL) {
		recent_keep(look->keep, metric);
		return;
	}
	value = add_value(look,
	    arena_print(&look->condition->arena, "%s:%s%s", profile->path,
		metric->name, metric->labels));
	set_metric(look, value, profile, metric);
}

static void
take_cell(const struct look *look, const struct model_profile *profile,
    const struct model_row *row, size_t column)
{
	struct condition_value *value;

	if (look->keep != NULL)
		return;
	value = add_value(look,
	    arena_print(&look->condition->arena, "%s[%s].%s", profile->path,
		row->name, profile->table->columns[column].name));
	set_cell(look, value, profile, row, column);
}

static bool
is_live(const struct model_row *row)
{
	return (row->state == DBGSHM_ROWSTATE_LIVE ||
	    row->state == DBGSHM_ROWSTATE_BUSY);
}

/* Metrics of a pattern, and columns of all rows that live. */
static void
take_matching(const struct look *look, const struct model_profile *profile)
{
	const struct patterns *patterns = look->name->patterns;
	const struct model_table *table = profile->table;
	size_t i, j;

	for (i = 0; i < profile->metric_count; i++)
		if (patterns_metric(
			patterns, profile, &model_metrics(profile)[i]))
			take_metric(look, profile, &model_metrics(profile)[i]);
	for (i = 0; table != NULL && i < table->column_count; i++) {
		if (!patterns_column(patterns, profile, &table->columns[i]))
			continue;
		for (j = 0; j < table->row_count; j++)
			if (is_live(&table->rows[j]))
				take_cell(look, profile, &table->rows[j], i);
	}
}

/* path[row].column with wildcards in any of them. */
static void
take_rows(const struct look *look, const struct model_profile *profile,
    const char *path, const char *id, const char *column)
{
	const struct model_table *table = profile->table;
	size_t i, j;

	if (table == NULL || fnmatch(path, profile->path, 0) != 0)
		return;
	for (i = 0; i < table->column_count; i++) {
		if (fnmatch(column, table->columns[i].name, 0) != 0)
			continue;
		for (j = 0; j < table->row_count; j++)
			if (is_live(&table->rows[j]) &&
			    fnmatch(id, table->rows[j].name, 0) == 0)
				take_cell(look, profile, &table->rows[j], i);
	}
}

static bool
look_rows(const struct look *look)
{
	const char *word = look->name->word, *open = strchr(word, '[');
	const char *close = open == NULL ? NULL : strstr(open, "].");
	const char *colon = strchr(word, ':');
	char *path, *id;
	size_t i;

	if (close == NULL || (colon != NULL && colon < open))
		return (false);
	path = strndup(word, (size_t)(open - word));
	id = strndup(open + 1, (size_t)(close - open - 1));
	if (path == NULL || id == NULL)
		err(1, "memory for an address");
	for (i = 0; i < look->model->profile_count; i++)
		take_rows(look, &look->model->profiles[i], path, id, close + 2);
	free(path);
	free(id);
	return (look->name->count > 0);
}

static void
look_address(const struct look *look)
{
	struct condition_name *name = look->name;
	const struct model *model = look->model;
	struct address_place place;
	size_t i;

	if (address_find(model, name->word, &place)) {
		if (place.metric != NULL)
			take_metric(look, place.profile, place.metric);
		else
			take_cell(look, place.profile, place.row, place.column);
		return;
	}
	if (look_rows(look))
		return;
	patterns_resolve(name->patterns, model);
	for (i = 0; i < model->profile_count; i++)
		if (name->function == EXPR_AGE &&
		    patterns_profile(name->patterns, &model->profiles[i]))
			set_age(add_value(look, model->profiles[i].path),
			    model->profiles[i].age_ns);
		else
			take_matching(look, &model->profiles[i]);
}

/* ---- functions of profiles, and of the target ----------------------------------- */

static size_t
count_rows(const struct model_table *table)
{
	size_t i, count = 0;

	for (i = 0; i < table->row_count; i++)
		count += is_live(&table->rows[i]);
	return (count);
}

static size_t
count_late(const struct model_table *table)
{
	size_t i, count = 0;

	if (table->shape != DBGSHM_SHAPE_HEARTBEAT)
		return (0);
	for (i = 0; i < table->row_count; i++)
		count += shape_alarm(table, &table->rows[i]);
	return (count);
}

static void
look_profiles(
    const struct look *look, size_t (*count)(const struct model_table *))
{
	const struct model_profile *profile;
	size_t i, all = 0;

	if (look->name->patterns != NULL)
		patterns_resolve(look->name->patterns, look->model);
	for (i = 0; i < look->model->profile_count; i++) {
		profile = &look->model->profiles[i];
		if (profile->table == NULL)
			continue;
		if (look->name->patterns == NULL)
			all += count(profile->table);
		else if (patterns_profile(look->name->patterns, profile))
			add_number(
			    look, profile->path, (double)count(profile->table));
	}
	if (look->name->patterns == NULL)
		add_number(look, "", (double)all);
}

static void
look_state(const struct look *look)
{
	struct condition *condition = look->condition;
	const char *word = look->name->word, *state;
	struct condition_value *value;

	if (*word == '\0')
		state = dbgshm_life_name(look->model->target.state);
	else
		state = condition->state(condition->context, word);
	if (state == NULL)
		return;
	value = add_value(look, safe_word(condition, look->name));
	value->known = true;
	value->text = state;
}

void
condition_look(struct condition *condition, struct condition_name *name,
    const struct model *model, const struct recent *since)
{
	const struct look look = { .condition = condition,
		.name = name,
		.model = model,
		.since = since };

	name->count = 0;
	switch (name->function) {
	case EXPR_ROWS:
		look_profiles(&look, count_rows);
		break;
	case EXPR_LATE:
		look_profiles(&look, count_late);
		break;
	case EXPR_STATE:
		look_state(&look);
		break;
	default:
		look_address(&look);
		break;
	}
}

void
condition_keep(const struct condition *condition, const struct model *model,
    struct recent *recent)
{
	struct look look = { .model = model, .keep = recent };
	double q;
	size_t i;

	recent_begin(recent, model);
	for (i = 0; i < condition->count; i++) {
		look.name = &condition->names[i];
		if (condition_is_percentile(look.name->function, &q))
			look_address(&look);
	}
}
