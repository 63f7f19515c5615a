/*
 * quantity.h - a number with its unit, as people type it and as we print it.
 *
 *	12  -1.5  1e6  2k  5M        plain, thousands
 *	10ms  2s  5m  3h  1d  2m03s  durations, in nanoseconds
 *	512B  4KiB  4Ki  1.5MB       bytes, by 1024 and by 1000
 *	50%                          its number: 50
 *	1.2MiB/s                     of a second: the same without it
 */
#ifndef KIT_QUANTITY_H
#define KIT_QUANTITY_H

#include <stddef.h>

enum quantity {
	QUANTITY_OK,
	QUANTITY_NO_NUMBER,    /* it does not begin with one */
	QUANTITY_UNKNOWN_UNIT, /* what follows is no unit */
};

enum quantity quantity_parse(const char *text, size_t length, double *value);
	/* The whole of text[0..length).  The value is left alone on failure. */

#define QUANTITY_UNITS "ns us ms s m h d, B KiB MiB GiB KB MB GB, k M G, %"

#endif
