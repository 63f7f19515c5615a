/*
 * model_region.c - the regions behind a model: files, formats, what they cost.
 */
#include "model_private.h"

#include <string.h>

static struct model_region
make_region(struct arena *arena, const struct model_source *source)
{
	const struct dbgshm_info *info = dbgshm_reader_info(source->reader);

	return ((struct model_region){
	    .source = source->name,
	    .path = arena_safe(arena, source->path, strlen(source->path)),
	    .exe = arena_safe(arena, info->exe.bytes, info->exe.length),
	    .watched = info->kind == DBGSHM_KIND_WATCHED,
	    .major = info->major,
	    .minor = info->minor,
	    .writer_pid = info->writer_pid,
	    .created_real_ns = info->created_real_ns,
	    .bytes_used = info->bytes_used,
	    .file_size = info->file_size,
	    .tick_period_ns = info->tick_period_ns,
	    .tick_count = info->tick_count,
	    .tick_late = info->tick_late,
	    .tick_cost_ns = info->tick_cost_ns,
	    .drop_registrations = info->drop_registrations,
	    .drop_rows = info->drop_rows,
	    .drop_busy = info->drop_busy,
	    .limit = info->reason == DBGSHM_REASON_NONE ||
		    info->reason >= DBGSHM_REASON_COUNT
		? NULL
		: dbgshm_reason_text((enum dbgshm_reason)info->reason),
	    .faults = info->faults,
	    .read_ns = info->frame_end_mono_ns > info->frame_start_mono_ns
		? info->frame_end_mono_ns - info->frame_start_mono_ns
		: 0,
	});
}

void
model_update_regions(
    struct model *model, const struct model_source sources[], size_t count)
{
	struct arena *arena = &model->private->frames[model->private->turn];
	struct model_region *regions =
	    arena_take(arena, count, sizeof(*regions));
	size_t i, there = 0;

	for (i = 0; i < count; i++)
		if (!sources[i].absent)
			regions[there++] = make_region(arena, &sources[i]);
	model->regions = regions;
	model->region_count = there;
}
