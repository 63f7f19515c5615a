/*
 * subject.h - processes that hold the lock of a region made by hand, for tests of
 * what the kernel says about writers.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "child.h"
#include "image.h"

#include <sys/prctl.h>

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

static char directory[64]; /* of this test program, in /dev/shm */

static inline void
random_directory(char path[64], uid_t uid)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)snprintf(path, 64, "/dev/shm/dbgtop-%u-%08x", (unsigned)uid,
	    (unsigned)getpid() * 2654435761u ^ (unsigned)now.tv_nsec);
}

static inline int
make_directory(void **state)
{
	(void)state;
	random_directory(directory, geteuid());
	return (mkdir(directory, 0700));
}

static inline int
remove_directory(void **state)
{
	(void)state;
	return (image_remove_directory(directory));
}

static inline uint64_t
start_of(pid_t pid)
{
	char line[1024], path[64], *p;
	FILE *file;
	int field;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((file = fopen(path, "re")) == NULL)
		return (0);
	p = fgets(line, sizeof(line), file);
	(void)fclose(file);
	if (p == NULL || (p = strrchr(line, ')')) == NULL)
		return (0);
	for (field = 2; field < 22; field++)
		p = strchr(p + 1, ' ');
	return (strtoull(p, NULL, 10));
}

static inline void
read_boot_id(uint8_t id[16])
{
	char text[64];
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	unsigned value;
	size_t at = 0, i;

	CHECK(file != NULL && fgets(text, sizeof(text), file) != NULL);
	(void)fclose(file);
	for (i = 0; i < 16; i++, at += 2) {
		at += text[at] == '-';
		CHECK(sscanf(text + at, "%2x", &value) == 1);
		id[i] = (uint8_t)value;
	}
}

struct subject {
	struct sample_image sample;
	struct dbgshm_header *header;
	pid_t pid;
	char path[192];
	int go; /* writing a byte lets the process go on */
	struct dbgshm_reader *reader;
};

enum plan { HOLD_LOCK, NO_LOCK, LOCK_THEN_EXEC };

/* The other process: takes the lock when told, then sleeps, execs or ends. */
static inline void
live(const char *path, enum plan plan, int ready, int go)
{
	char byte = 'r';
	int file;

	(void)alarm(120);
	(void)prctl(PR_SET_NAME, ") R 1 (x");
	CHECK(read(go, &byte, 1) == 1);
	file = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(file != -1);
	if (plan != NO_LOCK)
		(void)image_lock(file); /* by an own open file */
	CHECK(write(ready, &byte, 1) == 1);
	CHECK(read(go, &byte, 1) >= 0);
	if (plan == LOCK_THEN_EXEC)
		(void)execl("/bin/sleep", "sleep", "100", (char *)NULL);
	for (;;)
		(void)pause();
}

static inline void
store(struct subject *subject)
{
	int file = open(subject->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	CHECK(file != -1);
	CHECK(pwrite(file, subject->sample.image.bytes, IMAGE_SIZE, 0) ==
	    IMAGE_SIZE);
	(void)close(file);
}

/* Starts a process and makes the region that is about it. */
static inline void
start(struct subject *subject, enum plan plan, const char *where)
{
	int ready[2], go[2];
	char byte = 'g';

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	image_sample(&subject->sample);
	subject->header = image_header(&subject->sample.image);
	/* The name holds the pid, so the process waits until it is made. */
	subject->pid = fork();
	assert_true(subject->pid != -1);
	if (subject->pid == 0) {
		(void)snprintf(subject->path, sizeof(subject->path),
		    "%s/%d-%ju-1122334455667788.dbg", where, (int)getpid(),
		    (uintmax_t)start_of(getpid()));
		live(subject->path, plan, ready[1], go[0]);
		_exit(1);
	}
	(void)close(ready[1]);
	(void)close(go[0]);
	subject->go = go[1];
	subject->header->flags = 0;
	subject->header->subject_pid = subject->header->writer_pid =
	    (uint32_t)subject->pid;
	subject->header->subject_start = subject->header->writer_start =
	    start_of(subject->pid);
	read_boot_id(subject->header->boot_id);
	(void)snprintf(subject->path, sizeof(subject->path),
	    "%s/%d-%ju-1122334455667788.dbg", where, (int)subject->pid,
	    (uintmax_t)subject->header->subject_start);
	store(subject);
	assert_int_equal(write(subject->go, &byte, 1), 1);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	assert_int_equal(
	    dbgshm_reader_open(subject->path, &subject->reader, NULL), 0);
	assert_int_equal(dbgshm_reader_refresh(subject->reader), 0);
}

/* Waits until the reader says so; the test's time limit ends it otherwise. */
static inline void
becomes(struct subject *subject, enum dbgshm_life life)
{
	struct timespec moment = { 0, 1000000 };
	int tries;

	for (tries = 0; tries < 20000; tries++) {
		if (dbgshm_reader_life(subject->reader) == life)
			return;
		(void)nanosleep(&moment, NULL);
	}
	fail_msg("it is %s, not %s",
	    dbgshm_life_name(dbgshm_reader_life(subject->reader)),
	    dbgshm_life_name(life));
}

static inline void
end(struct subject *subject)
{
	(void)kill(subject->pid, SIGKILL);
	(void)waitpid(subject->pid, NULL, 0);
	dbgshm_reader_close(subject->reader);
	(void)close(subject->go);
	(void)unlink(subject->path);
	image_free(&subject->sample.image);
}

#endif
