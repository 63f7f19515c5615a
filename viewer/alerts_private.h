/*
 * alerts_private.h - what the files of alerts share.
 */
#ifndef VIEWER_ALERTS_PRIVATE_H
#define VIEWER_ALERTS_PRIVATE_H

#include "alerts.h"

/* Something that was found. */
struct alerts_finding {
	uint8_t severity;
	const char *rule; /* tells it from others about the same object */
	const struct model_profile *profile; /* NULL: the target */
	const struct model_row *row;	     /* NULL: all of the profile */
	const char *name; /* of what it is, beside the row; "" */
	const char *what;
	uint64_t since_real_ns; /* 0: from now on, or unknown */
	uint64_t ended_real_ns; /* 0: it goes on */
};

void alerts_raise(struct alerts *, const struct alerts_finding *);

bool alerts_grew(struct alerts *, const char *rule, uint64_t profile,
    uint64_t value, uint64_t *since_real_ns);
	/* A number that only grows has grown since the last look, or did so
	 * lately.  The first look finds nothing. */

uint64_t alerts_now(const struct alerts *); /* real: of the model */

void alerts_find(struct alerts *, const struct model *);
	/* alerts_find.c: raises all that there is. */

#define ALERTS_LATELY_NS (60 * UINT64_C(1000000000))
	/* What happens at a moment goes on for that long. */
#define ALERTS_KEPT_NS (900 * UINT64_C(1000000000))
	/* What has ended stays listed: somebody comes back from a break. */

#endif
