// SPDX-License-Identifier: GPL-2.0-only
#include "report/losses.h"

#include <stdlib.h>

#include "base/array.h"

bool loss_any(const struct loss *l)
{
	return l->truncated || l->partial || l->collided || l->missing_bytes ||
	       l->events || l->samples || l->throttled || l->torn || l->skipped;
}

static struct loss of_file(const struct input_loss *s)
{
	return (struct loss){
		.cpu = s->cpu, .truncated = s->truncated, .partial = s->partial,
		.collided = s->collided, .missing_bytes = s->missing_bytes,
		.events = s->lost_events, .samples = s->lost_samples,
		.throttled = s->throttled, .aux_bytes = s->aux_bytes,
	};
}

static struct loss of_decoder(const struct summary_cpu *c)
{
	return (struct loss){
		.cpu = c->cpu, .torn = c->stats.torn, .skipped = c->stats.skipped,
		.unknown = c->stats.unknown, .backwards = c->backwards,
		.records = c->stats.records,
	};
}

void loss_add(struct loss *to, const struct loss *l)
{
	to->truncated += l->truncated;
	to->partial += l->partial;
	to->collided += l->collided;
	to->missing_bytes += l->missing_bytes;
	to->events += l->events;
	to->samples += l->samples;
	to->throttled += l->throttled;
	to->torn += l->torn;
	to->skipped += l->skipped;
	to->unknown += l->unknown;
	to->backwards += l->backwards;
	to->aux_bytes += l->aux_bytes;
	to->records += l->records;
}

static int by_cpu(const void *x, const void *y)
{
	const struct loss *a = x, *b = y;

	return array_order(a->cpu, b->cpu);
}

/* Merge the entries of each CPU.  Returns the number left. */
static size_t merge(struct loss *l, size_t nr)
{
	size_t kept = 0;

	for (size_t i = 0; i < nr; i++) {
		if (kept && l[kept - 1].cpu == l[i].cpu)
			loss_add(&l[kept - 1], &l[i]);
		else
			l[kept++] = l[i];
	}
	return kept;
}

struct loss *losses_collect(const struct report_data *d, size_t *nr, struct loss *all)
{
	size_t files = d->info->nr_losses, cpus = d->summary ? d->summary->nr_cpus : 0;
	struct loss *losses = files + cpus ? calloc(files + cpus, sizeof(*losses)) : NULL;
	struct loss one;

	*all = (struct loss){ .cpu = -1 };
	*nr = 0;
	for (size_t i = 0; i < files + cpus; i++) {
		one = i < files ? of_file(&d->info->losses[i])
				: of_decoder(&d->summary->cpus[i - files]);
		loss_add(all, &one);
		if (losses)
			losses[(*nr)++] = one;
	}
	if (*nr)
		qsort(losses, *nr, sizeof(*losses), by_cpu);
	*nr = merge(losses, *nr);
	return losses;
}
