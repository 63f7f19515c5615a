/*
 * remote.h - a target of another host: the words that lead there.
 *
 * ssh://[user@]host[:port]/TARGET is run by ssh or what DBGTOP_RSH says; any
 * other TARGET with --via CMD (or DBGTOP_VIA) by CMD.  Nothing here starts
 * anything: see open_remote(), and line.h for what comes back.
 */
#ifndef VIEWER_REMOTE_H
#define VIEWER_REMOTE_H

#include <stdbool.h>
#include <stddef.h>

#define REMOTE_WORDS 256 /* of one command line */

struct remote {
	char **carrier;	 /* the words before ours; ends with NULL */
	bool joins;	 /* ours are one text for a shell there, else words */
	char *name;	 /* of the other end, safe to print */
	char *word;	 /* TARGET there; NULL: none was named */
};

bool remote_is(const char *word); /* ssh://... */

const char *remote_via(void); /* what --via or DBGTOP_VIA says; NULL nothing */

int remote_parse(const char *word, const char *via, struct remote *remote,
    char *why, size_t why_size);
	/* word: NULL with via, none.  0, or -1 with one clause that is safe to
	 * print. */
void remote_free(struct remote *); /* all-zero is fine */

char **remote_command(
    const struct remote *remote, const char *const words[], char *why,
    size_t why_size);
	/* What to execute so that dbgtop runs there with these words (up to
	 * NULL).  remote_words_free() it.  NULL: why. */

char **remote_split(const char *text, char *why, size_t why_size);
	/* A command line as words: blanks part them, '...', "..." and \ quote as
	 * in a shell, nothing is expanded.  NULL: why. */
void remote_words_free(char **words); /* NULL is fine */

char *remote_quote(const char *word);
	/* For a POSIX shell, as it is where that means the same.  free() it. */

#endif
