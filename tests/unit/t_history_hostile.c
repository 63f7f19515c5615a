/*
 * t_history_hostile.c - claims about pasts that are damaged.  limit: 900
 */
#include "image_history.h"
#include "outcome.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define STEP 7 /* bits: not each one */
#else
#define STEP 1
#endif

struct scene {
	struct whole_image whole;
	unsigned char *bytes;
	int file;
};

static void
begin(struct scene *scene)
{
	scene->bytes = image_with_past(&scene->whole);
	scene->file = memfd_create("past", MFD_CLOEXEC);
	assert_int_equal(
	    pwrite(scene->file, scene->bytes, PAST_SIZE, 0), PAST_SIZE);
}

static void
end(struct scene *scene)
{
	(void)close(scene->file);
	free(scene->bytes);
	image_free(&scene->whole.sample.image);
}

static void
keep_first(const struct dbgshm_fault *fault, void *context)
{
	char *text = context;

	if (text[0] == '\0')
		(void)snprintf(text, sizeof(fault->text), "%s", fault->text);
}

struct seen {
	int faults;
	char text[sizeof(((struct dbgshm_fault *)0)->text)];
	size_t moments, shown;
};

/* Everything that can be asked about the past, in two orders. */
static struct seen
look(int file)
{
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	struct dbgshm_fault fault;
	union dbgshm_value least, most;
	struct seen seen = { 0 };
	uint64_t last_ns = 0;
	size_t i;

	assert_int_equal(image_attach(file, &reader, &fault), 0);
	assert_int_equal(dbgshm_reader_refresh(reader), 0);
	if (dbgshm_past_open(reader, &past) == 0) {
		seen.moments = dbgshm_past_count(past);
		for (i = 0; i < 2 * seen.moments; i++) {
			size_t index =
			    i < seen.moments ? i : 2 * seen.moments - 1 - i;

			/* Whatever it says, time goes forward. */
			if (i < seen.moments) {
				assert_true(
				    dbgshm_past_moment(past, i).mono_ns >=
				    last_ns);
				last_ns = dbgshm_past_moment(past, i).mono_ns;
			}
			if (dbgshm_past_show(past, index) == -1)
				continue;
			seen.shown += i < seen.moments;
			(void)walk_everything(reader);
			(void)dbgshm_past_extremes(past, 1, &least, &most);
		}
		dbgshm_past_close(past);
	}
	seen.faults = dbgshm_reader_check(reader, keep_first, seen.text);
	dbgshm_reader_close(reader);
	return (seen);
}

static void
put(const struct scene *scene, size_t at, const void *bytes, size_t size)
{
	assert_int_equal(
	    pwrite(scene->file, bytes, size, (off_t)at), (ssize_t)size);
}

/* ---- without damage ----------------------------------------------------------- */

static void
test_a_past_made_by_hand_is_read(void **state)
{
	struct scene scene;
	struct seen seen;

	(void)state;
	begin(&scene);
	seen = look(scene.file);
	assert_string_equal(seen.text, "");
	assert_int_equal(seen.moments, 8);
	assert_int_equal(seen.shown, 8);
	end(&scene);
}

/* ---- damage ---------------------------------------------------------------------- */

static void
test_no_flipped_bit_of_the_past_does_harm(void **state)
{
	struct scene scene;
	unsigned char flipped;
	size_t at, bit;

	(void)state;
	begin(&scene);
	for (bit = 8 * PAST_OFFSET; bit < 8 * (size_t)PAST_SIZE;
	     bit += bit % (8 * DBGSHM_SLOT_SIZE) < 8 * 192 ? STEP : 13 * STEP) {
		at = bit / 8;
		if (scene.bytes[at] == 0 &&
		    bit % (8 * DBGSHM_SLOT_SIZE) > 512 && bit % 64 != 0)
			continue; /* where nothing is */
		flipped = (unsigned char)(scene.bytes[at] ^ 1u << bit % 8);
		put(&scene, at, &flipped, 1);
		(void)look(scene.file);
		put(&scene, at, &scene.bytes[at], 1);
	}
	end(&scene);
}

static void
test_cut_and_spliced_blocks_are_refused(void **state)
{
	struct scene scene;
	struct dbgshm_slot *slots[PAST_SLOTS];
	struct seen seen;
	size_t from, to, i;
	uint64_t used;

	(void)state;
	begin(&scene);
	for (i = 0; i < PAST_SLOTS; i++)
		slots[i] =
		    (void *)(scene.bytes + PAST_OFFSET + i * DBGSHM_SLOT_SIZE);
	/* Cut: what is whole is read, a rest is no fault. */
	for (used = slots[0]->used; used > 0; used -= used < 37 ? used : 37) {
		put(&scene, PAST_OFFSET + offsetof(struct dbgshm_slot, used),
		    &used, 8);
		seen = look(scene.file);
		assert_int_equal(seen.faults, 0);
		assert_true(seen.moments <= 8 && seen.moments >= 6);
	}
	put(&scene, 0, scene.bytes, PAST_SIZE);
	/* Spliced: the data of one slot behind the head of another. */
	for (from = 0; from < PAST_SLOTS; from++)
		for (to = 0; to < PAST_SLOTS; to++) {
			if (from == to || slots[from]->block == 0)
				continue;
			put(&scene,
			    PAST_OFFSET + to * DBGSHM_SLOT_SIZE +
				sizeof(struct dbgshm_slot),
			    slots[from] + 1,
			    DBGSHM_SLOT_SIZE - sizeof(struct dbgshm_slot));
			(void)look(scene.file);
			put(&scene, 0, scene.bytes, PAST_SIZE);
		}
	end(&scene);
}

/* What a slot says of itself, and what the check says of that. */
static void
test_slots_that_cannot_be_are_told(void **state)
{
	static const struct {
		size_t at, size;
		uint64_t value;
		const char *why;
	} lies[] = {
		{ offsetof(struct dbgshm_slot, used), 8, 4033, "4033 bytes" },
		{ offsetof(struct dbgshm_slot, used), 8, UINT64_MAX, "slot" },
		{ offsetof(struct dbgshm_slot, ring), 2, 2, "ring 2" },
		{ offsetof(struct dbgshm_slot, tier), 2, 3, "tier 3" },
		{ offsetof(struct dbgshm_slot, index), 4, 9, "slot 9" },
		{ sizeof(struct dbgshm_slot) + 12, 8, UINT64_MAX,
		    "makes no sense" },
	};
	struct scene scene;
	struct seen seen;
	size_t i;

	(void)state;
	begin(&scene);
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		put(&scene, PAST_OFFSET + lies[i].at, &lies[i].value,
		    lies[i].size);
		seen = look(scene.file);
		assert_true(seen.faults > 0);
		if (strstr(seen.text, lies[i].why) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", seen.text,
			    lies[i].why);
		put(&scene, 0, scene.bytes, PAST_SIZE);
	}
	end(&scene);
}

/* Times and periods that no clock has, alone and all together. */
static void
test_odd_times_put_nothing_out_of_order(void **state)
{
	static const size_t places[] = {
		offsetof(struct dbgshm_slot, period_ns),
		offsetof(struct dbgshm_slot, mono_ns),
		offsetof(struct dbgshm_slot, real_ns),
		offsetof(struct dbgshm_slot, boot_ns),
	};
	static const uint64_t values[] = { 0, 1, PAST_SECOND - 1,
		UINT64_C(1) << 63, UINT64_MAX - 1, UINT64_MAX };
	struct scene scene;
	size_t slot, i, j, set;

	(void)state;
	begin(&scene);
	for (j = 0; j < sizeof(values) / sizeof(values[0]); j++)
		for (set = 1; set < 1 << 4; set++)
			for (slot = 0; slot <= PAST_SLOTS; slot++) {
				for (i = 0; i < 4 * PAST_SLOTS; i++)
					if ((set >> i % 4 & 1) != 0 &&
					    (slot == PAST_SLOTS ||
						slot == i / 4))
						put(&scene,
						    PAST_OFFSET +
							i / 4 *
							    DBGSHM_SLOT_SIZE +
							places[i % 4],
						    &values[j], 8);
				(void)look(scene.file);
				put(&scene, PAST_OFFSET,
				    scene.bytes + PAST_OFFSET,
				    PAST_SIZE - PAST_OFFSET);
			}
	end(&scene);
}

/* ---- much from little ---------------------------------------------------------------- */

/* Frames with as many words as there may be, each in another table. */
static void
test_memory_does_not_follow_what_frames_say(void **state)
{
	enum { TABLES = 59, WORDS = 10000 };
	struct scene scene;
	struct past_pen *pen = calloc(1, sizeof(*pen));
	unsigned char coded[1024];
	struct seen seen;
	size_t size, frame, table;

	(void)state;
	assert_non_null(pen);
	begin(&scene);
	pen->bytes = scene.bytes;
	pen->now_ns = 100 * PAST_SECOND;
	memset(scene.bytes + PAST_OFFSET, 0, PAST_SLOTS * DBGSHM_SLOT_SIZE);
	past_begin(pen, DBGSHM_RING_ROWS, 0);
	for (frame = 0; frame < TABLES; frame++) {
		memset(coded, 0, sizeof(coded));
		size = past_varint(coded, 1); /* a key, no live records */
		size += past_varint(coded + size, TABLES);
		for (table = 0; table < TABLES; table++) {
			size += past_varint(coded + size,
			    (table == frame ? WORDS : 0) << 1 | 1);
			if (table == frame) /* two bits for each 64 */
				size += (2 * ((WORDS + 63) / 64) + 7) / 8;
		}
		past_frame(pen, coded, size);
	}
	past_end(pen);
	put(&scene, 0, scene.bytes, PAST_SIZE);
	seen = look(scene.file);
	assert_int_equal(seen.faults, 1);
	if (strstr(seen.text, "frame 1 of block 1") == NULL)
		fail_msg("it says: %s", seen.text);
	for (size = 0; size < PAST_CODERS; size++)
		free(pen->coders[size]);
	free(pen);
	end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_past_made_by_hand_is_read),
		cmocka_unit_test(test_no_flipped_bit_of_the_past_does_harm),
		cmocka_unit_test(test_cut_and_spliced_blocks_are_refused),
		cmocka_unit_test(test_slots_that_cannot_be_are_told),
		cmocka_unit_test(test_odd_times_put_nothing_out_of_order),
		cmocka_unit_test(test_memory_does_not_follow_what_frames_say),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
