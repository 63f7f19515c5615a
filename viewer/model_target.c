/*
 * model_target.c - which process it is, how it is, since when.
 */
#include "model_private.h"

#include <libshm/kit/fmt.h>

#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)

static uint64_t
count_rows(const struct model *model)
{
	uint64_t rows = 0;
	size_t i;

	for (i = 0; i < model->profile_count; i++)
		if (model->profiles[i].table != NULL)
			rows += model->profiles[i].table->row_count;
	return (rows);
}

/* When the state began, as far as the region knows; 0 for what goes on. */
static uint64_t
since_of(const struct dbgshm_info *info, enum dbgshm_life life)
{
	switch (life) {
	case DBGSHM_LIFE_LIVE:
		return (0);
	case DBGSHM_LIFE_EXITED:
	case DBGSHM_LIFE_REPLACED:
		if (info->subject_exit_real_ns != 0)
			return (info->subject_exit_real_ns);
		return (info->last_real_ns);
	default:
		if (info->exit_real_ns != 0)
			return (info->exit_real_ns);
		return (info->last_real_ns);
	}
}

/* When the process was started, on the clock since boot; 0 unknown. */
static uint64_t
start_of(const struct dbgshm_info *info)
{
	uint64_t hertz = (uint64_t)sysconf(_SC_CLK_TCK);

	return (info->subject_start / hertz * NS +
	    info->subject_start % hertz * (NS / hertz));
}

/* The same on the wall clock, as it was when the region was made. */
static uint64_t
start_real_of(const struct dbgshm_info *info)
{
	uint64_t start_ns = start_of(info);

	if (start_ns == 0 || start_ns > info->created_boot_ns ||
	    info->created_boot_ns - start_ns > info->created_real_ns)
		return (0);
	return (info->created_real_ns - (info->created_boot_ns - start_ns));
}

static uint64_t
uptime_of(const struct dbgshm_info *info, enum dbgshm_life life, bool past)
{
	uint64_t start_ns = start_of(info), began_ns = info->created_real_ns;
	struct timespec now;
	uint64_t end_ns;

	if (!past && info->taken_real_ns == 0 &&
	    (life == DBGSHM_LIFE_LIVE || life == DBGSHM_LIFE_STOPPED)) {
		clock_gettime(CLOCK_BOOTTIME, &now);
		end_ns = (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
		if (end_ns >= start_ns && start_ns != 0)
			return (end_ns - start_ns);
	}
	/* It had run for a while when the region was made. */
	if (start_ns != 0 && info->created_boot_ns > start_ns &&
	    began_ns > info->created_boot_ns - start_ns)
		began_ns -= info->created_boot_ns - start_ns;
	end_ns = past ? 0 : since_of(info, life);
	if (!past && end_ns == 0)
		end_ns = info->taken_real_ns;
	if (end_ns == 0)
		end_ns = info->tick_real_ns;
	return (end_ns < began_ns ? UINT64_MAX : end_ns - began_ns);
}

/* What comes from another host grows older on its way, and when nothing comes
 * it is not known what has become of it. */
static void
tell_line(struct model *model, const struct model_source *source)
{
	struct model_private *p = model->private;
	struct model_target *target = &model->target;

	if (p->past_ns == 0 && source->said_real_ns > target->time_real_ns) {
		if (target->age_ns != UINT64_MAX)
			target->age_ns +=
			    source->said_real_ns - target->time_real_ns;
		target->time_real_ns = source->said_real_ns;
	}
	if (source->stale_real_ns == 0 ||
	    (target->state != DBGSHM_LIFE_LIVE &&
		target->state != DBGSHM_LIFE_STOPPED))
		return;
	target->cut = true;
	target->state = DBGSHM_LIFE_STALE;
	target->since_real_ns = source->stale_real_ns;
	target->reason = arena_print(&p->frames[p->turn],
	    "nothing comes from %s: %s; trying again", source->host,
	    source->why);
}

void
model_update_target(struct model *model, const struct model_source sources[],
    size_t count, const enum dbgshm_life lives[])
{
	struct model_private *p = model->private;
	struct arena *arena = &p->frames[p->turn];
	struct model_target *target = &model->target;
	const struct dbgshm_info *info;
	size_t i, first = 0;
	bool recorded;

	while (first + 1 < count && sources[first].absent)
		first++;
	sources += first;
	lives += first;
	count -= first;
	info = dbgshm_reader_info(sources[0].reader);
	recorded = info->taken_real_ns != 0 && !sources[0].carried;
	*target = (struct model_target){
		.pid = info->pid,
		.name = arena_safe(arena, info->name.bytes, info->name.length),
		.user = (p->flags & MODEL_NO_USERS) != 0
		    ? arena_print(arena, "%u", (unsigned)sources[0].user)
		    : arena_print(arena, "%s", fmt_user(sources[0].user)),
		.version = arena_safe(
		    arena, info->version.bytes, info->version.length),
		.path =
		    arena_safe(arena, sources[0].path, strlen(sources[0].path)),
		.host = sources[0].host != NULL
		    ? arena_print(arena, "%s", sources[0].host)
		    : NULL,
		.state = lives[0],
		.source = recorded ? "recorded" : sources[0].name,
		.since_real_ns = since_of(info, lives[0]),
		.start_real_ns = start_real_of(info),
		.uptime_ns = uptime_of(info, lives[0], p->past_ns != 0),
		.age_ns = model_age(p, info, p->dead[first]),
		.size_bytes = info->bytes_used,
		.profiles = model->profile_count,
		.metrics = p->metric_count,
		.rows = count_rows(model),
		.time_real_ns = info->frame_real_ns,
		.past = p->past_ns != 0,
		.recorded = recorded,
		.recording = sources[0].recording,
	};
	if (sources[0].host != NULL)
		tell_line(model, &sources[0]);
	for (i = 0; i < count; i++) {
		if (sources[i].absent)
			continue;
		info = dbgshm_reader_info(sources[i].reader);
		target->faults += info->faults;
		if (info->faults > 0 && target->reason == NULL)
			target->reason = arena_print(arena, "%s at offset %llu",
			    info->first_fault.text,
			    (unsigned long long)info->first_fault.offset);
	}
}

bool
model_over(const struct model *model)
{
	const struct model_target *target = &model->target;

	return (target->recorded ||
	    (target->state != DBGSHM_LIFE_LIVE &&
		target->state != DBGSHM_LIFE_STOPPED && !target->cut));
}

void
model_life(
    struct model *model, const struct model_source sources[], size_t count)
{
	const struct dbgshm_info *info;
	enum dbgshm_life life;

	if (count == 0)
		return;
	info = dbgshm_reader_info(sources[0].reader);
	life = dbgshm_reader_life(sources[0].reader);
	model->target.state = life;
	model->target.since_real_ns = since_of(info, life);
	model->target.cut = false;
	if (sources[0].host != NULL)
		tell_line(model, &sources[0]);
}
