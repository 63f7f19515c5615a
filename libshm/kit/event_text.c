/*
 * event_text.c - an event as one line for people.
 */
#include "event_text.h"

#include "fmt.h"
#include "safe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CHARACTER_MAX 12 /* bytes that safe.c can make of one character */

/* What is written so far.  Each piece is made safe on its own, so that no piece
 * leans on the one before it. */
struct line {
	char *out;
	size_t size, used;
	const struct dbgshm_reader *reader;
	const struct dbgshm_event_info *event;
	unsigned flags;
};

static void
put_bytes(struct line *line, const char *bytes, size_t length)
{
	line->used += safe_copy(
	    line->out + line->used, line->size - line->used, bytes, length);
	/* Nothing comes behind a place where something may be missing. */
	if (line->size - line->used <= CHARACTER_MAX)
		line->size = line->used + 1;
}

static void
put_text(struct line *line, const char *text)
{
	put_bytes(line, text, strlen(text));
}

static void
put_blob(struct line *line, struct dbgshm_text blob)
{
	static const char digits[] = "0123456789abcdef";
	char hex[2];
	size_t i;

	for (i = 0; i < blob.length; i++) {
		hex[0] = digits[(unsigned char)blob.bytes[i] >> 4];
		hex[1] = digits[(unsigned char)blob.bytes[i] & 15];
		put_bytes(line, hex, sizeof(hex));
	}
}

/* net/connections[12.3], and whether that row is still there. */
static void
put_reference(struct line *line, uint64_t reference)
{
	const struct dbgshm_reader *reader = line->reader;
	const struct dbgshm_profile_info *profile;
	struct dbgshm_reference found;
	uint64_t generation;
	char place[FMT_SIZE];

	if (dbgshm_reader_reference(reader, reference, &found) == -1) {
		put_text(line, "-");
		return;
	}
	generation = found.generation;
	if (found.table == -1) {
		put_text(line, "?");
	} else {
		profile = dbgshm_reader_profile(reader,
		    dbgshm_reader_table(reader, (size_t)found.table)->profile);
		put_bytes(line, profile->path.bytes, profile->path.length);
		if (found.row != -1)
			generation = dbgshm_reader_row(
			    reader, (size_t)found.table, (size_t)found.row)
					 ->generation;
	}
	snprintf(place, sizeof(place), "[%" PRIu32 ".%" PRIu64 "]%s",
	    found.slot, generation, found.row == -1 ? " (gone)" : "");
	put_text(line, place);
}

static void
put_number(struct line *line, const struct dbgshm_column_info *field,
    const struct dbgshm_cell *value)
{
	bool raw = (line->flags & EVENT_TEXT_RAW) != 0;
	char text[FMT_SIZE];

	switch (value->type) {
	case DBGSHM_TYPE_SIGNED:
		if (raw)
			fmt_i64(text, sizeof(text), value->i);
		else
			fmt_unit(text, sizeof(text), field->unit,
			    (double)value->i, false);
		break;
	case DBGSHM_TYPE_FLOAT:
		fmt_unit(text, sizeof(text), field->unit, value->d, raw);
		break;
	case DBGSHM_TYPE_TIME:
		fmt_time(text, sizeof(text),
		    dbgshm_reader_stamp_real_ns(line->reader, value->u),
		    raw ? 9 : 3);
		break;
	case DBGSHM_TYPE_BOOL:
		snprintf(text, sizeof(text), "%s", value->u ? "yes" : "no");
		break;
	case DBGSHM_TYPE_DURATION:
		if (raw)
			fmt_u64(text, sizeof(text), value->u);
		else
			fmt_duration(text, sizeof(text), value->u);
		break;
	default:
		if (raw || value->type == DBGSHM_TYPE_ENUM)
			fmt_u64(text, sizeof(text), value->u);
		else
			fmt_unit(text, sizeof(text), field->unit,
			    (double)value->u, false);
		break;
	}
	put_text(line, text);
}

static void
put_value(struct line *line, size_t index)
{
	const struct dbgshm_column_info *field = &line->event->fields[index];
	const struct dbgshm_cell *value = &line->event->values[index];

	if ((field->flags & DBGSHM_COLUMN_SECRET) != 0 &&
	    (line->flags & EVENT_TEXT_SECRETS) == 0) {
		put_text(line, "(hidden)");
		return;
	}
	switch (value->type) {
	case DBGSHM_TYPE_TEXT:
		put_bytes(line, value->text.bytes, value->text.length);
		break;
	case DBGSHM_TYPE_BLOB:
		put_blob(line, value->text);
		break;
	case DBGSHM_TYPE_REFERENCE:
		put_reference(line, value->u);
		break;
	case DBGSHM_TYPE_ENUM:
		if (value->text.length > 0) {
			put_bytes(line, value->text.bytes, value->text.length);
			break;
		}
		/* FALLTHROUGH */
	default:
		put_number(line, field, value);
		break;
	}
	if (value->cut)
		put_text(line, "...");
}

/* The field that "{name}" at the start of these bytes stands for; -1 none. */
static ssize_t
find_field(
    const struct dbgshm_event_info *event, const char *bytes, size_t length)
{
	const struct dbgshm_text *name;
	size_t i;

	for (i = 0; i < event->field_count; i++) {
		name = &event->fields[i].name;
		if (name->length + 2 <= length &&
		    bytes[name->length + 1] == '}' &&
		    memcmp(bytes + 1, name->bytes, name->length) == 0)
			return ((ssize_t)i);
	}
	return (-1);
}

static void
put_pattern(struct line *line, struct dbgshm_text pattern)
{
	size_t at = 0, from = 0;
	ssize_t field;

	while (at < pattern.length && line->used + 1 < line->size) {
		if (pattern.bytes[at] != '{' ||
		    (field = find_field(line->event, pattern.bytes + at,
			 pattern.length - at)) == -1) {
			at++;
			continue;
		}
		put_bytes(line, pattern.bytes + from, at - from);
		put_value(line, (size_t)field);
		at += line->event->fields[field].name.length + 2;
		from = at;
	}
	put_bytes(line, pattern.bytes + from, at - from);
}

static void
put_fields(struct line *line)
{
	const struct dbgshm_event_info *event = line->event;
	size_t i;

	put_bytes(line, event->name.bytes, event->name.length);
	for (i = 0; i < event->field_count; i++) {
		put_text(line, " ");
		put_bytes(line, event->fields[i].name.bytes,
		    event->fields[i].name.length);
		put_text(line, "=");
		put_value(line, i);
	}
}

size_t
event_text(char *out, size_t size, const struct dbgshm_reader *reader,
    const struct dbgshm_event_info *event, unsigned flags)
{
	struct line line = {
		.out = out,
		.size = size,
		.reader = reader,
		.event = event,
		.flags = flags,
	};

	if (size == 0)
		return (0);
	*out = '\0';
	if (event->text.length > 0)
		put_pattern(&line, event->text);
	else
		put_fields(&line);
	return (line.used);
}
