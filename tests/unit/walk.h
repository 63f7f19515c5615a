/*
 * walk.h - looks at everything that a reader hands out, for tests with damaged
 * regions: what is wrong there, a sanitiser or an abort() says.
 */
#ifndef WALK_H
#define WALK_H

#include <dbgshm/reader.h>

#include <stdlib.h>
#include <string.h>

static inline uint64_t
walk_text(struct dbgshm_text text)
{
	uint64_t sum = text.length;
	size_t i;

	for (i = 0; i < text.length; i++)
		sum += (unsigned char)text.bytes[i];
	return (sum);
}

static inline uint64_t
walk_metrics(const struct dbgshm_reader *reader)
{
	static const double quantiles[] = { 0, 0.5, 0.99, 1 };
	const struct dbgshm_metric_info *metric;
	struct dbgshm_histogram_info histogram;
	union dbgshm_value peak;
	uint64_t stamp, sum = 0;
	size_t i, j;

	for (i = 0; i < dbgshm_reader_metric_count(reader); i++) {
		metric = dbgshm_reader_metric(reader, i);
		sum += walk_text(metric->name) + walk_text(metric->help);
		sum += (uint64_t)(uintptr_t)dbgshm_unit_name(metric->unit);
		for (j = 0; j < metric->label_count; j++)
			sum += walk_text(metric->labels[j].key) +
			    walk_text(metric->labels[j].value);
		sum += dbgshm_reader_value(reader, i).u;
		if (dbgshm_reader_peak(reader, i, &peak, &stamp))
			sum += peak.u + dbgshm_reader_stamp_ns(reader, stamp);
		if (dbgshm_reader_histogram(reader, i, &histogram) != 0)
			continue;
		sum += histogram.min + histogram.max;
		for (j = 0; j < 4; j++)
			sum += dbgshm_histogram_quantile(
			    &histogram, quantiles[j]);
	}
	return (sum);
}

/* Whatever a reference says, what it is found to refer to is there. */
static inline uint64_t
walk_reference(const struct dbgshm_reader *reader, uint64_t reference)
{
	const struct dbgshm_row_info *row;
	struct dbgshm_reference found;

	if (dbgshm_reader_reference(reader, reference, &found) == -1)
		return (0);
	if (found.row == -1)
		return (found.slot);
	row = dbgshm_reader_row(
	    reader, (size_t)found.table, (size_t)found.row);
	if (row->slot != found.slot ||
	    ((row->generation ^ found.generation) &
		DBGSHM_REFERENCE_GENERATION_MASK) != 0)
		abort();
	return (found.slot + found.generation);
}

/* An age is never longer than the whole time of the writer. */
static inline void
walk_derived(const struct dbgshm_reader *reader, const struct dbgshm_cell *cell)
{
	if (cell->type == DBGSHM_TYPE_DURATION &&
	    cell->u > dbgshm_reader_now_ns(reader))
		abort();
}

static inline uint64_t
walk_table(const struct dbgshm_reader *reader, size_t table)
{
	const struct dbgshm_table_info *info =
	    dbgshm_reader_table(reader, table);
	const struct dbgshm_row_info *row;
	struct dbgshm_cell cell;
	uint64_t sum = info->drop_busy;
	size_t column, i, j;

	for (column = 0; column < info->column_count; column++) {
		sum += walk_text(info->columns[column].name) +
		    walk_text(info->columns[column].help);
		for (j = 0; j < info->columns[column].name_count; j++)
			sum += walk_text(info->columns[column].names[j]);
	}
	for (i = 0; i < dbgshm_reader_row_count(reader, table); i++) {
		row = dbgshm_reader_row(reader, table, i);
		sum += row->generation + (uint64_t)row->state;
		sum += dbgshm_reader_row_start_ns(reader, row) +
		    dbgshm_reader_row_end_ns(reader, row);
		for (column = 0; column < info->column_count; column++) {
			cell = dbgshm_reader_cell(reader, table, row, column);
			sum += cell.u + walk_text(cell.text);
			if (cell.type == DBGSHM_TYPE_TIME)
				sum += dbgshm_reader_stamp_real_ns(
				    reader, cell.u);
			sum += walk_reference(reader, cell.u);
			if ((info->columns[column].flags &
				DBGSHM_COLUMN_DERIVED) != 0)
				walk_derived(reader, &cell);
		}
	}
	return (sum);
}

static inline uint64_t
walk_kind(const struct dbgshm_reader *reader, size_t index)
{
	struct dbgshm_event_kind_info kind =
	    dbgshm_reader_event_kind(reader, index);
	uint64_t sum = walk_text(kind.name) + walk_text(kind.text);
	size_t i, j;

	if (kind.log >= dbgshm_reader_log_count(reader))
		abort();
	for (i = 0; i < kind.field_count; i++) {
		sum += walk_text(kind.fields[i].name);
		for (j = 0; j < kind.fields[i].name_count; j++)
			sum += walk_text(kind.fields[i].names[j]);
	}
	return (sum);
}

/* All events that are there; bounded, since the region rests. */
static inline uint64_t
walk_events(struct dbgshm_reader *reader)
{
	const struct dbgshm_event_info *event;
	struct dbgshm_events *events;
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < dbgshm_reader_log_count(reader); i++)
		sum += dbgshm_reader_log(reader, i)->ring_size;
	for (i = 0; i < dbgshm_reader_event_kind_count(reader); i++)
		sum += walk_kind(reader, i);
	if (dbgshm_events_open(reader, &events) == -1)
		return (sum);
	(void)dbgshm_events_poll(events);
	while ((event = dbgshm_events_next(events)) != NULL) {
		sum += walk_text(event->name) + walk_text(event->text);
		for (i = 0; i < event->field_count; i++)
			sum += walk_text(event->fields[i].name) +
			    walk_text(event->values[i].text) +
			    walk_reference(reader, event->values[i].u);
	}
	sum += dbgshm_events_lost(events);
	dbgshm_events_close(events);
	return (sum);
}

/* Looks at every byte that a reader hands out. */
static inline uint64_t
walk_everything(struct dbgshm_reader *reader)
{
	const struct dbgshm_info *info = dbgshm_reader_info(reader);
	const struct dbgshm_profile_info *profile;
	struct dbgshm_text name;
	uint64_t sum;
	size_t i;

	sum = walk_text(info->name) + walk_text(info->exe) +
	    walk_text(info->version) + strlen(info->boot_id) +
	    strlen(info->first_fault.text);
	for (i = 0; i < dbgshm_reader_profile_count(reader); i++) {
		profile = dbgshm_reader_profile(reader, i);
		sum += walk_text(profile->path) + walk_text(profile->help) +
		    walk_text(profile->description);
		if (profile->metric_first + profile->metric_count >
		    dbgshm_reader_metric_count(reader))
			abort();
	}
	sum += walk_metrics(reader);
	for (i = 0; i < dbgshm_reader_table_count(reader); i++)
		sum += walk_table(reader, i);
	for (i = 0; i < dbgshm_reader_summary_count(reader); i++)
		sum += dbgshm_reader_summary(reader, i, &name) +
		    walk_text(name);
	sum += dbgshm_reader_now_ns(reader) + walk_events(reader);
	return (sum + (uint64_t)dbgshm_reader_life(reader));
}

#endif
