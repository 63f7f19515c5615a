/*
 * term.c - the terminal, by way of curses.
 */
#include "term.h"

#include "keys.h"
#include "restore.h"

#include <sys/ioctl.h>
#include <sys/mman.h>

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#undef columns /* <term.h> makes a macro of every capability */

static struct {
	SCREEN *screen;
	FILE *input, *output; /* for curses */
	int descriptor;	      /* of the terminal, under input */
	struct termios saved; /* its modes before */
	int buffer;	      /* memory that collects a picture */
	struct grid shown;    /* what is on the terminal */
	bool whole;	      /* it is not known what is there */
} term = { .descriptor = -1 };

/* ---- whether it can be done ------------------------------------------------- */

bool
term_usable(char *advice, size_t size)
{
	const char *name = getenv("TERM"), *move;
	int descriptor, status;

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
	move = NULL;
	if (setupterm(name, descriptor, &status) == OK) {
		move = tigetstr("cup");
		if (move == (char *)-1)
			move = NULL;
		del_curterm(cur_term);
	}
	close(descriptor);
	if (move == NULL)
		snprintf(advice, size,
		    "TERM=%.40s cannot move its cursor: use \"dbgtop show\"",
		    name);
	return (move != NULL);
}

bool
term_utf8(void)
{
	return (strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
}

/* ---- as it was before ------------------------------------------------------- */

/* tputs() calls back with one character and no context. */
static struct {
	char text[256];
	size_t length;
} undo;

static int
undo_char(int c)
{
	if (undo.length < sizeof(undo.text))
		undo.text[undo.length++] = (char)c;
	return (c);
}

/* What undoes all that curses did, for when it cannot be asked any more. */
static void
prepare_restore(void)
{
	static const char *const names[] = { "sgr0", "op", "cnorm", "rmkx",
		"rmcup" };
	const char *sequence;

	undo.length = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		sequence = tigetstr(names[i]);
		if (sequence != NULL && sequence != (char *)-1)
			tputs(sequence, 1, undo_char);
	}
	restore_prepare(term.descriptor, &term.saved, undo.text, undo.length);
}

/* ---- what meanings look like -------------------------------------------------- */

enum { PAIR_CYAN = 1, PAIR_YELLOW, PAIR_RED };

static bool
wants_color(enum term_color color)
{
	const char *none = getenv("NO_COLOR");

	if (color == TERM_COLOR_NEVER)
		return (false);
	return (color == TERM_COLOR_ALWAYS || none == NULL || none[0] == '\0');
}

static void
open_colors(enum term_color color)
{
	if (!wants_color(color) || !has_colors() || start_color() == ERR)
		return;
	/* The terminal's own background; colours that read on both kinds. */
	use_default_colors();
	init_pair(PAIR_CYAN, COLOR_CYAN, -1);
	init_pair(PAIR_YELLOW, COLOR_YELLOW, -1);
	init_pair(PAIR_RED, COLOR_RED, -1);
}

static attr_t
look(uint8_t style, short *pair)
{
	static const struct {
		attr_t attribute;
		short pair;
	} looks[GRID_STYLES] = {
		[GRID_PLAIN] = { A_NORMAL, 0 },
		[GRID_DIM] = { A_DIM, 0 },
		[GRID_STRONG] = { A_BOLD, 0 },
		[GRID_HEADING] = { A_NORMAL, PAIR_CYAN },
		[GRID_RULE] = { A_DIM, 0 },
		[GRID_KEY] = { A_BOLD, PAIR_CYAN },
		[GRID_MATCH] = { A_BOLD, PAIR_YELLOW },
		[GRID_LIVE] = { A_BOLD, PAIR_CYAN },
		[GRID_WARN] = { A_BOLD, PAIR_YELLOW },
		[GRID_BAD] = { A_BOLD, PAIR_RED },
	};
	unsigned meaning = style & GRID_STYLE_MASK;
	attr_t attribute;

	if (meaning >= GRID_STYLES)
		meaning = GRID_PLAIN;
	attribute = looks[meaning].attribute;
	*pair = looks[meaning].pair;
	if ((style & GRID_SELECTED) != 0) { /* one block, readable anywhere */
		attribute = A_REVERSE | (attribute & A_BOLD);
		*pair = 0;
	} else if ((style & GRID_CHOSEN) != 0)
		attribute = A_BOLD;
	return (attribute);
}

/* ---- open, close, leave, enter ------------------------------------------------ */

/*
 * Keys come one by one, without echo, and Ctrl-C and Ctrl-Z are keys like the
 * others; Ctrl-\ stays a signal, for a viewer that hangs.
 */
static void
set_modes(void)
{
	struct termios mode;

	cbreak();
	noecho();
	nonl();
	if (tcgetattr(term.descriptor, &mode) == 0) {
		mode.c_cc[VINTR] = mode.c_cc[VSUSP] = _POSIX_VDISABLE;
		mode.c_iflag &= (tcflag_t) ~(IXON | IXOFF);
		tcsetattr(term.descriptor, TCSANOW, &mode);
	}
	def_prog_mode();
}

/* tmux and screen name these keys differently from what they send. */
static void
define_keys(void)
{
	define_key("\033[1~", KEY_HOME);
	define_key("\033[4~", KEY_END);
	define_key("\033[H", KEY_HOME);
	define_key("\033[F", KEY_END);
	define_key("\033OH", KEY_HOME);
	define_key("\033OF", KEY_END);
}

static void
close_files(void)
{
	if (term.output != NULL)
		fclose(term.output);
	if (term.input != NULL)
		fclose(term.input);
	else if (term.descriptor != -1)
		close(term.descriptor);
	if (term.buffer != -1)
		close(term.buffer);
	term.input = term.output = NULL;
	term.descriptor = term.buffer = -1;
}

static int
open_files(void)
{
	int copy;

	term.buffer = memfd_create("picture", MFD_CLOEXEC);
	term.descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	copy = fcntl(term.descriptor, F_DUPFD_CLOEXEC, 0);
	if (copy != -1 && (term.output = fdopen(copy, "w")) == NULL)
		close(copy);
	if (term.descriptor != -1)
		term.input = fdopen(term.descriptor, "r");
	if (term.buffer != -1 && term.input != NULL && term.output != NULL &&
	    tcgetattr(term.descriptor, &term.saved) == 0)
		return (0);
	close_files();
	return (-1);
}

int
term_open(enum term_color color)
{
	if (open_files() == -1)
		return (-1);
	set_escdelay(25);
	term.screen = newterm(NULL, term.output, term.input);
	if (term.screen == NULL) {
		close_files();
		return (-1);
	}
	prepare_restore();
	atexit(term_close);

	set_modes();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	define_keys();
	leaveok(stdscr, FALSE);
	typeahead(-1); /* a picture is sent whole */
	curs_set(0);
	open_colors(color);
	grid_init(&term.shown, false);
	term.whole = true;
	return (0);
}

void
term_close(void)
{
	if (term.descriptor == -1)
		return;
	endwin();
	restore_end();
	tcsetattr(term.descriptor, TCSANOW, &term.saved);
	delscreen(term.screen);
	grid_fini(&term.shown);
	close_files();
}

int
term_descriptor(void)
{
	return (term.descriptor);
}

void
term_leave(void)
{
	endwin();
	tcsetattr(term.descriptor, TCSANOW, &term.saved);
	restore_end();
}

void
term_enter(void)
{
	/* The person may have changed the modes meanwhile. */
	tcgetattr(term.descriptor, &term.saved);
	prepare_restore();
	reset_prog_mode();
	set_modes();
	curs_set(0);
	term_repaint();
}

/* ---- keys ------------------------------------------------------------------------ */

uint32_t
term_key(void)
{
	static const struct {
		wint_t curses;
		uint32_t code;
	} codes[] = {
		{ KEY_UP, KEY_CODE_UP },
		{ KEY_DOWN, KEY_CODE_DOWN },
		{ KEY_LEFT, KEY_CODE_LEFT },
		{ KEY_RIGHT, KEY_CODE_RIGHT },
		{ KEY_PPAGE, KEY_CODE_PAGE_UP },
		{ KEY_NPAGE, KEY_CODE_PAGE_DOWN },
		{ KEY_HOME, KEY_CODE_HOME },
		{ KEY_END, KEY_CODE_END },
		{ KEY_ENTER, KEY_CODE_ENTER },
		{ KEY_BACKSPACE, KEY_CODE_BACKSPACE },
		{ KEY_BTAB, KEY_CODE_BACK_TAB },
	};
	wint_t key;
	int kind = get_wch(&key);

	if (kind == ERR)
		return (KEY_CODE_NONE);
	if (kind != KEY_CODE_YES)
		return (key != 0 ? (uint32_t)key : (uint32_t)KEY_CODE_SPECIAL);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].curses == key)
			return (codes[i].code);
	if (key > KEY_F(0) && key <= KEY_F(63))
		return (KEY_CODE_F1 + (uint32_t)(key - KEY_F(1)));
	return (KEY_CODE_SPECIAL); /* a key, but none of ours */
}

bool
term_gone(void)
{
	struct pollfd wait = { .fd = term.descriptor, .events = POLLIN };
	int waiting = 0;

	if (poll(&wait, 1, 0) != 1)
		return (false);
	if ((wait.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		return (true);
	/* Readable, but there is nothing to read: the end. */
	return (
	    ioctl(term.descriptor, FIONREAD, &waiting) == -1 || waiting == 0);
}

/* ---- pictures -------------------------------------------------------------------- */

void
term_size(int *columns, int *rows)
{
	struct winsize size;

	if (ioctl(term.descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
	    size.ws_row > 0)
		resizeterm(size.ws_row, size.ws_col);
	getmaxyx(stdscr, *rows, *columns);
	term_repaint();
}

void
term_repaint(void)
{
	term.whole = true;
	clearok(curscr, TRUE);
}

static void
send_all(const char *bytes, size_t length)
{
	ssize_t sent;

	for (; length > 0; bytes += sent, length -= (size_t)sent) {
		sent = write(term.descriptor, bytes, length);
		if (sent == -1 && errno == EINTR)
			sent = 0;
		if (sent == -1)
			return; /* gone: the loop will be told */
	}
}

/*
 * Curses sends a picture in dozens of small writes.  They are collected in
 * memory, by changing what is behind its descriptor, and go out in one.
 */
static void
send_picture(void)
{
	int output = fileno(term.output);
	char chunk[16384];
	off_t length, done;
	ssize_t part;

	fflush(term.output);
	if (lseek(term.buffer, 0, SEEK_SET) == -1 ||
	    dup3(term.buffer, output, O_CLOEXEC) == -1) {
		refresh();
		return;
	}
	refresh();
	fflush(term.output);
	length = lseek(term.buffer, 0, SEEK_CUR);
	dup3(term.descriptor, output, O_CLOEXEC);
	for (done = 0; done < length; done += part) {
		part = pread(term.buffer, chunk, sizeof(chunk), done);
		if (part <= 0)
			return;
		if (part > length - done)
			part = length - done;
		send_all(chunk, (size_t)part);
	}
}

static void
draw_cell(const struct grid_cell *cell, int column, int row)
{
	wchar_t text[2 + GRID_MARKS] = { 0 };
	cchar_t out;
	short pair;
	attr_t attribute = look(cell->style, &pair);

	for (int i = 0; i <= GRID_MARKS && cell->text[i] != 0; i++)
		text[i] = (wchar_t)cell->text[i];
	if (setcchar(&out, text, attribute, pair, NULL) == OK)
		mvadd_wch(row, column, &out);
}

void
term_draw(const struct grid *grid)
{
	const struct grid_cell *cell, *old;
	size_t at;

	if (!term.whole && grid_equal(grid, &term.shown))
		return;
	if (term.shown.columns != grid->columns ||
	    term.shown.rows != grid->rows)
		term.whole = true;
	if (term.whole) {
		grid_resize(&term.shown, grid->columns, grid->rows);
		erase();
	}
	for (int row = 0; row < grid->rows; row++)
		for (int column = 0; column < grid->columns; column++) {
			at = (size_t)row * (size_t)grid->columns +
			    (size_t)column;
			cell = &grid->cells[at];
			old = &term.shown.cells[at];
			if (cell->width == 0 ||
			    (!term.whole &&
				memcmp(cell, old, sizeof(*cell)) == 0))
				continue;
			draw_cell(cell, column, row);
		}
	memcpy(term.shown.cells, grid->cells,
	    (size_t)grid->columns * (size_t)grid->rows * sizeof(*cell));
	term.shown.cursor_column = grid->cursor_column;
	term.shown.cursor_row = grid->cursor_row;
	term.whole = false;
	/* Hidden, but screen readers follow it. */
	if (grid->cursor_row >= 0)
		move(grid->cursor_row, grid->cursor_column);
	send_picture();
}
