/*
 * prompt.c - the line at the bottom where something is typed.
 */
#include "prompt.h"

#include "grid.h"
#include "keys.h"

#include <string.h>

static const char *const labels[] = {
	[PROMPT_NONE] = "",
	[PROMPT_FILTER] = "Filter: ",
	[PROMPT_SEARCH] = "Search: ",
	[PROMPT_TIME] = "Go to: ",
	[PROMPT_COMMAND] = ":",
	[PROMPT_INTERVAL] = "Interval: ",
	[PROMPT_SORT] = "Sort by: ",
	[PROMPT_SAVE] = "Save to: ",
	[PROMPT_SNAPSHOT] = "Snapshot to: ",
};

void
prompt_begin(struct prompt *prompt, enum prompt_kind kind, const char *text)
{
	prompt->kind = kind;
	strlcpy(prompt->text, text, sizeof(prompt->text));
	strlcpy(prompt->before, text, sizeof(prompt->before));
	prompt->hint[0] = '\0';
	prompt->past_at = -1;
	prompt->completion = 0;
}

const char *
prompt_label(const struct prompt *prompt)
{
	return (labels[prompt->kind]);
}

/* ---- editing ------------------------------------------------------------- */

/* The last character goes, however many bytes it has. */
static void
drop_character(char *text)
{
	size_t length = strlen(text);

	while (length > 1 && (text[length - 1] & 0xc0) == 0x80)
		length--;
	if (length > 0)
		text[length - 1] = '\0';
}

static void
drop_word(char *text)
{
	size_t length = strlen(text);

	while (length > 0 && text[length - 1] == ' ')
		length--;
	while (length > 0 && text[length - 1] != ' ')
		length--;
	text[length] = '\0';
}

static void
add_character(struct prompt *prompt, uint32_t code)
{
	size_t length = strlen(prompt->text);

	if (length + 5 > sizeof(prompt->text)) {
		strlcpy(prompt->hint, "too long", sizeof(prompt->hint));
		return;
	}
	length += grid_encode(code, prompt->text + length);
	prompt->text[length] = '\0';
}

/* ---- completion ----------------------------------------------------------- */

/* The n-th of the words that begin as the typed one does; their number. */
static size_t
matching(const char *stem, const char *const words[], size_t count, size_t n,
    const char **found)
{
	size_t length = strlen(stem), total = 0, i;

	*found = NULL;
	for (i = 0; i < count; i++) {
		if (strncasecmp(words[i], stem, length) != 0)
			continue;
		if (total++ == n)
			*found = words[i];
	}
	return (total);
}

static void
complete(struct prompt *prompt, const char *const words[], size_t count)
{
	const char *last, *found;
	size_t kept, total, length;

	if (prompt->completion == 0)
		strlcpy(prompt->stem, prompt->text, sizeof(prompt->stem));
	last = strrchr(prompt->stem, ' ');
	last = last == NULL ? prompt->stem : last + 1;
	kept = (size_t)(last - prompt->stem);
	if (prompt->kind == PROMPT_SORT) { /* titles may have blanks in them */
		last = prompt->stem;
		kept = 0;
	}
	total = matching(last, words, count, 0, &found);
	if (total == 0) {
		strlcpy(
		    prompt->hint, "nothing begins so", sizeof(prompt->hint));
		return;
	}
	matching(last, words, count, prompt->completion++ % total, &found);
	/* What follows a command stands for what is to be typed. */
	length = prompt->kind == PROMPT_COMMAND ? strcspn(found, " ")
						: strlen(found);
	if (kept + length + 2 > sizeof(prompt->text))
		return;
	memcpy(prompt->text, prompt->stem, kept);
	memcpy(prompt->text + kept, found, length);
	prompt->text[kept + length] = '\0';
	if (found[length] == ' ' && total == 1)
		strlcat(prompt->text, " ", sizeof(prompt->text));
}

/* ---- lines that were typed before ------------------------------------------ */

static void
keep_line(struct prompt *prompt)
{
	if (prompt->kind != PROMPT_COMMAND || prompt->text[0] == '\0' ||
	    (prompt->past_count > 0 &&
		strcmp(prompt->past[0], prompt->text) == 0))
		return;
	memmove(prompt->past[1], prompt->past[0],
	    sizeof(prompt->past) - sizeof(prompt->past[0]));
	strlcpy(prompt->past[0], prompt->text, sizeof(prompt->past[0]));
	if (prompt->past_count < PROMPT_PAST)
		prompt->past_count++;
}

static void
recall(struct prompt *prompt, int step)
{
	int at = prompt->past_at + step;

	if (prompt->kind != PROMPT_COMMAND || at < -1 ||
	    at >= prompt->past_count)
		return;
	if (prompt->past_at == -1)
		strlcpy(prompt->before, prompt->text, sizeof(prompt->before));
	prompt->past_at = at;
	strlcpy(prompt->text, at == -1 ? prompt->before : prompt->past[at],
	    sizeof(prompt->text));
}

/* ---- keys ------------------------------------------------------------------ */

static enum prompt_result
abandon(struct prompt *prompt)
{
	if (prompt->past_at == -1)
		strlcpy(prompt->text, prompt->before, sizeof(prompt->text));
	prompt->kind = PROMPT_NONE;
	return (PROMPT_ABANDONED);
}

enum prompt_result
prompt_key(struct prompt *prompt, uint32_t code, const char *const words[],
    size_t count)
{
	char buffer[32];
	const char *name = keys_name(code, buffer, sizeof(buffer));

	prompt->hint[0] = '\0';
	if (strcmp(name, "Tab") == 0) {
		complete(prompt, words, count);
		return (PROMPT_OPEN);
	}
	prompt->completion = 0;
	if (strcmp(name, "Enter") == 0) {
		keep_line(prompt);
		prompt->kind = PROMPT_NONE;
		return (PROMPT_ACCEPTED);
	}
	if (strcmp(name, "Esc") == 0 || strcmp(name, "Ctrl-C") == 0)
		return (abandon(prompt));
	if (strcmp(name, "Ctrl-U") == 0)
		prompt->text[0] = '\0';
	else if (strcmp(name, "Ctrl-W") == 0)
		drop_word(prompt->text);
	else if (strcmp(name, "Up") == 0)
		recall(prompt, 1);
	else if (strcmp(name, "Down") == 0)
		recall(prompt, -1);
	else if (strcmp(name, "Backspace") == 0) {
		if (prompt->text[0] == '\0')
			return (abandon(prompt));
		drop_character(prompt->text);
	} else if (code >= ' ' && code != 0x7f && code < 0x110000)
		add_character(prompt, code);
	return (PROMPT_OPEN);
}
