/*
 * cmd_check.c - dbgtop check: is this file what it should be?
 */
#include "check.h"
#include "explain.h"
#include "open.h"
#include "source_rec.h"
#include "source_zip.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
print_fault(const struct dbgshm_fault *fault, void *context)
{
	char text[SAFE_SIZE(sizeof(fault->text))];
	const char *name = context;

	safe_copy(text, sizeof(text), fault->text,
	    strnlen(fault->text, sizeof(fault->text)));
	printf("%s: offset %llu: %s\n", name, (unsigned long long)fault->offset,
	    text);
}

int
check_faults(struct dbgshm_reader *reader, char *name)
{
	dbgshm_reader_refresh(reader);
	return (dbgshm_reader_check(reader, print_fault, name));
}

/* It is not even a region. */
static int
complain(const char *path, int number, const struct dbgshm_fault *fault)
{
	struct target_error error = { 0 };

	explain_path(&error, path, number, fault);
	if (error.exit_code == EXIT_DAMAGED && fault->text[0] != '\0')
		snprintf(error.advice, sizeof(error.advice),
		    "the fault is at offset %llu",
		    (unsigned long long)fault->offset);
	return (target_complain(&error));
}

static int
check_reader(
    const struct request *request, struct dbgshm_reader *reader, char *name)
{
	const struct dbgshm_info *info;
	int faults;

	faults = check_faults(reader, name);
	info = dbgshm_reader_info(reader);
	if (faults == 0 && !request->quiet)
		printf("%s: a sound %s of format %u.%u; profiles %zu, "
		       "metrics %zu, tables %zu, bytes %llu\n",
		    name, info->taken_real_ns != 0 ? "image" : "region",
		    info->major, info->minor,
		    dbgshm_reader_profile_count(reader),
		    dbgshm_reader_metric_count(reader),
		    dbgshm_reader_table_count(reader),
		    (unsigned long long)info->bytes_used);
	dbgshm_reader_close(reader);
	return (faults == 0 ? EXIT_DONE : EXIT_NO);
}

static char *
name_part(const char *path, const struct zip_target *target, const char *part)
{
	char *name, *safe;

	if (asprintf(&name, "%s:%.*s%s%s.dbg", path, (int)target->folder_length,
		target->folder, target->folder_length > 0 ? "/" : "",
		part) == -1 ||
	    (safe = safe_dup(name, strlen(name))) == NULL)
		err(EXIT_DAMAGED, "memory for a name");
	free(name);
	return (safe);
}

/* All regions of a snapshot; the worst of what is said of them. */
static int
check_zip(const struct request *request, const char *path)
{
	struct model_source parts[SOURCE_PARTS];
	struct target_error error = { 0 };
	struct zip_targets targets;
	const struct zip_target *target;
	int status = EXIT_DONE, one;
	size_t i, j, count;
	char *name;

	if (zip_targets_find(path, &targets, &error) == -1)
		return (target_complain(&error));
	for (i = 0; i < targets.count; i++) {
		target = &targets.list[i];
		error.exit_code = EXIT_DONE;
		count = zip_target_read(&targets, target, path, parts, &error);
		if (error.exit_code != EXIT_DONE)
			status = target_complain(&error);
		for (j = 0; j < count; j++) {
			name = name_part(path, target, parts[j].name);
			one = check_reader(request, parts[j].reader, name);
			if (status == EXIT_DONE)
				status = one;
			free(name);
		}
	}
	zip_targets_free(&targets);
	return (status);
}

static int
check_file(const struct request *request, const char *path)
{
	struct dbgshm_fault fault = { 0 };
	struct dbgshm_reader *reader;
	char *name = safe_dup(path, strlen(path));
	int descriptor, status;
	uid_t owner;

	if (name == NULL)
		err(EXIT_DAMAGED, "memory for a name");
	descriptor = open_region(path, &owner, &fault);
	if (descriptor == -1 ||
	    dbgshm_reader_attach(descriptor, &reader, &fault) == -1)
		status = complain(path, errno, &fault);
	else
		status = check_reader(request, reader, name);
	free(name);
	return (status);
}

int
cmd_check(const struct request *request)
{
	const char *path = request->words[0];
	int status = source_is_zip(path) ? check_zip(request, path)
	    : source_is_rec(path)	 ? check_rec(request, path)
					 : check_file(request, path);

	if (status == EXIT_DONE || status == EXIT_NO)
		return (output_end() == EXIT_DONE ? status : EXIT_OUTPUT);
	return (status);
}
