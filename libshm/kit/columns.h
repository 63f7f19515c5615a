/*
 * columns.h - lines whose cells stand below each other.
 */
#ifndef KIT_COLUMNS_H
#define KIT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct columns;

struct columns *columns_create(size_t count);
void columns_destroy(struct columns *columns);

void columns_right(struct columns *columns, size_t column);
	/* Numbers end below each other instead of beginning there. */

void columns_add(struct columns *columns, const char *text);
	/* The next cell, safe text; a line ends by itself. */

void columns_line(struct columns *columns, char mark, const char *on,
    const char *off);
	/* About the line that the next cell begins: a mark in the first blank of
	 * the indent (0 none), and strings around it (NULL none). */

void columns_optional(struct columns *columns, size_t column);
	/* It may be left out. */

size_t columns_fit(struct columns *columns, size_t width);
	/* When all is there: leaves out optional columns, the last one first,
	 * until lines of that width hold the rest.  Returns how many went. */

void columns_print(const struct columns *columns, FILE *file,
    const char *indent, const char *heading_on, const char *heading_off);
	/* All lines, two blanks between columns and none at the end of a line.
	 * The first line is a heading, between those two strings, when they are
	 * not NULL. */

#endif
