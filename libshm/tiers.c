/*
 * tiers.c - which tiers and budgets a history has, and the memory of it.
 */
#include "coder_memory.h"
#include "history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Of the period of ticks, where the program says nothing. */
static const uint64_t multiples[DBGSHM_TIERS_MAX] = { 1, 10, 60 };

/* ---- options ------------------------------------------------------------------ */

/* Each longer than the one before; zeros at the end.  In whole ticks. */
static bool
settle_tiers(uint64_t tiers[DBGSHM_TIERS_MAX], uint64_t period_ns)
{
	uint64_t last = 0;
	size_t i;

	for (i = 0; i < DBGSHM_TIERS_MAX; i++) {
		if (tiers[i] == 0 && i > 0) {
			last = UINT64_MAX;
			continue;
		}
		if (tiers[i] == 0 || tiers[i] > UINT64_MAX - period_ns)
			return (false);
		tiers[i] = (tiers[i] + period_ns - 1) / period_ns * period_ns;
		if (tiers[i] <= last)
			return (false);
		last = tiers[i];
	}
	return (true);
}

/* "1s,10s,5m": false where the text is no list of periods. */
static bool
parse_tiers(const char *text, uint64_t tiers[DBGSHM_TIERS_MAX])
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "ms", 1000000 }, { "s", 1000000000 },
		{ "m", 60 * UINT64_C(1000000000) },
		{ "h", 3600 * UINT64_C(1000000000) } };
	size_t i, unit, count = sizeof(units) / sizeof(units[0]), length;
	uint64_t value;
	char *end;

	memset(tiers, 0, DBGSHM_TIERS_MAX * sizeof(tiers[0]));
	for (i = 0; i < DBGSHM_TIERS_MAX; i++) {
		if (*text < '0' || *text > '9')
			return (false);
		errno = 0;
		value = strtoull(text, &end, 10);
		length = strcspn(end, ",");
		for (unit = 0; unit < count; unit++)
			if (strlen(units[unit].name) == length &&
			    memcmp(units[unit].name, end, length) == 0)
				break;
		if (errno != 0 || unit == count ||
		    value > UINT64_MAX / 2 / units[unit].ns)
			return (false);
		tiers[i] = value * units[unit].ns;
		text = end + length;
		if (*text == '\0')
			return (true);
		text++;
	}
	return (false);
}

static void
settle_budget(const char *name, uint64_t *budget)
{
	const char *text = secure_getenv(name);
	uint64_t bytes;

	if (text == NULL || *budget == DBGSHM_HISTORY_OFF)
		return;
	if (strcmp(text, "0") == 0)
		*budget = DBGSHM_HISTORY_OFF;
	else if ((bytes = dbgshm__writer_parse_size(text)) != 0)
		*budget = bytes;
}

int
dbgshm__tiers_settle(struct dbgshm_options *options)
{
	uint64_t tiers[DBGSHM_TIERS_MAX];
	const char *text;
	size_t i;

	if (options->tiers_ns[0] == 0)
		for (i = 0; i < DBGSHM_TIERS_MAX; i++)
			options->tiers_ns[i] =
			    options->period_ns * multiples[i];
	if (!settle_tiers(options->tiers_ns, options->period_ns))
		return (EINVAL);
	if ((text = secure_getenv("DBGSHM_TIERS")) != NULL &&
	    parse_tiers(text, tiers) && settle_tiers(tiers, options->period_ns))
		memcpy(options->tiers_ns, tiers, sizeof(tiers));
	settle_budget("DBGSHM_HISTORY", &options->history_bytes);
	settle_budget("DBGSHM_HISTORY_ROWS", &options->row_history_bytes);
	return (0);
}

/* ---- life ----------------------------------------------------------------------- */

static void
set_tiers(struct dbgshm_region *region, const struct dbgshm_options *options)
{
	struct history *history = region->history;
	struct tier *tier;
	unsigned ring;
	size_t i;

	history->tier_count = 0;
	while (history->tier_count < DBGSHM_TIERS_MAX &&
	    options->tiers_ns[history->tier_count] != 0)
		history->tier_count++;
	history->budget[DBGSHM_RING_METRICS] = options->history_bytes;
	history->budget[DBGSHM_RING_ROWS] = options->row_history_bytes;
	history->ring_count =
	    options->row_history_bytes == DBGSHM_HISTORY_OFF ? 1 : 2;
	/* What is more than a quarter of the budget as it lies in memory might
	 * not fit into the smallest tier. */
	history->image.row_words_max =
	    (options->row_history_bytes == 0 ||
			options->row_history_bytes > region->max_bytes
		    ? region->max_bytes / 4
		    : options->row_history_bytes) /
	    4 / sizeof(uint64_t);
	history->stretch = 1;
	for (ring = 0; ring < 2; ring++)
		for (i = 0; i < history->tier_count; i++) {
			tier = &history->tiers[ring][i];
			tier->chain.ring = (uint16_t)ring;
			tier->chain.tier = (uint16_t)i;
			tier->period_ns = options->tiers_ns[i];
			tier->chain.period_ns = tier->period_ns;
		}
}

int
dbgshm__history_create(
    struct dbgshm_region *region, const struct dbgshm_options *options)
{
	if (options->history_bytes == DBGSHM_HISTORY_OFF) {
		dbgshm__history_free(region);
		return (0);
	}
	if (region->history == NULL &&
	    (region->history = calloc(1, sizeof(struct history))) == NULL)
		return (ENOMEM);
	set_tiers(region, options);
	return (0);
}

void
dbgshm__history_clear(struct dbgshm_region *region)
{
	struct history *history = region->history;
	struct tier *tier;
	unsigned ring;
	size_t i;

	for (ring = 0; ring < 2; ring++)
		for (i = 0; i < DBGSHM_TIERS_MAX; i++) {
			tier = &history->tiers[ring][i];
			dbgshm__slots_clear(region, &tier->chain);
			tier->due_ns = 0;
			tier->seen.count = 0;
		}
	history->recent.count = 0;
	history->due_ns = history->last_ns = 0;
}

/*
 * In a forked child: the past was the parent's.  Nothing is freed here, the
 * memory is for a child that asks for a region of its own.
 */
void
dbgshm__history_forked(struct dbgshm_region *region)
{
	struct history *history = region->history;
	struct room *room = &region->rooms[ROOM_HISTORY];
	struct table_image *table;
	size_t i;

	if (!region->fixed) {
		region->filled_bytes -= room->filled;
		room->filled = 0;
	}
	dbgshm__region_used(region, ROOM_HISTORY, 0);
	if (history == NULL)
		return;
	history->pool.count = history->pool.free = 0;
	history->pool.full = false;
	for (i = 0; i < DBGSHM_TIERS_MAX; i++) {
		history->tiers[DBGSHM_RING_METRICS][i].chain.oldest = 0;
		history->tiers[DBGSHM_RING_ROWS][i].chain.oldest = 0;
	}
	dbgshm__history_clear(region);
	for (i = 0; i < history->image.table_count; i++) {
		table = &history->image.tables[i];
		if (table->words.room > 0)
			memset(table->words.at, 0,
			    table->words.room * sizeof(uint64_t));
		table->rows = 0;
		table->words.count = 0;
		table->left_out = false;
	}
	history->image.row_words = 0;
	history->frames = history->left_out = 0;
	history->written_bytes = history->cost_ns = 0;
	history->stopped = false;
}

void
dbgshm__history_free(struct dbgshm_region *region)
{
	struct history *history = region->history;
	struct tier *tier;
	unsigned ring;
	size_t i, table;

	if (history == NULL)
		return;
	for (ring = 0; ring < 2; ring++)
		for (i = 0; i < DBGSHM_TIERS_MAX; i++) {
			tier = &history->tiers[ring][i];
			dbgshm__coder_free(tier->live.coder);
			dbgshm__coder_free(tier->gauges.coder);
			dbgshm__coder_free(tier->cells.coder);
			dbgshm__coder_free(tier->extremes.coder);
			free(tier->extreme.at);
			free(tier->seen.at);
			for (table = 0; table < tier->table_room; table++)
				dbgshm__coder_free(tier->tables[table].coder);
			free(tier->tables);
		}
	dbgshm__image_free(&history->image);
	free(history->recent.at);
	free(history->pool.next);
	free(history->pool.block);
	free(history->bytes);
	free(history);
	region->history = NULL;
}

/* ---- a sandbox ----------------------------------------------------------------------- */

/* Words that the filled bytes of a section can hold. */
static size_t
filled_words(const struct dbgshm_region *region, enum section_id id)
{
	return ((size_t)(region->rooms[id].filled / sizeof(uint64_t)));
}

static int
seal_image(struct dbgshm_region *region, struct image *image)
{
	struct table_image *table;
	size_t i, words, most;

	if (dbgshm__words_room(&image->live,
		filled_words(region, ROOM_DESCRIPTORS) / DBGSHM_LIVE_UNIT +
		    1) != 0 ||
	    dbgshm__words_room(
		&image->gauges, filled_words(region, ROOM_GAUGES)) != 0 ||
	    dbgshm__words_room(
		&image->cells, filled_words(region, ROOM_SHARDS)) != 0 ||
	    dbgshm__image_lists(image,
		(size_t)(region->rooms[ROOM_DESCRIPTORS].filled /
		    sizeof(struct dbgshm_desc_metric))) != 0)
		return (ENOMEM);
	for (i = 0; i < image->table_count; i++) {
		table = &image->tables[i];
		words = 1 + table->table->row_stride / 8;
		most = table->table->capacity * words;
		if (most > image->row_words_max)
			most = (size_t)image->row_words_max;
		if (dbgshm__words_room(&image->scratch, words) != 0 ||
		    dbgshm__words_room(&table->words, most) != 0)
			return (ENOMEM);
	}
	return (0);
}

static int
seal_keeper(struct keeper *keeper, size_t words)
{
	return (dbgshm__keeper_room(keeper, words) != 0
		? ENOMEM
		: dbgshm__coder_reserve(keeper->coder));
}

static int
seal_tier(const struct image *image, struct tier *tier, size_t *bytes)
{
	const struct words *words;
	size_t i;

	*bytes = 3 * 64 + dbgshm_frame_bound(image->live.room);
	if (seal_keeper(&tier->live, image->live.room) != 0)
		return (ENOMEM);
	if (tier->chain.ring == DBGSHM_RING_METRICS) {
		*bytes += 2 * dbgshm_frame_bound(image->gauges.room) +
		    dbgshm_frame_bound(image->cells.room);
		return (dbgshm__words_room(
			    &tier->extreme, image->gauges.room) != 0 ||
			    dbgshm__extremes_room(
				&tier->seen, image->watch_room) != 0 ||
			    seal_keeper(&tier->gauges, image->gauges.room) !=
				0 ||
			    seal_keeper(&tier->cells, image->cells.room) != 0 ||
			    seal_keeper(&tier->extremes, image->gauges.room) !=
				0
			? ENOMEM
			: 0);
	}
	if (dbgshm__tables_room(tier, image->table_room) != 0)
		return (ENOMEM);
	for (i = 0; i < image->table_count; i++) {
		words = &image->tables[i].words;
		*bytes += dbgshm_frame_bound(words->room);
		if (seal_keeper(&tier->tables[i], words->room) != 0)
			return (ENOMEM);
	}
	return (0);
}

static int
seal(struct dbgshm_region *region)
{
	struct history *history = region->history;
	uint32_t slots = 0;
	unsigned ring;
	size_t i, bytes;
	int error;

	if ((error = dbgshm__image_take(region, &history->image)) != 0 ||
	    (error = seal_image(region, &history->image)) != 0 ||
	    (error = dbgshm__extremes_room(
		 &history->recent, history->image.watch_room)) != 0)
		return (error);
	for (ring = 0; ring < history->ring_count; ring++) {
		dbgshm__history_quotas(region, ring);
		for (i = 0; i < history->tier_count; i++) {
			error = seal_tier(
			    &history->image, &history->tiers[ring][i], &bytes);
			if (error == 0)
				error = dbgshm__bytes_room(history, bytes);
			if (error != 0)
				return (error);
			slots += history->tiers[ring][i].chain.quota;
		}
	}
	(void)dbgshm__slots_prepare(region, slots);
	return (0);
}

void
dbgshm__history_seal(struct dbgshm_region *region)
{
	if (region->history != NULL)
		region->history->stopped = seal(region) != 0;
}
