/*
 * out_text.c - text: the chosen columns of the records, below each other.
 */
#include "columns.h"
#include "fmt.h"
#include "out_ops.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return (length > end_length &&
	    strcmp(text + length - end_length, end) == 0);
}

static void
begin(struct out *out, const char *schema, uint64_t time_real_ns)
{
	(void)out;
	(void)schema;
	(void)time_real_ns;
}

static void
nothing(struct out *out)
{
	(void)out;
}

/* PID; AGE where numbers are scaled, AGE_NS where they are not. */
static void
add_heading(struct out *out, const struct out_column *column)
{
	char heading[FMT_SIZE];
	size_t i, length;

	if (column->heading != NULL) {
		columns_add(out->lines, column->heading);
		return;
	}
	length = strlen(column->key);
	if (!out->style.raw && ends_with(column->key, "_ns"))
		length -= strlen("_ns");
	else if (!out->style.raw && ends_with(column->key, "_bytes"))
		length -= strlen("_bytes");
	if (length >= sizeof(heading))
		length = sizeof(heading) - 1;
	for (i = 0; i < length; i++)
		heading[i] = (char)toupper((unsigned char)column->key[i]);
	heading[length] = '\0';
	columns_add(out->lines, heading);
}

static void
records(struct out *out, const char *key, const struct out_column *columns)
{
	size_t i, count = 0;

	(void)key;
	while (columns[count].key != NULL)
		count++;
	out->columns = columns;
	out->lines = columns_create(count);
	for (i = 0; out->style.headings && i < count; i++)
		add_heading(out, &columns[i]);
}

static void
records_end(struct out *out)
{
	bool color = out->style.color && out->style.headings;

	columns_print(out->lines, out->file, "", color ? "\033[1m" : NULL,
	    color ? "\033[0m" : NULL);
	columns_destroy(out->lines);
	out->lines = NULL;
}

static void
record(struct out *out)
{
	out_fields_clear(out);
}

static void
record_end(struct out *out)
{
	const char *text;
	size_t i, j;

	for (i = 0; out->columns[i].key != NULL; i++) {
		text = "-";
		for (j = 0; j < out->field_count; j++) {
			if (strcmp(out->fields[j].key, out->columns[i].key) !=
			    0)
				continue;
			text = out->fields[j].text;
			if (out->fields[j].number)
				columns_right(out->lines, i);
		}
		columns_add(out->lines, text);
	}
}

static void
value(struct out *out, const char *key, const struct out_value *value)
{
	char text[FMT_SIZE];
	const char *shown = text;
	bool raw = out->style.raw;

	if (!out->in_record || key == NULL)
		return;
	switch (value->kind) {
	case OUT_NULL:
		return;
	case OUT_STRING:
		shown = value->text;
		break;
	case OUT_U64:
		if (!raw && ends_with(key, "_ns"))
			fmt_age(text, sizeof(text), value->u);
		else if (!raw && ends_with(key, "_bytes"))
			fmt_bytes(text, sizeof(text), (double)value->u);
		else
			fmt_u64(text, sizeof(text), value->u);
		break;
	case OUT_I64:
		fmt_i64(text, sizeof(text), value->i);
		break;
	case OUT_DOUBLE:
		fmt_double(text, sizeof(text), value->d);
		break;
	case OUT_BOOL:
		shown = value->b ? "yes" : "no";
		break;
	}
	out_field_keep(out, key, strdup(shown),
	    value->kind != OUT_STRING && value->kind != OUT_BOOL);
}

const struct out_ops out_text_ops = {
	.name = "text",
	.begin = begin,
	.end = nothing,
	.records = records,
	.records_end = records_end,
	.record = record,
	.record_end = record_end,
	.value = value,
};
