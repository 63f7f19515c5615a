/*
 * argument.h - values of options, from text.
 *
 * Each returns 0, or -1 for a text that is none.
 */
#ifndef VIEWER_ARGUMENT_H
#define VIEWER_ARGUMENT_H

#include "command.h"

int argument_interval(const char *text, uint64_t *interval_ns);
	/* 250ms, 1s, 2m, 1h; a bare number is seconds; 10 ms to a day. */
int argument_timeout(const char *text, uint64_t *timeout_ns);
	/* Likewise, from 0 to a year. */
int argument_size(const char *text, uint64_t *bytes);
	/* 64M, 1G, 100000: bytes, from 64 KiB on. */
int argument_level(const char *text, uint8_t *level); /* DBGSHM_LEVEL_* */
int argument_severity(const char *text, uint8_t *severity);
int argument_color(const char *text, enum color *color);

#endif
