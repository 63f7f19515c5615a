/*
 * mirror.h - what a mirror keeps of the pieces that were put into it.
 *
 *	mirror.c	takes a piece apart: looks at all of it, then uses it
 *	mirror_image.c	the file in memory: where everything is, what exists
 *	mirror_past.c	blocks of the past, in slots
 *	mirror_rings.c	events, in rings
 *	mirror_settle.c	the present: from the newest frames into the image
 *
 * Bytes of pieces may come from anywhere.  What decides over memory and work is
 * bounded by sections of the image, which are bounded by what readers take.
 */
#ifndef MIRROR_H
#define MIRROR_H

#include "past.h"
#include "piece.h"

#define MIRROR_SLOT_BYTES                                                      \
	((uint32_t)(DBGSHM_SLOT_SIZE - sizeof(struct dbgshm_slot)))
#define MIRROR_STREAM_MAX (UINT64_C(64) << 20) /* of frames of the present */

/* ---- the file ----------------------------------------------------------- */

struct mirror_image {
	int descriptor; /* -1: there is none yet */
	unsigned char *bytes;
	uint64_t size;
	struct dbgshm_section sections[DBGSHM_SECTION_HISTORY + 1];
	uint64_t filled[DBGSHM_SECTION_HISTORY + 1]; /* bytes with memory */
	struct dbgshm_header header; /* that it goes with */
};

/* ---- frames as they come ------------------------------------------------ */

struct mirror_stream {
	struct past_block block; /* number: 0 there is none */
	unsigned char *bytes;
	size_t room;
	uint32_t at; /* decoded up to here */
	struct past_frame last;
	uint64_t arrived; /* with which piece the last bytes of it came */
	bool any, spoilt;
};

/* Of both rings; the cursors stand at the last frame that was decoded. */
struct mirror_frames {
	struct mirror_stream streams[2];
	struct past_block blocks[2]; /* the same, for the decoder */
	struct past past;
};

/* ---- blocks (mirror_past.c) --------------------------------------------- */

struct mirror_block {
	uint64_t number;
	uint16_t ring, tier;
	uint32_t oldest, newest; /* slot + 1 */
	uint64_t size;
};

struct mirror_past {
	struct mirror_block *blocks; /* from first to end, by number */
	size_t first, end, room;
	uint32_t *next; /* of a slot: the one after it + 1 */
	uint32_t count, slot_room, free;
};

/* ---- events (mirror_rings.c) -------------------------------------------- */

struct mirror_ring {
	uint64_t position, number, dropped, thread;
	uint32_t length; /* of the newest record, in words */
};

struct mirror_log {
	uint32_t record; /* offset of its descriptor */
	uint32_t ring_count, ring_size; /* as its writer made it */
	uint32_t size;			/* of each ring here */
	uint64_t offset; /* in the section; rings that have no room: size 0 */
	struct mirror_ring *rings;
};

struct mirror_logs {
	struct mirror_log *list;
	size_t count;
	uint64_t used; /* of the section */
};

/* ---- all of it ---------------------------------------------------------- */

struct mirror_drops {
	uint32_t table;
	uint64_t rows, busy;
};

struct dbgshm_mirror {
	uint64_t magic;
	uint64_t past_bytes;
	bool follows; /* else only a first piece will do */
	uint64_t series, number; /* of the next one */
	uint64_t pieces; /* that have come */
	/* As it was told. */
	struct dbgshm_header header;
	struct dbgshm_summary summary;
	unsigned char *records, *texts;
	size_t records_size, texts_size;
	struct mirror_drops *drops;
	size_t drop_count;
	bool changed; /* records since the image was settled */

	struct mirror_image image;
	struct mirror_past past;
	struct mirror_logs logs;
	struct mirror_frames newest, present;
};

/* mirror_image.c */
int dbgshm__mirror_header(const struct dbgshm_mirror *,
    const struct dbgshm_header *told, struct dbgshm_header *header);
	/* The header of the image that would show what was told, with sections of
	 * its own.  0, or an errno: there can be none. */
bool dbgshm__mirror_same(const struct mirror_image *,
    const struct dbgshm_header *header);
	/* May the image go on with that header? */
int dbgshm__mirror_make(struct mirror_image *, const struct dbgshm_header *);
	/* Another file, empty.  0, or an errno: the old one stays. */
void dbgshm__mirror_close(struct mirror_image *);
int dbgshm__mirror_fill(struct mirror_image *, uint32_t type, uint64_t used);
	/* The section has memory for so many bytes.  0, or an errno. */
void dbgshm__mirror_records(struct dbgshm_mirror *);
	/* What exists, with places of the image. */

static inline unsigned char *
mirror_section(const struct mirror_image *image, uint32_t type)
{
	return (image->bytes + image->sections[type].offset);
}

static inline uint64_t
mirror_room(const struct mirror_image *image, uint32_t type)
{
	return (image->sections[type].size);
}

/* mirror_past.c */
int dbgshm__mirror_block(struct dbgshm_mirror *, struct piece_in *);
	/* A part with frames of a block. */
int dbgshm__mirror_present(struct dbgshm_mirror *, struct piece_in *);
	/* A part with frames of now.  Both: 0 or ENOMEM. */
int dbgshm__mirror_decode(struct mirror_frames *, uint64_t words_max);
	/* All frames that have come.  0 or ENOMEM. */
void dbgshm__mirror_past_reset(struct dbgshm_mirror *);

/* mirror_rings.c */
int dbgshm__mirror_logs(struct dbgshm_mirror *);
	/* Finds the logs among the records.  0, or an errno: EBADMSG one has
	 * changed. */
const struct mirror_log *dbgshm__mirror_log(
    const struct dbgshm_mirror *, uint32_t record);
void dbgshm__mirror_events(struct dbgshm_mirror *, struct piece_in *);
	/* A part with records. */
void dbgshm__mirror_logs_reset(struct dbgshm_mirror *);

/* mirror_settle.c */
int dbgshm__mirror_show(struct dbgshm_mirror *);
	/* 0, or an errno. */

#endif
