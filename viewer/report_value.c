/*
 * report_value.c - cells and events, for programs.
 */
#include "report.h"

static void
put_reference(struct out *out, const char *key, const struct model_cell *cell)
{
	static const char *const states[] = {
		[MODEL_LINK_LIVE] = "live",
		[MODEL_LINK_FINISHED] = "finished",
		[MODEL_LINK_GONE] = "gone",
	};

	if (cell->link == NULL) {
		out_null(out, key);
		return;
	}
	out_object(out, key);
	out_string(out, "ref", cell->text);
	out_string(out, "state", states[cell->link->state]);
	out_object_end(out);
}

void
report_cell(struct out *out, const char *key, const struct model_cell *cell)
{
	if (cell->hidden)
		return;
	switch (cell->type) {
	case DBGSHM_TYPE_SIGNED:
		out_i64(out, key, cell->i);
		break;
	case DBGSHM_TYPE_FLOAT:
		out_double(out, key, cell->d);
		break;
	case DBGSHM_TYPE_TEXT:
	case DBGSHM_TYPE_BLOB:
		out_string(out, key, cell->text);
		break;
	case DBGSHM_TYPE_TIME:
		out_time(out, key, cell->u);
		break;
	case DBGSHM_TYPE_BOOL:
		out_bool(out, key, cell->u != 0);
		break;
	case DBGSHM_TYPE_ENUM:
		if (cell->text != NULL)
			out_string(out, key, cell->text);
		else
			out_u64(out, key, cell->u);
		break;
	case DBGSHM_TYPE_REFERENCE:
		put_reference(out, key, cell);
		break;
	default:
		out_u64(out, key, cell->u);
		break;
	}
}

void
report_event(struct out *out, const struct model_event *event, bool nested)
{
	size_t i;

	out_time(out, "time", event->real_ns);
	out_u64(out, "mono_ns", event->mono_ns);
	out_string(out, "level", dbgshm_severity_name(event->severity));
	out_string(out, "path", event->path);
	out_string(out, "event", event->name);
	out_string(out, "text", event->text);
	out_u64(out, "ring", event->ring);
	out_u64(out, "lost", event->lost);
	if (!nested)
		return;
	out_object(out, "fields");
	for (i = 0; i < event->field_count; i++)
		report_cell(out, event->field_names[i], &event->fields[i]);
	out_object_end(out);
}
