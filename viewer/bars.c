/*
 * bars.c - what all screens have around them: header, message, key line.
 */
#include "kit/fmt.h"
#include "screen.h"

#include <string.h>
#include <time.h>

#define NS_PER_S UINT64_C(1000000000)

/* ---- the header ------------------------------------------------------------ */

static int
pieces_width(
    const struct bars_piece *pieces, size_t count, uint64_t out, bool ascii)
{
	int width = 2; /* a blank at each end */

	for (size_t i = 0; i < count; i++)
		if ((out >> i & 1) == 0 && pieces[i].text[0] != '\0')
			width += grid_width(pieces[i].text, ascii) + 2;
	return (width - 2);
}

/* The piece that goes next: the last of those with the highest rank. */
static size_t
least_wanted(const struct bars_piece *pieces, size_t count, uint64_t out)
{
	size_t worst = count;

	for (size_t i = 0; i < count; i++)
		if ((out >> i & 1) == 0 &&
		    (worst == count || pieces[i].rank >= pieces[worst].rank))
			worst = i;
	return (worst);
}

void
bars_header(struct grid *grid, const struct bars_piece *pieces, size_t count)
{
	struct grid_rect line = grid_whole(grid);
	uint64_t out = 0; /* pieces left out, as bits */
	size_t worst, left = count;
	int column = 1, right = line.columns - 1;

	for (; left > 1 &&
	     pieces_width(pieces, count, out, grid->ascii) > line.columns;
	     left--) {
		worst = least_wanted(pieces, count, out);
		out |= UINT64_C(1) << worst;
	}
	if (pieces_width(pieces, count, out, grid->ascii) > line.columns)
		column = 0;
	for (size_t i = count; i > 0; i--)
		if ((out >> (i - 1) & 1) == 0 && pieces[i - 1].right &&
		    pieces[i - 1].text[0] != '\0') {
			if (left == 1)
				right = line.columns;
			right -= grid_put_right(grid, line, right, 0,
			    pieces[i - 1].style, pieces[i - 1].text);
			right -= 2;
		}
	for (size_t i = 0; i < count; i++)
		if ((out >> i & 1) == 0 && !pieces[i].right &&
		    pieces[i].text[0] != '\0') {
			column += grid_put(grid, line, column, 0,
			    pieces[i].style, pieces[i].text);
			column += 2;
		}
}

uint8_t
bars_life_style(enum dbgshm_life life)
{
	switch (life) {
	case DBGSHM_LIFE_LIVE:
		return (GRID_LIVE);
	case DBGSHM_LIFE_STOPPED:
	case DBGSHM_LIFE_STALE:
	case DBGSHM_LIFE_EXITED:
	case DBGSHM_LIFE_REPLACED:
		return (GRID_WARN);
	default:
		return (GRID_BAD);
	}
}

char *
bars_seconds(char *text, size_t size, uint64_t ns)
{
	if (ns >= 60 * NS_PER_S)
		fmt_duration(text, size, ns);
	else
		snprintf(text, size, "%u s", (unsigned)(ns / NS_PER_S));
	return (text);
}

char *
bars_every(char *text, size_t size, uint64_t ns)
{
	if (ns % NS_PER_S != 0)
		return (fmt_duration(text, size, ns));
	return (bars_seconds(text, size, ns));
}

char *
bars_clock(char *text, size_t size, uint64_t real_ns, uint64_t now_real_ns)
{
	time_t then = (time_t)(real_ns / NS_PER_S);
	time_t now = (time_t)(now_real_ns / NS_PER_S);
	struct tm a, b;

	if (localtime_r(&then, &a) == NULL || localtime_r(&now, &b) == NULL ||
	    strftime(text, size,
		a.tm_year == b.tm_year && a.tm_yday == b.tm_yday ? "%T"
								 : "%F %R",
		&a) == 0)
		strlcpy(text, "?", size);
	return (text);
}

uint8_t
bars_life(const struct model_target *target, uint64_t interval_ns,
    uint64_t now_real_ns, char *text, size_t size)
{
	uint64_t silent_ns =
	    3 * interval_ns > 5 * NS_PER_S ? 3 * interval_ns : 5 * NS_PER_S;
	const char *name = dbgshm_life_name(target->state);
	char word[24], when[64];
	size_t i;

	for (i = 0; name[i] != '\0' && i < sizeof(word) - 1; i++)
		word[i] = (char)(name[i] >= 'a' && name[i] <= 'z'
			? name[i] - 'a' + 'A'
			: name[i]);
	word[i] = '\0';
	if (target->state == DBGSHM_LIFE_LIVE) {
		if (target->age_ns == UINT64_MAX ||
		    target->age_ns < silent_ns) {
			strlcpy(text, word, size);
			return (GRID_LIVE);
		}
		/* The kernel says that it lives, but nothing comes. */
		snprintf(text, size, "%s, silent for %s", word,
		    fmt_age(when, sizeof(when), target->age_ns));
		return (GRID_WARN);
	}
	if (target->since_real_ns != 0) {
		bars_clock(
		    when, sizeof(when), target->since_real_ns, now_real_ns);
		snprintf(text, size, "%s since %s", word, when);
	} else
		strlcpy(text, word, size);
	return (bars_life_style(target->state));
}

/* ---- a line that names a part ---------------------------------------------- */

void
bars_title(struct grid *grid, struct grid_rect rect, int row, bool rule,
    const char *name, const char *about, const struct list *list)
{
	char text[512], part[LIST_FILTER_SIZE + 16];
	int column = 1, right = rect.columns - 1, width;

	if (rule) {
		grid_fill(grid, rect, row, GRID_SIGN_HORIZONTAL, 0);
		grid_put(grid, rect, column++, row, GRID_PLAIN, " ");
	}
	if (list != NULL && list_scrolled(list, part, sizeof(part)) &&
	    right - grid_width(part, true) > rect.columns / 2) {
		snprintf(text, sizeof(text), rule ? " %s " : "%s", part);
		right -=
		    grid_put_right(grid, rect, right, row, GRID_DIM, text) + 2;
	}
	if (list != NULL && list->filter[0] != '\0') {
		snprintf(part, sizeof(part), "filter: %s", list->filter);
		width = grid_width(part, grid->ascii);
		if (right - width > rect.columns / 3)
			right -= grid_put_right(
				     grid, rect, right, row, GRID_MATCH, part) +
			    2;
	}
	grid_fit(
	    grid, text, sizeof(text), name, right - column, GRID_CUT_FRONT);
	column += grid_put(grid, rect, column, row, GRID_STRONG, text);
	if (about[0] != '\0' && right - column > 12) {
		grid_put(grid, rect, column, row, GRID_PLAIN, "  ");
		column += 2;
		grid_fit(grid, text, sizeof(text), about, right - column,
		    GRID_CUT_END);
		column += grid_put(grid, rect, column, row, GRID_DIM, text);
	}
	if (rule && column < right)
		grid_put(grid, rect, column, row, GRID_PLAIN, " ");
}
