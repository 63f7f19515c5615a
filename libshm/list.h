/*
 * list.h - what list.c and containers.c share while a list is made.
 */
#ifndef DBGSHM_LIST_H
#define DBGSHM_LIST_H

#include "view.h"

struct dbgshm_search {
	struct dbgshm_list found;
	size_t room;
	const char *const *files; /* only these; NULL all of a directory */
	size_t file_count;
	unsigned flags;
	struct dbgshm_host host;
	uint64_t mono_ns, boot_ns, real_ns;
	uint64_t clock_tick_ns;
	int error;
};

void dbgshm__list_base(struct dbgshm_search *search, int base,
    const char *path, const uid_t *owner);
	/* Takes over the descriptor of a base directory, which people know as
	 * path, and adds what is in it.  owner: whom a directory may belong to
	 * as well, when the names in it mean users of another namespace. */

void dbgshm__list_containers(
    struct dbgshm_search *search, const char *base);
	/* The base directories of all other mount namespaces. */

#endif
