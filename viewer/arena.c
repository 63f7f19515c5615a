/*
 * arena.c - memory that is given back all at once.
 */
#include "arena.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	alignas(max_align_t) char bytes[];
};

static char *
reserve(struct arena *arena, size_t bytes)
{
	struct arena_block *block = arena->blocks;
	size_t size;

	if (bytes > SIZE_MAX / 4)
		errx(1, "out of memory");
	bytes =
	    (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (block == NULL || bytes > block->size - block->used) {
		/* Blocks double, so that the one kept is the one that fits. */
		size = block == NULL ? BLOCK_SIZE : 2 * block->size;
		if (size < bytes)
			size = bytes;
		block = malloc(sizeof(*block) + size);
		if (block == NULL)
			err(1, "memory for %zu bytes", size);
		block->next = arena->blocks;
		block->size = size;
		block->used = 0;
		arena->blocks = block;
	}
	block->used += bytes;
	return (block->bytes + block->used - bytes);
}

void *
arena_take(struct arena *arena, size_t count, size_t size)
{
	char *bytes;

	if (size != 0 && count > SIZE_MAX / size)
		errx(1, "out of memory");
	bytes = reserve(arena, count * size);
	memset(bytes, 0, count * size);
	return (bytes);
}

char *
arena_safe(struct arena *arena, const char *bytes, size_t length)
{
	char *text;

	/* Nearly all text is safe as it is and needs no extra room. */
	if (safe_is(bytes, length)) {
		text = reserve(arena, length + 1);
		if (length > 0)
			memcpy(text, bytes, length);
		text[length] = '\0';
		return (text);
	}
	text = reserve(arena, SAFE_SIZE(length));
	safe_copy(text, SAFE_SIZE(length), bytes, length);
	return (text);
}

char *
arena_print(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		errx(1, "text could not be formatted");
	text = reserve(arena, (size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return (text);
}

void
arena_clear(struct arena *arena)
{
	struct arena_block *block = arena->blocks, *next;

	if (block == NULL)
		return;
	for (next = block->next; next != NULL; next = block->next) {
		block->next = next->next;
		free(next);
	}
	block->used = 0;
}

void
arena_free(struct arena *arena)
{
	arena_clear(arena);
	free(arena->blocks);
	arena->blocks = NULL;
}
