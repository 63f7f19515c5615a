/* host.c - small questions to the kernel that both sides of the library ask. */
#include "host.h"

#include <fcntl.h>
#include <unistd.h>

bool
dbgshm__host_read(const char *path, char *buffer, size_t size)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got;

	if (descriptor == -1)
		return (false);
	got = read(descriptor, buffer, size - 1);
	(void)close(descriptor);
	if (got <= 0)
		return (false);
	buffer[got] = '\0';
	return (true);
}

uint64_t
dbgshm__host_clock_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
}

int
dbgshm__host_lock(int descriptor)
{
	struct flock lock = {
		.l_type = F_RDLCK,
		.l_whence = SEEK_SET,
		.l_start = 0,
		.l_len = 1,
	};

	if (fcntl(descriptor, F_OFD_GETLK, &lock) == -1)
		return (-1);
	return (lock.l_type == F_UNLCK ? 0 : 1);
}
