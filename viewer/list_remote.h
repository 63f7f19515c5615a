/*
 * list_remote.h - dbgtop list of another host.
 */
#ifndef VIEWER_LIST_REMOTE_H
#define VIEWER_LIST_REMOTE_H

#include "command.h"

int list_remote(
    const struct request *request, const char *word, const char *via);
	/* word: ssh://host, or NULL and via.  What that dbgtop prints, line by
	 * line and safe.  An exit code, after it was said what is wrong. */

#endif
