/*
 * model.c - what a target looks like at one moment, ready to be shown.
 */
#include "model_private.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)

/* A rate older than this is no longer true of now. */
#define TICKS_LATE 3
#define LATE_NS UINT64_C(2000000000)

struct model *
model_create(unsigned flags)
{
	struct model *model = calloc(1, sizeof(*model));

	if (model != NULL)
		model->private = calloc(1, sizeof(*model->private));
	if (model == NULL || model->private == NULL)
		err(1, "memory for the model");
	model->private->flags = flags;
	return (model);
}

void
model_destroy(struct model *model)
{
	if (model == NULL)
		return;
	arena_free(&model->private->schema);
	arena_free(&model->private->frames[0]);
	arena_free(&model->private->frames[1]);
	free(model->private);
	free(model);
}

const struct model_profile *
model_profile(const struct model *model, const char *path)
{
	size_t i;

	for (i = 0; i < model->profile_count; i++)
		if (strcmp(model->profiles[i].path, path) == 0)
			return (&model->profiles[i]);
	return (NULL);
}

static const char *
safe_text(struct arena *arena, struct dbgshm_text text)
{
	return (arena_safe(arena, text.bytes, text.length));
}

/* ---- one frame ------------------------------------------------------- */

/* Per second from two readings of something that only grows; what fell has
 * begun again and has no rate yet. */
static double
rate_of(uint64_t before, uint64_t now, uint64_t from_ns, uint64_t to_ns)
{
	if (now < before || to_ns <= from_ns)
		return (NAN);
	return ((double)(now - before) * 1e9 / (double)(to_ns - from_ns));
}

/* Begin and end of the interval that rates of this profile are taken over; 0
 * when there is none, or (held) the last rate still holds. */
static bool
rate_interval(const struct model_private *p, const struct model_origin *origin,
    uint64_t *from_ns, uint64_t *to_ns, bool *held)
{
	const struct model_clocks *now = &p->clocks[origin->reader];
	const struct model_clocks *before = &p->before[origin->reader];

	*from_ns = origin->by_tick ? before->tick_ns : before->frame_ns;
	*to_ns = origin->by_tick ? now->tick_ns : now->frame_ns;
	*held = *from_ns != 0 && *to_ns == *from_ns &&
	    !(origin->by_tick && now->late);
	return (*from_ns != 0 && *to_ns > *from_ns);
}

static void
update_metric(struct model_metric *metric, struct dbgshm_reader *reader,
    size_t index, bool rates, uint64_t from_ns, uint64_t to_ns, bool held)
{
	struct dbgshm_histogram_info histogram;
	union dbgshm_value value = dbgshm_reader_value(reader, index);

	if (metric->kind != DBGSHM_METRIC_COUNTER &&
	    metric->kind != DBGSHM_METRIC_HISTOGRAM)
		metric->rate = NAN;
	else if (rates)
		metric->rate =
		    rate_of(metric->value.u, value.u, from_ns, to_ns);
	else if (!held)
		metric->rate = NAN;
	metric->value = value;
	metric->bucket_count = 0;
	metric->buckets = NULL;
	if (metric->kind != DBGSHM_METRIC_HISTOGRAM ||
	    dbgshm_reader_histogram(reader, index, &histogram) == -1)
		return;
	metric->value.u = histogram.count;
	metric->sum = histogram.sum;
	metric->min = histogram.min;
	metric->max = histogram.max;
	metric->buckets = histogram.buckets;
	metric->bucket_count = histogram.bucket_count;
	metric->p50 = dbgshm_histogram_quantile(&histogram, 0.50);
	metric->p90 = dbgshm_histogram_quantile(&histogram, 0.90);
	metric->p99 = dbgshm_histogram_quantile(&histogram, 0.99);
	metric->p999 = dbgshm_histogram_quantile(&histogram, 0.999);
}

static const char *
hex_text(struct arena *arena, struct dbgshm_text bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *text;
	size_t i;

	if (bytes.length == 0)
		return ("");
	text = arena_take(arena, 2 * bytes.length + 1, 1);
	for (i = 0; i < bytes.length; i++) {
		text[2 * i] = digits[(unsigned char)bytes.bytes[i] >> 4];
		text[2 * i + 1] = digits[(unsigned char)bytes.bytes[i] & 15];
	}
	return (text);
}

static struct model_cell
make_cell(struct arena *arena, struct dbgshm_reader *reader, size_t table,
    const struct dbgshm_row_info *row, size_t index,
    const struct model_column *column, bool secrets)
{
	struct model_cell cell = { .type = column->type, .rate = NAN };
	struct dbgshm_cell raw;

	if ((column->flags & DBGSHM_COLUMN_SECRET) != 0 && !secrets) {
		cell.hidden = true;
		return (cell);
	}
	raw = dbgshm_reader_cell(reader, table, row, index);
	cell.cut = raw.cut;
	switch (column->type) {
	case DBGSHM_TYPE_SIGNED:
		cell.i = raw.i;
		break;
	case DBGSHM_TYPE_FLOAT:
		cell.d = raw.d;
		break;
	case DBGSHM_TYPE_TIME:
		cell.u = dbgshm_reader_stamp_real_ns(reader, raw.u);
		break;
	case DBGSHM_TYPE_TEXT:
		cell.text = safe_text(arena, raw.text);
		break;
	case DBGSHM_TYPE_BLOB:
		cell.text = hex_text(arena, raw.text);
		break;
	case DBGSHM_TYPE_ENUM:
		cell.u = raw.u;
		if (raw.text.length > 0)
			cell.text = safe_text(arena, raw.text);
		break;
	default:
		cell.u = raw.u;
		break;
	}
	return (cell);
}

static void
rate_cells(struct model_cell *cells, const struct model_cell *before,
    const struct model_column *columns, size_t count, bool rates,
    uint64_t from_ns, uint64_t to_ns)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (columns[i].type != DBGSHM_TYPE_COUNTER || cells[i].hidden)
			continue;
		cells[i].rate = rates
		    ? rate_of(before[i].u, cells[i].u, from_ns, to_ns)
		    : before[i].rate;
	}
}

static uint64_t
row_id(const struct dbgshm_row_info *info)
{
	return ((uint64_t)info->slot << 40 |
	    (info->generation & ((UINT64_C(1) << 40) - 1)));
}

/* Rows come by slot in both frames, so one walk finds each one's past. */
static void
update_table(struct model_private *p, struct dbgshm_reader *reader, size_t at,
    size_t index, bool rates, uint64_t from_ns, uint64_t to_ns, bool held)
{
	struct arena *arena = &p->frames[p->turn];
	struct model_table before = p->tables[at];
	const struct dbgshm_table_info *info;
	const struct dbgshm_row_info *row;
	const struct model_column *columns = p->columns[at];
	struct model_row *rows;
	struct model_cell *cells;
	size_t i, j, count = dbgshm_reader_row_count(reader, index), old = 0;

	info = dbgshm_reader_table(reader, index);
	rows = arena_take(arena, count, sizeof(*rows));
	for (i = 0; i < count; i++) {
		row = dbgshm_reader_row(reader, index, i);
		cells = arena_take(arena, info->column_count, sizeof(*cells));
		for (j = 0; j < info->column_count; j++)
			cells[j] = make_cell(arena, reader, index, row, j,
			    &columns[j], (p->flags & MODEL_SECRETS) != 0);
		rows[i].id = row_id(row);
		rows[i].state = row->state;
		rows[i].cells = cells;
		snprintf(rows[i].name, sizeof(rows[i].name), "%u.%llu",
		    row->slot, (unsigned long long)row->generation);
		while (
		    old < before.row_count && before.rows[old].id < rows[i].id)
			old++;
		if (old < before.row_count &&
		    before.rows[old].id == rows[i].id && (rates || held))
			rate_cells(cells, before.rows[old].cells, columns,
			    info->column_count, rates, from_ns, to_ns);
	}
	p->tables[at] = (struct model_table){
		.columns = columns,
		.column_count = info->column_count,
		.rows = rows,
		.row_count = count,
		.capacity = info->capacity,
		.dropped = info->drop_rows + info->drop_busy,
	};
}

/* Since the region's last tick.  A monotonic clock tells only in the boot that
 * it began in, which for dead ones may be another. */
static uint64_t
age_of(const struct dbgshm_info *info, bool dead)
{
	uint64_t now = dead ? info->frame_real_ns : info->frame_start_mono_ns;
	uint64_t then = dead ? info->tick_real_ns : info->tick_mono_ns;

	if (then == 0)
		return (UINT64_MAX);
	return (now > then ? now - then : 0);
}

static void
update_profile(struct model_private *p, size_t at, struct dbgshm_reader *reader)
{
	const struct model_origin *origin = &p->origins[at];
	const struct dbgshm_profile_info *info;
	const struct dbgshm_info *region = dbgshm_reader_info(reader);
	uint64_t from_ns, to_ns;
	bool rates, held;
	size_t i, m = origin->metric_first;

	info = dbgshm_reader_profile(reader, origin->index);
	rates = rate_interval(p, origin, &from_ns, &to_ns, &held);
	for (i = 0; i < p->profiles[at].metric_count; i++, m++) {
		update_metric(&p->metrics[m], reader, info->metric_first + i,
		    rates && p->known[m], from_ns, to_ns, held);
		p->known[m] = true;
	}
	if (p->profiles[at].table != NULL)
		update_table(p, reader, at, (size_t)info->table, rates, from_ns,
		    to_ns, held);
	p->profiles[at].age_ns = age_of(region, p->dead[origin->reader]);
}

/* ---- the target ------------------------------------------------------ */

static uint64_t
count_rows(const struct model *model)
{
	uint64_t rows = 0;
	size_t i;

	for (i = 0; i < model->profile_count; i++)
		if (model->profiles[i].table != NULL)
			rows += model->profiles[i].table->row_count;
	return (rows);
}

/* When the state began, as far as the region knows; 0 for what goes on. */
static uint64_t
since_of(const struct dbgshm_info *info, enum dbgshm_life life)
{
	switch (life) {
	case DBGSHM_LIFE_LIVE:
		return (0);
	case DBGSHM_LIFE_EXITED:
	case DBGSHM_LIFE_REPLACED:
		if (info->subject_exit_real_ns != 0)
			return (info->subject_exit_real_ns);
		return (info->tick_real_ns);
	default:
		if (info->exit_real_ns != 0)
			return (info->exit_real_ns);
		return (info->tick_real_ns);
	}
}

static uint64_t
uptime_of(const struct dbgshm_info *info, enum dbgshm_life life)
{
	uint64_t hertz = (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t start_ns, began_ns = info->created_real_ns, end_ns;
	struct timespec now;

	start_ns = info->subject_start / hertz * NS +
	    info->subject_start % hertz * (NS / hertz);
	if (life == DBGSHM_LIFE_LIVE || life == DBGSHM_LIFE_STOPPED) {
		clock_gettime(CLOCK_BOOTTIME, &now);
		end_ns = (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
		if (end_ns >= start_ns && start_ns != 0)
			return (end_ns - start_ns);
	}
	/* It had run for a while when the region was made. */
	if (start_ns != 0 && info->created_boot_ns > start_ns &&
	    began_ns > info->created_boot_ns - start_ns)
		began_ns -= info->created_boot_ns - start_ns;
	end_ns = since_of(info, life);
	if (end_ns == 0)
		end_ns = info->tick_real_ns;
	return (end_ns < began_ns ? UINT64_MAX : end_ns - began_ns);
}

static void
update_target(struct model *model, const struct model_source sources[],
    size_t count, const enum dbgshm_life lives[])
{
	struct model_private *p = model->private;
	struct arena *arena = &p->frames[p->turn];
	struct model_target *target = &model->target;
	const struct dbgshm_info *info = dbgshm_reader_info(sources[0].reader);
	size_t i;

	*target = (struct model_target){
		.pid = info->pid,
		.name = safe_text(arena, info->name),
		.user = (p->flags & MODEL_NO_USERS) != 0
		    ? arena_print(arena, "%u", (unsigned)sources[0].user)
		    : arena_print(arena, "%s", fmt_user(sources[0].user)),
		.version = safe_text(arena, info->version),
		.path =
		    arena_safe(arena, sources[0].path, strlen(sources[0].path)),
		.state = lives[0],
		.source = sources[0].name,
		.since_real_ns = since_of(info, lives[0]),
		.uptime_ns = uptime_of(info, lives[0]),
		.age_ns = age_of(info, p->dead[0]),
		.size_bytes = info->bytes_used,
		.profiles = model->profile_count,
		.metrics = p->metric_count,
		.rows = count_rows(model),
		.time_real_ns = info->frame_real_ns,
	};
	for (i = 0; i < count; i++) {
		info = dbgshm_reader_info(sources[i].reader);
		target->faults += info->faults;
		if (info->faults > 0 && target->reason == NULL)
			target->reason = arena_print(arena, "%s at offset %llu",
			    info->first_fault.text,
			    (unsigned long long)info->first_fault.offset);
	}
}

/* ---- all of it ------------------------------------------------------- */

static bool
is_same_region(const struct model_identity *a, const struct model_identity *b)
{
	return (a->reader == b->reader && a->created == b->created &&
	    a->writer == b->writer && a->pid == b->pid);
}

/* Notes which regions these are and what their clocks say; true when the names
 * have to be made again. */
static bool
take_clocks(struct model_private *p, const struct model_source sources[],
    const enum dbgshm_life lives[], size_t count)
{
	bool changed = count != p->reader_count;
	struct model_identity identity;
	const struct dbgshm_info *info;
	struct model_clocks *clocks;
	uint64_t age_ns;
	size_t i;

	for (i = 0; i < count; i++) {
		info = dbgshm_reader_info(sources[i].reader);
		identity = (struct model_identity){
			.reader = sources[i].reader,
			.created = info->created_mono_ns,
			.generation = info->schema_generation,
			.writer = info->writer_pid,
			.pid = info->pid,
		};
		clocks = &p->clocks[i];
		if (i < p->reader_count &&
		    is_same_region(&identity, &p->identity[i])) {
			p->before[i] = *clocks;
			if (identity.generation != p->identity[i].generation)
				changed = true;
		} else {
			p->before[i] = (struct model_clocks){ 0 };
			changed = true;
		}
		p->identity[i] = identity;
		p->dead[i] = lives[i] != DBGSHM_LIFE_LIVE &&
		    lives[i] != DBGSHM_LIFE_STOPPED;
		age_ns = age_of(info, p->dead[i]);
		*clocks = (struct model_clocks){
			.frame_ns = info->frame_start_mono_ns,
			.tick_ns = info->tick_mono_ns,
			.late = age_ns >
			    LATE_NS + TICKS_LATE * info->tick_period_ns,
		};
	}
	p->reader_count = count;
	return (changed);
}

int
model_update(
    struct model *model, const struct model_source sources[], size_t count)
{
	struct model_private *p = model->private;
	enum dbgshm_life lives[MODEL_READERS_MAX];
	size_t i, fresh = 0;
	int error = EINVAL;

	if (count > MODEL_READERS_MAX)
		count = MODEL_READERS_MAX;
	for (i = 0; i < count; i++) {
		if (dbgshm_reader_refresh(sources[i].reader) == 0)
			fresh++;
		else
			error = errno;
		lives[i] = dbgshm_reader_life(sources[i].reader);
	}
	if (fresh == 0) {
		errno = error;
		return (-1);
	}
	p->turn = !p->turn;
	arena_clear(&p->frames[p->turn]);
	if (take_clocks(p, sources, lives, count))
		model_build_schema(model, sources, count);
	for (i = 0; i < model->profile_count; i++)
		update_profile(p, i, sources[p->origins[i].reader].reader);
	update_target(model, sources, count, lives);
	return (0);
}
