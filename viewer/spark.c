/*
 * spark.c - how a number was lately: a small picture and an average.
 */
#include "spark.h"

#include "chart.h"
#include "kit/fmt.h"

#include <math.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
#define SAMPLES 60 /* a minute where there is one each second */

uint64_t
spark_moment(const struct scene *scene, const struct model_profile *profile)
{
	if (scene->moment.at_real_ns != 0)
		return (scene->moment.at_real_ns);
	if (profile != NULL && profile->over && profile->last_real_ns != 0)
		return (profile->last_real_ns);
	if (scene->model != NULL && scene->model->target.recorded)
		return (scene->model->target.time_real_ns);
	return (scene->now_real_ns);
}

/* "60s" of a minute and less, else "5m". */
static void
window_name(char *text, size_t size, uint64_t ns)
{
	uint64_t seconds = ns / NS_PER_S;

	if (seconds <= 60)
		snprintf(text, size, "%us", (unsigned)seconds);
	else if (seconds < 3600)
		snprintf(text, size, "%um", (unsigned)(seconds / 60));
	else
		snprintf(text, size, "%uh", (unsigned)(seconds / 3600));
}

void
spark_init(struct spark *spark, const struct scene *scene)
{
	const struct model *model = scene->model;
	uint64_t interval_ns = scene->interval_ns;
	char name[16];

	*spark = (struct spark){ .series = scene->series };
	if (scene->moment.period_ns > interval_ns)
		interval_ns = scene->moment.period_ns;
	spark->interval_ns = interval_ns;
	spark->window_ns = SAMPLES * NS_PER_S;
	if (interval_ns > NS_PER_S)
		spark->window_ns = SAMPLES * interval_ns;
	spark->until_real_ns = spark_moment(scene,
	    model != NULL && model->profile_count > 0 ? &model->profiles[0]
						      : NULL);
	window_name(name, sizeof(name), spark->window_ns);
	snprintf(spark->last, sizeof(spark->last), "LAST %s", name);
	if (spark->window_ns == 60 * NS_PER_S)
		strlcpy(name, "1m", sizeof(name));
	snprintf(spark->average, sizeof(spark->average), "AVG %s", name);
}

void
spark_want(const struct spark *spark, struct series_wants *wants,
    struct series_key key)
{
	/* A column more than what is shown, where the first one begins. */
	series_want(
	    wants, key, spark->window_ns + spark->window_ns / SPARK_LEAST);
}

/* The samples of a series that are not later than the shown moment. */
static size_t
samples(const struct spark *spark, const struct series *series)
{
	size_t count = series->count;

	while (count > 0 && series->real_ns[count - 1] > spark->until_real_ns)
		count--;
	return (count);
}

double
spark_mean(const struct spark *spark, struct series_key key)
{
	const struct series *series = series_find(spark->series, &key);

	return (series == NULL
		? NAN
		: series_mean(series, spark->until_real_ns, spark->window_ns));
}

bool
spark_moved(const struct spark *spark, struct series_key key)
{
	const struct series *series = series_find(spark->series, &key);
	size_t count;

	if (series == NULL)
		return (false);
	count = samples(spark, series);
	return (count > 1 && isfinite(series->values[count - 1]) &&
	    isfinite(series->values[count - 2]) &&
	    series->values[count - 1] != series->values[count - 2]);
}

/* The end of the newest column: a multiple of what a column stands for.  The
 * newest sample lies in it while samples come. */
static uint64_t
end_of(const struct spark *spark, const struct series *series, uint64_t column)
{
	uint64_t at = spark->until_real_ns, newest;
	size_t count = samples(spark, series);

	if (count > 0) {
		newest = series->real_ns[count - 1];
		if (at - newest < 3 * spark->interval_ns)
			at = newest;
	}
	return ((at + column - 1) / column * column);
}

void
spark_paint(const struct spark *spark, struct series_key key, struct grid *grid,
    struct grid_rect rect, int line)
{
	const struct series *series = series_find(spark->series, &key);
	bool fine = grid->glyphs == GRID_GLYPHS_BRAILLE && !grid->ascii;
	int width = rect.columns < SPARK_MOST ? rect.columns : SPARK_MOST;
	double values[2 * SPARK_MOST];
	uint64_t column, end;
	size_t count;

	if (series == NULL || series->count == 0 || width < 1)
		return;
	count = (size_t)width * (fine ? 2 : 1);
	column = spark->window_ns / count;
	end = end_of(spark, series, column);
	series_resample(series, end - column * count, end, count, values);
	/* What comes after a moment of the past is not part of it. */
	if (end > spark->until_real_ns)
		series_resample(series, end - column, spark->until_real_ns, 1,
		    &values[count - 1]);
	chart_spark(grid, rect, 0, line, width, GRID_CHART, values, count);
}
