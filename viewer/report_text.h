/*
 * report_text.h - the parts of a report for people.
 */
#ifndef VIEWER_REPORT_TEXT_H
#define VIEWER_REPORT_TEXT_H

#include "report.h"

struct columns;

/* What headings and asides look like; empty where there is no colour. */
struct look {
	const char *strong, *dim, *warn, *off;
	bool raw;
	size_t width; /* of a line of the terminal, SIZE_MAX where there is none */
};
struct look look_of(const struct request *request);

bool report_asked(const struct report *, const struct model_profile *);
	/* Anything of the profile is. */
bool report_wanted(const struct report *, const struct model_profile *,
    const struct model_metric *);

void report_title(FILE *, const struct model_profile *, bool help,
    const struct look *);
void report_name(struct columns *, const struct model_metric *);
	/* The next cell: name and labels. */
void report_hidden(FILE *, const struct report *, const struct model_profile *,
    const struct look *);
	/* How much the level hides. */

void report_table(FILE *, const struct report *, const struct model_profile *,
    const struct look *);
	/* The rows of a profile. */

void report_events(FILE *, const struct report *, const struct model_profile *,
    const struct look *);
	/* The newest of its log. */

#endif
