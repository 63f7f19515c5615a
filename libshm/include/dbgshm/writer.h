/*
 * writer.h - for programs that publish.
 *
 *	dbgshm_init(&(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_THREAD });
 *	p = dbgshm_profile_add("net/peers", "connections to peers", NULL);
 *	dbgshm_counter_create(p, &(struct dbgshm_metric){ "sent",
 *	    "bytes written to peers", DBGSHM_UNIT_BYTES }, &sent);
 *	dbgshm_counter_add(sent, n);		(the hot path: one add)
 *
 * Three kinds of calls:
 *   Life cycle (init, publish, tick, ...): may make system calls; not for
 *     signal handlers.  0 or -1 with errno.
 *   Registration (profile_add, *_create, ...): takes a mutex of the library;
 *     any thread, not for signal handlers.  Errors come here, never later.
 *   Recording (counter_add, gauge_set, row_set, ...): never blocks, allocates,
 *     locks, makes a system call, sets errno or fails; any thread, any signal
 *     handler.  With a zero handle, when off or when full it does nothing that
 *     matters.
 */
#ifndef DBGSHM_WRITER_H
#define DBGSHM_WRITER_H

#include <dbgshm/atomic.h>
#include <dbgshm/format.h>

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DBGSHM__COLD __attribute__((cold, noinline))
#define DBGSHM__TLS __attribute__((tls_model("initial-exec")))
#define DBGSHM__UNLIKELY(x) __builtin_expect(!!(x), 0)
#endif

struct dbgshm_region;  /* one region that this process writes */
struct dbgshm_profile; /* lives as long as its region */
struct dbgshm_table;   /* lives as long as its region */

/* ---- life cycle ---------------------------------------------------- */

enum dbgshm_sampling {
	DBGSHM_SAMPLER_THREAD = 1, /* the library starts one thread */
	DBGSHM_SAMPLER_TICK,	   /* the program calls dbgshm_tick() */
};

enum dbgshm_state {
	DBGSHM_OFF = 0,	      /* no file, no thread, no system call */
	DBGSHM_DARK,	      /* counting, but nobody can see it */
	DBGSHM_PUBLISHED,
};

/* Zero means the default in every field but `sampling`. */
struct dbgshm_options {
	enum dbgshm_sampling sampling;
	enum dbgshm_state state; /* DARK (default) or PUBLISHED */
	const char *name;	 /* default: the name of the executable file */
	const char *version;	 /* of the program; default "" */
	uint64_t max_bytes;	 /* budget of filled bytes; default 8 MiB,
				    128 KiB to 256 MiB */
	uint64_t period_ns;	 /* of ticks; default 1 s */
	uint32_t shards;	 /* threads with cells of their own; default 16 */
	gid_t group;		 /* may read as well (mode 0440); 0 nobody */
	uint64_t history_bytes;	 /* for the past of metrics; default 1200 for
				    each metric, 16 times that for a histogram,
				    at least 96 KiB, at most a quarter of
				    max_bytes */
	uint64_t row_history_bytes; /* for the past of rows; default 300 for each
				    word of a row that was ever used, likewise */
	uint64_t tiers_ns[DBGSHM_TIERS_MAX]; /* periods of the past, each longer
				    than the one before; default period_ns and
				    10 and 60 times that; 0 ends the list */
};

#define DBGSHM_HISTORY_OFF UINT64_MAX /* history_bytes: no past at all;
	row_history_bytes: none of rows */

int dbgshm_init(const struct dbgshm_options *options);
	/*
	 * Makes the region of this process.  Once per process; a forked child
	 * may call it again: the child keeps all registrations (its cached
	 * handles stay right), with all values at zero.
	 *
	 * The environment overrides: DBGSHM=off|dark|on, DBGSHM_SIZE=BYTES
	 * (with K, M or G; only smaller), DBGSHM_HISTORY=BYTES and
	 * DBGSHM_HISTORY_ROWS=BYTES (0: none; not what the program has switched
	 * off), DBGSHM_TIERS=1s,10s,1m (with ms, s, m or h).  Not in set-user-id programs, where
	 * the library stays off.
	 *
	 * Returns 0 when the region was made or when it is off on purpose
	 * (DBGSHM=off).  -1 and errno: EINVAL bad options, EALREADY called
	 * before, EPERM set-user-id, ENOSPC, EFBIG (RLIMIT_FSIZE), ENOMEM,
	 * ENOENT no usable /dev/shm, or what the system said.  After any
	 * failure the library is off and all other calls are harmless;
	 * dbgshm_reason() has the reason.
	 * Cost: under 1 ms.  Threads: one caller; not for signal handlers.
	 */

void dbgshm_fini(void);
	/*
	 * Clean exit: marks the region, removes its name, and those of regions
	 * about other processes that were not destroyed.  Called by itself at
	 * exit(3).  Threads may go on recording, into memory nobody sees.
	 */

int dbgshm_publish(void);
int dbgshm_unpublish(void);
	/*
	 * Show or hide the region while the program runs: one rename, no count
	 * is lost, handles stay.  0 also when it already is so.  -1 and errno:
	 * ENOTSUP off, ENOENT the name was removed by somebody, EPERM after
	 * dbgshm_sandbox(), or what renameat2(2) says.
	 * Any thread; not for signal handlers (set a flag there).
	 */

enum dbgshm_state dbgshm_state(void);
enum dbgshm_reason dbgshm_reason(void);
	/* Why it is off or smaller; NONE when all is well.  Any thread, any
	 * signal handler. */

const char *dbgshm_reason_text(enum dbgshm_reason reason);
	/* One lower-case clause for people, never NULL. */

int dbgshm_tick(uint64_t now_ns);
	/*
	 * The sampler's work from the program's own loop (DBGSHM_SAMPLER_TICK),
	 * about once a period: clocks, the `process` profile, shards for new
	 * threads.  now_ns: CLOCK_MONOTONIC nanoseconds, 0 = read the clock.
	 * Cost: a few microseconds, some system calls; none after
	 * dbgshm_sandbox().  -1 and errno: ENOTSUP off, EBUSY when the library's
	 * thread ticks.  One thread at a time.
	 */

int dbgshm_sandbox(void);
	/*
	 * Call before a seccomp filter is installed: stops the library's thread
	 * and every later system call of the library.  Counting goes on; ticks
	 * must come from dbgshm_tick(), without the `process` profile; room for
	 * new registrations is what is allocated now.  -1 and errno: ENOTSUP.
	 */

int dbgshm_reown(uid_t uid, gid_t gid);
	/*
	 * Call as root before giving up privileges: hands the file and its
	 * directory to uid, so that it can still be published and removed.
	 * -1 and errno: ENOTSUP off, EPERM, or what the system said.
	 */

void dbgshm_heartbeat(void);
	/* "My main loop is alive."  Recording: one add. */

void dbgshm_thread_enter(void);
	/*
	 * Tells the library about this thread: its tid then stands in the rows
	 * and rings that it fills, and it has its cells before its first count.
	 * Optional; dbgshm_init() does it for the thread that calls it.
	 * One gettid(2); any thread, not for signal handlers.
	 */

/* ---- regions about other processes --------------------------------- */

struct dbgshm_subject {
	pid_t pid;
	uid_t uid; /* owner of the region's file */
	gid_t gid;
	uint64_t start_ticks; /* field 22 of /proc/PID/stat */
	const char *name;
	const char *exe;      /* path of the executable, or NULL */
	uint64_t pid_namespace; /* 0 unknown */
	int unnamed;	      /* no file name: only through *descriptor */
};

struct dbgshm_region *dbgshm_region_create(const struct dbgshm_options *options,
    const struct dbgshm_subject *subject, int *descriptor);
	/*
	 * A region about another process, ticked by the caller.  With the state
	 * DBGSHM_DARK nobody sees it until dbgshm_region_publish(), else it is
	 * published at once, unless unnamed.  *descriptor, when asked for, is a read-only
	 * descriptor of it that the caller owns.  Its values are set with
	 * dbgshm_region_counter_set() and dbgshm_region_gauge_set(), by one
	 * thread; tables are used as always.  Stamps are CLOCK_MONOTONIC
	 * nanoseconds.  NULL and errno as dbgshm_init().
	 */

int dbgshm_region_publish(struct dbgshm_region *region);
	/* Lets readers find it, when its first values are in place.  -1 and
	 * errno: ENOTSUP, or what renameat2(2) says. */

void dbgshm_region_destroy(struct dbgshm_region *region, int keep);
	/* Ends writing.  keep: the file stays, without its writer. */

int dbgshm_region_tick(struct dbgshm_region *region, uint64_t now_ns);

struct dbgshm_cost {
	uint64_t region_bytes;	    /* memory that the region takes */
	uint64_t history_bytes;	    /* of that, what holds the past */
	uint64_t history_ns;	    /* time spent on the past so far */
	uint64_t history_period_ns; /* between the finest frames; 0: no past */
	uint64_t history_left_out;  /* frames that found no room in it */
};

void dbgshm_region_cost(
    struct dbgshm_region *region, struct dbgshm_cost *cost);
	/* As of its last tick; what a region of a program's own shows in its
	 * profile dbgshm.  Any thread; takes a lock.  NULL: all zero. */

void dbgshm_region_subject(struct dbgshm_region *region, int subject_state,
    uint64_t real_ns);
	/* What became of the subject: DBGSHM_SUBJECT_*, since real_ns. */

struct dbgshm_region *dbgshm_self(void);
	/* The region of this process for the calls that ask for one; NULL when
	 * off. */

/* ---- registration --------------------------------------------------- */

struct dbgshm_profile *dbgshm_profile_add(
    const char *path, const char *description, const char *help);
struct dbgshm_profile *dbgshm_region_profile_add(struct dbgshm_region *region,
    const char *path, const char *description, const char *help);
	/*
	 * path: segments of [a-z0-9_.-] joined by '/', at most 255 bytes.
	 * description: one line.  help: any length up to 65535 bytes, or NULL.
	 * A path that was removed is revived with a new generation and the
	 * description and help that it had; its metrics stay removed until they
	 * are created again.
	 * NULL and errno: EINVAL malformed, ENAMETOOLONG, EEXIST the path is
	 * live, ENOSPC no room, ENOTSUP off.  A NULL profile is accepted by all
	 * *_create calls, which then fail with ENOTSUP.
	 */

int dbgshm_profile_remove(struct dbgshm_profile *profile);
	/* With all its metrics and its table.  Handles stay harmless. */

struct dbgshm_label {
	const char *key; /* [a-zA-Z_][a-zA-Z0-9_]* */
	const char *value;
};

struct dbgshm_metric {
	const char *name; /* [a-z0-9_.-]+ */
	const char *help;
	uint8_t unit;	  /* DBGSHM_UNIT_* */
	uint8_t level;	  /* DBGSHM_LEVEL_* */
	uint64_t highest; /* histograms: largest expected value; 0 = 2^36 */
	const struct dbgshm_label *labels;
	size_t label_count; /* instances of one metric differ in labels */
};

/*
 * Gauges and up/down gauges have a high-water mark with its time, taken at each
 * tick.  Readers take differences themselves: nothing is ever reset.
 *
 * Handles.  Zero is valid and records into nothing.
 */
struct dbgshm_counter {
	uint32_t cell;
};
struct dbgshm_updown {
	uint32_t cell;
};
struct dbgshm_gauge {
	uint32_t cell;
	uint32_t peak; /* of the high-water mark, 0 none */
};
struct dbgshm_histogram {
	uint32_t cell;
	uint32_t last; /* index of the last bucket */
};

int dbgshm_counter_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_counter *counter);
int dbgshm_updown_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_updown *updown);
int dbgshm_gauge_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_gauge *gauge);
int dbgshm_float_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_gauge *gauge);
int dbgshm_histogram_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_histogram *histogram);
	/*
	 * Texts are copied.  A metric that was removed is revived when kind,
	 * unit, labels and highest are the same: same cells, which go on from
	 * where they were, new generation.
	 * -1 and errno: EINVAL malformed, ENAMETOOLONG, EEXIST, ENOSPC, ENOTSUP
	 * (off, or profile is NULL).  The handle is untouched on failure.
	 */

int dbgshm_metric_remove(struct dbgshm_profile *profile, const char *name,
    const struct dbgshm_label *labels, size_t label_count);
	/* -1 and errno: ENOENT, ENOTSUP. */

struct dbgshm_column {
	const char *name; /* [a-z0-9_.-]+ */
	uint8_t type;	  /* DBGSHM_TYPE_* */
	uint8_t unit;
	const char *help;
	uint16_t width; /* TEXT, BLOB: bytes, rounded up to 8; default 32 */
	uint8_t flags;	/* DBGSHM_COLUMN_* */
	uint8_t level;
	const char *const *names; /* ENUM: names of 0, 1, ...; ends with NULL */
};

struct dbgshm_table *dbgshm_table_create(struct dbgshm_profile *profile,
    const struct dbgshm_column *columns, size_t column_count,
    uint32_t capacity);
	/*
	 * One a profile.  Revived like a metric when columns and capacity are
	 * the same; all rows are then free.  NULL and errno as for metrics,
	 * EEXIST when the profile has one.
	 */

int dbgshm_summary_add(const char *name, uint32_t *slot);
	/* A named word of the summary page, at most 32, name at most 55 bytes.
	 * -1 and errno: EINVAL, ENAMETOOLONG, EEXIST, ENOSPC, ENOTSUP. */

/* ---- recording ------------------------------------------------------- */

/* What the library knows about a thread. */
struct dbgshm__thread {
	uint64_t operation; /* reference to the innermost one, 0 none */
	uint32_t ring;	    /* number of its shard, 0 none: the shared one */
	uint32_t tid;	    /* 0 unknown */
};

/* Compiled into programs: see FORMAT.md, "What programs carry". */
extern __thread uint64_t *dbgshm__shard DBGSHM__TLS; /* this thread's cells */
extern __thread struct dbgshm__thread dbgshm__thread DBGSHM__TLS;
extern uint64_t dbgshm__stamp_mult; /* ns a stamp unit x 2^32; 0: stamps are
				       CLOCK_MONOTONIC ns */
extern uint64_t *dbgshm__gauges; /* NULL when off */
extern uint64_t *dbgshm__summary;
extern uint32_t dbgshm__on; /* 0 when off */

/* Not cold: gcc would spend a jump more on every call when off. */
void dbgshm__cell_add(uint32_t cell, uint64_t n);
void dbgshm__bucket_add(uint32_t cell, uint32_t last, uint64_t value);
void dbgshm__max_raise(uint64_t *cells, uint64_t value) DBGSHM__COLD;
void dbgshm__row_busy(struct dbgshm_table *table) DBGSHM__COLD;
void dbgshm__peak_raise(struct dbgshm_gauge gauge, int64_t value) DBGSHM__COLD;
uint64_t dbgshm__clock_now(void);

/* Two compares on memory, so that a call costs four instructions when off. */
static inline int
dbgshm__no_shard(void)
	/* This thread has no cells yet, or the library is off. */
{
#if defined(__x86_64__) && defined(__GCC_ASM_FLAG_OUTPUTS__) && \
    !defined(DBGSHM_TSAN)
	int empty;

	__asm__("cmpq $0, %1" : "=@ccz"(empty) : "m"(dbgshm__shard));
	return (empty);
#else
	return (dbgshm__shard == NULL);
#endif
}

static inline int
dbgshm__is_on(void)
{
#if defined(__x86_64__) && defined(__GCC_ASM_FLAG_OUTPUTS__) && \
    !defined(DBGSHM_TSAN)
	int on;

	__asm__("cmpl $0, %1" : "=@ccnz"(on) : "m"(dbgshm__on));
	return (on);
#else
	return (__atomic_load_n(&dbgshm__on, __ATOMIC_RELAXED) != 0);
#endif
}

static inline void
dbgshm_counter_add(struct dbgshm_counter counter, uint64_t n)
{
	if (DBGSHM__UNLIKELY(dbgshm__no_shard())) {
		if (dbgshm__is_on())
			dbgshm__cell_add(counter.cell, n);
		return;
	}
	dbgshm__add_own_at(dbgshm__shard, counter.cell, n);
}

static inline void
dbgshm_updown_inc(struct dbgshm_updown updown, uint64_t n)
{
	struct dbgshm_counter up = { updown.cell };

	dbgshm_counter_add(up, n);
}

static inline void
dbgshm_updown_dec(struct dbgshm_updown updown, uint64_t n)
{
	struct dbgshm_counter down = { updown.cell + 1 };

	dbgshm_counter_add(down, n);
}

static inline void
dbgshm_gauge_set(struct dbgshm_gauge gauge, int64_t value)
{
	uint64_t *gauges = dbgshm__gauges;

	if (DBGSHM__UNLIKELY(gauges == NULL))
		return;
	dbgshm__store_relaxed(gauges + gauge.cell, (uint64_t)value);
}

static inline void
dbgshm_gauge_set_peak(struct dbgshm_gauge gauge, int64_t value)
	/* The same, with an exact high-water mark: also one that no tick sees.
	 * A compare more; a new peak costs a compare-and-swap and a stamp. */
{
	uint64_t *gauges = dbgshm__gauges;

	if (DBGSHM__UNLIKELY(gauges == NULL))
		return;
	dbgshm__store_relaxed(gauges + gauge.cell, (uint64_t)value);
	if (DBGSHM__UNLIKELY(
		value > (int64_t)dbgshm__load_relaxed(gauges + gauge.peak)))
		dbgshm__peak_raise(gauge, value);
}

static inline void
dbgshm_float_set(struct dbgshm_gauge gauge, double value)
{
	union {
		double value;
		int64_t word;
	} bits;

	bits.value = value;
	dbgshm_gauge_set(gauge, bits.word);
}

/* The bucket rule of format.h. */
static inline uint64_t
dbgshm__bucket(uint64_t value)
{
	uint32_t e = 63u - (uint32_t)__builtin_clzll(value | DBGSHM_SUB_BUCKETS) -
	    DBGSHM_SUB_BITS;

	return (((uint64_t)e << DBGSHM_SUB_BITS) + (value >> e));
}

static inline void
dbgshm_histogram_record(struct dbgshm_histogram histogram, uint64_t value)
{
	uint64_t bucket, *cells;

	if (DBGSHM__UNLIKELY(dbgshm__no_shard())) {
		if (dbgshm__is_on())
			dbgshm__bucket_add(
			    histogram.cell, histogram.last, value);
		return;
	}
	bucket = dbgshm__bucket(value);
	if (bucket > histogram.last)
		bucket = histogram.last;
	cells = dbgshm__shard + histogram.cell;
	dbgshm__add_own(cells + DBGSHM_HISTOGRAM_BUCKETS + bucket, 1);
	dbgshm__add_own(cells + DBGSHM_HISTOGRAM_SUM, value);
	if (DBGSHM__UNLIKELY(
		value > dbgshm__load_relaxed(cells + DBGSHM_HISTOGRAM_MAX)))
		dbgshm__max_raise(cells, value);
}

void dbgshm_call_counter_add(struct dbgshm_counter counter, uint64_t n);
void dbgshm_call_gauge_set(struct dbgshm_gauge gauge, int64_t value);
void dbgshm_call_histogram_record(
    struct dbgshm_histogram histogram, uint64_t value);
	/* The same three as symbols of the shared library, for languages that
	 * cannot compile this header.  A call dearer, else no different. */

static inline void
dbgshm_summary_set(uint32_t slot, uint64_t value)
{
	uint64_t *words = dbgshm__summary;

	if (DBGSHM__UNLIKELY(words == NULL))
		return;
	dbgshm__store_relaxed(words + 8 * (size_t)slot, value);
}

static inline uint64_t
dbgshm_now(void)
	/* A stamp for TIME cells and events of this process's own region.
	 * Recording.  Cost: one rdtsc where the kernel trusts it, else
	 * clock_gettime(2) from the vDSO; 0 when off. */
{
#if defined(__x86_64__)
	if (dbgshm__load_relaxed(&dbgshm__stamp_mult) != 0)
		return (__builtin_ia32_rdtsc());
#endif
	return (dbgshm__clock_now());
}

static inline uint64_t
dbgshm_elapsed_ns(uint64_t from, uint64_t to)
	/* Nanoseconds between two stamps.  Recording. */
{
	uint64_t mult = dbgshm__load_relaxed(&dbgshm__stamp_mult);
	uint64_t units = to - from;

	if (mult == 0)
		return (units);
	return ((uint64_t)(((__extension__ (unsigned __int128)units) * mult) >> 32));
}

static inline uint64_t
dbgshm_since_ns(uint64_t from)
	/* The same from a stamp to now, for a little less.  Recording. */
{
#if defined(__x86_64__)
	uint64_t mult = dbgshm__load_relaxed(&dbgshm__stamp_mult);

	if (!DBGSHM__UNLIKELY(mult == 0))
		return ((uint64_t)(((__extension__ (unsigned __int128)(
					__builtin_ia32_rdtsc() - from)) *
				       mult) >>
		    32));
#endif
	return (dbgshm__clock_now() - from);
}

/* Values of a region about another process; one thread at a time. */
void dbgshm_region_counter_set(struct dbgshm_region *region,
    struct dbgshm_counter counter, uint64_t value);
void dbgshm_region_gauge_set(struct dbgshm_region *region,
    struct dbgshm_gauge gauge, int64_t value);
void dbgshm_region_float_set(struct dbgshm_region *region,
    struct dbgshm_gauge gauge, double value);

/* ---- rows ------------------------------------------------------------ */

/*
 * A row that somebody has claimed.  One writer at a time; another thread or a
 * signal handler that comes in between loses its update, which is counted.
 * All-zero is valid: everything on it does nothing.
 */
struct dbgshm_row {
	uint64_t *words;
	uint64_t *sequence;
	struct dbgshm_table *table;
	uint64_t generation;
};

struct dbgshm_row dbgshm_row_claim(struct dbgshm_table *table);
	/*
	 * Takes a free row, or one of those that have been finished for long;
	 * all cells are zero.  Not visible until dbgshm_row_end().
	 * Full table or NULL table: an all-zero row; the drop is counted.
	 * Recording; any thread.  Cost: a search from where the last one ended,
	 * at most `capacity` words.
	 */

void dbgshm_row_finish(struct dbgshm_row row);
	/* It is over: shows when it ended and keeps its cells until a new row
	 * needs the slot.  Otherwise as dbgshm_row_release(). */

uint64_t dbgshm_row_reference(struct dbgshm_row row);
	/* For REFERENCE cells and fields: how other rows and events refer to
	 * this one.  0 for an all-zero row.  Recording. */

void dbgshm_row_release(struct dbgshm_row row);
	/* Frees it, from any thread.  The handle is dead afterwards: begin and
	 * release notice that and do nothing, but dbgshm_row_set() and
	 * dbgshm_row_add() outside begin and end do not look and would write to
	 * the next owner's row.  Must not be between begin and end. */

void dbgshm_row_text(struct dbgshm_row row, uint32_t column, const char *text);
void dbgshm_row_blob(struct dbgshm_row row, uint32_t column, const void *bytes,
    size_t size);
	/* Copy, cut at the column's width.  Only between begin (or claim) and
	 * end.  Recording. */

static inline struct dbgshm_row
dbgshm_row_begin(struct dbgshm_row row)
	/* Opens the row for a change of several cells that readers see whole.
	 * Returns the row to write to, all-zero when it is busy or gone. */
{
	struct dbgshm_row none = { NULL, NULL, NULL, 0 };
	uint64_t sequence;

	if (DBGSHM__UNLIKELY(row.words == NULL))
		return (none);
	sequence = dbgshm__load_relaxed(row.sequence);
	if (DBGSHM__UNLIKELY((sequence & (DBGSHM_SEQ_BUSY |
				     DBGSHM_SEQ_STATE_MASK)) !=
		(DBGSHM_ROW_LIVE << DBGSHM_SEQ_STATE_SHIFT) ||
		!dbgshm__take(
		    row.sequence, sequence, sequence | DBGSHM_SEQ_BUSY))) {
		dbgshm__row_busy(row.table);
		return (none);
	}
	if (DBGSHM__UNLIKELY(
		dbgshm__load_relaxed(row.words) != row.generation)) {
		dbgshm__store_release(row.sequence, sequence);
		dbgshm__row_busy(row.table);
		return (none);
	}
	return (row);
}

static inline void
dbgshm_row_end(struct dbgshm_row row)
	/* Closes what dbgshm_row_begin() or dbgshm_row_claim() opened. */
{
	uint64_t version;

	if (DBGSHM__UNLIKELY(row.words == NULL))
		return;
	version = dbgshm__load_relaxed(row.sequence) & ~UINT64_C(7);
	dbgshm__store_release(row.sequence,
	    version + DBGSHM_SEQ_VERSION +
		(DBGSHM_ROW_LIVE << DBGSHM_SEQ_STATE_SHIFT));
}

/* One cell: COUNTER, GAUGE, TIME, DURATION, ENUM, BOOL.  Also outside begin
 * and end, where readers see it at once, independent of other cells. */
static inline void
dbgshm_row_set(struct dbgshm_row row, uint32_t column, uint64_t value)
{
	if (DBGSHM__UNLIKELY(row.words == NULL))
		return;
	dbgshm__store_release(row.words + DBGSHM_ROW_WORDS + column, value);
}

/* SIGNED. */
static inline void
dbgshm_row_set_signed(struct dbgshm_row row, uint32_t column, int64_t value)
{
	dbgshm_row_set(row, column, (uint64_t)value);
}

/* FLOAT. */
static inline void
dbgshm_row_set_float(struct dbgshm_row row, uint32_t column, double value)
{
	union {
		double value;
		uint64_t word;
	} bits;

	bits.value = value;
	dbgshm_row_set(row, column, bits.word);
}

/* Adds to a COUNTER or GAUGE cell; the row's owner only. */
static inline void
dbgshm_row_add(struct dbgshm_row row, uint32_t column, uint64_t n)
{
	if (DBGSHM__UNLIKELY(row.words == NULL))
		return;
	dbgshm__add_own(row.words + DBGSHM_ROW_WORDS + column, n);
}

#ifdef __cplusplus
}
#endif
#endif
