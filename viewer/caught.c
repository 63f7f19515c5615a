/*
 * caught.c - signals become bytes in a pipe.
 *
 * What a signal means is decided in the loop.  A loop that does not come round to
 * one that is to end it is ended by SIGALRM, which restores the terminal.
 */
#include "caught.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define PATIENCE_S 5

static const int caught[CAUGHT_SIGNALS] = { SIGTERM, SIGINT, SIGHUP, SIGWINCH,
	SIGTSTP, SIGCONT };

static volatile sig_atomic_t pipe_end = -1;

static void
on_signal(int number)
{
	int saved = errno;
	char byte = (char)number;

	if (number == SIGTERM || number == SIGINT || number == SIGHUP)
		alarm(PATIENCE_S);
	/* A full pipe has enough to say. */
	if (write(pipe_end, &byte, 1) == -1)
		errno = saved;
	errno = saved;
}

int
caught_open(struct caught *c)
{
	if (pipe2(c->ends, O_CLOEXEC | O_NONBLOCK) == -1)
		return (-1);
	for (size_t i = 0; i < CAUGHT_SIGNALS; i++)
		sigaction(caught[i], NULL, &c->before[i]);
	pipe_end = c->ends[1];
	return (c->ends[0]);
}

void
caught_close(struct caught *c)
{
	caught_release(c);
	alarm(0);
	close(c->ends[0]);
	close(c->ends[1]);
}

void
caught_take(void)
{
	struct sigaction action = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < CAUGHT_SIGNALS; i++)
		sigaction(caught[i], &action, NULL);
}

void
caught_release(const struct caught *c)
{
	for (size_t i = 0; i < CAUGHT_SIGNALS; i++)
		sigaction(caught[i], &c->before[i], NULL);
}

ssize_t
caught_read(const struct caught *c, char *numbers, size_t size)
{
	return (read(c->ends[0], numbers, size));
}
