/*
 * snapshot.c - one file of a target that a person can send.
 *
 * Images first, one right after the other; all the rest is made from them, so
 * that every part of the file is of the same frame and knows no secret that the
 * images do not know.
 */
#include "open.h"
#include "snapshot_private.h"

#include <libshm/kit/fmt.h>

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void
tell(const struct snapshot *snapshot, const char *what, double done)
{
	if ((snapshot->flags & SNAPSHOT_PROGRESS) == 0)
		return;
	if (done < 0)
		fprintf(stderr, "\r%-40s\r", what);
	else
		fprintf(stderr, "\r%s %3.0f %%%-20s", what, 100 * done, "");
	fflush(stderr);
}

static void
told(double done, void *context)
{
	tell(context, "compressing", done);
}

int
snapshot_add(
    struct snapshot *snapshot, const char *name, void *bytes, size_t size)
{
	return (zip_out_add(snapshot->zip, name, bytes, size, 0, snapshot->why,
	    snapshot->why_size));
}

/* ---- images --------------------------------------------------------------------- */

/* The process, when it is one of this host and lives. */
static pid_t
process_of(
    const struct model_source parts[], size_t count, uint64_t *start_ticks)
{
	const struct dbgshm_info *info;
	enum dbgshm_life life;
	size_t i;

	for (i = 0; i < count; i++) {
		info = dbgshm_reader_info(parts[i].reader);
		life = dbgshm_reader_life(parts[i].reader);
		if (info->taken_real_ns != 0 ||
		    (life != DBGSHM_LIFE_LIVE && life != DBGSHM_LIFE_STOPPED))
			continue;
		*start_ticks = info->subject_start;
		return (info->pid);
	}
	return (0);
}

static int
take_image(struct snapshot *snapshot, const struct model_source *part)
{
	unsigned flags = (snapshot->flags & SNAPSHOT_SECRETS) != 0
	    ? DBGSHM_IMAGE_SECRETS
	    : 0;
	struct model_source *taken = &snapshot->parts[snapshot->count];
	struct dbgshm_fault fault = { 0 };
	struct dbgshm_reader *reader;
	void *bytes;
	size_t size;
	int descriptor;

	if (dbgshm_reader_image(part->reader, flags, &bytes, &size) == -1 ||
	    (descriptor = open_bytes(bytes, size)) == -1) {
		snprintf(snapshot->why, snapshot->why_size,
		    "the region can not be copied: %s", strerror(errno));
		return (-1);
	}
	if (dbgshm_reader_attach(descriptor, &reader, &fault) == -1) {
		free(bytes);
		snprintf(snapshot->why, snapshot->why_size,
		    "the copy of the region is damaged: %s", fault.text);
		return (-1);
	}
	*taken = *part;
	taken->reader = reader;
	if (dbgshm_events_open(reader, &taken->events) == -1)
		taken->events = NULL;
	snapshot->files[snapshot->count] =
	    strcmp(part->name, "own") == 0 ? "own.dbg" : "watched.dbg";
	snapshot->sizes[snapshot->count++] = size;
	snapshot->foreign |=
	    dbgshm_reader_info(part->reader)->taken_real_ns != 0;
	return (zip_out_add(snapshot->zip, snapshot->files[snapshot->count - 1],
	    bytes, size, ZIP_OUT_OURS, snapshot->why, snapshot->why_size));
}

static int
take_images(struct snapshot *snapshot, struct source *source)
{
	struct model_source parts[SOURCE_PARTS];
	size_t i, count = source_readers(source, parts);
	uint64_t start_ticks = 0;
	pid_t pid = process_of(parts, count, &start_ticks);

	if (pid != 0)
		snapshot_proc_read(&snapshot->proc, pid, start_ticks);
	for (i = 0; i < count; i++)
		if (take_image(snapshot, &parts[i]) == -1)
			return (-1);
	return (0);
}

/* ---- the archive ------------------------------------------------------------------ */

static int
fill(struct snapshot *snapshot, struct source *source)
{
	tell(snapshot, "copying", -1);
	if (take_images(snapshot, source) == -1 ||
	    snapshot_events(snapshot) == -1 ||
	    snapshot_profiles(snapshot) == -1)
		return (-1);
	tell(snapshot, "writing down the past", -1);
	if (snapshot_history(snapshot) == -1 || snapshot_meta(snapshot) == -1 ||
	    snapshot_proc_add(snapshot) == -1)
		return (-1);
	zip_out_progress(snapshot->zip, told, snapshot);
	return (0);
}

/* What a file's name may be made of, everywhere. */
static void
name_folder(char *folder, size_t size, const struct model_target *target)
{
	size_t i;

	snprintf(folder, size, "%.80s-%d", target->name, (int)target->pid);
	for (i = 0; folder[i] != '\0'; i++)
		if (strchr(
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"0123456789_.-",
			folder[i]) == NULL ||
		    (i == 0 && folder[i] == '.'))
			folder[i] = '_';
}

/* redis-server (pid 812): own and watched, back to 12:03:11Z, 3 columns withheld */
static void
say_what(const struct snapshot *snapshot, char *out, size_t size)
{
	const struct model_target *target = &snapshot->model->target;
	char since[FMT_SIZE], bytes[FMT_SIZE];
	size_t i, used;

	used = (size_t)snprintf(out, size, "%.100s (pid %d), %s:", target->name,
	    (int)target->pid, dbgshm_life_name(target->state));
	for (i = 0; i < snapshot->count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s %s (%s)",
		    i == 0 ? "" : " and", snapshot->files[i],
		    fmt_bytes(
			bytes, sizeof(bytes), (double)snapshot->sizes[i]));
	if (snapshot->samples > 0 && used < size)
		used += (size_t)snprintf(out + used, size - used,
		    ", %zu samples since %s", snapshot->samples,
		    fmt_time(
			since, sizeof(since), snapshot->history_real_ns, 0));
	if (snapshot->withheld > 0 && used < size)
		snprintf(out + used, size - used,
		    "; withheld as secret: %zu column%s", snapshot->withheld,
		    snapshot->withheld == 1 ? "" : "s");
}

static int
make(struct snapshot *snapshot, struct source *source,
    struct snapshot_made *made)
{
	snapshot->zip = zip_out_create(snapshot->why, snapshot->why_size);
	if (snapshot->zip == NULL || fill(snapshot, source) == -1 ||
	    zip_out_end(snapshot->zip, &made->bytes, &made->size, snapshot->why,
		snapshot->why_size) == -1)
		return (-1);
	name_folder(
	    made->folder, sizeof(made->folder), &snapshot->model->target);
	made->taken_real_ns = snapshot->model->target.time_real_ns;
	say_what(snapshot, made->told, sizeof(made->told));
	return (0);
}

int
snapshot_make(struct source *source, unsigned flags, struct snapshot_made *made,
    char *why, size_t why_size)
{
	struct snapshot snapshot = {
		.flags = flags, .why = why, .why_size = why_size
	};
	/* Texts in it are UTF-8, wherever it is made. */
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 == (locale_t)0 ? utf8 : uselocale(utf8);
	int result, error;
	size_t i;

	*made = (struct snapshot_made){ 0 };
	snapshot.model = model_create(
	    MODEL_RAW | ((flags & SNAPSHOT_SECRETS) != 0 ? MODEL_SECRETS : 0));
	result = make(&snapshot, source, made);
	tell(&snapshot, "", -1);
	model_destroy(snapshot.model);
	for (i = 0; i < snapshot.count; i++) {
		dbgshm_events_close(snapshot.parts[i].events);
		dbgshm_reader_close(snapshot.parts[i].reader);
	}
	snapshot_proc_free(&snapshot.proc);
	error = snapshot.zip == NULL ? ENOTSUP : EBADMSG;
	zip_out_destroy(snapshot.zip);
	if (utf8 != (locale_t)0) {
		uselocale(before);
		freelocale(utf8);
	}
	if (result == -1)
		errno = error;
	return (result);
}

/* ---- the file ----------------------------------------------------------------------- */

void
snapshot_path(char *path, size_t size, const char *name, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / UINT64_C(1000000000));
	struct tm when;
	char text[32];

	gmtime_r(&seconds, &when);
	strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &when);
	snprintf(path, size, "dbgtop-%s-%s.zip", name, text);
}

int
snapshot_write(struct source *source, const char *path, unsigned flags,
    char *written, size_t written_size, char *why, size_t why_size)
{
	struct snapshot_made made;
	char name[256];
	int error, result;

	if (snapshot_make(source, flags, &made, why, why_size) == -1)
		return (-1);
	if (path == NULL) {
		snapshot_path(
		    name, sizeof(name), made.folder, made.taken_real_ns);
		path = name;
	}
	result = open_write(path, made.bytes, made.size, 0600);
	error = errno;
	if (result == -1)
		snprintf(why, why_size, "%s", strerror(error));
	else if (snprintf(written, written_size, "%s", path) < 0)
		result = -1;
	free(made.bytes);
	errno = error;
	return (result);
}
