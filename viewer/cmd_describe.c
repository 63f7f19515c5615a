/*
 * cmd_describe.c - dbgtop describe: what there is, and what it means.
 */
#include "command.h"
#include "report.h"

static const struct report_form form = {
	.schema = "dbgtop.describe/1",
	.fields = report_describe,
	.text = report_describe_text,
};

int
cmd_describe(const struct request *request)
{
	return (report_run(&form, request));
}
