/*
 * rec_out.c - chunks into a file or a pipe, each by one write.
 *
 * What of a chunk could not be written to a file is cut off again at once, or
 * before the next one when that fails too, so that all chunks are whole.
 */
#include "rec_out.h"
#include "rec_region.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int
refuse(int number, const char *text, char *why, size_t why_size)
{
	snprintf(why, why_size, "%s", text);
	errno = number;
	return (-1);
}

/* ---- bytes ------------------------------------------------------------------------- */

static ssize_t
write_some(const struct rec_out *out, const struct iovec *parts, int count,
    uint64_t offset)
{
	struct pollfd ready = { .fd = out->descriptor, .events = POLLOUT };
	ssize_t written;

	if (out->is_file)
		return (pwritev(out->descriptor, parts, count, (off_t)offset));
	written = writev(out->descriptor, parts, count);
	if (written == -1 && errno == EAGAIN) {
		(void)poll(&ready, 1, -1);
		errno = EINTR;
	}
	return (written);
}

static int
write_all(struct rec_out *out, struct iovec *parts, int count)
{
	uint64_t offset = out->size;
	ssize_t written;
	size_t part;

	while (count > 0) {
		written = write_some(out, parts, count, offset);
		if (written == -1 && errno == EINTR)
			continue;
		if (written == -1)
			return (-1);
		offset += (uint64_t)written;
		for (; count > 0 && written > 0; written -= (ssize_t)part) {
			part = parts->iov_len;
			if (part > (size_t)written)
				part = (size_t)written;
			parts->iov_base = (char *)parts->iov_base + part;
			parts->iov_len -= part;
			if (parts->iov_len == 0)
				parts++, count--;
		}
	}
	out->size = offset;
	return (0);
}

int
rec_out_cut(struct rec_out *out)
{
	if (ftruncate(out->descriptor, (off_t)out->size) == -1)
		return (-1);
	out->torn = false;
	return (0);
}

int
rec_out_bytes(struct rec_out *out, struct iovec *parts, int count, char *why,
    size_t why_size)
{
	int number;

	if (out->broken != 0)
		return (rec_code_fail(out->broken, why, why_size));
	if (out->torn && rec_out_cut(out) == -1)
		return (rec_code_fail(errno, why, why_size));
	if (write_all(out, parts, count) == 0)
		return (0);
	number = errno;
	if (out->is_file) {
		out->torn = true;
		(void)rec_out_cut(out);
	} else {
		out->broken = number;
	}
	return (rec_code_fail(number, why, why_size));
}

/* ---- chunks ------------------------------------------------------------------------ */

/* Contents are not changed, but writev() does not say so. */
static void *
unconst(const void *bytes)
{
	void *same;

	memcpy(&same, &bytes, sizeof(same));
	return (same);
}

int
rec_out_chunk(struct rec_out *out, uint8_t type, const struct rec_chunk *chunk,
    char *why, size_t why_size)
{
	static const unsigned char zeros[REC_ALIGN];
	struct rec_chunk_head head;
	struct iovec parts[3];
	const void *content;
	int count = 1;

	if (chunk->size > REC_CHUNK_MAX)
		return (refuse(
		    EMSGSIZE, "more than fits into a chunk", why, why_size));
	content = rec_code_pack(&out->code, chunk, type, &head);
	parts[0] = (struct iovec){ &head, sizeof(head) };
	if (head.stored_size > 0)
		parts[count++] =
		    (struct iovec){ unconst(content), head.stored_size };
	if (head.stored_size % REC_ALIGN != 0)
		parts[count++] = (struct iovec){ unconst(zeros),
			rec_padded(head.stored_size) - head.stored_size };
	return (rec_out_bytes(out, parts, count, why, why_size));
}

static int
remember(struct rec_out *out, const struct rec_chunk *chunk, uint64_t offset)
{
	struct rec_entry entry = { offset, chunk->real_ns,
		(uint32_t)(out->size - offset), chunk->region, chunk->type,
		chunk->first };

	if (out->is_file)
		rec_index_add(&out->index, &entry);
	/* Until when it is written is said by its pieces. */
	return (rec_out_known(
	    out, chunk->region, chunk->type == REC_PIECE ? chunk->real_ns : 0));
}

int
rec_out_put(struct rec_out *out, const struct rec_chunk *chunk, char *why,
    size_t why_size)
{
	uint64_t offset = out->size;

	assert(chunk->type >= REC_PIECE && chunk->type <= REC_ALIVE);
	assert(chunk->region <= out->highest);
	if (rec_out_chunk(out, (uint8_t)chunk->type, chunk, why, why_size) ==
	    -1)
		return (-1);
	(void)remember(out, chunk, offset);
	return (0);
}

/* ---- regions ------------------------------------------------------------------------ */

int
rec_out_known(struct rec_out *out, uint32_t region, uint64_t real_ns)
{
	uint64_t *last;
	uint32_t i;

	if (region > out->highest) {
		last = realloc(out->last_ns, (region + 1) * sizeof(*last));
		if (last == NULL)
			return (-1);
		for (i = out->last_ns == NULL ? 0 : out->highest + 1;
		     i <= region; i++)
			last[i] = 0;
		out->last_ns = last;
		out->highest = region;
	}
	if (region > 0 && real_ns > out->last_ns[region])
		out->last_ns[region] = real_ns;
	return (0);
}

int
rec_out_list(struct rec_out *out, const struct rec_region *region)
{
	struct rec_region *list;
	size_t room;

	if (out->region_count == out->region_room) {
		room = out->region_room * 2 + 8;
		list = realloc(out->regions, room * sizeof(*list));
		if (list == NULL)
			return (-1);
		out->regions = list;
		out->region_room = room;
	}
	out->regions[out->region_count++] = *region;
	return (0);
}

const struct rec_region *
rec_out_regions(const struct rec_out *out, size_t *count)
{
	*count = out->region_count;
	return (out->regions);
}

uint64_t
rec_out_last_ns(const struct rec_out *out, uint32_t region)
{
	return (
	    region > 0 && region <= out->highest ? out->last_ns[region] : 0);
}

uint32_t
rec_out_region(struct rec_out *out, const struct rec_region *region,
    uint64_t real_ns, char *why, size_t why_size)
{
	struct rec_region_content content;
	struct rec_region known = *region;
	uint64_t offset = out->size;
	struct rec_chunk chunk = { .type = REC_REGION,
		.region = out->highest + 1,
		.real_ns = real_ns,
		.bytes = &content,
		.size = sizeof(content) };

	if (out->highest == REC_REGIONS_MAX) {
		(void)refuse(EOVERFLOW,
		    "more regions than a recording can have", why, why_size);
		return (0);
	}
	known.number = chunk.region;
	rec_region_put(region, &content);
	if (rec_out_chunk(out, REC_REGION, &chunk, why, why_size) == -1)
		return (0);
	if (remember(out, &chunk, offset) == -1 ||
	    rec_out_list(out, &known) == -1) {
		(void)rec_code_fail(ENOMEM, why, why_size);
		return (0);
	}
	return (known.number);
}

uint64_t
rec_out_size(const struct rec_out *out)
{
	return (out->size);
}
