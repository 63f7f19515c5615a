/*
 * compare.h - what two targets, or two moments of one, differ in.
 *
 * Things match by name: profiles by path, metrics by name and labels, rows by
 * what is in their key columns.  What only grows is compared by its rate, since
 * its value says how long it has been running; histograms by the 99th percentile
 * of what came lately; the rest by value.  Times, durations, references and
 * numbers of processes and threads differ always and say nothing.  Numbers are
 * different when they differ by a tenth and by as much as can matter; texts when
 * they are not the same.
 */
#ifndef VIEWER_COMPARE_H
#define VIEWER_COMPARE_H

#include "model.h"
#include "recent.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct compare_side {
	const struct model *model;   /* values */
	const struct model *rates;   /* rates, of the same time about; may be the
					same; NULL not known */
	const struct recent *recent; /* what came into the histograms of `rates`;
					NULL not known */
};

#define COMPARE_ALL 1  /* every level and any difference, also what always is */
#define COMPARE_SAME 2 /* two moments of one region: rows match by number too */
#define COMPARE_BRIEF 4 /* of many rows that only one side has tell how many */

enum compare_where { COMPARE_BOTH, COMPARE_ONLY_A, COMPARE_ONLY_B };

struct difference {
	const char *where; /* rate(net/peers:sent), net/peers[10.0.0.7].state */
	const char *what;  /* "value", "rate", "p99", "rows", "row", "text",
			      "metric", "column", "profile", "state", ... */
	const char *path;  /* of the profile, "" none */
	enum compare_where side; /* that has it */
	bool is_number;
	double a, b; /* NAN: not there */
	const char *a_text, *b_text; /* of what is no number; NULL not there */
	uint8_t unit;
	bool per_second;
	double score; /* 0 to 1: how different, and how much that says */
};

struct compared; /* all of it */

struct compared *compare_make(const struct compare_side *a,
    const struct compare_side *b, unsigned flags);
void compare_free(struct compared *); /* NULL is fine */

size_t compare_count(const struct compared *);
const struct difference *compare_at(const struct compared *, size_t index);
	/* The highest score first.  Valid as long as the models are. */

bool compare_differ(double a, double b, uint8_t unit, bool rate);
	/* Two numbers, as they are judged without COMPARE_ALL. */

#endif
