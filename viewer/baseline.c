/*
 * baseline.c - the values of one moment, to compare others with.
 *
 * Sorted arrays: a screen asks for each number that it draws.
 */
#include "baseline.h"

#include "ids.h"
#include "tree.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct metric {
	uint64_t id;
	union dbgshm_value value;
	uint64_t p99;
};

struct row {
	uint64_t id;
	const double *cells; /* NAN: no number */
};

struct table {
	uint64_t profile;
	struct row *rows;
	double *cells;
	size_t row_count, column_count;
};

struct baseline {
	uint64_t real_ns;
	struct metric *metrics;
	size_t metric_count;
	struct table *tables;
	size_t table_count;
};

static void *
take(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (memory == NULL)
		err(1, "memory for a baseline");
	return (memory);
}

/* ---- taking -------------------------------------------------------------------- */

static double
number_of(const struct model_cell *cell)
{
	if (cell->hidden)
		return (NAN);
	switch (cell->type) {
	case DBGSHM_TYPE_COUNTER:
	case DBGSHM_TYPE_GAUGE:
	case DBGSHM_TYPE_DURATION:
		return ((double)cell->u);
	case DBGSHM_TYPE_SIGNED:
		return ((double)cell->i);
	case DBGSHM_TYPE_FLOAT:
		return (cell->d);
	default:
		return (NAN);
	}
}

static void
take_table(struct table *table, const struct model_profile *profile)
{
	const struct model_table *from = profile->table;
	size_t i, j;
	double *cells;

	*table = (struct table){
		.profile = tree_id(profile->path, strlen(profile->path)),
		.rows = take(from->row_count, sizeof(*table->rows)),
		.row_count = from->row_count,
		.column_count = from->column_count,
	};
	cells = table->cells =
	    take(from->row_count * from->column_count, sizeof(*cells));
	for (i = 0; i < from->row_count; i++) {
		table->rows[i] = (struct row){ from->rows[i].id, cells };
		for (j = 0; j < from->column_count; j++)
			*cells++ = number_of(&from->rows[i].cells[j]);
	}
	qsort(table->rows, table->row_count, sizeof(*table->rows), ids_compare);
}

struct baseline *
baseline_take(const struct model *model)
{
	struct baseline *baseline = take(1, sizeof(*baseline));
	const struct model_profile *profile;
	const struct model_metric *metric;
	size_t i, j, count = 0;

	baseline->real_ns = model->target.time_real_ns;
	for (i = 0; i < model->profile_count; i++)
		count += model->profiles[i].metric_count;
	baseline->metrics = take(count, sizeof(*baseline->metrics));
	baseline->tables =
	    take(model->profile_count, sizeof(*baseline->tables));
	for (i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		for (j = 0; j < profile->metric_count; j++) {
			metric = &model_metrics(profile)[j];
			baseline->metrics[baseline->metric_count++] =
			    (struct metric){ metric->id, metric->value,
				    metric->p99 };
		}
		if (profile->table != NULL)
			take_table(&baseline->tables[baseline->table_count++],
			    profile);
	}
	qsort(baseline->metrics, baseline->metric_count,
	    sizeof(*baseline->metrics), ids_compare);
	qsort(baseline->tables, baseline->table_count,
	    sizeof(*baseline->tables), ids_compare);
	return (baseline);
}

void
baseline_free(struct baseline *baseline)
{
	size_t i;

	if (baseline == NULL)
		return;
	for (i = 0; i < baseline->table_count; i++) {
		free(baseline->tables[i].rows);
		free(baseline->tables[i].cells);
	}
	free(baseline->tables);
	free(baseline->metrics);
	free(baseline);
}

/* ---- asking --------------------------------------------------------------------- */

uint64_t
baseline_real_ns(const struct baseline *baseline)
{
	return (baseline->real_ns);
}

bool
baseline_metric(const struct baseline *baseline, uint64_t metric_id,
    union dbgshm_value *value, uint64_t *p99)
{
	const struct metric *found = bsearch(&metric_id, baseline->metrics,
	    baseline->metric_count, sizeof(*found), ids_compare);

	if (found == NULL)
		return (false);
	*value = found->value;
	*p99 = found->p99;
	return (true);
}

static const struct table *
find_table(const struct baseline *baseline, uint64_t profile)
{
	return (bsearch(&profile, baseline->tables, baseline->table_count,
	    sizeof(*baseline->tables), ids_compare));
}

static const struct row *
find_row(const struct table *table, uint64_t row_id)
{
	return (bsearch(&row_id, table->rows, table->row_count,
	    sizeof(*table->rows), ids_compare));
}

bool
baseline_row(const struct baseline *baseline, uint64_t profile, uint64_t row_id)
{
	const struct table *table = find_table(baseline, profile);

	return (table != NULL && find_row(table, row_id) != NULL);
}

bool
baseline_cell(const struct baseline *baseline, uint64_t profile,
    uint64_t row_id, size_t column, double *value)
{
	const struct table *table = find_table(baseline, profile);
	const struct row *row;

	if (table == NULL || column >= table->column_count ||
	    (row = find_row(table, row_id)) == NULL ||
	    isnan(row->cells[column]))
		return (false);
	*value = row->cells[column];
	return (true);
}

size_t
baseline_rows(const struct baseline *baseline, uint64_t profile)
{
	const struct table *table = find_table(baseline, profile);

	return (table == NULL ? 0 : table->row_count);
}
