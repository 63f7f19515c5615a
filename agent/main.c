/*
 * main.c - starts the agent, and stops it when a signal says so.
 */
#include "agent.h"
#include "files.h"
#include "loop.h"
#include "options.h"
#include "pid.h"
#include "private.h"
#include "subsys.h"

#include <dbgshm/writer.h>
#include <libshm/kit/out.h>

#include <sys/resource.h>
#include <sys/signalfd.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct signals {
	struct agent *agent;
	int descriptor;
};

static void
show_region(struct agent *agent, bool visible)
{
	if ((visible ? dbgshm_publish() : dbgshm_unpublish()) == -1)
		agent_log(agent, LOG_WARNINGS, "own region: %s",
		    dbgshm_state() == DBGSHM_OFF
			? dbgshm_reason_text(dbgshm_reason())
			: strerror(errno));
	else
		agent_log(agent, LOG_NOTES, "own region is %s",
		    visible ? "published" : "hidden");
}

static void
signal_ready(void *context)
{
	struct signals *signals = context;
	struct agent *agent = signals->agent;
	struct signalfd_siginfo info;

	if (read(signals->descriptor, &info, sizeof(info)) != sizeof(info))
		return;
	switch (info.ssi_signo) {
	case SIGHUP:
		agent_log(agent, LOG_NOTES, "reloading");
		subsys_reload(agent);
		break;
	case SIGUSR1:
	case SIGUSR2:
		show_region(agent, info.ssi_signo == SIGUSR1);
		break;
	default:
		loop_stop(agent->loop);
	}
}

static int
catch_signals(struct signals *signals)
{
	static const int caught[] = { SIGHUP, SIGINT, SIGTERM, SIGUSR1,
		SIGUSR2 };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaddset(&set, caught[i]);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return (-1);
	signals->descriptor = files_keep(
	    signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), "signals");
	if (signals->descriptor == -1 ||
	    loop_add(signals->agent->loop, signals->descriptor, signal_ready,
		signals) == NULL)
		return (-1);
	return (0);
}

/* Two descriptors for each watched process. */
static void
raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/*
 * The caller waits until we run, or are known not to: its end of the pipe is
 * told nothing but one byte.
 */
static int
detach(void)
{
	int ends[2];
	ssize_t got;
	char byte;

	if (pipe2(ends, O_CLOEXEC) == -1)
		err(1, "pipe");
	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		files_close(ends[0]);
		(void)setsid();
		return (ends[1]);
	default:
		files_close(ends[1]);
		while ((got = read(ends[0], &byte, 1)) == -1 && errno == EINTR)
			continue;
		_exit(got == 1 ? 0 : 1);
	}
}

/* Nothing of the caller is held any longer. */
static void
let_go(int waiting)
{
	int null = files_brief_open(AT_FDCWD, "/dev/null", O_RDWR);

	if (chdir("/") == -1)
		warn("/");
	if (null != -1) {
		(void)dup2(null, STDIN_FILENO);
		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
		files_brief_close(null);
	}
	while (write(waiting, "", 1) == -1 && errno == EINTR)
		continue;
	files_close(waiting);
}

static void
start_telemetry(const struct agent_options *options)
{
	if (dbgshm_init(&(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_TICK,
		.state = options->debug ? DBGSHM_PUBLISHED : DBGSHM_DARK,
		.name = "dbgtop-agent",
		.version = DBGTOP_VERSION,
	    }) == -1)
		warnx("own region: %s", dbgshm_reason_text(dbgshm_reason()));
}

static int
run(struct agent *agent, struct pidfh *pidfile, int waiting)
{
	struct signals signals = { agent, -1 };
	int status = 1;

	agent->loop = loop_create();
	if (agent->loop == NULL || catch_signals(&signals) == -1) {
		warn("event loop");
		goto done;
	}
	if (subsys_start(agent) == -1)
		goto done;
	if (pidfile != NULL && pidfile_write(pidfile) == -1) {
		warn("pidfile");
		goto stop;
	}
	if (waiting != -1)
		let_go(waiting);
	agent->detached = waiting != -1;
	if (loop_run(agent->loop, supervisor_run, agent) == 0)
		status = 0;
	else
		agent_log(agent, LOG_ERRORS, "event loop: %s", strerror(errno));
	agent_log(agent, LOG_NOTES, "stopping");
stop:
	subsys_stop(agent);
done:
	loop_destroy(agent->loop);
	if (signals.descriptor != -1)
		files_close(signals.descriptor);
	return (status);
}

int
main(int argc, char *argv[])
{
	struct agent_options options;
	struct agent agent = { .options = &options };
	struct pidfh *pidfile;
	int status, waiting = -1;

	out_hold_standard();
	(void)setlocale(LC_CTYPE, "");
	options_parse(&options, argc, argv);
	if (options.private_pid != 0)
		return (private_run(&options));
	raise_file_limit();
#if defined(M_ARENA_MAX)
	/* What one thread frees is for the next; they allocate little. */
	(void)mallopt(M_ARENA_MAX, 1);
#endif
	pidfile = pid_open(&options);
	if (options.watch_count == 0 && !options.debug)
		warnx("no --watch PID|NAME: nothing will be seen of this");
	if (!options.foreground)
		waiting = detach();
	start_telemetry(&options);
	files_publish();
	(void)files_keep(waiting, "starter");
	if (pidfile != NULL)
		(void)files_keep(pidfile_fileno(pidfile), "pidfile");
	status = run(&agent, pidfile, waiting);
	dbgshm_fini();
	if (pidfile != NULL)
		(void)pidfile_remove(pidfile);
	/* What is left of threads may still use all there is. */
	if (agent.threads_left)
		_exit(status);
	free(options.watch);
	return (status);
}
