/*
 * rec_out.h - the writer, as its files see it.
 */
#ifndef KIT_REC_OUT_H
#define KIT_REC_OUT_H

#include "rec_list.h"

struct iovec;

struct rec_out {
	struct rec_code code;
	int descriptor;
	bool is_file;
	bool torn;     /* a file, with bytes behind its last chunk */
	int broken;    /* a pipe: errno of the write that failed */
	uint64_t size; /* up to behind the last chunk */
	struct rec_index index;
	struct rec_region *regions;
	size_t region_count, region_room;
	uint32_t highest;  /* number of a region */
	uint64_t *last_ns; /* by number */
};

int rec_out_bytes(struct rec_out *out, struct iovec *parts, int count,
    char *why, size_t why_size);
	/* Behind all that is there, or nothing. */
int rec_out_cut(struct rec_out *out);
	/* A file to out->size. */
int rec_out_chunk(struct rec_out *out, uint8_t type,
    const struct rec_chunk *chunk, char *why, size_t why_size);

int rec_out_known(struct rec_out *out, uint32_t region, uint64_t real_ns);
	/* There is a chunk of it.  -1: no memory. */
int rec_out_list(struct rec_out *out, const struct rec_region *region);

#endif
