/*
 * rec_format.h - the bytes of a recording: FORMAT.md, "Recordings", as C.
 *
 *	 0 +----------------+
 *	   | head        64 |  what this is, and the id that its checksums know
 *	64 +----------------+
 *	   | chunk head  32 |  of what, when, how long, two checksums
 *	   | content        |  compressed or not, then zeros up to 8 bytes
 *	   +----------------+
 *	   | ...            |
 *	   | index          |  of a file that was ended in order: where the others are
 *	   | end         40 |  where the index is; the last bytes of the file
 *	   +----------------+
 */
#ifndef KIT_REC_FORMAT_H
#define KIT_REC_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define REC_MAGIC UINT64_C(0x0a31434552474244) /* "DBGREC1\n" */
#define REC_BYTE_ORDER UINT64_C(0x0102030405060708)
#define REC_MAJOR 1
#define REC_MINOR 0
#define REC_HEAD_SIZE 64
#define REC_CHUNK_MAGIC 0xc7d1
#define REC_ALIGN 8

#define REC_END 6 /* a type that callers of rec.h do not see */

#define REC_FLAG_COMPRESSED 1 /* the content is one frame of zstd */
#define REC_FLAG_FIRST 2      /* a piece that needs none before it */

/* Nothing may be compressed to less: what becomes much takes as much to send. */
#define REC_RATIO_MAX 1024
#define REC_RATIO_FREE 65536 /* bytes that anything may become */

struct rec_head {
	uint64_t magic;
	uint64_t byte_order;
	uint16_t major;
	uint16_t minor;
	uint32_t head_size; /* where the first chunk is */
	uint64_t features;  /* as those of a region */
	uint64_t id;	    /* any number; in the checksum of each chunk head */
	uint64_t created_real_ns;
	uint8_t reserved[12];
	uint32_t checksum; /* of all before */
};

struct rec_chunk_head {
	uint16_t magic;
	uint8_t type;
	uint8_t flags;
	uint32_t region;
	uint32_t stored_size; /* of the content here */
	uint32_t size;	      /* of the content, not compressed */
	uint64_t real_ns;
	uint32_t content_checksum; /* with the zeros behind it */
	uint32_t checksum;	   /* of the id of the recording and all before */
};

struct rec_region_content {
	uint32_t flags;
	uint32_t pid;
	uint64_t subject_start;
	uint64_t created_real_ns;
	uint64_t period_ns;
	char boot_id[32]; /* hex, or zeros */
	char name[64];	  /* zeros behind them */
	char host[64];
};

#define REC_REGION_WATCHED 1

struct rec_end_content {
	uint64_t index; /* offset of its chunk */
};

_Static_assert(sizeof(struct rec_head) == 64, "stored");
_Static_assert(offsetof(struct rec_head, checksum) == 60, "stored");
_Static_assert(sizeof(struct rec_chunk_head) == 32, "stored");
_Static_assert(offsetof(struct rec_chunk_head, checksum) == 28, "stored");
_Static_assert(sizeof(struct rec_region_content) == 192, "stored");
_Static_assert(offsetof(struct rec_region_content, name) == 64, "stored");
_Static_assert(sizeof(struct rec_end_content) == 8, "stored");

#endif
