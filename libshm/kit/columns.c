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
	struct shape {
		bool right, optional, out;
	} * shapes;
	char **cells;
	size_t used, room;
	struct line {
		const char *on, *off;
		char mark;
	} * lines;
	size_t line_room;
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
	columns->shapes = memory(NULL, count, sizeof(*columns->shapes));
	memset(columns->widths, 0, count * sizeof(*columns->widths));
	memset(columns->shapes, 0, count * sizeof(*columns->shapes));
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
	free(columns->lines);
	free(columns->widths);
	free(columns->shapes);
	free(columns);
}

void
columns_right(struct columns *columns, size_t column)
{
	columns->shapes[column].right = true;
}

void
columns_optional(struct columns *columns, size_t column)
{
	columns->shapes[column].optional = true;
}

size_t
columns_fit(struct columns *columns, size_t width)
{
	size_t i, used = 0, gone = 0;

	for (i = 0; i < columns->count; i++)
		used += columns->widths[i] + GAP;
	for (i = columns->count; i-- > 0 && used > width + GAP;) {
		if (!columns->shapes[i].optional)
			continue;
		columns->shapes[i].out = true;
		used -= columns->widths[i] + GAP;
		gone++;
	}
	return (gone);
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

void
columns_line(
    struct columns *columns, char mark, const char *on, const char *off)
{
	size_t line = columns->used / columns->count, i;

	if (line >= columns->line_room) {
		i = columns->line_room;
		columns->line_room = 2 * line + 64;
		columns->lines = memory(columns->lines, columns->line_room,
		    sizeof(*columns->lines));
		for (; i < columns->line_room; i++)
			columns->lines[i] = (struct line){ NULL, NULL, 0 };
	}
	columns->lines[line] = (struct line){ on, off, mark };
}

/* Blanks are owed until something follows them. */
static void
print_line(const struct columns *columns, size_t line, FILE *file)
{
	size_t i, pad, width, owed = 0;
	const char *text;

	for (i = 0; i < columns->count; i++) {
		if (columns->shapes[i].out)
			continue;
		text = columns->cells[line * columns->count + i];
		width = safe_width(text);
		pad = columns->widths[i] - width;
		if (i > 0)
			owed += GAP;
		if (columns->shapes[i].right)
			owed += pad;
		if (width > 0) {
			fprintf(file, "%*s%s", (int)owed, "", text);
			owed = 0;
		}
		if (!columns->shapes[i].right)
			owed += pad;
	}
}

void
columns_print(const struct columns *columns, FILE *file, const char *indent,
    const char *heading_on, const char *heading_off)
{
	struct line look;
	size_t line;

	for (line = 0; line * columns->count < columns->used; line++) {
		look = (struct line){ NULL, NULL, 0 };
		if (line == 0)
			look = (struct line){ heading_on, heading_off, 0 };
		else if (line < columns->line_room)
			look = columns->lines[line];
		if (look.mark != 0 && *indent != '\0')
			fprintf(file, "%c%s", look.mark, indent + 1);
		else
			fputs(indent, file);
		if (look.on != NULL)
			fputs(look.on, file);
		print_line(columns, line, file);
		if (look.off != NULL)
			fputs(look.off, file);
		putc('\n', file);
	}
}
