/*
 * rec_code.h - heads and contents of a recording, made and checked.
 *
 * What writing and reading share.  No file, no pipe: only bytes.
 */
#ifndef KIT_REC_CODE_H
#define KIT_REC_CODE_H

#include "rec.h"
#include "rec_format.h"
#include "rec_library.h"
#include "rec_sum.h"

struct rec_code {
	uint64_t id;	    /* of the recording */
	uint32_t head_size; /* of the recording */
	uint16_t minor;	    /* version */
	bool newer;	    /* than ours */
	struct rec_sum sum;
	struct rec_library zstd;
	bool asked; /* for libzstd, whether it was there or not */
	ZSTD_CCtx *packer;
	ZSTD_DCtx *unpacker;
	unsigned char *bytes; /* what was packed or unpacked last */
	size_t room;
};

void rec_code_init(struct rec_code *code);
void rec_code_fini(struct rec_code *code);
bool rec_code_library(struct rec_code *code);
	/* libzstd is there: asked once. */

int rec_code_fail(int number, char *why, size_t why_size);
	/* errno, its words into why, -1. */

/* ---- the head of a recording -------------------------------------------------- */

void rec_code_begin(struct rec_code *code, struct rec_head *head);
	/* Of a new recording. */
int rec_code_head(
    struct rec_code *code, const void *bytes, char *why, size_t why_size);
	/* REC_HEAD_SIZE bytes are the head of a recording that we can read: its
	 * id is that of what follows.  -1 and errno. */

/* ---- chunks --------------------------------------------------------------------- */

static inline size_t
rec_padded(size_t size)
{
	return ((size + REC_ALIGN - 1) / REC_ALIGN * REC_ALIGN);
}

static inline size_t
rec_chunk_size(const struct rec_chunk_head *head)
{
	return (sizeof(*head) + rec_padded(head->stored_size));
}

bool rec_code_chunk(const struct rec_code *code, const void *bytes,
    struct rec_chunk_head *head);
	/* The bytes are the head of a chunk; its numbers are within limits. */
bool rec_code_known(const struct rec_chunk_head *head);
	/* Of a type and with flags that this version knows. */
bool rec_code_sound(const struct rec_code *code,
    const struct rec_chunk_head *head, const void *content);
	/* The checksum of its content is right. */
int rec_code_unpack(struct rec_code *code, const struct rec_chunk_head *head,
    const void *content, struct rec_chunk *chunk, char *why, size_t why_size);
	/* What a sound chunk says; until the next call.  -1: EBADMSG, ENOTSUP,
	 * ENOMEM. */

const void *rec_code_pack(struct rec_code *code, const struct rec_chunk *chunk,
    uint8_t type, struct rec_chunk_head *head);
	/* The other way: the content as it has to stand behind the head, without
	 * the zeros behind it. */

#endif
