/*
 * rec_region.h - what a recording says of a region, as it is stored.
 */
#ifndef KIT_REC_REGION_H
#define KIT_REC_REGION_H

#include "rec.h"
#include "rec_format.h"

void rec_region_put(
    const struct rec_region *region, struct rec_region_content *content);

#endif
