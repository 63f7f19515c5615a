/*
 * files.h - every descriptor of the agent is opened and closed here, so that its
 * own region shows which are open, since when, and by which line.
 *
 * Descriptors belong to the process, not to a subsystem: so does their table,
 * and nothing here takes an agent.  From any thread.  Without a region, and
 * before files_publish(), all of it is open(2) and close(2).
 */
#ifndef FILES_H
#define FILES_H

#include <dbgshm/shapes.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>

#define FILES_NOTED 16384 /* descriptors below this are checked */

void files_publish(void);
	/* Makes the profiles, in the region of this process.  Once, before
	 * there is a second thread. */

/* As open(2) and openat(2) with O_CLOEXEC; -1 and errno. */
#define files_open(path, flags)                                                \
	files__keep(files__openat(AT_FDCWD, path, flags), path, DBGSHM_PLACE)
#define files_openat(directory, name, flags)                                   \
	files__keep(files__openat(directory, name, flags), name, DBGSHM_PLACE)

/* A descriptor that another call has made; -1 is passed on. */
#define files_keep(descriptor, name) files__keep(descriptor, name, DBGSHM_PLACE)

/* Closes it; errno stays.  Not for -1. */
#define files_close(descriptor) files__close(descriptor, DBGSHM_PLACE)

/* Somebody else closes it, or has done so; -1 is fine. */
#define files_drop(descriptor) files__drop(descriptor, DBGSHM_PLACE)

/*
 * The same for what is closed again in the same function: thousands a second,
 * which have a table of their own so that they do not push out the others.
 */
#define files_brief_open(directory, name, flags)                               \
	files__brief(                                                          \
	    files__openat(directory, name, flags), name, DBGSHM_PLACE)
#define files_brief_close(descriptor)                                          \
	files__brief_close(descriptor, DBGSHM_PLACE)

/* As opendir(3), which follows no link here, and closedir(3). */
#define files_brief_opendir(path) files__brief_opendir(path, DBGSHM_PLACE)
#define files_brief_closedir(stream) files__brief_closedir(stream, DBGSHM_PLACE)

/* As fopen(3) with "re", and fclose(3). */
#define files_stream_open(path) files__stream_open(path, DBGSHM_PLACE)
#define files_stream_close(stream) files__stream_close(stream, DBGSHM_PLACE)

bool files_is_ours(int descriptor);
	/* It was opened here and not closed yet. */

int files__openat(int directory, const char *name, int flags);
int files__keep(int descriptor, const char *name, const char *place);
void files__close(int descriptor, const char *place);
void files__drop(int descriptor, const char *place);
int files__brief(int descriptor, const char *name, const char *place);
void files__brief_close(int descriptor, const char *place);
DIR *files__brief_opendir(const char *path, const char *place);
void files__brief_closedir(DIR *, const char *place);
FILE *files__stream_open(const char *path, const char *place);
void files__stream_close(FILE *, const char *place);

#endif
