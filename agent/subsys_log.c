/*
 * subsys_log.c - log lines to standard error or syslog, and the last of them in
 * the profile `log`.
 */
#include "subsys.h"

#include "libshm/kit/safe.h"

#include <dbgshm/writer.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define LOG_ROWS 128
#define LOG_LINE 240

enum { LINE_TIME, LINE_LEVEL, LINE_TEXT, LINE_NCOL };

static const char *const level_names[LOG_LEVELS + 1] = {
	[LOG_ERRORS] = "error",
	[LOG_WARNINGS] = "warning",
	[LOG_NOTES] = "note",
};

static const int level_priority[LOG_LEVELS] = {
	[LOG_ERRORS] = LOG_ERR,
	[LOG_WARNINGS] = LOG_WARNING,
	[LOG_NOTES] = LOG_INFO,
};

static const struct dbgshm_column line_columns[LINE_NCOL] = {
	[LINE_TIME] = { .name = "time",
	    .type = DBGSHM_TYPE_TIME,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "when it was said" },
	[LINE_LEVEL] = { .name = "level",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = level_names,
	    .help = "how bad it is" },
	[LINE_TEXT] = { .name = "text",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = LOG_LINE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "the line" },
};

struct log {
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	struct dbgshm_counter lines[LOG_LEVELS];
	struct dbgshm_row rows[LOG_ROWS]; /* a ring; the oldest is at next */
	size_t next;
};

static void
remember(struct log *log, enum log_level level, const char *text)
{
	struct dbgshm_row *row = &log->rows[log->next];

	dbgshm_counter_add(log->lines[level], 1);
	dbgshm_row_release(*row);
	*row = dbgshm_row_claim(log->table);
	dbgshm_row_set(*row, LINE_TIME, dbgshm_now());
	dbgshm_row_set(*row, LINE_LEVEL, level);
	dbgshm_row_text(*row, LINE_TEXT, text);
	dbgshm_row_end(*row);
	log->next = (log->next + 1) % LOG_ROWS;
}

void
agent_log(struct agent *agent, enum log_level level, const char *format, ...)
{
	char raw[LOG_LINE], line[SAFE_SIZE(LOG_LINE)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	safe_copy(line, sizeof(line), raw, strlen(raw));
	if (!agent->detached)
		fprintf(stderr, "%s: %s\n", getprogname(), line);
	else
		syslog(level_priority[level], "%s", line);
	if (agent->log != NULL)
		remember(agent->log, level, line);
}

static void
open_syslog(struct agent *agent)
{
	if (!agent->options->foreground)
		openlog("dbgtop-agent", LOG_PID, LOG_DAEMON);
}

static int
start(struct agent *agent)
{
	struct log *log;
	size_t i;

	log = calloc(1, sizeof(*log));
	if (log == NULL) {
		agent_log(agent, LOG_ERRORS, "log: out of memory");
		return (-1);
	}
	/* A region that is off makes all of this harmless. */
	log->profile = dbgshm_profile_add("log", "last lines of the log",
	    "The newest lines replace the oldest ones; the counters go on.");
	for (i = 0; i < LOG_LEVELS; i++)
		(void)dbgshm_counter_create(log->profile,
		    &(struct dbgshm_metric){ .name = "lines",
			.help = "lines of this level since the start",
			.labels =
			    &(struct dbgshm_label){ "level", level_names[i] },
			.label_count = 1 },
		    &log->lines[i]);
	log->table = dbgshm_table_create(
	    log->profile, line_columns, LINE_NCOL, LOG_ROWS);
	agent->log = log;
	open_syslog(agent);
	return (0);
}

static void
stop(struct agent *agent)
{
	free(agent->log);
	agent->log = NULL;
	if (!agent->options->foreground)
		closelog();
}

static void
reload(struct agent *agent)
{
	if (!agent->options->foreground)
		closelog();
	open_syslog(agent);
}

const struct subsys subsys_log = {
	.name = "log",
	.description = "log lines to standard error or syslog, and here",
	.start = start,
	.stop = stop,
	.reload = reload,
};
