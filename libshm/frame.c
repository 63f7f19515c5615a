/*
 * frame.c - the coder of frames.
 *
 * A word is expected to stay as it is; one that has changed twice in a row is
 * expected to change again by as much.  What does not come as expected is coded
 * as the difference (raw words: as the bytes that differ, or as the difference of
 * two decimal fractions).  Which words those are is expected as well: those that
 * were it in both of the last two frames.  Three levels of bits say which are it
 * contrary to that: one bit for each group of 64, eight for the octets of such a
 * group, eight for the words of such an octet.
 *
 * A difference of b bits, made positive (0 -1 1 -2 2 ... -> 0 1 2 3 4 ...),
 * takes n = ceil(b / 3) times four bits: n - 1 ones, a zero, and 3n bits of it.
 * Of all codes that were tried on recorded counters and on noise this is the
 * shortest one that needs no table.
 */
#include "coder.h"
#include "decimal.h"
#include "varint.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define NUMBER_BITS 88 /* the longest code of a number: 22 + 66 bits */

size_t
dbgshm_coder_size(size_t words)
{
	if (words > DBGSHM_FRAME_WORDS_MAX)
		return (0);
	return (sizeof(struct dbgshm_coder) + 8 * GROUP * 2 * groups_of(words) +
	    flags_size(words));
}

struct dbgshm_coder *
dbgshm_coder_init(void *memory, size_t words)
{
	memset(memory, 0, dbgshm_coder_size(words));
	return (dbgshm__coder_place(memory, words));
}

struct dbgshm_coder *
dbgshm__coder_place(void *zeros, size_t words)
{
	struct dbgshm_coder *coder = zeros;
	size_t groups = groups_of(words);

	coder->last = (uint64_t *)(void *)(coder + 1);
	coder->expected = coder->last + GROUP * groups;
	place_flags(coder, coder->expected + GROUP * groups, words);
	return (coder);
}

void
dbgshm_coder_raw(struct dbgshm_coder *coder, size_t word)
{
	if (word < coder->room)
		coder->raw[word / GROUP] |= UINT64_C(1) << (word % GROUP);
}

const uint64_t *
dbgshm_frame_words(const struct dbgshm_coder *coder)
{
	return (coder->last);
}

size_t
dbgshm_frame_bound(size_t words)
{
	/* The group's bit, its raw bit and word, octets, masks, words; and what
	 * the writer of bits stores past its end. */
	return (VARINT_MAX +
	    groups_of(words) *
		((2 + 64 + 8 + 64 + GROUP * NUMBER_BITS) / 8 + 1) +
	    16);
}

/* ---- writing bits, lowest first --------------------------------------------- */

struct bits_out {
	unsigned char *at;
	uint64_t pending;
	unsigned filled; /* bits of it, below 8 between calls */
};

/* count: at most 56, and no bits above them. */
static inline void
put(struct bits_out *out, uint64_t bits, unsigned count)
{
	out->pending |= bits << out->filled;
	out->filled += count;
	memcpy(out->at, &out->pending, sizeof(out->pending));
	out->at += out->filled / 8;
	out->pending >>= out->filled & ~7u;
	out->filled %= 8;
}

static inline void
put_word(struct bits_out *out, uint64_t word, unsigned count)
{
	if (count > 32) {
		put(out, word & UINT32_MAX, 32);
		word >>= 32;
		count -= 32;
	}
	put(out, word, count);
}

/* Some bits, then a number that is not 0. */
static inline void
put_after(struct bits_out *out, uint64_t bits, unsigned count, uint64_t number)
{
	unsigned bit = 63 ^ (unsigned)__builtin_clzll(number);
	unsigned ones = bit * 43 >> 7; /* a third */

	if (__builtin_expect(ones <= (52 - count) / 4, 1)) {
		/* The lowest one, less one, is a zero above ones. */
		number = ((2 * number + 1) << ones) - 1;
		put(out, number << count | bits, 4 * ones + 4 + count);
		return;
	}
	put(out, ((UINT64_C(1) << ones) - 1) << count | bits, ones + 1 + count);
	put_word(out, number, ones == 21 ? 64 : 3 * ones + 3);
}

#define NO_NUMBER UINT64_MAX

/* With other places than before, which are tried in turn. */
static __attribute__((noinline)) bool
decimal_probe(struct dbgshm_coder *coder, uint64_t value, uint64_t *whole)
{
	coder->probe = coder->probe == DECIMAL_PLACES ? 0 : coder->probe + 1;
	if (!decimal_exact(value, coder->probe, whole))
		return (false);
	coder->places = coder->probe;
	return (true);
}

/* By how much a decimal fraction differs from what was expected.  NO_NUMBER: it
 * is none, or that would take more bits than there are. */
static inline uint64_t
decimal_number(struct dbgshm_coder *coder, uint64_t value, uint64_t expected,
    unsigned bits)
{
	uint64_t whole, number;

	if (__builtin_expect(!decimal_exact(value, coder->places, &whole), 0) &&
	    !decimal_probe(coder, value, &whole))
		return (NO_NUMBER);
	number = varint_positive(whole - decimal_near(expected, coder->places));
	return (number >> (bits * 3 / 4) == 0 ? number : NO_NUMBER);
}

/* The bytes that differ: how many unchanged below, how many, which.  Or by how
 * much a decimal fraction does, when that is shorter. */
static inline void
put_raw(struct dbgshm_coder *coder, struct bits_out *out, uint64_t value,
    uint64_t expected)
{
	uint64_t changed = value ^ expected, number = NO_NUMBER;
	unsigned below = (unsigned)__builtin_ctzll(changed) / 8;
	unsigned bytes = 8 - below - (unsigned)__builtin_clzll(changed) / 8;

	if (bytes > 2)
		number = decimal_number(coder, value, expected, 8 * bytes);
	if (number != NO_NUMBER) {
		if (number != 0)
			put_after(out, RAW_DECIMAL(coder->places), 6, number);
		else
			put(out, RAW_DECIMAL(coder->places), 6 + 4);
		return;
	}
	put(out, below | (bytes - 1) << 3, 6);
	put_word(out, changed >> (8 * below), 8 * bytes);
}

/* ---- encoding ------------------------------------------------------------------ */

#if defined(__SSE2__)
static inline __m128i
two(const uint64_t *words)
{
	return (_mm_loadu_si128((const __m128i *)(const void *)words));
}

/* Of four words, 16 bits of ones for each half that is the same. */
static inline __m128i
same_halves(const uint64_t *a, const uint64_t *b)
{
	return (_mm_packs_epi32(_mm_cmpeq_epi32(two(a), two(b)),
	    _mm_cmpeq_epi32(two(a + 2), two(b + 2))));
}

/* Of eight words, 16 bits of ones for each that is the same. */
static inline __m128i
same_words(const uint64_t *a, const uint64_t *b)
{
	__m128i halves =
	    _mm_packs_epi16(same_halves(a, b), same_halves(a + 4, b + 4));

	return (_mm_cmpeq_epi16(halves, _mm_set1_epi16(-1)));
}
#endif

/* The words of a group that are not as expected; quiet: probably none. */
static inline uint64_t
surprises(
    const uint64_t *words, const uint64_t *expected, size_t count, bool quiet)
{
	uint64_t found = 0;
	size_t i = 0;

	(void)quiet;
#if defined(__SSE2__)
	__m128i same, any = _mm_setzero_si128();

	if (quiet && count == GROUP) {
		for (; i < GROUP; i += 2)
			any = _mm_or_si128(any,
			    _mm_xor_si128(two(words + i), two(expected + i)));
		if (_mm_movemask_epi8(
			_mm_cmpeq_epi8(any, _mm_setzero_si128())) == 0xffff)
			return (0);
		i = 0;
	}
	for (; i + 16 <= count; i += 16) {
		same = _mm_packs_epi16(same_words(words + i, expected + i),
		    same_words(words + i + 8, expected + i + 8));
		found |= (uint64_t)(~_mm_movemask_epi8(same) & 0xffff) << i;
	}
#endif
	for (; i < count; i++)
		found |= (uint64_t)(words[i] != expected[i]) << i;
	return (found);
}

#define SEVENS UINT64_C(0x7f7f7f7f7f7f7f7f)
#define GATHER UINT64_C(0x0102040810204080)

static inline void
put_mask(struct bits_out *out, uint64_t mask)
{
	uint64_t octets, left, bits = 0;
	unsigned count = 0;

	/* The top bit of each octet that is not zero, then all to one side. */
	octets = ((mask & SEVENS) + SEVENS) | mask;
	octets = (octets & ~SEVENS) / 128 * GATHER >> 56;
	put(out, octets, 8);
	if (octets == 0xff) {
		put_word(out, mask, 64);
		return;
	}
	for (left = octets; left != 0; left &= left - 1) {
		bits |= (mask >> (8 * __builtin_ctzll(left)) & 0xff) << count;
		count += 8;
	}
	put(out, bits, count);
}

/* What learn() of frame_decode.c does, without asking what is known. */
static inline void
put_word_of(const struct group *group, const uint64_t *words, size_t i,
    uint64_t *now, struct bits_out *out)
{
	uint64_t word = words[i], step = word - group->last[i];

	put_after(out, 0, 0, varint_positive(word - group->expected[i]));
	if (__builtin_expect(step == 0, 0))
		*now &= ~(UINT64_C(1) << i); /* it has stopped */
	group->last[i] = word;
	group->expected[i] = word + ((group->moved >> i & 1) != 0 ? step : 0);
}

/* The words of a group in which no raw word is surprising.  On its own, so that
 * all of it finds room in registers. */
static __attribute__((noinline)) uint64_t
put_numbers(struct group group, const uint64_t *words, uint64_t surprising,
    struct bits_out *out)
{
	struct bits_out bits = *out;
	uint64_t left, now = surprising;

	for (left = surprising; left != 0; left &= left - 1)
		put_word_of(
		    &group, words, (size_t)__builtin_ctzll(left), &now, &bits);
	*out = bits;
	return (now);
}

static __attribute__((noinline)) uint64_t
put_mixed(struct dbgshm_coder *coder, struct group group, const uint64_t *words,
    uint64_t surprising, struct bits_out *out)
{
	struct bits_out bits = *out;
	uint64_t left, now = surprising & ~group.raw;
	size_t i;

	for (left = surprising; left != 0; left &= left - 1) {
		i = (size_t)__builtin_ctzll(left);
		if ((group.raw >> i & 1) == 0) {
			put_word_of(&group, words, i, &now, &bits);
			continue;
		}
		put_raw(coder, &bits, words[i], group.expected[i]);
		group.last[i] = group.expected[i] = words[i];
	}
	*out = bits;
	return (now);
}

static inline void
encode_group(struct dbgshm_coder *coder, struct group group,
    const uint64_t *words, size_t number, uint64_t surprising,
    struct bits_out *out)
{
	uint64_t left, now, step;
	size_t i;

	now = (surprising & group.raw) == 0
	    ? put_numbers(group, words, surprising, out)
	    : put_mixed(coder, group, words, surprising, out);
	for (left = group.moved & ~surprising; left != 0; left &= left - 1) {
		i = (size_t)__builtin_ctzll(left);
		step = words[i] - group.last[i];
		group.last[i] = words[i];
		group.expected[i] = words[i] + step;
		now |= (uint64_t)(step != 0) << i;
	}
	coder->moved[number] = now;
}

size_t
dbgshm_frame_encode(struct dbgshm_coder *coder, const uint64_t *words,
    size_t count, unsigned flags, void *bytes, size_t room)
{
	bool key = (flags & DBGSHM_FRAME_KEY) != 0 || coder->count == 0;
	struct bits_out out = { bytes, 0, 0 };
	size_t group, inside, first;
	struct group known;
	uint64_t surprising, mask;

	if (count > coder->room || room < dbgshm_frame_bound(count) ||
	    (!key && count < coder->count))
		return (0);
	if (key)
		forget(coder);
	out.at += varint_put(out.at, (uint64_t)count << 1 | key);
	first = coder->count;
	for (group = first_new(first, count); group < groups_of(count);
	     group++) {
		put(&out, coder->raw[group] != 0, 1);
		if (coder->raw[group] != 0)
			put_word(&out, coder->raw[group], 64);
	}
	coder->count = count;
	for (group = 0; group < groups_of(count); group++) {
		if (coder->slots != NULL && coder->slots[group] == 0) {
			put(&out, 0, 1); /* they have always been zero */
			continue;
		}
		known = group_of(coder, group);
		inside = count - group * GROUP;
		surprising = surprises(words + group * GROUP, known.expected,
		    inside < GROUP ? inside : GROUP,
		    coder->surprised[group] == 0);
		mask = surprising ^ suspects(coder, group);
		put(&out, mask != 0, 1);
		if (mask != 0)
			put_mask(&out, mask);
		remember(coder, group, surprising);
		if ((surprising | known.moved) == 0)
			continue;
		touch(coder, group);
		encode_group(coder, known, words + group * GROUP, group,
		    surprising, &out);
	}
	settle(coder, first);
	if (out.filled != 0)
		out.at++;
	return ((size_t)(out.at - (unsigned char *)bytes));
}
