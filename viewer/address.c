/*
 * address.c - one value of a target, by its full name.
 */
#include "address.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

/* The profile whose path ends where the rest of the address begins. */
static const struct model_profile *
find_profile(const struct model *model, const char *address, const char *end)
{
	const struct model_profile *profile;
	char *path = strndup(address, (size_t)(end - address));

	if (path == NULL)
		err(1, "memory for an address");
	profile = model_profile(model, path);
	free(path);
	return (profile);
}

/* profile/path:metric{label="v"} */
static bool
find_metric(const char *name, struct address_place *place)
{
	const struct model_metric *metric;
	size_t i, name_length = strcspn(name, "{");

	for (i = 0; i < place->profile->metric_count; i++) {
		metric = &model_metrics(place->profile)[i];
		if (strncmp(metric->name, name, name_length) == 0 &&
		    metric->name[name_length] == '\0' &&
		    strcmp(metric->labels, name + name_length) == 0) {
			place->metric = metric;
			return (true);
		}
	}
	return (false);
}

static bool
is_row(const struct model_row *row, const char *id, size_t length)
{
	return (strncmp(row->name, id, length) == 0 &&
	    (row->name[length] == '\0' || row->name[length] == '.'));
}

/* profile/path[id].column */
static bool
find_cell(const char *id, const char *end, struct address_place *place)
{
	const struct model_table *table = place->profile->table;
	size_t i;

	if (table == NULL)
		return (false);
	for (i = 0; i < table->row_count && place->row == NULL; i++)
		if (is_row(&table->rows[i], id, (size_t)(end - id)))
			place->row = &table->rows[i];
	for (i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, end + 2) == 0)
			break;
	place->column = i;
	return (place->row != NULL && i < table->column_count);
}

bool
address_find(
    const struct model *model, const char *address, struct address_place *place)
{
	const char *mark = strpbrk(address, ":["), *end;

	*place = (struct address_place){ 0 };
	if (mark == NULL)
		return (false);
	end = strstr(mark, "].");
	if (*mark == '[' && (end == NULL || end == mark + 1))
		return (false);
	place->profile = find_profile(model, address, mark);
	if (place->profile == NULL)
		return (false);
	return (*mark == ':' ? find_metric(mark + 1, place)
			     : find_cell(mark + 1, end, place));
}
