/*
 * open_process.c - what /proc says about processes.
 */
#include "open.h"

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_LIMIT 15 /* bytes that the kernel keeps of a name */

/* Reads a small file of /proc/PID whole; -1 when it is not there. */
static ssize_t
read_proc(pid_t pid, const char *file, char *out, size_t size)
{
	char path[64];
	ssize_t got;
	int descriptor;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor == -1)
		return (-1);
	got = read(descriptor, out, size - 1);
	close(descriptor);
	if (got >= 0)
		out[got] = '\0';
	return (got);
}

/* "PID (NAME) STATE PPID ..."; the name may hold anything, so it ends at the
 * last parenthesis. */
static int
parse_stat(char *text, struct open_process *process)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')'), *field;
	size_t length;
	int i;

	if (open == NULL || close == NULL || close < open || close[1] != ' ' ||
	    close[2] == '\0')
		return (-1);
	length = (size_t)(close - open) - 1;
	if (length >= sizeof(process->name))
		length = sizeof(process->name) - 1;
	memcpy(process->name, open + 1, length);
	process->name[length] = '\0';
	process->state = close[2];
	field = close + 2;
	for (i = 3; i < 22 && field != NULL; i++) {
		field = strchr(field, ' ');
		if (field != NULL)
			field++;
	}
	if (field == NULL || !isdigit((unsigned char)*field))
		return (-1);
	process->start_ticks = strtoull(field, NULL, 10);
	return (0);
}

int
open_process(pid_t pid, struct open_process *process)
{
	char text[1024], path[32];
	struct stat status;

	memset(process, 0, sizeof(*process));
	process->pid = pid;
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	if (pid <= 0 || stat(path, &status) == -1 ||
	    read_proc(pid, "stat", text, sizeof(text)) <= 0 ||
	    parse_stat(text, process) == -1) {
		errno = ENOENT;
		return (-1);
	}
	process->uid = status.st_uid;
	return (0);
}

/* /proc answers for threads as well, it only does not list them. */
pid_t
open_leader(pid_t pid)
{
	char text[4096], *group;

	if (read_proc(pid, "status", text, sizeof(text)) <= 0 ||
	    (group = strstr(text, "\nTgid:")) == NULL)
		return (pid);
	return ((pid_t)strtol(group + strlen("\nTgid:"), NULL, 10));
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return (slash == NULL ? path : slash + 1);
}

/* The executable was replaced on disk since it was started. */
static void
strip_deleted(char *path)
{
	static const char mark[] = " (deleted)";
	size_t length = strlen(path);

	if (length > sizeof(mark) - 1 &&
	    strcmp(path + length - (sizeof(mark) - 1), mark) == 0)
		path[length - (sizeof(mark) - 1)] = '\0';
}

static bool
has_name(const struct open_process *process, const char *name)
{
	char link[32], text[PATH_MAX];
	ssize_t length;

	if (strcmp(process->name, name) == 0)
		return (true);
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)process->pid);
	length = readlink(link, text, sizeof(text) - 1);
	if (length > 0) {
		text[length] = '\0';
		strip_deleted(text);
		return (strcmp(base_name(text), name) == 0);
	}
	/* Somebody else's: the kernel shows its cut name and its arguments. */
	return (strlen(name) > NAME_LIMIT &&
	    strncmp(process->name, name, NAME_LIMIT) == 0 &&
	    read_proc(process->pid, "cmdline", text, sizeof(text)) > 0 &&
	    strcmp(base_name(text), name) == 0);
}

static int
compare_start(const void *left, const void *right)
{
	const struct open_process *a = left, *b = right;

	if (a->start_ticks != b->start_ticks)
		return (a->start_ticks < b->start_ticks ? -1 : 1);
	return (a->pid < b->pid ? -1 : a->pid > b->pid);
}

int
open_processes(const char *name, struct open_process **processes, size_t *count)
{
	struct open_process *list = NULL, *grown;
	size_t used = 0, room = 0;
	struct dirent *entry;
	DIR *stream = opendir("/proc");

	if (stream == NULL)
		return (-1);
	while ((entry = readdir(stream)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		if (used == room) {
			room = room == 0 ? 16 : 2 * room;
			grown = reallocarray(list, room, sizeof(*list));
			if (grown == NULL)
				err(1, "memory for %zu processes", room);
			list = grown;
		}
		if (open_process((pid_t)strtol(entry->d_name, NULL, 10),
			&list[used]) == 0 &&
		    list[used].state != 'Z' && has_name(&list[used], name))
			used++;
	}
	closedir(stream);
	if (used > 0)
		qsort(list, used, sizeof(*list), compare_start);
	*processes = list;
	*count = used;
	return (0);
}
