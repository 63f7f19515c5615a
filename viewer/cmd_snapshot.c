/*
 * cmd_snapshot.c - dbgtop snapshot: one file to send.
 */
#include "command.h"
#include "open.h"
#include "snapshot.h"
#include "source.h"
#include "when.h"

#include <libshm/kit/safe.h>
#include <libshm/kit/zip.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned
flags_of(const struct request *request)
{
	return ((request->secrets ? SNAPSHOT_SECRETS : 0) |
	    (!request->quiet && isatty(STDERR_FILENO) ? SNAPSHOT_PROGRESS : 0));
}

/* Its name for scripts, and for people what is in it. */
static int
say(const struct request *request, const char *path, const char *told)
{
	if (!request->quiet && *told != '\0' && isatty(STDERR_FILENO))
		warnx("%s", told);
	puts(path);
	return (output_end());
}

static int
complain(const char *what, const char *why, int code)
{
	char shown[SAFE_SIZE(256)];

	safe_copy(shown, sizeof(shown), what, strlen(what));
	warnx("%s: %s", shown, why);
	return (code);
}

/* ---- one target -------------------------------------------------------------------- */

static int
write_file(const struct request *request, const char *path,
    const struct snapshot_made *made)
{
	if (open_write(path, made->bytes, made->size, 0600) == -1)
		return (complain(path, strerror(errno), EXIT_OUTPUT));
	return (say(request, path, made->told));
}

static int
make(const struct request *request, const struct target *target,
    struct snapshot_made *made, struct target_error *error)
{
	struct source *source;
	char why[400];
	int result;

	if (source_open(target, request_source(request), &source, error) == -1)
		return (-1);
	result =
	    snapshot_make(source, flags_of(request), made, why, sizeof(why));
	if (result == -1) {
		error->exit_code =
		    errno == EBADMSG ? EXIT_DAMAGED : EXIT_OUTPUT;
		snprintf(error->what, sizeof(error->what), "%s: %s",
		    target->name != NULL ? target->name : "snapshot", why);
	}
	source_close(source);
	return (result);
}

static int
one(const struct request *request, const struct target *target,
    struct target_error *error)
{
	struct snapshot_made made;
	char path[256];
	int status;

	if (make(request, target, &made, error) == -1)
		return (target_complain(error));
	snapshot_path(path, sizeof(path), made.folder, made.taken_real_ns);
	status = write_file(
	    request, request->output != NULL ? request->output : path, &made);
	free(made.bytes);
	return (status);
}

/* ---- several ----------------------------------------------------------------------- */

struct several {
	struct zip_out *zip;
	struct out *out; /* meta.json */
	char **folders;
	size_t count, failed;
	int status; /* of the last that failed */
};

static bool
has_folder(const struct several *several, const char *folder)
{
	size_t i;

	for (i = 0; i < several->count; i++)
		if (strcmp(several->folders[i], folder) == 0)
			return (true);
	return (false);
}

static void
keep_folder(struct several *several, const char *folder)
{
	several->folders = reallocarray(
	    several->folders, several->count + 1, sizeof(*several->folders));
	if (several->folders == NULL ||
	    (several->folders[several->count++] = strdup(folder)) == NULL)
		err(1, "memory for a name");
}

/* Two of one name and pid are possible: of two pid namespaces. */
static int
join(struct several *several, struct snapshot_made *made, char *why,
    size_t why_size)
{
	char folder[sizeof(made->folder) + 16];

	snprintf(folder, sizeof(folder), "%s", made->folder);
	if (has_folder(several, folder))
		snprintf(folder, sizeof(folder), "%s.%zu", made->folder,
		    several->count + 1);
	keep_folder(several, folder);
	out_object(several->out, NULL);
	out_string(several->out, "folder", folder);
	out_time(several->out, "time", made->taken_real_ns);
	out_string(several->out, "about", made->told);
	out_object_end(several->out);
	return (zip_out_join(
	    several->zip, folder, made->bytes, made->size, why, why_size));
}

static int
add(struct several *several, const struct request *request,
    const struct target *target)
{
	struct target_error error = { 0 };
	struct snapshot_made made;
	char why[400];

	if (make(request, target, &made, &error) == -1) {
		several->status = target_complain(&error);
		several->failed++;
	} else if (join(several, &made, why, sizeof(why)) == -1)
		return (complain("snapshot", why, EXIT_OUTPUT));
	target_error_free(&error);
	return (EXIT_DONE);
}

static int
finish(struct several *several, const struct request *request,
    struct snapshot_made *made)
{
	char host[128] = "host", name[160], path[256], why[400], *c;

	if (zip_out_end(several->zip, &made->bytes, &made->size, why,
		sizeof(why)) == -1)
		return (complain("snapshot", why, EXIT_OUTPUT));
	(void)gethostname(host, sizeof(host) - 1);
	safe_copy(name, sizeof(name), host, strnlen(host, 100));
	for (c = name; *c != '\0'; c++)
		if (*c == '/' || *c == ' ')
			*c = '_';
	snapshot_path(path, sizeof(path), name, made->taken_real_ns);
	snprintf(made->told, sizeof(made->told), "%zu targets%s",
	    several->count, several->failed > 0 ? ", not all there are" : "");
	return (write_file(
	    request, request->output != NULL ? request->output : path, made));
}

static int
all(const struct request *request, const struct targets *targets)
{
	struct out_style style = { .raw = true };
	struct several several = { 0 };
	struct snapshot_made made = { .taken_real_ns = when_now() };
	char *text = NULL, why[400];
	size_t i, size = 0;
	FILE *stream = open_memstream(&text, &size);
	int status = EXIT_DONE;

	if (stream == NULL)
		err(1, "memory for a text");
	several.zip = zip_out_create(why, sizeof(why));
	if (several.zip == NULL) {
		fclose(stream);
		free(text);
		return (complain("snapshot", why, EXIT_OUTPUT));
	}
	several.out = out_create(OUT_JSON, stream, &style);
	out_begin(several.out, "dbgtop.snapshots/1", made.taken_real_ns);
	out_string(several.out, "dbgtop", DBGTOP_VERSION);
	out_array(several.out, "targets");
	for (i = 0; i < targets->count && status == EXIT_DONE; i++)
		status = add(&several, request, &targets->list[i]);
	out_array_end(several.out);
	out_u64(several.out, "failed", several.failed);
	out_end(several.out);
	out_destroy(several.out);
	if (fclose(stream) != 0)
		err(1, "memory for a text");
	if (status == EXIT_DONE && several.count == 0) {
		status = several.status;
		free(text);
	} else if (status != EXIT_DONE) {
		free(text);
	} else if (zip_out_add(several.zip, "meta.json", text, size, 0, why,
		       sizeof(why)) == -1)
		status = complain("snapshot", why, EXIT_OUTPUT);
	else
		status = finish(&several, request, &made);
	free(made.bytes);
	for (i = 0; i < several.count; i++)
		free(several.folders[i]);
	free(several.folders);
	zip_out_destroy(several.zip);
	return (status);
}

int
cmd_snapshot(const struct request *request)
{
	struct target_error error = { 0 };
	struct targets targets;
	int status;

	if (target_find(request->words[0], &targets, &error) == -1)
		status = target_complain(&error);
	else if (targets.count == 1 && strcmp(request->words[0], ":all") != 0)
		status = one(request, &targets.list[0], &error);
	else
		status = all(request, &targets);
	target_error_free(&error);
	target_free(&targets);
	return (status);
}
