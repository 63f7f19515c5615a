/*
 * processes.h - what is known about the processes of this host, by pid and start
 * time, with who started and who exited lately.
 *
 * For one thread at a time.
 */
#ifndef PROCESSES_H
#define PROCESSES_H

#include "scratch.h"
#include "titles.h"

struct processes;


struct processes *processes_create(struct agent *, bool titles_matter);
	/* With its profiles.  titles_matter: somebody looks for processes by
	 * name.  NULL and errno. */
void processes_destroy(struct processes *); /* NULL is fine */

int processes_look(
    struct processes *, struct scratch *, bool check_all, uint64_t *seen);
	/* One look at /proc; check_all: at each process, not only at those that
	 * may have changed.  0 or errno. */

void processes_news(struct processes *, struct agent *,
    void (*seen)(struct agent *, const struct proc_identity *),
    struct titles *);
	/* Calls seen, unless NULL, for each process that is new or has another
	 * name than before, and asks for the titles that are missing. */

void processes_each(struct processes *, struct agent *,
    void (*seen)(struct agent *, const struct proc_identity *));

void processes_entitle(struct processes *, const struct proc_identity *);
	/* A title, or a whole name, that was asked for. */

#endif
