/*
 * proc.h - reading /proc: bytes, fields and what one process is.
 *
 * Everything that comes from /proc is input of strangers: a process chooses its
 * name, may vanish between two reads, and may have any number of threads and
 * files.  Nothing here attaches to a process, reads its memory, or opens what
 * its descriptors point at.
 */
#ifndef PROC_H
#define PROC_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROC_COMM_SIZE 17 /* 15 bytes and a NUL, with room */
#define PROC_NAME_SIZE 64
#define PROC_PATH_SIZE 512
#define PROC_COMMAND_SIZE 256
#define PROC_BUFFER_SIZE 65536

/* ---- bytes (proc_read.c) ---------------------------------------------- */

ssize_t proc_read(int directory, const char *name, char *buffer, size_t size);
	/* The start of a small file, in one read(2), NUL-terminated.  Length,
	 * or -1 and errno; ESRCH and ENOENT: the process is gone. */

ssize_t proc_link(int directory, const char *name, char *buffer, size_t size);
	/* Where a link points, NUL-terminated, cut when too long. */

bool proc_gone(int error);
	/* This errno says that the process or thread has vanished. */

const char *proc_number(const char *text, uint64_t *value);
	/* A decimal number after blanks; what follows it, or NULL when there is
	 * none.  A minus sign gives the two's complement. */
const char *proc_hex(const char *text, uint64_t *value);

uint64_t proc_hash(uint64_t seed, const void *bytes, size_t size);
	/* To see whether something has changed. */

/* One `Key: number unit` of a file, stored at an offset of a struct. */
struct proc_field {
	const char *key;
	size_t offset;
	uint64_t scale; /* what the number is multiplied with */
};
uint64_t proc_fields(
    const char *text, const struct proc_field *fields, size_t count, void *out);
	/* Fills the uint64_t fields of out; a bit for each field that was
	 * found.  Lines may come in any order, cheapest in that of the table. */

/* The names of a directory that are numbers, without allocation. */
struct proc_walk {
	int descriptor;
	int error;
	ssize_t filled, at;
	_Alignas(8) char buffer[8192];
};
int proc_walk_open(struct proc_walk *, int directory, const char *name);
	/* -1 and errno. */
bool proc_walk_next(struct proc_walk *, uint64_t *number);
	/* false at the end, and when the directory could not be read: then
	 * walk->error. */
void proc_walk_close(struct proc_walk *);

/* ---- one process (proc_stat.c) ----------------------------------------- */

enum proc_state {
	PROC_STATE_UNKNOWN,
	PROC_RUNNING,
	PROC_SLEEPING,
	PROC_DISK_SLEEP,
	PROC_STOPPED,
	PROC_TRACED,
	PROC_ZOMBIE,
	PROC_DEAD,
	PROC_IDLE,
	PROC_PARKED,
};
extern const char *const proc_state_names[];

/* /proc/PID/stat or /proc/PID/task/TID/stat. */
struct proc_stat {
	char comm[PROC_COMM_SIZE];
	uint8_t state; /* enum proc_state */
	uint64_t pid, parent, minor_faults, major_faults;
	uint64_t user_ns, system_ns, children_user_ns, children_system_ns;
	int64_t priority, nice;
	uint64_t threads, start_ticks, virtual_bytes;
	uint64_t start_ns; /* start_ticks as time since boot */
	uint64_t code_start, code_end, stack_start; /* 0 when not permitted */
	uint64_t processor;
};
int proc_stat_parse(const char *text, struct proc_stat *);
	/* -1 and EBADMSG. */
int proc_stat_read(int directory, const char *name, struct proc_stat *);

/* /proc/PID/status, in bytes. */
struct proc_status {
	uint64_t found; /* a bit for each number there is, as in the table */
	uint64_t uid, gid;
	uint64_t voluntary, involuntary; /* context switches of the leader */
	uint64_t signals_queued;
	uint64_t rss_peak, rss, rss_anon, rss_file, rss_shmem;
	uint64_t virtual_peak, virtual_bytes, locked, data, stack;
	uint64_t text, libraries, page_tables, swap, huge;
};
int proc_status_read(int directory, struct proc_status *);

/* Who a process is, as far as it may be known. */
struct proc_identity {
	pid_t pid;
	uint64_t start_ticks;
	char comm[PROC_COMM_SIZE];
	char name[PROC_NAME_SIZE];  /* what people call it */
	char exe[PROC_PATH_SIZE];   /* "" not permitted or a kernel thread */
	char title[PROC_NAME_SIZE]; /* first word of its command line, or "" */
};
void proc_identify(
    int directory, const struct proc_stat *, struct proc_identity *);
	/* `directory` is /proc/PID.  What may not be read is "", and so is the
	 * title at first. */

bool proc_wants_title(const struct proc_identity *);
	/* Its name was cut by the kernel, and only the title may have all. */

void proc_entitle(int directory, struct proc_identity *);
	/* Reads the title, which stands in the memory of the process: this can
	 * hang with it. */

bool proc_is_named(const struct proc_identity *, const char *name);
	/* By executable, by the name that it gave itself, or by the first word
	 * of its command line. */

#endif
