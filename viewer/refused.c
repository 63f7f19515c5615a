/*
 * refused.c - why a part of a watched process is not there: what the watcher
 * wrote into its table of coverage.
 */
#include "refused.h"

#include <string.h>

#define TABLE "coverage"
#define BESIDE "watch/" /* where it stands when the process has its own, too */
#define REFUSED "not permitted"

static const struct model_cell *
cell(const struct model_table *table, size_t row, const char *column)
{
	size_t i;

	for (i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, column) == 0)
			return (&table->rows[row].cells[i]);
	return (NULL);
}

/* "io" is named by io, io:read and io[0.1].x; "memory.pss" by memory:pss. */
static bool
is_about(const char *part, const char *word)
{
	size_t length = strcspn(word, ":["), i;

	if (strlen(part) == length && strncmp(part, word, length) == 0)
		return (true);
	for (i = 0; part[i] != '\0'; i++)
		if (word[i] != part[i] && !(part[i] == '.' && word[i] == ':'))
			return (false);
	return (word[i] == '\0');
}

const char *
refused_reason(const struct model *model, const char *word, bool *permission)
{
	const struct model_profile *profile = model_profile(model, TABLE);
	const struct model_cell *part, *available, *reason;
	size_t i;

	if (profile == NULL)
		profile = model_profile(model, BESIDE TABLE);
	if (profile == NULL || profile->table == NULL ||
	    strcmp(profile->source, "own") == 0)
		return (NULL);
	if (strncmp(word, BESIDE, strlen(BESIDE)) == 0)
		word += strlen(BESIDE);
	for (i = 0; i < profile->table->row_count; i++) {
		part = cell(profile->table, i, "part");
		available = cell(profile->table, i, "available");
		reason = cell(profile->table, i, "reason");
		if (part == NULL || available == NULL || reason == NULL ||
		    part->text == NULL || reason->text == NULL ||
		    available->u != 0 || !is_about(part->text, word))
			continue;
		*permission =
		    strncmp(reason->text, REFUSED, strlen(REFUSED)) == 0;
		return (reason->text);
	}
	return (NULL);
}
