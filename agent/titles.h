/*
 * titles.h - the first words of command lines, which stand in the memory of the
 * processes: reading one can hang, so it is done by jobs, many in each.
 */
#ifndef TITLES_H
#define TITLES_H

#include "agent.h"
#include "proc.h"

struct subsys;
struct titles;

struct titles *titles_create(struct agent *, const struct subsys *,
    void (*got)(struct agent *, const struct proc_identity *));
	/* got is called on the loop's thread for each process that was asked
	 * about and still lives, with its title in it.  NULL and ENOMEM. */

bool titles_ask(struct titles *, const struct proc_identity *);
	/* false: no room now, ask later. */
void titles_send(struct titles *);
	/* What was asked since the last time. */

bool titles_destroy(struct titles *);
	/* NULL is fine.  false: a job hangs, and it has to stay. */

#endif
