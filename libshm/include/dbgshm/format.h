/*
 * format.h - the layout of a region, byte for byte.
 *
 * This file and FORMAT.md are the product; the writer and the reader are two
 * readers of this page and do not know each other.  Structs, constants and
 * asserts only, no logic.  All integers are in the byte order of the machine
 * that wrote them (the byte_order word tells); all references are offsets in
 * bytes from the start of the file, never pointers.  A changed number here is
 * a format change: version, FORMAT.md and CHANGES.md in the same commit.
 *
 *      0 +--------------------+
 *        | header        4096 |  who, when, clocks, sections, shard owners
 *   4096 +--------------------+
 *        | summary       4096 |  32 named words for shells with od(1)
 *   8192 +--------------------+
 *        | sections ...       |  each a reserved range, filled up to `used`:
 *        |  descriptors       |    what exists: profiles, metrics, tables
 *        |  strings           |    names and help texts
 *        |  gauges            |    words that anybody may store to
 *        |  shards            |    shard_count x shard_stride counter cells
 *        |  tables            |    sequences and rows
 *        |  rings             |    event rings, one a thread
 *        +--------------------+
 */
#ifndef DBGSHM_FORMAT_H
#define DBGSHM_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define DBGSHM_ASSERT(e, s) static_assert(e, s)
#else
#define DBGSHM_ASSERT(e, s) _Static_assert(e, s)
#endif

#define DBGSHM_MAGIC UINT64_C(0x0a314d4853474244) /* "DBGSHM1\n" */
#define DBGSHM_BYTE_ORDER UINT64_C(0x0102030405060708)
#define DBGSHM_MAJOR 1
#define DBGSHM_MINOR 2

#define DBGSHM_HEADER_SIZE 4096
#define DBGSHM_SUMMARY_OFFSET 4096
#define DBGSHM_SUMMARY_SIZE 4096
#define DBGSHM_SUMMARY_SLOTS 32
#define DBGSHM_SECTIONS_OFFSET 8192

#define DBGSHM_SECTION_SLOTS 16
#define DBGSHM_SHARD_SLOTS 64 /* shard 0 is shared by all threads */
#define DBGSHM_NAME_SIZE 64   /* process name, NUL padded */
#define DBGSHM_PATH_MAX 255   /* bytes of a profile path */
#define DBGSHM_TEXT_MAX 65535 /* bytes of any other stored string */

/* Section types. */
#define DBGSHM_SECTION_NONE 0
#define DBGSHM_SECTION_DESCRIPTORS 1
#define DBGSHM_SECTION_STRINGS 2
#define DBGSHM_SECTION_GAUGES 3
#define DBGSHM_SECTION_SHARDS 4
#define DBGSHM_SECTION_TABLES 5
#define DBGSHM_SECTION_RINGS 6 /* since minor 1 */
#define DBGSHM_SECTION_HISTORY 7 /* since minor 1 */

/*
 * A section is a reserved range of the file.  Bytes up to `used` are filled
 * and valid, the rest may be a hole.  `used` only grows, stored with release
 * after the bytes that it covers.  In the shards section `used` counts the
 * bytes of each one shard.
 */
struct dbgshm_section {
	uint32_t type;
	uint32_t flags;
	uint64_t offset;
	uint64_t size;
	uint64_t used;
};
DBGSHM_ASSERT(sizeof(struct dbgshm_section) == 32, "section");
DBGSHM_ASSERT(offsetof(struct dbgshm_section, used) == 24, "section.used");

/* What a region is about: header.kind. */
#define DBGSHM_KIND_OWN 1     /* the process that writes it */
#define DBGSHM_KIND_WATCHED 2 /* another process, seen from outside */

/* header.flags */
#define DBGSHM_FLAG_SAMPLER 1 /* ticks come from the library's thread */
#define DBGSHM_FLAG_UNNAMED 2 /* never had a name; handed over as a descriptor */
#define DBGSHM_FLAG_FIXED 4   /* allocated at once; cannot grow */
#define DBGSHM_FLAG_WITHHELD 8 /* an image without what is secret */

/* header.clock_kind: what a stamp counts. */
#define DBGSHM_CLOCK_MONOTONIC 1 /* CLOCK_MONOTONIC nanoseconds */
#define DBGSHM_CLOCK_TSC 2	 /* time stamp counter of x86-64 */

/* header.subject_state: kept by the writer of a WATCHED region. */
#define DBGSHM_SUBJECT_RUNNING 1
#define DBGSHM_SUBJECT_EXITED 2
#define DBGSHM_SUBJECT_REPLACED 3 /* same pid, other program by exec */

/* header.taken_life: what an image says of its subject. */
#define DBGSHM_TAKEN_LIVE 0
#define DBGSHM_TAKEN_STOPPED 1
#define DBGSHM_TAKEN_DEAD 2
#define DBGSHM_TAKEN_EXITED 3
#define DBGSHM_TAKEN_REPLACED 4
#define DBGSHM_TAKEN_STALE 5

struct dbgshm_header {
	/* Constant after creation.  magic is stored last, with release. */
	uint64_t magic;
	uint64_t byte_order;
	uint16_t major;
	uint16_t minor;
	uint32_t header_size;
	uint64_t features; /* bits 0..31: a reader that lacks one must refuse */
	uint64_t file_size;
	uint32_t section_count;
	uint32_t section_size; /* sizeof(struct dbgshm_section) */
	uint32_t kind;
	uint32_t flags;
	uint64_t random_id;
	uint32_t subject_pid; /* as its own pid namespace counts */
	uint32_t subject_uid;
	uint64_t subject_start; /* field 22 of /proc/PID/stat, clock ticks */
	uint32_t writer_pid;
	uint32_t writer_uid;
	uint64_t writer_start;
	uint8_t boot_id[16];
	uint64_t pid_namespace; /* inode of /proc/self/ns/..., 0 unknown */
	uint64_t mount_namespace;
	uint64_t time_namespace;
	uint64_t created_mono_ns;
	uint64_t created_boot_ns;
	uint64_t created_real_ns;
	uint64_t exe_hash;	/* 64-bit FNV-1a of the bytes of the exe path */
	uint32_t exe_offset;	/* strings section: path of the executable */
	uint32_t exe_length;
	uint32_t version_offset; /* strings section: the program's version */
	uint32_t version_length;
	uint32_t clock_kind;
	uint32_t shard_count;  /* including shard 0 */
	uint64_t shard_stride; /* bytes from one shard to the next */
	uint64_t tick_period_ns;
	char name[DBGSHM_NAME_SIZE];
	uint8_t reserved0[240];

	struct dbgshm_section sections[DBGSHM_SECTION_SLOTS]; /* 512 */

	/* 1024: changes while the program runs.  Stored by the sampler (or
	 * the thread that calls dbgshm_tick) unless said otherwise. */
	uint64_t schema_generation; /* +1, release, after each change; any thread
				       under the writer's registration lock */
	uint64_t shards_ready;	    /* shards 0..ready-1 have their bytes */
	uint64_t tick_count;
	uint64_t tick_late;    /* ticks that came over half a period late */
	uint64_t tick_cost_ns; /* total time spent in ticks */
	uint64_t heartbeat;    /* the program's own, any thread */
	uint64_t subject_state;
	uint64_t subject_exit_real_ns; /* when subject_state left RUNNING */
	uint64_t exit_real_ns;	       /* clean-exit mark of the writer, 0 none */
	uint64_t reason;	       /* enum dbgshm_reason: why smaller or off */
	uint64_t drop_registrations;   /* refused for lack of room */
	uint64_t drop_rows;	       /* claims refused by full tables */
	uint64_t drop_busy;	       /* row updates dropped, row was busy */
	uint64_t bytes_used;	       /* filled bytes of the whole region */
	uint8_t reserved1[16];

	/* 1152: clock block, under clock_sequence (odd while it changes).
	 * ns = mono_ns + (stamp - clock_stamp) * clock_mult / 2^32 */
	uint64_t clock_sequence;
	uint64_t clock_stamp;
	uint64_t clock_mono_ns;
	uint64_t clock_boot_ns;
	uint64_t clock_real_ns;
	uint64_t clock_mult;

	/* 1200: zero but in an image: a copy of one moment that a reader has
	 * made, which never changes.  Since minor 2. */
	uint64_t taken_real_ns; /* when: CLOCK_REALTIME of who took it; 0 it is
				   no image */
	uint64_t taken_mono_ns; /* the same on the writer's CLOCK_MONOTONIC */
	uint64_t taken_life;	/* DBGSHM_TAKEN_* */
	uint64_t taken_writer;	/* 1: its writer lived */
	uint8_t reserved2[816];

	/* 2048: one word a shard: 0 free, else owned (CAS by any thread). */
	uint64_t shard_owner[DBGSHM_SHARD_SLOTS];
	uint8_t reserved3[1536];
};
DBGSHM_ASSERT(offsetof(struct dbgshm_header, major) == 16, "major");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, file_size) == 32, "file_size");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, kind) == 48, "kind");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, subject_pid) == 64, "subject");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, boot_id) == 96, "boot_id");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, exe_hash) == 160, "exe_hash");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, clock_kind) == 184, "clock");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, name) == 208, "name");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, reserved0) == 272, "reserved0");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, sections) == 512, "sections");
DBGSHM_ASSERT(
    offsetof(struct dbgshm_header, schema_generation) == 1024, "schema");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, exit_real_ns) == 1088, "exit");
DBGSHM_ASSERT(
    offsetof(struct dbgshm_header, clock_sequence) == 1152, "clock_sequence");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, taken_real_ns) == 1200, "taken");
DBGSHM_ASSERT(offsetof(struct dbgshm_header, shard_owner) == 2048, "owner");
DBGSHM_ASSERT(sizeof(struct dbgshm_header) == 4096, "header");

/* The summary page: named words at fixed places. */
struct dbgshm_summary_slot {
	uint64_t value;	  /* any thread, one 8-byte store */
	char name[56];	  /* NUL padded; stored before `count` covers it */
};
struct dbgshm_summary {
	uint64_t count;
	uint8_t reserved0[56];
	struct dbgshm_summary_slot slots[DBGSHM_SUMMARY_SLOTS];
	uint8_t reserved1[1984];
};
DBGSHM_ASSERT(sizeof(struct dbgshm_summary_slot) == 64, "summary slot");
DBGSHM_ASSERT(offsetof(struct dbgshm_summary, slots) == 64, "summary slots");
DBGSHM_ASSERT(sizeof(struct dbgshm_summary) == 4096, "summary");

/* Descriptor types.  A reader skips what it does not know by its size. */
#define DBGSHM_DESC_PROFILE 1
#define DBGSHM_DESC_METRIC 2
#define DBGSHM_DESC_TABLE 3
#define DBGSHM_DESC_LOG 4   /* since minor 1 */
#define DBGSHM_DESC_EVENT 5 /* since minor 1 */

/* Descriptor states.  Stored last, with release. */
#define DBGSHM_DESC_BUILDING 0
#define DBGSHM_DESC_LIVE 1
#define DBGSHM_DESC_REMOVED 2

/* Starts every descriptor. */
struct dbgshm_desc {
	uint16_t type;
	uint16_t size8;	     /* whole length in units of 8 bytes, at least 2 */
	uint32_t state;
	uint32_t generation; /* +1 each time it is revived; from 1 */
	uint32_t parent;     /* section offset of the profile / 8 (0 in a profile) */
};
DBGSHM_ASSERT(sizeof(struct dbgshm_desc) == 16, "desc");
DBGSHM_ASSERT(offsetof(struct dbgshm_desc, state) == 4, "desc.state");

/* Levels: how much detail a person asked for. */
#define DBGSHM_LEVEL_NORMAL 0
#define DBGSHM_LEVEL_DETAIL 1
#define DBGSHM_LEVEL_DEBUG 2

/* The first 64 bytes of the descriptor section are zero, so that a parent of 0
 * refers to nothing; so are those of the strings section, and string offset 0
 * is the empty text. */
struct dbgshm_desc_profile {
	struct dbgshm_desc head;
	uint32_t path_offset;
	uint16_t path_length;
	uint16_t description_length;
	uint32_t description_offset;
	uint32_t help_offset;
	uint16_t help_length;
	uint8_t level;
	uint8_t flags;
	uint8_t reserved[28];
};
DBGSHM_ASSERT(
    offsetof(struct dbgshm_desc_profile, help_length) == 32, "profile");
DBGSHM_ASSERT(sizeof(struct dbgshm_desc_profile) == 64, "desc_profile");

/* Metric kinds. */
#define DBGSHM_METRIC_COUNTER 1	  /* one cell in each shard; sum modulo 2^64 */
#define DBGSHM_METRIC_GAUGE 2	  /* one gauge word, signed 64 bits */
#define DBGSHM_METRIC_FLOAT 3	  /* one gauge word, IEEE 754 double */
#define DBGSHM_METRIC_UPDOWN 4	  /* two cells in each shard: up, down */
#define DBGSHM_METRIC_HISTOGRAM 5 /* 2 + n cells in each shard: sum, max, buckets */

/* Units. */
#define DBGSHM_UNIT_NONE 0
#define DBGSHM_UNIT_BYTES 1
#define DBGSHM_UNIT_NS 2
#define DBGSHM_UNIT_PERCENT 3
#define DBGSHM_UNIT_RATIO 4 /* of 1 */
#define DBGSHM_UNIT_HERTZ 5
#define DBGSHM_UNIT_CELSIUS 6
#define DBGSHM_UNIT_COUNT 7 /* number of units, not a unit */

struct dbgshm_desc_metric {
	struct dbgshm_desc head;
	uint32_t name_offset;
	uint16_t name_length;
	uint16_t labels_length;
	uint32_t labels_offset; /* key NUL value NUL key NUL value NUL ... */
	uint32_t help_offset;
	uint16_t help_length;
	uint8_t kind;
	uint8_t unit;
	uint8_t level;
	uint8_t sub_bits; /* histograms: log2 of sub-buckets an octave: 5 */
	uint8_t reserved0[2];
	uint32_t cell;	/* index of the first 8-byte word, see kind */
	uint32_t cells; /* how many words */
	uint64_t highest; /* histograms: largest value told apart from larger */
	uint32_t peak; /* GAUGE, FLOAT, UPDOWN: index of two gauge words, the
			  high-water mark and the stamp of when it was seen
			  (0 never); 0 none.  Since minor 1 */
	uint8_t reserved1[4];
};
DBGSHM_ASSERT(offsetof(struct dbgshm_desc_metric, kind) == 34, "metric.kind");
DBGSHM_ASSERT(offsetof(struct dbgshm_desc_metric, peak) == 56, "metric.peak");
DBGSHM_ASSERT(offsetof(struct dbgshm_desc_metric, cell) == 40, "metric.cell");
DBGSHM_ASSERT(sizeof(struct dbgshm_desc_metric) == 64, "desc_metric");

/*
 * Histogram buckets: base 2, log-linear, 32 to an octave, width at most 1/32 of
 * the value (3.125 %).  With e = 5 for v < 32, else floor(log2 v):
 *	bucket(v) = (e - 5) * 32 + (v >> (e - 5))
 * Values above `highest` are counted in the last bucket, which has no upper end.
 */
#define DBGSHM_SUB_BITS 5
#define DBGSHM_SUB_BUCKETS 32
#define DBGSHM_HISTOGRAM_SUM 0	   /* cells before the buckets */
#define DBGSHM_HISTOGRAM_MAX 1
#define DBGSHM_HISTOGRAM_BUCKETS 2
#define DBGSHM_BUCKETS_MAX 1920	   /* bucket(2^64 - 1) + 1 */

/* Column types.  Each takes one 8-byte word of the row, TEXT and BLOB also
 * `width` bytes behind the words. */
#define DBGSHM_TYPE_COUNTER 1
#define DBGSHM_TYPE_GAUGE 2    /* unsigned 64 bits */
#define DBGSHM_TYPE_SIGNED 3
#define DBGSHM_TYPE_FLOAT 4    /* IEEE 754 double */
#define DBGSHM_TYPE_TEXT 5     /* word: length, bit 32 set when cut */
#define DBGSHM_TYPE_TIME 6     /* a stamp of the region's clock, 0 never */
#define DBGSHM_TYPE_DURATION 7 /* nanoseconds */
#define DBGSHM_TYPE_ENUM 8     /* index into the column's names */
#define DBGSHM_TYPE_BOOL 9     /* 0 or 1 */
#define DBGSHM_TYPE_BLOB 10    /* raw bytes, word as TEXT, shown in hex */
#define DBGSHM_TYPE_REFERENCE 11 /* another row, see below; since minor 1 */
#define DBGSHM_TYPE_COUNT 12

#define DBGSHM_TEXT_LENGTH_MASK UINT64_C(0xffff)
#define DBGSHM_TEXT_CUT (UINT64_C(1) << 32)

/* Column flags. */
#define DBGSHM_COLUMN_SECRET 1 /* shown only on request */
#define DBGSHM_COLUMN_KEY 2    /* names the row for people */

struct dbgshm_desc_column {
	uint32_t name_offset;
	uint16_t name_length;
	uint8_t type;
	uint8_t unit;
	uint32_t help_offset;
	uint16_t help_length;
	uint8_t flags;
	uint8_t level;
	uint16_t width;	       /* TEXT, BLOB: bytes, a multiple of 8; else 0 */
	uint16_t names_length; /* ENUM: name NUL name NUL ... */
	uint32_t names_offset;
	uint32_t text_offset;  /* TEXT, BLOB: from the start of the row */
	uint8_t reserved[4];
};
DBGSHM_ASSERT(offsetof(struct dbgshm_desc_column, width) == 16, "column.width");
DBGSHM_ASSERT(
    offsetof(struct dbgshm_desc_column, text_offset) == 24, "column.text");
DBGSHM_ASSERT(sizeof(struct dbgshm_desc_column) == 32, "desc_column");

/*
 * A table; its columns follow the descriptor.  Its bytes in the tables section:
 *
 *	data_offset +  0	struct dbgshm_table_head
 *		    + 64	sequence words, 8 x capacity, padded to 64
 *		    + ...	rows, row_stride x capacity
 *
 * data_offset is a file offset.  data_size covers all three parts.
 */
struct dbgshm_desc_table {
	struct dbgshm_desc head;
	uint32_t capacity;	/* rows */
	uint16_t column_count;	/* at most DBGSHM_COLUMNS_MAX */
	uint16_t column_size;	/* sizeof(struct dbgshm_desc_column) */
	uint32_t row_stride;	/* bytes, a multiple of 64 */
	uint16_t shape;		/* DBGSHM_SHAPE_*; since minor 1 */
	uint16_t number;	/* from 1, unique in the region, for references;
				   0 cannot be referred to; since minor 1 */
	uint64_t data_offset;
	uint64_t data_size;
	uint8_t reserved1[16];
};
#define DBGSHM_COLUMNS_MAX 64
#define DBGSHM_ROWS_MAX (1u << 20)
#define DBGSHM_ROW_STRIDE_MAX 65536
DBGSHM_ASSERT(offsetof(struct dbgshm_desc_table, data_offset) == 32, "table");
DBGSHM_ASSERT(sizeof(struct dbgshm_desc_table) == 64, "desc_table");

struct dbgshm_table_head {
	uint64_t drop_rows;  /* claims refused: table full (fetch_add) */
	uint64_t drop_busy;  /* updates dropped: row was busy (fetch_add) */
	uint64_t claim_hint; /* slot where the next claim starts looking */
	uint8_t reserved[40];
};
DBGSHM_ASSERT(sizeof(struct dbgshm_table_head) == 64, "table_head");

/*
 * The sequence word of a row:
 *	bit 0		busy: somebody is writing the row
 *	bits 1 and 2	state
 *	bits 3 to 63	version, +1 with each completed write
 * A writer takes the row by compare-and-swap from even to odd (acquire), stores
 * the words with release, and gives it back by storing the next version, even,
 * with release.  A reader copies sequence, row, sequence: equal and even = whole.
 */
#define DBGSHM_SEQ_BUSY UINT64_C(1)
#define DBGSHM_SEQ_STATE_SHIFT 1
#define DBGSHM_SEQ_STATE_MASK UINT64_C(6)
#define DBGSHM_SEQ_VERSION UINT64_C(8)
#define DBGSHM_ROW_FREE 0
#define DBGSHM_ROW_LIVE 1
#define DBGSHM_ROW_FINISHED 2

/* A row: four words, then one word a column, then the texts. */
struct dbgshm_row_head {
	uint64_t generation; /* +1 at each claim of the slot; 0 never claimed */
	uint64_t start_stamp;
	uint64_t end_stamp;  /* when it was finished, 0 not yet */
	uint64_t reserved;
};
#define DBGSHM_ROW_WORDS 4
DBGSHM_ASSERT(sizeof(struct dbgshm_row_head) == 32, "row_head");

/*
 * A reference to a row, as a cell or a field of an event: the number of its
 * table, its slot, and the low bits of its generation, by which a reader knows
 * that the slot now belongs to another row.  0 refers to nothing.
 */
#define DBGSHM_REFERENCE_TABLE_SHIFT 48
#define DBGSHM_REFERENCE_SLOT_SHIFT 28
#define DBGSHM_REFERENCE_SLOT_MASK UINT64_C(0xfffff)
#define DBGSHM_REFERENCE_GENERATION_MASK UINT64_C(0xfffffff)

/*
 * Shapes: tables whose first columns have fixed places, so that readers know
 * what they mean, in which order to show the rows, and what to derive from
 * them.  A table whose columns do not fit its shape is shown as a plain one.
 * In all of them start_stamp is when the row began; rows that are over are
 * FINISHED, with end_stamp, until a new row needs their slot.
 */
#define DBGSHM_SHAPE_PLAIN 0
#define DBGSHM_SHAPE_OBJECT 1	 /* live things: columns are the program's */
#define DBGSHM_SHAPE_OPERATION 2
#define DBGSHM_SHAPE_STEP 3	 /* breadcrumbs: LIVE is the present step */
#define DBGSHM_SHAPE_HEARTBEAT 4
#define DBGSHM_SHAPE_QUEUE 5
#define DBGSHM_SHAPE_CACHE 6
#define DBGSHM_SHAPE_LIMIT 7
#define DBGSHM_SHAPE_WORKER 8
#define DBGSHM_SHAPE_PAIR 9	 /* LIVE is open, FINISHED is closed */
#define DBGSHM_SHAPE_SCHEDULE 10
#define DBGSHM_SHAPE_ERROR 11
#define DBGSHM_SHAPE_COUNT 12

/* How an operation or a scheduled job ended. */
#define DBGSHM_OUTCOME_NONE 0 /* not yet */
#define DBGSHM_OUTCOME_OK 1
#define DBGSHM_OUTCOME_FAILED 2
#define DBGSHM_OUTCOME_CANCELLED 3
#define DBGSHM_OUTCOME_TIMEOUT 4
#define DBGSHM_OUTCOME_COUNT 5

/* Columns of the shapes, in order, with their types; units: counts unless the
 * type tells. */
enum { /* DBGSHM_SHAPE_OPERATION */
	DBGSHM_OPERATION_KIND,	     /* ENUM: the program's names */
	DBGSHM_OPERATION_DETAIL,     /* TEXT: on what */
	DBGSHM_OPERATION_PHASE,	     /* TEXT */
	DBGSHM_OPERATION_DONE,	     /* GAUGE */
	DBGSHM_OPERATION_TOTAL,	     /* GAUGE, 0 unknown */
	DBGSHM_OPERATION_PROGRESSED, /* TIME: last progress, 0 none yet */
	DBGSHM_OPERATION_OUTCOME,    /* ENUM: DBGSHM_OUTCOME_* */
	DBGSHM_OPERATION_PARENT,     /* REFERENCE: the one it is a part of */
	DBGSHM_OPERATION_THREAD,     /* GAUGE: tid, 0 unknown */
	DBGSHM_OPERATION_COLUMNS
};
enum { /* DBGSHM_SHAPE_STEP */
	DBGSHM_STEP_TRAIL,     /* TEXT: whose steps */
	DBGSHM_STEP_NUMBER,    /* COUNTER: of the step in its trail, from 1 */
	DBGSHM_STEP_STEP,      /* TEXT */
	DBGSHM_STEP_DETAIL,    /* TEXT */
	DBGSHM_STEP_OPERATION, /* REFERENCE: what it was a step of */
	DBGSHM_STEP_THREAD,    /* GAUGE: tid, 0 unknown */
	DBGSHM_STEP_COLUMNS
};
enum { /* DBGSHM_SHAPE_HEARTBEAT */
	DBGSHM_HEARTBEAT_NAME,	   /* TEXT */
	DBGSHM_HEARTBEAT_BEATS,	   /* COUNTER */
	DBGSHM_HEARTBEAT_LAST,	   /* TIME, 0 never */
	DBGSHM_HEARTBEAT_DEADLINE, /* DURATION from beat to beat; 0 rests: no
				      beat is expected */
	DBGSHM_HEARTBEAT_THREAD,   /* GAUGE: tid, 0 unknown */
	DBGSHM_HEARTBEAT_COLUMNS
};
enum { /* DBGSHM_SHAPE_QUEUE */
	DBGSHM_QUEUE_NAME,     /* TEXT */
	DBGSHM_QUEUE_PUT,      /* COUNTER: tail */
	DBGSHM_QUEUE_TAKEN,    /* COUNTER: head */
	DBGSHM_QUEUE_DONE,     /* COUNTER: taken items that are finished */
	DBGSHM_QUEUE_REFUSED,  /* COUNTER: no room */
	DBGSHM_QUEUE_CAPACITY, /* GAUGE, 0 no limit */
	DBGSHM_QUEUE_OLDEST,   /* TIME: when the next to be taken was put */
	DBGSHM_QUEUE_COLUMNS
};
enum { /* DBGSHM_SHAPE_CACHE */
	DBGSHM_CACHE_NAME,	/* TEXT */
	DBGSHM_CACHE_SIZE,	/* GAUGE: entries */
	DBGSHM_CACHE_CAPACITY,	/* GAUGE: entries, 0 no limit */
	DBGSHM_CACHE_HITS,	/* COUNTER */
	DBGSHM_CACHE_MISSES,	/* COUNTER */
	DBGSHM_CACHE_EVICTIONS, /* COUNTER */
	DBGSHM_CACHE_COLUMNS
};
enum { /* DBGSHM_SHAPE_LIMIT */
	DBGSHM_LIMIT_NAME,    /* TEXT */
	DBGSHM_LIMIT_LIMIT,   /* GAUGE, 0 none */
	DBGSHM_LIMIT_CURRENT, /* GAUGE */
	DBGSHM_LIMIT_WAITING, /* GAUGE: who waits now */
	DBGSHM_LIMIT_WAITS,   /* COUNTER: waits that are over */
	DBGSHM_LIMIT_WAITED,  /* DURATION: of all those together */
	DBGSHM_LIMIT_SINCE,   /* TIME: somebody has been waiting since */
	DBGSHM_LIMIT_WHO,     /* TEXT: who began to wait last, and why */
	DBGSHM_LIMIT_COLUMNS
};
enum { /* DBGSHM_SHAPE_WORKER */
	DBGSHM_WORKER_NAME,	 /* TEXT */
	DBGSHM_WORKER_BUSY,	 /* BOOL */
	DBGSHM_WORKER_SINCE,	 /* TIME: busy or idle since */
	DBGSHM_WORKER_WORK,	 /* TEXT: with what, or was */
	DBGSHM_WORKER_JOBS,	 /* COUNTER: finished */
	DBGSHM_WORKER_BUSY_TIME, /* DURATION: of those together */
	DBGSHM_WORKER_THREAD,	 /* GAUGE: tid, 0 unknown */
	DBGSHM_WORKER_COLUMNS
};
enum { /* DBGSHM_SHAPE_PAIR */
	DBGSHM_PAIR_NAME,   /* TEXT */
	DBGSHM_PAIR_KEY,    /* GAUGE: the program's number for it */
	DBGSHM_PAIR_OPENED, /* TEXT: file:line */
	DBGSHM_PAIR_CLOSED, /* TEXT: file:line, empty while it is open */
	DBGSHM_PAIR_THREAD, /* GAUGE: tid that opened it, 0 unknown */
	DBGSHM_PAIR_COLUMNS
};
enum { /* DBGSHM_SHAPE_SCHEDULE */
	DBGSHM_SCHEDULE_NAME,	 /* TEXT */
	DBGSHM_SCHEDULE_RUNNING, /* BOOL */
	DBGSHM_SCHEDULE_LAST,	 /* TIME: last start, 0 never */
	DBGSHM_SCHEDULE_PERIOD,	 /* DURATION from start to start; 0 not again */
	DBGSHM_SCHEDULE_COST,	 /* DURATION of the last run */
	DBGSHM_SCHEDULE_COSTS,	 /* DURATION of all runs together */
	DBGSHM_SCHEDULE_RUNS,	 /* COUNTER: finished */
	DBGSHM_SCHEDULE_ITEMS,	 /* GAUGE: of the last run */
	DBGSHM_SCHEDULE_RESULT,	 /* ENUM: DBGSHM_OUTCOME_* of the last run */
	DBGSHM_SCHEDULE_COLUMNS
};
enum { /* DBGSHM_SHAPE_ERROR */
	DBGSHM_ERROR_TEXT,   /* TEXT: what kind of error */
	DBGSHM_ERROR_CODE,   /* SIGNED: errno or the program's own */
	DBGSHM_ERROR_COUNT,  /* COUNTER */
	DBGSHM_ERROR_LAST,   /* TIME; the first one is start_stamp */
	DBGSHM_ERROR_DETAIL, /* TEXT: of the last one */
	DBGSHM_ERROR_COLUMNS
};

/*
 * An event log.  Its rings lie in the rings section, ring_count of them, each
 * with a head of 64 bytes and ring_size bytes of records:
 *
 *	data_offset + i * (64 + ring_size)	struct dbgshm_ring, then records
 *
 * Ring 0 is shared by all threads that have none of their own; the others
 * belong to the thread that owns the shard of the same number.
 */
struct dbgshm_desc_log {
	struct dbgshm_desc head;
	uint32_t ring_count;
	uint32_t ring_size; /* a power of two */
	uint64_t data_offset; /* in the file */
	uint64_t data_size;
	uint8_t reserved[24];
};
#define DBGSHM_RINGS_MAX DBGSHM_SHARD_SLOTS
#define DBGSHM_RING_SIZE_MIN 2048u
#define DBGSHM_RING_SIZE_MAX (16u << 20)
DBGSHM_ASSERT(offsetof(struct dbgshm_desc_log, data_offset) == 24, "log");
DBGSHM_ASSERT(sizeof(struct dbgshm_desc_log) == 64, "desc_log");

/* Severities of events. */
#define DBGSHM_SEVERITY_DEBUG 0
#define DBGSHM_SEVERITY_INFO 1
#define DBGSHM_SEVERITY_WARN 2
#define DBGSHM_SEVERITY_ERROR 3
#define DBGSHM_SEVERITY_COUNT 4

/* A kind of event; its fields, as struct dbgshm_desc_column with width and
 * text_offset 0, follow the descriptor. */
struct dbgshm_desc_event {
	struct dbgshm_desc head; /* parent: the profile of its log */
	uint32_t name_offset;
	uint16_t name_length;
	uint16_t number; /* in records: from DBGSHM_EVENT_FIRST, unique in the
			    region */
	uint32_t text_offset; /* for people: "peer {peer} failed: {error}" */
	uint16_t text_length;
	uint8_t severity;
	uint8_t field_count; /* at most DBGSHM_FIELDS_MAX */
	uint8_t reserved[32];
};
#define DBGSHM_FIELDS_MAX 16
DBGSHM_ASSERT(offsetof(struct dbgshm_desc_event, number) == 22, "event");
DBGSHM_ASSERT(sizeof(struct dbgshm_desc_event) == 64, "desc_event");

/*
 * Before each ring.  Positions count 8-byte words since the ring was made and
 * never wrap; the word of a position is position modulo (ring_size / 8).
 *
 * An append takes the ring, stores `limit`, then the record, then `head`, all with
 * release, then adds to `records` and frees the ring.  Whoever finds it taken (a
 * signal handler of the same thread; in ring 0 also another thread) drops its
 * event and counts that.  Ring 0 is taken by `busy`; in the others that is 0,
 * because their owner does it in private memory.
 * What a reader has copied is good from limit - ring_size / 8 on, with the limit
 * loaded after the copy, up to the head loaded before it.
 */
struct dbgshm_ring {
	uint64_t busy;	  /* ring 0 only */
	uint64_t limit;	  /* records may be written up to here */
	uint64_t head;	  /* bits 63..10: position behind the newest record;
			     bits 9..0: its length in words */
	uint64_t records; /* appended; of the newest one, the number + 1 */
	uint64_t dropped; /* refused because it was busy */
	uint64_t thread;  /* tid of the owner, 0 unknown */
	uint8_t reserved[16];
};
#define DBGSHM_RING_HEAD_SHIFT 10
DBGSHM_ASSERT(offsetof(struct dbgshm_ring, head) == 16, "ring");
DBGSHM_ASSERT(sizeof(struct dbgshm_ring) == 64, "ring");

/*
 * A record: two words, then the fields of its kind in order, one word each; a
 * TEXT or BLOB word is as in a row (length, cut), its bytes follow at once,
 * padded to 8.  It never wraps: DBGSHM_EVENT_PAD fills the end of the ring.
 *	word 0	bits 0..9	length in words, with these two
 *		bits 10..19	length of the record before it, 0 the first
 *		bits 20..23	severity
 *		bits 24..39	number of the kind of event
 *		bits 40..63	number of the record, modulo 2^24; pads do not
 *				count and bear that of the next record
 *	word 1	stamp
 */
#define DBGSHM_RECORD_LENGTH_MASK UINT64_C(0x3ff)
#define DBGSHM_RECORD_BEFORE_SHIFT 10
#define DBGSHM_RECORD_SEVERITY_SHIFT 20
#define DBGSHM_RECORD_SEVERITY_MASK UINT64_C(0xf)
#define DBGSHM_RECORD_EVENT_SHIFT 24
#define DBGSHM_RECORD_EVENT_MASK UINT64_C(0xffff)
#define DBGSHM_RECORD_NUMBER_SHIFT 40
#define DBGSHM_RECORD_NUMBER_MASK UINT64_C(0xffffff)
#define DBGSHM_RECORD_WORDS 2 /* before the fields */
#define DBGSHM_RECORD_WORDS_MAX 128
#define DBGSHM_EVENT_PAD 0     /* may be of one word only */
#define DBGSHM_PAD_MISSING 1   /* severity of a pad of two words, in an image:
				  so many records as its second says are
				  missing before the next one */
#define DBGSHM_EVENT_MESSAGE 1 /* one TEXT field, without a descriptor */
#define DBGSHM_EVENT_FIRST 2

/*
 * History: a section of slots of DBGSHM_SLOT_SIZE bytes, each a head and data.
 * Slots of the same block, by index, hold one stream of bytes: frames one after
 * the other, the first of which is a key frame.  A block that is needed again
 * goes whole.  The single writer stores block = 0 before it writes into a slot
 * again, and `used` after the bytes that it covers, both with release: what a
 * reader has copied up to `used` is good when `block` is the same afterwards.
 *
 * A frame in a block:
 *	varint	bytes that follow
 *	zigzag varint	ns since the frame before (in the first: since mono_ns),
 *			less period_ns
 *	zigzag varint	by how much the wall clock has moved against that, ns
 *	zigzag varint	the same of the boot clock
 *	coded words (frame.h, see FORMAT.md), by ring:
 *	  METRICS	live records, gauges, cells; in coarse tiers: extremes
 *	  ROWS		live records, varint of how many tables, then each table
 *			in the order of descriptors: for each row up to the last
 *			one that was ever taken its state, then its words
 * An array of words that is not coded as a key has at most a quarter and 64
 * words more than when it was coded as a key last: room that a reader takes.
 */
#define DBGSHM_SLOT_SIZE 4096
#define DBGSHM_LIVE_UNIT 32 /* bytes of descriptors for each bit of "live" */
#define DBGSHM_RING_METRICS 0
#define DBGSHM_RING_ROWS 1
#define DBGSHM_TIERS_MAX 3

struct dbgshm_slot {
	uint64_t block; /* from 1; 0 free */
	uint32_t index; /* of this slot in its block */
	uint16_t ring;	/* DBGSHM_RING_* */
	uint16_t tier;	/* 0 is the finest */
	uint64_t used;	/* bytes of data */
	uint64_t period_ns;
	uint64_t mono_ns, real_ns, boot_ns; /* of the first frame, index 0 */
	uint64_t reserved;
};
DBGSHM_ASSERT(sizeof(struct dbgshm_slot) == 64, "slot");

/*
 * A piece: what is new of a region, carried elsewhere (<dbgshm/feed.h>).  A head,
 * and parts behind it without gaps, each
 *	varint	DBGSHM_PART_*
 *	varint	bytes that follow
 * and then its content, see FORMAT.md.  Unknown parts are skipped.  The first
 * piece of a series says everything; each other one goes on where the one with the
 * number before it ended.
 */
#define DBGSHM_PIECE_MAGIC UINT64_C(0x0a43504d48534744) /* "DGSHMPC\n" */
#define DBGSHM_PIECE_MAJOR 1
#define DBGSHM_PIECE_MINOR 0
#define DBGSHM_PIECE_FIRST 1 /* flags: it needs none before it */

struct dbgshm_piece_head {
	uint64_t magic;
	uint16_t major;
	uint16_t minor; /* a higher one only adds parts */
	uint32_t flags;
	uint64_t series; /* CLOCK_REALTIME when its first piece was made */
	uint64_t number; /* from 0 */
	uint64_t size;	 /* of the whole piece */
};
DBGSHM_ASSERT(offsetof(struct dbgshm_piece_head, flags) == 12, "piece.flags");
DBGSHM_ASSERT(offsetof(struct dbgshm_piece_head, size) == 32, "piece.size");
DBGSHM_ASSERT(sizeof(struct dbgshm_piece_head) == 40, "piece_head");

#define DBGSHM_PART_HEADER 1	  /* words of the header that have changed */
#define DBGSHM_PART_SUMMARY 2	  /* of the summary page */
#define DBGSHM_PART_RECORDS 3	  /* new bytes of descriptors */
#define DBGSHM_PART_STATES 4	  /* words of descriptors that have changed */
#define DBGSHM_PART_TEXTS 5	  /* new bytes of strings */
#define DBGSHM_PART_DROPS 6	  /* of a table */
#define DBGSHM_PART_PRESENT 7	  /* frames that are not of the past */
#define DBGSHM_PART_BLOCK 8	  /* frames of a block of the past */
#define DBGSHM_PART_EVENTS 9	  /* new records of an event ring */
#define DBGSHM_PART_COUNT 10

/* In PRESENT added to the state of a row: it was being written. */
#define DBGSHM_PRESENT_BUSY 4

/*
 * Names in the file system.  A region's file is
 *	DIRECTORY/PID-START-RANDOM.dbg
 * with PID decimal (of the subject), START the decimal start time in clock
 * ticks, RANDOM 16 hex digits.  DIRECTORY is /dev/shm/dbgtop-UID, or
 * /dev/shm/dbgtop-UID-RANDOM8 where the plain name is squatted; regions that
 * are not published lie in its subdirectory "dark".
 */
#define DBGSHM_BASE_DIRECTORY "/dev/shm"
#define DBGSHM_DIRECTORY_PREFIX "dbgtop-"
#define DBGSHM_DARK_DIRECTORY "dark"
#define DBGSHM_FILE_SUFFIX ".dbg"

/* Why telemetry is off or smaller: header.reason and dbgshm_reason(). */
enum dbgshm_reason {
	DBGSHM_REASON_NONE = 0,
	DBGSHM_REASON_NOT_INITIALISED,
	DBGSHM_REASON_ENVIRONMENT,   /* DBGSHM=off */
	DBGSHM_REASON_PRIVILEGED,    /* AT_SECURE */
	DBGSHM_REASON_NO_DIRECTORY,  /* no /dev/shm, not a tmpfs, not ours */
	DBGSHM_REASON_NO_SPACE,	     /* file system full */
	DBGSHM_REASON_FILE_LIMIT,    /* RLIMIT_FSIZE */
	DBGSHM_REASON_MEMORY_LIMIT,  /* memory cgroup or address space */
	DBGSHM_REASON_BUDGET,	     /* the region's own maximum */
	DBGSHM_REASON_SYSTEM,	     /* another system call failed */
	DBGSHM_REASON_FORKED,	     /* child of a fork, not asked for its own */
	DBGSHM_REASON_NAME_GONE,     /* somebody removed the file's name */
	DBGSHM_REASON_SANDBOX,	     /* dbgshm_sandbox(): no growth any more */
	DBGSHM_REASON_NO_LOCK,	     /* liveness lock not possible here */
	DBGSHM_REASON_COUNT
};

#endif
