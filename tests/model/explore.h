/*
 * explore.h - all executions of a few threads under a weak memory model.
 *
 * The model is that of RC11 without load buffering, told by views: each word has
 * all values that were ever stored to it, in an order; each thread has a view,
 * how far along each word it has got, and may read anything from there on; what
 * is stored with release carries the view of its thread along, and who reads it
 * with acquire takes that over.  A plain store to a watched word is found by
 * comparing, and counts as a relaxed one.
 *
 * A program is writers, which are coroutines and run the library's own code, and
 * a reader, which is the library's reader with its pread(2) replaced: the words
 * of one pread are read in no order, and each pread ends with an acquire fence.
 * Since no writer looks at what a reader does, the reader runs last: it may still
 * read what was there first.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "hooks.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct program {
	const char *name;
	const char *look; /* which of the library's readers */
	void (*setup)(void);	 /* once: what is watched and kept */
	void (*writers[3])(void); /* of one: run only once, for all readers */
	void (*between)(void);	  /* before the reader, when all writers are done */
	void (*reader)(void);
	bool ordered;		  /* a writer begins when the one before ends:
		it waits for a word that that one stores last */
	bool goes_on;		  /* what is private to the writer goes on, so
		that nothing is put back at the end; of one writer only */
	bool deaths;		  /* the process may die at any store */
	unsigned (*phase)(unsigned pread, uint64_t offset); /* what belongs
		together; NULL: each pread of watched words */
	bool (*wants)(unsigned pread, uint64_t offset); /* NULL: all words; of
		others the reader gets nothing that makes sense */
};

/* Words, each of so many bytes, from at to end. */
void explore_watch(void *at, size_t size, unsigned word);
/* Memory that each execution finds as it is now. */
void explore_keep(void *at, size_t size);
void explore_forget(void); /* all of these */
/* The program says that something is wrong; the execution ends there. */
void explore_wrong(const char *what, uint64_t a, uint64_t b);
#define WRONG_UNLESS(e, a, b)                                              \
	do {                                                               \
		if (!(e)) {                                                \
			explore_wrong(#e, (uint64_t)(a), (uint64_t)(b));   \
			return;                                            \
		}                                                          \
	} while (0)
unsigned explore_choose(unsigned count);
void explore_leave(unsigned operations, jmp_buf away); /* this writer jumps
	there before its n-th operation from now on that looks or stores */
bool explore_dead(void); /* this execution's process has died */
void explore_latest(void); /* the reader reads what is newest from now on */
void explore_take_over(void *at, size_t size); /* plain reads: is all that was
	stored there known to this thread? */
void explore_mapping(const void *base, uint64_t size); /* what pread reads */
extern unsigned explore_preads; /* of this reader so far */
extern unsigned explore_phases; /* of the last reader without a weakening */

/* What is taken out, to see it caught. */
enum weakening {
	NOTHING,
	RELEASE, /* does not give its view along */
	ACQUIRE, /* does not take a view over */
	SEQ_CST, /* is only acquire and release */
	SWAP,	 /* changes places with the store after it */
	FENCE,	 /* preads of the n-th phase end without */
	WEAKENINGS
};
struct weak {
	enum weakening kind;
	int site; /* number, or that of the phase */
};

struct outcome {
	uint64_t executions;
	const char *wrong; /* NULL: all is well */
	uint64_t a, b;
	bool cut; /* there would have been more */
	unsigned preads;
};

struct outcome explore(const struct program *, struct weak);

/* The sites that touched watched words since the last explore() without a
 * weakening: which weakenings have something to take out there. */
struct site_seen {
	const struct model_site *site;
	bool can[WEAKENINGS];
};
extern struct site_seen explore_sites[];
extern int explore_site_count; /* numbers are 1 .. count */

#endif
