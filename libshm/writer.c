/*
 * writer.c - life of the region of this process.
 */
#include "history.h"

#include <sys/auxv.h>

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_BYTES (UINT64_C(8) << 20)
#define LEAST_BYTES (UINT64_C(128) << 10)
#define MOST_BYTES (UINT64_C(256) << 20) /* what readers accept */
#define DEFAULT_PERIOD_NS UINT64_C(1000000000)
#define LEAST_PERIOD_NS UINT64_C(10000000)
#define DEFAULT_SHARDS 16

struct dbgshm_region *dbgshm__regions;
struct dbgshm_region *dbgshm__self;

static struct dbgshm_region self_region;
static enum dbgshm_reason off_reason = DBGSHM_REASON_NOT_INITIALISED;
static bool initialised, hooks_installed, ticks_by_thread;
static bool forked_inside; /* the fork that is going on */

int
dbgshm__writer_result(int error)
{
	if (error == 0)
		return (0);
	errno = error;
	return (-1);
}

/* ---- hooks ----------------------------------------------------------------- */

/* In a handler that has interrupted us nothing is to be waited for. */
static void
before_fork(void)
{
	if (dbgshm__inside()) {
		forked_inside = true;
		return;
	}
	dbgshm__enter();
	forked_inside = false;
}

static void
after_fork_parent(void)
{
	if (!forked_inside)
		dbgshm__leave();
}

static void
after_fork_child(void)
{
	struct dbgshm_region *region;

	for (region = dbgshm__regions; region != NULL; region = region->next)
		dbgshm__region_forked(region);
	dbgshm__shard_forked();
	dbgshm__sampler_forked();
	initialised = false;
	if (!forked_inside)
		dbgshm__leave();
}

int
dbgshm__writer_install_hooks(void)
{
	int error;

	if (hooks_installed)
		return (0);
	error =
	    pthread_atfork(before_fork, after_fork_parent, after_fork_child);
	if (error != 0)
		return (error);
	if (atexit(dbgshm_fini) != 0)
		return (ENOMEM);
	hooks_installed = true;
	return (0);
}

/* ---- options ---------------------------------------------------------------- */

/* "8M": 0 where the text is not a size. */
uint64_t
dbgshm__writer_parse_size(const char *text)
{
	static const char units[] = "KMG";
	const char *unit;
	char *end;
	uint64_t value;
	unsigned shift = 0;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (end == text || *text == '-' || errno != 0)
		return (0);
	if (*end != '\0' && (unit = strchr(units, *end)) != NULL) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
	}
	if (*end != '\0' || value > UINT64_MAX >> shift)
		return (0);
	return (value << shift);
}

/* Fills in defaults and the environment; EINVAL for what is out of range. */
int
dbgshm__writer_settle(
    const struct dbgshm_options *given, struct dbgshm_options *options)
{
	const char *text;
	uint64_t bytes;

	*options = *given;
	if (options->sampling != DBGSHM_SAMPLER_THREAD &&
	    options->sampling != DBGSHM_SAMPLER_TICK)
		return (EINVAL);
	if (options->max_bytes == 0)
		options->max_bytes = DEFAULT_BYTES;
	if (options->period_ns == 0)
		options->period_ns = DEFAULT_PERIOD_NS;
	if (options->shards == 0)
		options->shards = DEFAULT_SHARDS;
	if (options->version == NULL)
		options->version = "";
	if (options->max_bytes < LEAST_BYTES ||
	    options->max_bytes > MOST_BYTES ||
	    options->period_ns < LEAST_PERIOD_NS ||
	    options->shards >= DBGSHM_SHARD_SLOTS ||
	    (options->state != DBGSHM_PUBLISHED &&
		options->state != DBGSHM_DARK && options->state != DBGSHM_OFF))
		return (EINVAL);
	if ((text = secure_getenv("DBGSHM")) != NULL) {
		if (strcmp(text, "on") == 0)
			options->state = DBGSHM_PUBLISHED;
		else if (strcmp(text, "dark") == 0)
			options->state = DBGSHM_DARK;
	}
	if ((text = secure_getenv("DBGSHM_SIZE")) != NULL &&
	    (bytes = dbgshm__writer_parse_size(text)) != 0 &&
	    bytes < options->max_bytes)
		options->max_bytes = bytes < LEAST_BYTES ? LEAST_BYTES : bytes;
	return (dbgshm__tiers_settle(options));
}

static uint32_t
first_shards(const struct dbgshm_options *options)
{
	cpu_set_t set;
	uint32_t threads = 2;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		threads = (uint32_t)CPU_COUNT(&set);
	if (threads < 2)
		threads = 2;
	if (threads > 8)
		threads = 8;
	if (threads > options->shards)
		threads = options->shards;
	/* One for all, one for the thread that comes here: it may only wait. */
	return (threads + 2);
}

static bool
switched_off(void)
{
	const char *text = secure_getenv("DBGSHM");

	return (text != NULL && strcmp(text, "off") == 0);
}

/* ---- the region of this process ----------------------------------------------- */

void
dbgshm__writer_prepare(
    struct dbgshm_region *region, const struct dbgshm_options *options)
{
	region->magic = REGION_MAGIC;
	region->owner = getpid();
	region->file_uid = geteuid();
	region->file_gid = options->group == 0 ? (gid_t)-1 : options->group;
	region->file_mode = options->group == 0 ? 0400 : 0440;
	region->period_ns = options->period_ns;
}

static void
identify(struct region_identity *who, const struct dbgshm_options *options)
{
	dbgshm__identity_self(who);
	who->version = options->version;
	who->period_ns = options->period_ns;
	if (options->sampling == DBGSHM_SAMPLER_THREAD)
		who->flags |= DBGSHM_FLAG_SAMPLER;
	if (options->name != NULL) {
		memset(who->name, 0, sizeof(who->name));
		(void)snprintf(
		    who->name, sizeof(who->name), "%.63s", options->name);
	}
}

/* A forked child that asks for its own. */
static int
start_again(const struct dbgshm_options *options)
{
	struct region_identity who;
	int error;

	identify(&who, options);
	who.tsc = self_region.header->clock_kind == DBGSHM_CLOCK_TSC;
	dbgshm__writer_prepare(&self_region, options);
	dbgshm__enter();
	error = dbgshm__region_remake(
	    &self_region, &who, options->state != DBGSHM_PUBLISHED);
	if (error == 0)
		(void)dbgshm__history_create(&self_region, options);
	dbgshm__leave();
	return (error);
}

static int
start_first(const struct dbgshm_options *options)
{
	struct region_layout layout = { options->max_bytes, options->shards + 1,
		first_shards(options) };
	struct region_identity who;
	int error;

	if ((error = dbgshm__writer_install_hooks()) != 0)
		return (error);
	identify(&who, options);
	who.tsc = dbgshm__sampler_trusts_tsc();
	memset(&self_region, 0, sizeof(self_region));
	self_region.self = true;
	dbgshm__writer_prepare(&self_region, options);
	/* No fork meanwhile: the child would inherit descriptor and lock. */
	dbgshm__enter();
	error = dbgshm__region_make(&self_region, &layout, &who,
	    options->state != DBGSHM_PUBLISHED, NULL);
	if (error == 0) {
		self_region.next = dbgshm__regions;
		dbgshm__regions = dbgshm__self = &self_region;
	}
	dbgshm__leave();
	if (error != 0)
		return (error);
	dbgshm__shard_setup(&self_region);
	dbgshm__cost_create(&self_region);
	(void)dbgshm__history_create(&self_region, options);
	return (0);
}

static int
off(enum dbgshm_reason reason, int error)
{
	off_reason = self_region.reason != DBGSHM_REASON_NONE &&
		self_region.header == NULL
	    ? self_region.reason
	    : reason;
	return (dbgshm__writer_result(error));
}

int
dbgshm_init(const struct dbgshm_options *given)
{
	struct dbgshm_options options;
	int error;

	if (given == NULL ||
	    (error = dbgshm__writer_settle(given, &options)) != 0)
		return (off(DBGSHM_REASON_NOT_INITIALISED, EINVAL));
	if (initialised)
		return (dbgshm__writer_result(EALREADY));
	if (getauxval(AT_SECURE) != 0)
		return (off(DBGSHM_REASON_PRIVILEGED, EPERM));
	if (switched_off())
		return (off(DBGSHM_REASON_ENVIRONMENT, 0));
	error = dbgshm__self != NULL ? start_again(&options)
				     : start_first(&options);
	if (error != 0)
		return (off(dbgshm__region_reason_of(error), error));
	initialised = true;
	ticks_by_thread = options.sampling == DBGSHM_SAMPLER_THREAD;
	dbgshm__enter();
	dbgshm__sampler_tick(&self_region, 0);
	dbgshm__leave();
	dbgshm_thread_enter();
	if (ticks_by_thread &&
	    dbgshm__sampler_start(options.period_ns) !=
		0) /* counts, but no ticks */
		dbgshm__region_reason(&self_region, DBGSHM_REASON_SYSTEM);
	return (0);
}

void
dbgshm_fini(void)
{
	/* exit() in a handler that has interrupted us: what is left looks as if
	 * the program had been killed there. */
	if (dbgshm__inside())
		return;
	dbgshm__watched_unlink();
	/* Where a filter may be, not even our own number is asked for. */
	if (!initialised ||
	    (!self_region.sealed && self_region.owner != getpid()))
		return;
	dbgshm__sampler_stop();
	dbgshm__enter();
	if (self_region.state != DBGSHM_OFF) {
		if (!self_region.sealed)
			dbgshm__sampler_tick(&self_region, 0);
		dbgshm__store_release(&self_region.header->exit_real_ns,
		    dbgshm__host_clock_ns(CLOCK_REALTIME));
		if (!self_region.sealed)
			dbgshm__directory_unlink(&self_region);
		self_region.state = DBGSHM_OFF;
		off_reason = DBGSHM_REASON_NOT_INITIALISED;
	}
	dbgshm__leave();
}

static int
show(bool visible)
{
	enum dbgshm_state wanted = visible ? DBGSHM_PUBLISHED : DBGSHM_DARK;
	int error = 0;

	dbgshm__enter();
	if (!initialised || self_region.state == DBGSHM_OFF)
		error = ENOTSUP;
	else if (self_region.sealed)
		error = EPERM;
	else if (self_region.state != wanted) {
		if (dbgshm__directory_rename(&self_region, !visible) == 0)
			self_region.state = wanted;
		else if ((error = errno) == ENOENT)
			dbgshm__region_reason(
			    &self_region, DBGSHM_REASON_NAME_GONE);
	}
	dbgshm__leave();
	return (dbgshm__writer_result(error));
}

int
dbgshm_publish(void)
{
	return (show(true));
}

int
dbgshm_unpublish(void)
{
	return (show(false));
}

enum dbgshm_state
dbgshm_state(void)
{
	return (initialised ? self_region.state : DBGSHM_OFF);
}

enum dbgshm_reason
dbgshm_reason(void)
{
	if (initialised && self_region.state != DBGSHM_OFF)
		return (self_region.reason);
	return (dbgshm__self != NULL && self_region.orphan
		? DBGSHM_REASON_FORKED
		: off_reason);
}

int
dbgshm_tick(uint64_t now_ns)
{
	int error = 0;

	if (!initialised)
		return (dbgshm__writer_result(ENOTSUP));
	dbgshm__enter();
	if (self_region.state == DBGSHM_OFF)
		error = ENOTSUP;
	else if (ticks_by_thread)
		error = EBUSY;
	else
		dbgshm__sampler_tick(&self_region, now_ns);
	dbgshm__leave();
	return (dbgshm__writer_result(error));
}

int
dbgshm_sandbox(void)
{
	if (!initialised || self_region.state == DBGSHM_OFF)
		return (dbgshm__writer_result(ENOTSUP));
	dbgshm__sampler_stop();
	dbgshm__enter();
	ticks_by_thread = false;
	(void)dbgshm__region_ready_shards(
	    &self_region, self_region.shard_count);
	dbgshm__history_seal(&self_region);
	self_region.sealed = true;
	dbgshm__leave();
	return (0);
}

int
dbgshm_reown(uid_t uid, gid_t gid)
{
	int error = 0;

	dbgshm__enter();
	if (!initialised || self_region.state == DBGSHM_OFF)
		error = ENOTSUP;
	else if (dbgshm__directory_move(&self_region, uid, gid) == -1)
		error = errno;
	dbgshm__leave();
	return (dbgshm__writer_result(error));
}

void
dbgshm_heartbeat(void)
{
	if (dbgshm__self != NULL)
		(void)dbgshm__fetch_add(&dbgshm__self->header->heartbeat, 1);
}

struct dbgshm_region *
dbgshm_self(void)
{
	return (dbgshm__self);
}

int
dbgshm_summary_add(const char *name, uint32_t *slot)
{
	struct dbgshm_summary *summary;
	struct dbgshm_region *region = dbgshm__self;
	uint32_t i;
	int error;

	if (region == NULL)
		return (dbgshm__writer_result(ENOTSUP));
	if ((error = dbgshm__name_check_word(
		 name, sizeof(summary->slots[0].name) - 1)) != 0)
		return (dbgshm__writer_result(error));
	summary = (struct dbgshm_summary *)(void *)(region->base +
	    DBGSHM_SUMMARY_OFFSET);
	dbgshm__enter();
	for (i = 0; i < region->summary_count && error == 0; i++)
		if (strncmp(summary->slots[i].name, name,
			sizeof(summary->slots[i].name)) == 0)
			error = EEXIST;
	if (error == 0 && region->summary_count == DBGSHM_SUMMARY_SLOTS)
		error = ENOSPC;
	if (error == 0) {
		*slot = region->summary_count++;
		memcpy(summary->slots[*slot].name, name, strlen(name));
		dbgshm__store_release(&summary->count, region->summary_count);
	}
	dbgshm__leave();
	return (dbgshm__writer_result(error));
}
