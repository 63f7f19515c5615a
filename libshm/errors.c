/*
 * errors.c - all words that stand for numbers, in tables.
 *
 * Names are the constants of format.h in lower case.  Both sides use this file;
 * it calls nothing.
 */
#include <dbgshm/reader.h>

#include <stddef.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const life_names[DBGSHM_LIFE_COUNT] = {
	[DBGSHM_LIFE_LIVE] = "live",
	[DBGSHM_LIFE_STOPPED] = "stopped",
	[DBGSHM_LIFE_DEAD] = "dead",
	[DBGSHM_LIFE_EXITED] = "exited",
	[DBGSHM_LIFE_REPLACED] = "replaced",
	[DBGSHM_LIFE_STALE] = "stale",
	[DBGSHM_LIFE_UNREADABLE] = "unreadable",
	[DBGSHM_LIFE_DAMAGED] = "damaged",
};

static const char *const row_state_names[DBGSHM_ROWSTATE_COUNT] = {
	[DBGSHM_ROWSTATE_LIVE] = "live",
	[DBGSHM_ROWSTATE_FINISHED] = "finished",
	[DBGSHM_ROWSTATE_BUSY] = "busy",
	[DBGSHM_ROWSTATE_TORN] = "torn",
	[DBGSHM_ROWSTATE_TORN_AT_DEATH] = "torn_at_death",
};

static const char *const unit_names[DBGSHM_UNIT_COUNT] = {
	[DBGSHM_UNIT_NONE] = NULL,
	[DBGSHM_UNIT_BYTES] = "bytes",
	[DBGSHM_UNIT_NS] = "ns",
	[DBGSHM_UNIT_PERCENT] = "percent",
	[DBGSHM_UNIT_RATIO] = "ratio",
	[DBGSHM_UNIT_HERTZ] = "hertz",
	[DBGSHM_UNIT_CELSIUS] = "celsius",
};

static const char *const metric_kind_names[] = {
	[0] = "unknown",
	[DBGSHM_METRIC_COUNTER] = "counter",
	[DBGSHM_METRIC_GAUGE] = "gauge",
	[DBGSHM_METRIC_FLOAT] = "float",
	[DBGSHM_METRIC_UPDOWN] = "updown",
	[DBGSHM_METRIC_HISTOGRAM] = "histogram",
};

static const char *const column_type_names[DBGSHM_TYPE_COUNT] = {
	[0] = "unknown",
	[DBGSHM_TYPE_COUNTER] = "counter",
	[DBGSHM_TYPE_GAUGE] = "gauge",
	[DBGSHM_TYPE_SIGNED] = "signed",
	[DBGSHM_TYPE_FLOAT] = "float",
	[DBGSHM_TYPE_TEXT] = "text",
	[DBGSHM_TYPE_TIME] = "time",
	[DBGSHM_TYPE_DURATION] = "duration",
	[DBGSHM_TYPE_ENUM] = "enum",
	[DBGSHM_TYPE_BOOL] = "bool",
	[DBGSHM_TYPE_BLOB] = "blob",
	[DBGSHM_TYPE_REFERENCE] = "reference",
};

static const char *const level_names[] = {
	[DBGSHM_LEVEL_NORMAL] = "normal",
	[DBGSHM_LEVEL_DETAIL] = "detail",
	[DBGSHM_LEVEL_DEBUG] = "debug",
};

static const char *const shape_names[DBGSHM_SHAPE_COUNT] = {
	[DBGSHM_SHAPE_PLAIN] = "plain",
	[DBGSHM_SHAPE_OBJECT] = "object",
	[DBGSHM_SHAPE_OPERATION] = "operation",
	[DBGSHM_SHAPE_STEP] = "step",
	[DBGSHM_SHAPE_HEARTBEAT] = "heartbeat",
	[DBGSHM_SHAPE_QUEUE] = "queue",
	[DBGSHM_SHAPE_CACHE] = "cache",
	[DBGSHM_SHAPE_LIMIT] = "limit",
	[DBGSHM_SHAPE_WORKER] = "worker",
	[DBGSHM_SHAPE_PAIR] = "pair",
	[DBGSHM_SHAPE_SCHEDULE] = "schedule",
	[DBGSHM_SHAPE_ERROR] = "error",
};

static const char *const severity_names[DBGSHM_SEVERITY_COUNT] = {
	[DBGSHM_SEVERITY_DEBUG] = "debug",
	[DBGSHM_SEVERITY_INFO] = "info",
	[DBGSHM_SEVERITY_WARN] = "warn",
	[DBGSHM_SEVERITY_ERROR] = "error",
};

static const char *const outcome_names[DBGSHM_OUTCOME_COUNT] = {
	[DBGSHM_OUTCOME_NONE] = "none",
	[DBGSHM_OUTCOME_OK] = "ok",
	[DBGSHM_OUTCOME_FAILED] = "failed",
	[DBGSHM_OUTCOME_CANCELLED] = "cancelled",
	[DBGSHM_OUTCOME_TIMEOUT] = "timeout",
};

static const char *const reason_texts[DBGSHM_REASON_COUNT] = {
	[DBGSHM_REASON_NONE] = "all is well",
	[DBGSHM_REASON_NOT_INITIALISED] = "the program has not asked for it",
	[DBGSHM_REASON_ENVIRONMENT] = "switched off by DBGSHM=off",
	[DBGSHM_REASON_PRIVILEGED] = "the program runs set-user-id",
	[DBGSHM_REASON_NO_DIRECTORY] = "no usable directory in /dev/shm",
	[DBGSHM_REASON_NO_SPACE] = "the file system of /dev/shm is full",
	[DBGSHM_REASON_FILE_LIMIT] = "the limit on file size is too small",
	[DBGSHM_REASON_MEMORY_LIMIT] = "memory is short",
	[DBGSHM_REASON_BUDGET] = "the region has reached its maximum size",
	[DBGSHM_REASON_SYSTEM] = "a system call failed",
	[DBGSHM_REASON_FORKED] =
	    "a forked child that has not asked for its own",
	[DBGSHM_REASON_NAME_GONE] = "somebody removed the region's file name",
	[DBGSHM_REASON_SANDBOX] = "the program is in a sandbox, no more growth",
	[DBGSHM_REASON_NO_LOCK] = "no liveness lock is possible here",
};

const char *
dbgshm_life_name(enum dbgshm_life life)
{
	if ((size_t)life >= COUNT(life_names))
		return ("unknown");
	return (life_names[life]);
}

const char *
dbgshm_row_state_name(enum dbgshm_row_state state)
{
	if ((size_t)state >= COUNT(row_state_names))
		return ("unknown");
	return (row_state_names[state]);
}

const char *
dbgshm_unit_name(uint8_t unit)
{
	if (unit >= COUNT(unit_names))
		return (NULL);
	return (unit_names[unit]);
}

const char *
dbgshm_metric_kind_name(uint8_t kind)
{
	if (kind >= COUNT(metric_kind_names))
		return ("unknown");
	return (metric_kind_names[kind]);
}

const char *
dbgshm_column_type_name(uint8_t type)
{
	if (type >= COUNT(column_type_names))
		return ("unknown");
	return (column_type_names[type]);
}

const char *
dbgshm_level_name(uint8_t level)
{
	if (level >= COUNT(level_names))
		return ("unknown");
	return (level_names[level]);
}

const char *
dbgshm_shape_name(uint16_t shape)
{
	if (shape >= COUNT(shape_names))
		return ("unknown");
	return (shape_names[shape]);
}

const char *
dbgshm_severity_name(uint8_t severity)
{
	if (severity >= COUNT(severity_names))
		return ("unknown");
	return (severity_names[severity]);
}

const char *
dbgshm_outcome_name(uint64_t outcome)
{
	if (outcome >= COUNT(outcome_names))
		return ("unknown");
	return (outcome_names[outcome]);
}

const char *
dbgshm_reason_text(enum dbgshm_reason reason)
{
	if ((size_t)reason >= COUNT(reason_texts))
		return ("a reason that this version does not know");
	return (reason_texts[reason]);
}
