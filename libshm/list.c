/*
 * list.c - all regions of this host.
 *
 * Anybody can make a file in /dev/shm.  A directory is believed when it belongs to
 * the user in its name or to root, a file when it belongs to the directory's
 * owner, or to anybody in a directory of root's: an agent keeps regions there
 * that belong to the users it watches.
 */
#include "list.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILES_MAX 65536 /* entries of one list */

/* ---- one file ---------------------------------------------------------------- */

static struct dbgshm_entry *
add_entry(struct dbgshm_search *search, const char *directory, const char *file,
    bool dark)
{
	struct dbgshm_list *list = &search->found;
	struct dbgshm_entry *entries, *entry;
	size_t room, size;

	if (list->count >= FILES_MAX)
		return (NULL);
	if (list->count == search->room) {
		room = search->room == 0 ? 16 : search->room * 2;
		entries = realloc(list->entries, room * sizeof(*entries));
		if (entries == NULL) {
			search->error = ENOMEM;
			return (NULL);
		}
		list->entries = entries;
		search->room = room;
	}
	entry = &list->entries[list->count];
	memset(entry, 0, sizeof(*entry));
	size = strlen(directory) + strlen(file) + 2;
	if ((entry->path = malloc(size)) == NULL) {
		search->error = ENOMEM;
		return (NULL);
	}
	(void)snprintf(entry->path, size, "%s%s%s", directory,
	    *file == '\0' ? "" : "/", file);
	entry->dark = dark;
	entry->age_ns = UINT64_MAX;
	entry->uptime_ns = UINT64_MAX;
	list->count++;
	return (entry);
}

static void
set_status(struct dbgshm_entry *entry, const struct stat *status)
{
	entry->uid = status->st_uid;
	entry->mode = status->st_mode & 07777;
	entry->size_bytes = (uint64_t)status->st_blocks * 512;
}

static void
set_unreadable(struct dbgshm_entry *entry, int error)
{
	char owner[32];

	entry->life = DBGSHM_LIFE_UNREADABLE;
	entry->error = error;
	if (entry->uid == 0)
		(void)snprintf(owner, sizeof(owner), "root");
	else
		(void)snprintf(
		    owner, sizeof(owner), "uid %u", (unsigned)entry->uid);
	if (error == EACCES || error == EPERM)
		(void)snprintf(entry->reason, sizeof(entry->reason),
		    "owner %s, mode %04o; try as %s", owner,
		    (unsigned)entry->mode, entry->uid == 0 ? "root" : owner);
	else
		(void)snprintf(entry->reason, sizeof(entry->reason),
		    "cannot be opened: %.100s", strerror(error));
}

static void
set_damaged(
    struct dbgshm_entry *entry, int error, const struct dbgshm_sink *sink)
{
	entry->life = DBGSHM_LIFE_DAMAGED;
	entry->error = error;
	(void)snprintf(entry->reason, sizeof(entry->reason), "%.158s",
	    sink->count > 0 ? sink->first.text : "cannot be read");
}

static uint64_t
since(uint64_t now, uint64_t then)
{
	return (now > then ? now - then : 0);
}

/* Ages, by a clock that writer and reader share. */
static void
set_times(struct dbgshm_search *search, const struct dbgshm_header *header,
    struct dbgshm_entry *entry)
{
	struct dbgshm_host *host = &search->host;
	uint64_t start_ns, started_real_ns;
	bool here, running;

	dbgshm__host_learn(host);
	here =
	    memcmp(header->boot_id, host->boot_id, sizeof(host->boot_id)) == 0;
	if (header->clock_mono_ns != 0 && here &&
	    header->time_namespace == host->time_namespace)
		entry->age_ns = since(search->mono_ns, header->clock_mono_ns);
	else if (header->clock_real_ns != 0)
		entry->age_ns = since(search->real_ns, header->clock_real_ns);
	if (search->clock_tick_ns == 0 || header->subject_start == 0 ||
	    header->subject_start > UINT64_MAX / search->clock_tick_ns)
		return;
	start_ns = header->subject_start * search->clock_tick_ns;
	running = entry->life == DBGSHM_LIFE_LIVE ||
	    entry->life == DBGSHM_LIFE_STOPPED;
	if (running && here) {
		entry->uptime_ns = since(search->boot_ns, start_ns);
	} else if (entry->since_real_ns != 0) {
		/* Real time of the start, by the writer's pair of clocks. */
		started_real_ns = since(header->created_real_ns,
		    since(header->created_boot_ns, start_ns));
		entry->uptime_ns = since(entry->since_real_ns, started_real_ns);
	}
}

/*
 * A lock says that somebody lives, not who: a live region speaks for its own
 * process only when it belongs to that process's user or to root.
 */
static bool
speaks_for_another(const struct dbgshm_entry *entry, pid_t pid)
{
	struct stat process;
	char path[32];

	if (entry->kind != DBGSHM_KIND_OWN || entry->uid == 0 || pid == 0 ||
	    (entry->life != DBGSHM_LIFE_LIVE &&
		entry->life != DBGSHM_LIFE_STOPPED))
		return (false);
	(void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	return (stat(path, &process) == 0 && process.st_uid != entry->uid);
}

static void
set_header(struct dbgshm_search *search, int descriptor,
    const struct dbgshm_header *header, struct dbgshm_entry *entry)
{
	pid_t pid = dbgshm__life_pid(header, &search->host);
	struct dbgshm_sink sink = { 0 };

	entry->life = dbgshm__life(descriptor, header, &search->host);
	entry->kind = header->kind;
	entry->pid = pid != 0 ? pid : (pid_t)header->subject_pid;
	entry->writer_pid = (pid_t)header->writer_pid;
	if (speaks_for_another(entry, pid)) {
		dbgshm__fault(&sink,
		    offsetof(struct dbgshm_header, subject_pid),
		    "it speaks for a process of another user");
		set_damaged(entry, EPERM, &sink);
		return;
	}
	memcpy(entry->name, header->name, sizeof(header->name));
	entry->subject_start = header->subject_start;
	entry->created_real_ns = header->created_real_ns;
	entry->size_bytes = header->bytes_used;
	entry->since_real_ns = dbgshm__life_since(entry->life, header);
	set_times(search, header, entry);
}

/* PID-START-RANDOM.dbg, as the name of a file that cannot be opened. */
static void
set_from_name(struct dbgshm_entry *entry, const char *file)
{
	unsigned long pid;
	char *end;

	pid = strtoul(file, &end, 10);
	entry->pid = pid <= INT32_MAX ? (pid_t)pid : 0;
	if (*end == '-')
		entry->subject_start = strtoull(end + 1, NULL, 10);
}

static bool
is_region_name(const char *file)
{
	size_t length = strlen(file), suffix = strlen(DBGSHM_FILE_SUFFIX);

	return (length > suffix && isdigit((unsigned char)file[0]) &&
	    strchr(file, '/') == NULL &&
	    strcmp(file + length - suffix, DBGSHM_FILE_SUFFIX) == 0);
}

static void
look_at_file(struct dbgshm_search *search, int directory, const char *path,
    const struct stat *owner, const char *file, bool dark)
{
	struct dbgshm_entry *entry;
	struct dbgshm_header header;
	struct dbgshm_layout layout;
	struct dbgshm_sink sink = { 0 };
	struct stat status;
	uint64_t size;
	int descriptor, error;

	if (fstatat(directory, file, &status, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(status.st_mode) ||
	    (status.st_uid != owner->st_uid && owner->st_uid != 0))
		return;
	descriptor = dbgshm__open_at(directory, file);
	error = errno;
	if (descriptor == -1 && error == ENOENT)
		return; /* gone meanwhile */
	if (descriptor != -1 &&
	    (fstat(descriptor, &status) == -1 ||
		(status.st_uid != owner->st_uid && owner->st_uid != 0))) {
		(void)close(descriptor);
		return; /* replaced meanwhile */
	}
	if ((entry = add_entry(search, path, file, dark)) == NULL) {
		if (descriptor != -1)
			(void)close(descriptor);
		return;
	}
	set_status(entry, &status);
	set_from_name(entry, file);
	if (descriptor == -1) {
		set_unreadable(entry, error);
		return;
	}
	if ((error = dbgshm__open_file(descriptor, false, &size, &sink)) != 0 ||
	    (error = dbgshm__read_header(descriptor, &header)) != 0 ||
	    (error = dbgshm__verify_header(&header, size, &layout, &sink)) != 0)
		set_damaged(entry, error, &sink);
	else
		set_header(search, descriptor, &header, entry);
	(void)close(descriptor);
}

/* ---- directories ------------------------------------------------------------------ */

static int
open_directory(int at, const char *name, struct stat *status)
{
	int descriptor = openat(at, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (descriptor != -1 && fstat(descriptor, status) == -1) {
		(void)close(descriptor);
		return (-1);
	}
	return (descriptor);
}

static void
look_at_files(struct dbgshm_search *search, int directory, const char *path,
    const struct stat *owner, bool dark)
{
	struct dirent *file;
	DIR *stream;
	size_t i;

	if (search->files != NULL) {
		for (i = 0; i < search->file_count && search->error == 0; i++)
			if (is_region_name(search->files[i]))
				look_at_file(search, directory, path, owner,
				    search->files[i], dark);
		(void)close(directory);
		return;
	}
	if ((stream = fdopendir(directory)) == NULL) {
		(void)close(directory);
		return;
	}
	while ((file = readdir(stream)) != NULL && search->error == 0)
		if (is_region_name(file->d_name))
			look_at_file(search, dirfd(stream), path, owner,
			    file->d_name, dark);
	(void)closedir(stream);
}

/* "dbgtop-UID" or "dbgtop-UID-RANDOM8". */
static bool
user_of_name(const char *name, uid_t *uid)
{
	const char *digits = name + strlen(DBGSHM_DIRECTORY_PREFIX);
	unsigned long value;
	char *end;

	if (strncmp(name, DBGSHM_DIRECTORY_PREFIX,
		strlen(DBGSHM_DIRECTORY_PREFIX)) != 0 ||
	    !isdigit((unsigned char)*digits))
		return (false);
	errno = 0;
	value = strtoul(digits, &end, 10);
	if (errno != 0 || value > UINT32_MAX ||
	    (*end != '\0' && (*end != '-' || strlen(end) != 9)))
		return (false);
	*uid = (uid_t)value;
	return (true);
}

/* A directory that cannot be looked into is an entry too. */
static void
unreadable_directory(
    struct dbgshm_search *search, const char *path, const struct stat *status)
{
	struct dbgshm_entry *entry = add_entry(search, path, "", false);

	if (entry == NULL)
		return;
	set_status(entry, status);
	entry->size_bytes = 0;
	set_unreadable(entry, EACCES);
}

/* owner: of the container's processes, when names there mean other users. */
static void
look_at_user(struct dbgshm_search *search, int base, const char *base_path,
    const char *name, const uid_t *owner)
{
	struct stat status;
	char path[512];
	uid_t uid;
	int dark, directory;

	if (!user_of_name(name, &uid))
		return;
	(void)snprintf(path, sizeof(path), "%s/%s", base_path, name);
	directory = open_directory(base, name, &status);
	if (directory == -1 && errno == EACCES &&
	    fstatat(base, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(status.st_mode) &&
	    (status.st_uid == uid || status.st_uid == 0))
		unreadable_directory(search, path, &status);
	if (directory == -1)
		return;
	if (status.st_uid != uid && status.st_uid != 0 &&
	    (owner == NULL || status.st_uid != *owner)) {
		(void)close(directory);
		return;
	}
	if ((search->flags & DBGSHM_LIST_DARK) != 0) {
		struct stat inner;
		char inner_path[sizeof(path) + sizeof(DBGSHM_DARK_DIRECTORY)];

		dark = open_directory(directory, DBGSHM_DARK_DIRECTORY, &inner);
		(void)snprintf(inner_path, sizeof(inner_path), "%s/%s", path,
		    DBGSHM_DARK_DIRECTORY);
		if (dark != -1 &&
		    (inner.st_uid == status.st_uid || inner.st_uid == 0))
			look_at_files(search, dark, inner_path, &inner, true);
		else if (dark != -1)
			(void)close(dark);
	}
	look_at_files(search, directory, path, &status, false);
}

void
dbgshm__list_base(struct dbgshm_search *search, int base, const char *path,
    const uid_t *owner)
{
	struct dirent *entry;
	DIR *stream;

	if ((stream = fdopendir(base)) == NULL) {
		(void)close(base);
		return;
	}
	while ((entry = readdir(stream)) != NULL && search->error == 0)
		look_at_user(search, dirfd(stream), path, entry->d_name, owner);
	(void)closedir(stream);
}

/* ---- the list -------------------------------------------------------------------------- */

static int
rank(const struct dbgshm_entry *entry)
{
	return (entry->life == DBGSHM_LIFE_LIVE ||
		    entry->life == DBGSHM_LIFE_STOPPED
		? 0
		: 1);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct dbgshm_entry *x = a, *y = b;

	if (rank(x) != rank(y))
		return (rank(x) - rank(y));
	if (rank(x) != 0 && x->since_real_ns != y->since_real_ns)
		return (x->since_real_ns > y->since_real_ns ? -1 : 1);
	if (x->pid != y->pid)
		return (x->pid < y->pid ? -1 : 1);
	if (x->created_real_ns != y->created_real_ns)
		return (x->created_real_ns > y->created_real_ns ? -1 : 1);
	return (strcmp(x->path, y->path));
}

static void
search_begin(struct dbgshm_search *search)
{
	long ticks = sysconf(_SC_CLK_TCK);

	search->mono_ns = dbgshm__host_clock_ns(CLOCK_MONOTONIC);
	search->boot_ns = dbgshm__host_clock_ns(CLOCK_BOOTTIME);
	search->real_ns = dbgshm__host_clock_ns(CLOCK_REALTIME);
	if (ticks > 0)
		search->clock_tick_ns = 1000000000 / (uint64_t)ticks;
}

static int
search_end(struct dbgshm_search *search, struct dbgshm_list *list)
{
	dbgshm__host_free(&search->host);
	if (search->error != 0) {
		dbgshm_list_free(&search->found);
		errno = search->error;
		return (-1);
	}
	*list = search->found;
	return (0);
}

int
dbgshm_list_take(unsigned flags, struct dbgshm_list *list)
{
	struct dbgshm_search search = { .flags = flags };
	struct stat status;
	int base;

	search_begin(&search);
	base = open_directory(AT_FDCWD, DBGSHM_BASE_DIRECTORY, &status);
	if (base != -1)
		dbgshm__list_base(&search, base, DBGSHM_BASE_DIRECTORY, NULL);
	if ((flags & DBGSHM_LIST_CONTAINERS) != 0 && search.error == 0)
		dbgshm__list_containers(&search, DBGSHM_BASE_DIRECTORY);
	if (search.found.count > 1)
		qsort(search.found.entries, search.found.count,
		    sizeof(*search.found.entries), compare_entries);
	return (search_end(&search, list));
}

int
dbgshm_list_look(const char *directory, const char *const *files, size_t count,
    struct dbgshm_list *list)
{
	struct dbgshm_search search = { .files = files, .file_count = count };
	struct stat status;
	int base;

	search_begin(&search);
	search.host.processes_known = true; /* none of other namespaces */
	base = open_directory(AT_FDCWD, DBGSHM_BASE_DIRECTORY, &status);
	if (base != -1) {
		look_at_user(
		    &search, base, DBGSHM_BASE_DIRECTORY, directory, NULL);
		(void)close(base);
	}
	return (search_end(&search, list));
}

void
dbgshm_list_free(struct dbgshm_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->entries[i].path);
	free(list->entries);
	list->entries = NULL;
	list->count = 0;
}
