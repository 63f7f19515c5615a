/*
 * fuzz_piece.c - hostile pieces: whatever the bytes are, no harm.
 *
 * With libFuzzer (FUZZ_ENGINE defined), or as a replayer:
 *	fuzz_piece [-n MUTANTS] [-s SEED] [FILE...]
 * An input is a sequence of pieces, each behind its size in four bytes.  Without a
 * file the replayer, and the mutator of libFuzzer without a corpus, begins with
 * pieces of a region of its own, which has a bit of everything; a mutant is that
 * sequence, changed in places that decide, with sizes that agree again.
 *
 * All pieces go into one mirror, whose image is read after each.
 */
#include "tests/unit/mirrored.h"
#include "tests/unit/secretive.h"
#include "tests/unit/walk.h"

#include <dbgshm/events.h>
#include <dbgshm/format.h>

#include <inttypes.h>

#define BASE_MAX (256u << 10)
#define BASE_TICKS 70
#define MOMENTS 16 /* that are looked at, at both ends */
#define SIZE_BYTES sizeof(uint32_t)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t room, unsigned seed);

/* ---- one input --------------------------------------------------------------- */

static void
walk_past(struct dbgshm_reader *reader)
{
	struct dbgshm_past *past;
	size_t i, count;

	if (dbgshm_past_open(reader, &past) == -1)
		return;
	count = dbgshm_past_count(past);
	for (i = 0; i < count; i++) {
		if (i == MOMENTS && count > 2 * MOMENTS)
			i = count - MOMENTS;
		if (dbgshm_past_show(past, i) == 0)
			(void)walk_everything(reader);
	}
	dbgshm_past_close(past);
}

/* What a feed of the image says goes into a second mirror. */
static void
feed_on(struct dbgshm_reader *reader, unsigned flags)
{
	struct dbgshm_mirror *mirror;
	struct dbgshm_feed *feed;
	struct dbgshm_piece piece = { .more = true };

	if (dbgshm_mirror_create(0, &mirror) == -1)
		abort();
	if (dbgshm_feed_open(reader, flags, 0, &feed) == 0) {
		while (piece.more && dbgshm_feed_next(feed, &piece) == 0)
			if (piece.size > 0)
				(void)dbgshm_mirror_put(
				    mirror, piece.bytes, piece.size);
		dbgshm_feed_close(feed);
	}
	(void)dbgshm_mirror_settle(mirror);
	dbgshm_mirror_free(mirror);
}

static void
look(struct dbgshm_mirror *mirror, struct dbgshm_reader **reader)
{
	if (dbgshm_mirror_settle(mirror) == -1)
		return;
	if (*reader == NULL && dbgshm_mirror_reader(mirror, reader) == -1)
		return;
	if (dbgshm_reader_refresh(*reader) == 0)
		(void)walk_everything(*reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dbgshm_mirror *mirror;
	struct dbgshm_reader *reader = NULL;
	uint32_t part;
	uint8_t *exact;

	if (dbgshm_mirror_create(size % 3 == 0 ? 1 : 0, &mirror) == -1)
		abort();
	while (size >= SIZE_BYTES) {
		memcpy(&part, data, SIZE_BYTES);
		data += SIZE_BYTES;
		size -= SIZE_BYTES;
		if (part > size)
			part = (uint32_t)size;
		exact = malloc(part + (part == 0));
		if (exact == NULL)
			abort();
		memcpy(exact, data, part);
		(void)dbgshm_mirror_put(mirror, exact, part);
		free(exact);
		look(mirror, &reader);
		data += part;
		size -= part;
	}
	if (reader != NULL) {
		walk_past(reader);
		(void)dbgshm_reader_check(reader, NULL, NULL);
		feed_on(reader, DBGSHM_FEED_SECRETS);
		feed_on(reader, 0);
	}
	dbgshm_mirror_free(mirror);
	dbgshm_reader_close(reader);
	return (0);
}

/* ---- pieces to begin with ---------------------------------------------------- */

static size_t
add_piece(struct dbgshm_feed *feed, uint8_t *data, size_t at)
{
	struct dbgshm_piece piece;
	uint32_t size;

	CHECK(dbgshm_feed_next(feed, &piece) == 0 && !piece.more);
	size = (uint32_t)piece.size;
	CHECK(at + SIZE_BYTES + size <= BASE_MAX);
	memcpy(data + at, &size, SIZE_BYTES);
	memcpy(data + at + SIZE_BYTES, piece.bytes, size);
	return (at + SIZE_BYTES + size);
}

/* A region, first pieces and others; its size. */
static size_t
base_make(uint8_t *data)
{
	static struct logged entry;
	static struct logged_program program;
	static struct secretive secretive;
	struct dbgshm_feed *feed;
	struct dbgshm_reader *reader;
	char path[256];
	size_t tick, size = 0;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_DARK,
		      .history_bytes = 24 << 10,
		      .row_history_bytes = 16 << 10 }) == 0);
	logged_begin(&program, 1);
	secretive_begin(&secretive);
	CHECK(region_file(getpid(), true, path, sizeof(path)));
	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_feed_open(reader, DBGSHM_FEED_SECRETS, 0, &feed) == 0);
	for (tick = 0; tick < BASE_TICKS; tick++) {
		secretive_step(&secretive, tick);
		logged_step(&program, tick, &entry);
		if (tick >= BASE_TICKS - 14)
			size = add_piece(feed, data, size);
		if (tick == BASE_TICKS - 5)
			dbgshm_feed_again(feed, 0);
	}
	dbgshm_feed_close(feed);
	dbgshm_reader_close(reader);
	dbgshm_fini();
	return (size);
}

/* ---- mutants ------------------------------------------------------------------ */

static uint64_t
noise(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (*seed >> 20 ^ *seed << 24);
}

/* Somewhere in the piece: its head, its first parts, anywhere. */
static size_t
place(uint64_t *seed, size_t size)
{
	uint64_t pick = noise(seed);

	switch (pick % 8) {
	case 0:
		return ((pick >> 8) % sizeof(struct dbgshm_piece_head) % size);
	case 1:
	case 2:
	case 3:
		return ((sizeof(struct dbgshm_piece_head) + (pick >> 8) % 128) %
		    size);
	default:
		return ((pick >> 8) % size);
	}
}

static void
edit(uint8_t *piece, size_t size, uint64_t *seed)
{
	static const uint8_t bytes[] = { 0, 1, 2, 6, 7, 8, 9, 127, 128, 255 };
	uint64_t pick = noise(seed);
	size_t at = place(seed, size), from = place(seed, size),
	       length = (size_t)(pick >> 16) % 40;

	switch (pick % 6) {
	case 0:
		piece[at] = bytes[(pick >> 8) % sizeof(bytes)];
		break;
	case 1:
		piece[at] = (uint8_t)(piece[at] + (pick >> 8) % 9 - 4);
		break;
	case 2: /* one part over another */
		if (at + length <= size && from + length <= size)
			memmove(piece + at, piece + from, length);
		break;
	case 3: /* a long number */
		if (at + length <= size)
			memset(piece + at, 0xff, length % 10);
		break;
	default:
		piece[at] ^= (uint8_t)(1u << (pick >> 8) % 8);
		break;
	}
}

static size_t
mutate(uint8_t *data, size_t size, uint64_t seed)
{
	uint32_t parts[64], part;
	size_t at[64], count = 0, end = 0, i, edits;
	uint64_t whole;

	while (end + SIZE_BYTES <= size && count < 64) {
		memcpy(&part, data + end, SIZE_BYTES);
		at[count] = end + SIZE_BYTES;
		if (part > size - at[count])
			part = (uint32_t)(size - at[count]);
		parts[count] = part;
		end = at[count++] + part;
	}
	if (count == 0)
		return (size);
	for (edits = 1 + noise(&seed) % 4; edits > 0; edits--) {
		/* The first ones matter most. */
		i = noise(&seed) %
		    (noise(&seed) % 3 == 0 ? count : 1 + count / 4);
		if (parts[i] > 0)
			edit(data + at[i], parts[i], &seed);
	}
	/* Heads that agree, so that what is behind them is looked at. */
	for (i = 0; i < count && noise(&seed) % 16 != 0; i++) {
		whole = parts[i];
		if (whole >= sizeof(struct dbgshm_piece_head))
			memcpy(data + at[i] +
				offsetof(struct dbgshm_piece_head, size),
			    &whole, sizeof(whole));
	}
	return (size);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
	static uint8_t base[BASE_MAX];
	static size_t base_size;

	if (base_size == 0)
		base_size = base_make(base);
	if (size < SIZE_BYTES + sizeof(struct dbgshm_piece_head) &&
	    room >= base_size)
		memcpy(data, base, size = base_size);
	return (mutate(data, size, seed));
}

#ifndef FUZZ_ENGINE

static void
run(const uint8_t *data, size_t size, uint64_t mutants, uint64_t seed)
{
	uint8_t *copy = malloc(size + 1);
	uint64_t i;

	if (copy == NULL)
		abort();
	(void)LLVMFuzzerTestOneInput(data, size);
	for (i = 0; i < mutants; i++) {
		memcpy(copy, data, size);
		(void)LLVMFuzzerTestOneInput(
		    copy, mutate(copy, size, seed + i));
	}
	free(copy);
}

static int
run_file(const char *path, uint64_t mutants, uint64_t seed)
{
	FILE *file = fopen(path, "re");
	uint8_t *data = malloc(64 << 20);
	size_t size;

	if (file == NULL || data == NULL) {
		perror(path);
		free(data);
		return (1);
	}
	size = fread(data, 1, 64 << 20, file);
	(void)fclose(file);
	run(data, size, mutants, seed);
	free(data);
	return (0);
}

int
main(int argc, char **argv)
{
	static uint8_t base[BASE_MAX];
	uint64_t mutants = 0, seed = 1;
	int option, status = 0;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == 'n') {
			mutants = strtoull(optarg, NULL, 10);
		} else if (option == 's') {
			seed = strtoull(optarg, NULL, 10);
		} else {
			(void)fprintf(stderr,
			    "usage: fuzz_piece "
			    "[-n MUTANTS] [-s SEED] [FILE...]\n");
			return (2);
		}
	}
	if (optind == argc)
		run(base, base_make(base), mutants, seed);
	for (; optind < argc; optind++)
		status |= run_file(argv[optind], mutants, seed);
	printf("%" PRIu64 " mutants, seed %" PRIu64 "\n", mutants, seed);
	return (status);
}

#endif
