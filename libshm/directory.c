/*
 * directory.c - the names of regions: /dev/shm/dbgtop-UID and its files.
 *
 * Names in /dev/shm can be squatted, ownership cannot: a directory is used only
 * when the descriptor that we hold belongs to the right user and nobody else
 * may write to it.  No link is ever followed.
 */
#include "region.h"

#include <sys/stat.h>
#include <sys/vfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TMPFS_TYPE 0x01021994
#define KEEP_DEAD 2 /* so that the newest three stay, with the next one */
#define KEEP_BYTES (UINT64_C(32) << 20)
#define SWEEP_MAX 4096 /* names looked at */
#define SQUAT_TRIES 8

#define DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* Opens or makes one directory under `at`; -1 and EEXIST when it is not ours. */
static int
open_owned(int at, const char *name, uid_t uid, mode_t mode)
{
	struct stat st;
	int descriptor, error;

	if (mkdirat(at, name, 0700) == 0) { /* less what a umask takes away */
		if (fchmodat(at, name, 0700, AT_SYMLINK_NOFOLLOW) == -1 &&
		    errno != ENOTSUP)
			return (-1);
	} else if (errno != EEXIST) {
		return (-1);
	}
	if ((descriptor = openat(at, name, DIRECTORY_FLAGS)) == -1) {
		if (errno == ELOOP || errno == ENOTDIR || errno == EACCES)
			errno = EEXIST;
		return (-1);
	}
	if (fstat(descriptor, &st) == -1)
		goto fail;
	if (st.st_uid != uid && st.st_uid == geteuid() && uid != geteuid() &&
	    fchown(descriptor, uid, (gid_t)-1) == 0)
		st.st_uid = uid;
	if (st.st_uid != uid) {
		errno = EEXIST;
		goto fail;
	}
	if ((st.st_mode & 0777) != mode && fchmod(descriptor, mode) == -1)
		goto fail;
	return (descriptor);
fail:
	error = errno;
	(void)close(descriptor);
	errno = error;
	return (-1);
}

/* One that an earlier program of this user made because the name was taken. */
static int
open_other(int base, const char *prefix, uid_t uid, mode_t mode, char *name,
    size_t size)
{
	struct dirent *entry;
	struct stat st;
	DIR *listing;
	int descriptor, found = -1;

	if ((descriptor = openat(base, ".", DIRECTORY_FLAGS)) == -1)
		return (-1);
	if ((listing = fdopendir(descriptor)) == NULL) {
		(void)close(descriptor);
		return (-1);
	}
	while (found == -1 && (entry = readdir(listing)) != NULL) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
		    strlen(entry->d_name) >= size ||
		    fstatat(base, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			-1 ||
		    st.st_uid != uid || !S_ISDIR(st.st_mode))
			continue;
		found = open_owned(base, entry->d_name, uid, mode);
		if (found != -1)
			(void)snprintf(name, size, "%s", entry->d_name);
	}
	(void)closedir(listing);
	return (found);
}

int
dbgshm__directory_open(uid_t uid, bool visible, char *path, size_t size)
{
	struct region_identity identity;
	struct statfs fs;
	struct stat st;
	char name[REGION_DIRECTORY_SIZE - sizeof(DBGSHM_BASE_DIRECTORY)];
	char prefix[sizeof(name)];
	mode_t mode = visible ? 0755 : 0700;
	int base, directory, tries;

	if ((base = open(DBGSHM_BASE_DIRECTORY, DIRECTORY_FLAGS)) == -1)
		return (-1);
	if (fstatfs(base, &fs) == -1 || fs.f_type != TMPFS_TYPE) {
		(void)close(base);
		errno = ENOENT;
		return (-1);
	}
	(void)snprintf(
	    name, sizeof(name), DBGSHM_DIRECTORY_PREFIX "%u", (unsigned)uid);
	(void)snprintf(prefix, sizeof(prefix), DBGSHM_DIRECTORY_PREFIX "%u-",
	    (unsigned)uid);
	/* Keep what somebody opened up on purpose (a group, an agent). */
	if (fstatat(base, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode) && st.st_uid == uid &&
	    (st.st_mode & 0777) == 0755)
		mode = 0755;
	directory = open_owned(base, name, uid, mode);
	if (directory == -1 && errno == EEXIST)
		directory =
		    open_other(base, prefix, uid, mode, name, sizeof(name));
	for (tries = 0;
	     directory == -1 && errno == EEXIST && tries < SQUAT_TRIES;
	     tries++) {
		dbgshm__identity_self(&identity);
		(void)snprintf(name, sizeof(name), "%.20s%08x", prefix,
		    (unsigned)identity.random_id);
		directory = open_owned(base, name, uid, mode);
	}
	(void)close(base);
	if (directory != -1)
		(void)snprintf(path, size, DBGSHM_BASE_DIRECTORY "/%s", name);
	return (directory);
}

static int
open_dark(int directory, uid_t uid)
{
	return (open_owned(directory, DBGSHM_DARK_DIRECTORY, uid, 0700));
}

static uid_t
owner_of(int descriptor)
{
	struct stat st;

	return (fstat(descriptor, &st) == 0 ? st.st_uid : (uid_t)-1);
}

/* Gives the unnamed file its name, once. */
int
dbgshm__directory_link(
    int descriptor, int directory, bool dark, const char *file)
{
	char self[64];
	int at = directory, result, error;

	if (dark && (at = open_dark(directory, owner_of(directory))) == -1)
		return (-1);
	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", descriptor);
	result = linkat(AT_FDCWD, self, at, file, AT_SYMLINK_FOLLOW);
	error = errno;
	if (at != directory)
		(void)close(at);
	errno = error;
	return (result);
}

static void
region_path(
    const struct dbgshm_region *region, bool dark, char *path, size_t size)
{
	(void)snprintf(path, size, "%s/%s%s", region->directory,
	    dark ? DBGSHM_DARK_DIRECTORY "/" : "", region->file);
}

/* From the directory to its "dark" subdirectory or back. */
int
dbgshm__directory_rename(struct dbgshm_region *region, bool dark)
{
	char from[192], to[192];
	int directory, at, error;

	region_path(region, !dark, from, sizeof(from));
	region_path(region, dark, to, sizeof(to));
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return (0);
	if (errno != ENOENT || !dark)
		return (-1);
	/* The first to hide: the subdirectory may not be there yet. */
	if ((directory = open(region->directory, DIRECTORY_FLAGS)) == -1)
		return (-1);
	at = open_dark(directory, owner_of(directory));
	error = errno;
	(void)close(directory);
	if (at == -1) {
		errno = error;
		return (-1);
	}
	(void)close(at);
	return (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE));
}

void
dbgshm__directory_unlink(struct dbgshm_region *region)
{
	char path[192];

	region_path(region, region->state == DBGSHM_DARK, path, sizeof(path));
	(void)unlink(path);
}

/* As root: file and directory become uid's. */
int
dbgshm__directory_move(struct dbgshm_region *region, uid_t uid, gid_t gid)
{
	char directory[REGION_DIRECTORY_SIZE], from[192], to[192];
	bool dark = region->state == DBGSHM_DARK;
	int descriptor, at, result = -1, error;

	descriptor =
	    dbgshm__directory_open(uid, false, directory, sizeof(directory));
	if (descriptor == -1)
		return (-1);
	region_path(region, dark, from, sizeof(from));
	(void)snprintf(
	    to, sizeof(to), "%s%s", dark ? "dark/" : "", region->file);
	at = open_dark(descriptor, uid);
	if (at != -1 && lchown(from, uid, gid) == 0)
		result =
		    renameat2(AT_FDCWD, from, descriptor, to, RENAME_NOREPLACE);
	error = errno;
	if (at != -1)
		(void)close(at);
	(void)close(descriptor);
	if (result == 0)
		memcpy(region->directory, directory, sizeof(directory));
	errno = error;
	return (result);
}

/* ---- regions that dead programs left ---------------------------------- */

struct dead_region {
	char file[REGION_FILE_SIZE];
	uint64_t created_ns, bytes;
};

/* True for a whole region of the same executable whose writer is gone. */
static bool
is_dead(int at, const char *file, uint64_t exe_hash, uint32_t kind, uid_t owner,
    struct dead_region *dead)
{
	struct dbgshm_header header;
	struct stat st;
	int descriptor;
	bool result;

	descriptor = openat(at, file,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (descriptor == -1)
		return (false);
	result = fstat(descriptor, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == owner &&
	    pread(descriptor, &header, sizeof(header), 0) ==
		(ssize_t)sizeof(header) &&
	    header.magic == DBGSHM_MAGIC && header.kind == kind &&
	    header.exe_hash == exe_hash && dbgshm__host_lock(descriptor) == 0;
	(void)close(descriptor);
	if (result) {
		(void)snprintf(dead->file, sizeof(dead->file), "%.63s", file);
		dead->created_ns = header.created_real_ns;
		dead->bytes = (uint64_t)st.st_blocks * 512;
	}
	return (result);
}

static int
newest_first(const void *left, const void *right)
{
	const struct dead_region *a = left, *b = right;

	return (
	    (a->created_ns < b->created_ns) - (a->created_ns > b->created_ns));
}

static void
sweep_one(int at, uint64_t exe_hash, uint32_t kind, uid_t owner)
{
	struct dead_region *dead = NULL, *more;
	struct dirent *entry;
	size_t count = 0, looked = 0, i;
	uint64_t bytes = 0;
	DIR *listing;
	int descriptor;

	if ((descriptor = openat(at, ".", DIRECTORY_FLAGS)) == -1)
		return;
	if ((listing = fdopendir(descriptor)) == NULL) {
		(void)close(descriptor);
		return;
	}
	while ((entry = readdir(listing)) != NULL && looked++ < SWEEP_MAX) {
		if (strlen(entry->d_name) >= REGION_FILE_SIZE ||
		    entry->d_name[0] == '.' ||
		    strcmp(entry->d_name, DBGSHM_DARK_DIRECTORY) == 0)
			continue;
		more = realloc(dead, (count + 1) * sizeof(*dead));
		if (more == NULL)
			break;
		dead = more;
		if (is_dead(
			at, entry->d_name, exe_hash, kind, owner, &dead[count]))
			count++;
	}
	(void)closedir(listing);
	if (count > 1)
		qsort(dead, count, sizeof(*dead), newest_first);
	for (i = 0; i < count; i++) {
		bytes += dead[i].bytes;
		if (i >= KEEP_DEAD || bytes > KEEP_BYTES)
			(void)unlinkat(at, dead[i].file, 0);
	}
	free(dead);
}

void
dbgshm__directory_sweep(
    int directory, uint64_t exe_hash, uint32_t kind, uid_t owner)
{
	int dark;

	sweep_one(directory, exe_hash, kind, owner);
	dark = openat(directory, DBGSHM_DARK_DIRECTORY, DIRECTORY_FLAGS);
	if (dark != -1) {
		sweep_one(dark, exe_hash, kind, owner);
		(void)close(dark);
	}
}
