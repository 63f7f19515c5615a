/*
 * overview_key.h - what keys do in the panes of the overview.
 */
#ifndef OVERVIEW_KEY_H
#define OVERVIEW_KEY_H

#include "screen.h"

enum screen_result overview_key(
    struct view *, const struct scene *, enum key_action);

#endif
