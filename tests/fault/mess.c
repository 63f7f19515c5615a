/*
 * mess.c - a program all of whose texts are drawn by lot from bytes that mean
 * something to terminals and formats.
 *
 *	mess SEED ROWS METRICS EVENTS
 *
 * It says "strings N" when N of them can be read, and waits to be killed.
 */
#include <dbgshm/events.h>
#include <dbgshm/writer.h>

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDTH 48

static uint64_t noise;

static uint32_t
any(void)
{
	noise = noise * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((uint32_t)(noise >> 33));
}

static const char *const pieces[] = {
	"\033[2J",
	"\033]0;x\a",
	"\033]52;c;aGk=\a",
	"\033P",
	"\033\\",
	"\r",
	"\n",
	"\t",
	"\b",
	"\a",
	"\x7f",
	"\r\n",
	"\x9b"
	"2J",
	"\xc2\x9b"
	"2J",
	"\xc2\x85",
	"\xe2\x80\xa8",
	"\xe2\x80\xa9",
	"\xe2\x80\xae",
	"\xe2\x81\xa6",
	"\xe2\x80\x8b",
	"\xef\xbb\xbf",
	"\xcc\x81",
	"\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
	"\xff",
	"\xc0\xaf",
	"\xed\xa0\x80",
	"\xf4\x90\x80\x80",
	"\xe2\x82",
	"\xf0\x9f\x98\x80",
	"\xe5\xad\x97",
	"\xf3\xa0\x81\x81",
	"=1+1",
	"+1",
	"-1",
	"@SUM(1)",
	"\"",
	"\"\"",
	"\\",
	"\\n",
	"'",
	",",
	";",
	"|",
	"{",
	"}",
	"{}",
	"{0}",
	"%n",
	"%s%s%s",
	"%",
	"$(id)",
	"`id`",
	"<b>",
	"&amp;",
	"</script>",
	"\",\"x\":\"",
	"\"}\n{",
	"# HELP ",
	"# EOF\n",
	" 1 1\n",
	"null",
	"NaN",
	"true",
	"0",
	"a",
	" ",
};
#define PIECES (sizeof(pieces) / sizeof(pieces[0]))

/* Any bytes but 0. */
static const char *
draw(char *text, size_t size)
{
	size_t used = 0, length;
	const char *piece;
	char byte[2] = "";
	unsigned left = any() % 8;

	while (left-- > 0) {
		byte[0] = (char)(any() % 255 + 1);
		piece = any() % 4 == 0 ? byte : pieces[any() % PIECES];
		length = strlen(piece);
		if (used + length >= size)
			break;
		memcpy(text + used, piece, length);
		used += length;
	}
	text[used] = '\0';
	return (text);
}

static size_t
make_table(unsigned long count)
{
	char help[WIDTH], one[WIDTH] = "", two[WIDTH] = "", text[WIDTH],
			  more[WIDTH];
	const char *names[] = { draw(one, sizeof(one)), draw(two, sizeof(two)),
		NULL };
	struct dbgshm_column columns[] = {
		{ .name = "number",
		    .type = DBGSHM_TYPE_GAUGE,
		    .flags = DBGSHM_COLUMN_KEY },
		{ .name = "text",
		    .type = DBGSHM_TYPE_TEXT,
		    .width = WIDTH,
		    .help = draw(help, sizeof(help)) },
		{ .name = "mood", .type = DBGSHM_TYPE_ENUM, .names = names },
		{ .name = "blob", .type = DBGSHM_TYPE_BLOB, .width = 16 },
	};
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	struct dbgshm_row row;
	unsigned long i;

	one[0] = 'a'; /* two that differ */
	two[0] = 'b';
	do /* a line is one that does not end in the middle */
		profile = dbgshm_profile_add("mess/rows",
		    draw(text, sizeof(text)), draw(more, sizeof(more)));
	while (profile == NULL);
	do {
		draw(help, sizeof(help));
		table =
		    dbgshm_table_create(profile, columns, 4, (uint32_t)count);
	} while (table == NULL && errno == EINVAL);
	if (table == NULL)
		err(1, "table");
	for (i = 0; i < count; i++) {
		row = dbgshm_row_claim(table);
		dbgshm_row_set(row, 0, i);
		dbgshm_row_text(row, 1, draw(text, sizeof(text)));
		dbgshm_row_set(row, 2, any() % 2);
		dbgshm_row_blob(row, 3, draw(text, 16), 16);
		dbgshm_row_end(row);
	}
	return (2 * count + 5);
}

static size_t
make_metrics(unsigned long count)
{
	struct dbgshm_profile *profile =
	    dbgshm_profile_add("mess/metrics", NULL, NULL);
	char help[WIDTH], value[WIDTH], name[32];
	struct dbgshm_label label = { "what", value };
	struct dbgshm_counter counter = { 0 };
	unsigned long i;
	int made;

	for (i = 0; i < count; i++) {
		(void)snprintf(name, sizeof(name), "m%lu", i);
		do {
			draw(value, sizeof(value));
			draw(help, sizeof(help));
			made = dbgshm_counter_create(profile,
			    &(struct dbgshm_metric){ .name = name,
				.help = help,
				.labels = &label,
				.label_count = 1 },
			    &counter);
		} while (made == -1 && errno == EINVAL);
		dbgshm_counter_add(counter, i + 1);
	}
	return (2 * count);
}

static size_t
make_events(unsigned long count)
{
	struct dbgshm_profile *profile =
	    dbgshm_profile_add("mess/events", NULL, NULL);
	struct dbgshm_log *log = dbgshm_log_create(profile, NULL);
	char text[WIDTH];
	unsigned long i;

	for (i = 0; i < count; i++)
		dbgshm_log_printf(log, DBGSHM_SEVERITY_INFO, "%lu:%s", i,
		    draw(text, sizeof(text)));
	return (count);
}

int
main(int argc, char *argv[])
{
	char name[WIDTH], version[WIDTH];
	size_t strings = 2;

	if (argc < 5)
		return (2);
	noise = strtoull(argv[1], NULL, 10) * 2 + 1;
	if (dbgshm_init(&(struct dbgshm_options){ .state = DBGSHM_PUBLISHED,
		.sampling = DBGSHM_SAMPLER_TICK,
		.name = draw(name, sizeof(name)),
		.version = draw(version, sizeof(version)) }) == -1) {
		perror("mess");
		return (1);
	}
	strings += make_table(strtoul(argv[2], NULL, 10));
	strings += make_metrics(strtoul(argv[3], NULL, 10));
	strings += make_events(strtoul(argv[4], NULL, 10));
	(void)dbgshm_tick(0);
	printf("strings %zu\n", strings);
	(void)fflush(stdout);
	for (;;)
		(void)pause();
}
