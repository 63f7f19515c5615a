/*
 * t_prompt.c - what is typed at the bottom: editing, completion, commands.
 */
#include "sample.h"
#include "viewer/commands.h"
#include "viewer/graph.h"
#include "viewer/settings.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct stage {
	struct sample sample;
	struct view view;
	struct scene scene;
};

static int
begin(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return (-1);
	sample_fill(&s->sample, SAMPLE_PEERS);
	s->scene = (struct scene){
		.targets = sample_targets,
		.target_count = ITEMS(sample_targets),
		.model = &s->sample.model,
		.message = "",
		.remark = "",
		.source = "",
		.host = "db-03",
		.interval_ns = SECOND,
		.now_real_ns = SAMPLE_NOW,
		.ascii = true,
	};
	view_init(&s->view);
	s->view.columns = 80;
	s->view.rows = 24;
	s->view.screen = SCREEN_OVERVIEW;
	screens_arrange(&s->view, &s->scene);
	*state = s;
	return (0);
}

static int
end(void **state)
{
	struct stage *s = *state;

	view_fini(&s->view);
	free(s);
	return (0);
}

/* Each byte is a key; tabs, returns, escapes and DEL are those keys. */
static enum screen_result
type(struct stage *s, const char *keys)
{
	enum screen_result result = SCREEN_NOTHING;

	for (; *keys != '\0'; keys++) {
		result = screens_key(
		    &s->view, &s->scene, (uint32_t)(unsigned char)*keys);
		screens_arrange(&s->view, &s->scene);
	}
	return (result);
}

/* ---- the line ---------------------------------------------------------------- */

static void
test_prompt_edits_by_characters_and_words(void **state)
{
	struct prompt p = { .kind = PROMPT_NONE };
	const uint32_t euro[] = { 0x20ac, 'a', 0x7f, 0x7f };

	(void)state;
	prompt_begin(&p, PROMPT_FILTER, "two words");
	prompt_key(&p, 'W' - '@', NULL, 0);
	assert_string_equal(p.text, "two ");
	for (size_t i = 0; i < ITEMS(euro); i++)
		prompt_key(&p, euro[i], NULL, 0);
	assert_string_equal(p.text, "two "); /* not half a character */
	prompt_key(&p, 'U' - '@', NULL, 0);
	assert_string_equal(p.text, "");
	assert_int_equal(prompt_key(&p, 0x7f, NULL, 0), PROMPT_ABANDONED);
	assert_int_equal(p.kind, PROMPT_NONE);
}

static void
test_prompt_takes_no_more_than_it_has_room_for(void **state)
{
	struct prompt p = { .kind = PROMPT_NONE };

	(void)state;
	prompt_begin(&p, PROMPT_COMMAND, "");
	for (int i = 0; i < 3 * PROMPT_SIZE; i++)
		prompt_key(&p, 0x1f600, NULL, 0);
	assert_true(strlen(p.text) < PROMPT_SIZE);
	assert_int_equal(strlen(p.text) % 4, 0);
}

static void
test_tab_goes_through_all_words_that_begin_so(void **state)
{
	static const char *const words[] = { "level NAME", "level-down", "live",
		"up" };
	struct prompt p = { .kind = PROMPT_NONE };

	(void)state;
	prompt_begin(&p, PROMPT_COMMAND, "le");
	prompt_key(&p, '\t', words, ITEMS(words));
	assert_string_equal(p.text, "level");
	prompt_key(&p, '\t', words, ITEMS(words));
	assert_string_equal(p.text, "level-down");
	prompt_key(&p, '\t', words, ITEMS(words));
	assert_string_equal(p.text, "level");
	prompt_begin(&p, PROMPT_COMMAND, "x");
	prompt_key(&p, '\t', words, ITEMS(words));
	assert_string_equal(p.text, "x");
	assert_string_equal(p.hint, "nothing begins so");
}

static void
test_commands_typed_before_come_back(void **state)
{
	struct stage *s = *state;

	type(s, ":level debug\r");
	type(s, ":level normal\r");
	type(s, ":he");
	screens_key(&s->view, &s->scene, KEY_CODE_UP);
	assert_string_equal(s->view.prompt.text, "level normal");
	screens_key(&s->view, &s->scene, KEY_CODE_UP);
	assert_string_equal(s->view.prompt.text, "level debug");
	screens_key(&s->view, &s->scene, KEY_CODE_UP);
	assert_string_equal(s->view.prompt.text, "level debug");
	screens_key(&s->view, &s->scene, KEY_CODE_DOWN);
	screens_key(&s->view, &s->scene, KEY_CODE_DOWN);
	assert_string_equal(s->view.prompt.text, "he");
	type(s, "\x1b");
}

/* ---- commands ----------------------------------------------------------------- */

static void
test_every_key_has_a_command_of_its_own(void **state)
{
	const char *one, *other;

	(void)state;
	for (int i = 1; i < KEY_ACTION_COUNT; i++) {
		one = keys_binding((enum key_action)i)->command;
		assert_true(one[0] >= 'a' && one[0] <= 'z');
		for (int k = 1; k < i; k++) {
			other = keys_binding((enum key_action)k)->command;
			if (strcspn(one, " ") == strcspn(other, " ") &&
			    strncmp(one, other, strcspn(one, " ")) == 0)
				fail_msg("two keys are called %s", one);
		}
	}
}

static void
test_no_key_means_two_things_in_one_place(void **state)
{
	char names[128], *name, *rest;

	(void)state;
	for (int i = 1; i < KEY_ACTION_COUNT; i++) {
		const struct key_binding *a = keys_binding((enum key_action)i);

		for (int k = 1; k < i; k++) {
			const struct key_binding *b =
			    keys_binding((enum key_action)k);

			if ((a->places & b->places) == 0)
				continue;
			snprintf(names, sizeof(names), "%s", a->names);
			for (name = strtok_r(names, " ", &rest); name != NULL;
			     name = strtok_r(NULL, " ", &rest)) {
				char wanted[40], all[160];

				snprintf(wanted, sizeof(wanted), " %s ", name);
				snprintf(all, sizeof(all), " %s ", b->names);
				if (strstr(all, wanted) != NULL)
					fail_msg("%s: %s and %s", name,
					    a->command, b->command);
			}
		}
	}
}

static void
test_a_command_does_what_its_key_does(void **state)
{
	struct stage *s = *state;

	assert_int_equal(type(s, ":zeros\r"), SCREEN_CHANGED);
	assert_true(s->view.zeros);
	type(s, "d");
	assert_false(s->view.zeros);
	type(s, ":tables\r");
	assert_int_equal(s->view.screen, SCREEN_TABLES);
	type(s, ":view overview\r");
	assert_int_equal(s->view.screen, SCREEN_OVERVIEW);
	assert_int_equal(type(s, ":quit\r"), SCREEN_QUIT);
	assert_int_equal(type(s, ":redraw\r"), SCREEN_REPAINT);
	assert_int_equal(type(s, ":goto -5m\r"), SCREEN_TRAVEL);
	assert_int_equal(s->view.order.travel.move, TIMELINE_AT);
	assert_true(
	    s->view.order.travel.at_real_ns == SAMPLE_NOW - 300 * SECOND);
	assert_int_equal(type(s, ":open redis\r"), SCREEN_OPEN_WORD);
	assert_string_equal(s->view.order.text, "redis");
	assert_int_equal(type(s, ":save a b\r"), SCREEN_SAVE);
	assert_string_equal(s->view.order.text, "a b");
}

static void
test_a_wrong_command_stays_and_says_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *hint;
	} wrong[] = {
		{ "nonsense", "no command is called that" },
		{ "level loud", "level: normal detail debug" },
		{ "goto yesterday", "14:03, -5m" },
		{ "interval 1ns", "250ms" },
		{ "interval", "" }, /* the key: it asks */
		{ "zeros on", "it takes no word" },
		{ "view nine", "no view" },
		{ "set theme pink", "theme: default" },
		{ "set pink theme", "no setting" },
		{ "wider", "does nothing here" },
	};
	struct stage *s = *state;

	for (size_t i = 0; i < ITEMS(wrong); i++) {
		type(s, ":");
		type(s, wrong[i].line);
		type(s, "\r");
		if (s->view.prompt.kind == PROMPT_NONE)
			fail_msg("\"%s\" was taken", wrong[i].line);
		if (strstr(s->view.prompt.hint, wrong[i].hint) == NULL)
			fail_msg(
			    "\"%s\": %s", wrong[i].line, s->view.prompt.hint);
		type(s, "\x1b");
		assert_int_equal(s->view.prompt.kind, PROMPT_NONE);
	}
	assert_int_equal(type(s, ":\r"), SCREEN_CHANGED); /* nothing */
}

static void
test_a_command_is_possible_where_its_key_is(void **state)
{
	struct stage *s = *state;

	s->view.screen = SCREEN_PROCESSES;
	screens_arrange(&s->view, &s->scene);
	type(s, ":goto -5m\r");
	assert_string_equal(s->view.prompt.hint, "that does nothing here");
	type(s, "\x1b:view 4\r");
	assert_string_equal(s->view.prompt.hint, "that does nothing here");
	type(s, "\x1b");
	assert_int_equal(s->view.screen, SCREEN_PROCESSES);
	assert_int_equal(type(s, ":open redis\r"), SCREEN_OPEN_WORD);
	assert_int_equal(type(s, ":set theme mono\r"), SCREEN_SET);
}

/* ---- filters ------------------------------------------------------------------- */

static void
test_a_filter_acts_while_it_is_typed_and_esc_ends_it(void **state)
{
	struct stage *s = *state;

	type(s, "/net");
	assert_string_equal(s->view.nodes.filter, "net");
	type(s, "\r");
	assert_string_equal(s->view.nodes.filter, "net");
	type(s, "/x\x1b");
	assert_string_equal(s->view.nodes.filter, "");
	type(s, ":filter net\r");
	assert_string_equal(s->view.nodes.filter, "net");
	type(s, "=");
	assert_string_equal(s->view.nodes.filter, "");
}

static void
test_a_time_that_is_none_stays_to_be_corrected(void **state)
{
	struct stage *s = *state;

	type(s, "bfoo\r");
	assert_int_equal(s->view.prompt.kind, PROMPT_TIME);
	assert_non_null(strstr(s->view.prompt.hint, "14:03"));
	type(s, "\x15");
	assert_int_equal(type(s, "-90s\r"), SCREEN_TRAVEL);
	assert_true(
	    s->view.order.travel.at_real_ns == SAMPLE_NOW - 90 * SECOND);
	assert_int_equal(type(s, "balert\r"), SCREEN_TRAVEL);
	assert_int_equal(s->view.order.travel.move, TIMELINE_EVENT);
}

/* ---- there and back -------------------------------------------------------------- */

static void
test_esc_goes_back_step_by_step_and_then_to_the_processes(void **state)
{
	struct stage *s = *state;

	type(s, "4");
	type(s, "A");
	assert_int_equal(s->view.screen, SCREEN_ALERTS);
	type(s, "?");
	assert_int_equal(s->view.screen, SCREEN_HELP);
	type(s, "q"); /* closes the help, does not quit */
	assert_int_equal(s->view.screen, SCREEN_ALERTS);
	type(s, "\x1b");
	assert_int_equal(s->view.screen, SCREEN_EVENTS);
	type(s, "\x1b");
	assert_int_equal(s->view.screen, SCREEN_OVERVIEW);
	assert_int_equal(type(s, "\x1b"), SCREEN_LEAVE);
}

static void
test_many_views_do_not_lengthen_the_way_back(void **state)
{
	struct stage *s = *state;

	for (int i = 0; i < 200; i++)
		type(s, "12345678");
	assert_true(s->view.place_count <= 2);
	for (int i = 0; i < 200; i++)
		type(s, "A1");
	assert_true(s->view.place_count <= VIEW_PLACES);
}

/* ---- settings -------------------------------------------------------------------- */

static void
test_every_setting_has_each_of_its_values(void **state)
{
	struct stage *s = *state;
	char buffer[32], why[256];

	for (size_t i = 0; i < settings_count(); i++) {
		const char *const *values = settings_values(i);

		for (; *values != NULL; values++) {
			assert_true(settings_set(&s->view, settings_name(i),
			    *values, why, sizeof(why)));
			assert_string_equal(*values,
			    settings_value(
				&s->view, i, buffer, sizeof(buffer)));
		}
		/* From the last one a step leads to the first. */
		settings_step(&s->view, i);
		assert_string_equal(settings_values(i)[0],
		    settings_value(&s->view, i, buffer, sizeof(buffer)));
		assert_false(settings_set(
		    &s->view, settings_name(i), "nonsense", why, sizeof(why)));
	}
}

static void
test_settings_come_back_from_their_file(void **state)
{
	struct stage *s = *state;
	char path[] = "t_prompt.XXXXXX", why[256];
	struct view other;
	FILE *file;

	close(mkstemp(path));
	settings_set(&s->view, "theme", "mono", why, sizeof(why));
	settings_set(&s->view, "interval", "250ms", why, sizeof(why));
	settings_set(&s->view, "zeros", "on", why, sizeof(why));
	assert_int_equal(
	    settings_store(&s->view, NULL, path, why, sizeof(why)), 0);
	view_init(&other);
	assert_int_equal(settings_load(&other, path, why, sizeof(why)), 0);
	assert_string_equal(other.theme, "mono");
	assert_true(other.interval_ns == SECOND / 4);
	assert_true(other.zeros);

	/* What a key can set comes back, too. */
	s->view.window_ns = GRAPH_ALL;
	assert_int_equal(
	    settings_store(&s->view, NULL, path, why, sizeof(why)), 0);
	assert_int_equal(settings_load(&other, path, why, sizeof(why)), 0);
	assert_true(other.window_ns == GRAPH_ALL);
	assert_int_equal(
	    settings_load(&other, "/dev/zero", why, sizeof(why)), -1);
	assert_non_null(strstr(why, "not a file of settings"));

	/* A line that is none is named; the others count. */
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("# mine\n\nlevel debug\nnonsense 7\n  units   raw  \n", file);
	fclose(file);
	assert_int_equal(settings_load(&other, path, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "line 4"));
	assert_int_equal(other.level, DBGSHM_LEVEL_DEBUG);
	assert_true(other.raw);
	unlink(path);
	assert_int_equal(settings_load(&other, path, why, sizeof(why)), 0);
	view_fini(&other);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	static const struct CMUnitTest tests[] = {
		TEST(test_prompt_edits_by_characters_and_words),
		TEST(test_prompt_takes_no_more_than_it_has_room_for),
		TEST(test_tab_goes_through_all_words_that_begin_so),
		TEST(test_commands_typed_before_come_back),
		TEST(test_every_key_has_a_command_of_its_own),
		TEST(test_no_key_means_two_things_in_one_place),
		TEST(test_a_command_does_what_its_key_does),
		TEST(test_a_wrong_command_stays_and_says_what_is_wrong),
		TEST(test_a_command_is_possible_where_its_key_is),
		TEST(test_a_filter_acts_while_it_is_typed_and_esc_ends_it),
		TEST(test_a_time_that_is_none_stays_to_be_corrected),
		TEST(test_esc_goes_back_step_by_step_and_then_to_the_processes),
		TEST(test_many_views_do_not_lengthen_the_way_back),
		TEST(test_every_setting_has_each_of_its_values),
		TEST(test_settings_come_back_from_their_file),
	};

	setlocale(LC_ALL, "C");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
