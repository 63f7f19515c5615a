/*
 * format_lists.h - every field, struct and constant of format.h and of recordings,
 * as lists.
 *
 * What t_format.c compares FORMAT.md with.  A test there fails when one of these
 * headers has a definition that is not in the lists.
 */
#ifndef FORMAT_LISTS_H
#define FORMAT_LISTS_H

#include <dbgshm/format.h>

#include <libshm/kit/rec.h>
#include <libshm/kit/rec_format.h>

#define FIELD(s, f) { "dbgshm_" #s, #f, offsetof(struct dbgshm_##s, f), \
    sizeof(((struct dbgshm_##s *)0)->f) }
#define REC_FIELD(s, f) { "rec_" #s, #f, offsetof(struct rec_##s, f), \
    sizeof(((struct rec_##s *)0)->f) }
#define REC_STRUCT(s) { "rec_" #s, sizeof(struct rec_##s) }
#define REC_NUMBER(c) { "REC_" #c, (uint64_t)(REC_##c), NULL }
#define STRUCT(s) { "dbgshm_" #s, sizeof(struct dbgshm_##s) }
#define NUMBER(c) { "DBGSHM_" #c, (uint64_t)(DBGSHM_##c), NULL }
#define STRING(c) { "DBGSHM_" #c, 0, DBGSHM_##c }

static const struct field {
	const char *in;
	const char *name;
	size_t offset;
	size_t size;
} fields[] = {
	FIELD(section, type), FIELD(section, flags), FIELD(section, offset),
	FIELD(section, size), FIELD(section, used),

	FIELD(header, magic), FIELD(header, byte_order), FIELD(header, major),
	FIELD(header, minor), FIELD(header, header_size),
	FIELD(header, features), FIELD(header, file_size),
	FIELD(header, section_count), FIELD(header, section_size),
	FIELD(header, kind), FIELD(header, flags), FIELD(header, random_id),
	FIELD(header, subject_pid), FIELD(header, subject_uid),
	FIELD(header, subject_start), FIELD(header, writer_pid),
	FIELD(header, writer_uid), FIELD(header, writer_start),
	FIELD(header, boot_id), FIELD(header, pid_namespace),
	FIELD(header, mount_namespace), FIELD(header, time_namespace),
	FIELD(header, created_mono_ns), FIELD(header, created_boot_ns),
	FIELD(header, created_real_ns), FIELD(header, exe_hash),
	FIELD(header, exe_offset), FIELD(header, exe_length),
	FIELD(header, version_offset), FIELD(header, version_length),
	FIELD(header, clock_kind), FIELD(header, shard_count),
	FIELD(header, shard_stride), FIELD(header, tick_period_ns),
	FIELD(header, name), FIELD(header, reserved0), FIELD(header, sections),
	FIELD(header, schema_generation), FIELD(header, shards_ready),
	FIELD(header, tick_count), FIELD(header, tick_late),
	FIELD(header, tick_cost_ns), FIELD(header, heartbeat),
	FIELD(header, subject_state), FIELD(header, subject_exit_real_ns),
	FIELD(header, exit_real_ns), FIELD(header, reason),
	FIELD(header, drop_registrations), FIELD(header, drop_rows),
	FIELD(header, drop_busy), FIELD(header, bytes_used),
	FIELD(header, reserved1), FIELD(header, clock_sequence),
	FIELD(header, clock_stamp), FIELD(header, clock_mono_ns),
	FIELD(header, clock_boot_ns), FIELD(header, clock_real_ns),
	FIELD(header, clock_mult), FIELD(header, taken_real_ns),
	FIELD(header, taken_mono_ns), FIELD(header, taken_life),
	FIELD(header, taken_writer), FIELD(header, reserved2),
	FIELD(header, shard_owner), FIELD(header, reserved3),

	FIELD(summary, count), FIELD(summary, reserved0),
	FIELD(summary, slots), FIELD(summary, reserved1),
	FIELD(summary_slot, value), FIELD(summary_slot, name),

	FIELD(desc, type), FIELD(desc, size8), FIELD(desc, state),
	FIELD(desc, generation), FIELD(desc, parent),

	FIELD(desc_profile, head), FIELD(desc_profile, path_offset),
	FIELD(desc_profile, path_length),
	FIELD(desc_profile, description_length),
	FIELD(desc_profile, description_offset),
	FIELD(desc_profile, help_offset), FIELD(desc_profile, help_length),
	FIELD(desc_profile, level), FIELD(desc_profile, flags),
	FIELD(desc_profile, reserved),

	FIELD(desc_metric, head), FIELD(desc_metric, name_offset),
	FIELD(desc_metric, name_length), FIELD(desc_metric, labels_length),
	FIELD(desc_metric, labels_offset), FIELD(desc_metric, help_offset),
	FIELD(desc_metric, help_length), FIELD(desc_metric, kind),
	FIELD(desc_metric, unit), FIELD(desc_metric, level),
	FIELD(desc_metric, sub_bits), FIELD(desc_metric, reserved0),
	FIELD(desc_metric, cell), FIELD(desc_metric, cells),
	FIELD(desc_metric, highest), FIELD(desc_metric, peak),
	FIELD(desc_metric, reserved1),

	FIELD(desc_column, name_offset), FIELD(desc_column, name_length),
	FIELD(desc_column, type), FIELD(desc_column, unit),
	FIELD(desc_column, help_offset), FIELD(desc_column, help_length),
	FIELD(desc_column, flags), FIELD(desc_column, level),
	FIELD(desc_column, width), FIELD(desc_column, names_length),
	FIELD(desc_column, names_offset), FIELD(desc_column, text_offset),
	FIELD(desc_column, reserved),

	FIELD(desc_table, head), FIELD(desc_table, capacity),
	FIELD(desc_table, column_count), FIELD(desc_table, column_size),
	FIELD(desc_table, row_stride), FIELD(desc_table, shape),
	FIELD(desc_table, number),
	FIELD(desc_table, data_offset), FIELD(desc_table, data_size),
	FIELD(desc_table, reserved1),

	FIELD(table_head, drop_rows), FIELD(table_head, drop_busy),
	FIELD(table_head, claim_hint), FIELD(table_head, reserved),

	FIELD(row_head, generation), FIELD(row_head, start_stamp),
	FIELD(row_head, end_stamp), FIELD(row_head, reserved),

	FIELD(desc_log, head), FIELD(desc_log, ring_count),
	FIELD(desc_log, ring_size), FIELD(desc_log, data_offset),
	FIELD(desc_log, data_size), FIELD(desc_log, reserved),

	FIELD(desc_event, head), FIELD(desc_event, name_offset),
	FIELD(desc_event, name_length), FIELD(desc_event, number),
	FIELD(desc_event, text_offset), FIELD(desc_event, text_length),
	FIELD(desc_event, severity), FIELD(desc_event, field_count),
	FIELD(desc_event, reserved),

	FIELD(ring, busy), FIELD(ring, limit), FIELD(ring, head),
	FIELD(ring, records), FIELD(ring, dropped), FIELD(ring, thread),
	FIELD(ring, reserved),

	FIELD(slot, block), FIELD(slot, index), FIELD(slot, ring),
	FIELD(slot, tier), FIELD(slot, used), FIELD(slot, period_ns),
	FIELD(slot, mono_ns), FIELD(slot, real_ns), FIELD(slot, boot_ns),
	FIELD(slot, reserved),

	FIELD(piece_head, magic), FIELD(piece_head, major),
	FIELD(piece_head, minor), FIELD(piece_head, flags),
	FIELD(piece_head, series), FIELD(piece_head, number),
	FIELD(piece_head, size),

	REC_FIELD(head, magic), REC_FIELD(head, byte_order),
	REC_FIELD(head, major), REC_FIELD(head, minor),
	REC_FIELD(head, head_size), REC_FIELD(head, features),
	REC_FIELD(head, id), REC_FIELD(head, created_real_ns),
	REC_FIELD(head, reserved), REC_FIELD(head, checksum),

	REC_FIELD(chunk_head, magic), REC_FIELD(chunk_head, type),
	REC_FIELD(chunk_head, flags), REC_FIELD(chunk_head, region),
	REC_FIELD(chunk_head, stored_size), REC_FIELD(chunk_head, size),
	REC_FIELD(chunk_head, real_ns),
	REC_FIELD(chunk_head, content_checksum),
	REC_FIELD(chunk_head, checksum),

	REC_FIELD(region_content, flags), REC_FIELD(region_content, pid),
	REC_FIELD(region_content, subject_start),
	REC_FIELD(region_content, created_real_ns),
	REC_FIELD(region_content, period_ns),
	REC_FIELD(region_content, boot_id), REC_FIELD(region_content, name),
	REC_FIELD(region_content, host),

	REC_FIELD(end_content, index),
};

static const struct layout {
	const char *name;
	size_t size;
} layouts[] = {
	STRUCT(section), STRUCT(header), STRUCT(summary), STRUCT(summary_slot),
	STRUCT(desc), STRUCT(desc_profile), STRUCT(desc_metric),
	STRUCT(desc_column), STRUCT(desc_table), STRUCT(table_head),
	STRUCT(row_head), STRUCT(desc_log), STRUCT(desc_event), STRUCT(ring),
	STRUCT(slot), STRUCT(piece_head),
	REC_STRUCT(head), REC_STRUCT(chunk_head), REC_STRUCT(region_content),
	REC_STRUCT(end_content),
};

static const struct constant {
	const char *name;
	uint64_t value;
	const char *text;
} constants[] = {
	NUMBER(MAGIC), NUMBER(BYTE_ORDER), NUMBER(MAJOR), NUMBER(MINOR),
	NUMBER(HEADER_SIZE), NUMBER(SUMMARY_OFFSET), NUMBER(SUMMARY_SIZE),
	NUMBER(SUMMARY_SLOTS), NUMBER(SECTIONS_OFFSET), NUMBER(SECTION_SLOTS),
	NUMBER(SHARD_SLOTS), NUMBER(NAME_SIZE), NUMBER(PATH_MAX),
	NUMBER(TEXT_MAX),
	NUMBER(SECTION_NONE), NUMBER(SECTION_DESCRIPTORS),
	NUMBER(SECTION_STRINGS), NUMBER(SECTION_GAUGES),
	NUMBER(SECTION_SHARDS), NUMBER(SECTION_TABLES), NUMBER(SECTION_RINGS),
	NUMBER(SECTION_HISTORY), NUMBER(SLOT_SIZE), NUMBER(RING_METRICS),
	NUMBER(RING_ROWS), NUMBER(TIERS_MAX), NUMBER(LIVE_UNIT),
	NUMBER(PIECE_MAGIC), NUMBER(PIECE_MAJOR), NUMBER(PIECE_MINOR),
	NUMBER(PIECE_FIRST), NUMBER(PART_HEADER), NUMBER(PART_SUMMARY),
	NUMBER(PART_RECORDS), NUMBER(PART_STATES), NUMBER(PART_TEXTS),
	NUMBER(PART_DROPS), NUMBER(PART_PRESENT), NUMBER(PART_BLOCK),
	NUMBER(PART_EVENTS), NUMBER(PART_COUNT), NUMBER(PRESENT_BUSY),
	NUMBER(PAD_MISSING),
	NUMBER(KIND_OWN), NUMBER(KIND_WATCHED),
	NUMBER(FLAG_SAMPLER), NUMBER(FLAG_UNNAMED), NUMBER(FLAG_FIXED),
	NUMBER(FLAG_WITHHELD), NUMBER(TAKEN_LIVE), NUMBER(TAKEN_STOPPED),
	NUMBER(TAKEN_DEAD), NUMBER(TAKEN_EXITED), NUMBER(TAKEN_REPLACED),
	NUMBER(TAKEN_STALE),
	NUMBER(CLOCK_MONOTONIC), NUMBER(CLOCK_TSC),
	NUMBER(SUBJECT_RUNNING), NUMBER(SUBJECT_EXITED),
	NUMBER(SUBJECT_REPLACED),
	NUMBER(DESC_PROFILE), NUMBER(DESC_METRIC), NUMBER(DESC_TABLE),
	NUMBER(DESC_LOG), NUMBER(DESC_EVENT),
	NUMBER(DESC_BUILDING), NUMBER(DESC_LIVE), NUMBER(DESC_REMOVED),
	NUMBER(LEVEL_NORMAL), NUMBER(LEVEL_DETAIL), NUMBER(LEVEL_DEBUG),
	NUMBER(METRIC_COUNTER), NUMBER(METRIC_GAUGE), NUMBER(METRIC_FLOAT),
	NUMBER(METRIC_UPDOWN), NUMBER(METRIC_HISTOGRAM),
	NUMBER(UNIT_NONE), NUMBER(UNIT_BYTES), NUMBER(UNIT_NS),
	NUMBER(UNIT_PERCENT), NUMBER(UNIT_RATIO), NUMBER(UNIT_HERTZ),
	NUMBER(UNIT_CELSIUS), NUMBER(UNIT_COUNT),
	NUMBER(SUB_BITS), NUMBER(SUB_BUCKETS), NUMBER(HISTOGRAM_SUM),
	NUMBER(HISTOGRAM_MAX), NUMBER(HISTOGRAM_BUCKETS), NUMBER(BUCKETS_MAX),
	NUMBER(TYPE_COUNTER), NUMBER(TYPE_GAUGE), NUMBER(TYPE_SIGNED),
	NUMBER(TYPE_FLOAT), NUMBER(TYPE_TEXT), NUMBER(TYPE_TIME),
	NUMBER(TYPE_DURATION), NUMBER(TYPE_ENUM), NUMBER(TYPE_BOOL),
	NUMBER(TYPE_BLOB), NUMBER(TYPE_REFERENCE), NUMBER(TYPE_COUNT),
	NUMBER(TEXT_LENGTH_MASK), NUMBER(TEXT_CUT),
	NUMBER(COLUMN_SECRET), NUMBER(COLUMN_KEY),
	NUMBER(COLUMNS_MAX), NUMBER(ROWS_MAX), NUMBER(ROW_STRIDE_MAX),
	NUMBER(SEQ_BUSY), NUMBER(SEQ_STATE_SHIFT), NUMBER(SEQ_STATE_MASK),
	NUMBER(SEQ_VERSION), NUMBER(ROW_FREE), NUMBER(ROW_LIVE),
	NUMBER(ROW_FINISHED), NUMBER(ROW_WORDS),
	NUMBER(REFERENCE_TABLE_SHIFT), NUMBER(REFERENCE_SLOT_SHIFT),
	NUMBER(REFERENCE_SLOT_MASK), NUMBER(REFERENCE_GENERATION_MASK),
	NUMBER(SHAPE_PLAIN), NUMBER(SHAPE_OBJECT), NUMBER(SHAPE_OPERATION),
	NUMBER(SHAPE_STEP), NUMBER(SHAPE_HEARTBEAT), NUMBER(SHAPE_QUEUE),
	NUMBER(SHAPE_CACHE), NUMBER(SHAPE_LIMIT), NUMBER(SHAPE_WORKER),
	NUMBER(SHAPE_PAIR), NUMBER(SHAPE_SCHEDULE), NUMBER(SHAPE_ERROR),
	NUMBER(SHAPE_COUNT), NUMBER(OUTCOME_NONE), NUMBER(OUTCOME_OK),
	NUMBER(OUTCOME_FAILED), NUMBER(OUTCOME_CANCELLED),
	NUMBER(OUTCOME_TIMEOUT), NUMBER(OUTCOME_COUNT), NUMBER(OPERATION_KIND),
	NUMBER(OPERATION_DETAIL), NUMBER(OPERATION_PHASE),
	NUMBER(OPERATION_DONE), NUMBER(OPERATION_TOTAL),
	NUMBER(OPERATION_PROGRESSED), NUMBER(OPERATION_OUTCOME),
	NUMBER(OPERATION_PARENT), NUMBER(OPERATION_THREAD),
	NUMBER(OPERATION_COLUMNS), NUMBER(STEP_TRAIL), NUMBER(STEP_NUMBER),
	NUMBER(STEP_STEP), NUMBER(STEP_DETAIL), NUMBER(STEP_OPERATION),
	NUMBER(STEP_THREAD), NUMBER(STEP_COLUMNS), NUMBER(HEARTBEAT_NAME),
	NUMBER(HEARTBEAT_BEATS), NUMBER(HEARTBEAT_LAST),
	NUMBER(HEARTBEAT_DEADLINE), NUMBER(HEARTBEAT_THREAD),
	NUMBER(HEARTBEAT_COLUMNS), NUMBER(QUEUE_NAME), NUMBER(QUEUE_PUT),
	NUMBER(QUEUE_TAKEN), NUMBER(QUEUE_DONE), NUMBER(QUEUE_REFUSED),
	NUMBER(QUEUE_CAPACITY), NUMBER(QUEUE_OLDEST), NUMBER(QUEUE_COLUMNS),
	NUMBER(CACHE_NAME), NUMBER(CACHE_SIZE), NUMBER(CACHE_CAPACITY),
	NUMBER(CACHE_HITS), NUMBER(CACHE_MISSES), NUMBER(CACHE_EVICTIONS),
	NUMBER(CACHE_COLUMNS), NUMBER(LIMIT_NAME), NUMBER(LIMIT_LIMIT),
	NUMBER(LIMIT_CURRENT), NUMBER(LIMIT_WAITING), NUMBER(LIMIT_WAITS),
	NUMBER(LIMIT_WAITED), NUMBER(LIMIT_SINCE), NUMBER(LIMIT_WHO),
	NUMBER(LIMIT_COLUMNS), NUMBER(WORKER_NAME), NUMBER(WORKER_BUSY),
	NUMBER(WORKER_SINCE), NUMBER(WORKER_WORK), NUMBER(WORKER_JOBS),
	NUMBER(WORKER_BUSY_TIME), NUMBER(WORKER_THREAD),
	NUMBER(WORKER_COLUMNS), NUMBER(PAIR_NAME), NUMBER(PAIR_KEY),
	NUMBER(PAIR_OPENED), NUMBER(PAIR_CLOSED), NUMBER(PAIR_THREAD),
	NUMBER(PAIR_COLUMNS), NUMBER(SCHEDULE_NAME), NUMBER(SCHEDULE_RUNNING),
	NUMBER(SCHEDULE_LAST), NUMBER(SCHEDULE_PERIOD), NUMBER(SCHEDULE_COST),
	NUMBER(SCHEDULE_COSTS), NUMBER(SCHEDULE_RUNS), NUMBER(SCHEDULE_ITEMS),
	NUMBER(SCHEDULE_RESULT), NUMBER(SCHEDULE_COLUMNS), NUMBER(ERROR_TEXT),
	NUMBER(ERROR_CODE), NUMBER(ERROR_COUNT), NUMBER(ERROR_LAST),
	NUMBER(ERROR_DETAIL), NUMBER(ERROR_COLUMNS), NUMBER(RINGS_MAX),
	NUMBER(RING_SIZE_MIN), NUMBER(RING_SIZE_MAX), NUMBER(SEVERITY_DEBUG),
	NUMBER(SEVERITY_INFO), NUMBER(SEVERITY_WARN), NUMBER(SEVERITY_ERROR),
	NUMBER(SEVERITY_COUNT), NUMBER(FIELDS_MAX), NUMBER(RING_HEAD_SHIFT),
	NUMBER(RECORD_LENGTH_MASK), NUMBER(RECORD_BEFORE_SHIFT),
	NUMBER(RECORD_SEVERITY_SHIFT), NUMBER(RECORD_SEVERITY_MASK),
	NUMBER(RECORD_EVENT_SHIFT), NUMBER(RECORD_EVENT_MASK),
	NUMBER(RECORD_NUMBER_SHIFT), NUMBER(RECORD_NUMBER_MASK),
	NUMBER(RECORD_WORDS), NUMBER(RECORD_WORDS_MAX), NUMBER(EVENT_PAD),
	NUMBER(EVENT_MESSAGE), NUMBER(EVENT_FIRST),
	STRING(BASE_DIRECTORY), STRING(DIRECTORY_PREFIX),
	STRING(DARK_DIRECTORY), STRING(FILE_SUFFIX),
	NUMBER(REASON_NONE), NUMBER(REASON_NOT_INITIALISED),
	NUMBER(REASON_ENVIRONMENT), NUMBER(REASON_PRIVILEGED),
	NUMBER(REASON_NO_DIRECTORY), NUMBER(REASON_NO_SPACE),
	NUMBER(REASON_FILE_LIMIT), NUMBER(REASON_MEMORY_LIMIT),
	NUMBER(REASON_BUDGET), NUMBER(REASON_SYSTEM), NUMBER(REASON_FORKED),
	NUMBER(REASON_NAME_GONE), NUMBER(REASON_SANDBOX),
	NUMBER(REASON_NO_LOCK), NUMBER(REASON_COUNT),

	REC_NUMBER(MAGIC), REC_NUMBER(BYTE_ORDER), REC_NUMBER(MAJOR),
	REC_NUMBER(MINOR), REC_NUMBER(HEAD_SIZE), REC_NUMBER(CHUNK_MAGIC),
	REC_NUMBER(ALIGN), REC_NUMBER(REGION), REC_NUMBER(PIECE),
	REC_NUMBER(OVER), REC_NUMBER(ALIVE), REC_NUMBER(INDEX),
	REC_NUMBER(END), REC_NUMBER(FLAG_COMPRESSED),
	REC_NUMBER(FLAG_FIRST), REC_NUMBER(RATIO_MAX), REC_NUMBER(RATIO_FREE),
	REC_NUMBER(REGION_WATCHED), REC_NUMBER(CHUNK_MAX),
	REC_NUMBER(REGIONS_MAX),
};

#endif
