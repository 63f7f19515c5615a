/*
 * proc_stat.c - who a process is and what state it is in.
 *
 * The name in /proc/PID/stat may hold anything, `) R 1 (` too: the fields begin
 * behind the last parenthesis of the line.
 */
#include "proc.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

const char *const proc_state_names[] = {
	[PROC_STATE_UNKNOWN] = "unknown",
	[PROC_RUNNING] = "running",
	[PROC_SLEEPING] = "sleeping",
	[PROC_DISK_SLEEP] = "disk sleep",
	[PROC_STOPPED] = "stopped",
	[PROC_TRACED] = "traced",
	[PROC_ZOMBIE] = "zombie",
	[PROC_DEAD] = "dead",
	[PROC_IDLE] = "idle",
	[PROC_PARKED] = "parked",
	NULL,
};

static const struct state_letter {
	char letter;
	uint8_t state;
} state_letters[] = {
	{ 'R', PROC_RUNNING },
	{ 'S', PROC_SLEEPING },
	{ 'D', PROC_DISK_SLEEP },
	{ 'T', PROC_STOPPED },
	{ 't', PROC_TRACED },
	{ 'Z', PROC_ZOMBIE },
	{ 'X', PROC_DEAD },
	{ 'I', PROC_IDLE },
	{ 'P', PROC_PARKED },
};

/* Numbers of the stat line, counted as proc(5) does. */
enum {
	STAT_PARENT = 4,
	STAT_MINFLT = 10,
	STAT_MAJFLT = 12,
	STAT_UTIME = 14,
	STAT_STIME = 15,
	STAT_CUTIME = 16,
	STAT_CSTIME = 17,
	STAT_PRIORITY = 18,
	STAT_NICE = 19,
	STAT_THREADS = 20,
	STAT_START = 22,
	STAT_VSIZE = 23,
	STAT_CODE_START = 26,
	STAT_CODE_END = 27,
	STAT_STACK_START = 28,
	STAT_PROCESSOR = 39,
	STAT_COUNT,
};

static uint64_t
ticks_ns(uint64_t ticks)
{
	return (
	    ticks * (UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK)));
}

int
proc_stat_parse(const char *text, struct proc_stat *stat)
{
	uint64_t field[STAT_COUNT] = { 0 };
	const char *open, *close, *p;
	size_t i, length;
	char letter;

	open = strchr(text, '(');
	close = strrchr(text, ')');
	if (open == NULL || close == NULL || close < open || close[1] != ' ' ||
	    proc_number(text, &stat->pid) == NULL)
		goto bad;
	length = (size_t)(close - open - 1);
	if (length >= sizeof(stat->comm))
		length = sizeof(stat->comm) - 1;
	memset(stat->comm, 0, sizeof(stat->comm));
	memcpy(stat->comm, open + 1, length);
	letter = close[2];
	stat->state = PROC_STATE_UNKNOWN;
	for (i = 0; i < sizeof(state_letters) / sizeof(state_letters[0]); i++)
		if (state_letters[i].letter == letter)
			stat->state = state_letters[i].state;
	if (letter == '\0')
		goto bad;
	p = close + 3;
	for (i = STAT_PARENT; i < STAT_COUNT; i++) {
		p = proc_number(p, &field[i]);
		if (p == NULL)
			goto bad;
	}
	stat->parent = field[STAT_PARENT];
	stat->minor_faults = field[STAT_MINFLT];
	stat->major_faults = field[STAT_MAJFLT];
	stat->user_ns = ticks_ns(field[STAT_UTIME]);
	stat->system_ns = ticks_ns(field[STAT_STIME]);
	stat->children_user_ns = ticks_ns(field[STAT_CUTIME]);
	stat->children_system_ns = ticks_ns(field[STAT_CSTIME]);
	stat->priority = (int64_t)field[STAT_PRIORITY];
	stat->nice = (int64_t)field[STAT_NICE];
	stat->threads = field[STAT_THREADS];
	stat->start_ticks = field[STAT_START];
	stat->start_ns = ticks_ns(field[STAT_START]);
	stat->virtual_bytes = field[STAT_VSIZE];
	stat->code_start = field[STAT_CODE_START];
	stat->code_end = field[STAT_CODE_END];
	stat->stack_start = field[STAT_STACK_START];
	stat->processor = field[STAT_PROCESSOR];
	return (0);
bad:
	errno = EBADMSG;
	return (-1);
}

int
proc_stat_read(int directory, const char *name, struct proc_stat *stat)
{
	char text[1024];

	if (proc_read(directory, name, text, sizeof(text)) == -1)
		return (-1);
	return (proc_stat_parse(text, stat));
}

#define STATUS_BYTES(key, field)                                               \
	{                                                                      \
		key, offsetof(struct proc_status, field), 1024                 \
	}
#define STATUS_COUNT(key, field)                                               \
	{                                                                      \
		key, offsetof(struct proc_status, field), 1                    \
	}

static const struct proc_field status_fields[] = {
	STATUS_COUNT("Uid", uid),
	STATUS_COUNT("Gid", gid),
	STATUS_BYTES("VmPeak", virtual_peak),
	STATUS_BYTES("VmSize", virtual_bytes),
	STATUS_BYTES("VmLck", locked),
	STATUS_BYTES("VmHWM", rss_peak),
	STATUS_BYTES("VmRSS", rss),
	STATUS_BYTES("RssAnon", rss_anon),
	STATUS_BYTES("RssFile", rss_file),
	STATUS_BYTES("RssShmem", rss_shmem),
	STATUS_BYTES("VmData", data),
	STATUS_BYTES("VmStk", stack),
	STATUS_BYTES("VmExe", text),
	STATUS_BYTES("VmLib", libraries),
	STATUS_BYTES("VmPTE", page_tables),
	STATUS_BYTES("VmSwap", swap),
	STATUS_BYTES("HugetlbPages", huge),
	STATUS_COUNT("SigQ", signals_queued),
	STATUS_COUNT("voluntary_ctxt_switches", voluntary),
	STATUS_COUNT("nonvoluntary_ctxt_switches", involuntary),
};

int
proc_status_read(int directory, struct proc_status *status)
{
	char text[8192];
	const char *start;

	if (proc_read(directory, "status", text, sizeof(text)) == -1)
		return (-1);
	memset(status, 0, sizeof(*status));
	/* The first line is the name, which may hold what it likes but a
	 * newline: the kernel spells that one out. */
	start = strchrnul(text, '\n');
	status->found = proc_fields(start, status_fields,
	    sizeof(status_fields) / sizeof(status_fields[0]), status);
	return (0);
}

/* The last part of a path, without ` (deleted)`. */
static void
base_name(char *out, size_t size, const char *path, const char *ends)
{
	static const char deleted[] = " (deleted)";
	const char *slash;
	size_t length = strlen(path);

	if (length > sizeof(deleted) - 1 &&
	    strcmp(path + length - (sizeof(deleted) - 1), deleted) == 0)
		length -= sizeof(deleted) - 1;
	if (ends != NULL)
		length = strcspn(path, ends);
	slash = memrchr(path, '/', length);
	if (slash != NULL) {
		length -= (size_t)(slash + 1 - path);
		path = slash + 1;
	}
	if (length >= size)
		length = size - 1;
	memcpy(out, path, length);
	out[length] = '\0';
}

/* The kernel cuts names at 15 bytes. */
static bool
is_cut(const char *comm)
{
	return (strlen(comm) == 15);
}

void
proc_identify(
    int directory, const struct proc_stat *stat, struct proc_identity *identity)
{
	char base[PROC_NAME_SIZE];

	memset(identity, 0, sizeof(*identity));
	identity->pid = (pid_t)stat->pid;
	identity->start_ticks = stat->start_ticks;
	memcpy(identity->comm, stat->comm, sizeof(identity->comm));
	if (proc_link(directory, "exe", identity->exe, sizeof(identity->exe)) ==
	    -1)
		identity->exe[0] = '\0';
	memcpy(identity->name, identity->comm, sizeof(identity->comm));
	/* Look for the rest of a name that was cut. */
	base_name(base, sizeof(base), identity->exe, NULL);
	if (is_cut(identity->comm) && strncmp(base, identity->comm, 15) == 0)
		memcpy(identity->name, base, sizeof(base));
}

bool
proc_wants_title(const struct proc_identity *identity)
{
	return (is_cut(identity->comm) &&
	    strcmp(identity->name, identity->comm) == 0);
}

void
proc_entitle(int directory, struct proc_identity *identity)
{
	char text[PROC_PATH_SIZE];

	/* A title as `nginx: master process` ends at its colon. */
	if (proc_read(directory, "cmdline", text, sizeof(text)) <= 0)
		return;
	base_name(identity->title, sizeof(identity->title), text, ": ");
	if (proc_wants_title(identity) &&
	    strncmp(identity->title, identity->comm, 15) == 0)
		memcpy(identity->name, identity->title, sizeof(identity->name));
}

bool
proc_is_named(const struct proc_identity *identity, const char *name)
{
	char base[PROC_NAME_SIZE];

	if (strcmp(name, identity->comm) == 0 ||
	    strcmp(name, identity->name) == 0 ||
	    strcmp(name, identity->title) == 0)
		return (true);
	base_name(base, sizeof(base), identity->exe, NULL);
	return (strcmp(name, base) == 0);
}
