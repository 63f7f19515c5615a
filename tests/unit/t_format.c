/*
 * t_format.c - FORMAT.md tells the truth about format.h.
 *
 * The tables of the page are read at run time and compared with the compiler's
 * offsetof and sizeof.  The fields of a struct must tile it without a gap, so a
 * field that the page forgets is found too; each #define of format.h, and of the
 * headers of recordings, must be on the page.  The last tests damage the page on
 * purpose, one number and one row at a time, and expect the check to notice each.
 *
 * Run from the top of the project; an argument names another page.
 */
#include "format_lists.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CELLS_MAX 8
#define LINE_MAX_BYTES 1024
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct type {
	const char *name;
	size_t size;
} types[] = {
	{ "u64", 8 },
	{ "u32", 4 },
	{ "u16", 2 },
	{ "u8", 1 },
	{ "char", 1 },
};

static const char *page_path = "FORMAT.md";
static char *page;

/* What one pass over a page has found. */
struct check {
	unsigned faults;
	bool loud;
	unsigned field_seen[COUNT(fields)];
	unsigned constant_seen[COUNT(constants)];
	unsigned layout_seen[COUNT(layouts)];
	/* the table that is being read */
	enum { IN_TEXT, IN_STRUCT, IN_CONSTANTS } in;
	char name[64];	 /* last struct that the text named */
	size_t expected; /* where the next field must start */
};

static void
fault(struct check *check, const char *what, const char *where)
{
	check->faults++;
	if (check->loud)
		print_error("%s: %s: %s\n", page_path, where, what);
}

static char *
read_file(const char *path)
{
	FILE *file;
	char *text;
	long size;

	file = fopen(path, "r");
	if (file == NULL)
		fail_msg(
		    "%s: not found; run from the top of the project", path);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size > 0);
	rewind(file);
	text = malloc((size_t)size + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)size, file), size);
	text[size] = '\0';
	(void)fclose(file);
	return (text);
}

/* Cuts "| a | b | ... |" into cells without blanks and backquotes around. */
static size_t
split_row(char *line, char *cells[CELLS_MAX])
{
	size_t count = 0;
	char *end, *p;

	p = line + 1;
	while (count < CELLS_MAX && (end = strchr(p, '|')) != NULL) {
		*end = '\0';
		p += strspn(p, " `");
		cells[count] = p;
		for (p = end; p > cells[count] && strchr(" `", p[-1]) != NULL;)
			*--p = '\0';
		count++;
		p = end + 1;
	}
	return (count);
}

static bool
number(const char *text, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return (false);
	*value = strtoull(text, &end, 0);
	return (*end == '\0');
}

static const struct layout *
find_layout(const char *name)
{
	for (size_t i = 0; i < COUNT(layouts); i++)
		if (strcmp(layouts[i].name, name) == 0)
			return (&layouts[i]);
	return (NULL);
}

/* The size that a type such as u8[240] or struct x[16] has; 0 unknown. */
static uint64_t
type_size(const char *type)
{
	const struct layout *layout;
	char base[64];
	uint64_t count = 1;
	size_t length;

	length = strcspn(type, "[");
	if (length >= sizeof(base))
		return (0);
	memcpy(base, type, length);
	base[length] = '\0';
	if (type[length] == '[')
		count = strtoull(type + length + 1, NULL, 10);
	for (size_t i = 0; i < COUNT(types); i++)
		if (strcmp(types[i].name, base) == 0)
			return (types[i].size * count);
	if (strncmp(base, "struct ", 7) != 0)
		return (0);
	layout = find_layout(base + 7);
	return (layout == NULL ? 0 : layout->size * count);
}

static void
check_field(struct check *check, char *cells[CELLS_MAX], size_t count)
{
	uint64_t offset, size;
	size_t i;

	if (count < 4 || !number(cells[0], &offset) ||
	    !number(cells[1], &size)) {
		fault(check, "row without offset, size, type, field",
		    check->name);
		return;
	}
	for (i = 0; i < COUNT(fields); i++)
		if (strcmp(fields[i].in, check->name) == 0 &&
		    strcmp(fields[i].name, cells[3]) == 0)
			break;
	if (i == COUNT(fields)) {
		fault(check, "no such field", cells[3]);
		return;
	}
	check->field_seen[i]++;
	if (offset != fields[i].offset)
		fault(check, "wrong offset", cells[3]);
	if (size != fields[i].size)
		fault(check, "wrong size", cells[3]);
	if (type_size(cells[2]) != fields[i].size)
		fault(check, "type and size differ", cells[3]);
	if (offset != check->expected)
		fault(check, "does not follow the field before", cells[3]);
	check->expected = (size_t)(offset + size);
}

static void
check_constant(struct check *check, char *cells[CELLS_MAX], size_t count)
{
	uint64_t value;
	size_t i, length;

	if (count < 2) {
		fault(check, "row without constant and value", check->name);
		return;
	}
	for (i = 0; i < COUNT(constants); i++)
		if (strcmp(constants[i].name, cells[0]) == 0)
			break;
	if (i == COUNT(constants)) {
		fault(check, "no such constant", cells[0]);
		return;
	}
	check->constant_seen[i]++;
	if (constants[i].text == NULL) {
		if (!number(cells[1], &value) || value != constants[i].value)
			fault(check, "wrong value", cells[0]);
		return;
	}
	length = strlen(constants[i].text);
	if (strlen(cells[1]) != length + 2 || cells[1][0] != '"' ||
	    strncmp(cells[1] + 1, constants[i].text, length) != 0 ||
	    cells[1][length + 1] != '"')
		fault(check, "wrong text", cells[0]);
}

static void
check_table_start(struct check *check, char *cells[CELLS_MAX], size_t count)
{
	const struct layout *layout;

	if (count >= 4 && strcmp(cells[0], "offset") == 0 &&
	    strcmp(cells[1], "size") == 0 && strcmp(cells[2], "type") == 0 &&
	    strcmp(cells[3], "field") == 0) {
		layout = find_layout(check->name);
		if (layout == NULL) {
			fault(check, "table of an unknown struct", check->name);
			return;
		}
		check->layout_seen[layout - layouts]++;
		check->in = IN_STRUCT;
		check->expected = 0;
	} else if (count >= 2 && strcmp(cells[0], "constant") == 0 &&
	    strcmp(cells[1], "value") == 0) {
		check->in = IN_CONSTANTS;
	}
}

static void
check_text(struct check *check, const char *line)
{
	static const char mark[] = "`struct ";
	const struct layout *layout;
	const char *p;
	size_t length;

	if (check->in == IN_STRUCT) {
		layout = find_layout(check->name);
		if (layout != NULL && check->expected != layout->size)
			fault(check, "fields do not fill it", check->name);
	}
	check->in = IN_TEXT;
	for (p = line; (p = strstr(p, mark)) != NULL;) {
		p += sizeof(mark) - 1;
		length = strcspn(p, "`");
		if (length < sizeof(check->name)) {
			memcpy(check->name, p, length);
			check->name[length] = '\0';
		}
	}
}

/* Compares all tables of a page with the compiler; returns what is wrong. */
static unsigned
check_page(const char *text, bool loud)
{
	struct check check = { .loud = loud };
	char *cells[CELLS_MAX];
	char line[LINE_MAX_BYTES];
	const char *p;
	size_t count, i, length;

	for (p = text; *p != '\0'; p += length + (p[length] == '\n')) {
		length = strcspn(p, "\n");
		if (length >= sizeof(line)) {
			fault(&check, "line too long", check.name);
			continue;
		}
		memcpy(line, p, length);
		line[length] = '\0';
		if (line[0] != '|') {
			check_text(&check, line);
			continue;
		}
		if (line[1] == '-')
			continue;
		count = split_row(line, cells);
		if (check.in == IN_STRUCT)
			check_field(&check, cells, count);
		else if (check.in == IN_CONSTANTS)
			check_constant(&check, cells, count);
		else
			check_table_start(&check, cells, count);
	}
	check_text(&check, "");
	for (i = 0; i < COUNT(fields); i++)
		if (check.field_seen[i] != 1)
			fault(&check, "field not there, or there twice",
			    fields[i].name);
	for (i = 0; i < COUNT(layouts); i++)
		if (check.layout_seen[i] != 1)
			fault(&check, "struct not there, or there twice",
			    layouts[i].name);
	for (i = 0; i < COUNT(constants); i++)
		if (check.constant_seen[i] != 1)
			fault(&check, "constant not there, or there twice",
			    constants[i].name);
	return (check.faults);
}

static void
test_page_agrees_with_the_compiler(void **state)
{
	(void)state;
	assert_int_equal(check_page(page, true), 0);
}

static bool
known_constant(const char *name, size_t length)
{
	for (size_t i = 0; i < COUNT(constants); i++)
		if (strlen(constants[i].name) == length &&
		    strncmp(constants[i].name, name, length) == 0)
			return (true);
	return (false);
}

/* Begins with one of the prefixes: "struct dbgshm_", "#define REC_", ... */
static bool
defines(const char *line, const char *before)
{
	static const char *const ours[] = { "dbgshm_", "rec_", "DBGSHM_",
		"REC_" };
	size_t length = strlen(before);

	if (strncmp(line, before, length) != 0)
		return (false);
	for (size_t i = 0; i < COUNT(ours); i++)
		if (strncmp(line + length, ours[i], strlen(ours[i])) == 0)
			return (true);
	return (false);
}

/* All that a header defines is in the lists; returns how much that is. */
static size_t
cover(const char *path)
{
	static const char word[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	char *header, *line, *rest, *name, *end;
	size_t length, seen = 0;
	bool stored = strstr(path, "format") != NULL;

	header = read_file(path);
	for (line = strtok_r(header, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (defines(line, "struct ") &&
		    (end = strstr(line, " {")) != NULL) {
			if (!stored)
				continue;
			*end = '\0';
			if (find_layout(line + 7) == NULL)
				fail_msg("%s: not on the page", line);
			seen++;
			continue;
		}
		if (defines(line, "#define "))
			name = line + 8;
		else if (defines(line, "\t")) /* of an enum */
			name = line + 1;
		else
			continue;
		length = strspn(name, word);
		if (name[length] == '(' ||
		    (*line == '#' && name[length] == '\0'))
			continue; /* macro with arguments, include guard */
		if (!known_constant(name, length))
			fail_msg("%.*s: not on the page", (int)length, name);
		seen++;
	}
	free(header);
	return (seen);
}

/* The lists above are complete: nothing of the headers is missing in them. */
static void
test_lists_cover_every_definition_of_the_headers(void **state)
{
	(void)state;
	assert_int_equal(cover("libshm/include/dbgshm/format.h") +
		cover("libshm/kit/rec_format.h") + cover("libshm/kit/rec.h"),
	    COUNT(constants) + COUNT(layouts));
}

/* True for rows of the two kinds of tables that are checked. */
static bool
is_checked_row(const char *line)
{
	size_t length;

	if (defines(line, "| `")) {
		length = strcspn(line + 3, "`");
		return (known_constant(line + 3, length));
	}
	if (strncmp(line, "| ", 2) != 0)
		return (false);
	line += 2;
	length = strspn(line, "0123456789");
	return (length > 0 && strncmp(line + length, " | ", 3) == 0);
}

static void
test_any_changed_number_is_noticed(void **state)
{
	unsigned column, columns;
	size_t changed = 0;
	char digit;

	(void)state;
	for (char *line = page; line != NULL && *line != '\0';
	     line = strchr(line, '\n'), line += line != NULL) {
		if (!is_checked_row(line))
			continue;
		/* offset, size and type, or only the value */
		columns = line[2] == '`' ? 2 : 3;
		column = 0;
		for (char *p = line; column <= columns; p++) {
			column += *p == '|';
			if (*p < '0' || *p > '9' || column > columns ||
			    (columns == 2 && column == 1) || p[-1] == 'u')
				continue;
			if (p[-1] == '0' && p[1] == 'x')
				continue;
			digit = *p;
			*p = digit == '9' ? '1' : (char)(digit + 1);
			if (check_page(page, false) == 0)
				fail_msg("unnoticed change in: %.60s", line);
			*p = digit;
			changed++;
		}
	}
	assert_true(changed > COUNT(fields) + COUNT(constants));
}

static void
test_any_missing_row_is_noticed(void **state)
{
	size_t length, removed = 0;
	char *copy, *end;

	(void)state;
	for (char *line = page; line != NULL && *line != '\0';
	     line = strchr(line, '\n'), line += line != NULL) {
		if (!is_checked_row(line))
			continue;
		length = (size_t)(line - page);
		end = strchr(line, '\n') + 1;
		copy = malloc(length + strlen(end) + 1);
		assert_non_null(copy);
		memcpy(copy, page, length);
		memcpy(copy + length, end, strlen(end) + 1);
		if (check_page(copy, false) == 0)
			fail_msg("unnoticed loss of: %.60s", line);
		free(copy);
		removed++;
	}
	assert_int_equal(removed, COUNT(fields) + COUNT(constants));
}

static int
read_page(void **state)
{
	(void)state;
	page = read_file(page_path);
	return (0);
}

static int
free_page(void **state)
{
	(void)state;
	free(page);
	return (0);
}

int
main(int argc, char *argv[])
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_agrees_with_the_compiler),
		cmocka_unit_test(
		    test_lists_cover_every_definition_of_the_headers),
		cmocka_unit_test(test_any_changed_number_is_noticed),
		cmocka_unit_test(test_any_missing_row_is_noticed),
	};

	if (argc > 1)
		page_path = argv[1];
	return (cmocka_run_group_tests(tests, read_page, free_page));
}
