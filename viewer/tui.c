/*
 * tui.c - the loop of the full screen: keyboard, signals, clock.
 */
#include "tui.h"

#include "screen.h"
#include "term.h"

#include <sys/timerfd.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)
#define FIRST_NS (NS_PER_S / 4) /* to the second reading: rates at once */
#define LEAST_NS (NS_PER_S / 20)
#define FRAME_TRIES 6 /* readings for one picture, until rates are there */
#define HOLD_NS (3 * NS_PER_S) /* the order stays after a key */

struct tui {
	const struct tui_options *options;
	struct view view;
	struct scene scene;
	struct grid grid;
	char host[128];
	char why[320];	   /* what the source said */
	char message[512]; /* what the scene shows of it */
	uint64_t key_ns;   /* when a key was pressed, monotonic */
	bool chosen;	   /* the profile that was asked for is selected */
	int timer;
};

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return ((uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec);
}

/* ---- what is shown --------------------------------------------------------- */

static void
tui_init(struct tui *tui, const struct tui_options *options)
{
	memset(tui, 0, sizeof(*tui));
	tui->options = options;
	tui->timer = -1;
	tui->scene.ascii = options->ascii || !term_utf8();
	tui->scene.host = tui->host;
	tui->scene.message = tui->message;
	tui->scene.interval_ns =
	    options->interval_ns > 0 ? options->interval_ns : NS_PER_S;
	if (tui->scene.interval_ns < LEAST_NS)
		tui->scene.interval_ns = LEAST_NS;
	if (gethostname(tui->host, sizeof(tui->host)) == -1)
		strlcpy(tui->host, "?", sizeof(tui->host));
	tui->host[sizeof(tui->host) - 1] = '\0';
	grid_init(&tui->grid, tui->scene.ascii);
	view_init(&tui->view);
	tui->view.screen = options->opened ? SCREEN_TARGET : SCREEN_PROCESSES;
	tui->view.level = options->level;
	tui->view.raw = options->raw;
	if (options->filter != NULL)
		strlcpy(tui->view.processes.filter, options->filter,
		    sizeof(tui->view.processes.filter));
}

static void
tui_fini(struct tui *tui)
{
	view_fini(&tui->view);
	grid_fini(&tui->grid);
	if (tui->timer != -1)
		close(tui->timer);
}

/* Selects the first profile that the person asked for, once it is there. */
static void
choose_profile(struct tui *tui)
{
	const struct model *model = tui->scene.model;
	const char *wanted = tui->options->profile, *path;

	if (tui->chosen || wanted == NULL || model == NULL)
		return;
	for (size_t i = 0; i < model->profile_count && !tui->chosen; i++) {
		path = model->profiles[i].path;
		if (fnmatch(wanted, path, 0) != 0)
			continue;
		tui->view.nodes.selected = tree_id(path, strlen(path));
		if (model->profiles[i].level > tui->view.level)
			tui->view.level = model->profiles[i].level;
		tui->chosen = true;
	}
}

static void
set_message(struct tui *tui)
{
	const struct model *model = tui->scene.model;

	strlcpy(tui->message, tui->why, sizeof(tui->message));
	if (tui->message[0] != '\0' || model == NULL ||
	    tui->view.screen == SCREEN_PROCESSES)
		return;
	if (model->target.reason != NULL)
		strlcpy(
		    tui->message, model->target.reason, sizeof(tui->message));
	else if (model->target.faults > 0)
		snprintf(tui->message, sizeof(tui->message),
		    "%llu damaged parts of the region are left out",
		    (unsigned long long)model->target.faults);
}

static void
tui_read(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	struct scene *scene = &tui->scene;
	enum screen_name screen = tui->view.screen;

	if (screen == SCREEN_HELP)
		screen = tui->view.below;
	tui->why[0] = '\0';
	if (screen == SCREEN_PROCESSES) {
		if (source->list(source->context, &scene->targets,
			&scene->target_count, tui->why, sizeof(tui->why)) == -1)
			scene->target_count = 0;
	} else {
		source->update(
		    source->context, &scene->model, tui->why, sizeof(tui->why));
		choose_profile(tui);
	}
	scene->now_real_ns = clock_ns(CLOCK_REALTIME);
	set_message(tui);
}

static void
tui_picture(struct tui *tui, bool hold)
{
	tui->scene.hold = hold;
	grid_resize(&tui->grid, tui->view.columns, tui->view.rows);
	screens_arrange(&tui->view, &tui->scene);
	screens_draw(&tui->view, &tui->scene, &tui->grid);
}

/* ---- signals become bytes in a pipe ----------------------------------------- */

static volatile sig_atomic_t signal_pipe = -1;

static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGWINCH, SIGTSTP,
	SIGCONT };
#define CAUGHT (sizeof(caught) / sizeof(caught[0]))

static void
on_signal(int number)
{
	int saved = errno;
	char byte = (char)number;

	/* A full pipe has enough to say. */
	if (write(signal_pipe, &byte, 1) == -1)
		errno = saved;
	errno = saved;
}

static void
save_signals(struct sigaction *before)
{
	for (size_t i = 0; i < CAUGHT; i++)
		sigaction(caught[i], NULL, &before[i]);
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &action, NULL);
}

static void
release_signals(const struct sigaction *before)
{
	for (size_t i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &before[i], NULL);
}

/* ---- the loop ------------------------------------------------------------------ */

enum { WAIT_TERMINAL, WAIT_SIGNAL, WAIT_CLOCK, WAIT_COUNT };

struct loop {
	struct tui tui;
	struct sigaction before[CAUGHT];
	int signals[2];
	bool done;
	int fatal; /* the signal to end by, 0 none */
};

static void
start_clock(struct tui *tui)
{
	uint64_t every = tui->scene.interval_ns;
	uint64_t first = every < FIRST_NS ? every : FIRST_NS;
	struct itimerspec when = {
		.it_value = { .tv_nsec = (long)first },
		.it_interval = { .tv_sec = (time_t)(every / NS_PER_S),
		    .tv_nsec = (long)(every % NS_PER_S) },
	};

	if (timerfd_settime(tui->timer, 0, &when, NULL) == -1)
		err(1, "clock");
}

static void
suspend(struct loop *loop, bool whole_job)
{
	term_leave();
	release_signals(loop->before);
	/* The shell waits for all of its job: stop what started us as well. */
	if (whole_job)
		kill(0, SIGTSTP);
	else
		raise(SIGTSTP);
	/* Here the shell says fg. */
	catch_signals();
	term_enter();
	term_size(&loop->tui.view.columns, &loop->tui.view.rows);
}

static void
open_selected(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	const struct model_target *target =
	    screens_selected(&tui->view, &tui->scene);
	struct view *view = &tui->view;

	if (target == NULL)
		return;
	tui->scene.model = NULL;
	if (source->open(source->context, target, tui->why, sizeof(tui->why)) ==
	    -1) {
		set_message(tui);
		return;
	}
	list_fini(&view->nodes);
	list_fini(&view->metrics);
	list_fini(&view->table);
	list_fini(&view->events);
	view->pane = VIEW_TREE;
	view->zoom = false;
	view->screen = SCREEN_TARGET;
	tui_read(tui);
	if (tui->scene.model == NULL)
		view->screen = SCREEN_PROCESSES;
	start_clock(tui);
}

static void
on_key(struct loop *loop, uint32_t code)
{
	struct tui *tui = &loop->tui;

	tui->key_ns = clock_ns(CLOCK_MONOTONIC);
	switch (screens_key(&tui->view, &tui->scene, code)) {
	case SCREEN_NOTHING:
	case SCREEN_CHANGED:
		break;
	case SCREEN_OPEN:
		open_selected(tui);
		break;
	case SCREEN_LEAVE:
		tui->view.screen = SCREEN_PROCESSES;
		tui_read(tui);
		start_clock(tui);
		break;
	case SCREEN_REPAINT:
		term_size(&tui->view.columns, &tui->view.rows);
		break;
	case SCREEN_SUSPEND:
		suspend(loop, true);
		break;
	case SCREEN_QUIT:
		loop->done = true;
		break;
	}
	/* The next key belongs to what is shown now. */
	if (!loop->done)
		screens_arrange(&tui->view, &tui->scene);
}

static void
on_terminal(struct loop *loop)
{
	uint32_t code = term_key();

	if (code == KEY_CODE_NONE && term_gone())
		loop->done = true;
	for (; code != KEY_CODE_NONE && !loop->done; code = term_key())
		on_key(loop, code);
}

static void
on_signals(struct loop *loop)
{
	char bytes[64];
	ssize_t count = read(loop->signals[0], bytes, sizeof(bytes));

	for (ssize_t i = 0; i < count && !loop->done; i++)
		switch (bytes[i]) {
		case SIGWINCH:
			term_size(
			    &loop->tui.view.columns, &loop->tui.view.rows);
			break;
		case SIGTSTP:
			suspend(loop, false);
			break;
		case SIGCONT: /* stopped by SIGSTOP: nobody told us */
			term_leave();
			term_enter();
			term_size(
			    &loop->tui.view.columns, &loop->tui.view.rows);
			break;
		default:
			loop->fatal = bytes[i];
			loop->done = true;
		}
}

static void
run(struct loop *loop)
{
	struct pollfd wait[WAIT_COUNT] = {
		[WAIT_TERMINAL] = { .fd = term_descriptor(), .events = POLLIN },
		[WAIT_SIGNAL] = { .fd = loop->signals[0], .events = POLLIN },
		[WAIT_CLOCK] = { .fd = loop->tui.timer, .events = POLLIN },
	};
	struct tui *tui = &loop->tui;
	uint64_t times;

	while (!loop->done) {
		tui_picture(
		    tui, clock_ns(CLOCK_MONOTONIC) - tui->key_ns < HOLD_NS);
		term_draw(&tui->grid);
		if (poll(wait, WAIT_COUNT, -1) == -1) {
			if (errno == EINTR)
				continue;
			err(1, "poll");
		}
		if (wait[WAIT_SIGNAL].revents != 0)
			on_signals(loop);
		if (wait[WAIT_TERMINAL].revents != 0 && !loop->done)
			on_terminal(loop);
		if (wait[WAIT_CLOCK].revents != 0 && !loop->done &&
		    read(tui->timer, &times, sizeof(times)) > 0)
			tui_read(tui);
	}
}

int
tui_run(const struct tui_options *options)
{
	static const enum term_color colors[] = {
		[TUI_COLOR_AUTO] = TERM_COLOR_AUTO,
		[TUI_COLOR_ALWAYS] = TERM_COLOR_ALWAYS,
		[TUI_COLOR_NEVER] = TERM_COLOR_NEVER,
	};
	char advice[256];
	struct loop loop = { .done = false };
	struct tui *tui = &loop.tui;

	if (!term_usable(advice, sizeof(advice))) {
		warnx("%s", advice);
		return (2);
	}
	tui_init(tui, options);
	tui_read(tui);
	tui->timer =
	    timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (tui->timer == -1 ||
	    pipe2(loop.signals, O_CLOEXEC | O_NONBLOCK) == -1)
		err(1, "full screen");
	save_signals(loop.before); /* before curses sets its own */
	if (term_open(colors[options->color]) == -1)
		errx(2, "the terminal cannot be opened: use \"dbgtop show\"");
	signal_pipe = loop.signals[1];
	catch_signals();
	term_size(&tui->view.columns, &tui->view.rows);
	start_clock(tui);

	run(&loop);

	term_close();
	release_signals(loop.before);
	close(loop.signals[0]);
	close(loop.signals[1]);
	tui_fini(tui);
	if (loop.fatal != 0) {
		signal(loop.fatal, SIG_DFL);
		raise(loop.fatal);
	}
	return (0);
}

/* ---- one picture -------------------------------------------------------------- */

/* It runs, and has a counter whose rate is not known yet. */
static bool
lacks_rates(const struct model *model)
{
	const struct model_profile *profile;

	if (model == NULL || model->target.state != DBGSHM_LIFE_LIVE)
		return (false);
	for (size_t i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		for (size_t k = 0; k < profile->metric_count; k++)
			if (profile->metrics[k].kind == DBGSHM_METRIC_COUNTER &&
			    isnan(profile->metrics[k].rate))
				return (true);
	}
	return (false);
}

int
tui_frame(const struct tui_options *options, int columns, int rows, FILE *out)
{
	const struct timespec quarter = { .tv_nsec = (long)FIRST_NS };
	struct tui tui;

	tui_init(&tui, options);
	tui_read(&tui);
	if (options->opened && tui.scene.model == NULL) {
		warnx("%s", tui.why);
		tui_fini(&tui);
		return (1);
	}
	for (int i = 0; i < FRAME_TRIES && lacks_rates(tui.scene.model); i++) {
		nanosleep(&quarter, NULL);
		tui_read(&tui);
	}
	tui.view.columns = columns;
	tui.view.rows = rows;
	tui_picture(&tui, false);
	grid_print(&tui.grid, out);
	tui_fini(&tui);
	return (0);
}

bool
tui_frame_size(const char *text, int *columns, int *rows)
{
	char *end;
	long wide, high;

	if (text[0] < '0' || text[0] > '9')
		return (false);
	wide = strtol(text, &end, 10);
	if (*end != 'x' || end[1] < '0' || end[1] > '9')
		return (false);
	high = strtol(end + 1, &end, 10);
	if (*end != '\0' || wide < 1 || wide > 1000 || high < 1 || high > 1000)
		return (false);
	*columns = (int)wide;
	*rows = (int)high;
	return (true);
}
