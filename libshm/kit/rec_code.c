/*
 * rec_code.c - heads and contents of a recording, made and checked.
 */
#include "rec_code.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define LEVEL 3
#define FEATURES_NEEDED UINT64_C(0xffffffff) /* who does not know one refuses */
#define HEAD_SIZE_MAX 4096

void
rec_code_init(struct rec_code *code)
{
	memset(code, 0, sizeof(*code));
	rec_sum_init(&code->sum);
}

void
rec_code_fini(struct rec_code *code)
{
	if (code->packer != NULL)
		code->zstd.freeCCtx(code->packer);
	if (code->unpacker != NULL)
		code->zstd.freeDCtx(code->unpacker);
	rec_library_unload(&code->zstd);
	free(code->bytes);
}

bool
rec_code_library(struct rec_code *code)
{
	if (!code->asked)
		(void)rec_library_load(&code->zstd);
	code->asked = true;
	return (code->zstd.handle != NULL);
}

int
rec_code_fail(int number, char *why, size_t why_size)
{
	snprintf(why, why_size, "%s", strerror(number));
	errno = number;
	return (-1);
}

/* ---- the head of a recording -------------------------------------------------- */

static uint32_t
head_checksum(const struct rec_code *code, const struct rec_head *head)
{
	return (rec_sum_add(
	    &code->sum, 0, head, offsetof(struct rec_head, checksum)));
}

void
rec_code_begin(struct rec_code *code, struct rec_head *head)
{
	struct timespec now;

	memset(head, 0, sizeof(*head));
	(void)clock_gettime(CLOCK_REALTIME, &now);
	head->magic = REC_MAGIC;
	head->byte_order = REC_BYTE_ORDER;
	head->major = REC_MAJOR;
	head->minor = REC_MINOR;
	head->head_size = REC_HEAD_SIZE;
	head->created_real_ns =
	    (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
	if (getrandom(&head->id, sizeof(head->id), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(head->id))
		head->id = head->created_real_ns; /* soon after boot */
	head->checksum = head_checksum(code, head);
	code->id = head->id;
	code->head_size = head->head_size;
}

bool
rec_begins(const void *bytes, size_t size)
{
	uint64_t words[2];

	if (size < sizeof(words))
		return (false);
	memcpy(words, bytes, sizeof(words));
	return ((words[0] == REC_MAGIC && words[1] == REC_BYTE_ORDER) ||
	    (words[0] == __builtin_bswap64(REC_MAGIC) &&
		words[1] == __builtin_bswap64(REC_BYTE_ORDER)));
}

static int
refuse(int number, const char *text, char *why, size_t why_size)
{
	snprintf(why, why_size, "%s", text);
	errno = number;
	return (-1);
}

int
rec_code_head(
    struct rec_code *code, const void *bytes, char *why, size_t why_size)
{
	struct rec_head head;

	memcpy(&head, bytes, sizeof(head));
	if (!rec_begins(bytes, sizeof(head)))
		return (refuse(EBADMSG, "it does not begin as a recording does",
		    why, why_size));
	if (head.magic != REC_MAGIC)
		return (refuse(EPROTONOSUPPORT,
		    "made on a machine of the other byte order", why,
		    why_size));
	if (head.major != REC_MAJOR) {
		snprintf(why, why_size,
		    "format %u.%u, and this version reads %u.x", head.major,
		    head.minor, REC_MAJOR);
		errno = EPROTONOSUPPORT;
		return (-1);
	}
	if (head.checksum != head_checksum(code, &head) ||
	    head.head_size < REC_HEAD_SIZE || head.head_size > HEAD_SIZE_MAX ||
	    head.head_size % REC_ALIGN != 0)
		return (refuse(EBADMSG, "its head is damaged", why, why_size));
	if ((head.features & FEATURES_NEEDED) != 0)
		return (refuse(EPROTONOSUPPORT,
		    "it has features that a newer version is needed for", why,
		    why_size));
	code->id = head.id;
	code->head_size = head.head_size;
	code->minor = head.minor;
	code->newer = head.minor > REC_MINOR;
	return (0);
}

/* ---- heads of chunks ------------------------------------------------------------ */

/* Nobody who does not know the id can make content that looks like a chunk. */
static uint32_t
chunk_checksum(const struct rec_code *code, const struct rec_chunk_head *head)
{
	uint32_t of_id =
	    rec_sum_add(&code->sum, 0, &code->id, sizeof(code->id));

	return (rec_sum_add(&code->sum, of_id, head,
	    offsetof(struct rec_chunk_head, checksum)));
}

bool
rec_code_chunk(
    const struct rec_code *code, const void *bytes, struct rec_chunk_head *head)
{
	memcpy(head, bytes, sizeof(*head));
	if (head->magic != REC_CHUNK_MAGIC ||
	    head->checksum != chunk_checksum(code, head) ||
	    head->stored_size > REC_CHUNK_MAX || head->size > REC_CHUNK_MAX ||
	    head->region > REC_REGIONS_MAX)
		return (false);
	if ((head->flags & REC_FLAG_COMPRESSED) == 0)
		return (head->size == head->stored_size);
	return (head->size <= REC_RATIO_FREE ||
	    head->size / REC_RATIO_MAX <= head->stored_size);
}

bool
rec_code_known(const struct rec_chunk_head *head)
{
	return (head->type >= REC_REGION && head->type <= REC_END &&
	    (head->flags & ~(REC_FLAG_COMPRESSED | REC_FLAG_FIRST)) == 0);
}

bool
rec_code_sound(const struct rec_code *code, const struct rec_chunk_head *head,
    const void *content)
{
	return (rec_sum_add(&code->sum, 0, content,
		    rec_padded(head->stored_size)) == head->content_checksum);
}

/* ---- contents -------------------------------------------------------------------- */

static bool
make_room(struct rec_code *code, size_t size)
{
	unsigned char *bytes;

	if (size <= code->room)
		return (true);
	if ((bytes = malloc(size)) == NULL)
		return (false);
	free(code->bytes);
	code->bytes = bytes;
	code->room = size;
	return (true);
}

/* One frame of today's format, with nothing behind it. */
static bool
is_one_frame(struct rec_code *code, const void *content, size_t size)
{
	uint32_t magic;

	if (size < sizeof(magic))
		return (false);
	memcpy(&magic, content, sizeof(magic));
	return (le32toh(magic) == ZSTD_MAGICNUMBER &&
	    code->zstd.findFrameCompressedSize(content, size) == size);
}

static int
unpack(struct rec_code *code, const struct rec_chunk_head *head,
    const void *content, char *why, size_t why_size)
{
	if (!rec_code_library(code))
		return (refuse(ENOTSUP,
		    "it is compressed, and the library " ZSTD_SONAME
		    " is not installed",
		    why, why_size));
	if (code->unpacker == NULL &&
	    (code->unpacker = code->zstd.createDCtx()) == NULL)
		return (rec_code_fail(ENOMEM, why, why_size));
	if (!make_room(code, head->size))
		return (rec_code_fail(ENOMEM, why, why_size));
	if (!is_one_frame(code, content, head->stored_size) ||
	    code->zstd.decompressDCtx(code->unpacker, code->bytes, head->size,
		content, head->stored_size) != head->size)
		return (refuse(
		    EBADMSG, "what is compressed is damaged", why, why_size));
	return (0);
}

int
rec_code_unpack(struct rec_code *code, const struct rec_chunk_head *head,
    const void *content, struct rec_chunk *chunk, char *why, size_t why_size)
{
	if ((head->flags & REC_FLAG_COMPRESSED) != 0) {
		if (unpack(code, head, content, why, why_size) == -1)
			return (-1);
		content = code->bytes;
	}
	*chunk = (struct rec_chunk){
		.type = (enum rec_type)head->type,
		.region = head->region,
		.first = (head->flags & REC_FLAG_FIRST) != 0,
		.real_ns = head->real_ns,
		.bytes = content,
		.size = head->size,
	};
	return (0);
}

/* 0: it does not become shorter. */
static size_t
pack(struct rec_code *code, const void *bytes, size_t size)
{
	size_t packed;

	if (size <= REC_ALIGN || !rec_code_library(code))
		return (0);
	if (code->packer == NULL) {
		if ((code->packer = code->zstd.createCCtx()) == NULL)
			return (0);
		code->zstd.CCtx_setParameter(
		    code->packer, ZSTD_c_compressionLevel, LEVEL);
		code->zstd.CCtx_setParameter(
		    code->packer, ZSTD_c_contentSizeFlag, 0);
	}
	if (!make_room(code, code->zstd.compressBound(size)))
		return (0);
	packed = code->zstd.compress2(
	    code->packer, code->bytes, code->room, bytes, size);
	if (code->zstd.isError(packed) ||
	    rec_padded(packed) >= rec_padded(size))
		return (0);
	return (size > REC_RATIO_FREE && size / REC_RATIO_MAX > packed
		? 0
		: packed);
}

const void *
rec_code_pack(struct rec_code *code, const struct rec_chunk *chunk,
    uint8_t type, struct rec_chunk_head *head)
{
	static const unsigned char zeros[REC_ALIGN];
	const void *content = chunk->bytes;
	size_t packed = pack(code, chunk->bytes, chunk->size);

	*head = (struct rec_chunk_head){
		.magic = REC_CHUNK_MAGIC,
		.type = type,
		.flags = chunk->first ? REC_FLAG_FIRST : 0,
		.region = chunk->region,
		.stored_size = (uint32_t)chunk->size,
		.size = (uint32_t)chunk->size,
		.real_ns = chunk->real_ns,
	};
	if (packed > 0) {
		head->flags |= REC_FLAG_COMPRESSED;
		head->stored_size = (uint32_t)packed;
		content = code->bytes;
	}
	head->content_checksum =
	    rec_sum_add(&code->sum, 0, content, head->stored_size);
	head->content_checksum = rec_sum_add(&code->sum, head->content_checksum,
	    zeros, rec_padded(head->stored_size) - head->stored_size);
	head->checksum = chunk_checksum(code, head);
	return (content);
}
