/*
 * options.h - the command line of dbgtop-agent.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "agent.h"

void options_parse(struct agent_options *, int argc, char *argv[]);
	/* Prints what is wrong and exits with 2, or answers --help and
	 * --version and exits with 0. */

#endif
