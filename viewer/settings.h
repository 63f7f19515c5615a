/*
 * settings.h - what a person can set, by name.
 *
 * One table: the screen of settings, ":set NAME VALUE", its completion and the
 * file of settings come from it.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "screen.h"

#include <stdio.h>

size_t settings_count(void);
const char *settings_name(size_t index);
const char *settings_help(size_t index);
const char *const *settings_values(size_t index); /* NULL ends them; of times
						     only those to step through */
const char *settings_value(
    const struct view *, size_t index, char *buffer, size_t size);

bool settings_set(
    struct view *, const char *name, const char *value, char *why, size_t size);
	/* False with why: no such name, no such value. */
void settings_step(struct view *, size_t index); /* to the next value */

void settings_copy(struct view *, const struct view *from);

/* ---- the file: settings_file.c ---------------------------------------------- */

const char *settings_default_path(char *path, size_t size);
	/* $XDG_CONFIG_HOME/dbgtop/settings, or below ~/.config; NULL when there
	 * is no home. */

int settings_load(
    struct view *, const char *path, char *why, size_t size);
	/* Lines "name value"; # begins a comment.  0, also when there is no such
	 * file; -1 with the first line that cannot be used in why, after all the
	 * others were. */

int settings_store(const struct view *, const struct model *,
    const char *path, char *why, size_t size);
	/* All of them, and the pins that are in the model or were in the file.
	 * A file that is there is replaced as a whole, through a link to where
	 * it leads; on failure it stays what it was.  0, or -1 with why. */

#endif
