/*
 * open.c - regions and files, for a viewer that opens nothing elsewhere.
 */
#include "open.h"

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int
open_list(unsigned flags, struct dbgshm_list *list)
{
	return (dbgshm_list_take(flags, list));
}

int
open_region(const char *path, uid_t *owner, struct dbgshm_fault *fault)
{
	int descriptor = dbgshm_open_path(path, fault);
	struct stat status = { 0 };

	if (descriptor != -1)
		fstat(descriptor, &status);
	*owner = status.st_uid;
	return (descriptor);
}

static void
add_path(struct open_paths *paths, const char *directory, const char *name)
{
	char **list;

	list = reallocarray(paths->list, paths->count + 1, sizeof(*list));
	if (list == NULL)
		err(1, "memory for %zu paths", paths->count + 1);
	paths->list = list;
	if (asprintf(&list[paths->count], "%s/%s/%s", DBGSHM_BASE_DIRECTORY,
		directory, name) == -1)
		err(1, "memory for a path");
	paths->count++;
}

/* The uid in dbgtop-UID or dbgtop-UID-RANDOM. */
static bool
directory_uid(const char *name, uid_t *uid)
{
	unsigned long number;
	char *end;

	if (strncmp(name, DBGSHM_DIRECTORY_PREFIX,
		strlen(DBGSHM_DIRECTORY_PREFIX)) != 0)
		return (false);
	name += strlen(DBGSHM_DIRECTORY_PREFIX);
	if (!isdigit((unsigned char)*name))
		return (false);
	number = strtoul(name, &end, 10);
	*uid = (uid_t)number;
	return (number < UINT32_MAX && (*end == '\0' || *end == '-'));
}

static void
look_into(int base, const char *directory, const char *prefix,
    struct open_paths *paths)
{
	size_t length, prefix_length = strlen(prefix);
	const size_t suffix_length = strlen(DBGSHM_FILE_SUFFIX);
	struct dirent *entry;
	struct stat status;
	uid_t uid;
	DIR *stream;
	int descriptor;

	if (!directory_uid(directory, &uid))
		return;
	descriptor = openat(base, directory,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (descriptor == -1) {
		if (errno == EACCES) {
			paths->closed = uid;
			paths->is_closed = true;
		}
		return;
	}
	if (fstat(descriptor, &status) == -1 ||
	    (status.st_uid != uid && status.st_uid != 0) ||
	    (stream = fdopendir(descriptor)) == NULL) {
		close(descriptor);
		return;
	}
	while ((entry = readdir(stream)) != NULL) {
		length = strlen(entry->d_name);
		if (strncmp(entry->d_name, prefix, prefix_length) == 0 &&
		    length > suffix_length &&
		    strcmp(entry->d_name + length - suffix_length,
			DBGSHM_FILE_SUFFIX) == 0)
			add_path(paths, directory, entry->d_name);
	}
	closedir(stream);
}

int
open_paths_of(pid_t pid, struct open_paths *paths)
{
	struct dirent *entry;
	char prefix[16];
	DIR *stream;

	*paths = (struct open_paths){ 0 };
	stream = opendir(DBGSHM_BASE_DIRECTORY);
	if (stream == NULL)
		return (-1);
	snprintf(prefix, sizeof(prefix), "%d-", (int)pid);
	while ((entry = readdir(stream)) != NULL)
		look_into(dirfd(stream), entry->d_name, prefix, paths);
	closedir(stream);
	return (0);
}

void
open_paths_free(struct open_paths *paths)
{
	size_t i;

	for (i = 0; i < paths->count; i++)
		free(paths->list[i]);
	free(paths->list);
	*paths = (struct open_paths){ 0 };
}

/* The liveness lock is on byte 0; whoever still writes the file holds it. */
static bool
is_locked(int descriptor)
{
	struct flock lock = { .l_type = F_RDLCK,
		.l_whence = SEEK_SET,
		.l_start = 0,
		.l_len = 1 };

	return (fcntl(descriptor, F_OFD_GETLK, &lock) == -1 ||
	    lock.l_type != F_UNLCK);
}

/*
 * The directory of a path, over no link at all: whoever owns it may put another
 * in its place between our looking and our removing.  *name is the rest.
 */
static int
open_parent(const char *path, const char **name)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS,
	};
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];

	if (slash == NULL || (size_t)(slash - path) >= sizeof(parent)) {
		errno = EINVAL;
		return (-1);
	}
	memcpy(parent, path, (size_t)(slash - path));
	parent[slash - path] = '\0';
	*name = slash + 1;
	return ((int)syscall(SYS_openat2, AT_FDCWD, parent, &how, sizeof(how)));
}

int
open_remove(const char *path, uid_t owner, bool really)
{
	struct stat opened, named;
	const char *name;
	int descriptor, error = 0, parent;

	if ((parent = open_parent(path, &name)) == -1)
		return (-1);
	if ((descriptor = dbgshm_open_path(path, NULL)) == -1 ||
	    fstat(descriptor, &opened) == -1 ||
	    fstatat(parent, name, &named, AT_SYMLINK_NOFOLLOW) == -1)
		error = errno;
	else if (opened.st_dev != named.st_dev || opened.st_ino != named.st_ino)
		error = ESTALE;
	else if (opened.st_uid != owner)
		error = EPERM;
	else if (is_locked(descriptor))
		error = EBUSY;
	else if (really && unlinkat(parent, name, 0) == -1)
		error = errno;
	if (descriptor != -1)
		close(descriptor);
	close(parent);
	errno = error;
	return (error == 0 ? 0 : -1);
}
