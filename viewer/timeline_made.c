/*
 * timeline_made.c - what is worked out of the whole past: what changed, what took
 * longest.
 */
#include "timeline_private.h"
#include "when.h"

#define NS UINT64_C(1000000000)
#define LEAST_NS (2 * NS) /* from one making to the next, at least... */
#define SHARE 50	  /* ...and so many times of what it took */

/* Whether what was made before is still that. */
static bool
is_current(const struct timeline *timeline, const struct timeline_made *made,
    uint64_t window_ns)
{
	uint64_t now_ns = when_now();

	if (made->window_ns != window_ns ||
	    made->state != timeline->moment.state)
		return (false);
	if (timeline->moment.state != MOMENT_LIVE)
		return (made->shown_ns == timeline_shown_ns(timeline));
	return (now_ns >= made->when_ns && now_ns < made->again_ns);
}

/* The past to make it of; NULL: what there is has to do. */
static struct past *
begin(struct timeline *timeline, struct timeline_made *made, uint64_t window_ns,
    struct past *own, bool *close)
{
	struct past *past;

	if (!timeline->filled || is_current(timeline, made, window_ns) ||
	    (past = timeline_borrow_past(timeline, own, close)) == NULL)
		return (NULL);
	*made = (struct timeline_made){
		.window_ns = window_ns,
		.state = timeline->moment.state,
		.shown_ns = timeline_shown_ns(timeline),
		.when_ns = when_now(),
	};
	return (past);
}

/* The larger it is, the longer it is good enough. */
static void
end(struct timeline_made *made, struct past *own, bool close)
{
	made->again_ns = when_now();
	made->again_ns += LEAST_NS + SHARE * (made->again_ns - made->when_ns);
	if (close)
		past_close(own);
}

const struct changes *
timeline_changes(struct timeline *timeline, uint64_t window_ns)
{
	static const struct changes none;
	struct timeline_made *made = &timeline->changes_made;
	struct past *past, own;
	bool close;

	past = begin(timeline, made, window_ns, &own, &close);
	if (past == NULL)
		return (timeline->changes != NULL ? timeline->changes : &none);
	changes_free(timeline->changes);
	timeline->changes = changes_make(past->history, past->parts,
	    past->count, timeline_model(timeline), timeline->moment.at_real_ns,
	    window_ns);
	end(made, &own, close);
	return (timeline->changes);
}

const struct slowest *
timeline_slowest(struct timeline *timeline, uint64_t window_ns)
{
	static const struct slowest none;
	struct timeline_made *made = &timeline->slowest_made;
	struct past *past, own;
	bool close;

	past = begin(timeline, made, window_ns, &own, &close);
	if (past == NULL)
		return (timeline->slowest != NULL ? timeline->slowest : &none);
	slowest_free(timeline->slowest);
	timeline->slowest = slowest_make(past->history, past->parts,
	    past->count, timeline->moment.at_real_ns, window_ns);
	end(made, &own, close);
	return (timeline->slowest);
}
