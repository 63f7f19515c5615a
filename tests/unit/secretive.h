/*
 * secretive.h - a table and events with secrets, beside the program of logged.h.
 */
#ifndef SECRETIVE_H
#define SECRETIVE_H

#include "logged.h"

#include <dbgshm/events.h>

#define SECRET "hushhush"
#define SECRETIVE_GONE 150 /* tick at which one profile goes */

/* A table with secrets beside the one of logged.h, one that goes, and events. */
struct secretive {
	struct dbgshm_table *table, *gone;
	struct dbgshm_profile *gone_profile;
	struct dbgshm_row row, gone_row;
	struct dbgshm_log *log;
	struct dbgshm_event event;
};

enum { OPEN, TOKEN, NUMBER, LAST, COLUMNS };

static inline void
secretive_begin(struct secretive *of)
{
	static const struct dbgshm_column columns[COLUMNS] = {
		[OPEN] = { .name = "open", .type = DBGSHM_TYPE_GAUGE },
		[TOKEN] = { .name = "token",
		    .type = DBGSHM_TYPE_TEXT,
		    .width = 24,
		    .flags = DBGSHM_COLUMN_SECRET },
		[NUMBER] = { .name = "number",
		    .type = DBGSHM_TYPE_GAUGE,
		    .flags = DBGSHM_COLUMN_SECRET },
		[LAST] = { .name = "last",
		    .type = DBGSHM_TYPE_TEXT,
		    .width = 16 },
	};
	struct dbgshm_profile *profile =
	    dbgshm_profile_add("secretive", "says little", NULL);

	of->table = dbgshm_table_create(profile, columns, COLUMNS, 4);
	of->row = dbgshm_row_claim(of->table);
	dbgshm_row_end(of->row);
	of->log = dbgshm_log_create(
	    profile, &(struct dbgshm_log_options){ .ring_size = 4096 });
	CHECK(dbgshm_event_create(of->log,
		  &(struct dbgshm_event_kind){ "said", "{last} {open}",
		      DBGSHM_SEVERITY_INFO, columns, COLUMNS },
		  &of->event) == 0);
	of->gone_profile = dbgshm_profile_add("gone", "goes", NULL);
	of->gone = dbgshm_table_create(of->gone_profile, columns, COLUMNS, 4);
	of->gone_row = dbgshm_row_claim(of->gone);
	dbgshm_row_end(of->gone_row);
	CHECK(of->log != NULL && of->gone != NULL);
}

static inline void
secretive_row(struct dbgshm_row row, uint64_t tick)
{
	char token[24], last[16];

	(void)snprintf(token, sizeof(token), SECRET "%u", (unsigned)tick);
	(void)snprintf(last, sizeof(last), "last%u", (unsigned)tick);
	dbgshm_row_begin(row);
	dbgshm_row_set(row, OPEN, tick);
	dbgshm_row_text(row, TOKEN, token);
	dbgshm_row_set(row, NUMBER, tick * UINT64_C(0x9e3779b97f4a7c15));
	dbgshm_row_text(row, LAST, last);
	dbgshm_row_end(row);
}

static inline void
secretive_step(struct secretive *of, uint64_t tick)
{
	char token[24], last[16];

	secretive_row(of->row, tick);
	if (tick <= SECRETIVE_GONE)
		secretive_row(of->gone_row, tick);
	if (tick == SECRETIVE_GONE)
		CHECK(dbgshm_profile_remove(of->gone_profile) == 0);
	/* Slots that were given back keep what they held. */
	if (tick % 10 == 0) {
		dbgshm_row_release(of->row);
		of->row = dbgshm_row_claim(of->table);
		dbgshm_row_end(of->row);
		secretive_row(of->row, tick);
	}
	(void)snprintf(token, sizeof(token), SECRET "%0*u", (int)(tick % 7), 1);
	(void)snprintf(last, sizeof(last), "last%u", (unsigned)tick);
	dbgshm_event_record(of->log, of->event,
	    (union dbgshm_field[]){ { .u = tick }, { .text = token },
		{ .u = ~tick }, { .text = last } },
	    COLUMNS);
}

#endif
