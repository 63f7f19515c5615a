/*
 * regions_recorded.c - what is in a snapshot or a recording, as a list that can
 * be shown.
 */
#include "regions.h"
#include "source_rec.h"
#include "source_zip.h"
#include "when.h"

#include <libshm/kit/safe.h>

#include <stdio.h>
#include <string.h>

/* Texts of the model end with it. */
static void
keep(struct arena *arena, struct model_target *target)
{
	const char **texts[] = { &target->name, &target->user, &target->version,
		&target->path, &target->reason };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (*texts[i] != NULL)
			*texts[i] = arena_print(arena, "%s", *texts[i]);
}

static void
fill_damaged(struct regions *regions, struct model_target *target, pid_t pid,
    const char *name, const struct target_error *error)
{
	*target = (struct model_target){
		.pid = pid,
		.name = arena_safe(&regions->arena, name, strlen(name)),
		.user = "",
		.version = "",
		.path = "",
		.state = DBGSHM_LIFE_DAMAGED,
		.source = "recorded",
		.reason = arena_print(&regions->arena, "%s", error->what),
		.uptime_ns = UINT64_MAX,
		.age_ns = UINT64_MAX,
		.size_bytes = UINT64_MAX,
		.profiles = UINT64_MAX,
		.metrics = UINT64_MAX,
		.rows = UINT64_MAX,
		.time_real_ns = regions->time_real_ns,
		.recorded = true,
	};
}

/* One target by its readers; false: they show nothing. */
static bool
fill(struct regions *regions, struct model_source parts[], size_t count,
    const char *path)
{
	struct model_target *target = &regions->targets[regions->count];
	struct model *model = model_create(0);
	bool filled = count > 0 && model_update(model, parts, count) == 0;

	if (filled) {
		*target = model->target;
		target->path = path;
		keep(&regions->arena, target);
		regions->count++;
	}
	model_destroy(model);
	return (filled);
}

/* ---- snapshots ------------------------------------------------------------- */

/* FILE.zip, or FILE.zip:FOLDER of several. */
static const char *
zip_path_of(struct regions *regions, const struct zip_targets *found,
    const char *path, const struct zip_target *one)
{
	const char *safe = arena_safe(&regions->arena, path, strlen(path));

	if (found->count == 1)
		return (safe);
	return (arena_print(&regions->arena, "%s:%s", safe,
	    arena_safe(&regions->arena, one->folder, one->folder_length)));
}

static void
fill_zip(struct regions *regions, const struct zip_targets *found,
    const char *path, const struct zip_target *one)
{
	struct model_source parts[SOURCE_PARTS];
	struct target_error error = { 0 };
	size_t i, count;

	count = zip_target_read(found, one, path, parts, &error);
	for (i = 0; i < count; i++)
		parts[i].path = "";
	if (!fill(
		regions, parts, count, zip_path_of(regions, found, path, one)))
		fill_damaged(regions, &regions->targets[regions->count++],
		    one->pid, one->name, &error);
	for (i = 0; i < count; i++)
		dbgshm_reader_close(parts[i].reader);
}

static int
take_zip(struct regions *regions, const char *word, struct target_error *error)
{
	struct zip_targets found;
	size_t i;

	if (zip_targets_find(word, &found, error) == -1)
		return (-1);
	regions->targets =
	    arena_take(&regions->arena, found.count, sizeof(*regions->targets));
	for (i = 0; i < found.count; i++)
		fill_zip(regions, &found, word, &found.list[i]);
	zip_targets_free(&found);
	return (0);
}

/* ---- recordings -------------------------------------------------------------- */

/* FILE.rec, or FILE.rec:NAME:2 of several. */
static const char *
rec_path_of(struct regions *regions, const struct rec_targets *found,
    const char *path, const struct mirrors_target *one)
{
	const char *safe = arena_safe(&regions->arena, path, strlen(path));

	if (mirrors_count(found->mirrors) == 1)
		return (safe);
	return (arena_print(&regions->arena, "%s:%s:%u", safe,
	    arena_safe(&regions->arena, one->name, strlen(one->name)),
	    one->generation));
}

static int
take_rec(struct regions *regions, const char *word, struct target_error *error)
{
	struct model_source parts[SOURCE_PARTS];
	struct target_error damaged = { 0 };
	struct mirrors_target one;
	struct rec_targets found;
	struct rec_left left;
	size_t i, j, count;

	if (rec_targets_find(word, &found, error) == -1)
		return (-1);
	regions->targets = arena_take(&regions->arena,
	    mirrors_count(found.mirrors), sizeof(*regions->targets));
	for (i = 0; i < mirrors_count(found.mirrors); i++) {
		one = mirrors_target(found.mirrors, i);
		count =
		    rec_target_read(&found, i, word, parts, &left, &damaged);
		for (j = 0; j < count; j++)
			parts[j].recording = true;
		if (!fill(regions, parts, count,
			rec_path_of(regions, &found, word, &one)))
			fill_damaged(regions,
			    &regions->targets[regions->count++], one.pid,
			    one.name, &damaged);
		mirrors_drop(found.mirrors, i);
	}
	rec_targets_free(&found);
	return (0);
}

int
regions_recorded(
    struct regions *regions, const char *word, struct target_error *error)
{
	arena_clear(&regions->arena);
	regions->time_real_ns = when_now();
	regions->count = 0;
	return (source_is_rec(word) ? take_rec(regions, word, error)
				    : take_zip(regions, word, error));
}
