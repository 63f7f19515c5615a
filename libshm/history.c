/*
 * history.c - the past of all metrics and rows, in a fixed budget of bytes.
 *
 * Two rings, metrics and rows, so that busy rows shorten only their own past;
 * each in tiers, from one frame a tick to one in a minute.
 */
#include "history.h"
#include "coder_memory.h"
#include "varint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Blocks that a tier has; what goes at once is one of them.  More than the least
 * where each is still this many slots long, and its key frame a small part. */
#define BLOCKS 8
#define BLOCKS_MAX 32
#define BLOCK_SLOTS 16
#define BLOCK_KEYS 32
#define HEAD_MAX 64 /* bytes before the words of a frame */
#define LEAST_BUDGET (UINT64_C(96) << 10)
/* Of budget, unless the program has set one. */
#define BYTES_A_METRIC 1200
#define BYTES_A_ROW_WORD 300
#define BYTES_A_LIVE_WORD 600 /* that frames of rows have too */

/* What a tick may look at in a period of a second; a region with more is looked
 * at less often. */
#define TICK_BYTES (UINT64_C(8) << 20)
/* Words that frames after a key frame may have, see format.h. */
#define FRAME_ROOM(words) ((words) + (words) / 4 + 64)
#define SECOND UINT64_C(1000000000)

/* Percent of the budget, by how many tiers there are. */
static const unsigned shares[DBGSHM_TIERS_MAX][DBGSHM_TIERS_MAX] = {
	{ 100, 0, 0 },
	{ 70, 30, 0 },
	{ 60, 23, 17 },
};

/* ---- budgets ------------------------------------------------------------------ */

static uint64_t
budget_of(const struct dbgshm_region *region, unsigned ring)
{
	const struct history *history = region->history;
	uint64_t bytes = 0, most = region->max_bytes / 4;
	size_t i;

	if (history->budget[ring] != 0)
		return (history->budget[ring]);
	if (ring == DBGSHM_RING_METRICS)
		bytes = history->image.metrics * BYTES_A_METRIC;
	else
		bytes = history->image.live.count * BYTES_A_LIVE_WORD;
	for (i = 0; ring == DBGSHM_RING_ROWS && i < history->image.table_count;
	     i++)
		bytes +=
		    history->image.tables[i].words.count * BYTES_A_ROW_WORD;
	if (bytes < LEAST_BUDGET)
		bytes = LEAST_BUDGET;
	return (bytes < most ? bytes : most);
}

void
dbgshm__history_quotas(struct dbgshm_region *region, unsigned ring)
{
	struct history *history = region->history;
	uint64_t slots = budget_of(region, ring) / DBGSHM_SLOT_SIZE;
	size_t i;

	if (history->pool.full && slots > history->pool.count / 2)
		slots = history->pool.count / 2;
	for (i = 0; i < history->tier_count; i++) {
		history->tiers[ring][i].chain.quota = (uint32_t)(slots *
		    shares[history->tier_count - 1][i] / 100);
		if (history->tiers[ring][i].chain.quota < 2)
			history->tiers[ring][i].chain.quota = 2;
	}
}

/* ---- frames -------------------------------------------------------------------- */

int
dbgshm__bytes_room(struct history *history, size_t room)
{
	unsigned char *bigger;

	if (room <= history->room)
		return (0);
	if ((bigger = realloc(history->bytes, room + room / 2)) == NULL)
		return (ENOMEM);
	history->bytes = bigger;
	history->room = room + room / 2;
	return (0);
}

/* The coder has room for so many words; a new one begins with a key frame. */
int
dbgshm__keeper_room(struct keeper *keeper, size_t words)
{
	size_t room = FRAME_ROOM(words);
	struct dbgshm_coder *larger;

	if (words <= keeper->room && keeper->coder != NULL)
		return (0);
	if ((larger = dbgshm__coder_create_sparse(room)) == NULL)
		return (ENOMEM);
	dbgshm__coder_free(keeper->coder);
	keeper->coder = larger;
	keeper->room = room;
	keeper->marked = 0;
	keeper->key = true;
	return (0);
}

/* Appends the words to history->bytes. */
static int
encode(struct history *history, struct keeper *keeper,
    const struct words *words, bool key, size_t *size)
{
	size_t used, bound = dbgshm_frame_bound(words->count);

	if (dbgshm__bytes_room(history, *size + bound) != 0)
		return (ENOMEM);
	key = key || keeper->key || words->count > keeper->most ||
	    words->count < keeper->count;
	if (key)
		keeper->most = FRAME_ROOM(words->count);
	keeper->count = words->count;
	if (dbgshm__coder_meet(keeper->coder, words->at, words->count, key) !=
	    0)
		return (ENOMEM);
	used = dbgshm_frame_encode(keeper->coder, words->at, words->count,
	    key ? DBGSHM_FRAME_KEY : 0, history->bytes + *size,
	    history->room - *size);
	if (used == 0)
		return (ENOMEM);
	keeper->key = false;
	*size += used;
	return (0);
}

static int
encode_live(struct history *history, struct tier *tier, bool key, size_t *size)
{
	if (dbgshm__keeper_room(&tier->live, history->image.live.count) != 0)
		return (ENOMEM);
	return (encode(history, &tier->live, &history->image.live, key, size));
}

static int
encode_metrics(
    struct history *history, struct tier *tier, bool key, size_t *size)
{
	const struct image *image = &history->image;
	size_t i, peak;

	if (dbgshm__keeper_room(&tier->gauges, image->gauges.count) != 0 ||
	    dbgshm__keeper_room(&tier->cells, image->cells.count) != 0)
		return (ENOMEM);
	for (i = tier->gauges.marked; i < image->float_count; i++)
		dbgshm_coder_raw(tier->gauges.coder, image->floats[i]);
	tier->gauges.marked = i;
	if (encode(history, &tier->gauges, &image->gauges, key, size) != 0 ||
	    encode(history, &tier->cells, &image->cells, key, size) != 0)
		return (ENOMEM);
	if (tier->chain.tier == 0)
		return (0);
	if (dbgshm__keeper_room(&tier->extremes, tier->extreme.count) != 0)
		return (ENOMEM);
	for (i = tier->extremes.marked; i < image->watch_count; i++) {
		if (image->watches[i].kind != DBGSHM_METRIC_FLOAT)
			continue;
		peak = image->watches[i].peak;
		dbgshm_coder_raw(tier->extremes.coder, peak);
		dbgshm_coder_raw(tier->extremes.coder, peak + 1);
	}
	tier->extremes.marked = i;
	return (encode(history, &tier->extremes, &tier->extreme, key, size));
}

/* Words of text, bits and doubles in each row. */
static void
mark_raw(struct keeper *keeper, const struct table_image *image)
{
	struct dbgshm_coder *coder = keeper->coder;
	const struct dbgshm_table *table = image->table;
	size_t stride = 1 + table->row_stride / 8, word, column, row;

	for (row = keeper->marked; row < image->rows; row++) {
		for (column = 0; column < table->column_count; column++)
			if (table->columns[column].type == DBGSHM_TYPE_FLOAT ||
			    table->columns[column].type ==
				DBGSHM_TYPE_REFERENCE)
				dbgshm_coder_raw(coder,
				    row * stride + 1 + DBGSHM_ROW_WORDS +
					column);
		for (word = 1 + DBGSHM_ROW_WORDS + table->column_count;
		     word < stride; word++)
			dbgshm_coder_raw(coder, row * stride + word);
	}
	keeper->marked = row;
}

int
dbgshm__tables_room(struct tier *tier, size_t tables)
{
	struct keeper *bigger;

	if (tables <= tier->table_room)
		return (0);
	if ((bigger = realloc(tier->tables, tables * sizeof(*bigger))) == NULL)
		return (ENOMEM);
	memset(bigger + tier->table_room, 0,
	    (tables - tier->table_room) * sizeof(*bigger));
	tier->tables = bigger;
	tier->table_room = tables;
	return (0);
}

static int
encode_rows(struct history *history, struct tier *tier, bool key, size_t *size)
{
	struct image *image = &history->image;
	struct keeper *keeper;
	size_t i;

	if (dbgshm__tables_room(tier, image->table_count) != 0 ||
	    dbgshm__bytes_room(history, *size + HEAD_MAX) != 0)
		return (ENOMEM);
	*size += varint_put(history->bytes + *size, image->table_count);
	for (i = 0; i < image->table_count; i++) {
		keeper = &tier->tables[i];
		if (dbgshm__keeper_room(keeper, image->tables[i].words.count) !=
		    0)
			return (ENOMEM);
		mark_raw(keeper, &image->tables[i]);
		if (encode(history, keeper, &image->tables[i].words, key,
			size) != 0)
			return (ENOMEM);
	}
	return (0);
}

/* Bytes from `start` on are a frame; what goes before it ends there. */
static size_t
put_head(struct history *history, const struct tier *tier,
    const struct frame_clock *clock, size_t start, size_t size)
{
	const struct frame_clock *last = &tier->last;
	unsigned char head[HEAD_MAX];
	uint64_t step = clock->mono_ns - last->mono_ns;
	size_t times = 0, length;

	times +=
	    varint_put(head, varint_positive(step - tier->chain.period_ns));
	times += varint_put(head + times,
	    varint_positive(clock->real_ns - last->real_ns - step));
	times += varint_put(head + times,
	    varint_positive(clock->boot_ns - last->boot_ns - step));
	memcpy(history->bytes + start - times, head, times);
	length = varint_put(head, size - start + times);
	memcpy(history->bytes + start - times - length, head, length);
	return (start - times - length);
}

/* Is the newest block as large as one may be? */
static bool
block_full(const struct chain *chain)
{
	uint64_t all = (uint64_t)chain->quota * SLOT_BYTES;

	return (chain->bytes >= all / BLOCKS ||
	    (chain->bytes >= all / BLOCKS_MAX &&
		chain->bytes >= BLOCK_SLOTS * (uint64_t)SLOT_BYTES &&
		chain->bytes >= BLOCK_KEYS * chain->key_bytes));
}

static void
tier_write(struct dbgshm_region *region, struct tier *tier,
    const struct frame_clock *clock)
{
	struct history *history = region->history;
	size_t size = HEAD_MAX, from;
	struct chain *chain = &tier->chain;
	uint64_t stretched = history->stretch * region->period_ns,
		 period =
		     stretched > tier->period_ns ? stretched : tier->period_ns;
	bool key = chain->block == 0 || chain->period_ns != period ||
	    block_full(chain);
	int error;

	chain->period_ns = period;
	if (key)
		tier->last = *clock;
	if (dbgshm__bytes_room(history, HEAD_MAX) != 0 ||
	    encode_live(history, tier, key, &size) != 0 ||
	    (chain->ring == DBGSHM_RING_METRICS
		    ? encode_metrics(history, tier, key, &size)
		    : encode_rows(history, tier, key, &size)) != 0) {
		error = ENOMEM;
	} else {
		from = put_head(history, tier, clock, HEAD_MAX, size);
		error = key ? dbgshm__slots_begin(region, chain, clock) : 0;
		if (error == 0)
			error = dbgshm__slots_append(
			    region, chain, history->bytes + from, size - from);
		history->written_bytes += size - from;
		if (key)
			chain->key_bytes = size - from;
	}
	tier->last = *clock;
	history->frames++;
	if (error != 0) {
		history->left_out++;
		chain->block = 0; /* the next frame begins anew */
	}
}

/* ---- the tick ---------------------------------------------------------------------- */

static void
tier_tick(struct dbgshm_region *region, struct tier *tier,
    const struct frame_clock *clock)
{
	/* A tick may come a little early. */
	if (clock->mono_ns + region->period_ns / 2 < tier->due_ns)
		return;
	if (tier->chain.tier != 0 && tier->chain.ring == DBGSHM_RING_METRICS)
		(void)dbgshm__extremes_take(region->history, tier);
	tier_write(region, tier, clock);
	tier->due_ns = tier->due_ns + tier->period_ns > clock->mono_ns
	    ? tier->due_ns + tier->period_ns
	    : clock->mono_ns + tier->period_ns;
}

/* Bytes that a picture is made from: how many ticks does it take? */
static void
stretch(struct dbgshm_region *region)
{
	struct history *history = region->history;
	const struct image *image = &history->image;
	uint64_t words = image->live.count + image->gauges.count +
	    image->cells.count * region->shards_ready,
		 budget =
		     TICK_BYTES / (SECOND / 1000) * (region->period_ns / 1000);
	size_t i;

	for (i = 0; i < image->table_count; i++)
		words += image->tables[i].words.count;
	history->stretch = 1 + words * sizeof(uint64_t) / (budget + 1);
}

/* Is it time for another picture?  A clock that was set back, by a program that
 * gives the time itself, begins another past. */
static bool
is_due(struct dbgshm_region *region, const struct frame_clock *clock)
{
	struct history *history = region->history;

	if (clock->mono_ns + 2 * region->period_ns < history->last_ns)
		dbgshm__history_clear(region);
	else if (clock->mono_ns <= history->last_ns)
		return (false);
	history->last_ns = clock->mono_ns;
	return (clock->mono_ns + region->period_ns / 2 >= history->due_ns);
}

void
dbgshm__history_tick(
    struct dbgshm_region *region, const struct frame_clock *clock)
{
	struct history *history = region->history;
	unsigned ring;
	size_t i;

	if (history == NULL || region->orphan || !is_due(region, clock))
		return;
	if (history->stopped ||
	    dbgshm__image_take(region, &history->image) != 0) {
		history->left_out++;
		return;
	}
	if (history->tier_count > 1)
		(void)dbgshm__extremes_observe(history);
	stretch(region);
	history->due_ns = clock->mono_ns + history->stretch * region->period_ns;
	for (ring = 0; ring < history->ring_count; ring++) {
		if (ring == DBGSHM_RING_ROWS && history->image.table_count == 0)
			continue;
		dbgshm__history_quotas(region, ring);
		for (i = 0; i < history->tier_count; i++)
			tier_tick(region, &history->tiers[ring][i], clock);
	}
}
