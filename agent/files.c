/*
 * files.c - open and close, paired in the agent's own region.
 */
#include "files.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#define FILES_KEPT 1024 /* rows: open ones, and those closed lately */
#define FILES_BRIEF 32

/*
 * The one thing of the agent that does not hang off main: the kernel has one
 * table of descriptors for all of us.  Set by files_publish() before there is a
 * second thread; the notes are atomic.
 */
static struct files {
	struct dbgshm_pairs *kept, *brief;
	struct dbgshm_counter opened, opened_brief, failed;
	struct dbgshm_updown open;
	uint8_t ours[FILES_NOTED];
} files;

static void
note(int descriptor, bool ours)
{
	if (descriptor >= 0 && descriptor < FILES_NOTED)
		__atomic_store_n(
		    &files.ours[descriptor], ours, __ATOMIC_RELAXED);
}

bool
files_is_ours(int descriptor)
{
	return (descriptor >= 0 && descriptor < FILES_NOTED &&
	    __atomic_load_n(&files.ours[descriptor], __ATOMIC_RELAXED) != 0);
}

void
files_publish(void)
{
	struct dbgshm_profile *profile;

	/* A region that is off, or full, makes all of this harmless. */
	profile = dbgshm_profile_add("files/kept",
	    "files and other descriptors that the agent keeps open",
	    "Each with the line of the program that opened it, and the one "
	    "that closed it.  What is open for long and ever more often is a "
	    "leak, of the line in `opened`.");
	files.kept = dbgshm_pairs_create(profile, FILES_KEPT);
	(void)dbgshm_counter_create(profile,
	    &(struct dbgshm_metric){
		.name = "opened", .help = "descriptors made" },
	    &files.opened);
	(void)dbgshm_updown_create(profile,
	    &(struct dbgshm_metric){
		.name = "open", .help = "descriptors that are open" },
	    &files.open);
	profile = dbgshm_profile_add("files/brief",
	    "files that are closed again where they were opened",
	    "Most of them are files of /proc, read in one go.");
	files.brief = dbgshm_pairs_create(profile, FILES_BRIEF);
	(void)dbgshm_counter_create(profile,
	    &(struct dbgshm_metric){ .name = "opened", .help = "files opened" },
	    &files.opened_brief);
	(void)dbgshm_counter_create(profile,
	    &(struct dbgshm_metric){ .name = "failed",
		.help = "files that could not be opened, often because a "
			"process had ended" },
	    &files.failed);
}

int
files__openat(int directory, const char *name, int flags)
{
	return (openat(directory, name, flags | O_CLOEXEC | O_NOCTTY));
}

int
files__keep(int descriptor, const char *name, const char *place)
{
	if (descriptor == -1)
		return (-1);
	note(descriptor, true);
	dbgshm_counter_add(files.opened, 1);
	dbgshm_updown_inc(files.open, 1);
	dbgshm__pair_open(files.kept, (uint64_t)descriptor, name, place);
	return (descriptor);
}

/* Before it is closed: then the number may be another thread's at once. */
void
files__drop(int descriptor, const char *place)
{
	if (descriptor == -1)
		return;
	dbgshm__pair_close(files.kept, (uint64_t)descriptor, place);
	dbgshm_updown_dec(files.open, 1);
	note(descriptor, false);
}

void
files__close(int descriptor, const char *place)
{
	int error = errno;

	files__drop(descriptor, place);
	(void)close(descriptor);
	errno = error;
}

int
files__brief(int descriptor, const char *name, const char *place)
{
	if (descriptor == -1) {
		dbgshm_counter_add(files.failed, 1);
		return (-1);
	}
	note(descriptor, true);
	dbgshm_counter_add(files.opened_brief, 1);
	dbgshm__pair_open(files.brief, (uint64_t)descriptor, name, place);
	return (descriptor);
}

static void
brief_drop(int descriptor, const char *place)
{
	dbgshm__pair_close(files.brief, (uint64_t)descriptor, place);
	note(descriptor, false);
}

void
files__brief_close(int descriptor, const char *place)
{
	int error = errno;

	brief_drop(descriptor, place);
	(void)close(descriptor);
	errno = error;
}

DIR *
files__brief_opendir(const char *path, const char *place)
{
	int descriptor;
	DIR *stream;

	descriptor =
	    files__brief(files__openat(AT_FDCWD, path,
			     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK),
		path, place);
	if (descriptor == -1)
		return (NULL);
	stream = fdopendir(descriptor);
	if (stream == NULL)
		files__brief_close(descriptor, place);
	return (stream);
}

void
files__brief_closedir(DIR *stream, const char *place)
{
	brief_drop(dirfd(stream), place);
	(void)closedir(stream);
}

FILE *
files__stream_open(const char *path, const char *place)
{
	FILE *stream = fopen(path, "re");

	if (stream != NULL)
		(void)files__keep(fileno(stream), path, place);
	return (stream);
}

void
files__stream_close(FILE *stream, const char *place)
{
	files__drop(fileno(stream), place);
	(void)fclose(stream);
}
