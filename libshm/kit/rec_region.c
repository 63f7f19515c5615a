/*
 * rec_region.c - what a recording says of a region.
 */
#include "rec_region.h"

#include <errno.h>
#include <string.h>

void
rec_region_put(
    const struct rec_region *region, struct rec_region_content *content)
{
	memset(content, 0, sizeof(*content));
	content->flags = region->watched ? REC_REGION_WATCHED : 0;
	content->pid = (uint32_t)region->pid;
	content->subject_start = region->subject_start;
	content->created_real_ns = region->created_real_ns;
	content->period_ns = region->period_ns;
	memcpy(content->boot_id, region->boot_id,
	    strnlen(region->boot_id, sizeof(content->boot_id)));
	memcpy(content->name, region->name,
	    strnlen(region->name, sizeof(content->name)));
	memcpy(content->host, region->host,
	    strnlen(region->host, sizeof(content->host)));
}

static bool
is_hex(const char *text, size_t size)
{
	size_t i, length = strnlen(text, size);

	for (i = 0; i < length; i++)
		if (strchr("0123456789abcdef", text[i]) == NULL)
			return (false);
	return (length == 0 || length == size);
}

int
rec_in_region(const struct rec_chunk *chunk, struct rec_region *region)
{
	struct rec_region_content content;

	if (chunk->type != REC_REGION || chunk->region == 0 ||
	    chunk->size < sizeof(content)) {
		errno = EBADMSG;
		return (-1);
	}
	memcpy(&content, chunk->bytes, sizeof(content));
	if (content.pid == 0 || content.pid > INT32_MAX ||
	    !is_hex(content.boot_id, sizeof(content.boot_id))) {
		errno = EBADMSG;
		return (-1);
	}
	memset(region, 0, sizeof(*region));
	region->number = chunk->region;
	region->watched = (content.flags & REC_REGION_WATCHED) != 0;
	region->pid = (pid_t)content.pid;
	region->subject_start = content.subject_start;
	region->created_real_ns = content.created_real_ns;
	region->period_ns = content.period_ns;
	memcpy(region->boot_id, content.boot_id, sizeof(content.boot_id));
	memcpy(region->name, content.name, sizeof(content.name));
	memcpy(region->host, content.host, sizeof(content.host));
	return (0);
}
