/*
 * regions.h - which files there are in the directories of regions, and what is
 * known about each.
 *
 * Anybody may make files and directories in /dev/shm: whatever is done there,
 * all tables have an end, nobody but root and we ourselves can fill more than a
 * part of them, and what one turn costs has a bound.
 */
#ifndef REGIONS_H
#define REGIONS_H

#include "agent.h"
#include "proc.h"

#include <dbgshm/reader.h>
#include <dbgshm/shapes.h>

#define REGIONS_MAX 1024
#define REGIONS_OF_A_STRANGER 128 /* of each directory */
#define REGION_DIRECTORIES 64
#define REGION_DIRECTORIES_OF_A_STRANGER 4
#define REGION_DIRECTORY_NAME 32 /* dbgtop-4294967295-12345678 */
#define REGION_FILE_NAME 64	 /* PID-START-RANDOM.dbg */

struct region_directory {
	char name[REGION_DIRECTORY_NAME]; /* "" free */
	int watch;			  /* of inotify */
	bool ours;			  /* this user's, or root's */
	uid_t uid;
	uint32_t files;
	bool closed; /* somebody has let go of a file: has a writer died? */
	uint64_t closed_next_ns; /* not asked again before */
};

struct region_file {
	char name[REGION_FILE_NAME]; /* "" free */
	uint8_t directory;	     /* index */
	bool seen;		     /* by the walk that goes on */
	bool due;		     /* to be looked at as soon as possible */
	bool looked;		     /* and the rest is known */
	uint64_t looked_ns;
	struct dbgshm_row row;
	enum dbgshm_life life;
	pid_t pid, writer;
	char about[DBGSHM_NAME_SIZE + 1]; /* name of the process */
};

struct loop_source;

struct regions {
	struct agent *agent;
	struct loop_source *source; /* NULL while we do not listen */
	int inotify, base_watch;
	uint64_t read_ns; /* when the last batch was read */
	bool walk_wanted; /* something was missed */
	uint64_t walk_next_ns;
	bool starting; /* what is found was there before us */
	struct region_directory directory[REGION_DIRECTORIES];
	struct region_file file[REGIONS_MAX];
	uint64_t hash[REGIONS_MAX]; /* of their names; 0 free */
	uint32_t at;		    /* whose turn it is to be looked at */
	struct region_tokens { /* how many events may still be told */
		uint64_t left, filled_ns;
	} tokens[2][2]; /* of strangers and of ours; deaths apart */
	struct dbgshm_table *table;
	struct dbgshm_schedule look_schedule, walk_schedule;
	struct dbgshm_gauge live, dead, directories, not_listed;
	struct dbgshm_counter appeared, vanished, died, looks, notices,
	    overflows;
	int64_t left_out; /* of the last walk, and since */
	_Alignas(8) char buffer[32768];
};

/* ---- regions.c: files and directories, as inotify and walks tell ----------- */

int regions_listen(struct regions *);
	/* -1 and errno: ENOSYS or EMFILE, then walks must do. */
void regions_read(struct regions *);
	/* One batch of what inotify has to say. */
void regions_walk(struct regions *);
	/* Looks at all directories again. */

void regions_remove(struct regions *, struct region_file *);
	/* It is not there any more, or not believed. */

/* ---- subsys_regions.c -------------------------------------------------------- */

void regions_gone(struct regions *, struct region_file *);
	/* What there is to say about a file that goes. */

#endif
