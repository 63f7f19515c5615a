/*
 * fuzz_region.c - hostile regions: whatever the bytes are, no harm.
 *
 * Two programs from one file.  With libFuzzer (FUZZ_ENGINE defined):
 *	clang -DFUZZ_ENGINE -fsanitize=fuzzer,address,undefined ...
 * and without it a replayer, so that every build can run a slice:
 *	fuzz_region [-n MUTANTS] [-s SEED] [FILE...]
 * runs each file and MUTANTS structural mutants of it; without a file, those of a
 * region made by hand.  The same seed makes the same mutants.
 */
#include "tests/unit/image_history.h"

#include <inttypes.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t room, unsigned seed);

#define MOMENTS 24 /* that are looked at, at both ends */

static void
walk_past(struct dbgshm_reader *reader)
{
	struct dbgshm_past *past;
	union dbgshm_value least, most;
	size_t i, count;

	if (dbgshm_past_open(reader, &past) == -1)
		return;
	count = dbgshm_past_count(past);
	(void)dbgshm_past_find(past, 1);
	for (i = 0; i < count; i++) {
		if (i == MOMENTS && count > 2 * MOMENTS)
			i = count - MOMENTS;
		(void)dbgshm_past_moment(past, i);
		if (dbgshm_past_show(past, i) == -1)
			continue;
		(void)walk_everything(reader);
		(void)dbgshm_past_extremes(past, 0, &least, &most);
		(void)dbgshm_past_rows_at(past);
	}
	dbgshm_past_close(past);
}

/* An image of it is a region, too, however it came about. */
static void
walk_image(struct dbgshm_reader *reader, unsigned flags)
{
	struct dbgshm_reader *image;
	void *bytes;
	size_t size;
	int file;

	if (dbgshm_reader_image(reader, flags, &bytes, &size) == -1)
		return;
	file = memfd_create("image", MFD_CLOEXEC);
	if (file == -1 || pwrite(file, bytes, size, 0) != (ssize_t)size)
		abort();
	free(bytes);
	if (dbgshm_reader_attach(file, &image, NULL) == -1)
		abort();
	(void)dbgshm_reader_refresh(image);
	(void)walk_everything(image);
	walk_past(image);
	dbgshm_reader_close(image);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dbgshm_reader *reader;
	int file = memfd_create("fuzz", MFD_CLOEXEC);

	if (file == -1 || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	if (dbgshm_reader_attach(file, &reader, NULL) == -1)
		return (0);
	(void)walk_everything(reader); /* before the first frame */
	(void)dbgshm_reader_refresh(reader);
	(void)walk_everything(reader);
	(void)dbgshm_reader_refresh(reader);
	(void)walk_everything(reader);
	walk_past(reader);
	(void)dbgshm_reader_check(reader, NULL, NULL);
	walk_image(reader, size % 2 != 0 ? DBGSHM_IMAGE_SECRETS : 0);
	dbgshm_reader_close(reader);
	return (0);
}

/* ---- mutants -------------------------------------------------------------- */

static uint64_t
noise(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (*seed >> 20 ^ *seed << 24);
}

/* A number that finds limits: borders of types, of the file, of the format. */
static uint64_t
interesting(uint64_t *seed, uint64_t old, size_t size)
{
	static const uint64_t borders[] = { 0, 1, 2, 7, 8, 31, 32, 63, 64, 65,
		127, 128, 255, 256, 4095, 4096, 8191, 8192, 65535, 65536,
		INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX - 63,
		UINT64_MAX - 7, UINT64_MAX };
	uint64_t pick = noise(seed);

	switch (pick % 6) {
	case 0:
		return (old + pick % 17 - 8);
	case 1:
		return (old ^ UINT64_C(1) << (pick >> 8 & 63));
	case 2:
		return (size - pick % 129);
	case 3:
		return (old * (2 + pick % 7));
	case 4:
		return (pick);
	default:
		return (borders[(pick >> 8) % (sizeof(borders) / 8)]);
	}
}

/* Somewhere that decides: mostly header, sections and records. */
static size_t
place(uint64_t *seed, size_t size)
{
	uint64_t pick = noise(seed);
	size_t at;

	switch (pick % 12) {
	case 10: /* heads of slots of the past, of the whole image */
		at = PAST_OFFSET + (pick >> 8) % PAST_SLOTS * DBGSHM_SLOT_SIZE +
		    (pick >> 16) % sizeof(struct dbgshm_slot);
		break;
	case 11: /* their frames */
		at = PAST_OFFSET + (pick >> 8) % PAST_SLOTS * DBGSHM_SLOT_SIZE +
		    sizeof(struct dbgshm_slot) + (pick >> 16) % 256;
		break;
	case 0:
		at = 512 + (pick >> 8) % 224; /* sections */
		break;
	case 1:
		at = (pick >> 8) % 272;
		break;
	case 2:
		at = 1024 + (pick >> 8) % 176;
		break;
	case 3:
	case 4:
	case 5:
		at = IMAGE_DESCRIPTORS + (pick >> 8) % 2560;
		break;
	case 6:
		at = IMAGE_TABLES + (pick >> 8) % 4096;
		break;
	case 7: /* heads of rings and their first records */
		at = IMAGE_RINGS + (pick >> 8) % 2 * IMAGE_RING_STRIDE +
		    (pick >> 16) % 192;
		break;
	case 8:
		at = IMAGE_GAUGES + (pick >> 8) % 128;
		break;
	default:
		at = (size_t)(pick >> 8);
		break;
	}
	return (at % (size - 8));
}

static size_t
mutate(uint8_t *data, size_t size, uint64_t seed)
{
	unsigned edits = 1 + (unsigned)(noise(&seed) % 4);
	uint64_t value = 0;
	size_t at, from, width;

	if (size < 16)
		return (size);
	for (; edits > 0; edits--) {
		at = place(&seed, size);
		width = (size_t)1 << noise(&seed) % 4;
		at &= ~(width - 1);
		if (noise(&seed) % 16 == 0) { /* a record over another */
			from = place(&seed, size) & ~(size_t)63;
			at &= ~(size_t)63;
			if (from + 64 <= size && at + 64 <= size)
				memmove(data + at, data + from, 64);
			continue;
		}
		memcpy(&value, data + at, width);
		value = interesting(&seed, value, size);
		memcpy(data + at, &value, width);
	}
	if (noise(&seed) % 64 == 0)
		size = (size_t)(noise(&seed) % size) + 1;
	return (size);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
	struct whole_image whole;
	unsigned char *bytes;

	if (size < 16 && room >= PAST_SIZE) { /* no corpus: begin with ours */
		bytes = image_with_past(&whole);
		memcpy(data, bytes, size = PAST_SIZE);
		free(bytes);
		image_free(&whole.sample.image);
	}
	return (mutate(data, size, seed));
}

#ifndef FUZZ_ENGINE

/* Columns of tables are secret, so that images code the past again. */
static void
hide_columns(uint8_t *data, size_t size)
{
	struct dbgshm_desc_column *column;
	struct dbgshm_desc_table *table;
	size_t at = IMAGE_DESCRIPTORS + 64, i;

	for (; at + sizeof(*table) <= size && at < IMAGE_STRINGS;
	     at += table->head.size8 * (size_t)8) {
		table = (void *)(data + at);
		if (table->head.size8 < 2)
			return;
		if (table->head.type != DBGSHM_DESC_TABLE)
			continue;
		column = (void *)(table + 1);
		for (i = 0; i < table->column_count; i += 2)
			column[i].flags |= DBGSHM_COLUMN_SECRET;
	}
}

static void
run(const uint8_t *data, size_t size, uint64_t mutants, uint64_t seed,
    bool hand)
{
	uint8_t *copy = malloc(size + 1);
	uint64_t i;

	if (copy == NULL)
		abort();
	(void)LLVMFuzzerTestOneInput(data, size);
	for (i = 0; i < mutants; i++) {
		memcpy(copy, data, size);
		if (hand && i % 2 != 0)
			hide_columns(copy, size);
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
		(void)fprintf(
		    stderr, "fuzz_region: %s: %s\n", path, strerror(errno));
		free(data);
		return (1);
	}
	size = fread(data, 1, 64 << 20, file);
	(void)fclose(file);
	run(data, size, mutants, seed, false);
	free(data);
	return (0);
}

int
main(int argc, char **argv)
{
	struct whole_image whole;
	unsigned char *bytes;
	uint64_t mutants = 0, seed = 1;
	int option, status = 0;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == 'n') {
			mutants = strtoull(optarg, NULL, 10);
		} else if (option == 's') {
			seed = strtoull(optarg, NULL, 10);
		} else {
			(void)fprintf(stderr,
			    "usage: fuzz_region "
			    "[-n MUTANTS] [-s SEED] [FILE...]\n");
			return (2);
		}
	}
	if (optind == argc) {
		bytes = image_with_past(&whole);
		run(bytes, PAST_SIZE, mutants, seed, true);
		free(bytes);
		image_free(&whole.sample.image);
	}
	for (; optind < argc; optind++)
		status |= run_file(argv[optind], mutants, seed);
	return (status);
}

#endif
