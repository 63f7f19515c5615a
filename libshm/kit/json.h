/*
 * json.h - a strict JSON writer that keeps nothing in memory.
 *
 * It cannot write anything that is not JSON: keys and commas come from the
 * nesting, strings are escaped and repaired to valid UTF-8, unsigned and signed
 * numbers beyond 2^53 become strings, what is not finite becomes null.
 */
#ifndef KIT_JSON_H
#define KIT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH 16

struct json {
	FILE *file;
	unsigned depth;
	bool pretty; /* a line for each element of the outer levels */
	bool array[JSON_DEPTH];
	bool filled[JSON_DEPTH];
};

void json_begin(struct json *json, FILE *file, bool pretty);
void json_end(struct json *json); /* a newline; all must be closed */

/* key is NULL in an array and at the top, and never elsewhere. */
void json_object(struct json *json, const char *key);
void json_object_end(struct json *json);
void json_array(struct json *json, const char *key);
void json_array_end(struct json *json);

void json_string(struct json *json, const char *key, const char *text);
	/* NULL: null. */
void json_u64(struct json *json, const char *key, uint64_t value);
void json_i64(struct json *json, const char *key, int64_t value);
void json_double(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

#endif
