/*
 * explain.c - why a region cannot be looked at, and what would help.
 */
#include "explain.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int
explain_code(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ESRCH:
		return (EXIT_NO_TARGET);
	case EACCES:
	case EPERM:
		return (EXIT_PERMISSION);
	default:
		return (EXIT_DAMAGED);
	}
}

static const char *
advice_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ESRCH:
		return ("\"dbgtop list\" shows what can be looked at");
	case EACCES:
	case EPERM:
		return ("try it as that user or as root (sudo)");
	case EPROTONOSUPPORT:
		return ("use the dbgtop that belongs to the program's library");
	case ELOOP:
		return ("name the file itself: links are not followed");
	default:
		return ("");
	}
}

void
explain_path(struct target_error *error, const char *path, int number,
    const struct dbgshm_fault *fault)
{
	char shown[SAFE_SIZE(256)];
	struct stat status;

	safe_copy(shown, sizeof(shown), path, strlen(path));
	error->exit_code = explain_code(number);
	if (error->exit_code == EXIT_PERMISSION && stat(path, &status) == 0)
		snprintf(error->what, sizeof(error->what),
		    "%s: not permitted: owner %s, mode %04o", shown,
		    fmt_user(status.st_uid), status.st_mode & 07777u);
	else if (error->exit_code == EXIT_DAMAGED && fault->text[0] != '\0')
		snprintf(error->what, sizeof(error->what), "%s: %s%s", shown,
		    number == EBADMSG ? "not one of our regions: " : "",
		    fault->text);
	else
		snprintf(error->what, sizeof(error->what), "%s: %s", shown,
		    strerror(number));
	snprintf(error->advice, sizeof(error->advice), "%s", advice_of(number));
}
