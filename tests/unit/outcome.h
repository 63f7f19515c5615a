/*
 * outcome.h - what a reader makes of an image, for tests of damaged ones.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "image.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* What became of an image: 0 or the errno of attaching, faults, what is left. */
struct outcome {
	int error;
	struct dbgshm_fault fault;
	uint64_t faults;
	size_t profiles, metrics, tables, columns;
};

static inline struct outcome
try_file(int file)
{
	struct outcome outcome = { 0 };
	struct dbgshm_reader *reader;

	if (image_attach(file, &reader, &outcome.fault) == -1) {
		outcome.error = errno;
		return (outcome);
	}
	if (dbgshm_reader_refresh(reader) == -1)
		outcome.error = errno;
	(void)walk_everything(reader);
	outcome.faults = dbgshm_reader_info(reader)->faults;
	outcome.fault = dbgshm_reader_info(reader)->first_fault;
	outcome.profiles = dbgshm_reader_profile_count(reader);
	outcome.metrics = dbgshm_reader_metric_count(reader);
	outcome.tables = dbgshm_reader_table_count(reader);
	if (outcome.tables > 0)
		outcome.columns = dbgshm_reader_table(reader, 0)->column_count;
	if ((uint64_t)dbgshm_reader_check(reader, NULL, NULL) < outcome.faults)
		abort();
	dbgshm_reader_close(reader);
	return (outcome);
}

static inline struct outcome
try_image(const struct image *image)
{
	struct outcome outcome;
	int file = image_file(image, IMAGE_SIZE);

	outcome = try_file(file);
	(void)close(file);
	return (outcome);
}

static inline void
says(const struct outcome *outcome, const char *why)
{
	if (strstr(outcome->fault.text, why) == NULL)
		fail_msg(
		    "\"%s\" does not say \"%s\"", outcome->fault.text, why);
}

#endif
