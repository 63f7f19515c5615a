/*
 * decimal.h - doubles that are decimal fractions, as whole numbers.
 *
 * 12.34 has 52 bits that look like noise, 1234 has few that change.  No floating
 * point is used here: its rounding, traps and flags belong to the program.
 */
#ifndef DECIMAL_H
#define DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#define DECIMAL_PLACES 3 /* behind the point, at most: products stay below 2^63 */
#define DECIMAL_HIDDEN (UINT64_C(1) << 52)
#define DECIMAL_WHOLE (UINT64_C(1) << 53) /* below that doubles are exact */
#define DECIMAL_ONE 1075 /* exponent of a double whose lowest bit is one */

static const uint64_t decimal_tens[DECIMAL_PLACES + 1] = { 1, 10, 100, 1000 };

static inline uint64_t
decimal_product(uint64_t bits, unsigned places)
{
	return (((bits & (DECIMAL_HIDDEN - 1)) | DECIMAL_HIDDEN) *
	    decimal_tens[places]);
}

/* How far that product is to be shifted right to be the value x 10^places.  Only
 * 1 to 63 are of use: what is no number, too large, or much less than a
 * thousandth has others. */
static inline unsigned
decimal_shift(uint64_t bits)
{
	return (DECIMAL_ONE - (unsigned)(bits >> 52 & 0x7ff));
}

/* value x 10^places, cut; 0 where there is no such number. */
static inline uint64_t
decimal_near(uint64_t bits, unsigned places)
{
	unsigned shift = decimal_shift(bits);
	uint64_t number;

	if (shift - 1 >= 63)
		return (0);
	number = decimal_product(bits, places) >> shift;
	return (bits >> 63 != 0 ? -number : number);
}

/* Is the value the double that is next to whole / 10^places?  Those two then
 * give its bits back. */
static inline bool
decimal_exact(uint64_t bits, unsigned places, uint64_t *whole)
{
	unsigned shift = decimal_shift(bits);
	uint64_t product, number, off;

	if (shift - 1 >= 63) {
		*whole = 0;
		return (bits == 0);
	}
	product = decimal_product(bits, places);
	number = (product + (UINT64_C(1) << (shift - 1))) >> shift;
	off = (number << shift) - product;
	if (off >> 63 != 0)
		off = -off;
	/* Less than half of the way to the next double; below a power of two
	 * that is nearer, so nothing is taken there that is not the same. */
	if ((bits & (DECIMAL_HIDDEN - 1)) == 0
		? off != 0
		: 2 * off >= decimal_tens[places])
		return (false);
	*whole = bits >> 63 != 0 ? -number : number;
	return (number != 0 && number < DECIMAL_WHOLE);
}

#endif
