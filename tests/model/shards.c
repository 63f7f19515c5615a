/*
 * shards.c - the library's shard.c, with the end of a thread within reach.
 */
#include "shards.h"

#include "../../libshm/shard.c"

#include "explore.h"

void
shards_one(uint32_t shard)
{
	struct dbgshm_region *region = dbgshm__self;
	uint32_t i;

	region->shards_ready = shard + 1;
	for (i = 0; i < DBGSHM_SHARD_SLOTS; i++)
		region->header->shard_owner[i] = i != shard;
	explore_keep(&calls_until_retry, sizeof(calls_until_retry));
}

void
shards_give_back(uint32_t shard)
{
	give_back(&dbgshm__self->header->shard_owner[shard]);
}
