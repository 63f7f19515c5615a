/*
 * tty.c - the terminal as a device: its modes, what comes and what goes.
 */
#include "tty.h"

#include "keys.h"

#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define ESCAPE_MS 25	/* Esc is a key when nothing follows so soon */
#define SEQUENCE_MS 250 /* the rest of a sequence that has begun */

int
tty_open(struct tty *tty)
{
	memset(tty, 0, sizeof(*tty));
	/* Opened once more by nobody else, so that it may be nonblocking. */
	tty->descriptor =
	    open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	wire_init(&tty->wire, tty->descriptor);
	if (tty->descriptor == -1)
		return (-1);
	if (tcgetattr(tty->descriptor, &tty->saved) == 0)
		return (0);
	tty_close(tty);
	return (-1);
}

void
tty_close(struct tty *tty)
{
	wire_fini(&tty->wire);
	close(tty->descriptor);
	tty->descriptor = -1;
}

void
tty_modes(struct tty *tty)
{
	struct termios mode = tty->saved;

	mode.c_lflag &= (tcflag_t) ~(ICANON | ECHO | IEXTEN);
	mode.c_iflag &= (tcflag_t) ~(IXON | IXOFF | ICRNL | INLCR | IGNCR);
	mode.c_oflag &= (tcflag_t)~ONLCR;
	mode.c_cc[VINTR] = mode.c_cc[VSUSP] = _POSIX_VDISABLE;
	mode.c_cc[VMIN] = 1;
	mode.c_cc[VTIME] = 0;
	tcsetattr(tty->descriptor, TCSANOW, &mode);
}

void
tty_save(struct tty *tty)
{
	tcgetattr(tty->descriptor, &tty->saved);
}

void
tty_front(const struct tty *tty)
{
	tcflow(tty->descriptor, TCOON); /* nothing but the stop */
}

uint32_t
tty_key(struct tty *tty)
{
	struct pollfd wait = { .fd = tty->descriptor, .events = POLLIN };
	char bytes[sizeof(tty->keys.bytes)];
	uint32_t code;
	ssize_t count;

	while ((code = input_next(&tty->keys, false)) == KEY_CODE_NONE) {
		count = read(tty->descriptor, bytes, input_room(&tty->keys));
		if (count > 0) {
			input_add(&tty->keys, bytes, (size_t)count);
			continue;
		}
		tty->ended = count == -1 && errno != EAGAIN && errno != EINTR;
		if (tty->keys.length == 0)
			break;
		if (count == 0 || errno != EAGAIN ||
		    poll(&wait, 1,
			tty->keys.length == 1 ? ESCAPE_MS : SEQUENCE_MS) != 1)
			return (input_next(&tty->keys, true));
	}
	return (code);
}

bool
tty_gone(const struct tty *tty)
{
	struct pollfd wait = { .fd = tty->descriptor, .events = POLLIN };
	int waiting = 0;

	if (tty->ended)
		return (true);
	if (poll(&wait, 1, 0) != 1)
		return (false);
	if ((wait.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		return (true);
	/* Readable, but there is nothing to read: the end. */
	return (
	    ioctl(tty->descriptor, FIONREAD, &waiting) == -1 || waiting == 0);
}

bool
tty_size(const struct tty *tty, int *columns, int *rows)
{
	struct winsize size;

	if (ioctl(tty->descriptor, TIOCGWINSZ, &size) == -1 ||
	    size.ws_col == 0 || size.ws_row == 0)
		return (false);
	*columns = size.ws_col;
	*rows = size.ws_row;
	return (true);
}
