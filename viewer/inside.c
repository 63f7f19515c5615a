/*
 * inside.c - one of several targets in a file: FILE.zip:WHICH, FILE.rec:WHICH.
 */
#include "inside.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
ends_with(const char *word, size_t length, const char *suffix)
{
	size_t size = strlen(suffix);

	return (
	    length > size && memcmp(word + length - size, suffix, size) == 0);
}

/* The colon behind a name that ends so; what follows may have others. */
static const char *
find_colon(const char *word, const char *suffix)
{
	const char *colon = strchr(word, ':');

	while (
	    colon != NULL && !ends_with(word, (size_t)(colon - word), suffix))
		colon = strchr(colon + 1, ':');
	return (colon);
}

bool
inside_split(const char *word, const char *suffix, char **path, char **inside)
{
	const char *colon = find_colon(word, suffix);

	*inside = NULL;
	if (colon != NULL && colon[1] != '\0' && access(word, F_OK) == -1) {
		*path = strndup(word, (size_t)(colon - word));
		*inside = strdup(colon + 1);
		if (*path == NULL || *inside == NULL)
			err(1, "memory for a path");
		return (true);
	}
	if (!ends_with(word, strlen(word), suffix))
		return (false);
	if ((*path = strdup(word)) == NULL)
		err(1, "memory for a path");
	return (true);
}

void
inside_undecided(struct target_error *error, const char *path,
    const char *inside, size_t count, char *candidates)
{
	char shown[SAFE_SIZE(200)], wanted[SAFE_SIZE(100)];

	safe_copy(shown, sizeof(shown), path, strlen(path));
	safe_copy(wanted, sizeof(wanted), inside != NULL ? inside : "",
	    inside != NULL ? strnlen(inside, 100) : 0);
	error->exit_code = EXIT_NO_TARGET;
	snprintf(error->what, sizeof(error->what), "%s%s%s: %s", shown,
	    inside != NULL ? ":" : "", wanted,
	    count == 0 ? "there is no such target in it"
		       : "several targets are in it");
	snprintf(error->advice, sizeof(error->advice),
	    count == 0 ? "these are:" : "name one of them:");
	error->candidates = candidates;
}
