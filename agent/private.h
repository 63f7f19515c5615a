/*
 * private.h - the watcher that a viewer starts for itself.
 */
#ifndef PRIVATE_H
#define PRIVATE_H

#include "agent.h"

int private_run(const struct agent_options *);
	/*
	 * Watches options->private_pid in a region without a name, hands a
	 * read-only descriptor of it over on the socket options->region_fd, and
	 * goes on until the other end of that is closed or our parent is gone.
	 * Returns the exit status of the program.
	 */

#endif
