/*
 * shards.h - which thread has which shard, in the programs of the model.
 */
#ifndef SHARDS_H
#define SHARDS_H

#include <stdint.h>

void shards_one(uint32_t shard); /* it is all that can be had, and free */
void shards_give_back(uint32_t shard); /* as at the end of a thread */

#endif
