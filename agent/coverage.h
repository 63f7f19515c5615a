/*
 * coverage.h - which parts of a process could be read, and why not the others.
 */
#ifndef COVERAGE_H
#define COVERAGE_H

#include "subject.h"

struct coverage *coverage_create(void); /* NULL and errno */
void coverage_free(struct coverage *);	/* NULL is fine */

void coverage_set(struct coverage *, enum subject_part, int error,
    const char *reason, uint64_t now_ns, uint64_t cost_ns);
	/* error 0: it was read, at cost_ns.  reason: a constant text, or NULL:
	 * from the error. */

int coverage_show(struct coverage *, struct dbgshm_region *);
	/* Makes the profile, with all that was set before; so that it comes
	 * after the others.  -1 and errno. */

#endif
