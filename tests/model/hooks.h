/*
 * hooks.h - put before the library's own sources when they are compiled for the
 * model: the builtins under atomic.h then ask the explorer, and each use of a
 * name of atomic.h says where it stands.
 *
 * So what is explored is the code that runs in programs, with the orders that
 * atomic.h gives it; there is no second description of it.
 */
#ifndef HOOKS_H
#define HOOKS_H

#define DBGSHM_TSAN 1 /* the forms of atomic.h that are not assembly */

#include <stddef.h>
#include <stdint.h>

/* One use of an ordered operation in the sources. */
struct model_site {
	const char *file, *function, *name, *what;
	int line, number; /* 0: not met yet */
};

void model_at(struct model_site *);
uint64_t model_load(const volatile void *, size_t, int order);
void model_store(volatile void *, size_t, uint64_t value, int order);
uint64_t model_add(volatile void *, size_t, uint64_t value, int order);
uint64_t model_swap(volatile void *, size_t, uint64_t value, int order);
int model_cas(volatile void *, size_t, void *expected, uint64_t value,
    int order, int failed);
uint64_t model_add_own(uint64_t *, uint64_t value, int order);

#define __atomic_load_n(p, order)                                          \
	((__typeof__(*(p)))(uintptr_t)model_load((p), sizeof(*(p)), (order)))
#define __atomic_store_n(p, value, order)                                  \
	model_store((p), sizeof(*(p)), (uint64_t)(uintptr_t)(value), (order))
#define __atomic_fetch_add(p, value, order)                                \
	((__typeof__(*(p)))model_add((p), sizeof(*(p)), (value), (order)))
#define __atomic_exchange_n(p, value, order)                               \
	((__typeof__(*(p)))model_swap((p), sizeof(*(p)), (value), (order)))
#define __atomic_compare_exchange_n(p, expected, value, weak, order, failed) \
	model_cas((p), sizeof(*(p)), (expected),                           \
	    (uint64_t)(uintptr_t)(value), (order), (failed))

#include <dbgshm/atomic.h>

/* Uses stand in each other's arguments. */
#pragma GCC diagnostic ignored "-Wshadow"

#define MODEL_SITE(word, text)                                             \
	static struct model_site site_ = { __FILE__, __func__, word, text, \
		__LINE__, 0 };                                             \
	model_at(&site_)
#define MODEL_CALL(name, p, ...)                                           \
	__extension__({                                                    \
		MODEL_SITE(#name, #p);                                     \
		name(__VA_ARGS__);                                         \
	})
#define MODEL_LOAD(name, p)                                                \
	__extension__({                                                    \
		__typeof__(p) p_ = (p);                                    \
		MODEL_CALL(name, p, p_);                                   \
	})
#define MODEL_ONE(name, p, v)                                              \
	__extension__({                                                    \
		__typeof__(p) p_ = (p);                                    \
		uint64_t v_ = (uint64_t)(v);                               \
		MODEL_CALL(name, p, p_, v_);                               \
	})
#define MODEL_ONE32(name, p, v)                                            \
	__extension__({                                                    \
		__typeof__(p) p_ = (p);                                    \
		uint32_t v_ = (uint32_t)(v);                               \
		MODEL_CALL(name, p, p_, v_);                               \
	})
#define MODEL_TWO(name, p, v, w)                                           \
	__extension__({                                                    \
		__typeof__(p) p_ = (p);                                    \
		uint64_t v_ = (v), w_ = (w);                               \
		MODEL_CALL(name, p, p_, v_, w_);                           \
	})

#define dbgshm__load_relaxed(p) MODEL_LOAD(dbgshm__load_relaxed, p)
#define dbgshm__load_acquire(p) MODEL_LOAD(dbgshm__load_acquire, p)
#define dbgshm__load_acquire32(p) MODEL_LOAD(dbgshm__load_acquire32, p)
#define dbgshm__store_relaxed(p, v) MODEL_ONE(dbgshm__store_relaxed, p, v)
#define dbgshm__store_release(p, v) MODEL_ONE(dbgshm__store_release, p, v)
#define dbgshm__store_release32(p, v)                                      \
	MODEL_ONE32(dbgshm__store_release32, p, v)
#define dbgshm__store_release16(p, v)                                      \
	MODEL_ONE32(dbgshm__store_release16, p, v)
#define dbgshm__exchange(p, v) MODEL_ONE(dbgshm__exchange, p, v)
#define dbgshm__fetch_add(p, v) MODEL_ONE(dbgshm__fetch_add, p, v)
#define dbgshm__take(p, from, to) MODEL_TWO(dbgshm__take, p, from, to)
#define dbgshm__replace(p, from, to) MODEL_TWO(dbgshm__replace, p, from, to)
#define dbgshm__store_and_look(p, value, other)                            \
	__extension__({                                                    \
		__typeof__(p) p_ = (p);                                    \
		uint64_t v_ = (value);                                     \
		const uint64_t *o_ = (other);                              \
		MODEL_CALL(dbgshm__store_and_look, p, p_, v_, o_);         \
	})

/* One instruction to its own thread and handlers, a load and a store to others:
 * no lock prefix. */
#define MODEL_OWN(name, p, n, order)                                       \
	__extension__({                                                    \
		uint64_t *p_ = (p), n_ = (n);                              \
		MODEL_SITE(name, #p);                                      \
		model_add_own(p_, n_, order);                              \
	})
#define dbgshm__add_own(p, n)                                              \
	((void)MODEL_OWN("dbgshm__add_own", p, n, __ATOMIC_RELAXED))
#define dbgshm__fetch_add_own(p, n)                                        \
	MODEL_OWN("dbgshm__fetch_add_own", p, n, __ATOMIC_ACQUIRE)
#define dbgshm__add_own_at(cells, index, n)                                \
	((void)MODEL_OWN("dbgshm__add_own_at", (cells) + (index), n,       \
	    __ATOMIC_RELAXED))

#endif
