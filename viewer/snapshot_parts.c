/*
 * snapshot_parts.c - profiles, errors and events of a snapshot, as text.
 *
 * Names of members are made from paths of profiles, which are of [a-z0-9_.-] and
 * slashes: what is only dots becomes another name.
 */
#include "report.h"
#include "snapshot_private.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define FORMATS 2

static const enum out_format formats[FORMATS] = { OUT_JSONL, OUT_CSV };

void
snapshot_text_begin(struct snapshot_text *text, enum out_format format)
{
	struct out_style style = { .raw = true, .headings = true };
	static const struct out_column columns[] = { { NULL, NULL } };

	*text = (struct snapshot_text){ 0 };
	text->stream = open_memstream(&text->bytes, &text->size);
	if (text->stream == NULL)
		err(1, "memory for a text");
	text->out = out_create(format, text->stream, &style);
	if (format != OUT_JSON)
		out_records(text->out, NULL, columns);
}

int
snapshot_text_end(
    struct snapshot *snapshot, struct snapshot_text *text, const char *name)
{
	out_destroy(text->out);
	if (fclose(text->stream) != 0)
		err(1, "memory for a text");
	return (snapshot_add(snapshot, name, text->bytes, text->size));
}

/* ---- profiles ------------------------------------------------------------------ */

/* profiles/PATH and what follows; a path cannot lead out of the folder. */
static char *
member_name(const struct model_profile *profile, const char *suffix)
{
	char *name, *part, *end;
	size_t length;

	if (asprintf(&name, "profiles/%s%s", profile->path, suffix) == -1)
		err(1, "memory for a name");
	end = name + strlen(name) - strlen(suffix);
	for (part = name; part < end; part += length + 1) {
		length = strcspn(part, "/");
		if (part + length > end)
			length = (size_t)(end - part);
		if (strspn(part, ".") >= length)
			memset(part, '_', length);
	}
	return (name);
}

static int
add_text(struct snapshot *snapshot, const struct model_profile *profile,
    struct snapshot_text *text, const char *suffix)
{
	char *name = member_name(profile, suffix);
	int result = snapshot_text_end(snapshot, text, name);

	free(name);
	return (result);
}

/* A line for each row, a column for each cell. */
static void
put_rows(struct out *out, const struct model_table *table)
{
	const struct model_row *row;
	const struct model_cell *cell;
	size_t i, j;

	for (i = 0; i < table->row_count; i++) {
		row = &table->rows[i];
		out_record(out);
		out_string(out, "id", row->name);
		out_string(out, "state", dbgshm_row_state_name(row->state));
		out_time(out, "started", row->started_real_ns);
		out_time(out, "ended", row->ended_real_ns);
		for (j = 0; j < table->column_count; j++) {
			cell = &row->cells[j];
			if (cell->type == DBGSHM_TYPE_REFERENCE &&
			    !cell->hidden)
				out_string(out, table->columns[j].name,
				    cell->link != NULL ? cell->text : NULL);
			else
				report_cell(out, table->columns[j].name, cell);
		}
		out_record_end(out);
	}
}

static int
put_profile(struct snapshot *snapshot, const struct report *report,
    const struct model_profile *profile)
{
	static const char *const suffixes[FORMATS] = { ".jsonl", ".csv" };
	struct snapshot_text text;
	size_t i;

	for (i = 0; i < FORMATS; i++) {
		snapshot_text_begin(&text, formats[i]);
		report_flat_profile(text.out, report, profile);
		if (add_text(snapshot, profile, &text, suffixes[i]) == -1)
			return (-1);
	}
	if (profile->table == NULL || profile->table->row_count == 0)
		return (0);
	snapshot_text_begin(&text, OUT_CSV);
	put_rows(text.out, profile->table);
	return (add_text(snapshot, profile, &text, ".rows.csv"));
}

/* ---- errors ------------------------------------------------------------------- */

static void
put_errors(struct out *out, const struct model *model)
{
	const struct model_profile *profile;
	const struct model_row *row;
	size_t i, j;

	for (i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		if (profile->table == NULL ||
		    profile->table->shape != DBGSHM_SHAPE_ERROR)
			continue;
		for (j = 0; j < profile->table->row_count; j++) {
			row = &profile->table->rows[j];
			out_record(out);
			out_string(out, "path", profile->path);
			report_cell(
			    out, "text", &row->cells[DBGSHM_ERROR_TEXT]);
			report_cell(
			    out, "code", &row->cells[DBGSHM_ERROR_CODE]);
			report_cell(
			    out, "count", &row->cells[DBGSHM_ERROR_COUNT]);
			out_time(out, "first", row->started_real_ns);
			report_cell(
			    out, "last", &row->cells[DBGSHM_ERROR_LAST]);
			report_cell(
			    out, "detail", &row->cells[DBGSHM_ERROR_DETAIL]);
			out_record_end(out);
		}
	}
}

int
snapshot_profiles(struct snapshot *snapshot)
{
	static const char *const names[FORMATS] = { "errors.jsonl",
		"errors.csv" };
	struct report report = { .model = snapshot->model,
		.level = DBGSHM_LEVEL_DEBUG };
	struct patterns *patterns;
	struct snapshot_text text;
	size_t i;
	int result = 0;

	if (patterns_create(
		NULL, 0, &patterns, snapshot->why, snapshot->why_size) == -1)
		return (-1);
	patterns_resolve(patterns, snapshot->model);
	report.patterns = patterns;
	for (i = 0; i < snapshot->model->profile_count && result == 0; i++)
		result = put_profile(
		    snapshot, &report, &snapshot->model->profiles[i]);
	patterns_destroy(patterns);
	for (i = 0; i < FORMATS && result == 0; i++) {
		snapshot_text_begin(&text, formats[i]);
		put_errors(text.out, snapshot->model);
		result = snapshot_text_end(snapshot, &text, names[i]);
	}
	return (result);
}

/* ---- events ------------------------------------------------------------------- */

static bool
heard(const struct model_event *event, void *context)
{
	struct snapshot_text *texts = context;
	size_t i;

	for (i = 0; i < FORMATS; i++) {
		out_record(texts[i].out);
		report_event(texts[i].out, event, formats[i] != OUT_CSV);
		out_record_end(texts[i].out);
	}
	return (false);
}

int
snapshot_events(struct snapshot *snapshot)
{
	static const char *const names[FORMATS] = { "events.jsonl",
		"events.csv" };
	struct snapshot_text texts[FORMATS];
	size_t i;
	int result = 0;

	for (i = 0; i < FORMATS; i++)
		snapshot_text_begin(&texts[i], formats[i]);
	model_listen(snapshot->model, heard, texts);
	if (model_update(snapshot->model, snapshot->parts, snapshot->count) ==
	    -1) {
		snprintf(snapshot->why, snapshot->why_size,
		    "the image of the region can not be read");
		result = -1;
	}
	model_listen(snapshot->model, NULL, NULL);
	for (i = 0; i < FORMATS; i++)
		if (snapshot_text_end(snapshot, &texts[i], names[i]) == -1)
			result = -1;
	return (result);
}
