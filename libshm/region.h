/*
 * region.h - what the writer side keeps in private memory about a region.
 *
 * Decisions are taken on this memory, never on what stands in the shared file:
 * whoever can damage the file must not be able to lead the host astray.
 */
#ifndef REGION_H
#define REGION_H

#include "host.h"

#include <dbgshm/events.h>

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#define REGION_PAGE 4096
#define REGION_SINK_WORDS 8 /* first words of gauges and shards: zero handles */
#define REGION_DIRECTORY_SIZE 64
#define REGION_FILE_SIZE 64

/* The sections that version 1 has, in file order. */
enum section_id {
	ROOM_DESCRIPTORS,
	ROOM_STRINGS,
	ROOM_GAUGES,
	ROOM_SHARDS, /* used and filled count bytes of each one shard */
	ROOM_TABLES,
	ROOM_RINGS,
	ROOM_HISTORY,
	ROOM_COUNT
};

struct room {
	uint64_t offset;
	uint64_t size;
	uint64_t used;
	uint64_t filled; /* allocated bytes, whole pages */
};

/* One descriptor as the index finds it. */
struct index_entry {
	uint64_t hash;
	uint32_t descriptor; /* section offset; 0 empty slot */
	uint32_t reserved;
};

struct name_index {
	struct index_entry *entries;
	size_t capacity; /* power of two */
	size_t count;
};

/* Where a text stands that was stored not long ago. */
struct recent_text {
	uint64_t hash;
	uint32_t offset;
	uint32_t length;
};
#define REGION_RECENT_TEXTS 256

struct clock_pair {
	uint64_t stamp;
	uint64_t mono_ns;
};

/* Cells that every tick fills; see cost.c. */
struct process_cells;
struct history; /* history.h */
struct peak;

struct dbgshm_region {
	uint32_t magic;
	bool self;    /* the region of this process: has shards for threads */
	bool fixed;   /* cannot grow */
	bool sealed;  /* dbgshm_sandbox(): no system calls */
	bool orphan;  /* child of a fork: private memory, no file */
	pid_t owner;  /* process that may touch the file */
	uid_t file_uid;
	gid_t file_gid;
	mode_t file_mode;
	char *base;
	uint64_t file_size;
	void *lock_page;
	struct dbgshm_header *header;
	struct room rooms[ROOM_COUNT];
	uint64_t filled_bytes, max_bytes;
	uint64_t granted_bytes; /* may be filled before asking again */
	uint32_t shard_count, shards_ready;
	uint64_t shard_stride;
	uint32_t summary_count;
	uint64_t schema_generation;
	struct name_index index;
	struct recent_text recent[REGION_RECENT_TEXTS];
	struct dbgshm_profile **profiles;
	size_t profile_count, profile_capacity;
	enum dbgshm_state state;
	enum dbgshm_reason reason;
	char directory[REGION_DIRECTORY_SIZE]; /* "" when unnamed */
	char file[REGION_FILE_SIZE];
	struct clock_pair first_clock;
	uint64_t clock_mult, last_tick_ns, last_tick_stamp, period_ns, ticks;
	uint64_t read_ns; /* what the clock said at the last tick */
	uint64_t slept_ns; /* boot time less monotonic time */
	struct process_cells *cells;
	struct history *history;
	struct peak *peaks; /* see peak.c */
	size_t peak_count, peak_capacity;
	uint16_t table_numbers; /* given to tables so far */
	uint16_t event_numbers; /* given to kinds of events so far */
	struct event_log *logs; /* all of them, see log.c; loaded by any thread */
	struct dbgshm_region *next; /* all regions, for fork */
};

struct dbgshm_profile {
	uint32_t magic;
	uint32_t descriptor; /* section offset */
	struct dbgshm_region *region;
	struct dbgshm_table *table;
	struct event_log *log;
	bool live;
};

struct table_column {
	uint8_t type;
	uint16_t width;
	uint32_t text_offset;
};

struct dbgshm_table {
	uint32_t magic;
	uint32_t descriptor;
	struct dbgshm_region *region;
	struct dbgshm_table_head *head;
	uint64_t *sequences;
	char *rows;
	uint32_t capacity, row_stride;
	uint32_t column_count;
	uint16_t shape, number;
	bool live;
	uint64_t schema_hash;
	void *extra; /* what its shape keeps; malloc'ed, freed with it, still
			there when a removed table is revived */
	struct dbgshm_table *older; /* of other columns, removed */
	struct table_column columns[];
};

/* What a kind of event was registered as. */
struct event_kind {
	uint64_t name_hash, schema_hash;
	uint32_t descriptor;
	struct dbgshm_event event;
	bool live;
};

/* A log and how its rings are written: this memory alone says where. */
struct event_log {
	struct dbgshm_log log; /* of threads without a ring: `none` */
	struct dbgshm__ring none; /* no record fits in */
	uint32_t descriptor, parent; /* of the profile, as it is stored */
	struct dbgshm_region *region;
	uint32_t ring_count, ring_size;
	bool live;
	struct event_kind *kinds;
	size_t kind_count, kind_capacity;
	struct event_log *older; /* of the same profile, removed */
	struct event_log *next;	 /* of the same region */
	struct dbgshm__ring states[]; /* ring_count; 0 is the shared one */
};

#define REGION_MAGIC 0x72656731u
#define PROFILE_MAGIC 0x70726f31u
#define TABLE_MAGIC 0x74616231u

/* lock.c: around registration, growth, ticks and the list of regions. */
void dbgshm__enter(void);
void dbgshm__leave(void);
bool dbgshm__inside(void); /* is this thread in there, or waits to be? */

/* writer.c */
extern struct dbgshm_region *dbgshm__regions;
extern struct dbgshm_region *dbgshm__self;

int dbgshm__writer_install_hooks(void);
int dbgshm__writer_settle(const struct dbgshm_options *given,
    struct dbgshm_options *options); /* defaults and environment */
void dbgshm__writer_prepare(struct dbgshm_region *, const struct dbgshm_options *);
int dbgshm__writer_result(int error); /* 0, or -1 with errno */
uint64_t dbgshm__writer_parse_size(const char *); /* "8M"; 0: it is none */

/* tiers.c: defaults and the environment of the history; EINVAL. */
int dbgshm__tiers_settle(struct dbgshm_options *);
void dbgshm__history_forked(struct dbgshm_region *);

/* extent.c: filling pages. */
int dbgshm__region_fill(struct dbgshm_region *, uint64_t offset, uint64_t size);
int dbgshm__region_reserve(struct dbgshm_region *, enum section_id, uint64_t used);
int dbgshm__region_ready_shards(struct dbgshm_region *, uint32_t ready);
void dbgshm__region_used(struct dbgshm_region *, enum section_id, uint64_t used);
enum dbgshm_reason dbgshm__region_headroom(struct dbgshm_region *, uint64_t bytes);
void dbgshm__region_reason(struct dbgshm_region *, enum dbgshm_reason);
enum dbgshm_reason dbgshm__region_reason_of(int error);

/* map.c: the file, its size, its lock and its name. */
struct region_layout {
	uint64_t max_bytes;
	uint32_t shard_count, shards_ready;
};
struct region_identity;
int dbgshm__region_make(struct dbgshm_region *, const struct region_layout *,
    const struct region_identity *, bool dark, int *descriptor);
void dbgshm__region_unmap(struct dbgshm_region *);
int dbgshm__region_open_file(struct dbgshm_region *, const struct region_identity *,
    int *directory);
int dbgshm__region_set_size(int descriptor, uint64_t size, bool fill);
void dbgshm__region_write_header(
    struct dbgshm_region *, const struct region_identity *);
int dbgshm__region_lock_and_link(
    struct dbgshm_region *, int file, int directory, bool dark);

/* fork.c */
void dbgshm__region_forked(struct dbgshm_region *);
int dbgshm__region_remake(struct dbgshm_region *, const struct region_identity *,
    bool dark); /* the same contents in a file of this process */

/* directory.c: names in /dev/shm. */
int dbgshm__directory_open(uid_t uid, bool visible, char *path, size_t size);
int dbgshm__directory_link(int descriptor, int directory, bool dark, const char *file);
int dbgshm__directory_rename(struct dbgshm_region *, bool dark);
void dbgshm__directory_unlink(struct dbgshm_region *);
void dbgshm__directory_sweep(int directory, uint64_t exe_hash, uint32_t kind,
    uid_t owner);
int dbgshm__directory_move(struct dbgshm_region *, uid_t uid, gid_t gid);

/* watched.c: at a clean exit. */
void dbgshm__watched_unlink(void);

/* identity.c: who we are, in the words of the header. */
struct region_identity {
	uint32_t kind;
	pid_t pid, writer_pid;
	uid_t uid, writer_uid;
	uint64_t start, writer_start;
	uint8_t boot_id[16];
	uint64_t pid_namespace, mount_namespace, time_namespace;
	uint64_t random_id;
	char exe[512];
	char name[DBGSHM_NAME_SIZE];
	const char *version;
	uint64_t period_ns;
	uint32_t flags;
	bool tsc; /* stamps are TSC */
};
void dbgshm__identity_self(struct region_identity *);
uint64_t dbgshm__identity_hash(const void *bytes, size_t length, uint64_t seed);
#define IDENTITY_SEED UINT64_C(0xcbf29ce484222325)

/* headroom.c: how much memory may be taken. */
enum dbgshm_reason dbgshm__headroom_refuses(uint64_t bytes);

/* profile.c */
void dbgshm__schema_changed(struct dbgshm_region *);
uint32_t dbgshm__schema_text(struct dbgshm_region *, const char *, size_t length);
	/* section offset; 0 and errno on failure, or for no text */
char *dbgshm__schema_take(struct dbgshm_region *, size_t size, uint32_t *offset);
int dbgshm__schema_refused(struct dbgshm_region *, int error);
struct dbgshm_desc *dbgshm__schema_desc(const struct dbgshm_region *, uint32_t offset);
bool dbgshm__schema_same_text(const struct dbgshm_region *, uint32_t offset,
    uint32_t length, const char *text, size_t text_length);
void dbgshm__region_free_schema(struct dbgshm_region *);

/* index.c */
uint32_t dbgshm__index_find(const struct dbgshm_region *, uint64_t hash,
    bool (*same)(const struct dbgshm_region *, uint32_t, const void *),
    const void *key);
int dbgshm__index_grow(struct name_index *); /* room for one more */
void dbgshm__index_put(struct name_index *, uint64_t hash, uint32_t descriptor);

/* name.c: 0, EINVAL or ENAMETOOLONG. */
int dbgshm__name_check_path(const char *);
int dbgshm__name_check_word(const char *, size_t limit);
int dbgshm__name_check_label_key(const char *);
int dbgshm__name_check_text(const char *, size_t limit);
int dbgshm__name_check_line(const char *, size_t limit);

/* column.c */
uint32_t dbgshm__column_width(const struct dbgshm_column *);
int dbgshm__columns_check(const struct dbgshm_column *, size_t count);
uint64_t dbgshm__columns_hash(const struct dbgshm_column *, size_t count,
    uint64_t hash);
int dbgshm__columns_write(struct dbgshm_region *, struct dbgshm_desc_column *,
    const struct dbgshm_column *, size_t count);

/* log.c */
void dbgshm__log_remove(struct dbgshm_profile *); /* with its kinds of events */
void dbgshm__logs_forked(struct dbgshm_region *);

/* ring.c */
void dbgshm__rings_claimed(const struct dbgshm_region *, uint32_t shard,
    uint32_t tid); /* by a thread that is about to use them */
void dbgshm__rings_named(const struct dbgshm_region *, uint32_t shard, uint32_t tid);
void dbgshm__ring_reset(struct dbgshm__ring *, struct dbgshm_ring *, uint32_t size);

/* message.c */
#define MESSAGE_MAX 480
size_t dbgshm__message(char *to, size_t size, int error, const char *format,
    va_list arguments); /* as vsnprintf, but no NUL, and never more than size + 1 */

/* table.c */
struct dbgshm_table *dbgshm__table_create(struct dbgshm_profile *,
    const struct dbgshm_column *, size_t count, uint32_t capacity,
    uint16_t shape); /* NULL and errno as dbgshm_table_create() */
void dbgshm__table_remove(struct dbgshm_profile *); /* marks it and frees its rows */
void dbgshm__table_free(struct dbgshm_profile *);

/* row.c */
void dbgshm__row_refused(struct dbgshm_table *); /* counts a row that is not */
void dbgshm__row_abandon(struct dbgshm_row); /* claimed, but not needed */

/* shape.c: NULL and errno as dbgshm_table_create(), ENOTSUP in a region about
 * another process. */
struct dbgshm_table *dbgshm__shape_create(
    struct dbgshm_profile *, uint16_t shape, uint32_t capacity);
struct dbgshm_table *dbgshm__shape_create_operations(
    struct dbgshm_profile *, const char *const *kinds, uint32_t capacity);
struct dbgshm_table *dbgshm__shape_create_with(struct dbgshm_profile *,
    uint16_t shape, uint32_t capacity, size_t size);
	/* with `size` bytes of its own in table->extra, zero when they are new */
void dbgshm__shape_reset(struct dbgshm_table *);
void dbgshm__shapes_forked(struct dbgshm_region *);

/* What shapes keep beside their table knows no row any more. */
struct dbgshm_steps;
struct dbgshm_pairs;
struct dbgshm_errors;
void dbgshm__steps_reset(struct dbgshm_steps *);
void dbgshm__pairs_reset(struct dbgshm_pairs *);
void dbgshm__errors_reset(struct dbgshm_errors *);

/* peak.c: high-water marks. */
int dbgshm__peaks_grow(struct dbgshm_region *); /* room for one more */
void dbgshm__peaks_add(struct dbgshm_region *, uint32_t word, uint32_t cell,
    uint8_t kind);
void dbgshm__peaks_tick(struct dbgshm_region *);
void dbgshm__peaks_forked(struct dbgshm_region *);

/* cost.c */
void dbgshm__cost_create(struct dbgshm_region *);
void dbgshm__cost_tick(struct dbgshm_region *);

/* sampler.c */
int dbgshm__sampler_start(uint64_t period_ns);
void dbgshm__sampler_stop(void);
void dbgshm__sampler_forked(void);
void dbgshm__sampler_tick(struct dbgshm_region *, uint64_t now_ns);
bool dbgshm__sampler_trusts_tsc(void);
struct clock_pair dbgshm__sampler_clock_pair(bool tsc);
void dbgshm__sampler_clocks(struct dbgshm_region *, uint64_t now_ns);

/* shard.c */
void dbgshm__shard_setup(struct dbgshm_region *);
void dbgshm__shard_forked(void);
void dbgshm__shard_need(void); /* gives this thread cells, if there are any */
bool dbgshm__shard_wanted(void); /* a thread found none; clears the wish */

static inline uint64_t
region_pages(uint64_t bytes)
{
	return ((bytes + REGION_PAGE - 1) & ~(uint64_t)(REGION_PAGE - 1));
}

static inline uint64_t *
table_row(const struct dbgshm_table *table, uint32_t slot)
{
	return ((uint64_t *)(void *)(table->rows +
	    (size_t)slot * table->row_stride));
}

/*
 * The cells of a row, for single words outside of begin and end.  NULL for none
 * and for a row that belongs to somebody else by now, as far as one can know.
 */
static inline uint64_t *
row_cells(struct dbgshm_row row)
{
	if (row.words == NULL ||
	    dbgshm__load_relaxed(row.words) != row.generation)
		return (NULL);
	return (row.words + DBGSHM_ROW_WORDS);
}

/* Adds to a cell that several threads add to. */
static inline void
row_count(struct dbgshm_row row, uint32_t column, uint64_t n)
{
	uint64_t *cells = row_cells(row);

	if (cells != NULL)
		(void)dbgshm__fetch_add(cells + column, n);
}

static inline void
row_put(struct dbgshm_row row, uint32_t column, uint64_t value)
{
	uint64_t *cells = row_cells(row);

	if (cells != NULL)
		dbgshm__store_release(cells + column, value);
}

static inline uint64_t *
region_shard(const struct dbgshm_region *region, uint32_t shard)
{
	return ((uint64_t *)(void *)(region->base +
	    region->rooms[ROOM_SHARDS].offset + shard * region->shard_stride));
}

#endif
