/*
 * log.h - what the agent has to say, for people and for its own region.
 */
#ifndef LOG_H
#define LOG_H

#include <stddef.h>

struct agent;

enum log_level { LOG_ERRORS, LOG_WARNINGS, LOG_NOTES, LOG_LEVELS };

void agent_log(struct agent *, enum log_level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
	/* One line, without a newline.  Everything in it is made safe to print,
	 * so names of strangers may go into it as they are. */

#endif
