/*
 * source_zip_find.c - which targets a snapshot holds, and which one is meant.
 */
#include "explain.h"
#include "inside.h"
#include "open.h"
#include "source_zip.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A member that is a region. */
struct found {
	const char *name;
	size_t folder_length, index;
	bool own;
};

static int
compare_found(const void *left, const void *right)
{
	const struct found *a = left, *b = right;
	size_t least = a->folder_length < b->folder_length ? a->folder_length
							   : b->folder_length;
	int order = memcmp(a->name, b->name, least);

	if (order != 0)
		return (order);
	if (a->folder_length != b->folder_length)
		return (a->folder_length < b->folder_length ? -1 : 1);
	return (a->index < b->index ? -1 : 1);
}

/* Is this the name of a region, and how long is the folder that it is in? */
static bool
is_region(const char *name, struct found *found)
{
	const char *slash = strrchr(name, '/');
	const char *last = slash == NULL ? name : slash + 1;

	found->name = name;
	found->folder_length = slash == NULL ? 0 : (size_t)(slash - name);
	found->own = strcmp(last, "own.dbg") == 0;
	return (found->own || strcmp(last, "watched.dbg") == 0);
}

/* Members of one folder stand together. */
static void
group(const struct found *found, size_t count, struct zip_targets *targets)
{
	struct zip_target *target = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (i == 0 || found[i].folder_length != target->folder_length ||
		    memcmp(found[i].name, target->folder,
			target->folder_length) != 0) {
			if (targets->count == SOURCE_ZIP_MOST)
				return;
			target = &targets->list[targets->count++];
			*target = (struct zip_target){
				.folder = found[i].name,
				.folder_length = found[i].folder_length,
				.own = -1,
				.watched = -1,
			};
		}
		if (found[i].own && target->own == -1)
			target->own = (ssize_t)found[i].index;
		else if (!found[i].own && target->watched == -1)
			target->watched = (ssize_t)found[i].index;
	}
}

/* Whose region it is, by its first page. */
static void
look_into(struct zip_targets *targets, struct zip_target *target)
{
	ssize_t member = target->own != -1 ? target->own : target->watched;
	struct dbgshm_header header;
	char why[256];

	if (zip_in_peek(targets->zip, (size_t)member, &header, sizeof(header),
		why, sizeof(why)) == -1 ||
	    header.magic != DBGSHM_MAGIC)
		return;
	target->pid = (pid_t)header.subject_pid;
	memcpy(target->name, header.name, sizeof(header.name));
}

static int
refuse(const char *path, const char *why, struct target_error *error)
{
	char shown[SAFE_SIZE(256)];

	safe_copy(shown, sizeof(shown), path, strlen(path));
	error->exit_code = EXIT_DAMAGED;
	snprintf(error->what, sizeof(error->what),
	    "%s: not one of our snapshots: %s", shown, why);
	return (-1);
}

static int
find_all(
    const char *path, struct zip_targets *targets, struct target_error *error)
{
	size_t i, count = 0, members = zip_in_count(targets->zip);
	struct found *found = calloc(members + 1, sizeof(*found));

	targets->list =
	    calloc(members < SOURCE_ZIP_MOST ? members + 1 : SOURCE_ZIP_MOST,
		sizeof(*targets->list));
	if (found == NULL || targets->list == NULL)
		err(1, "memory for %zu members", members);
	for (i = 0; i < members; i++) {
		found[count].index = i;
		if (is_region(zip_in_name(targets->zip, i), &found[count]))
			count++;
	}
	qsort(found, count, sizeof(*found), compare_found);
	group(found, count, targets);
	free(found);
	if (targets->count == 0)
		return (refuse(path, "there is no region in it", error));
	/* One needs no name to be meant. */
	for (i = 0; targets->count > 1 && i < targets->count; i++)
		look_into(targets, &targets->list[i]);
	return (0);
}

int
zip_targets_find(
    const char *path, struct zip_targets *targets, struct target_error *error)
{
	struct dbgshm_fault fault = { 0 };
	char why[256];
	int descriptor;

	memset(error, 0, sizeof(*error));
	*targets = (struct zip_targets){ 0 };
	if ((descriptor = open_archive(path)) == -1) {
		explain_path(error, path, errno, &fault);
		return (-1);
	}
	targets->zip = zip_in_open(descriptor, why, sizeof(why));
	if (targets->zip == NULL)
		return (refuse(path, why, error));
	if (find_all(path, targets, error) == 0)
		return (0);
	zip_targets_free(targets);
	return (-1);
}

void
zip_targets_free(struct zip_targets *targets)
{
	zip_in_close(targets->zip);
	free(targets->list);
	*targets = (struct zip_targets){ 0 };
}

/* ---- which one ------------------------------------------------------------- */

static bool
is_meant(const struct zip_target *target, const char *inside)
{
	char pid[16];

	if (inside == NULL)
		return (true);
	snprintf(pid, sizeof(pid), "%d", (int)target->pid);
	return (
	    (strlen(inside) == target->folder_length &&
		memcmp(inside, target->folder, target->folder_length) == 0) ||
	    strcmp(inside, pid) == 0 || strcmp(inside, target->name) == 0);
}

static char *
list_candidates(
    const struct zip_targets *targets, const char *path, const char *inside)
{
	char *text = NULL, shown[SAFE_SIZE(ZIP_NAME_MAX)];
	char name[SAFE_SIZE(64)];
	size_t i, size = 0;
	FILE *stream = open_memstream(&text, &size);
	const struct zip_target *target;

	if (stream == NULL)
		err(1, "memory for candidates");
	for (i = 0; i < targets->count; i++) {
		target = &targets->list[i];
		if (!is_meant(target, inside))
			continue;
		safe_copy(shown, sizeof(shown), target->folder,
		    target->folder_length);
		safe_copy(
		    name, sizeof(name), target->name, strlen(target->name));
		fprintf(stream, "  %s:%s\tpid %d\t%s\n", path, shown,
		    (int)target->pid, name);
	}
	if (fclose(stream) != 0)
		err(1, "memory for candidates");
	return (text);
}

const struct zip_target *
zip_targets_pick(const struct zip_targets *targets, const char *path,
    const char *inside, struct target_error *error)
{
	const struct zip_target *meant = NULL;
	char shown[SAFE_SIZE(200)];
	size_t i, count = 0;

	if (inside == NULL && targets->count == 1)
		return (&targets->list[0]);
	for (i = 0; i < targets->count; i++) {
		if (!is_meant(&targets->list[i], inside))
			continue;
		meant = &targets->list[i];
		count++;
	}
	if (count == 1)
		return (meant);
	safe_copy(shown, sizeof(shown), path, strlen(path));
	inside_undecided(error, path, inside, count,
	    list_candidates(targets, shown, count == 0 ? NULL : inside));
	return (NULL);
}

/* ---- words ------------------------------------------------------------------- */

bool
zip_path_split(const char *word, char **path, char **inside)
{
	return (inside_split(word, ".zip", path, inside));
}
