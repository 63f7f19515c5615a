/*
 * list_remote.c - dbgtop list of another host: what the dbgtop there prints.
 *
 * It is printed line by line: nothing but printable text comes through, whatever
 * the other end sends.
 */
#include "list_remote.h"
#include "line_private.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_LIMIT ((size_t)65536) /* what is longer comes in parts */

struct list_remote {
	struct line line; /* only its child and what that says */
	char bytes[LINE_LIMIT], shown[SAFE_SIZE(LINE_LIMIT)];
	size_t length;
};

/* The same as was asked for here; standard output is this side's. */
static void
choose_words(const struct request *request, const char *words[static 20],
    char count[static 24], char interval[static 24])
{
	size_t used = 0;

	words[used++] = "list";
	words[used++] = "-O";
	words[used++] = out_format_name(request->format);
	if (request->all)
		words[used++] = "-a";
	if (request->quiet)
		words[used++] = "-q";
	if (request->verbose)
		words[used++] = "-v";
	if (request->ascii)
		words[used++] = "--ascii";
	if (request->user != NULL) {
		words[used++] = "-u";
		words[used++] = request->user;
	}
	words[used++] = request_raw(request) ? "--raw" : "--units";
	if (request->count != 0) {
		snprintf(count, 24, "%llu", (unsigned long long)request->count);
		snprintf(interval, 24, "%llums",
		    (unsigned long long)(request->interval_ns / 1000000));
		words[used++] = "-n";
		words[used++] = count;
		words[used++] = "-i";
		words[used++] = interval;
	}
	words[used] = NULL;
}

static void
print(struct list_remote *list, size_t length)
{
	safe_copy(list->shown, sizeof(list->shown), list->bytes, length);
	puts(list->shown);
}

static void
print_lines(struct list_remote *list, bool all)
{
	char *end;
	size_t length;

	while (list->length > 0) {
		end = memchr(list->bytes, '\n', list->length);
		if (end == NULL && list->length < LINE_LIMIT && !all)
			break;
		length =
		    end != NULL ? (size_t)(end - list->bytes) : list->length;
		print(list, length);
		if (end != NULL)
			length++;
		list->length -= length;
		memmove(list->bytes, list->bytes + length, list->length);
	}
}

/* Until its output ends.  An exit code of ours. */
static int
copy(struct list_remote *list)
{
	struct line *line = &list->line;
	struct pollfd both[2] = {
		{ .fd = line->child.out, .events = POLLIN },
		{ .fd = line->child.err, .events = POLLIN },
	};
	int status = EXIT_DONE;
	ssize_t got;

	while (!line->ended && status == EXIT_DONE) {
		if (poll(both, 2, -1) == -1 && errno != EINTR)
			err(1, "poll");
		line_hear_errors(line);
		if ((both[1].revents & (POLLHUP | POLLERR)) != 0 &&
		    (both[1].revents & POLLIN) == 0)
			both[1].fd = -1;
		got = read(line->child.out, list->bytes + list->length,
		    LINE_LIMIT - list->length);
		if (got == -1 && (errno == EAGAIN || errno == EINTR))
			continue;
		line->ended = got <= 0;
		if (got > 0)
			list->length += (size_t)got;
		print_lines(list, line->ended);
		status = output_end();
	}
	return (status);
}

static void
say(const struct line *line)
{
	char shown[200];

	line_word(line, shown, sizeof(shown));
	if (shown[0] != '\0')
		warnx("%s: %s", line->remote.name, shown);
}

static int
run(struct list_remote *list, char **command, const struct request *request)
{
	struct target_error error = { 0 };
	struct line *line = &list->line;
	int status;

	if (open_remote(command, OPEN_REMOTE_ASKS, &line->child) == -1) {
		warn("%s: %s", line->remote.name, line->remote.carrier[0]);
		return (EXIT_NO_TARGET);
	}
	status = copy(list);
	line_hear_errors(line);
	line->status = line->ended ? open_remote_ended(&line->child)
				   : open_remote_close(&line->child);
	if (status != EXIT_DONE)
		return (status);
	if (WIFEXITED(line->status) && WEXITSTATUS(line->status) == 0) {
		if (!request->quiet)
			say(line);
		return (EXIT_DONE);
	}
	line_explain(line, &error);
	status = target_complain(&error);
	target_error_free(&error);
	return (status);
}

int
list_remote(const struct request *request, const char *word, const char *via)
{
	struct list_remote *list = calloc(1, sizeof(*list));
	char why[200], count[24], interval[24];
	const char *words[20];
	char **command = NULL;
	int status;

	if (list == NULL)
		err(1, "memory for a list");
	choose_words(request, words, count, interval);
	if (remote_parse(word, via, &list->line.remote, why, sizeof(why)) == -1)
		status = usage_error(
		    request, "%s: %s", word != NULL ? word : via, why);
	else if (list->line.remote.word != NULL)
		status = usage_error(request,
		    "list: %s names a target, ssh://host is a host", word);
	else if ((command = remote_command(
		      &list->line.remote, words, why, sizeof(why))) == NULL)
		status = usage_error(request, "list: %s", why);
	else
		status = run(list, command, request);
	remote_words_free(command);
	remote_free(&list->line.remote);
	free(list);
	return (status);
}
