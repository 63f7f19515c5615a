/*
 * report.h - a target as a report: for people, and for programs.
 */
#ifndef VIEWER_REPORT_H
#define VIEWER_REPORT_H

#include "command.h"
#include "history.h"
#include "model.h"
#include "pattern.h"

struct report {
	const struct request *request;
	const struct model *model;
	const struct patterns *patterns;
	const char *note;   /* source_note() */
	const char *closed; /* source_closed() */
	const struct history_view *past; /* NULL: the present */
	uint8_t level;
};

uint8_t report_level(const struct request *request);
	/* What is shown: text shows the normal level, programs get all, unless
	 * something was asked for. */

/* What a command makes of a model. */
struct report_form {
	const char *schema;
	void (*fields)(struct out *, const struct report *); /* json */
	void (*flat)(struct out *, const struct report *);   /* NULL: none */
	void (*text)(FILE *, const struct report *);
};

int report_run(const struct report_form *form, const struct request *request);
	/* The whole command: finds the targets, reads and prints. */

/* Fields of a record or object. */
void report_target(struct out *out, const struct model_target *target);

void report_show(struct out *out, const struct report *report);
	/* json: fields "target" and "profiles" of the open object. */
void report_flat(struct out *out, const struct report *report);
	/* jsonl, csv: a record for each value and each cell. */
void report_flat_profile(struct out *out, const struct report *report,
    const struct model_profile *profile);
	/* ... of one profile. */
void report_describe(struct out *out, const struct report *report);
	/* json: the schema likewise. */

void report_event(struct out *out, const struct model_event *event,
    bool nested);
	/* Fields of the open object or record; those of the event itself only
	 * where objects may be nested. */
void report_cell(
    struct out *out, const char *key, const struct model_cell *cell);
	/* One value. */

void report_text(FILE *file, const struct report *report);
void report_describe_text(FILE *file, const struct report *report);

#endif
