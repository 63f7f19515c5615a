/*
 * texts.c - every type of column and kind of metric, with the worst that can
 * stand in each: bytes that are no text, numbers that no JSON number holds.
 * Until SIGTERM.
 */
#include <dbgshm/writer.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const nasty[] = {
	"plain",
	"",
	"\033[2J\033]52;c;aGk=\a", /* clears, writes the clipboard */
	"a\nb\tc\r\x7f",	   /* lines that are not ours */
	"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", /* e acute, euro, a face */
	"\xff\xfe\xc0\xaf\xed\xa0\x80",		/* no UTF-8 at all */
	("\xc2\x9b"
	 "31m\xe2\x80\xae"
	 "evil\xe2\x80\x8b"),
	"e\xcc\x81\xcc\x82\xcc\x83\xcc\x84.", /* four marks on a letter */
	("\xcc\x81"
	 "first"), /* one on nothing */
	"\"\\/<>&'",
	"\xe2\x82", /* begins and does not end */
	"%n%s{}[]",
	"a text that is longer than its column, by far, and is cut",
};
#define NASTY (sizeof(nasty) / sizeof(nasty[0]))

static const char *const moods[] = { "good", "bad\033[m", "ug\"ly", NULL };

static const struct dbgshm_column columns[] = {
	{ .name = "text",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 40,
	    .flags = DBGSHM_COLUMN_KEY },
	{ .name = "counter", .type = DBGSHM_TYPE_COUNTER },
	{ .name = "gauge", .type = DBGSHM_TYPE_GAUGE, .unit = DBGSHM_UNIT_NS },
	{ .name = "signed", .type = DBGSHM_TYPE_SIGNED },
	{ .name = "float",
	    .type = DBGSHM_TYPE_FLOAT,
	    .unit = DBGSHM_UNIT_RATIO },
	{ .name = "time", .type = DBGSHM_TYPE_TIME },
	{ .name = "duration", .type = DBGSHM_TYPE_DURATION },
	{ .name = "mood", .type = DBGSHM_TYPE_ENUM, .names = moods },
	{ .name = "bool", .type = DBGSHM_TYPE_BOOL },
	{ .name = "blob", .type = DBGSHM_TYPE_BLOB, .width = 8 },
	{ .name = "secret",
	    .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_SECRET },
};

static void
fill_table(struct dbgshm_profile *profile)
{
	static const double doubles[] = { 0.1, -0.0, 1e300, DBL_MIN, 1.0 / 3 };
	static const uint64_t words[] = { 0, 1, UINT64_C(1) << 53,
		(UINT64_C(1) << 53) + 1, UINT64_MAX };
	struct dbgshm_table *table =
	    dbgshm_table_create(profile, columns, 11, NASTY + 4);
	struct dbgshm_row row;
	unsigned i;

	for (i = 0; i < NASTY; i++) {
		row = dbgshm_row_claim(table);
		dbgshm_row_text(row, 0, nasty[i]);
		dbgshm_row_set(row, 1, words[i % 5]);
		dbgshm_row_set(row, 2, words[(i + 1) % 5]);
		dbgshm_row_set_signed(row, 3, -(int64_t)(words[i % 4]));
		dbgshm_row_set_float(row, 4,
		    i == 5	 ? NAN
			: i == 6 ? -INFINITY
				 : doubles[i % 5]);
		dbgshm_row_set(row, 5, i == 0 ? 0 : dbgshm_now());
		dbgshm_row_set(row, 6, words[(i + 2) % 5]);
		dbgshm_row_set(row, 7, i);
		dbgshm_row_set(row, 8, i % 3);
		dbgshm_row_blob(row, 9, nasty[i], strlen(nasty[i]) + 1);
		dbgshm_row_text(row, 10, "hunter2");
		dbgshm_row_end(row);
		if (i % 4 == 3)
			dbgshm_row_release(row);
	}
	row = dbgshm_row_claim(table); /* stays busy: being made */
	dbgshm_row_text(row, 0, "half");
}

static void
fill_metrics(struct dbgshm_profile *profile)
{
	struct dbgshm_counter counter = { 0 };
	struct dbgshm_gauge gauge = { 0 };
	struct dbgshm_histogram histogram = { 0, 0 };
	struct dbgshm_label labels[2] = { { "who", NULL }, { "Nr_1", "x" } };
	unsigned i;

	for (i = 0; i < NASTY; i++) {
		labels[0].value = nasty[i];
		(void)dbgshm_counter_create(profile,
		    &(struct dbgshm_metric){ .name = "labelled",
			.help = nasty[i],
			.labels = labels,
			.label_count = 2 },
		    &counter);
		dbgshm_counter_add(counter, UINT64_MAX - i);
	}
	(void)dbgshm_float_create(profile,
	    &(struct dbgshm_metric){
		.name = "nan", .unit = DBGSHM_UNIT_CELSIUS },
	    &gauge);
	dbgshm_float_set(gauge, NAN);
	(void)dbgshm_gauge_create(profile,
	    &(struct dbgshm_metric){
		.name = "least", .unit = DBGSHM_UNIT_PERCENT },
	    &gauge);
	dbgshm_gauge_set(gauge, INT64_MIN);
	(void)dbgshm_histogram_create(
	    profile, &(struct dbgshm_metric){ .name = "empty" }, &histogram);
	(void)dbgshm_histogram_create(profile,
	    &(struct dbgshm_metric){ .name = "small", .highest = 100 },
	    &histogram);
	for (i = 0; i < 300; i++)
		dbgshm_histogram_record(histogram, i);
	(void)dbgshm_histogram_create(profile,
	    &(struct dbgshm_metric){ .name = "wide", .highest = UINT64_MAX },
	    &histogram);
	dbgshm_histogram_record(histogram, 0);
	dbgshm_histogram_record(histogram, UINT64_MAX);
}

int
main(void)
{
	struct dbgshm_profile *gone, *texts;
	uint32_t slot;

	if (dbgshm_init(&(struct dbgshm_options){ .state = DBGSHM_PUBLISHED,
		.sampling = DBGSHM_SAMPLER_TICK,
		.name = "te\033xts\n",
		.version = "1\2" }) == -1) {
		perror("texts");
		return (1);
	}
	gone = dbgshm_profile_add("gone", "removed again", NULL);
	(void)dbgshm_table_create(gone, columns, 11, 3);
	texts = dbgshm_profile_add("texts/nasty", nasty[2], nasty[6]);
	fill_metrics(texts);
	fill_table(texts);
	(void)dbgshm_profile_remove(gone);
	if (dbgshm_summary_add("answer", &slot) == 0)
		dbgshm_summary_set(slot, 42);
	if (dbgshm_summary_add("most", &slot) == 0)
		dbgshm_summary_set(slot, UINT64_MAX);
	puts("ready");
	(void)fflush(stdout);
	for (;;)
		pause();
}
