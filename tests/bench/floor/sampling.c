/*
 * sampling.c - the least that keeping a frame of the mixed load takes: the cells of
 * two threads summed, the words that did not go on as before as varints, and two
 * levels of bits that say which.  No tiers, no extremes, no doubles, no ring.
 */
#include "../loads.h"
#include "../turns.h"

#define METRICS 10000
#define TICKS 600
#define GROUPS ((METRICS + 63) / 64)

static uint64_t shards[2][METRICS], now[METRICS], last[METRICS], steps[METRICS];
static unsigned char frame[METRICS * 11 + GROUPS * 9];

static unsigned char *
put(unsigned char *at, int64_t step)
{
	uint64_t value = (uint64_t)step << 1 ^ (uint64_t)(step >> 63);

	for (; value >= 128; value >>= 7)
		*at++ = (unsigned char)(value | 128);
	*at++ = (unsigned char)value;
	return (at);
}

static size_t
encode(void)
{
	unsigned char *at = frame + GROUPS / 8 + 1, *bits;
	uint64_t changed, step;

	memset(frame, 0, GROUPS / 8 + 1);
	for (size_t group = 0; group < GROUPS; group++) {
		bits = at;
		at += 8;
		changed = 0;
		for (size_t i = group * 64; i < METRICS && i < group * 64 + 64;
		     i++) {
			step = now[i] - last[i];
			last[i] = now[i];
			if (step == steps[i])
				continue;
			changed |= UINT64_C(1) << i % 64;
			at = put(at, (int64_t)(step - steps[i]));
			steps[i] = step;
		}
		memcpy(bits, &changed, 8);
		if (changed == 0)
			at = bits;
		else
			frame[group / 8] |= (unsigned char)(1 << group % 8);
	}
	return ((size_t)(at - frame));
}

int
main(void)
{
	struct load load;
	double ns = 0, bytes = 0;

	load_start(&load, LOAD_MIXED, METRICS, NULL);
	for (int tick = 0; tick < TICKS; tick++) {
		load_step(&load);
		for (size_t i = 0; i < METRICS; i++)
			shards[i % 2][i] = load.values[i];
		ns -= turns_clock(false);
		for (size_t i = 0; i < METRICS; i++)
			now[i] =
			    __atomic_load_n(&shards[0][i], __ATOMIC_RELAXED) +
			    __atomic_load_n(&shards[1][i], __ATOMIC_RELAXED);
		bytes += (double)encode();
		ns += turns_clock(false);
	}
	printf("floor of sampling, 10,000 mixed metrics: %.2f ns a metric, "
	       "%.2f bytes a sample\n",
	    ns / TICKS / METRICS, bytes / TICKS / METRICS);
	load_end(&load);
	return (0);
}
