/*
 * rings.c - programs about event rings: one that is read while its owner
 * overwrites it, the shared one, one that its owner leaves in the middle.
 */
#include "world.h"

#include "shards.h"

enum { OWN = 1, RECORD = 3, RING_WORDS = DBGSHM_RING_SIZE_MIN / 8 };

static struct event_log *journal;
static struct dbgshm_event plain, text;

static void
make(void)
{
	static const struct dbgshm_column fields[] = {
		{ .name = "what", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "text", .type = DBGSHM_TYPE_TEXT },
	};
	const struct dbgshm_event_kind plain_kind = { "plain", "{what}",
		DBGSHM_SEVERITY_INFO, fields, 1 };
	const struct dbgshm_event_kind text_kind = { "text", "{what} {text}",
		DBGSHM_SEVERITY_INFO, fields, 2 };

	if (journal != NULL)
		return;
	journal = (struct event_log *)dbgshm_log_create(
	    dbgshm_profile_add("rings", "r", NULL),
	    &(struct dbgshm_log_options){
		.rings = 3, .ring_size = DBGSHM_RING_SIZE_MIN });
	(void)dbgshm_event_create(&journal->log, &plain_kind, &plain);
	(void)dbgshm_event_create(&journal->log, &text_kind, &text);
}

/* What the thread of this ring needs. */
static void
be_owner(uint32_t ring)
{
	dbgshm__shard = (void *)(dbgshm__self->base +
	    dbgshm__self->rooms[ROOM_SHARDS].offset);
	dbgshm__thread.ring = ring;
}

/* Event n says n. */
static void
append(uint64_t n)
{
	dbgshm_event_words(&journal->log, plain, 1000 + n, &n, 1);
}

/* With nothing in it but so many events. */
static void
setup_ring(uint32_t ring, uint64_t events)
{
	struct dbgshm_ring *shared;
	uint64_t n;

	make();
	look_start();
	shared = journal->states[ring].shared;
	memset(shared, 0, sizeof(*shared) + DBGSHM_RING_SIZE_MIN);
	dbgshm__ring_reset(
	    &journal->states[ring], shared, DBGSHM_RING_SIZE_MIN);
	be_owner(ring);
	for (n = 0; n < events; n++)
		append(n);
	be_owner(0);
	dbgshm__shard = NULL;
	explore_watch(&shared->limit, 3 * 8, 8);
	explore_watch(&journal->states[ring].next, 8, 8);
	explore_keep(&journal->states[ring], sizeof(journal->states[ring]));
	explore_keep(shared, sizeof(*shared) + DBGSHM_RING_SIZE_MIN);
}

static void
watch_records(uint32_t ring, size_t from, size_t count)
{
	explore_watch(
	    (uint64_t *)(void *)(journal->states[ring].shared + 1) + from,
	    count * 8, 8);
}

/* Every record is whole and has the number after the one before it. */
static void
check_records(uint32_t ring)
{
	struct dbgshm_records records;
	uint64_t at, faults, n, number;
	const uint64_t *word;

	look_ring(journal, ring, &records, &faults);
	WRONG_UNLESS(faults == 0, faults, records.first);
	number = records.number;
	for (at = records.first; at < records.end;
	     at += *word & DBGSHM_RECORD_LENGTH_MASK) {
		word = records.words + (at - records.first);
		if ((*word >> DBGSHM_RECORD_EVENT_SHIFT &
			DBGSHM_RECORD_EVENT_MASK) == DBGSHM_EVENT_PAD)
			continue;
		n = word[2] == 250 ? 250 : word[1] - 1000; /* has the clock's */
		WRONG_UNLESS(word[2] == n && n < 300, n, word[2]);
		WRONG_UNLESS(*word >> DBGSHM_RECORD_NUMBER_SHIFT == number,
		    *word, number);
		if (n == 250)
			WRONG_UNLESS(word[3] == 8 &&
				memcmp(word + 4, "eight by", 8) == 0,
			    word[3], word[4]);
		number++;
	}
	WRONG_UNLESS(
	    number == records.next || records.overrun, number, records.next);
}

/* ---- overwriting ---------------------------------------------------------------- */

#define LAP (RING_WORDS / RECORD) /* events, and a pad of one word */
#define FULL (LAP - 1)		  /* up to four words before the end */

static void
setup_overwrite(void)
{
	setup_ring(OWN, LAP + FULL);
	watch_records(OWN, RING_WORDS - 4, 4);
	watch_records(OWN, 0, 8);
}

/* A pad at the end, then over the first ones. */
static void
overwrite(void)
{
	union dbgshm_field values[] = { { .u = 250 }, { .text = "eight by" } };

	be_owner(OWN);
	dbgshm_event_record(&journal->log, text, values, 2);
	append(251);
}

static void
read_own(void)
{
	check_records(OWN);
}

/* Head, records, head again. */
static unsigned
phase(unsigned preads, uint64_t offset)
{
	const struct dbgshm_ring *shared = journal->states[OWN].shared;

	if (offset == world_offset(shared) ||
	    offset == world_offset(journal->states[0].shared))
		return (preads == 1 ? 1 : 3);
	return (2);
}

static bool
wants(unsigned preads, uint64_t offset)
{
	uint64_t limit = world_offset(&journal->states[OWN].shared->limit);

	/* One more copy is a first one that begins later; the second look at
	 * the head is for what was overwritten. */
	if (preads > 4)
		explore_latest();
	return (preads == 1 || offset != limit + 16);
}

/* ---- the shared ring --------------------------------------------------------------- */

static void
setup_shared(void)
{
	setup_ring(0, LAP + 1);
	explore_watch(&journal->states[0].shared->busy, 8, 8);
	watch_records(0, RECORD, 2 * RECORD);
}

static void
append_one(void)
{
	be_owner(0);
	append(210);
}

static void
append_other(void)
{
	be_owner(0);
	append(211);
}

static void
read_shared(void)
{
	struct dbgshm_ring *shared = journal->states[0].shared;

	check_records(0);
	explore_latest();
	WRONG_UNLESS(look_word(&shared->records) + shared->dropped == LAP + 3,
	    look_word(&shared->records), shared->dropped);
	WRONG_UNLESS(look_word(&shared->busy) == 0, 0, 0);
	check_records(0);
}

static bool
wants_shared(unsigned preads, uint64_t offset)
{
	uint64_t busy = world_offset(&journal->states[0].shared->busy);

	if (preads > 4)
		explore_latest();
	return (offset != busy && (preads == 1 || offset != busy + 24));
}

/* ---- taken over in the middle -------------------------------------------------------- */

static uint64_t plain_memory;
static bool went_on;

static void
setup_left(void)
{
	setup_ring(OWN, 1);
	watch_records(OWN, RECORD, 2 * RECORD);
	shards_one(OWN);
	explore_watch(&dbgshm__self->header->shard_owner[OWN], 8, 8);
	explore_watch(&plain_memory, 8, 8);
	explore_keep(&went_on, sizeof(went_on));
}

/* Ends anywhere in the middle of an append, as a thread does that is cancelled in
 * a signal handler. */
static void
leave(void)
{
	jmp_buf away;

	dbgshm__shard_need();
	plain_memory = 1;
	if (_setjmp(away) == 0) {
		explore_leave(1 + explore_choose(16), away);
		append(210);
	}
	explore_leave(0, away);
	shards_give_back(OWN);
}

static void
go_on(void)
{
	dbgshm__shard_need();
	if (dbgshm__thread.ring != OWN)
		return;
	went_on = true;
	explore_take_over(&plain_memory, sizeof(plain_memory));
	append(211);
}

static void
read_left(void)
{
	struct dbgshm_ring *shared = journal->states[OWN].shared;
	uint64_t records;

	check_records(OWN);
	explore_latest();
	check_records(OWN);
	records = look_word(&shared->records);
	WRONG_UNLESS(!went_on || records == 2 || records == 3, records, 0);
}

const struct program ring_programs[] = {
	{ .look = "ring",
	    .name = "ring: overwritten while it is read",
	    .setup = setup_overwrite,
	    .writers = { overwrite },
	    .reader = read_own,
	    .phase = phase,
	    .wants = wants },
	{ .look = "ring",
	    .name = "ring: two threads in the shared one",
	    .setup = setup_shared,
	    .writers = { append_one, append_other },
	    .reader = read_shared,
	    .phase = phase,
	    .wants = wants_shared },
	{ .look = "ring",
	    .name = "ring: left in the middle, taken over",
	    .setup = setup_left,
	    .writers = { leave, go_on },
	    .ordered = true,
	    .reader = read_left,
	    .phase = phase,
	    .wants = wants },
	{ .name = NULL },
};
