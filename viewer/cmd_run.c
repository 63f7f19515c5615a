/*
 * cmd_run.c - dbgtop -- CMD: start a program with telemetry on and watch it.
 *
 * On a terminal its output is put aside while the full screen is up, and
 * printed when the person leaves it; then we wait for the program's end and
 * pass on its exit status.  Without a terminal we become the program.
 */
#include "command.h"
#include "open.h"
#include "watching.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_FOUND 127
#define NOT_EXECUTABLE 126
#define SIGNAL_STATUS 128
#define FOLLOW_MS 200

static int
exec_failed(const char *name, int error)
{
	char shown[SAFE_SIZE(256)];

	safe_copy(shown, sizeof(shown), name, strnlen(name, 256));
	warnx("%s: %s", shown, strerror(error));
	return (
	    error == ENOENT || error == ENOTDIR ? NOT_FOUND : NOT_EXECUTABLE);
}

static void
turn_on(void)
{
	if (setenv("DBGSHM", "on", 1) == -1)
		err(EXIT_DAMAGED, "DBGSHM=on");
}

/* Forks and executes; *error is what exec said, by a pipe that closes itself
 * when it works. */
static pid_t
start(char *const argv[], int output, int *error)
{
	int report[2], null;
	ssize_t got;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) == -1 || (pid = fork()) == -1)
		err(NOT_EXECUTABLE, "%s cannot be started", argv[0]);
	if (pid == 0) {
		null = open("/dev/null", O_RDONLY);
		if (isatty(STDIN_FILENO) && null != -1)
			dup2(null, STDIN_FILENO);
		if (isatty(STDERR_FILENO))
			dup2(output, STDERR_FILENO);
		dup2(output, STDOUT_FILENO);
		turn_on();
		execvp(argv[0], argv);
		*error = errno;
		if (write(report[1], error, sizeof(*error)) == -1)
			_exit(NOT_EXECUTABLE);
		_exit(NOT_FOUND);
	}
	close(report[1]);
	*error = 0;
	do
		got = read(report[0], error, sizeof(*error));
	while (got == -1 && errno == EINTR);
	close(report[0]);
	return (pid);
}

/* Prints what was put aside, from where we were. */
static void
replay(int output, off_t *at)
{
	char buffer[65536];
	ssize_t got;

	while ((got = pread(output, buffer, sizeof(buffer), *at)) > 0) {
		fwrite(buffer, 1, (size_t)got, stdout);
		*at += got;
	}
	fflush(stdout);
}

/* The program goes on after the person has left the screen: follow it. */
static int
follow(pid_t pid, int output)
{
	int status = 0;
	off_t at = 0;
	pid_t ended;

	do {
		ended = waitpid(pid, &status, WNOHANG);
		replay(output, &at);
		if (ended == 0)
			poll(NULL, 0, FOLLOW_MS);
	} while (ended == 0 || (ended == -1 && errno == EINTR));
	replay(output, &at);
	if (WIFSIGNALED(status))
		return (SIGNAL_STATUS + WTERMSIG(status));
	return (WEXITSTATUS(status));
}

static bool
has_ended(pid_t pid)
{
	siginfo_t information = { 0 };

	return (waitid(P_PID, (id_t)pid, &information,
		    WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    information.si_pid == pid);
}

static void
watch(const struct request *request, pid_t pid)
{
	struct target target = { .pid = pid };
	struct tui_options options;
	struct target_error error;
	struct watching watching;

	watching_init(&watching, request);
	if (watching_open(&watching, &target, NULL, &error) == 0) {
		watching_options(&watching, &options);
		tui_run(&options);
	} else {
		/* It may have ended before we came to look. */
		if (!has_ended(pid))
			target_complain(&error);
		target_error_free(&error);
	}
	watching_fini(&watching);
}

int
cmd_run(const struct request *request)
{
	FILE *aside;
	pid_t pid;
	int error;

	if (request->run[0] == NULL)
		return (usage_error(request, "--: a command is missing"));
	if (!isatty(STDOUT_FILENO)) {
		turn_on();
		execvp(request->run[0], request->run);
		return (exec_failed(request->run[0], errno));
	}
	aside = tmpfile();
	if (aside == NULL || fcntl(fileno(aside), F_SETFD, FD_CLOEXEC) == -1)
		err(EXIT_OUTPUT, "a file for the output of %s",
		    request->run[0]);
	pid = start(request->run, fileno(aside), &error);
	if (error != 0) {
		waitpid(pid, NULL, 0);
		fclose(aside);
		return (exec_failed(request->run[0], error));
	}
	/* For the program, not for us: it ends, and we tell how. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	watch(request, pid);
	error = follow(pid, fileno(aside));
	fclose(aside);
	return (error);
}
