/*
 * open.c - the only place where a region is opened and read.
 *
 * Opening follows no link, waits for nobody and refuses everything that is not a
 * regular file of sensible size.  Reading goes by pread(2) into private memory: a
 * mapping could be cut off under us, and would fill holes by being looked at.
 */
#include "view.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define OPEN_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

void *
dbgshm__room(size_t size)
{
	void *room;

	if (size > SIZE_MAX - 64) {
		errno = ENOMEM;
		return (NULL);
	}
	room = aligned_alloc(64, (size + 64) & ~(size_t)63);
	return (room);
}

int
dbgshm__open_at(int directory, const char *name)
{
	return (openat(directory, name, OPEN_FLAGS));
}

/*
 * "/proc/PID/root/REST": REST belongs to another mount namespace, where somebody
 * else makes the links.  Returns REST, or NULL when the path is not of that kind.
 */
static const char *
foreign_rest(const char *path)
{
	static const char proc[] = "/proc/", root[] = "/root/";
	const char *p = path;

	if (strncmp(p, proc, sizeof(proc) - 1) != 0)
		return (NULL);
	p += sizeof(proc) - 1;
	if (*p < '0' || *p > '9')
		return (NULL);
	while (*p >= '0' && *p <= '9')
		p++;
	if (strncmp(p, root, sizeof(root) - 1) != 0)
		return (NULL);
	return (p + sizeof(root) - 1);
}

static int
open_foreign(const char *path, const char *rest)
{
	struct open_how how = {
		.flags = OPEN_FLAGS,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS |
		    RESOLVE_NO_MAGICLINKS,
	};
	char root[64];
	int descriptor, directory, error;

	(void)snprintf(root, sizeof(root), "%.*s", (int)(rest - path), path);
	directory = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory == -1)
		return (-1);
	descriptor =
	    (int)syscall(SYS_openat2, directory, rest, &how, sizeof(how));
	error = errno;
	(void)close(directory);
	errno = error;
	return (descriptor);
}

int
dbgshm__open_file(
    int descriptor, bool named, uint64_t *size, struct dbgshm_sink *sink)
{
	struct stat status;

	if (fstat(descriptor, &status) == -1)
		return (errno);
	if (!S_ISREG(status.st_mode)) {
		dbgshm__fault(sink, 0, "not a regular file");
		return (EBADMSG);
	}
	if (status.st_nlink > 1 || (named && status.st_nlink == 0)) {
		dbgshm__fault(sink, 0,
		    "the file has %ju names, a region has one",
		    (uintmax_t)status.st_nlink);
		return (EBADMSG);
	}
	if (status.st_size < DBGSHM_SECTIONS_OFFSET) {
		dbgshm__fault(sink, (uint64_t)status.st_size,
		    status.st_size == 0 ? "the file is empty"
					: "the file ends here, too short");
		return (EBADMSG);
	}
	if ((uint64_t)status.st_size > DBGSHM_SIZE_MAX) {
		dbgshm__fault(sink, 0,
		    "the file has %jd bytes, over the limit of %" PRIu64,
		    (intmax_t)status.st_size, DBGSHM_SIZE_MAX);
		return (EFBIG);
	}
	*size = (uint64_t)status.st_size;
	return (0);
}

int
dbgshm__open_holes(int descriptor, const struct dbgshm_layout *layout,
    struct dbgshm_sink *sink)
{
	struct statfs system;
	struct stat status;
	uint64_t blocks;

	if (fstatfs(descriptor, &system) == -1 ||
	    fstat(descriptor, &status) == -1)
		return (errno);
	/* Elsewhere a copy may be compressed, or its zeros left out. */
	if ((uint32_t)system.f_type != TMPFS_MAGIC)
		return (0);
	blocks = (uint64_t)status.st_blocks * 512;
	if (blocks >= layout->filled)
		return (0);
	dbgshm__fault(sink, 0,
	    "holes: %" PRIu64 " bytes should be filled, %" PRIu64 " are",
	    layout->filled, blocks);
	return (EBADMSG);
}

int
dbgshm_open_path(const char *path, struct dbgshm_fault *fault)
{
	struct dbgshm_sink sink = { 0 };
	const char *rest;
	uint64_t size;
	int descriptor, error;

	if (path == NULL) {
		errno = EINVAL;
		return (-1);
	}
	rest = foreign_rest(path);
	descriptor = rest != NULL ? open_foreign(path, rest)
				  : dbgshm__open_at(AT_FDCWD, path);
	if (descriptor == -1) {
		error = errno;
		if (error == ENXIO || error == ENODEV) {
			/* A socket, or a device without a driver. */
			dbgshm__fault(&sink, 0, "not a regular file");
			error = EBADMSG;
		} else {
			dbgshm__fault(&sink, 0, "%s",
			    error == ELOOP ? "a symbolic link"
					   : "cannot be opened");
		}
	} else {
		error = dbgshm__open_file(descriptor, true, &size, &sink);
		if (error == 0)
			return (descriptor);
		(void)close(descriptor);
	}
	if (fault != NULL)
		*fault = sink.first;
	errno = error;
	return (-1);
}

int
dbgshm__read(int descriptor, void *buffer, size_t size, uint64_t offset)
{
	char *to = buffer;
	ssize_t got;

	while (size > 0) {
		got = pread(descriptor, to, size, (off_t)offset);
		if (got == -1) {
			if (errno == EINTR)
				continue;
			return (errno == EISDIR ? EBADMSG : errno);
		}
		if (got == 0)
			return (EBADMSG);
		to += got;
		offset += (uint64_t)got;
		size -= (size_t)got;
	}
	return (0);
}

/* The clock block of the header, and how long it is. */
#define CLOCK_OFFSET offsetof(struct dbgshm_header, clock_sequence)
#define CLOCK_SIZE (offsetof(struct dbgshm_header, reserved2) - CLOCK_OFFSET)

/*
 * The words of the clock block belong together when the sequence before and
 * after them is the same and even.  A writer that stopped or died between leaves
 * it odd; then words of two neighbouring ticks stand there, which is as good as
 * a clock that is one tick off.
 */
int
dbgshm__read_header(int descriptor, struct dbgshm_header *header)
{
	char *block = (char *)header + CLOCK_OFFSET;
	uint64_t after, before;
	int error, try;

	if ((error = dbgshm__read(descriptor, header, sizeof(*header), 0)) != 0)
		return (error);
	before = header->clock_sequence;
	for (try = 0; try < DBGSHM_TRIES; try++) {
		if ((error = dbgshm__read(
			 descriptor, block, CLOCK_SIZE, CLOCK_OFFSET)) != 0 ||
		    (error = dbgshm__read(
			 descriptor, &after, sizeof(after), CLOCK_OFFSET)) != 0)
			return (error);
		if (before == after && (after & 1) == 0)
			break;
		before = after;
	}
	return (0);
}
