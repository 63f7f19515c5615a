/*
 * orders.c - explores all programs of the model, then each of them with one order
 * taken out.
 *
 *	orders FREE [WORDS]	FILE: weakenings that need not be caught, with the
 *				reason; WORDS: only programs with these in the name
 */
#include "world.h"

#include <err.h>
#include <time.h>

#define SITES 1025
#define PHASES 32

static const char *const kinds[WEAKENINGS] = {
	[RELEASE] = "release",
	[ACQUIRE] = "acquire",
	[SEQ_CST] = "seq_cst",
	[SWAP] = "swap",
	[FENCE] = "fence",
};

static const struct program *const groups[] = { row_programs, ring_programs,
	other_programs };

/* Of each place: it can be weakened so, and that was caught. */
static bool can[SITES][WEAKENINGS], caught[SITES][WEAKENINGS];

/* Of each of the library's readers: behind which phase a fence was needed. */
static struct look {
	const char *name;
	unsigned phases;
	bool caught[PHASES];
} looks[8];

/* Lines of the file, and which of them were of use. */
static struct {
	char text[256];
	bool used;
} excuses[256];
static size_t excuse_count;
static unsigned faults, weakenings, found, excused;

static double
seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((double)now.tv_sec + (double)now.tv_nsec / 1e9);
}

static void
read_excuses(const char *path)
{
	char line[sizeof(excuses[0].text)];
	FILE *file = fopen(path, "re");

	if (file == NULL)
		err(2, "%s", path);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#' || line[0] == '\n' || line[0] == '\t')
			continue;
		if (excuse_count == sizeof(excuses) / sizeof(excuses[0]))
			errx(2, "%s: too many lines", path);
		line[strcspn(line, "\n")] = '\0';
		memcpy(excuses[excuse_count++].text, line, sizeof(line));
	}
	(void)fclose(file);
}

/* A weakening that has been tried by all programs that it concerns. */
static void
judge(const char *what, bool was_caught)
{
	size_t i;

	weakenings++;
	found += was_caught;
	for (i = 0; i < excuse_count; i++)
		if (strcmp(excuses[i].text, what) == 0)
			break;
	if (i < excuse_count)
		excuses[i].used = true;
	excused += !was_caught && i < excuse_count;
	if (was_caught == (i == excuse_count))
		return;
	faults++;
	(void)printf("%s: %s\n",
	    was_caught ? "caught, and listed as free" : "not caught", what);
}

/* ---- one program ------------------------------------------------------------- */

static void
try_sites(const struct program *program)
{
	static bool here[SITES][WEAKENINGS];
	int site, kind;

	for (site = 1; site <= explore_site_count; site++)
		memcpy(here[site], explore_sites[site].can, sizeof(here[0]));
	for (site = 1; site <= explore_site_count; site++)
		for (kind = 1; kind < FENCE; kind++) {
			if (!here[site][kind] || caught[site][kind])
				continue;
			can[site][kind] = true;
			caught[site][kind] =
			    explore(program, (struct weak){ kind, site })
				.wrong != NULL;
		}
}

/* Behind the last one there is nothing to be ordered. */
static void
try_fences(const struct program *program)
{
	unsigned phases = explore_phases, i;
	struct look *look = looks;

	while (look->name != NULL && strcmp(look->name, program->look) != 0)
		look++;
	look->name = program->look;
	for (i = 1; i < phases && i < PHASES; i++) {
		if (look->phases < i)
			look->phases = i;
		if (!look->caught[i])
			look->caught[i] =
			    explore(program, (struct weak){ FENCE, (int)i })
				.wrong != NULL;
	}
}

static void
try_program(const struct program *program)
{
	double start = seconds();
	struct outcome outcome = explore(program, (struct weak){ NOTHING, 0 });

	(void)printf("%-52s %8llu executions %5.2f s", program->name,
	    (unsigned long long)outcome.executions, seconds() - start);
	start = seconds();
	if (outcome.wrong != NULL || outcome.cut) {
		faults++;
		(void)printf("\n  wrong: %s (%llx, %llx)\n",
		    outcome.wrong == NULL ? "too many executions"
					  : outcome.wrong,
		    (unsigned long long)outcome.a,
		    (unsigned long long)outcome.b);
		return;
	}
	try_fences(program);
	try_sites(program);
	(void)printf(", weakened %5.2f s\n", seconds() - start);
}

/* ---- all of them ------------------------------------------------------------- */

static void
judge_fences(void)
{
	const struct look *look;
	char what[64];
	unsigned i;

	for (look = looks; look->name != NULL; look++)
		for (i = 1; i <= look->phases; i++) {
			(void)snprintf(
			    what, sizeof(what), "fence %s %u", look->name, i);
			judge(what, look->caught[i]);
		}
}

/* Where it stands; of several that read the same the later ones are numbered. */
static void
tell_site(int number, char *to, size_t size)
{
	const struct model_site *site = explore_sites[number].site, *other;
	unsigned same = 1;
	int i;

	for (i = 1; i < number; i++) {
		other = explore_sites[i].site;
		same += strcmp(other->file, site->file) == 0 &&
		    strcmp(other->function, site->function) == 0 &&
		    strcmp(other->name, site->name) == 0 &&
		    strcmp(other->what, site->what) == 0;
	}
	(void)snprintf(to, size, "%s %s %s(%s)", strrchr(site->file, '/') + 1,
	    site->function, site->name + strlen("dbgshm__"), site->what);
	if (same > 1)
		(void)snprintf(
		    to + strlen(to), size - strlen(to), " #%u", same);
}

static void
judge_sites(void)
{
	char what[256], where[224];
	int i, kind;

	for (i = 1; i <= explore_site_count; i++)
		for (kind = 1; kind < FENCE; kind++) {
			if (!can[i][kind])
				continue;
			tell_site(i, where, sizeof(where));
			(void)snprintf(
			    what, sizeof(what), "%s %s", kinds[kind], where);
			judge(what, caught[i][kind]);
		}
}

int
main(int argc, char **argv)
{
	const struct program *program;
	size_t group, i;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		errx(2, "usage: orders FREE [WORDS]");
	read_excuses(argv[1]);
	if (dbgshm_init(&(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_TICK, .state = DBGSHM_PUBLISHED }) !=
	    0)
		err(2, "init");
	for (group = 0; group < sizeof(groups) / sizeof(groups[0]); group++)
		for (program = groups[group]; program->name != NULL; program++)
			if (argc < 3 || strstr(program->name, argv[2]) != NULL)
				try_program(program);
	judge_fences();
	judge_sites();
	for (i = 0; argc < 3 && i < excuse_count; i++)
		if (!excuses[i].used) {
			faults++;
			(void)printf("listed as free, and never met: %s\n",
			    excuses[i].text);
		}
	(void)printf("%u weakenings: %u caught, %u free; %u faults\n",
	    weakenings, found, excused, faults);
	return (faults != 0);
}
