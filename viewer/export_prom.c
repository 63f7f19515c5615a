/*
 * export_prom.c - the text format of Prometheus, 0.0.4: what a node exporter's
 * textfile collector and every scraper reads.
 *
 * It knows no type info and, in a file, no timestamps; the name of a counter has
 * its _total everywhere.
 */
#include "exposition.h"

static void
write_prom(FILE *file, const struct export_set *set)
{
	static const char *const types[EXPORT_TYPES] = {
		[EXPORT_COUNTER] = "counter",
		[EXPORT_GAUGE] = "gauge",
		[EXPORT_HISTOGRAM] = "histogram",
		[EXPORT_INFO] = "gauge",
	};
	struct exposition e = { .file = file };
	const struct export_family *family;
	const char *end;
	size_t i, j;

	for (i = 0; i < set->family_count; i++) {
		family = set->families[i];
		end = family->type == EXPORT_COUNTER ? "_total" : "";
		fprintf(file, "# HELP %s%s ", family->name, end);
		exposition_text(file, family->help, false);
		fprintf(file, "\n# TYPE %s%s %s\n", family->name, end,
		    types[family->type]);
		for (j = 0; j < family->series_count; j++)
			exposition_series(&e, family->series[j]);
	}
}

const struct export_format export_prom = {
	.name = "prom",
	.write = write_prom,
};
