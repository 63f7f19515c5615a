/*
 * restore.c - the terminal as it was, even when a fatal signal ends us.
 */
#include "restore.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 1000 /* with a terminal that is slow */

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What would end the process at once.  A fault is ours: it is told. */
#define FAULT(number)                                                          \
	{                                                                      \
		number, "dbgtop: " #number ": a bug in dbgtop\n"               \
	}
static const struct {
	int number;
	const char *fault;
} fatal[] = {
	FAULT(SIGSEGV),
	FAULT(SIGBUS),
	FAULT(SIGFPE),
	FAULT(SIGILL),
	FAULT(SIGABRT),
	FAULT(SIGSYS),
	{ SIGQUIT, NULL },
	{ SIGTRAP, NULL },
	{ SIGPIPE, NULL },
	{ SIGALRM, NULL },
	{ SIGVTALRM, NULL },
	{ SIGPROF, NULL },
	{ SIGUSR1, NULL },
	{ SIGUSR2, NULL },
	{ SIGIO, NULL },
	{ SIGPWR, NULL },
	{ SIGXCPU, NULL },
	{ SIGXFSZ, NULL },
	{ SIGSTKFLT, NULL },
};

/* What the handler needs, complete before it may run: it cannot ask anybody. */
static struct {
	volatile sig_atomic_t active;
	int descriptor;
	struct termios modes;
	char text[256];
	size_t length;
	struct sigaction before[ARRAY_SIZE(fatal)];
} restore;

void
restore_modes(int descriptor, const struct termios *modes)
{
	/* In the background they are the shell's by now. */
	pid_t front = tcgetpgrp(descriptor);

	if (front == -1 || front == getpgrp())
		(void)tcsetattr(descriptor, TCSANOW, modes);
}

/* Nothing can be done if it fails. */
static void
write_text(void)
{
	struct pollfd room = { .fd = restore.descriptor, .events = POLLOUT };
	const char *text = restore.text;
	size_t left = restore.length;
	ssize_t sent;

	while (left > 0) {
		sent = write(restore.descriptor, text, left);
		if (sent == -1 && errno == EAGAIN) {
			/* A line so slow that pictures wait: drop them. */
			(void)tcflush(restore.descriptor, TCOFLUSH);
			if (poll(&room, 1, PATIENCE_MS) == 1)
				continue;
		}
		if (sent == -1)
			return;
		text += sent;
		left -= (size_t)sent;
	}
}

static void
on_fatal(int number)
{
	if (restore.active) {
		restore.active = 0;
		(void)signal(SIGTTOU, SIG_IGN); /* would stop us here */
		write_text();
		restore_modes(restore.descriptor, &restore.modes);
		for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
			if (fatal[i].number == number &&
			    fatal[i].fault != NULL &&
			    write(STDERR_FILENO, fatal[i].fault,
				strlen(fatal[i].fault)) < 0)
				break;
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

	restore_end();
	restore.descriptor = descriptor;
	restore.modes = *modes;
	restore.length =
	    length < sizeof(restore.text) ? length : sizeof(restore.text);
	memcpy(restore.text, text, restore.length);
	restore.active = 1;

	sigaltstack(&alternate, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++) {
		sigaction(fatal[i].number, NULL, &restore.before[i]);
		/* What is ignored does not end us. */
		if (restore.before[i].sa_handler != SIG_IGN)
			sigaction(fatal[i].number, &action, NULL);
	}
}

void
restore_end(void)
{
	if (!restore.active)
		return;
	restore.active = 0;
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i].number, &restore.before[i], NULL);
}
