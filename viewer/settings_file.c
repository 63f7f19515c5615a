/*
 * settings_file.c - settings that were asked to be kept.
 *
 * Lines "name value", written only when a person says so.
 */
#include "settings.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MOST 2048
#define SETTINGS_MOST (256 * 1024) /* a file beyond that is none of ours */

const char *
settings_default_path(char *path, size_t size)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	int length;

	if (base != NULL && base[0] == '/')
		length = snprintf(path, size, "%s/dbgtop/settings", base);
	else if (home != NULL && home[0] == '/')
		length =
		    snprintf(path, size, "%s/.config/dbgtop/settings", home);
	else
		return (NULL);
	return (length > 0 && (size_t)length < size ? path : NULL);
}

/* ---- reading ---------------------------------------------------------------------- */

static bool
take_pin(struct view *view, const char *address)
{
	uint64_t id = tree_id(address, strlen(address));

	if (!view_pinned(view, id))
		view_pin(view, id);
	return (true);
}

/* "name value", cut at its first blanks; false with why. */
static bool
take_line(struct view *view, char *line, char *why, size_t size)
{
	char *name = line + strspn(line, " \t"), *value, *end;

	for (end = name + strlen(name);
	     end > name && strchr(" \t\r\n", end[-1]) != NULL;)
		*--end = '\0';
	if (*name == '\0' || *name == '#')
		return (true);
	value = name + strcspn(name, " \t");
	if (*value != '\0')
		*value++ = '\0';
	value += strspn(value, " \t");
	if (strcmp(name, "pin") == 0)
		return (take_pin(view, value));
	return (settings_set(view, name, value, why, size));
}

/* A file and nothing that never ends; NULL and errno. */
static FILE *
open_settings(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat about;
	FILE *file = NULL;
	int error;

	if (descriptor == -1)
		return (NULL);
	if (fstat(descriptor, &about) == -1)
		error = errno;
	else if (!S_ISREG(about.st_mode) || about.st_size > SETTINGS_MOST)
		error = EINVAL;
	else if ((file = fdopen(descriptor, "r")) != NULL)
		return (file);
	else
		error = errno;
	close(descriptor);
	errno = error;
	return (NULL);
}

int
settings_load(struct view *view, const char *path, char *why, size_t size)
{
	char line[LINE_MOST], reason[256];
	FILE *file = open_settings(path);
	size_t number = 0;
	int result = 0;

	if (file == NULL) {
		if (errno == ENOENT || errno == ENOTDIR)
			return (0);
		snprintf(why, size, "%s: %s", path,
		    errno == EINVAL ? "not a file of settings"
				    : strerror(errno));
		return (-1);
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		number++;
		if (take_line(view, line, reason, sizeof(reason)) ||
		    result == -1)
			continue;
		snprintf(why, size, "%s line %zu: %s", path, number, reason);
		result = -1;
	}
	fclose(file);
	return (result);
}

/* ---- writing ----------------------------------------------------------------------- */

static void
print_pins(const struct view *view, const struct model *model, FILE *file)
{
	const struct model_profile *profile;
	const struct model_metric *metric;
	const char *name;

	for (size_t i = 0; model != NULL && i < model->profile_count; i++) {
		profile = &model->profiles[i];
		for (size_t k = 0; k < profile->metric_count; k++) {
			metric = &model_metrics(profile)[k];
			if (view_pinned(view,
				view_address(
				    profile, metric->name, metric->labels)))
				fprintf(file, "pin %s:%s%s\n", profile->path,
				    metric->name, metric->labels);
		}
		for (size_t k = 0;
		     profile->table != NULL && k < profile->table->row_count;
		     k++) {
			name = profile->table->rows[k].name;
			if (view_pinned(view, view_address(profile, "", name)))
				fprintf(
				    file, "pin %s[%s]\n", profile->path, name);
		}
	}
}

/* Pins of other targets, which the file had before. */
static void
keep_pins(const struct view *view, const struct model *model, const char *path,
    FILE *file)
{
	char line[LINE_MOST], *address;
	FILE *old = open_settings(path);
	char *seen = NULL;
	size_t size = 0;
	FILE *mine = open_memstream(&seen, &size);

	if (mine != NULL) {
		print_pins(view, model, mine);
		fclose(mine);
	}
	while (old != NULL && seen != NULL &&
	    fgets(line, sizeof(line), old) != NULL) {
		if (strncmp(line, "pin ", 4) != 0 ||
		    strchr(line, '\n') == NULL || strstr(seen, line) != NULL)
			continue;
		address = line + 4;
		if (view_pinned(view, tree_id(address, strcspn(address, "\n"))))
			fputs(line, file);
	}
	if (seen != NULL)
		fputs(seen, file);
	free(seen);
	if (old != NULL)
		fclose(old);
}

static void
print_all(const struct view *view, const struct model *model, const char *path,
    FILE *file)
{
	char buffer[32];

	fputs("# dbgtop: settings of the full screen\n", file);
	for (size_t i = 0; i < settings_count(); i++)
		fprintf(file, "%s %s\n", settings_name(i),
		    settings_value(view, i, buffer, sizeof(buffer)));
	keep_pins(view, model, path, file);
}

/* The directories above a path, for its owner alone. */
static void
make_directories(const char *path)
{
	char part[PATH_MAX];
	char *slash;

	strlcpy(part, path, sizeof(part));
	for (slash = strchr(part + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(part, 0700);
		*slash = '/';
	}
}

static int
replace(const struct view *view, const struct model *model, const char *path)
{
	char temporary[PATH_MAX];
	int descriptor, error;
	FILE *file;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >=
	    (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return (-1);
	}
	descriptor = mkostemp(temporary, O_CLOEXEC);
	if (descriptor == -1)
		return (-1);
	file = fdopen(descriptor, "w");
	if (file == NULL) {
		error = errno;
		close(descriptor);
		goto failed;
	}
	print_all(view, model, path, file);
	if (fflush(file) != 0 || fsync(descriptor) != 0) {
		error = errno;
		fclose(file);
		goto failed;
	}
	if (fclose(file) == 0 && rename(temporary, path) == 0)
		return (0);
	error = errno;
failed:
	unlink(temporary);
	errno = error;
	return (-1);
}

int
settings_store(const struct view *view, const struct model *model,
    const char *path, char *why, size_t size)
{
	char *real;
	int result;

	make_directories(path);
	real = realpath(path, NULL); /* a link stays one */
	result = replace(view, model, real != NULL ? real : path);
	if (result == -1)
		snprintf(why, size, "%s: %s", path, strerror(errno));
	free(real);
	return (result);
}
