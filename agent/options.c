/*
 * options.c - the command line: one table gives parser and help.
 */
#include "options.h"

#include "clock.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USAGE_STATUS 2
#define INTERVAL_LEAST_NS (100 * NS_PER_MS)
#define INTERVAL_MOST_NS (3600 * NS_PER_S)
#define CPU_LIMIT_DEFAULT 0.02
#define CPU_LIMIT_LEAST 0.001
#define CPU_LIMIT_MOST 10.0

enum {
	OPTION_CPU_LIMIT = 256,
	OPTION_DEBUG,
	OPTION_FOREGROUND,
	OPTION_INTERVAL,
	OPTION_PIDFILE,
	OPTION_PRIVATE,
	OPTION_REGION_FD,
	OPTION_USER,
	OPTION_WATCH
};

static const struct described {
	const char *name;
	int value;
	const char *argument; /* NULL: none */
	const char *help;
} described[] = {
	{ "cpu-limit", OPTION_CPU_LIMIT, "SHARE",
	    "share of a processor that it may use, such as 2%; 0 any" },
	{ "debug", OPTION_DEBUG, NULL,
	    "publish the agent's own region: dbgtop dbgtop-agent" },
	{ "foreground", OPTION_FOREGROUND, NULL,
	    "stay attached, log to standard error" },
	{ "interval", OPTION_INTERVAL, "TIME",
	    "between two samples, such as 250ms, 1s (the default), 1m" },
	{ "pidfile", OPTION_PIDFILE, "FILE",
	    "where the process id goes; one agent per file" },
	{ "user", OPTION_USER, NULL,
	    "an agent of this user, beside that of the host" },
	{ "watch", OPTION_WATCH, "PID|NAME",
	    "watch this process, or all of that name; may be repeated" },
	{ "private", OPTION_PRIVATE, "PID",
	    "watch one process for one viewer (started by dbgtop)" },
	{ "region-fd", OPTION_REGION_FD, "N",
	    "with --private: the socket of the viewer" },
	{ "help", 'h', NULL, "show this" },
	{ "version", 'V', NULL, "show the version" },
};
#define DESCRIBED (sizeof(described) / sizeof(described[0]))

static _Noreturn void
help(void)
{
	char left[32];
	size_t i;

	printf("usage: dbgtop-agent [--foreground] [--debug] [--user] "
	       "[--interval TIME]\n"
	       "                    [--cpu-limit SHARE] [--pidfile FILE] "
	       "[--watch PID|NAME]...\n\n"
	       "Publishes a region about each watched process, for "
	       "dbgtop(1).\n\n");
	for (i = 0; i < DESCRIBED; i++) {
		snprintf(left, sizeof(left), "%s--%s%s%s",
		    described[i].value == 'h'	    ? "-h, "
			: described[i].value == 'V' ? "-V, "
						    : "    ",
		    described[i].name, described[i].argument != NULL ? " " : "",
		    described[i].argument != NULL ? described[i].argument : "");
		printf("  %-24s %s\n", left, described[i].help);
	}
	printf("\nSIGHUP looks at the watch list again, SIGUSR1 publishes the "
	       "agent's own\nregion, SIGUSR2 hides it, SIGTERM stops.\n");
	exit(fflush(stdout) == 0 ? 0 : 1);
}

/* What is wrong; the words of the command line may hold anything. */
static _Noreturn void __attribute__((format(printf, 1, 2)))
usage(const char *format, ...)
{
	char text[512], shown[SAFE_SIZE(sizeof(text))];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	safe_copy(shown, sizeof(shown), text, strlen(text));
	warnx("%s", shown);
	fprintf(stderr, "Try 'dbgtop-agent --help'.\n");
	exit(USAGE_STATUS);
}

/* `250ms`, `1s`, `1.5s`, `2m`; without a unit, seconds. */
static uint64_t
parse_duration(const char *text)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {
		{ "ms", 1e6 },
		{ "s", 1e9 },
		{ "", 1e9 },
		{ "m", 60e9 },
		{ "h", 3600e9 },
	};
	double number;
	char *end;
	size_t i;

	if (*text < '0' || *text > '9')
		return (0);
	number = strtod(text, &end);
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name) != 0)
			continue;
		number *= units[i].ns;
		return (number >= 1 && number < 1e18 ? (uint64_t)number : 0);
	}
	return (0);
}

static long long
parse_number(const char *option, const char *text, long long least)
{
	const char *error;
	long long number;

	number = strtonum(text, least, INT32_MAX, &error);
	if (error != NULL) {
		usage("--%s %s: %s", option, text, error);
	}
	return (number);
}

/* `2%`, `0.5%`; `0`. */
static double
parse_share(const char *text)
{
	char *end;
	double share;

	if (strcmp(text, "0") == 0 || strcmp(text, "0%") == 0)
		return (0);
	errno = 0;
	share = strtod(text, &end) / 100;
	if (end == text || strcmp(end, "%") != 0 || errno != 0 ||
	    strspn(text, "0123456789.") != strlen(text) - 1 ||
	    !(share >= CPU_LIMIT_LEAST && share <= CPU_LIMIT_MOST)) {
		usage("--cpu-limit %s: not a share of a processor from 0.1%% "
		      "to 1000%%, or 0",
		    text);
	}
	return (share);
}

static void
add_watch(struct agent_options *options, const char *text)
{
	struct watch_option *watch;
	pid_t pid = 0;

	if (*text == '\0') {
		usage("--watch: empty name");
	}
	if (strspn(text, "0123456789") == strlen(text))
		pid = (pid_t)parse_number("watch", text, 1);
	watch = reallocarray(
	    options->watch, options->watch_count + 1, sizeof(*watch));
	if (watch == NULL)
		err(1, "memory");
	options->watch = watch;
	watch[options->watch_count++] = (struct watch_option){ text, pid };
}

static void
take(struct agent_options *options, int option, const char *name,
    const char *argument)
{
	switch (option) {
	case OPTION_CPU_LIMIT:
		options->cpu_limit = parse_share(argument);
		break;
	case OPTION_DEBUG:
		options->debug = true;
		break;
	case OPTION_FOREGROUND:
		options->foreground = true;
		break;
	case OPTION_INTERVAL:
		options->interval_ns = parse_duration(argument);
		if (options->interval_ns < INTERVAL_LEAST_NS ||
		    options->interval_ns > INTERVAL_MOST_NS) {
			usage("--interval %s: not a time from 100ms to 1h",
			    argument);
		}
		break;
	case OPTION_PIDFILE:
		options->pidfile = argument;
		break;
	case OPTION_PRIVATE:
		options->private_pid =
		    (pid_t)parse_number("private", argument, 1);
		break;
	case OPTION_REGION_FD:
		options->region_fd =
		    (int)parse_number("region-fd", argument, 0);
		break;
	case OPTION_USER:
		options->user = true;
		break;
	case OPTION_WATCH:
		add_watch(options, argument);
		break;
	case 'h':
		help();
	case ':':
		usage("%s: needs an argument", name);
	case 'V':
		printf("dbgtop-agent %s\n", DBGTOP_VERSION);
		exit(fflush(stdout) == 0 ? 0 : 1);
	default:
		usage("%s: no such option", name);
	}
}

void
options_parse(struct agent_options *options, int argc, char *argv[])
{
	struct option table[DESCRIBED + 1] = { { 0 } };
	size_t i;
	int option;

	*options = (struct agent_options){ .interval_ns = NS_PER_S,
		.cpu_limit = CPU_LIMIT_DEFAULT,
		.region_fd = -1 };
	for (i = 0; i < DESCRIBED; i++)
		table[i] = (struct option){ described[i].name,
			described[i].argument != NULL ? required_argument
						      : no_argument,
			NULL, described[i].value };
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":hV", table, NULL)) != -1)
		take(options, option, argv[optind - 1], optarg);
	if (optind < argc) {
		usage("%s: unexpected argument", argv[optind]);
	}
	if ((options->private_pid != 0) != (options->region_fd != -1)) {
		usage("--private and --region-fd belong together");
	}
	if (options->private_pid != 0 &&
	    (options->watch_count != 0 || options->debug ||
		options->pidfile != NULL || options->user)) {
		usage("--private stands alone");
	}
}
