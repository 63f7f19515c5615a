/*
 * names.c - metrics whose names, labels and values are drawn by lot, among them
 * what other systems reserve for themselves.  Until SIGTERM.
 *
 *	names SEED COUNT
 */
#include <dbgshm/writer.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LABELS 4

static const char *const words[] = { "a", "a.b", "a_b", "a-b", "a--b", ".", "_",
	"0", "total", "count", "sum", "bucket", "info", "created", "ms",
	"bytes", "kilobytes", "seconds", "minutes", "counter", "gauge",
	"histogram", "x", "2", "a_2", "ns", "percent", "up", "target", "row",
	"timestamp", "s" };
#define WORDS (sizeof(words) / sizeof(words[0]))

static const char *const keys[] = { "le", "quantile", "program", "number",
	"row", "again", "own_le", "Le", "__name__", "_", "aB", "a_b", "job" };
#define KEYS (sizeof(keys) / sizeof(keys[0]))

static const char *
lot(const char *const list[], size_t count)
{
	return (list[(size_t)rand() % count]);
}

/* Any bytes but 0, of those that mean something a little more often. */
static void
draw_text(char *text, size_t size)
{
	static const char special[] =
	    "\"\\\n{}=,# \033\t\r\xff\xc3\xa9\xe2\x80";
	size_t i, length = (size_t)rand() % size;

	for (i = 0; i < length; i++)
		text[i] = rand() % 2 == 0
		    ? special[(size_t)rand() % (sizeof(special) - 1)]
		    : (char)(rand() % 255 + 1);
	text[length] = '\0';
}

static uint64_t
draw_word(void)
{
	static const uint64_t odd[] = { 0, 1, UINT64_C(1) << 53,
		(UINT64_C(1) << 53) + 1, UINT64_MAX, INT64_MAX,
		(uint64_t)INT64_MIN, 999999999, 1000000001 };

	return (rand() % 2 == 0
		? odd[(size_t)rand() % (sizeof(odd) / sizeof(odd[0]))]
		: (uint64_t)rand() << 16 | (uint64_t)rand());
}

static double
draw_double(void)
{
	static const double odd[] = { -0.0, NAN, INFINITY, -INFINITY, DBL_MIN,
		DBL_MAX, 0.1, 1e22, -1e-7 };

	return (odd[(size_t)rand() % (sizeof(odd) / sizeof(odd[0]))]);
}

static void
make_metric(struct dbgshm_profile *profile)
{
	char name[64], help[40], values[LABELS][24];
	struct dbgshm_label labels[LABELS];
	struct dbgshm_metric metric = { .name = name,
		.help = help,
		.unit = (uint8_t)(rand() % 8),
		.labels = labels,
		.label_count = (size_t)rand() % LABELS };
	struct dbgshm_counter counter = { 0 };
	struct dbgshm_gauge gauge = { 0 };
	struct dbgshm_histogram histogram = { 0, 0 };
	size_t i;

	(void)snprintf(name, sizeof(name), "%s%s%s", lot(words, WORDS),
	    rand() % 2 == 0 ? "_" : "",
	    rand() % 2 == 0 ? lot(words, WORDS) : "");
	draw_text(help, sizeof(help));
	for (i = 0; i < metric.label_count; i++) {
		draw_text(values[i], sizeof(values[i]));
		labels[i].key = lot(keys, KEYS);
		labels[i].value = values[i];
	}
	switch (rand() % 4) {
	case 0:
		(void)dbgshm_counter_create(profile, &metric, &counter);
		dbgshm_counter_add(counter, draw_word());
		break;
	case 1:
		(void)dbgshm_gauge_create(profile, &metric, &gauge);
		dbgshm_gauge_set(gauge, (int64_t)draw_word());
		break;
	case 2:
		(void)dbgshm_float_create(profile, &metric, &gauge);
		dbgshm_float_set(gauge, draw_double());
		break;
	default:
		metric.highest = draw_word();
		(void)dbgshm_histogram_create(profile, &metric, &histogram);
		for (i = (size_t)rand() % 50; i > 0; i--)
			dbgshm_histogram_record(
			    histogram, draw_word() >> rand() % 64);
		break;
	}
}

/* Two that are the same for whoever takes small letters for large ones. */
static void
make_twins(struct dbgshm_profile *profile)
{
	struct dbgshm_label labels[] = { { "aB", "x" }, { "a_b", "x" } };
	struct dbgshm_counter counter = { 0 };
	size_t i;

	for (i = 0; i < 2; i++)
		(void)dbgshm_counter_create(profile,
		    &(struct dbgshm_metric){ .name = "twin",
			.labels = &labels[i],
			.label_count = 1 },
		    &counter);
}

int
main(int argc, char *argv[])
{
	int count = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 100, i;
	struct dbgshm_profile *profiles[3];

	srand(argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1);
	if (dbgshm_init(&(struct dbgshm_options){ .state = DBGSHM_PUBLISHED,
		.sampling = DBGSHM_SAMPLER_TICK,
		.name = "na\"mes\n\\" }) == -1) {
		perror("names");
		return (1);
	}
	profiles[0] = dbgshm_profile_add("a", "\"\\", NULL);
	profiles[1] = dbgshm_profile_add("a/b", NULL, NULL);
	profiles[2] = dbgshm_profile_add("target", NULL, NULL);
	for (i = 0; i < count; i++)
		make_metric(profiles[i % 3]);
	make_twins(profiles[0]);
	puts("ready");
	(void)fflush(stdout);
	for (;;)
		pause();
}
