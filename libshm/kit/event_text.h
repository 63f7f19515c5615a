/*
 * event_text.h - an event as one line for people.
 *
 * The text of its kind, in which {field} stands for the value of that field; what
 * names no field stays as it is.  A kind without a text comes out as its name
 * and its fields: "lost_peer peer=10.0.0.7 bytes=812 B".
 */
#ifndef KIT_EVENT_TEXT_H
#define KIT_EVENT_TEXT_H

#include <dbgshm/reader.h>

#include <stddef.h>

#define EVENT_TEXT_SECRETS 1 /* fields marked as secret are shown */
#define EVENT_TEXT_RAW 2     /* numbers in the unit they were recorded in */

#define EVENT_TEXT_SIZE 4096 /* room for all that a sensible kind can say */

size_t event_text(char *out, size_t size, const struct dbgshm_reader *reader,
    const struct dbgshm_event_info *event, unsigned flags);
	/*
	 * Writes the line, safe to print, and a NUL into out[0..size); cut
	 * between characters when it does not fit.  Returns the bytes written
	 * without the NUL.  reader: the one that the event came from.  Cost:
	 * bounded by size and the length of the kind's text.
	 */

#endif
