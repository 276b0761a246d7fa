// SPDX-License-Identifier: GPL-2.0-only
#include "report/sharing/judge.h"

#include <stdlib.h>

#include "base/array.h"

/* The writer: none, a single thread (its number), or several. */
#define NOBODY	-1
#define SEVERAL	-2

/* State while iterating over a line's threads. */
struct writers {
	int64_t of_line, of_word[SHARING_WORDS];
};

/* The number of leading accessors that are the same thread on different sides. */
static size_t sides(const struct sharing_accessor *a, size_t nr)
{
	size_t n = 1;

	while (n < nr && a->known && a[n].known && a[n].tid == a->tid && a[n].cpu == a->cpu)
		n++;
	return n;
}

/* The sum over one thread's sides. */
static struct sharing_counts words_of(const struct sharing_accessor *a, size_t nr)
{
	struct sharing_counts n = { .read = 0 };

	for (size_t i = 0; i < nr; i++) {
		n.read |= a[i].n.read;
		n.written |= a[i].n.written;
	}
	return n;
}

static void add_writer(int64_t *who, int64_t thread)
{
	*who = *who == NOBODY ? thread : SEVERAL;
}

static bool is_another(int64_t who, int64_t thread)
{
	return who != NOBODY && who != thread;
}

/* Count the known threads, and find the writers of each word. */
static void find_writers(struct sharing_line *l, struct writers *w)
{
	size_t n;

	w->of_line = NOBODY;
	for (unsigned int k = 0; k < SHARING_WORDS; k++)
		w->of_word[k] = NOBODY;
	for (size_t i = 0; i < l->nr_accessors; i += n) {
		const struct sharing_accessor *a = &l->accessors[i];
		struct sharing_counts t;

		n = sides(a, l->nr_accessors - i);
		if (!a->known)
			continue;
		t = words_of(a, n);
		for (unsigned int k = 0; k < SHARING_WORDS; k++)
			if (t.written >> k & 1)
				add_writer(&w->of_word[k], l->threads);
		if (t.written)
			add_writer(&w->of_line, l->threads);
		l->threads++;
		l->readers += t.read != 0;
		l->writers += t.written != 0;
	}
}

/* A thread's words: truly shared with other writers, or affected by writes to other words. */
static void judge_thread(const struct writers *w, int64_t thread, uint8_t words, bool *truly,
			 bool *falsely)
{
	for (unsigned int k = 0; k < SHARING_WORDS; k++) {
		if (!(words >> k & 1))
			continue;
		if (is_another(w->of_word[k], thread))
			*truly = true;
		else if (is_another(w->of_line, thread))
			*falsely = true;
	}
}

static enum sharing_verdict verdict_of(const struct sharing_line *l, const struct writers *w)
{
	bool truly = false, falsely = false, unknown = false, unknown_writes = false;
	int64_t thread = 0;
	size_t n;

	for (size_t i = 0; i < l->nr_accessors; i += n) {
		const struct sharing_accessor *a = &l->accessors[i];
		struct sharing_counts t;

		n = sides(a, l->nr_accessors - i);
		unknown |= !a->known;
		unknown_writes |= !a->known && a->n.written;
		if (!a->known)
			continue;
		t = words_of(a, n);
		judge_thread(w, thread++, t.read | t.written, &truly, &falsely);
	}
	if (l->memory == SHARING_NOWHERE || (l->memory == SHARING_GUEST && l->owner < 0))
		return SHARING_UNKNOWN;
	if ((truly || falsely) && l->cpus == 1)
		return SHARING_ONE_CPU;
	if (truly || falsely)
		return truly && falsely ? SHARING_MIXED : truly ? SHARING_TRUE : SHARING_SUSPECT;
	/* an unknown thread may be any of the others, or another one */
	if (l->threads > 1)
		return unknown_writes ? SHARING_UNKNOWN : SHARING_READ;
	return unknown ? SHARING_UNKNOWN : SHARING_PRIVATE;
}

static int by_vm(const void *x, const void *y)
{
	const struct sharing_accessor *a = x, *b = y;

	return array_order(a->vm, b->vm);
}

static int by_samples(const void *x, const void *y)
{
	const struct sharing_accessor *a = x, *b = y;

	return array_order(b->n.samples, a->n.samples) ?: array_order(a->side, b->side) ?:
	       array_order(a->vm, b->vm) ?: array_order(a->tid, b->tid) ?:
	       array_order(a->cpu, b->cpu);
}

void sharing_judge(struct sharing_line *l, struct sharing_accessor *accessors)
{
	size_t nr = l->nr_accessors;
	struct writers w;

	find_writers(l, &w);
	l->verdict = verdict_of(l, &w);
	qsort(accessors, nr, sizeof(*accessors), by_vm);
	for (size_t i = 0; i < nr; i++)
		l->vms += accessors[i].vm >= 0 && (!i || accessors[i].vm != accessors[i - 1].vm);
	qsort(accessors, nr, sizeof(*accessors), by_samples);
}

static unsigned int tier(enum sharing_verdict v)
{
	return v == SHARING_SUSPECT || v == SHARING_MIXED ? SHARING_TRUE : v;
}

static int by_rank(const void *x, const void *y)
{
	const struct sharing_line *a = x, *b = y;

	return array_order(tier(a->verdict), tier(b->verdict)) ?:
	       array_order(sharing_shows(b), sharing_shows(a)) ?:
	       array_order(b->n.reads.sum, a->n.reads.sum) ?:
	       array_order(b->n.samples, a->n.samples) ?: array_order(a->memory, b->memory) ?:
	       array_order(a->owner, b->owner) ?: array_order(a->address, b->address);
}

void sharing_rank(struct sharing_line *lines, size_t nr)
{
	qsort(lines, nr, sizeof(*lines), by_rank);
}
