/*
 * obj.h - every opaque handle starts with a magic word, and says so.
 *
 * A handle that is NULL, freed or of another kind is a mistake of the caller's
 * program, not input: an assertion stops it there and then.
 */
#ifndef DBGSHM_OBJ_H
#define DBGSHM_OBJ_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define DBGSHM_OBJ_EVENTS UINT64_C(0x6576656e74733031) /* "events01" */
#define DBGSHM_OBJ_FEED UINT64_C(0x6665656420203031) /* "feed  01" */
#define DBGSHM_OBJ_MIRROR UINT64_C(0x6d6972726f723031) /* "mirror01" */
#define DBGSHM_OBJ_PAST UINT64_C(0x7061737420203031) /* "past  01" */
#define DBGSHM_OBJ_READER UINT64_C(0x7265616465723031) /* "reader01" */

/* The object is alive and of this kind. */
#define DBGSHM_OBJ_CHECK(object, word) \
	assert((object) != NULL && (object)->magic == (word))

/* Marks the object as gone, just before its memory is freed. */
#define DBGSHM_OBJ_END(object) ((object)->magic = 0)

#endif
