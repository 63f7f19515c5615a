/* t_life.c - claims about live, stopped and dead writers. */
#include "subject.h"

/* ---- own regions -------------------------------------------------------------- */

static void
test_a_writer_is_live_then_stopped_then_live_then_dead(void **state)
{
	struct subject subject;

	(void)state;
	start(&subject, HOLD_LOCK, directory);
	assert_true(dbgshm_reader_locked(subject.reader));
	becomes(&subject, DBGSHM_LIFE_LIVE);
	(void)kill(subject.pid, SIGSTOP);
	becomes(&subject, DBGSHM_LIFE_STOPPED);
	assert_int_equal(dbgshm_reader_refresh(subject.reader), 0);
	(void)kill(subject.pid, SIGCONT);
	becomes(&subject, DBGSHM_LIFE_LIVE);
	(void)kill(subject.pid, SIGKILL);
	becomes(&subject, DBGSHM_LIFE_DEAD); /* while it is a zombie */
	assert_false(dbgshm_reader_locked(subject.reader));
	(void)waitpid(subject.pid, NULL, 0);
	becomes(&subject, DBGSHM_LIFE_DEAD);
	assert_int_equal(dbgshm_reader_refresh(subject.reader), 0);
	assert_int_equal(dbgshm_reader_row_count(subject.reader, 0), 2);
	end(&subject);
}

static void
test_a_process_that_became_another_program_is_replaced(void **state)
{
	struct subject subject;
	char byte = 'g';

	(void)state;
	start(&subject, LOCK_THEN_EXEC, directory);
	becomes(&subject, DBGSHM_LIFE_LIVE);
	assert_int_equal(write(subject.go, &byte, 1), 1);
	becomes(&subject, DBGSHM_LIFE_REPLACED);
	(void)kill(subject.pid, SIGKILL);
	becomes(&subject, DBGSHM_LIFE_DEAD);
	end(&subject);
}

static void
test_a_clean_exit_is_dead_and_not_replaced(void **state)
{
	struct subject subject;

	(void)state;
	start(&subject, HOLD_LOCK, directory);
	subject.header->exit_real_ns = 1700000009000000000;
	store(&subject);
	becomes(&subject, DBGSHM_LIFE_LIVE); /* it still holds its lock */
	(void)kill(subject.pid, SIGKILL);
	becomes(&subject, DBGSHM_LIFE_DEAD);
	end(&subject);
}

static void
test_another_readers_lock_is_not_the_writers(void **state)
{
	struct flock lock = {
		.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1
	};
	struct subject subject;
	int file;

	(void)state;
	start(&subject, NO_LOCK, directory);
	file = open(subject.path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fcntl(file, F_OFD_SETLK, &lock), 0);
	assert_false(dbgshm_reader_locked(subject.reader));
	(void)close(file);
	end(&subject);
}

static void
test_without_a_possible_lock_the_process_itself_must_do(void **state)
{
	struct subject subject;

	(void)state;
	start(&subject, NO_LOCK, directory);
	subject.header->reason = DBGSHM_REASON_NO_LOCK;
	store(&subject);
	becomes(&subject, DBGSHM_LIFE_LIVE);
	(void)kill(subject.pid, SIGSTOP);
	becomes(&subject, DBGSHM_LIFE_STOPPED);
	(void)kill(subject.pid, SIGKILL);
	becomes(&subject, DBGSHM_LIFE_DEAD);
	end(&subject);
}

static void
test_a_copy_or_another_boot_says_nothing_about_a_process(void **state)
{
	struct dbgshm_reader *reader;
	struct subject subject;
	char path[128];
	int file;

	(void)state;
	start(&subject, NO_LOCK, directory);
	becomes(&subject, DBGSHM_LIFE_REPLACED);
	(void)snprintf(path, sizeof(path), "%s/copy.dbg", directory);
	file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(
	    write(file, subject.sample.image.bytes, IMAGE_SIZE), IMAGE_SIZE);
	(void)close(file);
	assert_int_equal(dbgshm_reader_open(path, &reader, NULL), 0);
	assert_int_equal(dbgshm_reader_life(reader), DBGSHM_LIFE_DEAD);
	dbgshm_reader_close(reader);
	(void)unlink(path);
	subject.header->boot_id[0] ^= 1;
	store(&subject);
	becomes(&subject, DBGSHM_LIFE_DEAD);
	subject.header->boot_id[0] ^= 1;
	/* The same pid, started at another time: named and told consistently. */
	(void)snprintf(path, sizeof(path), "%s/%d-%ju-1122334455667788.dbg",
	    directory, (int)subject.pid,
	    (uintmax_t)++subject.header->subject_start);
	assert_int_equal(rename(subject.path, path), 0);
	(void)snprintf(subject.path, sizeof(subject.path), "%s", path);
	store(&subject);
	becomes(&subject, DBGSHM_LIFE_DEAD);
	end(&subject);
}

/* ---- regions about others --------------------------------------------------------- */

static void
test_a_watched_process_is_what_its_watcher_says(void **state)
{
	static const struct {
		uint64_t subject_state;
		enum dbgshm_life held, freed;
	} cases[] = {
		{ DBGSHM_SUBJECT_RUNNING, DBGSHM_LIFE_LIVE, DBGSHM_LIFE_STALE },
		{ DBGSHM_SUBJECT_EXITED, DBGSHM_LIFE_EXITED,
		    DBGSHM_LIFE_EXITED },
		{ DBGSHM_SUBJECT_REPLACED, DBGSHM_LIFE_REPLACED,
		    DBGSHM_LIFE_REPLACED },
	};
	struct subject subject;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(&subject, HOLD_LOCK, directory);
		subject.header->kind = DBGSHM_KIND_WATCHED;
		subject.header->subject_state = cases[i].subject_state;
		dbgshm_reader_close(subject.reader);
		store(&subject);
		assert_int_equal(
		    dbgshm_reader_open(subject.path, &subject.reader, NULL), 0);
		becomes(&subject, cases[i].held);
		(void)kill(subject.pid, SIGKILL);
		becomes(&subject, cases[i].freed);
		end(&subject);
	}
}

static void
test_a_stopped_subject_is_told_by_the_kernel(void **state)
{
	struct subject subject;
	int file, lock;

	(void)state;
	start(&subject, NO_LOCK, directory);
	subject.header->kind = DBGSHM_KIND_WATCHED;
	subject.header->subject_state = DBGSHM_SUBJECT_RUNNING;
	dbgshm_reader_close(subject.reader);
	store(&subject);
	assert_int_equal(
	    dbgshm_reader_open(subject.path, &subject.reader, NULL), 0);
	becomes(&subject, DBGSHM_LIFE_STALE);
	file = open(subject.path, O_RDONLY | O_CLOEXEC);
	lock = image_lock(file); /* this process is the watcher */
	becomes(&subject, DBGSHM_LIFE_LIVE);
	(void)kill(subject.pid, SIGSTOP);
	becomes(&subject, DBGSHM_LIFE_STOPPED);
	(void)close(lock);
	(void)close(file);
	becomes(&subject, DBGSHM_LIFE_STALE);
	end(&subject);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_writer_is_live_then_stopped_then_live_then_dead),
		cmocka_unit_test(
		    test_a_process_that_became_another_program_is_replaced),
		cmocka_unit_test(test_a_clean_exit_is_dead_and_not_replaced),
		cmocka_unit_test(test_another_readers_lock_is_not_the_writers),
		cmocka_unit_test(
		    test_without_a_possible_lock_the_process_itself_must_do),
		cmocka_unit_test(
		    test_a_copy_or_another_boot_says_nothing_about_a_process),
		cmocka_unit_test(
		    test_a_watched_process_is_what_its_watcher_says),
		cmocka_unit_test(test_a_stopped_subject_is_told_by_the_kernel),
	};

	return (
	    cmocka_run_group_tests(tests, make_directory, remove_directory));
}
