/*
 * private.c - one process, watched for one viewer.
 *
 * The viewer keeps the other end of a SOCK_SEQPACKET socket.  It gets exactly
 * one message: `R` with the descriptor of the region, after two samples so that
 * shares of CPU time are there, or `E` and one line that says why there is
 * none.  When it goes away, so do we.
 */
#include "private.h"
#include "subject.h"

#include "clock.h"
#include "files.h"
#include "loop.h"

#include <sys/socket.h>
#include <sys/syscall.h>

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PRIVATE_SECOND_NS (100 * NS_PER_MS) /* from the first sample */

struct private
{
	struct loop *loop;
	struct subject *subject;
	struct loop_source *process; /* its pidfd */
	struct subject_host host;
	struct scratch scratch;
	int socket;
	int region; /* the descriptor for the viewer; -1 when it has it */
	bool told;  /* the one message was sent */
	bool ended;
};

static void
viewer_gone(void *context)
{
	struct private *private = context;

	loop_stop(private->loop);
}

/* The viewer has nothing to say: whatever comes is dropped, the end is not. */
static void
socket_ready(void *context)
{
	struct private *private = context;
	ssize_t length;
	char byte;

	length = recv(private->socket, &byte, 1, MSG_DONTWAIT);
	if (length == 0 || (length == -1 && errno != EAGAIN && errno != EINTR))
		loop_stop(private->loop);
}

static void
send_error(int socket, pid_t pid, int error)
{
	char line[128];

	snprintf(line, sizeof(line), "Epid %d: %s", (int)pid,
	    error == ESRCH ? "no such process" : strerror(error));
	(void)send(socket, line, strlen(line), MSG_NOSIGNAL);
}

static int
send_region(int socket, int descriptor)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .bytes = { 0 } };
	char byte = 'R';
	struct iovec data = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &descriptor, sizeof(int));
	return (sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : -1);
}

static void
tell(struct private *private)
{
	if (private->told)
		return;
	private->told = true;
	if (send_region(private->socket, private->region) == -1)
		loop_stop(private->loop);
	files_close(private->region);
	private->region = -1;
}

static void
end(struct private *private, enum subject_end why)
{
	if (private->ended)
		return;
	loop_remove(private->loop, private->process);
	subject_end(private->subject, why);
	private->ended = true;
	loop_timer(private->loop, 0);
	tell(private);
}

static void
process_ended(void *context)
{
	end(context, SUBJECT_EXITED);
}

static void
sample(void *context)
{
	struct private *private = context;
	uint64_t now_ns = clock_now();
	enum subject_end why;

	why = subject_sample(private->subject, &private->scratch);
	if (why == SUBJECT_EXITED || why == SUBJECT_REPLACED) {
		end(private, why);
		return;
	}
	if (private->subject->samples == 1) {
		loop_timer(private->loop, now_ns + PRIVATE_SECOND_NS);
		return;
	}
	loop_timer(
	    private->loop, clock_next(now_ns, private->host.interval_ns));
	tell(private);
}

/* Our parent may have ended before we could ask for its descriptor. */
static bool
follow_parent(struct private *private, pid_t parent, int *pidfd)
{
	*pidfd = files_keep((int)syscall(SYS_pidfd_open, parent, 0), "pidfd");
	if (*pidfd != -1 &&
	    loop_add(private->loop, *pidfd, viewer_gone, private) == NULL)
		return (false);
	return (getppid() == parent);
}

static int
watch(struct private *private, pid_t pid)
{
	private->subject = subject_create(
	    &private->host, &private->scratch, pid, &private->region);
	(void)files_keep(private->region, "region");
	if (private->subject == NULL)
		return (-1);
	if (private->subject->pidfd != -1)
	private->process = loop_add(
	    private->loop, private->subject->pidfd, process_ended, private);
	sample(private);
	return (0);
}

static bool
is_our_socket(int descriptor)
{
	int type = 0, domain = 0;
	socklen_t size = sizeof(int);

	return (
	    getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	    getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) ==
		0 &&
	    type == SOCK_SEQPACKET && domain == AF_UNIX);
}

int
private_run(const struct agent_options *options)
{
	struct private *private;
	pid_t parent = getppid();
	int pidfd = -1, status = 1;

	if (!is_our_socket(options->region_fd)) {
		warnx("--region-fd %d: not a socket of the viewer",
		    options->region_fd);
		return (2);
	}
	/* A key on the terminal is for the viewer. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	private = calloc(1, sizeof(*private));
	if (private == NULL)
		err(1, "memory");
	private->socket = options->region_fd;
	private->region = -1;
	private->loop = loop_create();
	if (private->loop != NULL &&
	    subject_host_init(&private->host, options->interval_ns, 0) == 0 &&
	    loop_add(private->loop, private->socket, socket_ready, private) !=
		NULL) {
		if (!follow_parent(private, parent, &pidfd))
			status = 0; /* nobody is there any more */
		else if (watch(private, options->private_pid) == 0 &&
		    loop_run(private->loop, sample, private) == 0)
			status = 0;
	}
	if (!private->told)
		send_error(private->socket, options->private_pid, errno);
	subject_destroy(private->subject);
	loop_destroy(private->loop);
	subject_host_fini(&private->host);
	if (private->region != -1)
		files_close(private->region);
	if (pidfd != -1)
		files_close(pidfd);
	free(private);
	return (status);
}
