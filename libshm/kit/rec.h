/*
 * rec.h - recordings: pieces of regions, one behind the other, in a file or a pipe.
 *
 * A recording is a head and chunks.  Each chunk says how long it is, of which
 * region it is, when it was made, and has checksums of its head and its content,
 * which is compressed where that is shorter.  Chunks are only ever appended, each
 * by one write: whatever ends the writer, all before the last is whole.  The last
 * chunk of a file that was ended in order is an index of the others.  Bytes and
 * limits: FORMAT.md.  libzstd is loaded when the first recording is opened.
 *
 * Functions that can fail return NULL, or -1 and errno, with one line in why that
 * is safe to print: EBADMSG not a recording or damaged, EPROTONOSUPPORT a newer
 * one or another byte order, ENOTSUP there is no libzstd, else of the write.
 * Nothing here opens a file.  Programs ignore SIGXFSZ and, where a reader may go,
 * SIGPIPE.
 */
#ifndef KIT_REC_H
#define KIT_REC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum rec_type {
	REC_REGION = 1, /* a region begins: struct rec_region */
	REC_PIECE,	/* of a region: see <dbgshm/feed.h> */
	REC_OVER,	/* of a region: there will be no more of it */
	REC_ALIVE,	/* of no region: the writer is there and has nothing new */
	REC_INDEX,	/* of a file, where the others are: not handed out */
};

#define REC_REGIONS_MAX 65536		    /* of one recording */
#define REC_CHUNK_MAX (UINT64_C(256) << 20) /* bytes of its content, unpacked */

/* What is known of a region without looking into it.  Texts are raw bytes of the
 * target and not safe to print. */
struct rec_region {
	uint32_t number; /* in this recording, from 1, in the order of chunks */
	bool watched;	 /* about another process, by an agent */
	pid_t pid;
	uint64_t subject_start; /* clock ticks since boot */
	uint64_t created_real_ns; /* the region; with the above: is it the same? */
	uint64_t period_ns;	/* from frame to frame; 0 unknown */
	char boot_id[33];	/* hex, "" unknown */
	char name[65];
	char host[65];
};

struct rec_chunk {
	enum rec_type type;
	uint32_t region; /* number; 0: of none */
	bool first;	 /* a piece that needs none before it */
	uint64_t real_ns;
	const void *bytes; /* of its content, not compressed */
	size_t size;
};

/* ---- writing ---------------------------------------------------------------- */

struct rec_out;

struct rec_out *rec_out_file(int descriptor, char *why, size_t why_size);
	/*
	 * Open for reading and writing, empty or a recording: then what follows
	 * its last whole chunk is cut off and the new chunks go behind it;
	 * rec_out_regions() says which regions it has.  Takes the descriptor
	 * over, also on failure.  Holds a lock (flock) while it is open: EBUSY
	 * when another one does.
	 */
struct rec_out *rec_out_pipe(int descriptor, char *why, size_t why_size);
	/* Not a file: no index.  Does not take the descriptor over. */
int rec_out_close(struct rec_out *, char *why, size_t why_size);
	/* A file: with its index, on disk.  It is closed in any case. */

const struct rec_region *rec_out_regions(const struct rec_out *, size_t *count);
uint64_t rec_out_last_ns(const struct rec_out *, uint32_t region);
	/* The newest real_ns of its chunks; 0: it has none. */
uint32_t rec_out_region(struct rec_out *, const struct rec_region *,
    uint64_t real_ns, char *why, size_t why_size);
	/* A new one begins; its number.  0: why, and errno. */

int rec_out_put(
    struct rec_out *, const struct rec_chunk *, char *why, size_t why_size);
	/* -1: a file is cut back to what it was, and the next chunk is tried as
	 * if there had been none.  A pipe is good for nothing more. */

uint64_t rec_out_size(const struct rec_out *);
	/* Bytes of the file, or that went into the pipe. */

/* ---- reading ---------------------------------------------------------------- */

/* Chunks from bytes that come as they come: of a file, of a pipe. */
struct rec_in;

struct rec_in *rec_in_create(char *why, size_t why_size);
void rec_in_free(struct rec_in *); /* NULL is fine */

void *rec_in_room(struct rec_in *, size_t size);
	/* Where the next bytes may be put, at least so many.  NULL: no memory. */
void rec_in_add(struct rec_in *, size_t size); /* So many have been put there. */

int rec_in_next(
    struct rec_in *, struct rec_chunk *chunk, char *why, size_t why_size);
	/*
	 * 1: a chunk, until the next call.  0: more bytes are needed.  -1: the
	 * bytes are no recording (errno as above) and nothing more will come of
	 * it.  Damage after the head is skipped to the next whole chunk and
	 * counted; what a newer version has added is skipped and not.
	 */
int rec_in_region(const struct rec_chunk *, struct rec_region *);
	/* The content of a REC_REGION.  -1: it makes no sense. */

struct rec_damage {
	uint64_t places; /* where bytes had to be skipped */
	uint64_t bytes;	 /* skipped */
	uint64_t first;	 /* offset of the first of them */
};
struct rec_damage rec_in_damage(const struct rec_in *);
uint64_t rec_in_offset(const struct rec_in *);
	/* Behind the last chunk, in all that has come. */

/* ---- a file, by its index ------------------------------------------------------ */

struct rec_entry {
	uint64_t offset, real_ns;
	uint32_t size; /* in the file, with its head */
	uint32_t region;
	enum rec_type type;
	bool first; /* as in a chunk */
};

int rec_index(int descriptor, struct rec_entry **entries, size_t *count,
    struct rec_damage *damage, char *why, size_t why_size);
	/* All chunks of a file: from its index, or when it has none, or one that
	 * does not fit, by going over their heads.  free() them. */
int rec_read(int descriptor, const struct rec_entry *, struct rec_in *,
    struct rec_chunk *chunk, char *why, size_t why_size);
	/* One of them; until the next call with the same rec_in, which is good
	 * for nothing else.  -1: as rec_in_next(). */

/* ---- is it what it should be? ---------------------------------------------------- */

struct rec_check {
	void (*fault)(void *context, uint64_t offset, const char *text);
	void (*chunk)(
	    void *context, uint64_t offset, const struct rec_chunk *chunk);
	void *context;
};
struct rec_checked {
	uint64_t chunks, bytes; /* of the file */
	uint64_t unknown;	/* chunks that a newer version has added */
	uint64_t closed;	/* compressed, and there is no libzstd */
	size_t regions;
	unsigned major, minor;
	bool index; /* it was ended in order */
};

int rec_check(int descriptor, const struct rec_check *check,
    struct rec_checked *checked, char *why, size_t why_size);
	/* Goes over all of a file from where it stands, says each fault with its
	 * offset, hands out each whole chunk.  -1: no recording, or it cannot be
	 * read. */

bool rec_begins(const void *bytes, size_t size);
	/* The first bytes of a recording; 16 of them are enough. */

#endif
