/*
 * fork.c - what a forked child has instead of its parent's region.
 *
 * Private memory at the same address: cached handles stay valid and the
 * parent's numbers stay the parent's.  A child that asks gets a file of its own
 * with the same contents.
 */
#include "region.h"

#include <sys/mman.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The filled bytes of the parts that say what exists, not what was counted. */
static void
copy_schema(const struct dbgshm_region *region, char *to)
{
	const struct room *room;
	size_t i;

	memcpy(to, region->base, DBGSHM_SECTIONS_OFFSET);
	for (i = ROOM_DESCRIPTORS; i <= ROOM_STRINGS; i++) {
		room = &region->rooms[i];
		memcpy(
		    to + room->offset, region->base + room->offset, room->used);
	}
}

/* In the child: private memory at the same address, so that handles stay. */
void
dbgshm__region_forked(struct dbgshm_region *region)
{
	struct dbgshm_header *header;
	char *fresh;
	size_t i;

	region->orphan = true;
	region->lock_page = NULL; /* was not inherited */
	region->state = DBGSHM_OFF;
	fresh = mmap(NULL, region->file_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (fresh != MAP_FAILED) {
		copy_schema(region, fresh);
		header = (struct dbgshm_header *)(void *)fresh;
		memset(header->shard_owner, 0, sizeof(header->shard_owner));
		header->drop_registrations = header->drop_rows = 0;
		header->drop_busy = header->heartbeat = 0;
		header->tick_count = header->tick_late = 0;
		header->tick_cost_ns = 0;
		for (i = 0; i < DBGSHM_SUMMARY_SLOTS; i++)
			((struct dbgshm_summary *)(void *)(fresh +
			     DBGSHM_SUMMARY_OFFSET))
			    ->slots[i]
			    .value = 0;
		if (mremap(fresh, region->file_size, region->file_size,
			MREMAP_MAYMOVE | MREMAP_FIXED,
			region->base) != MAP_FAILED)
			goto done;
		(void)munmap(fresh, region->file_size);
	}
	/* No memory for two: lose the names, never write to the parent. */
	(void)mmap(region->base, region->file_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
done:
	dbgshm__history_forked(region);
	dbgshm__peaks_forked(region);
	dbgshm__logs_forked(region);
	dbgshm__shapes_forked(region);
	dbgshm__region_reason(region, DBGSHM_REASON_FORKED);
}

static void
copy_filled(const struct dbgshm_region *region, char *to)
{
	const struct room *room;
	uint32_t shard;
	size_t i;

	memcpy(to, region->base, DBGSHM_SECTIONS_OFFSET);
	for (i = 0; i < ROOM_COUNT; i++) {
		room = &region->rooms[i];
		for (shard = 0;
		     shard < (i == ROOM_SHARDS ? region->shards_ready : 1);
		     shard++)
			memcpy(to + room->offset + shard * region->shard_stride,
			    region->base + room->offset +
				shard * region->shard_stride,
			    room->used);
	}
}

static int
fill_all(struct dbgshm_region *region)
{
	const struct room *room;
	uint32_t shard;
	size_t i;
	int error = dbgshm__region_fill(region, 0, DBGSHM_SECTIONS_OFFSET);

	for (i = 0; i < ROOM_COUNT && error == 0; i++) {
		room = &region->rooms[i];
		for (shard = 0; room->filled != 0 && error == 0 &&
		     shard < (i == ROOM_SHARDS ? region->shards_ready : 1);
		     shard++)
			error = dbgshm__region_fill(region,
			    room->offset + shard * region->shard_stride,
			    room->filled);
	}
	return (error);
}

/* A forked child gets a file of its own, with what it has at this address. */
int
dbgshm__region_remake(
    struct dbgshm_region *region, const struct region_identity *who, bool dark)
{
	char *base = region->base, *fresh;
	enum dbgshm_reason refused;
	int file, directory, error;

	if ((file = dbgshm__region_open_file(region, who, &directory)) == -1)
		return (errno);
	refused = dbgshm__region_headroom(region, region->filled_bytes);
	if (refused != DBGSHM_REASON_NONE)
		error = ENOSPC;
	else
		error = dbgshm__region_set_size(
		    file, region->file_size, region->fixed);
	fresh = error != 0
	    ? MAP_FAILED
	    : mmap(NULL, region->file_size, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_NORESERVE, file, 0);
	if (error == 0 && fresh == MAP_FAILED)
		error = errno;
	if (error == 0) {
		region->base = fresh;
		error = region->fixed ? 0 : fill_all(region);
		region->base = base;
	}
	if (error == 0) {
		copy_filled(region, fresh);
		region->header = (struct dbgshm_header *)(void *)fresh;
		region->header->magic = 0;
		region->reason = DBGSHM_REASON_NONE;
		dbgshm__region_write_header(region, who);
		error =
		    dbgshm__region_lock_and_link(region, file, directory, dark);
		region->header = (struct dbgshm_header *)(void *)base;
	}
	if (error == 0 &&
	    mremap(fresh, region->file_size, region->file_size,
		MREMAP_MAYMOVE | MREMAP_FIXED, base) == MAP_FAILED) {
		error = errno;
		dbgshm__directory_unlink(region);
		region->state = DBGSHM_OFF;
	} else if (error == 0)
		region->orphan = false;
	if (error != 0 && fresh != MAP_FAILED)
		(void)munmap(fresh, region->file_size);
	if (error != 0 && region->lock_page != NULL) {
		(void)munmap(region->lock_page, REGION_PAGE);
		region->lock_page = NULL;
	}
	if (directory != -1)
		(void)close(directory);
	(void)close(file);
	return (error);
}
