/*
 * marks.h - the sign in the margin of a line: one of them, the gravest first.
 */
#ifndef MARKS_H
#define MARKS_H

#include "screen.h"

bool marks_alert(
    const struct scene *, uint64_t profile, uint64_t object);
	/* An alert about this metric or row has not ended yet. */

char marks_own(const struct view *, uint64_t address);
	/* '*' marked, '^' pinned, 0 neither. */

#endif
