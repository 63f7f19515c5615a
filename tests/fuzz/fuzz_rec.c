/*
 * fuzz_rec.c - hostile recordings and streams: whatever the bytes are, no harm.
 *
 * With libFuzzer (FUZZ_ENGINE defined), or as a replayer:
 *	fuzz_rec [-S] [-n MUTANTS] [-s SEED] [FILE...]
 * runs each file, or recordings of a region of its own, and MUTANTS mutants: bits
 * flipped, ends cut off, parts moved, and numbers and contents changed in chunks
 * whose checksums are right again.  The same seed makes the same mutants.
 *
 * As a file (checked, listed, opened, gone on with) or with -S as a stream that
 * comes in slices.
 */
#include "tests/unit/mirrored.h"
#include "tests/unit/rec_sign.h"
#include "tests/unit/secretive.h"
#include "tests/unit/walk.h"

#include <libshm/kit/rec.h>
#include <viewer/source_rec.h>

#include <dlfcn.h>
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define TARGETS 3 /* of a recording that are opened */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- one input -------------------------------------------------------------------- */

static size_t
walk_parts(struct model_source *parts, size_t count)
{
	size_t i, shown = 0;

	for (i = 0; i < count; i++) {
		if (dbgshm_reader_refresh(parts[i].reader) == -1)
			continue;
		(void)walk_everything(parts[i].reader);
		shown += dbgshm_reader_table_count(parts[i].reader) > 0;
	}
	return (shown);
}

/* Both return of how many regions there was something to see. */
static size_t
run_stream(const uint8_t *data, size_t size)
{
	struct mirrors *mirrors = mirrors_create(1 << 20);
	struct model_source parts[SOURCE_PARTS];
	struct rec_in *in;
	struct rec_chunk chunk;
	size_t slice, i, shown = 0;
	char why[256];
	void *room;
	int result = 0;

	in = rec_in_create(why, sizeof(why));
	if (mirrors == NULL || in == NULL)
		abort();
	slice = size < 64 ? 1 : 1 + size / (1 + data[size / 2] % 32);
	while (result != -1 && size > 0) {
		if (slice > size)
			slice = size;
		if ((room = rec_in_room(in, slice)) == NULL)
			abort();
		memcpy(room, data, slice);
		rec_in_add(in, slice);
		data += slice;
		size -= slice;
		while (
		    (result = rec_in_next(in, &chunk, why, sizeof(why))) == 1)
			(void)mirrors_put(mirrors, &chunk);
	}
	for (i = 0; i < mirrors_count(mirrors) && i < TARGETS; i++)
		shown += walk_parts(parts, mirrors_readers(mirrors, i, parts));
	mirrors_free(mirrors);
	rec_in_free(in);
	return (shown);
}

static void
on_fault(void *context, uint64_t offset, const char *text)
{
	*(uint64_t *)context += offset + strlen(text);
}

static void
check(int file)
{
	uint64_t sum = 0;
	struct rec_check of = { on_fault, NULL, &sum };
	struct rec_checked checked;
	char why[256];

	(void)lseek(file, 0, SEEK_SET);
	(void)rec_check(file, &of, &checked, why, sizeof(why));
}

/* What can be gone on with is then whole at its end. */
static void
go_on(int file)
{
	struct rec_region region = { .pid = 7, .name = "more" };
	struct rec_entry *entries;
	struct rec_damage damage;
	struct rec_out *out;
	char why[256];
	uint32_t number;
	size_t count;

	out = rec_out_file(dup(file), why, sizeof(why));
	if (out == NULL)
		return;
	number = rec_out_region(out, &region, 1, why, sizeof(why));
	if (rec_out_close(out, why, sizeof(why)) == -1)
		abort();
	if (number == 0)
		return;
	if (rec_index(file, &entries, &count, &damage, why, sizeof(why)) ==
		-1 ||
	    count == 0 || entries[count - 1].type != REC_REGION ||
	    entries[count - 1].region != number)
		abort();
	free(entries);
}

static size_t
run_file(const uint8_t *data, size_t size)
{
	struct model_source parts[SOURCE_PARTS];
	struct target_error error = { 0 };
	struct rec_targets targets;
	struct rec_left left;
	int file = memfd_create("fuzz", MFD_CLOEXEC);
	char path[64];
	size_t i, shown = 0;

	if (file == -1 || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	check(file);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (rec_targets_find(path, &targets, &error) == 0) {
		(void)rec_targets_pick(&targets, path, NULL, &error);
		free(error.candidates);
		error.candidates = NULL;
		for (i = 0; i < mirrors_count(targets.mirrors) && i < TARGETS;
		     i++)
			shown += walk_parts(parts,
			    rec_target_read(
				&targets, i, path, parts, &left, &error));
		rec_targets_free(&targets);
	} else if (error.exit_code == 0 || error.what[0] == '\0')
		abort();
	go_on(file);
	(void)close(file);
	return (shown);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)run_stream(data, size);
	(void)run_file(data, size);
	return (0);
}

#ifndef FUZZ_ENGINE

/* ---- a recording ---------------------------------------------------------------------- */

#define TICKS 40
#define LAST 6 /* of them are recorded, behind what was before */
#define CHUNKS_MAX 512

struct base {
	uint8_t *bytes;
	size_t size;
	uint64_t id;
	size_t places[CHUNKS_MAX]; /* of chunks */
	size_t count;
};

static struct rec_sum sum;

static void
put_pieces(struct rec_out *out, struct dbgshm_feed *feed)
{
	struct dbgshm_piece piece;
	struct rec_chunk chunk;
	char why[256];
	uint32_t region;

	do {
		CHECK(dbgshm_feed_next(feed, &piece) == 0);
		for (region = 1; region <= 2; region++) {
			chunk = (struct rec_chunk){
				.type = piece.size > 0 ? REC_PIECE : REC_ALIVE,
				.region = piece.size > 0 ? region : 0,
				.first = piece.first,
				.real_ns = piece.real_ns,
				.bytes = piece.bytes,
				.size = piece.size,
			};
			CHECK(rec_out_put(out, &chunk, why, sizeof(why)) == 0);
		}
	} while (piece.more);
}

/* A region with a bit of everything, as its own and as a watched one. */
static void
record(int file)
{
	static struct logged entry;
	static struct logged_program program;
	static struct secretive secretive;
	struct rec_region region = { .pid = getpid(), .name = "base" };
	struct rec_chunk over = { .type = REC_OVER, .region = 1 };
	struct dbgshm_reader *reader;
	struct dbgshm_feed *feed;
	struct rec_out *out;
	char path[256], why[256];
	size_t tick;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_DARK,
		      .history_bytes = 16 << 10,
		      .row_history_bytes = 16 << 10 }) == 0);
	logged_begin(&program, 1);
	secretive_begin(&secretive);
	CHECK(region_file(getpid(), true, path, sizeof(path)));
	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_feed_open(reader, DBGSHM_FEED_SECRETS, 0, &feed) == 0);
	CHECK((out = rec_out_file(dup(file), why, sizeof(why))) != NULL);
	CHECK(rec_out_region(out, &region, 1, why, sizeof(why)) == 1);
	region.watched = true;
	CHECK(rec_out_region(out, &region, 1, why, sizeof(why)) == 2);
	for (tick = 0; tick < TICKS; tick++) {
		secretive_step(&secretive, tick);
		logged_step(&program, tick, &entry);
		if (tick == TICKS - 2)
			dbgshm_feed_again(feed, 0);
		if (tick >= TICKS - LAST)
			put_pieces(out, feed);
	}
	CHECK(rec_out_put(out, &over, why, sizeof(why)) == 0);
	CHECK(rec_out_close(out, why, sizeof(why)) == 0);
	dbgshm_feed_close(feed);
	dbgshm_reader_close(reader);
	dbgshm_fini();
}

static size_t
chunk_size(const uint8_t *bytes)
{
	struct rec_chunk_head head;

	memcpy(&head, bytes, sizeof(head));
	return (sizeof(head) + (head.stored_size + 7) / 8 * 8);
}

static void
find_chunks(struct base *base)
{
	size_t at = REC_HEAD_SIZE;
	struct rec_head head;

	memcpy(&head, base->bytes, sizeof(head));
	base->id = head.id;
	base->count = 0;
	while (at + sizeof(struct rec_chunk_head) <= base->size &&
	    at + chunk_size(base->bytes + at) <= base->size &&
	    base->count < CHUNKS_MAX) {
		base->places[base->count++] = at;
		at += chunk_size(base->bytes + at);
	}
}

static struct base
read_base(FILE *file)
{
	struct base base = { .bytes = malloc(4 << 20) };

	CHECK(base.bytes != NULL);
	base.size = fread(base.bytes, 1, 4 << 20, file);
	if (base.size > REC_HEAD_SIZE)
		find_chunks(&base);
	return (base);
}

/* The same chunks, none compressed and without an index: behind it nothing stands
 * between the mutations and those who take pieces apart. */
static struct base
unpack(const struct base *packed)
{
	struct base base = { .bytes = calloc(1, 16 << 20) };
	struct rec_in *in;
	struct rec_chunk chunk;
	struct rec_chunk_head head;
	char why[256];
	uint8_t *at = base.bytes + REC_HEAD_SIZE;

	CHECK(base.bytes != NULL);
	CHECK((in = rec_in_create(why, sizeof(why))) != NULL);
	memcpy(base.bytes, packed->bytes, REC_HEAD_SIZE);
	memcpy(rec_in_room(in, packed->size), packed->bytes, packed->size);
	rec_in_add(in, packed->size);
	while (rec_in_next(in, &chunk, why, sizeof(why)) == 1) {
		head = (struct rec_chunk_head){
			.magic = REC_CHUNK_MAGIC,
			.type = (uint8_t)chunk.type,
			.flags = chunk.first ? REC_FLAG_FIRST : 0,
			.region = chunk.region,
			.stored_size = (uint32_t)chunk.size,
			.size = (uint32_t)chunk.size,
			.real_ns = chunk.real_ns,
		};
		memcpy(at, &head, sizeof(head));
		if (chunk.size > 0)
			memcpy(at + sizeof(head), chunk.bytes, chunk.size);
		rec_sign_chunk(
		    &sum, packed->id, at, sizeof(head) + chunk.size + 8);
		at += chunk_size(at);
	}
	base.size = (size_t)(at - base.bytes);
	find_chunks(&base);
	rec_in_free(in);
	return (base);
}

/* ---- mutants ---------------------------------------------------------------------------- */

static uint64_t
noise(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (*seed >> 20 ^ *seed << 24);
}

static uint64_t
interesting(uint64_t *seed, uint64_t old)
{
	static const uint64_t borders[] = { 0, 1, 2, 7, 8, 31, 32, 127, 128,
		255, 4095, 65535, 65536, 65537, INT32_MAX, UINT32_MAX,
		REC_CHUNK_MAX, REC_CHUNK_MAX + 1, UINT64_MAX };
	uint64_t pick = noise(seed);

	switch (pick % 4) {
	case 0:
		return (old + pick / 8 % 33 - 16);
	case 1:
		return (old ^ UINT64_C(1) << (pick >> 8 & 63));
	case 2:
		return (pick >> 8);
	default:
		return (borders[(pick >> 8) % (sizeof(borders) / 8)]);
	}
}

static void
edit(uint8_t *at, uint64_t *seed)
{
	size_t width = (size_t)1 << noise(seed) % 4;
	uint64_t value = 0;

	memcpy(&value, at, width);
	value = interesting(seed, value);
	memcpy(at, &value, width);
}

/* In a chunk, which is right again afterwards. */
static void
edit_chunk(const struct base *base, uint8_t *data, uint64_t *seed)
{
	size_t at = base->places[noise(seed) % base->count];
	size_t size = chunk_size(base->bytes + at), where;
	unsigned edits = 1 + (unsigned)(noise(seed) % 3);

	for (; edits > 0; edits--) {
		where = noise(seed) % 3 == 0
		    ? noise(seed) % sizeof(struct rec_chunk_head)
		    : noise(seed) % 2 == 0 ? noise(seed) % size
					   : 32 + noise(seed) % 48;
		if (where + 8 <= size)
			edit(data + at + where, seed);
	}
	rec_sign_chunk(&sum, base->id, data + at, base->size - at);
}

/* A part of it, mostly chunks, to where another one begins. */
static size_t
splice(const struct base *base, uint8_t *data, size_t size, uint64_t *seed)
{
	size_t from = base->places[noise(seed) % base->count];
	size_t to = base->places[noise(seed) % base->count];
	size_t length = chunk_size(base->bytes + from);

	if (noise(seed) % 4 == 0)
		from += noise(seed) % 64;
	if (noise(seed) % 4 == 0)
		length = noise(seed) % 256;
	if (from + length > base->size || to + length > size)
		return (size);
	switch (noise(seed) % 3) {
	case 0: /* over what is there */
		memcpy(data + to, base->bytes + from, length);
		return (size);
	case 1: /* between */
		memmove(data + to + length, data + to, size - to);
		memcpy(data + to, base->bytes + from, length);
		return (size + length);
	default: /* out */
		memmove(data + to, data + to + length, size - to - length);
		return (size - length);
	}
}

static size_t
mutate(const struct base *base, uint8_t *data, uint64_t seed)
{
	unsigned steps = 1 + (unsigned)(noise(&seed) % 3);
	size_t size = base->size, i;

	for (; steps > 0; steps--) {
		switch (noise(&seed) % 8) {
		case 0:
			for (i = 1 + noise(&seed) % 4; i > 0; i--)
				data[noise(&seed) % size] ^=
				    (uint8_t)(1 << noise(&seed) % 8);
			break;
		case 1:
			edit(data + noise(&seed) % (REC_HEAD_SIZE - 8), &seed);
			rec_sign_head(&sum, data);
			break;
		default:
			edit_chunk(base, data, &seed);
		}
	}
	if (noise(&seed) % 4 == 0)
		size = splice(base, data, size, &seed);
	if (noise(&seed) % 8 == 0)
		size = 1 + noise(&seed) % size;
	return (size);
}

/* Of how many regions the base itself shows something. */
static size_t
run(const struct base *base, bool stream, uint64_t mutants, uint64_t seed)
{
	uint8_t *copy = malloc(base->size * 2 + 4096);
	uint64_t i, partly = 0;
	size_t size, shown, whole = 0;

	CHECK(copy != NULL);
	for (i = 0; i <= mutants; i++) {
		memcpy(copy, base->bytes, base->size);
		size = i == 0 || base->count == 0
		    ? base->size
		    : mutate(base, copy, seed + i);
		shown = stream ? run_stream(copy, size) : run_file(copy, size);
		if (i == 0)
			whole = shown;
		partly += shown > 0;
	}
	free(copy);
	printf("%" PRIu64 " mutants of %zu chunks, %" PRIu64 " partly shown\n",
	    mutants, base->count, partly - (whole > 0));
	return (whole);
}

static void
run_ours(bool stream, uint64_t mutants, uint64_t seed)
{
	int file = memfd_create("base", MFD_CLOEXEC);
	struct base packed, unpacked;
	FILE *open_file;

	CHECK(file != -1);
	record(file);
	(void)lseek(file, 0, SEEK_SET);
	CHECK((open_file = fdopen(file, "r")) != NULL);
	packed = read_base(open_file);
	(void)fclose(open_file);
	unpacked = unpack(&packed);
	CHECK(run(&packed, stream, mutants / 2, seed) == 2);
	CHECK(
	    run(&unpacked, stream, mutants - mutants / 2, seed + mutants) == 2);
	free(packed.bytes);
	free(unpacked.bytes);
}

int
main(int argc, char **argv)
{
	uint64_t mutants = 0, seed = 1;
	bool stream = false;
	struct base base;
	int option;
	FILE *file;
	void *zstd;

	rec_sum_init(&sum);
	zstd = dlopen("libzstd.so.1", RTLD_NOW); /* once, not for each */
	while ((option = getopt(argc, argv, "Sn:s:")) != -1) {
		if (option == 'S') {
			stream = true;
		} else if (option == 'n') {
			mutants = strtoull(optarg, NULL, 10);
		} else if (option == 's') {
			seed = strtoull(optarg, NULL, 10);
		} else {
			(void)fprintf(stderr,
			    "usage: fuzz_rec [-S] [-n MUTANTS] [-s SEED] "
			    "[FILE...]\n");
			return (2);
		}
	}
	if (optind == argc)
		run_ours(stream, mutants, seed);
	for (; optind < argc; optind++) {
		if ((file = fopen(argv[optind], "re")) == NULL)
			err(1, "%s", argv[optind]);
		base = read_base(file);
		(void)fclose(file);
		(void)run(&base, stream, mutants, seed);
		free(base.bytes);
	}
	if (zstd != NULL)
		(void)dlclose(zstd);
	return (0);
}

#endif
