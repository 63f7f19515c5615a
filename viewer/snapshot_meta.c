/*
 * snapshot_meta.c - of what, when and where a snapshot is, and what is not in it.
 */
#include "report.h"
#include "snapshot_private.h"

#include <libshm/kit/safe.h>

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static void
put_text(struct out *out, const char *key, struct dbgshm_text text)
{
	char *safe = safe_dup(text.bytes, text.length);

	out_string(out, key, text.length > 0 ? safe : NULL);
	free(safe);
}

static void
put_host(struct out *out)
{
	struct utsname host;

	if (uname(&host) == -1)
		return;
	out_object(out, "host");
	out_string(out, "name", host.nodename);
	out_string(out, "system", host.sysname);
	out_string(out, "kernel", host.release);
	out_string(out, "kernel_version", host.version);
	out_string(out, "machine", host.machine);
	out_object_end(out);
}

static void
put_regions(struct out *out, const struct snapshot *snapshot)
{
	const struct dbgshm_info *info;
	char format[16];
	size_t i;

	out_array(out, "regions");
	for (i = 0; i < snapshot->count; i++) {
		info = dbgshm_reader_info(snapshot->parts[i].reader);
		snprintf(
		    format, sizeof(format), "%u.%u", info->major, info->minor);
		out_object(out, NULL);
		out_string(out, "file", snapshot->files[i]);
		out_string(out, "format", format);
		out_u64(out, "bytes", snapshot->sizes[i]);
		put_text(out, "name", info->name);
		put_text(out, "program", info->exe);
		put_text(out, "version", info->version);
		out_u64(out, "pid", (uint64_t)info->pid);
		out_u64(out, "writer_pid", (uint64_t)info->writer_pid);
		out_string(out, "boot_id", info->boot_id);
		out_time(out, "created", info->created_real_ns);
		out_time(out, "last_tick", info->tick_real_ns);
		out_time(out, "taken", info->taken_real_ns);
		out_u64(out, "tick_period_ns", info->tick_period_ns);
		out_bool(out, "withheld", info->withheld);
		out_object_end(out);
	}
	out_array_end(out);
}

static void
put_name(struct out *out, struct snapshot *snapshot,
    const struct model_profile *profile, const char *kind,
    const struct model_column *columns, size_t count)
{
	char *name;
	size_t i;

	for (i = 0; i < count; i++) {
		if ((columns[i].flags & DBGSHM_COLUMN_SECRET) == 0 ||
		    asprintf(&name, "%s%s.%s", profile->path, kind,
			columns[i].name) == -1)
			continue;
		out_string(out, NULL, name);
		free(name);
		snapshot->withheld++;
	}
}

/* By name, so that nobody takes an empty cell for a value. */
static void
put_withheld(struct out *out, struct snapshot *snapshot)
{
	const struct model_profile *profile;
	char kind[300];
	size_t i, j;

	out_array(out, "withheld");
	for (i = 0; i < snapshot->model->profile_count; i++) {
		profile = &snapshot->model->profiles[i];
		if (!dbgshm_reader_info(snapshot->parts[profile->part].reader)
			 ->withheld)
			continue;
		if (profile->table != NULL)
			put_name(out, snapshot, profile, "[]",
			    profile->table->columns,
			    profile->table->column_count);
		for (j = 0;
		     profile->log != NULL && j < profile->log->kind_count;
		     j++) {
			snprintf(kind, sizeof(kind), " %s",
			    profile->log->kinds[j].name);
			put_name(out, snapshot, profile, kind,
			    profile->log->kinds[j].fields,
			    profile->log->kinds[j].field_count);
		}
	}
	out_array_end(out);
}

static void
put_proc(struct out *out, const struct snapshot *snapshot)
{
	const struct snapshot_file *file;
	size_t i;

	out_array(out, "proc");
	for (i = 0; i < snapshot->proc.count; i++) {
		file = &snapshot->proc.files[i];
		out_object(out, NULL);
		out_string(out, "file", file->name);
		out_string(out, "error",
		    file->error != 0 ? strerror(file->error) : NULL);
		out_object_end(out);
	}
	out_array_end(out);
}

static int
put_readme(struct snapshot *snapshot)
{
	static const char text[] =
	    "A snapshot of one process, made by dbgtop " DBGTOP_VERSION ".\n"
	    "\n"
	    "  dbgtop FILE.zip        shows it as if it were the process, with "
	    "its past\n"
	    "  dbgtop show FILE.zip   prints all values\n"
	    "\n"
	    "For other programs:\n"
	    "\n"
	    "  meta.json              of what, when, where, and what was "
	    "withheld\n"
	    "  profiles/PATH.csv      a line for each value; PATH.jsonl the "
	    "same\n"
	    "  profiles/PATH.rows.csv a line for each row of its table\n"
	    "  events.csv .jsonl      what has happened, the oldest first\n"
	    "  errors.csv .jsonl      each kind of error, with its count\n"
	    "  history.csv            a line for each sample, a column for "
	    "each metric\n"
	    "  proc/                  what the kernel said of the process\n"
	    "  own.dbg, watched.dbg   the regions, for dbgtop\n";
	char *bytes = strdup(text);

	if (bytes == NULL)
		return (-1);
	return (snapshot_add(snapshot, "README.txt", bytes, strlen(bytes)));
}

int
snapshot_meta(struct snapshot *snapshot)
{
	const struct model_target *target = &snapshot->model->target;
	struct snapshot_text text;
	struct out *out;

	snapshot_text_begin(&text, OUT_JSON);
	out = text.out;
	out_begin(out, "dbgtop.snapshot/1", target->time_real_ns);
	out_string(out, "dbgtop", DBGTOP_VERSION);
	if (!snapshot->foreign)
		put_host(out);
	out_object(out, "target");
	report_target(out, target);
	out_object_end(out);
	put_regions(out, snapshot);
	out_object(out, "history");
	out_u64(out, "samples", snapshot->samples);
	out_time(out, "since", snapshot->history_real_ns);
	out_object_end(out);
	out_u64(out, "events_lost", snapshot->model->events_lost);
	put_withheld(out, snapshot);
	put_proc(out, snapshot);
	out_end(out);
	if (snapshot_text_end(snapshot, &text, "meta.json") == -1)
		return (-1);
	return (put_readme(snapshot));
}
