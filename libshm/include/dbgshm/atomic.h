/*
 * atomic.h - every memory order of the project, named after what it is for.
 *
 * Over the __atomic builtins, because _Atomic does not compile as C++.  No
 * stand-alone fences: ThreadSanitizer does not model them, and the protocols
 * here do not need them.
 */
#ifndef DBGSHM_ATOMIC_H
#define DBGSHM_ATOMIC_H

#include <dbgshm/format.h>

#if defined(__SANITIZE_THREAD__)
#define DBGSHM_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DBGSHM_TSAN 1
#endif
#endif

/* A plain value that nobody orders anything by: gauges, counter cells. */
static inline uint64_t
dbgshm__load_relaxed(const uint64_t *p)
{
	return (__atomic_load_n(p, __ATOMIC_RELAXED));
}

static inline void
dbgshm__store_relaxed(uint64_t *p, uint64_t value)
{
	__atomic_store_n(p, value, __ATOMIC_RELAXED);
}

/* Pairs with dbgshm__store_release: sees all that came before that store. */
static inline uint64_t
dbgshm__load_acquire(const uint64_t *p)
{
	return (__atomic_load_n(p, __ATOMIC_ACQUIRE));
}

/* Makes all earlier stores visible to whoever loads this with acquire. */
static inline void
dbgshm__store_release(uint64_t *p, uint64_t value)
{
	__atomic_store_n(p, value, __ATOMIC_RELEASE);
}

static inline uint32_t
dbgshm__load_acquire32(const uint32_t *p)
{
	return (__atomic_load_n(p, __ATOMIC_ACQUIRE));
}

static inline void
dbgshm__store_release32(uint32_t *p, uint32_t value)
{
	__atomic_store_n(p, value, __ATOMIC_RELEASE);
}

static inline void
dbgshm__store_release16(uint16_t *p, uint16_t value)
{
	__atomic_store_n(p, value, __ATOMIC_RELEASE);
}

/* Takes a row or a shard: what follows cannot move before it. */
static inline int
dbgshm__take(uint64_t *p, uint64_t from, uint64_t to)
{
	return (__atomic_compare_exchange_n(
	    p, &from, to, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
}

/*
 * Stores one word, then loads another.  Of two threads that do this crosswise
 * at least one sees what the other has stored.
 */
static inline uint64_t
dbgshm__store_and_look(uint64_t *p, uint64_t value, const uint64_t *other)
{
	__atomic_store_n(p, value, __ATOMIC_SEQ_CST);
	return (__atomic_load_n(other, __ATOMIC_SEQ_CST));
}

/* Puts one word in place of another, if that still stands there: whoever loads
 * it with acquire sees all that came before. */
static inline int
dbgshm__replace(uint64_t *p, uint64_t from, uint64_t to)
{
	return (__atomic_compare_exchange_n(
	    p, &from, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
}

/* The same whatever stands there, and tells what it was. */
static inline uint64_t
dbgshm__exchange(uint64_t *p, uint64_t value)
{
	return (__atomic_exchange_n(p, value, __ATOMIC_ACQ_REL));
}

/* Adds to a word that several threads add to. */
static inline uint64_t
dbgshm__fetch_add(uint64_t *p, uint64_t n)
{
	return (__atomic_fetch_add(p, n, __ATOMIC_RELAXED));
}

/*
 * Adds to a word that only this thread adds to, in one instruction, so that a
 * signal handler of the same thread may add to it too.  A load, add and store
 * would lose the handler's count.  No lock prefix: other threads only read.
 */
static inline void
dbgshm__add_own(uint64_t *p, uint64_t n)
{
#if defined(__x86_64__) && !defined(DBGSHM_TSAN)
	__asm__ volatile("addq %1, %0" : "+m"(*p) : "er"(n) : "cc");
#else
	(void)__atomic_fetch_add(p, n, __ATOMIC_RELAXED);
#endif
}

/*
 * Adds to such a word and returns what was there, again in one instruction: of a
 * thread and its signal handlers exactly one gets each value.  What follows
 * cannot move before it.
 */
static inline uint64_t
dbgshm__fetch_add_own(uint64_t *p, uint64_t n)
{
#if defined(__x86_64__) && !defined(DBGSHM_TSAN)
	__asm__ volatile("xaddq %0, %1" : "+r"(n), "+m"(*p) : : "cc", "memory");
	return (n);
#else
	return (__atomic_fetch_add(p, n, __ATOMIC_ACQUIRE));
#endif
}

/* The same to cells[index]: spelled out, because a compiler that is left to
 * compute the address in a loop spends an instruction more. */
static inline void
dbgshm__add_own_at(uint64_t *cells, uint64_t index, uint64_t n)
{
#if defined(__x86_64__) && !defined(DBGSHM_TSAN)
	__asm__ volatile("addq %3, (%1,%2,8)"
			 : "+m"(*(uint64_t(*)[1 << 24])cells)
			 : "r"(cells), "r"(index), "er"(n)
			 : "cc");
#else
	dbgshm__add_own(cells + index, n);
#endif
}

#endif
