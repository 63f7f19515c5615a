/*
 * rec_check.c - is a recording what it should be?
 *
 * The parser goes over all of it; what it skips, and what chunks say that cannot
 * be, is told as faults.
 */
#include "rec_list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP (1u << 20)

/* What is known of one region. */
enum { BEGUN = 1, PIECE = 2 };

struct state {
	const struct rec_check *check;
	struct rec_checked *checked;
	struct rec_in *in;
	struct rec_index index; /* what it should be */
	uint64_t index_at;	/* where it is; 0: nowhere */
	uint64_t end_at;	/* of the chunk that should be the last */
	uint64_t faults;
	unsigned char known[REC_REGIONS_MAX + 1];
};

static void
fault(void *context, uint64_t offset, const char *text)
{
	struct state *state = context;

	state->faults++;
	state->check->fault(state->check->context, offset, text);
}

/* ---- chunks about the file --------------------------------------------------------- */

static void
see_index(struct state *state, uint64_t offset, const struct rec_chunk *chunk)
{
	state->index_at = offset;
	if (state->faults == 0 && state->checked->closed == 0 &&
	    !state->index.given_up &&
	    (chunk->size != state->index.size ||
		(chunk->size > 0 &&
		    memcmp(chunk->bytes, state->index.bytes, chunk->size) !=
			0)))
		fault(state, offset, "the index does not say what is there");
}

static void
see_end(struct state *state, uint64_t offset, const struct rec_chunk_head *head,
    const struct rec_chunk *chunk)
{
	struct rec_end_content where = { 0 };

	state->end_at = offset + rec_chunk_size(head);
	if (chunk->size >= sizeof(where))
		memcpy(&where, chunk->bytes, sizeof(where));
	if (state->faults == 0 &&
	    (where.index == 0 || where.index != state->index_at))
		fault(state, offset, "this is not where the index is");
}

static void
hidden(void *context, uint64_t offset, const struct rec_chunk_head *head,
    const struct rec_chunk *chunk)
{
	struct state *state = context;
	char text[64];

	if (chunk == NULL && rec_code_known(head)) {
		state->checked->closed++;
		if (head->type == REC_INDEX)
			state->index_at = offset;
		else if (head->type <= REC_ALIVE)
			state->known[head->region] |= BEGUN | PIECE;
	} else if (chunk == NULL) {
		state->checked->unknown++;
		snprintf(text, sizeof(text),
		    "a chunk of type %u with flags %u, which do not exist",
		    head->type, head->flags);
		if (!state->in->code.newer)
			fault(state, offset, text);
	} else if (head->type == REC_INDEX) {
		see_index(state, offset, chunk);
	} else {
		see_end(state, offset, head, chunk);
	}
}

/* ---- chunks about regions ---------------------------------------------------------- */

static void
see_region(struct state *state, uint64_t offset, const struct rec_chunk *chunk)
{
	struct rec_region region;

	if (rec_in_region(chunk, &region) == -1)
		fault(state, offset, "what it says of a region makes no sense");
	else if ((state->known[chunk->region] & BEGUN) == 0)
		state->checked->regions++;
	state->known[chunk->region] = BEGUN;
}

static void
see_piece(struct state *state, uint64_t offset, const struct rec_chunk *chunk)
{
	unsigned char known = state->known[chunk->region];

	if ((known & PIECE) == 0 && !chunk->first)
		fault(state, offset,
		    "the pieces that this one follows are not there");
	state->known[chunk->region] |= PIECE;
}

static void
see(struct state *state, uint64_t offset, const struct rec_chunk *chunk)
{
	struct rec_entry entry = { offset, chunk->real_ns,
		(uint32_t)(state->in->held), chunk->region, chunk->type,
		chunk->first };

	if (state->checked->chunks++ == 0)
		rec_index_begin(&state->index, state->in->code.head_size);
	rec_index_add(&state->index, &entry);
	if (chunk->type == REC_REGION)
		see_region(state, offset, chunk);
	else if (chunk->type != REC_ALIVE &&
	    (state->known[chunk->region] & BEGUN) == 0)
		fault(state, offset, "of a region that has not begun");
	else if (chunk->type == REC_PIECE)
		see_piece(state, offset, chunk);
	if (state->check->chunk != NULL)
		state->check->chunk(state->check->context, offset, chunk);
}

/* ---- all of it ----------------------------------------------------------------------- */

static void
see_tail(struct state *state)
{
	struct rec_in *in = state->in;
	size_t have = in->end - in->start;
	struct rec_chunk_head head;
	bool told = in->damage.places > 0 && in->damage_end == in->offset;
	char text[96];

	state->checked->bytes = in->offset + have;
	state->checked->index = state->end_at == state->checked->bytes;
	if (have == 0 && state->end_at != 0 && !state->checked->index && !told)
		fault(state, state->end_at,
		    "there is more behind the chunk that is the last one");
	if (have == 0)
		return;
	if (have >= sizeof(head) &&
	    rec_code_chunk(&in->code, in->bytes + in->start, &head))
		snprintf(text, sizeof(text),
		    "of the last chunk %zu bytes are there, and %zu are not",
		    have, rec_chunk_size(&head) - have);
	else if (told)
		return;
	else
		snprintf(text, sizeof(text),
		    "%zu bytes at the end are no chunk", have);
	fault(state, in->offset, text);
}

static int
go_over(struct state *state, int descriptor, char *why, size_t why_size)
{
	struct rec_in *in = state->in;
	struct rec_chunk chunk;
	ssize_t got;
	void *room;
	int result;

	for (;;) {
		while ((result = rec_in_next(in, &chunk, why, why_size)) == 1)
			see(state, in->offset, &chunk);
		if (result == -1)
			return (-1);
		if ((room = rec_in_room(in, STEP)) == NULL)
			return (rec_code_fail(ENOMEM, why, why_size));
		do
			got = read(descriptor, room, STEP);
		while (got == -1 && errno == EINTR);
		if (got == -1)
			return (rec_code_fail(errno, why, why_size));
		if (got == 0)
			break;
		rec_in_add(in, (size_t)got);
	}
	if (!in->begun) {
		snprintf(why, why_size, "too short for a recording");
		errno = EBADMSG;
		return (-1);
	}
	see_tail(state);
	return (0);
}

int
rec_check(int descriptor, const struct rec_check *check,
    struct rec_checked *checked, char *why, size_t why_size)
{
	struct state *state = calloc(1, sizeof(*state));
	struct rec_watch watch = { fault, hidden, state };
	int result = -1, number;

	memset(checked, 0, sizeof(*checked));
	if (state == NULL)
		return (rec_code_fail(ENOMEM, why, why_size));
	state->check = check;
	state->checked = checked;
	if ((state->in = rec_in_create(why, why_size)) != NULL) {
		state->in->watch = &watch;
		result = go_over(state, descriptor, why, why_size);
		checked->major = REC_MAJOR;
		checked->minor = state->in->code.minor;
	}
	number = errno;
	rec_in_free(state->in);
	rec_index_end(&state->index);
	free(state);
	errno = number;
	return (result);
}
