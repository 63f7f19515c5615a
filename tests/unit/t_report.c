/*
 * t_report.c - everything that is printed of a region that is damaged.
 */
#include "image_shapes.h"

#include <viewer/model.h>
#include <viewer/report.h>

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define FLIPS 400
#else
#define FLIPS 4000
#endif

static void
show_all(struct model *of, FILE *file)
{
	struct request request = { .format = OUT_JSON, .quiet = false };
	struct out_style style = { .headings = true };
	struct report report = { .request = &request,
		.model = of,
		.note = "",
		.closed = "",
		.level = DBGSHM_LEVEL_NORMAL };
	struct patterns *patterns;
	char why[100];
	struct out *out;

	assert_int_equal(
	    patterns_create(NULL, 0, &patterns, why, sizeof(why)), 0);
	patterns_resolve(patterns, of);
	report.patterns = patterns;
	report_text(file, &report);
	report_describe_text(file, &report);
	report.level = DBGSHM_LEVEL_DEBUG;
	report_text(file, &report);
	out = out_create(OUT_JSON, file, &style);
	out_begin(out, "x", 0);
	report_show(out, &report);
	out_end(out);
	out_destroy(out);
	patterns_destroy(patterns);
}

static void
test_a_region_with_a_flipped_bit_is_shown_or_refused(void **state)
{
	struct whole_image whole;
	struct model_source source = { .name = "own", .path = "" };
	struct model *of;
	FILE *file = fopen("/dev/null", "w");
	unsigned char *bytes, *byte, bit;
	size_t i, shown_count = 0;
	int descriptor;

	(void)state;
	assert_non_null(file);
	image_whole(&whole);
	bytes = (unsigned char *)whole.sample.image.bytes;
	srandom(1);
	for (i = 0; i < FLIPS; i++) {
		byte = &bytes[(size_t)random() % IMAGE_SIZE];
		bit = (unsigned char)(1u << (random() % 8));
		*byte ^= bit;
		descriptor = image_file(&whole.sample.image, IMAGE_SIZE);
		if (image_attach(descriptor, &source.reader, NULL) == 0) {
			if (dbgshm_events_open(source.reader, &source.events) ==
			    -1)
				source.events = NULL;
			of = model_create(MODEL_NO_USERS);
			if (model_update(of, &source, 1) == 0) {
				show_all(of, file);
				shown_count++;
			}
			model_destroy(of);
			if (source.events != NULL)
				dbgshm_events_close(source.events);
			dbgshm_reader_close(source.reader);
		}
		close(descriptor);
		*byte ^= bit;
	}
	fclose(file);
	image_free(&whole.sample.image);
	assert_true(shown_count > FLIPS / 2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_region_with_a_flipped_bit_is_shown_or_refused),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
