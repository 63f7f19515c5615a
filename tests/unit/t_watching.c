/*
 * t_watching.c - claims about several targets, and about those that change.
 */
#include "timed.h"

#include <viewer/watching.h>

#include <sys/prctl.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PROGRAMS (TUI_TARGETS + 1)

static const char *own_path; /* of this program */

/* What main.c has; nobody asks here. */
const struct command *
command_find(const char *name)
{
	(void)name;
	return (NULL);
}

bool
command_reserved(const char *name)
{
	(void)name;
	return (false);
}

void
usage_print(FILE *file)
{
	(void)file;
}

struct program {
	pid_t pid;
	int tell; /* a byte: tick once more */
	int told; /* a byte: it is done */
};

/* ---- programs --------------------------------------------------------------------- */

static void
serve(const char *name, int tell, int told)
{
	struct dbgshm_metric metric = logged_metric("rounds");
	struct dbgshm_counter rounds;
	uint64_t now_ns = timed_mono_ns() - 100 * LOGGED_SECOND;
	char byte = 'r', fds[2][16];
	int i;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .name = name }) == 0);
	CHECK(dbgshm_counter_create(dbgshm_profile_add("served", "", NULL),
		  &metric, &rounds) == 0);
	for (i = 0; i < 20; i++) {
		dbgshm_counter_add(rounds, 1);
		CHECK(dbgshm_tick(now_ns += LOGGED_SECOND) == 0);
	}
	do {
		CHECK(write(told, &byte, 1) == 1);
		if (read(tell, &byte, 1) != 1)
			_exit(0);
		if (byte == 'x') {
			(void)snprintf(fds[0], sizeof(fds[0]), "%d", tell);
			(void)snprintf(fds[1], sizeof(fds[1]), "%d", told);
			(void)execl(own_path, own_path, "second", fds[0],
			    fds[1], (char *)NULL);
			_exit(1);
		}
		dbgshm_counter_add(rounds, 1);
		CHECK(dbgshm_tick(now_ns += LOGGED_SECOND) == 0);
	} while (byte != 'q');
	_exit(0);
}

static void
wait_for(struct program *program)
{
	char byte;

	CHECK(read(program->told, &byte, 1) == 1);
}

static struct program
begin(const char *name)
{
	struct program program;
	int to[2], from[2];

	CHECK(pipe(to) == 0 && pipe(from) == 0);
	if ((program.pid = fork()) == 0) {
		close(to[1]);
		close(from[0]);
		serve(name, to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	program.tell = to[1];
	program.told = from[0];
	wait_for(&program);
	return (program);
}

static void
tell(struct program *program, char what)
{
	CHECK(write(program->tell, &what, 1) == 1);
	wait_for(program);
}

static void
end(struct program *program)
{
	CHECK(kill(program->pid, SIGKILL) == 0);
	CHECK(waitpid(program->pid, NULL, 0) == program->pid);
	close(program->tell);
	close(program->told);
}

/* ---- the full screen's side --------------------------------------------------------- */

struct looking {
	struct request request;
	struct watching watching;
	const struct tui_source *source;
	const struct model *model;
	struct moment moment;
	char why[256];
};

static void
look_begin(struct looking *looking)
{
	static const struct command screen = { .mask = FOR_SCREEN };

	memset(looking, 0, sizeof(*looking));
	looking->request.command = &screen;
	looking->request.interval_ns = LOGGED_SECOND;
	watching_init(&looking->watching, &looking->request);
	looking->source = &looking->watching.functions;
}

static int
look_open(struct looking *looking, const char *word, bool *fresh)
{
	return (looking->source->open_word(looking->source->context, word,
	    fresh, looking->why, sizeof(looking->why)));
}

static void
look_update(struct looking *looking)
{
	CHECK(looking->source->update(looking->source->context, &looking->model,
		  &looking->moment, looking->why, sizeof(looking->why)) == 0);
}

static void
look_step(struct looking *looking, int64_t steps)
{
	const struct timeline_order order = { .move = TIMELINE_STEP,
		.steps = steps };

	CHECK(looking->source->travel(looking->source->context, &order,
		  &looking->model, &looking->moment, looking->why,
		  sizeof(looking->why)) == 0);
}

static uint64_t
rounds(const struct looking *looking)
{
	const struct model_metric *metric =
	    timed_find(looking->model, "served", "rounds");

	CHECK(metric != NULL);
	return (metric->value.u);
}

/* ---- several ---------------------------------------------------------------------------- */

static void
several(void)
{
	struct program programs[PROGRAMS];
	const struct model_target *targets;
	struct looking looking;
	const bool *opened;
	size_t count, i, seen = 0;
	char name[64];
	bool fresh;
	int slots[PROGRAMS], slot;

	look_begin(&looking);
	CHECK(looking.source->update(looking.source->context, &looking.model,
		  &looking.moment, looking.why, sizeof(looking.why)) == -1);
	CHECK(looking.model == NULL && looking.why[0] != '\0');
	for (i = 0; i < TUI_TARGETS; i++) {
		(void)snprintf(
		    name, sizeof(name), "several-%d-%zu", (int)getpid(), i);
		programs[i] = begin(name);
		slots[i] = look_open(&looking, name, &fresh);
		CHECK(slots[i] >= 0 && slots[i] < TUI_TARGETS && fresh);
		look_update(&looking);
		CHECK(strcmp(looking.model->target.name, name) == 0);
		look_step(&looking, -(int64_t)i - 1);
		CHECK(rounds(&looking) == 20 - i);
	}
	/* Each is where it was left. */
	for (i = 0; i < TUI_TARGETS; i++) {
		(void)snprintf(name, sizeof(name), "%d", (int)programs[i].pid);
		slot = look_open(&looking, name, &fresh);
		CHECK(slot == slots[i] && !fresh);
		look_update(&looking);
		CHECK(looking.moment.state == MOMENT_PAST);
		CHECK(rounds(&looking) == 20 - i);
	}
	CHECK(looking.source->list(looking.source->context, &targets, &opened,
		  &count, looking.why, sizeof(looking.why)) == 0);
	for (i = 0; i < count; i++)
		seen += opened[i];
	CHECK(seen == TUI_TARGETS);
	/* From the list it is the same one. */
	for (i = 0; i < count; i++)
		if (targets[i].pid == programs[3].pid)
			break;
	CHECK(i < count);
	slot = looking.source->open(looking.source->context, &targets[i],
	    &fresh, looking.why, sizeof(looking.why));
	CHECK(slot == slots[3] && !fresh);
	/* One more takes the place of the one that was not shown longest. */
	(void)snprintf(name, sizeof(name), "%d", (int)programs[0].pid);
	CHECK(look_open(&looking, name, &fresh) == slots[0]);
	(void)snprintf(name, sizeof(name), "several-%d-more", (int)getpid());
	programs[TUI_TARGETS] = begin(name);
	slot = look_open(&looking, name, &fresh);
	CHECK(slot == slots[1] && fresh);
	look_update(&looking);
	CHECK(looking.moment.state == MOMENT_LIVE && rounds(&looking) == 20);
	CHECK(look_open(&looking, "nobody-has-this-name", &fresh) == -1);
	look_update(&looking);
	CHECK(rounds(&looking) == 20);
	watching_fini(&looking.watching);
	for (i = 0; i < PROGRAMS; i++)
		end(&programs[i]);
}

/* ---- started again ----------------------------------------------------------------------- */

static void
started_again(void)
{
	struct program first, second;
	struct looking looking;
	char name[64];
	bool fresh;
	pid_t pid;

	(void)snprintf(name, sizeof(name), "again-%d", (int)getpid());
	first = begin(name);
	look_begin(&looking);
	CHECK(look_open(&looking, name, &fresh) >= 0);
	look_update(&looking);
	CHECK(looking.model->target.pid == first.pid);
	pid = first.pid;
	end(&first);
	look_update(&looking);
	CHECK(looking.model->target.state == DBGSHM_LIFE_DEAD);
	CHECK(looking.model->target.pid == pid && looking.why[0] == '\0');
	second = begin(name);
	/* In the past it stays where it was. */
	look_step(&looking, -1);
	look_update(&looking);
	CHECK(looking.model->target.pid == pid);
	CHECK(looking.source->travel(looking.source->context,
		  &(struct timeline_order){ .move = TIMELINE_LIVE },
		  &looking.model, &looking.moment, looking.why,
		  sizeof(looking.why)) == 0);
	do { /* it looks every two seconds */
		look_update(&looking);
		(void)usleep(20000);
	} while (looking.model->target.pid == pid);
	CHECK(looking.model->target.pid == second.pid);
	CHECK(looking.model->target.state == DBGSHM_LIFE_LIVE);
	CHECK(strstr(looking.why, "started again") != NULL);
	watching_fini(&looking.watching);
	end(&second);
}

static void
another_program(void)
{
	struct program program;
	struct looking looking;
	char name[64], word[32];
	bool fresh;

	(void)snprintf(name, sizeof(name), "first-%d", (int)getpid());
	program = begin(name);
	look_begin(&looking);
	(void)snprintf(word, sizeof(word), "%d", (int)program.pid);
	CHECK(look_open(&looking, word, &fresh) >= 0);
	look_update(&looking);
	CHECK(strcmp(looking.model->target.name, name) == 0);
	tell(&program, 't');
	look_update(&looking);
	CHECK(rounds(&looking) == 21);
	look_step(&looking, -1);
	tell(&program, 'x');
	look_update(&looking);
	CHECK(strcmp(looking.model->target.name, name) == 0);
	CHECK(looking.moment.state == MOMENT_PAST);
	look_step(&looking, -5);
	CHECK(strcmp(looking.model->target.name, name) == 0);
	CHECK(looking.source->travel(looking.source->context,
		  &(struct timeline_order){ .move = TIMELINE_LIVE },
		  &looking.model, &looking.moment, looking.why,
		  sizeof(looking.why)) == 0);
	look_update(&looking); /* the last of what it was */
	look_update(&looking);
	CHECK(strcmp(looking.model->target.name, "second") == 0);
	CHECK(looking.model->target.pid == program.pid);
	CHECK(strstr(looking.why, "new program") != NULL);
	CHECK(rounds(&looking) == 20);
	look_step(&looking, -3);
	CHECK(strcmp(looking.model->target.name, "second") == 0);
	CHECK(rounds(&looking) == 18);
	watching_fini(&looking.watching);
	end(&program);
}

/* ---- claims ---------------------------------------------------------------------------------- */

#define CLAIM(name, body)                                                      \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		assert_int_equal(in_child(body), 0);                           \
	}

CLAIM(test_each_open_target_is_where_it_was_left, several)
CLAIM(test_a_name_that_is_started_again_is_followed, started_again)
CLAIM(test_another_program_of_the_same_process_is_followed, another_program)

static void
test_a_view_has_a_number_and_a_name(void **state)
{
	enum screen_name view;

	(void)state;
	assert_true(watching_view(NULL, &view) && view == SCREEN_OVERVIEW);
	assert_true(watching_view("1", &view) && view == SCREEN_OVERVIEW);
	assert_true(watching_view("8", &view) && view == SCREEN_ERRORS);
	assert_true(watching_view("tables", &view) && view == SCREEN_TABLES);
	assert_false(watching_view("9", &view));
	assert_false(watching_view("0", &view));
	assert_false(watching_view("11", &view));
	assert_false(watching_view("", &view));
	assert_false(watching_view("help", &view));
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_view_has_a_number_and_a_name),
		cmocka_unit_test(test_each_open_target_is_where_it_was_left),
		cmocka_unit_test(test_a_name_that_is_started_again_is_followed),
		cmocka_unit_test(
		    test_another_program_of_the_same_process_is_followed),
	};

	own_path = argv[0];
	if (argc > 3)
		serve(argv[1], atoi(argv[2]), atoi(argv[3]));
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
