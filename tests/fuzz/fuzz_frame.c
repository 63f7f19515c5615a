/*
 * fuzz_frame.c - hostile streams of frames: whatever the bytes are, no harm.
 *
 * With libFuzzer (FUZZ_ENGINE defined), or as a replayer:
 *	fuzz_frame [-n MUTANTS] [-s SEED] [FILE...]
 * An input is a byte for the words that the decoder has room for and a stream of
 * frames.  Without a file the replayer takes streams that it has encoded itself.
 *
 * Each frame is decoded from memory of exactly its size.  What a decoder has
 * accepted must also survive an encoder: the words of all frames since the last
 * key frame are encoded and decoded again, and have to be the same.
 */
#include <dbgshm/frame.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_UNIT 5  /* words for each number of the first byte */
#define FRAMES_MAX 64 /* of one input */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A coder in memory of exactly its size. */
static struct dbgshm_coder *
coder_make(size_t words)
{
	void *memory = malloc(dbgshm_coder_size(words));

	if (memory == NULL)
		abort();
	return (dbgshm_coder_init(memory, words));
}

struct mirror {
	struct dbgshm_coder *to, *from;
	unsigned char *bytes;
	size_t room, count;
};

/* The words once more through a coder of our own. */
static void
reflect(struct mirror *mirror, const uint64_t *words, size_t count)
{
	size_t size, used, seen;

	size = dbgshm_frame_encode(mirror->to, words, count,
	    count < mirror->count ? DBGSHM_FRAME_KEY : 0, mirror->bytes,
	    mirror->room);
	if (size == 0 || size > dbgshm_frame_bound(count))
		abort();
	mirror->count = count;
	used = dbgshm_frame_decode(mirror->from, mirror->bytes, size, &seen);
	if (used != size || seen != count ||
	    (count > 0 &&
		memcmp(dbgshm_frame_words(mirror->from), words, 8 * count) !=
		    0))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t words, used, count = 0, frames = 0, i;
	struct dbgshm_coder *coder;
	struct mirror mirror;

	if (size == 0)
		return (0);
	words = (size_t)data[0] * WORDS_UNIT;
	data++, size--;
	coder = coder_make(words);
	mirror = (struct mirror){ coder_make(words), coder_make(words), NULL,
		dbgshm_frame_bound(words), 0 };
	mirror.bytes = malloc(mirror.room);
	if (mirror.bytes == NULL)
		abort();
	for (i = 0; i < words; i += 3)
		dbgshm_coder_raw(mirror.to, i);
	for (; frames < FRAMES_MAX && size > 0; frames++) {
		used = dbgshm_frame_decode(coder, data, size, &count);
		if (used > size || (used != 0 && count > words))
			abort();
		if (used == 0) { /* then a key frame has to make it good */
			data++, size--;
			continue;
		}
		reflect(&mirror, dbgshm_frame_words(coder), count);
		data += used;
		size -= used;
	}
	free(coder);
	free(mirror.to);
	free(mirror.from);
	free(mirror.bytes);
	return (0);
}

#ifndef FUZZ_ENGINE

#define STREAM_MAX (1u << 20)

static uint64_t state;

static uint64_t
any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state);
}

/* An input as a recorder would write it: frames that grow, keys in between. */
static size_t
stream_make(unsigned char *stream)
{
	size_t room = 1 + any() % 60, words = room * WORDS_UNIT, count = 0;
	uint64_t *values = calloc(words, sizeof(*values));
	struct dbgshm_coder *coder = coder_make(words);
	size_t size = 0, frames, i;

	if (values == NULL)
		abort();
	stream[size++] = (unsigned char)room;
	for (i = 0; i < words; i++)
		if (any() % 5 == 0)
			dbgshm_coder_raw(coder, i);
	for (frames = 1 + any() % 12; frames > 0; frames--) {
		count += any() % (words - count + 1);
		for (i = 0; i < count; i++)
			if (any() % 3 == 0)
				values[i] += any() >> (any() % 64);
		size += dbgshm_frame_encode(coder, values, count,
		    any() % 6 == 0 ? DBGSHM_FRAME_KEY : 0, stream + size,
		    STREAM_MAX - size);
	}
	free(values);
	free(coder);
	return (size);
}

/* Flips, cuts, splices and noise. */
static size_t
mutate(unsigned char *stream, size_t size)
{
	size_t edits = 1 + any() % 4, from, to, length;

	for (; edits > 0 && size > 1; edits--) {
		from = any() % size;
		to = any() % size;
		length = any() % 64;
		switch (any() % 6) {
		case 0:
			stream[to] = (unsigned char)any();
			break;
		case 1: /* a part over another */
			if (from + length <= size && to + length <= size)
				memmove(stream + to, stream + from, length);
			break;
		case 2: /* a part left out */
			if (to + length < size) {
				memmove(stream + to, stream + to + length,
				    size - to - length);
				size -= length;
			}
			break;
		case 3:
			size = 1 + to;
			break;
		default:
			stream[to] ^= (unsigned char)(1u << any() % 8);
			break;
		}
	}
	return (size);
}

/* In memory of exactly its size. */
static void
run(const unsigned char *stream, size_t size)
{
	unsigned char *copy = malloc(size + (size == 0));

	if (copy == NULL)
		abort();
	memcpy(copy, stream, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static size_t
read_file(const char *path, unsigned char *stream)
{
	FILE *file = fopen(path, "re");
	size_t size;

	if (file == NULL) {
		perror(path);
		exit(1);
	}
	size = fread(stream, 1, STREAM_MAX, file);
	(void)fclose(file);
	return (size);
}

int
main(int argc, char *argv[])
{
	unsigned char *stream = malloc(STREAM_MAX),
		      *mutant = malloc(STREAM_MAX);
	uint64_t mutants = 0, seed = 1, i;
	size_t size = 0;
	int option;

	if (stream == NULL || mutant == NULL)
		abort();
	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == 'n') {
			mutants = strtoull(optarg, NULL, 10);
		} else if (option == 's') {
			seed = strtoull(optarg, NULL, 10);
		} else {
			(void)fprintf(stderr,
			    "usage: fuzz_frame [-n MUTANTS] [-s SEED] "
			    "[FILE...]\n");
			return (2);
		}
	}
	for (; optind < argc || size == 0; optind++) {
		if (optind < argc) {
			size = read_file(argv[optind], stream);
			run(stream, size);
		}
		for (i = 0; i < mutants; i++) {
			state = (seed * UINT64_C(0x9e3779b97f4a7c15) + i) | 1;
			(void)any();
			if (optind >= argc && i % 8 == 0) {
				size = stream_make(stream);
				run(stream, size);
			}
			memcpy(mutant, stream, size);
			run(mutant, mutate(mutant, size));
		}
		if (optind >= argc)
			break;
	}
	printf("%" PRIu64 " mutants, seed %" PRIu64 "\n", mutants, seed);
	free(stream);
	free(mutant);
	return (0);
}

#endif
