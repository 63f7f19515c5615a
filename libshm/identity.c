/* identity.c - who this process is, in the words of the region header. */
#include "region.h"

#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 64-bit FNV-1a. */
uint64_t
dbgshm__identity_hash(const void *bytes, size_t length, uint64_t seed)
{
	const unsigned char *byte = bytes;
	uint64_t hash = seed;
	size_t i;

	for (i = 0; i < length; i++)
		hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
	return (hash);
}

/* Field 22 of stat, counted from behind the name, which may hold anything. */
static uint64_t
start_of_self(void)
{
	char buffer[1024], *field;
	int i;

	if (!dbgshm__host_read("/proc/self/stat", buffer, sizeof(buffer)) ||
	    (field = strrchr(buffer, ')')) == NULL)
		return (0);
	for (i = 0; i < 20 && field != NULL; i++)
		field = strchr(field + 1, ' ');
	return (field == NULL ? 0 : strtoull(field + 1, NULL, 10));
}

static void
boot_id(uint8_t id[16])
{
	char text[64], digits[3] = "";
	size_t n = 0;
	const char *c;

	memset(id, 0, 16);
	if (!dbgshm__host_read(
		"/proc/sys/kernel/random/boot_id", text, sizeof(text)))
		return;
	for (c = text; *c != '\0' && n < 32; c++) {
		if (!isxdigit((unsigned char)*c))
			continue;
		digits[n & 1] = *c;
		if (n & 1)
			id[n / 2] = (uint8_t)strtoul(digits, NULL, 16);
		n++;
	}
}

static uint64_t
namespace_inode(const char *path)
{
	struct stat st;

	return (stat(path, &st) == 0 ? (uint64_t)st.st_ino : 0);
}

void
dbgshm__identity_self(struct region_identity *identity)
{
	const char *slash;
	ssize_t n;

	memset(identity, 0, sizeof(*identity));
	identity->kind = DBGSHM_KIND_OWN;
	identity->pid = identity->writer_pid = getpid();
	identity->uid = identity->writer_uid = geteuid();
	identity->start = identity->writer_start = start_of_self();
	boot_id(identity->boot_id);
	identity->pid_namespace = namespace_inode("/proc/self/ns/pid");
	identity->mount_namespace = namespace_inode("/proc/self/ns/mnt");
	identity->time_namespace = namespace_inode("/proc/self/ns/time");
	if (getrandom(&identity->random_id, sizeof(identity->random_id),
		GRND_NONBLOCK) != (ssize_t)sizeof(identity->random_id))
		identity->random_id =
		    dbgshm__identity_hash((const void *)getauxval(AT_RANDOM),
			16, IDENTITY_SEED ^ (uint64_t)identity->pid);
	n = readlink(
	    "/proc/self/exe", identity->exe, sizeof(identity->exe) - 1);
	identity->exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(identity->exe, '/');
	(void)snprintf(identity->name, sizeof(identity->name), "%.63s",
	    slash == NULL ? "" : slash + 1);
	identity->version = "";
}
