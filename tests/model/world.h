/*
 * world.h - the one region that all programs of the model work on, and the
 * library's reader as they use it.
 */
#ifndef WORLD_H
#define WORLD_H

#include "explore.h"

#include "libshm/history.h"
#include "libshm/past.h"
#include "libshm/ring.h"
#include "libshm/view.h"

#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#include <string.h>

/* What stands in a row of the file, as the reader takes it. */
struct looked {
	bool there;
	enum dbgshm_row_state state;
	const uint64_t *words;
};
struct looked look_row(const struct dbgshm_table *, uint32_t slot);
void look_ring(const struct event_log *, uint32_t ring,
    struct dbgshm_records *, uint64_t *faults);
void look_past(struct past *); /* free it */
void look_clock(uint64_t words[5]);
uint64_t look_word(const void *at);
bool look_schema(const char *path, const char *metric, uint64_t *faults);
	/* A reader attaches now, and refreshes when all is over: does it know
	 * them then?  NULL: not asked. */
void look_start(void); /* a first frame, outside of any execution */

/* Only these programs; the last has no name. */
extern const struct program row_programs[], ring_programs[], other_programs[];

static inline uint64_t
world_offset(const void *at)
{
	return ((uint64_t)((const char *)at - dbgshm__self->base));
}

#endif
