/*
 * zip_out.c - archives as they are made, in memory.
 */
#include "zip.h"
#include "zip_library.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct zip_out {
	struct zip_library zip;
	zip_t *archive;
	zip_source_t *memory; /* where it is written */
	zip_t **joined;	      /* archives whose members it has */
	size_t joined_count;
	void (*told)(double, void *);
	void *context;
};

static int
no_memory(char *why, size_t why_size)
{
	snprintf(why, why_size, "%s", strerror(ENOMEM));
	return (-1);
}

/* An archive in memory, from these bytes or none. */
static zip_t *
open_memory(const struct zip_library *zip, void *bytes, size_t size, int flags,
    zip_source_t **memory, char *why, size_t why_size)
{
	zip_source_t *source;
	zip_t *archive = NULL;
	zip_error_t error;

	zip->error_init(&error);
	source = zip->source_buffer_create(bytes, size, 1, &error);
	if (source == NULL)
		free(bytes);
	else if ((archive = zip->open_from_source(source, flags, &error)) ==
	    NULL)
		zip->source_free(source);
	if (archive == NULL)
		snprintf(why, why_size, "%s", zip->error_strerror(&error));
	else if (memory != NULL) {
		*memory = source;
		zip->source_keep(source);
	}
	zip->error_fini(&error);
	return (archive);
}

struct zip_out *
zip_out_create(char *why, size_t why_size)
{
	struct zip_out *out = calloc(1, sizeof(*out));

	if (out == NULL) {
		no_memory(why, why_size);
		return (NULL);
	}
	if (zip_library_load(&out->zip, why, why_size) == 0 &&
	    (out->archive = open_memory(&out->zip, NULL, 0, ZIP_TRUNCATE,
		 &out->memory, why, why_size)) != NULL)
		return (out);
	zip_out_destroy(out);
	return (NULL);
}

void
zip_out_destroy(struct zip_out *out)
{
	size_t i;

	if (out == NULL)
		return;
	if (out->archive != NULL)
		out->zip.discard(out->archive);
	if (out->memory != NULL)
		out->zip.source_free(out->memory);
	for (i = 0; i < out->joined_count; i++)
		out->zip.discard(out->joined[i]);
	free(out->joined);
	zip_library_unload(&out->zip);
	free(out);
}

static int
add_source(struct zip_out *out, const char *name, zip_source_t *source,
    zip_int32_t method, char *why, size_t why_size)
{
	zip_int64_t index = -1;

	if (source != NULL)
		index = out->zip.file_add(
		    out->archive, name, source, ZIP_FL_ENC_UTF_8);
	if (index == -1 && source != NULL)
		out->zip.source_free(source);
	if (index != -1 &&
	    (method == ZIP_CM_DEFAULT ||
		out->zip.set_file_compression(
		    out->archive, (zip_uint64_t)index, method, 0) == 0))
		return (0);
	snprintf(
	    why, why_size, "%s: %s", name, out->zip.strerror(out->archive));
	return (-1);
}

int
zip_out_add(struct zip_out *out, const char *name, void *bytes, size_t size,
    unsigned flags, char *why, size_t why_size)
{
	bool whole = (flags & ZIP_OUT_OURS) != 0 && size > ZIP_INFLATED_MAX;
	zip_source_t *source;

	if (size == 0) { /* the library keeps nothing, so it frees nothing */
		free(bytes);
		bytes = NULL;
	}
	source = out->zip.source_buffer(out->archive, bytes, size, 1);

	if (source == NULL)
		free(bytes);
	return (add_source(out, name, source,
	    whole ? ZIP_CM_STORE : ZIP_CM_DEFLATE, why, why_size));
}

int
zip_out_join(struct zip_out *out, const char *folder, void *bytes, size_t size,
    char *why, size_t why_size)
{
	zip_t *from, **joined;
	char name[ZIP_NAME_MAX];
	zip_int64_t count, i;
	const char *inside;

	joined =
	    realloc(out->joined, (out->joined_count + 1) * sizeof(*joined));
	if (joined == NULL) {
		free(bytes);
		return (no_memory(why, why_size));
	}
	out->joined = joined;
	from = open_memory(
	    &out->zip, bytes, size, ZIP_RDONLY, NULL, why, why_size);
	if (from == NULL)
		return (-1);
	joined[out->joined_count++] = from;
	count = out->zip.get_num_entries(from, 0);
	for (i = 0; i < count; i++) {
		inside =
		    out->zip.get_name(from, (zip_uint64_t)i, ZIP_FL_ENC_GUESS);
		snprintf(name, sizeof(name), "%s/%s", folder,
		    inside != NULL ? inside : "");
		if (add_source(out, name,
			out->zip.source_zip(out->archive, from, (zip_uint64_t)i,
			    ZIP_FL_COMPRESSED, 0, -1),
			ZIP_CM_DEFAULT, why, why_size) == -1)
			return (-1);
	}
	return (0);
}

void
zip_out_progress(
    struct zip_out *out, void (*told)(double, void *), void *context)
{
	out->told = told;
	out->context = context;
}

static void
progress(zip_t *archive, double done, void *context)
{
	struct zip_out *out = context;

	(void)archive;
	out->told(done, out->context);
}

static int
take_bytes(struct zip_out *out, void **bytes, size_t *size)
{
	zip_stat_t status;
	char *taken;
	zip_int64_t got = -1;

	if (out->zip.source_stat(out->memory, &status) == -1 ||
	    (status.valid & ZIP_STAT_SIZE) == 0 ||
	    (taken = malloc(status.size)) == NULL)
		return (-1);
	if (out->zip.source_open(out->memory) == 0) {
		got = out->zip.source_read(out->memory, taken, status.size);
		out->zip.source_close(out->memory);
	}
	if (got == -1 || (zip_uint64_t)got != status.size) {
		free(taken);
		return (-1);
	}
	*bytes = taken;
	*size = status.size;
	return (0);
}

int
zip_out_end(
    struct zip_out *out, void **bytes, size_t *size, char *why, size_t why_size)
{
	if (out->told != NULL)
		out->zip.register_progress_callback_with_state(
		    out->archive, 0.01, progress, NULL, out);
	if (out->zip.close(out->archive) == -1) {
		snprintf(why, why_size, "%s", out->zip.strerror(out->archive));
		return (-1);
	}
	out->archive = NULL;
	if (take_bytes(out, bytes, size) == 0)
		return (0);
	return (no_memory(why, why_size));
}
