/*
 * target.h - what the person means by the word they typed.
 *
 * PID, NAME, NAME:2, NAME:*, PATH or :all become a list of things to look at,
 * or one clear error with its exit code.
 */
#ifndef VIEWER_TARGET_H
#define VIEWER_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Exit codes of every command (dbgtop(1), EXIT STATUS). */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_NO = 1,
	EXIT_USAGE = 2,
	EXIT_NO_TARGET = 3,
	EXIT_PERMISSION = 4,
	EXIT_DAMAGED = 5,
	EXIT_GONE = 6,
	EXIT_OUTPUT = 7,
};

struct target {
	pid_t pid;	      /* 0: only a path */
	uint64_t start_ticks; /* of that process, 0: dead or unknown */
	char *path;	      /* NULL: found from the pid */
	char *inside;	      /* which of a snapshot's folders; NULL: no matter */
	char *remote;	      /* what names it at another end; NULL: it is here */
	char *via;	      /* and what carries there; NULL: ssh */
	char *name;	      /* safe text, for messages */
};

struct targets {
	struct target *list;
	size_t count;
};

/* Why there is nothing to look at, as two lines for standard error. */
struct target_error {
	int exit_code;
	char what[1400];  /* "WHAT: WHY" */
	char advice[200]; /* what to do, or "" */
	char *candidates; /* when several match: a line for each; or NULL */
};

int target_find(
    const char *word, struct targets *targets, struct target_error *error);
	/* 0, or -1 with the error filled. */

void target_free(struct targets *targets);
void target_error_free(struct target_error *error);

int target_complain(const struct target_error *error);
	/* Prints it, candidates included, to standard error; returns the exit
	 * code. */

#endif
