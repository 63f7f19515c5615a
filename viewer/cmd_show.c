/*
 * cmd_show.c - dbgtop show: all values, now.
 */
#include "command.h"
#include "report.h"

static const struct report_form form = {
	.schema = "dbgtop.show/1",
	.fields = report_show,
	.flat = report_flat,
	.text = report_text,
};

int
cmd_show(const struct request *request)
{
	return (report_run(&form, request));
}
