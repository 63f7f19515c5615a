/*
 * subsys_log.c - log lines to standard error or syslog; as events in the profile
 * `log`, and failures by kind in the profile `errors`.
 */
#include "subsys.h"

#include "libshm/kit/safe.h"

#include <dbgshm/shapes.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define LOG_LINE 240
#define LOG_RING_BYTES (32 << 10) /* one for each of the threads */
#define ERROR_ROWS 64

static const struct level {
	const char *name;
	int priority;
	uint8_t severity;
} levels[LOG_LEVELS] = {
	[LOG_ERRORS] = { "error", LOG_ERR, DBGSHM_SEVERITY_ERROR },
	[LOG_WARNINGS] = { "warning", LOG_WARNING, DBGSHM_SEVERITY_WARN },
	[LOG_NOTES] = { "note", LOG_INFO, DBGSHM_SEVERITY_INFO },
};

struct log {
	struct dbgshm_log *events;
	struct dbgshm_event kinds[EVENT_COUNT];
	struct dbgshm_counter lines[LOG_LEVELS];
	struct dbgshm_errors *errors;
};

/* To whoever reads it; safe in any thread, as stdio and syslog are. */
static void
print(struct agent *agent, enum log_level level, const char *text)
{
	char line[SAFE_SIZE(LOG_LINE)];

	safe_copy(line, sizeof(line), text, strlen(text));
	if (!agent->detached)
		fprintf(stderr, "%s: %s\n", getprogname(), line);
	else
		syslog(levels[level].priority, "%s", line);
	if (agent->log != NULL)
		dbgshm_counter_add(agent->log->lines[level], 1);
}

static void
say(struct agent *agent, enum log_level level, const char *text)
{
	print(agent, level, text);
	if (agent->log != NULL)
		dbgshm_log_printf(
		    agent->log->events, levels[level].severity, "%s", text);
}

void
agent_log(struct agent *agent, enum log_level level, const char *format, ...)
{
	char text[LOG_LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	say(agent, level, text);
}

void
agent_error(struct agent *agent, enum log_level level, int error,
    const char *what, const char *format, ...)
{
	char detail[LOG_LINE / 2], text[LOG_LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, sizeof(detail), format, arguments);
	va_end(arguments);
	snprintf(text, sizeof(text), "%s%s%s%s%s", what,
	    detail[0] == '\0' ? "" : ": ", detail, error == 0 ? "" : ": ",
	    error == 0 ? "" : strerror(error));
	if (agent->log != NULL)
		dbgshm_error_record(agent->log->errors, error, what, detail);
	say(agent, level, text);
}

void
agent_event(struct agent *agent, enum agent_event event,
    const union dbgshm_field *values)
{
	const struct agent_event_kind *kind = &agent_event_kinds[event];
	char text[LOG_LINE];

	if (agent->log != NULL)
		dbgshm_event_record(agent->log->events,
		    agent->log->kinds[event], values, kind->field_count);
	if (kind->severity == DBGSHM_SEVERITY_DEBUG)
		return;
	agent_event_text(event, values, text, sizeof(text));
	print(agent,
	    kind->severity == DBGSHM_SEVERITY_INFO ? LOG_NOTES : LOG_WARNINGS,
	    text);
}

static void
open_syslog(struct agent *agent)
{
	if (!agent->options->foreground)
		openlog("dbgtop-agent", LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

/* A region that is off makes all of this harmless. */
static void
create_profiles(struct log *log)
{
	struct dbgshm_profile *profile;
	size_t i;

	profile = dbgshm_profile_add("log", "what has happened in the agent",
	    "The newest events replace the oldest ones; the counters go on.");
	for (i = 0; i < LOG_LEVELS; i++)
		(void)dbgshm_counter_create(profile,
		    &(struct dbgshm_metric){ .name = "lines",
			.help = "lines of this level since the start",
			.labels =
			    &(struct dbgshm_label){ "level", levels[i].name },
			.label_count = 1 },
		    &log->lines[i]);
	log->events = dbgshm_log_create(profile,
	    &(struct dbgshm_log_options){ .ring_size = LOG_RING_BYTES });
	for (i = 0; i < EVENT_COUNT; i++)
		(void)dbgshm_event_create(log->events,
		    &(struct dbgshm_event_kind){ agent_event_kinds[i].name,
			agent_event_kinds[i].text,
			agent_event_kinds[i].severity,
			agent_event_kinds[i].fields,
			agent_event_kinds[i].field_count },
		    &log->kinds[i]);
	profile = dbgshm_profile_add("errors",
	    "what has failed in the agent, each kind once",
	    "With the number of times, the first and the last, and what the "
	    "last one was about.");
	log->errors = dbgshm_errors_create(profile, ERROR_ROWS);
}

static int
start(struct agent *agent)
{
	struct log *log;

	log = calloc(1, sizeof(*log));
	if (log == NULL) {
		agent_log(agent, LOG_ERRORS, "log: out of memory");
		return (-1);
	}
	create_profiles(log);
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
