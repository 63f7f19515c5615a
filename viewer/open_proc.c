/*
 * open_proc.c - whole files of /proc, for a snapshot.
 */
#include "open.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SIZE_MOST (4u << 20)
#define THREADS_MOST 4096

/* What comes until the end, or until there is an error or enough of it. */
static char *
read_whole(int descriptor, size_t *size)
{
	size_t room = 0, used = 0;
	char *text = NULL, *more;
	ssize_t got = 1;

	while (got != 0 && used < SIZE_MOST) {
		if (used == room) {
			room = room == 0 ? 4096 : 2 * room;
			if ((more = realloc(text, room)) == NULL)
				break;
			text = more;
		}
		got = read(descriptor, text + used, room - used);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			break;
		used += (size_t)got;
	}
	if (got == -1 && used == 0) {
		free(text);
		return (NULL);
	}
	*size = used;
	return (text);
}

char *
open_proc(pid_t pid, pid_t tid, const char *file, size_t *size)
{
	char path[96], *text;
	int descriptor, error;

	if (tid == 0)
		snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	else
		snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)pid,
		    (int)tid, file);
	if ((descriptor = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return (NULL);
	text = read_whole(descriptor, size);
	error = errno;
	close(descriptor);
	errno = error;
	return (text);
}

int
open_threads(pid_t pid, pid_t **threads, size_t *count)
{
	pid_t *list = calloc(THREADS_MOST, sizeof(*list));
	struct dirent *entry;
	char path[32];
	DIR *stream;
	size_t found = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	if (list == NULL || (stream = opendir(path)) == NULL) {
		free(list);
		return (-1);
	}
	while (found < THREADS_MOST && (entry = readdir(stream)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			list[found++] = (pid_t)strtol(entry->d_name, NULL, 10);
	closedir(stream);
	*threads = list;
	*count = found;
	return (0);
}
