/*
 * report_tail.c - samples over time, as lines for people.
 */
#include "report_tail.h"

#include <libshm/kit/columns.h>
#include <libshm/kit/fmt.h>

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL 9	     /* least width of a column */
#define TIME_RAW 24  /* 2026-01-31T12:03:11.250Z */
#define TIME_SHORT 8 /* 12:03:11 */
#define PAGE 40	     /* lines between two headings */

/* ---- cells ------------------------------------------------------------------ */

/* Enough for a line of text; records have all digits. */
static double
rounded(double value, bool raw)
{
	return (raw ? round(1000 * value) / 1000 : value);
}

static const char *
put_value(char text[static FMT_SIZE], const struct track *track,
    union dbgshm_value value, bool raw)
{
	if (track->kind == DBGSHM_METRIC_FLOAT && isnan(value.d))
		return ("-");
	if (track->kind == DBGSHM_METRIC_FLOAT)
		value.d = rounded(value.d, raw);
	return (
	    fmt_metric(text, FMT_SIZE, track->kind, track->unit, value, raw));
}

static const char *
put_rate(char text[static FMT_SIZE], const struct track *track, bool raw)
{
	uint8_t unit = track->kind == DBGSHM_METRIC_HISTOGRAM ? DBGSHM_UNIT_NONE
							      : track->unit;

	if (!track->rated || isnan(track->rate))
		return ("");
	return (fmt_rate(text, FMT_SIZE, unit, rounded(track->rate, raw), raw));
}

static const char *
put_recent(
    char text[static FMT_SIZE], const struct track *track, double q, bool raw)
{
	uint64_t value = track_recent(track, q);

	if (track->recent == 0)
		return ("-");
	if (raw)
		return (fmt_u64(text, FMT_SIZE, value));
	return (fmt_unit(text, FMT_SIZE, track->unit, (double)value, false));
}

static void
put_time(const struct tail_report *report, uint64_t real_ns)
{
	char text[FMT_SIZE];

	fputs(report->look.raw ? fmt_time(text, sizeof(text), real_ns, 3)
			       : fmt_clock(text, sizeof(text), real_ns),
	    stdout);
}

/* ---- a column for each ------------------------------------------------------- */

/* sent/s, queue, latency/s; a histogram has a second one, latency.p99. */
static char *
heading_of(const struct track *track, bool second)
{
	char *text;

	if (asprintf(&text, "%s%s%s%s%s", track->name, track->labels,
		track->row != NULL ? " " : "",
		track->row != NULL ? track->row : "",
		second		   ? ".p99"
		    : track->rated ? "/s"
				   : "") == -1)
		err(1, "memory for a heading");
	return (text);
}

static size_t
width_of(const struct track *track, bool second)
{
	char *text = heading_of(track, second);
	size_t width = strlen(text);

	free(text);
	return (width < CELL ? CELL : width);
}

static size_t
cells_of(const struct track *track)
{
	return (track->kind == DBGSHM_METRIC_HISTOGRAM ? 2 : 1);
}

size_t
tail_width(const struct tracks *tracks, bool raw)
{
	size_t i, j, width = raw ? TIME_RAW : TIME_SHORT;

	for (i = 0; i < tracks_size(tracks); i++)
		for (j = 0; j < cells_of(tracks_at(tracks, i)); j++)
			width += 2 + width_of(tracks_at(tracks, i), j == 1);
	return (width);
}

/* All that is there, those of one profile beside each other. */
static void
order_columns(struct tail_report *report, bool all)
{
	size_t count = tracks_size(report->tracks), i, j;
	struct track *one, *other;

	free(report->order);
	report->order = calloc(count + 1, sizeof(*report->order));
	if (report->order == NULL)
		err(1, "memory for %zu columns", count);
	report->order_count = 0;
	for (i = 0; i < count; i++) {
		one = tracks_at(report->tracks, i);
		for (j = 0; j < i; j++)
			if (strcmp(tracks_at(report->tracks, j)->path,
				one->path) == 0)
				break;
		if (j < i)
			continue;
		for (j = i; j < count; j++) {
			other = tracks_at(report->tracks, j);
			if (strcmp(other->path, one->path) == 0 &&
			    (all || other->there))
				report->order[report->order_count++] = other;
		}
	}
	report->headed = count;
}

static void
print_paths(const struct tail_report *report, int time_width)
{
	size_t i, j, width;
	const char *path;

	printf("%s%*s", report->look.strong, time_width, "");
	for (i = 0; i < report->order_count; i = j) {
		path = report->order[i]->path;
		width = 0;
		for (j = i; j < report->order_count &&
		     strcmp(report->order[j]->path, path) == 0;
		     j++) {
			width += 2 + width_of(report->order[j], false);
			if (cells_of(report->order[j]) == 2)
				width += 2 + width_of(report->order[j], true);
		}
		width -= 2;
		printf("  %.*s", (int)width, path);
		for (width -= strnlen(path, width); width > 0; width--)
			putchar('-');
	}
	printf("%s\n", report->look.off);
}

static void
print_headings(struct tail_report *report)
{
	int time_width = report->look.raw ? TIME_RAW : TIME_SHORT;
	size_t i, j;
	char *text;

	print_paths(report, time_width);
	printf("%s%-*s", report->look.strong, time_width, "TIME");
	for (i = 0; i < report->order_count; i++)
		for (j = 0; j < cells_of(report->order[i]); j++) {
			text = heading_of(report->order[i], j == 1);
			printf("  %*s", CELL, text);
			free(text);
		}
	printf("%s\n", report->look.off);
	report->lines = 0;
}

static void
print_columns(struct tail_report *report, const struct tail_sample *sample)
{
	bool raw = report->look.raw;
	const struct track *track;
	char text[FMT_SIZE];
	const char *cell;
	size_t i;

	if (report->headed != tracks_size(report->tracks)) {
		order_columns(report, false);
		print_headings(report);
	} else if (!raw && ++report->lines == PAGE && !report->request->quiet)
		print_headings(report);
	put_time(report, sample->real_ns);
	for (i = 0; i < report->order_count; i++) {
		track = report->order[i];
		cell = !track->there ? "-"
		    : track->rated   ? put_rate(text, track, raw)
				   : put_value(text, track, track->value, raw);
		printf("  %*s", (int)width_of(track, false),
		    *cell == '\0' ? "-" : cell);
		if (cells_of(track) == 2)
			printf("  %*s", (int)width_of(track, true),
			    track->there ? put_recent(text, track, 0.99, raw)
					 : "-");
	}
	putchar('\n');
}

/* ---- a line for each --------------------------------------------------------- */

static void
print_lines(struct tail_report *report, const struct tail_sample *sample)
{
	bool raw = report->look.raw;
	char value[FMT_SIZE], text[FMT_SIZE], other[FMT_SIZE];
	struct track *track;
	size_t i;

	for (i = 0; i < tracks_size(report->tracks); i++) {
		track = tracks_at(report->tracks, i);
		if (!track->there || !track->fresh)
			continue;
		put_time(report, sample->real_ns);
		printf("  %-*s  %*s", report->width, track->address, CELL,
		    put_value(value, track, track->value, raw));
		if (track->kind == DBGSHM_METRIC_HISTOGRAM)
			printf("  %*s%s  p50 %s  p99 %s", CELL,
			    put_rate(value, track, raw),
			    raw && !isnan(track->rate) ? "/s" : "",
			    put_recent(other, track, 0.50, raw),
			    put_recent(text, track, 0.99, raw));
		else if (track->rated && !isnan(track->rate))
			printf("  %*s%s", CELL, put_rate(text, track, raw),
			    raw ? "/s" : "");
		else if (track->spread)
			printf("  %*s %s to %s", CELL, "from",
			    put_value(text, track, track->least, raw),
			    put_value(other, track, track->most, raw));
		putchar('\n');
	}
}

/* ---- remarks ------------------------------------------------------------------ */

/* Between samples: what is missing, and what they stand for from here on. */
static void
print_remarks(struct tail_report *report, const struct tail_sample *sample)
{
	char text[FMT_SIZE], asleep[FMT_SIZE];
	uint64_t period_ns = report->period_ns;

	if (sample->gap_ns > 0) {
		printf("%s-- gap: nothing was recorded for %s",
		    report->look.warn,
		    fmt_duration(text, sizeof(text), sample->gap_ns));
		if (sample->asleep_ns > sample->gap_ns / 10)
			printf(", of that the machine slept %s",
			    fmt_duration(
				asleep, sizeof(asleep), sample->asleep_ns));
		printf("%s\n", report->look.off);
	}
	report->period_ns = sample->period_ns;
	if (report->request->quiet || sample->period_ns == period_ns ||
	    (period_ns == 0 && !sample->coarse))
		return;
	printf("%s-- from here each sample stands for %s%s%s\n",
	    report->look.dim,
	    fmt_duration(text, sizeof(text), sample->period_ns),
	    !sample->coarse	  ? ""
		: report->columns ? ", recorded as one (--lines shows least "
				    "and most)"
				  : ", recorded as one",
	    report->look.off);
}

/* ---- the summary --------------------------------------------------------------- */

static const char *
put_tally(char text[static FMT_SIZE], const struct track *track, double value,
    bool raw)
{
	if (isnan(value))
		return ("-");
	if (track->rated)
		return (fmt_rate(text, FMT_SIZE,
		    track->kind == DBGSHM_METRIC_HISTOGRAM ? DBGSHM_UNIT_NONE
							   : track->unit,
		    rounded(value, raw), raw));
	return (
	    fmt_unit(text, FMT_SIZE, track->unit, rounded(value, raw), raw));
}

static void
print_summary(const struct tail_report *report)
{
	static const char *const headings[] = { "SUMMARY", "SAMPLES", "MIN",
		"MEAN", "MAX", "P50", "P95", "P99" };
	const size_t count = sizeof(headings) / sizeof(headings[0]);
	struct columns *columns = columns_create(count);
	bool raw = report->look.raw;
	struct track *track;
	char text[FMT_SIZE], *name;
	size_t i, j;

	for (i = 0; i < count; i++) {
		columns_add(columns, headings[i]);
		if (i > 0)
			columns_right(columns, i);
	}
	for (i = 0; i < tracks_size(report->tracks); i++) {
		track = tracks_at(report->tracks, i);
		if (track->tally.seen == 0)
			continue;
		if (asprintf(&name, "%s%s", track->address,
			track->rated ? "/s" : "") == -1)
			err(1, "memory for a name");
		columns_add(columns, name);
		free(name);
		columns_add(
		    columns, fmt_u64(text, sizeof(text), track->tally.seen));
		const double values[] = { track->tally.least,
			tally_mean(&track->tally), track->tally.most,
			tally_quantile(&track->tally, 0.50),
			tally_quantile(&track->tally, 0.95),
			tally_quantile(&track->tally, 0.99) };
		for (j = 0; j < count - 2; j++)
			columns_add(
			    columns, put_tally(text, track, values[j], raw));
	}
	putchar('\n');
	columns_print(
	    columns, stdout, "", report->look.strong, report->look.off);
	columns_destroy(columns);
}

/* ---- all of it ------------------------------------------------------------------ */

void
tail_begin(struct tail_report *report)
{
	size_t i, length;

	for (i = 0; i < tracks_size(report->tracks); i++) {
		length = strlen(tracks_at(report->tracks, i)->address);
		if ((int)length > report->width && length < 200)
			report->width = (int)length;
	}
	if (report->columns)
		order_columns(report, true);
	if (report->request->format != OUT_TEXT)
		tail_records_begin(report);
	else if (report->columns && !report->request->quiet)
		print_headings(report);
}

void
tail_sample(struct tail_report *report, const struct tail_sample *sample)
{
	if (report->request->format != OUT_TEXT) {
		tail_records(report, sample);
		return;
	}
	print_remarks(report, sample);
	if (report->columns)
		print_columns(report, sample);
	else
		print_lines(report, sample);
}

void
tail_end(struct tail_report *report)
{
	if (report->request->format != OUT_TEXT)
		tail_records_end(report);
	else if (!report->request->quiet)
		print_summary(report);
}

void
tail_free(struct tail_report *report)
{
	free(report->order);
	report->order = NULL;
}
