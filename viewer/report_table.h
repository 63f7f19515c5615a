/*
 * report_table.h - the rows of a profile in a report for people.
 */
#ifndef VIEWER_REPORT_TABLE_H
#define VIEWER_REPORT_TABLE_H

#include "report.h"

/* What headings and asides look like; empty where there is no colour. */
struct look {
	const char *strong, *dim, *warn, *off;
	bool raw;
};

void report_table(FILE *file, const struct report *report,
    const struct model_table *table, const struct look *look);

#endif
