/*
 * source_zip.c - frames from a snapshot.
 *
 * A member that is a region is read into memory and taken for a file, with all
 * the doubts of any other one.
 */
#include "source_zip.h"
#include "explain.h"
#include "source_private.h"

#include <libshm/kit/safe.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
source_is_zip(const char *path)
{
	char *file, *inside;
	bool named = zip_path_split(path, &file, &inside);

	if (named) {
		free(file);
		free(inside);
	}
	return (named || open_begins(path, "PK\003\004", 4) ||
	    open_begins(path, "PK\005\006", 4));
}

/* The region of one member, or the error filled. */
static struct dbgshm_reader *
read_member(struct zip_in *zip, size_t member, const char *path,
    const char *last, struct target_error *error)
{
	struct dbgshm_reader *reader = NULL;
	struct dbgshm_fault fault = { 0 };
	char *name, why[256] = "";
	void *bytes = NULL;
	size_t size;
	int descriptor, number = EBADMSG;

	if (asprintf(&name, "%s:%s", path, last) == -1)
		return (NULL);
	if (zip_in_read(zip, member, &bytes, &size, why, sizeof(why)) == -1)
		snprintf(fault.text, sizeof(fault.text), "%.150s", why);
	else if ((descriptor = open_bytes(bytes, size)) == -1 ||
	    dbgshm_reader_attach(descriptor, &reader, &fault) == -1)
		number = errno;
	if (reader == NULL)
		explain_path(error, name, number, &fault);
	free(bytes);
	free(name);
	return (reader);
}

size_t
zip_target_read(const struct zip_targets *targets,
    const struct zip_target *target, const char *path,
    struct model_source parts[static SOURCE_PARTS], struct target_error *error)
{
	static const char *const members[] = { "own.dbg", "watched.dbg" };
	static const char *const names[] = { "own", "watched" };
	const ssize_t indexes[] = { target->own, target->watched };
	struct dbgshm_reader *reader;
	size_t count = 0;
	unsigned i;

	for (i = 0; i < SLOTS; i++) {
		if (indexes[i] == -1)
			continue;
		reader = read_member(
		    targets->zip, (size_t)indexes[i], path, members[i], error);
		if (reader != NULL)
			parts[count++] = (struct model_source){
				.reader = reader,
				.name = names[i],
				.user = dbgshm_reader_info(reader)->uid,
			};
	}
	return (count);
}

int
source_zip(struct source *source, struct target_error *error)
{
	struct model_source parts[SOURCE_PARTS];
	const struct zip_target *target;
	struct zip_targets targets;
	char *path, *inside;
	size_t i, count = 0;

	/* One that came as a path may still say which. */
	if (source->target.inside == NULL &&
	    zip_path_split(source->target.path, &path, &inside)) {
		free(source->target.path);
		source->target.path = path;
		source->target.inside = inside;
	}
	if (zip_targets_find(source->target.path, &targets, error) == -1)
		return (-1);
	target = zip_targets_pick(
	    &targets, source->target.path, source->target.inside, error);
	if (target != NULL)
		count = zip_target_read(
		    &targets, target, source->target.path, parts, error);
	for (i = 0; i < count; i++)
		source_fill(source,
		    strcmp(parts[i].name, "own") == 0 ? OWN : WATCH,
		    parts[i].reader, source->target.path, parts[i].name);
	/* One that is damaged leaves the other. */
	if (count > 0)
		snprintf(source->shut, sizeof(source->shut), "%s", error->what);
	zip_targets_free(&targets);
	return (count > 0 ? 0 : -1);
}
