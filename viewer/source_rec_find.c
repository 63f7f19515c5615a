/*
 * source_rec_find.c - which targets a recording holds, and which one is meant.
 */
#include "explain.h"
#include "inside.h"
#include "open.h"
#include "source_rec.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
refuse(const char *path, const char *why, struct target_error *error)
{
	char shown[SAFE_SIZE(256)];

	safe_copy(shown, sizeof(shown), path, strlen(path));
	error->exit_code = EXIT_DAMAGED;
	snprintf(error->what, sizeof(error->what), "%s: %s", shown, why);
	return (-1);
}

/* The regions are read, of the others it is enough to know when they are. */
static void
note_all(struct rec_targets *targets)
{
	const struct rec_entry *entry;
	struct rec_chunk chunk;
	char why[256];
	size_t i;

	for (i = 0; i < targets->entry_count; i++) {
		entry = &targets->entries[i];
		switch (entry->type) {
		case REC_REGION:
			if (rec_read(targets->descriptor, entry, targets->in,
				&chunk, why, sizeof(why)) == 0)
				(void)mirrors_put(targets->mirrors, &chunk);
			break;
		case REC_OVER:
			chunk = (struct rec_chunk){ .type = REC_OVER,
				.region = entry->region };
			(void)mirrors_put(targets->mirrors, &chunk);
			break;
		default:
			mirrors_note(
			    targets->mirrors, entry->region, entry->real_ns);
			break;
		}
	}
}

int
rec_targets_find(
    const char *path, struct rec_targets *targets, struct target_error *error)
{
	struct dbgshm_fault fault = { 0 };
	char why[256] = "";
	int result = 0;

	memset(error, 0, sizeof(*error));
	*targets = (struct rec_targets){ 0 };
	if ((targets->descriptor = open_archive(path)) == -1) {
		explain_path(error, path, errno, &fault);
		return (-1);
	}
	targets->mirrors = mirrors_create(SOURCE_REC_PAST);
	targets->in = rec_in_create(why, sizeof(why));
	if (targets->in == NULL ||
	    rec_index(targets->descriptor, &targets->entries,
		&targets->entry_count, &targets->damage, why,
		sizeof(why)) == -1)
		result = refuse(path, why, error);
	else {
		note_all(targets);
		if (mirrors_count(targets->mirrors) == 0)
			result = refuse(
			    path, "there is nothing in this recording", error);
	}
	if (result == -1)
		rec_targets_free(targets);
	return (result);
}

void
rec_targets_free(struct rec_targets *targets)
{
	mirrors_free(targets->mirrors);
	rec_in_free(targets->in);
	free(targets->entries);
	if (targets->descriptor != -1)
		close(targets->descriptor);
	*targets = (struct rec_targets){ .descriptor = -1 };
}

/* ---- which one ------------------------------------------------------------- */

static bool
is_meant(const struct mirrors_target *target, const char *inside)
{
	char text[sizeof(((struct rec_region *)0)->name) + 16];

	if (inside == NULL || strcmp(inside, target->name) == 0)
		return (true);
	snprintf(text, sizeof(text), "%d", (int)target->pid);
	if (strcmp(inside, text) == 0)
		return (true);
	snprintf(text, sizeof(text), "%s:%u", target->name, target->generation);
	return (strcmp(inside, text) == 0);
}

/* The same program on the same host, when the one before was over. */
static bool
is_next(const struct mirrors_target *next, const struct mirrors_target *before)
{
	return (strcmp(next->name, before->name) == 0 &&
	    strcmp(next->host, before->host) == 0 &&
	    next->generation > before->generation &&
	    (next->pid == before->pid ||
		next->first_real_ns > before->last_real_ns || before->over));
}

static char *
list_candidates(
    const struct rec_targets *targets, const char *path, const char *inside)
{
	char *text = NULL, from[FMT_SIZE], to[FMT_SIZE];
	char name[SAFE_SIZE(65)], shown[SAFE_SIZE(200)];
	struct mirrors_target target;
	size_t i, size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL)
		err(1, "memory for candidates");
	safe_copy(shown, sizeof(shown), path, strlen(path));
	for (i = 0; i < mirrors_count(targets->mirrors); i++) {
		target = mirrors_target(targets->mirrors, i);
		if (!is_meant(&target, inside))
			continue;
		safe_copy(name, sizeof(name), target.name, strlen(target.name));
		fprintf(stream, "  %s:%s:%u\tpid %d\t%s to %s\n", shown, name,
		    target.generation, (int)target.pid,
		    fmt_time(from, sizeof(from), target.first_real_ns, 0),
		    fmt_time(to, sizeof(to), target.last_real_ns, 0));
	}
	if (fclose(stream) != 0)
		err(1, "memory for candidates");
	return (text);
}

ssize_t
rec_targets_pick(const struct rec_targets *targets, const char *path,
    const char *inside, struct target_error *error)
{
	struct mirrors_target meant = { 0 }, target;
	size_t i, count = 0;
	ssize_t found = -1;

	for (i = 0; i < mirrors_count(targets->mirrors); i++) {
		target = mirrors_target(targets->mirrors, i);
		if (!is_meant(&target, inside))
			continue;
		if (found == -1 || !is_next(&target, &meant))
			count++;
		found = (ssize_t)i;
		meant = target;
	}
	if (count == 1)
		return (found);
	inside_undecided(error, path, inside, count,
	    list_candidates(targets, path, count == 0 ? NULL : inside));
	return (-1);
}

/* ---- words ------------------------------------------------------------------- */

bool
rec_path_split(const char *word, char **path, char **inside)
{
	return (inside_split(word, ".rec", path, inside));
}

static bool
begins(const char *path)
{
	char bytes[16];
	int descriptor = open_archive(path);
	ssize_t got;

	if (descriptor == -1)
		return (false);
	got = pread(descriptor, bytes, sizeof(bytes), 0);
	close(descriptor);
	return (got > 0 && rec_begins(bytes, (size_t)got));
}

bool
source_is_rec(const char *path)
{
	char *file, *inside;
	bool named = rec_path_split(path, &file, &inside);

	if (named) {
		free(file);
		free(inside);
	}
	return (named || begins(path));
}
