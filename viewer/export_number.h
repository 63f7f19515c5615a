/*
 * export_number.h - which process of its name one is: 2 for NAME:2.
 *
 * Other systems tell processes of a name apart by it; it stays the same whoever
 * else is exported, while no older one of the name ends.
 */
#ifndef VIEWER_EXPORT_NUMBER_H
#define VIEWER_EXPORT_NUMBER_H

#include "model.h"

struct export_numbers { /* all-zero to begin with */
	struct export_namesakes *list;
	size_t count;
};

unsigned export_number(
    struct export_numbers *numbers, const struct model_target *target);
	/* From 1, counted as targets are, from the oldest; 1 when it is not
	 * known: of what is dead, or recorded. */

void export_numbers_free(struct export_numbers *numbers);

#endif
