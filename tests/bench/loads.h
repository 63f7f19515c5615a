/*
 * loads.h - values that metrics take, tick after tick, for what measures histories.
 *
 *	mixed		of 100 metrics 60 are idle, 25 count with a rate that is
 *			noisy, 10 are gauges that wander, 5 are doubles: decimal
 *			fractions of noise
 *	binary		the same, the doubles are noise in all their bits
 *	idle		none changes
 *	recorded	what the kernel counts on this machine (stat, vmstat,
 *			interrupts, network, disks), recorded by load_record() and
 *			played again and again
 */
#ifndef LOADS_H
#define LOADS_H

#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum load_name { LOAD_MIXED, LOAD_BINARY, LOAD_IDLE, LOAD_RECORDED };
enum load_kind { LOAD_STILL, LOAD_COUNTS, LOAD_WANDERS, LOAD_NOISE };

/* What was recorded: steps[tick * count + i] is added to value i. */
struct recording {
	size_t count, ticks;
	uint64_t *first, *steps;
	uint8_t *falls; /* value i is no counter */
};

struct load {
	size_t count, tick;
	uint64_t *values, *rates;
	uint8_t *kinds;
	const struct recording *recording; /* NULL: made up */
	uint64_t state;
	bool binary;
};

static inline void *
load_memory(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (memory == NULL)
		err(1, "memory");
	return (memory);
}

static inline uint64_t
load_any(struct load *load)
{
	load->state ^= load->state << 13;
	load->state ^= load->state >> 7;
	load->state ^= load->state << 17;
	return (load->state);
}

static inline uint64_t
load_double(struct load *load)
{
	double value = (double)(load_any(load) % 100000) / 1000;
	uint64_t word;

	if (load->binary)
		value = (double)(load_any(load) >> 11) / 0x1p46;
	memcpy(&word, &value, sizeof(word));
	return (word);
}

/* The same load each time. */
static inline void
load_start(struct load *load, enum load_name name, size_t count,
    const struct recording *recording)
{
	unsigned part;

	*load = (struct load){ .count = count,
		.values = load_memory(count, 8),
		.rates = load_memory(count, 8),
		.kinds = load_memory(count, 1),
		.recording = recording,
		.binary = name == LOAD_BINARY,
		.state = UINT64_C(88172645463325252) };
	for (size_t i = 0; i < count; i++) {
		part = (unsigned)(load_any(load) % 100);
		load->values[i] = load_any(load) % 1000000;
		load->rates[i] = UINT64_C(1) << load_any(load) % 16;
		load->kinds[i] = name == LOAD_IDLE || part < 60 ? LOAD_STILL
		    : part < 85				       ? LOAD_COUNTS
		    : part < 95				       ? LOAD_WANDERS
							       : LOAD_NOISE;
		if (load->kinds[i] == LOAD_NOISE)
			load->values[i] = load_double(load);
		if (recording == NULL)
			continue;
		load->values[i] = recording->first[i % recording->count];
		load->kinds[i] = recording->falls[i % recording->count]
		    ? LOAD_WANDERS
		    : LOAD_COUNTS;
	}
}

static inline void
load_end(struct load *load)
{
	free(load->values);
	free(load->rates);
	free(load->kinds);
}

/* About the rate, with the noise of events that come by chance. */
static inline uint64_t
load_count(struct load *load, uint64_t rate)
{
	int64_t noise = 0, spread = 1, add;

	while (spread * spread < (int64_t)rate)
		spread++;
	for (int i = 0; i < 4; i++)
		noise += (int64_t)(load_any(load) >> 44) - (1 << 19);
	add = (int64_t)rate + spread * noise * 7 / 4 / (1 << 20);
	return (add > 0 ? (uint64_t)add : 0);
}

static inline void
load_step(struct load *load)
{
	const struct recording *recording = load->recording;
	const uint64_t *steps = NULL;

	if (recording != NULL)
		steps = recording->steps +
		    load->tick++ % recording->ticks * recording->count;
	for (size_t i = 0; i < load->count; i++)
		if (steps != NULL)
			load->values[i] += steps[i % recording->count];
		else if (load->kinds[i] == LOAD_COUNTS)
			load->values[i] += load_count(load, load->rates[i]);
		else if (load->kinds[i] == LOAD_WANDERS)
			load->values[i] += load_any(load) % 9 - 4;
		else if (load->kinds[i] == LOAD_NOISE)
			load->values[i] = load_double(load);
}

/* ---- what the kernel counts ------------------------------------------------- */

#define RECORD_MAX 65536

/* All numbers of a file; those inside of words are none. */
static inline size_t
record_file(const char *path, uint64_t *values, size_t count)
{
	static char text[1 << 20];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 0, found = 0;
	ssize_t got;
	char before = ' ', *at, *end;

	if (file == -1)
		return (0);
	while (size < sizeof(text) - 1 &&
	    (got = read(file, text + size, sizeof(text) - 1 - size)) > 0)
		size += (size_t)got;
	(void)close(file);
	text[size] = '\0';
	for (at = text; at < text + size && found < count; before = *at++)
		if (*at >= '0' && *at <= '9' && strchr(" \t\n:,", before)) {
			values[found++] = strtoull(at, &end, 10);
			at = end - 1;
		}
	return (found);
}

static inline size_t
record_all(uint64_t *values)
{
	static const char *const files[] = { "/proc/vmstat", "/proc/stat",
		"/proc/interrupts", "/proc/softirqs", "/proc/net/snmp",
		"/proc/net/netstat", "/proc/diskstats", "/proc/schedstat",
		"/proc/meminfo", "/proc/net/dev" };
	size_t count = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		count += record_file(
		    files[i], values + count, RECORD_MAX - count);
	return (count);
}

/* One look a second.  Looks with more or fewer numbers than the first are left
 * out. */
static inline void
load_record(struct recording *recording, unsigned seconds)
{
	uint64_t *now = load_memory(RECORD_MAX, 8),
		 *last = load_memory(RECORD_MAX, 8);

	recording->count = record_all(last);
	recording->ticks = 0;
	recording->first = load_memory(recording->count, 8);
	recording->steps = load_memory(recording->count * seconds, 8);
	recording->falls = load_memory(recording->count, 1);
	memcpy(recording->first, last, recording->count * 8);
	while (seconds-- > 0) {
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0,
		    &(struct timespec){ .tv_sec = 1 }, NULL);
		if (record_all(now) != recording->count)
			continue;
		for (size_t i = 0; i < recording->count; i++) {
			recording->steps[recording->ticks * recording->count +
			    i] = now[i] - last[i];
			recording->falls[i] |= now[i] < last[i];
		}
		memcpy(last, now, recording->count * 8);
		recording->ticks++;
	}
	if (recording->ticks == 0)
		errx(1, "/proc does not hold still");
	free(now);
	free(last);
}

/* Percent of the samples. */
static inline double
load_changed(const struct recording *recording)
{
	size_t changed = 0, count = recording->count * recording->ticks;

	for (size_t i = 0; i < count; i++)
		changed += recording->steps[i] != 0;
	return (100.0 * (double)changed / (double)count);
}

#endif
