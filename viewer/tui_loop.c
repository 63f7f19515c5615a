/*
 * tui_loop.c - the loop of the full screen: keyboard, signals, clock.
 */
#include "tui_private.h"

#include "caught.h"
#include "term.h"

#include <sys/timerfd.h>

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define HOLD_NS (3 * TUI_NS)   /* the order stays after a key */
#define STILL_NS (20 * TUI_NS) /* a past older than that is said in tens... */
#define OLD_NS (120 * TUI_NS)  /* ...and then in minutes */
#define WHEEL 3		       /* lines */

enum { WAIT_TERMINAL, WAIT_SIGNAL, WAIT_CLOCK, WAIT_COUNT };

struct loop {
	struct tui tui;
	struct caught caught;
	int fatal; /* the signal to end by, 0 none */
};

/* ---- the clock ------------------------------------------------------------------- */

/* How long nothing has to be looked at: a picture of the past changes only in
 * how long ago it says it is. */
static uint64_t
pause_between(const struct tui *tui)
{
	const struct scene *scene = &tui->scene;
	uint64_t then = scene->moment.at_real_ns, now = scene->now_real_ns;

	if (tui->view.screen == SCREEN_PROCESSES ||
	    scene->moment.state == MOMENT_LIVE || tui->records)
		return (scene->interval_ns);
	if (now > then + OLD_NS)
		return (60 * TUI_NS);
	return (now > then + STILL_NS ? 10 * TUI_NS : TUI_NS);
}

static void
set_clock(struct tui *tui, bool first)
{
	uint64_t every = pause_between(tui), start = every;
	struct itimerspec when = { 0 };

	if (!first && every == tui->slept_ns)
		return;
	if (first && start > TUI_FIRST_NS)
		start = TUI_FIRST_NS;
	when.it_value.tv_sec = (time_t)(start / TUI_NS);
	when.it_value.tv_nsec = (long)(start % TUI_NS);
	when.it_interval.tv_sec = (time_t)(every / TUI_NS);
	when.it_interval.tv_nsec = (long)(every % TUI_NS);
	tui->slept_ns = every;
	if (timerfd_settime(tui->timer, 0, &when, NULL) == -1)
		err(1, "clock");
}

/* ---- the terminal ------------------------------------------------------------------ */

static void
enter_again(struct loop *loop)
{
	term_enter();
	term_size(&loop->tui.view.columns, &loop->tui.view.rows);
}

static void
suspend(struct loop *loop, bool whole_job)
{
	term_leave();
	caught_release(&loop->caught);
	/* The shell waits for all of its job: stop what started us as well. */
	if (whole_job)
		kill(0, SIGTSTP);
	else
		raise(SIGTSTP);
	/* Here the shell says fg. */
	term_front();
	caught_take();
	enter_again(loop);
}

static void
wheel(struct tui *tui, enum key_action action)
{
	for (int i = 0; i < WHEEL; i++)
		screens_act(&tui->view, &tui->scene, action);
}

static enum screen_result
on_mouse(struct tui *tui, uint32_t code)
{
	int column, row;

	term_mouse_at(&column, &row);
	if (tui->view.prompt.kind != PROMPT_NONE)
		return (SCREEN_NOTHING);
	if (code == KEY_CODE_MOUSE_PRESS)
		return (screens_click(&tui->view, &tui->scene, column, row));
	wheel(tui, code == KEY_CODE_MOUSE_UP ? KEY_ACTION_UP : KEY_ACTION_DOWN);
	return (SCREEN_CHANGED);
}

static void
on_key(struct loop *loop, uint32_t code)
{
	struct tui *tui = &loop->tui;
	int slot = tui->slot;
	enum screen_result result;

	tui->key_ns = tui_clock();
	if (code == KEY_CODE_MOUSE_PRESS || code == KEY_CODE_MOUSE_UP ||
	    code == KEY_CODE_MOUSE_DOWN)
		result = on_mouse(tui, code);
	else {
		tui->remark[0] = '\0'; /* it has been read */
		result = screens_key(&tui->view, &tui->scene, code);
	}
	if (result == SCREEN_SUSPEND)
		suspend(loop, true);
	else
		tui_do(tui, result);
	if (tui->done)
		return;
	set_clock(tui, tui->slot != slot || result == SCREEN_OPEN);
	/* The next key belongs to what is shown now. */
	screens_arrange(&tui->view, &tui->scene);
}

static void
on_terminal(struct loop *loop)
{
	uint32_t code = term_key();

	if (code == KEY_CODE_NONE && term_gone()) {
		loop->fatal = SIGHUP; /* which may come a little later */
		loop->tui.done = true;
	}
	for (; code != KEY_CODE_NONE && !loop->tui.done; code = term_key())
		on_key(loop, code);
}

static bool
is_end(int number)
{
	return (number == SIGTERM || number == SIGINT || number == SIGHUP);
}

static void
on_signals(struct loop *loop)
{
	struct view *view = &loop->tui.view;
	char bytes[64];
	ssize_t count = caught_read(&loop->caught, bytes, sizeof(bytes));

	/* One that ends it comes first: a stopped job that is told to end and
	 * then to go on would stop once more. */
	for (ssize_t i = 0; i < count; i++)
		if (is_end(bytes[i])) {
			loop->fatal = bytes[i];
			loop->tui.done = true;
		}
	for (ssize_t i = 0; i < count && !loop->tui.done; i++)
		switch (bytes[i]) {
		case SIGWINCH:
			term_size(&view->columns, &view->rows);
			break;
		case SIGTSTP:
			suspend(loop, false);
			break;
		case SIGCONT: /* stopped by SIGSTOP: nobody told us */
			caught_release(&loop->caught);
			term_front();
			caught_take();
			term_leave();
			enter_again(loop);
			break;
		}
}

/* ---- the loop ------------------------------------------------------------------------ */

static void
run(struct loop *loop, int signals)
{
	struct pollfd wait[WAIT_COUNT] = {
		[WAIT_TERMINAL] = { .fd = term_descriptor() },
		[WAIT_SIGNAL] = { .fd = signals, .events = POLLIN },
		[WAIT_CLOCK] = { .fd = loop->tui.timer, .events = POLLIN },
	};
	struct tui *tui = &loop->tui;
	uint64_t times;

	while (!tui->done) {
		/* What a slow line has not taken yet is not made anew. */
		if (!term_busy()) {
			tui_picture(tui, tui_clock() - tui->key_ns < HOLD_NS);
			term_draw(&tui->grid);
		}
		wait[WAIT_TERMINAL].events = term_events();
		if (poll(wait, WAIT_COUNT, -1) == -1) {
			if (errno == EINTR)
				continue;
			err(1, "poll");
		}
		if (wait[WAIT_SIGNAL].revents != 0)
			on_signals(loop);
		if ((wait[WAIT_TERMINAL].revents & ~POLLOUT) != 0 && !tui->done)
			on_terminal(loop);
		if (wait[WAIT_CLOCK].revents != 0 && !tui->done &&
		    read(tui->timer, &times, sizeof(times)) > 0) {
			tui_read(tui);
			set_clock(tui, false);
		}
	}
}

int
tui_run(const struct tui_options *options)
{
	char advice[256];
	struct loop loop = { .fatal = 0 };
	struct tui *tui = &loop.tui;
	int signals;

	if (!term_usable(advice, sizeof(advice))) {
		warnx("%s", advice);
		return (2);
	}
	tui_init(tui, options);
	tui_begin(tui);
	tui->timer =
	    timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	signals = caught_open(&loop.caught);
	if (tui->timer == -1 || signals == -1)
		err(1, "full screen");
	if (term_open(options->color) == -1)
		errx(2, "the terminal cannot be opened: use \"dbgtop show\"");
	caught_take();
	tui_settings(tui);
	term_size(&tui->view.columns, &tui->view.rows);
	set_clock(tui, true);

	run(&loop, signals);

	term_close();
	caught_close(&loop.caught);
	tui_fini(tui);
	if (loop.fatal != 0) {
		signal(loop.fatal, SIG_DFL);
		raise(loop.fatal);
	}
	return (0);
}
