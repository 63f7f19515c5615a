/*
 * check_rec.c - dbgtop check of a recording.
 *
 * Its bytes are checked where they are known, in kit; the pieces are put together
 * again, and what comes of them is checked like any region.
 */
#include "check.h"
#include "explain.h"
#include "open.h"

#include <dbgshm/feed.h>
#include <dbgshm/reader.h>
#include <libshm/kit/rec.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAST_BYTES (UINT64_C(1) << 20) /* of each region, its newest */

struct region {
	struct dbgshm_mirror *mirror;
	bool begun; /* there is something in it */
	bool lost;  /* it waits for a first piece, which has been said */
};

struct rec {
	const char *path; /* safe */
	struct rec_checked checked;
	uint64_t faults;
	struct region *regions; /* by number */
	size_t count;
};

static void
fault(void *context, uint64_t offset, const char *text)
{
	struct rec *rec = context;

	rec->faults++;
	printf("%s: offset %llu: %s\n", rec->path, (unsigned long long)offset,
	    text);
}

/* ---- what the pieces make ------------------------------------------------------ */

static struct region *
region(struct rec *rec, uint32_t number)
{
	struct region *list;

	if (number >= rec->count) {
		list = recallocarray(
		    rec->regions, rec->count, number + 1, sizeof(*list));
		if (list == NULL)
			err(EXIT_DAMAGED, "memory for regions");
		rec->regions = list;
		rec->count = number + 1;
	}
	return (&rec->regions[number]);
}

/* All that came of it until now. */
static void
look_at(struct rec *rec, uint32_t number)
{
	struct region *one = &rec->regions[number];
	struct dbgshm_reader *reader;
	char *name;

	if (one->begun && dbgshm_mirror_settle(one->mirror) == 0 &&
	    dbgshm_mirror_reader(one->mirror, &reader) == 0) {
		if (asprintf(&name, "%s: region %u", rec->path, number) == -1)
			err(EXIT_DAMAGED, "memory for a name");
		rec->faults += (uint64_t)check_faults(reader, name);
		free(name);
		dbgshm_reader_close(reader);
	}
	dbgshm_mirror_free(one->mirror);
	*one = (struct region){ 0 };
}

static void
put(struct rec *rec, uint64_t offset, const struct rec_chunk *chunk)
{
	struct region *one = region(rec, chunk->region);

	if (one->mirror == NULL &&
	    dbgshm_mirror_create(PAST_BYTES, &one->mirror) == -1)
		err(EXIT_DAMAGED, "a region in memory");
	if (dbgshm_mirror_put(one->mirror, chunk->bytes, chunk->size) == 0) {
		one->begun = true;
		one->lost = false;
		return;
	}
	if (errno == ENOMEM)
		err(EXIT_DAMAGED, "a region in memory");
	/* One that had none before it has been told of. */
	if (!one->lost && (one->begun || chunk->first))
		fault(rec, offset,
		    chunk->first ? "this piece makes no sense"
				 : "this piece does not follow the one before");
	one->lost = true;
}

static void
see(void *context, uint64_t offset, const struct rec_chunk *chunk)
{
	struct rec *rec = context;

	/* What cannot be unpacked is missed by what follows. */
	if (rec->checked.closed > 0)
		return;
	if (chunk->type == REC_PIECE)
		put(rec, offset, chunk);
	else if (chunk->type == REC_OVER && chunk->region < rec->count)
		look_at(rec, chunk->region);
}

/* ---- the whole of it -------------------------------------------------------------- */

static int
sum_up(const struct rec *rec, const struct request *request)
{
	const struct rec_checked *checked = &rec->checked;

	if (rec->faults == 0 && checked->closed == 0 && !request->quiet)
		printf("%s: a sound recording of format %u.%u; regions %zu, "
		       "chunks %llu, bytes %llu%s\n",
		    rec->path, checked->major, checked->minor, checked->regions,
		    (unsigned long long)checked->chunks,
		    (unsigned long long)checked->bytes,
		    checked->index ? "" : "; not ended in order: no index");
	if (checked->unknown > 0 && checked->closed == 0 && !request->quiet)
		printf("%s: of a newer version, and not looked into: chunks "
		       "%llu\n",
		    rec->path, (unsigned long long)checked->unknown);
	if (rec->faults > 0)
		return (EXIT_NO);
	if (checked->closed == 0)
		return (EXIT_DONE);
	warnx("%s: %llu chunks are compressed, and libzstd is not installed",
	    rec->path, (unsigned long long)checked->closed);
	return (EXIT_DAMAGED);
}

/* why: empty when it could not even be opened. */
static int
complain(const struct rec *rec, const char *path, int number, const char *why)
{
	struct target_error error = { .exit_code = EXIT_DAMAGED };

	if (why[0] == '\0')
		explain_path(&error, path, number, &(struct dbgshm_fault){ 0 });
	else
		snprintf(
		    error.what, sizeof(error.what), "%s: %s", rec->path, why);
	return (target_complain(&error));
}

int
check_rec(const struct request *request, const char *path)
{
	struct rec rec = { 0 };
	struct rec_check check = { fault, see, &rec };
	int descriptor = open_archive(path), status, number;
	char *name = safe_dup(path, strlen(path)), why[256] = "";
	uint32_t i;

	if (name == NULL)
		err(EXIT_DAMAGED, "memory for a name");
	rec.path = name;
	if (descriptor == -1 ||
	    rec_check(descriptor, &check, &rec.checked, why, sizeof(why)) ==
		-1) {
		number = errno;
		status = complain(&rec, path, number, why);
		for (i = 0; i < rec.count; i++)
			dbgshm_mirror_free(rec.regions[i].mirror);
	} else {
		for (i = 0; i < rec.count; i++)
			look_at(&rec, i);
		status = sum_up(&rec, request);
	}
	if (descriptor != -1)
		(void)close(descriptor);
	free(rec.regions);
	free(name);
	return (status);
}
