/*
 * refuse.c - for LD_PRELOAD: the n-th allocation fails, and with REFUSE_ON=1 all
 * that follow.  REFUSE=n, counted from the start of main(); REFUSE=0 counts, and
 * says at the end how many there were.  Those inside getpwuid() succeed: glibc
 * 2.36 reads what it did not get.
 */
#include <sys/types.h>

#include <dlfcn.h>
#include <errno.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

static unsigned long seen, wanted;
static int counting, onward;

static int
is_refused(void)
{
	if (!counting)
		return (0);
	seen++;
	if (wanted == 0 || (onward ? seen < wanted : seen != wanted))
		return (0);
	errno = ENOMEM;
	return (1);
}

void *
malloc(size_t size)
{
	return (is_refused() ? NULL : __libc_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
	return (is_refused() ? NULL : __libc_calloc(count, size));
}

void *
realloc(void *old, size_t size)
{
	return (is_refused() ? NULL : __libc_realloc(old, size));
}

struct passwd *
getpwuid(uid_t uid)
{
	struct passwd *(*next)(uid_t), *found;
	int before = counting;

	*(void **)&next = dlsym(RTLD_NEXT, "getpwuid");
	counting = 0;
	found = next(uid);
	counting = before;
	return (found);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *number = getenv("REFUSE"), *on = getenv("REFUSE_ON");

	wanted = number == NULL ? 0 : strtoul(number, NULL, 10);
	onward = on != NULL && *on == '1';
	counting = 1;
}

__attribute__((destructor)) static void
end(void)
{
	counting = 0;
	if (wanted == 0)
		(void)fprintf(stderr, "allocations %lu\n", seen);
}
