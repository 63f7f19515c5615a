/*
 * pattern.c - which profiles and metrics a person asked for.
 */
#include "pattern.h"

#include <err.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum meaning {
	MEANS_NOTHING, /* as far as this model goes */
	MEANS_PROFILES,
	MEANS_METRICS, /* of that name in any profile */
	MEANS_PAIRS,   /* path:metric */
};

struct pattern {
	const char *word;
	char *path, *metric; /* globs; metric NULL without a colon */
	regex_t regex;
	bool is_regex, ever;
	enum meaning meaning;
};

struct patterns {
	struct pattern *list;
	size_t count;
	bool columns;
};

static int
compile(struct pattern *pattern, const char *word, char *why, size_t why_size)
{
	size_t length = strlen(word);
	char *colon, *expression;
	int error;

	pattern->word = word;
	if (length > 2 && word[0] == '/' && word[length - 1] == '/') {
		expression = strndup(word + 1, length - 2);
		if (expression == NULL)
			err(1, "memory for a pattern");
		error = regcomp(
		    &pattern->regex, expression, REG_EXTENDED | REG_NOSUB);
		if (error != 0)
			regerror(error, &pattern->regex, why, why_size);
		pattern->is_regex = error == 0;
		pattern->metric =
		    strchr(expression, ':') != NULL ? expression : NULL;
		if (pattern->metric == NULL)
			free(expression);
		return (error == 0 ? 0 : -1);
	}
	pattern->path = strdup(word);
	if (pattern->path == NULL)
		err(1, "memory for a pattern");
	colon = strchr(pattern->path, ':');
	if (colon != NULL) {
		*colon = '\0';
		pattern->metric = strdup(colon + 1);
		if (pattern->metric == NULL)
			err(1, "memory for a pattern");
	}
	return (0);
}

int
patterns_create(const char *const words[], size_t count,
    struct patterns **patterns, char *why, size_t why_size)
{
	struct patterns *new = calloc(1, sizeof(*new));

	if (new != NULL)
		new->list = calloc(count + 1, sizeof(*new->list));
	if (new == NULL || new->list == NULL)
		err(1, "memory for patterns");
	for (; new->count < count; new->count++)
		if (compile(&new->list[new->count], words[new->count], why,
			why_size) == -1) {
			new->count++;
			patterns_destroy(new);
			return (-1);
		}
	*patterns = new;
	return (0);
}

void
patterns_destroy(struct patterns *patterns)
{
	size_t i;

	if (patterns == NULL)
		return;
	for (i = 0; i < patterns->count; i++) {
		if (patterns->list[i].is_regex)
			regfree(&patterns->list[i].regex);
		free(patterns->list[i].path);
		free(patterns->list[i].metric);
	}
	free(patterns->list);
	free(patterns);
}

static bool
matches(const struct pattern *pattern, const char *glob, const char *text)
{
	if (pattern->is_regex)
		return (regexec(&pattern->regex, text, 0, NULL, 0) == 0);
	return (fnmatch(glob, text, 0) == 0);
}

/* The name, or with its labels when the pattern speaks of labels. */
static bool
matches_metric(const struct pattern *pattern, const char *glob,
    const struct model_metric *metric)
{
	char *full;
	bool result;

	if (matches(pattern, glob, metric->name))
		return (true);
	if (metric->label_count == 0)
		return (false);
	if (asprintf(&full, "%s%s", metric->name, metric->labels) == -1)
		err(1, "memory for a name");
	result = matches(pattern, glob, full);
	free(full);
	return (result);
}

static bool
matches_pair(const struct pattern *pattern, const struct model_profile *profile,
    const struct model_metric *metric)
{
	char *full;
	bool result;

	if (!pattern->is_regex)
		return (matches(pattern, pattern->path, profile->path) &&
		    matches_metric(pattern, pattern->metric, metric));
	if (asprintf(&full, "%s:%s%s", profile->path, metric->name,
		metric->labels) == -1)
		err(1, "memory for a name");
	result = matches(pattern, NULL, full);
	free(full);
	return (result);
}

static bool
metric_matches(const struct pattern *pattern,
    const struct model_profile *profile, const struct model_metric *metric)
{
	switch (pattern->meaning) {
	case MEANS_METRICS:
		return (matches_metric(pattern, pattern->path, metric));
	case MEANS_PAIRS:
		return (matches_pair(pattern, profile, metric));
	default:
		return (false);
	}
}

static bool
column_matches(const struct pattern *pattern,
    const struct model_profile *profile, const struct model_column *column)
{
	const struct model_metric named = { .name = column->name,
		.labels = "" };

	return (metric_matches(pattern, profile, &named));
}

static bool
any_column(const struct pattern *pattern, const struct model *model)
{
	const struct model_table *table;
	size_t i, j;

	for (i = 0; i < model->profile_count; i++) {
		table = model->profiles[i].table;
		for (j = 0; table != NULL && j < table->column_count; j++)
			if (column_matches(pattern, &model->profiles[i],
				&table->columns[j]))
				return (true);
	}
	return (false);
}

static bool
any_metric(struct pattern *pattern, const struct model *model,
    enum meaning meaning, bool columns)
{
	size_t i, j;

	pattern->meaning = meaning;
	for (i = 0; i < model->profile_count; i++)
		for (j = 0; j < model->profiles[i].metric_count; j++)
			if (metric_matches(pattern, &model->profiles[i],
				&model_metrics(&model->profiles[i])[j]))
				return (true);
	if (columns && any_column(pattern, model))
		return (true);
	pattern->meaning = MEANS_NOTHING;
	return (false);
}

void
patterns_resolve(struct patterns *patterns, const struct model *model)
{
	struct pattern *pattern;
	size_t i, j;

	for (i = 0; i < patterns->count; i++) {
		pattern = &patterns->list[i];
		if (pattern->metric != NULL) {
			pattern->ever |= any_metric(
			    pattern, model, MEANS_PAIRS, patterns->columns);
			continue;
		}
		pattern->meaning = MEANS_NOTHING;
		for (j = 0; j < model->profile_count; j++)
			if (matches(pattern, pattern->path,
				model->profiles[j].path))
				pattern->meaning = MEANS_PROFILES;
		if (pattern->meaning == MEANS_NOTHING)
			any_metric(
			    pattern, model, MEANS_METRICS, patterns->columns);
		pattern->ever |= pattern->meaning != MEANS_NOTHING;
	}
}

bool
patterns_profile(
    const struct patterns *patterns, const struct model_profile *profile)
{
	size_t i;

	if (patterns->count == 0)
		return (true);
	for (i = 0; i < patterns->count; i++)
		if (patterns->list[i].meaning == MEANS_PROFILES &&
		    matches(&patterns->list[i], patterns->list[i].path,
			profile->path))
			return (true);
	return (false);
}

bool
patterns_metric(const struct patterns *patterns,
    const struct model_profile *profile, const struct model_metric *metric)
{
	size_t i;

	if (patterns_profile(patterns, profile))
		return (true);
	for (i = 0; i < patterns->count; i++)
		if (metric_matches(&patterns->list[i], profile, metric))
			return (true);
	return (false);
}

void
patterns_want_columns(struct patterns *patterns)
{
	patterns->columns = true;
}

bool
patterns_column(const struct patterns *patterns,
    const struct model_profile *profile, const struct model_column *column)
{
	size_t i;

	for (i = 0; i < patterns->count; i++)
		if (column_matches(&patterns->list[i], profile, column))
			return (true);
	return (false);
}

const char *
patterns_never(const struct patterns *patterns)
{
	size_t i;

	for (i = 0; i < patterns->count; i++)
		if (!patterns->list[i].ever)
			return (patterns->list[i].word);
	return (NULL);
}

const char *
patterns_unmatched(const struct patterns *patterns)
{
	size_t i;

	for (i = 0; i < patterns->count; i++)
		if (patterns->list[i].meaning == MEANS_NOTHING)
			return (patterns->list[i].word);
	return (NULL);
}
