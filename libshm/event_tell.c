/*
 * event_tell.c - what the record of an event says.
 *
 * The record is a private copy of as many words as its first word tells.  Fields
 * that its kind has and the record does not are zero or empty; words behind them
 * are left alone.
 */
#include "view.h"

#include <string.h>

static const struct dbgshm_column_info message_field = {
	.name = { "text", 4 },
	.help = { "what it says", 12 },
	.type = DBGSHM_TYPE_TEXT,
};

static const struct dbgshm_kind message = {
	.number = DBGSHM_EVENT_MESSAGE,
	.name = { "message", 7 },
	.text = { "{text}", 6 },
	.fields = &message_field,
	.field_count = 1,
};

static const struct dbgshm_kind unknown = { .name = { "unknown", 7 } };

const struct dbgshm_kind *
dbgshm__event_kind(const struct dbgshm_schema *schema, const uint64_t *record)
{
	uint16_t number = (uint16_t)(record[0] >> DBGSHM_RECORD_EVENT_SHIFT &
	    DBGSHM_RECORD_EVENT_MASK);

	return (number == DBGSHM_EVENT_MESSAGE ? &message
					       : dbgshm__kind(schema, number));
}

size_t
dbgshm__event_value(const struct dbgshm_column_info *field,
    const uint64_t *words, size_t count, struct dbgshm_cell *value)
{
	size_t length, need;

	memset(value, 0, sizeof(*value));
	value->type = field->type;
	value->text.bytes = "";
	if (count == 0)
		return (1);
	value->u = words[0];
	value->i = (int64_t)words[0];
	memcpy(&value->d, &words[0], sizeof(value->d));
	if (field->type == DBGSHM_TYPE_ENUM && value->u < field->name_count)
		value->text = field->names[value->u];
	if (field->type != DBGSHM_TYPE_TEXT && field->type != DBGSHM_TYPE_BLOB)
		return (1);
	value->cut = (words[0] & DBGSHM_TEXT_CUT) != 0;
	length = (size_t)(words[0] & DBGSHM_TEXT_LENGTH_MASK);
	need = 1 + (length + sizeof(*words) - 1) / sizeof(*words);
	if (need > count) {
		length = (count - 1) * sizeof(*words);
		value->cut = true;
	}
	value->text.bytes = (const char *)(words + 1);
	value->text.length = length;
	value->u = length;
	return (need);
}

void
dbgshm__event_tell(const struct dbgshm_reader *reader, const uint64_t *record,
    const struct dbgshm_kind *kind, struct dbgshm_cell *values,
    struct dbgshm_event_info *info)
{
	size_t at = DBGSHM_RECORD_WORDS, i, rest;
	size_t length = (size_t)(record[0] & DBGSHM_RECORD_LENGTH_MASK);

	if (kind == NULL)
		kind = &unknown;
	info->stamp = record[1];
	info->mono_ns = dbgshm_reader_stamp_ns(reader, info->stamp);
	info->real_ns = dbgshm_reader_stamp_real_ns(reader, info->stamp);
	info->severity = (uint8_t)(record[0] >> DBGSHM_RECORD_SEVERITY_SHIFT &
	    DBGSHM_RECORD_SEVERITY_MASK);
	info->name = kind->name;
	info->text = kind->text;
	info->fields = kind->fields;
	info->field_count = kind->field_count;
	info->values = values;
	for (i = 0; i < kind->field_count; i++) {
		rest = at < length ? length - at : 0;
		at += dbgshm__event_value(
		    &kind->fields[i], record + length - rest, rest, &values[i]);
	}
}
