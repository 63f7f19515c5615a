/*
 * open_file.c - files of people: archives to read, files to write.
 */
#include "open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int
open_archive(const char *path)
{
	struct stat status;
	int descriptor;

	/* Devices do things when they are opened. */
	if (stat(path, &status) == -1)
		return (-1);
	if (!S_ISREG(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
		return (-1);
	}
	descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor == -1)
		return (-1);
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
		return (descriptor);
	close(descriptor);
	errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
	return (-1);
}

bool
open_begins(const char *path, const char *bytes, size_t size)
{
	char begin[16];
	int descriptor = open_archive(path);
	bool same;

	if (descriptor == -1)
		return (false);
	same = size <= sizeof(begin) &&
	    pread(descriptor, begin, size, 0) == (ssize_t)size &&
	    memcmp(begin, bytes, size) == 0;
	close(descriptor);
	return (same);
}

static int
write_all(int descriptor, const char *bytes, size_t size)
{
	ssize_t done;

	while (size > 0) {
		done = write(descriptor, bytes, size);
		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return (-1);
		bytes += done;
		size -= (size_t)done;
	}
	return (0);
}

int
open_bytes(const void *bytes, size_t size)
{
	int descriptor =
	    memfd_create("dbgtop", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int error;

	if (descriptor == -1)
		return (-1);
	if (write_all(descriptor, bytes, size) == 0 &&
	    fcntl(descriptor, F_ADD_SEALS,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
		return (descriptor);
	error = errno;
	close(descriptor);
	errno = error;
	return (-1);
}

/* ---- writing ---------------------------------------------------------------- */

/* A file of no name yet, in the directory of a path; *named: it has one, which
 * is in temporary. */
static int
open_nameless(const char *directory, char *temporary, bool *named)
{
	int descriptor =
	    open(directory, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);

	*named = false;
	if (descriptor != -1 || (errno != EOPNOTSUPP && errno != EISDIR))
		return (descriptor);
	descriptor = mkostemp(temporary, O_CLOEXEC);
	*named = descriptor != -1;
	return (descriptor);
}

/* A name to rename from. */
static int
give_name(int descriptor, char *temporary)
{
	char proc[64];
	unsigned number = (unsigned)getpid();
	int try;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", descriptor);
	for (try = 0; try < 100; try++) {
		snprintf(temporary + strlen(temporary) - 6, 7, "%06x",
		    number++ & 0xffffff);
		if (linkat(AT_FDCWD, proc, AT_FDCWD, temporary,
			AT_SYMLINK_FOLLOW) == 0)
			return (0);
		if (errno != EEXIST)
			return (-1);
	}
	return (-1);
}

static void
sync_directory(const char *directory)
{
	int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (descriptor == -1)
		return;
	(void)fsync(descriptor);
	close(descriptor);
}

static int
write_beside(const char *path, const char *directory, const void *bytes,
    size_t size, mode_t mode)
{
	char temporary[PATH_MAX];
	const char *slash = strrchr(path, '/');
	bool named;
	int descriptor, error = 0;

	if (snprintf(temporary, sizeof(temporary), "%s/.%.200s.XXXXXX",
		directory,
		slash == NULL ? path : slash + 1) >= (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return (-1);
	}
	descriptor = open_nameless(directory, temporary, &named);
	if (descriptor == -1)
		return (-1);
	if (write_all(descriptor, bytes, size) == -1 ||
	    fchmod(descriptor, mode) == -1 || fsync(descriptor) == -1 ||
	    (!named && give_name(descriptor, temporary) == -1))
		error = errno;
	else
		named = true;
	if (error == 0 && rename(temporary, path) == -1)
		error = errno;
	if (error != 0 && named)
		(void)unlink(temporary);
	close(descriptor);
	if (error == 0)
		sync_directory(directory);
	errno = error;
	return (error == 0 ? 0 : -1);
}

int
open_write(const char *path, const void *bytes, size_t size, mode_t mode)
{
	char *real = realpath(path, NULL), *directory, *slash;
	struct stat status;
	int error, result = -1;

	/* What is behind a link, if anything is. */
	if (real == NULL && (real = strdup(path)) == NULL)
		return (-1);
	if (stat(real, &status) == 0 && !S_ISREG(status.st_mode)) {
		free(real);
		errno = EINVAL;
		return (-1);
	}
	if ((directory = strdup(real)) != NULL) {
		slash = strrchr(directory, '/');
		if (slash == NULL)
			memcpy(directory, ".", sizeof("."));
		else
			slash[slash == directory] = '\0';
		result = write_beside(real, directory, bytes, size, mode);
	}
	error = errno;
	free(directory);
	free(real);
	errno = error;
	return (result);
}
