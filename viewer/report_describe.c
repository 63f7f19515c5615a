/*
 * report_describe.c - what there is in a target, for people.
 */
#include "report_text.h"
#include "shape.h"

#include <libshm/kit/columns.h>

#include <err.h>
#include <stdlib.h>
#include <string.h>

static void
describe_values(FILE *file, const struct report *report,
    const struct model_profile *profile, const struct look *look)
{
	struct columns *columns = columns_create(5);
	const struct model_metric *metric;
	const char *unit;
	size_t i, shown = 0;

	columns_add(columns, "METRIC");
	columns_add(columns, "KIND");
	columns_add(columns, "UNIT");
	columns_add(columns, "LEVEL");
	columns_add(columns, "MEANING");
	for (i = 0; i < profile->metric_count; i++) {
		metric = &model_metrics(profile)[i];
		if (!report_wanted(report, profile, metric))
			continue;
		report_name(columns, metric);
		columns_add(columns, dbgshm_metric_kind_name(metric->kind));
		unit = dbgshm_unit_name(metric->unit);
		columns_add(columns, unit != NULL ? unit : "-");
		columns_add(columns, dbgshm_level_name(metric->level));
		columns_add(columns, metric->help);
		shown++;
	}
	if (shown > 0)
		columns_print(columns, file, "  ", look->strong, look->off);
	columns_destroy(columns);
}

static void
describe_columns(FILE *file, const struct report *report,
    const struct model_table *table, const struct look *look)
{
	struct columns *columns = columns_create(5);
	const struct model_column *column;
	const char *unit, *remark;
	char *help;
	size_t i;

	columns_add(columns, "COLUMN");
	columns_add(columns, "KIND");
	columns_add(columns, "UNIT");
	columns_add(columns, "LEVEL");
	columns_add(columns, "MEANING");
	for (i = 0; i < table->column_count; i++) {
		column = &table->columns[i];
		if (column->level > report->level)
			continue;
		columns_add(columns, column->name);
		columns_add(columns, dbgshm_column_type_name(column->type));
		unit = dbgshm_unit_name(column->unit);
		columns_add(columns, unit != NULL ? unit : "-");
		columns_add(columns, dbgshm_level_name(column->level));
		remark = (column->flags & DBGSHM_COLUMN_SECRET) != 0
		    ? "(secret)"
		    : (column->flags & DBGSHM_COLUMN_DERIVED) != 0 ? "(derived)"
								   : "";
		if (asprintf(&help, "%s%s%s", column->help,
			*column->help != '\0' && *remark != '\0' ? " " : "",
			remark) == -1)
			err(1, "memory for a text");
		columns_add(columns, help);
		free(help);
	}
	columns_print(columns, file, "  ", look->strong, look->off);
	columns_destroy(columns);
	fprintf(file, "  %stable of at most %u rows%s%s%s\n", look->dim,
	    table->capacity,
	    table->shape != DBGSHM_SHAPE_PLAIN ? ", shape " : "",
	    table->shape != DBGSHM_SHAPE_PLAIN ? dbgshm_shape_name(table->shape)
					       : "",
	    look->off);
}

/* Kinds of events, and what their fields are: "peer text, bytes gauge". */
static void
describe_log(FILE *file, const struct model_log *log, const struct look *look)
{
	struct columns *columns = columns_create(4);
	const struct model_kind *kind;
	char *fields, *more;
	size_t i, j;

	columns_add(columns, "EVENT");
	columns_add(columns, "LEVEL");
	columns_add(columns, "TEXT");
	columns_add(columns, "FIELDS");
	for (i = 0; i < log->kind_count; i++) {
		kind = &log->kinds[i];
		columns_add(columns, kind->name);
		columns_add(columns, dbgshm_severity_name(kind->severity));
		columns_add(columns, kind->text);
		fields = strdup("");
		for (j = 0; fields != NULL && j < kind->field_count; j++) {
			if (asprintf(&more, "%s%s%s %s", fields,
				j > 0 ? ", " : "", kind->fields[j].name,
				dbgshm_column_type_name(
				    kind->fields[j].type)) == -1)
				err(1, "memory for a text");
			free(fields);
			fields = more;
		}
		if (fields == NULL)
			err(1, "memory for a text");
		columns_add(columns, fields);
		free(fields);
	}
	if (log->kind_count > 0)
		columns_print(columns, file, "  ", look->strong, look->off);
	columns_destroy(columns);
	fprintf(file, "  %sevent log of %u rings of %u bytes%s\n", look->dim,
	    log->ring_count, log->ring_size, look->off);
}

void
report_describe_text(FILE *file, const struct report *report)
{
	struct look look = look_of(report->request);
	const struct model_profile *profile;
	size_t i;
	bool first = true;

	for (i = 0; i < report->model->profile_count; i++) {
		profile = &report->model->profiles[i];
		if (profile->level > report->level ||
		    !report_asked(report, profile))
			continue;
		if (!first)
			putc('\n', file);
		first = false;
		report_title(file, profile, true, &look);
		describe_values(file, report, profile, &look);
		if (profile->table != NULL &&
		    patterns_profile(report->patterns, profile))
			describe_columns(file, report, profile->table, &look);
		if (profile->log != NULL &&
		    patterns_profile(report->patterns, profile))
			describe_log(file, profile->log, &look);
		report_hidden(file, report, profile, &look);
	}
}
