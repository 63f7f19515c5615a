/*
 * fuzz_zip.c - hostile snapshots: whatever the bytes are, no harm.
 *
 * With libFuzzer (FUZZ_ENGINE defined), or as a replayer:
 *	fuzz_zip [-n MUTANTS] [-s SEED] [FILE...]
 * runs each file, or archives made here, and MUTANTS mutants: of the structure
 * (ends, directories, heads, names, sizes, methods), of what is compressed, and of
 * regions in archives that are right.  The same seed makes the same mutants.
 */
#include "tests/unit/image_history.h"

#include <libshm/kit/zip_library.h>
#include <viewer/source_zip.h>

#include <inttypes.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TARGETS 4 /* of an archive that are opened */

static void
walk_target(const struct zip_targets *targets, const struct zip_target *target)
{
	struct model_source parts[SOURCE_PARTS];
	struct target_error error = { 0 };
	size_t i, count;

	count = zip_target_read(targets, target, "fuzz.zip", parts, &error);
	for (i = 0; i < count; i++) {
		if (dbgshm_reader_refresh(parts[i].reader) == 0)
			(void)walk_everything(parts[i].reader);
		(void)dbgshm_reader_life(parts[i].reader);
		dbgshm_reader_close(parts[i].reader);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const words[] = { NULL, "a-1", "sample", "42", "" };
	struct zip_targets targets;
	struct target_error error = { 0 };
	int file = memfd_create("fuzz", MFD_CLOEXEC);
	char path[64];
	size_t i;

	if (file == -1 || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (zip_targets_find(path, &targets, &error) == 0) {
		for (i = 0; i < targets.count && i < TARGETS; i++)
			walk_target(&targets, &targets.list[i]);
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			(void)zip_targets_pick(
			    &targets, "fuzz.zip", words[i], &error);
			free(error.candidates);
			error.candidates = NULL;
		}
		zip_targets_free(&targets);
	} else if (error.exit_code == 0 || error.what[0] == '\0')
		abort();
	(void)close(file);
	return (0);
}

#ifndef FUZZ_ENGINE

/* ---- archives ---------------------------------------------------------------- */

#define HEAD_SIZE 30
#define ENTRY_SIZE 46
#define END_SIZE 22

struct archive {
	uint8_t *bytes;
	size_t size, directory; /* where the directory begins */
};

static uint32_t
checksum(const uint8_t *bytes, size_t size)
{
	static uint32_t table[256];
	uint32_t value, i, bit;

	if (table[1] == 0)
		for (i = 0; i < 256; i++) {
			for (value = i, bit = 0; bit < 8; bit++)
				value = value >> 1 ^
				    (UINT32_C(0xedb88320) & -(value & 1));
			table[i] = value;
		}
	value = UINT32_MAX;
	while (size-- > 0)
		value = value >> 8 ^ table[(value ^ *bytes++) & 255];
	return (~value);
}

static void
put(uint8_t **at, uint64_t value, unsigned width)
{
	for (; width > 0; width--, value >>= 8)
		*(*at)++ = (uint8_t)value;
}

/* What head and entry share: version to the length of extra fields. */
static void
put_common(uint8_t **at, const char *name, uint32_t sum, size_t size)
{
	put(at, 20, 2);
	put(at, 0, 2 + 2 + 4); /* flags, stored, time */
	put(at, sum, 4);
	put(at, size, 4);
	put(at, size, 4);
	put(at, strlen(name), 2);
	put(at, 0, 2);
}

/* An archive of members that are stored as they are. */
static struct archive
stored(const char *const names[], const uint8_t *const members[],
    const size_t sizes[], size_t count)
{
	struct archive made = { 0 };
	size_t i, room = END_SIZE, offsets[8];
	uint8_t *at;

	for (i = 0; i < count; i++)
		room +=
		    HEAD_SIZE + ENTRY_SIZE + 2 * strlen(names[i]) + sizes[i];
	if ((made.bytes = at = malloc(room)) == NULL)
		abort();
	for (i = 0; i < count; i++) {
		offsets[i] = (size_t)(at - made.bytes);
		put(&at, 0x04034b50, 4);
		put_common(
		    &at, names[i], checksum(members[i], sizes[i]), sizes[i]);
		memcpy(at, names[i], strlen(names[i]));
		at += strlen(names[i]);
		memcpy(at, members[i], sizes[i]);
		at += sizes[i];
	}
	made.directory = (size_t)(at - made.bytes);
	for (i = 0; i < count; i++) {
		put(&at, 0x02014b50, 4);
		put(&at, 20, 2);
		put_common(
		    &at, names[i], checksum(members[i], sizes[i]), sizes[i]);
		put(&at, 0, 2 + 2 + 2 + 4); /* comment, disk, attributes */
		put(&at, offsets[i], 4);
		memcpy(at, names[i], strlen(names[i]));
		at += strlen(names[i]);
	}
	made.size = (size_t)(at - made.bytes);
	put(&at, 0x06054b50, 4);
	put(&at, 0, 4);
	put(&at, count, 2);
	put(&at, count, 2);
	put(&at, made.size - made.directory, 4);
	put(&at, made.directory, 4);
	put(&at, 0, 2);
	made.size += END_SIZE;
	return (made);
}

static struct archive
compressed(const uint8_t *region, size_t size)
{
	struct archive made = { 0 };
	char why[256];
	struct zip_out *out = zip_out_create(why, sizeof(why));
	uint8_t *copy = malloc(size), *end;
	void *bytes;

	if (out == NULL || copy == NULL)
		abort();
	memcpy(copy, region, size);
	if (zip_out_add(out, "own.dbg", copy, size, ZIP_OUT_OURS, why,
		sizeof(why)) == -1 ||
	    zip_out_end(out, &bytes, &made.size, why, sizeof(why)) == -1)
		abort();
	zip_out_destroy(out);
	made.bytes = bytes;
	end = made.bytes + made.size - END_SIZE;
	made.directory = end[16] | (size_t)end[17] << 8 |
	    (size_t)end[18] << 16 | (size_t)end[19] << 24;
	return (made);
}

/* ---- mutants ------------------------------------------------------------------ */

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
	static const uint64_t borders[] = { 0, 1, 8, 12, 14, 20, 93, 255, 4095,
		65535, 65536, INT32_MAX, UINT32_MAX, 64 << 20 };
	uint64_t pick = noise(seed);

	switch (pick % 4) {
	case 0:
		return (old + pick / 8 % 33 - 16);
	case 1:
		return (old ^ UINT64_C(1) << (pick >> 8 & 31));
	case 2:
		return (pick >> 8);
	default:
		return (borders[(pick >> 8) % (sizeof(borders) / 8)]);
	}
}

/* Mostly the directory and the end, then a head, then anywhere. */
static size_t
place(const struct archive *archive, uint64_t *seed)
{
	uint64_t pick = noise(seed);
	size_t tail = archive->size - archive->directory;

	switch (pick % 8) {
	case 0:
	case 1:
	case 2:
		return (archive->directory + (pick >> 8) % tail);
	case 3:
	case 4:
		return (archive->size - 1 - (pick >> 8) % END_SIZE);
	case 5:
		return ((pick >> 8) % (HEAD_SIZE + 16));
	default:
		return ((pick >> 8) % archive->size);
	}
}

static size_t
mutate(const struct archive *archive, uint8_t *data, uint64_t seed)
{
	unsigned edits = 1 + (unsigned)(noise(&seed) % 4);
	size_t at, size = archive->size, width, from;
	uint64_t value = 0;

	for (; edits > 0; edits--) {
		at = place(archive, &seed);
		width = (size_t)1 << noise(&seed) % 3;
		if (at + width > size)
			continue;
		if (noise(&seed) % 16 == 0) { /* something else from it */
			from = place(archive, &seed);
			width = noise(&seed) % 64;
			if (from + width <= size && at + width <= size)
				memmove(data + at, data + from, width);
			continue;
		}
		memcpy(&value, data + at, width);
		value = interesting(&seed, value);
		memcpy(data + at, &value, width);
	}
	if (noise(&seed) % 32 == 0)
		size = (size_t)(noise(&seed) % size) + 1;
	return (size);
}

static void
run_structure(const struct archive *archive, uint64_t mutants, uint64_t seed)
{
	uint8_t *copy = malloc(archive->size + 8);
	uint64_t i;

	if (copy == NULL)
		abort();
	(void)LLVMFuzzerTestOneInput(archive->bytes, archive->size);
	for (i = 0; i < mutants; i++) {
		memcpy(copy, archive->bytes, archive->size);
		(void)LLVMFuzzerTestOneInput(
		    copy, mutate(archive, copy, seed + i));
	}
	free(copy);
}

/* The archive is right; the region, mostly its header, is not. */
static void
run_regions(const uint8_t *region, size_t size, uint64_t mutants, uint64_t seed)
{
	static const char *const names[] = { "a-1/own.dbg", "a-1/watched.dbg",
		"../../b\n/own.dbg" };
	uint8_t *bad = malloc(size);
	const uint8_t *members[] = { bad, region, region };
	size_t sizes[] = { size, size, size }, at;
	struct archive archive;
	uint64_t i, value, state;

	if (bad == NULL)
		abort();
	for (i = 0; i < mutants; i++) {
		state = seed + i;
		memcpy(bad, region, size);
		at = noise(&state) % (noise(&state) % 2 ? 1300 : size - 8);
		memcpy(&value, bad + at, 4);
		value = interesting(&state, value);
		memcpy(bad + at, &value, 4);
		sizes[0] = noise(&state) % 8 == 0 ? noise(&state) % size : size;
		archive = stored(names, members, sizes, 3);
		(void)LLVMFuzzerTestOneInput(archive.bytes, archive.size);
		free(archive.bytes);
	}
	free(bad);
}

static int
run_file(const char *path, uint64_t mutants, uint64_t seed)
{
	FILE *file = fopen(path, "re");
	uint8_t *data = malloc(64 << 20);
	struct archive archive = { 0 };

	if (file == NULL || data == NULL) {
		(void)fprintf(
		    stderr, "fuzz_zip: %s: %s\n", path, strerror(errno));
		free(data);
		return (1);
	}
	archive.bytes = data;
	archive.size = fread(data, 1, 64 << 20, file);
	archive.directory = archive.size > 4096 ? archive.size - 4096 : 0;
	(void)fclose(file);
	if (archive.size > 64)
		run_structure(&archive, mutants, seed);
	free(data);
	return (0);
}

static void
run_ours(uint64_t mutants, uint64_t seed)
{
	static const char *const names[] = { "README.txt", "a-1/own.dbg",
		"b-2/watched.dbg" };
	struct whole_image whole;
	struct archive archive;
	const uint8_t *members[3];
	size_t sizes[] = { 5, IMAGE_SIZE, IMAGE_SIZE };
	unsigned char *region = image_with_past(&whole);

	members[0] = (const uint8_t *)"hello";
	members[1] = members[2] = region;
	archive = stored(names, members, sizes, 3);
	run_structure(&archive, mutants / 2, seed);
	free(archive.bytes);
	archive = compressed(region, PAST_SIZE);
	run_structure(&archive, mutants / 4, seed + mutants);
	free(archive.bytes);
	run_regions(region, IMAGE_SIZE, mutants / 4, seed + 2 * mutants);
	free(region);
	image_free(&whole.sample.image);
}

int
main(int argc, char **argv)
{
	struct zip_library library;
	uint64_t mutants = 0, seed = 1;
	int option, status = 0;
	char why[256];

	/* Loaded once, not for each. */
	if (zip_library_load(&library, why, sizeof(why)) == -1) {
		(void)fprintf(stderr, "fuzz_zip: %s\n", why);
		return (1);
	}
	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == 'n') {
			mutants = strtoull(optarg, NULL, 10);
		} else if (option == 's') {
			seed = strtoull(optarg, NULL, 10);
		} else {
			(void)fprintf(stderr,
			    "usage: fuzz_zip [-n MUTANTS] [-s SEED] "
			    "[FILE...]\n");
			return (2);
		}
	}
	if (optind == argc)
		run_ours(mutants, seed);
	for (; optind < argc; optind++)
		status |= run_file(argv[optind], mutants, seed);
	zip_library_unload(&library);
	return (status);
}

#endif
