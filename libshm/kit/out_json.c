/*
 * out_json.c - json, one document; jsonl, a record a line.
 */
#include "fmt.h"
#include "out_ops.h"

static void
value_json(struct out *out, const char *key, const struct out_value *value)
{
	struct json *json = &out->json;

	switch (value->kind) {
	case OUT_NULL:
		json_null(json, key);
		break;
	case OUT_STRING:
		json_string(json, key, value->text);
		break;
	case OUT_U64:
		json_u64(json, key, value->u);
		break;
	case OUT_I64:
		json_i64(json, key, value->i);
		break;
	case OUT_DOUBLE:
		json_double(json, key, value->d);
		break;
	case OUT_BOOL:
		json_bool(json, key, value->b);
		break;
	}
}

static void
open_json(struct out *out, const char *key, bool array)
{
	if (array)
		json_array(&out->json, key);
	else
		json_object(&out->json, key);
}

static void
close_json(struct out *out, bool array)
{
	if (array)
		json_array_end(&out->json);
	else
		json_object_end(&out->json);
}

/* ---- one document ---------------------------------------------------- */

static void
begin_document(struct out *out, const char *schema, uint64_t time_real_ns)
{
	char text[FMT_SIZE];

	json_begin(&out->json, out->file, true);
	json_object(&out->json, NULL);
	json_string(&out->json, "schema", schema);
	json_string(
	    &out->json, "time", fmt_time(text, sizeof(text), time_real_ns, 9));
}

static void
end_document(struct out *out)
{
	json_object_end(&out->json);
	json_end(&out->json);
}

static void
records_document(
    struct out *out, const char *key, const struct out_column *columns)
{
	(void)columns;
	json_array(&out->json, key);
}

static void
records_end_document(struct out *out)
{
	json_array_end(&out->json);
}

static void
record_document(struct out *out)
{
	json_object(&out->json, NULL);
}

static void
record_end_document(struct out *out)
{
	json_object_end(&out->json);
}

const struct out_ops out_json_ops = {
	.name = "json",
	.nests = true,
	.begin = begin_document,
	.end = end_document,
	.records = records_document,
	.records_end = records_end_document,
	.record = record_document,
	.record_end = record_end_document,
	.value = value_json,
	.open = open_json,
	.close = close_json,
};

/* ---- a record a line --------------------------------------------------- */

static void
begin_lines(struct out *out, const char *schema, uint64_t time_real_ns)
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
records_lines(
    struct out *out, const char *key, const struct out_column *columns)
{
	(void)out;
	(void)key;
	(void)columns;
}

static void
record_line(struct out *out)
{
	json_begin(&out->json, out->file, false);
	json_object(&out->json, NULL);
}

static void
record_end_line(struct out *out)
{
	json_object_end(&out->json);
	json_end(&out->json);
}

/* What is said about the document as a whole has no place here. */
static void
value_line(struct out *out, const char *key, const struct out_value *value)
{
	if (out->in_record)
		value_json(out, key, value);
}

const struct out_ops out_jsonl_ops = {
	.name = "jsonl",
	.begin = begin_lines,
	.end = nothing,
	.records = records_lines,
	.records_end = nothing,
	.record = record_line,
	.record_end = record_end_line,
	.value = value_line,
	.open = open_json,
	.close = close_json,
};
