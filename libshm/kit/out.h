/*
 * out.h - what a command prints, whatever the format.
 *
 * A command describes a document: fields, and one list of records, whose
 * fields may be nested.  Each format is one table of functions in one file.
 * Text shows the chosen columns of the records, aligned; jsonl a record a line;
 * csv likewise, quoted; json all of it as one document.
 *
 *	out_begin(out, "dbgtop.list/1", now);
 *	out_records(out, "regions", columns);
 *	for (...) {
 *		out_record(out);
 *		out_u64(out, "pid", pid);
 *		out_record_end(out);
 *	}
 *	out_records_end(out);
 *	out_end(out);
 *
 * A unit is the end of a key: _ns, _bytes.  Strings are safe text.
 */
#ifndef KIT_OUT_H
#define KIT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum out_format { OUT_TEXT, OUT_JSON, OUT_JSONL, OUT_CSV, OUT_FORMATS };

struct out_style {
	bool raw; /* no scaling of units */
	bool color;
	bool headings;
};

/* Columns of the text form, in order; ends with a NULL key. */
struct out_column {
	const char *key;
	const char *heading; /* NULL: the key in capitals */
};

struct out;

void out_hold_standard(void);
	/* First of all in a program: which of descriptors 0 to 2 are closed are
	 * open afterwards, so that no region or socket takes their place and is
	 * written to.  Writing to them fails as before. */

const char *out_format_name(enum out_format format);
bool out_format_find(const char *name, enum out_format *format);

struct out *out_create(
    enum out_format format, FILE *file, const struct out_style *style);
void out_destroy(struct out *out);

bool out_nests(const struct out *out);
	/* Fields may hold objects and arrays (json); else records are flat. */

void out_begin(struct out *out, const char *schema, uint64_t time_real_ns);
void out_end(struct out *out);

void out_records(
    struct out *out, const char *key, const struct out_column *columns);
void out_records_end(struct out *out);
void out_record(struct out *out);
void out_record_end(struct out *out);

/* Fields.  key is NULL in an array. */
void out_string(struct out *out, const char *key, const char *text);
	/* NULL: null, as out_null() */
void out_u64(struct out *out, const char *key, uint64_t value);
void out_known(struct out *out, const char *key, uint64_t value);
	/* The same, UINT64_MAX is unknown: null. */
void out_i64(struct out *out, const char *key, int64_t value);
void out_double(struct out *out, const char *key, double value);
void out_bool(struct out *out, const char *key, bool value);
void out_null(struct out *out, const char *key);
void out_time(struct out *out, const char *key, uint64_t real_ns);
	/* ISO 8601 with zone; 0 is unknown or never: null */

void out_object(struct out *out, const char *key);
void out_object_end(struct out *out);
void out_array(struct out *out, const char *key);
void out_array_end(struct out *out);

#endif
