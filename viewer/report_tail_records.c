/*
 * report_tail_records.c - samples over time, for programs.
 */
#include "report_tail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void
put_number(struct out *out, const char *key, const struct track *track,
    union dbgshm_value value)
{
	switch (track->kind) {
	case DBGSHM_METRIC_GAUGE:
	case DBGSHM_METRIC_UPDOWN:
		out_i64(out, key, value.i);
		break;
	case DBGSHM_METRIC_FLOAT:
		out_double(out, key, value.d);
		break;
	default:
		out_u64(out, key, value.u);
		break;
	}
}

static void
put_double(struct out *out, const char *key, double value)
{
	if (isnan(value))
		out_null(out, key);
	else
		out_double(out, key, value);
}

static void
put_known(struct out *out, const char *key, bool known, uint64_t value)
{
	if (known)
		out_u64(out, key, value);
	else
		out_null(out, key);
}

static void
put_sample(struct out *out, const struct tail_sample *sample)
{
	out_time(out, "time", sample->real_ns);
	out_u64(out, "mono_ns", sample->mono_ns);
	out_u64(out, "period_ns", sample->period_ns);
	out_u64(out, "gap_ns", sample->gap_ns);
}

static void
put_name(struct out *out, const struct track *track)
{
	out_string(out, "path", track->path);
	out_string(out, "name", track->name);
	out_string(
	    out, "labels", *track->labels != '\0' ? track->labels : NULL);
	out_string(out, "row", track->row);
	out_string(out, "unit", dbgshm_unit_name(track->unit));
}

static void
put_track(struct out *out, const struct track *track)
{
	bool histogram = track->kind == DBGSHM_METRIC_HISTOGRAM;

	put_name(out, track);
	put_number(out, "value", track, track->value);
	put_double(out, "rate", track->rate);
	if (track->spread) {
		put_number(out, "min", track, track->least);
		put_number(out, "max", track, track->most);
	} else {
		out_null(out, "min");
		out_null(out, "max");
	}
	histogram = histogram && track->value.u > 0;
	put_known(out, "p50", histogram, track->p50);
	put_known(out, "p99", histogram, track->p99);
	histogram = histogram && track->recent > 0;
	put_known(out, "recent_p50", histogram, track_recent(track, 0.50));
	put_known(out, "recent_p99", histogram, track_recent(track, 0.99));
}

static void
put_lines(const struct tail_report *report, const struct tail_sample *sample)
{
	const struct track *track;
	size_t i;

	for (i = 0; i < tracks_size(report->tracks); i++) {
		track = tracks_at(report->tracks, i);
		if (!track->there || !track->fresh)
			continue;
		out_record(report->out);
		put_sample(report->out, sample);
		put_track(report->out, track);
		out_record_end(report->out);
	}
}

/* Keys of columns are the addresses; of what only grows, the rate as well. */
static void
put_columns(const struct tail_report *report, const struct tail_sample *sample)
{
	bool nested = report->request->format != OUT_CSV;
	struct out *out = report->out;
	const struct track *track;
	size_t i;
	int rates;

	out_record(out);
	put_sample(out, sample);
	for (rates = 0; rates < 2; rates++) {
		if (nested)
			out_object(out, rates ? "rates" : "values");
		for (i = 0; i < report->order_count; i++) {
			track = report->order[i];
			if (rates) {
				if (track->rated)
					put_double(out,
					    nested ? track->address
						   : track->rate_address,
					    track->there ? track->rate : NAN);
			} else if (track->there)
				put_number(
				    out, track->address, track, track->value);
			else
				out_null(out, track->address);
		}
		if (nested)
			out_object_end(out);
	}
	out_record_end(out);
}

void
tail_records_begin(struct tail_report *report)
{
	static const struct out_column columns[] = { { NULL, NULL } };

	if (out_nests(report->out)) {
		out_begin(report->out, "dbgtop.tail/1",
		    report->model->target.time_real_ns);
		out_object(report->out, "target");
		report_target(report->out, &report->model->target);
		out_object_end(report->out);
	}
	out_records(report->out, "samples", columns);
}

void
tail_records(struct tail_report *report, const struct tail_sample *sample)
{
	if (report->columns)
		put_columns(report, sample);
	else
		put_lines(report, sample);
}

/* Only where it has a place of its own: the others are samples alone. */
void
tail_records_end(struct tail_report *report)
{
	struct out *out = report->out;
	struct track *track;
	size_t i;

	if (!out_nests(out))
		return;
	out_records_end(out);
	out_array(out, "summary");
	for (i = 0; i < tracks_size(report->tracks); i++) {
		track = tracks_at(report->tracks, i);
		if (track->tally.seen == 0)
			continue;
		out_object(out, NULL);
		put_name(out, track);
		out_string(out, "of", track->rated ? "rate" : "value");
		out_u64(out, "samples", track->tally.seen);
		out_double(out, "min", track->tally.least);
		put_double(out, "mean", tally_mean(&track->tally));
		out_double(out, "max", track->tally.most);
		out_double(out, "p50", tally_quantile(&track->tally, 0.50));
		out_double(out, "p95", tally_quantile(&track->tally, 0.95));
		out_double(out, "p99", tally_quantile(&track->tally, 0.99));
		out_object_end(out);
	}
	out_array_end(out);
	out_end(out);
}
