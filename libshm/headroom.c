/*
 * headroom.c - how much memory may be taken without hurting the host program.
 *
 * Bytes of a region count as the program's own memory.  The file system is
 * never filled, and a memory cgroup keeps 16 MiB and 5 % free.
 */
#include "region.h"

#include <sys/statvfs.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CGROUP_ROOT "/sys/fs/cgroup"
#define FREE_BYTES (UINT64_C(16) << 20)
#define FREE_SHARE 20 /* one in so many */
#define TMPFS_FREE_SHARE 32
#define UNLIMITED (UINT64_C(1) << 60) /* version 1 says so with a number */

static bool
read_number(const char *directory, const char *file, uint64_t *value)
{
	char path[512], text[64], *end;

	(void)snprintf(path, sizeof(path), "%.400s/%s", directory, file);
	if (!dbgshm__host_read(path, text, sizeof(text)))
		return (false);
	*value = strtoull(text, &end, 10);
	return (end != text); /* "max" is no number: no limit */
}

/* Page cache that the kernel gives back before it kills anybody. */
static uint64_t
reclaimable(const char *directory, const char *key)
{
	char path[512], text[8192];
	const char *line;

	(void)snprintf(path, sizeof(path), "%.400s/memory.stat", directory);
	if (!dbgshm__host_read(path, text, sizeof(text)) ||
	    (line = strstr(text, key)) == NULL)
		return (0);
	return (strtoull(line + strlen(key), NULL, 10));
}

static bool
too_little(uint64_t limit, uint64_t usage, uint64_t bytes)
{
	uint64_t room = limit > usage ? limit - usage : 0;

	return (room < bytes || room - bytes < FREE_BYTES ||
	    room - bytes < limit / FREE_SHARE);
}

static bool
group_refuses(const char *directory, const char *limit_file,
    const char *usage_file, const char *cache_key, uint64_t bytes)
{
	uint64_t limit, usage, cache;

	if (!read_number(directory, limit_file, &limit) || limit >= UNLIMITED ||
	    !read_number(directory, usage_file, &usage) ||
	    !too_little(limit, usage, bytes))
		return (false);
	/* The cache is asked for last: reading it is expensive. */
	cache = reclaimable(directory, cache_key);
	return (too_little(limit, usage > cache ? usage - cache : 0, bytes));
}

/* This group and all above it, as far as they can be seen. */
static bool
groups_refuse(const char *mount, char *path, const char *limit_file,
    const char *usage_file, const char *cache_key, uint64_t bytes)
{
	char directory[400], *slash;

	for (;;) {
		(void)snprintf(
		    directory, sizeof(directory), "%s%.300s", mount, path);
		if (group_refuses(
			directory, limit_file, usage_file, cache_key, bytes))
			return (true);
		if ((slash = strrchr(path, '/')) == NULL)
			return (false);
		*slash = '\0';
	}
}

static bool
cgroup_refuses(uint64_t bytes)
{
	char text[4096], *line, *rest, *path;
	bool refuses = false;

	if (!dbgshm__host_read("/proc/self/cgroup", text, sizeof(text)))
		return (false);
	for (line = strtok_r(text, "\n", &rest); line != NULL && !refuses;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "0::", 3) == 0)
			refuses =
			    groups_refuse(CGROUP_ROOT, line + 3, "memory.max",
				"memory.current", "\ninactive_file ", bytes);
		else if ((path = strstr(line, ":memory:")) != NULL)
			refuses = groups_refuse(CGROUP_ROOT "/memory", path + 8,
			    "memory.limit_in_bytes", "memory.usage_in_bytes",
			    "\ntotal_inactive_file ", bytes);
	}
	return (refuses);
}

enum dbgshm_reason
dbgshm__headroom_refuses(uint64_t bytes)
{
	struct statvfs fs;
	uint64_t room;

	if (statvfs(DBGSHM_BASE_DIRECTORY, &fs) == 0 && fs.f_blocks != 0) {
		room = (uint64_t)fs.f_bavail * fs.f_frsize;
		if (room < bytes ||
		    room - bytes <
			(uint64_t)fs.f_blocks * fs.f_frsize / TMPFS_FREE_SHARE)
			return (DBGSHM_REASON_NO_SPACE);
	}
	return (cgroup_refuses(bytes) ? DBGSHM_REASON_MEMORY_LIMIT
				      : DBGSHM_REASON_NONE);
}
