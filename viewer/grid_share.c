/*
 * grid_share.c - columns that share a width.
 */
#include "grid.h"

void
grid_share(struct grid_share *columns, size_t count, int width, int gap)
{
	int used = 0, room;
	size_t shown, last;

	for (size_t i = 0; i < count; i++) {
		columns[i].width = columns[i].least;
		if (columns[i].least > 0)
			used += (columns[i].spread ? columns[i].least
						   : columns[i].wanted) +
			    gap;
	}
	for (size_t i = 0; i < count && used - gap > width; i++)
		if (columns[i].spread && !columns[i].kept)
			columns[i].width = 0;
	for (;;) {
		used = 0;
		shown = 0;
		last = count;
		for (size_t i = 0; i < count; i++) {
			if (columns[i].width == 0)
				continue;
			used += columns[i].width;
			shown++;
			if (!columns[i].kept &&
			    (last == count ||
				columns[i].rank >= columns[last].rank))
				last = i;
		}
		used += shown > 0 ? gap * (int)(shown - 1) : 0;
		if (used <= width || last == count)
			break;
		columns[last].width = 0;
	}
	for (size_t i = 0; i < count && used < width; i++) {
		if (columns[i].width == 0 ||
		    columns[i].wanted <= columns[i].width)
			continue;
		room = columns[i].wanted - columns[i].width;
		room = room < width - used ? room : width - used;
		columns[i].width += room;
		used += room;
	}
	for (size_t i = 0; i < count && used < width; i++)
		if (columns[i].width > 0 && columns[i].spread) {
			columns[i].width += width - used;
			used = width;
		}
	/* Nothing but names is left and they are too wide: cut them. */
	for (size_t i = count; i > 0 && used > width; i--) {
		room = used - width;
		room =
		    room < columns[i - 1].width ? room : columns[i - 1].width;
		columns[i - 1].width -= room;
		used -= room;
	}
}
