/*
 * grid.c - cells, clipping, and text that has to fit.
 */
#include "grid.h"

#include <err.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const char *const signs[GRID_SIGNS][2] = {
	[GRID_SIGN_VERTICAL] = { "\xe2\x94\x82", "|" },
	[GRID_SIGN_HORIZONTAL] = { "\xe2\x94\x80", "-" },
	[GRID_SIGN_ELLIPSIS] = { "\xe2\x80\xa6", "~" },
	[GRID_SIGN_UP] = { "\xe2\x96\xb2", "^" },
	[GRID_SIGN_DOWN] = { "\xe2\x96\xbc", "v" },
	[GRID_SIGN_LEFT] = { "\xe2\x97\x80", "<" },
	[GRID_SIGN_RIGHT] = { "\xe2\x96\xb6", ">" },
	[GRID_SIGN_CORNER] = { "\xe2\x94\x94", "+" },
	[GRID_SIGN_DASH] = { "\xe2\x95\x8c", "-" },
	[GRID_SIGN_FULL] = { "\xe2\x96\x88", "#" },
	[GRID_SIGN_EMPTY] = { "\xc2\xb7", "-" },
};

const char *
grid_sign(const struct grid *grid, enum grid_sign sign)
{
	return (signs[sign][grid->ascii || grid->glyphs == GRID_GLYPHS_ASCII]);
}

void
grid_init(struct grid *grid, bool ascii)
{
	memset(grid, 0, sizeof(*grid));
	grid->ascii = ascii;
	grid->glyphs = ascii ? GRID_GLYPHS_ASCII : GRID_GLYPHS_BLOCK;
	grid->cursor_column = grid->cursor_row = -1;
}

void
grid_fini(struct grid *grid)
{
	free(grid->cells);
	grid->cells = NULL;
}

void
grid_resize(struct grid *grid, int columns, int rows)
{
	columns = columns < 1 ? 1 : columns;
	rows = rows < 1 ? 1 : rows;
	if (columns != grid->columns || rows != grid->rows) {
		free(grid->cells);
		grid->cells = calloc(
		    (size_t)columns * (size_t)rows, sizeof(*grid->cells));
		if (grid->cells == NULL)
			err(1, "a screen of %d x %d", columns, rows);
		grid->columns = columns;
		grid->rows = rows;
	}
	grid_clear(grid);
}

void
grid_clear(struct grid *grid)
{
	static const struct grid_cell blank = { .text = { ' ' }, .width = 1 };
	size_t columns = (size_t)grid->columns, i;

	for (i = 0; i < columns; i++)
		grid->cells[i] = blank;
	for (i = 1; i < (size_t)grid->rows; i++)
		memcpy(grid->cells + i * columns, grid->cells,
		    columns * sizeof(*grid->cells));
	grid->cursor_column = grid->cursor_row = -1;
	grid->typing = false;
}

void
grid_copy(struct grid *grid, const struct grid *from)
{
	size_t columns = (size_t)from->columns, at;

	if (grid->columns != from->columns || grid->rows != from->rows)
		grid_resize(grid, from->columns, from->rows);
	/* Most rows are the same: they stay in the cache, and clean. */
	for (at = 0; at < columns * (size_t)from->rows; at += columns)
		if (memcmp(grid->cells + at, from->cells + at,
			columns * sizeof(*from->cells)) != 0)
			memcpy(grid->cells + at, from->cells + at,
			    columns * sizeof(*from->cells));
	grid->cursor_column = from->cursor_column;
	grid->cursor_row = from->cursor_row;
	grid->typing = from->typing;
}

struct grid_rect
grid_whole(const struct grid *grid)
{
	return (
	    (struct grid_rect){ .columns = grid->columns, .rows = grid->rows });
}

/*
 * The next code point and its width: 0 for combining marks, 1 or 2.  What the
 * locale cannot show is a question mark.  False at the end.
 */
static bool
next_point(const char **text, bool ascii, uint32_t *point, int *width)
{
	const unsigned char *s = (const unsigned char *)*text;
	int more;

	if (s[0] == '\0')
		return (false);
	*width = 1;
	if (s[0] < 0x80) {
		*point = s[0] < ' ' || s[0] == 0x7f ? '?' : s[0];
		*text += 1;
		return (true);
	}
	more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0 ? 1 : 0;
	*point = s[0] & (more == 3 ? 0x07 : more == 2 ? 0x0f : 0x1f);
	s++;
	for (int i = 0; i < more; i++, s++) {
		if ((*s & 0xc0) != 0x80) {
			more = 0;
			break;
		}
		*point = *point << 6 | (*s & 0x3f);
	}
	*text = (const char *)s;
	if (more == 0 || ascii)
		*point = '?';
	else if ((*width = wcwidth((wchar_t)*point)) < 0) {
		*point = '?';
		*width = 1;
	}
	return (true);
}

/* One column, without another look. */
static inline bool
is_plain(char c)
{
	return (c >= ' ' && c < 0x7f);
}

int
grid_width(const char *text, bool ascii)
{
	uint32_t point;
	int total = 0, width;

	for (;;) {
		for (; is_plain(*text); text++)
			total++;
		if (!next_point(&text, ascii, &point, &width))
			return (total);
		total += width;
	}
}

/* The cell at a place inside the rectangle and the grid, else NULL. */
static struct grid_cell *
cell_at(struct grid *grid, struct grid_rect clip, int column, int row)
{
	if (column < 0 || column >= clip.columns || row < 0 || row >= clip.rows)
		return (NULL);
	column += clip.column;
	row += clip.row;
	if (column < 0 || column >= grid->columns || row < 0 ||
	    row >= grid->rows)
		return (NULL);
	return (
	    &grid->cells[(size_t)row * (size_t)grid->columns + (size_t)column]);
}

/* Overwriting one half of a wide character blanks the other. */
static void
cell_break(struct grid *grid, struct grid_cell *cell)
{
	struct grid_cell *other;

	if (cell->width == 1)
		return;
	other = cell->width == 2 ? cell + 1 : cell - 1;
	if (other >= grid->cells &&
	    other < grid->cells + (size_t)grid->columns * (size_t)grid->rows) {
		memset(other->text, 0, sizeof(other->text));
		other->text[0] = ' ';
		other->width = 1;
	}
}

static void
cell_set(struct grid *grid, struct grid_cell *cell, uint32_t point, int width,
    uint8_t style)
{
	cell_break(grid, cell);
	if (width == 2)
		cell_break(grid, cell + 1);
	*cell = (struct grid_cell){
		.text = { point }, .style = style, .width = (uint8_t)width
	};
	if (width == 2)
		cell[1] = (struct grid_cell){ .style = style };
}

/* As long as text is plain; *last becomes its last cell, NULL when that is
 * outside. */
static const char *
put_plain(struct grid *grid, struct grid_rect clip, int *column, int row,
    uint8_t style, const char *text, struct grid_cell **last)
{
	int from = clip.column < 0 ? -clip.column : 0, to = clip.columns, at;
	ptrdiff_t start =
	    (ptrdiff_t)(clip.row + row) * grid->columns + clip.column;

	if (to > grid->columns - clip.column)
		to = grid->columns - clip.column;
	if (row < 0 || row >= clip.rows || clip.row + row < 0 ||
	    clip.row + row >= grid->rows)
		to = from; /* nothing of it is to be seen */
	for (at = *column; is_plain(*text); text++, at++) {
		*last = NULL;
		if (at < from || at >= to)
			continue;
		*last = &grid->cells[start + at];
		if ((*last)->width != 1)
			cell_break(grid, *last);
		**last = (struct grid_cell){
			.text = { (uint32_t)*text }, .style = style, .width = 1
		};
	}
	*column = at;
	return (text);
}

int
grid_put(struct grid *grid, struct grid_rect clip, int column, int row,
    uint8_t style, const char *text)
{
	struct grid_cell *last = NULL, *cell;
	uint32_t point;
	int start = column, width;

	for (;;) {
		text = put_plain(grid, clip, &column, row, style, text, &last);
		if (!next_point(&text, grid->ascii, &point, &width))
			break;
		if (width == 0) {
			for (int i = 1; last != NULL && i <= GRID_MARKS; i++)
				if (last->text[i] == 0) {
					last->text[i] = point;
					break;
				}
			continue;
		}
		cell = cell_at(grid, clip, column, row);
		last = NULL;
		if (width == 2 &&
		    cell_at(grid, clip, column + 1, row) == NULL) {
			/* Half of it would be outside. */
			if (cell != NULL)
				cell_set(grid, cell, ' ', 1, style);
		} else if (cell != NULL) {
			cell_set(grid, cell, point, width, style);
			last = cell;
		} else if (width == 2 && column == -1 &&
		    (cell = cell_at(grid, clip, 0, row)) != NULL)
			cell_set(grid, cell, ' ', 1, style);
		column += width;
	}
	return (column - start);
}

void
grid_set(struct grid *grid, struct grid_rect clip, int column, int row,
    uint8_t style, uint32_t point)
{
	struct grid_cell *cell = cell_at(grid, clip, column, row);

	if (cell != NULL)
		cell_set(grid, cell, point, 1, style);
}

int
grid_put_right(struct grid *grid, struct grid_rect clip, int column, int row,
    uint8_t style, const char *text)
{
	int width = grid_width(text, grid->ascii);

	grid_put(grid, clip, column - width, row, style, text);
	return (width);
}

void
grid_fill(struct grid *grid, struct grid_rect rect, int row,
    enum grid_sign sign, int from_column)
{
	const char *text = grid_sign(grid, sign);
	uint32_t point = ' ';
	int width;

	(void)next_point(&text, grid->ascii, &point, &width);
	for (int i = from_column < 0 ? 0 : from_column; i < rect.columns; i++)
		grid_set(grid, rect, i, row, GRID_RULE, point);
}

void
grid_column(struct grid *grid, struct grid_rect rect)
{
	for (int i = 0; i < rect.rows; i++)
		grid_put(grid, rect, 0, i, GRID_RULE,
		    grid_sign(grid, GRID_SIGN_VERTICAL));
}

void
grid_flag(struct grid *grid, struct grid_rect rect, int row, uint8_t flag)
{
	struct grid_cell *cell;

	for (int i = 0; i < rect.columns; i++)
		if ((cell = cell_at(grid, rect, i, row)) != NULL)
			cell->style |= flag;
}

bool
grid_equal(const struct grid *a, const struct grid *b)
{
	return (a->columns == b->columns && a->rows == b->rows &&
	    a->cursor_column == b->cursor_column &&
	    a->cursor_row == b->cursor_row && a->typing == b->typing &&
	    memcmp(a->cells, b->cells,
		(size_t)a->columns * (size_t)a->rows * sizeof(*a->cells)) == 0);
}

size_t
grid_encode(uint32_t point, char *utf8)
{
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t length = point < 0x80 ? 1
	    : point < 0x800	     ? 2
	    : point < 0x10000	     ? 3
				     : 4;

	for (size_t i = length - 1; i > 0; i--, point >>= 6)
		utf8[i] = (char)(0x80 | (point & 0x3f));
	utf8[0] = (char)(first[length] | point);
	return (length);
}

void
grid_print(const struct grid *grid, FILE *out)
{
	const struct grid_cell *line;
	char utf8[4];
	int end;

	for (int row = 0; row < grid->rows; row++) {
		line = &grid->cells[(size_t)row * (size_t)grid->columns];
		for (end = grid->columns; end > 0; end--)
			if (line[end - 1].text[0] != ' ')
				break;
		for (int i = 0; i < end; i++)
			for (int k = 0; k <= GRID_MARKS; k++)
				if (line[i].text[k] != 0)
					fwrite(utf8, 1,
					    grid_encode(line[i].text[k], utf8),
					    out);
		fputc('\n', out);
	}
}

/* ---- text that has to fit ------------------------------------------------ */

/* Where the text is after so many columns have been passed over. */
static const char *
skip_columns(const char *text, bool ascii, int columns)
{
	const char *here = text;
	uint32_t point;
	int width;

	while (columns > 0 && next_point(&here, ascii, &point, &width)) {
		columns -= width;
		text = here;
	}
	/* Combining marks belong to what was passed over. */
	while (next_point(&here, ascii, &point, &width) && width == 0)
		text = here;
	return (text);
}

/* The bytes at the start of the text that fill at most so many columns. */
static size_t
bytes_within(const char *text, bool ascii, int columns)
{
	const char *here = text, *end = text;
	uint32_t point;
	int width;

	while (next_point(&here, ascii, &point, &width)) {
		if (width > columns)
			break;
		columns -= width;
		end = here;
	}
	return ((size_t)(end - text));
}

void
grid_fit(const struct grid *grid, char *buffer, size_t size, const char *text,
    int columns, enum grid_cut cut)
{
	static const char separators[] = "/._-:{";
	const char *ellipsis = grid_sign(grid, GRID_SIGN_ELLIPSIS);
	const char *rest, *segment;
	int width = grid_width(text, grid->ascii);
	size_t length;

	if (width <= columns) {
		length = strlen(text);
		if (length < size)
			memcpy(buffer, text, length + 1);
		else
			strlcpy(buffer, text, size);
		return;
	}
	if (columns < 1) {
		buffer[0] = '\0';
		return;
	}
	if (cut == GRID_CUT_FRONT) {
		rest = skip_columns(text, grid->ascii, width - columns + 1);
		segment = rest + strcspn(rest, separators);
		segment += *segment == ':'; /* it is not a part of names */
		if (strchr(separators, rest[-1]) == NULL && *segment != '\0' &&
		    grid_width(segment, grid->ascii) > columns * 3 / 5)
			rest = segment;
		snprintf(buffer, size, "%s%s", ellipsis, rest);
		return;
	}
	length = bytes_within(text, grid->ascii, columns - 1);
	if (length + strlen(ellipsis) >= size) {
		strlcpy(buffer, text, size);
		return;
	}
	memcpy(buffer, text, length);
	strlcpy(buffer + length, ellipsis, size - length);
}

int
grid_wrap(struct grid *grid, struct grid_rect rect, int row, uint8_t style,
    const char *text)
{
	char line[1024];
	size_t length, cut;

	if (rect.columns < 1)
		return (row);
	while (*text != '\0' && row < rect.rows) {
		while (*text == ' ')
			text++;
		if (row == rect.rows - 1) {
			grid_fit(grid, line, sizeof(line), text, rect.columns,
			    GRID_CUT_END);
			grid_put(grid, rect, 0, row++, style, line);
			break;
		}
		length = bytes_within(text, grid->ascii, rect.columns);
		if (length == 0)
			break;
		if (text[length] != '\0' && text[length] != ' ') {
			for (cut = length; cut > 0 && text[cut - 1] != ' ';)
				cut--;
			if (cut > length / 3)
				length = cut;
		}
		if (length >= sizeof(line))
			length = bytes_within(
			    text, grid->ascii, (int)sizeof(line) / 16);
		memcpy(line, text, length);
		line[length] = '\0';
		grid_put(grid, rect, 0, row++, style, line);
		text += length;
	}
	return (row);
}
