/*
 * proc_read.c - small files and directories of /proc, without allocation.
 */
#include "proc.h"

#include "files.h"

#include <sys/syscall.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What getdents64(2) fills in. */
struct directory_entry {
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

ssize_t
proc_read(int directory, const char *name, char *buffer, size_t size)
{
	ssize_t length;
	int descriptor;

	descriptor = files_brief_open(directory, name, O_RDONLY);
	if (descriptor == -1)
		return (-1);
	length = read(descriptor, buffer, size - 1);
	files_brief_close(descriptor);
	if (length >= 0)
		buffer[length] = '\0';
	return (length);
}

ssize_t
proc_link(int directory, const char *name, char *buffer, size_t size)
{
	ssize_t length;

	length = readlinkat(directory, name, buffer, size - 1);
	if (length >= 0)
		buffer[length] = '\0';
	return (length);
}

bool
proc_gone(int error)
{
	return (error == ENOENT || error == ESRCH);
}

const char *
proc_number(const char *text, uint64_t *value)
{
	uint64_t number = 0;
	bool minus;

	while (*text == ' ' || *text == '\t')
		text++;
	minus = *text == '-';
	if (minus)
		text++;
	if (*text < '0' || *text > '9')
		return (NULL);
	for (; *text >= '0' && *text <= '9'; text++)
		number = number * 10 + (uint64_t)(*text - '0');
	*value = minus ? 0 - number : number;
	return (text);
}

const char *
proc_hex(const char *text, uint64_t *value)
{
	uint64_t number = 0;
	const char *start;

	while (*text == ' ')
		text++;
	for (start = text; isxdigit((unsigned char)*text); text++)
		number = number << 4 |
		    (uint64_t)(*text <= '9' ? *text - '0'
					    : (*text | 0x20) - 'a' + 10);
	if (text == start)
		return (NULL);
	*value = number;
	return (text);
}

uint64_t
proc_hash(uint64_t seed, const void *bytes, size_t size)
{
	const unsigned char *p = bytes;
	uint64_t word, hash = seed ^ 0xcbf29ce484222325;

	for (; size >= 8; p += 8, size -= 8) {
		memcpy(&word, p, 8);
		hash = (hash ^ word) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 29;
	}
	for (; size > 0; p++, size--)
		hash = (hash ^ *p) * 0x100000001b3;
	return (hash ^ hash >> 32);
}

uint64_t
proc_fields(
    const char *text, const struct proc_field *fields, size_t count, void *out)
{
	uint64_t value, found = 0;
	size_t i, length, tried, next = 0;
	const char *end;

	for (; *text != '\0'; text = *end == '\n' ? end + 1 : end) {
		end = strchrnul(text, '\n');
		for (tried = 0, i = next; tried < count;
		     tried++, i = i + 1 == count ? 0 : i + 1) {
			length = strlen(fields[i].key);
			if (strncmp(text, fields[i].key, length) != 0)
				continue;
			if (text[length] == ':')
				length++;
			else if (text[length] != ' ')
				continue;
			if (proc_number(text + length, &value) == NULL)
				break;
			value *= fields[i].scale;
			memcpy((char *)out + fields[i].offset, &value, 8);
			found |= UINT64_C(1) << i;
			next = i + 1 == count ? 0 : i + 1;
			break;
		}
	}
	return (found);
}

int
proc_walk_open(struct proc_walk *walk, int directory, const char *name)
{
	walk->filled = walk->at = 0;
	walk->error = 0;
	walk->descriptor =
	    files_brief_open(directory, name, O_RDONLY | O_DIRECTORY);
	return (walk->descriptor == -1 ? -1 : 0);
}

bool
proc_walk_next(struct proc_walk *walk, uint64_t *number)
{
	const struct directory_entry *entry;
	const char *end;

	for (;;) {
		if (walk->at >= walk->filled) {
			walk->at = 0;
			walk->filled = syscall(SYS_getdents64, walk->descriptor,
			    walk->buffer, sizeof(walk->buffer));
			if (walk->filled <= 0) {
				walk->error = walk->filled == -1 ? errno : 0;
				walk->filled = 0;
				return (false);
			}
		}
		entry = (const void *)(walk->buffer + walk->at);
		walk->at += entry->length;
		end = proc_number(entry->name, number);
		if (end != NULL && *end == '\0')
			return (true);
	}
}

void
proc_walk_close(struct proc_walk *walk)
{
	files_brief_close(walk->descriptor);
}
