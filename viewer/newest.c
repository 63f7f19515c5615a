/*
 * newest.c - the events of a profile as a list, the newest on top.
 */
#include "newest.h"

#include "cell.h"
#include "tree.h"

#include <string.h>

enum { COLUMN_WHEN, COLUMN_LEVEL, COLUMN_EVENT, COLUMN_TEXT, COLUMN_COUNT };

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_WHEN] = { .title = "WHEN", .least = 10, .right = true },
	[COLUMN_LEVEL] = { .title = "LEVEL", .least = 5 },
	[COLUMN_EVENT] = { .title = "EVENT",
	    .least = 8,
	    .widest = 24,
	    .late = true },
	[COLUMN_TEXT] = { .title = "TEXT",
	    .least = 16,
	    .kept = true,
	    .spread = true },
};

static const struct model_event *
event_at(const struct list_source *source, size_t row)
{
	const struct newest *newest = source->context;

	return (&newest->profile->log->events[row]);
}

static uint64_t
event_id(const struct list_source *source, size_t row)
{
	return (event_at(source, row)->id);
}

static char
event_mark(const struct list_source *source, size_t row)
{
	return (event_at(source, row)->lost > 0 ? '~' : '\0');
}

static uint8_t
severity_style(uint8_t severity)
{
	switch (severity) {
	case DBGSHM_SEVERITY_DEBUG:
		return (GRID_DIM);
	case DBGSHM_SEVERITY_WARN:
		return (GRID_WARN);
	case DBGSHM_SEVERITY_ERROR:
		return (GRID_BAD);
	default:
		return (GRID_PLAIN);
	}
}

static void
event_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct newest *newest = source->context;
	const struct model_event *event = event_at(source, row);
	char *text = cell->text;
	size_t size = sizeof(cell->text);

	switch (column) {
	case COLUMN_WHEN:
		cell_ago(text, size, event->real_ns, event->age_ns,
		    newest->profile->over, newest->raw);
		cell->style = GRID_DIM;
		break;
	case COLUMN_LEVEL:
		strlcpy(text, dbgshm_severity_name(event->severity), size);
		cell->style = severity_style(event->severity);
		break;
	case COLUMN_EVENT:
		if (strcmp(event->name, "message") != 0)
			strlcpy(text, event->name, size);
		break;
	default:
		strlcpy(text, event->text, size);
		if (event->severity == DBGSHM_SEVERITY_DEBUG)
			cell->style = GRID_DIM;
		break;
	}
}

static bool
event_number(
    const struct list_source *source, size_t row, size_t column, double *value)
{
	const struct model_event *event = event_at(source, row);

	if (column != COLUMN_WHEN || event->real_ns == 0)
		return (false);
	*value = (double)event->age_ns;
	return (true);
}

void
newest_source(struct newest *newest, struct list_source *source,
    const struct model_profile *profile, bool raw)
{
	newest->profile = profile;
	newest->raw = raw;
	*source = (struct list_source){
		.context = newest,
		.count = profile->log->event_count,
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = tree_id(profile->path, strlen(profile->path)),
		.empty = "no events yet",
		.id = event_id,
		.cell = event_cell,
		.number = event_number,
		.mark = event_mark,
	};
}

void
newest_follow(struct list *list, const struct list_source *source)
{
	if (list->schema == source->schema && list->place == 0 &&
	    list->shown_count > 0)
		list->selected = 0;
}
