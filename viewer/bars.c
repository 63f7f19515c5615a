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

/* "14:03:27", with the day when that is not today. */
static void
moment(char *text, size_t size, uint64_t real_ns, uint64_t now_real_ns)
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
		moment(when, sizeof(when), target->since_real_ns, now_real_ns);
		snprintf(text, size, "%s since %s", word, when);
	} else
		strlcpy(text, word, size);
	return (bars_life_style(target->state));
}

/* ---- the lines at the bottom ----------------------------------------------- */

/* The first name of a key; the pair that sorts is shown as one. */
static void
key_label(enum key_action action, char *text, size_t size)
{
	const char *names = keys_binding(action)->names;

	if (action == KEY_ACTION_SORT_NEXT)
		strlcpy(text, "< >", size);
	else
		snprintf(text, size, "%.*s", (int)strcspn(names, " "), names);
}

static int
draw_key(struct grid *grid, struct grid_rect line, int column,
    enum key_action action)
{
	const struct key_binding *binding = keys_binding(action);
	char name[32];

	key_label(action, name, sizeof(name));
	column += grid_put(grid, line, column, 0, GRID_KEY, name);
	column++;
	return (column +
	    grid_put(grid, line, column, 0, GRID_PLAIN, binding->label));
}

static int
key_width(enum key_action action)
{
	char name[32];

	key_label(action, name, sizeof(name));
	return (grid_width(name, true) + 1 +
	    grid_width(keys_binding(action)->label, true));
}

/* Help and Quit are always there; the others come while there is room. */
static void
draw_keys(struct grid *grid, struct grid_rect line, unsigned place)
{
	const struct key_binding *binding;
	int column = 1, room = line.columns - 1;
	bool last;

	for (int action = 1; action < KEY_ACTION_COUNT; action++)
		if (action >= KEY_ACTION_HELP &&
		    (keys_binding(action)->places & place) != 0)
			room -= key_width(action) + 2;
	for (int action = 1; action < KEY_ACTION_COUNT; action++) {
		binding = keys_binding(action);
		last = action >= KEY_ACTION_HELP;
		if (binding->label[0] == '\0' || (binding->places & place) == 0)
			continue;
		if (!last && column + key_width(action) > room)
			continue;
		column = draw_key(grid, line, column, action) + 2;
	}
}

static void
draw_prompt(struct grid *grid, struct grid_rect line, const char *filter)
{
	int column = 1, width = grid_width(filter, grid->ascii);
	const char *advice = "Enter keep  Esc end";

	column += grid_put(grid, line, column, 0, GRID_KEY, "Filter: ");
	if (column + width > line.columns - 1) /* its end matters most */
		column = line.columns - 1 - width;
	column += grid_put(grid, line, column, 0, GRID_MATCH, filter);
	grid->cursor_column = column;
	grid->cursor_row = line.row;
	if (column + 4 + grid_width(advice, true) < line.columns)
		grid_put_right(
		    grid, line, line.columns - 1, 0, GRID_DIM, advice);
}

void
bars_draw(const struct view *view, const struct scene *scene, struct grid *grid)
{
	const struct screen *screen = screens_table[view->screen];
	struct grid_rect line = { .columns = view->columns, .rows = 1 };

	if (scene->message[0] != '\0' && view->rows > 3) {
		line.row = 1;
		grid_put(grid, line, 1, 0, GRID_BAD, scene->message);
	}
	line.row = view->rows - 1;
	if (view->prompt != NULL)
		draw_prompt(grid, line, view->prompt);
	else if (view->rows > 2)
		draw_keys(grid, line, screen->place(view));
}

struct grid_rect
bars_body(const struct view *view, const struct scene *scene)
{
	struct grid_rect body = { .row = 1, .columns = view->columns };

	body.rows = view->rows - 1 - (view->rows > 2 || view->prompt != NULL);
	if (scene->message[0] != '\0' && view->rows > 3) {
		body.row++;
		body.rows--;
	}
	if (body.rows < 0)
		body.rows = 0;
	return (body);
}

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
