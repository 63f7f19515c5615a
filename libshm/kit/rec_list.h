/*
 * rec_list.h - the chunks of a file: what is known of them without their contents.
 */
#ifndef KIT_REC_LIST_H
#define KIT_REC_LIST_H

#include "rec_in.h"

struct rec_list {
	struct rec_entry *entries;
	size_t count, room;
	uint64_t begin; /* of the first chunk */
	uint64_t end;	/* behind the last of them */
	struct rec_damage damage;
};

int rec_list_add(struct rec_list *list, const struct rec_entry *entry);
	/* -1: no memory. */

int rec_list_read(struct rec_in *in, int descriptor, struct rec_list *list,
    char *why, size_t why_size);
	/* Of a file: from its index, or by going over the heads.  free() the
	 * entries. */

/* ---- the index -------------------------------------------------------------------- */

/* The index as it grows: what its chunk will hold. */
struct rec_index {
	unsigned char *bytes;
	size_t size, room;
	uint64_t end, real_ns; /* of the last one */
	bool given_up;	       /* no memory, or too long */
};

void rec_index_begin(struct rec_index *index, uint64_t begin);
void rec_index_add(struct rec_index *index, const struct rec_entry *entry);
void rec_index_end(struct rec_index *index);
int rec_index_parse(const void *bytes, size_t size, uint64_t begin,
    uint64_t end, struct rec_list *list);
	/* -1: it does not fit. */

/* ---- reading where it is told ------------------------------------------------------- */

int rec_read_bytes(struct rec_in *in, int descriptor, uint64_t offset,
    size_t size, char *why, size_t why_size);
	/* Into the buffer, from its start, and nothing else is in it then.
	 * EBADMSG: the file does not have them. */
int rec_read_head(struct rec_in *in, int descriptor, char *why, size_t why_size);
	/* Of the recording. */
int rec_read_chunk(struct rec_in *in, int descriptor, uint64_t offset,
    struct rec_chunk_head *head, struct rec_chunk *chunk, char *why,
    size_t why_size);
	/* Any chunk, also of those that callers do not see. */

#endif
