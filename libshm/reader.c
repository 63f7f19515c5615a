/*
 * reader.c - the reader: attach, refresh, and what it hands out.
 *
 * A refresh works on the side and replaces what is shown only when it is whole,
 * so that a failure leaves the last frame as it was.
 */
#include "obj.h"
#include "view.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- refreshing ----------------------------------------------------------- */

/* The header as it is now, and where everything is. */
static int
look(struct dbgshm_reader *reader, struct dbgshm_header *header,
    struct dbgshm_layout *layout, struct dbgshm_sink *sink)
{
	uint64_t size;
	int error;

	if ((error = dbgshm__open_file(
		 reader->descriptor, false, &size, sink)) != 0 ||
	    (error = dbgshm__read_header(reader->descriptor, header)) != 0 ||
	    (error = dbgshm__verify_header(header, size, layout, sink)) != 0)
		return (error);
	if ((error = dbgshm__verify_constant(&reader->first, header)) != 0)
		dbgshm__fault(
		    sink, 0, "what never changes in a header has changed");
	return (error);
}

#define GENERATION_OFFSET offsetof(struct dbgshm_header, schema_generation)

/*
 * A new view, because the schema has changed.  Records and texts never change
 * once they are there, only states do; so a copy without faults is good even when
 * the generation moved meanwhile, and the next refresh makes another.
 */
static int
renew(struct dbgshm_reader *reader, struct dbgshm_view **view)
{
	struct dbgshm_header after, header;
	struct dbgshm_layout layout;
	struct dbgshm_view *made = NULL;
	uint64_t generation, records;
	int error = 0, try;

	for (try = 0; try < DBGSHM_TRIES; try++) {
		dbgshm__view_free(made);
		made = NULL;
		reader->sink = (struct dbgshm_sink){ 0 };
		/* What a writer stores last is read first, and what it covers
		 * by a read after that: else a generation would be believed
		 * whose records were not seen, and nobody looked again. */
		if ((error = dbgshm__read(reader->descriptor, &generation,
			 sizeof(generation), GENERATION_OFFSET)) != 0 ||
		    (error = look(reader, &header, &layout, &reader->sink)) !=
			0)
			return (error);
		records = layout.sections[DBGSHM_SECTION_DESCRIPTORS].used;
		reader->sink = (struct dbgshm_sink){ 0 };
		if ((error = look(reader, &header, &layout, &reader->sink)) !=
			0 ||
		    (error = dbgshm__open_holes(
			 reader->descriptor, &layout, &reader->sink)) != 0)
			return (error);
		header.schema_generation = generation;
		if (layout.sections[DBGSHM_SECTION_DESCRIPTORS].used > records)
			layout.sections[DBGSHM_SECTION_DESCRIPTORS].used =
			    records;
		made = dbgshm__view_create(reader->descriptor, &header, &layout,
		    NULL, &reader->sink, &error);
		if (made == NULL)
			return (error);
		if ((error = dbgshm__read_header(reader->descriptor, &after)) !=
		    0)
			break;
		if (after.schema_generation == header.schema_generation)
			break;
	}
	if (error == 0 && try == DBGSHM_TRIES && made->schema.sink.count > 0)
		error = EAGAIN;
	if (error != 0) {
		dbgshm__view_free(made);
		return (error);
	}
	if (reader->view != NULL)
		dbgshm__view_inherit(made, reader->view);
	made->frames[made->current].header = header;
	*view = made;
	return (0);
}

bool
dbgshm__reader_writer(
    struct dbgshm_reader *reader, const struct dbgshm_header *header)
{
	if (dbgshm__is_image(header))
		return (header->taken_writer != 0);
	return (dbgshm__life_writer(reader->descriptor, header, &reader->host));
}

static void
begin_clocks(struct dbgshm_frame *frame)
{
	frame->real_ns = dbgshm__host_clock_ns(CLOCK_REALTIME);
	frame->start_mono_ns = dbgshm__host_clock_ns(CLOCK_MONOTONIC);
}

/* The frame of an image is of its moment. */
static void
end_clocks(struct dbgshm_frame *frame)
{
	const struct dbgshm_header *header = &frame->header;

	frame->end_mono_ns = dbgshm__host_clock_ns(CLOCK_MONOTONIC);
	if (!dbgshm__is_image(header))
		return;
	frame->real_ns = header->taken_real_ns;
	frame->start_mono_ns = frame->end_mono_ns = header->taken_mono_ns;
}

/* A frame into the view's other half. */
static int
copy_frame(struct dbgshm_reader *reader, struct dbgshm_view *view,
    struct dbgshm_sink *sink, bool same_schema)
{
	const struct dbgshm_frame *before = &view->frames[view->current];
	struct dbgshm_frame *now = &view->frames[1 - view->current];
	size_t i;
	int error;

	view->paired = false; /* it is written over now */
	begin_clocks(now);
	if ((error = look(reader, &now->header, &view->layout, sink)) != 0)
		return (error);
	if (same_schema &&
	    now->header.schema_generation != view->schema.generation)
		return (ESTALE);
	view->lockless = dbgshm__is_image(&now->header)
	    ? now->header.taken_writer != 0
	    : now->header.reason == DBGSHM_REASON_NO_LOCK;
	if ((error = dbgshm__copy_values(reader->descriptor, view, now)) != 0)
		return (error);
	for (i = 0; i < view->schema.table_count; i++)
		if ((error = dbgshm__copy_rows(reader->descriptor, view, i,
			 &before->tables[i], now)) != 0)
			return (error);
	end_clocks(now);
	dbgshm__now(&view->schema, now,
	    dbgshm__reader_writer(reader, &now->header), &reader->host);
	for (i = 0; i < view->schema.table_count; i++) {
		view->schema.tables[i].drop_rows = now->tables[i].drop_rows;
		view->schema.tables[i].drop_busy = now->tables[i].drop_busy;
	}
	view->current = 1 - view->current;
	view->paired = view->filled;
	view->filled = true;
	return (0);
}

/* Fills what dbgshm_reader_info() tells from the frame that is shown. */
static void
tell(struct dbgshm_reader *reader)
{
	static const char digits[] = "0123456789abcdef";
	const struct dbgshm_frame *frame = dbgshm__frame(reader);
	const struct dbgshm_header *header = &frame->header;
	const struct dbgshm_schema *schema = &reader->view->schema;
	struct dbgshm_info *info = &reader->info;
	size_t i;

	info->major = header->major;
	info->minor = header->minor;
	info->kind = header->kind;
	info->flags = header->flags;
	info->pid = (pid_t)header->subject_pid;
	info->uid = header->subject_uid;
	info->writer_pid = (pid_t)header->writer_pid;
	info->subject_start = header->subject_start;
	info->name.bytes = header->name;
	info->name.length = strnlen(header->name, sizeof(header->name));
	info->exe = schema->exe;
	info->version = schema->version;
	for (i = 0; i < sizeof(header->boot_id); i++) {
		info->boot_id[2 * i] = digits[header->boot_id[i] >> 4];
		info->boot_id[2 * i + 1] = digits[header->boot_id[i] & 15];
	}
	info->created_real_ns = header->created_real_ns;
	info->created_mono_ns = header->created_mono_ns;
	info->created_boot_ns = header->created_boot_ns;
	info->tick_period_ns = header->tick_period_ns;
	info->frame_start_mono_ns = frame->start_mono_ns;
	info->frame_end_mono_ns = frame->end_mono_ns;
	info->frame_real_ns = frame->real_ns;
	info->tick_mono_ns = header->clock_mono_ns;
	info->tick_real_ns = info->last_real_ns = header->clock_real_ns;
	info->tick_count = header->tick_count;
	info->tick_late = header->tick_late;
	info->tick_cost_ns = header->tick_cost_ns;
	info->heartbeat = header->heartbeat;
	info->schema_generation = schema->generation;
	info->bytes_used = header->bytes_used;
	info->file_size = header->file_size;
	info->shard_count = header->shard_count;
	info->shards_ready = reader->view->layout.shards_ready;
	info->reason = header->reason;
	info->drop_registrations = header->drop_registrations;
	info->drop_rows = header->drop_rows;
	info->drop_busy = header->drop_busy;
	info->exit_real_ns = header->exit_real_ns;
	info->subject_state = header->subject_state;
	info->subject_exit_real_ns = header->subject_exit_real_ns;
	info->taken_real_ns =
	    dbgshm__is_image(header) ? header->taken_real_ns : 0;
	info->withheld = info->taken_real_ns != 0 &&
	    (header->flags & DBGSHM_FLAG_WITHHELD) != 0;
	info->faults = schema->sink.count;
	info->first_fault = schema->sink.first;
}

void
dbgshm__reader_lend(struct dbgshm_reader *reader, struct dbgshm_past *lender,
    struct dbgshm_view *view, uint64_t mono_ns, uint64_t real_ns)
{
	if (reader->present == NULL)
		reader->present = reader->view;
	reader->lender = lender;
	reader->view = view;
	tell(reader);
	reader->info.tick_mono_ns = mono_ns;
	reader->info.tick_real_ns = real_ns;
}

void
dbgshm__reader_return(struct dbgshm_reader *reader, struct dbgshm_past *lender)
{
	if (reader->present == NULL || reader->lender != lender)
		return;
	reader->view = reader->present;
	reader->present = NULL;
	reader->lender = NULL;
	tell(reader);
}

int
dbgshm_reader_refresh(struct dbgshm_reader *reader)
{
	struct dbgshm_view *old, *view;
	int error;

	DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER);
	dbgshm__reader_return(reader, reader->lender);
	view = reader->view;
	error = copy_frame(reader, view, &reader->sink, true);
	if (error == ESTALE && (error = renew(reader, &view)) == 0) {
		/* Another schema under the same number: nobody could tell. */
		error =
		    view->schema.generation == reader->view->schema.generation
		    ? EAGAIN
		    : copy_frame(reader, view, &reader->sink, false);
		if (error != 0) {
			dbgshm__view_free(view);
		} else {
			old = reader->view;
			reader->view = view;
			reader->renewals++;
			dbgshm__view_free(old);
		}
	}
	if (error != 0) {
		errno = error;
		return (-1);
	}
	reader->frame++;
	tell(reader);
	return (0);
}

int
dbgshm__reader_take(struct dbgshm_reader *reader, struct dbgshm_view **taken)
{
	struct dbgshm_view *shown = reader->view, *view = NULL;
	struct dbgshm_sink sink = reader->sink;
	int error = ESTALE, try;

	if (reader->present != NULL)
		reader->view = reader->present;
	for (try = 0; error == ESTALE && try < DBGSHM_TRIES; try++) {
		dbgshm__view_free(view);
		view = NULL;
		if ((error = renew(reader, &view)) == 0)
			error = copy_frame(reader, view, &reader->sink, true);
	}
	reader->view = shown;
	reader->sink = sink;
	if (error == 0)
		*taken = view;
	else
		dbgshm__view_free(view);
	return (error == ESTALE ? EAGAIN : error);
}

/* ---- checking ------------------------------------------------------------ */

/* What rows alone can get wrong. */
static void
check_cell(const struct dbgshm_schema *schema,
    const struct dbgshm_column_info *column, uint64_t word, uint64_t at,
    struct dbgshm_sink *sink)
{
	if (column->type == DBGSHM_TYPE_ENUM && word >= column->name_count)
		dbgshm__fault(sink, at, "enum value without a name");
	if (column->type == DBGSHM_TYPE_BOOL && word > 1)
		dbgshm__fault(sink, at, "boolean that is neither 0 nor 1");
	if ((column->type == DBGSHM_TYPE_TEXT ||
		column->type == DBGSHM_TYPE_BLOB) &&
	    (word & DBGSHM_TEXT_LENGTH_MASK) > column->width)
		dbgshm__fault(sink, at, "text longer than its column");
	if (column->type == DBGSHM_TYPE_REFERENCE &&
	    !dbgshm__reference_fits(schema, word))
		dbgshm__fault(
		    sink, at, "reference to a slot that its table lacks");
}

static void
check_rows(
    const struct dbgshm_view *view, size_t table, struct dbgshm_sink *sink)
{
	const struct dbgshm_table_info *info = &view->schema.tables[table];
	const struct dbgshm_table_place *place =
	    &view->schema.table_places[table];
	const struct dbgshm_frame_table *rows =
	    &view->frames[view->current].tables[table];
	const struct dbgshm_row_info *row;
	uint64_t at;
	size_t column, i;

	for (i = 0; i < rows->count; i++) {
		row = &rows->infos[i];
		at = place->rows_offset +
		    (uint64_t)row->slot * place->row_stride;
		if (row->state == DBGSHM_ROWSTATE_TORN_AT_DEATH) {
			dbgshm__fault(sink, at,
			    "row was being written when its writer died");
			continue;
		}
		if (row->state == DBGSHM_ROWSTATE_TORN ||
		    row->state == DBGSHM_ROWSTATE_BUSY)
			continue;
		for (column = 0; column < info->column_count &&
		     (info->columns[column].flags & DBGSHM_COLUMN_DERIVED) == 0;
		     column++)
			check_cell(&view->schema, &info->columns[column],
			    row->words[place->columns[column].word],
			    at + 8 * place->columns[column].word, sink);
	}
}

int
dbgshm_reader_check(struct dbgshm_reader *reader,
    void (*found)(const struct dbgshm_fault *, void *), void *context)
{
	struct dbgshm_sink sink = { .found = found, .context = context };
	struct dbgshm_sink again = { 0 };
	struct dbgshm_header header;
	struct dbgshm_layout layout;
	struct dbgshm_view *view = NULL;
	size_t i;
	int error;

	DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER);
	if ((error = look(reader, &header, &layout, &sink)) == 0 &&
	    (error = dbgshm__open_holes(reader->descriptor, &layout, &sink)) ==
		0)
		view = dbgshm__view_create(
		    reader->descriptor, &header, &layout, NULL, &sink, &error);
	if (view != NULL) {
		sink = view->schema.sink;
		error = copy_frame(reader, view, &again, false);
		for (i = 0; error == 0 && i < view->schema.table_count; i++)
			check_rows(view, i, &sink);
		if (error == 0)
			error = dbgshm__rings_check(
			    reader->descriptor, view, &sink);
		if (error == 0)
			error = dbgshm__past_check(
			    reader->descriptor, &layout, &sink);
		dbgshm__view_free(view);
	}
	if (error != 0 && sink.count == 0)
		dbgshm__fault(&sink, 0, "cannot be read");
	return (sink.count > INT_MAX ? INT_MAX : (int)sink.count);
}

/* ---- attaching ---------------------------------------------------------- */

static int
attach(struct dbgshm_reader *reader)
{
	struct dbgshm_sink *sink = &reader->sink;
	struct dbgshm_layout layout;
	uint64_t size;
	int error;

	if ((error = dbgshm__open_file(
		 reader->descriptor, false, &size, sink)) != 0)
		return (error);
	if ((error = dbgshm__read_header(reader->descriptor, &reader->first)) !=
	    0)
		return (error);
	return (dbgshm__verify_header(&reader->first, size, &layout, sink));
}

int
dbgshm_reader_attach(
    int descriptor, struct dbgshm_reader **reader, struct dbgshm_fault *fault)
{
	struct dbgshm_reader *made;
	struct dbgshm_sink sink = { 0 };
	int error = ENOMEM;

	if ((made = calloc(1, sizeof(*made))) != NULL) {
		made->magic = DBGSHM_OBJ_READER;
		made->descriptor = descriptor;
		if ((error = attach(made)) == 0)
			error = renew(made, &made->view);
		if (error == 0)
			tell(made);
		sink = made->sink;
	}
	if (error == 0) {
		*reader = made;
		return (0);
	}
	if (fault != NULL) {
		if (sink.count == 0)
			dbgshm__fault(&sink, 0, "cannot be read");
		*fault = sink.first;
	}
	if (made != NULL)
		dbgshm_reader_close(made);
	else
		(void)close(descriptor);
	errno = error;
	return (-1);
}

int
dbgshm_reader_open(
    const char *path, struct dbgshm_reader **reader, struct dbgshm_fault *fault)
{
	int descriptor = dbgshm_open_path(path, fault);

	if (descriptor == -1)
		return (-1);
	return (dbgshm_reader_attach(descriptor, reader, fault));
}

int
dbgshm_reader_again(
    const struct dbgshm_reader *reader, struct dbgshm_reader **other)
{
	int descriptor;

	DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER);
	descriptor = fcntl(reader->descriptor, F_DUPFD_CLOEXEC, 0);
	if (descriptor == -1)
		return (-1);
	return (dbgshm_reader_attach(descriptor, other, NULL));
}

void
dbgshm_reader_close(struct dbgshm_reader *reader)
{
	if (reader == NULL)
		return;
	DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER);
	(void)close(reader->descriptor);
	dbgshm__view_free(reader->view);
	dbgshm__host_free(&reader->host);
	DBGSHM_OBJ_END(reader);
	free(reader);
}
