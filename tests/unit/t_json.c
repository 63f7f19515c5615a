/*
 * t_json.c - what the writer writes is JSON, and what the formats make of it.
 */
#include <libshm/kit/json.h>
#include <libshm/kit/out.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct text {
	char *bytes;
	size_t size;
	FILE *file;
};

static void
text_open(struct text *text)
{
	text->file = open_memstream(&text->bytes, &text->size);
	assert_non_null(text->file);
}

static void
text_is(struct text *text, const char *wanted)
{
	assert_int_equal(fclose(text->file), 0);
	assert_string_equal(text->bytes, wanted);
	free(text->bytes);
}

static void
test_json_puts_commas_where_they_belong(void **state)
{
	struct text text;
	struct json json;

	(void)state;
	text_open(&text);
	json_begin(&json, text.file, false);
	json_object(&json, NULL);
	json_u64(&json, "a", 1);
	json_array(&json, "b");
	json_array_end(&json);
	json_array(&json, "c");
	json_bool(&json, NULL, true);
	json_null(&json, NULL);
	json_object(&json, NULL);
	json_object_end(&json);
	json_array_end(&json);
	json_i64(&json, "d", -1);
	json_object_end(&json);
	json_end(&json);
	text_is(&text, "{\"a\":1,\"b\":[],\"c\":[true,null,{}],\"d\":-1}\n");
}

static void
test_json_escapes_strings(void **state)
{
	struct text text;
	struct json json;

	(void)state;
	text_open(&text);
	json_begin(&json, text.file, false);
	json_array(&json, NULL);
	json_string(&json, NULL, "q\" b\\ n\n e\033 d\x7f");
	json_string(&json, NULL, "\xc3\xa9\xf0\x9f\x98\x80");
	json_string(&json, NULL, "\xff|\xc0\xaf|\xed\xa0\x80|\xe2\x82");
	json_string(&json, NULL, NULL);
	json_array_end(&json);
	json_end(&json);
	text_is(&text,
	    "[\"q\\\" b\\\\ n\\u000a e\\u001b d\\u007f\","
	    "\"\xc3\xa9\xf0\x9f\x98\x80\","
	    "\"\\ufffd|\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd\","
	    "null]\n");
}

static void
test_json_keeps_big_numbers_exact(void **state)
{
	struct text text;
	struct json json;

	(void)state;
	text_open(&text);
	json_begin(&json, text.file, false);
	json_array(&json, NULL);
	json_u64(&json, NULL, UINT64_C(9007199254740992));
	json_u64(&json, NULL, UINT64_C(9007199254740993));
	json_u64(&json, NULL, UINT64_MAX);
	json_i64(&json, NULL, -INT64_C(9007199254740992));
	json_i64(&json, NULL, INT64_MIN);
	json_array_end(&json);
	json_end(&json);
	text_is(&text,
	    "[9007199254740992,\"9007199254740993\","
	    "\"18446744073709551615\",-9007199254740992,"
	    "\"-9223372036854775808\"]\n");
}

static void
test_json_has_no_word_for_infinity(void **state)
{
	struct text text;
	struct json json;

	(void)state;
	text_open(&text);
	json_begin(&json, text.file, false);
	json_array(&json, NULL);
	json_double(&json, NULL, NAN);
	json_double(&json, NULL, INFINITY);
	json_double(&json, NULL, -INFINITY);
	json_double(&json, NULL, 0.1);
	json_double(&json, NULL, -1e300);
	json_array_end(&json);
	json_end(&json);
	text_is(&text, "[null,null,null,0.1,-1e+300]\n");
}

/* ---- formats ---------------------------------------------------------- */

static const struct out_column columns[] = {
	{ "name", NULL },
	{ "age_ns", NULL },
	{ "size_bytes", "SIZE" },
	{ NULL, NULL },
};

static void
write_document(
    enum out_format format, const struct out_style *style, const char *wanted)
{
	struct text text;
	struct out *out;

	text_open(&text);
	out = out_create(format, text.file, style);
	out_begin(out, "dbgtop.test/1", UINT64_C(1769860991000000000));
	out_records(out, "things", columns);
	out_record(out);
	out_string(out, "name", "=one\"");
	out_u64(out, "age_ns", 1500000000);
	out_u64(out, "size_bytes", 2048);
	out_record_end(out);
	out_record(out);
	out_string(out, "name", "two, too");
	out_known(out, "age_ns", UINT64_MAX);
	out_u64(out, "size_bytes", 1);
	out_record_end(out);
	out_records_end(out);
	out_end(out);
	out_destroy(out);
	text_is(&text, wanted);
}

static void
test_out_text_aligns_the_chosen_columns(void **state)
{
	struct out_style style = { .headings = true };

	(void)state;
	write_document(OUT_TEXT, &style,
	    "NAME        AGE      SIZE\n"
	    "=one\"     1.5 s  2.00 KiB\n"
	    "two, too      -       1 B\n");
}

static void
test_out_text_names_the_unit_of_raw_numbers(void **state)
{
	struct out_style style = { .headings = true, .raw = true };

	(void)state;
	write_document(OUT_TEXT, &style,
	    "NAME          AGE_NS  SIZE\n"
	    "=one\"     1500000000  2048\n"
	    "two, too           -     1\n");
}

static void
test_out_text_without_headings_and_with_colour(void **state)
{
	struct out_style quiet = { .raw = true };
	struct out_style color = { .headings = true, .color = true };

	(void)state;
	write_document(OUT_TEXT, &quiet,
	    "=one\"     1500000000  2048\n"
	    "two, too           -     1\n");
	write_document(OUT_TEXT, &color,
	    "\033[1mNAME        AGE      SIZE\033[0m\n"
	    "=one\"     1.5 s  2.00 KiB\n"
	    "two, too      -       1 B\n");
}

static void
test_out_json_is_one_document(void **state)
{
	struct out_style style = { .headings = true };

	(void)state;
	write_document(OUT_JSON, &style,
	    "{\n"
	    " \"schema\":\"dbgtop.test/1\",\n"
	    " \"time\":\"2026-01-31T12:03:11.000000000Z\",\n"
	    " \"things\":[\n"
	    "  {\n"
	    "   \"name\":\"=one\\\"\",\n"
	    "   \"age_ns\":1500000000,\n"
	    "   \"size_bytes\":2048\n"
	    "  },\n"
	    "  {\n"
	    "   \"name\":\"two, too\",\n"
	    "   \"age_ns\":null,\n"
	    "   \"size_bytes\":1\n"
	    "  }\n"
	    " ]\n"
	    "}\n");
}

static void
test_out_jsonl_is_a_record_a_line(void **state)
{
	struct out_style style = { .headings = true };

	(void)state;
	write_document(OUT_JSONL, &style,
	    "{\"name\":\"=one\\\"\",\"age_ns\":1500000000,"
	    "\"size_bytes\":2048}\n"
	    "{\"name\":\"two, too\",\"age_ns\":null,\"size_bytes\":1}\n");
}

static void
test_out_csv_quotes_and_defuses(void **state)
{
	struct out_style style = { .headings = true };

	(void)state;
	write_document(OUT_CSV, &style,
	    "\"name\",\"age_ns\",\"size_bytes\"\r\n"
	    "\"'=one\"\"\",\"1500000000\",\"2048\"\r\n"
	    "\"two, too\",\"\",\"1\"\r\n");
}

static void
test_out_formats_are_found_by_name(void **state)
{
	enum out_format format;

	(void)state;
	assert_true(out_format_find("jsonl", &format));
	assert_int_equal(format, OUT_JSONL);
	assert_string_equal(out_format_name(OUT_CSV), "csv");
	assert_false(out_format_find("xml", &format));
	assert_false(out_format_find("", &format));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_puts_commas_where_they_belong),
		cmocka_unit_test(test_json_escapes_strings),
		cmocka_unit_test(test_json_keeps_big_numbers_exact),
		cmocka_unit_test(test_json_has_no_word_for_infinity),
		cmocka_unit_test(test_out_text_aligns_the_chosen_columns),
		cmocka_unit_test(test_out_text_names_the_unit_of_raw_numbers),
		cmocka_unit_test(
		    test_out_text_without_headings_and_with_colour),
		cmocka_unit_test(test_out_json_is_one_document),
		cmocka_unit_test(test_out_jsonl_is_a_record_a_line),
		cmocka_unit_test(test_out_csv_quotes_and_defuses),
		cmocka_unit_test(test_out_formats_are_found_by_name),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
