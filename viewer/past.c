/*
 * past.c - the past of a target by readers of its own.
 */
#include "past.h"

#include <errno.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdlib.h>
#include <string.h>

/* Another reader of the same region, with a first frame. */
static int
add_part(struct past *past, const struct model_source *of)
{
	struct model_source *part = &past->parts[past->count];
	char **path = &past->paths[past->count];

	*part = *of;
	part->events = NULL;
	part->absent = false;
	if (dbgshm_reader_again(of->reader, &part->reader) == -1)
		return (-1);
	past->count++;
	if ((*path = strdup(of->path)) == NULL)
		return (-1);
	part->path = *path;
	return (dbgshm_reader_refresh(part->reader));
}

int
past_open(const struct model_source parts[], size_t count, struct past *opened)
{
	struct past past = { 0 };
	size_t i;
	int error;

	for (i = 0; i < count; i++)
		if (add_part(&past, &parts[i]) == -1)
			break;
	if (i < count ||
	    history_open(past.parts, past.count, &past.history) == -1) {
		error = errno;
		past_close(&past);
		errno = error;
		return (-1);
	}
	*opened = past;
	return (0);
}

void
past_close(struct past *past)
{
	size_t i;

	history_close(past->history);
	for (i = 0; i < past->count; i++) {
		dbgshm_reader_close(past->parts[i].reader);
		free(past->paths[i]);
	}
#ifdef __GLIBC__
	/* It was larger than all the rest, and may not be needed again. */
	if (past->count > 0)
		malloc_trim(0);
#endif
	*past = (struct past){ 0 };
}

int
past_renew(struct past *past)
{
	struct past renewed;

	if (past_open(past->parts, past->count, &renewed) == -1)
		return (-1);
	past_close(past);
	*past = renewed;
	return (0);
}
