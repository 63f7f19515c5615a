/*
 * containers.c - regions behind /proc/PID/root, where somebody else makes links
 * and mounts.
 *
 * The directory is opened inside that root without following any link.  A file
 * system of the container's own making could let an open wait for ever, so the
 * kernel's list of its mounts is read first: only a tmpfs that lies under nothing
 * of that kind is opened.
 */
#include "list.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PROCESSES_MAX 65536
#define NAMESPACES_MAX 256
#define MOUNTS_MAX 4096 /* lines of one mountinfo */

struct seen {
	uint64_t namespaces[NAMESPACES_MAX];
	size_t namespace_count;
	struct {
		dev_t device;
		ino_t inode;
	} directories[NAMESPACES_MAX + 1];
	size_t directory_count;
};

static bool
new_namespace(struct seen *seen, uint64_t inode)
{
	size_t i;

	for (i = 0; i < seen->namespace_count; i++)
		if (seen->namespaces[i] == inode)
			return (false);
	if (seen->namespace_count == NAMESPACES_MAX)
		return (false);
	seen->namespaces[seen->namespace_count++] = inode;
	return (true);
}

static bool
new_directory(struct seen *seen, const struct stat *status)
{
	size_t i;

	for (i = 0; i < seen->directory_count; i++)
		if (seen->directories[i].device == status->st_dev &&
		    seen->directories[i].inode == status->st_ino)
			return (false);
	if (seen->directory_count > NAMESPACES_MAX)
		return (false);
	seen->directories[seen->directory_count].device = status->st_dev;
	seen->directories[seen->directory_count++].inode = status->st_ino;
	return (true);
}

/* Is base a tmpfs there, reached over nothing that can make us wait? */
static bool
mounts_are_safe(const char *pid, const char *base)
{
	char line[4096], path[64], point[256], type[64], *rest;
	FILE *mounts;
	size_t lines = 0, length;
	bool safe = false, waits = false;

	(void)snprintf(path, sizeof(path), "/proc/%.16s/mountinfo", pid);
	if ((mounts = fopen(path, "re")) == NULL)
		return (false);
	while (
	    fgets(line, sizeof(line), mounts) != NULL && lines++ < MOUNTS_MAX) {
		if (sscanf(line, "%*s %*s %*s %*s %255s", point) != 1 ||
		    (rest = strstr(line, " - ")) == NULL ||
		    sscanf(rest, " - %63s", type) != 1)
			continue;
		length = strcmp(point, "/") == 0 ? 0 : strlen(point);
		if (strncmp(base, point, length) != 0 ||
		    (base[length] != '/' && base[length] != '\0'))
			continue;
		/* Whatever is on the way, also when another mount hides it. */
		if (strncmp(type, "fuse", 4) == 0 || strcmp(type, "9p") == 0 ||
		    strncmp(type, "nfs", 3) == 0)
			waits = true;
		safe = strcmp(type, "tmpfs") == 0;
	}
	(void)fclose(mounts);
	return (safe && !waits);
}

static int
open_inside(const char *root, const char *base)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK |
		    O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS |
		    RESOLVE_NO_MAGICLINKS,
	};
	int descriptor, directory;

	directory = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory == -1)
		return (-1);
	descriptor =
	    (int)syscall(SYS_openat2, directory, base, &how, sizeof(how));
	(void)close(directory);
	return (descriptor);
}

static void
look_behind(struct dbgshm_search *search, struct seen *seen, const char *pid,
    const char *base)
{
	struct stat process, status;
	struct statfs system;
	char path[128], root[64];
	int directory;

	(void)snprintf(path, sizeof(path), "/proc/%.16s", pid);
	if (stat(path, &process) == -1)
		return;
	(void)snprintf(path, sizeof(path), "/proc/%.16s/ns/mnt", pid);
	if (stat(path, &status) == -1 ||
	    !new_namespace(seen, (uint64_t)status.st_ino) ||
	    !mounts_are_safe(pid, base))
		return;
	(void)snprintf(root, sizeof(root), "/proc/%.16s/root", pid);
	(void)snprintf(path, sizeof(path), "%s%s", root, base);
	if ((directory = open_inside(root, base)) == -1)
		return;
	if (fstat(directory, &status) == -1 ||
	    fstatfs(directory, &system) == -1 ||
	    (uint32_t)system.f_type != TMPFS_MAGIC ||
	    !new_directory(seen, &status)) {
		(void)close(directory);
		return;
	}
	dbgshm__list_base(search, directory, path, &process.st_uid);
}

void
dbgshm__list_containers(struct dbgshm_search *search, const char *base)
{
	struct seen *seen = calloc(1, sizeof(*seen));
	struct dirent *entry;
	struct stat status;
	DIR *directory;
	size_t processes = 0;

	if (seen == NULL) {
		search->error = ENOMEM;
		return;
	}
	if (stat("/proc/self/ns/mnt", &status) == 0)
		(void)new_namespace(seen, (uint64_t)status.st_ino);
	if (stat(base, &status) == 0)
		(void)new_directory(seen, &status);
	if ((directory = opendir("/proc")) != NULL) {
		while ((entry = readdir(directory)) != NULL &&
		    search->error == 0 && processes < PROCESSES_MAX) {
			if (!isdigit((unsigned char)entry->d_name[0]))
				continue;
			processes++;
			look_behind(search, seen, entry->d_name, base);
		}
		(void)closedir(directory);
	}
	free(seen);
}
