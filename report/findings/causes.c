// SPDX-License-Identifier: GPL-2.0-only
/* Which causes take how much of a recording's latency cycles, with confidence intervals. */
#include <math.h>
#include <stdlib.h>

#include "report/findings/findings_impl.h"
#include "report/losses.h"

/* Standard deviations that contain 95 % of a normal distribution. */
#define DEVIATIONS	1.96

const struct finding_row *finding_row(enum finding_id id)
{
	static const struct finding_row rows[NR_FINDING_IDS] = {
#define FINDING(id, name, percent, least, what, show, filter, next) \
		[FINDING_##id] = { name, what, show, filter, next, percent, least },
#include "report/findings/findings.def"
#undef FINDING
	};

	return &rows[id];
}

/* Wilson's interval. */
struct share share_of_n(double p, double n)
{
	double z2 = DEVIATIONS * DEVIATIONS, mid, half;

	mid = (p + z2 / (2 * n)) / (1 + z2 / n);
	half = DEVIATIONS * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
	return (struct share){ p, mid > half ? mid - half : 0, mid + half };
}

struct share share_wilson(uint64_t part, uint64_t whole)
{
	return whole ? share_of_n((double)part / (double)whole, (double)whole) : (struct share){ 0 };
}

struct share causes_mispredicted(const struct causes *c)
{
	struct share s = share_wilson(c->d->summary->kinds[KIND_MISPREDICTED].samples,
				      c->all.samples);

	return (struct share){ 1000 * s.value, 1000 * s.low, 1000 * s.high };
}

static struct tally of_cause(const struct causes *c, enum finding_id id)
{
	const struct summary *s = c->d->summary;

	switch (id) {
	case FINDING_MEMORY:
		return s->kinds[KIND_LOAD_MISS];
	case FINDING_FAR:
		return s->kinds[KIND_LOAD_FAR];
	case FINDING_PEER:
		return s->kinds[KIND_LOAD_PEER];
	case FINDING_WALKS:
		return s->walks;
	case FINDING_MISPREDICTED:
		return s->kinds[KIND_MISPREDICTED];
	case FINDING_STORES:
		return s->kinds[KIND_STORE];
	case FINDING_NODES:
		return c->cause[id].t;
	case FINDING_TIME:
	case FINDING_OVERLAP:
	case NR_FINDING_IDS:
		break;
	}
	return (struct tally){ 0 };
}

/*
 * For a share s = x / (x + y) of sums of a random number of latencies, the variance is ((1 - s)^2
 * var(x) + s^2 var(y)) / (x + y)^2.  The variance of such a sum is the sum of the latencies'
 * squares (a compound Poisson distribution).
 */
static double half_width(const struct tally *x, const struct tally *all)
{
	double s = (double)x->cycles / (double)all->cycles;
	double rest = all->squares > x->squares ? (double)(all->squares - x->squares) : 0;

	return DEVIATIONS * sqrt((1 - s) * (1 - s) * (double)x->squares + s * s * rest) /
	       (double)all->cycles;
}

/*
 * Widen the interval to what is possible if everything lost was something else, or all of it was
 * this.
 */
static void widen(struct cause *c, double lost)
{
	c->low *= 1 - lost;
	c->high = c->high * (1 - lost) + 100 * lost;
}

/* Is the location of any of the recording's data sources known? */
static bool knows_sources(const struct summary *s)
{
	for (size_t m = 0; m < s->nr_models; m++)
		for (unsigned int code = 0; code < SUMMARY_SOURCES - 1; code++)
			for (unsigned int w = 0; w < NR_WORLDS; w++)
				if (s->models[m].samples[w][code] &&
				    spe_source_reach(s->models[m].midr, (uint16_t)code))
					return true;
	return false;
}

/*
 * Nodes need physical addresses and a topology with several.  Without data sources only events show
 * the others, and these are optional [Arm ARM D18.2.6].
 */
static bool is_unseen(const struct causes *c, enum finding_id id)
{
	if (id == FINDING_NODES)
		return !c->nodes.near.cycles && !c->nodes.far.cycles;
	return (id == FINDING_FAR || id == FINDING_PEER) && !c->cause[id].t.samples &&
	       !knows_sources(c->d->summary);
}

static void judge(struct causes *c, enum finding_id id)
{
	const struct finding_row *row = finding_row(id);
	struct cause *x = &c->cause[id];
	struct share rate;
	double half;

	x->t = of_cause(c, id);
	if (!c->all.cycles)
		return;
	half = 100 * half_width(&x->t, &c->all);
	x->percent = 100.0 * (double)x->t.cycles / (double)c->all.cycles;
	x->low = x->percent > half ? x->percent - half : 0;
	x->high = x->percent + half;
	/* loads whose nodes are unknown may be near or far */
	if (id == FINDING_NODES)
		x->high += 100.0 * (double)c->nodes.unknown.cycles / (double)c->all.cycles;
	x->high = x->high < 100 ? x->high : 100;
	widen(x, c->lost);
	if (x->t.samples >= row->least && x->low >= row->percent)
		x->verdict = CAUSE_FOUND;
	else if (is_unseen(c, id))
		x->verdict = CAUSE_UNSEEN;
	else if (c->all.samples >= COLUMN_LEAST && x->high < row->percent)
		x->verdict = CAUSE_RULED_OUT;
	if (id != FINDING_MISPREDICTED)
		return;
	/* their own latency is a lower bound of their cost */
	rate = causes_mispredicted(c);
	if (x->t.samples >= row->least && rate.low >= MISPREDICTED_LEAST)
		x->verdict = CAUSE_FOUND;
	else if (rate.high >= MISPREDICTED_LEAST && x->verdict == CAUSE_RULED_OUT)
		x->verdict = CAUSE_OPEN;
}

double causes_mean_of(const struct causes *c, const struct tally *t)
{
	double operations = 0;

	for (unsigned int w = 0; w < NR_WORLDS; w++)
		operations += (double)c->d->summary->operations[w];
	/* cycles are latency x period, and each sample represents period operations */
	return t->samples && operations > 0 ? (double)t->cycles / (double)t->samples *
	       (double)c->all.samples / operations : 0;
}

double causes_mean(const struct causes *c, enum sample_kind kind)
{
	return causes_mean_of(c, &c->d->summary->kinds[kind]);
}

static double part(uint64_t x, uint64_t rest)
{
	return x ? (double)x / ((double)x + (double)rest) : 0;
}

/* Samples that were lost, as far as known: the losses may add up. */
static void measure_losses(struct causes *c)
{
	struct loss all;
	size_t nr;
	double kept = 1;

	free(losses_collect(c->d, &nr, &all));
	kept *= 1 - part(all.missing_bytes, all.aux_bytes);
	kept *= 1 - part(all.samples, all.records);
	kept *= 1 - part(all.torn, all.records);
	c->lost = 1 - kept;
}

void causes_measure(struct causes *c, const struct report_data *d)
{
	*c = (struct causes){ .d = d };
	for (unsigned int k = 0; k < NR_KINDS; k++)
		tally_add(&c->all, &d->summary->kinds[k]);
	measure_losses(c);
	causes_nodes(c);
	for (unsigned int id = 0; id < NR_FINDING_IDS; id++)
		judge(c, id);
	causes_time(c);
}
