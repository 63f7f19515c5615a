/*
 * ring_walk.h - a small parser of event rings, written from FORMAT.md alone.
 *
 * It looks at the file of this process's region while nobody writes, or while
 * one thread stands still in the middle of it, and believes nothing: a chain that
 * does not fit is a failed CHECK.
 */
#ifndef RING_WALK_H
#define RING_WALK_H

#include "child.h"

#include <dbgshm/format.h>

#include <sys/mman.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdint.h>
#include <string.h>

struct walked {
	uint64_t number, stamp;
	unsigned event, severity;
	const uint64_t *words; /* the fields */
	size_t count;
};

struct ring_view {
	struct dbgshm_ring head; /* a copy, taken first */
	const uint64_t *words;
	uint64_t size; /* in words */
};

/* The whole region of this process, read-only; stays mapped. */
static inline const char *
ring_region(pid_t pid)
{
	char path[256];
	struct stat st;
	void *base;
	int file;

	CHECK(region_file(pid, false, path, sizeof(path)));
	CHECK((file = open(path, O_RDONLY)) != -1);
	CHECK(fstat(file, &st) == 0);
	base = mmap(
	    NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, file, 0);
	CHECK(base != MAP_FAILED);
	CHECK(close(file) == 0);
	return (base);
}

static inline const struct dbgshm_section *
ring_section(const char *base, uint32_t type)
{
	const struct dbgshm_header *header = (const void *)base;
	uint32_t i;

	for (i = 0; i < header->section_count; i++)
		if (header->sections[i].type == type)
			return (&header->sections[i]);
	CHECK(false);
	return (NULL);
}

/* The descriptor of this type, counted from 0; NULL there is none. */
static inline const void *
ring_descriptor(const char *base, uint16_t type, unsigned index)
{
	const struct dbgshm_section *section =
	    ring_section(base, DBGSHM_SECTION_DESCRIPTORS);
	const struct dbgshm_desc *desc;
	uint64_t at;

	for (at = 64; at < section->used; at += desc->size8 * 8ull) {
		desc = (const void *)(base + section->offset + at);
		CHECK(desc->size8 >= 2);
		if (desc->type == type && index-- == 0)
			return (desc);
	}
	return (NULL);
}

static inline struct ring_view
ring_view(const char *base, unsigned log, uint32_t ring)
{
	const struct dbgshm_desc_log *desc =
	    ring_descriptor(base, DBGSHM_DESC_LOG, log);
	const struct dbgshm_section *section =
	    ring_section(base, DBGSHM_SECTION_RINGS);
	struct ring_view view;
	const char *at;

	CHECK(desc != NULL && ring < desc->ring_count);
	CHECK(desc->data_offset % 64 == 0 &&
	    desc->data_offset >= section->offset &&
	    desc->data_offset + desc->data_size <=
		section->offset + section->used &&
	    desc->data_size ==
		desc->ring_count * (64ull + desc->ring_size));
	at = base + desc->data_offset + ring * (64ull + desc->ring_size);
	memcpy(&view.head, at, sizeof(view.head));
	view.words = (const void *)(at + 64);
	view.size = desc->ring_size / 8;
	return (view);
}

static inline uint64_t
ring_position(const struct ring_view *view)
{
	return (view->head.head >> DBGSHM_RING_HEAD_SHIFT);
}

static inline uint64_t
ring_word(const struct ring_view *view, uint64_t position)
{
	return (view->words[position % view->size]);
}

static inline bool
ring_is_pad(uint64_t word)
{
	return ((word >> DBGSHM_RECORD_EVENT_SHIFT &
		    DBGSHM_RECORD_EVENT_MASK) == DBGSHM_EVENT_PAD);
}

/*
 * All whole records, oldest first; how many, which `most` must have room for.
 * Numbers follow upon each other; `next` is the number behind the newest.
 */
static inline size_t
ring_walk(const struct ring_view *view, struct walked *list, size_t most,
    uint64_t *next)
{
	uint64_t limit = view->head.limit, at = ring_position(view), word;
	uint64_t oldest = limit > view->size ? limit - view->size : 0;
	uint64_t length = view->head.head & DBGSHM_RECORD_LENGTH_MASK;
	uint64_t number = 0, start;
	size_t count = 0, i;
	struct walked swap;
	bool newest = true;

	CHECK(limit >= at && limit - at <= 2 * DBGSHM_RECORD_WORDS_MAX);
	*next = 0;
	while (length != 0 && at >= oldest + length) {
		start = at - length;
		word = ring_word(view, start);
		CHECK((word & DBGSHM_RECORD_LENGTH_MASK) == length);
		CHECK(start % view->size + length <= view->size);
		if (newest)
			*next = number = (word >> DBGSHM_RECORD_NUMBER_SHIFT) +
			    !ring_is_pad(word);
		newest = false;
		if (!ring_is_pad(word)) {
			CHECK(length >= 2 && count < most && number != 0);
			number--;
			list[count++] = (struct walked) {
				.number = number,
				.event = (unsigned)(word >>
				    DBGSHM_RECORD_EVENT_SHIFT) & 0xffff,
				.severity = (unsigned)(word >>
				    DBGSHM_RECORD_SEVERITY_SHIFT) & 0xf,
				.stamp = ring_word(view, start + 1),
				.words = &view->words[(start + 2) % view->size],
				.count = length - 2,
			};
		}
		CHECK(word >> DBGSHM_RECORD_NUMBER_SHIFT == number);
		length = word >> DBGSHM_RECORD_BEFORE_SHIFT &
		    DBGSHM_RECORD_LENGTH_MASK;
		at = start;
	}
	CHECK(length != 0 || at == 0); /* the very first */
	if (length == 0 && count > 0)
		CHECK(number == 0);
	for (i = 0; i < count / 2; i++) {
		swap = list[i];
		list[i] = list[count - 1 - i];
		list[count - 1 - i] = swap;
	}
	return (count);
}

/* The same when nobody is writing: the counters fit too. */
static inline size_t
ring_walk_quiet(const struct ring_view *view, struct walked *list, size_t most)
{
	uint64_t next;
	size_t count = ring_walk(view, list, most, &next);

	CHECK(view->head.busy == 0);
	CHECK(view->head.limit == ring_position(view));
	CHECK(next == (view->head.records & DBGSHM_RECORD_NUMBER_MASK));
	return (count);
}

#endif
