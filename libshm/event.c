/*
 * event.c - appending events: with texts, messages, and what the inline form of
 * events.h does not do itself.  Recording: no lock, no allocation, no system
 * call.
 */
#include "ring.h"

#include <errno.h>
#include <string.h>

#define FIELD_WORDS (DBGSHM_RECORD_WORDS_MAX - DBGSHM_RECORD_WORDS)
#define WORD sizeof(uint64_t)

/* Bytes of a record, each word with release: see rows. */
static uint64_t *
put_bytes(uint64_t *to, const char *from, size_t bytes)
{
	uint64_t word;
	size_t part;

	for (; bytes != 0; from += part, bytes -= part) {
		part = bytes < WORD ? bytes : WORD;
		word = 0;
		memcpy(&word, from, part);
		dbgshm__store_release(to++, word);
	}
	return (to);
}

/* Every ring's end comes here: not for the compiler to make small. */
static __attribute__((noinline, hot)) void
append_words(struct event_log *log, uint64_t word, uint64_t stamp,
    const uint64_t *words, size_t count, unsigned bytes)
{
	struct event_record record;
	size_t i;

	if (!dbgshm__record_take(log, DBGSHM_RECORD_WORDS + count, &record))
		return;
	dbgshm__record_begin(&record, word, stamp);
	/* A word is not a text: those are empty. */
	for (i = 0; i < count; i++)
		dbgshm__store_release(record.words + DBGSHM_RECORD_WORDS + i,
		    (bytes >> i & 1) != 0 ? 0 : words[i]);
	dbgshm__record_give(&record);
}

void
dbgshm__event_append(struct dbgshm_log *log, struct dbgshm_event event,
    uint64_t stamp, const uint64_t *words, size_t count)
{
	if (log == NULL || event.word == 0)
		return;
	if (count > DBGSHM_FIELDS_MAX)
		count = DBGSHM_FIELDS_MAX;
	append_words((struct event_log *)log, event.word & EVENT_WORD, stamp,
	    words, count, event_texts(event) | event_blobs(event));
}

/* Words of a text, and how much of it fits in so many. */
static size_t
text_words(const char *text, size_t room, uint64_t *word)
{
	size_t length = text == NULL ? 0 : strnlen(text, room * WORD + 1);

	*word = length;
	if (length > room * WORD)
		*word = room * WORD | DBGSHM_TEXT_CUT;
	return (((*word & DBGSHM_TEXT_LENGTH_MASK) + WORD - 1) / WORD);
}

void
dbgshm_event_record(struct dbgshm_log *log, struct dbgshm_event event,
    const union dbgshm_field *values, size_t count)
{
	unsigned texts = event_texts(event), blobs = event_blobs(event);
	uint64_t words[DBGSHM_FIELDS_MAX] = { 0 }, *to;
	struct event_record record;
	size_t i, room;

	if (log == NULL || event.word == 0)
		return;
	if (count > DBGSHM_FIELDS_MAX)
		count = DBGSHM_FIELDS_MAX;
	room = DBGSHM_RECORD_WORDS_MAX - DBGSHM_RECORD_WORDS - count;
	for (i = 0; i < count; i++)
		if ((texts >> i & 1) != 0)
			room -= text_words(values[i].text, room, &words[i]);
		else if ((blobs >> i & 1) == 0)
			words[i] = values[i].u;
	if (!dbgshm__record_take((struct event_log *)log,
		DBGSHM_RECORD_WORDS_MAX - room, &record))
		return;
	dbgshm__record_begin(&record, event.word & EVENT_WORD, dbgshm_now());
	to = record.words + DBGSHM_RECORD_WORDS;
	for (i = 0; i < count; i++) {
		dbgshm__store_release(to++, words[i]);
		if ((texts >> i & 1) != 0)
			to = put_bytes(to, values[i].text,
			    words[i] & DBGSHM_TEXT_LENGTH_MASK);
	}
	dbgshm__record_give(&record);
}

void
dbgshm_log_vprintf(struct dbgshm_log *log, uint8_t severity, const char *format,
    va_list arguments)
{
	int error = errno;
	char text[MESSAGE_MAX];
	struct event_record record;
	uint64_t word;
	size_t length;

	if (log == NULL || format == NULL)
		return;
	if (severity >= DBGSHM_SEVERITY_COUNT)
		severity = DBGSHM_SEVERITY_ERROR;
	word = length =
	    dbgshm__message(text, sizeof(text), error, format, arguments);
	if (length > sizeof(text)) {
		length = sizeof(text);
		word = length | DBGSHM_TEXT_CUT;
	}
	if (!dbgshm__record_take((struct event_log *)log,
		DBGSHM_RECORD_WORDS + 1 + (length + WORD - 1) / WORD, &record))
		return;
	dbgshm__record_begin(&record,
	    (uint64_t)severity << DBGSHM_RECORD_SEVERITY_SHIFT |
		(uint64_t)DBGSHM_EVENT_MESSAGE << DBGSHM_RECORD_EVENT_SHIFT,
	    dbgshm_now());
	dbgshm__store_release(record.words + DBGSHM_RECORD_WORDS, word);
	(void)put_bytes(record.words + DBGSHM_RECORD_WORDS + 1, text, length);
	dbgshm__record_give(&record);
}

void
dbgshm_log_printf(
    struct dbgshm_log *log, uint8_t severity, const char *format, ...)
{
	va_list arguments;

	if (log == NULL)
		return;
	va_start(arguments, format);
	dbgshm_log_vprintf(log, severity, format, arguments);
	va_end(arguments);
}
