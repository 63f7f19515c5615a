/*
 * verify.c - is this a region, and where is what in it.
 *
 * Looks at private copies only.  What is wrong with the header as such ends it;
 * a section that is wrong is left out.
 */
#include "view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HEADER_AT(field) offsetof(struct dbgshm_header, field)

static const char *const section_names[DBGSHM_SECTION_HISTORY + 1] = {
	[DBGSHM_SECTION_DESCRIPTORS] = "descriptors",
	[DBGSHM_SECTION_STRINGS] = "strings",
	[DBGSHM_SECTION_GAUGES] = "gauges",
	[DBGSHM_SECTION_SHARDS] = "shards",
	[DBGSHM_SECTION_TABLES] = "tables",
	[DBGSHM_SECTION_RINGS] = "rings",
	[DBGSHM_SECTION_HISTORY] = "history",
};

void
dbgshm__fault(
    struct dbgshm_sink *sink, uint64_t offset, const char *format, ...)
{
	struct dbgshm_fault fault = { .offset = offset };
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(fault.text, sizeof(fault.text), format, arguments);
	va_end(arguments);
	if (sink->count++ == 0)
		sink->first = fault;
	if (sink->found != NULL)
		sink->found(&fault, sink->context);
}

/* Can this program read such a file at all? */
static int
verify_format(const struct dbgshm_header *header, struct dbgshm_sink *sink)
{
	if (header->magic == 0) {
		dbgshm__fault(sink, HEADER_AT(magic),
		    "not ready: its writer has not finished making it");
		return (EAGAIN);
	}
	if (header->magic == __builtin_bswap64(DBGSHM_MAGIC) ||
	    (header->magic == DBGSHM_MAGIC &&
		header->byte_order == __builtin_bswap64(DBGSHM_BYTE_ORDER))) {
		dbgshm__fault(sink, HEADER_AT(byte_order),
		    "other byte order than this machine's");
		return (EPROTONOSUPPORT);
	}
	if (header->magic != DBGSHM_MAGIC) {
		dbgshm__fault(sink, HEADER_AT(magic), "not a region");
		return (EBADMSG);
	}
	if (header->byte_order != DBGSHM_BYTE_ORDER) {
		dbgshm__fault(sink, HEADER_AT(byte_order),
		    "the byte order word is damaged");
		return (EBADMSG);
	}
	if (header->major != DBGSHM_MAJOR) {
		dbgshm__fault(sink, HEADER_AT(major),
		    "format version %u, this reader knows %u", header->major,
		    (unsigned)DBGSHM_MAJOR);
		return (EPROTONOSUPPORT);
	}
	if ((uint32_t)header->features != 0) {
		dbgshm__fault(sink, HEADER_AT(features),
		    "needs feature %d, which this reader lacks",
		    __builtin_ctzll(header->features));
		return (EPROTONOSUPPORT);
	}
	return (0);
}

/* The numbers that everything else is found with. */
static int
verify_numbers(const struct dbgshm_header *header, struct dbgshm_sink *sink)
{
	if (header->header_size < DBGSHM_HEADER_SIZE) {
		dbgshm__fault(sink, HEADER_AT(header_size),
		    "header of %" PRIu32 " bytes is too short",
		    header->header_size);
		return (EBADMSG);
	}
	if (header->section_count > DBGSHM_SECTION_SLOTS ||
	    header->section_size < sizeof(struct dbgshm_section) ||
	    header->section_size % 8 != 0 ||
	    (uint64_t)header->section_count * header->section_size >
		sizeof(header->sections)) {
		dbgshm__fault(sink, HEADER_AT(section_count),
		    "section table of %" PRIu32 " entries of %" PRIu32
		    " bytes does not fit",
		    header->section_count, header->section_size);
		return (EBADMSG);
	}
	if (header->kind != DBGSHM_KIND_OWN &&
	    header->kind != DBGSHM_KIND_WATCHED) {
		dbgshm__fault(sink, HEADER_AT(kind),
		    "kind %" PRIu32 " is unknown", header->kind);
		return (EBADMSG);
	}
	if (header->clock_kind != DBGSHM_CLOCK_MONOTONIC &&
	    header->clock_kind != DBGSHM_CLOCK_TSC) {
		dbgshm__fault(sink, HEADER_AT(clock_kind),
		    "clock kind %" PRIu32 " is unknown", header->clock_kind);
		return (EBADMSG);
	}
	if (header->file_size > DBGSHM_SIZE_MAX) {
		dbgshm__fault(sink, HEADER_AT(file_size),
		    "file size %" PRIu64 " is over the limit of %" PRIu64,
		    header->file_size, DBGSHM_SIZE_MAX);
		return (EFBIG);
	}
	return (0);
}

/* Bytes of the section that the file must have, from its offset on. */
static uint64_t
section_reach(
    const struct dbgshm_layout *layout, const struct dbgshm_section *section)
{
	if (section->type != DBGSHM_SECTION_SHARDS)
		return (section->used);
	if (layout->shards_ready == 0)
		return (0);
	return (
	    (layout->shards_ready - 1) * layout->shard_stride + section->used);
}

static bool
verify_shards(const struct dbgshm_layout *layout,
    const struct dbgshm_section *section, struct dbgshm_sink *sink)
{
	if (layout->shard_count == 0 ||
	    layout->shard_count > DBGSHM_SHARD_SLOTS ||
	    layout->shards_ready > layout->shard_count) {
		dbgshm__fault(sink, HEADER_AT(shard_count),
		    "%" PRIu32 " of %" PRIu32 " shards can not be ready",
		    layout->shards_ready, layout->shard_count);
		return (false);
	}
	if (layout->shard_stride % 64 != 0 ||
	    layout->shard_stride > section->size ||
	    layout->shard_stride * layout->shard_count > section->size ||
	    section->used > layout->shard_stride) {
		dbgshm__fault(sink, HEADER_AT(shard_stride),
		    "shards %" PRIu64
		    " bytes apart do not fit into their section",
		    layout->shard_stride);
		return (false);
	}
	return (true);
}

static bool
verify_section(const struct dbgshm_header *header,
    const struct dbgshm_layout *layout, const struct dbgshm_section *section,
    uint64_t at, struct dbgshm_sink *sink)
{
	const char *name = section_names[section->type];

	if (section->offset < DBGSHM_SECTIONS_OFFSET ||
	    section->offset % 64 != 0 || section->offset > header->file_size ||
	    section->size > header->file_size - section->offset) {
		dbgshm__fault(sink, at,
		    "section of %s at %" PRIu64 ", size %" PRIu64
		    ", lies outside the file",
		    name, section->offset, section->size);
		return (false);
	}
	if (section->used > section->size) {
		dbgshm__fault(sink, at + offsetof(struct dbgshm_section, used),
		    "section of %s uses %" PRIu64 " bytes of %" PRIu64, name,
		    section->used, section->size);
		return (false);
	}
	if (section->type == DBGSHM_SECTION_SHARDS &&
	    !verify_shards(layout, section, sink))
		return (false);
	if ((section->type == DBGSHM_SECTION_RINGS ||
		section->type == DBGSHM_SECTION_HISTORY) &&
	    section->used > DBGSHM_RINGS_USED_MAX) {
		dbgshm__fault(sink, at + offsetof(struct dbgshm_section, used),
		    "%" PRIu64 " bytes of %s are over the limit", section->used,
		    name);
		return (false);
	}
	if (section->offset + section_reach(layout, section) >
	    layout->file_size) {
		dbgshm__fault(sink, section->offset,
		    "the file ends at %" PRIu64 ", inside the section of %s",
		    layout->file_size, name);
		return (false);
	}
	return (true);
}

/* The first of each type; a second one, or one that lies on another, is out. */
static void
verify_sections(const struct dbgshm_header *header,
    struct dbgshm_layout *layout, struct dbgshm_sink *sink)
{
	/* That the minor version knows; to older ones the rest is reserved. */
	static const uint32_t lasts[] = { DBGSHM_SECTION_TABLES,
		DBGSHM_SECTION_RINGS, DBGSHM_SECTION_HISTORY };
	struct dbgshm_section section, *known = layout->sections;
	uint64_t at;
	uint32_t i, type, last;

	last = lasts[header->minor < 2 ? header->minor : 2];
	for (i = 0; i < header->section_count; i++) {
		at = HEADER_AT(sections) + (uint64_t)i * header->section_size;
		memcpy(&section, (const char *)header + at, sizeof(section));
		if (section.type == DBGSHM_SECTION_NONE || section.type > last)
			continue;
		if (known[section.type].type != DBGSHM_SECTION_NONE) {
			dbgshm__fault(sink, at, "second section of %s",
			    section_names[section.type]);
			continue;
		}
		if (!verify_section(header, layout, &section, at, sink))
			continue;
		for (type = 1; type <= last; type++)
			if (known[type].size > 0 && section.size > 0 &&
			    section.offset <
				known[type].offset + known[type].size &&
			    known[type].offset < section.offset + section.size)
				break;
		if (type <= last) {
			dbgshm__fault(sink, at,
			    "section of %s lies on that of %s",
			    section_names[section.type], section_names[type]);
			continue;
		}
		known[section.type] = section;
	}
}

int
dbgshm__verify_header(const struct dbgshm_header *header, uint64_t file_size,
    struct dbgshm_layout *layout, struct dbgshm_sink *sink)
{
	struct dbgshm_layout found = { .file_size = file_size };
	const struct dbgshm_section *sections = found.sections;
	uint32_t type;
	int error;

	if ((error = verify_format(header, sink)) != 0)
		return (error);
	if ((error = verify_numbers(header, sink)) != 0)
		return (error);
	if (file_size < header->file_size)
		dbgshm__fault(sink, file_size,
		    "the file ends here, it should have %" PRIu64 " bytes",
		    header->file_size);
	found.shard_count = header->shard_count;
	found.shards_ready = header->shards_ready > UINT32_MAX
	    ? UINT32_MAX
	    : (uint32_t)header->shards_ready;
	found.shard_stride = header->shard_stride;
	verify_sections(header, &found, sink);
	if (sections[DBGSHM_SECTION_SHARDS].type == DBGSHM_SECTION_NONE)
		found.shards_ready = 0;

	found.filled = DBGSHM_SECTIONS_OFFSET;
	for (type = 1; type <= DBGSHM_SECTION_TABLES; type++)
		found.filled += type == DBGSHM_SECTION_SHARDS
		    ? sections[type].used * found.shards_ready
		    : sections[type].used;
	if (found.filled > DBGSHM_FILLED_MAX ||
	    sections[DBGSHM_SECTION_DESCRIPTORS].used > DBGSHM_SCHEMA_MAX ||
	    sections[DBGSHM_SECTION_STRINGS].used > DBGSHM_SCHEMA_MAX) {
		dbgshm__fault(sink, HEADER_AT(sections),
		    "%" PRIu64 " filled bytes are over the limit",
		    found.filled);
		return (EFBIG);
	}
	if (sections[DBGSHM_SECTION_DESCRIPTORS].type == DBGSHM_SECTION_NONE ||
	    sections[DBGSHM_SECTION_STRINGS].type == DBGSHM_SECTION_NONE) {
		dbgshm__fault(sink, HEADER_AT(sections),
		    "without usable sections of descriptors and strings");
		return (EBADMSG);
	}
	*layout = found;
	return (0);
}

int
dbgshm__verify_constant(
    const struct dbgshm_header *before, const struct dbgshm_header *now)
{
	const struct dbgshm_section *a, *b;
	size_t i;

	if (before->magic != now->magic ||
	    before->random_id != now->random_id ||
	    before->file_size != now->file_size || before->kind != now->kind ||
	    before->clock_kind != now->clock_kind ||
	    before->section_count != now->section_count ||
	    before->section_size != now->section_size ||
	    before->shard_count != now->shard_count ||
	    before->shard_stride != now->shard_stride)
		return (EBADMSG);
	if (now->section_size != sizeof(struct dbgshm_section))
		return (0); /* entries of a later minor version */
	for (i = 0; i < DBGSHM_SECTION_SLOTS; i++) {
		a = &before->sections[i];
		b = &now->sections[i];
		if (a->type != b->type || a->offset != b->offset ||
		    a->size != b->size || a->used > b->used)
			return (EBADMSG);
	}
	return (0);
}
