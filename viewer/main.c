/*
 * main.c - the table of commands.
 */
#include "command.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define ANY SIZE_MAX

static const struct command commands[] = {
	{ NULL, "[TARGET [PATTERN]]", "full screen: this host, or one process",
	    FOR_SCREEN, 0, 2, cmd_screen },
	{ "--", "-- CMD [ARG...]", "start CMD with telemetry on and watch it",
	    FOR_RUN, 0, 0, cmd_run },
	{ "list", "list [FILE|ssh://HOST]", "one line for each region",
	    FOR_LIST, 0, 1, cmd_list },
	{ "show", "show TARGET [PATTERN...]", "all values, now or --at a time",
	    FOR_SHOW, 1, ANY, cmd_show },
	{ "describe", "describe TARGET [PATTERN...]",
	    "what there is: kinds, units, help texts", FOR_DESCRIBE, 1, ANY,
	    cmd_describe },
	{ "get", "get TARGET ADDRESS...",
	    "bare values for scripts, a line for each", FOR_GET, 2, ANY,
	    cmd_get },
	{ "log", "log TARGET [PATTERN...]",
	    "what has happened: events, -f follows", FOR_LOG, 1, ANY, cmd_log },
	{ "tail", "tail TARGET [PATTERN...]", "values over time; -f follows",
	    FOR_TAIL, 1, ANY, cmd_tail },
	{ "snapshot", "snapshot TARGET", "one zip file to send, -o FILE",
	    FOR_SNAPSHOT, 1, 1, cmd_snapshot },
	{ "record", "record TARGET...", "frames to disk until stopped, -o FILE",
	    FOR_RECORD, 1, ANY, cmd_record },
	{ "wait", "wait TARGET EXPRESSION", "until a condition holds", FOR_WAIT,
	    2, 2, cmd_wait },
	{ "diff", "diff A [B]", "what differs, two targets or moments",
	    FOR_DIFF, 1, 2, cmd_diff },
	{ "export", "export TARGET... [PATTERN...]",
	    "values for Prometheus and others", FOR_EXPORT, 1, ANY,
	    cmd_export },
	{ "stream", "stream TARGET...", "a recording on standard output",
	    FOR_STREAM, 1, ANY, cmd_stream },
	{ "path", "path TARGET", "the file name of the region", FOR_PATH, 1, 1,
	    cmd_path },
	{ "check", "check FILE", "verify a region, name every fault", FOR_CHECK,
	    1, 1, cmd_check },
	{ "clean", "clean", "remove regions of dead processes", FOR_CLEAN, 0, 0,
	    cmd_clean },
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

/* Words of commands to come: no process is looked for under these names. */
static const char *const reserved[] = { "alerts", "doctor" };

bool
command_reserved(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(reserved[i], name) == 0)
			return (true);
	return (false);
}

const struct command *
command_find(const char *name)
{
	size_t i;

	if (*name == '\0')
		return (&commands[0]);
	for (i = 0; i < COMMAND_COUNT; i++)
		if (commands[i].name != NULL &&
		    strcmp(commands[i].name, name) == 0)
			return (&commands[i]);
	return (NULL);
}

void
usage_print(FILE *file)
{
	size_t i;

	fputs("dbgtop shows what programs are doing\n\n", file);
	for (i = 0; i < COMMAND_COUNT; i++)
		fprintf(file, "  dbgtop %-29s %s\n", commands[i].synopsis,
		    commands[i].summary);
	fputs("\nTARGET   a PID, a name (NAME:2 the second, NAME:* all), a "
	      "region file,\n         a snapshot FILE.zip, a recording "
	      "FILE.rec,\n"
	      "         ssh://HOST/TARGET or :all\n"
	      "PATTERN  a glob or /regex/; with a colon it matches "
	      "profile:metric\n"
	      "ADDRESS  profile:metric{label=\"value\"} or "
	      "profile[row].column\n\n",
	    file);
	usage_options(file, commands[0].mask);
	fputs("\n\"dbgtop COMMAND --help\" shows the options of a command, "
	      "dbgtop(1) the rest\n",
	    file);
}

/* Text is printed as the locale says; formats with an encoding of their own
 * are UTF-8 whatever it says. */
static void
set_locale(const struct request *request)
{
	bool text =
	    request->format == OUT_TEXT && request->command->mask != FOR_EXPORT;

	if (request->ascii && (text || request->command->mask == FOR_EXPORT))
		return;
	setlocale(LC_CTYPE, "");
	if (!text && strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

int
main(int argc, char *argv[])
{
	struct request request;
	int status;

	out_hold_standard();
	/* Whoever started us: a closed pipe ends us, without a word. */
	signal(SIGPIPE, SIG_DFL);
	/* And the ends of our children are told to us. */
	signal(SIGCHLD, SIG_DFL);
	if (request_parse(argc, argv, &request) == -1)
		status = EXIT_USAGE;
	else {
		set_locale(&request);
		status = request.command->run(&request);
	}
	request_free(&request);
	return (status);
}
