/*
 * facts.c - asks the library's reader for everything: see facts.h.
 */
#include "facts.h"

#include <dbgshm/reader.h>

#include <stdio.h>
#include <string.h>

#define SEED UINT64_C(0xcbf29ce484222325)

static uint64_t
mix(uint64_t hash, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;

	while (size-- > 0)
		hash = (hash ^ *byte++) * UINT64_C(0x100000001b3);
	return (hash);
}

static uint64_t
mix_text(uint64_t hash, struct dbgshm_text text)
{
	return (mix(mix(hash, &text.length, sizeof(text.length)), text.bytes,
	    text.length));
}

static uint64_t
mix_number(uint64_t hash, uint64_t number)
{
	return (mix(hash, &number, sizeof(number)));
}

static void
note(struct fact *fact, uint64_t value)
{
	unsigned i;

	fact->now = value;
	for (i = 0; i < fact->seen_count; i++)
		if (fact->seen[i] == value)
			return;
	if (fact->seen_count < FACTS_SEEN)
		fact->seen[fact->seen_count++] = value;
}

static struct fact *
fact_of(struct facts *facts, uint64_t key)
{
	size_t i = key % FACTS_MAX;

	key |= key == 0;
	while (facts->list[i].key != 0 && facts->list[i].key != key)
		i = (i + 1) % FACTS_MAX;
	if (facts->list[i].key == 0)
		facts->used[facts->count++] = (uint16_t)i;
	facts->list[i].key = key;
	return (&facts->list[i]);
}

/* value: never 0, which says that it is not there. */
static void
tell(struct facts *facts, uint64_t key, uint64_t value, const char *what,
    struct dbgshm_text of, uint64_t number)
{
	struct fact *fact = fact_of(facts, key);

	value = mix_number(SEED, value) | 1;
	if (fact->name[0] == '\0')
		(void)snprintf(fact->name, sizeof(fact->name),
		    "%s %llu of %.*s", what, (unsigned long long)number,
		    (int)of.length, of.bytes);
	fact->look = facts->looks;
	note(fact, value);
	facts->digest += key * value;
}

/* ---- what there is ---------------------------------------------------------------- */

static struct dbgshm_text
path_of(const struct dbgshm_reader *reader, size_t profile)
{
	return (dbgshm_reader_profile(reader, profile)->path);
}

static void
tell_metrics(struct facts *facts, const struct dbgshm_reader *reader)
{
	const struct dbgshm_metric_info *info;
	struct dbgshm_histogram_info histogram;
	uint64_t key;
	size_t i, k;

	for (i = 0; i < dbgshm_reader_metric_count(reader); i++) {
		info = dbgshm_reader_metric(reader, i);
		key = mix_text(
		    mix_text(SEED, path_of(reader, info->profile)), info->name);
		for (k = 0; k < info->label_count; k++)
			key = mix_text(key, info->labels[k].value);
		tell(facts, key, dbgshm_reader_value(reader, i).u, "value",
		    info->name, 0);
		if (dbgshm_reader_histogram(reader, i, &histogram) != 0)
			continue;
		tell(facts, key + 1, histogram.sum, "sum", info->name, 0);
		tell(facts, key + 2, histogram.max, "most", info->name, 0);
	}
	for (i = 0; i < dbgshm_reader_summary_count(reader); i++) {
		struct dbgshm_text name;
		uint64_t value = dbgshm_reader_summary(reader, i, &name);

		tell(
		    facts, mix_text(SEED + 1, name), value, "summary", name, i);
	}
}

/* Rows that were being written have no value: they are counted. */
static void
tell_rows(struct facts *facts, const struct dbgshm_reader *reader, bool cells)
{
	const struct dbgshm_table_info *info;
	const struct dbgshm_row_info *row;
	struct dbgshm_cell cell;
	size_t table, i, column;
	uint64_t key, whole, word;
	struct fact *fact;

	for (table = 0; table < dbgshm_reader_table_count(reader); table++) {
		info = dbgshm_reader_table(reader, table);
		for (i = 0; i < dbgshm_reader_row_count(reader, table); i++) {
			row = dbgshm_reader_row(reader, table, i);
			key = mix_number(
			    mix_text(SEED + 2, path_of(reader, info->profile)),
			    row->slot);
			fact = fact_of(facts, key);
			fact->look = facts->looks;
			if (row->state > DBGSHM_ROWSTATE_FINISHED) {
				facts->torn++;
				facts->digest += key;
				for (column = 0;
				     cells && column <= info->column_count;
				     column++)
					fact_of(facts, key + 1 + column)->look =
					    facts->looks;
				continue;
			}
			whole =
			    mix_number(mix_number(mix_number(SEED, row->state),
					   row->generation),
				row->start_stamp ^ row->end_stamp << 1);
			for (column = 0; column < info->column_count;
			     column++) {
				if ((info->columns[column].flags &
					DBGSHM_COLUMN_DERIVED) != 0)
					continue;
				cell = dbgshm_reader_cell(
				    reader, table, row, column);
				word = info->columns[column].type ==
					    DBGSHM_TYPE_TEXT ||
					info->columns[column].type ==
					    DBGSHM_TYPE_BLOB
				    ? mix_text(SEED, cell.text)
				    : cell.u;
				if (cells)
					tell(facts, key + 1 + column, word,
					    "cell",
					    path_of(reader, info->profile),
					    column);
				whole = mix_number(whole, word);
			}
			if (cells)
				tell(facts, key + 1 + info->column_count,
				    row->state + 8 * row->generation, "state",
				    path_of(reader, info->profile), row->slot);
			else
				tell(facts, key, whole, "row",
				    path_of(reader, info->profile), row->slot);
		}
	}
}

static const char *
tell_events(struct facts *facts, struct dbgshm_reader *reader)
{
	const struct dbgshm_event_info *info;
	struct dbgshm_events *events;
	const char *wrong = NULL;
	uint64_t value;
	size_t i;

	if (dbgshm_events_open(reader, &events) != 0)
		return ("no events");
	if (dbgshm_events_poll(events) != 0)
		wrong = "events cannot be copied";
	while (wrong == NULL && (info = dbgshm_events_next(events)) != NULL) {
		value = mix_text(mix_number(SEED, info->stamp), info->name);
		for (i = 0; i < info->field_count; i++)
			value = info->fields[i].type == DBGSHM_TYPE_TEXT
			    ? mix_text(value, info->values[i].text)
			    : mix_number(value, info->values[i].u);
		tell(facts,
		    mix_number(
			mix_number(mix_number(SEED + 3, info->log), info->ring),
			info->number),
		    value, "event", info->name, info->number);
	}
	if (wrong == NULL && dbgshm_events_lost(events) != 0)
		wrong = "events are lost";
	dbgshm_events_close(events);
	return (wrong);
}

/* Of the past its newest moment, with all of its values; each of it decodes. */
static const char *
tell_past(struct facts *facts, struct dbgshm_reader *reader)
{
	const struct dbgshm_text past_name = { "past", 4 };
	struct dbgshm_past *past;
	struct dbgshm_moment newest;
	const char *wrong = NULL;
	size_t count, i;
	uint64_t value = SEED;

	if (dbgshm_past_open(reader, &past) != 0)
		return ("no past");
	count = dbgshm_past_count(past);
	for (i = 0; i < count && wrong == NULL; i++, facts->moments++)
		if (dbgshm_past_show(past, i) != 0)
			wrong = "a moment of the past cannot be shown";
	if (wrong == NULL && count > 0) {
		newest = dbgshm_past_moment(past, count - 1);
		for (i = 0; i < dbgshm_reader_metric_count(reader); i++)
			value =
			    mix_number(value, dbgshm_reader_value(reader, i).u);
		tell(facts, SEED + 4, newest.mono_ns, "newest", past_name, 0);
		tell(facts, SEED + 5, value, "values", past_name, 0);
	}
	dbgshm_past_close(past);
	return (wrong);
}

/* ---- looking ----------------------------------------------------------------------- */

const char *
facts_look(
    struct facts *facts, struct dbgshm_reader *reader, bool cells, bool past)
{
	const char *wrong;
	size_t i;

	facts->looks++;
	facts->torn = 0;
	facts->digest = 0;
	if (dbgshm_reader_refresh(reader) != 0)
		return ("it cannot be read");
	if (dbgshm_reader_info(reader)->faults != 0)
		return (dbgshm_reader_info(reader)->first_fault.text);
	tell_metrics(facts, reader);
	tell_rows(facts, reader, cells);
	if ((wrong = tell_events(facts, reader)) != NULL ||
	    (past && (wrong = tell_past(facts, reader)) != NULL))
		return (wrong);
	for (i = 0; i < facts->count; i++)
		if (facts->list[facts->used[i]].look != facts->looks)
			note(&facts->list[facts->used[i]], 0);
	return (NULL);
}

void
facts_begin(struct facts *facts)
{
	struct fact *fact;
	size_t i;

	for (i = 0; i < facts->count; i++) {
		fact = &facts->list[facts->used[i]];
		fact->before = fact->now;
		fact->seen_count = 0;
	}
}

const struct fact *
facts_strange(const struct facts *facts)
{
	const struct fact *fact;
	size_t i;
	unsigned k;

	for (i = 0; i < facts->count; i++) {
		fact = &facts->list[facts->used[i]];
		for (k = 0; k < fact->seen_count; k++)
			if (fact->seen[k] != fact->before &&
			    fact->seen[k] != fact->now)
				return (fact);
	}
	return (NULL);
}
