/*
 * events.c - what happens in the agent, as kinds of events with fields.
 */
#include "log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
#define FIELD(field, kind, sentence)                                           \
	{ .name = field, .type = DBGSHM_TYPE_##kind, .help = sentence }
/* clang-format on */
#define NAME FIELD("name", TEXT, "name of the process")
#define PID FIELD("pid", GAUGE, "process id")
#define PATH FIELD("path", TEXT, "file of the region")
#define SUBSYSTEM FIELD("subsystem", TEXT, "subsystem of the agent")
#define LATENESS FIELD("lateness", DURATION, "how long after its deadline")
#define JOB FIELD("job", TEXT, "what is done, for whom")
#define ELAPSED FIELD("elapsed", DURATION, "since its start")
#define LIMIT FIELD("limit", FLOAT, "CPU time that the agent may use")

const struct agent_event_kind agent_event_kinds[EVENT_COUNT] = {
	[EVENT_WATCHING] = { "watching", "watching {name} (pid {pid})",
	    DBGSHM_SEVERITY_INFO, { NAME, PID }, 2 },
	[EVENT_EXITED] = { "exited", "{name} (pid {pid}) has exited",
	    DBGSHM_SEVERITY_INFO, { NAME, PID }, 2 },
	[EVENT_REPLACED] = { "replaced",
	    "{name} (pid {pid}) has become another program",
	    DBGSHM_SEVERITY_INFO, { NAME, PID }, 2 },
	[EVENT_LATE] = { "late", "subsystem {subsystem} is {lateness} late",
	    DBGSHM_SEVERITY_WARN, { SUBSYSTEM, LATENESS }, 2 },
	[EVENT_RETURNED] = { "returned", "{job} has returned after {elapsed}",
	    DBGSHM_SEVERITY_INFO, { JOB, ELAPSED }, 2 },
	[EVENT_THROTTLED] = { "throttled",
	    "jobs wait for CPU time: the limit is {limit} % of a processor",
	    DBGSHM_SEVERITY_WARN, { LIMIT }, 1 },
	[EVENT_APPEARED] = { "appeared",
	    "region of {name} (pid {pid}) has appeared: {path}",
	    DBGSHM_SEVERITY_DEBUG, { NAME, PID, PATH }, 3 },
	[EVENT_DIED] = { "died",
	    "{name} (pid {pid}) has died and left its region: {path}",
	    DBGSHM_SEVERITY_WARN, { NAME, PID, PATH }, 3 },
	[EVENT_VANISHED] = { "vanished",
	    "region of {name} (pid {pid}) is gone: {path}",
	    DBGSHM_SEVERITY_DEBUG, { NAME, PID, PATH }, 3 },
};

static void
value_text(const struct dbgshm_column *field, const union dbgshm_field *value,
    char *out, size_t size)
{
	if (field->type == DBGSHM_TYPE_TEXT)
		snprintf(out, size, "%s", value->text);
	else if (field->type == DBGSHM_TYPE_DURATION)
		snprintf(out, size, "%.1f s", (double)value->u / 1e9);
	else if (field->type == DBGSHM_TYPE_FLOAT)
		snprintf(out, size, "%g", value->d);
	else
		snprintf(out, size, "%" PRIu64, value->u);
}

void
agent_event_text(enum agent_event number, const union dbgshm_field *values,
    char *out, size_t size)
{
	const struct agent_event_kind *kind = &agent_event_kinds[number];
	const char *p, *name;
	size_t i, length, at = 0;

	for (p = kind->text; *p != '\0' && at + 1 < size; p++) {
		if (*p != '{') {
			out[at++] = *p;
			continue;
		}
		name = p + 1;
		length = strcspn(name, "}");
		p = name + length;
		for (i = 0; i < kind->field_count; i++)
			if (strlen(kind->fields[i].name) == length &&
			    strncmp(kind->fields[i].name, name, length) == 0) {
				value_text(&kind->fields[i], &values[i],
				    out + at, size - at);
				at += strlen(out + at);
			}
	}
	out[at] = '\0';
}
