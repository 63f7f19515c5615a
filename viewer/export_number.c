/*
 * export_number.c - which process of its name one is: 2 for NAME:2.
 */
#include "export_number.h"
#include "open.h"
#include "target.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Processes of one name, the oldest first. */
struct export_namesakes {
	char *name;
	pid_t *pids;
	size_t count;
};

static void
add_pid(struct export_namesakes *namesakes, pid_t pid)
{
	namesakes->pids = reallocarray(
	    namesakes->pids, namesakes->count + 1, sizeof(*namesakes->pids));
	if (namesakes->pids == NULL)
		err(1, "memory for namesakes");
	namesakes->pids[namesakes->count++] = pid;
}

/* As targets do, which take names as they are. */
static void
by_target(struct export_namesakes *namesakes)
{
	struct target_error error = { 0 };
	struct targets targets;
	char *word;
	size_t i;

	if (strchr(namesakes->name, '/') != NULL)
		return;
	if (asprintf(&word, "%s:*", namesakes->name) == -1)
		err(1, "memory for a name");
	if (target_find(word, &targets, &error) == 0)
		for (i = 0; i < targets.count; i++)
			add_pid(namesakes, targets.list[i].pid);
	target_error_free(&error);
	target_free(&targets);
	free(word);
}

static int
compare_age(const void *left, const void *right)
{
	const struct dbgshm_entry *a = left, *b = right;

	if (a->subject_start != b->subject_start)
		return (a->subject_start < b->subject_start ? -1 : 1);
	return (a->pid < b->pid ? -1 : a->pid > b->pid);
}

/* Names that can not be typed as they are shown. */
static void
by_region(struct export_namesakes *namesakes)
{
	char shown[SAFE_SIZE(DBGSHM_NAME_SIZE)];
	const struct dbgshm_entry *entry;
	struct dbgshm_list regions;
	size_t i;

	if (open_list(0, &regions) == -1)
		return;
	if (regions.count > 0)
		qsort(regions.entries, regions.count, sizeof(*regions.entries),
		    compare_age);
	for (i = 0; i < regions.count; i++) {
		entry = &regions.entries[i];
		safe_copy(
		    shown, sizeof(shown), entry->name, strlen(entry->name));
		if ((entry->life == DBGSHM_LIFE_LIVE ||
			entry->life == DBGSHM_LIFE_STOPPED) &&
		    strcmp(shown, namesakes->name) == 0 &&
		    (namesakes->count == 0 ||
			namesakes->pids[namesakes->count - 1] != entry->pid))
			add_pid(namesakes, entry->pid);
	}
	dbgshm_list_free(&regions);
}

static const struct export_namesakes *
find(struct export_numbers *numbers, const char *name)
{
	struct export_namesakes *namesakes;
	size_t i;

	for (i = 0; i < numbers->count; i++)
		if (strcmp(numbers->list[i].name, name) == 0)
			return (&numbers->list[i]);
	numbers->list = reallocarray(
	    numbers->list, numbers->count + 1, sizeof(*numbers->list));
	if (numbers->list == NULL)
		err(1, "memory for namesakes");
	namesakes = &numbers->list[numbers->count++];
	*namesakes = (struct export_namesakes){ .name = strdup(name) };
	if (namesakes->name == NULL)
		err(1, "memory for a name");
	by_target(namesakes);
	if (namesakes->count == 0)
		by_region(namesakes);
	return (namesakes);
}

unsigned
export_number(struct export_numbers *numbers, const struct model_target *target)
{
	const struct export_namesakes *namesakes;
	size_t i;

	if (target->recorded)
		return (1);
	namesakes = find(numbers, target->name);
	for (i = 0; i < namesakes->count; i++)
		if (namesakes->pids[i] == target->pid)
			return ((unsigned)i + 1);
	return (1);
}

void
export_numbers_free(struct export_numbers *numbers)
{
	size_t i;

	for (i = 0; i < numbers->count; i++) {
		free(numbers->list[i].name);
		free(numbers->list[i].pids);
	}
	free(numbers->list);
	*numbers = (struct export_numbers){ 0 };
}
