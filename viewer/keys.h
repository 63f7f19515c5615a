/*
 * keys.h - what keys are called and what they do; the list is keys.tbl.
 */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A key as term.c reports it: a code point, a control character (Ctrl-A is 1),
 * or one of these. */
enum key_code {
	KEY_CODE_NONE = 0,
	KEY_CODE_SPECIAL = 0x200000, /* above all characters */
	KEY_CODE_UP,
	KEY_CODE_DOWN,
	KEY_CODE_LEFT,
	KEY_CODE_RIGHT,
	KEY_CODE_PAGE_UP,
	KEY_CODE_PAGE_DOWN,
	KEY_CODE_HOME,
	KEY_CODE_END,
	KEY_CODE_ENTER,
	KEY_CODE_BACKSPACE,
	KEY_CODE_BACK_TAB,
	KEY_CODE_MOUSE_PRESS, /* at term_mouse_at() */
	KEY_CODE_MOUSE_UP,    /* the wheel */
	KEY_CODE_MOUSE_DOWN,
	KEY_CODE_F1 = 0x200100, /* F2 and so on follow */
};

/* Where a key works: bits. */
enum key_place {
	KEY_PLACE_PROCESSES = 1,
	KEY_PLACE_TREE = 2,
	KEY_PLACE_METRICS = 4,
	KEY_PLACE_TABLE = 8,
	KEY_PLACE_EVENTS = 16,
	KEY_PLACE_LIST = 32,  /* any other list of a target */
	KEY_PLACE_CHART = 64, /* one metric */
	KEY_PLACE_ROW = 128,  /* one row */
	KEY_PLACE_INFO = 256,
	KEY_PLACE_SETTINGS = 512,
	KEY_PLACE_HELP = 1024,
	KEY_PLACE_MOMENTS = 2048, /* beside LIST: each line has a moment... */
	KEY_PLACE_WINDOW = 4096,  /* ...or is about the last so many minutes */
};

enum key_action {
	KEY_ACTION_NONE,
#define KEY(action, command, names, label, where, help) KEY_ACTION_##action,
#include "keys.tbl"
#undef KEY
	KEY_ACTION_COUNT
};

struct key_binding {
	const char *command; /* "goto TIME"; without the word it is the key */
	const char *names; /* separated by blanks */
	const char *label; /* for the key line, "" not there */
	unsigned places;   /* enum key_place */
	const char *help;
};

const struct key_binding *keys_binding(enum key_action action);

const char *keys_name(uint32_t code, char *buffer, size_t size);
	/* "q", "Ctrl-C", "PgUp", "F10". */

enum key_action keys_find(uint32_t code, unsigned place);
	/* KEY_ACTION_NONE when the key does nothing there. */

#endif
