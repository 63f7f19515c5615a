/*
 * open_remote.c - a program that carries what another host says, such as ssh.
 *
 * Questions (a password, a host's key) it asks of the terminal itself, as long as
 * it may.  It cannot outlive us: its standard input, whose other end we hold,
 * ends with us, and the kernel tells it.
 */
#include "open.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define END_MS 500 /* that it has to end by itself, and then by SIGTERM */

/* Both ends of each: what it reads, what it writes, and why it was not started. */
enum { IN, OUT, ERR, START, PIPES };

static void
close_all(int pipes[PIPES][2])
{
	size_t i;

	for (i = 0; i < PIPES; i++) {
		if (pipes[i][0] != -1)
			close(pipes[i][0]);
		if (pipes[i][1] != -1)
			close(pipes[i][1]);
	}
}

static int
make_pipes(int pipes[PIPES][2])
{
	size_t i;

	for (i = 0; i < PIPES; i++)
		pipes[i][0] = pipes[i][1] = -1;
	for (i = 0; i < PIPES; i++)
		if (pipe2(pipes[i], O_CLOEXEC) == -1) {
			close_all(pipes);
			return (-1);
		}
	return (0);
}

/* Without a terminal there is nobody to ask. */
static void
ask_nobody(void)
{
	setsid();
	setenv("SSH_ASKPASS_REQUIRE", "never", 1);
	unsetenv("SSH_ASKPASS");
	unsetenv("SUDO_ASKPASS");
}

static _Noreturn void
become(char *const command[], unsigned flags, int pipes[PIPES][2], pid_t parent)
{
	sigset_t none;
	int error, start = pipes[START][1];

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	if ((flags & OPEN_REMOTE_ASKS) == 0)
		ask_nobody();
	/* What is at the other end is not to go further by it. */
	unsetenv("DBGTOP_VIA");
	/* Ours may have the numbers that these will have. */
	if ((pipes[IN][0] = fcntl(pipes[IN][0], F_DUPFD, 10)) != -1 &&
	    (pipes[OUT][1] = fcntl(pipes[OUT][1], F_DUPFD, 10)) != -1 &&
	    (pipes[ERR][1] = fcntl(pipes[ERR][1], F_DUPFD, 10)) != -1 &&
	    (start = fcntl(start, F_DUPFD, 10)) != -1 &&
	    dup2(pipes[IN][0], STDIN_FILENO) != -1 &&
	    dup2(pipes[OUT][1], STDOUT_FILENO) != -1 &&
	    dup2(pipes[ERR][1], STDERR_FILENO) != -1 &&
	    (start = dup2(start, 3)) != -1 &&
	    fcntl(start, F_SETFD, FD_CLOEXEC) != -1) {
		closefrom(4);
		execvp(command[0], command);
	}
	error = errno;
	(void)!write(start, &error, sizeof(error));
	_exit(127);
}

/* Whether it was started: else its errno. */
static int
started(int descriptor)
{
	int error = 0;
	ssize_t got;

	do
		got = read(descriptor, &error, sizeof(error));
	while (got == -1 && errno == EINTR);
	return (got == sizeof(error) ? error : 0);
}

int
open_remote(char *const command[], unsigned flags, struct open_remote *remote)
{
	int pipes[PIPES][2], error;
	pid_t parent = getpid();

	*remote = (struct open_remote){ .in = -1, .out = -1, .err = -1 };
	if (make_pipes(pipes) == -1)
		return (-1);
	remote->pid = fork();
	if (remote->pid == 0)
		become(command, flags, pipes, parent);
	if (remote->pid == -1) {
		error = errno;
		close_all(pipes);
		remote->pid = 0;
		errno = error;
		return (-1);
	}
	close(pipes[START][1]);
	pipes[START][1] = -1;
	error = started(pipes[START][0]);
	remote->in = pipes[IN][1];
	remote->out = pipes[OUT][0];
	remote->err = pipes[ERR][0];
	pipes[IN][1] = pipes[OUT][0] = pipes[ERR][0] = -1;
	close_all(pipes);
	if (error == 0 &&
	    (fcntl(remote->out, F_SETFL, O_NONBLOCK) == -1 ||
		fcntl(remote->err, F_SETFL, O_NONBLOCK) == -1))
		error = errno;
	if (error != 0) {
		open_remote_close(remote);
		errno = error;
		return (-1);
	}
	return (0);
}

/* Whether it has ended by then; its status. */
static bool
reap(pid_t pid, int wait_ms, int *status)
{
	struct pollfd ended = { .events = POLLIN };
	pid_t done;

	ended.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (ended.fd != -1) {
		while (poll(&ended, 1, wait_ms) == -1 && errno == EINTR)
			continue;
		close(ended.fd);
	}
	do
		done = waitpid(pid, status, ended.fd != -1 ? WNOHANG : 0);
	while (done == -1 && errno == EINTR);
	return (done != 0);
}

int
open_remote_close(struct open_remote *remote)
{
	int status = 0;

	if (remote->pid == 0)
		return (0);
	close(remote->in);
	close(remote->out);
	close(remote->err);
	if (!reap(remote->pid, 0, &status)) {
		/* One that is stopped would not hear of it. */
		kill(remote->pid, SIGTERM);
		kill(remote->pid, SIGCONT);
		if (!reap(remote->pid, END_MS, &status)) {
			kill(remote->pid, SIGKILL);
			/* Another user's, by sudo: it ends when it reads or
			 * writes, we do not wait for that. */
			(void)reap(remote->pid, END_MS, &status);
		}
	}
	*remote = (struct open_remote){ .in = -1, .out = -1, .err = -1 };
	return (status);
}

int
open_remote_ended(struct open_remote *remote)
{
	int status = 0;

	/* Its output has ended, it is on its way. */
	if (remote->pid == 0 || !reap(remote->pid, END_MS, &status))
		return (open_remote_close(remote));
	close(remote->in);
	close(remote->out);
	close(remote->err);
	*remote = (struct open_remote){ .in = -1, .out = -1, .err = -1 };
	return (status);
}
