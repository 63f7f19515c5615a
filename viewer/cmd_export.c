/*
 * cmd_export.c - dbgtop export: values for other systems.
 */
#include "command.h"
#include "export.h"
#include "export_history.h"
#include "export_number.h"
#include "open.h"
#include "source.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct export_format *const formats[] = { &export_prom,
	&export_openmetrics, &export_jsonl, &export_csv };
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

const struct export_format *
export_format_find(const char *name)
{
	size_t i;

	for (i = 0; i < FORMATS; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return (formats[i]);
	return (NULL);
}

struct job {
	const struct request *request;
	const struct export_format *format;
	struct patterns *patterns;
	struct export_set set;
	uint8_t level;
	bool everybody; /* the target at hand is one of :all */
	/* what was exported already */
	struct export_target **done;
	struct target *opened;
	size_t done_count, opened_count;
	struct export_numbers numbers;
	int status;
};

static void *
grow(void *list, size_t count, size_t size)
{
	list = reallocarray(list, count + 1, size);
	if (list == NULL)
		err(1, "memory for %zu targets", count);
	return (list);
}

static void
job_free(struct job *job)
{
	size_t i;

	for (i = 0; i < job->opened_count; i++) {
		free(job->opened[i].path);
		free(job->opened[i].inside);
	}
	export_numbers_free(&job->numbers);
	free(job->opened);
	free(job->done);
	export_free(&job->set);
	patterns_destroy(job->patterns);
}

/* ---- one target ---------------------------------------------------------------------- */

static bool
is_taken(const struct job *job, const char *program, unsigned number)
{
	size_t i;

	for (i = 0; i < job->done_count; i++)
		if (job->done[i]->number == number &&
		    strcmp(job->done[i]->program, program) == 0)
			return (true);
	return (false);
}

static struct export_target *
make_target(struct job *job, const struct model_target *target, bool stamped)
{
	struct export_target *made =
	    arena_take(&job->set.arena, 1, sizeof(*made));

	*made = (struct export_target){
		.program = arena_print(&job->set.arena, "%s", target->name),
		.number = export_number(&job->numbers, target),
		.pid = target->pid,
		.stamped = stamped,
	};
	while (is_taken(job, made->program, made->number))
		made->number++;
	job->done =
	    grow(job->done, job->done_count, sizeof(struct export_target *));
	job->done[job->done_count++] = made;
	return (made);
}

static int
add_present(struct job *job, struct model *model, bool runs)
{
	const struct model_target *target = &model->target;
	struct export_from from = {
		.set = &job->set,
		.target = make_target(job, target, !runs || target->recorded),
		.model = model,
		.patterns = job->patterns,
		.level = job->level,
	};
	size_t i;

	for (i = 0; runs && i < EXPORT_PARTS; i++)
		from.real_ns[i] = target->time_real_ns;
	patterns_resolve(job->patterns, model);
	export_about(&from, runs);
	/* A format without times can not say that they are over. */
	if (runs || job->format->times)
		export_model(&from);
	return (EXIT_DONE);
}

static int
add_past(struct job *job, struct source *source, const struct model *model)
{
	struct export_past past = {
		.since_ns = job->request->since_ns,
		.until_ns = job->request->until_ns,
		.flags = request_model(job->request),
	};
	struct export_from from = {
		.set = &job->set,
		.target = make_target(job, &model->target, true),
		.model = model,
		.patterns = job->patterns,
		.level = job->level,
	};
	int status = export_history(&from, &past, source);

	/* One of many may be too young. */
	return (job->everybody && status == EXIT_NO ? EXIT_DONE : status);
}

static int
add_source(struct job *job, const struct target *target, struct source *source)
{
	const struct request *request = job->request;
	struct model *model = model_create(request_model(request));
	int status = EXIT_DONE;
	bool runs;

	if (source_update(source, model) == -1) {
		if (!job->everybody) {
			warn("%s",
			    target->name != NULL ? target->name : "target");
			status = EXIT_DAMAGED;
		}
	} else {
		runs = model->target.state == DBGSHM_LIFE_LIVE ||
		    model->target.state == DBGSHM_LIFE_STOPPED;
		if (!runs && job->everybody && !request->all)
			status = EXIT_DONE;
		else if (request->since_ns != 0 || request->until_ns != 0)
			status = add_past(job, source, model);
		else
			status = add_present(job, model, runs);
	}
	model_destroy(model);
	return (status);
}

static bool
is_same(const char *a, const char *b)
{
	return (a == NULL || b == NULL ? a == b : strcmp(a, b) == 0);
}

/* A second time would be the same series again. */
static bool
is_new(struct job *job, const struct target *target)
{
	struct target *one;
	size_t i;

	for (i = 0; i < job->opened_count; i++) {
		one = &job->opened[i];
		if (one->pid == target->pid &&
		    (one->start_ticks == target->start_ticks ||
			one->start_ticks == 0 || target->start_ticks == 0) &&
		    is_same(one->path, target->path) &&
		    is_same(one->inside, target->inside))
			return (false);
	}
	job->opened =
	    grow(job->opened, job->opened_count, sizeof(*job->opened));
	one = &job->opened[job->opened_count++];
	*one = *target;
	one->name = NULL;
	if ((target->path != NULL &&
		(one->path = strdup(target->path)) == NULL) ||
	    (target->inside != NULL &&
		(one->inside = strdup(target->inside)) == NULL))
		err(1, "memory for a target");
	return (true);
}

static void
add_target(struct job *job, const struct target *target)
{
	struct target_error error = { 0 };
	struct source *source;
	int status = EXIT_DONE;

	if (!is_new(job, target))
		return;
	if (source_open(target,
		request_source(job->request) |
		    (job->everybody ? SOURCE_NO_WATCHER : 0u),
		&source, &error) == 0) {
		status = add_source(job, target, source);
		source_close(source);
	} else if (!job->everybody)
		status = target_complain(&error);
	if (status != EXIT_DONE)
		job->status = status;
	target_error_free(&error);
}

static void
add_word(struct job *job, const char *word)
{
	struct target_error error = { 0 };
	struct targets targets;
	size_t i;

	job->everybody = strcmp(word, ":all") == 0;
	if (target_find(word, &targets, &error) == -1)
		job->status = target_complain(&error);
	for (i = 0; i < targets.count; i++)
		add_target(job, &targets.list[i]);
	target_error_free(&error);
	target_free(&targets);
}

/* ---- the command ------------------------------------------------------------------------ */

/* A further target is what can be nothing else: which profiles a pattern means
 * must not depend on who is running. */
static bool
is_target(const char *word)
{
	const char *colon = strrchr(word, ':');
	size_t length = strlen(word);

	if (word[strspn(word, "0123456789")] == '\0' ||
	    strcmp(word, ":all") == 0)
		return (true);
	if (strncmp(word, "./", 2) == 0 || strncmp(word, "../", 3) == 0)
		return (true);
	if (word[0] == '/')
		return (word[length - 1] != '/');
	if (length > 4 &&
	    (strcmp(word + length - 4, ".zip") == 0 ||
		strcmp(word + length - 4, ".rec") == 0))
		return (true);
	if (colon == NULL || colon == word)
		return (false);
	return (strstr(word, ".zip:") != NULL ||
	    strstr(word, ".rec:") != NULL ||
	    (colon[1] != '\0' &&
		colon[1 + strspn(colon + 1, "0123456789")] == '\0'));
}

static int
write_file(const struct job *job, const char *bytes, size_t size)
{
	mode_t mask = umask(0);

	umask(mask);
	/* What others must not see is for its owner. */
	if (open_write(job->request->output, bytes, size,
		job->request->secrets ? 0600 : 0666 & ~mask) == 0)
		return (job->status);
	warn("%s", job->request->output);
	return (EXIT_OUTPUT);
}

static int
write_all(struct job *job)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&bytes, &size);
	int status;

	if (stream == NULL)
		err(1, "memory for a text");
	job->format->write(stream, &job->set);
	if (fclose(stream) != 0)
		err(1, "memory for a text");
	if (job->request->output != NULL)
		status = write_file(job, bytes, size);
	else {
		fwrite(bytes, 1, size, stdout);
		status = output_end();
		if (status == EXIT_DONE)
			status = job->status;
	}
	free(bytes);
	return (status);
}

static void
remark(struct job *job)
{
	const char *word = patterns_never(job->patterns);

	if (word != NULL && job->done_count > 0) {
		warnx("%s: nothing of that name in what is exported", word);
		fprintf(stderr,
		    "  \"dbgtop describe TARGET\" shows what there "
		    "is; further targets are PIDs, files and "
		    "NAME:1\n");
		job->status = EXIT_NO;
	}
	if (job->set.late > 0 && !job->request->quiet)
		warnx("%zu samples left out: the clock had been set back",
		    job->set.late);
}

int
cmd_export(const struct request *request)
{
	const char *name =
	    request->format_text != NULL ? request->format_text : "prom";
	struct job job = { .request = request,
		.format = export_format_find(name),
		.level = request->level_given ? request->level
		    : request->all	      ? DBGSHM_LEVEL_DEBUG
					      : DBGSHM_LEVEL_NORMAL };
	size_t i, targets = 1;
	char why[200] = "";
	int status;

	if (job.format == NULL)
		return (usage_error(request,
		    "--format %s: it is prom, openmetrics, jsonl or csv",
		    name));
	if (!job.format->times &&
	    (request->since_ns != 0 || request->until_ns != 0))
		return (usage_error(request,
		    "--format %s has no times; openmetrics, jsonl and csv have",
		    name));
	while (
	    targets < request->word_count && is_target(request->words[targets]))
		targets++;
	if (patterns_create(request->words + targets,
		request->word_count - targets, &job.patterns, why,
		sizeof(why)) == -1)
		return (usage_error(request, "pattern: %s", why));
	patterns_want_columns(job.patterns);
	for (i = 0; i < targets; i++)
		add_word(&job, request->words[i]);
	remark(&job);
	export_settle(&job.set);
	status = write_all(&job);
	job_free(&job);
	return (status);
}
