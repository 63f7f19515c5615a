/*
 * safe.c - text of unknown origin made fit to print, once, at the boundary.
 *
 * The decoder is our own, so that what counts as valid UTF-8 depends on no
 * locale; only whether a character can be printed and how wide it is comes from
 * the C library.
 */
#include "safe.h"

#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define COMBINING_MAX 2

/* Characters that take no place or move others: never passed on, whatever the
 * C library thinks of them.  Sorted. */
static const struct range {
	uint32_t first, last;
} invisible[] = {
	{ 0x0080, 0x009f }, /* C1 */
	{ 0x00ad, 0x00ad }, /* soft hyphen */
	{ 0x034f, 0x034f }, /* grapheme joiner */
	{ 0x0600, 0x0605 }, /* Arabic number signs */
	{ 0x061c, 0x061c }, /* Arabic letter mark */
	{ 0x06dd, 0x06dd },
	{ 0x070f, 0x070f },
	{ 0x0890, 0x0891 },
	{ 0x08e2, 0x08e2 },
	{ 0x115f, 0x1160 }, /* Hangul fillers */
	{ 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f }, /* Mongolian selectors and separator */
	{ 0x200b, 0x200f }, /* zero width, direction marks */
	{ 0x2028, 0x202e }, /* line and paragraph ends, directions */
	{ 0x2060, 0x206f }, /* joiners, isolates */
	{ 0x3164, 0x3164 }, /* Hangul filler */
	{ 0xd800, 0xdfff }, /* halves of pairs */
	{ 0xfdd0, 0xfdef }, /* not characters */
	{ 0xfe00, 0xfe0f }, /* variation selectors */
	{ 0xfeff, 0xfeff }, /* byte order mark */
	{ 0xffa0, 0xffa0 },
	{ 0xfff0, 0xffff }, /* interlinear marks, replacement, none */
	{ 0x110bd, 0x110bd },
	{ 0x110cd, 0x110cd },
	{ 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a }, /* musical beams */
	{ 0xe0000, 0xe0fff }, /* tags, variation selectors */
	{ 0x10fffe, 0x10ffff },
};

static bool
is_invisible(uint32_t c)
{
	size_t low = 0, high = sizeof(invisible) / sizeof(invisible[0]);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c > invisible[middle].last)
			low = middle + 1;
		else if (c < invisible[middle].first)
			high = middle;
		else
			return (true);
	}
	return (false);
}

/* Decodes one character of at most length bytes; returns how many it takes, or
 * 0 when the first byte begins nothing valid. */
static size_t
decode(const unsigned char *bytes, size_t length, uint32_t *character)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c;
	size_t i, need;

	if (bytes[0] < 0x80) {
		*character = bytes[0];
		return (1);
	}
	if ((bytes[0] & 0xe0) == 0xc0)
		need = 2;
	else if ((bytes[0] & 0xf0) == 0xe0)
		need = 3;
	else if ((bytes[0] & 0xf8) == 0xf0)
		need = 4;
	else
		return (0);
	if (length < need)
		return (0);
	c = bytes[0] & (0x7fu >> need);
	for (i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return (0);
		c = c << 6 | (bytes[i] & 0x3fu);
	}
	if (c < lowest[need] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return (0);
	*character = c;
	return (need);
}

/* A run of one piece of input: what it becomes. */
struct piece {
	size_t taken; /* bytes of input */
	bool plain;   /* goes out as it is */
	bool mark;    /* takes no column of its own */
	size_t size;
	char text[12]; /* when not plain */
};

static void
next_piece(const unsigned char *bytes, size_t length, bool utf8, unsigned marks,
    struct piece *piece)
{
	uint32_t c;
	int width, size;

	piece->mark = false;
	piece->taken = decode(bytes, length, &c);
	if (piece->taken == 1 && c >= 0x20 && c < 0x7f) {
		piece->plain = true;
		piece->size = 1;
		return;
	}
	piece->plain = false;
	if (piece->taken < 2) {
		size = snprintf(
		    piece->text, sizeof(piece->text), "\\x%02x", bytes[0]);
		piece->taken = 1;
		piece->size = (size_t)size;
		return;
	}
	if (utf8 && !is_invisible(c) && iswprint((wint_t)c)) {
		width = wcwidth((wchar_t)c);
		piece->mark = width == 0;
		/* A mark needs something to sit on, and not too many others. */
		if (width > 0 || (width == 0 && marks < COMBINING_MAX)) {
			piece->plain = true;
			piece->size = piece->taken;
			return;
		}
	}
	/* A mark that was refused still counts: the next one is refused too. */
	size = snprintf(piece->text, sizeof(piece->text), "\\u{%x}", c);
	piece->size = (size_t)size;
}

static bool
locale_is_utf8(void)
{
	return (strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
}

size_t
safe_copy(char *out, size_t size, const char *bytes, size_t length)
{
	const unsigned char *in = (const unsigned char *)bytes;
	struct piece piece;
	bool utf8 = locale_is_utf8();
	unsigned marks = COMBINING_MAX; /* nothing to sit on yet */
	size_t used = 0;

	if (size == 0)
		return (0);
	while (length > 0) {
		next_piece(in, length, utf8, marks, &piece);
		if (piece.size >= size - used)
			break;
		memcpy(out + used, piece.plain ? (const char *)in : piece.text,
		    piece.size);
		used += piece.size;
		marks = piece.mark ? marks + 1 : 0;
		in += piece.taken;
		length -= piece.taken;
	}
	out[used] = '\0';
	return (used);
}

char *
safe_dup(const char *bytes, size_t length)
{
	char *copy;

	copy = length < SIZE_MAX / 4 ? malloc(SAFE_SIZE(length)) : NULL;
	if (copy != NULL)
		safe_copy(copy, SAFE_SIZE(length), bytes, length);
	return (copy);
}

bool
safe_is(const char *bytes, size_t length)
{
	const unsigned char *in = (const unsigned char *)bytes;
	struct piece piece;
	unsigned marks = COMBINING_MAX;
	bool utf8;

	/* Names and most other text are nothing but this. */
	while (length > 0 && *in >= 0x20 && *in < 0x7f) {
		in++;
		length--;
		marks = 0;
	}
	if (length == 0)
		return (true);
	utf8 = locale_is_utf8();
	while (length > 0) {
		next_piece(in, length, utf8, marks, &piece);
		if (!piece.plain)
			return (false);
		marks = piece.mark ? marks + 1 : 0;
		in += piece.taken;
		length -= piece.taken;
	}
	return (true);
}

size_t
safe_width(const char *text)
{
	const unsigned char *in = (const unsigned char *)text;
	size_t length = strlen(text), taken, columns = 0;
	uint32_t c;
	int width;

	while (length > 0) {
		taken = decode(in, length, &c);
		width = taken > 1 ? wcwidth((wchar_t)c) : 1;
		if (width > 0)
			columns += (size_t)width;
		if (taken == 0)
			taken = 1;
		in += taken;
		length -= taken;
	}
	return (columns);
}
