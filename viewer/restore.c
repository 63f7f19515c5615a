/*
 * restore.c - the terminal as it was, even when a fatal signal ends us.
 */
#include "restore.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS,
	SIGQUIT, SIGTRAP };
#define FATAL (sizeof(fatal) / sizeof(fatal[0]))

/* What the handler needs, complete before it may run: it cannot ask anybody. */
static struct {
	volatile sig_atomic_t active;
	int descriptor;
	struct termios modes;
	char text[256];
	size_t length;
	struct sigaction before[FATAL];
} restore;

static void
on_fatal(int number)
{
	if (restore.active) {
		restore.active = 0;
		/* Nothing can be done if it fails. */
		if (write(restore.descriptor, restore.text, restore.length) < 0)
			restore.length = 0;
		(void)tcsetattr(restore.descriptor, TCSANOW, &restore.modes);
	}
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

void
restore_prepare(int descriptor, const struct termios *modes, const char *text,
    size_t length)
{
	static char stack[64 * 1024]; /* the usual one may have overflown */
	struct sigaction action = { .sa_handler = on_fatal,
		.sa_flags = SA_ONSTACK | SA_NODEFER };
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };

	restore.active = 0;
	restore.descriptor = descriptor;
	restore.modes = *modes;
	restore.length =
	    length < sizeof(restore.text) ? length : sizeof(restore.text);
	memcpy(restore.text, text, restore.length);
	restore.active = 1;

	sigaltstack(&alternate, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < FATAL; i++)
		sigaction(fatal[i], &action, &restore.before[i]);
}

void
restore_end(void)
{
	if (!restore.active)
		return;
	restore.active = 0;
	for (size_t i = 0; i < FATAL; i++)
		sigaction(fatal[i], &restore.before[i], NULL);
}
