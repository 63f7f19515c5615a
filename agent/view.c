/*
 * view.c - what all views do with their tables of metrics.
 */
#include "subject.h"

#include <errno.h>
#include <string.h>

int
view_metrics_create(struct dbgshm_profile *profile,
    const struct view_metric *metrics, size_t count, union view_handle *handles)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct dbgshm_metric metric = {
			.name = metrics[i].name,
			.help = metrics[i].help,
			.unit = metrics[i].unit,
			.level = metrics[i].level,
		};

		if (metrics[i].kind == DBGSHM_METRIC_COUNTER
			? dbgshm_counter_create(
			      profile, &metric, &handles[i].counter)
			: dbgshm_gauge_create(
			      profile, &metric, &handles[i].gauge))
			return (errno);
	}
	return (0);
}

void
view_metrics_set(struct subject *subject, const struct view_metric *metrics,
    size_t count, const union view_handle *handles, const void *from)
{
	uint64_t value;
	size_t i;

	for (i = 0; i < count; i++) {
		memcpy(&value, (const char *)from + metrics[i].offset, 8);
		if (metrics[i].kind == DBGSHM_METRIC_COUNTER)
			dbgshm_region_counter_set(
			    subject->region, handles[i].counter, value);
		else
			dbgshm_region_gauge_set(
			    subject->region, handles[i].gauge, (int64_t)value);
	}
}

void
view_labelled_set(struct subject *subject, struct dbgshm_profile *profile,
    const struct view_labelled *labelled, struct view_instances *instances,
    const uint64_t *values)
{
	size_t i;

	for (i = 0; i < labelled->count; i++) {
		struct dbgshm_label label = { labelled->key,
			labelled->values[i] };

		if ((instances->made >> i & 1) == 0 &&
		    (values[i] != 0 || (labelled->always >> i & 1) != 0) &&
		    dbgshm_gauge_create(profile,
			&(struct dbgshm_metric){ .name = labelled->name,
			    .help = labelled->help,
			    .labels = &label,
			    .label_count = 1 },
			&instances->gauge[i]) == 0)
			instances->made |= UINT32_C(1) << i;
		if ((instances->made >> i & 1) != 0)
			dbgshm_region_gauge_set(subject->region,
			    instances->gauge[i], (int64_t)values[i]);
	}
}
