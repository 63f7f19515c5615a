/*
 * mirror.c - puts pieces together to an image.
 *
 * A piece is looked at as a whole before anything of it is used, so that one that
 * makes no sense changes nothing.
 */
#include "mirror.h"

#include "obj.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MIRROR(mirror) DBGSHM_OBJ_CHECK(mirror, DBGSHM_OBJ_MIRROR)
#define PAST_BYTES (UINT64_C(256) << 20)
#define PAST_BYTES_MIN (UINT64_C(64) << 10)

/* A piece, and what the mirror would have been told with it. */
struct putting {
	struct dbgshm_mirror *mirror;
	bool first;
	struct dbgshm_header header; /* as it was told */
	struct dbgshm_header shown;  /* of the image */
	size_t records_size, texts_size;
	bool told;	       /* there is a header */
	size_t headers, drops; /* parts */
};

/* ---- looking ------------------------------------------------------------ */

static bool
take_numbers(struct piece_in *in, unsigned count, uint64_t *last)
{
	while (count-- > 0)
		if (!dbgshm__piece_take(in, last))
			return (false);
	return (true);
}

static int
look_at_header(struct putting *putting, struct piece_in in)
{
	int error;

	if (putting->headers++ > 0)
		return (EBADMSG);
	if (!dbgshm__piece_change(&in, (void *)&putting->header,
		sizeof(putting->header) / sizeof(uint64_t)))
		return (EBADMSG);
	error = dbgshm__mirror_header(
	    putting->mirror, &putting->header, &putting->shown);
	putting->told = error == 0;
	if (error == 0 && !putting->first &&
	    !dbgshm__mirror_same(&putting->mirror->image, &putting->shown))
		return (EBADMSG);
	return (error);
}

/* Bytes behind those that are there, as many as the section takes. */
static bool
look_at_more(size_t *size, uint64_t room, struct piece_in in)
{
	uint64_t offset;

	if (!dbgshm__piece_take(&in, &offset) || offset != *size ||
	    in.left > room - *size)
		return (false);
	*size += in.left;
	return (true);
}

static bool
look_at_block(struct piece_in in)
{
	uint64_t number, offset, ring, tier, last;

	if (!dbgshm__piece_take(&in, &number) || number == 0 ||
	    !dbgshm__piece_take(&in, &offset))
		return (false);
	return (offset != 0 ||
	    (dbgshm__piece_take(&in, &ring) && ring <= DBGSHM_RING_ROWS &&
		dbgshm__piece_take(&in, &tier) && tier < DBGSHM_TIERS_MAX &&
		take_numbers(&in, 4, &last)));
}

static bool
look_at_present(struct piece_in in)
{
	uint64_t ring, offset, last;

	return (dbgshm__piece_take(&in, &ring) && ring <= DBGSHM_RING_ROWS &&
	    dbgshm__piece_take(&in, &offset) &&
	    (offset != 0 || take_numbers(&in, 3, &last)));
}

static bool
look_at_events(struct piece_in in)
{
	uint64_t last, number, word, length;

	if (!take_numbers(&in, 2, &last) || !dbgshm__piece_take(&in, &number) ||
	    !take_numbers(&in, 2, &last) || in.left % sizeof(word) != 0 ||
	    number > UINT64_MAX / 2)
		return (false);
	for (; in.left > 0; in.bytes += length, in.left -= (size_t)length) {
		memcpy(&word, in.bytes, sizeof(word));
		length = word & DBGSHM_RECORD_LENGTH_MASK;
		if (length < DBGSHM_RECORD_WORDS ||
		    length > DBGSHM_RECORD_WORDS_MAX ||
		    dbgshm__record_is_pad(word))
			return (false);
		length *= sizeof(word);
		if (length > in.left)
			return (false);
	}
	return (true);
}

static int
look_at_part(struct putting *putting, uint64_t part, struct piece_in in)
{
	const struct dbgshm_section *sections = putting->shown.sections;
	uint64_t last;
	bool good = true;

	if (part == DBGSHM_PART_HEADER)
		return (look_at_header(putting, in));
	if (!putting->told)
		return (EBADMSG);
	switch (part) {
	case DBGSHM_PART_SUMMARY:
		good = dbgshm__piece_change(&in, NULL,
		    sizeof(struct dbgshm_summary) / sizeof(uint64_t));
		break;
	case DBGSHM_PART_RECORDS:
		good = look_at_more(&putting->records_size,
		    sections[DBGSHM_SECTION_DESCRIPTORS - 1].size, in);
		break;
	case DBGSHM_PART_STATES:
		good = dbgshm__piece_change(
		    &in, NULL, putting->records_size / sizeof(uint64_t));
		break;
	case DBGSHM_PART_TEXTS:
		good = look_at_more(&putting->texts_size,
		    sections[DBGSHM_SECTION_STRINGS - 1].size, in);
		break;
	case DBGSHM_PART_DROPS:
		good = putting->drops++ < DBGSHM_TABLES_MAX &&
		    take_numbers(&in, 3, &last);
		break;
	case DBGSHM_PART_PRESENT:
		good = look_at_present(in);
		break;
	case DBGSHM_PART_BLOCK:
		good = look_at_block(in);
		break;
	case DBGSHM_PART_EVENTS:
		good = look_at_events(in);
		break;
	default: /* of a later version */
		break;
	}
	return (good ? 0 : EBADMSG);
}

static int
look_at_parts(struct putting *putting, struct piece_in in)
{
	struct piece_in content;
	uint64_t part;
	int error;

	while (in.left > 0) {
		if (!dbgshm__piece_part(&in, &part, &content))
			return (EBADMSG);
		if ((error = look_at_part(putting, part, content)) != 0)
			return (error);
	}
	return (putting->told ? 0 : EBADMSG);
}

/* ---- using -------------------------------------------------------------- */

static int
add_bytes(unsigned char **bytes, size_t *size, struct piece_in in)
{
	unsigned char *more;
	uint64_t offset;

	(void)dbgshm__piece_take(&in, &offset);
	if (in.left == 0)
		return (0);
	if ((more = realloc(*bytes, *size + in.left)) == NULL)
		return (ENOMEM);
	memcpy(more + *size, in.bytes, in.left);
	*bytes = more;
	*size += in.left;
	return (0);
}

static int
use_drops(struct dbgshm_mirror *mirror, struct piece_in in)
{
	struct mirror_drops *drops;
	uint64_t table = 0, rows = 0, busy = 0;
	size_t i;

	(void)dbgshm__piece_take(&in, &table);
	(void)dbgshm__piece_take(&in, &rows);
	(void)dbgshm__piece_take(&in, &busy);
	for (i = 0; i < mirror->drop_count; i++)
		if (mirror->drops[i].table == table)
			break;
	if (i == DBGSHM_TABLES_MAX)
		return (0);
	if (i == mirror->drop_count) {
		drops = realloc(mirror->drops, (i + 1) * sizeof(*drops));
		if (drops == NULL)
			return (ENOMEM);
		mirror->drops = drops;
		mirror->drop_count++;
	}
	mirror->drops[i] = (struct mirror_drops){ (uint32_t)table, rows, busy };
	return (0);
}

static int
use_part(struct dbgshm_mirror *mirror, uint64_t part, struct piece_in in)
{
	switch (part) {
	case DBGSHM_PART_SUMMARY:
		(void)dbgshm__piece_change(&in, (void *)&mirror->summary,
		    sizeof(mirror->summary) / sizeof(uint64_t));
		return (0);
	case DBGSHM_PART_RECORDS:
		mirror->changed = true;
		return (add_bytes(&mirror->records, &mirror->records_size, in));
	case DBGSHM_PART_STATES:
		mirror->changed = true;
		(void)dbgshm__piece_change(&in, (void *)mirror->records,
		    mirror->records_size / sizeof(uint64_t));
		return (0);
	case DBGSHM_PART_TEXTS:
		mirror->changed = true;
		return (add_bytes(&mirror->texts, &mirror->texts_size, in));
	case DBGSHM_PART_DROPS:
		return (use_drops(mirror, in));
	case DBGSHM_PART_PRESENT:
		return (dbgshm__mirror_present(mirror, &in));
	case DBGSHM_PART_BLOCK:
		return (dbgshm__mirror_block(mirror, &in));
	default:
		return (0);
	}
}

/* Events at the end: what exists has to be known. */
static int
use_parts(struct dbgshm_mirror *mirror, struct piece_in in)
{
	struct piece_in rest = in, content;
	uint64_t part;
	int error;

	while (dbgshm__piece_part(&rest, &part, &content))
		if ((error = use_part(mirror, part, content)) != 0)
			return (error);
	if (mirror->changed && (error = dbgshm__mirror_logs(mirror)) != 0)
		return (error);
	while (dbgshm__piece_part(&in, &part, &content))
		if (part == DBGSHM_PART_EVENTS)
			dbgshm__mirror_events(mirror, &content);
	return (0);
}

/* What a first piece says again. */
static void
forget_told(struct dbgshm_mirror *mirror)
{
	memset(&mirror->summary, 0, sizeof(mirror->summary));
	free(mirror->records);
	free(mirror->texts);
	free(mirror->drops);
	mirror->records = mirror->texts = NULL;
	mirror->drops = NULL;
	mirror->records_size = mirror->texts_size = mirror->drop_count = 0;
}

static int
use(struct putting *putting, struct piece_in in)
{
	struct dbgshm_mirror *mirror = putting->mirror;
	int error;

	if (putting->first) {
		if (!dbgshm__mirror_same(&mirror->image, &putting->shown)) {
			error = dbgshm__mirror_make(
			    &mirror->image, &putting->shown);
			if (error != 0)
				return (error);
			dbgshm__mirror_past_reset(mirror);
			dbgshm__mirror_logs_reset(mirror);
		}
		forget_told(mirror);
	}
	mirror->pieces++;
	mirror->header = putting->header;
	mirror->image.header = putting->shown;
	return (use_parts(mirror, in));
}

/* ---- pieces ------------------------------------------------------------- */

static int
look_at_head(const struct dbgshm_mirror *mirror, const void *bytes, size_t size,
    struct dbgshm_piece_head *head)
{
	if (size < sizeof(*head))
		return (EBADMSG);
	memcpy(head, bytes, sizeof(*head));
	if (head->magic == __builtin_bswap64(DBGSHM_PIECE_MAGIC))
		return (EPROTONOSUPPORT);
	if (head->magic != DBGSHM_PIECE_MAGIC || head->size != size ||
	    size > DBGSHM_PIECE_MAX)
		return (EBADMSG);
	if (head->major != DBGSHM_PIECE_MAJOR)
		return (EPROTONOSUPPORT);
	if ((head->flags & DBGSHM_PIECE_FIRST) == 0 &&
	    (!mirror->follows || head->series != mirror->series ||
		head->number != mirror->number))
		return (EBADMSG);
	return (0);
}

int
dbgshm_mirror_put(struct dbgshm_mirror *mirror, const void *bytes, size_t size)
{
	struct dbgshm_piece_head head;
	struct putting *putting;
	struct piece_in in = { bytes, size };
	int error;

	MIRROR(mirror);
	if ((putting = calloc(1, sizeof(*putting))) == NULL)
		return (-1);
	if ((error = look_at_head(mirror, bytes, size, &head)) == 0) {
		in.bytes += sizeof(head);
		in.left -= sizeof(head);
		putting->mirror = mirror;
		putting->first = (head.flags & DBGSHM_PIECE_FIRST) != 0;
		if (!putting->first) {
			putting->header = mirror->header;
			putting->shown = mirror->image.header;
			putting->records_size = mirror->records_size;
			putting->texts_size = mirror->texts_size;
			putting->told = true;
		}
		error = look_at_parts(putting, in);
	}
	if (error == 0)
		error = use(putting, in);
	free(putting);
	mirror->follows = error == 0;
	if (error != 0) {
		errno = error;
		return (-1);
	}
	mirror->series = head.series;
	mirror->number = head.number + 1;
	return (0);
}

int
dbgshm_mirror_settle(struct dbgshm_mirror *mirror)
{
	int error = EAGAIN;

	MIRROR(mirror);
	if (mirror->image.descriptor != -1)
		error = mirror->follows ? dbgshm__mirror_show(mirror) : 0;
	if (error == 0)
		return (0);
	errno = error;
	return (-1);
}

int
dbgshm_mirror_reader(
    struct dbgshm_mirror *mirror, struct dbgshm_reader **reader)
{
	int descriptor;

	MIRROR(mirror);
	if (mirror->image.descriptor == -1) {
		errno = EAGAIN;
		return (-1);
	}
	descriptor = fcntl(mirror->image.descriptor, F_DUPFD_CLOEXEC, 0);
	if (descriptor == -1)
		return (-1);
	return (dbgshm_reader_attach(descriptor, reader, NULL));
}

int
dbgshm_mirror_create(uint64_t past_bytes, struct dbgshm_mirror **mirror)
{
	struct dbgshm_mirror *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return (-1);
	made->magic = DBGSHM_OBJ_MIRROR;
	made->image.descriptor = -1;
	made->past_bytes = past_bytes == 0 || past_bytes > PAST_BYTES
	    ? PAST_BYTES
	    : past_bytes;
	if (made->past_bytes < PAST_BYTES_MIN)
		made->past_bytes = PAST_BYTES_MIN;
	*mirror = made;
	return (0);
}

void
dbgshm_mirror_free(struct dbgshm_mirror *mirror)
{
	if (mirror == NULL)
		return;
	MIRROR(mirror);
	dbgshm__mirror_past_reset(mirror);
	dbgshm__mirror_logs_reset(mirror);
	dbgshm__mirror_close(&mirror->image);
	forget_told(mirror);
	DBGSHM_OBJ_END(mirror);
	free(mirror);
}
