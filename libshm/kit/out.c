/*
 * out.c - what a command prints, whatever the format.
 */
#include "out.h"
#include "fmt.h"
#include "out_ops.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct out_ops *const formats[OUT_FORMATS] = {
	[OUT_TEXT] = &out_text_ops,
	[OUT_JSON] = &out_json_ops,
	[OUT_JSONL] = &out_jsonl_ops,
	[OUT_CSV] = &out_csv_ops,
};

const char *
out_format_name(enum out_format format)
{
	return (formats[format]->name);
}

bool
out_format_find(const char *name, enum out_format *format)
{
	size_t i;

	for (i = 0; i < OUT_FORMATS; i++)
		if (strcmp(formats[i]->name, name) == 0) {
			*format = (enum out_format)i;
			return (true);
		}
	return (false);
}

struct out *
out_create(enum out_format format, FILE *file, const struct out_style *style)
{
	struct out *out = calloc(1, sizeof(*out));

	if (out == NULL)
		err(1, "memory for output");
	out->ops = formats[format];
	out->file = file;
	out->style = *style;
	return (out);
}

void
out_destroy(struct out *out)
{
	if (out == NULL)
		return;
	out_fields_clear(out);
	free(out->fields);
	free(out);
}

bool
out_nests(const struct out *out)
{
	return (out->ops->nests);
}

void
out_begin(struct out *out, const char *schema, uint64_t time_real_ns)
{
	out->ops->begin(out, schema, time_real_ns);
}

void
out_end(struct out *out)
{
	out->ops->end(out);
}

void
out_records(struct out *out, const char *key, const struct out_column *columns)
{
	out->ops->records(out, key, columns);
}

void
out_records_end(struct out *out)
{
	out->ops->records_end(out);
}

void
out_record(struct out *out)
{
	out->in_record = true;
	out->ops->record(out);
}

void
out_record_end(struct out *out)
{
	out->ops->record_end(out);
	out->in_record = false;
	out->record_count++;
}

static void
put(struct out *out, const char *key, struct out_value value)
{
	out->ops->value(out, key, &value);
}

void
out_string(struct out *out, const char *key, const char *text)
{
	if (text == NULL)
		out_null(out, key);
	else
		put(out, key,
		    (struct out_value){ .kind = OUT_STRING, .text = text });
}

void
out_u64(struct out *out, const char *key, uint64_t value)
{
	put(out, key, (struct out_value){ .kind = OUT_U64, .u = value });
}

void
out_known(struct out *out, const char *key, uint64_t value)
{
	if (value == UINT64_MAX)
		out_null(out, key);
	else
		out_u64(out, key, value);
}

void
out_i64(struct out *out, const char *key, int64_t value)
{
	put(out, key, (struct out_value){ .kind = OUT_I64, .i = value });
}

void
out_double(struct out *out, const char *key, double value)
{
	put(out, key, (struct out_value){ .kind = OUT_DOUBLE, .d = value });
}

void
out_bool(struct out *out, const char *key, bool value)
{
	put(out, key, (struct out_value){ .kind = OUT_BOOL, .b = value });
}

void
out_null(struct out *out, const char *key)
{
	put(out, key, (struct out_value){ .kind = OUT_NULL });
}

void
out_time(struct out *out, const char *key, uint64_t real_ns)
{
	char text[FMT_SIZE];

	if (real_ns == 0)
		out_null(out, key);
	else
		out_string(out, key, fmt_time(text, sizeof(text), real_ns, 9));
}

void
out_object(struct out *out, const char *key)
{
	if (out->ops->open != NULL)
		out->ops->open(out, key, false);
}

void
out_object_end(struct out *out)
{
	if (out->ops->close != NULL)
		out->ops->close(out, false);
}

void
out_array(struct out *out, const char *key)
{
	if (out->ops->open != NULL)
		out->ops->open(out, key, true);
}

void
out_array_end(struct out *out)
{
	if (out->ops->close != NULL)
		out->ops->close(out, true);
}

/* ---- descriptors ------------------------------------------------------ */

void
out_hold_standard(void)
{
	int descriptor;

	do
		descriptor = open("/dev/null", O_RDONLY);
	while (descriptor != -1 && descriptor <= STDERR_FILENO);
	if (descriptor != -1)
		close(descriptor);
}

/* ---- for the flat formats -------------------------------------------- */

void
out_field_keep(struct out *out, const char *key, char *text, bool number)
{
	struct out_field *fields;

	if (out->field_count == out->field_room) {
		out->field_room =
		    out->field_room == 0 ? 16 : 2 * out->field_room;
		fields =
		    reallocarray(out->fields, out->field_room, sizeof(*fields));
		if (fields == NULL)
			err(1, "memory for output");
		out->fields = fields;
	}
	out->fields[out->field_count].key = strdup(key);
	if (out->fields[out->field_count].key == NULL || text == NULL)
		err(1, "memory for output");
	out->fields[out->field_count].text = text;
	out->fields[out->field_count++].number = number;
}

void
out_fields_clear(struct out *out)
{
	size_t i;

	for (i = 0; i < out->field_count; i++) {
		free(out->fields[i].key);
		free(out->fields[i].text);
	}
	out->field_count = 0;
}
