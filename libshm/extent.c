/*
 * extent.c - filling pages of a region as it grows, all or none.
 *
 * Every byte that is ever touched was allocated before, so that a full file
 * system is an error at registration and never a SIGBUS in the host.
 */
#include "region.h"

#include <sys/mman.h>

#include <errno.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define EXTENT_MAX (UINT64_C(256) << 10)
#define GRANT (UINT64_C(256) << 10)

void
dbgshm__region_reason(struct dbgshm_region *region, enum dbgshm_reason reason)
{
	region->reason = reason;
	if (region->header != NULL)
		dbgshm__store_relaxed(&region->header->reason, reason);
}

enum dbgshm_reason
dbgshm__region_reason_of(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
		return (DBGSHM_REASON_NO_SPACE);
	case EFBIG:
		return (DBGSHM_REASON_FILE_LIMIT);
	case ENOMEM:
		return (DBGSHM_REASON_MEMORY_LIMIT);
	case ENOENT:
	case ENOTDIR:
	case EEXIST:
	case EACCES:
	case EROFS:
	case EOPNOTSUPP:
		return (DBGSHM_REASON_NO_DIRECTORY);
	case ENOLCK:
		return (DBGSHM_REASON_NO_LOCK);
	default:
		return (DBGSHM_REASON_SYSTEM);
	}
}

/*
 * Allocates bytes of the mapping, all or none.  Returns 0 or an errno; EINVAL
 * from kernels that cannot (before 5.14).
 */
int
dbgshm__region_fill(
    struct dbgshm_region *region, uint64_t offset, uint64_t size)
{
	int error;

	if (madvise(region->base + offset, size, MADV_POPULATE_WRITE) == 0)
		return (0);
	error = errno;
	if (error == EINVAL)
		return (error);
	(void)madvise(region->base + offset, size, MADV_REMOVE);
	return (error == EFAULT || error == EHWPOISON ? ENOSPC : error);
}

/* Asks for more than is needed now, so that not every extent has to ask. */
enum dbgshm_reason
dbgshm__region_headroom(struct dbgshm_region *region, uint64_t bytes)
{
	enum dbgshm_reason refused;

	if (bytes <= region->granted_bytes) {
		region->granted_bytes -= bytes;
		return (DBGSHM_REASON_NONE);
	}
	if (dbgshm__headroom_refuses(bytes + GRANT) == DBGSHM_REASON_NONE) {
		region->granted_bytes = GRANT;
		return (DBGSHM_REASON_NONE);
	}
	refused = dbgshm__headroom_refuses(bytes);
	region->granted_bytes = 0;
	return (refused);
}

/* Fills [from, to) of a section (of each ready shard), all or none. */
static int
fill_room(struct dbgshm_region *region, enum section_id id, uint64_t from,
    uint64_t to, uint32_t shard_from, uint32_t shard_to)
{
	const struct room *room = &region->rooms[id];
	uint64_t bytes = to - from;
	enum dbgshm_reason refused;
	uint32_t shard, done;
	int error = 0;

	if (shard_from >= shard_to || bytes == 0)
		return (0);
	bytes *= shard_to - shard_from;
	if (region->filled_bytes + bytes > region->max_bytes) {
		dbgshm__region_reason(region, DBGSHM_REASON_BUDGET);
		return (ENOSPC);
	}
	if (region->sealed || region->fixed) {
		dbgshm__region_reason(region,
		    region->sealed ? DBGSHM_REASON_SANDBOX
				   : DBGSHM_REASON_NO_SPACE);
		return (ENOSPC);
	}
	if (region->orphan) { /* anonymous memory is there when touched */
		region->filled_bytes += bytes;
		return (0);
	}
	if ((refused = dbgshm__region_headroom(region, bytes)) !=
	    DBGSHM_REASON_NONE) {
		dbgshm__region_reason(region, refused);
		return (ENOSPC);
	}
	for (shard = shard_from; shard < shard_to && error == 0; shard++)
		error = dbgshm__region_fill(region,
		    room->offset + shard * region->shard_stride + from,
		    to - from);
	if (error != 0) {
		for (done = shard_from; done + 1 < shard; done++)
			(void)madvise(region->base + room->offset +
				done * region->shard_stride + from,
			    to - from, MADV_REMOVE);
		if (error != EINVAL)
			dbgshm__region_reason(
			    region, dbgshm__region_reason_of(error));
		return (error);
	}
	region->filled_bytes += bytes;
	return (0);
}

/* Makes sure that bytes up to `used` of a section are there; 0 or an errno. */
int
dbgshm__region_reserve(
    struct dbgshm_region *region, enum section_id id, uint64_t used)
{
	struct room *room = &region->rooms[id];
	uint64_t extent, target;
	int error;

	if (used <= room->filled)
		return (0);
	if (used > room->size) {
		dbgshm__region_reason(region, DBGSHM_REASON_BUDGET);
		return (ENOSPC);
	}
	/* A half more than there is, so that growth is rare; else what fits. */
	extent = room->filled / 2;
	if (extent > EXTENT_MAX)
		extent = EXTENT_MAX;
	target = region_pages(room->filled + extent);
	if (target < region_pages(used))
		target = region_pages(used);
	if (target > room->size)
		target = room->size;
	error = fill_room(region, id, room->filled, target, 0,
	    id == ROOM_SHARDS ? region->shards_ready : 1);
	if (error == ENOSPC && target > region_pages(used)) {
		target = region_pages(used);
		error = fill_room(region, id, room->filled, target, 0,
		    id == ROOM_SHARDS ? region->shards_ready : 1);
	}
	if (error == 0)
		room->filled = target;
	if (region->header != NULL)
		dbgshm__store_relaxed(
		    &region->header->bytes_used, region->filled_bytes);
	return (error);
}

/* Lets readers see bytes up to `used`, which are all in place. */
void
dbgshm__region_used(
    struct dbgshm_region *region, enum section_id id, uint64_t used)
{
	region->rooms[id].used = used;
	dbgshm__store_release(&region->header->sections[id].used, used);
}

/* Gives cells to more threads. */
int
dbgshm__region_ready_shards(struct dbgshm_region *region, uint32_t ready)
{
	int error;

	if (ready > region->shard_count)
		ready = region->shard_count;
	if (ready <= region->shards_ready)
		return (0);
	error = fill_room(region, ROOM_SHARDS, 0,
	    region->rooms[ROOM_SHARDS].filled, region->shards_ready, ready);
	if (error != 0)
		return (error);
	/* Threads take them without the lock, when their bytes are there. */
	dbgshm__store_release32(&region->shards_ready, ready);
	dbgshm__store_release(&region->header->shards_ready, ready);
	dbgshm__store_relaxed(
	    &region->header->bytes_used, region->filled_bytes);
	return (0);
}
