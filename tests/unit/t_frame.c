/*
 * t_frame.c - the coder of frames: what goes in comes out, and nothing hurts.
 *
 *	t_frame [SEQUENCES [SEED]]
 */
#include "coder_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WORDS 300 /* that a sequence has at most */
#define FRAMES 12

#if defined(__SANITIZE_THREAD__)
static unsigned long sequences = 2000, seed = 1; /* there is one thread */
#else
static unsigned long sequences = 100000, seed = 1;
#endif
static uint64_t state;

static uint64_t
any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state);
}

/* Any number, small ones as often as large ones. */
static uint64_t
any_size(void)
{
	uint64_t value = any() >> (any() % 64);

	return (any() % 2 == 0 ? value : -value);
}

/* Words that behave as counters, gauges, texts, idlers and noise do. */
struct load {
	bool quiet; /* most words are zero, for long */
	size_t count;
	uint64_t words[WORDS], rates[WORDS];
	uint8_t kinds[WORDS];
};

static void
load_grow(struct load *load, size_t count)
{
	for (; load->count < count; load->count++) {
		load->words[load->count] = any() % 3 == 0 ? 0 : any_size();
		load->rates[load->count] = any_size();
		load->kinds[load->count] = (uint8_t)(any() % 8);
		if (load->quiet && any() % 64 != 0)
			load->words[load->count] = load->kinds[load->count] = 0;
	}
}

static uint64_t
bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return (bits);
}

/* What a program may have computed, measured or printed. */
static uint64_t
any_double(uint64_t rate)
{
	static const double tens[] = { 1, 10, 100, 1000, 10000 };
	double value = (double)(int64_t)any_size() / tens[rate % 5];

	switch (any() % 16) {
	case 0:
		return (any());
	case 1:
		return (bits_of(value) + any() % 3 - 1);
	case 2:
		return (any() % 4 << 61 | any() % 2048 << 52);
	default:
		return (bits_of(value));
	}
}

static void
load_step(struct load *load)
{
	size_t i;

	for (i = 0; i < load->count; i++) {
		if (load->quiet && any() % 256 == 0)
			load->kinds[i] = 2;
		switch (load->kinds[i]) {
		case 0: /* idle */
			break;
		case 1: /* steady */
			load->words[i] += load->rates[i];
			break;
		case 2: /* noisy */
			load->words[i] += load->rates[i] + any() % 64;
			break;
		case 3: /* now and then */
			if (any() % 4 == 0)
				load->words[i] += any_size();
			break;
		case 4: /* a few bytes of it */
			load->words[i] ^= any() % 256 << (8 * (any() % 8));
			break;
		case 5:
		case 6:
			if (any() % 4 != 0)
				load->words[i] = any_double(load->rates[i]);
			break;
		default:
			load->words[i] = any();
			break;
		}
	}
}

struct pair {
	struct dbgshm_coder *to, *from;
	unsigned char *bytes;
	size_t room;
};

static struct pair
pair_make(size_t words)
{
	size_t size = dbgshm_coder_size(words);
	struct pair pair = { dbgshm_coder_init(malloc(size), words),
		dbgshm_coder_init(malloc(size), words), NULL,
		dbgshm_frame_bound(words) };

	pair.bytes = malloc(pair.room);
	return (pair);
}

static void
pair_free(struct pair *pair)
{
	free(pair->to);
	free(pair->from);
	free(pair->bytes);
}

/* The frame's bytes alone in memory, so that a read past them is noticed. */
static size_t
decode_exact(struct dbgshm_coder *coder, const unsigned char *bytes,
    size_t size, size_t *count)
{
	unsigned char *alone = malloc(size + (size == 0));
	size_t used;

	memcpy(alone, bytes, size);
	used = dbgshm_frame_decode(coder, alone, size, count);
	free(alone);
	return (used);
}

static void
one_sequence(unsigned long number)
{
	struct load load = { .count = 0, .quiet = number % 4 == 3 };
	struct pair pair;
	size_t i, size, used, count = 0, most;
	bool key, sparse = number % 2 == 1;

	state = (seed * UINT64_C(0x9e3779b97f4a7c15) + number) | 1;
	for (i = 0; i < 8; i++)
		(void)any();
	most = any() % (WORDS + 1);
	pair = pair_make(most);
	if (sparse) {
		free(pair.to);
		pair.to = dbgshm__coder_create_sparse(most);
	}
	for (i = 0; i < most; i++)
		if (any() % 4 == 0)
			dbgshm_coder_raw(pair.to, i);
	for (i = 0; i < FRAMES; i++) {
		load_grow(&load, load.count + any() % (most - load.count + 1));
		load_step(&load);
		key = i == 0 || any() % 5 == 0;
		if (sparse)
			assert_int_equal(dbgshm__coder_meet(pair.to, load.words,
					     load.count, key),
			    0);
		size = dbgshm_frame_encode(pair.to, load.words, load.count,
		    key ? DBGSHM_FRAME_KEY : 0, pair.bytes, pair.room);
		assert_int_not_equal(size, 0);
		assert_true(size <= dbgshm_frame_bound(load.count));
		used = decode_exact(pair.from, pair.bytes, size, &count);
		if (used != size || count != load.count ||
		    memcmp(dbgshm_frame_words(pair.from), load.words,
			8 * count) != 0)
			fail_msg("seed %lu, sequence %lu, frame %zu", seed,
			    number, i);
	}
	dbgshm__coder_free(pair.to);
	free(pair.from);
	free(pair.bytes);
}

static void
test_every_sequence_of_frames_comes_back(void **unused)
{
	unsigned long i;

	(void)unused;
	for (i = 0; i < sequences; i++)
		one_sequence(i);
}

/* Flipped, cut, spliced and made-up bytes: refused or decoded, never a crash. */
static void
test_hostile_bytes_do_no_harm(void **unused)
{
	struct load load = { .count = 0 };
	struct pair pair = pair_make(WORDS);
	size_t i, size, count, bytes;
	unsigned long refused = 0;

	(void)unused;
	state = seed | 1;
	load_grow(&load, WORDS);
	for (i = 0; i < sequences; i++) {
		load_step(&load);
		size = dbgshm_frame_encode(pair.to, load.words, load.count,
		    DBGSHM_FRAME_KEY, pair.bytes, pair.room);
		switch (any() % 3) {
		case 0:
			pair.bytes[any() % size] ^=
			    (unsigned char)(1u << any() % 8);
			break;
		case 1:
			size = any() % size;
			break;
		default:
			for (bytes = any() % 32; bytes > 0; bytes--)
				pair.bytes[any() % size] = (unsigned char)any();
			break;
		}
		if (decode_exact(pair.from, pair.bytes, size, &count) == 0)
			refused++;
		else
			assert_true(count <= WORDS);
		/* A key frame makes it good again. */
		size = dbgshm_frame_encode(pair.to, load.words, load.count,
		    DBGSHM_FRAME_KEY, pair.bytes, pair.room);
		assert_int_equal(
		    decode_exact(pair.from, pair.bytes, size, &count), size);
		assert_memory_equal(
		    dbgshm_frame_words(pair.from), load.words, 8 * WORDS);
	}
	assert_true(refused > sequences / 4);
	pair_free(&pair);
}

static void
test_a_cut_frame_is_refused(void **unused)
{
	struct load load = { .count = 0 };
	struct pair pair = pair_make(WORDS);
	size_t size, cut, count;

	(void)unused;
	state = seed | 1;
	load_grow(&load, WORDS);
	size = dbgshm_frame_encode(
	    pair.to, load.words, WORDS, 0, pair.bytes, pair.room);
	for (cut = 0; cut < size; cut++)
		assert_int_equal(
		    decode_exact(pair.from, pair.bytes, cut, &count), 0);
	pair_free(&pair);
}

static void
test_only_a_key_frame_can_be_first_or_shrink(void **unused)
{
	uint64_t words[2] = { 7, 8 };
	struct pair pair = pair_make(2);
	size_t size, count;

	(void)unused;
	assert_int_not_equal(
	    dbgshm_frame_encode(pair.to, words, 2, 0, pair.bytes, pair.room),
	    0);
	size = dbgshm_frame_encode(pair.to, words, 2, 0, pair.bytes, pair.room);
	assert_int_equal(decode_exact(pair.from, pair.bytes, size, &count), 0);
	assert_int_equal(
	    dbgshm_frame_encode(pair.to, words, 1, 0, pair.bytes, pair.room),
	    0);
	assert_int_not_equal(dbgshm_frame_encode(pair.to, words, 1,
				 DBGSHM_FRAME_KEY, pair.bytes, pair.room),
	    0);
	assert_int_equal(
	    dbgshm_frame_encode(pair.to, words, 3, 0, pair.bytes, pair.room),
	    0);
	pair_free(&pair);
}

/* Bytes that FORMAT.md says, made by hand. */
static void
test_frames_look_as_the_format_says(void **unused)
{
	static const struct {
		uint64_t word;
		unsigned char bytes[5];
		size_t size;
	} frames[] = {
		{ 5, { 0x03, 0x06, 0x04, 0xa4, 0x00 }, 5 }, /* a key frame */
		{ 6, { 0x02, 0x03, 0x02, 0x08 }, 4 },	    /* one more */
		{ 8, { 0x02, 0x10 }, 2 }, /* two more: the mask is known */
		{ 10, { 0x02, 0x03, 0x02, 0x00 },
		    4 }, /* as expected, no surprise */
		{ 12, { 0x02, 0x00 }, 2 },
	};
	struct pair pair = pair_make(1);
	size_t i, size, count;

	(void)unused;
	for (i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		size = dbgshm_frame_encode(
		    pair.to, &frames[i].word, 1, 0, pair.bytes, pair.room);
		assert_int_equal(size, frames[i].size);
		assert_memory_equal(pair.bytes, frames[i].bytes, size);
		assert_int_equal(decode_exact(pair.from, frames[i].bytes,
				     frames[i].size, &count),
		    size);
		assert_int_equal(
		    dbgshm_frame_words(pair.from)[0], frames[i].word);
	}
	pair_free(&pair);
}

/* Bits, lowest first, behind what is there. */
static void
bits_add(struct pair *pair, size_t *bit, uint64_t bits, unsigned count)
{
	for (; count > 0; count--, bits >>= 1, ++*bit) {
		if (*bit % 8 == 0)
			pair->bytes[*bit / 8] = 0;
		pair->bytes[*bit / 8] |=
		    (unsigned char)((bits & 1) << (*bit % 8));
	}
}

/* A key frame of one word, up to its mask. */
static size_t
bits_begin(struct pair *pair, bool raw, uint64_t octet)
{
	size_t bit = 0;

	bits_add(pair, &bit, 1 << 1 | 1, 8);
	bits_add(pair, &bit, raw, 1);
	if (raw)
		bits_add(pair, &bit, 1, 64);
	bits_add(pair, &bit, 1, 1);
	bits_add(pair, &bit, 1, 8);
	bits_add(pair, &bit, octet, 8);
	return (bit);
}

static size_t
bits_decode(struct pair *pair, size_t bit)
{
	size_t count;

	return (decode_exact(pair->from, pair->bytes, (bit + 7) / 8, &count));
}

static void
test_what_no_encoder_writes_is_refused(void **unused)
{
	struct pair pair = pair_make(WORDS);
	size_t bit;

	(void)unused;
	bit = bits_begin(&pair, false, 1); /* ones: 21, the longest number */
	bits_add(&pair, &bit, (1 << 21) - 1, 22);
	bits_add(&pair, &bit, UINT64_MAX, 64);
	assert_int_equal(bits_decode(&pair, bit), (bit + 7) / 8);
	bit = bits_begin(&pair, false, 1); /* one more */
	bits_add(&pair, &bit, (1 << 22) - 1, 23);
	bits_add(&pair, &bit, UINT64_MAX, 64);
	bits_add(&pair, &bit, 0, 64);
	assert_int_equal(bits_decode(&pair, bit), 0);
	bit = bits_begin(&pair, false, 2); /* a word behind the last */
	bits_add(&pair, &bit, 0, 64);
	assert_int_equal(bits_decode(&pair, bit), 0);
	bit = bits_begin(&pair, true, 1); /* the highest byte of a raw word */
	bits_add(&pair, &bit, 7, 6);
	bits_add(&pair, &bit, 0xab, 8);
	assert_int_equal(bits_decode(&pair, bit), (bit + 7) / 8);
	assert_int_equal(
	    dbgshm_frame_words(pair.from)[0], UINT64_C(0xab) << 56);
	bit = bits_begin(&pair, true, 1); /* and one more */
	bits_add(&pair, &bit, 6 | 2 << 3, 6);
	bits_add(&pair, &bit, 0xabcd, 64);
	assert_int_equal(bits_decode(&pair, bit), 0);
	bit = bits_begin(&pair, true, 1); /* four places of a double */
	bits_add(&pair, &bit, 7 | 5 << 3, 6);
	bits_add(&pair, &bit, 0, 64);
	assert_int_equal(bits_decode(&pair, bit), 0);
	pair_free(&pair);
}

/* A double that is a decimal fraction, as one made by hand. */
static void
test_decimal_fractions_look_as_the_format_says(void **unused)
{
	struct pair pair = pair_make(1);
	size_t bit;

	(void)unused;
	bit = bits_begin(&pair, true, 1);
	bits_add(&pair, &bit, 7 | 3 << 3, 6); /* two places */
	bits_add(&pair, &bit, 7, 4);	      /* 3 + 1 times three bits */
	bits_add(&pair, &bit, 2 * 1234 - 1, 12);
	assert_int_equal(bits_decode(&pair, bit), (bit + 7) / 8);
	assert_int_equal(dbgshm_frame_words(pair.from)[0], bits_of(-12.34));
	/* By 1235 hundredths more than -1234, cut to -123 tenths: 0.1. */
	pair.bytes[0] = 1 << 1;
	bit = 8;
	bits_add(&pair, &bit, 1, 1);
	bits_add(&pair, &bit, 1, 8);
	bits_add(&pair, &bit, 1, 8);
	bits_add(&pair, &bit, 7 | 2 << 3, 6);
	bits_add(&pair, &bit, 3, 3);
	bits_add(&pair, &bit, 2 * 124, 9);
	assert_int_equal(bits_decode(&pair, bit), (bit + 7) / 8);
	assert_int_equal(dbgshm_frame_words(pair.from)[0], bits_of(0.1));
	pair_free(&pair);
}

/* Each of them, and those beside them that are none, come back to the bit. */
static void
test_decimal_fractions_are_short(void **unused)
{
	static const double tens[] = { 1, 10, 100, 1000 };
	struct pair pair = pair_make(1);
	uint64_t word, number;
	size_t places, size, count, longest, i;
	int beside;

	(void)unused;
	state = seed | 1;
	dbgshm_coder_raw(pair.to, 0);
	for (places = 0; places < 4; places++) {
		longest = 0;
		for (i = 0, number = 1000000; i < 20000; i++) {
			number += any() % 64 - 32;
			for (beside = 0; beside <= 2; beside++) {
				word = bits_of((double)number / tens[places]);
				if (beside != 0)
					word += beside == 1 ? 1 : -UINT64_C(1);
				size = dbgshm_frame_encode(pair.to, &word, 1, 0,
				    pair.bytes, pair.room);
				if (beside == 0 && i > 20 && size > longest)
					longest = size;
				assert_int_equal(decode_exact(pair.from,
						     pair.bytes, size, &count),
				    size);
				assert_int_equal(
				    dbgshm_frame_words(pair.from)[0], word);
			}
		}
		assert_in_range(longest, 3, 6);
	}
	pair_free(&pair);
}

static void
test_idle_words_cost_nearly_nothing(void **unused)
{
	enum { MANY = 6400 };
	uint64_t *words = calloc(MANY, sizeof(*words));
	struct pair pair = pair_make(MANY);
	size_t i;

	(void)unused;
	for (i = 0; i < MANY; i++)
		words[i] = i * i;
	(void)dbgshm_frame_encode(
	    pair.to, words, MANY, 0, pair.bytes, pair.room);
	assert_true(dbgshm_frame_encode(pair.to, words, MANY, 0, pair.bytes,
			pair.room) <= 3 + MANY / 64 / 8 + 1);
	free(words);
	pair_free(&pair);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_a_key_frame_can_be_first_or_shrink),
		cmocka_unit_test(test_a_cut_frame_is_refused),
		cmocka_unit_test(test_frames_look_as_the_format_says),
		cmocka_unit_test(test_what_no_encoder_writes_is_refused),
		cmocka_unit_test(
		    test_decimal_fractions_look_as_the_format_says),
		cmocka_unit_test(test_decimal_fractions_are_short),
		cmocka_unit_test(test_idle_words_cost_nearly_nothing),
		cmocka_unit_test(test_every_sequence_of_frames_comes_back),
		cmocka_unit_test(test_hostile_bytes_do_no_harm),
	};

	if (argc > 1)
		sequences = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	printf("%lu sequences, seed %lu\n", sequences, seed);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
