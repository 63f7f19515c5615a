/*
 * pingpong.c - are two processors really ours?  What goes from one thread to
 * another and back takes some 60 to 100 ns each way when they are; several times as
 * much when others run there, and then figures of two threads are worth nothing.
 */
#include "../turns.h"

#define TRIPS 20000
#define TRIES 15

static uint64_t ball __attribute__((aligned(128)));

static void *
answer(void *argument)
{
	(void)argument;
	for (uint64_t i = 1; i < 2 * TRIPS; i += 2) {
		while (__atomic_load_n(&ball, __ATOMIC_ACQUIRE) != i)
			continue;
		__atomic_store_n(&ball, i + 1, __ATOMIC_RELEASE);
	}
	return (NULL);
}

static double
trip(void)
{
	pthread_t other;
	double ns;

	__atomic_store_n(&ball, 0, __ATOMIC_RELEASE);
	if (pthread_create(&other, NULL, answer, NULL) != 0)
		errx(1, "pthread_create");
	ns = -turns_clock(true);
	for (uint64_t i = 0; i < 2 * TRIPS; i += 2) {
		__atomic_store_n(&ball, i + 1, __ATOMIC_RELEASE);
		while (__atomic_load_n(&ball, __ATOMIC_ACQUIRE) != i + 2)
			continue;
	}
	ns += turns_clock(true);
	pthread_join(other, NULL);
	return (ns / (2 * TRIPS));
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return ((a > b) - (a < b));
}

int
main(void)
{
	double ns[TRIES];

	for (int i = 0; i < TRIES; i++)
		ns[i] = trip();
	qsort(ns, TRIES, sizeof(ns[0]), compare);
	printf("from one processor to the other: %.0f ns (%.0f to %.0f): %s\n",
	    ns[TRIES / 2], ns[0], ns[TRIES - 1],
	    ns[TRIES / 2] < 150 ? "both are ours"
				: "others run here, do not trust two threads");
	return (0);
}
