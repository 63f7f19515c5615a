/*
 * roster.c - the targets that some words mean, while they come and go.
 */
#include "roster.h"
#include "open.h"
#include "source_rec.h"
#include "source_zip.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS UINT64_C(1000000000)
#define SEEK_NS (2 * NS) /* from one look for new ones to the next */

enum word_kind {
	WORD_FIXED,
	WORD_NAME, /* one at a time */
	WORD_ALL   /* NAME:*, :all */
};

struct word {
	const char *text;
	enum word_kind kind;
};

/* Members stay when they are gone, so that they do not come again. */
struct member {
	struct source *source; /* NULL: gone */
	pid_t pid;
	uint64_t start_ticks;
	char *path, *inside;
	size_t word;
	uint64_t opened_ns;
};

struct roster {
	struct word *words;
	size_t word_count;
	struct member *members;
	size_t member_count;
	struct recorder *recorder; /* NULL not yet */
	unsigned flags;
	uint64_t sought_ns;
};

static uint64_t
clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec);
}

static void *
grow(void *list, size_t count, size_t size)
{
	list = reallocarray(list, count + 1, size);
	if (list == NULL)
		err(1, "memory for %zu targets", count + 1);
	return (list);
}

static bool
is_file(const char *word)
{
	char *path, *inside;

	if (strchr(word, '/') != NULL)
		return (true);
	if (!zip_path_split(word, &path, &inside) &&
	    !rec_path_split(word, &path, &inside))
		return (false);
	free(path);
	free(inside);
	return (true);
}

static enum word_kind
kind_of(const char *word)
{
	const char *colon = strrchr(word, ':');

	if (strcmp(word, ":all") == 0)
		return (WORD_ALL);
	if (is_file(word) || word[strspn(word, "0123456789")] == '\0')
		return (WORD_FIXED);
	if (colon != NULL && strcmp(colon, ":*") == 0)
		return (WORD_ALL);
	if (colon != NULL && colon[1] != '\0' &&
	    colon[1 + strspn(colon + 1, "0123456789")] == '\0')
		return (WORD_FIXED);
	return (WORD_NAME);
}

struct roster *
roster_create(const char *const words[], size_t count, unsigned flags)
{
	struct roster *roster = calloc(1, sizeof(*roster));
	size_t i;

	if (roster == NULL)
		err(1, "memory for targets");
	roster->flags = flags;
	for (i = 0; i < count; i++) {
		roster->words = grow(
		    roster->words, roster->word_count, sizeof(*roster->words));
		roster->words[roster->word_count++] = (struct word){
			.text = words[i],
			.kind = kind_of(words[i]),
		};
	}
	return (roster);
}

void
roster_free(struct roster *roster)
{
	size_t i;

	if (roster == NULL)
		return;
	for (i = 0; i < roster->member_count; i++) {
		source_close(roster->members[i].source);
		free(roster->members[i].path);
		free(roster->members[i].inside);
	}
	free(roster->members);
	free(roster->words);
	free(roster);
}

/* ---- who comes ------------------------------------------------------------------ */

static bool
is_text(const char *a, const char *b)
{
	return (a == NULL || b == NULL ? a == b : strcmp(a, b) == 0);
}

/* A file, or what names it at another host. */
static const char *
path_of(const struct target *target)
{
	return (target->remote != NULL ? target->remote : target->path);
}

static const char *
inside_of(const struct target *target)
{
	return (target->remote != NULL ? target->via : target->inside);
}

static bool
is_member(const struct roster *roster, const struct target *target)
{
	const struct member *member;
	size_t i;

	for (i = 0; i < roster->member_count; i++) {
		member = &roster->members[i];
		if (member->pid == target->pid &&
		    (member->start_ticks == target->start_ticks ||
			member->start_ticks == 0 || target->start_ticks == 0) &&
		    is_text(member->path, path_of(target)) &&
		    is_text(member->inside, inside_of(target)))
			return (true);
	}
	return (false);
}

static char *
copy_text(const char *text)
{
	char *copy = text == NULL ? NULL : strdup(text);

	if (text != NULL && copy == NULL)
		err(1, "memory for a target");
	return (copy);
}

static void
add_member(struct roster *roster, size_t word, const struct target *target,
    struct source *source)
{
	struct member member = { .source = source,
		.pid = target->pid,
		.start_ticks = target->start_ticks,
		.word = word,
		.opened_ns = clock_ns() };
	struct model_source parts[SOURCE_PARTS];

	if (member.start_ticks == 0 && source_readers(source, parts) > 0)
		member.start_ticks =
		    dbgshm_reader_info(parts[0].reader)->subject_start;
	member.path = copy_text(path_of(target));
	member.inside = copy_text(inside_of(target));
	roster->members = grow(
	    roster->members, roster->member_count, sizeof(*roster->members));
	roster->members[roster->member_count++] = member;
	if (roster->recorder != NULL)
		recorder_add(roster->recorder, source);
}

/* What a word means that is not there yet.  Of many that it means, those count
 * that can be opened.  -1: none could. */
static int
look_for(struct roster *roster, size_t word, struct target_error *error)
{
	bool all = strcmp(roster->words[word].text, ":all") == 0;
	struct targets targets;
	struct source *source;
	size_t i, there = 0;

	if (target_find(roster->words[word].text, &targets, error) == -1)
		return (-1);
	for (i = 0; i < targets.count; i++) {
		if (is_member(roster, &targets.list[i])) {
			there++;
			continue;
		}
		target_error_free(error);
		if (source_open(&targets.list[i],
			roster->flags | (all ? SOURCE_NO_WATCHER : 0), &source,
			error) == -1)
			continue;
		add_member(roster, word, &targets.list[i], source);
		there++;
	}
	target_free(&targets);
	if (there > 0)
		target_error_free(error);
	return (there > 0 ? 0 : -1);
}

int
roster_open(struct roster *roster, struct target_error *error)
{
	size_t i;

	for (i = 0; i < roster->word_count; i++)
		if (look_for(roster, i, error) == -1)
			return (-1);
	roster->sought_ns = clock_ns();
	return (0);
}

void
roster_record(struct roster *roster, struct recorder *recorder)
{
	size_t i;

	roster->recorder = recorder;
	for (i = 0; i < roster->member_count; i++)
		if (roster->members[i].source != NULL)
			recorder_add(recorder, roster->members[i].source);
}

/* ---- who is gone ------------------------------------------------------------------ */

static bool
is_alive(const struct member *member)
{
	struct open_process process;

	return (member->path == NULL && member->pid > 0 &&
	    open_process(member->pid, &process) == 0 && process.state != 'Z' &&
	    process.start_ticks == member->start_ticks);
}

/* It runs, and all regions about it are over: another program by exec, or what
 * watched it is gone. */
static void
open_again(struct roster *roster, struct member *member)
{
	struct target target = { .pid = member->pid,
		.start_ticks = member->start_ticks };
	struct target_error ignored = { 0 };

	if (source_open(&target, roster->flags, &member->source, &ignored) ==
	    -1) {
		member->source = NULL;
		target_error_free(&ignored);
		return;
	}
	member->opened_ns = clock_ns();
	recorder_add(roster->recorder, member->source);
}

static void
look_after(struct roster *roster, struct member *member)
{
	if (!recorder_over(roster->recorder, member->source))
		return;
	if (is_alive(member) && clock_ns() - member->opened_ns < SEEK_NS)
		return;
	recorder_remove(roster->recorder, member->source);
	source_close(member->source);
	member->source = NULL;
	if (is_alive(member))
		open_again(roster, member);
}

static bool
has_one(const struct roster *roster, size_t word)
{
	size_t i;

	for (i = 0; i < roster->member_count; i++)
		if (roster->members[i].word == word &&
		    roster->members[i].source != NULL)
			return (true);
	return (false);
}

bool
roster_look(struct roster *roster)
{
	struct target_error ignored = { 0 };
	bool seek = clock_ns() - roster->sought_ns >= SEEK_NS, more = false;
	size_t i;

	for (i = 0; i < roster->member_count; i++)
		if (roster->members[i].source != NULL)
			look_after(roster, &roster->members[i]);
	if (seek)
		roster->sought_ns = clock_ns();
	for (i = 0; i < roster->word_count; i++) {
		if (seek &&
		    (roster->words[i].kind == WORD_ALL ||
			(roster->words[i].kind == WORD_NAME &&
			    !has_one(roster, i)))) {
			(void)look_for(roster, i, &ignored);
			target_error_free(&ignored);
		}
		more |=
		    roster->words[i].kind != WORD_FIXED || has_one(roster, i);
	}
	return (more);
}

/* ---- names ---------------------------------------------------------------------------- */

void
roster_name(const struct roster *roster, char *name, size_t size)
{
	static const char fit[] = "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	struct model_source parts[SOURCE_PARTS];
	struct dbgshm_text raw;
	size_t i;

	*name = '\0';
	if (roster->member_count != 1 || roster->members[0].source == NULL ||
	    source_readers(roster->members[0].source, parts) == 0)
		return;
	raw = dbgshm_reader_info(parts[0].reader)->name;
	for (i = 0; i < raw.length && i < size - 1; i++)
		name[i] = memchr(fit, raw.bytes[i], sizeof(fit) - 1) != NULL ||
			(raw.bytes[i] == '.' && i > 0)
		    ? raw.bytes[i]
		    : '_';
	name[i] = '\0';
}
