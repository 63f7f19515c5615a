/*
 * map.c - the file behind a region: made unnamed, filled, locked, then linked.
 *
 * No descriptor is kept.  The file is sized sparse to its maximum once; later
 * growth fills pages inside that range through the mapping.
 */
#include "region.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIXED_TEXT_BYTES (UINT64_C(64) << 10) /* sections that cannot grow */
#define FIXED_CELL_BYTES (UINT64_C(16) << 10)
#define FIXED_SHARDS 5
#define SCHEMA_MAX (UINT64_C(64) << 20) /* what readers accept */

static const uint32_t section_types[ROOM_COUNT] = {
	[ROOM_DESCRIPTORS] = DBGSHM_SECTION_DESCRIPTORS,
	[ROOM_STRINGS] = DBGSHM_SECTION_STRINGS,
	[ROOM_GAUGES] = DBGSHM_SECTION_GAUGES,
	[ROOM_SHARDS] = DBGSHM_SECTION_SHARDS,
	[ROOM_TABLES] = DBGSHM_SECTION_TABLES,
	[ROOM_RINGS] = DBGSHM_SECTION_RINGS,
	[ROOM_HISTORY] = DBGSHM_SECTION_HISTORY,
};

/* ftruncate or posix_fallocate where RLIMIT_FSIZE gives EFBIG, not a signal. */
int
dbgshm__region_set_size(int descriptor, uint64_t size, bool fill)
{
	static const struct timespec now = { 0, 0 };
	sigset_t limit, before, pending;
	bool was_pending;
	int error;

	(void)sigemptyset(&limit);
	(void)sigaddset(&limit, SIGXFSZ);
	(void)sigpending(&pending);
	was_pending = sigismember(&pending, SIGXFSZ) == 1;
	(void)pthread_sigmask(SIG_BLOCK, &limit, &before);
	do {
		if (fill)
			error = posix_fallocate(descriptor, 0, (off_t)size);
		else
			error = ftruncate(descriptor, (off_t)size) == -1 ? errno
									 : 0;
	} while (error == EINTR);
	if (error == EFBIG && !was_pending)
		(void)sigtimedwait(&limit, NULL, &now);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return (error);
}

static void
plan_rooms(struct dbgshm_region *region, const struct region_layout *layout,
    bool fixed)
{
	uint64_t budget = layout->max_bytes;
	uint64_t schema = budget / 2 < SCHEMA_MAX ? budget / 2 : SCHEMA_MAX;
	uint64_t sizes[ROOM_COUNT] = {
		[ROOM_DESCRIPTORS] = fixed ? FIXED_TEXT_BYTES : schema,
		[ROOM_STRINGS] = fixed ? FIXED_TEXT_BYTES : schema,
		[ROOM_GAUGES] = fixed ? FIXED_CELL_BYTES : budget / 8,
		[ROOM_SHARDS] = fixed ? FIXED_CELL_BYTES : budget / 8,
		[ROOM_TABLES] = fixed ? 2 * FIXED_TEXT_BYTES : budget,
		[ROOM_RINGS] = fixed ? FIXED_TEXT_BYTES : budget,
		[ROOM_HISTORY] = fixed ? 2 * FIXED_TEXT_BYTES : budget,
	};
	uint64_t offset = DBGSHM_SECTIONS_OFFSET;
	size_t i;

	region->fixed = fixed;
	region->max_bytes = budget;
	region->shard_count = fixed && layout->shard_count > FIXED_SHARDS
	    ? FIXED_SHARDS
	    : layout->shard_count;
	region->shards_ready =
	    fixed ? region->shard_count : layout->shards_ready;
	if (region->shards_ready > region->shard_count)
		region->shards_ready = region->shard_count;
	for (i = 0; i < ROOM_COUNT; i++) {
		region->rooms[i].offset = offset;
		region->rooms[i].size = region_pages(sizes[i]);
		region->rooms[i].used = 0;
		region->rooms[i].filled = fixed ? region->rooms[i].size : 0;
		if (i == ROOM_SHARDS)
			region->shard_stride = region->rooms[i].size;
		offset += region->rooms[i].size *
		    (i == ROOM_SHARDS ? region->shard_count : 1);
	}
	/* The section record covers all shards. */
	region->file_size = offset;
	region->filled_bytes = fixed ? offset : 0;
}

/*
 * The lock that tells readers that this address space lives: an OFD write lock
 * whose open file is kept by a one-page mapping alone.  A forked child does not
 * inherit the page, exec and death drop it.
 */
static int
take_lock(struct dbgshm_region *region, const char *self)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1
	};
	int descriptor, error;

	if ((descriptor = open(self, O_RDWR | O_CLOEXEC)) == -1)
		return (errno);
	if (fcntl(descriptor, F_OFD_SETLK, &lock) == -1) {
		error = errno == EINVAL ? ENOLCK : errno;
		(void)close(descriptor);
		return (error);
	}
	region->lock_page =
	    mmap(NULL, REGION_PAGE, PROT_READ, MAP_SHARED, descriptor, 0);
	error = errno;
	(void)close(descriptor);
	if (region->lock_page == MAP_FAILED) {
		region->lock_page = NULL;
		return (error);
	}
	if (madvise(region->lock_page, REGION_PAGE, MADV_DONTFORK) == -1)
		return (errno);
	return (0);
}

/* The kernel must now say "locked" to somebody else. */
static int
check_lock(int descriptor)
{
	switch (dbgshm__host_lock(descriptor)) {
	case 1:
		return (0);
	case 0:
		return (ENOLCK);
	default:
		return (errno);
	}
}

void
dbgshm__region_write_header(
    struct dbgshm_region *region, const struct region_identity *who)
{
	struct dbgshm_header *header = region->header;
	size_t i;

	header->byte_order = DBGSHM_BYTE_ORDER;
	header->major = DBGSHM_MAJOR;
	header->minor = DBGSHM_MINOR;
	header->header_size = DBGSHM_HEADER_SIZE;
	header->file_size = region->file_size;
	header->section_count = ROOM_COUNT;
	header->section_size = sizeof(struct dbgshm_section);
	header->kind = who->kind;
	header->flags = who->flags | (region->fixed ? DBGSHM_FLAG_FIXED : 0);
	header->random_id = who->random_id;
	header->subject_pid = (uint32_t)who->pid;
	header->subject_uid = who->uid;
	header->subject_start = who->start;
	header->writer_pid = (uint32_t)who->writer_pid;
	header->writer_uid = who->writer_uid;
	header->writer_start = who->writer_start;
	memcpy(header->boot_id, who->boot_id, sizeof(header->boot_id));
	header->pid_namespace = who->pid_namespace;
	header->mount_namespace = who->mount_namespace;
	header->time_namespace = who->time_namespace;
	header->created_mono_ns = dbgshm__host_clock_ns(CLOCK_MONOTONIC);
	header->created_boot_ns = dbgshm__host_clock_ns(CLOCK_BOOTTIME);
	header->created_real_ns = dbgshm__host_clock_ns(CLOCK_REALTIME);
	header->exe_hash =
	    dbgshm__identity_hash(who->exe, strlen(who->exe), IDENTITY_SEED);
	header->clock_kind =
	    who->tsc ? DBGSHM_CLOCK_TSC : DBGSHM_CLOCK_MONOTONIC;
	header->shard_count = region->shard_count;
	header->shard_stride = region->shard_stride;
	header->tick_period_ns = who->period_ns;
	memcpy(header->name, who->name, sizeof(header->name));
	for (i = 0; i < ROOM_COUNT; i++) {
		header->sections[i].type = section_types[i];
		header->sections[i].offset = region->rooms[i].offset;
		header->sections[i].size = region->rooms[i].size *
		    (i == ROOM_SHARDS ? region->shard_count : 1);
		header->sections[i].used = region->rooms[i].used;
	}
	header->subject_state = DBGSHM_SUBJECT_RUNNING;
	header->shards_ready = region->shards_ready;
	header->bytes_used = region->filled_bytes;
	header->reason = region->reason;
	header->schema_generation = region->schema_generation;
}

/* Maps the file; on a new kernel sparse, on an old one allocated at once. */
static int
size_and_map(struct dbgshm_region *region, const struct region_layout *layout,
    int descriptor, bool fixed)
{
	enum dbgshm_reason refused;
	int error;

	plan_rooms(region, layout, fixed);
	refused = dbgshm__region_headroom(
	    region, fixed ? region->file_size : DBGSHM_SECTIONS_OFFSET);
	if (refused != DBGSHM_REASON_NONE) {
		region->reason = refused;
		return (refused == DBGSHM_REASON_NO_SPACE ? ENOSPC : ENOMEM);
	}
	if ((error = dbgshm__region_set_size(
		 descriptor, region->file_size, fixed)) != 0)
		return (error);
	region->base = mmap(NULL, region->file_size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_NORESERVE, descriptor, 0);
	if (region->base == MAP_FAILED) {
		region->base = NULL;
		return (errno);
	}
	if (!fixed &&
	    (error = dbgshm__region_fill(region, 0, DBGSHM_SECTIONS_OFFSET)) !=
		0) {
		(void)munmap(region->base, region->file_size);
		region->base = NULL;
		return (error);
	}
	if (!fixed)
		region->filled_bytes = DBGSHM_SECTIONS_OFFSET;
	region->header = (struct dbgshm_header *)(void *)region->base;
	return (0);
}

/* Every section starts with a little room, its first words mean nothing. */
static int
first_extents(struct dbgshm_region *region)
{
	static const uint64_t first[ROOM_COUNT] = {
		[ROOM_DESCRIPTORS] = sizeof(struct dbgshm_desc_profile),
		[ROOM_STRINGS] = 64,
		[ROOM_GAUGES] = REGION_SINK_WORDS * 8,
		[ROOM_SHARDS] = REGION_SINK_WORDS * 8,
		[ROOM_TABLES] = 0,
		[ROOM_RINGS] = 0,
		[ROOM_HISTORY] = 0,
	};
	int error = 0;
	size_t i;

	for (i = 0; i < ROOM_COUNT && error == 0; i++) {
		error = dbgshm__region_reserve(
		    region, (enum section_id)i, first[i]);
		region->rooms[i].used = first[i];
	}
	return (error);
}

static void
store_text(struct dbgshm_region *region, const char *text, uint32_t *offset,
    uint32_t *length)
{
	size_t size = strnlen(text, DBGSHM_TEXT_MAX);
	uint32_t at = dbgshm__schema_text(region, text, size);

	if (at != 0) {
		*offset = at;
		*length = (uint32_t)size;
	}
}

/* Takes the lock, closes the file to writers, gives it its name. */
int
dbgshm__region_lock_and_link(
    struct dbgshm_region *region, int file, int directory, bool dark)
{
	char self[64];
	int error;

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", file);
	if ((error = take_lock(region, self)) != 0 ||
	    (error = check_lock(file)) != 0)
		return (error);
	if ((region->file_uid != geteuid() || region->file_gid != (gid_t)-1) &&
	    fchown(file, region->file_uid, region->file_gid) == -1)
		return (errno);
	if (fchmod(file, region->file_mode) == -1)
		return (errno);
	dbgshm__store_release(&region->header->magic, DBGSHM_MAGIC);
	if (directory != -1 &&
	    dbgshm__directory_link(file, directory, dark, region->file) == -1)
		return (errno);
	region->state = dark ? DBGSHM_DARK : DBGSHM_PUBLISHED;
	return (0);
}

static void
name_file(struct dbgshm_region *region, const struct region_identity *who)
{
	(void)snprintf(region->file, sizeof(region->file),
	    "%u-%llu-%016llx" DBGSHM_FILE_SUFFIX, (unsigned)who->pid,
	    (unsigned long long)who->start, (unsigned long long)who->random_id);
}

/* An unnamed file on the right tmpfs; *directory is -1 for unnamed regions. */
int
dbgshm__region_open_file(struct dbgshm_region *region,
    const struct region_identity *who, int *directory)
{
	bool unnamed = (who->flags & DBGSHM_FLAG_UNNAMED) != 0;
	bool agent = who->kind == DBGSHM_KIND_WATCHED && geteuid() == 0;
	bool visible = !unnamed && (agent || region->file_mode != 0400);
	int file;

	*directory = dbgshm__directory_open(
	    geteuid(), visible, region->directory, sizeof(region->directory));
	if (*directory == -1)
		return (-1);
	if (!unnamed)
		dbgshm__directory_sweep(*directory,
		    dbgshm__identity_hash(
			who->exe, strlen(who->exe), IDENTITY_SEED),
		    who->kind, region->file_uid);
	file = openat(*directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	/* The lock opens it once more, which a umask must not forbid. */
	if (file != -1)
		(void)fchmod(file, 0600);
	if (file == -1 || unnamed) {
		(void)close(*directory);
		*directory = -1;
	}
	if (unnamed)
		region->directory[0] = '\0';
	else
		name_file(region, who);
	return (file);
}

void
dbgshm__region_unmap(struct dbgshm_region *region)
{
	if (region->lock_page != NULL)
		(void)munmap(region->lock_page, REGION_PAGE);
	if (region->base != NULL)
		(void)munmap(region->base, region->file_size);
	region->lock_page = region->base = NULL;
	region->header = NULL;
}

static int
hand_out(int file, int *descriptor)
{
	char self[64];

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", file);
	*descriptor = open(self, O_RDONLY | O_CLOEXEC);
	return (*descriptor == -1 ? errno : 0);
}

/* A new region, complete and linked.  0, or an errno and nothing left. */
int
dbgshm__region_make(struct dbgshm_region *region,
    const struct region_layout *layout, const struct region_identity *who,
    bool dark, int *descriptor)
{
	int file, directory, error;

	if ((file = dbgshm__region_open_file(region, who, &directory)) == -1)
		return (errno);
	error = size_and_map(region, layout, file, false);
	if (error == EINVAL) /* an old kernel: all at once, or not at all */
		error = size_and_map(region, layout, file, true);
	if (error == 0)
		error = first_extents(region);
	if (error == 0) {
		dbgshm__region_write_header(region, who);
		store_text(region, who->exe, &region->header->exe_offset,
		    &region->header->exe_length);
		store_text(region, who->version,
		    &region->header->version_offset,
		    &region->header->version_length);
		dbgshm__sampler_clocks(region, 0);
	}
	/* The mode is still 0600 here; a reader's descriptor is cut first. */
	if (error == 0 && descriptor != NULL)
		error = hand_out(file, descriptor);
	if (error == 0)
		error =
		    dbgshm__region_lock_and_link(region, file, directory, dark);
	if (directory != -1)
		(void)close(directory);
	(void)close(file);
	if (error != 0)
		dbgshm__region_unmap(region);
	return (error);
}
