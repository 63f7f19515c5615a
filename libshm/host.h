/* host.h - small questions to the kernel that both sides of the library ask. */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

bool dbgshm__host_read(const char *path, char *buffer, size_t size);
	/* A small file, ended with a NUL; false when it is not there or empty. */

uint64_t dbgshm__host_clock_ns(clockid_t clock);

int dbgshm__host_lock(int descriptor);
	/* Does somebody hold the liveness lock of this region's file?  1 yes,
	 * 0 no, -1 and errno where the kernel does not say.  Asked as for a read
	 * lock: a question for a write lock is answered by readers' locks too. */

#endif
