/*
 * open_record.c - files of people: recordings, which grow and are put aside.
 */
#include "open.h"

#include <libshm/kit/rec.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SUFFIX ".rec"

int
open_recording(const char *path, bool *made)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	struct stat status;
	int descriptor;

	*made = false;
	/* Devices do things when they are opened. */
	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
		return (-1);
	}
	descriptor = open(path, flags);
	if (descriptor == -1 && errno == ENOENT) {
		descriptor = open(path, flags | O_CREAT | O_EXCL, 0600);
		*made = descriptor != -1;
	}
	if (descriptor == -1)
		return (-1);
	if (fstat(descriptor, &status) == -1 || !S_ISREG(status.st_mode)) {
		close(descriptor);
		errno = EINVAL;
		return (-1);
	}
	/* Whoever put it there would read what is written. */
	if (status.st_uid != geteuid()) {
		close(descriptor);
		errno = EPERM;
		return (-1);
	}
	return (descriptor);
}

/* ---- older ones ------------------------------------------------------------ */

/* How much of a path stays in front of the time of an older one. */
static size_t
stem_length(const char *path)
{
	size_t length = strlen(path), suffix = strlen(SUFFIX);

	if (length > suffix && strcmp(path + length - suffix, SUFFIX) == 0)
		length -= suffix;
	return (length);
}

int
open_put_aside(const char *path, uint64_t real_ns, char *aside, size_t size)
{
	time_t seconds = (time_t)(real_ns / UINT64_C(1000000000));
	struct tm when;
	char text[32], more[16] = "";
	unsigned number;

	gmtime_r(&seconds, &when);
	strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &when);
	for (number = 2; number < 10000; number++) {
		if (snprintf(aside, size, "%.*s-%s%s" SUFFIX,
			(int)stem_length(path), path, text,
			more) >= (int)size) {
			errno = ENAMETOOLONG;
			return (-1);
		}
		if (renameat2(
			AT_FDCWD, path, AT_FDCWD, aside, RENAME_NOREPLACE) == 0)
			return (0);
		if (errno != EEXIST)
			return (-1);
		snprintf(more, sizeof(more), ".%04u", number);
	}
	return (-1);
}

int
open_put_back(const char *path, const char *aside)
{
	return (renameat2(AT_FDCWD, aside, AT_FDCWD, path, RENAME_NOREPLACE));
}

/* 20260131T120311Z, and what else open_put_aside() puts there. */
static bool
is_time(const char *text)
{
	static const char form[] = "ddddddddTddddddZ";
	size_t i;

	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9'
				   : text[i] != form[i])
			return (false);
	text += i;
	if (*text == '.' && strspn(text + 1, "0123456789") == 4)
		text += 5;
	return (strcmp(text, SUFFIX) == 0);
}

/* How much of a name stands before the number, if there is one, and that. */
static size_t
split(const char *name, unsigned long *number)
{
	size_t length = strlen(name) - strlen(SUFFIX);

	*number = 1;
	if (length > 5 && name[length - 5] == '.') {
		length -= 5;
		*number = strtoul(name + length + 1, NULL, 10);
	}
	return (length);
}

/* By time, then by number. */
static int
compare_names(const void *left, const void *right)
{
	const char *a = *(char *const *)left, *b = *(char *const *)right;
	unsigned long number_a, number_b;
	size_t length = split(a, &number_a);
	int order =
	    split(b, &number_b) == length ? memcmp(a, b, length) : strcmp(a, b);

	if (order != 0)
		return (order);
	return (number_a < number_b ? -1 : number_a > number_b);
}

/* Names in a directory that are older ones of that name; sorted. */
static size_t
list_older(DIR *directory, const char *stem, size_t length, char ***list)
{
	char **names = NULL, **grown, *name;
	struct dirent *entry;
	size_t count = 0;

	while ((entry = readdir(directory)) != NULL) {
		if (strncmp(entry->d_name, stem, length) != 0 ||
		    entry->d_name[length] != '-' ||
		    !is_time(entry->d_name + length + 1))
			continue;
		grown = reallocarray(names, count + 1, sizeof(*names));
		name = strdup(entry->d_name);
		if (grown != NULL)
			names = grown;
		if (grown == NULL || name == NULL) {
			free(name);
			break;
		}
		names[count++] = name;
	}
	if (count > 0)
		qsort(names, count, sizeof(*names), compare_names);
	*list = names;
	return (count);
}

/* A recording of ours that nobody is writing? */
static bool
is_spare(int directory, const char *name)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	int descriptor = openat(directory, name, flags);
	struct stat status;
	char begin[16];
	bool spare;

	if (descriptor == -1)
		return (false);
	spare = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_uid == geteuid() &&
	    read(descriptor, begin, sizeof(begin)) == sizeof(begin) &&
	    rec_begins(begin, sizeof(begin)) &&
	    flock(descriptor, LOCK_EX | LOCK_NB) == 0;
	close(descriptor);
	return (spare);
}

void
open_keep_newest(const char *path, size_t keep)
{
	const char *slash = strrchr(path, '/');
	const char *stem = slash == NULL ? path : slash + 1;
	char directory[PATH_MAX], **names;
	size_t i, count;
	DIR *stream;

	if (snprintf(directory, sizeof(directory), "%.*s",
		slash == NULL ? 1 : (int)(stem - path),
		slash == NULL ? "." : path) >= (int)sizeof(directory) ||
	    (stream = opendir(directory)) == NULL)
		return;
	count = list_older(stream, stem, stem_length(stem), &names);
	for (i = 0; i < count; i++) {
		if (i + keep < count && is_spare(dirfd(stream), names[i]))
			(void)unlinkat(dirfd(stream), names[i], 0);
		free(names[i]);
	}
	free(names);
	closedir(stream);
}
