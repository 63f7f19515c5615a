/*
 * proc_files.c - the profile `files`: open descriptors, by kind and one by one.
 *
 * Nothing that a descriptor points at is ever opened or asked: a file system
 * that hangs would hang us.  The text of the link tells the kind, fdinfo tells
 * flags and position.
 */
#include "subject.h"

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES_MAX 4096 /* rows; the others are counted */
#define FILES_AGAIN 32 /* known ones whose flags and position are read again */
#define FILES_SOCKETS_MAX 65536
#define LINK_SIZE 256

enum file_kind {
	FILE_FILE,
	FILE_DIRECTORY,
	FILE_SOCKET,
	FILE_PIPE,
	FILE_DEVICE,
	FILE_MEMFD,
	FILE_EVENTFD,
	FILE_EPOLL,
	FILE_TIMERFD,
	FILE_SIGNALFD,
	FILE_INOTIFY,
	FILE_PIDFD,
	FILE_IO_URING,
	FILE_BPF,
	FILE_OTHER,
	FILE_KINDS
};

static const char *const file_kind_names[FILE_KINDS + 1] = {
	[FILE_FILE] = "file",
	[FILE_DIRECTORY] = "directory",
	[FILE_SOCKET] = "socket",
	[FILE_PIPE] = "pipe",
	[FILE_DEVICE] = "device",
	[FILE_MEMFD] = "memfd",
	[FILE_EVENTFD] = "eventfd",
	[FILE_EPOLL] = "epoll",
	[FILE_TIMERFD] = "timerfd",
	[FILE_SIGNALFD] = "signalfd",
	[FILE_INOTIFY] = "inotify",
	[FILE_PIDFD] = "pidfd",
	[FILE_IO_URING] = "io_uring",
	[FILE_BPF] = "bpf",
	[FILE_OTHER] = "other",
};

/* How the text of a link begins. */
static const struct link_form {
	const char *start;
	enum file_kind kind;
} link_forms[] = {
	{ "socket:[", FILE_SOCKET },
	{ "pipe:[", FILE_PIPE },
	{ "/dev/shm/", FILE_FILE },
	{ "/dev/mqueue/", FILE_FILE },
	{ "/dev/", FILE_DEVICE },
	{ "/memfd:", FILE_MEMFD },
	{ "/", FILE_FILE },
	{ "anon_inode:[eventfd]", FILE_EVENTFD },
	{ "anon_inode:[eventpoll]", FILE_EPOLL },
	{ "anon_inode:[timerfd]", FILE_TIMERFD },
	{ "anon_inode:[signalfd]", FILE_SIGNALFD },
	{ "anon_inode:inotify", FILE_INOTIFY },
	{ "anon_inode:[pidfd]", FILE_PIDFD },
	{ "pidfd:[", FILE_PIDFD },
	{ "anon_inode:[io_uring]", FILE_IO_URING },
	{ "anon_inode:bpf", FILE_BPF },
	{ "", FILE_OTHER },
};

/* Flags of open(2) as people read them, behind r, w or rw. */
static const struct open_flag {
	uint64_t bit;
	const char *name;
} open_flags[] = {
	{ O_APPEND, "append" },
	{ O_NONBLOCK, "nonblock" },
	{ O_DIRECT, "direct" },
	{ O_SYNC & ~O_DSYNC, "sync" },
	{ O_PATH, "path" },
	{ O_CLOEXEC, "cloexec" },
};

enum { FILE_FD, FILE_KIND, FILE_TARGET, FILE_FLAGS, FILE_POSITION, FILE_NCOL };

static const struct dbgshm_column file_columns[FILE_NCOL] = {
	[FILE_FD] = { .name = "fd",
	    .type = DBGSHM_TYPE_GAUGE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "file descriptor" },
	[FILE_KIND] = { .name = "kind",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = file_kind_names,
	    .help = "what it is" },
	[FILE_TARGET] = { .name = "target",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 128,
	    .help = "path of the file, or its kind and inode number" },
	[FILE_FLAGS] = { .name = "flags",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 40,
	    .help = "how it was opened: r, w or rw and what was asked for" },
	[FILE_POSITION] = { .name = "position",
	    .type = DBGSHM_TYPE_GAUGE,
	    .unit = DBGSHM_UNIT_BYTES,
	    .help = "where the next read or write is, in files" },
};

static const struct view_labelled kind_counts = {
	.name = "open",
	.help = "open file descriptors of this kind",
	.key = "kind",
	.values = file_kind_names,
	.count = FILE_KINDS,
	.always = 1 << FILE_FILE | 1 << FILE_SOCKET | 1 << FILE_PIPE |
	    1 << FILE_DEVICE,
};

/* What a slot of the rows remembers. */
enum { NOTE_LINK, NOTE_KIND, NOTE_INODE };

struct files_view {
	struct dbgshm_profile *profile;
	struct rowset rows;
	struct dbgshm_gauge total, not_listed;
	struct view_instances kinds;
	uint64_t again, again_from, again_next; /* whose turn it is */
	uint64_t counts[FILE_KINDS];
	int fdinfo; /* during a sample */
};

static int
create(struct subject *subject, struct files_view *view)
{
	view->profile = dbgshm_region_profile_add(subject->region, "files",
	    "open file descriptors by kind and one by one",
	    "From /proc/PID/fd and /proc/PID/fdinfo.  Files themselves are "
	    "never touched.");
	if (dbgshm_gauge_create(view->profile,
		&(struct dbgshm_metric){
		    .name = "total", .help = "open file descriptors" },
		&view->total) == -1 ||
	    dbgshm_gauge_create(view->profile,
		&(struct dbgshm_metric){ .name = "not_listed",
		    .help = "descriptors for which the table has no room",
		    .level = DBGSHM_LEVEL_DETAIL },
		&view->not_listed) == -1)
		return (errno);
	view->rows.table = dbgshm_table_create(
	    view->profile, file_columns, FILE_NCOL, view->rows.capacity);
	return (view->rows.table == NULL ? errno : 0);
}

static void
hide(struct subject *subject, void *state)
{
	struct files_view *view = state;

	subject->open_files = UINT64_MAX;
	subject->socket_count = 0;
	if (view->profile == NULL)
		return;
	(void)dbgshm_profile_remove(view->profile);
	view->profile = NULL;
	view->kinds.made = 0;
	rowset_forget(&view->rows);
}

static enum file_kind
kind_of(const char *link, uint64_t *inode)
{
	const struct link_form *form = link_forms;
	size_t length;

	while (length = strlen(form->start),
	    strncmp(link, form->start, length) != 0)
		form++;
	*inode = 0;
	if (length > 0 && form->start[length - 1] == '[')
		(void)proc_number(link + length, inode);
	return (form->kind);
}

static void
flags_text(uint64_t flags, char *text, size_t size)
{
	static const char *const modes[] = { "r", "w", "rw", "none" };
	size_t i;

	strlcpy(text, modes[flags & O_ACCMODE], size);
	for (i = 0; i < sizeof(open_flags) / sizeof(open_flags[0]); i++) {
		if ((flags & open_flags[i].bit) == 0)
			continue;
		strlcat(text, ",", size);
		strlcat(text, open_flags[i].name, size);
	}
}

/* `pos:` decimal and `flags:` octal. */
static int
read_fdinfo(int fdinfo, const char *name, uint64_t *position, uint64_t *flags)
{
	char text[256];
	const char *p;

	if (proc_read(fdinfo, name, text, sizeof(text)) == -1)
		return (-1);
	*position = *flags = 0;
	if ((p = strstr(text, "pos:")) != NULL)
		(void)proc_number(p + 4, position);
	if ((p = strstr(text, "flags:")) != NULL)
		*flags = strtoull(p + 6, NULL, 8);
	return (0);
}

static void
write_row(struct files_view *view, struct rowset_slot *slot, const char *name,
    const char *link, enum file_kind kind)
{
	struct dbgshm_row row = slot->row;
	uint64_t position, flags, contents[4];
	char text[64];

	slot->note[NOTE_KIND] = kind;
	if (read_fdinfo(view->fdinfo, name, &position, &flags) == -1)
		return;
	if (kind == FILE_FILE && (flags & O_DIRECTORY) != 0)
		kind = FILE_DIRECTORY;
	slot->note[NOTE_KIND] = kind;
	contents[0] = slot->note[NOTE_LINK];
	contents[1] = kind;
	contents[2] = flags;
	contents[3] = position;
	if (!rowset_changed(slot, contents, sizeof(contents)))
		return;
	flags_text(flags, text, sizeof(text));
	dbgshm_row_set(row, FILE_FD, slot->key);
	dbgshm_row_set(row, FILE_KIND, kind);
	dbgshm_row_text(row, FILE_TARGET, link);
	dbgshm_row_text(row, FILE_FLAGS, text);
	dbgshm_row_set(row, FILE_POSITION, position);
	dbgshm_row_end(row);
}

static void
note_socket(struct subject *subject, uint64_t descriptor, uint64_t inode)
{
	struct subject_socket *sockets;
	size_t room;

	if (subject->socket_count == subject->socket_room) {
		room =
		    subject->socket_room == 0 ? 64 : 2 * subject->socket_room;
		sockets = room > FILES_SOCKETS_MAX
		    ? NULL
		    : reallocarray(subject->sockets, room, sizeof(*sockets));
		if (sockets == NULL) {
			subject->sockets_left_out++;
			return;
		}
		subject->sockets = sockets;
		subject->socket_room = room;
	}
	subject->sockets[subject->socket_count++] =
	    (struct subject_socket){ descriptor, inode };
}

/* Positions and flags change without a trace: of many descriptors some are
 * read again in each sample, in turns. */
static bool
is_due(struct files_view *view, uint64_t descriptor)
{
	if (descriptor < view->again_from || view->again >= FILES_AGAIN)
		return (false);
	view->again++;
	view->again_next = descriptor + 1;
	return (true);
}

static void
sample_descriptor(
    struct subject *subject, struct files_view *view, uint64_t descriptor)
{
	struct rowset_slot *slot;
	char name[24], link[LINK_SIZE];
	enum file_kind kind;
	uint64_t inode, hash;
	ssize_t length;

	snprintf(name, sizeof(name), "%ju", (uintmax_t)descriptor);
	length = proc_link(
	    subject->scratch->walk.descriptor, name, link, sizeof(link));
	if (length == -1)
		return;
	slot = rowset_find(&view->rows, descriptor);
	hash = proc_hash(1, link, (size_t)length);
	if (slot != NULL && slot->hash != 0 && slot->note[NOTE_LINK] == hash) {
		kind = (enum file_kind)slot->note[NOTE_KIND];
		inode = slot->note[NOTE_INODE];
		if (is_due(view, descriptor))
			write_row(view, slot, name, link, kind);
	} else {
		kind = kind_of(link, &inode);
		if (slot != NULL) {
			slot->note[NOTE_LINK] = hash;
			slot->note[NOTE_INODE] = inode;
			write_row(view, slot, name, link, kind);
			kind = (enum file_kind)slot->note[NOTE_KIND];
		}
	}
	view->counts[kind]++;
	if (kind == FILE_SOCKET)
		note_socket(subject, descriptor, inode);
}

static uint64_t
count_descriptors(struct subject *subject)
{
	struct proc_walk *walk = &subject->scratch->walk;
	uint64_t descriptor, count = 0;

	if (proc_walk_open(walk, subject->directory, "fd") == -1)
		return (0);
	while (proc_walk_next(walk, &descriptor))
		count++;
	proc_walk_close(walk);
	return (count);
}

static int
prepare(struct subject *subject, struct files_view *view)
{
	uint64_t count;

	if (view->profile != NULL &&
	    !rowset_wants_more(&view->rows, subject->open_files))
		return (0);
	hide(subject, view);
	count = count_descriptors(subject);
	if (rowset_init(&view->rows,
		(uint32_t)(count < FILES_MAX ? count : FILES_MAX),
		FILES_MAX) == -1)
		return (errno);
	return (create(subject, view));
}

static int
sample(struct subject *subject, void *state)
{
	struct proc_walk *walk = &subject->scratch->walk;
	struct files_view *view = state;
	uint64_t descriptor, total = 0;
	int error, fdinfo;

	if (view->profile != NULL && subject_rests(subject))
		return (0);
	fdinfo = files_brief_open(
	    subject->directory, "fdinfo", O_RDONLY | O_DIRECTORY);
	if (fdinfo == -1)
		return (errno);
	error = prepare(subject, view);
	if (error == 0 && proc_walk_open(walk, subject->directory, "fd") == -1)
		error = errno;
	if (error != 0) {
		files_brief_close(fdinfo);
		return (error);
	}
	view->fdinfo = fdinfo;
	view->again = 0;
	memset(view->counts, 0, sizeof(view->counts));
	subject->socket_count = 0;
	subject->sockets_left_out = 0;
	rowset_begin(&view->rows);
	while (proc_walk_next(walk, &descriptor)) {
		total++;
		sample_descriptor(subject, view, descriptor);
	}
	error = walk->error;
	proc_walk_close(walk);
	files_brief_close(fdinfo);
	if (error != 0)
		return (error);
	view->again_from = view->again < FILES_AGAIN ? 0 : view->again_next;
	rowset_sweep(&view->rows);
	subject->open_files = total;
	dbgshm_region_gauge_set(subject->region, view->total, (int64_t)total);
	dbgshm_region_gauge_set(subject->region, view->not_listed,
	    (int64_t)(total - view->rows.seen));
	view_labelled_set(
	    subject, view->profile, &kind_counts, &view->kinds, view->counts);
	return (0);
}

static void
release(void *state)
{
	struct files_view *view = state;

	rowset_free(&view->rows);
}

const struct proc_view proc_files_view = {
	.part = PART_FILES,
	.reads = "fd, fdinfo",
	.state_size = sizeof(struct files_view),
	.sample = sample,
	.hide = hide,
	.free = release,
};
