/*
 * cgroup.c - from a path in /proc/PID/cgroup to a directory that can be read.
 */
#include "cgroup.h"

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOUNTS_MAX 32

struct cgroup_mounts {
	atomic_uint users;
	size_t count;
	struct cgroup_mount {
		char controllers[64]; /* "" for version 2 */
		char root[256];	      /* what of the hierarchy is mounted */
		char point[256];
	} mount[MOUNTS_MAX];
};

bool
cgroup_has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (; *list != '\0'; list += strcspn(list, ","), list += *list == ',')
		if (strncmp(list, word, length) == 0 &&
		    (list[length] == ',' || list[length] == '\0'))
			return (true);
	return (false);
}

/* id parent dev root point options fields... - type source superoptions */
static void
add_mount(struct cgroup_mounts *mounts, char *line)
{
	struct cgroup_mount *mount = &mounts->mount[mounts->count];
	char *tail, type[16], options[256];

	tail = strstr(line, " - ");
	if (tail == NULL || mounts->count == MOUNTS_MAX ||
	    sscanf(tail, " - %15s %*s %255s", type, options) != 2 ||
	    sscanf(line, "%*s %*s %*s %255s %255s", mount->root,
		mount->point) != 2)
		return;
	if (strcmp(type, "cgroup2") == 0)
		mount->controllers[0] = '\0';
	else if (strcmp(type, "cgroup") == 0)
		strlcpy(
		    mount->controllers, options, sizeof(mount->controllers));
	else
		return;
	mounts->count++;
}

struct cgroup_mounts *
cgroup_mounts_create(void)
{
	struct cgroup_mounts *mounts;
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	mounts = calloc(1, sizeof(*mounts));
	if (mounts != NULL)
		atomic_init(&mounts->users, 1);
	file = files_stream_open("/proc/self/mountinfo");
	while (
	    mounts != NULL && file != NULL && getline(&line, &size, file) != -1)
		add_mount(mounts, line);
	free(line);
	if (file != NULL)
		files_stream_close(file);
	return (mounts);
}

struct cgroup_mounts *
cgroup_mounts_keep(struct cgroup_mounts *mounts)
{
	(void)atomic_fetch_add(&mounts->users, 1);
	return (mounts);
}

void
cgroup_mounts_destroy(struct cgroup_mounts *mounts)
{
	if (mounts != NULL && atomic_fetch_sub(&mounts->users, 1) == 1)
		free(mounts);
}

/* All words of a line of /proc/PID/cgroup are options of its mount. */
static bool
is_mount_of(const struct cgroup_mount *mount, const char *controllers)
{
	char word[64];
	size_t length;

	if (controllers[0] == '\0' || mount->controllers[0] == '\0')
		return (controllers[0] == mount->controllers[0]);
	length = strcspn(controllers, ",");
	if (length >= sizeof(word))
		return (false);
	memcpy(word, controllers, length);
	word[length] = '\0';
	return (cgroup_has_word(mount->controllers, word));
}

int
cgroup_open(const struct cgroup_mounts *mounts, const char *controllers,
    const char *path)
{
	const struct cgroup_mount *mount;
	char name[PATH_MAX];
	size_t i, length;

	/* A path that begins with /.. is outside of our own namespace. */
	for (i = 0; i < mounts->count && strncmp(path, "/..", 3) != 0; i++) {
		mount = &mounts->mount[i];
		if (!is_mount_of(mount, controllers))
			continue;
		length =
		    strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
		if (strncmp(path, mount->root, length) != 0 ||
		    (path[length] != '/' && path[length] != '\0'))
			continue;
		if (snprintf(name, sizeof(name), "%s%s", mount->point,
			path + length) >= (int)sizeof(name))
			continue;
		return (
		    files_brief_open(AT_FDCWD, name, O_RDONLY | O_DIRECTORY));
	}
	errno = ENOENT;
	return (-1);
}
