/*
 * child.h - test cases that need a process of their own.
 *
 * A program has one region, so each case that makes one runs in a forked child;
 * a failed CHECK there prints where and fails the case.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/stat.h>
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

/* The file of a process's region; false when there is none.  Dead ones of an
 * older process with that number may be there, too. */
static inline bool
region_file(pid_t pid, bool dark, char *path, size_t size)
{
	char pattern[128];
	struct timespec newest = { 0, 0 };
	struct stat st;
	glob_t found;
	bool result = false;
	size_t i;

	(void)snprintf(pattern, sizeof(pattern), "/dev/shm/dbgtop-*/%s%d-*.dbg",
	    dark ? "dark/" : "", (int)pid);
	if (glob(pattern, 0, NULL, &found) != 0)
		return (false);
	for (i = 0; i < found.gl_pathc; i++) {
		if (stat(found.gl_pathv[i], &st) == -1 ||
		    st.st_ctim.tv_sec < newest.tv_sec ||
		    (st.st_ctim.tv_sec == newest.tv_sec &&
			st.st_ctim.tv_nsec < newest.tv_nsec))
			continue;
		newest = st.st_ctim;
		(void)snprintf(path, size, "%s", found.gl_pathv[i]);
		result = true;
	}
	globfree(&found);
	return (result);
}

#endif
