/*
 * term.c - the terminal, as its description in terminfo says.
 *
 * From curses there is the description alone: pictures are painted by paint.c,
 * what is sent goes over wire.c, keys are read by input.c.
 */
#include "term.h"

#include "clip.h"
#include "paint.h"
#include "restore.h"
#include "theme.h"
#include "tty.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>
#undef columns /* <term.h> makes a macro of every capability */

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static struct {
	struct tty tty;
	struct paint paint;
	struct grid shown; /* what is on the terminal */
	bool whole;	   /* it is not known what is there */
	bool mouse;
	size_t cost; /* of the last picture */
	int colors;
	const struct theme *theme;
} term = { .tty.descriptor = -1 };

/* ---- whether it can be done ------------------------------------------------- */

/* NULL when this terminal has no such thing. */
static const char *
capability(const char *name)
{
	const char *sequence = tigetstr(name);

	return (sequence == (char *)-1 ? NULL : sequence);
}

bool
term_usable(char *advice, size_t size)
{
	const char *name = getenv("TERM");
	int descriptor, status;
	bool able = false;

	if (name == NULL || name[0] == '\0') {
		snprintf(advice, size,
		    "TERM is not set: use \"dbgtop show\", or set TERM to the "
		    "kind of your terminal");
		return (false);
	}
	descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (descriptor == -1) {
		snprintf(advice, size,
		    "no terminal to draw on: use \"dbgtop show\"");
		return (false);
	}
	if (setupterm(name, descriptor, &status) == OK) {
		able = capability("cup") != NULL && capability("clear") != NULL;
		del_curterm(cur_term);
	}
	close(descriptor);
	if (!able)
		snprintf(advice, size,
		    "TERM=%.40s cannot move its cursor: use \"dbgtop show\"",
		    name);
	return (able);
}

/* ---- what is said to it ------------------------------------------------------ */

/* tputs() calls back with one character and no context. */
static struct {
	char bytes[256];
	size_t length;
} text;

static int
text_char(int c)
{
	if (text.length < sizeof(text.bytes))
		text.bytes[text.length++] = (char)c;
	return (c);
}

static void
text_add(const char *sequence)
{
	if (sequence != NULL)
		tputs(sequence, 1, text_char);
}

static void
text_add_all(const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_add(capability(names[i]));
}

/* As a string, for when it is needed again and again. */
static void
keep(char *buffer, size_t size)
{
	size_t length = text.length < size ? text.length : size - 1;

	memcpy(buffer, text.bytes, length);
	buffer[length] = '\0';
	text.length = 0;
}

/* Clicks and the wheel, in numbers that have no end at column 223. */
static const char mouse_on[] = "\033[?1000h\033[?1006h";
static const char mouse_off[] = "\033[?1006l\033[?1000l";

static void
say(const char *sequence)
{
	text.length = 0;
	text_add(sequence);
	wire_add(&term.tty.wire, text.bytes, text.length);
}

/* The other screen, no cursor, and keys that tell who they are. */
static void
say_begin(void)
{
	static const char *const names[] = { "smcup", "smkx", "civis" };

	text.length = 0;
	text_add_all(names, ARRAY_SIZE(names));
	if (term.mouse)
		text_add(mouse_on);
	wire_add(&term.tty.wire, text.bytes, text.length);
}

/* What undoes all of it, for when nobody can be asked any more. */
static void
prepare_restore(void)
{
	static const char *const names[] = { "sgr0", "op", "cnorm", "rmkx" };

	text.length = 0;
	text_add_all(names, ARRAY_SIZE(names));
	if (term.mouse)
		text_add(mouse_off);
	/* Where there is one screen only, the prompt comes below. */
	text_add(tparm(capability("cup"), 998, 0));
	text_add(capability("el"));
	text_add(capability("rmcup"));
	restore_prepare(
	    term.tty.descriptor, &term.tty.saved, text.bytes, text.length);
}

static const char *
move_to(int column, int row)
{
	static char sequence[64];

	text.length = 0;
	text_add(tparm(capability("cup"), row, column));
	keep(sequence, sizeof(sequence));
	return (sequence);
}

/* ---- what meanings look like -------------------------------------------------- */

/* The description of a terminal that has so many colors, where there is one. */
static void
describe(int colors)
{
	const char *plain = getenv("TERM");
	char name[64];
	int status;

	if (setupterm(plain, term.tty.descriptor, &status) != OK)
		return;
	if (tigetnum("colors") >= colors)
		return;
	snprintf(name, sizeof(name), "%.40s-%dcolor", plain, colors);
	del_curterm(cur_term);
	if (setupterm(name, term.tty.descriptor, &status) != OK)
		setupterm(plain, term.tty.descriptor, &status);
}

static void
open_colors(enum term_color color)
{
	int most = term_color_most(color), has = tigetnum("colors");

	/* Not without the terminal's own background. */
	if (capability("setaf") == NULL || capability("setab") == NULL ||
	    capability("op") == NULL)
		has = 0;
	most = has < most ? has : most;
	term.colors = most >= 256 ? 256 : most >= 16 ? 16 : most >= 8 ? 8 : 0;
}

static void
open_look(uint8_t style)
{
	static const struct {
		uint8_t attribute;
		uint8_t alone; /* its bit in ncv: not together with colors */
		const char *name;
	} attributes[] = {
		{ THEME_BOLD, 32, "bold" },
		{ THEME_DIM, 16, "dim" },
		{ THEME_UNDERLINE, 2, "smul" },
		{ THEME_REVERSE, 4, "rev" },
	};
	struct theme_look look = theme_look(term.theme, style, term.colors);
	int alone = look.ink != THEME_OWN ? tigetnum("ncv") : 0;

	text.length = 0;
	text_add(capability("sgr0"));
	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++)
		if ((look.attributes & attributes[i].attribute) != 0 &&
		    (alone < 0 || (alone & attributes[i].alone) == 0))
			text_add(capability(attributes[i].name));
	if (look.ink != THEME_OWN)
		text_add(tparm(capability("setaf"), look.ink));
	if (look.paper != THEME_OWN)
		text_add(tparm(capability("setab"), look.paper));
	keep(term.paint.looks[style], sizeof(term.paint.looks[style]));
}

static void
open_looks(void)
{
	if (term.theme == NULL)
		term.theme = theme_find(theme_names()[0]);
	for (int style = 0; style < PAINT_STYLES; style++)
		open_look((uint8_t)style);
}

bool
term_theme(const char *name)
{
	const struct theme *theme = theme_find(name);

	if (theme == NULL)
		return (false);
	term.theme = theme;
	if (term.tty.descriptor != -1) {
		open_looks();
		term_repaint();
	}
	return (true);
}

int
term_colors(void)
{
	return (term.colors);
}

/* ---- open, close, leave, enter ------------------------------------------------ */

/* What the keys send here; input.c knows the rest by its form. */
static void
know_keys(void)
{
	const char *sequence, *name;
	uint32_t code;

	for (size_t i = 0; (name = input_capability(i, &code)) != NULL; i++)
		if ((sequence = capability(name)) != NULL)
			input_know(&term.tty.keys, sequence, code);
}

static void
open_paint(void)
{
	static char clear[64], clear_line[64];

	text.length = 0;
	text_add(capability("clear"));
	keep(clear, sizeof(clear));
	text_add(capability("el"));
	keep(clear_line, sizeof(clear_line));
	term.paint.clear = clear;
	term.paint.clear_line = clear_line[0] != '\0' ? clear_line : NULL;
	term.paint.move =
	    strcmp(capability("cup"), PAINT_MOVE) == 0 ? paint_move : move_to;
	term.paint.scrolls = tigetflag("am") == 1 && tigetflag("xenl") != 1;
}

int
term_open(enum term_color color)
{
	if (tty_open(&term.tty) == -1)
		return (-1);
	describe(color == TERM_COLOR_16 || color == TERM_COLOR_256
		? term_color_most(color)
		: 0);
	if (cur_term == NULL || capability("cup") == NULL ||
	    capability("clear") == NULL) {
		tty_close(&term.tty);
		return (-1);
	}
	prepare_restore();
	atexit(term_close);
	tty_modes(&term.tty);
	know_keys();
	open_colors(color);
	open_looks();
	open_paint();
	say_begin();
	grid_init(&term.shown, false);
	term.whole = true;
	return (0);
}

static void
give_back(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

	/* In the background that would stop us. */
	sigaction(SIGTTOU, &ignore, &before);
	prepare_restore();
	wire_finish(&term.tty.wire, text.bytes, text.length);
	restore_modes(term.tty.descriptor, &term.tty.saved);
	restore_end();
	sigaction(SIGTTOU, &before, NULL);
}

void
term_close(void)
{
	if (term.tty.descriptor == -1)
		return;
	give_back();
	del_curterm(cur_term);
	grid_fini(&term.shown);
	tty_close(&term.tty);
}

int
term_descriptor(void)
{
	return (term.tty.descriptor);
}

void
term_leave(void)
{
	give_back();
}

void
term_front(void)
{
	tty_front(&term.tty);
}

void
term_enter(void)
{
	/* The person may have changed the modes meanwhile. */
	tty_save(&term.tty);
	prepare_restore();
	tty_modes(&term.tty);
	say_begin();
	term_repaint();
}

/* ---- keys and mouse --------------------------------------------------------------- */

uint32_t
term_key(void)
{
	return (tty_key(&term.tty));
}

bool
term_gone(void)
{
	return (tty_gone(&term.tty));
}

void
term_mouse(bool on)
{
	if (on == term.mouse ||
	    (term.tty.descriptor != -1 && capability("kmous") == NULL))
		return;
	term.mouse = on;
	if (term.tty.descriptor == -1)
		return;
	prepare_restore();
	say(on ? mouse_on : mouse_off);
	term_busy();
}

void
term_mouse_at(int *column, int *row)
{
	*column = term.tty.keys.column;
	*row = term.tty.keys.row;
}

/* ---- pictures -------------------------------------------------------------------- */

void
term_size(int *columns, int *rows)
{
	if (!tty_size(&term.tty, columns, rows)) {
		*columns = 80;
		*rows = 24;
	}
	term_repaint();
}

void
term_repaint(void)
{
	term.whole = true;
}

/* Hidden in lists, but there: screen readers follow it. */
static void
show_cursor(bool shown)
{
	if (term.shown.typing == shown && !term.whole)
		return;
	say(capability(shown ? "cnorm" : "civis"));
}

void
term_draw(const struct grid *grid)
{
	if (term_busy())
		return;
	if (term.shown.columns != grid->columns ||
	    term.shown.rows != grid->rows)
		term.whole = true;
	term.cost = 0;
	if (!term.whole && grid_equal(grid, &term.shown))
		return;
	show_cursor(grid->typing);
	term.cost = paint_picture(
	    &term.paint, &term.tty.wire, term.whole ? NULL : &term.shown, grid);
	grid_copy(&term.shown, grid);
	term.whole = false;
	term_busy();
}

bool
term_busy(void)
{
	return (wire_busy(&term.tty.wire));
}

short
term_events(void)
{
	return (term_busy() ? POLLIN | POLLOUT : POLLIN);
}

size_t
term_cost(void)
{
	return (term.cost);
}

bool
term_copy(const char *copied)
{
	size_t length;
	char *sequence;

	if (term_busy())
		return (false);
	sequence = clip_sequence(copied,
	    clip_path(getenv("TERM"), getenv("TMUX"), getenv("STY")), &length);
	if (sequence == NULL)
		return (false);
	wire_add(&term.tty.wire, sequence, length);
	term_busy();
	free(sequence);
	return (true);
}
