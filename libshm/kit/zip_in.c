/*
 * zip_in.c - archives from anywhere: what is read of them is bounded.
 */
#include "zip.h"
#include "zip_library.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP (1u << 20) /* bytes that are read at a time */

struct zip_in {
	struct zip_library zip;
	zip_t *archive;
	size_t count;
	uint64_t left; /* that may still be read */
};

/* The words of libzip, which are its own. */
static void
say_code(const struct zip_library *zip, int code, char *why, size_t why_size)
{
	zip_error_t error;

	zip->error_init_with_code(&error, code);
	snprintf(why, why_size, "%s", zip->error_strerror(&error));
	zip->error_fini(&error);
}

static int
open_archive(struct zip_in *in, int descriptor, char *why, size_t why_size)
{
	zip_int64_t count;
	int code;

	if (zip_library_load(&in->zip, why, why_size) == -1) {
		close(descriptor);
		return (-1);
	}
	in->archive = in->zip.fdopen(descriptor, 0, &code);
	if (in->archive == NULL) {
		close(descriptor);
		say_code(&in->zip, code, why, why_size);
		return (-1);
	}
	count = in->zip.get_num_entries(in->archive, 0);
	if (count > ZIP_MEMBERS_MAX) {
		snprintf(why, why_size,
		    "%" PRId64 " members, over the limit of %d", (int64_t)count,
		    ZIP_MEMBERS_MAX);
		return (-1);
	}
	in->count = (size_t)count;
	in->left = ZIP_READ_MAX;
	return (0);
}

struct zip_in *
zip_in_open(int descriptor, char *why, size_t why_size)
{
	struct zip_in *in = calloc(1, sizeof(*in));

	if (in == NULL) {
		close(descriptor);
		snprintf(why, why_size, "%s", strerror(ENOMEM));
		return (NULL);
	}
	if (open_archive(in, descriptor, why, why_size) == 0)
		return (in);
	zip_in_close(in);
	return (NULL);
}

void
zip_in_close(struct zip_in *in)
{
	if (in == NULL)
		return;
	if (in->archive != NULL)
		in->zip.discard(in->archive);
	zip_library_unload(&in->zip);
	free(in);
}

size_t
zip_in_count(const struct zip_in *in)
{
	return (in->count);
}

const char *
zip_in_name(struct zip_in *in, size_t index)
{
	const char *name = in->zip.get_name(in->archive, index, ZIP_FL_ENC_RAW);

	return (name == NULL || strlen(name) > ZIP_NAME_MAX ? "" : name);
}

/* How long the member says it is, when that is no more than it may be. */
static int
look_at(
    struct zip_in *in, size_t index, uint64_t *size, char *why, size_t why_size)
{
	const zip_uint64_t needed =
	    ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
	zip_stat_t status;
	uint64_t most;

	if (in->zip.stat_index(in->archive, index, 0, &status) == -1 ||
	    (status.valid & needed) != needed) {
		snprintf(why, why_size, "%s", in->zip.strerror(in->archive));
		return (-1);
	}
	if (status.encryption_method != ZIP_EM_NONE) {
		snprintf(why, why_size, "it is encrypted");
		return (-1);
	}
	if (status.comp_method != ZIP_CM_STORE &&
	    status.comp_method != ZIP_CM_DEFLATE) {
		snprintf(why, why_size,
		    "compressed by method %u, which no snapshot is",
		    status.comp_method);
		return (-1);
	}
	most = status.comp_method == ZIP_CM_STORE ? ZIP_STORED_MAX
						  : ZIP_INFLATED_MAX;
	if (most > in->left)
		most = in->left;
	if (status.size > most) {
		snprintf(why, why_size,
		    "%" PRIu64 " bytes, over the limit of %" PRIu64,
		    (uint64_t)status.size, most);
		return (-1);
	}
	*size = status.size;
	return (0);
}

/* Reads what the member gives, of which it has said how much that is. */
static int
read_some(struct zip_in *in, zip_file_t *file, char *bytes, uint64_t size,
    char *why, size_t why_size)
{
	uint64_t done = 0, step;
	zip_int64_t got;

	while (done < size) {
		step = size - done < STEP ? size - done : STEP;
		got = in->zip.fread(file, bytes + done, step);
		if (got == -1) {
			snprintf(
			    why, why_size, "%s", in->zip.file_strerror(file));
			return (-1);
		}
		if (got == 0) {
			snprintf(why, why_size,
			    "it ends after %" PRIu64 " of %" PRIu64 " bytes",
			    done, size);
			return (-1);
		}
		done += (uint64_t)got;
		in->left -= (uint64_t)got;
	}
	return (0);
}

/* Only at its end is its checksum known. */
static int
read_end(struct zip_in *in, zip_file_t *file, char *why, size_t why_size)
{
	char more;
	zip_int64_t got = in->zip.fread(file, &more, 1);

	if (got == 0)
		return (0);
	if (got == -1)
		snprintf(why, why_size, "%s", in->zip.file_strerror(file));
	else
		snprintf(why, why_size, "it is longer than it says");
	return (-1);
}

static zip_file_t *
open_member(struct zip_in *in, size_t index, char *why, size_t why_size)
{
	zip_file_t *file = in->zip.fopen_index(in->archive, index, 0);

	if (file == NULL)
		snprintf(why, why_size, "%s", in->zip.strerror(in->archive));
	return (file);
}

int
zip_in_peek(struct zip_in *in, size_t index, void *bytes, size_t size,
    char *why, size_t why_size)
{
	zip_file_t *file;
	uint64_t all;
	int result;

	if (look_at(in, index, &all, why, why_size) == -1)
		return (-1);
	if (size > all) {
		snprintf(why, why_size, "it is too short");
		return (-1);
	}
	if ((file = open_member(in, index, why, why_size)) == NULL)
		return (-1);
	result = read_some(in, file, bytes, size, why, why_size);
	in->zip.fclose(file);
	return (result);
}

int
zip_in_read(struct zip_in *in, size_t index, void **bytes, size_t *size,
    char *why, size_t why_size)
{
	zip_file_t *file;
	uint64_t all;
	char *taken;
	int result;

	if (look_at(in, index, &all, why, why_size) == -1 ||
	    (file = open_member(in, index, why, why_size)) == NULL)
		return (-1);
	if ((taken = malloc((size_t)all + 1)) == NULL) {
		snprintf(why, why_size, "%s", strerror(ENOMEM));
		result = -1;
	} else if ((result = read_some(in, file, taken, all, why, why_size)) ==
	    0)
		result = read_end(in, file, why, why_size);
	in->zip.fclose(file);
	if (result == -1) {
		free(taken);
		return (-1);
	}
	*bytes = taken;
	*size = (size_t)all;
	return (0);
}
