/*
 * piece.c - how pieces of a region are written and taken apart.
 */
#include "piece.h"

#include "varint.h"

#include <stdlib.h>
#include <string.h>

/* ---- writing ------------------------------------------------------------ */

static bool
make_room(struct piece_out *out, size_t size)
{
	size_t need = out->size + size, room = out->room;
	unsigned char *bytes;

	if (out->failed || need < size)
		return (false);
	while (room < need)
		room = room == 0 ? 4096 : 2 * room;
	if (room == out->room)
		return (true);
	if ((bytes = realloc(out->bytes, room)) == NULL) {
		out->failed = true;
		return (false);
	}
	out->bytes = bytes;
	out->room = room;
	return (true);
}

void
dbgshm__piece_number(struct piece_out *out, uint64_t value)
{
	if (make_room(out, VARINT_BYTES))
		out->size += varint_put(out->bytes + out->size, value);
}

void
dbgshm__piece_bytes(struct piece_out *out, const void *bytes, size_t size)
{
	if (size == 0 || !make_room(out, size))
		return;
	memcpy(out->bytes + out->size, bytes, size);
	out->size += size;
}

void
dbgshm__piece_begin(struct piece_out *out, unsigned part)
{
	dbgshm__piece_number(out, part);
	out->part = out->size;
}

/* How long it is goes before what is there. */
void
dbgshm__piece_end(struct piece_out *out)
{
	unsigned char length[VARINT_BYTES];
	size_t size, used;

	if (!make_room(out, VARINT_BYTES))
		return;
	size = out->size - out->part;
	used = varint_put(length, size);
	memmove(out->bytes + out->part + used, out->bytes + out->part, size);
	memcpy(out->bytes + out->part, length, used);
	out->size += used;
}

void
dbgshm__piece_words(struct piece_out *out, unsigned part, uint64_t *before,
    const uint64_t *now, size_t count)
{
	size_t i, last = 0;
	bool begun = false;

	for (i = 0; i < count; i++) {
		if (before[i] == now[i])
			continue;
		if (!begun)
			dbgshm__piece_begin(out, part);
		begun = true;
		dbgshm__piece_number(out, i - last);
		dbgshm__piece_number(out, varint_positive(now[i] - before[i]));
		before[i] = now[i];
		last = i + 1;
	}
	if (begun)
		dbgshm__piece_end(out);
}

/* ---- taking apart ------------------------------------------------------- */

bool
dbgshm__piece_take(struct piece_in *in, uint64_t *value)
{
	size_t used = varint_get(in->bytes, in->left, value);

	in->bytes += used;
	in->left -= used;
	return (used != 0);
}

bool
dbgshm__piece_part(
    struct piece_in *in, uint64_t *part, struct piece_in *content)
{
	uint64_t size;

	if (!dbgshm__piece_take(in, part) || !dbgshm__piece_take(in, &size) ||
	    size > in->left)
		return (false);
	*content = (struct piece_in){ in->bytes, (size_t)size };
	in->bytes += size;
	in->left -= (size_t)size;
	return (true);
}

bool
dbgshm__piece_change(struct piece_in *in, uint64_t *words, size_t count)
{
	uint64_t skip, change;
	size_t at = 0;

	while (in->left > 0) {
		if (!dbgshm__piece_take(in, &skip) ||
		    !dbgshm__piece_take(in, &change) || skip >= count - at)
			return (false);
		at += (size_t)skip;
		if (words != NULL)
			words[at] += varint_signed(change);
		at++;
	}
	return (true);
}
