/* name.c - which paths, names and texts may be registered. */
#include "region.h"

#include <errno.h>
#include <string.h>

static bool
is_word(char c)
{
	return ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
	    c == '.' || c == '-');
}

int
dbgshm__name_check_word(const char *name, size_t limit)
{
	size_t i;

	if (name == NULL || name[0] == '\0')
		return (EINVAL);
	for (i = 0; name[i] != '\0'; i++) {
		if (!is_word(name[i]))
			return (EINVAL);
		if (i >= limit)
			return (ENAMETOOLONG);
	}
	return (0);
}

/* Segments of word characters, joined by single slashes. */
int
dbgshm__name_check_path(const char *path)
{
	size_t i;

	if (path == NULL || path[0] == '\0' || path[0] == '/')
		return (EINVAL);
	for (i = 0; path[i] != '\0'; i++) {
		if (path[i] == '/') {
			if (path[i + 1] == '/' || path[i + 1] == '\0')
				return (EINVAL);
		} else if (!is_word(path[i]))
			return (EINVAL);
		if (i >= DBGSHM_PATH_MAX)
			return (ENAMETOOLONG);
	}
	return (0);
}

int
dbgshm__name_check_label_key(const char *key)
{
	size_t i;

	if (key == NULL || key[0] == '\0' || (key[0] >= '0' && key[0] <= '9'))
		return (EINVAL);
	for (i = 0; key[i] != '\0'; i++) {
		if (!((key[i] >= 'a' && key[i] <= 'z') ||
			(key[i] >= 'A' && key[i] <= 'Z') ||
			(key[i] >= '0' && key[i] <= '9') || key[i] == '_'))
			return (EINVAL);
		if (i >= DBGSHM_PATH_MAX)
			return (ENAMETOOLONG);
	}
	return (0);
}

int
dbgshm__name_check_text(const char *text, size_t limit)
{
	if (text != NULL && strnlen(text, limit + 1) > limit)
		return (ENAMETOOLONG);
	return (0);
}

int
dbgshm__name_check_line(const char *text, size_t limit)
{
	if (text != NULL && strchr(text, '\n') != NULL)
		return (EINVAL);
	return (dbgshm__name_check_text(text, limit));
}
