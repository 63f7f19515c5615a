/*
 * refresh.c - the full screen, looking at a region of its own process: for
 * profilers, and for the gate.
 *
 *	refresh COLUMNSxROWS METRICS ROWS TIMES [KEYS]
 *
 * Opens the overview in a terminal that nobody sees, presses the keys and
 * refreshes it so many times, each in refresh_screen(), after a third of the
 * items has changed.  It says how many bytes came.
 */
#include "items.h"

#include "viewer/command.h"
#include "viewer/tui_private.h"
#include "viewer/watching.h"

#include <locale.h>
#include <pty.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void refresh_screen(struct tui *tui);

/* There is no command line. */
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

__attribute__((noinline)) void
refresh_screen(struct tui *tui)
{
	tui_read(tui);
	tui_picture(tui, false);
	term_draw(&tui->grid);
}

static void
tick(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (dbgshm_tick(
		(uint64_t)now.tv_sec * TUI_NS + (uint64_t)now.tv_nsec) == -1)
		err(1, "tick");
}

static void
run(size_t metrics, size_t rows, size_t times, const char *keys)
{
	const struct command screen = { .name = "" };
	struct request request = { .command = &screen };
	struct target target = { .pid = getpid() };
	struct target_error error;
	struct watching watching;
	struct tui_options options;
	struct items items;
	static struct tui tui;

	items_start(&items, metrics, rows, DBGSHM_SAMPLER_TICK);
	tick();
	watching_init(&watching, &request);
	if (watching_open(&watching, &target, NULL, &error) == -1)
		errx(1, "%s", error.what);
	watching_options(&watching, &options);
	options.settings = NULL;
	options.interval_ns = TUI_NS;
	tui_init(&tui, &options);
	tui_begin(&tui);
	if (term_open(options.color) == -1)
		errx(1, "no terminal");
	tui_settings(&tui);
	term_size(&tui.view.columns, &tui.view.rows);
	refresh_screen(&tui);
	for (; *keys != '\0'; keys++)
		tui_do(&tui,
		    screens_key(&tui.view, &tui.scene, (unsigned char)*keys));
	for (size_t i = 0; i < times; i++) {
		items_step(&items);
		tick();
		refresh_screen(&tui);
	}
	term_close();
	tui_fini(&tui);
	watching_fini(&watching);
}

int
main(int argc, char **argv)
{
	int terminal, status, columns, rows;
	struct winsize size = { 0 };
	char text[65536];
	size_t bytes = 0;
	ssize_t got;
	pid_t pid;

	if (argc < 5 || !tui_frame_size(argv[1], &columns, &rows))
		errx(
		    2, "usage: refresh COLUMNSxROWS METRICS ROWS TIMES [KEYS]");
	size.ws_col = (unsigned short)columns;
	size.ws_row = (unsigned short)rows;
	(void)setenv("TERM", "xterm-256color", 1);
	(void)setlocale(LC_ALL, "C.UTF-8");
	if ((pid = forkpty(&terminal, NULL, NULL, &size)) == -1)
		err(1, "a terminal");
	if (pid == 0) {
		run(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10),
		    strtoul(argv[4], NULL, 10), argc > 5 ? argv[5] : "");
		exit(0);
	}
	while ((got = read(terminal, text, sizeof(text))) > 0)
		bytes += (size_t)got;
	printf("%zu bytes\n", bytes);
	return (waitpid(pid, &status, 0) == -1 || status != 0);
}
