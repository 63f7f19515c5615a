/*
 * open.h - everything in the viewer that opens something.
 *
 * Regions, /proc, the watcher and files to write are opened here and nowhere
 * else; the rest gets descriptors and plain structs, so that it can run where
 * nothing may be opened.  0 or -1 with errno as in <dbgshm/reader.h>.
 */
#ifndef VIEWER_OPEN_H
#define VIEWER_OPEN_H

#include <dbgshm/reader.h>

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What /proc says about a process. */
struct open_process {
	pid_t pid;
	uid_t uid;
	uint64_t start_ticks; /* field 22 of /proc/PID/stat */
	char state;	      /* R S D T t Z ... */
	char name[256];	      /* comm, raw bytes */
};

int open_process(pid_t pid, struct open_process *process);
	/* ENOENT no such process. */

pid_t open_leader(pid_t pid);
	/* The process that has this thread; pid itself when it is one. */

int open_processes(
    const char *name, struct open_process **processes, size_t *count);
	/* All processes whose comm or whose executable's file name is name, the
	 * oldest first.  free() the array. */

int open_list(unsigned flags, struct dbgshm_list *list);
	/* dbgshm_list_take(). */

/* Files that claim to be regions about one process. */
struct open_paths {
	char **list;
	size_t count;
	uid_t closed; /* owner of a directory that we may not look into */
	bool is_closed;
};

int open_paths_of(pid_t pid, struct open_paths *paths);
	/*
	 * Published regions whose name says that they are about pid, in the
	 * directories of this host.  Directories that are links or belong to
	 * neither their own uid nor root do not count.
	 */
void open_paths_free(struct open_paths *paths);

int open_region(const char *path, uid_t *owner, struct dbgshm_fault *fault);
	/* A descriptor for dbgshm_reader_attach(), and who owns the file. */

/* A dbgtop-agent --private of our own. */
struct open_watcher {
	pid_t pid;  /* 0 none */
	int socket; /* it stays until this is closed */
};

int open_watcher(
    pid_t pid, struct open_watcher *watcher, char *why, size_t why_size);
	/*
	 * Starts a watcher for process pid, from the directory of our own
	 * executable, and returns the descriptor of its region.  -1: errno, and
	 * why says what went wrong, safe to print.  Waits 5 s at most.
	 */
void open_watcher_close(struct open_watcher *watcher);

/* A program that carries what another host says. */
struct open_remote {
	pid_t pid;    /* 0 none */
	int in;	      /* it ends when this is closed */
	int out, err; /* what it says; reading does not block */
};

#define OPEN_REMOTE_ASKS 1 /* it may ask at the terminal */

int open_remote(
    char *const command[], unsigned flags, struct open_remote *remote);
	/* Found by PATH; no shell.  0 when it runs, or -1 and errno. */
int open_remote_close(struct open_remote *remote);
	/* Ends it if it runs, 1 s at most; what waitpid() says. */
int open_remote_ended(struct open_remote *remote);
	/* The same when its output has ended: it is given time to end by
	 * itself. */

/* ---- files (open_file.c) ------------------------------------------------- */

int open_archive(const char *path);
	/* A regular file of any owner, over links too, for reading. */

bool open_begins(const char *path, const char *bytes, size_t size);
	/* A regular file that begins with these. */

int open_bytes(const void *bytes, size_t size);
	/* A file without a name that holds these and can not be changed any
	 * more. */

int open_write(
    const char *path, const void *bytes, size_t size, mode_t mode);
	/* A file of that name with these bytes and that mode, on disk.  Until it
	 * is, what had the name before has it still.  Replaces nothing but
	 * regular files: EINVAL. */

/* ---- recordings (open_record.c) ------------------------------------------- */

int open_recording(const char *path, bool *made);
	/* A regular file for reading and writing, over links too; made: there
	 * was none, it is empty and has mode 0600. */

int open_put_aside(
    const char *path, uint64_t real_ns, char *aside, size_t size);
	/* Renames FILE.rec to FILE-TIME.rec, or with a number behind the time
	 * when there is one already.  aside: its name. */
int open_put_back(const char *path, const char *aside);

void open_keep_newest(const char *path, size_t keep);
	/* Removes what open_put_aside() has put there but the newest so many. */

/* ---- /proc (open_proc.c) -------------------------------------------------- */

char *open_proc(pid_t pid, pid_t tid, const char *file, size_t *size);
	/* A file of /proc/PID, or of a thread, as far as it can be read and at
	 * most 4 MiB; tid: 0 the process.  free() it.  NULL and errno. */

int open_threads(pid_t pid, pid_t **threads, size_t *count);
	/* At most 4096 of them; free() the array. */

int open_remove(const char *path, uid_t owner, bool really);
	/* Unlinks the region file at path if its lock is free (else EBUSY), it is
	 * a regular file with one name and its owner is that one; or only says
	 * whether it would. */

#endif
