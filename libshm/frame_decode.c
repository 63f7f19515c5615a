/*
 * frame_decode.c - words from the bytes that frame.c made of them, or from any.
 */
#include "coder.h"
#include "decimal.h"
#include "varint.h"

/* Word i has this value, and what is expected next. */
static inline void
learn(struct group *group, unsigned i, uint64_t value)
{
	uint64_t bit = UINT64_C(1) << i, step = value - group->last[i];
	bool again = (group->moved & bit) != 0 && step != 0;

	group->last[i] = value;
	group->expected[i] = again ? value + step : value;
	group->moved = (group->moved & ~bit) |
	    (step != 0 && (group->raw & bit) == 0 ? bit : 0);
}

/* ---- reading bits ---------------------------------------------------------------- */

struct bits_in {
	const unsigned char *at, *end;
	uint64_t pending;
	unsigned filled;
	bool bad; /* it has ended */
};

/* As many bits as there are, at least 56 but at the end. */
static inline void
refill(struct bits_in *in)
{
	uint64_t next;

	if (__builtin_expect(in->end - in->at >= 8, 1)) {
		memcpy(&next, in->at, sizeof(next));
		in->pending |= next << in->filled;
		in->at += (63 - in->filled) / 8;
		in->filled |= 56;
		return;
	}
	while (in->filled <= 56 && in->at < in->end) {
		in->pending |= (uint64_t)*in->at++ << in->filled;
		in->filled += 8;
	}
}

/* count: at most 56. */
static inline uint64_t
get(struct bits_in *in, unsigned count)
{
	uint64_t bits;

	if (in->filled < count)
		refill(in);
	if (in->filled < count) {
		in->bad = true;
		return (0);
	}
	bits = in->pending & ((UINT64_C(1) << count) - 1);
	in->pending >>= count;
	in->filled -= count;
	return (bits);
}

static uint64_t
get_word(struct bits_in *in, unsigned count)
{
	uint64_t low;

	if (count <= 32)
		return (get(in, count));
	low = get(in, 32);
	return (low | get(in, count - 32) << 32);
}

static inline uint64_t
get_number(struct bits_in *in)
{
	unsigned steps;

	if (in->filled < NUMBER_STEPS)
		refill(in);
	steps = (unsigned)__builtin_ctzll(~in->pending | UINT64_C(1) << 63) + 1;
	if (steps > NUMBER_STEPS || steps > in->filled) {
		in->bad = true;
		return (0);
	}
	(void)get(in, steps);
	return (get_word(in, 3 * steps > 64 ? 64 : 3 * steps));
}

/* The double that is next to whole / 10^places. */
static uint64_t
decimal_bits(uint64_t whole, unsigned places)
{
	double value = (double)(int64_t)whole / (double)decimal_tens[places];
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return (bits);
}

static inline uint64_t
get_raw(struct bits_in *in, uint64_t expected)
{
	unsigned code = (unsigned)get(in, 6), below = code & 7,
		 bytes = (code >> 3) + 1, places = bytes - 2;

	if (below == 7 && bytes > 1 && places <= DECIMAL_PLACES)
		return (decimal_bits(decimal_near(expected, places) +
			varint_signed(get_number(in)),
		    places));
	if (below + bytes > 8) {
		in->bad = true;
		return (0);
	}
	return (expected ^ get_word(in, 8 * bytes) << (8 * below));
}

/* ---- decoding ---------------------------------------------------------------------- */

static uint64_t
get_count(struct bits_in *in)
{
	size_t size = (size_t)(in->end - in->at), used;
	uint64_t value;

	used =
	    varint_get(in->at, size < VARINT_MAX ? size : VARINT_MAX, &value);
	in->at += used;
	in->bad = used == 0;
	return (used == 0 ? 0 : value);
}

static uint64_t
get_mask(struct bits_in *in)
{
	uint64_t octets = get(in, 8), mask = 0;

	for (; octets != 0; octets &= octets - 1)
		mask |= get(in, 8) << (8 * __builtin_ctzll(octets));
	return (mask);
}

static inline void
decode_group(struct dbgshm_coder *coder, size_t number, uint64_t surprising,
    struct bits_in *in)
{
	struct group group = group_of(coder, number);
	uint64_t left = surprising | group.moved, value;
	unsigned i;

	for (; left != 0; left &= left - 1) {
		i = (unsigned)__builtin_ctzll(left);
		value = group.expected[i];
		if ((surprising >> i & 1) == 0)
			;
		else if ((group.raw >> i & 1) != 0)
			value = get_raw(in, value);
		else
			value += varint_signed(get_number(in));
		learn(&group, i, value);
	}
	coder->moved[number] = group.moved;
}

size_t
dbgshm_frame_decode(
    struct dbgshm_coder *coder, const void *bytes, size_t size, size_t *count)
{
	struct bits_in in = { bytes, (const unsigned char *)bytes + size, 0, 0,
		false };
	uint64_t head = get_count(&in), surprising;
	size_t group, inside, first, words = (size_t)(head >> 1);

	if (in.bad || words > coder->room ||
	    ((head & 1) == 0 && (coder->count == 0 || words < coder->count)))
		return (0);
	if ((head & 1) != 0)
		forget(coder);
	first = coder->count;
	for (group = first_new(first, words);
	     group < groups_of(words) && !in.bad; group++)
		coder->raw[group] = get(&in, 1) != 0 ? get_word(&in, 64) : 0;
	coder->count = words;
	for (group = 0; group < groups_of(words) && !in.bad; group++) {
		inside = words - group * GROUP;
		surprising = suspects(coder, group) ^
		    (get(&in, 1) != 0 ? get_mask(&in) : 0);
		remember(coder, group, surprising);
		if (inside < GROUP && surprising >> inside != 0) {
			in.bad = true;
		} else if ((surprising | coder->moved[group]) != 0) {
			touch(coder, group);
			decode_group(coder, group, surprising, &in);
		}
	}
	settle(coder, first);
	if (in.bad)
		return (0);
	*count = words;
	/* Whole bytes that were looked at but not used. */
	return ((size_t)(in.at - (const unsigned char *)bytes) - in.filled / 8);
}
