/*
 * image.h - regions made by hand, byte by byte from format.h, for tests of the
 * reader.  Knows nothing of the writer.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "walk.h"

#include <dbgshm/reader.h>

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IMAGE_SIZE 65536
#define IMAGE_DESCRIPTORS 8192
#define IMAGE_STRINGS 16384
#define IMAGE_GAUGES 24576
#define IMAGE_SHARDS 28672
#define IMAGE_STRIDE 8192
#define IMAGE_TABLES 45056

struct image {
	unsigned char *bytes;
	uint32_t descriptors, strings, gauges, cells; /* used: bytes, words */
	uint64_t tables;			      /* used, file offset */
};

static inline struct dbgshm_header *
image_header(struct image *image)
{
	return ((void *)image->bytes);
}

static inline void *
image_at(struct image *image, uint64_t offset)
{
	return (image->bytes + offset);
}

/* Makes what has been added so far known in the header. */
static inline void
image_used(struct image *image)
{
	struct dbgshm_section *sections = image_header(image)->sections;

	sections[0].used = image->descriptors;
	sections[1].used = image->strings;
	sections[2].used = 8 * (uint64_t)image->gauges;
	sections[3].used = 8 * (uint64_t)image->cells;
	sections[4].used = image->tables - IMAGE_TABLES;
	image_header(image)->schema_generation++;
}

static inline uint32_t
image_bytes(struct image *image, const void *bytes, size_t length)
{
	uint32_t offset = image->strings;

	memcpy(image->bytes + IMAGE_STRINGS + offset, bytes, length);
	image->strings += (uint32_t)length;
	return (offset);
}

static inline uint32_t
image_text(struct image *image, const char *text)
{
	return (image_bytes(image, text, strlen(text)));
}

static inline void
image_section(struct image *image, unsigned slot, uint32_t type,
    uint64_t offset, uint64_t size)
{
	struct dbgshm_section *section = &image_header(image)->sections[slot];

	section->type = type;
	section->offset = offset;
	section->size = size;
}

/* A region that holds nothing yet. */
static inline void
image_start(struct image *image)
{
	struct dbgshm_header *header;

	memset(image, 0, sizeof(*image));
	image->bytes = calloc(1, IMAGE_SIZE);
	header = image_header(image);
	header->magic = DBGSHM_MAGIC;
	header->byte_order = DBGSHM_BYTE_ORDER;
	header->major = DBGSHM_MAJOR;
	header->minor = DBGSHM_MINOR;
	header->header_size = DBGSHM_HEADER_SIZE;
	header->file_size = IMAGE_SIZE;
	header->section_count = 5;
	header->section_size = sizeof(struct dbgshm_section);
	header->kind = DBGSHM_KIND_OWN;
	header->flags = DBGSHM_FLAG_UNNAMED;
	header->random_id = 0x1122334455667788;
	header->subject_pid = header->writer_pid = 0x3fffffff;
	header->created_mono_ns = 1000;
	header->created_real_ns = 1700000000000000000;
	header->clock_kind = DBGSHM_CLOCK_MONOTONIC;
	header->shard_count = 2;
	header->shards_ready = 2;
	header->shard_stride = IMAGE_STRIDE;
	header->tick_period_ns = 1000000000;
	header->tick_count = 3;
	header->clock_sequence = 4;
	header->clock_stamp = header->clock_mono_ns = 5000000000;
	header->clock_real_ns = 1700000005000000000;
	header->clock_mult = UINT64_C(1) << 32;
	header->bytes_used = IMAGE_SIZE;
	memcpy(header->name, "image", 5);
	image_section(
	    image, 0, DBGSHM_SECTION_DESCRIPTORS, IMAGE_DESCRIPTORS, 8192);
	image_section(image, 1, DBGSHM_SECTION_STRINGS, IMAGE_STRINGS, 8192);
	image_section(image, 2, DBGSHM_SECTION_GAUGES, IMAGE_GAUGES, 4096);
	image_section(image, 3, DBGSHM_SECTION_SHARDS, IMAGE_SHARDS,
	    2 * IMAGE_STRIDE);
	image_section(image, 4, DBGSHM_SECTION_TABLES, IMAGE_TABLES,
	    IMAGE_SIZE - IMAGE_TABLES);
	image->descriptors = image->strings = 64;
	image->gauges = image->cells = 8;
	image->tables = IMAGE_TABLES;
	header->exe_length = 10;
	header->exe_offset = image_text(image, "/bin/image");
	header->version_length = 3;
	header->version_offset = image_text(image, "1.0");
	image_used(image);
}

static inline void *
image_record(struct image *image, uint16_t type, uint32_t parent, size_t size)
{
	struct dbgshm_desc *head =
	    image_at(image, IMAGE_DESCRIPTORS + image->descriptors);

	image->descriptors += (uint32_t)size;
	head->type = type;
	head->size8 = (uint16_t)(size / 8);
	head->state = DBGSHM_DESC_LIVE;
	head->generation = 1;
	head->parent = parent / 8;
	return (head);
}

/* Each returns the section offset of the record. */
static inline uint32_t
image_profile(struct image *image, const char *path)
{
	uint32_t offset = image->descriptors;
	struct dbgshm_desc_profile *profile = image_record(
	    image, DBGSHM_DESC_PROFILE, 0, sizeof(*profile));

	profile->path_length = (uint16_t)strlen(path);
	profile->path_offset = image_text(image, path);
	profile->description_length = 7;
	profile->description_offset = image_text(image, "a thing");
	image_used(image);
	return (offset);
}

static inline struct dbgshm_desc_metric *
image_metric(struct image *image, uint32_t profile, const char *name,
    uint8_t kind, uint32_t cells)
{
	bool gauge = kind == DBGSHM_METRIC_GAUGE || kind == DBGSHM_METRIC_FLOAT;
	uint32_t *next = gauge ? &image->gauges : &image->cells;
	struct dbgshm_desc_metric *metric = image_record(
	    image, DBGSHM_DESC_METRIC, profile, sizeof(*metric));

	metric->name_length = (uint16_t)strlen(name);
	metric->name_offset = image_text(image, name);
	metric->help_length = 4;
	metric->help_offset = image_text(image, "help");
	metric->kind = kind;
	metric->unit = DBGSHM_UNIT_BYTES;
	metric->cell = *next;
	metric->cells = cells;
	if (kind == DBGSHM_METRIC_HISTOGRAM)
		metric->sub_bits = DBGSHM_SUB_BITS;
	*next += cells;
	image_used(image);
	return (metric);
}

static inline void
image_labels(struct image *image, struct dbgshm_desc_metric *metric,
    const void *bytes, size_t length)
{
	metric->labels_length = (uint16_t)length;
	metric->labels_offset = image_bytes(image, bytes, length);
	image_used(image);
}

static inline uint64_t *
image_cell(struct image *image, unsigned shard, uint32_t cell)
{
	return (image_at(image, IMAGE_SHARDS + shard * IMAGE_STRIDE + 8 * cell));
}

static inline uint64_t *
image_gauge(struct image *image, uint32_t cell)
{
	return (image_at(image, IMAGE_GAUGES + 8 * cell));
}

/* A table of a counter, a 16-byte text and an enum; rows of 128 bytes. */
#define IMAGE_ROW 128
static inline struct dbgshm_desc_table *
image_table(struct image *image, uint32_t profile, uint32_t capacity)
{
	struct dbgshm_desc_table *table = image_record(image,
	    DBGSHM_DESC_TABLE, profile, sizeof(*table) + 3 * 32);
	struct dbgshm_desc_column *columns = (void *)(table + 1);

	table->capacity = capacity;
	table->column_count = 3;
	table->column_size = sizeof(*columns);
	table->row_stride = IMAGE_ROW;
	table->data_offset = image->tables;
	table->data_size = 64 + ((8 * (uint64_t)capacity + 63) & ~63ull) +
	    IMAGE_ROW * (uint64_t)capacity;
	image->tables += table->data_size;
	columns[0].type = DBGSHM_TYPE_COUNTER;
	columns[0].name_length = 4;
	columns[0].name_offset = image_text(image, "sent");
	columns[1].type = DBGSHM_TYPE_TEXT;
	columns[1].name_length = 4;
	columns[1].name_offset = image_text(image, "peer");
	columns[1].width = 16;
	columns[1].text_offset = 64;
	columns[2].type = DBGSHM_TYPE_ENUM;
	columns[2].name_length = 5;
	columns[2].name_offset = image_text(image, "state");
	columns[2].names_length = 10;
	columns[2].names_offset = image_bytes(image, "idle\0busy\0", 10);
	image_used(image);
	return (table);
}

static inline uint64_t *
image_sequence(struct image *image, const struct dbgshm_desc_table *table,
    uint32_t slot)
{
	return (image_at(image, table->data_offset + 64 + 8 * slot));
}

static inline uint64_t *
image_row(struct image *image, const struct dbgshm_desc_table *table,
    uint32_t slot)
{
	return (image_at(image, table->data_offset + 64 +
	    ((8 * (uint64_t)table->capacity + 63) & ~63ull) +
	    (uint64_t)slot * IMAGE_ROW));
}

/* Fills a row and makes it live. */
static inline void
image_fill_row(struct image *image, const struct dbgshm_desc_table *table,
    uint32_t slot, uint64_t generation, uint64_t sent, const char *peer)
{
	uint64_t *row = image_row(image, table, slot);

	row[0] = generation;
	row[1] = 4000000000;
	row[4] = sent;
	row[5] = strlen(peer);
	row[6] = 1;
	memcpy(row + 8, peer, strlen(peer));
	*image_sequence(image, table, slot) = 8 * generation + 2;
}

/* A region with one of everything. */
struct sample_image {
	struct image image;
	uint32_t profile;
	struct dbgshm_desc_metric *counter, *gauge, *real, *updown, *histogram;
	struct dbgshm_desc_table *table;
};

static inline void
image_sample(struct sample_image *sample)
{
	struct image *image = &sample->image;
	struct dbgshm_summary *summary;
	double real = 2.5;

	image_start(image);
	sample->profile = image_profile(image, "net/peers");
	sample->counter = image_metric(
	    image, sample->profile, "sent", DBGSHM_METRIC_COUNTER, 1);
	image_labels(image, sample->counter, "to\0edge\0zone\0\0", 14);
	sample->gauge = image_metric(
	    image, sample->profile, "level", DBGSHM_METRIC_GAUGE, 1);
	sample->real = image_metric(
	    image, sample->profile, "ratio", DBGSHM_METRIC_FLOAT, 1);
	sample->updown = image_metric(
	    image, sample->profile, "open", DBGSHM_METRIC_UPDOWN, 2);
	sample->histogram = image_metric(
	    image, sample->profile, "time", DBGSHM_METRIC_HISTOGRAM, 130);
	sample->table = image_table(image, sample->profile, 8);
	*image_cell(image, 0, sample->counter->cell) = 40;
	*image_cell(image, 1, sample->counter->cell) = 2;
	*image_gauge(image, sample->gauge->cell) = (uint64_t)-7;
	memcpy(image_gauge(image, sample->real->cell), &real, sizeof(real));
	*image_cell(image, 0, sample->updown->cell) = 3;
	*image_cell(image, 1, sample->updown->cell + 1) = 5;
	*image_cell(image, 0, sample->histogram->cell) = 30;
	*image_cell(image, 1, sample->histogram->cell) = 12;
	*image_cell(image, 0, sample->histogram->cell + 1) = 20;
	*image_cell(image, 1, sample->histogram->cell + 1) = 12;
	*image_cell(image, 0, sample->histogram->cell + 2 + 10) = 1;
	*image_cell(image, 0, sample->histogram->cell + 2 + 20) = 1;
	*image_cell(image, 1, sample->histogram->cell + 2 + 12) = 1;
	image_fill_row(image, sample->table, 1, 1, 100, "10.0.0.1");
	image_fill_row(image, sample->table, 3, 7, 300, "10.0.0.3");
	summary = image_at(image, DBGSHM_SUMMARY_OFFSET);
	summary->count = 1;
	summary->slots[0].value = 99;
	memcpy(summary->slots[0].name, "answers", 7);
}

static inline void
image_free(struct image *image)
{
	free(image->bytes);
}

/* A file without a name that holds the first `size` bytes. */
static inline int
image_file(const struct image *image, size_t size)
{
	int descriptor = memfd_create("image", MFD_CLOEXEC);

	if (descriptor == -1 ||
	    pwrite(descriptor, image->bytes, size, 0) != (ssize_t)size)
		abort();
	return (descriptor);
}

/* The liveness lock, as a writer holds it; closing the descriptor frees it. */
static inline int
image_lock(int descriptor)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
		.l_len = 1 };
	char path[64];
	int own;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	own = open(path, O_RDWR | O_CLOEXEC);
	if (own == -1 || fcntl(own, F_OFD_SETLK, &lock) == -1)
		abort();
	return (own);
}

/* Attaches to a copy of the descriptor, so that the caller keeps his. */
static inline int
image_attach(int descriptor, struct dbgshm_reader **reader,
    struct dbgshm_fault *fault)
{
	char path[64];
	int own;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	if ((own = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		abort();
	return (dbgshm_reader_attach(own, reader, fault));
}

static inline int
remove_one(const char *path, const struct stat *status, int type,
    struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return (remove(path));
}

/* A directory with all that a failed test left in it. */
static inline int
image_remove_directory(const char *path)
{
	return (nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS));
}

#endif
