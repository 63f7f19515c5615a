/*
 * export_records.c - JSON Lines and CSV: a record for each point, with the names
 * and units that "dbgtop show" and "dbgtop get" have.
 */
#include "export.h"

#include <libshm/kit/out.h>

#include <stddef.h>

static void
put_word(struct out *out, const char *key, enum export_form form,
    union dbgshm_value value)
{
	if (form == EXPORT_DOUBLE)
		out_double(out, key, value.d);
	else if (form == EXPORT_I64)
		out_i64(out, key, value.i);
	else
		out_u64(out, key, value.u);
}

/* A record for programs that know dbgtop has no need of what is made for those
 * that do not. */
static void
put_record(struct out *out, const struct export_series *series,
    const struct export_point *point)
{
	const struct export_family *family = series->family;
	const struct export_target *target = series->target;
	bool histogram = family->type == EXPORT_HISTOGRAM;

	out_record(out);
	out_time(out, "time", point->real_ns);
	out_u64(out, "pid", (uint64_t)target->pid);
	out_string(out, "program", target->program);
	out_u64(out, "number", target->number);
	out_string(out, "path", family->path);
	out_string(out, "id", series->row);
	out_string(out, "name", family->metric);
	out_string(out, "labels", *series->own != '\0' ? series->own : NULL);
	out_string(out, "kind", series->kind);
	out_string(out, "unit", dbgshm_unit_name(family->unit));
	if (family->stamp)
		out_time(out, "value", point->value.u);
	else
		put_word(out, "value", series->form, point->value);
	if (histogram)
		out_u64(out, "sum", point->below[0]);
	else
		out_null(out, "sum");
	out_record_end(out);
}

static void
write_records(FILE *file, const struct export_set *set, enum out_format format)
{
	static const struct out_column no_columns[] = { { NULL, NULL } };
	struct out_style style = { .raw = true, .headings = true };
	struct out *out = out_create(format, file, &style);
	const struct export_series *series;
	size_t i, j, k;

	out_records(out, NULL, no_columns);
	for (i = 0; i < set->family_count; i++) {
		if (set->families[i]->fixed)
			continue;
		for (j = 0; j < set->families[i]->series_count; j++) {
			series = set->families[i]->series[j];
			for (k = 0; k < series->point_count; k++)
				put_record(out, series, &series->points[k]);
		}
	}
	out_destroy(out);
}

static void
write_jsonl(FILE *file, const struct export_set *set)
{
	write_records(file, set, OUT_JSONL);
}

static void
write_csv(FILE *file, const struct export_set *set)
{
	write_records(file, set, OUT_CSV);
}

const struct export_format export_jsonl = {
	.name = "jsonl", .times = true, .write = write_jsonl
};
const struct export_format export_csv = {
	.name = "csv", .times = true, .write = write_csv
};
