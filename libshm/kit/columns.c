/*
 * columns.c - lines whose cells stand below each other.
 */
#include "columns.h"
#include "safe.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2

struct columns {
	size_t count;
	size_t *widths;
	bool *right;
	char **cells;
	size_t used, room;
};

static void *
memory(void *old, size_t count, size_t size)
{
	void *new = reallocarray(old, count, size);

	if (new == NULL)
		err(1, "memory for a table");
	return (new);
}

struct columns *
columns_create(size_t count)
{
	struct columns *columns = memory(NULL, 1, sizeof(*columns));

	*columns = (struct columns){ .count = count };
	columns->widths = memory(NULL, count, sizeof(*columns->widths));
	columns->right = memory(NULL, count, sizeof(*columns->right));
	memset(columns->widths, 0, count * sizeof(*columns->widths));
	memset(columns->right, 0, count * sizeof(*columns->right));
	return (columns);
}

void
columns_destroy(struct columns *columns)
{
	size_t i;

	if (columns == NULL)
		return;
	for (i = 0; i < columns->used; i++)
		free(columns->cells[i]);
	free(columns->cells);
	free(columns->widths);
	free(columns->right);
	free(columns);
}

void
columns_right(struct columns *columns, size_t column)
{
	columns->right[column] = true;
}

void
columns_add(struct columns *columns, const char *text)
{
	size_t column = columns->used % columns->count;
	size_t width = safe_width(text);

	if (columns->used == columns->room) {
		columns->room = columns->room == 0 ? 64 : 2 * columns->room;
		columns->cells = memory(
		    columns->cells, columns->room, sizeof(*columns->cells));
	}
	columns->cells[columns->used] = strdup(text);
	if (columns->cells[columns->used++] == NULL)
		err(1, "memory for a table");
	if (width > columns->widths[column])
		columns->widths[column] = width;
}

/* Blanks are owed until something follows them. */
static void
print_line(const struct columns *columns, size_t line, FILE *file)
{
	size_t i, pad, width, owed = 0;
	const char *text;

	for (i = 0; i < columns->count; i++) {
		text = columns->cells[line * columns->count + i];
		width = safe_width(text);
		pad = columns->widths[i] - width;
		if (i > 0)
			owed += GAP;
		if (columns->right[i])
			owed += pad;
		if (width > 0) {
			fprintf(file, "%*s%s", (int)owed, "", text);
			owed = 0;
		}
		if (!columns->right[i])
			owed += pad;
	}
}

void
columns_print(const struct columns *columns, FILE *file, const char *indent,
    const char *heading_on, const char *heading_off)
{
	size_t line;

	for (line = 0; line * columns->count < columns->used; line++) {
		fputs(indent, file);
		if (line == 0 && heading_on != NULL)
			fputs(heading_on, file);
		print_line(columns, line, file);
		if (line == 0 && heading_off != NULL)
			fputs(heading_off, file);
		putc('\n', file);
	}
}
