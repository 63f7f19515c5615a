/*
 * rec_library.h - the functions of libzstd, loaded when they are needed.
 *
 * As libzip is, and for the same reason: zip_library.h.
 */
#ifndef KIT_REC_LIBRARY_H
#define KIT_REC_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <zstd.h>

#define ZSTD_FUNCTIONS(of)                                                     \
	of(CCtx_setParameter);                                                 \
	of(compress2);                                                         \
	of(compressBound);                                                     \
	of(createCCtx);                                                        \
	of(createDCtx);                                                        \
	of(decompressDCtx);                                                    \
	of(findFrameCompressedSize);                                           \
	of(freeCCtx);                                                          \
	of(freeDCtx);                                                          \
	of(isError)

struct rec_library {
	void *handle;
#define ZSTD_DECLARE(name) __typeof__(ZSTD_##name) *name
	ZSTD_FUNCTIONS(ZSTD_DECLARE);
#undef ZSTD_DECLARE
};

int rec_library_load(struct rec_library *library);
	/* -1: it is not there, or too old. */
void rec_library_unload(struct rec_library *library);

#endif
