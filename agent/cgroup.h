/*
 * cgroup.h - where the hierarchies of control groups are mounted.
 */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stddef.h>

struct cgroup_mounts;
struct cgroup_mounts *cgroup_mounts_create(void); /* NULL and ENOMEM */
struct cgroup_mounts *cgroup_mounts_keep(struct cgroup_mounts *);
	/* One more user of the same; they are never changed.  Any thread. */
void cgroup_mounts_destroy(struct cgroup_mounts *);
	/* One user less; NULL is fine. */

int cgroup_open(
    const struct cgroup_mounts *, const char *controllers, const char *path);
	/*
	 * The directory of one line of /proc/PID/cgroup: controllers is "" for
	 * version 2, else as in the file.  A descriptor, or -1 and errno;
	 * ENOENT: not visible from here.
	 */

bool cgroup_has_word(const char *list, const char *word);
	/* One of the words of a comma-separated list. */

#endif
