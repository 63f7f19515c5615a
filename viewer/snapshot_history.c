/*
 * snapshot_history.c - the metrics of a snapshot over time, for a spreadsheet.
 *
 * A line for each sample, a column for each metric that was ever there; of a
 * histogram its count, its sum and its largest value.
 */
#include "history.h"
#include "snapshot_private.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A metric, by its record: it keeps its name when it goes and comes back. */
struct column {
	size_t part;
	uint32_t offset;
	uint8_t kind;
	char *name;
	ssize_t index; /* at the sample that is shown, -1 it is not there */
};

struct sheet {
	const struct model_source *parts;
	size_t part_count;
	struct history *history;
	struct column *columns;
	size_t count, room;
};

static int
compare_columns(const void *left, const void *right)
{
	const struct column *a = left, *b = right;

	if (a->part != b->part)
		return (a->part < b->part ? -1 : 1);
	return (a->offset < b->offset ? -1 : a->offset > b->offset);
}

static struct column *
find_column(const struct sheet *sheet, size_t part, uint32_t offset)
{
	struct column key = { .part = part, .offset = offset };

	return (sheet->count == 0 ? NULL
				  : bsearch(&key, sheet->columns, sheet->count,
					sizeof(key), compare_columns));
}

static void
put_text(FILE *stream, struct dbgshm_text text)
{
	char *safe = safe_dup(text.bytes, text.length);

	if (safe == NULL)
		err(1, "memory for a name");
	fputs(safe, stream);
	free(safe);
}

/* path:name{key="value"} */
static char *
name_of(
    const struct dbgshm_reader *reader, const struct dbgshm_metric_info *info)
{
	char *name = NULL;
	size_t i, size = 0;
	FILE *stream = open_memstream(&name, &size);

	if (stream == NULL)
		err(1, "memory for a name");
	put_text(stream, dbgshm_reader_profile(reader, info->profile)->path);
	putc(':', stream);
	put_text(stream, info->name);
	for (i = 0; i < info->label_count; i++) {
		putc(i == 0 ? '{' : ',', stream);
		put_text(stream, info->labels[i].key);
		fputs("=\"", stream);
		put_text(stream, info->labels[i].value);
		putc('"', stream);
	}
	if (i > 0)
		putc('}', stream);
	if (fclose(stream) != 0)
		err(1, "memory for a name");
	return (name);
}

static void
add_column(struct sheet *sheet, size_t part, const struct dbgshm_reader *reader,
    const struct dbgshm_metric_info *info)
{
	if (sheet->count == sheet->room) {
		sheet->room = 2 * sheet->room + 64;
		sheet->columns = reallocarray(
		    sheet->columns, sheet->room, sizeof(*sheet->columns));
		if (sheet->columns == NULL)
			err(1, "memory for %zu columns", sheet->room);
	}
	sheet->columns[sheet->count++] = (struct column){
		.part = part,
		.offset = info->desc_offset,
		.kind = info->kind,
		.name = name_of(reader, info),
	};
}

/* What is there now, and not yet in the sheet. */
static void
add_columns(struct sheet *sheet)
{
	const struct dbgshm_metric_info *info;
	struct dbgshm_reader *reader;
	size_t part, i, known = sheet->count;

	for (part = 0; part < sheet->part_count; part++) {
		reader = sheet->parts[part].reader;
		for (i = 0; i < dbgshm_reader_metric_count(reader); i++) {
			info = dbgshm_reader_metric(reader, i);
			if (known == 0 ||
			    bsearch(&(struct column){ .part = part,
					.offset = info->desc_offset },
				sheet->columns, known, sizeof(struct column),
				compare_columns) == NULL)
				add_column(sheet, part, reader, info);
		}
	}
	if (sheet->count > known)
		qsort(sheet->columns, sheet->count, sizeof(*sheet->columns),
		    compare_columns);
}

static void
put_histogram(struct out *out, const struct column *column,
    const struct dbgshm_reader *reader)
{
	struct dbgshm_histogram_info info;
	bool there = column->index >= 0 &&
	    dbgshm_reader_histogram(reader, (size_t)column->index, &info) == 0;
	char *key;
	size_t i;
	static const char *const names[] = { "count", "sum", "max" };
	uint64_t values[] = { 0, 0, 0 };

	if (there) {
		values[0] = info.count;
		values[1] = info.sum;
		values[2] = info.max;
	}
	for (i = 0; i < 3; i++) {
		if (asprintf(&key, "%s.%s", column->name, names[i]) == -1)
			err(1, "memory for a name");
		if (there)
			out_u64(out, key, values[i]);
		else
			out_null(out, key);
		free(key);
	}
}

static void
put_value(struct out *out, const struct column *column,
    const struct dbgshm_reader *reader)
{
	union dbgshm_value value;

	if (column->kind == DBGSHM_METRIC_HISTOGRAM) {
		put_histogram(out, column, reader);
		return;
	}
	if (column->index < 0) {
		out_null(out, column->name);
		return;
	}
	value = dbgshm_reader_value(reader, (size_t)column->index);
	switch (column->kind) {
	case DBGSHM_METRIC_GAUGE:
	case DBGSHM_METRIC_UPDOWN:
		out_i64(out, column->name, value.i);
		break;
	case DBGSHM_METRIC_FLOAT:
		out_double(out, column->name, value.d);
		break;
	default:
		out_u64(out, column->name, value.u);
		break;
	}
}

/* Where each column stands in what the readers show. */
static void
locate(struct sheet *sheet, const struct history_sample *sample)
{
	struct dbgshm_reader *reader;
	struct column *column;
	size_t part, i;

	for (i = 0; i < sheet->count; i++)
		sheet->columns[i].index = -1;
	for (part = 0; part < sheet->part_count; part++) {
		if (!sample->parts[part].there)
			continue;
		reader = sheet->parts[part].reader;
		for (i = 0; i < dbgshm_reader_metric_count(reader); i++) {
			column = find_column(sheet, part,
			    dbgshm_reader_metric(reader, i)->desc_offset);
			if (column != NULL)
				column->index = (ssize_t)i;
		}
	}
}

static void
put_samples(struct sheet *sheet, struct out *out)
{
	struct history_sample sample;
	size_t i, j, count = history_count(sheet->history);

	for (i = 0; i < count; i++)
		if (history_show(sheet->history, i) == 0)
			add_columns(sheet);
	for (i = 0; i < count; i++) {
		if (history_show(sheet->history, i) == -1)
			continue;
		sample = history_sample(sheet->history, i);
		locate(sheet, &sample);
		out_record(out);
		out_time(out, "time", sample.real_ns);
		out_u64(out, "mono_ns", sample.mono_ns);
		out_u64(out, "period_ns", sample.period_ns);
		for (j = 0; j < sheet->count; j++)
			put_value(out, &sheet->columns[j],
			    sheet->parts[sheet->columns[j].part].reader);
		out_record_end(out);
	}
}

int
snapshot_history(struct snapshot *snapshot)
{
	struct sheet sheet = { .parts = snapshot->parts,
		.part_count = snapshot->count };
	struct snapshot_text text;
	size_t i;

	snapshot_text_begin(&text, OUT_CSV);
	if (history_open(snapshot->parts, snapshot->count, &sheet.history) ==
	    0) {
		put_samples(&sheet, text.out);
		snapshot->samples = history_count(sheet.history);
		if (snapshot->samples > 0)
			snapshot->history_real_ns =
			    history_sample(sheet.history, 0).real_ns;
	}
	history_close(sheet.history);
	for (i = 0; i < sheet.count; i++)
		free(sheet.columns[i].name);
	free(sheet.columns);
	return (snapshot_text_end(snapshot, &text, "history.csv"));
}
