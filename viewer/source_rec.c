/*
 * source_rec.c - frames from a recording.
 *
 * The pieces of a target's regions are put together to images in memory, which
 * are read with all the doubts of any other region.
 */
#include "source_rec.h"
#include "explain.h"
#include "source_private.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where to begin: what lies before the last piece that needs none before it and
 * has more behind it than is kept would be forgotten again. */
static size_t
find_start(const struct rec_targets *targets, size_t index, bool *older)
{
	const struct rec_entry *entries = targets->entries;
	uint64_t end = 0;
	size_t i, regions = 0;

	*older = false;
	for (i = 0; i < targets->entry_count; i++) {
		if (!mirrors_has(targets->mirrors, index, entries[i].region))
			continue;
		end = entries[i].offset;
		regions += entries[i].type == REC_REGION;
	}
	/* Two regions have first pieces at different places. */
	if (regions != 1)
		return (0);
	for (i = targets->entry_count; i-- > 0;)
		if (entries[i].type == REC_PIECE && entries[i].first &&
		    mirrors_has(targets->mirrors, index, entries[i].region) &&
		    end - entries[i].offset > SOURCE_REC_PAST) {
			*older = i > 0;
			return (i);
		}
	return (0);
}

static void
read_pieces(struct rec_targets *targets, size_t index, struct rec_left *left)
{
	const struct rec_entry *entry;
	struct rec_chunk chunk;
	uint64_t bytes = 0;
	char why[256];
	size_t i;

	for (i = find_start(targets, index, &left->older);
	     i < targets->entry_count; i++) {
		entry = &targets->entries[i];
		if (entry->type != REC_PIECE ||
		    !mirrors_has(targets->mirrors, index, entry->region))
			continue;
		if (rec_read(targets->descriptor, entry, targets->in, &chunk,
			why, sizeof(why)) == -1 ||
		    mirrors_put(targets->mirrors, &chunk) == -1)
			left->chunks++;
		else
			bytes += chunk.size;
	}
	left->older = left->older || bytes > SOURCE_REC_PAST;
}

size_t
rec_target_read(struct rec_targets *targets, size_t index, const char *path,
    struct model_source parts[static SOURCE_PARTS], struct rec_left *left,
    struct target_error *error)
{
	struct dbgshm_fault fault = { 0 };
	size_t count, i;

	*left = (struct rec_left){ 0 };
	read_pieces(targets, index, left);
	count = mirrors_readers(targets->mirrors, index, parts);
	for (i = 0; i < count; i++)
		parts[i].user = dbgshm_reader_info(parts[i].reader)->uid;
	if (count > 0)
		return (count);
	snprintf(fault.text, sizeof(fault.text), "%s",
	    left->chunks > 0 ? "all of this target in it is damaged"
			     : "there is no frame of this target in it");
	explain_path(error, path, ENODATA, &fault);
	return (0);
}

/* "recording of 12:00:03 to 13:00:03", and what is missing. */
static void
note(struct source *source, const struct rec_targets *targets,
    const struct mirrors_target *target, const struct rec_left *left)
{
	char from[FMT_SIZE], to[FMT_SIZE];

	snprintf(source->note, sizeof(source->note),
	    "recording from %s to %s%s",
	    fmt_time(from, sizeof(from), target->first_real_ns, 0),
	    fmt_time(to, sizeof(to), target->last_real_ns, 0),
	    left->older ? ", its newest 256 MiB" : "");
	if (left->chunks > 0 || targets->damage.places > 0)
		snprintf(source->shut, sizeof(source->shut),
		    "damaged parts of the recording are left out: %llu, "
		    "%llu bytes",
		    (unsigned long long)(left->chunks + targets->damage.places),
		    (unsigned long long)targets->damage.bytes);
}

static int
open_target(struct source *source, struct rec_targets *targets, size_t index,
    struct target_error *error)
{
	struct mirrors_target target = mirrors_target(targets->mirrors, index);
	struct model_source parts[SOURCE_PARTS];
	const char *path = source->target.path;
	struct dbgshm_reader *reader;
	struct rec_left left;
	size_t i, count;

	count = rec_target_read(targets, index, path, parts, &left, error);
	for (i = 0; i < count; i++)
		if (dbgshm_reader_again(parts[i].reader, &reader) == 0)
			source_fill(source,
			    strcmp(parts[i].name, "own") == 0 ? OWN : WATCH,
			    reader, path, parts[i].name);
	if (source->slots[OWN].reader == NULL &&
	    source->slots[WATCH].reader == NULL) {
		if (count > 0)
			explain_path(
			    error, path, errno, &(struct dbgshm_fault){ 0 });
		return (-1);
	}
	source->recording = true;
	note(source, targets, &target, &left);
	return (0);
}

int
source_rec(struct source *source, struct target_error *error)
{
	struct rec_targets targets;
	char *path, *inside;
	ssize_t index;
	int result = -1;

	/* One that came as a path may still say which. */
	if (source->target.inside == NULL &&
	    rec_path_split(source->target.path, &path, &inside)) {
		free(source->target.path);
		source->target.path = path;
		source->target.inside = inside;
	}
	if (rec_targets_find(source->target.path, &targets, error) == -1)
		return (-1);
	index = rec_targets_pick(
	    &targets, source->target.path, source->target.inside, error);
	if (index != -1)
		result = open_target(source, &targets, (size_t)index, error);
	rec_targets_free(&targets);
	return (result);
}
