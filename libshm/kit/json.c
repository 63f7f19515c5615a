/*
 * json.c - a strict JSON writer that keeps nothing in memory.
 */
#include "json.h"
#include "fmt.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The largest integer that every JSON parser keeps exactly. */
#define EXACT (UINT64_C(1) << 53)
#define PRETTY_DEPTH 4

void
json_begin(struct json *json, FILE *file, bool pretty)
{
	*json = (struct json){ .file = file, .pretty = pretty };
	json->array[0] = true;
}

static void
newline(const struct json *json)
{
	unsigned i;

	if (!json->pretty || json->depth == 0 || json->depth > PRETTY_DEPTH)
		return;
	putc('\n', json->file);
	for (i = 0; i < json->depth; i++)
		putc(' ', json->file);
}

/* Bytes of the valid UTF-8 sequence at s, 0 when there is none. */
static size_t
sequence_length(const unsigned char *s)
{
	size_t i, length;

	if (s[0] < 0x80)
		return (1);
	length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return (0);
	for (i = 1; i < length; i++) /* a NUL ends this as well */
		if ((s[i] & 0xc0) != 0x80)
			return (0);
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return (0);
	return (length);
}

static void
put_string(FILE *file, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t length;

	putc('"', file);
	while (*s != '\0') {
		if (*s == '"' || *s == '\\') {
			putc('\\', file);
			putc(*s++, file);
		} else if (*s < 0x20 || *s == 0x7f) {
			fprintf(file, "\\u%04x", *s++);
		} else if ((length = sequence_length(s)) == 0) {
			fputs("\\ufffd", file);
			s++;
		} else {
			fwrite(s, 1, length, file);
			s += length;
		}
	}
	putc('"', file);
}

/* What stands before every value: comma, line, key. */
static void
begin_value(struct json *json, const char *key)
{
	assert((key == NULL) == json->array[json->depth]);
	assert(json->depth > 0 || !json->filled[0]);
	if (json->filled[json->depth])
		putc(',', json->file);
	json->filled[json->depth] = true;
	newline(json);
	if (key != NULL) {
		put_string(json->file, key);
		putc(':', json->file);
	}
}

static void
open_level(struct json *json, const char *key, bool array)
{
	begin_value(json, key);
	putc(array ? '[' : '{', json->file);
	assert(json->depth + 1 < JSON_DEPTH);
	json->depth++;
	json->array[json->depth] = array;
	json->filled[json->depth] = false;
}

static void
close_level(struct json *json, bool array)
{
	bool filled = json->filled[json->depth];

	assert(json->depth > 0 && json->array[json->depth] == array);
	json->depth--;
	if (filled && json->depth < PRETTY_DEPTH) {
		if (json->depth > 0)
			newline(json);
		else if (json->pretty)
			putc('\n', json->file);
	}
	putc(array ? ']' : '}', json->file);
}

void
json_object(struct json *json, const char *key)
{
	open_level(json, key, false);
}

void
json_object_end(struct json *json)
{
	close_level(json, false);
}

void
json_array(struct json *json, const char *key)
{
	open_level(json, key, true);
}

void
json_array_end(struct json *json)
{
	close_level(json, true);
}

void
json_end(struct json *json)
{
	assert(json->depth == 0);
	putc('\n', json->file);
}

void
json_string(struct json *json, const char *key, const char *text)
{
	if (text == NULL) {
		json_null(json, key);
		return;
	}
	begin_value(json, key);
	put_string(json->file, text);
}

void
json_u64(struct json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	fprintf(
	    json->file, value > EXACT ? "\"%" PRIu64 "\"" : "%" PRIu64, value);
}

void
json_i64(struct json *json, const char *key, int64_t value)
{
	bool exact = value <= (int64_t)EXACT && value >= -(int64_t)EXACT;

	begin_value(json, key);
	fprintf(json->file, exact ? "%" PRId64 : "\"%" PRId64 "\"", value);
}

void
json_double(struct json *json, const char *key, double value)
{
	char text[FMT_SIZE];

	if (!isfinite(value)) {
		json_null(json, key);
		return;
	}
	begin_value(json, key);
	fputs(fmt_double(text, sizeof(text), value), json->file);
}

void
json_bool(struct json *json, const char *key, bool value)
{
	begin_value(json, key);
	fputs(value ? "true" : "false", json->file);
}

void
json_null(struct json *json, const char *key)
{
	begin_value(json, key);
	fputs("null", json->file);
}
