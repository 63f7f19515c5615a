/*
 * export_name.h - what our names become in systems with rules for theirs.
 *
 * Prometheus and OpenMetrics want words of letters and digits joined by _, base
 * units at the end, and refuse some words, as "promtool check metrics" does.
 */
#ifndef VIEWER_EXPORT_NAME_H
#define VIEWER_EXPORT_NAME_H

#include "export.h"

const char *export_base(uint8_t unit);
	/* "seconds", "bytes", "ratio", ...; NULL none */
uint64_t export_divisor(uint8_t unit);
	/* That makes it of what is recorded. */

char *export_name(struct arena *arena, const struct export_family *family);
	/* dbgtop_PATH_METRIC_UNIT, without the _total of counters. */

char *export_name_other(struct arena *arena,
    const struct export_family *family, unsigned number);
	/* Another one, when that is taken: with the number behind the metric. */

void export_keys(struct arena *arena, struct export_label labels[],
    size_t count);
	/* Makes their keys fit and different from each other and from those
	 * that every series has; keys are not changed in place. */

#endif
