/*
 * t_mirror.c - claims about mirrors: what they take, what they refuse, and what
 * they give up.
 */
#include "logged.h"
#include "mirrored.h"

#include <dbgshm/format.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define TICKS 1500
#define PIECES 40

static struct logged log_of[TICKS];
static struct logged_program program;
static struct mirrored rig;

/* Pieces of one feed, one a tick. */
static struct copied {
	unsigned char *bytes;
	size_t size;
} pieces[PIECES];

static void
collect(void)
{
	struct dbgshm_piece piece;
	size_t i;

	own_start();
	logged_begin(&program, 8);
	mirrored_begin(&rig, own_reader(), 0, 0);
	for (i = 0; i < PIECES; i++) {
		logged_step(&program, i, &log_of[i]);
		CHECK(dbgshm_feed_next(rig.feed, &piece) == 0 && !piece.more);
		CHECK(piece.first == (i == 0));
		pieces[i].size = piece.size;
		pieces[i].bytes = malloc(piece.size);
		CHECK(pieces[i].bytes != NULL);
		memcpy(pieces[i].bytes, piece.bytes, piece.size);
	}
}

static int
put(size_t number)
{
	return (dbgshm_mirror_put(
	    rig.mirror, pieces[number].bytes, pieces[number].size));
}

/* errno of bytes that are refused. */
static int
refused(const void *bytes, size_t size)
{
	return (dbgshm_mirror_put(rig.mirror, bytes, size) == -1 ? errno : 0);
}

static void
shows(size_t tick)
{
	CHECK(dbgshm_mirror_settle(rig.mirror) == 0);
	if (rig.image == NULL)
		CHECK(dbgshm_mirror_reader(rig.mirror, &rig.image) == 0);
	CHECK(dbgshm_reader_refresh(rig.image) == 0);
	logged_same_metrics(rig.image, &log_of[tick]);
	logged_same_rows(rig.image, &log_of[tick]);
}

/* ---- what does not follow ------------------------------------------------------- */

static void
order(void)
{
	collect();
	CHECK(dbgshm_mirror_settle(rig.mirror) == -1 && errno == EAGAIN);
	CHECK(dbgshm_mirror_reader(rig.mirror, &rig.image) == -1 &&
	    errno == EAGAIN);
	CHECK(put(1) == -1 && errno == EBADMSG); /* needs the first */
	CHECK(put(0) == 0 && put(1) == 0 && put(2) == 0);
	shows(2);
	CHECK(put(4) == -1 && errno == EBADMSG);
	shows(2);
	/* Then only a first one will do, */
	CHECK(put(3) == -1 && errno == EBADMSG);
	/* from which all is told again; what is known stays. */
	CHECK(put(0) == 0 && put(1) == 0 && put(2) == 0 && put(3) == 0);
	shows(3);
	CHECK(put(3) == -1 && errno == EBADMSG); /* once */
	dbgshm_feed_again(rig.feed, 0);
	mirrored_poll(&rig);
	shows(PIECES - 1);
	CHECK(put(5) == -1 && errno == EBADMSG); /* of another series */
	shows(PIECES - 1);
	CHECK(logged_compare(rig.image, log_of, PIECES).moments == PIECES);
	mirrored_close(&rig);
}

static void
test_pieces_that_do_not_follow_are_refused_until_a_first_one(void **state)
{
	(void)state;
	assert_int_equal(in_child(order), 0);
}

/* ---- what makes no sense ----------------------------------------------------------- */

static void
heads(void)
{
	struct dbgshm_piece_head head;
	unsigned char *bytes;
	size_t size;

	collect();
	size = pieces[0].size;
	bytes = malloc(size + 3);
	CHECK(bytes != NULL && put(0) == 0);
	shows(0);
	memcpy(bytes, pieces[0].bytes, size);
	memcpy(&head, bytes, sizeof(head));
	CHECK(head.magic == DBGSHM_PIECE_MAGIC && head.size == size);

	head.magic = __builtin_bswap64(head.magic);
	memcpy(bytes, &head, sizeof(head));
	CHECK(refused(bytes, size) == EPROTONOSUPPORT);
	head.magic = DBGSHM_PIECE_MAGIC + 1;
	memcpy(bytes, &head, sizeof(head));
	CHECK(refused(bytes, size) == EBADMSG);
	head.magic = DBGSHM_PIECE_MAGIC;
	head.major++;
	memcpy(bytes, &head, sizeof(head));
	CHECK(refused(bytes, size) == EPROTONOSUPPORT);
	head.major--;
	head.size++;
	memcpy(bytes, &head, sizeof(head));
	CHECK(refused(bytes, size) == EBADMSG);
	shows(0);

	/* A later version has more parts: one with two bytes. */
	head.minor++;
	head.size = size + 3;
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + size, "\x7f\x01x", 3);
	CHECK(refused(bytes, size + 3) == 0);
	shows(0);
	free(bytes);
	mirrored_close(&rig);
}

static void
test_head_says_what_a_piece_is(void **state)
{
	(void)state;
	assert_int_equal(in_child(heads), 0);
}

/* Cut at each byte, in memory of exactly that size; with a head that agrees. */
static void
cut(void)
{
	struct dbgshm_piece_head head;
	unsigned char *bytes;
	size_t size, number;

	collect();
	for (number = 0; number < 2; number++)
		for (size = 0; size < pieces[number].size; size++) {
			bytes = malloc(size + (size == 0));
			CHECK(bytes != NULL);
			memcpy(bytes, pieces[number].bytes, size);
			if (size >= sizeof(head)) {
				memcpy(&head, bytes, sizeof(head));
				head.size = size;
				memcpy(bytes, &head, sizeof(head));
			}
			if (number > 0)
				CHECK(put(0) == 0);
			/* Where a part ends it is a piece that says less. */
			CHECK(refused(bytes, size) == EBADMSG ||
			    size >= sizeof(head));
			CHECK(dbgshm_mirror_settle(rig.mirror) == 0 ||
			    errno == EAGAIN);
			free(bytes);
		}
	CHECK(put(0) == 0 && put(1) == 0);
	shows(1);
	mirrored_close(&rig);
}

static void
test_piece_that_is_cut_short_does_no_harm(void **state)
{
	(void)state;
	assert_int_equal(in_child(cut), 0);
}

/* ---- memory ------------------------------------------------------------------------- */

static void
full(void)
{
	struct dbgshm_past *past;
	struct dbgshm_moment moment;
	size_t t, i, k, count;

	own_start();
	logged_begin(&program, 8);
	mirrored_begin(&rig, own_reader(), 0, 64 << 10);
	for (t = 0; t < TICKS; t++) {
		logged_step(&program, t, &log_of[t]);
		mirrored_poll(&rig);
		logged_same_metrics(rig.image, &log_of[t]);
		logged_same_rows(rig.image, &log_of[t]);
	}
	CHECK(dbgshm_past_open(rig.image, &past) == 0);
	count = dbgshm_past_count(past);
	CHECK(count > 50 && count < TICKS - 50);
	for (i = 0; i < count; i++) {
		moment = dbgshm_past_moment(past, i);
		k = (moment.mono_ns - log_of[0].now_ns) / LOGGED_SECOND;
		CHECK(k >= TICKS - count - 1 &&
		    log_of[k].now_ns == moment.mono_ns);
		CHECK(dbgshm_past_show(past, i) == 0);
		logged_same_metrics(rig.image, &log_of[k]);
	}
	dbgshm_past_close(past);
	CHECK(dbgshm_reader_refresh(rig.image) == 0);
	CHECK(dbgshm_reader_check(rig.image, NULL, NULL) == 0);
	mirrored_close(&rig);
}

static void
test_mirror_that_is_full_gives_up_the_oldest_blocks(void **state)
{
	(void)state;
	assert_int_equal(in_child(full), 0);
}

/* ---- another region ------------------------------------------------------------------- */

/* A first piece of a region of a child, sent through a pipe. */
static void *
piece_of_another(size_t *size)
{
	struct dbgshm_piece piece;
	struct logged entry;
	unsigned char *bytes;
	int ends[2];
	size_t got = 0;
	ssize_t part;
	pid_t child;

	CHECK(pipe(ends) == 0);
	if ((child = fork()) == 0) {
		(void)alarm(60);
		(void)close(ends[0]);
		CHECK(dbgshm_init(&(struct dbgshm_options){
			  .sampling = DBGSHM_SAMPLER_TICK,
			  .state = DBGSHM_PUBLISHED }) == 0);
		logged_begin(&program, 99);
		logged_step(&program, 0, &entry);
		mirrored_begin(&rig, own_reader(), 0, 0);
		CHECK(dbgshm_feed_next(rig.feed, &piece) == 0);
		CHECK(write(ends[1], piece.bytes, piece.size) ==
		    (ssize_t)piece.size);
		exit(0);
	}
	(void)close(ends[1]);
	bytes = malloc(1 << 20);
	CHECK(bytes != NULL);
	while ((part = read(ends[0], bytes + got, (1 << 20) - got)) > 0)
		got += (size_t)part;
	CHECK(waitpid(child, NULL, 0) == child);
	(void)close(ends[0]);
	*size = got;
	return (bytes);
}

static void
another(void)
{
	struct dbgshm_reader *second;
	size_t size;
	void *bytes = piece_of_another(&size);

	collect();
	CHECK(put(0) == 0 && put(1) == 0);
	shows(1);
	CHECK(dbgshm_mirror_put(rig.mirror, bytes, size) == 0);
	CHECK(dbgshm_mirror_settle(rig.mirror) == 0);
	CHECK(dbgshm_mirror_reader(rig.mirror, &second) == 0);
	CHECK(dbgshm_reader_refresh(second) == 0);
	CHECK(dbgshm_reader_info(second)->pid != getpid());
	/* The old reader shows what it showed. */
	CHECK(dbgshm_reader_refresh(rig.image) == 0);
	CHECK(dbgshm_reader_info(rig.image)->pid == getpid());
	logged_same_metrics(rig.image, &log_of[1]);
	/* It outlives the mirror. */
	dbgshm_mirror_free(rig.mirror);
	CHECK(dbgshm_reader_refresh(rig.image) == 0);
	CHECK(dbgshm_reader_refresh(second) == 0);
	CHECK(logged_compare(rig.image, log_of, 2).moments == 2);
	dbgshm_reader_close(second);
	dbgshm_reader_close(rig.image);
	dbgshm_feed_close(rig.feed);
	dbgshm_reader_close(rig.region);
	free(bytes);
}

static void
test_another_region_begins_another_image(void **state)
{
	(void)state;
	assert_int_equal(in_child(another), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_pieces_that_do_not_follow_are_refused_until_a_first_one),
		cmocka_unit_test(test_head_says_what_a_piece_is),
		cmocka_unit_test(test_piece_that_is_cut_short_does_no_harm),
		cmocka_unit_test(
		    test_mirror_that_is_full_gives_up_the_oldest_blocks),
		cmocka_unit_test(test_another_region_begins_another_image),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
