/* watched.c - regions about other processes, written by one thread. */
#include "history.h"

#include <sys/auxv.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
identify_subject(struct region_identity *who,
    const struct dbgshm_options *options, const struct dbgshm_subject *subject)
{
	dbgshm__identity_self(who);
	who->kind = DBGSHM_KIND_WATCHED;
	who->pid = subject->pid;
	who->uid = subject->uid;
	who->start = subject->start_ticks;
	who->pid_namespace = subject->pid_namespace;
	who->version = options->version;
	who->period_ns = options->period_ns;
	who->flags = subject->unnamed ? DBGSHM_FLAG_UNNAMED : 0;
	(void)snprintf(who->exe, sizeof(who->exe), "%.511s",
	    subject->exe == NULL ? "" : subject->exe);
	memset(who->name, 0, sizeof(who->name));
	(void)snprintf(who->name, sizeof(who->name), "%.63s",
	    subject->name == NULL ? "" : subject->name);
}

struct dbgshm_region *
dbgshm_region_create(const struct dbgshm_options *given,
    const struct dbgshm_subject *subject, int *descriptor)
{
	struct dbgshm_options options;
	struct region_identity who;
	struct dbgshm_region *region;
	int error;

	if (given == NULL || subject == NULL ||
	    dbgshm__writer_settle(given, &options) != 0) {
		errno = EINVAL;
		return (NULL);
	}
	if (getauxval(AT_SECURE) != 0) {
		errno = EPERM;
		return (NULL);
	}
	if ((error = dbgshm__writer_install_hooks()) != 0 ||
	    (region = calloc(1, sizeof(*region))) == NULL) {
		errno = error != 0 ? error : ENOMEM;
		return (NULL);
	}
	identify_subject(&who, &options, subject);
	dbgshm__writer_prepare(region, &options);
	region->file_uid = subject->uid;
	region->file_gid = subject->gid;
	/* No fork meanwhile: the child would inherit descriptor and lock. */
	dbgshm__enter();
	error = dbgshm__region_make(region,
	    &(struct region_layout){ options.max_bytes, 1, 1 }, &who,
	    given->state == DBGSHM_DARK && !subject->unnamed, descriptor);
	if (error == 0) {
		region->next = dbgshm__regions;
		dbgshm__regions = region;
		(void)dbgshm__history_create(region, &options);
	}
	dbgshm__leave();
	if (error != 0) {
		free(region);
		errno = error;
		return (NULL);
	}
	return (region);
}

int
dbgshm_region_publish(struct dbgshm_region *region)
{
	int error = 0;

	if (region == NULL || region->self || region->orphan)
		return (dbgshm__writer_result(ENOTSUP));
	dbgshm__enter();
	if (region->state == DBGSHM_DARK) {
		if (dbgshm__directory_rename(region, false) == 0)
			region->state = DBGSHM_PUBLISHED;
		else
			error = errno;
	}
	dbgshm__leave();
	return (dbgshm__writer_result(error));
}

void
dbgshm_region_destroy(struct dbgshm_region *region, int keep)
{
	struct dbgshm_region **link;

	if (region == NULL || region->self)
		return;
	dbgshm__enter();
	for (link = &dbgshm__regions; *link != NULL; link = &(*link)->next)
		if (*link == region) {
			*link = region->next;
			break;
		}
	if (!keep && !region->orphan && region->directory[0] != '\0')
		dbgshm__directory_unlink(region);
	dbgshm__region_unmap(region);
	dbgshm__region_free_schema(region);
	dbgshm__history_free(region);
	dbgshm__leave();
	free(region->cells);
	free(region);
}

/* At a clean exit: the names of those that were not destroyed. */
void
dbgshm__watched_unlink(void)
{
	struct dbgshm_region *region;

	dbgshm__enter();
	for (region = dbgshm__regions; region != NULL; region = region->next)
		if (!region->self && !region->orphan &&
		    region->directory[0] != '\0') {
			dbgshm__directory_unlink(region);
			region->directory[0] = '\0';
		}
	dbgshm__leave();
}

int
dbgshm_region_tick(struct dbgshm_region *region, uint64_t now_ns)
{
	if (region == NULL || region->self)
		return (dbgshm__writer_result(ENOTSUP));
	dbgshm__enter();
	dbgshm__sampler_tick(region, now_ns);
	dbgshm__leave();
	return (0);
}

void
dbgshm_region_subject(
    struct dbgshm_region *region, int subject_state, uint64_t real_ns)
{
	if (region == NULL)
		return;
	dbgshm__store_relaxed(&region->header->subject_exit_real_ns, real_ns);
	dbgshm__store_release(
	    &region->header->subject_state, (uint64_t)subject_state);
}

void
dbgshm_region_counter_set(
    struct dbgshm_region *region, struct dbgshm_counter counter, uint64_t value)
{
	if (region == NULL || counter.cell == 0)
		return;
	dbgshm__store_relaxed(region_shard(region, 0) + counter.cell, value);
}

void
dbgshm_region_gauge_set(
    struct dbgshm_region *region, struct dbgshm_gauge gauge, int64_t value)
{
	if (region == NULL || gauge.cell == 0)
		return;
	dbgshm__store_relaxed((uint64_t *)(void *)(region->base +
				  region->rooms[ROOM_GAUGES].offset) +
		gauge.cell,
	    (uint64_t)value);
}

void
dbgshm_region_float_set(
    struct dbgshm_region *region, struct dbgshm_gauge gauge, double value)
{
	int64_t word;

	memcpy(&word, &value, sizeof(word));
	dbgshm_region_gauge_set(region, gauge, word);
}
