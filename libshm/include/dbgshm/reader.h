/*
 * reader.h - for programs that look.
 *
 * A reader opens a region read-only, copies it, checks the copy, and uses the
 * copy.  It never maps the file, never writes, never waits for the writer, and
 * does bounded work whatever the bytes say.  All bytes that it hands out are
 * as the writer left them: text is not safe for a terminal.
 *
 *	if (dbgshm_reader_open("/dev/shm/...", &reader, NULL) == 0 &&
 *	    dbgshm_reader_refresh(reader) == 0)
 *		dbgshm_reader_metric(reader, i), dbgshm_reader_value(...)
 *
 * One reader belongs to one thread at a time.  Pointers that it hands out are
 * valid until the next refresh or close of that reader.  Functions return 0 or
 * -1 with errno:
 *	ENOENT		no such region
 *	EACCES		not permitted
 *	EBADMSG		not a region, or too damaged to show anything
 *	EPROTONOSUPPORT	newer major version, other byte order, unknown feature
 *	EAGAIN		not ready yet, or no consistent copy in the tries allowed
 *	EFBIG		over the size that a reader accepts
 *	ENOMEM, EINVAL	as always
 */
#ifndef DBGSHM_READER_H
#define DBGSHM_READER_H

#include <dbgshm/format.h>

#include <stdbool.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dbgshm_reader;

/* Bytes of a region: not terminated, not checked, not safe to print. */
struct dbgshm_text {
	const char *bytes;
	size_t length;
};

/* What is wrong with a file, and where. */
struct dbgshm_fault {
	uint64_t offset; /* in the file */
	char text[160];	 /* one clause, safe to print */
};

/* ---- finding ---------------------------------------------------------- */

/* States of a target; their names are in dbgshm_life_name(). */
enum dbgshm_life {
	DBGSHM_LIFE_LIVE,
	DBGSHM_LIFE_STOPPED,
	DBGSHM_LIFE_DEAD,	 /* its writer is gone */
	DBGSHM_LIFE_EXITED,	 /* a watched process that has ended */
	DBGSHM_LIFE_REPLACED,	 /* same pid, other program by exec */
	DBGSHM_LIFE_STALE,	 /* about another process; its watcher is gone */
	DBGSHM_LIFE_UNREADABLE,
	DBGSHM_LIFE_DAMAGED,
	DBGSHM_LIFE_COUNT
};
const char *dbgshm_life_name(enum dbgshm_life life); /* "live", ... */

/* One region of this host, as far as it can be told from its header. */
struct dbgshm_entry {
	char *path;	       /* as this process can open it */
	enum dbgshm_life life;
	char reason[160];      /* for UNREADABLE and DAMAGED, safe to print */
	bool dark;	       /* not published */
	uint32_t kind;	       /* DBGSHM_KIND_* */
	pid_t pid;	       /* subject, in this process's pid namespace if
				  known, else as the region says */
	pid_t writer_pid;
	uid_t uid;	       /* owner of the file */
	mode_t mode;
	char name[DBGSHM_NAME_SIZE + 1]; /* raw bytes */
	uint64_t subject_start;
	uint64_t created_real_ns;
	uint64_t since_real_ns; /* when the life state began; 0 unknown */
	uint64_t uptime_ns;	/* of the region's writer or watched subject */
	uint64_t age_ns;	/* since the last tick; UINT64_MAX unknown */
	uint64_t size_bytes;	/* filled bytes */
	int error;		/* errno for UNREADABLE and DAMAGED */
};

struct dbgshm_list {
	struct dbgshm_entry *entries; /* live ones first, by pid; then the last
					 to end first */
	size_t count;
};

#define DBGSHM_LIST_DARK 1	 /* include unpublished regions */
#define DBGSHM_LIST_CONTAINERS 2 /* look through /proc/PID/root as well */

int dbgshm_list_take(unsigned flags, struct dbgshm_list *list);
	/* All regions in all DBGSHM_DIRECTORY_PREFIX directories of this host
	 * whose owner is the directory's owner or root.  Unreadable ones are
	 * entries too.  ENOMEM only; an empty list is a success. */
int dbgshm_list_look(const char *directory, const char *const *files,
    size_t count, struct dbgshm_list *list);
	/* The same about these files of one directory, in this order; both are
	 * last parts of their paths.  What is not there, or not believed, is
	 * left out.  Knows no processes of other pid namespaces.  Cost: about
	 * 20 us a file.  ENOMEM only. */
void dbgshm_list_free(struct dbgshm_list *list);

/* ---- opening ---------------------------------------------------------- */

int dbgshm_open_path(const char *path, struct dbgshm_fault *fault);
	/*
	 * A descriptor for dbgshm_reader_attach(): opens without following a
	 * link in the last part, without blocking, read-only, and refuses what
	 * is not a regular file with one name, or is empty.  -1 and errno as
	 * above, ELOOP for a link.  fault, when not NULL, says why.
	 */

int dbgshm_reader_attach(int descriptor, struct dbgshm_reader **reader,
    struct dbgshm_fault *fault);
	/* Checks header, descriptors and strings.  Takes the descriptor over,
	 * also on failure.  No other file is ever opened by this reader. */

int dbgshm_reader_open(const char *path, struct dbgshm_reader **reader,
    struct dbgshm_fault *fault);
	/* dbgshm_open_path() and dbgshm_reader_attach(). */

int dbgshm_reader_again(
    const struct dbgshm_reader *reader, struct dbgshm_reader **other);
	/* Another reader of the same region, also when its name is gone; it has
	 * a descriptor and a frame of its own and knows nothing of the first. */

void dbgshm_reader_close(struct dbgshm_reader *reader); /* NULL is fine */

int dbgshm_reader_refresh(struct dbgshm_reader *reader);
	/*
	 * Copies one frame: every value once, rows untorn, and the schema when
	 * it has changed.  Call before the first use.  On failure the last frame
	 * stays.  EAGAIN: the schema kept changing; try later.
	 */

int dbgshm_reader_check(struct dbgshm_reader *reader,
    void (*found)(const struct dbgshm_fault *, void *), void *context);
	/* Goes over everything and reports each fault.  Returns their number. */

/* ---- images ------------------------------------------------------------ */

/*
 * A copy of a region at one moment, as bytes that dbgshm_reader_attach() takes
 * when they are in a file: values, rows, events and the past.  A reader of it
 * tells of that moment what a reader of the region would have told: whether its
 * process lived, all ages, the time.
 */
#define DBGSHM_IMAGE_SECRETS 1 /* with what is marked as secret */

int dbgshm_reader_image(struct dbgshm_reader *reader, unsigned flags,
    void **bytes, size_t *size);
	/*
	 * Takes a frame of its own; what the reader hands out stays as it is.
	 * Without DBGSHM_IMAGE_SECRETS nothing that was in a cell or field
	 * marked as secret is in the bytes, of the past either.  free() them.
	 * Work: that of a refresh, an open of the past, and of coding the past
	 * of rows again when a table has secret columns.  -1 and errno as above.
	 */

/* ---- what it is about -------------------------------------------------- */

struct dbgshm_info {
	uint16_t major, minor;
	uint32_t kind;	/* DBGSHM_KIND_* */
	uint32_t flags; /* DBGSHM_FLAG_* */
	pid_t pid;
	uid_t uid;
	pid_t writer_pid;
	uint64_t subject_start; /* clock ticks since boot */
	struct dbgshm_text name, exe, version;
	char boot_id[33];	/* hex */
	uint64_t created_real_ns;
	uint64_t created_mono_ns, created_boot_ns;
	uint64_t tick_period_ns;
	/* of this frame: */
	uint64_t frame_start_mono_ns, frame_end_mono_ns; /* the reader's clock:
							    t0 and t1 */
	uint64_t frame_real_ns;	 /* the reader's clock at t0 */
	uint64_t tick_mono_ns;	 /* the writer's clock at its last tick */
	uint64_t tick_real_ns;
	uint64_t tick_count, tick_late, tick_cost_ns;
	uint64_t heartbeat;
	uint64_t schema_generation; /* of the names that are shown: with other
				       names it is another */
	uint64_t bytes_used, file_size;
	uint32_t shard_count, shards_ready;
	uint64_t reason;	/* enum dbgshm_reason */
	uint64_t drop_registrations, drop_rows, drop_busy;
	uint64_t exit_real_ns;	/* clean exit, 0 none */
	uint64_t subject_state, subject_exit_real_ns;
	uint64_t taken_real_ns; /* an image: of this moment; 0 it is none */
	bool withheld; /* an image in which what is secret is 0 or empty */
	uint64_t faults;	/* parts left out because they are damaged */
	struct dbgshm_fault first_fault;
	uint64_t last_real_ns;	/* of the writer's last tick, also while a moment
				   of the past is shown */
};
const struct dbgshm_info *dbgshm_reader_info(const struct dbgshm_reader *);

enum dbgshm_life dbgshm_reader_life(struct dbgshm_reader *reader);
	/* What the kernel says now (lock, then /proc for stopped and replaced). */

bool dbgshm_reader_locked(struct dbgshm_reader *reader);
	/* The writer's liveness lock is held.  No /proc. */

uint64_t dbgshm_reader_stamp_ns(const struct dbgshm_reader *, uint64_t stamp);
	/* A TIME cell as the writer's CLOCK_MONOTONIC ns of this frame; 0 for
	 * 0 (never). */
uint64_t dbgshm_reader_stamp_real_ns(const struct dbgshm_reader *, uint64_t);
	/* The same on the wall clock (ns since 1970). */

uint64_t dbgshm_reader_now_ns(const struct dbgshm_reader *);
	/*
	 * "Now" of this frame on the writer's CLOCK_MONOTONIC, from which all
	 * ages and durations are counted.  While the writer lives this goes on
	 * between its ticks, also when it is stopped; when it is dead it is the
	 * last moment that it is known to have lived: its last tick or the
	 * latest stamp found in a row, whichever is later, but not later than
	 * the reader's own now.  Of the rows their start and end count, and
	 * TIME columns of their shape; those of the program may be plans.
	 */

/* ---- profiles, metrics --------------------------------------------------- */

struct dbgshm_profile_info {
	struct dbgshm_text path, description, help;
	uint8_t level;
	uint32_t generation;
	size_t metric_first, metric_count; /* indices, contiguous */
	ssize_t table;			   /* index, -1 none */
	ssize_t log;			   /* index, -1 none */
};
size_t dbgshm_reader_profile_count(const struct dbgshm_reader *);
const struct dbgshm_profile_info *dbgshm_reader_profile(
    const struct dbgshm_reader *, size_t index);
	/* Live profiles, in order of registration. */

struct dbgshm_label_info {
	struct dbgshm_text key, value;
};

struct dbgshm_metric_info {
	struct dbgshm_text name, help;
	const struct dbgshm_label_info *labels;
	size_t label_count;
	uint8_t kind, unit, level;
	uint32_t generation;
	size_t profile;
	uint64_t highest;   /* histograms */
	size_t bucket_count;
	uint32_t desc_offset; /* identity within the region: section offset */
};
size_t dbgshm_reader_metric_count(const struct dbgshm_reader *);
const struct dbgshm_metric_info *dbgshm_reader_metric(
    const struct dbgshm_reader *, size_t index);

union dbgshm_value {
	uint64_t u; /* COUNTER */
	int64_t i;  /* GAUGE, UPDOWN */
	double d;   /* FLOAT */
};
union dbgshm_value dbgshm_reader_value(const struct dbgshm_reader *, size_t);
	/* Of the metric at index; histograms: u is the count. */

bool dbgshm_reader_peak(const struct dbgshm_reader *, size_t index,
    union dbgshm_value *value, uint64_t *stamp);
	/* The high-water mark of a GAUGE, FLOAT or UPDOWN and when it was seen.
	 * false: it has none, or not yet. */

uint64_t dbgshm_reader_frame(const struct dbgshm_reader *);
	/* The number of the frame that is shown, from 1: each refresh makes one.
	 * 0: none yet, or a moment of the past. */
struct dbgshm_moved {
	size_t index;
	union dbgshm_value value; /* see dbgshm_reader_value() */
	union dbgshm_value before; /* the same in the frame before... */
	bool paired;		   /* ...if that is there, of the same names */
};
size_t dbgshm_reader_moved(const struct dbgshm_reader *, size_t first,
    size_t count, uint64_t known, struct dbgshm_moved list[]);
	/* Which of these metrics (`count` of them from `first` on) differ from
	 * frame `known` in value, peak or buckets; in order; how many.  All of
	 * them, unless `known` is this frame or the one before it with the same
	 * names.  Cost: about 2 ns for each that has not moved. */

struct dbgshm_histogram_info {
	uint64_t count, sum, max, min; /* min: lower end of the lowest bucket */
	const uint64_t *buckets;
	size_t bucket_count;
};
int dbgshm_reader_histogram(const struct dbgshm_reader *, size_t index,
    struct dbgshm_histogram_info *histogram);
uint64_t dbgshm_histogram_quantile(
    const struct dbgshm_histogram_info *histogram, double q);
	/* Middle of the bucket that holds the q-th value, at most max; 0 when
	 * empty.  Error at most 3.2 %. */
void dbgshm_histogram_quantiles(const struct dbgshm_histogram_info *histogram,
    const double q[], size_t count, uint64_t values[]);
	/* The same of several, q ascending, at the price of one. */
const uint64_t *dbgshm_reader_buckets(
    const struct dbgshm_reader *, size_t index);
	/* Only these, of the frame that is shown; NULL: no histogram. */
uint64_t dbgshm_bucket_low(size_t bucket);
uint64_t dbgshm_bucket_high(size_t bucket); /* inclusive */

/* ---- tables ---------------------------------------------------------------- */

/* Column flag of the reader: computed from the row, not stored in it.  Derived
 * columns follow the stored ones; which a shape has is in FORMAT.md. */
#define DBGSHM_COLUMN_DERIVED 128

struct dbgshm_column_info {
	struct dbgshm_text name, help;
	uint8_t type, unit, flags, level;
	uint16_t width;
	uint16_t name_count; /* ENUM */
	const struct dbgshm_text *names;
};
struct dbgshm_table_info {
	size_t profile;
	uint32_t generation, capacity;
	uint16_t shape;	 /* DBGSHM_SHAPE_*; PLAIN when its columns do not fit */
	uint16_t number; /* for references; 0 none */
	const struct dbgshm_column_info *columns;
	size_t column_count; /* with derived ones */
	uint64_t drop_rows, drop_busy;
};
size_t dbgshm_reader_table_count(const struct dbgshm_reader *);
const struct dbgshm_table_info *dbgshm_reader_table(
    const struct dbgshm_reader *, size_t index);

enum dbgshm_row_state {
	DBGSHM_ROWSTATE_LIVE,
	DBGSHM_ROWSTATE_FINISHED,
	DBGSHM_ROWSTATE_BUSY, /* kept changing; cells are the last good copy */
	DBGSHM_ROWSTATE_TORN, /* kept changing, no good copy yet */
	DBGSHM_ROWSTATE_TORN_AT_DEATH, /* being written when its writer died */
	DBGSHM_ROWSTATE_COUNT
};
const char *dbgshm_row_state_name(enum dbgshm_row_state state);

struct dbgshm_row_info {
	uint32_t slot;
	uint64_t generation; /* people see "slot.generation" */
	enum dbgshm_row_state state;
	uint64_t start_stamp, end_stamp;
	const uint64_t *words; /* row_stride bytes, private copy */
};
size_t dbgshm_reader_row_count(const struct dbgshm_reader *, size_t table);
const struct dbgshm_row_info *dbgshm_reader_row(
    const struct dbgshm_reader *, size_t table, size_t index);
	/*
	 * Rows that are not free, in the natural order of the table's shape:
	 *	PLAIN, QUEUE, CACHE, LIMIT, SCHEDULE	by slot
	 *	OPERATION, PAIR, OBJECT	live ones first, oldest on top; then the
	 *				finished, the last to end on top
	 *	STEP			newest first
	 *	HEARTBEAT		most overdue first, resting last
	 *	WORKER			busy ones first, longest busy on top
	 *	ERROR			last seen first
	 * They are sorted when they are copied: by slot costs nothing, the
	 * others at most n log n comparisons, n when slots are in order.
	 */

uint64_t dbgshm_reader_row_start_ns(
    const struct dbgshm_reader *, const struct dbgshm_row_info *);
uint64_t dbgshm_reader_row_end_ns(
    const struct dbgshm_reader *, const struct dbgshm_row_info *);
	/* The writer's CLOCK_MONOTONIC; 0 unknown, or not finished. */

/* What a reference refers to. */
struct dbgshm_reference {
	ssize_t table;	     /* index, -1 no such table */
	uint32_t slot;
	uint64_t generation; /* its low bits */
	ssize_t row;	     /* index of the row, -1 it is gone: stale */
};
int dbgshm_reader_reference(const struct dbgshm_reader *, uint64_t reference,
    struct dbgshm_reference *found);
	/* -1 and ENOENT for 0, which refers to nothing. */

struct dbgshm_cell {
	uint8_t type;		/* DBGSHM_TYPE_* */
	bool cut;		/* TEXT, BLOB: longer than the column */
	uint64_t u;		/* COUNTER GAUGE TIME DURATION ENUM BOOL
				   REFERENCE */
	int64_t i;		/* SIGNED */
	double d;		/* FLOAT */
	struct dbgshm_text text; /* TEXT, BLOB, ENUM (its name, empty if none) */
};
struct dbgshm_cell dbgshm_reader_cell(const struct dbgshm_reader *,
    size_t table, const struct dbgshm_row_info *row, size_t column);

/* ---- events ------------------------------------------------------------------ */

size_t dbgshm_reader_log_count(const struct dbgshm_reader *);
struct dbgshm_log_info {
	size_t profile;
	uint32_t ring_count, ring_size;
};
const struct dbgshm_log_info *dbgshm_reader_log(
    const struct dbgshm_reader *, size_t index);

/* What a log may say. */
struct dbgshm_event_kind_info {
	size_t log; /* index */
	uint8_t severity;
	struct dbgshm_text name, text;
	const struct dbgshm_column_info *fields;
	size_t field_count;
};
size_t dbgshm_reader_event_kind_count(const struct dbgshm_reader *);
struct dbgshm_event_kind_info dbgshm_reader_event_kind(
    const struct dbgshm_reader *, size_t index);

struct dbgshm_event_info {
	size_t log;	     /* index */
	uint32_t ring;	     /* of one thread at a time */
	uint64_t number;     /* in its ring, from 0 without a gap but `lost` */
	uint64_t lost;	     /* of its ring directly before this one: overwritten
				before they could be read, or dropped */
	uint64_t stamp;	     /* of the region's clock */
	uint64_t mono_ns;    /* the same, the writer's CLOCK_MONOTONIC */
	uint64_t real_ns;    /* the same, ns since 1970 */
	uint8_t severity;    /* DBGSHM_SEVERITY_* */
	struct dbgshm_text name, text; /* of its kind.  A message: "message" and
					  "{text}", with one field "text"; a
					  kind that is not there: "unknown" */
	const struct dbgshm_column_info *fields;
	size_t field_count;
	const struct dbgshm_cell *values;
};

/* Follows all logs of a reader: every event once, in order in each ring, merged
 * by time. */
struct dbgshm_events;
int dbgshm_events_open(
    struct dbgshm_reader *reader, struct dbgshm_events **events);
	/* Begins with the oldest event that is still there. */
int dbgshm_events_poll(struct dbgshm_events *events);
	/* Copies what is new.  Call after each refresh of the reader, before
	 * dbgshm_events_next().  Work: at most four copies of all rings.  -1 and
	 * EBADMSG, ENOMEM: what could be copied is there all the same. */
const struct dbgshm_event_info *dbgshm_events_next(struct dbgshm_events *);
	/* NULL: no more until the next poll.  Valid until the next call to any
	 * of these or a refresh.  While the writer lives, events younger than
	 * the frame wait for the next poll, so that those of other threads can
	 * still come before them; what nobody takes stays in the rings, and is
	 * overwritten there. */
uint64_t dbgshm_events_lost(const struct dbgshm_events *);
	/* All that were lost so far, also those that no event follows yet. */
void dbgshm_events_close(struct dbgshm_events *); /* before its reader */

/* ---- the past --------------------------------------------------------------- */

/*
 * The history of a region, as it was when it was opened: moments, from each time
 * in the finest tier that still has it.  The same on a live region, a dead one
 * and a copy.
 */
struct dbgshm_past;

struct dbgshm_moment {
	uint64_t mono_ns, real_ns, boot_ns; /* by the writer's clocks */
	uint64_t period_ns;		    /* of its tier */
	bool coarse; /* one of several samples, with their extremes */
	bool gap;    /* samples are missing before it: suspended, stopped, late */
};

int dbgshm_past_open(struct dbgshm_reader *reader, struct dbgshm_past **past);
	/* Copies the history of the region.  The reader must have been refreshed
	 * once.  -1 and errno as above; a region without history has no moments. */
void dbgshm_past_close(struct dbgshm_past *past); /* before its reader */

size_t dbgshm_past_count(const struct dbgshm_past *);
struct dbgshm_moment dbgshm_past_moment(const struct dbgshm_past *, size_t index);
	/* From the oldest, 0, to the newest. */
ssize_t dbgshm_past_find(const struct dbgshm_past *, uint64_t mono_ns);
	/* The last one at or before a time; -1: that is before the first. */
uint64_t dbgshm_past_rows_since(const struct dbgshm_past *);
	/* Rows reach back to here only (mono_ns); UINT64_MAX: there are none. */
uint64_t dbgshm_past_rows_at(const struct dbgshm_past *);
	/* Of when the rows of the moment that is shown are: a little before it
	 * where their past is kept less finely; UINT64_MAX: there are none. */

int dbgshm_past_show(struct dbgshm_past *past, size_t index);
	/*
	 * From now on all that the reader hands out is of that moment: records
	 * that were live then, their values, rows, ages.  dbgshm_reader_refresh()
	 * goes back to the present.  Cheap from one moment to the next, else a
	 * part of the history is decoded.  -1 and errno: EBADMSG damaged.
	 */

bool dbgshm_past_has_rows(const struct dbgshm_past *, size_t table);
	/* Of the moment that is shown.  false: the rows of this table were not
	 * kept, they are too many for the budget; or there are none of any. */

bool dbgshm_past_extremes(const struct dbgshm_past *, size_t metric,
    union dbgshm_value *least, union dbgshm_value *most);
	/* Of a GAUGE, FLOAT or UPDOWN in the samples that a coarse moment stands
	 * for.  false: not coarse, or another kind. */

/* ---- summary page ----------------------------------------------------------- */

size_t dbgshm_reader_summary_count(const struct dbgshm_reader *);
uint64_t dbgshm_reader_summary(const struct dbgshm_reader *, size_t slot,
    struct dbgshm_text *name);

/* ---- names -------------------------------------------------------------------- */

const char *dbgshm_unit_name(uint8_t unit);	  /* "bytes"; NULL for NONE */
const char *dbgshm_metric_kind_name(uint8_t kind); /* "counter", "gauge", ... */
const char *dbgshm_column_type_name(uint8_t type);
const char *dbgshm_level_name(uint8_t level);
const char *dbgshm_shape_name(uint16_t shape);	      /* "operation", ... */
const char *dbgshm_severity_name(uint8_t severity);   /* "warn", ... */
const char *dbgshm_outcome_name(uint64_t outcome);    /* "ok", ... */
const char *dbgshm_reason_text(enum dbgshm_reason reason); /* never NULL */

#ifdef __cplusplus
}
#endif
#endif
