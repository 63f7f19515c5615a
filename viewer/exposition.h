/*
 * exposition.h - what the text formats of Prometheus and OpenMetrics share.
 */
#ifndef VIEWER_EXPOSITION_H
#define VIEWER_EXPOSITION_H

#include "export.h"

#include <stdio.h>

struct exposition {
	FILE *file;
	bool openmetrics; /* what differs between the two */
	bool stamps;	  /* series that are stamped say when */
};

void exposition_text(FILE *file, const char *text, bool quotes);
	/* Backslashes, ends of lines and, if asked for, quotes are escaped. */

void exposition_value(FILE *file, const struct export_family *family,
    enum export_form form, union dbgshm_value value);
	/* In base units; exact where a double is not. */

void exposition_series(
    const struct exposition *exposition, const struct export_series *series);
	/* All its points. */

#endif
