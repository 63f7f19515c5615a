/*
 * rec_in.c - chunks from bytes that come as they come.
 *
 * What has come and is not used up stands in one buffer, which grows with what
 * comes, never with what is announced.  Each byte is looked at a limited number of
 * times: a chunk whose content is damaged is skipped whole, and only where there
 * is no head the next one is searched for.
 */
#include "rec_in.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 65536
#define ROOM_KEPT (4u << 20) /* of an empty buffer */

struct rec_in *
rec_in_create(char *why, size_t why_size)
{
	struct rec_in *in = calloc(1, sizeof(*in));

	if (in == NULL) {
		(void)rec_code_fail(ENOMEM, why, why_size);
		return (NULL);
	}
	rec_code_init(&in->code);
	return (in);
}

void
rec_in_free(struct rec_in *in)
{
	if (in == NULL)
		return;
	rec_code_fini(&in->code);
	free(in->bytes);
	free(in);
}

void
rec_in_clear(struct rec_in *in)
{
	in->start = in->end = in->held = 0;
}

/* ---- bytes come and go ---------------------------------------------------------- */

static void
skip(struct rec_in *in, size_t size)
{
	in->start += size;
	in->offset += size;
}

/* The chunk that was handed out is not needed any more. */
static void
let_go(struct rec_in *in)
{
	skip(in, in->held);
	in->held = 0;
}

void *
rec_in_room(struct rec_in *in, size_t size)
{
	unsigned char *bytes;
	size_t used, room;

	let_go(in);
	used = in->end - in->start;
	if (used == 0 && in->room > ROOM_KEPT && size < ROOM_KEPT) {
		free(in->bytes);
		in->bytes = NULL;
		in->room = in->start = in->end = 0;
	}
	if (in->room - in->end >= size && in->bytes != NULL)
		return (in->bytes + in->end);
	if (used <= in->room / 2 && size <= in->room - used &&
	    in->bytes != NULL) {
		memmove(in->bytes, in->bytes + in->start, used);
	} else {
		room = in->room < ROOM_FIRST ? ROOM_FIRST : in->room;
		while (room / 2 < used || room - used < size) {
			if (room > SIZE_MAX / 2)
				return (NULL);
			room *= 2;
		}
		if ((bytes = malloc(room)) == NULL)
			return (NULL);
		if (used > 0)
			memcpy(bytes, in->bytes + in->start, used);
		free(in->bytes);
		in->bytes = bytes;
		in->room = room;
	}
	in->start = 0;
	in->end = used;
	return (in->bytes + in->end);
}

void
rec_in_add(struct rec_in *in, size_t size)
{
	in->end += size;
}

/* ---- damage ------------------------------------------------------------------------ */

static void
skip_damage(struct rec_in *in, size_t size, const char *text)
{
	bool same = in->damage.places > 0 && in->damage_end == in->offset;

	if (in->watch != NULL && (text != NULL || !same))
		in->watch->fault(in->watch->context, in->offset,
		    text != NULL ? text : "here should begin a chunk");
	rec_damage_add(&in->damage, &in->damage_end, in->offset, size);
	skip(in, size);
}

void
rec_damage_add(
    struct rec_damage *damage, uint64_t *end, uint64_t offset, uint64_t size)
{
	if (damage->places == 0)
		damage->first = offset;
	if (damage->places == 0 || *end != offset)
		damage->places++;
	damage->bytes += size;
	*end = offset + size;
}

size_t
rec_code_search(
    const struct rec_code *code, const unsigned char *bytes, size_t size)
{
	const uint16_t magic = REC_CHUNK_MAGIC;
	struct rec_chunk_head head;
	const unsigned char *at = bytes;
	unsigned char first;

	memcpy(&first, &magic, 1);
	while ((at = memchr(at, first, size - (size_t)(at - bytes))) != NULL) {
		if (size - (size_t)(at - bytes) < sizeof(head) ||
		    rec_code_chunk(code, at, &head))
			return ((size_t)(at - bytes));
		at++;
	}
	return (size);
}

/* To where a head may be. */
static void
search(struct rec_in *in)
{
	size_t have = in->end - in->start;

	have =
	    1 + rec_code_search(&in->code, in->bytes + in->start + 1, have - 1);
	skip_damage(in, have, NULL);
}

/* ---- one chunk after the other --------------------------------------------------- */

static int
begin(struct rec_in *in, char *why, size_t why_size)
{
	if (in->end - in->start < REC_HEAD_SIZE)
		return (0);
	if (rec_code_head(&in->code, in->bytes + in->start, why, why_size) ==
	    -1) {
		in->failed = errno;
		snprintf(in->why, sizeof(in->why), "%s", why);
		return (-1);
	}
	in->to_skip = in->code.head_size;
	in->begun = true;
	return (1);
}

/* Of its head, when that is longer than what we know of it. */
static bool
skip_rest(struct rec_in *in)
{
	size_t have = in->end - in->start;
	size_t size = have < in->to_skip ? have : in->to_skip;

	skip(in, size);
	in->to_skip -= size;
	if (in->to_skip == 0 && in->last == 0)
		in->last = in->offset;
	return (in->to_skip == 0);
}

/* Contents begin at a multiple of 8 bytes in memory, wherever they came from. */
static const unsigned char *
align(struct rec_in *in)
{
	size_t odd = in->start % REC_ALIGN;

	if (odd > 0) {
		memmove(in->bytes + in->start - odd, in->bytes + in->start,
		    in->end - in->start);
		in->start -= odd;
		in->end -= odd;
	}
	return (in->bytes + in->start + sizeof(struct rec_chunk_head));
}

/* What is not for the caller. */
static int
hide(struct rec_in *in, const struct rec_chunk_head *head,
    const struct rec_chunk *chunk)
{
	if (in->watch != NULL)
		in->watch->hidden(in->watch->context, in->offset, head, chunk);
	skip(in, rec_chunk_size(head));
	in->last = in->offset;
	return (0);
}

/* What is whole: 1 it is for the caller, 0 it is not, -1. */
static int
take(struct rec_in *in, const struct rec_chunk_head *head,
    struct rec_chunk *chunk, char *why, size_t why_size)
{
	const unsigned char *content = align(in);
	size_t size = rec_chunk_size(head);

	if (!rec_code_sound(&in->code, head, content)) {
		skip_damage(in, size, "the content of this chunk is damaged");
		return (0);
	}
	if (!rec_code_known(head) ||
	    (head->type > REC_ALIVE && in->watch == NULL))
		return (hide(in, head, NULL));
	if (rec_code_unpack(&in->code, head, content, chunk, why, why_size) ==
	    -1) {
		if (errno == ENOTSUP && in->watch != NULL)
			return (hide(in, head, NULL));
		if (errno != EBADMSG)
			return (-1);
		skip_damage(in, size, why);
		return (0);
	}
	if (head->type > REC_ALIVE)
		return (hide(in, head, chunk));
	in->held = size;
	in->last = in->offset + size;
	return (1);
}

int
rec_in_next(
    struct rec_in *in, struct rec_chunk *chunk, char *why, size_t why_size)
{
	struct rec_chunk_head head;
	size_t have;
	int result;

	let_go(in);
	if (in->failed != 0) {
		snprintf(why, why_size, "%s", in->why);
		errno = in->failed;
		return (-1);
	}
	if (!in->begun && (result = begin(in, why, why_size)) != 1)
		return (result);
	if (!skip_rest(in))
		return (0);
	for (;;) {
		have = in->end - in->start;
		if (have < sizeof(head))
			return (0);
		if (!rec_code_chunk(&in->code, in->bytes + in->start, &head)) {
			search(in);
			continue;
		}
		if (have < rec_chunk_size(&head))
			return (0);
		if ((result = take(in, &head, chunk, why, why_size)) != 0)
			return (result);
	}
}

struct rec_damage
rec_in_damage(const struct rec_in *in)
{
	return (in->damage);
}

uint64_t
rec_in_offset(const struct rec_in *in)
{
	return (in->last);
}
