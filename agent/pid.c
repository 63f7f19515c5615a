/*
 * pid.c - where the pidfile is, and who has it.
 *
 * An agent in the foreground is somebody's child: it needs none unless asked.
 */
#include "pid.h"

#include <dbgshm/format.h>

#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <libutil.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A directory of ours alone: nobody else can have put a file there. */
static bool
is_private(const char *path)
{
	struct stat st;

	return (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 022) == 0);
}

static void
default_path(const struct agent_options *options, char *path, size_t size)
{
	char directory[PATH_MAX - 32];

	if (geteuid() == 0 && !options->user) {
		snprintf(path, size, "/run/dbgtop-agent.pid");
		return;
	}
	snprintf(
	    directory, sizeof(directory), "/run/user/%u", (unsigned)geteuid());
	if (!is_private(directory)) {
		snprintf(directory, sizeof(directory), "%s/%s%u",
		    DBGSHM_BASE_DIRECTORY, DBGSHM_DIRECTORY_PREFIX,
		    (unsigned)geteuid());
		if (mkdir(directory, 0700) == -1 && errno != EEXIST)
			err(1, "%s", directory);
		if (!is_private(directory))
			errx(1, "%s: belongs to somebody else; use --pidfile",
			    directory);
	}
	snprintf(path, size, "%s/dbgtop-agent.pid", directory);
}

struct pidfh *
pid_open(const struct agent_options *options)
{
	char path[PATH_MAX];
	struct pidfh *file;
	pid_t other = -1;

	if (options->pidfile != NULL) {
		if (strlcpy(path, options->pidfile, sizeof(path)) >=
		    sizeof(path))
			errc(1, ENAMETOOLONG, "%s", options->pidfile);
	} else if (options->foreground)
		return (NULL);
	else
		default_path(options, path, sizeof(path));
	file = pidfile_open(path, 0644, &other);
	if (file != NULL)
		return (file);
	if (errno == EEXIST && other > 0)
		errx(1,
		    "%s: an agent is running already, pid %d\n"
		    "  stop it first (kill %d), or use --user or --pidfile",
		    path, (int)other, (int)other);
	if (errno == EEXIST)
		errx(1, "%s: another agent is starting", path);
	err(1, "%s", path);
}
