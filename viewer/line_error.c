/*
 * line_error.c - what another end says on standard error, and what it means.
 *
 * It may be our own dbgtop there, ssh, a shell, or anything: it is kept as bytes,
 * and shown as single safe lines.
 */
#include "line_private.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OURS "dbgtop: "
#define LINE_MOST 300 /* of what one line says */

void
line_hear_errors(struct line *line)
{
	char bytes[1024];
	size_t drop, total = 0;
	ssize_t got;

	while (total < 1024 * sizeof(bytes) &&
	    (got = read(line->child.err, bytes, sizeof(bytes))) > 0) {
		total += (size_t)got;
		drop = line->said_length + (size_t)got > LINE_SAID
		    ? line->said_length + (size_t)got - LINE_SAID
		    : 0;
		memmove(
		    line->said, line->said + drop, line->said_length - drop);
		line->said_length -= drop;
		memcpy(line->said + line->said_length, bytes, (size_t)got);
		line->said_length += (size_t)got;
	}
}

/* The next line of it that is not empty, without blanks at its ends. */
static bool
next_line(
    const struct line *line, size_t *at, const char **text, size_t *length)
{
	const char *begin, *end, *all = line->said + line->said_length;

	while (*at < line->said_length) {
		begin = line->said + *at;
		end = memchr(begin, '\n', (size_t)(all - begin));
		if (end == NULL)
			end = all;
		*at = (size_t)(end - line->said) + 1;
		while (end > begin && (end[-1] == '\r' || end[-1] == ' '))
			end--;
		if (end == begin)
			continue;
		*text = begin;
		*length = (size_t)(end - begin);
		return (true);
	}
	return (false);
}

static bool
is_ours(const char *text, size_t length)
{
	return (length > strlen(OURS) && memcmp(text, OURS, strlen(OURS)) == 0);
}

/* The first line that our own program said; at is behind it. */
static bool
our_line(const struct line *line, size_t *at, const char **text, size_t *length)
{
	*at = 0;
	while (next_line(line, at, text, length))
		if (is_ours(*text, *length)) {
			*text += strlen(OURS);
			*length -= strlen(OURS);
			return (true);
		}
	return (false);
}

void
line_word(const struct line *line, char *out, size_t size)
{
	const char *text;
	size_t at, length;

	*out = '\0';
	if (our_line(line, &at, &text, &length)) {
		safe_copy(out, size, text, length);
		return;
	}
	at = 0;
	while (next_line(line, &at, &text, &length))
		safe_copy(out, size, text, length);
}

/* The lines behind the first: advice, and then candidates. */
static void
take_rest(const struct line *line, size_t at, struct target_error *error)
{
	char shown[SAFE_SIZE(LINE_MOST)];
	const char *text;
	size_t length, size = 0;
	FILE *stream = NULL;
	bool first = true;

	while (next_line(line, &at, &text, &length)) {
		if (text[0] != ' ' || is_ours(text, length))
			break;
		while (length > 0 && *text == ' ') {
			text++;
			length--;
		}
		safe_copy(shown, sizeof(shown), text,
		    length < LINE_MOST ? length : LINE_MOST);
		if (first) {
			snprintf(error->advice, sizeof(error->advice), "%.*s",
			    (int)sizeof(error->advice) - 1, shown);
			first = false;
			continue;
		}
		if (stream == NULL &&
		    (stream = open_memstream(&error->candidates, &size)) ==
			NULL)
			err(1, "memory for candidates");
		fprintf(stream, "  %s\n", shown);
	}
	if (stream != NULL && fclose(stream) != 0)
		err(1, "memory for candidates");
}

/* Our dbgtop there has refused: its words, its code. */
static bool
explain_ours(const struct line *line, int code, struct target_error *error)
{
	char shown[SAFE_SIZE(LINE_MOST)];
	const char *text;
	size_t at, length;

	if (code < EXIT_USAGE || code > EXIT_GONE ||
	    !our_line(line, &at, &text, &length))
		return (false);
	safe_copy(shown, sizeof(shown), text,
	    length < LINE_MOST ? length : LINE_MOST);
	error->exit_code = code == EXIT_GONE ? EXIT_NO_TARGET : code;
	snprintf(error->what, sizeof(error->what), "%s: %s", line->remote.name,
	    shown);
	take_rest(line, at, error);
	return (true);
}

static void
explain_wrong(const struct line *line, struct target_error *error)
{
	error->exit_code = EXIT_DAMAGED;
	if (line->wrong == EPROTONOSUPPORT)
		snprintf(error->what, sizeof(error->what), "%s: %s",
		    line->remote.name, line->why);
	else
		snprintf(error->what, sizeof(error->what),
		    "%s: what came is no stream of dbgtop: %s",
		    line->remote.name,
		    line->why[0] != '\0'   ? line->why
			: line->wrong != 0 ? strerror(line->wrong)
					   : "it ends in the middle");
	snprintf(error->advice, sizeof(error->advice), "%s",
	    line->wrong == EPROTONOSUPPORT
		? "use the same version of dbgtop at both ends"
		: "does something else print there, such as a start-up file of "
		  "the shell?");
}

void
line_explain(struct line *line, struct target_error *error)
{
	const char *name = line->remote.name, *why, *advice = "";
	int code = WIFEXITED(line->status) ? WEXITSTATUS(line->status) : -1;
	char said[SAFE_SIZE(LINE_MOST)];

	line_word(line, said, sizeof(said));
	if (line->wrong != 0 && line->wrong != ENOMEM) {
		explain_wrong(line, error);
		return;
	}
	if (explain_ours(line, code, error))
		return;
	error->exit_code = EXIT_NO_TARGET;
	if (code == 255 && line->remote.joins)
		why = "cannot reach the host";
	else if (code == 127) {
		why = "there is no dbgtop there";
		advice = "install it there, or let DBGTOP_REMOTE say its path";
	} else if (code == 126) {
		why = "dbgtop cannot be run there";
		advice = "DBGTOP_REMOTE says its path";
	} else if (line->some && code != -1) {
		explain_wrong(line, error);
		return;
	} else {
		why = code == -1 ? "the connection was ended"
				 : "the other end said nothing";
		if (code == 0)
			error->exit_code = EXIT_DAMAGED;
	}
	snprintf(error->what, sizeof(error->what), "%s: %s%s%s", name, why,
	    said[0] != '\0' ? ": " : "", said);
	snprintf(error->advice, sizeof(error->advice), "%s", advice);
}
