/*
 * report_text.c - a target as a report for people.
 */
#include "report_text.h"
#include "cell.h"
#include "regions.h"
#include "shape.h"
#include "when.h"

#include <libshm/kit/columns.h>
#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDE (4 * FMT_SIZE)

struct look
look_of(const struct request *request)
{
	struct look look = { "", "", "", "", request_raw(request), SIZE_MAX };
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		look.width = size.ws_col;
	if (request_color(request)) {
		look.strong = "\033[1m";
		look.dim = "\033[2m";
		look.warn = "\033[33m";
		look.off = "\033[0m";
	}
	return (look);
}

/* ---- the head ------------------------------------------------------------ */

/* What "before" means in the ages of the dead. */
static void
print_end(FILE *file, const struct model *model, const struct look *look)
{
	const struct model_profile *profile;
	char when[FMT_SIZE];
	size_t i;

	for (i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		if (!profile->over || profile->last_real_ns == 0 ||
		    (profile->log == NULL &&
			(profile->table == NULL ||
			    profile->table->shape == DBGSHM_SHAPE_PLAIN)))
			continue;
		fprintf(file, "%sages and durations end at %s, %s%s\n",
		    look->warn,
		    profile->past ? "that moment" : "its last sign of life",
		    fmt_time(when, sizeof(when), profile->last_real_ns, 3),
		    look->off);
		return;
	}
}

/* live, values 0.3 s old */
static void
print_now(FILE *file, const struct report *report, const struct look *look)
{
	const struct model_target *target = &report->model->target;
	bool well = target->state == DBGSHM_LIFE_LIVE;
	char text[WIDE];

	fprintf(file, "%s%s%s", well ? "" : look->warn,
	    regions_state(text, sizeof(text), target), well ? "" : look->off);
	if (target->age_ns != UINT64_MAX)
		fprintf(file, ", values %s old",
		    fmt_age(text, sizeof(text), target->age_ns));
	if (*report->note != '\0')
		fprintf(file, ", %s", report->note);
	if (!target->recorded)
		fprintf(file, ", read %s",
		    fmt_time(text, sizeof(text), target->time_real_ns, 3));
	putc('\n', file);
	print_end(file, report->model, look);
}

/* PAST 2m00s ago (2026-01-31T12:03:11.250Z), now dead since ... */
static void
print_past(FILE *file, const struct report *report, const struct look *look)
{
	const struct history_view *past = report->past;
	struct model_target target = report->model->target;
	char text[WIDE];
	uint64_t now_ns = when_now();

	fprintf(file, "%sPAST %s ago%s (%s)", look->warn,
	    fmt_age(text, FMT_SIZE,
		now_ns > past->at_real_ns ? now_ns - past->at_real_ns : 0),
	    look->off,
	    fmt_time(text + FMT_SIZE, FMT_SIZE, past->at_real_ns, 3));
	if (target.age_ns >= 50000000)
		fprintf(file, ", values %s older",
		    fmt_age(text, sizeof(text), target.age_ns));
	if (!target.recorded)
		target.time_real_ns = now_ns;
	fprintf(file, ", now %s\n", regions_state(text, sizeof(text), &target));
	fprintf(file, "history reaches back to %s",
	    fmt_time(text, FMT_SIZE, past->first_real_ns, 3));
	if (past->rows_since == UINT64_MAX)
		fprintf(file, ", there is none of rows");
	else if (past->rows_since > past->first_real_ns)
		fprintf(file, ", %srows to %s%s",
		    past->rows_since > past->at_real_ns ? look->warn : "",
		    fmt_time(text, FMT_SIZE, past->rows_since, 3),
		    past->rows_since > past->at_real_ns ? look->off : "");
	putc('\n', file);
	if (past->absent != NULL)
		fprintf(file, "%sthe %s region reaches back to %s only%s\n",
		    look->warn, past->absent,
		    fmt_time(text, FMT_SIZE, past->absent_since, 3), look->off);
	if (past->gap_ns > 0)
		fprintf(file,
		    "%sa gap: nothing was recorded for %s around that "
		    "time%s\n",
		    look->warn, fmt_age(text, sizeof(text), past->gap_ns),
		    look->off);
}

static void
print_head(FILE *file, const struct report *report, const struct look *look)
{
	const struct model_target *target = &report->model->target;
	char text[WIDE];

	fprintf(file, "%s%s%s  pid %d%s%s  user %s", look->strong, target->name,
	    look->off, (int)target->pid, target->host != NULL ? " on " : "",
	    target->host != NULL ? target->host : "", target->user);
	if (*target->version != '\0')
		fprintf(file, "  version %s", target->version);
	if (target->uptime_ns != UINT64_MAX)
		fprintf(file, "  up %s",
		    fmt_duration(text, sizeof(text),
			target->uptime_ns / 1000000000 * 1000000000));
	putc('\n', file);
	if (report->past != NULL)
		print_past(file, report, look);
	else
		print_now(file, report, look);
	if (*report->closed != '\0')
		fprintf(
		    file, "%s%s%s\n", look->warn, report->closed, look->off);
	if (target->faults > 0)
		fprintf(file,
		    "%s%llu damaged parts are left out; the first: %s%s\n",
		    look->warn, (unsigned long long)target->faults,
		    target->reason, look->off);
	if (report->request->verbose && *target->path != '\0')
		fprintf(file, "%s%s%s\n", look->dim, target->path, look->off);
}

/* ---- metrics ------------------------------------------------------------- */

/* Operations come with a counter for each way to end. */
static bool
is_idle(const struct report *report, const struct model_profile *profile,
    const struct model_metric *metric)
{
	return (report->level == DBGSHM_LEVEL_NORMAL &&
	    shape_idle(profile, metric));
}

bool
report_wanted(const struct report *report, const struct model_profile *profile,
    const struct model_metric *metric)
{
	return (metric->level <= report->level &&
	    patterns_metric(report->patterns, profile, metric));
}

static bool
is_shown(const struct report *report, const struct model_profile *profile,
    const struct model_metric *metric)
{
	return (report_wanted(report, profile, metric) &&
	    !is_idle(report, profile, metric));
}

void
report_name(struct columns *columns, const struct model_metric *metric)
{
	char *name;

	if (asprintf(&name, "%s%s", metric->name, metric->labels) == -1)
		err(1, "memory for a text");
	columns_add(columns, name);
	free(name);
}

/* Empty while it is not known.  "/s" tells it from the value beside it. */
static void
add_rate(struct columns *columns, uint8_t unit, double rate, bool raw)
{
	char text[FMT_SIZE + 2] = "";

	if (!isnan(rate))
		fmt_rate(text, FMT_SIZE, unit, rate, raw);
	if (!isnan(rate) && raw)
		strlcat(text, "/s", sizeof(text));
	columns_add(columns, text);
}

/* "peak 12 (3m04s ago)" where that is not what the value is now. */
static void
add_peak(struct columns *columns, const struct model_profile *profile,
    const struct model_metric *metric, bool raw)
{
	char value[FMT_SIZE], ago[WIDE], text[2 * WIDE] = "";

	if (metric->peak_real_ns != 0 && metric->peak.u != metric->value.u)
		snprintf(text, sizeof(text), "peak %s (%s)",
		    fmt_metric(value, sizeof(value), metric->kind, metric->unit,
			metric->peak, raw),
		    cell_ago(ago, sizeof(ago), metric->peak_real_ns,
			metric->peak_age_ns, profile->over, raw));
	columns_add(columns, text);
}

/* Name, value, unit where numbers are raw, rate and peak where there are such,
 * help. */
static void
print_values(FILE *file, const struct report *report,
    const struct model_profile *profile, const struct look *look)
{
	struct columns *columns = columns_create(6);
	const struct model_metric *metric;
	const char *unit;
	char text[FMT_SIZE];
	size_t i;

	columns_right(columns, 1);
	columns_right(columns, 3);
	for (i = 0; i < profile->metric_count; i++) {
		metric = &model_metrics(profile)[i];
		if (metric->kind == DBGSHM_METRIC_HISTOGRAM ||
		    !is_shown(report, profile, metric))
			continue;
		report_name(columns, metric);
		if (metric->kind == DBGSHM_METRIC_FLOAT &&
		    isnan(metric->value.d))
			columns_add(columns, "-");
		else
			columns_add(columns,
			    fmt_metric(text, sizeof(text), metric->kind,
				metric->unit, metric->value, look->raw));
		unit = look->raw ? dbgshm_unit_name(metric->unit) : NULL;
		columns_add(columns, unit != NULL ? unit : "");
		add_rate(columns, metric->unit, metric->rate, look->raw);
		add_peak(columns, profile, metric, look->raw);
		columns_add(
		    columns, report->request->verbose ? metric->help : "");
	}
	columns_print(columns, file, "  ", NULL, NULL);
	columns_destroy(columns);
}

static void
add_quantile(struct columns *columns, const struct model_metric *metric,
    uint64_t value, bool raw)
{
	char text[FMT_SIZE];

	if (metric->value.u == 0)
		columns_add(columns, "-");
	else if (raw)
		columns_add(columns, fmt_u64(text, sizeof(text), value));
	else
		columns_add(columns,
		    fmt_unit(text, sizeof(text), metric->unit, (double)value,
			false));
}

static void
print_histograms(FILE *file, const struct report *report,
    const struct model_profile *profile, const struct look *look)
{
	static const char *const headings[] = { "HISTOGRAM", "COUNT", "P50",
		"P90", "P99", "P999", "MAX", "", "" };
	const size_t count = sizeof(headings) / sizeof(headings[0]);
	const struct model_metric *metric;
	struct columns *columns;
	const char *unit;
	char text[FMT_SIZE];
	size_t i, shown = 0;

	columns = columns_create(count);
	for (i = 0; i < count; i++) {
		columns_add(columns, headings[i]);
		if (i >= 1 && i != 7)
			columns_right(columns, i);
	}
	for (i = 0; i < profile->metric_count; i++) {
		metric = &model_metrics(profile)[i];
		if (metric->kind != DBGSHM_METRIC_HISTOGRAM ||
		    !is_shown(report, profile, metric))
			continue;
		report_name(columns, metric);
		columns_add(columns,
		    fmt_metric(text, sizeof(text), metric->kind, metric->unit,
			metric->value, look->raw));
		add_quantile(columns, metric, metric->p50, look->raw);
		add_quantile(columns, metric, metric->p90, look->raw);
		add_quantile(columns, metric, metric->p99, look->raw);
		add_quantile(columns, metric, metric->p999, look->raw);
		add_quantile(columns, metric, metric->max, look->raw);
		unit = look->raw ? dbgshm_unit_name(metric->unit) : NULL;
		columns_add(columns, unit != NULL ? unit : "");
		add_rate(columns, DBGSHM_UNIT_NONE, metric->rate, look->raw);
		shown++;
	}
	if (shown > 0)
		columns_print(columns, file, "  ", look->strong, look->off);
	columns_destroy(columns);
}

/* ---- all of it ------------------------------------------------------- */

static size_t
count_hidden(const struct report *report, const struct model_profile *profile)
{
	size_t i, hidden = 0;

	for (i = 0; i < profile->metric_count; i++)
		hidden += model_metrics(profile)[i].level > report->level &&
		    patterns_metric(
			report->patterns, profile, &model_metrics(profile)[i]);
	if (profile->table != NULL &&
	    patterns_profile(report->patterns, profile))
		for (i = 0; i < profile->table->column_count; i++)
			hidden +=
			    profile->table->columns[i].level > report->level;
	return (hidden);
}

static void
print_idle(FILE *file, const struct report *report,
    const struct model_profile *profile, const struct look *look)
{
	size_t i, idle = 0;

	for (i = 0; i < profile->metric_count; i++)
		idle += report_wanted(
			    report, profile, &model_metrics(profile)[i]) &&
		    is_idle(report, profile, &model_metrics(profile)[i]);
	if (idle > 0 && !report->request->quiet)
		fprintf(file, "  %s(%zu still at zero, -a shows %s)%s\n",
		    look->dim, idle, idle == 1 ? "it" : "them", look->off);
}

void
report_hidden(FILE *file, const struct report *report,
    const struct model_profile *profile, const struct look *look)
{
	size_t hidden = count_hidden(report, profile);

	if (hidden > 0 && !report->request->quiet)
		fprintf(file,
		    "  %s(%zu hidden by level, -l debug shows %s)%s\n",
		    look->dim, hidden, hidden == 1 ? "it" : "them", look->off);
}

/* Whether anything of the profile is asked for. */
bool
report_asked(const struct report *report, const struct model_profile *profile)
{
	size_t i;

	if (patterns_profile(report->patterns, profile))
		return (true);
	for (i = 0; i < profile->metric_count; i++)
		if (patterns_metric(
			report->patterns, profile, &model_metrics(profile)[i]))
			return (true);
	return (false);
}

void
report_title(FILE *file, const struct model_profile *profile, bool help,
    const struct look *look)
{
	fprintf(file, "%s%s%s", look->strong, profile->path, look->off);
	if (*profile->description != '\0')
		fprintf(file, "  %s%s%s", look->dim, profile->description,
		    look->off);
	putc('\n', file);
	if (help && *profile->help != '\0')
		fprintf(file, "  %s\n", profile->help);
}

/* What it is doing before how often it did. */
static void
print_contents(FILE *file, const struct report *report,
    const struct model_profile *profile, const struct look *look)
{
	bool whole = patterns_profile(report->patterns, profile);
	bool table = whole && profile->table != NULL, first;

	first = table && profile->table->shape != DBGSHM_SHAPE_PLAIN;
	if (first)
		report_table(file, report, profile, look);
	print_values(file, report, profile, look);
	print_histograms(file, report, profile, look);
	print_idle(file, report, profile, look);
	if (table && !first)
		report_table(file, report, profile, look);
	if (whole && profile->log != NULL)
		report_events(file, report, profile, look);
}

void
report_text(FILE *file, const struct report *report)
{
	struct look look = look_of(report->request);
	const struct model_profile *profile;
	size_t i, hidden_profiles = 0;
	bool first = report->request->quiet;

	if (!report->request->quiet)
		print_head(file, report, &look);
	for (i = 0; i < report->model->profile_count; i++) {
		profile = &report->model->profiles[i];
		if (!report_asked(report, profile))
			continue;
		if (profile->level > report->level) {
			hidden_profiles++;
			continue;
		}
		if (!first)
			putc('\n', file);
		first = false;
		report_title(file, profile, report->request->verbose, &look);
		print_contents(file, report, profile, &look);
		report_hidden(file, report, profile, &look);
	}
	if (hidden_profiles > 0 && !report->request->quiet)
		fprintf(file,
		    "\n%s(%zu profiles hidden by level, -l debug shows "
		    "them)%s\n",
		    look.dim, hidden_profiles, look.off);
}
