/*
 * when.h - a moment as people type it.
 */
#ifndef VIEWER_WHEN_H
#define VIEWER_WHEN_H

#include <stdint.h>

uint64_t when_now(void); /* ns since 1970 */

int when_parse(const char *text, uint64_t now_real_ns, uint64_t *real_ns);
	/* "10m" or "-10m" (ago; ms, s, m, h, d), "12:03" or "12:03:11" (the last
	 * time that local clocks showed it), "2026-01-31T12:03:11Z" (or with
	 * +01:00, or local without), "2026-01-31", "@1769860991.5".  -1: none of
	 * them. */

#endif
