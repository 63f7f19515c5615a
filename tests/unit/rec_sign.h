/*
 * rec_sign.h - a recording whose bytes were changed gets right checksums again.
 */
#ifndef REC_SIGN_H
#define REC_SIGN_H

#include <libshm/kit/rec_format.h>
#include <libshm/kit/rec_sum.h>

#include <string.h>

static inline void
rec_sign_head(const struct rec_sum *sum, unsigned char *bytes)
{
	struct rec_head head;

	memcpy(&head, bytes, sizeof(head));
	head.checksum =
	    rec_sum_add(sum, 0, &head, offsetof(struct rec_head, checksum));
	memcpy(bytes, &head, sizeof(head));
}

/* The chunk at the bytes, of which there are `size`; its content where it fits. */
static inline void
rec_sign_chunk(const struct rec_sum *sum, uint64_t id, unsigned char *bytes,
    size_t size)
{
	struct rec_chunk_head head;
	size_t padded;

	memcpy(&head, bytes, sizeof(head));
	padded = ((size_t)head.stored_size + REC_ALIGN - 1) / REC_ALIGN *
	    REC_ALIGN;
	if (padded <= size - sizeof(head))
		head.content_checksum =
		    rec_sum_add(sum, 0, bytes + sizeof(head), padded);
	head.checksum = rec_sum_add(sum,
	    rec_sum_add(sum, 0, &id, sizeof(id)), &head,
	    offsetof(struct rec_chunk_head, checksum));
	memcpy(bytes, &head, sizeof(head));
}

#endif
