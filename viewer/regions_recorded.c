/*
 * regions_recorded.c - what is in a snapshot, as a list that can be shown.
 */
#include "regions.h"
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
fill_damaged(struct regions *regions, struct model_target *target,
    const struct zip_target *found, const struct target_error *error)
{
	*target = (struct model_target){
		.pid = found->pid,
		.name = arena_safe(
		    &regions->arena, found->name, strlen(found->name)),
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

/* FILE.zip, or FILE.zip:FOLDER of several. */
static const char *
path_of(struct regions *regions, const struct zip_targets *found,
    const char *path, const struct zip_target *one)
{
	const char *safe = arena_safe(&regions->arena, path, strlen(path));

	if (found->count == 1)
		return (safe);
	return (arena_print(&regions->arena, "%s:%s", safe,
	    arena_safe(&regions->arena, one->folder, one->folder_length)));
}

static void
fill(struct regions *regions, const struct zip_targets *found, const char *path,
    const struct zip_target *one)
{
	struct model_target *target = &regions->targets[regions->count++];
	struct model_source parts[SOURCE_PARTS];
	struct model *model = model_create(0);
	struct target_error error = { 0 };
	size_t i, count;

	count = zip_target_read(found, one, path, parts, &error);
	for (i = 0; i < count; i++)
		parts[i].path = "";
	if (count > 0 && model_update(model, parts, count) == 0) {
		*target = model->target;
		target->path = path_of(regions, found, path, one);
		keep(&regions->arena, target);
	} else
		fill_damaged(regions, target, one, &error);
	for (i = 0; i < count; i++)
		dbgshm_reader_close(parts[i].reader);
	model_destroy(model);
}

int
regions_recorded(
    struct regions *regions, const char *word, struct target_error *error)
{
	struct zip_targets found;
	size_t i;

	if (zip_targets_find(word, &found, error) == -1)
		return (-1);
	arena_clear(&regions->arena);
	regions->time_real_ns = when_now();
	regions->count = 0;
	regions->targets =
	    arena_take(&regions->arena, found.count, sizeof(*regions->targets));
	for (i = 0; i < found.count; i++)
		fill(regions, &found, word, &found.list[i]);
	zip_targets_free(&found);
	return (0);
}
