/*
 * out_csv.c - csv: every field quoted, text that a spreadsheet would take for a
 * formula prefixed with an apostrophe.
 */
#include "fmt.h"
#include "out_ops.h"

#include <stdlib.h>
#include <string.h>

static void
put_field(FILE *file, const char *text, bool number)
{
	putc('"', file);
	if (!number && *text != '\0' && strchr("=+-@\t\r", *text) != NULL)
		putc('\'', file);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putc('"', file);
		putc(*text, file);
	}
	putc('"', file);
}

static void
put_line(struct out *out, bool keys)
{
	size_t i;

	for (i = 0; i < out->field_count; i++) {
		if (i > 0)
			putc(',', out->file);
		if (keys)
			put_field(out->file, out->fields[i].key, false);
		else
			put_field(out->file, out->fields[i].text,
			    out->fields[i].number);
	}
	fputs("\r\n", out->file);
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

static void
records(struct out *out, const char *key, const struct out_column *columns)
{
	(void)out;
	(void)key;
	(void)columns;
}

static void
record(struct out *out)
{
	out_fields_clear(out);
}

static void
record_end(struct out *out)
{
	if (out->record_count == 0 && out->style.headings)
		put_line(out, true);
	put_line(out, false);
}

static void
value(struct out *out, const char *key, const struct out_value *value)
{
	char text[FMT_SIZE];
	const char *shown = text;

	if (!out->in_record || key == NULL)
		return;
	switch (value->kind) {
	case OUT_NULL:
		shown = "";
		break;
	case OUT_STRING:
		shown = value->text;
		break;
	case OUT_U64:
		fmt_u64(text, sizeof(text), value->u);
		break;
	case OUT_I64:
		fmt_i64(text, sizeof(text), value->i);
		break;
	case OUT_DOUBLE:
		fmt_double(text, sizeof(text), value->d);
		break;
	case OUT_BOOL:
		shown = value->b ? "true" : "false";
		break;
	}
	out_field_keep(out, key, strdup(shown), value->kind != OUT_STRING);
}

const struct out_ops out_csv_ops = {
	.name = "csv",
	.begin = begin,
	.end = nothing,
	.records = records,
	.records_end = nothing,
	.record = record,
	.record_end = record_end,
	.value = value,
};
