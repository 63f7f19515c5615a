/* alone.h - a host without other regions: each costs every start a look. */
#ifndef ALONE_H
#define ALONE_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mount.h>

/* For this process and those that it starts; false where that may not be done. */
static inline bool
alone(void)
{
	return (unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL) == 0);
}

#endif
