/*
 * child.h - test cases that need a process of their own.
 *
 * A program has one region, so each case that makes one runs in a forked child;
 * a failed CHECK there prints where and fails the case.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/wait.h>

#include <glob.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHECK(e)                                                           \
	do {                                                               \
		if (!(e)) {                                                \
			(void)fprintf(stderr, "%s:%d: not true: %s\n",     \
			    __FILE__, __LINE__, #e);                       \
			_exit(1);                                          \
		}                                                          \
	} while (0)

/* Runs the case; its exit status, or 128 + the signal that killed it. */
static inline int
in_child(void (*body)(void))
{
	int status = 0;
	pid_t child;

	(void)fflush(NULL);
	if ((child = fork()) == 0) {
		(void)alarm(240);
		body();
		exit(0); /* atexit: a clean exit of the library too */
	}
	if (child == -1 || waitpid(child, &status, 0) == -1)
		return (-1);
	return (WIFEXITED(status) ? WEXITSTATUS(status)
				  : 128 + WTERMSIG(status));
}

/* The file of a process's region; false when there is none. */
static inline bool
region_file(pid_t pid, bool dark, char *path, size_t size)
{
	char pattern[128];
	glob_t found;
	bool result;

	(void)snprintf(pattern, sizeof(pattern), "/dev/shm/dbgtop-*/%s%d-*.dbg",
	    dark ? "dark/" : "", (int)pid);
	result = glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc == 1;
	if (result)
		(void)snprintf(path, size, "%s", found.gl_pathv[0]);
	globfree(&found);
	return (result);
}

#endif
