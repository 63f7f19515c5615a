/*
 * rec_sum.c - the checksum of recordings: CRC-32C.
 */
#include "rec_sum.h"

#include <endian.h>
#include <string.h>

#define POLYNOMIAL UINT32_C(0x82f63b78)

void
rec_sum_init(struct rec_sum *sum)
{
	uint32_t value, before;
	unsigned i, bit;

	for (i = 0; i < 256; i++) {
		value = i;
		for (bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (POLYNOMIAL & (0 - (value & 1)));
		sum->tables[0][i] = value;
	}
	for (i = 0; i < 7 * 256; i++) {
		before = sum->tables[i / 256][i % 256];
		sum->tables[i / 256 + 1][i % 256] =
		    before >> 8 ^ sum->tables[0][before & 255];
	}
}

uint32_t
rec_sum_add(
    const struct rec_sum *sum, uint32_t before, const void *bytes, size_t size)
{
	const uint32_t(*tables)[256] = sum->tables;
	const unsigned char *at = bytes;
	uint32_t value = ~before;
	uint64_t word;

	for (; size >= 8; size -= 8, at += 8) {
		memcpy(&word, at, 8);
		word = le64toh(word) ^ value;
		value = tables[7][word & 255] ^ tables[6][word >> 8 & 255] ^
		    tables[5][word >> 16 & 255] ^ tables[4][word >> 24 & 255] ^
		    tables[3][word >> 32 & 255] ^ tables[2][word >> 40 & 255] ^
		    tables[1][word >> 48 & 255] ^ tables[0][word >> 56];
	}
	for (; size > 0; size--)
		value = value >> 8 ^ tables[0][(value ^ *at++) & 255];
	return (~value);
}
