/*
 * view.h - what the reader side keeps in private memory about a region.
 *
 *	layout	where the sections are, from a checked copy of the header
 *	schema	what exists, from checked copies of descriptors and strings
 *	frame	one copy of all values
 *	view	a schema and two frames, so that the last one stays until the
 *		next is whole
 *
 * Nothing here points into a file, and nothing is read twice and trusted twice.
 */
#ifndef DBGSHM_VIEW_H
#define DBGSHM_VIEW_H

#include "host.h"

#include <dbgshm/reader.h>

#define DBGSHM_SIZE_MAX (UINT64_C(8) << 30)    /* apparent size of a file */
#define DBGSHM_FILLED_MAX (UINT64_C(256) << 20) /* bytes that we copy */
#define DBGSHM_SCHEMA_MAX (UINT64_C(64) << 20)	/* of descriptors, of strings */
#define DBGSHM_RINGS_USED_MAX (UINT64_C(256) << 20) /* of rings, of the past */
#define DBGSHM_TABLES_MAX 16384
#define DBGSHM_LOGS_MAX 1024
#define DBGSHM_TRIES 4

/* ---- faults (verify.c) ------------------------------------------------ */

/* Where faults go: counted, the first one kept, each one told if asked. */
struct dbgshm_sink {
	uint64_t count;
	struct dbgshm_fault first;
	void (*found)(const struct dbgshm_fault *, void *);
	void *context;
};

void dbgshm__fault(struct dbgshm_sink *sink, uint64_t offset,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
	/* format and its arguments must be our own words and numbers. */

/* ---- layout (verify.c) ------------------------------------------------ */

/* Sections by type; one that is missing or damaged has no bytes. */
struct dbgshm_layout {
	struct dbgshm_section sections[DBGSHM_SECTION_HISTORY + 1];
	uint32_t shard_count, shards_ready;
	uint64_t shard_stride;
	uint64_t file_size; /* of the real file */
	uint64_t filled;    /* sum of what is used, rings left out */
};

int dbgshm__verify_header(const struct dbgshm_header *header,
    uint64_t file_size, struct dbgshm_layout *layout, struct dbgshm_sink *sink);
	/* 0, or an errno: the region can not be shown at all. */

int dbgshm__verify_constant(
    const struct dbgshm_header *before, const struct dbgshm_header *now);
	/* 0, or EBADMSG: what can never change has changed. */

/* An image of one moment, which asks nothing of this host. */
static inline bool
dbgshm__is_image(const struct dbgshm_header *header)
{
	return (header->minor >= 2 && header->taken_real_ns != 0);
}

/* ---- files (open.c) ----------------------------------------------------- */

int dbgshm__open_at(int directory, const char *name);
	/* The one way in which a region is opened: read-only, no link followed,
	 * no waiting, no terminal.  -1 and errno. */

int dbgshm__open_file(int descriptor, bool named, uint64_t *size,
    struct dbgshm_sink *sink);
	/* A regular file of acceptable size?  0, or an errno. */

int dbgshm__read(int descriptor, void *buffer, size_t size, uint64_t offset);
	/* All of it: 0, or an errno (EBADMSG when the file ends before). */

int dbgshm__read_header(int descriptor, struct dbgshm_header *header);
	/* With the clock block whole. */

int dbgshm__open_holes(int descriptor, const struct dbgshm_layout *layout,
    struct dbgshm_sink *sink);
	/* Does a tmpfs file have the blocks that its sections speak of? */

void *dbgshm__room(size_t size);
	/* Memory aligned for copies, not cleared; NULL and errno. */

/* ---- schema (schema.c) --------------------------------------------------- */

struct dbgshm_metric_place {
	uint32_t cell, cells; /* first word and how many */
	uint32_t peak;	      /* first of two gauge words, 0 none */
	uint32_t kind;	      /* DBGSHM_METRIC_* */
};

struct dbgshm_column_place {
	uint32_t word;	      /* of the row; derived ones: see derive.c */
	uint32_t text_offset; /* bytes from the start of the row */
};

struct dbgshm_table_place {
	uint32_t desc_offset;
	uint32_t row_stride;
	uint64_t data_offset; /* in the file: table head, then sequences */
	uint64_t rows_offset; /* in the file */
	const struct dbgshm_column_place *columns;
};

struct dbgshm_log_place {
	uint32_t desc_offset; /* with the generation: is it still the same log */
	uint32_t generation;
	uint64_t data_offset; /* in the file: ring 0 */
};

/* A kind of event, from its descriptor. */
struct dbgshm_kind {
	uint16_t number;
	uint8_t severity;
	size_t log; /* index */
	struct dbgshm_text name, text;
	const struct dbgshm_column_info *fields;
	size_t field_count;
};

struct dbgshm_schema {
	uint64_t generation;
	char *descriptors, *strings;
	uint64_t descriptors_size, strings_size;
	struct dbgshm_profile_info *profiles;
	size_t profile_count;
	struct dbgshm_metric_info *metrics;
	struct dbgshm_metric_place *metric_places;
	size_t metric_count;
	struct dbgshm_label_info *labels;
	struct dbgshm_table_info *tables;
	struct dbgshm_table_place *table_places;
	size_t table_count;
	uint16_t *numbered; /* by number: index of the table + 1, 0 none */
	size_t numbered_count;
	struct dbgshm_log_info *logs;
	struct dbgshm_log_place *log_places;
	size_t log_count;
	struct dbgshm_kind *kinds; /* by number */
	size_t kind_count;
	struct dbgshm_column_info *columns; /* of tables, fields of events */
	struct dbgshm_column_place *column_places;
	struct dbgshm_text *names; /* of enums */
	uint32_t *highs;	   /* cells where the largest counts, not the sum */
	size_t high_count;
	uint64_t gauge_words, shard_words; /* that some metric uses */
	struct dbgshm_text exe, version;
	struct dbgshm_sink sink;
};

/* Which records were live at a moment of the past: a bit for each 32 bytes of
 * descriptors. */
struct dbgshm_live {
	const uint64_t *bits;
	size_t words;
};

int dbgshm__schema_read(int descriptor, const struct dbgshm_header *header,
    const struct dbgshm_layout *layout, const struct dbgshm_live *live,
    struct dbgshm_schema *schema);
	/* Copies and checks; with the records that are live now, or that were
	 * when `live` is not NULL.  Faults go to schema->sink, which the caller has
	 * set up.  0, or an errno; free it in both cases. */
void dbgshm__schema_free(struct dbgshm_schema *schema);

const struct dbgshm_kind *dbgshm__kind(
    const struct dbgshm_schema *schema, uint16_t number);
	/* logs.c.  The kind of event with this number; NULL none. */

/* ---- frames (copy.c, rows.c, order.c) ------------------------------------ */

struct dbgshm_frame_table {
	uint64_t drop_rows, drop_busy;
	unsigned char *rows;   /* row_stride x capacity */
	unsigned char *status; /* a slot: 0 not shown, else state + 1 */
	struct dbgshm_row_info *infos;
	uint32_t *places; /* a slot: index of its info; NULL: they lie by slot */
	size_t count, room;
};

struct dbgshm_frame {
	struct dbgshm_header header;
	struct dbgshm_summary summary;
	uint64_t *gauges;
	uint64_t *cells; /* summed over the shards */
	uint64_t *highs;
	struct dbgshm_frame_table *tables;
	uint64_t start_mono_ns, end_mono_ns, real_ns;
	uint64_t now_ns; /* of the writer's clock, see dbgshm_reader_now_ns() */
};

/* What a row is sorted by: group, then value, then tie, then slot. */
struct dbgshm_sort_key {
	uint64_t value, tie;
	uint32_t group, slot;
};

struct dbgshm_view {
	struct dbgshm_schema schema;
	struct dbgshm_layout layout;
	struct dbgshm_frame frames[2];
	unsigned current;
	bool filled;	     /* frames[current] is a frame */
	bool paired;	     /* the other one is the frame before it */
	bool lockless;	     /* a free lock says nothing about this writer */
	uint64_t *shard;     /* one shard */
	uint64_t *sequences[2]; /* table head and sequences of one table */
	uint32_t *pending;   /* slots that are not settled yet */
	struct dbgshm_sort_key *keys[2]; /* room to sort the rows of one table */
};

struct dbgshm_view *dbgshm__view_create(int descriptor,
    const struct dbgshm_header *header, const struct dbgshm_layout *layout,
    const struct dbgshm_live *live, const struct dbgshm_sink *sink, int *error);
	/* Schema and empty frames.  NULL and *error. */
void dbgshm__view_free(struct dbgshm_view *view);
void dbgshm__view_inherit(
    struct dbgshm_view *view, const struct dbgshm_view *from);
	/* Takes over the good rows of tables that both have. */

int dbgshm__copy_values(int descriptor, const struct dbgshm_view *view,
    struct dbgshm_frame *frame);
int dbgshm__copy_rows(int descriptor, const struct dbgshm_view *view,
    size_t table, const struct dbgshm_frame_table *before,
    struct dbgshm_frame *now);
	/* 0, or an errno. */

int dbgshm__list_rows(
    const struct dbgshm_view *view, size_t table, struct dbgshm_frame *frame);
	/* Lists the rows that have a status, in the order of their table.  0 or
	 * ENOMEM. */

struct dbgshm_row_info dbgshm__row_at(const struct dbgshm_frame_table *rows,
    uint32_t row_stride, uint32_t slot);
	/* A row that is shown. */

bool dbgshm__order_sorts(uint16_t shape);
	/* Does the shape have an order of its own, not that of slots? */
void dbgshm__order(const struct dbgshm_view *view, size_t table,
    const struct dbgshm_frame *frame, uint32_t *slots, size_t count);
	/* Puts slots, which ascend, into the natural order of the table. */

bool dbgshm__row_is_over(const struct dbgshm_row_info *row);
	/* Finished, as far as can be told of one that did not come out whole. */

/* ---- shapes (derive.c) ---------------------------------------------------- */

#define DBGSHM_DERIVED_MAX 3 /* columns that a shape can have */

size_t dbgshm__shape_columns(uint16_t shape);
	/* How many columns have their places. */
bool dbgshm__shape_fits(uint16_t shape, const struct dbgshm_column_info *,
    const struct dbgshm_column_place *, size_t column_count);
	/* Do the first columns have the types of the shape? */
size_t dbgshm__derive_columns(uint16_t shape, struct dbgshm_column_info *,
    struct dbgshm_column_place *, size_t column_count);
	/* Puts the derived columns behind so many stored ones; how many. */
struct dbgshm_cell dbgshm__derive(const struct dbgshm_frame *frame,
    const struct dbgshm_row_info *row, const struct dbgshm_column_place *place);
	/* The cell of a derived column. */

/* ---- references (reference.c) --------------------------------------------- */

bool dbgshm__reference_fits(
    const struct dbgshm_schema *schema, uint64_t reference);
	/* To a slot that there is, if there is the table. */

/* ---- event rings (rings.c) ------------------------------------------------- */

/* A stretch of whole records, oldest first, copied out of a ring. */
struct dbgshm_records {
	const uint64_t *words; /* from first to end, in the room of the caller */
	uint64_t first, end;   /* positions; the same: nothing was copied */
	uint64_t number;       /* of the oldest; a pad: of the one behind it */
	uint64_t next;	       /* number behind the newest */
	uint64_t dropped;      /* by the ring, since it was made */
	bool overrun;	       /* all was overwritten while it was copied */
};

static inline bool
dbgshm__record_is_pad(uint64_t word)
{
	return ((word >> DBGSHM_RECORD_EVENT_SHIFT &
		    DBGSHM_RECORD_EVENT_MASK) == DBGSHM_EVENT_PAD);
}

/* How many records a pad stands for, that nobody has any more: 0 but in images. */
static inline uint64_t
dbgshm__record_missing(const uint64_t *pad)
{
	return ((pad[0] & DBGSHM_RECORD_LENGTH_MASK) == 2 &&
		    (pad[0] >> DBGSHM_RECORD_SEVERITY_SHIFT &
			DBGSHM_RECORD_SEVERITY_MASK) == DBGSHM_PAD_MISSING
		? pad[1]
		: 0);
}

int dbgshm__ring_copy(int descriptor, uint64_t offset, uint32_t words,
    uint64_t position, uint64_t *room, struct dbgshm_records *records,
    struct dbgshm_sink *sink);
	/*
	 * What is whole from position on of the ring whose head stands at that
	 * file offset, with its words behind it; room: for all of them.  Without
	 * overrun, end is behind all that can ever be read of what there is now,
	 * and next is its number.  Faults go to sink.  0, or an errno.
	 */

int dbgshm__rings_check(int descriptor, const struct dbgshm_view *view,
    struct dbgshm_sink *sink);
	/* Goes over all records of all rings and reports each fault.  0, or an
	 * errno. */

/* ---- the past (past_check.c) ------------------------------------------------ */

int dbgshm__past_check(int descriptor, const struct dbgshm_layout *layout,
    struct dbgshm_sink *sink);
	/* Decodes all that there is and reports each fault.  0, or an errno. */

/* ---- events (event_tell.c, events.c) ---------------------------------------- */

const struct dbgshm_kind *dbgshm__event_kind(
    const struct dbgshm_schema *schema, const uint64_t *record);
	/* Of a record that was copied; NULL when it is not known. */
size_t dbgshm__event_value(const struct dbgshm_column_info *field,
    const uint64_t *words, size_t count, struct dbgshm_cell *value);
	/* The value of a field that begins at words[0] of so many that are left
	 * of its record; returns how many it needs. */
void dbgshm__event_tell(const struct dbgshm_reader *reader,
    const uint64_t *record, const struct dbgshm_kind *kind,
    struct dbgshm_cell *values, struct dbgshm_event_info *info);
	/* All of info but log, ring, number and lost, and the values of its
	 * fields.  kind: NULL when it is not known. */

/* ---- life (life.c) --------------------------------------------------------- */

/* What does not change while a reader lives, looked up once. */
struct dbgshm_host {
	bool known;
	uint8_t boot_id[16];
	uint64_t pid_namespace, time_namespace;
	struct dbgshm_process *processes; /* all, for other pid namespaces */
	size_t process_count;
	bool processes_known;
};

void dbgshm__host_learn(struct dbgshm_host *host);
void dbgshm__host_free(struct dbgshm_host *host);

bool dbgshm__life_locked(int descriptor);
bool dbgshm__life_writer(int descriptor, const struct dbgshm_header *header,
    struct dbgshm_host *host);
	/* The writer lives, whatever has become of its subject. */
bool dbgshm__life_same_boot(
    const struct dbgshm_header *header, struct dbgshm_host *host);
enum dbgshm_life dbgshm__life(int descriptor,
    const struct dbgshm_header *header, struct dbgshm_host *host);
pid_t dbgshm__life_pid(
    const struct dbgshm_header *header, struct dbgshm_host *host);
	/* The subject's pid here; 0 when it is not known or not here. */
uint64_t dbgshm__life_since(
    enum dbgshm_life life, const struct dbgshm_header *header);

/* ---- clocks of a frame (stamps.c) ------------------------------------------ */

uint64_t dbgshm__stamp_ns(const struct dbgshm_header *header, uint64_t stamp);
	/* 0 for 0. */
uint64_t dbgshm__now_here(
    const struct dbgshm_frame *frame, struct dbgshm_host *host);
	/* The end of the copy on the writer's clock. */
void dbgshm__now(const struct dbgshm_schema *schema, struct dbgshm_frame *frame,
    bool lives, struct dbgshm_host *host);
	/* Fills frame->now_ns of a frame that is whole but for that. */

/* ---- the reader -------------------------------------------------------------- */

struct dbgshm_reader {
	uint64_t magic;
	int descriptor;
	struct dbgshm_header first; /* as it was when it was attached */
	struct dbgshm_view *view;
	struct dbgshm_view *present;  /* while a moment of the past is shown */
	struct dbgshm_past *lender;   /* whose moment that is */
	struct dbgshm_info info;
	struct dbgshm_host host;
	struct dbgshm_sink sink; /* faults outside of descriptors */
	uint64_t renewals;	 /* how many views there were before this one */
	uint64_t frame;		 /* number of the one that is shown */
};

int dbgshm__reader_take(struct dbgshm_reader *, struct dbgshm_view **);
	/* A view of its own with a frame of now; the reader stays as it is.  0, or
	 * an errno. */
bool dbgshm__reader_writer(struct dbgshm_reader *, const struct dbgshm_header *);
	/* The writer lives; in an image: it did. */

void dbgshm__reader_lend(struct dbgshm_reader *, struct dbgshm_past *,
    struct dbgshm_view *, uint64_t mono_ns, uint64_t real_ns);
	/* The reader shows that view, of that moment. */
void dbgshm__reader_return(struct dbgshm_reader *, struct dbgshm_past *);
	/* It shows the present again, if it showed that past. */

static inline const struct dbgshm_frame *
dbgshm__frame(const struct dbgshm_reader *reader)
{
	return (&reader->view->frames[reader->view->current]);
}

#endif
