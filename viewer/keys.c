/*
 * keys.c - from a key's code to its name, and from its name to what it does.
 */
#include "keys.h"

#include <stdio.h>
#include <string.h>

#define PROCESSES KEY_PLACE_PROCESSES
#define TREE KEY_PLACE_TREE
#define METRICS KEY_PLACE_METRICS
#define TABLE KEY_PLACE_TABLE
#define EVENTS KEY_PLACE_EVENTS
#define LIST KEY_PLACE_LIST
#define CHART KEY_PLACE_CHART
#define ROW KEY_PLACE_ROW
#define INFO KEY_PLACE_INFO
#define SETTINGS KEY_PLACE_SETTINGS
#define HELP KEY_PLACE_HELP
#define MOMENTS KEY_PLACE_MOMENTS
#define WINDOW KEY_PLACE_WINDOW
#define OVERVIEW (TREE | METRICS | TABLE | EVENTS)
#define TARGET (OVERVIEW | LIST | CHART | ROW | INFO)
#define LISTS (PROCESSES | OVERVIEW | LIST | ROW | INFO | SETTINGS | HELP)
#define ANYWHERE (PROCESSES | TARGET | SETTINGS | HELP)

static const struct key_binding bindings[KEY_ACTION_COUNT] = {
#define KEY(action, command, names, label, where, help)                        \
	[KEY_ACTION_##action] = { command, names, label, where, help },
#include "keys.tbl"
#undef KEY
};

static const struct {
	uint32_t code;
	const char *name;
} special[] = {
	{ '\t', "Tab" },
	{ '\r', "Enter" },
	{ '\n', "Enter" },
	{ 0x1b, "Esc" },
	{ ' ', "Space" },
	{ 0x08, "Backspace" },
	{ 0x7f, "Backspace" },
	{ KEY_CODE_UP, "Up" },
	{ KEY_CODE_DOWN, "Down" },
	{ KEY_CODE_LEFT, "Left" },
	{ KEY_CODE_RIGHT, "Right" },
	{ KEY_CODE_PAGE_UP, "PgUp" },
	{ KEY_CODE_PAGE_DOWN, "PgDn" },
	{ KEY_CODE_HOME, "Home" },
	{ KEY_CODE_END, "End" },
	{ KEY_CODE_ENTER, "Enter" },
	{ KEY_CODE_BACKSPACE, "Backspace" },
	{ KEY_CODE_BACK_TAB, "Shift-Tab" },
};

const struct key_binding *
keys_binding(enum key_action action)
{
	return (&bindings[action]);
}

const char *
keys_name(uint32_t code, char *buffer, size_t size)
{
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (special[i].code == code)
			return (special[i].name);
	if (code >= KEY_CODE_F1)
		snprintf(buffer, size, "F%u", code - KEY_CODE_F1 + 1);
	else if (code > 0 && code < ' ')
		snprintf(buffer, size, "Ctrl-%c", (char)(code + '@'));
	else if (code > ' ' && code < 0x7f)
		snprintf(buffer, size, "%c", (char)code);
	else
		snprintf(buffer, size, "U+%04X", code);
	return (buffer);
}

/* One of the blank-separated names is this one. */
static bool
has_name(const char *names, const char *name)
{
	size_t length = strlen(name), word;

	for (; *names != '\0'; names += word + (names[word] == ' ')) {
		word = strcspn(names, " ");
		if (word == length && memcmp(names, name, length) == 0)
			return (true);
	}
	return (false);
}

enum key_action
keys_find(uint32_t code, unsigned place)
{
	char buffer[32];
	const char *name = keys_name(code, buffer, sizeof(buffer));

	for (int action = KEY_ACTION_NONE + 1; action < KEY_ACTION_COUNT;
	     action++)
		if ((bindings[action].places & place) != 0 &&
		    has_name(bindings[action].names, name))
			return ((enum key_action)action);
	return (KEY_ACTION_NONE);
}
