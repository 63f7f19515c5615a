/* t_event_text.c - claims about the line that people read of an event. */
#include "image.h"

#include <libshm/kit/event_text.h>

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TEXT(s)                                                                \
	{                                                                      \
		s, sizeof(s) - 1                                               \
	}

static const struct dbgshm_text states[] = { TEXT("idle"), TEXT("busy") };

static const struct dbgshm_column_info fields[] = {
	{ .name = TEXT("peer"), .type = DBGSHM_TYPE_TEXT },
	{ .name = TEXT("bytes"),
	    .type = DBGSHM_TYPE_COUNTER,
	    .unit = DBGSHM_UNIT_BYTES },
	{ .name = TEXT("error"), .type = DBGSHM_TYPE_SIGNED },
	{ .name = TEXT("load"), .type = DBGSHM_TYPE_FLOAT },
	{ .name = TEXT("when"), .type = DBGSHM_TYPE_TIME },
	{ .name = TEXT("took"), .type = DBGSHM_TYPE_DURATION },
	{ .name = TEXT("state"),
	    .type = DBGSHM_TYPE_ENUM,
	    .name_count = 2,
	    .names = states },
	{ .name = TEXT("again"), .type = DBGSHM_TYPE_BOOL },
	{ .name = TEXT("key"), .type = DBGSHM_TYPE_BLOB },
	{ .name = TEXT("row"), .type = DBGSHM_TYPE_REFERENCE },
	{ .name = TEXT("word"),
	    .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_SECRET },
};

/* Of an event with all types, and the region that it came from. */
struct scene {
	struct sample_image sample;
	struct dbgshm_reader *reader;
	struct dbgshm_cell values[COUNT(fields)];
	struct dbgshm_event_info event;
};

static int
begin(void **state)
{
	static struct scene scene;
	size_t i;
	int file;

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return (-1);
	image_sample(&scene.sample);
	scene.sample.table->number = 5;
	file = image_file(&scene.sample.image, IMAGE_SIZE);
	if (image_attach(file, &scene.reader, NULL) == -1 ||
	    dbgshm_reader_refresh(scene.reader) == -1)
		return (-1);
	(void)close(file);
	memset(scene.values, 0, sizeof(scene.values));
	for (i = 0; i < COUNT(fields); i++)
		scene.values[i].type = fields[i].type;
	scene.values[0].text = (struct dbgshm_text)TEXT("10.0.0.7");
	scene.values[1].u = 5000;
	scene.values[2].i = -3;
	scene.values[3].d = 0.5;
	scene.values[4].u = UINT64_C(6000000000); /* a second after the tick */
	scene.values[5].u = 7900000;
	scene.values[6].u = 1;
	scene.values[6].text = states[1];
	scene.values[7].u = 1;
	scene.values[8].text = (struct dbgshm_text)TEXT("\001\xff");
	scene.values[10].text = (struct dbgshm_text)TEXT("hunter2");
	scene.event = (struct dbgshm_event_info){ .name = TEXT("lost_peer"),
		.fields = fields,
		.field_count = COUNT(fields),
		.values = scene.values };
	*state = &scene;
	return (0);
}

static int
end(void **state)
{
	struct scene *scene = *state;

	dbgshm_reader_close(scene->reader);
	image_free(&scene->sample.image);
	return (0);
}

static void
say(struct scene *scene, const char *pattern, unsigned flags,
    const char *wanted)
{
	char line[EVENT_TEXT_SIZE];

	scene->event.text = (struct dbgshm_text){ pattern, strlen(pattern) };
	assert_int_equal(
	    event_text(line, sizeof(line), scene->reader, &scene->event, flags),
	    strlen(wanted));
	assert_string_equal(line, wanted);
}

static void
test_fields_stand_as_people_read_them(void **state)
{
	struct scene *scene = *state;

	say(scene, "peer {peer} lost", 0, "peer 10.0.0.7 lost");
	say(scene, "{bytes}", 0, "4.88 KiB");
	say(scene, "{error}{load}", 0, "-30.50");
	say(scene, "{when}", 0, "2023-11-14T22:13:26.000Z");
	say(scene, "{took}", 0, "7.90 ms");
	say(scene, "{state} {again} {key}", 0, "busy yes 01ff");
	scene->values[0].cut = true;
	say(scene, "<{peer}>", 0, "<10.0.0.7...>");
	scene->values[6].u = 9;
	scene->values[6].text.length = 0;
	say(scene, "{state}", 0, "9");
}

static void
test_raw_numbers_are_in_the_unit_they_were_recorded_in(void **state)
{
	struct scene *scene = *state;

	say(scene, "{bytes} {took} {error} {load}", EVENT_TEXT_RAW,
	    "5000 7900000 -3 0.5");
	say(scene, "{when}", EVENT_TEXT_RAW, "2023-11-14T22:13:26.000000000Z");
}

static void
test_what_names_no_field_stays_as_it_is(void **state)
{
	struct scene *scene = *state;

	say(scene, "plain", 0, "plain");
	say(scene, "{nobody} {peers} {pee} {} {", 0,
	    "{nobody} {peers} {pee} {} {");
	say(scene, "{{peer}} {peer", 0, "{10.0.0.7} {peer");
	say(scene, "}{", 0, "}{");
	say(scene, "{peer}{peer}", 0, "10.0.0.710.0.0.7");
}

static void
test_a_kind_without_a_text_lists_its_fields(void **state)
{
	struct scene *scene = *state;

	scene->event.field_count = 2;
	say(scene, "", 0, "lost_peer peer=10.0.0.7 bytes=4.88 KiB");
	scene->event.field_count = 0;
	say(scene, "", 0, "lost_peer");
}

static void
test_secrets_are_hidden_until_they_are_asked_for(void **state)
{
	struct scene *scene = *state;

	say(scene, "{word}", 0, "(hidden)");
	say(scene, "{word}", EVENT_TEXT_SECRETS, "hunter2");
}

static void
test_references_say_which_row_and_whether_it_is_there(void **state)
{
	struct scene *scene = *state;
	uint64_t *row = &scene->values[9].u, table = UINT64_C(5) << 48;

	say(scene, "{row}", 0, "-");
	*row = table | UINT64_C(3) << 28 | 7;
	say(scene, "{row}", 0, "net/peers[3.7]");
	*row = table | UINT64_C(3) << 28 | 6;
	say(scene, "{row}", 0, "net/peers[3.6] (gone)");
	*row = UINT64_C(9) << 48 | UINT64_C(1) << 28 | 2;
	say(scene, "{row}", 0, "?[1.2] (gone)");
}

static void
test_no_byte_of_a_program_reaches_the_terminal(void **state)
{
	struct scene *scene = *state;

	scene->values[0].text = (struct dbgshm_text)TEXT("\033[2J\n");
	say(scene, "\t{peer}\xff", 0, "\\x09\\x1b[2J\\x0a\\xff");
	/* A mark may not sit on what stood there before its piece. */
	scene->values[0].text = (struct dbgshm_text)TEXT("\xcc\x81");
	say(scene, "e{peer}", 0, "e\\u{301}");
}

static void
test_a_line_is_cut_at_its_size_and_nothing_follows(void **state)
{
	struct scene *scene = *state;
	char line[128], whole[EVENT_TEXT_SIZE], pattern[400] = "";
	size_t length, size;

	while (strlen(pattern) < 300)
		strcat(pattern, "{peer} \xe2\x82\xac {key} \003 ");
	scene->event.text = (struct dbgshm_text){ pattern, strlen(pattern) };
	(void)event_text(whole, sizeof(whole), scene->reader, &scene->event, 0);
	assert_true(strlen(whole) > sizeof(line));
	for (size = 0; size < sizeof(line); size++) {
		memset(line, '#', sizeof(line));
		length =
		    event_text(line, size, scene->reader, &scene->event, 0);
		assert_int_equal(line[size], '#');
		if (size == 0)
			continue;
		assert_int_equal(length, strlen(line));
		assert_memory_equal(line, whole, length);
		assert_true(size - length <= 13);
	}
}

/* The longest text of a kind, and each character might begin a field. */
static void
test_the_cost_of_a_text_is_bounded(void **state)
{
	struct scene *scene = *state;
	char line[EVENT_TEXT_SIZE], *pattern = malloc(DBGSHM_TEXT_MAX);

	assert_non_null(pattern);
	memset(pattern, '{', DBGSHM_TEXT_MAX);
	scene->event.text = (struct dbgshm_text){ pattern, DBGSHM_TEXT_MAX };
	assert_true(event_text(line, sizeof(line), scene->reader, &scene->event,
			0) > sizeof(line) - 14);
	free(pattern);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_fields_stand_as_people_read_them),
		TEST(test_raw_numbers_are_in_the_unit_they_were_recorded_in),
		TEST(test_what_names_no_field_stays_as_it_is),
		TEST(test_a_kind_without_a_text_lists_its_fields),
		TEST(test_secrets_are_hidden_until_they_are_asked_for),
		TEST(test_references_say_which_row_and_whether_it_is_there),
		TEST(test_no_byte_of_a_program_reaches_the_terminal),
		TEST(test_a_line_is_cut_at_its_size_and_nothing_follows),
		TEST(test_the_cost_of_a_text_is_bounded),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
