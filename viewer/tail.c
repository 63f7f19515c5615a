/*
 * tail.c - values over time: what comes from now on.
 */
#include "tail.h"
#include "when.h"

#include <poll.h>
#include <signal.h>
#include <time.h>

#define NS UINT64_C(1000000000)

int
tail_show(struct tail *tail, const struct tail_sample *shown)
{
	tracks_settle(tail->tracks);
	if (!tail->begun)
		tail_begin(&tail->report);
	tail->begun = true;
	tail_sample(&tail->report, shown);
	tracks_count(tail->tracks, shown->period_ns);
	tracks_next(tail->tracks);
	tail->shown_ns = shown->mono_ns;
	tail->period_ns = shown->period_ns;
	return (output_end());
}

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return ((uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec);
}

static volatile sig_atomic_t caught; /* the signal that came first */

/* The second one ends us as ever. */
static void catch (int number)
{
	caught = number;
}

void
tail_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM };
	struct sigaction action = { .sa_handler = catch,
		.sa_flags = (int)SA_RESETHAND | SA_RESTART };
	struct sigaction old;
	size_t i;

	sigemptyset(&action.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_DFL)
			sigaction(signals[i], &action, NULL);
}

/* Until then, or until a signal comes, which is returned. */
static int
wait_until(uint64_t mono_ns)
{
	uint64_t now_ns;
	struct timespec rest;
	sigset_t wanted, old;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGTERM);
	sigprocmask(SIG_BLOCK, &wanted, &old);
	while (caught == 0 && (now_ns = clock_ns(CLOCK_MONOTONIC)) < mono_ns) {
		rest.tv_sec = (time_t)((mono_ns - now_ns) / NS);
		rest.tv_nsec = (long)((mono_ns - now_ns) % NS);
		(void)ppoll(NULL, 0, &rest, &old);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return (caught);
}

static bool
is_gone(const struct model_source *part)
{
	enum dbgshm_life life = dbgshm_reader_life(part->reader);

	/* What is recorded is all there is. */
	if (dbgshm_reader_info(part->reader)->taken_real_ns != 0 &&
	    !part->carried)
		return (true);
	return (life != DBGSHM_LIFE_LIVE && life != DBGSHM_LIFE_STOPPED);
}

/* One sample of now.  -1: it is the last one, the target is gone. */
static int
take_present(struct tail *tail, struct tail_sample *shown)
{
	struct model_source parts[SOURCE_PARTS];
	struct track_time times[SOURCE_PARTS] = { 0 };
	const struct dbgshm_info *info;
	size_t i, count = source_parts(tail->source, parts);
	bool gone = count == 0 || is_gone(&parts[0]);

	for (i = 0; i < count; i++) {
		/* What does not hold still now is there the next time. */
		if (dbgshm_reader_refresh(parts[i].reader) == -1)
			continue;
		times[i] =
		    track_present(parts[i].reader, shown->gap_ns > 0, gone);
		info = dbgshm_reader_info(parts[i].reader);
		shown->mono_ns = times[i].mono_ns;
		shown->real_ns = gone ? info->tick_real_ns +
			(times[i].mono_ns - info->tick_mono_ns)
				      : info->frame_real_ns;
	}
	tracks_take(tail->tracks, parts, count, times, NULL);
	return (gone ? -1 : 0);
}

/* Of another host come samples and nothing in between, some of them late: all
 * that have not been shown.  -1: there will be no more. */
static int
take_carried(struct tail *tail, int *status)
{
	struct model_source parts[SOURCE_PARTS];
	size_t i, count = source_parts(tail->source, parts);
	bool gone = count == 0 || is_gone(&parts[0]);

	notice_line(&tail->notice, tail->source, tail->request->quiet);
	for (i = 0; i < count; i++)
		(void)dbgshm_reader_refresh(parts[i].reader);
	if (history_open(parts, count, &tail->history) == -1) {
		tail->history = NULL;
		return (gone ? -1 : 0);
	}
	tail->last = history_count(tail->history);
	tail->first = tail->shown_ns == 0
	    ? tail->last
	    : history_after(tail->history, tail->shown_ns + 1);
	if (tail->shown_ns == 0 && tail->last > 0)
		tail->first--;
	/* The newest group may go on. */
	i = tail->last;
	while (tail->request->interval_given && !gone &&
	    tail->last > tail->first &&
	    tail_group(tail, tail->last - 1) == tail_group(tail, i - 1))
		tail->last--;
	if (tail->first < tail->last)
		*status = tail_past(tail, parts, count);
	history_close(tail->history);
	tail->history = NULL;
	return (gone ? -1 : 0);
}

/* What is missing since the last sample. */
static void
find_gap(const struct tail *tail, struct tail_sample *shown, uint64_t asleep_ns)
{
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	uint64_t period_ns = tail->period_ns > shown->period_ns
	    ? tail->period_ns
	    : shown->period_ns;

	if (tail->shown_ns == 0 || now_ns < tail->shown_ns ||
	    now_ns - tail->shown_ns + asleep_ns <= 2 * period_ns)
		return;
	shown->gap_ns = now_ns - tail->shown_ns + asleep_ns;
	shown->asleep_ns = asleep_ns;
}

static uint64_t
slept(void)
{
	return (clock_ns(CLOCK_BOOTTIME) - clock_ns(CLOCK_MONOTONIC));
}

static bool
is_late(const struct tail *tail)
{
	return (tail->request->until_ns != 0 &&
	    when_now() >= tail->request->until_ns);
}

int
tail_follow(struct tail *tail)
{
	uint64_t interval_ns = tail->request->interval_ns, now_ns;
	uint64_t next_ns = clock_ns(CLOCK_MONOTONIC), asleep_ns = slept();
	struct tail_sample shown;
	int status = output_end(), gone = 0;

	if (tail->shown_ns != 0)
		next_ns += interval_ns;
	while (status == EXIT_DONE && gone == 0 && !is_late(tail)) {
		if ((tail->signal = wait_until(next_ns)) != 0)
			break;
		shown = (struct tail_sample){ .period_ns = interval_ns };
		find_gap(tail, &shown,
		    slept() > asleep_ns + NS / 100 ? slept() - asleep_ns : 0);
		asleep_ns = slept();
		if (source_line(tail->source).host != NULL)
			gone = take_carried(tail, &status);
		else
			gone = take_present(tail, &shown);
		if (shown.mono_ns > tail->shown_ns)
			status = tail_show(tail, &shown);
		next_ns += interval_ns;
		now_ns = clock_ns(CLOCK_MONOTONIC);
		if (next_ns <= now_ns)
			next_ns = now_ns + interval_ns;
	}
	return (status == EXIT_DONE && gone != 0 ? EXIT_GONE : status);
}
