/*
 * look.h - which metrics of a node are hidden, kept from one picture to the next.
 *
 * Among thousands only those that have never moved are looked at again; one that
 * moves once stays.  Who shows them sees by the version whether anything is
 * different.
 */
#ifndef LOOK_H
#define LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What it depends on. */
struct look_of {
	uint64_t schema; /* model.schema */
	uint64_t node;
	uint8_t level;
	bool zeros, all, flat;
};

struct look {
	struct look_of of; /* schema 0: nothing yet */
	uint64_t version;  /* 0: it is not kept */
	size_t hidden;	   /* by their level */
	size_t idle;	   /* as they have never been anything but zero... */
	uint32_t *asleep;  /* ...which ones: numbers among those of the node */
	size_t room;
	bool spread, rates; /* of the others: histograms, numbers with rates */
};

#endif
