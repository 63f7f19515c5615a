/*
 * zip.h - zip archives: made in memory, read without trust.
 *
 * libzip is loaded when the first of them is wanted, so that no program pays for
 * it at its start.  Functions that can fail return NULL or -1, with one line in
 * why that is safe to print.  Nothing here opens a file or makes one.
 */
#ifndef KIT_ZIP_H
#define KIT_ZIP_H

#include <stddef.h>
#include <stdint.h>

/* What is compressed may become that long at most when we read it; what is longer
 * has to be stored as it is, so that no archive makes much out of little. */
#define ZIP_INFLATED_MAX (UINT64_C(64) << 20)
#define ZIP_STORED_MAX (UINT64_C(1) << 30)
#define ZIP_READ_MAX (UINT64_C(2) << 30) /* in all, of one archive */
#define ZIP_MEMBERS_MAX 100000
#define ZIP_NAME_MAX 1024 /* bytes of a member's name */

/* ---- making --------------------------------------------------------------- */

struct zip_out;

struct zip_out *zip_out_create(char *why, size_t why_size);
void zip_out_destroy(struct zip_out *);

#define ZIP_OUT_OURS 1 /* it can be read again by zip_in_read() */

int zip_out_add(struct zip_out *, const char *name, void *bytes, size_t size,
    unsigned flags, char *why, size_t why_size);
	/* One more member; takes the bytes over, for free(), also on failure. */

int zip_out_join(struct zip_out *, const char *folder, void *bytes,
    size_t size, char *why, size_t why_size);
	/* All members of an archive that was made here, below a folder, as they
	 * are: nothing is compressed again.  Takes the bytes over likewise. */

void zip_out_progress(struct zip_out *, void (*told)(double, void *), void *);
	/* While it is compressed: how much of it is, 0 to 1. */

int zip_out_end(struct zip_out *, void **bytes, size_t *size, char *why,
    size_t why_size);
	/* The archive; free() it.  After it only zip_out_destroy(). */

/* ---- reading -------------------------------------------------------------- */

struct zip_in;

struct zip_in *zip_in_open(int descriptor, char *why, size_t why_size);
	/* Takes the descriptor over, also on failure. */
void zip_in_close(struct zip_in *); /* NULL is fine */

size_t zip_in_count(const struct zip_in *);
const char *zip_in_name(struct zip_in *, size_t index);
	/* Raw bytes, "" when it is damaged or too long.  Until zip_in_close(). */

int zip_in_peek(struct zip_in *, size_t index, void *bytes, size_t size,
    char *why, size_t why_size);
	/* Its first bytes, so many of them. */

int zip_in_read(struct zip_in *, size_t index, void **bytes, size_t *size,
    char *why, size_t why_size);
	/* All of it, when its checksum is right; free() it. */

#endif
