/*
 * vault.c - a program that marks what not everybody may see.
 *
 *	vault WORD
 *
 * Keys of three columns, of which two are secret, over a simulated minute; each
 * has WORD in it and is a new one each second.  Opening one is an event with a
 * secret field.  Then it waits to be killed.
 */
#include <dbgshm/events.h>

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)
#define SECONDS 60

enum { OWNER, KEY, PIN, COLUMNS };

static const struct dbgshm_column columns[COLUMNS] = {
	[OWNER] = { .name = "owner", .type = DBGSHM_TYPE_TEXT },
	[KEY] = { .name = "key",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 64,
	    .flags = DBGSHM_COLUMN_SECRET },
	[PIN] = { .name = "pin",
	    .type = DBGSHM_TYPE_GAUGE,
	    .flags = DBGSHM_COLUMN_SECRET },
};

int
main(int argc, char *argv[])
{
	const char *word = argc > 1 ? argv[1] : "sesame";
	struct dbgshm_event opened;
	struct dbgshm_log *log;
	struct dbgshm_profile *vault;
	struct dbgshm_row row;
	struct dbgshm_table *table;
	struct timespec now;
	uint64_t time_ns;
	char key[64], owner[32];
	unsigned i;

	if (dbgshm_init(&(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_TICK, .state = DBGSHM_DARK }) != 0)
		return (1);
	vault = dbgshm_profile_add("vault", "keys and who has them", NULL);
	table = dbgshm_table_create(vault, columns, COLUMNS, 8);
	log = dbgshm_log_create(vault, NULL);
	(void)dbgshm_event_create(log,
	    &(struct dbgshm_event_kind){ "opened", "{owner} with {key}",
		DBGSHM_SEVERITY_INFO, columns, COLUMNS },
	    &opened);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	time_ns =
	    (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec - SECONDS * NS;
	row = dbgshm_row_claim(table);
	dbgshm_row_end(row);
	for (i = 0; i < SECONDS; i++, time_ns += NS) {
		(void)snprintf(key, sizeof(key), "%s-%u", word, i);
		(void)snprintf(owner, sizeof(owner), "owner-%u", i);
		dbgshm_row_begin(row);
		dbgshm_row_text(row, OWNER, owner);
		dbgshm_row_text(row, KEY, key);
		dbgshm_row_set(row, PIN, 1000 + i);
		dbgshm_row_end(row);
		dbgshm_event_record(log, opened,
		    (union dbgshm_field[]){
			{ .text = owner }, { .text = key }, { .u = i } },
		    COLUMNS);
		if (i % 7 == 6) { /* the next one takes another slot */
			dbgshm_row_finish(row);
			row = dbgshm_row_claim(table);
			dbgshm_row_end(row);
		}
		(void)dbgshm_tick(time_ns);
	}
	(void)dbgshm_publish();
	for (;;)
		pause();
}
