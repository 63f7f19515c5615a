/*
 * regions.c - the files in the directories of regions: told by inotify, and by a
 * walk at the start and whenever inotify has lost something.
 *
 * A writer's file is held open by its memory alone: when that goes, the kernel
 * says that it was closed.  So the death of a program is noticed at once,
 * without looking at it again and again.
 */
#include "regions.h"

#include "clock.h"
#include "files.h"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WALK_NAMES 20000 /* of one directory */
#define WALK_GAP_NS (10 * NS_PER_S)
#define WALK_SHARE 50 /* walks take at most 1/50 of the time */

#define BASE_EVENTS                                                            \
	(IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR)
#define FILE_EVENTS                                                            \
	(BASE_EVENTS | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_DONT_FOLLOW)

/* ---- names -------------------------------------------------------------------- */

/* dbgtop-UID or dbgtop-UID-RANDOM8 */
static bool
directory_user(const char *name, uid_t *uid)
{
	size_t length = strlen(DBGSHM_DIRECTORY_PREFIX);
	unsigned long value;
	char *end;

	if (strncmp(name, DBGSHM_DIRECTORY_PREFIX, length) != 0 ||
	    !isdigit((unsigned char)name[length]) ||
	    strlen(name) >= REGION_DIRECTORY_NAME)
		return (false);
	errno = 0;
	value = strtoul(name + length, &end, 10);
	*uid = (uid_t)value;
	return (errno == 0 && value <= UINT32_MAX &&
	    (*end == '\0' || (*end == '-' && strlen(end) == 9)));
}

static bool
is_region(const char *name)
{
	size_t length = strlen(name), suffix = strlen(DBGSHM_FILE_SUFFIX);

	return (isdigit((unsigned char)name[0]) && length > suffix &&
	    length < REGION_FILE_NAME &&
	    strcmp(name + length - suffix, DBGSHM_FILE_SUFFIX) == 0);
}

/* ---- files -------------------------------------------------------------------- */

static struct region_file *
find_file(
    struct regions *regions, uint8_t directory, const char *name, uint64_t hash)
{
	const struct region_file *file = regions->file;
	size_t i;

	for (i = 0; i < REGIONS_MAX; i++)
		if (regions->hash[i] == hash &&
		    file[i].directory == directory &&
		    strcmp(file[i].name, name) == 0)
			return (&regions->file[i]);
	return (NULL);
}

static void
add_file(struct regions *regions, uint8_t directory, const char *name)
{
	struct region_directory *in = &regions->directory[directory];
	uint64_t hash = proc_hash(3, name, strlen(name)) | 1;
	struct region_file *file;

	file = find_file(regions, directory, name, hash);
	if (file != NULL) {
		file->seen = file->due = true;
		return;
	}
	file = in->ours || in->files < REGIONS_OF_A_STRANGER
	    ? find_file(regions, 0, "", 0)
	    : NULL;
	if (file == NULL) {
		regions->left_out++;
		return;
	}
	memset(file, 0, sizeof(*file));
	strlcpy(file->name, name, sizeof(file->name));
	regions->hash[file - regions->file] = hash;
	file->directory = directory;
	file->seen = file->due = true;
	in->files++;
}

void
regions_remove(struct regions *regions, struct region_file *file)
{
	regions_gone(regions, file);
	regions->directory[file->directory].files--;
	regions->hash[file - regions->file] = 0;
	memset(file, 0, sizeof(*file));
	/* There is room for one that was left out. */
	if (regions->left_out > 0)
		regions->walk_wanted = true;
}

/* ---- directories --------------------------------------------------------------- */

static void
remove_directory(struct regions *regions, struct region_directory *directory)
{
	uint8_t number = (uint8_t)(directory - regions->directory);
	size_t i;

	for (i = 0; i < REGIONS_MAX; i++)
		if (regions->hash[i] != 0 &&
		    regions->file[i].directory == number)
			regions_remove(regions, &regions->file[i]);
	if (directory->watch != -1)
		(void)inotify_rm_watch(regions->inotify, directory->watch);
	memset(directory, 0, sizeof(*directory));
}

static struct region_directory *
find_directory(struct regions *regions, const char *name)
{
	size_t i;

	for (i = 0; i < REGION_DIRECTORIES; i++)
		if (strcmp(regions->directory[i].name, name) == 0)
			return (&regions->directory[i]);
	return (NULL);
}

/* Believed as the library does: it belongs to the user in its name, or to
 * root. */
static struct region_directory *
add_directory(struct regions *regions, const char *name)
{
	struct region_directory *directory;
	char path[64];
	struct stat st;
	size_t i, same = 0;
	uid_t uid;
	bool ours;

	if (!directory_user(name, &uid))
		return (NULL);
	directory = find_directory(regions, name);
	if (directory != NULL)
		return (directory);
	snprintf(path, sizeof(path), "%s/%s", DBGSHM_BASE_DIRECTORY, name);
	if (lstat(path, &st) == -1 || !S_ISDIR(st.st_mode) ||
	    (st.st_uid != uid && st.st_uid != 0))
		return (NULL);
	ours = st.st_uid == 0 || st.st_uid == geteuid();
	for (i = 0; i < REGION_DIRECTORIES; i++)
		same += regions->directory[i].name[0] != '\0' &&
		    regions->directory[i].uid == st.st_uid;
	directory = ours || same < REGION_DIRECTORIES_OF_A_STRANGER
	    ? find_directory(regions, "")
	    : NULL;
	if (directory == NULL) {
		regions->left_out++;
		return (NULL);
	}
	memset(directory, 0, sizeof(*directory));
	strlcpy(directory->name, name, sizeof(directory->name));
	directory->ours = ours;
	directory->uid = st.st_uid;
	directory->watch = -1; /* until it is walked */
	return (directory);
}

/* ---- walks ----------------------------------------------------------------------- */

/* false: not all of it could be read. */
static bool
walk_directory(struct regions *regions, uint8_t number)
{
	struct region_directory *directory = &regions->directory[number];
	struct dirent *entry;
	char path[64];
	size_t names = 0;
	DIR *stream;

	snprintf(path, sizeof(path), "%s/%s", DBGSHM_BASE_DIRECTORY,
	    directory->name);
	/* The same watch, unless it is another directory by now. */
	directory->watch =
	    inotify_add_watch(regions->inotify, path, FILE_EVENTS);
	stream = files_brief_opendir(path);
	if (stream == NULL && errno == ENOENT) {
		remove_directory(regions, directory);
		return (true);
	}
	if (stream == NULL)
		return (false);
	while (names < WALK_NAMES && (entry = readdir(stream)) != NULL) {
		names++;
		if (is_region(entry->d_name))
			add_file(regions, number, entry->d_name);
	}
	files_brief_closedir(stream);
	return (names < WALK_NAMES);
}

static bool
walk_base(struct regions *regions)
{
	struct dirent *entry;
	size_t names = 0;
	DIR *stream;

	stream = files_brief_opendir(DBGSHM_BASE_DIRECTORY);
	if (stream == NULL)
		return (false);
	while (names < WALK_NAMES && (entry = readdir(stream)) != NULL) {
		names++;
		(void)add_directory(regions, entry->d_name);
	}
	files_brief_closedir(stream);
	return (names < WALK_NAMES);
}

void
regions_walk(struct regions *regions)
{
	uint64_t start_ns = clock_now(), cost_ns, files = 0;
	bool whole[REGION_DIRECTORIES] = { false }, all;
	size_t i;

	dbgshm_schedule_begin(regions->walk_schedule);
	regions->walk_wanted = false;
	regions->left_out = 0;
	for (i = 0; i < REGIONS_MAX; i++)
		regions->file[i].seen = false;
	all = walk_base(regions);
	for (i = 0; i < REGION_DIRECTORIES; i++)
		if (regions->directory[i].name[0] != '\0') {
			whole[i] = walk_directory(regions, (uint8_t)i);
			all = all && whole[i];
		}
	for (i = 0; i < REGIONS_MAX; i++) {
		if (regions->hash[i] == 0)
			continue;
		files++;
		if (!regions->file[i].seen && whole[regions->file[i].directory])
			regions_remove(regions, &regions->file[i]);
	}
	cost_ns = clock_now() - start_ns;
	regions->walk_next_ns = start_ns +
	    (cost_ns * WALK_SHARE > WALK_GAP_NS ? cost_ns * WALK_SHARE
						: WALK_GAP_NS);
	dbgshm_schedule_end(regions->walk_schedule, files,
	    all ? DBGSHM_OUTCOME_OK : DBGSHM_OUTCOME_FAILED, 0);
}

/* ---- inotify --------------------------------------------------------------------- */

int
regions_listen(struct regions *regions)
{
	regions->inotify =
	    files_keep(inotify_init1(IN_NONBLOCK | IN_CLOEXEC), "inotify");
	if (regions->inotify == -1)
		return (-1);
	regions->base_watch = inotify_add_watch(
	    regions->inotify, DBGSHM_BASE_DIRECTORY, BASE_EVENTS);
	return (regions->base_watch == -1 ? -1 : 0);
}

static void
base_notice(struct regions *regions, const struct inotify_event *event)
{
	struct region_directory *directory;

	if ((event->mask & IN_ISDIR) == 0)
		return;
	if ((event->mask & (IN_CREATE | IN_MOVED_TO)) == 0) {
		directory = find_directory(regions, event->name);
		if (directory != NULL && event->name[0] != '\0')
			remove_directory(regions, directory);
	} else if (find_directory(regions, event->name) == NULL) {
		directory = add_directory(regions, event->name);
		/* What was made in it before we listened. */
		if (directory != NULL)
			(void)walk_directory(
			    regions, (uint8_t)(directory - regions->directory));
	}
}

static void
file_notice(struct regions *regions, struct region_directory *directory,
    const struct inotify_event *event)
{
	uint8_t number = (uint8_t)(directory - regions->directory);
	struct region_file *file;

	if ((event->mask & (IN_IGNORED | IN_DELETE_SELF)) != 0) {
		directory->watch = -1;
		remove_directory(regions, directory);
		return;
	}
	if ((event->mask & IN_CLOSE_WRITE) != 0)
		directory->closed = true;
	if (event->len == 0 || !is_region(event->name))
		return;
	if ((event->mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
		add_file(regions, number, event->name);
		return;
	}
	if ((event->mask & (IN_DELETE | IN_MOVED_FROM)) == 0)
		return;
	file = find_file(regions, number, event->name,
	    proc_hash(3, event->name, strlen(event->name)) | 1);
	if (file != NULL)
		regions_remove(regions, file);
	else if (regions->left_out > 0)
		regions->left_out--;
}

static void
notice(struct regions *regions, const struct inotify_event *event)
{
	size_t i;

	dbgshm_counter_add(regions->notices, 1);
	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		dbgshm_counter_add(regions->overflows, 1);
		regions->walk_wanted = true;
	} else if (event->wd == regions->base_watch)
		base_notice(regions, event);
	else
		for (i = 0; i < REGION_DIRECTORIES; i++)
			if (regions->directory[i].name[0] != '\0' &&
			    regions->directory[i].watch == event->wd) {
				file_notice(
				    regions, &regions->directory[i], event);
				break;
			}
}

void
regions_read(struct regions *regions)
{
	const struct inotify_event *event;
	ssize_t at, length;

	length =
	    read(regions->inotify, regions->buffer, sizeof(regions->buffer));
	for (at = 0; at < length;
	     at += (ssize_t)(sizeof(*event) + event->len)) {
		event = (const void *)(regions->buffer + at);
		notice(regions, event);
	}
}
