/*
 * exposition.c - what the text formats of Prometheus and OpenMetrics share.
 */
#include "exposition.h"
#include "export_name.h"

#include <libshm/kit/fmt.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

void
exposition_text(FILE *file, const char *text, bool quotes)
{
	size_t plain;

	for (;;) {
		plain = strcspn(text, quotes ? "\\\n\"" : "\\\n");
		fwrite(text, 1, plain, file);
		text += plain;
		if (*text == '\0')
			return;
		putc('\\', file);
		putc(*text == '\n' ? 'n' : *text, file);
		text++;
	}
}

/* ---- numbers --------------------------------------------------------------------- */

/* A whole number divided by a power of ten, to the last digit. */
static void
put_quotient(FILE *file, uint64_t value, uint64_t divisor)
{
	uint64_t rest = value % divisor;

	fprintf(file, "%" PRIu64, value / divisor);
	if (rest == 0)
		return;
	putc('.', file);
	while (rest > 0) {
		divisor /= 10;
		putc('0' + (int)(rest / divisor), file);
		rest %= divisor;
	}
}

static void
put_double(FILE *file, double value)
{
	char text[FMT_SIZE];

	if (isnan(value))
		fputs("NaN", file);
	else if (isinf(value))
		fputs(value > 0 ? "+Inf" : "-Inf", file);
	else
		fputs(fmt_double(text, sizeof(text), value), file);
}

void
exposition_value(FILE *file, const struct export_family *family,
    enum export_form form, union dbgshm_value value)
{
	uint64_t divisor = export_divisor(family->unit);

	if (form == EXPORT_DOUBLE) {
		put_double(
		    file, divisor == 1 ? value.d : value.d / (double)divisor);
		return;
	}
	if (form == EXPORT_I64 && value.i < 0) {
		putc('-', file);
		value.u = -value.u;
	}
	put_quotient(file, value.u, divisor);
}

/* ---- samples ----------------------------------------------------------------------- */

static void
put_labels(FILE *file, const struct export_series *series)
{
	size_t i;

	fputs("{program=\"", file);
	exposition_text(file, series->target->program, true);
	fprintf(file, "\",number=\"%u\"", series->target->number);
	for (i = 0; i < series->label_count; i++) {
		fprintf(file, ",%s=\"", series->labels[i].key);
		exposition_text(file, series->labels[i].value, true);
		putc('"', file);
	}
}

static void
put_time(const struct exposition *e, const struct export_series *series,
    const struct export_point *point)
{
	if (e->stamps && series->target->stamped) {
		putc(' ', e->file);
		put_quotient(e->file, point->real_ns, 1000000000);
	}
	putc('\n', e->file);
}

static void
put_bound(const struct exposition *e, const struct export_family *family,
    uint64_t bound)
{
	uint64_t divisor = export_divisor(family->unit);

	put_quotient(e->file, bound, divisor);
	/* A bound is a text too, and there that of a double. */
	if (e->openmetrics && bound % divisor == 0)
		fputs(".0", e->file);
}

static void
put_histogram(const struct exposition *e, const struct export_series *series,
    const struct export_point *point)
{
	const struct export_family *family = series->family;
	union dbgshm_value sum = { .u = point->below[0] };
	size_t i;

	for (i = 0; i <= point->bounds->count; i++) {
		fprintf(e->file, "%s_bucket", family->name);
		put_labels(e->file, series);
		fputs(",le=\"", e->file);
		if (i < point->bounds->count)
			put_bound(e, family, point->bounds->high[i]);
		else
			fputs("+Inf", e->file);
		fprintf(e->file, "\"} %" PRIu64,
		    i < point->bounds->count ? point->below[i + 1]
					     : point->value.u);
		put_time(e, series, point);
	}
	fprintf(e->file, "%s_sum", family->name);
	put_labels(e->file, series);
	fputs("} ", e->file);
	exposition_value(e->file, family, EXPORT_U64, sum);
	put_time(e, series, point);
	fprintf(e->file, "%s_count", family->name);
	put_labels(e->file, series);
	fprintf(e->file, "} %" PRIu64, point->value.u);
	put_time(e, series, point);
}

void
exposition_series(
    const struct exposition *e, const struct export_series *series)
{
	const struct export_family *family = series->family;
	const struct export_point *point = series->points;
	size_t i;

	for (i = 0; i < series->point_count; i++, point++) {
		if (family->type == EXPORT_HISTOGRAM) {
			put_histogram(e, series, point);
			continue;
		}
		fprintf(e->file, "%s%s", family->name,
		    family->type == EXPORT_COUNTER ? "_total" : "");
		put_labels(e->file, series);
		fputs("} ", e->file);
		exposition_value(e->file, family, series->form, point->value);
		put_time(e, series, point);
	}
}
