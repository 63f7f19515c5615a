/*
 * export_openmetrics.c - OpenMetrics 1.0: units, types of its own, timestamps
 * where values are of another time than now, and an end that can be seen.
 */
#include "exposition.h"

#include <string.h>

/* The name of a metadata info ends with what it is only in its samples. */
static void
put_name(FILE *file, const struct export_family *family)
{
	size_t length = strlen(family->name);

	if (family->type == EXPORT_INFO)
		length -= strlen("_info");
	fprintf(file, "%.*s", (int)length, family->name);
}

static void
put_head(FILE *file, const struct export_family *family)
{
	static const char *const types[EXPORT_TYPES] = {
		[EXPORT_COUNTER] = "counter",
		[EXPORT_GAUGE] = "gauge",
		[EXPORT_HISTOGRAM] = "histogram",
		[EXPORT_INFO] = "info",
	};

	fputs("# TYPE ", file);
	put_name(file, family);
	fprintf(file, " %s\n", types[family->type]);
	if (family->base != NULL) {
		fputs("# UNIT ", file);
		put_name(file, family);
		fprintf(file, " %s\n", family->base);
	}
	fputs("# HELP ", file);
	put_name(file, family);
	putc(' ', file);
	exposition_text(file, family->help, true);
	putc('\n', file);
}

static void
write_openmetrics(FILE *file, const struct export_set *set)
{
	struct exposition e = {
		.file = file, .openmetrics = true, .stamps = true
	};
	size_t i, j;

	for (i = 0; i < set->family_count; i++) {
		put_head(file, set->families[i]);
		for (j = 0; j < set->families[i]->series_count; j++)
			exposition_series(&e, set->families[i]->series[j]);
	}
	fputs("# EOF\n", file);
}

const struct export_format export_openmetrics = {
	.name = "openmetrics",
	.times = true,
	.write = write_openmetrics,
};
