// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/durations.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SUB_BITS	4
#define EXACT		(2u << SUB_BITS)
#define OCTAVES		36	/* up to 2^41 ns, 36 minutes; longer ones are in the last bucket */
#define BUCKETS		(EXACT + OCTAVES * (1u << SUB_BITS))

static unsigned int bucket_of(uint64_t ns)
{
	unsigned int octave;

	if (ns < EXACT)
		return ns;
	octave = 63 - __builtin_clzll(ns) - SUB_BITS;
	if (octave > OCTAVES)
		return BUCKETS - 1;
	return (octave << SUB_BITS) + (unsigned int)(ns >> octave);
}

/* The highest value of a bucket. */
static uint64_t top_of(unsigned int bucket)
{
	unsigned int octave;
	uint64_t lowest;

	if (bucket < EXACT)
		return bucket;
	if (bucket == BUCKETS - 1)
		return UINT64_MAX;
	octave = (bucket >> SUB_BITS) - 1;
	lowest = (uint64_t)((1u << SUB_BITS) + (bucket & ((1u << SUB_BITS) - 1))) << octave;
	return lowest + ((uint64_t)1 << octave) - 1;
}

static int make_room(struct durations *l)
{
	if (!l->count)
		l->count = calloc(BUCKETS, sizeof(*l->count));
	return l->count ? 0 : -ENOMEM;
}

/* Add all but the count in its bucket, which is returned; NULL: out of memory. */
static uint32_t *add(struct durations *l, uint64_t ns)
{
	if (make_room(l))
		return NULL;
	l->nr++;
	l->sum += ns;
	if (ns > l->max)
		l->max = ns;
	return &l->count[bucket_of(ns)];
}

int durations_add(struct durations *l, uint64_t ns)
{
	uint32_t *count = add(l, ns);

	if (!count)
		return -ENOMEM;
	++*count;
	return 0;
}

int durations_add_late(struct durations *l, uint64_t ns, struct durations_late *late)
{
	uint32_t *count = add(l, ns), **place = &late->count[late->next++ % DURATIONS_LATE];

	if (!count)
		return -ENOMEM;
	__builtin_prefetch(count, 1);
	if (*place)
		++**place;
	*place = count;
	return 0;
}

void durations_catch_up(struct durations_late *late)
{
	for (unsigned int i = 0; i < DURATIONS_LATE; i++) {
		if (late->count[i])
			++*late->count[i];
		late->count[i] = NULL;
	}
}

int durations_merge(struct durations *to, const struct durations *from)
{
	unsigned int i;

	if (!from->count)
		return 0;
	if (make_room(to))
		return -ENOMEM;
	for (i = 0; i < BUCKETS; i++)
		to->count[i] += from->count[i];
	to->nr += from->nr;
	to->sum += from->sum;
	if (from->max > to->max)
		to->max = from->max;
	return 0;
}

void durations_clear(struct durations *l)
{
	free(l->count);
	memset(l, 0, sizeof(*l));
}

uint64_t durations_quantile(const struct durations *l, double q)
{
	uint64_t rank = (uint64_t)(q * (double)l->nr + 0.5), seen = 0;
	unsigned int i;

	if (!l->nr)
		return 0;
	rank = rank < 1 ? 1 : rank > l->nr ? l->nr : rank;
	for (i = 0; i < BUCKETS; i++) {
		seen += l->count[i];
		if (seen >= rank)
			break;
	}
	return top_of(i) < l->max ? top_of(i) : l->max;
}

uint64_t durations_between(const struct durations *l, uint64_t from, uint64_t to)
{
	uint64_t n = 0;
	unsigned int i;

	for (i = 0; l->count && i < BUCKETS; i++) {
		uint64_t top = top_of(i);

		if (top >= from && (top < to || to == UINT64_MAX))
			n += l->count[i];
	}
	return n;
}

void durations_shown(const struct durations *l, uint64_t nr[DURATIONS_SHOWN])
{
	uint64_t from = 0, to = 1024;

	for (unsigned int i = 0; i < DURATIONS_SHOWN; i++, from = to, to *= 2)
		nr[i] = durations_between(l, from, i + 1 < DURATIONS_SHOWN ? to : UINT64_MAX);
}
