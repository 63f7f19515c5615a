/*
 * varint.h - numbers of seven bits a byte, the lowest first; the top bit says
 * that more follow.  Signed ones: 0 -1 1 -2 2 ... as 0 1 2 3 4 ...
 */
#ifndef VARINT_H
#define VARINT_H

#include <stddef.h>
#include <stdint.h>

#define VARINT_BYTES 10 /* of the largest */

static inline uint64_t
varint_positive(uint64_t value)
{
	return ((value << 1) ^ (uint64_t)((int64_t)value >> 63));
}

static inline uint64_t
varint_signed(uint64_t positive)
{
	return ((positive >> 1) ^ -(positive & 1));
}

/* Returns the bytes used. */
static inline size_t
varint_put(unsigned char *at, uint64_t value)
{
	size_t size = 0;

	while (value >= 128) {
		at[size++] = (unsigned char)(value | 128);
		value >>= 7;
	}
	at[size++] = (unsigned char)value;
	return (size);
}

/* Returns the bytes used; 0 when it does not end within size. */
static inline size_t
varint_get(const unsigned char *at, size_t size, uint64_t *value)
{
	size_t i;

	*value = 0;
	for (i = 0; i < size && i < VARINT_BYTES; i++) {
		*value |= (uint64_t)(at[i] & 127) << (7 * i);
		if ((at[i] & 128) == 0)
			return (i + 1);
	}
	return (0);
}

#endif
