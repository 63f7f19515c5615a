/*
 * list_find.c - the rows of a list that are wanted.
 */
#include "list.h"

#include <string.h>

/* A row of the source as a filter asks it. */
struct asked {
	const struct list_source *source;
	size_t row;
	char *title; /* of the column asked for last */
};

#define TITLE_SIZE 64

/* A rate is titled after the column that it stands behind. */
static const char *
asked_title(const void *context, size_t column)
{
	const struct asked *asked = context;
	const struct list_column *columns = asked->source->columns;

	if (columns[column].absent)
		return ("");
	if (columns[column].title[0] != '/' || column == 0)
		return (columns[column].title);
	snprintf(asked->title, TITLE_SIZE, "%s%s", columns[column - 1].title,
	    columns[column].title);
	return (asked->title);
}

static const char *
asked_text(const void *context, size_t column, char *buffer, size_t size)
{
	const struct asked *asked = context;
	struct list_cell cell;

	cell.text[0] = '\0';
	cell.style = GRID_PLAIN;
	if (!asked->source->columns[column].absent)
		asked->source->cell(asked->source, asked->row, column, &cell);
	strlcpy(buffer, cell.text + strspn(cell.text, " "), size);
	return (buffer);
}

static bool
asked_number(const void *context, size_t column, double *value)
{
	const struct asked *asked = context;

	return (asked->source->number != NULL &&
	    asked->source->number(asked->source, asked->row, column, value));
}

static struct filter_row
ask(const struct asked *asked)
{
	return ((struct filter_row){
	    .context = asked,
	    .columns = asked->source->column_count,
	    .title = asked_title,
	    .text = asked_text,
	    .number = asked_number,
	});
}

void
list_take(struct list *list, const struct list_source *source)
{
	char title[TITLE_SIZE];
	struct asked asked = { .source = source, .title = title };
	const struct filter_row row = ask(&asked);

	if (list->wanted == NULL)
		list->wanted = filter_create();
	filter_set(list->wanted, list->filter);
	filter_bind(list->wanted, &row);
	list->shown_count = 0;
	for (asked.row = 0; asked.row < source->count; asked.row++)
		if ((source->hidden == NULL ||
			!source->hidden(source, asked.row)) &&
		    filter_passes(list->wanted, &row))
			list->shown[list->shown_count++] = asked.row;
}

bool
list_search(struct list *list, const struct list_source *source,
    const char *text, int step)
{
	size_t count = list->shown_count, at;
	char title[TITLE_SIZE];
	struct asked asked = { .source = source, .title = title };
	const struct filter_row row = ask(&asked);
	struct filter *filter = filter_create();
	bool found = false;

	filter_set(filter, text);
	for (size_t i = step != 0; i < count + (step != 0) && !found; i++) {
		at = (list->place + (step < 0 ? count - i : i)) % count;
		asked.row = list->shown[at];
		found = filter_active(filter) && filter_passes(filter, &row);
		if (found)
			(void)list_select(list, list->ids[at]);
	}
	filter_destroy(filter);
	return (found);
}

const char *
list_problem(const struct list *list)
{
	return (list->wanted != NULL ? filter_problem(list->wanted) : "");
}
