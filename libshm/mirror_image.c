/*
 * mirror_image.c - the file in memory that readers of a mirror read.
 *
 * Its sections are as long as those of the region can ever become, so that nothing
 * moves while it grows; rings and the past have room of their own.  The file is
 * mapped: it has no name, and nobody else can cut it.
 */
#include "mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define FIRST_OFFSET 64

static uint64_t
round_up(uint64_t size, uint64_t unit)
{
	return ((size + unit - 1) / unit * unit);
}

/* ---- where everything goes ---------------------------------------------- */

static uint64_t
size_of(const struct dbgshm_mirror *mirror, const struct dbgshm_header *told,
    uint32_t type)
{
	uint64_t size = told->sections[type - 1].size, most = DBGSHM_FILLED_MAX;

	if (type == DBGSHM_SECTION_HISTORY)
		return (round_up(mirror->past_bytes, DBGSHM_SLOT_SIZE));
	if (type == DBGSHM_SECTION_RINGS)
		return (size == 0 ? 0 : DBGSHM_RINGS_USED_MAX);
	if (type == DBGSHM_SECTION_SHARDS)
		size = told->shard_stride;
	if (type <= DBGSHM_SECTION_STRINGS)
		most = DBGSHM_SCHEMA_MAX;
	return (round_up(size < most ? size : most, PAGE));
}

int
dbgshm__mirror_header(const struct dbgshm_mirror *mirror,
    const struct dbgshm_header *told, struct dbgshm_header *header)
{
	struct dbgshm_section *section;
	struct dbgshm_layout layout;
	struct dbgshm_sink sink = { 0 };
	uint64_t at = DBGSHM_SECTIONS_OFFSET;
	uint32_t type;
	int error;

	*header = *told;
	header->minor = DBGSHM_MINOR;
	header->header_size = DBGSHM_HEADER_SIZE;
	header->section_count = DBGSHM_SECTION_HISTORY;
	header->section_size = sizeof(*section);
	header->shard_count = 1;
	header->shards_ready = 1;
	for (type = 1; type <= DBGSHM_SECTION_HISTORY; type++) {
		section = &header->sections[type - 1];
		if (section->type != type)
			return (EBADMSG);
		section->flags = 0;
		section->offset = at;
		section->size = size_of(mirror, told, type);
		if (type >= DBGSHM_SECTION_RINGS)
			section->used = 0;
		at += section->size;
	}
	header->shard_stride = header->sections[DBGSHM_SECTION_SHARDS - 1].size;
	header->file_size = at;
	memset(header->sections + DBGSHM_SECTION_HISTORY, 0,
	    (DBGSHM_SECTION_SLOTS - DBGSHM_SECTION_HISTORY) * sizeof(*section));
	memset(header->shard_owner, 0, sizeof(header->shard_owner));
	memset(header->reserved0, 0, sizeof(header->reserved0));
	memset(header->reserved1, 0, sizeof(header->reserved1));
	memset(header->reserved2, 0, sizeof(header->reserved2));
	memset(header->reserved3, 0, sizeof(header->reserved3));
	header->clock_sequence = 0;
	error = dbgshm__verify_header(header, at, &layout, &sink);
	if (error == 0 && sink.count > 0)
		error = EBADMSG; /* something would be left out */
	return (error == 0 || error == EPROTONOSUPPORT ? error : EBADMSG);
}

bool
dbgshm__mirror_same(
    const struct mirror_image *image, const struct dbgshm_header *header)
{
	const struct dbgshm_header *was = &image->header;
	const struct dbgshm_section *a, *b;
	uint32_t type;

	if (image->descriptor == -1)
		return (false);
	for (type = 1; type <= DBGSHM_SECTION_HISTORY; type++) {
		a = &was->sections[type - 1];
		b = &header->sections[type - 1];
		if (a->offset != b->offset || a->size != b->size ||
		    (type < DBGSHM_SECTION_RINGS && a->used > b->used))
			return (false);
	}
	return (was->random_id == header->random_id &&
	    was->kind == header->kind &&
	    was->clock_kind == header->clock_kind &&
	    was->subject_pid == header->subject_pid &&
	    was->subject_start == header->subject_start &&
	    was->created_real_ns == header->created_real_ns &&
	    memcmp(was->boot_id, header->boot_id, sizeof(was->boot_id)) == 0);
}

/* ---- the file ----------------------------------------------------------- */

int
dbgshm__mirror_make(
    struct mirror_image *image, const struct dbgshm_header *header)
{
	struct mirror_image made = { .size = header->file_size };
	uint32_t type;
	void *bytes;
	int error;

	made.descriptor = memfd_create("dbgshm-mirror", MFD_CLOEXEC);
	if (made.descriptor == -1)
		return (errno);
	bytes = MAP_FAILED;
	if (ftruncate(made.descriptor, (off_t)made.size) == 0)
		bytes = mmap(NULL, (size_t)made.size, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_NORESERVE, made.descriptor, 0);
	if (bytes == MAP_FAILED) {
		error = errno;
		(void)close(made.descriptor);
		return (error);
	}
	made.bytes = bytes;
	for (type = 1; type <= DBGSHM_SECTION_HISTORY; type++)
		made.sections[type] = header->sections[type - 1];
	dbgshm__mirror_close(image);
	*image = made;
	return (0);
}

void
dbgshm__mirror_close(struct mirror_image *image)
{
	if (image->descriptor == -1)
		return;
	(void)munmap(image->bytes, (size_t)image->size);
	(void)close(image->descriptor);
	*image = (struct mirror_image){ .descriptor = -1 };
}

int
dbgshm__mirror_fill(struct mirror_image *image, uint32_t type, uint64_t used)
{
	uint64_t from = image->filled[type], to = round_up(used, PAGE);

	if (to <= from)
		return (0);
	if (fallocate(image->descriptor, 0,
		(off_t)(image->sections[type].offset + from),
		(off_t)(to - from)) != 0)
		return (errno);
	image->filled[type] = to;
	return (0);
}

/* ---- what exists -------------------------------------------------------- */

/* The same place in the section of the image; 0, which is in none, when it was not
 * in that of the region. */
static uint64_t
moved(const struct dbgshm_mirror *mirror, uint64_t offset)
{
	const struct dbgshm_section *from =
	    &mirror->header.sections[DBGSHM_SECTION_TABLES - 1];

	if (offset < from->offset || offset - from->offset > from->used)
		return (0);
	return (offset - from->offset +
	    mirror->image.sections[DBGSHM_SECTION_TABLES].offset);
}

static void
move_log(const struct dbgshm_mirror *mirror, struct dbgshm_desc_log *record,
    uint32_t offset)
{
	const struct mirror_log *log = dbgshm__mirror_log(mirror, offset);

	record->data_offset = 0;
	if (log == NULL || log->size == 0)
		return;
	record->ring_size = log->size;
	record->data_offset =
	    log->offset + mirror->image.sections[DBGSHM_SECTION_RINGS].offset;
	record->data_size = log->ring_count *
	    (sizeof(struct dbgshm_ring) + (uint64_t)log->size);
}

void
dbgshm__mirror_records(struct dbgshm_mirror *mirror)
{
	unsigned char *to =
	    mirror_section(&mirror->image, DBGSHM_SECTION_DESCRIPTORS);
	struct dbgshm_desc *head;
	struct dbgshm_desc_table *table;
	size_t offset = FIRST_OFFSET, size;

	if (mirror->records_size > 0)
		memcpy(to, mirror->records, mirror->records_size);
	for (; offset + sizeof(*head) <= mirror->records_size; offset += size) {
		head = (void *)(to + offset);
		size = head->size8 * (size_t)8;
		if (size < sizeof(*head) ||
		    size > mirror->records_size - offset)
			break;
		if (head->type == DBGSHM_DESC_TABLE && size >= sizeof(*table)) {
			table = (void *)head;
			table->data_offset = moved(mirror, table->data_offset);
		}
		if (head->type == DBGSHM_DESC_LOG &&
		    size >= sizeof(struct dbgshm_desc_log))
			move_log(mirror, (void *)head, (uint32_t)offset);
	}
	if (mirror->texts_size > 0)
		memcpy(mirror_section(&mirror->image, DBGSHM_SECTION_STRINGS),
		    mirror->texts, mirror->texts_size);
}
