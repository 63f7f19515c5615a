/*
 * t_feed.c - claims about feeds and mirrors: what a reader of the region shows, a
 * reader of the mirror shows.  limit: 600
 */
#include "mirrored.h"
#include "secretive.h"

#include "tests/bench/loads.h"

#include <dbgshm/events.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <sys/mman.h>

#define TICKS 1200
#define THOUSAND 1000

static struct logged log_of[TICKS];
static struct mirrored rig;

static void
start(uint64_t history_bytes, uint64_t row_history_bytes)
{
	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .history_bytes = history_bytes,
		      .row_history_bytes = row_history_bytes }) == 0);
}

static void
same_present(void)
{
	CHECK(dbgshm_reader_refresh(rig.region) == 0);
	same_values(rig.region, rig.image);
}

static void
is_whole(void)
{
	CHECK(dbgshm_reader_check(rig.image, NULL, NULL) == 0);
}

/* ---- all moments ------------------------------------------------------------------ */

/* Looks after every so many ticks, the first time after some. */
static void
follow(size_t late, size_t every)
{
	struct logged_program program;
	struct logged_seen seen;
	size_t t;

	start(0, 0);
	logged_begin(&program, 7);
	for (t = 0; t < late; t++)
		logged_step(&program, t, &log_of[t]);
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (; t < TICKS; t++) {
		logged_step(&program, t, &log_of[t]);
		if (t % every != 0 && t != TICKS - 1)
			continue;
		mirrored_poll(&rig);
		same_present();
		logged_same_metrics(rig.image, &log_of[t]);
		logged_same_rows(rig.image, &log_of[t]);
	}
	seen = logged_compare(rig.image, log_of, TICKS);
	CHECK(seen.moments >= TICKS - seen.coarse && seen.with_rows > 500);
	CHECK(rig.frames >= TICKS - late);
	CHECK(same_past(rig.region, rig.image) > 0);
	is_whole();
	mirrored_close(&rig);
}

static void
every_tick(void)
{
	follow(0, 1);
}

static void
every_seven(void)
{
	follow(31, 7);
}

static void
seldom(void)
{
	follow(1000, 90);
}

static void
test_mirror_shows_each_moment_as_a_reader_of_the_region_does(void **state)
{
	(void)state;
	assert_int_equal(in_child(every_tick), 0);
	assert_int_equal(in_child(every_seven), 0);
	assert_int_equal(in_child(seldom), 0);
}

/* Blocks of the region come and go; in the mirror all stay. */
static void
outlive(void)
{
	struct logged_program program;
	struct logged_seen seen;
	size_t t;

	start(24 << 10, 64 << 10);
	logged_begin(&program, 3);
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (t = 0; t < TICKS; t++) {
		logged_step(&program, t, &log_of[t]);
		mirrored_poll(&rig);
	}
	same_present();
	seen = logged_compare(rig.region, log_of, TICKS);
	CHECK(seen.coarse > 0); /* else nothing had to go */
	seen = logged_compare(rig.image, log_of, TICKS);
	CHECK(seen.moments == TICKS && seen.coarse == 0 &&
	    seen.with_rows == TICKS);
	is_whole();
	mirrored_close(&rig);
}

static void
test_mirror_keeps_what_the_region_gives_up(void **state)
{
	(void)state;
	assert_int_equal(in_child(outlive), 0);
}

/* Coarse tiers are told for what the finest has no more. */
static void
coarse(void)
{
	struct logged_program program;
	struct logged_seen seen[2];
	size_t t;

	start(24 << 10, 64 << 10);
	logged_begin(&program, 5);
	for (t = 0; t < TICKS; t++)
		logged_step(&program, t, &log_of[t]);
	mirrored_begin(&rig, own_reader(), 0, 0);
	mirrored_poll(&rig);
	same_present();
	seen[0] = logged_compare(rig.region, log_of, TICKS);
	seen[1] = logged_compare(rig.image, log_of, TICKS);
	CHECK(seen[0].coarse > 0 && seen[0].coarse == seen[1].coarse &&
	    seen[0].moments == seen[1].moments &&
	    seen[0].with_rows == seen[1].with_rows);
	is_whole();
	mirrored_close(&rig);
}

static void
test_first_piece_has_the_coarse_past_too(void **state)
{
	(void)state;
	assert_int_equal(in_child(coarse), 0);
}

/* What was given up before it was told is a gap, and not made up. */
static void
gap(void)
{
	struct logged_program program;
	struct dbgshm_past *past;
	struct dbgshm_moment moment;
	size_t t, i, gaps = 0;

	start(24 << 10, 64 << 10);
	logged_begin(&program, 6);
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (t = 0; t < TICKS; t++) {
		logged_step(&program, t, &log_of[t]);
		if (t < 50 || t > TICKS - 50)
			mirrored_poll(&rig);
	}
	CHECK(dbgshm_past_open(rig.image, &past) == 0);
	for (i = 0; i < dbgshm_past_count(past); i++) {
		moment = dbgshm_past_moment(past, i);
		gaps += moment.gap;
		if (moment.mono_ns < log_of[0].now_ns)
			continue; /* before the program did anything */
		t = (moment.mono_ns - log_of[0].now_ns) / LOGGED_SECOND;
		CHECK(t < TICKS && log_of[t].now_ns == moment.mono_ns);
		CHECK(dbgshm_past_show(past, i) == 0);
		logged_same_metrics(rig.image, &log_of[t]);
	}
	CHECK(gaps == 1 && i > 100 && i < TICKS);
	dbgshm_past_close(past);
	CHECK(dbgshm_reader_refresh(rig.image) == 0);
	same_present();
	is_whole();
	mirrored_close(&rig);
}

static void
test_what_was_given_up_before_it_was_told_is_a_gap(void **state)
{
	(void)state;
	assert_int_equal(in_child(gap), 0);
}

/* ---- without a past ------------------------------------------------------------------- */

static void
sampled(void)
{
	struct logged_program program;
	struct dbgshm_past *past;
	size_t t, i;

	start(DBGSHM_HISTORY_OFF, DBGSHM_HISTORY_OFF);
	logged_begin(&program, 9);
	for (t = 0; t < 3; t++)
		logged_step(&program, t, &log_of[t]);
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (; t < 300; t++) {
		logged_step(&program, t, &log_of[t]);
		mirrored_poll(&rig);
		same_present();
	}
	CHECK(rig.frames == 297);
	CHECK(dbgshm_past_open(rig.image, &past) == 0);
	CHECK(dbgshm_past_count(past) == 297);
	for (i = 0; i < 297; i++) {
		CHECK(dbgshm_past_show(past, i) == 0);
		logged_same_metrics(rig.image, &log_of[3 + i]);
		logged_same_rows(rig.image, &log_of[3 + i]);
	}
	dbgshm_past_close(past);
	is_whole();
	mirrored_close(&rig);
}

static void
test_region_without_a_past_gets_one(void **state)
{
	(void)state;
	assert_int_equal(in_child(sampled), 0);
}

/* Rows that the history does not keep are told as they are. */
static void
without_rows(void)
{
	struct logged_program program;
	size_t t;

	start(0, DBGSHM_HISTORY_OFF);
	logged_begin(&program, 9);
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (t = 0; t < 200; t++) {
		logged_step(&program, t, &log_of[t]);
		mirrored_poll(&rig);
		same_present();
		logged_same_rows(rig.image, &log_of[t]);
	}
	is_whole();
	mirrored_close(&rig);
}

static void
left_out(void)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "number", .type = DBGSHM_TYPE_COUNTER },
		{ .name = "text", .type = DBGSHM_TYPE_TEXT, .width = 40 },
	};
	static struct dbgshm_row rows[1000];
	struct logged_program program;
	struct dbgshm_table *table;
	size_t t, i, before;

	start(0, 64 << 10);
	logged_begin(&program, 9);
	table = dbgshm_table_create(
	    dbgshm_profile_add("many", "rows", NULL), columns, 2, 1000);
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (t = 0; t < 100; t++) {
		for (i = t * 10; i < (t + 1) * 10; i++) {
			rows[i] = dbgshm_row_claim(table);
			dbgshm_row_text(rows[i], 1, "one of many");
			dbgshm_row_end(rows[i]);
		}
		dbgshm_row_set(rows[t * 7], 0, (int64_t)t);
		logged_step(&program, t, &log_of[t]);
		before = rig.bytes;
		mirrored_poll(&rig);
		same_present();
		logged_same_rows(rig.image, &log_of[t]);
	}
	CHECK(rig.bytes - before < 2000); /* only what has changed */
	is_whole();
	mirrored_close(&rig);
}

static void
test_rows_that_the_history_leaves_out_are_told_as_they_are(void **state)
{
	(void)state;
	assert_int_equal(in_child(without_rows), 0);
	assert_int_equal(in_child(left_out), 0);
}

/* Begins now, in the middle of a block. */
static void
no_past(void)
{
	struct logged_program program;
	struct dbgshm_past *past;
	size_t t, i;

	start(0, 0);
	logged_begin(&program, 9);
	for (t = 0; t < 100; t++)
		logged_step(&program, t, &log_of[t]);
	mirrored_begin(&rig, own_reader(), DBGSHM_FEED_NO_PAST, 0);
	for (; t < 700; t++) {
		mirrored_poll(&rig);
		same_present();
		logged_step(&program, t, &log_of[t]);
	}
	mirrored_poll(&rig);
	CHECK(dbgshm_past_open(rig.image, &past) == 0);
	CHECK(dbgshm_past_count(past) == 600);
	for (i = 0; i < 600; i++) {
		CHECK(dbgshm_past_moment(past, i).mono_ns ==
		    log_of[100 + i].now_ns);
		CHECK(dbgshm_past_show(past, i) == 0);
		logged_same_metrics(rig.image, &log_of[100 + i]);
		logged_same_rows(rig.image, &log_of[100 + i]);
	}
	dbgshm_past_close(past);
	is_whole();
	mirrored_close(&rig);
}

static void
test_feed_without_the_past_begins_now(void **state)
{
	(void)state;
	assert_int_equal(in_child(no_past), 0);
}

/* ---- pieces --------------------------------------------------------------------------- */

static void
nothing_new(void)
{
	struct logged_program program;
	struct dbgshm_piece piece;

	start(0, 0);
	logged_begin(&program, 9);
	logged_step(&program, 0, &log_of[0]);
	mirrored_begin(&rig, own_reader(), 0, 0);
	mirrored_poll(&rig);
	CHECK(dbgshm_feed_next(rig.feed, &piece) == 0);
	CHECK(piece.size == 0 && piece.bytes == NULL && !piece.more &&
	    !piece.first);
	dbgshm_heartbeat();
	CHECK(dbgshm_feed_next(rig.feed, &piece) == 0);
	CHECK(piece.size > 0 && piece.size < 60 && piece.frames == 0);
	CHECK(dbgshm_mirror_put(rig.mirror, piece.bytes, piece.size) == 0);
	mirrored_poll(&rig);
	same_present();
	mirrored_close(&rig);
}

static void
test_where_nothing_is_new_there_is_no_piece(void **state)
{
	(void)state;
	assert_int_equal(in_child(nothing_new), 0);
}

#define MANY 3000

/* Megabytes of past. */
static void
spread(void)
{
	static struct dbgshm_counter counters[MANY];
	struct dbgshm_profile *profile;
	struct logged_program program;
	struct dbgshm_metric metric;
	char name[16];
	uint64_t noise = 1;
	size_t t, i;

	start(8 << 20, 0);
	logged_begin(&program, 9);
	profile = dbgshm_profile_add("many", "of them", NULL);
	for (i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof(name), "c%zu", i);
		metric = logged_metric(name);
		CHECK(
		    dbgshm_counter_create(profile, &metric, &counters[i]) == 0);
	}
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (t = 0; t < 500; t++) {
		for (i = 0; i < MANY; i++) {
			noise = noise * UINT64_C(6364136223846793005) + 1;
			dbgshm_counter_add(counters[i], noise >> 48);
		}
		logged_step(&program, t, &log_of[t]);
	}
	mirrored_poll(&rig);
	CHECK(rig.pieces > 2 && rig.bytes > 2 * DBGSHM_PIECE_SIZE);
	same_present();
	CHECK(logged_compare(rig.image, log_of, 500).moments == 500);
	mirrored_close(&rig);
}

static void
test_long_past_comes_in_many_pieces(void **state)
{
	(void)state;
	assert_int_equal(in_child(spread), 0);
}

/* A second of a thousand mixed metrics, as tests/bench/history measures them. */
static void
size(void)
{
	static struct dbgshm_counter counters[THOUSAND];
	static struct dbgshm_gauge gauges[THOUSAND];
	uint64_t now_ns = 1 + UINT64_C(3600) * LOGGED_SECOND, before[THOUSAND];
	struct dbgshm_profile *profile;
	struct dbgshm_metric metric;
	struct load load;
	char name[16];
	double value;
	size_t t, i, first = 0;

	start(4 << 20, 0);
	profile = dbgshm_profile_add("mixed", "of all kinds", NULL);
	load_start(&load, LOAD_MIXED, THOUSAND, NULL);
	for (i = 0; i < THOUSAND; i++) {
		(void)snprintf(name, sizeof(name), "m%zu", i);
		metric = logged_metric(name);
		before[i] = 0;
		CHECK(
		    (load.kinds[i] == LOAD_NOISE
			    ? dbgshm_float_create(profile, &metric, &gauges[i])
			    : load.kinds[i] == LOAD_WANDERS
			    ? dbgshm_gauge_create(profile, &metric, &gauges[i])
			    : dbgshm_counter_create(
				  profile, &metric, &counters[i])) == 0);
	}
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (t = 0; t < 1000; t++) {
		load_step(&load);
		for (i = 0; i < THOUSAND; i++) {
			memcpy(&value, &load.values[i], sizeof(value));
			if (load.kinds[i] == LOAD_NOISE)
				dbgshm_float_set(gauges[i], value);
			else if (load.kinds[i] == LOAD_WANDERS)
				dbgshm_gauge_set(
				    gauges[i], (int64_t)load.values[i]);
			else
				dbgshm_counter_add(
				    counters[i], load.values[i] - before[i]);
			before[i] = load.values[i];
		}
		CHECK(dbgshm_tick(now_ns += LOGGED_SECOND) == 0);
		mirrored_poll(&rig);
		if (t == 0)
			first = rig.bytes;
	}
	same_present();
	CHECK(rig.frames == 1001 || rig.frames == 1000);
	CHECK((rig.bytes - first) / 999 < THOUSAND);
	load_end(&load);
	mirrored_close(&rig);
}

static void
test_second_of_a_thousand_metrics_takes_less_than_a_byte_each(void **state)
{
	(void)state;
	assert_int_equal(in_child(size), 0);
}

/* ---- again -------------------------------------------------------------------------------- */

/* A connection is lost and another one made; what is there stays. */
static void
again(void)
{
	struct logged_program program;
	struct logged_seen seen;
	size_t t;

	start(0, 0);
	logged_begin(&program, 4);
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (t = 0; t < 900; t++) {
		logged_step(&program, t, &log_of[t]);
		if (t == 300 || t == 310) {
			dbgshm_feed_close(rig.feed);
			CHECK(
			    dbgshm_feed_open(rig.region, 0, 0, &rig.feed) == 0);
		}
		if (t == 600)
			dbgshm_feed_again(rig.feed,
			    dbgshm_reader_info(rig.image)->frame_real_ns);
		if (t % 100 < 80)
			mirrored_poll(&rig);
	}
	mirrored_poll(&rig);
	same_present();
	seen = logged_compare(rig.image, log_of, 900);
	CHECK(seen.moments == 900 && seen.with_rows == 900);
	is_whole();
	mirrored_close(&rig);
}

static void
test_feed_again_goes_on_with_what_is_there(void **state)
{
	(void)state;
	assert_int_equal(in_child(again), 0);
}

static void
since(void)
{
	struct logged_program program;
	struct dbgshm_past *past;
	struct dbgshm_reader *region;
	size_t t;

	start(0, 0);
	logged_begin(&program, 4);
	for (t = 0; t < TICKS; t++)
		logged_step(&program, t, &log_of[t]);
	region = own_reader();
	CHECK(dbgshm_past_open(region, &past) == 0);
	t = dbgshm_past_count(past) - 10;
	mirrored_begin(&rig, region, 0, 0);
	dbgshm_feed_close(rig.feed);
	CHECK(dbgshm_feed_open(region, 0, dbgshm_past_moment(past, t).real_ns,
		  &rig.feed) == 0);
	dbgshm_past_close(past);
	mirrored_poll(&rig);
	CHECK(dbgshm_past_open(rig.image, &past) == 0);
	CHECK(dbgshm_past_count(past) >= 10 && dbgshm_past_count(past) < t / 2);
	CHECK(dbgshm_past_moment(past, dbgshm_past_count(past) - 1).mono_ns ==
	    log_of[TICKS - 1].now_ns);
	dbgshm_past_close(past);
	mirrored_close(&rig);
}

static void
test_blocks_that_ended_before_a_moment_are_left_out(void **state)
{
	(void)state;
	assert_int_equal(in_child(since), 0);
}

/* ---- images as regions -------------------------------------------------------------------- */

static struct dbgshm_reader *
image_of(struct dbgshm_reader *reader)
{
	struct dbgshm_reader *made;
	void *bytes;
	size_t size;
	int file = memfd_create("image", MFD_CLOEXEC);

	CHECK(dbgshm_reader_image(reader, 0, &bytes, &size) == 0);
	CHECK(file != -1 && write(file, bytes, size) == (ssize_t)size);
	free(bytes);
	CHECK(dbgshm_reader_attach(file, &made, NULL) == 0);
	CHECK(dbgshm_reader_refresh(made) == 0);
	return (made);
}

static void
images(void)
{
	struct logged_program program;
	struct mirrored second = { 0 };
	struct dbgshm_reader *reader;
	size_t t;

	start(0, 0);
	logged_begin(&program, 4);
	for (t = 0; t < 300; t++)
		logged_step(&program, t, &log_of[t]);
	/* Of an image, */
	reader = own_reader();
	mirrored_begin(&rig, image_of(reader), 0, 0);
	dbgshm_reader_close(reader);
	mirrored_poll(&rig);
	same_present();
	CHECK(dbgshm_reader_info(rig.image)->taken_real_ns ==
	    dbgshm_reader_info(rig.region)->taken_real_ns);
	CHECK(dbgshm_reader_now_ns(rig.image) ==
	    dbgshm_reader_now_ns(rig.region));
	CHECK(logged_compare(rig.image, log_of, 300).moments == 300);
	mirrored_poll(&rig);
	CHECK(rig.pieces == 1);
	mirrored_close(&rig);
	/* of a mirror, while it grows, and an image of that. */
	mirrored_begin(&rig, own_reader(), 0, 0);
	mirrored_poll(&rig);
	mirrored_begin(&second, rig.image, 0, 0);
	for (; t < 600; t++) {
		logged_step(&program, t, &log_of[t]);
		mirrored_poll(&rig);
		mirrored_poll(&second);
		CHECK(dbgshm_reader_refresh(rig.region) == 0);
		same_values(rig.region, second.image);
	}
	CHECK(logged_compare(second.image, log_of, 600).moments == 600);
	CHECK(dbgshm_reader_check(second.image, NULL, NULL) == 0);
	reader = image_of(second.image);
	CHECK(logged_compare(reader, log_of, 600).moments == 600);
	dbgshm_reader_close(reader);
	mirrored_end(&second);
	mirrored_close(&rig);
}

static void
test_feed_of_an_image_or_of_a_mirror_is_as_good(void **state)
{
	(void)state;
	assert_int_equal(in_child(images), 0);
}

/* ---- secrets ------------------------------------------------------------------------------- */

static bool secret_seen;

static void
look_for_secret(const struct dbgshm_piece *piece)
{
	if (piece->size != 0 &&
	    memmem(piece->bytes, piece->size, "hush", 4) != NULL)
		secret_seen = true;
}

static size_t
secretive_table(const struct dbgshm_reader *reader)
{
	size_t i;

	for (i = 0; i < dbgshm_reader_profile_count(reader); i++)
		if (own_text_is(
			dbgshm_reader_profile(reader, i)->path, "secretive"))
			return (
			    (size_t)dbgshm_reader_profile(reader, i)->table);
	return (SIZE_MAX);
}

/* Frames are bits: what they tell is seen when they are decoded. */
static void
no_secret_in_the_past(void)
{
	struct dbgshm_past *past;
	struct dbgshm_cell token, number;
	const struct dbgshm_row_info *row;
	size_t i, table, rows = 0;

	CHECK(dbgshm_past_open(rig.image, &past) == 0);
	for (i = 0; i < dbgshm_past_count(past); i++) {
		CHECK(dbgshm_past_show(past, i) == 0);
		table = secretive_table(rig.image);
		if (table == SIZE_MAX ||
		    dbgshm_reader_row_count(rig.image, table) == 0)
			continue;
		row = dbgshm_reader_row(rig.image, table, 0);
		token = dbgshm_reader_cell(rig.image, table, row, TOKEN);
		number = dbgshm_reader_cell(rig.image, table, row, NUMBER);
		CHECK(token.text.length == 0 && number.u == 0);
		rows++;
	}
	CHECK(rows > 100);
	dbgshm_past_close(past);
	CHECK(dbgshm_reader_refresh(rig.image) == 0);
}

/* flags of the feed; begins: the tick at which the secrets come. */
static void
secrets_of(unsigned flags, size_t begins, uint64_t history_bytes)
{
	struct secretive secretive = { 0 };
	struct logged_program program;
	size_t t;

	start(history_bytes, history_bytes);
	logged_begin(&program, 11);
	mirrored_begin(&rig, own_reader(), flags, 0);
	rig.look = look_for_secret;
	for (t = 0; t < 400; t++) {
		if (t == begins)
			secretive_begin(&secretive);
		if (t >= begins)
			secretive_step(&secretive, t);
		logged_step(&program, t, &log_of[t]);
		if (t > 150)
			mirrored_poll(&rig);
		if (t > 150)
			logged_same_rows(rig.image, &log_of[t]);
	}
	CHECK(dbgshm_reader_info(rig.image)->withheld ==
	    ((flags & DBGSHM_FEED_SECRETS) == 0));
	CHECK(secret_seen == ((flags & DBGSHM_FEED_SECRETS) != 0));
	if (flags != 0)
		same_present();
	else
		no_secret_in_the_past();
	if (history_bytes == 0)
		CHECK(logged_compare(rig.image, log_of, 400).with_rows >= 395);
	is_whole();
	mirrored_close(&rig);
}

static void
withheld(void)
{
	secrets_of(0, 0, 0);
}

static void
withheld_later(void)
{
	secrets_of(0, 200, 0);
}

static void
withheld_sampled(void)
{
	secrets_of(0, 0, DBGSHM_HISTORY_OFF);
}

static void
with_secrets(void)
{
	secrets_of(DBGSHM_FEED_SECRETS, 0, 0);
}

static void
test_no_piece_tells_a_secret_unless_it_may(void **state)
{
	(void)state;
	assert_int_equal(in_child(withheld), 0);
	assert_int_equal(in_child(withheld_later), 0);
	assert_int_equal(in_child(withheld_sampled), 0);
	assert_int_equal(in_child(with_secrets), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_mirror_shows_each_moment_as_a_reader_of_the_region_does),
		cmocka_unit_test(test_mirror_keeps_what_the_region_gives_up),
		cmocka_unit_test(test_first_piece_has_the_coarse_past_too),
		cmocka_unit_test(
		    test_what_was_given_up_before_it_was_told_is_a_gap),
		cmocka_unit_test(test_region_without_a_past_gets_one),
		cmocka_unit_test(
		    test_rows_that_the_history_leaves_out_are_told_as_they_are),
		cmocka_unit_test(test_feed_without_the_past_begins_now),
		cmocka_unit_test(test_where_nothing_is_new_there_is_no_piece),
		cmocka_unit_test(test_long_past_comes_in_many_pieces),
		cmocka_unit_test(
		    test_second_of_a_thousand_metrics_takes_less_than_a_byte_each),
		cmocka_unit_test(test_feed_again_goes_on_with_what_is_there),
		cmocka_unit_test(
		    test_blocks_that_ended_before_a_moment_are_left_out),
		cmocka_unit_test(
		    test_feed_of_an_image_or_of_a_mirror_is_as_good),
		cmocka_unit_test(test_no_piece_tells_a_secret_unless_it_may),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
