/*
 * commands.c - the command line behind ":".
 *
 * Every key has a command, named in keys.tbl; those that take a word, and the few
 * that no key stands for, are in a table here.
 */
#include "commands.h"

#include "settings.h"
#include "when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum screen_result run_word(
    struct view *, const struct scene *, const char *word);

/* Says why it is not done; the line stays to be corrected. */
static enum screen_result
refuse(struct view *view, const char *why)
{
	struct prompt *prompt = &view->prompt;
	char line[PROMPT_SIZE];

	strlcpy(line, prompt->text, sizeof(line));
	prompt_begin(prompt, PROMPT_COMMAND, line);
	strlcpy(prompt->hint, why, sizeof(prompt->hint));
	return (SCREEN_CHANGED);
}

/* ---- those with a word ------------------------------------------------------------ */

static const struct {
	const char *word;
	enum timeline_move move;
	int64_t steps;
} moments[] = {
	{ "alert", TIMELINE_EVENT, -1 },
	{ "change", TIMELINE_CHANGE, -1 },
	{ "now", TIMELINE_LIVE, 0 },
};
#define MOMENTS (sizeof(moments) / sizeof(moments[0]))

bool
commands_time(
    const char *text, uint64_t now_real_ns, struct timeline_order *order)
{
	struct timeline_order found = { .move = TIMELINE_AT };

	for (size_t i = 0; i < MOMENTS; i++)
		if (strcmp(text, moments[i].word) == 0) {
			*order = (struct timeline_order){
				.move = moments[i].move,
				.steps = moments[i].steps,
			};
			return (true);
		}
	if (when_parse(text, now_real_ns, &found.at_real_ns) == -1)
		return (false);
	*order = found;
	return (true);
}

static enum screen_result
run_goto(struct view *view, const struct scene *scene, const char *word)
{
	if (!commands_time(word, scene->now_real_ns, &view->order.travel))
		return (refuse(view, COMMANDS_TIMES));
	return (SCREEN_TRAVEL);
}

static enum screen_result
run_filter(struct view *view, const struct scene *scene, const char *word)
{
	const struct screen *screen = screens_table[view->screen];
	struct list *list = screen->list != NULL ? screen->list(view) : NULL;

	(void)scene;
	if (list == NULL)
		return (refuse(view, "there is no list here"));
	strlcpy(list->filter, word, sizeof(list->filter));
	return (SCREEN_CHANGED);
}

static enum screen_result
run_search(struct view *view, const struct scene *scene, const char *word)
{
	strlcpy(view->search, word, sizeof(view->search));
	return (screens_act(view, scene, KEY_ACTION_SEARCH_NEXT));
}

static enum screen_result
run_sort(struct view *view, const struct scene *scene, const char *word)
{
	if (!screens_sort(view, scene, word))
		return (refuse(view, "no column has that title"));
	return (SCREEN_CHANGED);
}

/* A setting that has a key of its own as well. */
static enum screen_result
set(struct view *view, const char *name, const char *value)
{
	char why[PROMPT_SIZE];

	if (!settings_set(view, name, value, why, sizeof(why)))
		return (refuse(view, why));
	return (SCREEN_SET);
}

static enum screen_result
run_interval(struct view *view, const struct scene *scene, const char *word)
{
	(void)scene;
	return (set(view, "interval", word));
}

static enum screen_result
run_level(struct view *view, const struct scene *scene, const char *word)
{
	(void)scene;
	return (set(view, "level", word));
}

static enum screen_result
run_view(struct view *view, const struct scene *scene, const char *word)
{
	(void)scene;
	for (int i = 0; i < SCREEN_VIEWS; i++)
		if (strcmp(word, screens_table[i]->name) == 0 ||
		    (word[0] == '1' + i && word[1] == '\0')) {
			view_go(view, (enum screen_name)i);
			return (SCREEN_CHANGED);
		}
	return (refuse(view, "no view is called that: Tab shows them"));
}

static enum screen_result
give(struct view *view, const char *word, enum screen_result result)
{
	strlcpy(view->order.text, word, sizeof(view->order.text));
	return (result);
}

static enum screen_result
run_open(struct view *view, const struct scene *scene, const char *word)
{
	(void)scene;
	return (give(view, word, SCREEN_OPEN_WORD));
}

static enum screen_result
run_save(struct view *view, const struct scene *scene, const char *word)
{
	(void)scene;
	return (give(view, word, SCREEN_SAVE));
}

static enum screen_result
run_snapshot(struct view *view, const struct scene *scene, const char *word)
{
	(void)scene;
	return (give(view, word, SCREEN_SNAPSHOT));
}

static enum screen_result
run_set(struct view *view, const struct scene *scene, const char *word)
{
	size_t length = strcspn(word, " ");
	char name[32];

	(void)scene;
	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	return (set(view, name, word + length + strspn(word + length, " ")));
}

static enum screen_result
run_plain(struct view *view, const struct scene *scene, const char *word)
{
	(void)view;
	(void)scene;
	(void)word;
	return (SCREEN_PLAIN);
}

static const struct {
	const char *name;
	bool alone; /* it takes no word */
	run_word *run;
} with_word[] = {
	{ "goto", false, run_goto },
	{ "filter", false, run_filter },
	{ "search", false, run_search },
	{ "sort", false, run_sort },
	{ "interval", false, run_interval },
	{ "level", false, run_level },
	{ "view", false, run_view },
	{ "open", false, run_open },
	{ "save", false, run_save },
	{ "snapshot", false, run_snapshot },
	{ "set", false, run_set },
	{ "plain", true, run_plain },
};
#define WITH_WORD (sizeof(with_word) / sizeof(with_word[0]))

/* Its first word is this command's, without what stands for an argument. */
static bool
is_command(const char *command, const char *name, size_t length)
{
	return (strcspn(command, " ") == length &&
	    strncmp(command, name, length) == 0);
}

/* It is possible here: the key that it is named after is; those without a key are
 * everywhere. */
static bool
is_possible(const struct view *view, const char *name, size_t length)
{
	unsigned places = 0;
	bool known = false;

	for (int i = 1; i < KEY_ACTION_COUNT; i++) {
		const struct key_binding *binding =
		    keys_binding((enum key_action)i);

		if (!is_command(binding->command, name, length))
			continue;
		known = true;
		places |= binding->places;
	}
	/* A target is opened by its name from anywhere. */
	return (!known || is_command("open", name, length) ||
	    (places & screens_table[view->screen]->place(view)) != 0);
}

/* ---- a line ------------------------------------------------------------------------ */

static enum screen_result
press(struct view *view, const struct scene *scene, const char *name,
    size_t length)
{
	const struct screen *screen = screens_table[view->screen];
	bool known = false;

	for (int i = 1; i < KEY_ACTION_COUNT; i++) {
		const struct key_binding *binding =
		    keys_binding((enum key_action)i);

		if (!is_command(binding->command, name, length))
			continue;
		known = true;
		if ((binding->places & screen->place(view)) != 0)
			return (screens_act(view, scene, (enum key_action)i));
	}
	return (refuse(view,
	    known ? "that does nothing here"
		  : "no command is called that: Tab shows them"));
}

enum screen_result
commands_run(struct view *view, const struct scene *scene, const char *line)
{
	const char *name = line + strspn(line, " "), *word;
	size_t length = strcspn(name, " ");

	word = name + length + strspn(name + length, " ");
	if (length == 0)
		return (SCREEN_CHANGED);
	for (size_t i = 0; i < WITH_WORD; i++)
		if (is_command(with_word[i].name, name, length) &&
		    (*word != '\0') != with_word[i].alone)
			return (is_possible(view, name, length)
				? with_word[i].run(view, scene, word)
				: refuse(view, "that does nothing here"));
	if (*word != '\0')
		return (refuse(view, "it takes no word"));
	return (press(view, scene, name, length));
}

/* ---- completion ---------------------------------------------------------------------- */

struct words {
	const char **list;
	size_t count;
};

static void
add(struct words *words, const char *word)
{
	if (words->count < COMMANDS_WORDS)
		words->list[words->count++] = word;
}

static void
add_all(struct words *words, const char *const *list)
{
	for (; *list != NULL; list++)
		add(words, *list);
}

static void
add_commands(struct words *words)
{
	for (int i = 1; i < KEY_ACTION_COUNT; i++)
		add(words, keys_binding((enum key_action)i)->command);
	add(words, "set NAME VALUE");
	add(words, "plain");
}

/* "set ", "set theme " */
static void
add_settings(struct words *words, const char *rest)
{
	size_t i, length = strcspn(rest, " ");

	if (rest[length] == '\0') {
		for (i = 0; i < settings_count(); i++)
			add(words, settings_name(i));
		return;
	}
	for (i = 0; i < settings_count(); i++)
		if (is_command(settings_name(i), rest, length))
			add_all(words, settings_values(i));
}

size_t
commands_words(const struct view *view, const char *list[static COMMANDS_WORDS])
{
	const char *text =
	    view->prompt.completion > 0 ? view->prompt.stem : view->prompt.text;
	struct words words = { .list = list };

	if (strncmp(text, "view ", 5) == 0)
		for (int i = 0; i < SCREEN_VIEWS; i++)
			add(&words, screens_table[i]->name);
	else if (strncmp(text, "set ", 4) == 0)
		add_settings(&words, text + 4);
	else if (strncmp(text, "level ", 6) == 0 ||
	    strncmp(text, "interval ", 9) == 0)
		add_settings(&words, text);
	else if (view->prompt.kind == PROMPT_TIME ||
	    strncmp(text, "goto ", 5) == 0)
		for (size_t i = 0; i < MOMENTS; i++)
			add(&words, moments[i].word);
	else if (strchr(text, ' ') == NULL)
		add_commands(&words);
	return (words.count);
}
