/*
 * rows.c - programs about rows: updates, two writers, a slot that is used again,
 * an operation that ends while somebody writes its row, a trail of steps.
 */
#include "world.h"

enum { A, B, TEXT, COLUMNS };

static const struct dbgshm_column columns[COLUMNS] = {
	[A] = { .name = "a", .type = DBGSHM_TYPE_GAUGE },
	[B] = { .name = "b", .type = DBGSHM_TYPE_GAUGE },
	[TEXT] = { .name = "text", .type = DBGSHM_TYPE_TEXT, .width = 8 },
};
static struct dbgshm_table *table;
static struct dbgshm_row row;
static uint64_t first_version;

static void
fill(struct dbgshm_row to, uint64_t value)
{
	char text[9] = "";

	memset(text, (int)('0' + value), value);
	dbgshm_row_set(to, A, value);
	dbgshm_row_set(to, B, value);
	dbgshm_row_text(to, TEXT, text);
}

static void
update(uint64_t value)
{
	struct dbgshm_row open = dbgshm_row_begin(row);

	if (open.words != NULL)
		fill(open, value);
	dbgshm_row_end(open);
}

/* One live row with 1 in all of its cells. */
static void
setup(void)
{
	if (table == NULL) {
		table = dbgshm_table_create(
		    dbgshm_profile_add("rows", "r", NULL), columns, COLUMNS, 1);
		row = dbgshm_row_claim(table);
		fill(row, 1);
		dbgshm_row_end(row);
	}
	first_version =
	    *table->sequences / DBGSHM_SEQ_VERSION + table->head->drop_busy;
	look_start();
	explore_watch(table->sequences, 8, 8);
	explore_watch(table->rows, table->row_stride, 8);
	explore_keep(table->head, sizeof(*table->head));
}

/* Words of a whole row: all of one writer. */
static void
check_whole(const uint64_t *words)
{
	uint64_t value = words[DBGSHM_ROW_WORDS + A];
	const uint64_t *text = words + table->columns[TEXT].text_offset / 8;
	char wanted[8] = { 0 };

	WRONG_UNLESS(words[DBGSHM_ROW_WORDS + B] == value, value,
	    words[DBGSHM_ROW_WORDS + B]);
	if (value <= 8)
		memset(wanted, (int)('0' + value), value);
	WRONG_UNLESS(words[DBGSHM_ROW_WORDS + TEXT] == value &&
		memcmp(text, wanted, 8) == 0,
	    value, *text);
}

static void
read_row(void)
{
	struct looked looked = look_row(table, 0);
	uint64_t sequence;

	if (explore_dead()) {
		explore_latest();
		sequence = look_word(table->sequences);
		WRONG_UNLESS(looked.there, sequence, 0);
		WRONG_UNLESS((looked.state == DBGSHM_ROWSTATE_TORN_AT_DEATH) ==
			    (sequence & DBGSHM_SEQ_BUSY) ||
			looked.state == DBGSHM_ROWSTATE_LIVE,
		    looked.state, sequence);
	}
	if (looked.there && looked.state == DBGSHM_ROWSTATE_LIVE)
		check_whole(looked.words);
}

static bool
wants(unsigned preads, uint64_t offset)
{
	(void)offset;
	/* A further try is a first try that begins later. */
	if (preads > 3)
		explore_latest();
	return (true);
}

static void
write_twice(void)
{
	update(2);
	update(3);
}

/* ---- two writers ------------------------------------------------------------------ */

static void
write_4(void)
{
	update(4);
}

static void
write_5(void)
{
	update(5);
}

/* The newest words; all that was not dropped was written. */
static void
read_last(void)
{
	uint64_t sequence, done;

	read_row();
	explore_latest();
	sequence = look_word(table->sequences);
	WRONG_UNLESS((sequence & DBGSHM_SEQ_BUSY) == 0, sequence, 0);
	done = sequence / DBGSHM_SEQ_VERSION;
	WRONG_UNLESS(done + table->head->drop_busy == first_version + 2, done,
	    table->head->drop_busy);
}

/* ---- a slot that is used again -------------------------------------------------------- */

static void
release_and_claim(void)
{
	struct dbgshm_row next;

	dbgshm_row_release(row);
	next = dbgshm_row_claim(table);
	if (next.words != NULL)
		fill(next, 6);
	dbgshm_row_end(next);
}

static uint64_t claims;

static void
release_twice(void)
{
	struct dbgshm_row next;

	dbgshm_row_release(row);
	next = dbgshm_row_claim(table);
	claims += next.words != NULL;
	dbgshm_row_end(next);
	dbgshm_row_release(next);
}

static void
only_claim(void)
{
	struct dbgshm_row next = dbgshm_row_claim(table);

	claims += next.words != NULL;
	dbgshm_row_end(next);
}

/* Each claim has a generation of its own. */
static void
read_generation(void)
{
	explore_latest();
	WRONG_UNLESS(look_word(row.words) == row.generation + claims,
	    look_word(row.words) - row.generation, claims);
}

static void
finish_and_claim(void)
{
	struct dbgshm_row next;

	dbgshm_row_finish(row);
	next = dbgshm_row_claim(table);
	if (next.words != NULL)
		fill(next, 7);
	dbgshm_row_end(next);
}

/* Without the texts, and the words that are only stored by a claim. */
static void
setup_owners(void)
{
	setup();
	explore_forget();
	explore_watch(table->sequences, 8, 8);
	explore_watch(row.words, 8, 8);
	explore_watch(row.words + 2, 8, 8);
	explore_watch(row.words + DBGSHM_ROW_WORDS + A, 2 * 8, 8);
	explore_keep(row.words, table->row_stride);
	explore_keep(table->head, sizeof(*table->head));
}

static void
setup_claims(void)
{
	setup_owners();
	explore_keep(&claims, sizeof(claims));
}

static void
write_as_before(void)
{
	struct dbgshm_row open = dbgshm_row_begin(row);

	dbgshm_row_set(open, A, 4);
	dbgshm_row_end(open);
}

/* The second owner's row never has anything of the first one's. */
static void
read_owner(void)
{
	struct looked looked = look_row(table, 0);
	uint64_t a, b;

	if (!looked.there ||
	    (looked.state != DBGSHM_ROWSTATE_LIVE &&
		looked.state != DBGSHM_ROWSTATE_FINISHED))
		return;
	a = looked.words[DBGSHM_ROW_WORDS + A];
	b = looked.words[DBGSHM_ROW_WORDS + B];
	if (looked.words[0] == row.generation)
		WRONG_UNLESS((a == 1 || a == 4) && b == 1, a, b);
	else
		WRONG_UNLESS((a == 6 || a == 7) && b == a, a, b);
	WRONG_UNLESS((looked.words[2] != 0) ==
		(looked.state == DBGSHM_ROWSTATE_FINISHED),
	    looked.words[2], looked.state);
}

/* ---- operations ------------------------------------------------------------------------ */

static struct dbgshm_operations *operations;
static struct dbgshm_operation operation;
static struct dbgshm_table *operation_table;

static void
setup_operation(void)
{
	static const char *const kinds[] = { "one", NULL };
	uint64_t *cells;

	if (operations == NULL)
		operations = dbgshm_operations_create(
		    dbgshm_profile_add("operations", "o", NULL), kinds, 1);
	if (operation.row.words == NULL) {
		operation = dbgshm_operation_begin(operations, 0, "x");
		operation_table = operation.row.table;
		dbgshm__thread.operation = 0;
	}
	look_start();
	explore_watch(operation_table->sequences, 8, 8);
	explore_watch(operation_table->rows + 3 * 8, 8, 8);
	cells = (uint64_t *)(void *)operation_table->rows + DBGSHM_ROW_WORDS;
	explore_watch(&cells[DBGSHM_OPERATION_OUTCOME], 8, 8);
	explore_watch(&cells[DBGSHM_OPERATION_DONE], 8, 8);
	explore_watch(&cells[DBGSHM_OPERATION_TOTAL], 8, 8);
	explore_keep(operation_table->rows, operation_table->row_stride);
}

static void
report_progress(void)
{
	struct dbgshm_operation mine = operation;

	dbgshm__shard = (void *)(dbgshm__self->base +
	    dbgshm__self->rooms[ROOM_SHARDS].offset);
	dbgshm_operation_progress(&mine, 1, 2, NULL);
}

static void
end_operation(void)
{
	struct dbgshm_operation mine = operation;

	dbgshm__shard = (void *)(dbgshm__self->base +
	    dbgshm__self->rooms[ROOM_SHARDS].offset);
	dbgshm_operation_end(&mine, DBGSHM_OUTCOME_OK);
}

static void
read_operation(void)
{
	struct looked looked = look_row(operation_table, 0);
	const uint64_t *cells = looked.words + DBGSHM_ROW_WORDS;
	bool over = looked.state == DBGSHM_ROWSTATE_FINISHED;

	if (looked.there && looked.state <= DBGSHM_ROWSTATE_FINISHED) {
		WRONG_UNLESS((cells[DBGSHM_OPERATION_OUTCOME] != 0) == over,
		    looked.state, 0);
		WRONG_UNLESS((cells[DBGSHM_OPERATION_DONE] == 1) ==
			(cells[DBGSHM_OPERATION_TOTAL] == 2),
		    cells[DBGSHM_OPERATION_DONE],
		    cells[DBGSHM_OPERATION_TOTAL]);
	}
	explore_latest();
	looked = look_row(operation_table, 0);
	WRONG_UNLESS(looked.there && looked.state == DBGSHM_ROWSTATE_FINISHED,
	    looked.there, looked.state);
	WRONG_UNLESS(
	    looked.words[DBGSHM_ROW_WORDS + DBGSHM_OPERATION_OUTCOME] ==
		    DBGSHM_OUTCOME_OK &&
		looked.words[2] != 0,
	    looked.words[2], 0);
}

const struct program row_programs[] = {
	{ .look = "row",
	    .name = "row: two updates, death at any store",
	    .setup = setup,
	    .writers = { write_twice },
	    .reader = read_row,
	    .deaths = true,
	    .wants = wants },
	{ .look = "row",
	    .name = "row: two writers",
	    .setup = setup,
	    .writers = { write_4, write_5 },
	    .reader = read_last,
	    .wants = wants },
	{ .look = "row",
	    .name = "row: released and claimed, an old owner writes",
	    .setup = setup_owners,
	    .writers = { release_and_claim, write_as_before },
	    .reader = read_owner,
	    .wants = wants },
	{ .look = "row",
	    .name = "row: claimed here, then there",
	    .setup = setup_claims,
	    .writers = { release_twice, only_claim },
	    .reader = read_generation },
	{ .look = "row",
	    .name = "row: finished and claimed",
	    .setup = setup_owners,
	    .writers = { finish_and_claim },
	    .reader = read_owner,
	    .wants = wants },
	{ .look = "row",
	    .name = "operation: ends while its row is written",
	    .setup = setup_operation,
	    .writers = { report_progress, end_operation },
	    .reader = read_operation,
	    .wants = wants },
	{ .name = NULL },
};
