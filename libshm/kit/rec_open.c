/*
 * rec_open.c - a recording begins, goes on, and is ended.
 */
#include "rec_out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void
destroy(struct rec_out *out)
{
	rec_code_fini(&out->code);
	rec_index_end(&out->index);
	free(out->regions);
	free(out->last_ns);
	free(out);
}

static struct rec_out *
create(int descriptor, bool is_file, char *why, size_t why_size)
{
	struct rec_out *out = calloc(1, sizeof(*out));

	if (out == NULL) {
		(void)rec_code_fail(ENOMEM, why, why_size);
		return (NULL);
	}
	rec_code_init(&out->code);
	(void)rec_code_library(&out->code);
	out->descriptor = descriptor;
	out->is_file = is_file;
	return (out);
}

static int
write_head(struct rec_out *out, char *why, size_t why_size)
{
	struct rec_head head;
	struct iovec part = { &head, sizeof(head) };

	rec_code_begin(&out->code, &head);
	rec_index_begin(&out->index, sizeof(head));
	return (rec_out_bytes(out, &part, 1, why, why_size));
}

struct rec_out *
rec_out_pipe(int descriptor, char *why, size_t why_size)
{
	struct rec_out *out = create(descriptor, false, why, why_size);

	if (out == NULL || write_head(out, why, why_size) == 0)
		return (out);
	destroy(out);
	return (NULL);
}

/* ---- a file that is there already ---------------------------------------------------- */

static int
refuse(int number, const char *text, char *why, size_t why_size)
{
	snprintf(why, why_size, "%s", text);
	errno = number;
	return (-1);
}

/* What was being written when power went may be of the right length. */
static int
drop_damaged(struct rec_in *in, int descriptor, struct rec_list *list,
    char *why, size_t why_size)
{
	struct rec_chunk chunk;

	while (list->count > 0 &&
	    rec_read(descriptor, &list->entries[list->count - 1], in, &chunk,
		why, why_size) == -1) {
		if (errno == ENOTSUP)
			return (0);
		if (errno != EBADMSG)
			return (-1);
		list->end = list->entries[--list->count].offset;
	}
	return (0);
}

/* What the chunks that are there say of regions, and where they are. */
static int
learn(struct rec_out *out, struct rec_in *in, const struct rec_list *list,
    char *why, size_t why_size)
{
	const struct rec_entry *entry;
	struct rec_region region;
	struct rec_chunk chunk;
	size_t i;

	rec_index_begin(&out->index, list->begin);
	for (i = 0; i < list->count; i++) {
		entry = &list->entries[i];
		rec_index_add(&out->index, entry);
		if (rec_out_known(out, entry->region,
			entry->type == REC_PIECE ? entry->real_ns : 0) == -1)
			return (rec_code_fail(ENOMEM, why, why_size));
		if (entry->type != REC_REGION ||
		    rec_read(out->descriptor, entry, in, &chunk, why,
			why_size) == -1 ||
		    rec_in_region(&chunk, &region) == -1)
			continue;
		if (rec_out_list(out, &region) == -1)
			return (rec_code_fail(ENOMEM, why, why_size));
	}
	return (0);
}

static int
go_on(struct rec_out *out, struct rec_in *in, char *why, size_t why_size)
{
	struct rec_list list = { 0 };
	int result = -1;

	if (rec_list_read(in, out->descriptor, &list, why, why_size) == -1)
		return (-1);
	if (in->code.newer)
		(void)refuse(EPROTONOSUPPORT,
		    "a newer version has made it, which has to go on with it",
		    why, why_size);
	else if (drop_damaged(in, out->descriptor, &list, why, why_size) == 0 &&
	    learn(out, in, &list, why, why_size) == 0)
		result = 0;
	free(list.entries);
	if (result == -1)
		return (-1);
	out->code.id = in->code.id;
	out->size = list.end;
	if (rec_out_cut(out) == -1)
		return (rec_code_fail(errno, why, why_size));
	return (0);
}

/* A recording whose writer ended before its head was whole has nothing in it. */
static bool
is_empty(int descriptor, uint64_t size)
{
	unsigned char bytes[REC_HEAD_SIZE];
	ssize_t got = 0;

	if (size < REC_HEAD_SIZE && size > 0)
		got = pread(descriptor, bytes, sizeof(bytes), 0);
	return (size == 0 || (got > 0 && rec_begins(bytes, (size_t)got)));
}

static int
open_file(struct rec_out *out, char *why, size_t why_size)
{
	struct stat status;
	struct rec_in *in;
	int result;

	if (fstat(out->descriptor, &status) == -1)
		return (rec_code_fail(errno, why, why_size));
	if (!S_ISREG(status.st_mode))
		return (refuse(EINVAL, "not a regular file", why, why_size));
	if (flock(out->descriptor, LOCK_EX | LOCK_NB) == -1)
		return (errno == EWOULDBLOCK
			? refuse(EBUSY, "another recorder writes into it", why,
			      why_size)
			: rec_code_fail(errno, why, why_size));
	if (fstat(out->descriptor, &status) == -1)
		return (rec_code_fail(errno, why, why_size));
	if (is_empty(out->descriptor, (uint64_t)status.st_size)) {
		if (ftruncate(out->descriptor, 0) == -1)
			return (rec_code_fail(errno, why, why_size));
		return (write_head(out, why, why_size));
	}
	if ((in = rec_in_create(why, why_size)) == NULL)
		return (-1);
	result = go_on(out, in, why, why_size);
	rec_in_free(in);
	return (result);
}

struct rec_out *
rec_out_file(int descriptor, char *why, size_t why_size)
{
	struct rec_out *out = create(descriptor, true, why, why_size);
	int number;

	if (out != NULL && open_file(out, why, why_size) == 0)
		return (out);
	number = errno;
	if (out != NULL)
		destroy(out);
	(void)close(descriptor);
	errno = number;
	return (NULL);
}

/* ---- the end -------------------------------------------------------------------------- */

/* The index, and where it is; both or none. */
static int
write_index(struct rec_out *out, char *why, size_t why_size)
{
	uint64_t before = out->size;
	struct rec_end_content where = { before };
	struct rec_chunk index = { .bytes = out->index.bytes,
		.size = out->index.size };
	struct rec_chunk end = { .bytes = &where, .size = sizeof(where) };

	if (out->index.given_up)
		return (0);
	if (rec_out_chunk(out, REC_INDEX, &index, why, why_size) == -1)
		return (-1);
	if (rec_out_chunk(out, REC_END, &end, why, why_size) == 0)
		return (0);
	out->size = before;
	out->torn = true;
	(void)rec_out_cut(out);
	return (-1);
}

int
rec_out_close(struct rec_out *out, char *why, size_t why_size)
{
	int result = 0, number = 0;

	if (out->is_file) {
		result = write_index(out, why, why_size);
		number = errno;
		if (fsync(out->descriptor) == -1 && result == 0) {
			number = errno;
			result = rec_code_fail(number, why, why_size);
		}
		if (close(out->descriptor) == -1 && result == 0) {
			number = errno;
			result = rec_code_fail(number, why, why_size);
		}
	}
	destroy(out);
	if (result == -1)
		errno = number;
	return (result);
}
