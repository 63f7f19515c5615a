/*
 * caught.h - signals become bytes in a pipe.
 */
#ifndef CAUGHT_H
#define CAUGHT_H

#include <sys/types.h>

#include <signal.h>

#define CAUGHT_SIGNALS 6

struct caught {
	struct sigaction before[CAUGHT_SIGNALS];
	int ends[2];
};

int caught_open(struct caught *);
	/* Remembers what signals do now.  A descriptor that is readable when one
	 * has come, or -1 and errno. */
void caught_close(struct caught *); /* as it was before */

void caught_take(void); /* from now on they come through the pipe */
void caught_release(const struct caught *);
	/* They do what they did before. */

ssize_t caught_read(const struct caught *, char *numbers, size_t size);
	/* Those that have come. */

#endif
