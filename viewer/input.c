/*
 * input.c - from the bytes that a terminal sends to keys.
 */
#include "input.h"

#include "keys.h"

#include <string.h>

#define ESC 0x1b
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What the first bytes are. */
struct token {
	size_t length; /* 0: the beginning of something */
	uint32_t code; /* KEY_CODE_NONE: nothing that anybody asks for */
};

const char *
input_capability(size_t index, uint32_t *code)
{
	static const struct {
		const char *name;
		uint32_t code;
	} keys[] = {
		{ "kcuu1", KEY_CODE_UP },
		{ "kcud1", KEY_CODE_DOWN },
		{ "kcub1", KEY_CODE_LEFT },
		{ "kcuf1", KEY_CODE_RIGHT },
		{ "kpp", KEY_CODE_PAGE_UP },
		{ "knp", KEY_CODE_PAGE_DOWN },
		{ "khome", KEY_CODE_HOME },
		{ "kend", KEY_CODE_END },
		{ "kent", KEY_CODE_ENTER },
		{ "kbs", KEY_CODE_BACKSPACE },
		{ "kcbt", KEY_CODE_BACK_TAB },
		{ "kf1", KEY_CODE_F1 },
		{ "kf2", KEY_CODE_F1 + 1 },
		{ "kf3", KEY_CODE_F1 + 2 },
		{ "kf4", KEY_CODE_F1 + 3 },
		{ "kf5", KEY_CODE_F1 + 4 },
		{ "kf6", KEY_CODE_F1 + 5 },
		{ "kf7", KEY_CODE_F1 + 6 },
		{ "kf8", KEY_CODE_F1 + 7 },
		{ "kf9", KEY_CODE_F1 + 8 },
		{ "kf10", KEY_CODE_F1 + 9 },
		{ "kf11", KEY_CODE_F1 + 10 },
		{ "kf12", KEY_CODE_F1 + 11 },
	};

	if (index >= ARRAY_SIZE(keys))
		return (NULL);
	*code = keys[index].code;
	return (keys[index].name);
}

void
input_know(struct input *input, const char *sequence, uint32_t code)
{
	size_t length = strlen(sequence);

	if (length < 2 || length > sizeof(input->known[0].bytes) ||
	    input->known_count == ARRAY_SIZE(input->known))
		return;
	memcpy(input->known[input->known_count].bytes, sequence, length);
	input->known[input->known_count].length = (uint8_t)length;
	input->known[input->known_count++].code = code;
}

size_t
input_room(const struct input *input)
{
	return (sizeof(input->bytes) - input->length);
}

void
input_add(struct input *input, const void *bytes, size_t length)
{
	if (length > input_room(input))
		length = input_room(input);
	memcpy(input->bytes + input->length, bytes, length);
	input->length += length;
}

/* ---- characters ----------------------------------------------------------------- */

static struct token
character(const unsigned char *bytes, size_t length)
{
	/* The least code point that needs so many further bytes. */
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	struct token broken = { 1, KEY_CODE_SPECIAL };
	unsigned char first = bytes[0];
	size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
	uint32_t point = first & (0x3fu >> more);

	if (first < 0x80)
		return ((struct token){
		    1, first != 0 ? first : (uint32_t)KEY_CODE_SPECIAL });
	if (first < 0xc0 || first > 0xf7)
		return (broken);
	for (size_t i = 1; i <= more; i++) {
		if (i == length)
			return ((struct token){ 0, KEY_CODE_NONE });
		if ((bytes[i] & 0xc0) != 0x80)
			return (broken);
		point = point << 6 | (bytes[i] & 0x3f);
	}
	if (point < least[more] || point < 0xa0 || point > 0x10ffff ||
	    (point >= 0xd800 && point < 0xe000))
		point = KEY_CODE_SPECIAL;
	return ((struct token){ more + 1, point });
}

/* ---- sequences ------------------------------------------------------------------- */

static uint32_t
letter(unsigned char last)
{
	switch (last) {
	case 'A':
		return (KEY_CODE_UP);
	case 'B':
		return (KEY_CODE_DOWN);
	case 'C':
		return (KEY_CODE_RIGHT);
	case 'D':
		return (KEY_CODE_LEFT);
	case 'F':
		return (KEY_CODE_END);
	case 'H':
		return (KEY_CODE_HOME);
	case 'P':
	case 'Q':
	case 'R':
	case 'S':
		return (KEY_CODE_F1 + last - 'P');
	case 'Z':
		return (KEY_CODE_BACK_TAB);
	default:
		return (KEY_CODE_SPECIAL);
	}
}

/* ESC [ number ~ */
static uint32_t
numbered(unsigned number)
{
	static const struct {
		uint8_t from, to;
		uint32_t code;
	} keys[] = {
		{ 1, 1, KEY_CODE_HOME },
		{ 4, 4, KEY_CODE_END },
		{ 5, 5, KEY_CODE_PAGE_UP },
		{ 6, 6, KEY_CODE_PAGE_DOWN },
		{ 7, 7, KEY_CODE_HOME },
		{ 8, 8, KEY_CODE_END },
		{ 11, 15, KEY_CODE_F1 },
		{ 17, 21, KEY_CODE_F1 + 5 },
		{ 23, 24, KEY_CODE_F1 + 10 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (number >= keys[i].from && number <= keys[i].to)
			return (keys[i].code + number - keys[i].from);
	return (KEY_CODE_SPECIAL);
}

/* What a mouse reports; only the left button and the wheel are of use. */
static uint32_t
mouse(struct input *input, unsigned button, unsigned column, unsigned row)
{
	input->column = column > 0 ? (int)column - 1 : 0;
	input->row = row > 0 ? (int)row - 1 : 0;
	switch (button) {
	case 0:
		return (KEY_CODE_MOUSE_PRESS);
	case 64:
		return (KEY_CODE_MOUSE_UP);
	case 65:
		return (KEY_CODE_MOUSE_DOWN);
	default:
		return (KEY_CODE_NONE);
	}
}

/* Up to three decimal numbers between semicolons; returns how many. */
static size_t
numbers(const unsigned char *bytes, const unsigned char *end, unsigned out[3])
{
	size_t count = 0;

	memset(out, 0, 3 * sizeof(out[0]));
	for (; bytes < end && count < 3; bytes++)
		if (*bytes == ';')
			count++;
		else if (*bytes >= '0' && *bytes <= '9' && out[count] < 10000)
			out[count] = out[count] * 10 + (*bytes - '0');
	return (count < 3 ? count + 1 : 3);
}

/* After ESC and [: parameters, a letter. */
static struct token
control(struct input *input)
{
	const unsigned char *bytes = input->bytes;
	struct token token = { 2, KEY_CODE_SPECIAL };
	unsigned values[3];
	size_t count;

	if (input->length >= 3 && bytes[2] == 'M') { /* an old mouse */
		if (input->length < 6)
			return ((struct token){ 0, KEY_CODE_NONE });
		token.length = 6;
		token.code = mouse(
		    input, bytes[3] - 32u, bytes[4] - 32u, bytes[5] - 32u);
		return (token);
	}
	while (token.length < input->length && bytes[token.length] >= ' ' &&
	    bytes[token.length] < '@')
		token.length++;
	if (token.length == input->length) {
		if (input_room(input) > 0)
			token.length = 0;
		return (token);
	}
	if (bytes[token.length] < ' ' || bytes[token.length] >= 0x7f)
		return (token); /* broken off by another key */
	count = numbers(bytes + 2, bytes + token.length, values);
	if (bytes[2] == '<') {
		if (bytes[token.length] == 'M' && count == 3)
			token.code =
			    mouse(input, values[0], values[1], values[2]);
		else
			token.code = KEY_CODE_NONE; /* a button is released */
	} else if (count > 1 && values[1] > 1)
		token.code = KEY_CODE_SPECIAL; /* with Shift, Alt or Ctrl */
	else if (bytes[token.length] == '~')
		token.code = numbered(values[0]);
	else
		token.code = letter(bytes[token.length]);
	token.length++;
	return (token);
}

/* After ESC and O: a letter, on the number pad what its key says. */
static struct token
application(const unsigned char *bytes, size_t length)
{
	static const char pad[] = "*+,-./0123456789";
	size_t at = 2;

	while (at < length && bytes[at] >= '0' && bytes[at] <= '9')
		at++; /* which of Shift, Alt and Ctrl */
	if (at == length)
		return ((struct token){ 0, KEY_CODE_NONE });
	if (bytes[at] < '@' || bytes[at] >= 0x7f)
		return ((struct token){ 1, ESC });
	if (at > 2)
		return ((struct token){ at + 1, KEY_CODE_SPECIAL });
	if (bytes[at] == 'M')
		return ((struct token){ at + 1, KEY_CODE_ENTER });
	if (bytes[at] >= 'j' && bytes[at] <= 'y')
		return ((struct token){
		    at + 1, (unsigned char)pad[bytes[at] - 'j'] });
	return ((struct token){ at + 1, letter(bytes[at]) });
}

static struct token
sequence(struct input *input)
{
	if (input->length == 1)
		return ((struct token){ 0, KEY_CODE_NONE });
	if (input->bytes[1] == '[')
		return (control(input));
	if (input->bytes[1] == 'O')
		return (application(input->bytes, input->length));
	return ((struct token){ 1, ESC }); /* Esc, and then some key */
}

/* What the terminal's description has comes first. */
static bool
is_known(const struct input *input, struct token *token)
{
	bool begun = false;
	size_t length;

	for (size_t i = 0; i < input->known_count; i++) {
		length = input->known[i].length;
		if (length > input->length) {
			begun |= memcmp(input->known[i].bytes, input->bytes,
				     input->length) == 0;
			continue;
		}
		if (memcmp(input->known[i].bytes, input->bytes, length) == 0) {
			*token = (struct token){ length, input->known[i].code };
			return (true);
		}
	}
	*token = (struct token){ 0, KEY_CODE_NONE };
	return (begun);
}

uint32_t
input_next(struct input *input, bool ended)
{
	struct token token;
	bool begun;

	while (input->length > 0) {
		begun = is_known(input, &token);
		if (token.length == 0 && begun && !ended)
			return (KEY_CODE_NONE);
		if (token.length == 0)
			token = input->bytes[0] == ESC
			    ? sequence(input)
			    : character(input->bytes, input->length);
		if (token.length == 0 && !ended)
			return (KEY_CODE_NONE);
		if (token.length == 0) { /* no more will come */
			token.length = 1;
			token.code = input->bytes[0] == ESC
			    ? ESC
			    : (uint32_t)KEY_CODE_SPECIAL;
			if (input->length > 2 && input->bytes[0] == ESC) {
				token.length = input->length;
				token.code = KEY_CODE_SPECIAL;
			}
		}
		input->length -= token.length;
		memmove(
		    input->bytes, input->bytes + token.length, input->length);
		if (token.code != KEY_CODE_NONE)
			return (token.code);
	}
	return (KEY_CODE_NONE);
}
