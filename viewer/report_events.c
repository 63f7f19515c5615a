/*
 * report_events.c - the newest events of a profile in a report for people.
 */
#include "cell.h"
#include "report_text.h"

#include <libshm/kit/columns.h>
#include <libshm/kit/fmt.h>

#include <stdio.h>
#include <string.h>

#define EVENTS_SHOWN 10 /* at the normal level */

static const char *
color_of(const struct model_event *event, const struct look *look)
{
	return (event->severity >= DBGSHM_SEVERITY_WARN	 ? look->warn
		: event->severity < DBGSHM_SEVERITY_INFO ? look->dim
							 : NULL);
}

static void
add_lost(struct columns *columns, uint64_t lost, const struct look *look)
{
	char text[FMT_SIZE + 32];

	columns_line(columns, 0, look->warn, look->off);
	columns_add(columns, "");
	columns_add(columns, "lost");
	columns_add(columns, "");
	snprintf(text, sizeof(text), "%llu event%s", (unsigned long long)lost,
	    lost == 1 ? "" : "s");
	columns_add(columns, text);
}

static void
print_foot(FILE *file, const struct model_log *log, size_t shown,
    const struct look *look)
{
	fprintf(file, "  %s", look->dim);
	if (log->event_count == 0)
		fprintf(file, "no events yet");
	else if (shown < log->event_count)
		fprintf(
		    file, "the newest %zu events; dbgtop log shows all", shown);
	else
		fprintf(file, "%zu event%s, the newest first", shown,
		    shown == 1 ? "" : "s");
	fprintf(file, "%s\n", look->off);
}

void
report_events(FILE *file, const struct report *report,
    const struct model_profile *profile, const struct look *look)
{
	const struct model_log *log = profile->log;
	struct columns *columns = columns_create(4);
	const struct model_event *event;
	char when[CELL_SIZE];
	size_t i, shown = log->event_count;

	if (report->level == DBGSHM_LEVEL_NORMAL && shown > EVENTS_SHOWN)
		shown = EVENTS_SHOWN;
	columns_add(columns, look->raw ? "TIME" : "WHEN");
	columns_add(columns, "LEVEL");
	columns_add(columns, "EVENT");
	columns_add(columns, "TEXT");
	if (!look->raw)
		columns_right(columns, 0);
	for (i = 0; i < shown; i++) {
		event = &log->events[i];
		columns_line(columns, 0, color_of(event, look), look->off);
		columns_add(columns,
		    cell_ago(when, sizeof(when), event->real_ns, event->age_ns,
			profile->over, look->raw));
		columns_add(columns, dbgshm_severity_name(event->severity));
		columns_add(columns, event->name);
		columns_add(columns, event->text);
		if (event->lost > 0)
			add_lost(columns, event->lost, look);
	}
	if (shown > 0)
		columns_print(columns, file, "  ", look->strong, look->off);
	columns_destroy(columns);
	if (!report->request->quiet)
		print_foot(file, log, shown, look);
}
