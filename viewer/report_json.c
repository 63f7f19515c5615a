/*
 * report_json.c - a target as fields, for programs.
 */
#include "report.h"
#include "when.h"

#include <math.h>
#include <string.h>

void
report_target(struct out *out, const struct model_target *target)
{
	bool private = strcmp(target->source, "private") == 0;

	if (target->pid != 0)
		out_u64(out, "pid", (uint64_t)target->pid);
	else
		out_null(out, "pid");
	out_string(out, "name", target->name);
	out_string(out, "user", target->user);
	if (target->host != NULL)
		out_string(out, "host", target->host);
	out_string(out, "state", dbgshm_life_name(target->state));
	out_known(out, "age_ns", target->age_ns);
	out_known(out, "uptime_ns", target->uptime_ns);
	out_known(out, "profiles", target->profiles);
	out_known(out, "metrics", target->metrics);
	out_known(out, "rows", target->rows);
	out_known(out, "size_bytes", target->size_bytes);
	out_u64(out, "alerts", target->alerts);
	out_string(out, "source", private ? "watched" : target->source);
	out_string(out, "path", *target->path != '\0' ? target->path : NULL);
	out_time(out, "since", target->since_real_ns);
	out_string(out, "reason", target->reason);
}

/* ---- metrics ----------------------------------------------------------- */

static void
put_number(
    struct out *out, const char *key, uint8_t kind, union dbgshm_value value)
{
	switch (kind) {
	case DBGSHM_METRIC_GAUGE:
	case DBGSHM_METRIC_UPDOWN:
		out_i64(out, key, value.i);
		break;
	case DBGSHM_METRIC_FLOAT:
		out_double(out, key, value.d);
		break;
	default:
		out_u64(out, key, value.u);
		break;
	}
}

static void
put_value(struct out *out, const struct model_metric *metric)
{
	put_number(out, "value", metric->kind, metric->value);
}

static void
put_rate(struct out *out, double rate)
{
	if (isnan(rate))
		out_null(out, "rate");
	else
		out_double(out, "rate", rate);
}

static void
put_labels(struct out *out, const struct model_metric *metric)
{
	size_t i;

	out_object(out, "labels");
	for (i = 0; i < metric->label_count; i++)
		out_string(out, metric->label[i].key, metric->label[i].value);
	out_object_end(out);
}

static void
put_histogram(struct out *out, const struct model_metric *metric)
{
	size_t i;

	out_u64(out, "count", metric->value.u);
	out_u64(out, "sum", metric->sum);
	out_u64(out, "min", metric->min);
	out_u64(out, "max", metric->max);
	out_u64(out, "p50", metric->p50);
	out_u64(out, "p90", metric->p90);
	out_u64(out, "p99", metric->p99);
	out_u64(out, "p999", metric->p999);
	/* [lowest value, count] of those that are not empty. */
	out_array(out, "buckets");
	for (i = 0; i < metric->bucket_count; i++) {
		if (metric->buckets[i] == 0)
			continue;
		out_array(out, NULL);
		out_u64(out, NULL, dbgshm_bucket_low(i));
		out_u64(out, NULL, metric->buckets[i]);
		out_array_end(out);
	}
	out_array_end(out);
}

static void
put_metric(struct out *out, const struct model_profile *profile,
    const struct model_metric *metric)
{
	out_object(out, NULL);
	out_string(out, "name", metric->name);
	out_string(out, "kind", dbgshm_metric_kind_name(metric->kind));
	out_string(out, "unit", dbgshm_unit_name(metric->unit));
	put_labels(out, metric);
	put_value(out, metric);
	put_rate(out, metric->rate);
	out_known(out, "age_ns", profile->age_ns);
	if (metric->peak_real_ns != 0) {
		put_number(out, "peak", metric->kind, metric->peak);
		out_time(out, "peak_time", metric->peak_real_ns);
	}
	if (metric->kind == DBGSHM_METRIC_HISTOGRAM)
		put_histogram(out, metric);
	out_object_end(out);
}

/* ---- tables -------------------------------------------------------------- */

static void
put_table(struct out *out, const struct model_table *table, uint8_t level)
{
	const struct model_column *column;
	size_t i, j;

	out_object(out, "table");
	out_string(out, "shape", dbgshm_shape_name(table->shape));
	out_array(out, "columns");
	for (i = 0; i < table->column_count; i++) {
		column = &table->columns[i];
		if (column->level > level)
			continue;
		out_object(out, NULL);
		out_string(out, "name", column->name);
		out_string(out, "kind", dbgshm_column_type_name(column->type));
		out_string(out, "unit", dbgshm_unit_name(column->unit));
		out_object_end(out);
	}
	out_array_end(out);
	out_array(out, "rows");
	for (i = 0; i < table->row_count; i++) {
		out_object(out, NULL);
		out_string(out, "id", table->rows[i].name);
		out_string(
		    out, "state", dbgshm_row_state_name(table->rows[i].state));
		if (table->rows[i].started_real_ns != 0)
			out_time(
			    out, "started", table->rows[i].started_real_ns);
		if (table->rows[i].ended_real_ns != 0)
			out_time(out, "ended", table->rows[i].ended_real_ns);
		out_object(out, "cells");
		for (j = 0; j < table->column_count; j++)
			if (table->columns[j].level <= level)
				report_cell(out, table->columns[j].name,
				    &table->rows[i].cells[j]);
		out_object_end(out);
		out_object_end(out);
	}
	out_array_end(out);
	out_u64(out, "dropped", table->dropped);
	out_object_end(out);
}

/* ---- all of it -------------------------------------------------------- */

static bool
has_metric(const struct report *report, const struct model_profile *profile)
{
	size_t i;

	for (i = 0; i < profile->metric_count; i++)
		if (patterns_metric(
			report->patterns, profile, &model_metrics(profile)[i]))
			return (true);
	return (false);
}

static void
put_events(struct out *out, const struct model_log *log)
{
	size_t i;

	out_array(out, "events");
	for (i = 0; i < log->event_count; i++) {
		out_object(out, NULL);
		report_event(out, &log->events[i], true);
		out_object_end(out);
	}
	out_array_end(out);
}

static void
put_profile(struct out *out, const struct report *report,
    const struct model_profile *profile)
{
	bool whole = patterns_profile(report->patterns, profile);
	size_t i;

	if (profile->level > report->level ||
	    (!whole && !has_metric(report, profile)))
		return;
	out_object(out, NULL);
	out_string(out, "path", profile->path);
	out_string(out, "description", profile->description);
	out_array(out, "metrics");
	for (i = 0; i < profile->metric_count; i++)
		if (model_metrics(profile)[i].level <= report->level &&
		    patterns_metric(
			report->patterns, profile, &model_metrics(profile)[i]))
			put_metric(out, profile, &model_metrics(profile)[i]);
	out_array_end(out);
	if (whole && profile->table != NULL)
		put_table(out, profile->table, report->level);
	if (whole && profile->log != NULL)
		put_events(out, profile->log);
	out_object_end(out);
}

/* How far back that is, and how far it can go. */
static void
put_past(struct out *out, const struct report *report)
{
	const struct history_view *past = report->past;
	uint64_t now_ns = when_now();

	if (past == NULL)
		return;
	out_object(out, "past");
	out_time(out, "at", past->at_real_ns);
	out_u64(out, "ago_ns",
	    now_ns > past->at_real_ns ? now_ns - past->at_real_ns : 0);
	out_time(out, "since", past->first_real_ns);
	out_time(out, "rows_since",
	    past->rows_since == UINT64_MAX ? 0 : past->rows_since);
	out_u64(out, "gap_ns", past->gap_ns);
	out_object_end(out);
}

void
report_show(struct out *out, const struct report *report)
{
	size_t i;

	put_past(out, report);
	out_object(out, "target");
	report_target(out, &report->model->target);
	out_object_end(out);
	out_array(out, "profiles");
	for (i = 0; i < report->model->profile_count; i++)
		put_profile(out, report, &report->model->profiles[i]);
	out_array_end(out);
}

/* ---- a record a value ----------------------------------------------------- */

static void
begin_flat(struct out *out, const struct report *report,
    const struct model_profile *profile, const char *id)
{
	out_record(out);
	out_time(out, "time", report->model->target.time_real_ns);
	out_u64(out, "pid", (uint64_t)report->model->target.pid);
	out_string(out, "path", profile->path);
	out_string(out, "id", id);
}

static void
flat_rows(struct out *out, const struct report *report,
    const struct model_profile *profile)
{
	const struct model_table *table = profile->table;
	const struct model_column *column;
	const struct model_row *row;
	size_t i, j;

	for (i = 0; i < table->row_count; i++) {
		row = &table->rows[i];
		for (j = 0; j < table->column_count; j++) {
			column = &table->columns[j];
			if (column->level > report->level ||
			    row->cells[j].hidden)
				continue;
			begin_flat(out, report, profile, row->name);
			out_string(out, "name", column->name);
			out_string(out, "labels", NULL);
			out_string(
			    out, "kind", dbgshm_column_type_name(column->type));
			out_string(out, "unit", dbgshm_unit_name(column->unit));
			if (column->type == DBGSHM_TYPE_REFERENCE)
				out_string(out, "value",
				    row->cells[j].link != NULL
					? row->cells[j].text
					: NULL);
			else
				report_cell(out, "value", &row->cells[j]);
			put_rate(out, row->cells[j].rate);
			out_record_end(out);
		}
	}
}

void
report_flat_profile(struct out *out, const struct report *report,
    const struct model_profile *profile)
{
	const struct model_metric *metric;
	size_t i;

	for (i = 0; i < profile->metric_count; i++) {
		metric = &model_metrics(profile)[i];
		if (metric->level > report->level ||
		    !patterns_metric(report->patterns, profile, metric))
			continue;
		begin_flat(out, report, profile, NULL);
		out_string(out, "name", metric->name);
		out_string(out, "labels",
		    *metric->labels != '\0' ? metric->labels : NULL);
		out_string(out, "kind", dbgshm_metric_kind_name(metric->kind));
		out_string(out, "unit", dbgshm_unit_name(metric->unit));
		put_value(out, metric);
		put_rate(out, metric->rate);
		out_record_end(out);
	}
	if (profile->table != NULL &&
	    patterns_profile(report->patterns, profile))
		flat_rows(out, report, profile);
}

void
report_flat(struct out *out, const struct report *report)
{
	size_t i;

	for (i = 0; i < report->model->profile_count; i++)
		if (report->model->profiles[i].level <= report->level)
			report_flat_profile(
			    out, report, &report->model->profiles[i]);
}

/* ---- the schema --------------------------------------------------------- */

static void
describe_metric(struct out *out, const struct model_metric *metric)
{
	out_object(out, NULL);
	out_string(out, "name", metric->name);
	out_string(out, "kind", dbgshm_metric_kind_name(metric->kind));
	out_string(out, "unit", dbgshm_unit_name(metric->unit));
	out_string(out, "level", dbgshm_level_name(metric->level));
	put_labels(out, metric);
	out_string(out, "help", metric->help);
	out_object_end(out);
}

static void
describe_table(struct out *out, const struct model_table *table, uint8_t level)
{
	const struct model_column *column;
	size_t i;

	out_object(out, "table");
	out_string(out, "shape", dbgshm_shape_name(table->shape));
	out_u64(out, "capacity", table->capacity);
	out_array(out, "columns");
	for (i = 0; i < table->column_count; i++) {
		column = &table->columns[i];
		if (column->level > level)
			continue;
		out_object(out, NULL);
		out_string(out, "name", column->name);
		out_string(out, "kind", dbgshm_column_type_name(column->type));
		out_string(out, "unit", dbgshm_unit_name(column->unit));
		out_string(out, "level", dbgshm_level_name(column->level));
		out_bool(
		    out, "secret", (column->flags & DBGSHM_COLUMN_SECRET) != 0);
		out_bool(out, "key", (column->flags & DBGSHM_COLUMN_KEY) != 0);
		out_bool(out, "derived",
		    (column->flags & DBGSHM_COLUMN_DERIVED) != 0);
		out_string(out, "help", column->help);
		out_object_end(out);
	}
	out_array_end(out);
	out_object_end(out);
}

static void
describe_log(struct out *out, const struct model_log *log)
{
	const struct model_column *field;
	size_t i, j;

	out_object(out, "log");
	out_u64(out, "rings", log->ring_count);
	out_u64(out, "ring_bytes", log->ring_size);
	out_array(out, "events");
	for (i = 0; i < log->kind_count; i++) {
		out_object(out, NULL);
		out_string(out, "event", log->kinds[i].name);
		out_string(
		    out, "level", dbgshm_severity_name(log->kinds[i].severity));
		out_string(out, "text", log->kinds[i].text);
		out_array(out, "fields");
		for (j = 0; j < log->kinds[i].field_count; j++) {
			field = &log->kinds[i].fields[j];
			out_object(out, NULL);
			out_string(out, "name", field->name);
			out_string(
			    out, "kind", dbgshm_column_type_name(field->type));
			out_string(out, "unit", dbgshm_unit_name(field->unit));
			out_bool(out, "secret",
			    (field->flags & DBGSHM_COLUMN_SECRET) != 0);
			out_string(out, "help", field->help);
			out_object_end(out);
		}
		out_array_end(out);
		out_object_end(out);
	}
	out_array_end(out);
	out_object_end(out);
}

void
report_describe(struct out *out, const struct report *report)
{
	const struct model_profile *profile;
	bool whole;
	size_t i, j;

	out_object(out, "target");
	report_target(out, &report->model->target);
	out_object_end(out);
	out_array(out, "profiles");
	for (i = 0; i < report->model->profile_count; i++) {
		profile = &report->model->profiles[i];
		whole = patterns_profile(report->patterns, profile);
		if (profile->level > report->level ||
		    (!whole && !has_metric(report, profile)))
			continue;
		out_object(out, NULL);
		out_string(out, "path", profile->path);
		out_string(out, "description", profile->description);
		out_string(out, "help", profile->help);
		out_string(out, "level", dbgshm_level_name(profile->level));
		out_array(out, "metrics");
		for (j = 0; j < profile->metric_count; j++)
			if (model_metrics(profile)[j].level <= report->level &&
			    patterns_metric(report->patterns, profile,
				&model_metrics(profile)[j]))
				describe_metric(
				    out, &model_metrics(profile)[j]);
		out_array_end(out);
		if (whole && profile->table != NULL)
			describe_table(out, profile->table, report->level);
		if (whole && profile->log != NULL)
			describe_log(out, profile->log);
		out_object_end(out);
	}
	out_array_end(out);
}
