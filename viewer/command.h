/*
 * command.h - one command of dbgtop and what the person asked of it.
 *
 * The tables of commands and options are the only place where they are named:
 * help, usage, errors and the test of the manual come from them.
 */
#ifndef VIEWER_COMMAND_H
#define VIEWER_COMMAND_H

#include "target.h"

#include <libshm/kit/out.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers: of colors, where the terminal has so many. */
enum color {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
	COLOR_8,
	COLOR_16,
	COLOR_256
};

/* What "get" takes from a value. */
enum pick {
	PICK_VALUE,
	PICK_RATE,
	PICK_AGE,
	PICK_PEAK,
	PICK_SUM,
	PICK_MIN,
	PICK_MAX,
	PICK_P50,
	PICK_P90,
	PICK_P99,
	PICK_P999,
};

struct request {
	const struct command *command;
	const char **words; /* behind the command's name; ends with NULL */
	size_t word_count;
	char **run; /* behind "--": CMD ARG..., or NULL */

	enum out_format format;
	const char *format_text; /* as it was given, NULL */
	enum color color;
	enum pick pick;
	uint8_t level;
	bool level_given;
	const char *level_text; /* as it was given */
	uint8_t severity;	/* of events: DBGSHM_SEVERITY_*, at least */
	bool follow;
	uint64_t since_ns, until_ns, at_ns; /* ns since 1970; 0 not given */
	bool all, ascii, raw, secrets, quiet, verbose, dry_run;
	uint64_t interval_ns;
	bool interval_given;
	bool columns, lines;
	uint64_t count; /* readings, 0 not given */
	const char *user;
	const char *frame; /* 80x24 */
	const char *output; /* a file's name */
	const char *snapshot; /* likewise, of wait; NULL none */
	uint64_t for_ns;	/* record: so long; 0 not given */
	uint64_t rotate_bytes, rotate_ns; /* likewise */
	size_t keep;
	bool keep_given;
	bool no_past; /* --since 0 */
	bool tied;    /* to standard input */
	bool units;   /* numbers are scaled whatever standard output is */
	uint64_t timeout_ns;
	bool timeout_given;
	const char *theme, *config; /* NULL not given */
	const char *view;
	bool mouse;
};

/* Which commands an option belongs to. */
enum {
	FOR_SCREEN = 1 << 0, /* bare dbgtop, and a TARGET */
	FOR_LIST = 1 << 1,
	FOR_SHOW = 1 << 2,
	FOR_DESCRIBE = 1 << 3,
	FOR_GET = 1 << 4,
	FOR_PATH = 1 << 5,
	FOR_CHECK = 1 << 6,
	FOR_CLEAN = 1 << 7,
	FOR_RUN = 1 << 8,
	FOR_LOG = 1 << 9,
	FOR_TAIL = 1 << 10,
	FOR_SNAPSHOT = 1 << 11,
	FOR_WAIT = 1 << 12,
	FOR_DIFF = 1 << 13,
	FOR_EXPORT = 1 << 14,
	FOR_RECORD = 1 << 15,
	FOR_STREAM = 1 << 16,
};

struct command {
	const char *name; /* NULL: no word names it */
	const char *synopsis;
	const char *summary;
	unsigned mask;	    /* FOR_* */
	size_t least, most; /* words */
	int (*run)(const struct request *request);
};

const struct command *command_find(const char *name); /* NULL unknown */

bool command_reserved(const char *name);
	/* A word that a later version will understand. */

int request_parse(int argc, char *argv[], struct request *request);
	/* 0, or -1 after the usage error was printed. */
void request_free(struct request *request);

void usage_print(FILE *file);
void usage_options(FILE *file, unsigned mask); /* of FOR_* */
void usage_command(FILE *file, const struct command *command);
int usage_error(const struct request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
	/* Prints "dbgtop: ..." and a line that leads to the help; returns
	 * EXIT_USAGE. */

/* ---- what commands share ------------------------------------------------ */

bool request_raw(const struct request *request);
	/* Numbers are not scaled: asked for, or standard output is no
	 * terminal and scaled ones were not. */
bool request_color(const struct request *request);
unsigned request_model(const struct request *request); /* MODEL_* flags */
unsigned request_source(const struct request *request); /* SOURCE_* flags */
struct out_style request_style(const struct request *request);

int output_end(void);
	/* Flushes standard output; EXIT_DONE, or EXIT_OUTPUT after it was
	 * said what failed. */

void interval_wait(uint64_t interval_ns);

/* One file each. */
int cmd_check(const struct request *);
int cmd_clean(const struct request *);
int cmd_describe(const struct request *);
int cmd_diff(const struct request *);
int cmd_export(const struct request *);
int cmd_get(const struct request *);
int cmd_list(const struct request *);
int cmd_log(const struct request *);
int cmd_path(const struct request *);
int cmd_record(const struct request *);
int cmd_run(const struct request *);
int cmd_screen(const struct request *);
int cmd_show(const struct request *);
int cmd_snapshot(const struct request *);
int cmd_stream(const struct request *);
int cmd_tail(const struct request *);
int cmd_wait(const struct request *);

#endif
