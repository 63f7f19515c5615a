/*
 * open_watcher.c - a dbgtop-agent of our own, for a process nobody watches.
 *
 * It gets one end of a socket, answers with one message (the region's
 * descriptor or a line that says why not) and stays until we close our end, so
 * that it cannot outlive us.
 */
#include "open.h"

#include <libshm/kit/safe.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define AGENT "dbgtop-agent"
#define REGION_DESCRIPTOR 3 /* what it is called in the watcher */
#define ANSWER_MS 5000
#define END_MS 2000

/* The agent that was installed with us, whatever PATH says. */
static int
agent_path(char *out, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	if (length <= 0)
		return (-1);
	out[length] = '\0';
	slash = strrchr(out, '/');
	if (slash == NULL || (size_t)(slash + 1 - out) + sizeof(AGENT) > size) {
		errno = ENAMETOOLONG;
		return (-1);
	}
	memcpy(slash + 1, AGENT, sizeof(AGENT));
	return (0);
}

static _Noreturn void
become_agent(const char *path, pid_t pid, int socket)
{
	char pid_text[16], descriptor_text[16];
	sigset_t none;
	int null = open("/dev/null", O_RDWR);

	snprintf(pid_text, sizeof(pid_text), "%d", (int)pid);
	snprintf(
	    descriptor_text, sizeof(descriptor_text), "%d", REGION_DESCRIPTOR);
	/* Signals of the terminal are for the viewer. */
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 || dup2(null, STDERR_FILENO) == -1)
		_exit(127);
	if (socket == REGION_DESCRIPTOR)
		fcntl(socket, F_SETFD, 0);
	else if (dup2(socket, REGION_DESCRIPTOR) == -1)
		_exit(127);
	closefrom(REGION_DESCRIPTOR + 1);
	execl(path, AGENT, "--private", pid_text, "--region-fd",
	    descriptor_text, (char *)NULL);
	_exit(127);
}

/* The one message; -1 and why, when it brings no descriptor. */
static int
receive_region(int socket, char *why, size_t why_size)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char text[512];
	struct iovec vector = { text, sizeof(text) };
	struct msghdr message = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct pollfd waiting = { .fd = socket, .events = POLLIN };
	struct cmsghdr *part;
	int descriptor = -1;
	ssize_t got;

	do
		got = poll(&waiting, 1, ANSWER_MS);
	while (got == -1 && errno == EINTR);
	if (got == 0) {
		snprintf(why, why_size, "the watcher gave no answer in 5 s");
		errno = ETIMEDOUT;
		return (-1);
	}
	do
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (got == -1 && errno == EINTR);
	part = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	if (part != NULL && part->cmsg_level == SOL_SOCKET &&
	    part->cmsg_type == SCM_RIGHTS &&
	    part->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&descriptor, CMSG_DATA(part), sizeof(descriptor));
	if (got > 0 && text[0] == 'R' && descriptor != -1)
		return (descriptor);
	if (descriptor != -1)
		close(descriptor);
	if (got > 1 && text[0] == 'E')
		safe_copy(why, why_size, text + 1,
		    strnlen(text + 1, (size_t)got - 1));
	else
		snprintf(why, why_size, "the watcher ended without an answer");
	errno = ECHILD;
	return (-1);
}

int
open_watcher(
    pid_t pid, struct open_watcher *watcher, char *why, size_t why_size)
{
	int descriptor, error, pair[2];
	char path[PATH_MAX];

	*watcher = (struct open_watcher){ .pid = 0, .socket = -1 };
	if (agent_path(path, sizeof(path)) == -1 || access(path, X_OK) == -1) {
		error = errno;
		snprintf(why, why_size, AGENT " is not beside this program: %s",
		    strerror(error));
		errno = error;
		return (-1);
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1 ||
	    (watcher->pid = fork()) == -1) {
		error = errno;
		snprintf(why, why_size, "a watcher cannot be started: %s",
		    strerror(error));
		watcher->pid = 0;
		errno = error;
		return (-1);
	}
	if (watcher->pid == 0)
		become_agent(path, pid, pair[1]);
	close(pair[1]);
	watcher->socket = pair[0];
	descriptor = receive_region(watcher->socket, why, why_size);
	if (descriptor == -1) {
		error = errno;
		open_watcher_close(watcher);
		errno = error;
	}
	return (descriptor);
}

void
open_watcher_close(struct open_watcher *watcher)
{
	struct pollfd ended = { .events = POLLIN };

	if (watcher->pid == 0)
		return;
	close(watcher->socket);
	ended.fd = (int)syscall(SYS_pidfd_open, watcher->pid, 0);
	if (ended.fd == -1 || poll(&ended, 1, END_MS) != 1)
		kill(watcher->pid, SIGKILL);
	if (ended.fd != -1)
		close(ended.fd);
	while (waitpid(watcher->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	*watcher = (struct open_watcher){ .pid = 0, .socket = -1 };
}
