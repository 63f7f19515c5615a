/*
 * settings.c - what a person can set, by name.
 */
#include "settings.h"

#include "argument.h"
#include "graph.h"
#include "theme.h"

#include <libshm/kit/fmt.h>

#include <stdio.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

static const char *const switches[] = { "off", "on", NULL };
static const char *const levels[] = { "normal", "detail", "debug", NULL };
static const char *const glyphs[] = { "ascii", "block", "braille", NULL };
static const char *const units[] = { "scaled", "raw", NULL };
static const char *const intervals[] = { "250ms", "500ms", "1s", "2s", "5s",
	"10s", NULL };
static const char *const windows[] = { "1m", "5m", "10m", "30m", "1h", "all",
	NULL };

enum {
	SET_THEME,
	SET_GLYPHS,
	SET_INTERVAL,
	SET_LEVEL,
	SET_UNITS,
	SET_ZEROS,
	SET_WINDOW,
	SET_LOG_SCALE,
	SET_FOLLOW,
	SET_MOUSE,
	SET_CLIPBOARD,
	SET_COUNT
};

static const struct {
	const char *name, *help;
	const char *const *values; /* NULL: those of the themes */
} table[SET_COUNT] = {
	[SET_THEME] = { "theme", "colours", NULL },
	[SET_GLYPHS] = { "glyphs", "what charts and lines are made of",
	    glyphs },
	[SET_INTERVAL] = { "interval", "between two readings", intervals },
	[SET_LEVEL] = { "level", "how much detail is shown", levels },
	[SET_UNITS] = { "units", "numbers with KiB and ms, or as they are",
	    units },
	[SET_ZEROS] = { "zeros", "also what has never been anything but zero",
	    switches },
	[SET_WINDOW] = { "window", "time that charts show", windows },
	[SET_LOG_SCALE] = { "log-scale", "logarithmic axes", switches },
	[SET_FOLLOW] = { "follow", "keep the selected row in sight", switches },
	[SET_MOUSE] = { "mouse",
	    "clicks and wheel; text can then be selected with Shift",
	    switches },
	[SET_CLIPBOARD] = { "clipboard",
	    "y copies through the terminal (OSC 52)", switches },
};

size_t
settings_count(void)
{
	return (SET_COUNT);
}

const char *
settings_name(size_t index)
{
	return (table[index].name);
}

const char *
settings_help(size_t index)
{
	return (table[index].help);
}

const char *const *
settings_values(size_t index)
{
	return (index == SET_THEME ? theme_names() : table[index].values);
}

/* A duration as it is typed: "250ms", "10m". */
static const char *
duration(uint64_t ns, char *buffer, size_t size)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} parts[] = {
		{ 3600 * SECOND, "h" },
		{ 60 * SECOND, "m" },
		{ SECOND, "s" },
		{ SECOND / 1000, "ms" },
	};
	size_t i;

	for (i = 0; i + 1 < sizeof(parts) / sizeof(parts[0]); i++)
		if (ns >= parts[i].ns && ns % parts[i].ns == 0)
			break;
	snprintf(buffer, size, "%llu%s", (unsigned long long)(ns / parts[i].ns),
	    parts[i].name);
	return (buffer);
}

const char *
settings_value(const struct view *view, size_t index, char *buffer, size_t size)
{
	switch (index) {
	case SET_THEME:
		return (view->theme);
	case SET_GLYPHS:
		return (glyphs[view->glyphs]);
	case SET_INTERVAL:
		return (duration(view->interval_ns, buffer, size));
	case SET_LEVEL:
		return (levels[view->level]);
	case SET_UNITS:
		return (units[view->raw]);
	case SET_ZEROS:
		return (switches[view->zeros]);
	case SET_WINDOW:
		return (view->window_ns >= GRAPH_ALL
			? "all"
			: duration(view->window_ns, buffer, size));
	case SET_LOG_SCALE:
		return (switches[view->logarithmic]);
	case SET_FOLLOW:
		return (switches[view->follow]);
	case SET_MOUSE:
		return (switches[view->mouse]);
	default:
		return (switches[view->clipboard]);
	}
}

static int
word_at(const char *const *words, const char *word)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return (i);
	return (-1);
}

static bool
set_duration(uint64_t *ns, const char *value)
{
	uint64_t found;

	if (argument_interval(value, &found) == -1 || found < SECOND / 20)
		return (false);
	*ns = found;
	return (true);
}

static bool
set_window(uint64_t *ns, const char *value)
{
	uint64_t found = GRAPH_ALL;

	if (strcmp(value, "all") != 0 &&
	    (!set_duration(&found, value) || found < SECOND))
		return (false);
	*ns = found;
	return (true);
}

/* One that is chosen from words; false: no such word. */
static bool
set_word(struct view *view, size_t index, int word)
{
	bool on = word == 1;

	if (word < 0)
		return (false);
	switch (index) {
	case SET_GLYPHS:
		view->glyphs = (enum grid_glyphs)word;
		break;
	case SET_LEVEL:
		view->level = (uint8_t)word;
		break;
	case SET_UNITS:
		view->raw = on;
		break;
	case SET_ZEROS:
		view->zeros = on;
		break;
	case SET_LOG_SCALE:
		view->logarithmic = on;
		break;
	case SET_FOLLOW:
		view->follow = on;
		break;
	case SET_MOUSE:
		view->mouse = on;
		break;
	case SET_CLIPBOARD:
		view->clipboard = on;
		break;
	}
	return (true);
}

static bool
set_at(struct view *view, size_t index, const char *value)
{
	switch (index) {
	case SET_THEME:
		if (theme_find(value) == NULL)
			return (false);
		strlcpy(view->theme, value, sizeof(view->theme));
		return (true);
	case SET_INTERVAL:
		return (set_duration(&view->interval_ns, value));
	case SET_WINDOW:
		return (set_window(&view->window_ns, value));
	default:
		return (
		    set_word(view, index, word_at(table[index].values, value)));
	}
}

static void
name_values(size_t index, char *why, size_t size)
{
	const char *const *values = settings_values(index);

	snprintf(why, size, "%s:", settings_name(index));
	for (int i = 0; values[i] != NULL; i++) {
		strlcat(why, " ", size);
		strlcat(why, values[i], size);
	}
}

bool
settings_set(struct view *view, const char *name, const char *value, char *why,
    size_t size)
{
	size_t i;

	for (i = 0; i < SET_COUNT && strcmp(table[i].name, name) != 0; i++)
		;
	if (i == SET_COUNT) {
		snprintf(why, size, "no setting is called that");
		return (false);
	}
	if (!set_at(view, i, value)) {
		name_values(i, why, size);
		return (false);
	}
	view_widths(view);
	return (true);
}

void
settings_step(struct view *view, size_t index)
{
	const char *const *values = settings_values(index);
	char buffer[32];
	int at;

	at = word_at(
	    values, settings_value(view, index, buffer, sizeof(buffer)));
	if (values[++at] == NULL)
		at = 0;
	set_at(view, index, values[at]);
	view_widths(view);
}

void
settings_copy(struct view *view, const struct view *from)
{
	char buffer[32];

	for (size_t i = 0; i < SET_COUNT; i++)
		set_at(
		    view, i, settings_value(from, i, buffer, sizeof(buffer)));
	while (view->pin_count > 0) /* those that were there go */
		view_pin(view, view->pins[0]);
	for (size_t i = 0; i < from->pin_count; i++)
		view_pin(view, from->pins[i]);
}
