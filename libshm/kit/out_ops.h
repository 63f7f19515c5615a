/*
 * out_ops.h - what a format has to do.
 */
#ifndef KIT_OUT_OPS_H
#define KIT_OUT_OPS_H

#include "json.h"
#include "out.h"

struct columns;

enum out_kind { OUT_NULL, OUT_STRING, OUT_U64, OUT_I64, OUT_DOUBLE, OUT_BOOL };

struct out_value {
	enum out_kind kind;
	union {
		const char *text;
		uint64_t u;
		int64_t i;
		double d;
		bool b;
	};
};

struct out_ops {
	const char *name;
	bool nests;
	void (*begin)(struct out *, const char *schema, uint64_t time_real_ns);
	void (*end)(struct out *);
	void (*records)(
	    struct out *, const char *key, const struct out_column *);
	void (*records_end)(struct out *);
	void (*record)(struct out *);
	void (*record_end)(struct out *);
	void (*value)(struct out *, const char *key, const struct out_value *);
	void (*open)(struct out *, const char *key, bool array);
	void (*close)(struct out *, bool array);
};

extern const struct out_ops out_text_ops, out_json_ops, out_jsonl_ops,
    out_csv_ops;

struct out {
	const struct out_ops *ops;
	FILE *file;
	struct out_style style;
	bool in_record;

	struct json json; /* json, jsonl */

	/* text and csv: the fields of the record at hand */
	const struct out_column *columns;
	struct columns *lines; /* text: all records */
	struct out_field {
		char *key, *text;
		bool number;
	} * fields;
	size_t field_count, field_room, record_count;
};

void out_field_keep(struct out *, const char *key, char *text, bool number);
	/* Takes text over. */
void out_fields_clear(struct out *);

#endif
