/*
 * wire.c - what is sent to the terminal, and what it has not taken yet.
 */
#include "wire.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#define PATIENCE_MS 1000 /* for the last words */
#define PSEUDO_FIRST 136 /* major numbers of pseudo-terminals */
#define PSEUDO_LAST 143

void
wire_init(struct wire *wire, int descriptor)
{
	struct stat status;

	*wire = (struct wire){ .descriptor = descriptor };
	wire->pseudo = descriptor != -1 && fstat(descriptor, &status) == 0 &&
	    S_ISCHR(status.st_mode) && major(status.st_rdev) >= PSEUDO_FIRST &&
	    major(status.st_rdev) <= PSEUDO_LAST;
}

void
wire_fini(struct wire *wire)
{
	free(wire->waiting);
	wire_init(wire, -1);
}

void
wire_add(struct wire *wire, const void *bytes, size_t length)
{
	size_t size = wire->size > 0 ? wire->size : 16384;
	char *waiting;

	while (size - wire->to < length)
		size *= 2;
	if (size != wire->size) {
		waiting = realloc(wire->waiting, size);
		if (waiting == NULL)
			err(1, "a picture of %zu bytes", size);
		wire->waiting = waiting;
		wire->size = size;
	}
	memcpy(wire->waiting + wire->to, bytes, length);
	wire->to += length;
	wire->out = false;
}

bool
wire_busy(struct wire *wire)
{
	struct pollfd room = { .fd = wire->descriptor, .events = POLLOUT };
	ssize_t sent;

	if (wire->out)
		return (false);
	while (wire->from < wire->to) {
		sent = write(wire->descriptor, wire->waiting + wire->from,
		    wire->to - wire->from);
		if (sent == -1 && errno == EINTR)
			continue;
		if (sent == -1 && errno == EAGAIN)
			return (true);
		if (sent == -1) /* gone: who reads it will be told */
			break;
		wire->from += (size_t)sent;
	}
	wire->from = wire->to = 0;
	/* A serial line keeps much of it: there is room when it is out. */
	wire->out = wire->pseudo || poll(&room, 1, 0) != 0;
	return (!wire->out);
}

void
wire_finish(struct wire *wire, const void *bytes, size_t length)
{
	struct pollfd room = { .fd = wire->descriptor, .events = POLLOUT };
	bool cut = wire_busy(wire);

	/* It starts with ESC, which ends any sequence that is cut here. */
	wire->from = wire->to = 0;
	wire_add(wire, bytes, length);
	if (!cut && !wire_busy(wire))
		return;
	tcflush(wire->descriptor, TCOFLUSH);
	while (wire_busy(wire))
		if (poll(&room, 1, PATIENCE_MS) != 1)
			break;
	wire->from = wire->to = 0;
}
