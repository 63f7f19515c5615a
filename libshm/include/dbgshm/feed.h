/*
 * feed.h - a region carried elsewhere: into a file, through a pipe.
 *
 * A feed looks at a region again and again, and each time makes a piece: what is
 * new since the piece before.  A mirror puts the pieces of one feed together, in
 * order, to an image (<dbgshm/reader.h>) with all the past that went through it,
 * of which readers tell as they would have told of the region.
 *
 *	here	dbgshm_feed_open(reader, 0, 0, &feed)
 *		dbgshm_feed_next(feed, &piece)		again and again
 *	there	dbgshm_mirror_create(0, &mirror)
 *		dbgshm_mirror_put(mirror, bytes, size)	for each piece
 *		dbgshm_mirror_settle(mirror)		then look
 *
 * Frames of the past are carried as the writer coded them; nothing is decoded
 * and coded again unless something in them is secret.  What a piece is made of
 * is in FORMAT.md.  Functions return 0 or -1 with errno as in reader.h.  One
 * thread at a time.
 */
#ifndef DBGSHM_FEED_H
#define DBGSHM_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dbgshm_reader;

/* ---- taking pieces of a region --------------------------------------------- */

struct dbgshm_feed;

#define DBGSHM_FEED_SECRETS 1 /* with what is marked as secret */
#define DBGSHM_FEED_NO_PAST 2 /* begin now: nothing of the past there is */

int dbgshm_feed_open(struct dbgshm_reader *reader, unsigned flags,
    uint64_t since_real_ns, struct dbgshm_feed **feed);
	/*
	 * The reader stays the caller's, has to outlive the feed, and can be used
	 * for anything else between its calls.  since_real_ns: blocks of the past
	 * that ended before are left out; 0: none are.
	 */
void dbgshm_feed_close(struct dbgshm_feed *); /* NULL is fine */

struct dbgshm_piece {
	const void *bytes; /* until the next call */
	size_t size;	   /* 0: there is nothing new, and no piece */
	uint64_t real_ns; /* of the newest moment in it */
	uint64_t frames;  /* of metrics that are in it */
	bool first;	  /* it needs none before it */
	bool more;	  /* there is more already: call again at once */
};

int dbgshm_feed_next(struct dbgshm_feed *feed, struct dbgshm_piece *piece);
	/*
	 * What is new now.  The first piece of a feed, and the one after
	 * dbgshm_feed_again(), says everything; a long past is spread over
	 * pieces of about DBGSHM_PIECE_SIZE bytes, the newest frames last.
	 * A region whose writer keeps no history is sampled by these calls: each
	 * makes one frame.  What only the kernel knows, that the process has been
	 * stopped or has died, makes a piece as well; so does each look at a
	 * writer that should have ticked.  Cost: about 20 system calls and 20 us
	 * when the region has ticked once.  -1: errno as of a refresh, or ENOMEM;
	 * try again.  The piece after that may be a first one.
	 */
#define DBGSHM_PIECE_SIZE (UINT64_C(1) << 20)
#define DBGSHM_PIECE_MAX (UINT64_C(256) << 20) /* no piece is longer */

void dbgshm_feed_again(struct dbgshm_feed *feed, uint64_t since_real_ns);
	/* The next piece is a first one: for a new file. */

/* ---- putting them together --------------------------------------------------- */

struct dbgshm_mirror;

int dbgshm_mirror_create(uint64_t past_bytes, struct dbgshm_mirror **mirror);
	/* past_bytes: of coded past that is kept, the newest, from 64 KiB up to
	 * 256 MiB; 0: 256 MiB.  An unnamed file in memory. */
void dbgshm_mirror_free(struct dbgshm_mirror *); /* NULL is fine */

int dbgshm_mirror_put(
    struct dbgshm_mirror *mirror, const void *bytes, size_t size);
	/*
	 * One more piece.  What it has of the past that is there already is
	 * ignored.  -1: EBADMSG the bytes make no sense, or they do not follow
	 * the last piece; EPROTONOSUPPORT; ENOMEM.  The mirror shows what it
	 * showed before, and takes a first piece.
	 */

int dbgshm_mirror_settle(struct dbgshm_mirror *mirror);
	/* The present of the image becomes the last moment of its past and all
	 * that is newer.  After any number of pieces, before readers look.
	 * EAGAIN: there has been no piece yet. */

int dbgshm_mirror_reader(
    struct dbgshm_mirror *mirror, struct dbgshm_reader **reader);
	/*
	 * A reader of the image, with a descriptor of its own: it shows what has
	 * been settled at its last refresh, and may outlive the mirror.  A first
	 * piece about another region begins another image: older readers keep
	 * showing what they showed.  EAGAIN: nothing has been settled yet.
	 */

#ifdef __cplusplus
}
#endif
#endif
