/*
 * memory.c - the memory model: what a load may read, where a store may stand, and
 * what is known after it.
 */
#include "machine.h"

#include <string.h>

struct site_seen explore_sites[SITES + 1];
int explore_site_count;

/* ---- views -------------------------------------------------------------------- */

void
machine_join(struct view *to, const struct view *from)
{
	unsigned i;

	for (i = 0; i < WORDS; i++)
		to->at[i] = to->at[i] > from->at[i] ? to->at[i] : from->at[i];
}

static bool
weakened(enum weakening kind)
{
	if (machine.site == NULL || machine.site->number == 0)
		machine_broken(
		    "an operation without a place: does hooks.h know all "
		    "names of atomic.h?");
	explore_sites[machine.site->number].can[kind] = true;
	return (machine.weak.kind == kind &&
	    machine.weak.site == machine.site->number);
}

static bool
acquires(int order)
{
	return (order == __ATOMIC_ACQUIRE || order == __ATOMIC_ACQ_REL ||
	    order == __ATOMIC_SEQ_CST);
}

static bool
releases(int order)
{
	return (order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL ||
	    order == __ATOMIC_SEQ_CST);
}

void
model_at(struct model_site *here)
{
	int i;

	machine.site = here;
	if (here->number != 0)
		return;
	/* Inline functions stand in several objects: one place all the same. */
	for (i = 1; i <= explore_site_count; i++)
		if (explore_sites[i].site->line == here->line &&
		    strcmp(explore_sites[i].site->file, here->file) == 0 &&
		    strcmp(explore_sites[i].site->what, here->what) == 0 &&
		    strcmp(explore_sites[i].site->name, here->name) == 0)
			break;
	if (i > SITES)
		machine_broken("too many places");
	if (i > explore_site_count)
		explore_sites[explore_site_count = i].site = here;
	here->number = i;
}

/* ---- words -------------------------------------------------------------------- */

static uint64_t
get(const void *at, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, at, size); /* little endian */
	return (value);
}

static void
put(char *at, size_t size, uint64_t value)
{
	unsigned i;

	memcpy(at, &value, size);
	for (i = 0; i < machine.range_count; i++)
		if (machine.ranges[i].word != 0 && at >= machine.ranges[i].at &&
		    at < machine.ranges[i].at + machine.ranges[i].size)
			memcpy(machine.ranges[i].shadow +
				(at - machine.ranges[i].at),
			    &value, size);
}

static const struct range *
range_of(const volatile void *at)
{
	const char *byte = (const char *)(uintptr_t)at;
	unsigned i;

	for (i = 0; i < machine.range_count; i++)
		if (machine.ranges[i].word != 0 &&
		    byte >= machine.ranges[i].at &&
		    byte < machine.ranges[i].at + machine.ranges[i].size)
			return (&machine.ranges[i]);
	return (NULL);
}

/* The word at an address, which was not stored to before if it is new. */
static struct word *
word_at(const volatile void *where, size_t size)
{
	char *at = (char *)(uintptr_t)where;
	const struct range *range;
	struct word *word;
	unsigned i;

	for (i = 0; i < machine.word_count; i++)
		if (machine.words[i].at == at) {
			if (machine.words[i].size != size)
				machine_broken("a word of two sizes");
			return (&machine.words[i]);
		}
	if ((range = range_of(where)) == NULL)
		return (NULL);
	if (range->word != size)
		machine_broken("a word of another size than was said");
	if (machine.word_count == WORDS)
		machine_broken("too many words");
	word = &machine.words[machine.word_count++];
	word->at = at;
	word->size = (unsigned)size;
	word->strict = 0;
	word->count = 1;
	memset(&word->stores[0], 0, sizeof(word->stores[0]));
	word->stores[0].value = get(range->shadow + (at - range->at), size);
	return (word);
}

/* Which of the stores from `place` on is read; 0 is the newest. */
struct stored *
machine_read(struct word *word, uint32_t place,
    bool (*usable)(const struct stored *, uint64_t), uint64_t expected)
{
	struct stored *can[STORES];
	unsigned count = 0, i;

	for (i = word->count; i-- > 0;) {
		if (word->stores[i].place < place)
			break;
		if (machine.death != 0 && word->stores[i].when >= machine.death)
			continue;
		if (usable == NULL || usable(&word->stores[i], expected))
			can[count++] = &word->stores[i];
	}
	if (count == 0)
		machine_broken("nothing to read");
	return (can[machine.latest ? 0 : explore_choose(count)]);
}

void
machine_saw(const struct word *word, const struct stored *stored, bool acquire)
{
	struct thread *self = machine.running;
	unsigned i = (unsigned)(word - machine.words);

	if (self->view.at[i] < stored->place)
		self->view.at[i] = stored->place;
	machine_join(&self->seen, &stored->view);
	if (self->seen.at[i] < stored->place)
		self->seen.at[i] = stored->place;
	if (acquire)
		machine_join(&self->view, &stored->view);
}

/* A new store at this index, which others make room for. */
static struct stored *
insert(struct word *word, unsigned index, uint64_t value)
{
	struct stored *stored = &word->stores[index];
	uint32_t before = word->stores[index - 1].place;

	if (word->count == STORES)
		machine_broken("too many stores");
	memmove(stored + 1, stored, (word->count - index) * sizeof(*stored));
	memset(stored, 0, sizeof(*stored));
	stored->place = index == word->count
	    ? before + STEP
	    : before + (stored[1].place - before) / 2;
	word->count++;
	stored->value = value;
	stored->when = ++machine.stores;
	return (stored);
}

/* Stores: anywhere behind what this thread knows. */
static void
write_one(struct word *word, uint64_t value, int order)
{
	unsigned me = (unsigned)(word - machine.words), index, can[STORES],
		 count = 0;
	uint32_t place = machine.running->view.at[me];
	struct stored *stored;
	bool release = releases(order) && !weakened(RELEASE);
	bool strict = order == __ATOMIC_SEQ_CST && !weakened(SEQ_CST);

	if (strict && place < word->strict)
		place = word->strict;
	for (index = word->count; index > 0; index--) {
		if (!word->stores[index - 1].closed)
			can[count++] = index;
		if (word->stores[index - 1].place <= place)
			break;
	}
	if (count == 0)
		machine_broken("no place for a store");
	stored = insert(word, can[explore_choose(count)], value);
	machine.running->view.at[me] = stored->place;
	if (machine.running->seen.at[me] < stored->place)
		machine.running->seen.at[me] = stored->place;
	stored->view.at[me] = stored->place;
	if (release)
		stored->view = machine.running->view;
	if (strict)
		word->strict = stored->place;
	put(word->at, word->size, value);
}

/* What this thread has stored without saying so since the last time. */
static void
find_plain(void)
{
	static struct model_site plain = { "", "", "plain store", "", 0, 0 };
	struct model_site *before = machine.site;
	struct range *range;
	size_t at;
	unsigned i;

	for (i = 0; i < machine.range_count; i++) {
		range = &machine.ranges[i];
		if (range->word == 0 ||
		    memcmp(range->at, range->shadow, range->size) == 0)
			continue;
		model_at(&plain);
		for (at = 0; at < range->size; at += range->word)
			if (memcmp(range->at + at, range->shadow + at,
				range->word) != 0)
				write_one(word_at(range->at + at, range->word),
				    get(range->at + at, range->word),
				    __ATOMIC_RELAXED);
	}
	machine.site = before;
}

static void
store_held(void)
{
	struct thread *self = machine.running;

	if (!self->holds)
		return;
	self->holds = false;
	write_one(self->held, self->held_value, self->held_order);
}

/* ---- operations ------------------------------------------------------------------ */

/* Before an operation; NULL: it is none of ours. */
static struct word *
enter(const volatile void *at, size_t size, bool looks)
{
	struct word *word;

	if (!machine.exploring || machine.running == NULL || machine.reading)
		return (NULL);
	find_plain();
	if ((word = word_at(at, size)) == NULL)
		return (NULL);
	if (machine.running->leave != 0 && --machine.running->leave == 0)
		_longjmp(*machine.running->away, 1);
	if (looks) {
		if (machine.running->holds && machine.running->held == word)
			store_held();
		/* Others may go on before this thread looks. */
		if (machine.thread_count > 1)
			machine_give_way();
	}
	return (word);
}

uint64_t
model_load(const volatile void *at, size_t size, int order)
{
	struct model_site *here = machine.site;
	struct word *word = enter(at, size, true);
	const struct stored *stored;
	bool acquire, strict;
	uint32_t place;

	if (word == NULL)
		return (get((const void *)(uintptr_t)at, size));
	machine.site = here;
	acquire = acquires(order) && !weakened(ACQUIRE);
	strict = order == __ATOMIC_SEQ_CST && !weakened(SEQ_CST);
	place = machine.running->view.at[word - machine.words];
	if (strict && place < word->strict)
		place = word->strict;
	stored = machine_read(word, place, NULL, 0);
	machine_saw(word, stored, acquire);
	return (stored->value);
}

void
model_store(volatile void *at, size_t size, uint64_t value, int order)
{
	struct word *word = enter(at, size, false);

	if (word == NULL) {
		memcpy((char *)(uintptr_t)at, &value, size);
		return;
	}
	if (weakened(SWAP) && !machine.running->holds) {
		machine.running->holds = true;
		machine.running->held = word;
		machine.running->held_value = value;
		machine.running->held_order = order;
		return;
	}
	write_one(word, value, order);
	store_held();
}

static bool
is_open(const struct stored *stored, uint64_t unused)
{
	(void)unused;
	return (!stored->closed);
}

static bool
can_compare(const struct stored *stored, uint64_t expected)
{
	return (!stored->closed || stored->value != expected);
}

/* Behind what was read, at once. */
static void
replace(struct word *word, struct stored *stored, uint64_t value, int order)
{
	struct view carried = stored->view;
	unsigned index = (unsigned)(stored - word->stores);
	unsigned me = (unsigned)(word - machine.words);
	struct stored *next;

	stored->closed = true;
	next = insert(word, index + 1, value);
	machine.running->view.at[me] = next->place;
	if (machine.running->seen.at[me] < next->place)
		machine.running->seen.at[me] = next->place;
	next->view = carried; /* a release sequence goes on */
	next->view.at[me] = next->place;
	if (releases(order) && !weakened(RELEASE))
		machine_join(&next->view, &machine.running->view);
	put(word->at, word->size, value);
	store_held();
}

static uint64_t
modify(volatile void *at, size_t size, uint64_t value, bool add, int order)
{
	struct model_site *here = machine.site;
	struct word *word = enter(at, size, true);
	struct stored *stored;
	uint64_t old;

	if (word == NULL) {
		old = get((const void *)(uintptr_t)at, size);
		value = add ? old + value : value;
		memcpy((char *)(uintptr_t)at, &value, size);
		return (old);
	}
	machine.site = here;
	stored = machine_read(
	    word, machine.running->view.at[word - machine.words], is_open, 0);
	old = stored->value;
	machine_saw(word, stored, acquires(order) && !weakened(ACQUIRE));
	replace(word, stored, add ? old + value : value, order);
	return (old);
}

uint64_t
model_add(volatile void *at, size_t size, uint64_t value, int order)
{
	return (modify(at, size, value, true, order));
}

uint64_t
model_swap(volatile void *at, size_t size, uint64_t value, int order)
{
	return (modify(at, size, value, false, order));
}

int
model_cas(volatile void *at, size_t size, void *expected, uint64_t value,
    int order, int failed)
{
	struct model_site *here = machine.site;
	struct word *word = enter(at, size, true);
	uint64_t wanted = get(expected, size), old;
	struct stored *stored;

	if (word == NULL) {
		old = get((const void *)(uintptr_t)at, size);
		if (old == wanted)
			memcpy((char *)(uintptr_t)at, &value, size);
		else
			memcpy(expected, &old, size);
		return (old == wanted);
	}
	machine.site = here;
	stored =
	    machine_read(word, machine.running->view.at[word - machine.words],
		can_compare, wanted);
	if (stored->value != wanted) {
		machine_saw(word, stored, acquires(failed));
		memcpy(expected, &stored->value, size);
		return (0);
	}
	machine_saw(word, stored, acquires(order) && !weakened(ACQUIRE));
	replace(word, stored, value, order);
	return (1);
}

/* Only its owner adds to such a word, so that it is a load and a store. */
uint64_t
model_add_own(uint64_t *at, uint64_t value, int order)
{
	struct model_site *here = machine.site;
	struct word *word = enter(at, sizeof(*at), true);
	const struct stored *stored;
	uint64_t old;

	if (word == NULL) {
		old = *at;
		*at = old + value;
		return (old);
	}
	machine.site = here;
	stored = machine_read(
	    word, machine.running->view.at[word - machine.words], NULL, 0);
	old = stored->value;
	machine_saw(word, stored, acquires(order) && !weakened(ACQUIRE));
	if (weakened(SWAP) && !machine.running->holds) {
		machine.running->holds = true;
		machine.running->held = word;
		machine.running->held_value = old + value;
		machine.running->held_order = __ATOMIC_RELAXED;
		return (old);
	}
	write_one(word, old + value, __ATOMIC_RELAXED);
	store_held();
	return (old);
}

void
explore_take_over(void *at, size_t size)
{
	unsigned i;

	find_plain();
	for (i = 0; i < machine.word_count; i++)
		if (machine.words[i].at >= (char *)at &&
		    machine.words[i].at < (char *)at + size &&
		    machine.running->view.at[i] <
			machine.words[i]
			    .stores[machine.words[i].count - 1]
			    .place)
			explore_wrong("plain memory is not known to who takes "
				      "it over",
			    i, 0);
}

void
machine_settle(void)
{
	find_plain();
	store_held();
}
