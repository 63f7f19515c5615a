/*
 * cmd_check.c - dbgtop check: is this file what it should be?
 */
#include "command.h"
#include "explain.h"
#include "open.h"

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

int
cmd_check(const struct request *request)
{
	const char *path = request->words[0];
	struct dbgshm_fault fault = { 0 };
	struct dbgshm_reader *reader;
	const struct dbgshm_info *info;
	int descriptor, faults, status;
	uid_t owner;
	char *name;

	name = safe_dup(path, strlen(path));
	if (name == NULL)
		err(EXIT_DAMAGED, "memory for a name");
	descriptor = open_region(path, &owner, &fault);
	if (descriptor == -1 ||
	    dbgshm_reader_attach(descriptor, &reader, &fault) == -1) {
		status = complain(path, errno, &fault);
		free(name);
		return (status);
	}
	dbgshm_reader_refresh(reader);
	faults = dbgshm_reader_check(reader, print_fault, name);
	info = dbgshm_reader_info(reader);
	if (faults == 0 && !request->quiet)
		printf("%s: a sound region of format %u.%u; profiles %zu, "
		       "metrics %zu, tables %zu, bytes %llu\n",
		    name, info->major, info->minor,
		    dbgshm_reader_profile_count(reader),
		    dbgshm_reader_metric_count(reader),
		    dbgshm_reader_table_count(reader),
		    (unsigned long long)info->bytes_used);
	dbgshm_reader_close(reader);
	free(name);
	status = output_end();
	if (status != EXIT_DONE)
		return (status);
	return (faults == 0 ? EXIT_DONE : EXIT_NO);
}
