/*
 * target.c - what the person means by the word they typed.
 */
#include "target.h"
#include "open.h"
#include "remote.h"
#include "source_rec.h"
#include "source_zip.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A process or its remains, while we look for a name. */
struct found {
	pid_t pid;
	uint64_t start_ticks;
	uid_t uid;
	bool alive;
	bool has_region;
	uint64_t since_real_ns; /* dead ones */
};

struct found_list {
	struct found *list;
	size_t count;
};

static void *
grow(void *list, size_t count, size_t size)
{
	list = reallocarray(list, count, size);
	if (list == NULL)
		err(1, "memory for %zu targets", count);
	return (list);
}

static void
add_target(struct targets *targets, const struct found *found, const char *path,
    const char *name)
{
	struct target *target;

	targets->list =
	    grow(targets->list, targets->count + 1, sizeof(*targets->list));
	target = &targets->list[targets->count++];
	*target = (struct target){ 0 };
	if (found != NULL) {
		target->pid = found->pid;
		target->start_ticks = found->start_ticks;
	}
	if (path != NULL && (target->path = strdup(path)) == NULL)
		err(1, "memory for a path");
	if (name != NULL &&
	    (target->name = safe_dup(name, strlen(name))) == NULL)
		err(1, "memory for a name");
}

void
target_free(struct targets *targets)
{
	size_t i;

	for (i = 0; i < targets->count; i++) {
		free(targets->list[i].path);
		free(targets->list[i].inside);
		free(targets->list[i].remote);
		free(targets->list[i].via);
		free(targets->list[i].name);
	}
	free(targets->list);
	*targets = (struct targets){ 0 };
}

void
target_error_free(struct target_error *error)
{
	free(error->candidates);
	error->candidates = NULL;
}

int
target_complain(const struct target_error *error)
{
	warnx("%s", error->what);
	if (error->advice[0] != '\0')
		fprintf(stderr, "  %s\n", error->advice);
	if (error->candidates != NULL)
		fputs(error->candidates, stderr);
	return (error->exit_code);
}

static int
fail(struct target_error *error, int exit_code, const char *advice,
    const char *word, const char *why)
{
	char shown[SAFE_SIZE(100)];

	safe_copy(shown, sizeof(shown), word, strnlen(word, 100));
	error->exit_code = exit_code;
	snprintf(error->what, sizeof(error->what), "%s: %s", shown, why);
	snprintf(error->advice, sizeof(error->advice), "%s", advice);
	return (-1);
}

/* ---- by name --------------------------------------------------------- */

static struct found *
get_found(const struct found_list *found, pid_t pid, uint64_t start_ticks)
{
	size_t i;

	for (i = 0; i < found->count; i++)
		if (found->list[i].pid == pid &&
		    found->list[i].start_ticks == start_ticks)
			return (&found->list[i]);
	return (NULL);
}

static struct found *
add_found(struct found_list *found, pid_t pid, uint64_t start_ticks)
{
	struct found *one = get_found(found, pid, start_ticks);

	if (one != NULL)
		return (one);
	found->list = grow(found->list, found->count + 1, sizeof(*found->list));
	one = &found->list[found->count++];
	*one = (struct found){ .pid = pid, .start_ticks = start_ticks };
	return (one);
}

static bool
is_alive(const struct dbgshm_entry *entry)
{
	return (entry->life == DBGSHM_LIFE_LIVE ||
	    entry->life == DBGSHM_LIFE_STOPPED);
}

static void
add_entry(struct found_list *found, const struct dbgshm_entry *entry)
{
	struct found *one;

	one = add_found(found, entry->pid, entry->subject_start);
	one->has_region = true;
	if (is_alive(entry))
		one->alive = true;
	else if (!one->alive)
		one->since_real_ns = entry->since_real_ns;
	one->uid = entry->uid;
}

static bool
is_usable(const struct dbgshm_entry *entry)
{
	return (entry->life != DBGSHM_LIFE_UNREADABLE &&
	    entry->life != DBGSHM_LIFE_DAMAGED);
}

/* Live ones from the oldest, so that numbers stay when new ones start; then
 * dead ones from the newest. */
static int
compare_found(const void *left, const void *right)
{
	const struct found *a = left, *b = right;

	if (a->alive != b->alive)
		return (a->alive ? -1 : 1);
	if (a->start_ticks != b->start_ticks)
		return ((a->start_ticks < b->start_ticks) == a->alive ? -1 : 1);
	return (a->pid < b->pid ? -1 : a->pid > b->pid);
}

static void
find_processes(const char *name, struct found_list *found)
{
	struct open_process *processes;
	struct found *one;
	size_t i, count;

	if (open_processes(name, &processes, &count) == -1)
		return;
	for (i = 0; i < count; i++) {
		if (processes[i].pid == getpid())
			continue;
		one = add_found(
		    found, processes[i].pid, processes[i].start_ticks);
		one->alive = true;
		one->uid = processes[i].uid;
	}
	free(processes);
}

static void
find_name(const char *name, struct found_list *found)
{
	const struct dbgshm_entry *entry;
	struct dbgshm_list regions;
	size_t i;

	find_processes(name, found);
	if (open_list(0, &regions) == 0) {
		for (i = 0; i < regions.count; i++) {
			entry = &regions.entries[i];
			/* A process that /proc knows by this name may have
			 * called its region something else. */
			if (is_usable(entry) &&
			    (strcmp(entry->name, name) == 0 ||
				(is_alive(entry) &&
				    get_found(found, entry->pid,
					entry->subject_start) != NULL)))
				add_entry(found, entry);
		}
		dbgshm_list_free(&regions);
	}
	if (found->count > 0)
		qsort(found->list, found->count, sizeof(*found->list),
		    compare_found);
}

static char *
list_candidates(const char *name, const struct found *list, size_t count)
{
	char *text = NULL, when[2 * FMT_SIZE];
	size_t i, size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL)
		err(1, "memory for candidates");
	for (i = 0; i < count; i++) {
		fprintf(stream, "  %s:%zu\tpid %d\t%s\t", name, i + 1,
		    (int)list[i].pid, fmt_user(list[i].uid));
		if (list[i].alive)
			fprintf(stream, "live%s\n",
			    list[i].has_region ? ", has a region" : "");
		else
			fprintf(stream, "dead since %s\n",
			    fmt_time(
				when, sizeof(when), list[i].since_real_ns, 0));
	}
	if (fclose(stream) != 0)
		err(1, "memory for candidates");
	return (text);
}

/* Which of several a bare name means: the only one alive, else the only one
 * alive that has a region, else the newest dead one.  count when undecided. */
static size_t
choose(const struct found_list *found)
{
	size_t i, alive = 0, regions = 0, with_region = 0;

	for (i = 0; i < found->count && found->list[i].alive; i++) {
		alive++;
		if (found->list[i].has_region) {
			regions++;
			with_region = i;
		}
	}
	if (alive <= 1)
		return (0);
	return (regions == 1 ? with_region : found->count);
}

static int
by_name(const char *word, struct targets *targets, struct target_error *error)
{
	const char *colon = strrchr(word, ':'), *problem = NULL;
	struct found_list found = { 0 };
	char *name = strdup(word), shown[SAFE_SIZE(100)];
	size_t i, chosen = 0;
	int result = 0;

	if (name == NULL)
		err(1, "memory for a name");
	if (colon != NULL && strcmp(colon, ":*") != 0) {
		chosen = (size_t)strtonum(colon + 1, 1, INT_MAX, &problem);
		if (problem != NULL)
			colon = NULL; /* part of the name */
	}
	if (colon != NULL)
		name[colon - word] = '\0';
	safe_copy(shown, sizeof(shown), name, strnlen(name, 100));
	find_name(name, &found);
	if (found.count == 0) {
		result = fail(error, EXIT_NO_TARGET,
		    "\"dbgtop list\" shows what can be looked at", name,
		    "no process and no region has this name");
	} else if (colon != NULL && strcmp(colon, ":*") == 0) {
		for (i = 0; i < found.count; i++)
			if (found.list[i].alive || !found.list[0].alive)
				add_target(targets, &found.list[i], NULL, name);
	} else if (colon != NULL && chosen > found.count) {
		result = fail(error, EXIT_NO_TARGET,
		    "these have the name:", word, "there are not so many");
		error->candidates =
		    list_candidates(shown, found.list, found.count);
	} else {
		chosen = colon != NULL ? chosen - 1 : choose(&found);
		if (chosen < found.count) {
			add_target(targets, &found.list[chosen], NULL, name);
		} else {
			for (i = 0; i < found.count && found.list[i].alive; i++)
				continue;
			result = fail(error, EXIT_NO_TARGET,
			    "name one of them, by PID or as NAME:2; NAME:* is "
			    "all of them:",
			    name, "several processes have this name");
			error->candidates =
			    list_candidates(shown, found.list, i);
		}
	}
	free(found.list);
	free(name);
	return (result);
}

/* ---- all the rest ---------------------------------------------------- */

static int
all_regions(struct targets *targets, struct target_error *error)
{
	struct found_list found = { 0 };
	struct dbgshm_list regions;
	size_t i;

	if (open_list(0, &regions) == -1)
		err(1, "regions of this host");
	for (i = 0; i < regions.count; i++)
		if (is_usable(&regions.entries[i]))
			add_entry(&found, &regions.entries[i]);
	for (i = 0; i < found.count; i++)
		add_target(targets, &found.list[i], NULL, NULL);
	free(found.list);
	dbgshm_list_free(&regions);
	if (targets->count == 0)
		return (fail(error, EXIT_NO_TARGET,
		    "start a program with DBGSHM=on, or dbgtop-agent", ":all",
		    "no region on this host may be read"));
	return (0);
}

static bool
is_all(const char *word)
{
	const char *slash = strrchr(word, '/');

	return (strcmp(slash == NULL ? word : slash + 1, ":all") == 0);
}

/* Whoever is at the other end knows what the word means. */
static void
add_remote(struct targets *targets, const char *word)
{
	const char *via = remote_is(word) ? NULL : remote_via();
	struct target *target;

	add_target(targets, NULL, NULL, word);
	target = &targets->list[0];
	if ((target->remote = strdup(word)) == NULL ||
	    (via != NULL && (target->via = strdup(via)) == NULL))
		err(1, "memory for a name");
}

int
target_find(
    const char *word, struct targets *targets, struct target_error *error)
{
	const char *problem;
	struct found found = { 0 };
	char *path, *inside;

	*targets = (struct targets){ 0 };
	memset(error, 0, sizeof(*error));
	if (*word == '\0')
		return (fail(error, EXIT_USAGE, "", "TARGET",
		    "an empty word names nothing"));
	if (remote_is(word) || remote_via() != NULL) {
		if (is_all(word))
			return (fail(error, EXIT_USAGE,
			    "name one; \"dbgtop list ssh://host\" shows them",
			    word, "all regions are those of this host"));
		add_remote(targets, word);
		return (0);
	}
	if (strcmp(word, ":all") == 0)
		return (all_regions(targets, error));
	if (strstr(word, "://") != NULL)
		return (fail(error, EXIT_USAGE,
		    "a target is a PID, a name, a file, ssh://host/TARGET or "
		    ":all",
		    word, "not a kind of target"));
	if (zip_path_split(word, &path, &inside) ||
	    rec_path_split(word, &path, &inside)) {
		add_target(targets, NULL, path, word);
		targets->list[0].inside = inside;
		free(path);
		return (0);
	}
	if (strchr(word, '/') != NULL) {
		add_target(targets, NULL, word, word);
		return (0);
	}
	if (word[strspn(word, "0123456789")] == '\0') {
		found.pid = (pid_t)strtonum(word, 1, INT_MAX, &problem);
		if (problem != NULL)
			return (fail(error, EXIT_USAGE,
			    "process numbers are positive and below 2^31", word,
			    "not a process number"));
		add_target(targets, &found, NULL, NULL);
		return (0);
	}
	return (by_name(word, targets, error));
}
