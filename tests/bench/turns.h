/*
 * turns.h - operations that are measured in turn.
 *
 * A program has a table of operations.  Each is done on 1, 2 and 8 threads that
 * live as long as the program, as a server's do; each time by so many that it
 * takes a few milliseconds.  One line on its standard input asks for one round:
 * all operations in turn, so that noise of the machine hits all alike, and those
 * of other programs as well, when somebody asks several in turn (table.py).
 *
 * A round is lines "NAME THREADS NANOSECONDS", CPU time of one operation, and a
 * line "."; with an argument it asks itself for so many.
 */
#ifndef TURNS_H
#define TURNS_H

#include <err.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TURNS_THREADS 8
#define TURNS_NS 4e6 /* of one thread in one round */
#define TURNS_WARM 6
#define TIMES(n) for (uint64_t i = 0; i < (n); i++)
#define FORGET __asm__ volatile("" ::: "memory")
#define USE(x) __asm__ volatile("" ::"r"(x) : "memory")

struct turn {
	const char *name; /* without blanks */
	void (*body)(void *context, int thread, uint64_t n);
	bool alone; /* not on several threads */
	bool wall;  /* the time that passes, not the CPU's: it waits */
	uint64_t each; /* times in a round; 0: as many as there is time for */
};

struct turns_worker {
	pthread_t id;
	pthread_barrier_t *gate; /* start and end of each measurement */
	void *context;
	int thread;
	const struct turn *turn; /* NULL: this measurement is not mine */
	uint64_t n;
	double ns;
};

struct turns {
	struct turns_worker workers[TURNS_THREADS];
	pthread_barrier_t gate;
};

static inline double
turns_clock(bool wall)
{
	struct timespec now;

	clock_gettime(
	    wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &now);
	return ((double)now.tv_sec * 1e9 + (double)now.tv_nsec);
}

static inline void *
turns_work(void *argument)
{
	struct turns_worker *worker = argument;
	const struct turn *turn;

	for (;;) {
		pthread_barrier_wait(worker->gate);
		if ((turn = worker->turn) != NULL) {
			worker->ns = -turns_clock(turn->wall);
			turn->body(
			    worker->context, worker->thread, worker->n);
			worker->ns += turns_clock(turn->wall);
		}
		pthread_barrier_wait(worker->gate);
	}
	return (NULL);
}

/* Nanoseconds of one operation when so many threads do it at once. */
static inline double
turns_measure(
    struct turns *turns, const struct turn *turn, int threads, uint64_t n)
{
	double sum = 0;

	for (int i = 0; i < TURNS_THREADS; i++) {
		turns->workers[i].turn = i < threads ? turn : NULL;
		turns->workers[i].n = n;
	}
	pthread_barrier_wait(&turns->gate);
	pthread_barrier_wait(&turns->gate);
	for (int i = 0; i < threads; i++)
		sum += turns->workers[i].ns;
	return (sum / ((double)n * threads));
}

static inline uint64_t
turns_times(struct turns *turns, const struct turn *turn, int threads)
{
	uint64_t n = 16;
	double ns;

	if (turn->each != 0)
		return (turn->each);
	do {
		n *= 4;
		ns = turns_measure(turns, turn, threads, n) + 0.01;
	} while (ns * (double)n < TURNS_NS / 20);
	return ((uint64_t)(TURNS_NS / ns) + 1);
}

/* before: done before each round, and some times before the first one, after all
 * threads have done all that there is; may be NULL. */
static inline int
turns_run(const struct turn *table, size_t count, void *context,
    void (*before)(void), int argc, char *argv[])
{
	static const int threads[] = { 1, 2, TURNS_THREADS };
	static struct turns turns;
	uint64_t(*n)[3] = calloc(count, sizeof(*n));
	int rounds = argc > 1 ? atoi(argv[1]) : -1;
	char line[64];

	pthread_barrier_init(&turns.gate, NULL, TURNS_THREADS + 1);
	for (int i = 0; i < TURNS_THREADS; i++) {
		turns.workers[i] = (struct turns_worker){ .gate = &turns.gate,
			.context = context,
			.thread = i };
		if (n == NULL ||
		    pthread_create(&turns.workers[i].id, NULL, turns_work,
			&turns.workers[i]) != 0)
			errx(1, "threads");
	}
	for (int warm = 0; warm < TURNS_WARM && before != NULL; warm++) {
		for (size_t op = 0; op < count; op++)
			if (!table[op].alone)
				(void)turns_measure(
				    &turns, &table[op], TURNS_THREADS, 64);
		before();
	}
	while (rounds < 0 ? fgets(line, sizeof(line), stdin) != NULL
			  : rounds-- > 0) {
		if (before != NULL)
			before();
		for (size_t op = 0; op < count; op++)
			for (int t = 0; t < (table[op].alone ? 1 : 3); t++) {
				if (n[op][t] == 0)
					n[op][t] = turns_times(
					    &turns, &table[op], threads[t]);
				printf("%s %d %.4f\n", table[op].name,
				    threads[t],
				    turns_measure(&turns, &table[op],
					threads[t], n[op][t]));
			}
		printf(".\n");
		(void)fflush(stdout);
	}
	return (0);
}

#endif
