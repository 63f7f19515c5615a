/*
 * look.c - the library's reader, as the programs of the model use it.
 */
#include "world.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <unistd.h>

static int descriptor = -1;
static struct dbgshm_reader *reader;
static struct dbgshm_view *view;

/* No other reader is open then: what is there now. */
void
look_start(void)
{
	struct dbgshm_header header;
	struct dbgshm_layout layout;
	struct dbgshm_sink sink = { 0 };
	char path[192];
	int error;

	if (descriptor == -1) {
		(void)snprintf(path, sizeof(path), "%s/%s",
		    dbgshm__self->directory, dbgshm__self->file);
		if ((descriptor = dbgshm_open_path(path, NULL)) == -1)
			err(2, "%s", path);
		explore_mapping(dbgshm__self->base, dbgshm__self->file_size);
	}
	dbgshm__view_free(view);
	if ((error = dbgshm__read_header(descriptor, &header)) != 0 ||
	    (error = dbgshm__verify_header(
		 &header, dbgshm__self->file_size, &layout, &sink)) != 0 ||
	    (view = dbgshm__view_create(
		 descriptor, &header, &layout, NULL, &sink, &error)) == NULL)
		errx(2, "cannot look: %s", strerror(error));
}

/* The table's index in the view. */
static size_t
table_of(const struct dbgshm_table *table)
{
	size_t i;

	for (i = 0; i < view->schema.table_count; i++)
		if (view->schema.table_places[i].desc_offset ==
		    table->descriptor)
			return (i);
	errx(2, "a table that is not seen");
}

struct looked
look_row(const struct dbgshm_table *table, uint32_t slot)
{
	static struct dbgshm_frame_table before;
	size_t i = table_of(table);
	struct dbgshm_frame *frame = &view->frames[0];
	struct looked looked = { false, 0, NULL };

	if (before.status == NULL)
		before.status = calloc(DBGSHM_ROWS_MAX, 1);
	if (dbgshm__copy_rows(descriptor, view, i, &before, frame) != 0)
		errx(2, "rows");
	if (frame->tables[i].status[slot] != 0) {
		looked.there = true;
		looked.state = frame->tables[i].status[slot] - 1;
		looked.words = (const void *)(frame->tables[i].rows +
		    (size_t)slot * table->row_stride);
	}
	return (looked);
}

void
look_ring(const struct event_log *log, uint32_t ring,
    struct dbgshm_records *records, uint64_t *faults)
{
	static uint64_t room[DBGSHM_RING_SIZE_MIN / 8];
	struct dbgshm_sink sink = { 0 };

	if (dbgshm__ring_copy(descriptor,
		world_offset(log->states[ring].shared), log->ring_size / 8, 0,
		room, records, &sink) != 0)
		errx(2, "a ring");
	*faults = sink.count;
}

void
look_past(struct past *past)
{
	if (dbgshm__past_read(past, descriptor, &view->layout, NULL) != 0)
		errx(2, "the past");
}

void
look_clock(uint64_t words[5])
{
	struct dbgshm_header header;

	if (dbgshm__read_header(descriptor, &header) != 0)
		errx(2, "the header");
	words[0] = header.clock_stamp;
	words[1] = header.clock_mono_ns;
	words[2] = header.clock_boot_ns;
	words[3] = header.clock_real_ns;
	words[4] = header.clock_mult;
}

uint64_t
look_word(const void *at)
{
	uint64_t word;

	if (dbgshm__read(descriptor, &word, sizeof(word), world_offset(at)) !=
	    0)
		errx(2, "a word");
	return (word);
}

static bool
is(struct dbgshm_text text, const char *wanted)
{
	return (text.length == strlen(wanted) &&
	    memcmp(text.bytes, wanted, text.length) == 0);
}

bool
look_schema(const char *path, const char *metric, uint64_t *faults)
{
	bool profile_there = path == NULL, metric_there = metric == NULL;
	size_t i;

	if (dbgshm_reader_attach(
		fcntl(descriptor, F_DUPFD_CLOEXEC, 0), &reader, NULL) != 0)
		return (false);
	*faults = dbgshm_reader_info(reader)->faults;
	explore_latest();
	if (dbgshm_reader_refresh(reader) != 0)
		return (false);
	*faults += dbgshm_reader_info(reader)->faults;
	for (i = 0; i < dbgshm_reader_profile_count(reader); i++)
		profile_there |= path != NULL &&
		    is(dbgshm_reader_profile(reader, i)->path, path);
	for (i = 0; i < dbgshm_reader_metric_count(reader); i++)
		metric_there |= metric != NULL &&
		    is(dbgshm_reader_metric(reader, i)->name, metric);
	dbgshm_reader_close(reader);
	return (profile_there && metric_there);
}
