// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code whose share of time differs from its share of operations or latencies.  Only host code
 * outside of the world switch: in the switch no interrupt samples cycles, and in guests it depends
 * on the event.
 */
#include <stdlib.h>
#include <string.h>

#include "report/findings/findings_impl.h"

/*
 * SPE samples required in code that is said to execute operations: a CPU that waits for interrupts
 * executes none.
 */
#define SPE_LEAST	10
/* The factor from which two shares differ. */
#define TIMES_THE_OTHER	2

/* Functions by SPE's samples, weighted by latency cycles, and by samples of CPU cycles. */
struct both {
	struct codes spe, time;
};

static bool add_rows(struct both *b, const struct rows *r)
{
	bool ok = true;

	for (size_t i = 0; ok && i < r->nr; i++) {
		const struct metrics *m = &r->row[i].m;
		struct code c = code_of(r, r->row[i].keys);

		ok = codes_add(&b->spe, c.symbol, c.object, c.vm, m->samples, m->total.cycles) &&
		     codes_add(&b->time, c.symbol, c.object, c.vm, m->cycles.samples,
			       m->cycles.periods);
	}
	return ok;
}

static const struct code *find(const struct codes *all, const struct code *c)
{
	for (size_t i = 0; i < all->nr; i++)
		if (code_has(&all->list[i], c->symbol, c->object, c->vm))
			return &all->list[i];
	return c;	/* both lists have the same code */
}

static struct share share_of(uint64_t part, uint64_t whole)
{
	struct share s = share_wilson(part, whole);

	return (struct share){ 100 * s.value, 100 * s.low, 100 * s.high };
}

static void measure(struct time_cause *t, const struct both *b, const struct code *spe,
		    const struct code *time)
{
	*t = (struct time_cause){
		.code = *time, .of = b->time.samples,
		.time = share_of(time->samples, b->time.samples),
		.operations = share_of(spe->samples, b->spe.samples),
		.latency = b->spe.weight ? 100.0 * (double)spe->weight / (double)b->spe.weight : 0,
	};
}

/* The function with most time among those with a much smaller share of operations. */
static bool find_waits(struct time_cause *out, const struct both *b)
{
	const struct finding_row *row = finding_row(FINDING_TIME);
	const struct code *spe;
	struct time_cause t;

	for (size_t i = 0; i < b->time.nr; i++) {
		const struct code *c = &b->time.list[i];

		if (share_of(c->samples, b->time.samples).low < row->percent ||
		    c->samples < row->least)
			continue;
		spe = find(&b->spe, c);
		if (spe->samples < SPE_LEAST)
			continue;
		measure(&t, b, spe, c);
		if (t.time.low < TIMES_THE_OTHER * t.operations.high || t.time.value <= out->time.value)
			continue;
		*out = t;
	}
	return out->of;
}

/* If the time is mostly in other code: that code. */
static void find_longest(struct time_cause *t, const struct both *b)
{
	const struct code *c = &b->time.list[0];
	struct time_cause longest;

	for (size_t i = 1; i < b->time.nr; i++)
		if (b->time.list[i].samples > c->samples)
			c = &b->time.list[i];
	if (code_has(c, t->code.symbol, t->code.object, t->code.vm))
		return;
	measure(&longest, b, find(&b->spe, c), c);
	t->longest = *c;
	t->longest_time = longest.time.value;
	t->longest_latency = longest.latency;
}

/*
 * The function with most latency cycles among those whose operations are long but whose share of
 * time is much smaller.
 */
static bool find_overlaps(struct time_cause *out, const struct both *b)
{
	const struct finding_row *row = finding_row(FINDING_OVERLAP);
	struct time_cause t;

	for (size_t i = 0; i < b->spe.nr; i++) {
		const struct code *c = &b->spe.list[i];

		if (100.0 * (double)c->weight < row->percent * (double)b->spe.weight ||
		    c->samples < row->least)
			continue;
		measure(&t, b, c, find(&b->time, c));
		if (t.latency < TIMES_THE_OTHER * t.time.high ||
		    t.latency < TIMES_THE_OTHER * t.operations.high || t.latency <= out->latency)
			continue;
		*out = t;
	}
	return out->of;
}

static bool is_kernel(const struct code *c, const struct rows *r)
{
	for (size_t i = 0; r && i < r->nr; i++) {
		struct code row = code_of(r, r->row[i].keys);

		if (code_has(c, row.symbol, row.object, row.vm))
			return true;
	}
	return false;
}

void causes_time(struct causes *c)
{
	static const enum world host[] = { WORLD_HOST_USER, WORLD_HOST_KERNEL };
	struct both b = { .spe = { .nr = 0 } };
	bool ok = c->d->summary->cycles.recorded && !c->d->summary->cycles.not_asked;

	for (size_t i = 0; ok && i < sizeof(host) / sizeof(host[0]); i++)
		if (c->d->symbols[host[i]])
			ok = add_rows(&b, c->d->symbols[host[i]]);
	c->cause[FINDING_TIME].verdict = c->cause[FINDING_OVERLAP].verdict = CAUSE_UNSEEN;
	/* one is a share of the other: with few samples neither is known */
	if (ok && b.time.samples >= COLUMN_LEAST && b.spe.weight) {
		if (find_waits(&c->waits, &b)) {
			c->cause[FINDING_TIME].verdict = CAUSE_FOUND;
			c->waits.kernel = is_kernel(&c->waits.code,
						    c->d->symbols[WORLD_HOST_KERNEL]);
		}
		if (find_overlaps(&c->overlaps, &b)) {
			c->cause[FINDING_OVERLAP].verdict = CAUSE_FOUND;
			find_longest(&c->overlaps, &b);
		}
	}
	c->cause[FINDING_TIME].percent = c->waits.time.value;
	c->cause[FINDING_OVERLAP].percent = c->overlaps.time.value;
	codes_free(&b.spe);
	codes_free(&b.time);
}
