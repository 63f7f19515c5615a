/*
 * life.c - what has become of a writer or its subject, by what the kernel says.
 *
 * First the lock that ends with the writer's memory, then /proc for what a lock
 * cannot tell: stopped, or replaced by exec.  /proc is believed only for the same
 * boot, pid namespace and start time.
 */
#include "view.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PROCESSES_MAX 65536
#define FLAG_EXITING 4 /* PF_EXITING in field 9 of /proc/PID/stat */

/* A process of another pid namespace. */
struct dbgshm_process {
	pid_t pid;   /* here */
	pid_t inner; /* there */
	uint64_t pid_namespace;
	uint64_t start;
};

struct stat_line {
	char state;
	uint64_t flags, start;
};

bool
dbgshm__life_locked(int descriptor)
{
	return (dbgshm__host_lock(descriptor) == 1);
}

/* ---- /proc ------------------------------------------------------------------ */

/* The name of a process may hold anything, so parse from the last ')' on. */
static bool
read_stat(pid_t pid, struct stat_line *line)
{
	char buffer[1024], path[64], *p;
	int field;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (pid <= 0 || !dbgshm__host_read(path, buffer, sizeof(buffer)) ||
	    (p = strrchr(buffer, ')')) == NULL || p[1] != ' ')
		return (false);
	p += 2;
	line->state = *p;
	for (field = 3; field < 22; field++) {
		if (field == 9)
			line->flags = strtoull(p, NULL, 10);
		if ((p = strchr(p, ' ')) == NULL)
			return (false);
		p++;
	}
	line->start = strtoull(p, NULL, 10);
	return (true);
}

static uint64_t
inode_of(const char *path)
{
	struct stat status;

	return (stat(path, &status) == 0 ? (uint64_t)status.st_ino : 0);
}

/* The innermost number of NSpid in /proc/PID/status; 0 when there is none. */
static pid_t
inner_pid(pid_t pid)
{
	char buffer[4096], path[64], *end, *line;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (!dbgshm__host_read(path, buffer, sizeof(buffer)) ||
	    (line = strstr(buffer, "\nNSpid:")) == NULL)
		return (0);
	line++;
	line[strcspn(line, "\n")] = '\0';
	end = strrchr(line, '\t');
	return (end == NULL ? 0 : (pid_t)strtol(end, NULL, 10));
}

static bool
boot_id_digit(int c, uint8_t *value)
{
	if (c >= '0' && c <= '9')
		*value = (uint8_t)(c - '0');
	else if (c >= 'a' && c <= 'f')
		*value = (uint8_t)(c - 'a' + 10);
	else
		return (false);
	return (true);
}

void
dbgshm__host_learn(struct dbgshm_host *host)
{
	char text[64];
	const char *p;
	uint8_t digit;
	size_t i = 0;

	if (host->known)
		return;
	host->known = true;
	host->pid_namespace = inode_of("/proc/self/ns/pid");
	host->time_namespace = inode_of("/proc/self/ns/time");
	if (!dbgshm__host_read(
		"/proc/sys/kernel/random/boot_id", text, sizeof(text)))
		return;
	for (p = text; *p != '\0' && i < 2 * sizeof(host->boot_id); p++) {
		if (!boot_id_digit(*p, &digit))
			continue;
		host->boot_id[i / 2] =
		    (uint8_t)(host->boot_id[i / 2] << 4 | digit);
		i++;
	}
}

/* Every process of this host that lives in another pid namespace. */
static void
learn_processes(struct dbgshm_host *host)
{
	struct dbgshm_process *processes, process;
	struct stat_line line;
	struct dirent *entry;
	DIR *directory;
	char path[64];
	size_t room = 0, seen = 0;

	host->processes_known = true;
	if ((directory = opendir("/proc")) == NULL)
		return;
	while ((entry = readdir(directory)) != NULL && seen < PROCESSES_MAX) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		seen++;
		process.pid = (pid_t)strtol(entry->d_name, NULL, 10);
		(void)snprintf(
		    path, sizeof(path), "/proc/%d/ns/pid", (int)process.pid);
		process.pid_namespace = inode_of(path);
		if (process.pid_namespace == 0 ||
		    process.pid_namespace == host->pid_namespace ||
		    (process.inner = inner_pid(process.pid)) == 0 ||
		    !read_stat(process.pid, &line))
			continue;
		process.start = line.start;
		if (host->process_count == room) {
			room = room == 0 ? 64 : room * 2;
			processes =
			    realloc(host->processes, room * sizeof(*processes));
			if (processes == NULL)
				break;
			host->processes = processes;
		}
		host->processes[host->process_count++] = process;
	}
	(void)closedir(directory);
}

void
dbgshm__host_free(struct dbgshm_host *host)
{
	free(host->processes);
	host->processes = NULL;
	host->process_count = 0;
	host->processes_known = false;
}

bool
dbgshm__life_same_boot(
    const struct dbgshm_header *header, struct dbgshm_host *host)
{
	dbgshm__host_learn(host);
	return (
	    memcmp(header->boot_id, host->boot_id, sizeof(host->boot_id)) == 0);
}

/* A pid of the region's namespace, as it is here; 0 when it is not. */
static pid_t
pid_here(const struct dbgshm_header *header, uint32_t pid, uint64_t start,
    struct dbgshm_host *host)
{
	const struct dbgshm_process *process;
	size_t i;

	if (pid == 0 || pid > INT32_MAX ||
	    !dbgshm__life_same_boot(header, host))
		return (0);
	if (header->pid_namespace == 0 ||
	    header->pid_namespace == host->pid_namespace)
		return ((pid_t)pid);
	if (!host->processes_known)
		learn_processes(host);
	for (i = 0; i < host->process_count; i++) {
		process = &host->processes[i];
		if (process->pid_namespace == header->pid_namespace &&
		    process->inner == (pid_t)pid && process->start == start)
			return (process->pid);
	}
	return (0);
}

pid_t
dbgshm__life_pid(const struct dbgshm_header *header, struct dbgshm_host *host)
{
	return (
	    pid_here(header, header->subject_pid, header->subject_start, host));
}

/* 0 when that very process is not there any more, else its state letter. */
static char
process_state(const struct dbgshm_header *header, uint32_t pid, uint64_t start,
    struct dbgshm_host *host)
{
	struct stat_line line;

	if (!read_stat(pid_here(header, pid, start, host), &line) ||
	    line.start != start || line.state == 'X' || line.state == 'x')
		return (0);
	return (line.state);
}

static bool
is_stopped(char state)
{
	return (state == 'T' || state == 't');
}

/* It has memory of its own: neither a zombie nor on its way out. */
static bool
process_runs(const struct dbgshm_header *header, uint32_t pid, uint64_t start,
    struct dbgshm_host *host)
{
	struct stat_line line;

	return (read_stat(pid_here(header, pid, start, host), &line) &&
	    line.start == start && line.state != 'Z' && line.state != 'X' &&
	    line.state != 'x' && (line.flags & FLAG_EXITING) == 0);
}

/*
 * Is this the file that the writer writes, or a copy of it?  A copy says nothing
 * about the process that is named in it.
 */
static bool
is_original(int descriptor, const struct dbgshm_header *header)
{
	struct statfs system;
	char path[64], name[128], target[4096];
	const char *base;
	ssize_t length;

	if (fstatfs(descriptor, &system) == -1 ||
	    (uint32_t)system.f_type != TMPFS_MAGIC)
		return (false);
	if ((header->flags & DBGSHM_FLAG_UNNAMED) != 0)
		return (true);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0)
		return (false);
	target[length] = '\0';
	(void)snprintf(name, sizeof(name),
	    "%" PRIu32 "-%" PRIu64 "-%016" PRIx64 DBGSHM_FILE_SUFFIX,
	    header->subject_pid, header->subject_start, header->random_id);
	base = strrchr(target, '/');
	return (base != NULL && strncmp(base + 1, name, strlen(name)) == 0 &&
	    strstr(target, "/" DBGSHM_DIRECTORY_PREFIX) != NULL);
}

/* ---- states -------------------------------------------------------------------- */

static enum dbgshm_life
life_own(int descriptor, const struct dbgshm_header *header, bool held,
    struct dbgshm_host *host)
{
	if (held)
		return (is_stopped(process_state(header, header->subject_pid,
			    header->subject_start, host))
			? DBGSHM_LIFE_STOPPED
			: DBGSHM_LIFE_LIVE);
	if (header->exit_real_ns != 0)
		return (DBGSHM_LIFE_DEAD);
	/* Its memory is gone, but the process runs: another program's memory. */
	if (header->reason != DBGSHM_REASON_NO_LOCK &&
	    is_original(descriptor, header) &&
	    process_runs(
		header, header->subject_pid, header->subject_start, host))
		return (DBGSHM_LIFE_REPLACED);
	return (DBGSHM_LIFE_DEAD);
}

static enum dbgshm_life
life_watched(
    const struct dbgshm_header *header, bool held, struct dbgshm_host *host)
{
	if (header->subject_state == DBGSHM_SUBJECT_EXITED)
		return (DBGSHM_LIFE_EXITED);
	if (header->subject_state == DBGSHM_SUBJECT_REPLACED)
		return (DBGSHM_LIFE_REPLACED);
	if (!held)
		return (DBGSHM_LIFE_STALE);
	if (is_stopped(process_state(
		header, header->subject_pid, header->subject_start, host)))
		return (DBGSHM_LIFE_STOPPED);
	return (DBGSHM_LIFE_LIVE);
}

bool
dbgshm__life_writer(int descriptor, const struct dbgshm_header *header,
    struct dbgshm_host *host)
{
	if (dbgshm__life_locked(descriptor))
		return (true);
	/* No lock was possible: the process itself must do. */
	return (header->reason == DBGSHM_REASON_NO_LOCK &&
	    header->exit_real_ns == 0 && is_original(descriptor, header) &&
	    process_runs(
		header, header->writer_pid, header->writer_start, host));
}

enum dbgshm_life
dbgshm__life(int descriptor, const struct dbgshm_header *header,
    struct dbgshm_host *host)
{
	bool held = dbgshm__life_writer(descriptor, header, host);

	if (header->kind == DBGSHM_KIND_WATCHED)
		return (life_watched(header, held, host));
	return (life_own(descriptor, header, held, host));
}

uint64_t
dbgshm__life_since(enum dbgshm_life life, const struct dbgshm_header *header)
{
	bool watched = header->kind == DBGSHM_KIND_WATCHED;

	switch (life) {
	case DBGSHM_LIFE_LIVE:
		return (header->created_real_ns);
	case DBGSHM_LIFE_EXITED:
	case DBGSHM_LIFE_REPLACED:
		if (watched)
			return (header->subject_exit_real_ns);
		break;
	case DBGSHM_LIFE_STOPPED:
		if (watched)
			return (0);
		break;
	default:
		break;
	}
	return (header->exit_real_ns != 0 ? header->exit_real_ns
					  : header->clock_real_ns);
}
