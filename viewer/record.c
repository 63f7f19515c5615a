/*
 * record.c - the file of a recording: opened, gone on with, put aside.
 */
#include "record.h"
#include "open.h"
#include "when.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)

static uint64_t
clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec);
}

struct rec_out *
record_open(struct record_file *file, char *why, size_t why_size)
{
	struct rec_out *out;
	bool made;
	int descriptor = open_recording(file->path, &made), error;

	if (descriptor == -1) {
		snprintf(why, why_size, "%s",
		    errno == EINVAL ? "not a regular file" : strerror(errno));
		return (NULL);
	}
	out = rec_out_file(descriptor, why, why_size);
	if (out == NULL) {
		error = errno;
		if (made)
			(void)unlink(file->path);
		errno = error;
		return (NULL);
	}
	file->opened_ns = clock_ns();
	return (out);
}

/* ---- rotation --------------------------------------------------------------- */

bool
record_due(const struct record_file *file, const struct recorder *recorder)
{
	if (file->rotate_bytes != 0 &&
	    recorder_state(recorder).bytes >= file->rotate_bytes)
		return (true);
	return (file->rotate_ns != 0 &&
	    clock_ns() - file->opened_ns >= file->rotate_ns);
}

/* When it begins: another dbgtop may have begun it. */
static uint64_t
begin_of(const char *path)
{
	struct rec_entry *entries = NULL;
	struct rec_damage damage;
	uint64_t first_ns = 0;
	char why[256];
	size_t i, count = 0;
	int descriptor = open_archive(path);

	if (descriptor == -1)
		return (when_now());
	if (rec_index(
		descriptor, &entries, &count, &damage, why, sizeof(why)) == 0)
		for (i = 0; i < count; i++)
			if (entries[i].real_ns != 0 &&
			    (first_ns == 0 || entries[i].real_ns < first_ns))
				first_ns = entries[i].real_ns;
	free(entries);
	close(descriptor);
	return (first_ns == 0 ? when_now() : first_ns);
}

int
record_rotate(struct record_file *file, struct recorder *recorder, char *why,
    size_t why_size)
{
	struct rec_out *out;
	char aside[PATH_MAX];
	int result;

	/* Not again at once when it fails. */
	file->opened_ns = clock_ns();
	if (open_put_aside(
		file->path, begin_of(file->path), aside, sizeof(aside)) == -1) {
		snprintf(why, why_size, "not put aside: %s", strerror(errno));
		return (-1);
	}
	out = record_open(file, why, why_size);
	if (out == NULL) {
		(void)open_put_back(file->path, aside);
		return (-1);
	}
	result = recorder_rotate(recorder, out, why, why_size);
	if (file->keep != SIZE_MAX)
		open_keep_newest(file->path, file->keep);
	return (result);
}

/* ---- words --------------------------------------------------------------------- */

void
record_path(char *path, size_t size, const char *name)
{
	char host[64] = "host", shown[SAFE_SIZE(sizeof(host))], text[32], *c;
	time_t now = time(NULL);
	struct tm when;

	if (*name == '\0') {
		(void)gethostname(host, sizeof(host) - 1);
		safe_copy(shown, sizeof(shown), host, strlen(host));
		for (c = shown; *c != '\0'; c++)
			if (*c == '/' || *c == ' ' || *c == '\\')
				*c = '_';
		name = shown;
	}
	gmtime_r(&now, &when);
	strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &when);
	snprintf(path, size, "dbgtop-%s-%s.rec", name, text);
}

char *
record_tell(char *text, size_t size, const struct recorder_state *state)
{
	char time[FMT_SIZE], bytes[FMT_SIZE];
	size_t used;

	used = (size_t)snprintf(text, size, "%s, %llu frame%s, %s",
	    fmt_age(
		time, sizeof(time), state->last_real_ns - state->first_real_ns),
	    (unsigned long long)state->frames, state->frames == 1 ? "" : "s",
	    fmt_bytes(bytes, sizeof(bytes), (double)state->written));
	if (state->values > 0 && used < size)
		snprintf(text + used, size - used, ", %.2f bytes a value",
		    (double)state->written / (double)state->values);
	return (text);
}
