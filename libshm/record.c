/*
 * record.c - is one record of the descriptor section right?
 *
 * Each check looks at a private copy, says what is wrong and where, and knows
 * nothing of the other records but which words they have taken.
 */
#include "schema.h"

#include <inttypes.h>
#include <string.h>

#define SINK_WORDS 8 /* words of gauges and shards that are nobody's */

/* ---- texts ------------------------------------------------------------ */

bool
dbgshm__text_fits(struct dbgshm_build *build, uint64_t at, const char *what,
    uint32_t offset, uint32_t length)
{
	uint64_t size = build->schema->strings_size;

	if (length == 0)
		return (true);
	if (offset >= DBGSHM_FIRST_OFFSET && offset <= size &&
	    length <= size - offset)
		return (true);
	dbgshm__fault(build->sink, at,
	    "%s of %" PRIu32 " bytes at %" PRIu32 " lies outside the strings",
	    what, length, offset);
	return (false);
}

struct dbgshm_text
dbgshm__text_at(
    const struct dbgshm_schema *schema, uint32_t offset, uint32_t length)
{
	struct dbgshm_text text = { .bytes = "", .length = length };

	if (length > 0)
		text.bytes = schema->strings + offset;
	return (text);
}

/* Pays for looking at each of so many bytes. */
static bool
pay(struct dbgshm_build *build, uint64_t at, uint64_t bytes)
{
	if (bytes <= build->budget) {
		build->budget -= bytes;
		return (true);
	}
	dbgshm__fault(
	    build->sink, at, "left out: more text than a reader looks at");
	return (false);
}

static bool
is_word(const char *bytes, size_t length, bool path)
{
	size_t i;
	char c;

	for (i = 0; i < length; i++) {
		c = bytes[i];
		if (c == '/' && path && i > 0 && i + 1 < length &&
		    bytes[i - 1] != '/')
			continue;
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' &&
		    c != '.' && c != '-')
			return (false);
	}
	return (length > 0);
}

static bool
is_key(const char *bytes, size_t length)
{
	size_t i;
	char c;

	for (i = 0; i < length; i++) {
		c = bytes[i];
		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') && c != '_')
			return (false);
	}
	return (length > 0);
}

bool
dbgshm__name_fits(struct dbgshm_build *build, uint64_t at, const char *what,
    uint32_t offset, uint32_t length, bool path)
{
	if (!dbgshm__text_fits(build, at, what, offset, length) ||
	    !pay(build, at, length))
		return (false);
	if (is_word(build->schema->strings + offset, length, path))
		return (true);
	dbgshm__fault(build->sink, at, "malformed %s", what);
	return (false);
}

/* How many terminated texts a list holds; -1 when the last has no end. */
static ssize_t
list_count(const char *bytes, uint32_t length)
{
	ssize_t count = 0;
	uint32_t i;

	if (length > 0 && bytes[length - 1] != '\0')
		return (-1);
	for (i = 0; i < length; i++)
		count += bytes[i] == '\0';
	return (count);
}

struct dbgshm_text
dbgshm__list_next(const char **bytes)
{
	struct dbgshm_text text = { *bytes, strlen(*bytes) };

	*bytes += text.length + 1;
	return (text);
}

/* ---- records ------------------------------------------------------------- */

bool
dbgshm__record_profile(struct dbgshm_build *build, uint64_t at,
    const struct dbgshm_desc_profile *profile)
{
	if (profile->path_length > DBGSHM_PATH_MAX) {
		dbgshm__fault(build->sink, at, "path of %u bytes is too long",
		    profile->path_length);
		return (false);
	}
	return (dbgshm__name_fits(build, at, "profile path",
		    profile->path_offset, profile->path_length, true) &&
	    dbgshm__text_fits(build, at, "description",
		profile->description_offset, profile->description_length) &&
	    dbgshm__text_fits(
		build, at, "help", profile->help_offset, profile->help_length));
}

static bool
check_labels(struct dbgshm_build *build, uint64_t at,
    const struct dbgshm_desc_metric *metric)
{
	const char *list;
	struct dbgshm_text key;
	ssize_t count, i;

	if (!dbgshm__text_fits(build, at, "labels", metric->labels_offset,
		metric->labels_length) ||
	    !pay(build, at, metric->labels_length))
		return (false);
	if (metric->labels_length == 0)
		return (true);
	list = build->schema->strings + metric->labels_offset;
	count = list_count(list, metric->labels_length);
	if (count < 0 || count % 2 != 0) {
		dbgshm__fault(build->sink, at, "malformed labels");
		return (false);
	}
	for (i = 0; i < count; i += 2) {
		key = dbgshm__list_next(&list);
		(void)dbgshm__list_next(&list);
		if (!is_key(key.bytes, key.length)) {
			dbgshm__fault(build->sink, at, "malformed label key");
			return (false);
		}
	}
	if (!pay(build, at, 16 * (uint64_t)count))
		return (false);
	build->label_count += (size_t)count / 2;
	return (true);
}

/* The words of a metric, by kind: where they lie and how many they may be. */
static bool
check_kind(struct dbgshm_build *build, uint64_t at,
    const struct dbgshm_desc_metric *metric, bool *gauge)
{
	uint32_t least = 1, most = 1;

	*gauge = false;
	switch (metric->kind) {
	case DBGSHM_METRIC_COUNTER:
		break;
	case DBGSHM_METRIC_GAUGE:
	case DBGSHM_METRIC_FLOAT:
		*gauge = true;
		break;
	case DBGSHM_METRIC_UPDOWN:
		least = most = 2;
		break;
	case DBGSHM_METRIC_HISTOGRAM:
		least = DBGSHM_HISTOGRAM_BUCKETS + 1;
		most = DBGSHM_HISTOGRAM_BUCKETS + DBGSHM_BUCKETS_MAX;
		if (metric->sub_bits == DBGSHM_SUB_BITS)
			break;
		dbgshm__fault(build->sink, at,
		    "histogram with %u sub-bits, this reader knows %u",
		    metric->sub_bits, (unsigned)DBGSHM_SUB_BITS);
		return (false);
	default:
		dbgshm__fault(
		    build->sink, at, "metric kind %u is unknown", metric->kind);
		return (false);
	}
	if (metric->cells >= least && metric->cells <= most)
		return (true);
	dbgshm__fault(build->sink, at, "%s of %" PRIu32 " words",
	    dbgshm_metric_kind_name(metric->kind), metric->cells);
	return (false);
}

/* Marks the words as taken; false when one of them already is. */
static bool
take_words(uint64_t *taken, uint32_t first, uint32_t count)
{
	uint64_t word;

	for (word = first; word < (uint64_t)first + count; word++)
		if ((taken[word / 64] >> (word % 64) & 1) != 0)
			return (false);
	for (word = first; word < (uint64_t)first + count; word++)
		taken[word / 64] |= UINT64_C(1) << (word % 64);
	return (true);
}

/* A peak that is wrong is none; the metric itself is shown. */
static uint32_t
check_peak(struct dbgshm_build *build, uint64_t at,
    const struct dbgshm_desc_metric *metric)
{
	uint64_t words =
	    build->layout->sections[DBGSHM_SECTION_GAUGES].used / 8;

	if (build->minor == 0 || metric->peak == 0)
		return (0);
	if (metric->kind == DBGSHM_METRIC_COUNTER ||
	    metric->kind == DBGSHM_METRIC_HISTOGRAM)
		dbgshm__fault(build->sink, at, "high-water mark of a %s",
		    dbgshm_metric_kind_name(metric->kind));
	else if (metric->peak < SINK_WORDS || metric->peak > words ||
	    words - metric->peak < 2)
		dbgshm__fault(build->sink, at,
		    "high-water mark in word %" PRIu32
		    " lies outside the %" PRIu64 " of the section",
		    metric->peak, words);
	else if (!take_words(build->gauge_taken, metric->peak, 2))
		dbgshm__fault(build->sink, at,
		    "high-water mark in word %" PRIu32
		    " belongs to another metric too",
		    metric->peak);
	else
		return (metric->peak);
	return (0);
}

bool
dbgshm__record_metric(struct dbgshm_build *build, uint64_t at,
    const struct dbgshm_desc_metric *metric, uint32_t *peak)
{
	const struct dbgshm_section *sections = build->layout->sections;
	uint64_t words;
	size_t labels = build->label_count;
	bool gauge;

	if (!dbgshm__name_fits(build, at, "metric name", metric->name_offset,
		metric->name_length, false) ||
	    !dbgshm__text_fits(
		build, at, "help", metric->help_offset, metric->help_length) ||
	    !check_kind(build, at, metric, &gauge))
		return (false);
	words = sections[gauge ? DBGSHM_SECTION_GAUGES : DBGSHM_SECTION_SHARDS]
		    .used /
	    8;
	if (metric->cell < SINK_WORDS || metric->cell > words ||
	    metric->cells > words - metric->cell) {
		dbgshm__fault(build->sink, at,
		    "words %" PRIu32 " to %" PRIu64 " lie outside the %" PRIu64
		    " of the section",
		    metric->cell, (uint64_t)metric->cell + metric->cells,
		    words);
		return (false);
	}
	if (!check_labels(build, at, metric) || !pay(build, at, metric->cells))
		return (false);
	if (take_words(gauge ? build->gauge_taken : build->shard_taken,
		metric->cell, metric->cells)) {
		*peak = check_peak(build, at, metric);
		return (true);
	}
	build->label_count = labels;
	dbgshm__fault(build->sink, at,
	    "words from %" PRIu32 " on belong to another metric too",
	    metric->cell);
	return (false);
}

bool
dbgshm__record_table(struct dbgshm_build *build, uint64_t at,
    const struct dbgshm_desc_table *table, uint64_t size)
{
	const struct dbgshm_section *section =
	    &build->layout->sections[DBGSHM_SECTION_TABLES];
	uint64_t need, sequences;

	if (table->capacity < 1 || table->capacity > DBGSHM_ROWS_MAX ||
	    table->column_count < 1 ||
	    table->column_count > DBGSHM_COLUMNS_MAX ||
	    table->column_size < sizeof(struct dbgshm_desc_column) ||
	    table->column_size % 8 != 0 ||
	    (uint64_t)table->column_count * table->column_size >
		size - sizeof(*table)) {
		dbgshm__fault(build->sink, at,
		    "table of %" PRIu32 " rows, %u columns of %u bytes",
		    table->capacity, table->column_count, table->column_size);
		return (false);
	}
	if (table->row_stride % 64 != 0 ||
	    table->row_stride > DBGSHM_ROW_STRIDE_MAX ||
	    table->row_stride <
		8 * (DBGSHM_ROW_WORDS + (uint32_t)table->column_count)) {
		dbgshm__fault(build->sink, at,
		    "rows of %" PRIu32 " bytes do not hold %u columns",
		    table->row_stride, table->column_count);
		return (false);
	}
	sequences = (8 * (uint64_t)table->capacity + 63) & ~UINT64_C(63);
	need = sizeof(struct dbgshm_table_head) + sequences +
	    (uint64_t)table->row_stride * table->capacity;
	if (table->data_offset % 64 != 0 ||
	    table->data_offset < section->offset ||
	    table->data_offset - section->offset > section->used ||
	    table->data_size >
		section->used - (table->data_offset - section->offset) ||
	    need > table->data_size) {
		dbgshm__fault(build->sink, at,
		    "table needs %" PRIu64 " bytes, has %" PRIu64 " at %" PRIu64
		    ", not all of them in the section",
		    need, table->data_size, table->data_offset);
		return (false);
	}
	return (true);
}

static bool
check_width(struct dbgshm_build *build, uint64_t at,
    const struct dbgshm_desc_table *table,
    const struct dbgshm_desc_column *column)
{
	uint32_t words;

	if (table == NULL ||
	    (column->type != DBGSHM_TYPE_TEXT &&
		column->type != DBGSHM_TYPE_BLOB))
		return (true);
	words = 8 * (DBGSHM_ROW_WORDS + (uint32_t)table->column_count);
	if (column->width > 0 && column->width % 8 == 0 &&
	    column->text_offset % 8 == 0 && column->text_offset >= words &&
	    column->text_offset <= table->row_stride &&
	    column->width <= table->row_stride - column->text_offset)
		return (true);
	dbgshm__fault(build->sink, at,
	    "text of %u bytes at %" PRIu32
	    " does not fit into rows of %" PRIu32,
	    column->width, column->text_offset, table->row_stride);
	return (false);
}

bool
dbgshm__record_column(struct dbgshm_build *build, uint64_t at,
    const struct dbgshm_desc_table *table,
    const struct dbgshm_desc_column *column, uint16_t *name_count)
{
	ssize_t count;

	if (column->type < DBGSHM_TYPE_COUNTER ||
	    column->type >= DBGSHM_TYPE_COUNT) {
		dbgshm__fault(
		    build->sink, at, "column type %u is unknown", column->type);
		return (false);
	}
	if (!dbgshm__name_fits(build, at, "column name", column->name_offset,
		column->name_length, false) ||
	    !dbgshm__text_fits(
		build, at, "help", column->help_offset, column->help_length) ||
	    !check_width(build, at, table, column))
		return (false);
	*name_count = 0;
	if (column->type != DBGSHM_TYPE_ENUM || column->names_length == 0)
		return (true);
	if (!dbgshm__text_fits(build, at, "names", column->names_offset,
		column->names_length) ||
	    !pay(build, at, column->names_length))
		return (false);
	count = list_count(build->schema->strings + column->names_offset,
	    column->names_length);
	if (count < 0) {
		dbgshm__fault(build->sink, at, "malformed names");
		return (false);
	}
	if (!pay(build, at, 16 * (uint64_t)count))
		return (false);
	*name_count = (uint16_t)count;
	return (true);
}
