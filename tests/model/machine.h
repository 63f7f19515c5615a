/*
 * machine.h - the state of one execution, between the memory (memory.c) and the
 * search (explore.c).
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "explore.h"

#include <dbgshm/writer.h>

#define WORDS 96
#define STORES 40
#define RANGES 16
#define STEP (1u << 20) /* from one place of a store to the next */
#define SITES 1024

struct view {
	uint32_t at[WORDS]; /* place of the newest store that is known */
};

struct stored {
	uint64_t value;
	uint32_t place;
	uint32_t when; /* how many stores there were before it, of all words */
	bool closed;   /* a read-modify-write follows at once */
	struct view view;
};

struct word {
	char *at;
	unsigned size, count;
	uint32_t strict;	      /* place of the last seq_cst store */
	struct stored stores[STORES]; /* by place */
};

struct thread {
	struct view view, seen; /* seen: what a fence would make known */
	jmp_buf context;
	char *stack;
	bool done, begun;
	uint64_t *shard; /* thread-local variables of the library */
	struct dbgshm__thread local;
	unsigned leave;
	jmp_buf *away;
	bool holds; /* a store that has changed places with the next */
	struct word *held;
	uint64_t held_value;
	int held_order;
};

struct range {
	char *at, *shadow, *first;
	size_t size;
	unsigned word; /* 0: only kept */
};

/* One execution, and what it is of. */
struct machine {
	const struct program *program;
	struct weak weak;
	struct outcome outcome;
	struct word words[WORDS];
	unsigned word_count;
	struct range ranges[RANGES];
	unsigned range_count;
	struct thread threads[4], *running; /* the last one is the reader */
	unsigned thread_count;
	bool exploring, latest, reading;
	uint32_t stores, death; /* so far; with which the process has died */
	struct model_site *site; /* of the operation that runs */
};
extern struct machine machine;

/* explore.c */
void machine_broken(const char *why); /* the model is: does not return */
void machine_give_way(void); /* until this thread has its turn again */

/* memory.c */
void machine_join(struct view *to, const struct view *from);
struct stored *machine_read(struct word *, uint32_t place,
    bool (*usable)(const struct stored *, uint64_t), uint64_t expected);
void machine_saw(const struct word *, const struct stored *, bool acquire);
void machine_settle(void); /* a thread ends: what it has not said, or held back */

#endif
