/*
 * cmd_diff.c - dbgtop diff: what two targets, or two moments of one, differ in.
 */
#include "command.h"
#include "report.h"
#include "report_text.h"
#include "side.h"
#include "when.h"

#include <libshm/kit/columns.h>
#include <libshm/kit/fmt.h>

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS UINT64_C(1000000000)
#define WINDOW_NS (10 * NS) /* that rates are over */
#define CELL_MAX 60	    /* of a text */
#define RATIO 2.0	    /* from there on it is so many times */

struct diff {
	const struct request *request;
	struct side a, b;
	struct compared *compared;
	bool raw;
};

/* ---- for people ---------------------------------------------------------------- */

static const char *
put_number(char text[static FMT_SIZE], const struct difference *one,
    double number, bool raw)
{
	size_t length;

	if (raw)
		number = round(1000 * number) / 1000;
	if (!one->per_second)
		return (fmt_unit(text, FMT_SIZE, one->unit, number, raw));
	fmt_rate(text, FMT_SIZE, one->unit, number, raw);
	length = strlen(text);
	if (raw)
		snprintf(text + length, FMT_SIZE - length, "/s");
	return (text);
}

/* "+33 %", "x 12", "/ 4.0": of the first the second is so much. */
static void
put_change(char text[static FMT_SIZE], const struct difference *one)
{
	double ratio;

	text[0] = '\0';
	if (one->side != COMPARE_BOTH)
		snprintf(text, FMT_SIZE, "only %s",
		    one->side == COMPARE_ONLY_A ? "A" : "B");
	else if (!one->is_number)
		snprintf(text, FMT_SIZE, "changed");
	else if (one->a == 0 || one->b == 0 || (one->a < 0) != (one->b < 0))
		snprintf(text, FMT_SIZE, one->b > one->a ? "up" : "down");
	else {
		ratio = one->b / one->a;
		if (ratio >= RATIO)
			snprintf(text, FMT_SIZE, "x %.3g", ratio);
		else if (ratio <= 1 / RATIO)
			snprintf(text, FMT_SIZE, "/ %.3g", 1 / ratio);
		else
			snprintf(text, FMT_SIZE, "%+.3g %%", 100 * (ratio - 1));
	}
}

static void
add_side(struct columns *columns, const struct difference *one, double number,
    const char *words, bool there, bool raw)
{
	char text[FMT_SIZE], cut[CELL_MAX + 8];

	if (one->is_number) {
		columns_add(columns, put_number(text, one, number, raw));
	} else if (words != NULL) {
		snprintf(cut, sizeof(cut), "%.*s%s", CELL_MAX, words,
		    strlen(words) > CELL_MAX ? "..." : "");
		columns_add(columns, cut);
	} else
		columns_add(columns, there ? one->what : "-");
}

static void
print_side(const struct diff *diff, char name, const struct side *side,
    const struct look *look)
{
	const struct model_target *target = &side->model->target;
	char time[2 * FMT_SIZE + 16];

	printf("%s%c%s  %s  pid %d  %s  %s\n", look->strong, name, look->off,
	    target->name, (int)target->pid, dbgshm_life_name(target->state),
	    diff->raw
		? fmt_time(time, sizeof(time), side->shown_ns, 3)
		: fmt_since(time, sizeof(time), side->shown_ns, when_now()));
}

static void
print_text(const struct diff *diff)
{
	static const char *const headings[] = { "WHERE", "A", "B", "CHANGE" };
	const struct look look = look_of(diff->request);
	bool quiet = diff->request->quiet;
	const struct difference *one;
	struct columns *columns;
	char text[FMT_SIZE];
	size_t i;

	if (!quiet) {
		print_side(diff, 'A', &diff->a, &look);
		print_side(diff, 'B', &diff->b, &look);
		putchar('\n');
	}
	if (compare_count(diff->compared) == 0) {
		if (!quiet)
			puts("no differences");
		return;
	}
	columns = columns_create(4);
	columns_right(columns, 1);
	columns_right(columns, 2);
	for (i = 0; i < 4 && !quiet; i++)
		columns_add(columns, headings[i]);
	for (i = 0; i < compare_count(diff->compared); i++) {
		one = compare_at(diff->compared, i);
		columns_add(columns, one->where);
		add_side(columns, one, one->a, one->a_text,
		    one->side != COMPARE_ONLY_B, diff->raw);
		add_side(columns, one, one->b, one->b_text,
		    one->side != COMPARE_ONLY_A, diff->raw);
		put_change(text, one);
		columns_add(columns, text);
	}
	columns_print(columns, stdout, "", quiet ? NULL : look.strong,
	    quiet ? NULL : look.off);
	columns_destroy(columns);
}

/* ---- for programs ---------------------------------------------------------------- */

static void
put_side(struct out *out, const char *key, const struct side *side)
{
	out_object(out, key);
	out_time(out, "time", side->shown_ns);
	out_object(out, "target");
	report_target(out, &side->model->target);
	out_object_end(out);
	out_object_end(out);
}

static void
put_value(struct out *out, const char *key, const struct difference *one,
    double number, const char *text)
{
	if (one->is_number)
		out_double(out, key, number);
	else
		out_string(out, key, text);
}

static void
put_difference(struct out *out, const struct difference *one)
{
	static const char *const sides[] = { [COMPARE_BOTH] = "both",
		[COMPARE_ONLY_A] = "a",
		[COMPARE_ONLY_B] = "b" };

	out_record(out);
	out_string(out, "where", one->where);
	out_string(out, "what", one->what);
	out_string(out, "path", one->path);
	out_string(out, "side", sides[one->side]);
	put_value(out, "a", one, one->a, one->a_text);
	put_value(out, "b", one, one->b, one->b_text);
	out_string(
	    out, "unit", one->is_number ? dbgshm_unit_name(one->unit) : NULL);
	out_bool(out, "per_second", one->per_second);
	if (one->is_number && one->a != 0)
		out_double(out, "ratio", one->b / one->a);
	else
		out_null(out, "ratio");
	out_double(out, "score", one->score);
	out_record_end(out);
}

static void
print_records(const struct diff *diff)
{
	static const struct out_column none[] = { { NULL, NULL } };
	struct out_style style = request_style(diff->request);
	struct out *out = out_create(diff->request->format, stdout, &style);
	size_t i;

	if (out_nests(out)) {
		out_begin(out, "dbgtop.diff/1", when_now());
		put_side(out, "a", &diff->a);
		put_side(out, "b", &diff->b);
		out_bool(out, "same", compare_count(diff->compared) == 0);
	}
	out_records(out, "differences", none);
	for (i = 0; i < compare_count(diff->compared); i++)
		put_difference(out, compare_at(diff->compared, i));
	out_records_end(out);
	if (out_nests(out))
		out_end(out);
	out_destroy(out);
}

/* ---- the command ------------------------------------------------------------------ */

/* Something is not compared because nobody knows it. */
static void
remark_rates(const struct diff *diff, const struct side *side)
{
	if (side->rates != NULL || diff->request->quiet)
		return;
	warnx("%s (pid %d): it has no history, so no rates are compared",
	    side->model->target.name, (int)side->model->target.pid);
}

static int
compare(struct diff *diff)
{
	const struct request *request = diff->request;
	struct compare_side a, b;
	unsigned flags = (request->all ? COMPARE_ALL : 0) |
	    (request->format == OUT_TEXT && !request->all ? COMPARE_BRIEF : 0);
	int status;

	if (diff->a.again || diff->b.again) {
		interval_wait(
		    request->interval_given ? request->interval_ns : NS);
		side_again(&diff->a);
		side_again(&diff->b);
	}
	if (side_same(&diff->a, &diff->b))
		flags |= COMPARE_SAME;
	a = side_of(&diff->a);
	b = side_of(&diff->b);
	diff->compared = compare_make(&a, &b, flags);
	remark_rates(diff, &diff->a);
	remark_rates(diff, &diff->b);
	if (request->format == OUT_TEXT)
		print_text(diff);
	else
		print_records(diff);
	status = compare_count(diff->compared) > 0 ? EXIT_NO : EXIT_DONE;
	compare_free(diff->compared);
	return (output_end() != EXIT_DONE ? EXIT_OUTPUT : status);
}

/* Which two are meant; 0, or an exit code. */
static int
name_sides(struct diff *diff)
{
	const struct request *request = diff->request;
	uint64_t now_ns = when_now();
	bool two = request->word_count == 2;

	if (two && (request->since_ns != 0 || request->until_ns != 0))
		return (usage_error(request,
		    "diff: --since and --until are two moments of one target; "
		    "of two say TARGET@TIME"));
	if (!two && request->at_ns != 0)
		return (usage_error(request,
		    "diff: --at is of two targets; of one --since a time"));
	side_name(&diff->a, request->words[0], now_ns);
	side_name(&diff->b, request->words[two ? 1 : 0], now_ns);
	if (two) {
		if (diff->a.at_ns == 0)
			diff->a.at_ns = request->at_ns;
		if (diff->b.at_ns == 0)
			diff->b.at_ns = request->at_ns;
		return (EXIT_DONE);
	}
	if (request->since_ns == 0 && diff->a.at_ns == 0)
		return (usage_error(request,
		    "diff: with what? A second target, or --since a time"));
	/* TARGET@TIME alone is compared with now. */
	if (request->since_ns != 0)
		diff->a.at_ns = request->since_ns;
	diff->b.at_ns = request->until_ns;
	return (EXIT_DONE);
}

int
cmd_diff(const struct request *request)
{
	struct request over = *request;
	struct diff diff = { .request = &over, .raw = request_raw(request) };
	int status;

	if (!request->interval_given)
		over.interval_ns = WINDOW_NS;
	status = name_sides(&diff);
	if (status == EXIT_DONE)
		status = side_open(&diff.a, &over);
	if (status == EXIT_DONE)
		status = side_open(&diff.b, &over);
	if (status == EXIT_DONE)
		status = compare(&diff);
	side_close(&diff.a);
	side_close(&diff.b);
	return (status);
}
