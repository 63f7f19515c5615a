/*
 * request.c - the words and options of one command line.
 */
#include "argument.h"
#include "command.h"
#include "theme.h"
#include "when.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_SECOND UINT64_C(1000000000)
#define COUNT_MAX 1000000000

/* Options without a letter. */
enum {
	OPTION_COLOR = 256,
	OPTION_ASCII,
	OPTION_RAW,
	OPTION_SECRETS,
	OPTION_DRY_RUN,
	OPTION_FRAME,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_AT,
	OPTION_COLUMNS,
	OPTION_LINES,
	OPTION_THEME,
	OPTION_MOUSE,
	OPTION_VIEW,
	OPTION_CONFIG,
	OPTION_TIMEOUT,
	OPTION_SNAPSHOT,
	OPTION_FOR,
	OPTION_ROTATE_SIZE,
	OPTION_ROTATE_TIME,
	OPTION_KEEP,
	OPTION_VIA,
	OPTION_TIED,
	OPTION_UNITS,
	OPTION_PICK, /* plus enum pick */
};

#define FOR_READING (FOR_LIST | FOR_SHOW | FOR_DESCRIBE | FOR_LOG | FOR_TAIL)
#define FOR_CARRIED                                                            \
	(FOR_READING | FOR_SCREEN | FOR_GET | FOR_SNAPSHOT | FOR_WAIT |        \
	    FOR_DIFF | FOR_EXPORT | FOR_RECORD)
#define FOR_ALL (~0u)

static const struct option_text {
	int letter; /* or OPTION_* */
	const char *name, *argument;
	unsigned commands; /* FOR_* */
	const char *summary;
} options[] = {
	{ 'h', "help", NULL, FOR_ALL, "say what there is and how it is used" },
	{ 'V', "version", NULL, FOR_ALL, "print the version" },
	{ 'O', "format", "FORMAT", FOR_READING | FOR_DIFF,
	    "text, json, jsonl or csv" },
	{ 'O', "format", "FORMAT", FOR_WAIT, "text or json" },
	{ 'O', "format", "FORMAT", FOR_EXPORT,
	    "prom (default), openmetrics, jsonl or csv" },
	{ 'j', "json", NULL, FOR_READING | FOR_DIFF | FOR_WAIT,
	    "the same as -O json" },
	{ 'l', "level", "LEVEL",
	    FOR_SCREEN | FOR_SHOW | FOR_DESCRIBE | FOR_TAIL | FOR_EXPORT,
	    "show up to normal, detail or debug" },
	{ 'l', "level", "LEVEL", FOR_LOG,
	    "events from debug, info, warn or error on" },
	{ 'f', "follow", NULL, FOR_LOG | FOR_TAIL,
	    "go on with what happens from now" },
	{ 'f', "follow", NULL, FOR_STREAM,
	    "go on with the next process of that name" },
	{ 'n', "count", "N", FOR_LOG | FOR_TAIL, "only the newest N" },
	{ OPTION_SINCE, "since", "TIME",
	    FOR_LOG | FOR_TAIL | FOR_DIFF | FOR_EXPORT,
	    "10m (ago), 12:03, 2026-01-31T12:03:11Z or @unix" },
	{ OPTION_VIA, "via", "CMD", FOR_CARRIED,
	    "TARGET at the other end of CMD: 'docker exec -i web'" },
	{ OPTION_TIED, "tied", NULL, FOR_STREAM,
	    "end when standard input ends" },
	{ OPTION_SINCE, "since", "TIME", FOR_RECORD | FOR_STREAM,
	    "so much of the past to begin with: 10m, 12:03; 0 none of it" },
	{ OPTION_FOR, "for", "TIME", FOR_RECORD, "end after so long" },
	{ OPTION_ROTATE_SIZE, "rotate-size", "SIZE", FOR_RECORD,
	    "a new file when it is so long: 64M, 1G" },
	{ OPTION_ROTATE_TIME, "rotate-time", "TIME", FOR_RECORD,
	    "a new file after so long: 1h" },
	{ OPTION_KEEP, "keep", "N", FOR_RECORD,
	    "remove older files but the newest N" },
	{ OPTION_UNTIL, "until", "TIME",
	    FOR_LOG | FOR_TAIL | FOR_DIFF | FOR_EXPORT, "likewise" },
	{ OPTION_AT, "at", "TIME", FOR_SCREEN | FOR_SHOW | FOR_GET | FOR_DIFF,
	    "what it was then, from the history" },
	{ OPTION_TIMEOUT, "timeout", "TIME", FOR_WAIT,
	    "give up after so long: 30s, 10m; 0 looks once" },
	{ OPTION_SNAPSHOT, "snapshot", "FILE.zip", FOR_WAIT,
	    "when it holds, take a snapshot first of all" },
	{ OPTION_COLUMNS, "columns", NULL, FOR_TAIL,
	    "a line for each sample, a column for each value" },
	{ OPTION_LINES, "lines", NULL, FOR_TAIL, "a line for each value" },
	{ 'a', "all", NULL,
	    FOR_SCREEN | FOR_LIST | FOR_SHOW | FOR_DESCRIBE | FOR_TAIL,
	    "every level; in a list also what is not published" },
	{ 'u', "user", "USER", FOR_LIST | FOR_SCREEN,
	    "only processes of this user" },
	{ 'i', "interval", "TIME",
	    FOR_SCREEN | FOR_RUN | FOR_LIST | FOR_SHOW | FOR_GET,
	    "between readings: 250ms, 1s, 2m (default 1s)" },
	{ 'i', "interval", "TIME", FOR_TAIL,
	    "one sample for each of these, at most" },
	{ 'i', "interval", "TIME", FOR_WAIT,
	    "between looks; rates and percentiles are over it (default 1s)" },
	{ 'i', "interval", "TIME", FOR_DIFF,
	    "rates and percentiles are over it (default 10s)" },
	{ 'i', "interval", "TIME", FOR_RECORD | FOR_STREAM,
	    "between looks, at which all that came since is written" },
	{ 'a', "all", NULL, FOR_EXPORT,
	    "every level; of :all also what does not run any more" },
	{ 'a', "all", NULL, FOR_DIFF,
	    "any difference, also what always differs" },
	{ 'n', "count", "N", FOR_LIST | FOR_SHOW | FOR_GET,
	    "read and print N times" },
	{ 'n', "count", "N", FOR_RECORD, "end after N intervals" },
	{ OPTION_COLOR, "color", "WHEN",
	    FOR_SCREEN | FOR_RUN | FOR_READING | FOR_DIFF,
	    "auto, always, never, or how many: 8, 16, 256" },
	{ OPTION_THEME, "theme", "NAME", FOR_SCREEN | FOR_RUN,
	    "default, light, contrast, colorblind or mono" },
	{ OPTION_MOUSE, "mouse", NULL, FOR_SCREEN | FOR_RUN,
	    "clicks and wheel in the full screen" },
	{ OPTION_CONFIG, "config", "FILE", FOR_SCREEN | FOR_RUN,
	    "settings, not ~/.config/dbgtop/settings" },
	{ OPTION_ASCII, "ascii", NULL, FOR_ALL, "no other characters" },
	{ OPTION_RAW, "raw", NULL,
	    FOR_SCREEN | FOR_RUN | FOR_LIST | FOR_SHOW | FOR_LOG | FOR_TAIL |
		FOR_DIFF | FOR_WAIT,
	    "numbers as they are, no KiB and no ms" },
	{ OPTION_UNITS, "units", NULL,
	    FOR_LIST | FOR_SHOW | FOR_LOG | FOR_TAIL | FOR_DIFF | FOR_WAIT,
	    "numbers for people, also where no terminal is" },
	{ OPTION_SECRETS, "secrets", NULL,
	    FOR_SCREEN | FOR_SHOW | FOR_GET | FOR_RUN | FOR_LOG | FOR_TAIL |
		FOR_SNAPSHOT | FOR_DIFF | FOR_WAIT | FOR_EXPORT | FOR_RECORD |
		FOR_STREAM,
	    "also what the program marked as secret" },
	{ 'o', "output", "FILE", FOR_SNAPSHOT,
	    "the file to write (default dbgtop-NAME-PID-TIME.zip)" },
	{ 'o', "output", "FILE", FOR_RECORD,
	    "the file to write or go on with (default "
	    "dbgtop-NAME-TIME.rec)" },
	{ 'o', "output", "FILE", FOR_EXPORT,
	    "write this file, all at once, instead of standard output" },
	{ 'q', "quiet", NULL,
	    FOR_READING | FOR_GET | FOR_CHECK | FOR_CLEAN | FOR_SNAPSHOT |
		FOR_DIFF | FOR_WAIT | FOR_EXPORT | FOR_RECORD,
	    "no headings and no remarks" },
	{ 'v', "verbose", NULL, FOR_LIST | FOR_SHOW,
	    "also file names and help texts" },
	{ 'v', "verbose", NULL, FOR_WAIT, "say which names mean nothing yet" },
	{ OPTION_DRY_RUN, "dry-run", NULL, FOR_CLEAN,
	    "only say what would be removed" },
	{ OPTION_FRAME, "frame", "80x24", FOR_SCREEN,
	    "print one picture of the full screen as text" },
	{ OPTION_VIEW, "view", "N", FOR_SCREEN | FOR_RUN,
	    "begin with this view, by its number or name" },
	{ OPTION_PICK + PICK_RATE, "rate", NULL, FOR_GET | FOR_SHOW,
	    "per second, from two readings" },
	{ OPTION_PICK + PICK_AGE, "age", NULL, FOR_GET,
	    "nanoseconds since the value's last tick" },
	{ OPTION_PICK + PICK_PEAK, "peak", NULL, FOR_GET,
	    "of a gauge: its highest value so far" },
	{ OPTION_PICK + PICK_SUM, "sum", NULL, FOR_GET,
	    "of a histogram: the sum of its values" },
	{ OPTION_PICK + PICK_MIN, "min", NULL, FOR_GET, "the smallest" },
	{ OPTION_PICK + PICK_MAX, "max", NULL, FOR_GET, "the largest" },
	{ OPTION_PICK + PICK_P50, "p50", NULL, FOR_GET, "the median" },
	{ OPTION_PICK + PICK_P90, "p90", NULL, FOR_GET,
	    "what 90 % do not exceed" },
	{ OPTION_PICK + PICK_P99, "p99", NULL, FOR_GET, "99 %" },
	{ OPTION_PICK + PICK_P999, "p999", NULL, FOR_GET, "99.9 %" },
};
#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

/* ---- help -------------------------------------------------------------- */

void
usage_options(FILE *file, unsigned mask)
{
	char name[40];
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if ((options[i].commands & mask) == 0)
			continue;
		snprintf(name, sizeof(name), "%s%c%s--%s%s%s",
		    options[i].letter < 256 ? "-" : " ",
		    options[i].letter < 256 ? options[i].letter : ' ',
		    options[i].letter < 256 ? ", " : "  ", options[i].name,
		    options[i].argument != NULL ? " " : "",
		    options[i].argument != NULL ? options[i].argument : "");
		fprintf(file, "  %-24s %s\n", name, options[i].summary);
	}
}

void
usage_command(FILE *file, const struct command *command)
{
	fprintf(file, "usage: dbgtop [OPTION...] %s\n\n%s\n\n",
	    command->synopsis, command->summary);
	usage_options(file, command->mask);
}

int
usage_error(const struct request *request, const char *format, ...)
{
	char text[512], shown[SAFE_SIZE(sizeof(text))];
	va_list arguments;
	bool named;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	safe_copy(shown, sizeof(shown), text, strlen(text));
	warnx("%s", shown);
	named = request->command != NULL && request->command->name != NULL &&
	    request->run == NULL;
	fprintf(stderr, "  \"dbgtop%s%s --help\" shows what there is\n",
	    named ? " " : "", named ? request->command->name : "");
	return (EXIT_USAGE);
}

/* ---- values of options -------------------------------------------------- */

/* A level of detail, or of events how grave: that depends on the command. */
static int
settle_level(struct request *request)
{
	const char *text = request->level_text;

	if (text == NULL)
		return (0);
	request->level_given = true;
	if (request->command->mask == FOR_LOG) {
		if (argument_severity(text, &request->severity) == -1)
			return (usage_error(request,
			    "--level %s: of events it is debug, info, warn or "
			    "error",
			    text));
	} else if (argument_level(text, &request->level) == -1)
		return (usage_error(request,
		    "--level %s: it is normal, detail or debug", text));
	return (0);
}

/* Those of "export" are its own. */
static int
settle_format(struct request *request)
{
	const char *text = request->format_text;

	if (text != NULL && request->command->mask != FOR_EXPORT &&
	    !out_format_find(text, &request->format))
		return (usage_error(request,
		    "--format %s: it is text, json, jsonl or csv", text));
	return (0);
}

static int
take_time(struct request *request, const char *name, const char *text,
    uint64_t *real_ns)
{
	if (when_parse(text, when_now(), real_ns) == -1)
		return (usage_error(request,
		    "--%s %s: it is 10m (ago), 12:03, 2026-01-31T12:03:11Z or "
		    "@unix",
		    name, text));
	return (0);
}

static int
take_option(struct request *request, int letter, const char *argument)
{
	const char *problem;

	switch (letter) {
	case 'O':
		request->format_text = argument;
		break;
	case 'j':
		request->format_text = "json";
		break;
	case 'l':
		request->level_text = argument;
		break;
	case 'f':
		request->follow = true;
		break;
	case OPTION_SINCE:
		if (strcmp(argument, "0") == 0) {
			request->no_past = true;
			return (0);
		}
		return (
		    take_time(request, "since", argument, &request->since_ns));
	case OPTION_UNTIL:
		return (
		    take_time(request, "until", argument, &request->until_ns));
	case OPTION_AT:
		return (take_time(request, "at", argument, &request->at_ns));
	case OPTION_COLUMNS:
		request->columns = true;
		break;
	case OPTION_LINES:
		request->lines = true;
		break;
	case 'a':
		request->all = true;
		break;
	case 'u':
		request->user = argument;
		break;
	case 'i':
		request->interval_given = true;
		if (argument_interval(argument, &request->interval_ns) == -1)
			return (usage_error(request,
			    "--interval %s: it is 10ms to 24h, such as 250ms, "
			    "1s or 2m",
			    argument));
		break;
	case 'n':
		request->count =
		    (uint64_t)strtonum(argument, 1, COUNT_MAX, &problem);
		if (problem != NULL)
			return (usage_error(request,
			    "--count %s: a number from 1 is wanted: %s",
			    argument, problem));
		break;
	case OPTION_COLOR:
		if (argument_color(argument, &request->color) == -1)
			return (usage_error(request,
			    "--color %s: it is auto, always, never, 8, 16 or "
			    "256",
			    argument));
		break;
	case OPTION_THEME:
		if (theme_find(argument) == NULL)
			return (usage_error(request,
			    "--theme %s: it is default, light, contrast, "
			    "colorblind or mono",
			    argument));
		request->theme = argument;
		break;
	case OPTION_VIEW:
		request->view = argument;
		break;
	case OPTION_MOUSE:
		request->mouse = true;
		break;
	case OPTION_CONFIG:
		request->config = argument;
		break;
	case OPTION_TIMEOUT:
		request->timeout_given = true;
		if (argument_timeout(argument, &request->timeout_ns) == -1)
			return (usage_error(request,
			    "--timeout %s: it is 0 to a year, such as 30s or "
			    "10m",
			    argument));
		break;
	case OPTION_SNAPSHOT:
		request->snapshot = argument;
		break;
	case OPTION_FOR:
		if (argument_timeout(argument, &request->for_ns) == -1 ||
		    request->for_ns == 0)
			return (usage_error(request,
			    "--for %s: it is up to a year, such as 30s or 10m",
			    argument));
		break;
	case OPTION_ROTATE_SIZE:
		if (argument_size(argument, &request->rotate_bytes) == -1)
			return (usage_error(request,
			    "--rotate-size %s: it is 64K or more, such as 64M "
			    "or 1G",
			    argument));
		break;
	case OPTION_ROTATE_TIME:
		if (argument_timeout(argument, &request->rotate_ns) == -1 ||
		    request->rotate_ns < NS_PER_SECOND)
			return (usage_error(request,
			    "--rotate-time %s: it is a second to a year, such "
			    "as 10m or 1h",
			    argument));
		break;
	case OPTION_KEEP:
		request->keep_given = true;
		request->keep =
		    (size_t)strtonum(argument, 0, COUNT_MAX, &problem);
		if (problem != NULL)
			return (usage_error(request,
			    "--keep %s: a number is wanted: %s", argument,
			    problem));
		break;
	case OPTION_VIA:
		/* Words that name targets are understood in many places. */
		if (*argument == '\0')
			return (usage_error(request,
			    "--via: a command is wanted, such as sudo"));
		if (setenv("DBGTOP_VIA", argument, 1) == -1)
			err(1, "memory for a command");
		break;
	case OPTION_UNITS:
		request->units = true;
		break;
	case OPTION_TIED:
		request->tied = true;
		break;
	case OPTION_ASCII:
		request->ascii = true;
		break;
	case OPTION_RAW:
		request->raw = true;
		break;
	case OPTION_SECRETS:
		request->secrets = true;
		break;
	case 'o':
		request->output = argument;
		break;
	case 'q':
		request->quiet = true;
		break;
	case 'v':
		request->verbose = true;
		break;
	case OPTION_DRY_RUN:
		request->dry_run = true;
		break;
	case OPTION_FRAME:
		request->frame = argument;
		break;
	default:
		if (request->pick != PICK_VALUE &&
		    request->pick != (enum pick)(letter - OPTION_PICK))
			return (usage_error(request,
			    "one of --rate, --age, --p99 and the like, not "
			    "two"));
		request->pick = (enum pick)(letter - OPTION_PICK);
		break;
	}
	return (0);
}

/* ---- the whole line -------------------------------------------------------- */

static void
build_getopt(char letters[static 3 * OPTION_COUNT + 3],
    struct option table[static OPTION_COUNT + 1])
{
	char *next = letters;
	size_t i;

	/* "-": words come in order, as option 1; ":": we do the complaining. */
	*next++ = '-';
	*next++ = ':';
	for (i = 0; i < OPTION_COUNT; i++) {
		table[i] = (struct option){
			.name = options[i].name,
			.has_arg = options[i].argument != NULL
			    ? required_argument
			    : no_argument,
			.val = options[i].letter,
		};
		if (options[i].letter >= 256)
			continue;
		*next++ = (char)options[i].letter;
		if (options[i].argument != NULL)
			*next++ = ':';
	}
	*next = '\0';
	table[OPTION_COUNT] = (struct option){ 0 };
}

static void
add_word(struct request *request, const char *word)
{
	request->words = reallocarray(
	    request->words, request->word_count + 2, sizeof(*request->words));
	if (request->words == NULL)
		err(1, "memory for words");
	request->words[request->word_count++] = word;
	request->words[request->word_count] = NULL;
}

/* An option that means something else to another command has several entries:
 * the one for these commands, else any. */
static const struct option_text *
find_option(int letter, unsigned commands)
{
	const struct option_text *found = NULL;
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++)
		if (options[i].letter == letter &&
		    (found == NULL || (options[i].commands & commands) != 0))
			found = &options[i];
	return (found);
}

/* The command is the first word if it names one, else the full screen. */
static void
settle_command(struct request *request)
{
	const struct command *named = NULL;

	if (request->run != NULL) {
		request->command = command_find("--");
		return;
	}
	if (request->word_count > 0)
		named = command_find(request->words[0]);
	if (named != NULL) {
		memmove(request->words, request->words + 1,
		    request->word_count * sizeof(*request->words));
		request->word_count--;
	}
	request->command = named != NULL ? named : command_find("");
}

static int
check_words(const struct request *request)
{
	const struct command *command = request->command;

	if (request->word_count < command->least)
		return (usage_error(request, "%s: something is missing: %s",
		    command->name, command->synopsis));
	if (command->name == NULL && request->word_count > 0 &&
	    command_reserved(request->words[0]))
		return (usage_error(request,
		    "%s: unknown command, it belongs to a later version",
		    request->words[0]));
	if (request->word_count > command->most)
		return (usage_error(request, "%s: one word too many: %s%s",
		    command->name != NULL ? command->name : "TARGET PATTERN",
		    request->words[command->most],
		    command->name == NULL ? " (is the first a command? there "
					    "is none of that name)"
					  : ""));
	return (0);
}

int
request_parse(int argc, char *argv[], struct request *request)
{
	char letters[3 * OPTION_COUNT + 3];
	struct option table[OPTION_COUNT + 1];
	const struct option_text *option;
	int given[64];
	size_t i, given_count = 0;
	bool help = false, version = false;
	int letter;

	*request = (struct request){ .interval_ns = NS_PER_SECOND };
	build_getopt(letters, table);
	add_word(request, NULL);
	request->word_count = 0;
	while ((letter = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		if (letter == 1) {
			add_word(request, optarg);
			continue;
		}
		if (letter == '?' || letter == ':') {
			settle_command(request);
			if (letter == ':')
				usage_error(request, "%s: it needs an argument",
				    argv[optind - 1]);
			else if (optopt != 0 && optopt < 256)
				usage_error(
				    request, "-%c: no such option", optopt);
			else
				usage_error(request, "%s: no such option",
				    argv[optind - 1]);
			return (-1);
		}
		help |= letter == 'h';
		version |= letter == 'V';
		if (given_count < sizeof(given) / sizeof(given[0]))
			given[given_count++] = letter;
		if (letter != 'h' && letter != 'V' &&
		    take_option(request, letter, optarg) != 0)
			return (-1);
	}
	if (optind > 1 && strcmp(argv[optind - 1], "--") == 0 &&
	    request->word_count == 0)
		request->run = argv + optind;
	else
		while (optind < argc)
			add_word(request, argv[optind++]);
	settle_command(request);
	if (help) {
		if (request->command->name == NULL)
			usage_print(stdout);
		else
			usage_command(stdout, request->command);
		exit(output_end());
	}
	if (version) {
		puts("dbgtop " DBGTOP_VERSION);
		exit(output_end());
	}
	for (i = 0; i < given_count; i++) {
		option = find_option(given[i], request->command->mask);
		if ((option->commands & request->command->mask) == 0) {
			usage_error(request, "--%s: not an option of %s",
			    option->name,
			    request->command->name != NULL
				? request->command->name
				: "the full screen");
			return (-1);
		}
	}
	if (settle_level(request) != 0 || settle_format(request) != 0)
		return (-1);
	if (request->no_past && request->command->mask != FOR_RECORD &&
	    request->command->mask != FOR_STREAM) {
		usage_error(request, "--since 0: there is nothing since then");
		return (-1);
	}
	if (request->format == OUT_JSON &&
	    (request->follow ||
		(request->count > 1 &&
		    (request->command->mask & (FOR_LOG | FOR_TAIL)) == 0))) {
		usage_error(request,
		    "json is one document; what goes on comes with -O jsonl");
		return (-1);
	}
	if (request->at_ns != 0 && request->count > 1) {
		usage_error(request,
		    "--at is one moment, --count wants several: see tail");
		return (-1);
	}
	return (check_words(request) == 0 ? 0 : -1);
}

void
request_free(struct request *request)
{
	free(request->words);
	request->words = NULL;
}
