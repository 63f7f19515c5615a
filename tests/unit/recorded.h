/*
 * recorded.h - recordings in memory: made, taken, and read again by every way.
 */
#ifndef RECORDED_H
#define RECORDED_H

#include <libshm/kit/rec.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORDED_HEAD 64	/* bytes before the first chunk */
#define RECORDED_CHUNK_HEAD 32	/* bytes before the content of one */
#define RECORDED_END 40		/* the last bytes of a file that was ended */
#define RECORDED_SECOND UINT64_C(1000000000)
#define RECORDED_START (UINT64_C(1700000000) * RECORDED_SECOND)

static char why[256];

/* ---- what is put in: piece n says what only n can make ---------------------------- */

#define RECORDED_SIZE_MAX 4096

static inline size_t
recorded_size(unsigned number)
{
	return (number % 7 == 0 ? 0 : number * 37 % 400);
}

/* Even ones are noise, which stays as it is; odd ones can be compressed. */
static inline const unsigned char *
recorded_bytes(unsigned number)
{
	static unsigned char bytes[RECORDED_SIZE_MAX];
	uint64_t noise = number;
	size_t i;

	for (i = 0; i < sizeof(bytes); i++) {
		noise = noise * UINT64_C(6364136223846793005) +
		    UINT64_C(1442695040888963407);
		bytes[i] = number % 2 == 1 ? (unsigned char)number
					   : (unsigned char)(noise >> 40);
	}
	return (bytes);
}

static inline struct rec_chunk
recorded_piece(unsigned number)
{
	return ((struct rec_chunk){ .type = REC_PIECE,
	    .region = 1,
	    .first = number == 1,
	    .real_ns = RECORDED_START + number * RECORDED_SECOND,
	    .bytes = recorded_bytes(number),
	    .size = recorded_size(number) });
}

static inline struct rec_region
recorded_region(void)
{
	return ((struct rec_region){ .watched = true,
	    .pid = 4242,
	    .subject_start = 17,
	    .created_real_ns = RECORDED_START,
	    .period_ns = RECORDED_SECOND,
	    .boot_id = "0123456789abcdef0123456789abcdef",
	    .name = "a name\n",
	    .host = "a host" });
}

static inline void
recorded_put(struct rec_out *out, unsigned from, unsigned to)
{
	struct rec_chunk chunk;

	for (; from < to; from++) {
		chunk = recorded_piece(from);
		assert_int_equal(
		    rec_out_put(out, &chunk, why, sizeof(why)), 0);
	}
}

/* ---- files --------------------------------------------------------------------------- */

struct recorded {
	unsigned char *bytes;
	size_t size;
};

static inline int
recorded_file(const void *bytes, size_t size)
{
	int file = memfd_create("rec", MFD_CLOEXEC);

	assert_int_not_equal(file, -1);
	assert_int_equal(pwrite(file, bytes, size, 0), size);
	return (file);
}

/* The same file, opened once more. */
static inline int
recorded_again(int file)
{
	char path[64];
	int again;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	again = open(path, O_RDWR | O_CLOEXEC);
	assert_int_not_equal(again, -1);
	return (again);
}

static inline struct recorded
recorded_take(int file)
{
	struct recorded taken;
	struct stat status;

	assert_int_equal(fstat(file, &status), 0);
	taken.size = (size_t)status.st_size;
	taken.bytes = malloc(taken.size + 1);
	assert_non_null(taken.bytes);
	assert_int_equal(
	    pread(file, taken.bytes, taken.size, 0), taken.size);
	return (taken);
}

static inline struct rec_out *
recorded_open(int file)
{
	struct rec_out *out =
	    rec_out_file(recorded_again(file), why, sizeof(why));

	if (out == NULL)
		fail_msg("%s", why);
	return (out);
}

/* A region and the pieces 1 to `pieces`; in order or just left. */
static inline int
recorded_make(unsigned pieces, bool ended)
{
	int file = recorded_file("", 0);
	struct rec_out *out = recorded_open(file);
	struct rec_region region = recorded_region();
	struct recorded taken;

	assert_int_equal(rec_out_region(out, &region, RECORDED_START, why,
			     sizeof(why)),
	    1);
	recorded_put(out, 1, pieces + 1);
	if (ended) {
		assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
		return (file);
	}
	taken = recorded_take(file);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	(void)close(file);
	file = recorded_file(taken.bytes, taken.size);
	free(taken.bytes);
	return (file);
}

/* ---- reading ---------------------------------------------------------------------------- */

/* What a reader has seen: which pieces, and that they were right. */
struct seen {
	unsigned regions, pieces, others;
	unsigned last; /* number of the last piece */
	int result;    /* of the last call */
	struct rec_damage damage;
	uint64_t offset;
};

static inline void
recorded_check(struct seen *seen, const struct rec_chunk *chunk)
{
	struct rec_chunk wanted;
	struct rec_region region;
	unsigned number;

	if (chunk->type == REC_REGION) {
		assert_int_equal(rec_in_region(chunk, &region), 0);
		assert_string_equal(region.name, "a name\n");
		seen->regions++;
		return;
	}
	if (chunk->type != REC_PIECE) {
		seen->others++;
		return;
	}
	number =
	    (unsigned)((chunk->real_ns - RECORDED_START) / RECORDED_SECOND);
	wanted = recorded_piece(number);
	assert_int_equal(chunk->region, wanted.region);
	assert_int_equal(chunk->first, wanted.first);
	assert_int_equal(chunk->real_ns, wanted.real_ns);
	assert_int_equal(chunk->size, wanted.size);
	assert_int_equal((uintptr_t)chunk->bytes % 8, 0);
	if (wanted.size > 0)
		assert_memory_equal(chunk->bytes, wanted.bytes, wanted.size);
	assert_true(number > seen->last);
	seen->last = number;
	seen->pieces++;
}

/* As a pipe gives them: `slice` bytes at a time. */
static inline struct seen
recorded_parse(const void *bytes, size_t size, size_t slice)
{
	struct rec_in *in = rec_in_create(why, sizeof(why));
	struct seen seen = { 0 };
	struct rec_chunk chunk;
	size_t at = 0;
	void *room;

	assert_non_null(in);
	do {
		while ((seen.result = rec_in_next(
			    in, &chunk, why, sizeof(why))) == 1)
			recorded_check(&seen, &chunk);
		if (at == size || seen.result == -1)
			break;
		if (slice > size - at)
			slice = size - at;
		room = rec_in_room(in, slice);
		assert_non_null(room);
		memcpy(room, (const unsigned char *)bytes + at, slice);
		rec_in_add(in, slice);
		at += slice;
	} while (1);
	seen.damage = rec_in_damage(in);
	seen.offset = rec_in_offset(in);
	rec_in_free(in);
	return (seen);
}

/* By the list of a file; what cannot be read of it is counted as others. */
static inline struct seen
recorded_list(int file)
{
	struct rec_in *in = rec_in_create(why, sizeof(why));
	struct rec_entry *entries = NULL;
	struct seen seen = { 0 };
	struct rec_chunk chunk;
	size_t i, count = 0;

	assert_non_null(in);
	seen.result = rec_index(
	    file, &entries, &count, &seen.damage, why, sizeof(why));
	for (i = 0; i < count; i++) {
		if (rec_read(file, &entries[i], in, &chunk, why,
			sizeof(why)) == 0)
			recorded_check(&seen, &chunk);
		else
			seen.others++;
		seen.offset = entries[i].offset + entries[i].size;
	}
	free(entries);
	rec_in_free(in);
	return (seen);
}

#endif
