/*
 * history.h - the past of a target: that of its regions, joined by time.
 *
 * A target has up to two regions, which tick at moments of their own.  A sample
 * is what they have of about the same time; a region that has nothing there is
 * absent from it.
 */
#ifndef VIEWER_HISTORY_H
#define VIEWER_HISTORY_H

#include "source.h"

#include <sys/types.h>

struct history;

struct history_sample {
	uint64_t mono_ns, real_ns; /* of the latest of its moments */
	uint64_t period_ns;	   /* that it stands for */
	struct history_moment {
		bool there;
		bool coarse; /* of several samples, with extremes */
		uint64_t mono_ns;
		uint64_t gap_ns; /* nothing was recorded for so long before */
		uint64_t asleep_ns; /* of that, the machine slept */
	} parts[SOURCE_PARTS];
};

int history_open(
    const struct model_source parts[], size_t count, struct history **history);
/* What there is now of these, each of which has been read once.  They
	 * have to stay until it is closed.  -1 and errno. */
void history_close(struct history *); /* NULL is fine */

size_t history_count(const struct history *);
struct history_sample history_sample(const struct history *, size_t index);
/* The oldest is 0. */

ssize_t history_find(const struct history *, uint64_t real_ns);
/* The last one at or before a time; -1: it reaches less far back. */
size_t history_after(const struct history *, uint64_t mono_ns);
/* The first one at or after that time of the writer's clock; history_count():
	 * there is none yet. */

int history_show(struct history *, size_t index);
/* The readers of the regions that are there show that moment, see
	 * <dbgshm/reader.h>.  Cheap from one to the next.  -1 and errno. */

bool history_extremes(const struct history *, size_t part, size_t metric,
    union dbgshm_value *least, union dbgshm_value *most);
/* Of the sample that is shown, see dbgshm_past_extremes(). */

bool history_has_rows(const struct history *, size_t part, size_t table);
/* Of the sample that is shown, see dbgshm_past_has_rows(). */

/* ---- one moment as a model ---------------------------------------------- */

struct history_view {
	uint64_t at_real_ns;	/* that is asked for */
	uint64_t first_real_ns; /* how far back it reaches */
	uint64_t rows_since;	/* rows of tables; UINT64_MAX: there are none */
	uint64_t gap_ns;    /* nothing was recorded for so long around it, 0 */
	const char *absent; /* a region that reaches less far, or NULL... */
	uint64_t absent_since; /* ...and how far */
};

void history_tell(const struct history *, const struct model_source parts[],
    size_t index, struct history_view *view);
/* About a sample; at_real_ns is its own time. */

int history_fill(struct history *, const struct model_source parts[],
    size_t index, uint64_t at_real_ns, struct model *model);
/* The model shows that sample, with rates from the one before it.  parts: what
	 * the history was opened with.  -1 and errno. */

int history_step(struct history *, const struct model_source parts[],
    size_t index, struct model *model);
/* The same at its own time, with rates from the sample that the model showed
	 * before; none after model_forget(). */

int history_model(struct source *source, struct model *model,
    uint64_t at_real_ns, struct history_view *view, struct history **history);
/* Fills the model, which must be fresh, from the sample at that time and
	 * the one before it.  The history stays open for what the model points
	 * at.  Returns an exit code after it was said what is wrong. */

#endif
