/*
 * rec_sum.h - the checksum of recordings: CRC-32C.
 *
 * The polynomial is Castagnoli's, 0x1edc6f41 (as in RFC 3720, appendix B.4; here
 * with its bits the other way round), which finds every flip of up to three bits
 * in what one chunk can hold.  Eight bytes at a time, by eight tables.
 */
#ifndef KIT_REC_SUM_H
#define KIT_REC_SUM_H

#include <stddef.h>
#include <stdint.h>

struct rec_sum {
	uint32_t tables[8][256];
};

void rec_sum_init(struct rec_sum *sum);
uint32_t rec_sum_add(
    const struct rec_sum *sum, uint32_t before, const void *bytes, size_t size);
	/* before: 0, or the checksum of what stands before the bytes. */

#endif
