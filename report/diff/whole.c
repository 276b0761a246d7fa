// SPDX-License-Identifier: GPL-2.0-only
/* The recordings as a whole: time, operations, and cost per operation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/diff/diff_impl.h"
#include "report/losses.h"

/* Degrees of freedom of an exactly known variance. */
#define FREEDOM_KNOWN	1e7

static const struct {
	struct diff_figure figure;
	const char *unit;
	unsigned int exact;
	const char *did, *more, *less, *what;
} figures[NR_DIFF_WHOLE] = {
#define WHOLE(id, name, unit, exact, title, scale, decimals, did, more, less, what) \
	[DIFF_WHOLE_##id] = { { name, title, scale, decimals }, unit, exact, did, more, less, what },
#include "report/diff/whole.def"
#undef WHOLE
};

const char *diff_whole_name(enum diff_whole_figure f)
{
	return figures[f].figure.name;
}

const struct diff_figure *diff_whole_figure(enum diff_whole_figure f)
{
	return &figures[f].figure;
}

const char *diff_whole_unit(enum diff_whole_figure f, unsigned int *decimals)
{
	*decimals = figures[f].exact;
	return figures[f].unit;
}

/* Without times all samples are in the first slice, and nothing is tested. */
size_t diff_slice_of(const struct diff_side *s, const struct value *slice)
{
	uint64_t first, at;

	if (!slice->known || !s->slice)
		return 0;
	first = s->span->begin / s->slice;
	at = slice->num / s->slice;
	at = at > first ? at - first : 0;
	return at < TIME_SLICES ? at : TIME_SLICES - 1;
}

/*
 * Slices begin at multiples of their length, so that the first is shorter, and the last is longer.
 */
void diff_slice_parts(const struct diff_side *s, double part[TIME_SLICES])
{
	double first, length = 1.0 / TIME_SLICES;

	for (unsigned int i = 0; i < TIME_SLICES; i++)
		part[i] = length;
	if (!s->slice || !time_span_known(s->span))
		return;
	length = (double)s->slice / (double)(s->span->end - s->span->begin);
	first = length * (double)(s->slice - s->span->begin % s->slice) / (double)s->slice;
	for (unsigned int i = 0; i < TIME_SLICES; i++)
		part[i] = i ? length : first;
	part[TIME_SLICES - 1] = 1 - first - length * (TIME_SLICES - 2);
}

/* Sums over one recording. */
struct sums {
	double samples, operations;
	struct quotient latency;	/* latency x period, per operation */
	bool counted;			/* .population is SAMPLE_POP, which includes unsampled
					 * operations */
	double population;
	struct quotient cycles;		/* of samples of CPU cycles, per operation */
	double cycles_samples;
	bool cycles_counted;		/* likewise the PMU's; .executed with .population */
	double executed;
};

static void add_row(struct sums *x, const struct metrics *m, size_t at)
{
	x->cycles.part[at] += m->clock ? 0 : (double)m->cycles.periods;
	x->cycles_samples += m->clock ? 0 : (double)m->cycles.samples;
	if (!m->samples)
		return;
	x->samples += (double)m->samples;
	x->operations += (double)m->operations;
	x->cycles.whole[at] += (double)m->operations;
	x->latency.part[at] += (double)m->total.cycles;
	x->latency.whole[at] += (double)m->operations * (double)m->total.n / (double)m->samples;
}

/* Was the counter read on every CPU with records?  If so, *value is the sum. */
static bool counter(const struct summary *s, enum counter what, double *value)
{
	uint64_t n;
	bool scaled;

	for (size_t i = 0; i < s->nr_cpus; i++) {
		size_t k = 0;

		while (k < s->nr_counts && (!s->counts[k].known[what] ||
					    (s->counts[k].cpu >= 0 && s->counts[k].cpu != s->cpus[i].cpu)))
			k++;
		if (k == s->nr_counts && s->cpus[i].stats.records)
			return false;
	}
	*value = summary_counter(s, NULL, what, &n, &scaled) ? (double)n : 0;
	return *value > 0 && !scaled;
}

static void add_counters(struct sums *x, const struct summary *s)
{
	double host, guest;

	x->counted = counter(s, COUNTER_SAMPLE_POP, &x->population);
	if (x->counted && counter(s, COUNTER_CYCLES_HOST, &host)) {
		x->cycles_counted = true;
		x->executed = host + (counter(s, COUNTER_CYCLES_GUEST, &guest) ? guest : 0);
	}
}

static void add_up(struct sums *x, const struct diff_side *s, const struct diff_report *r)
{
	memset(x, 0, sizeof(*x));
	for (size_t i = 0; s->rows && i < s->rows->nr; i++)
		add_row(x, &s->rows->row[i].m,
			diff_slice_of(s, &s->rows->row[i].keys[s->rows->nr_keys - 1]));
	if (!r->filter && s->d->summary)
		add_counters(x, s->d->summary);
}

static struct estimate measured(double value, bool known)
{
	return (struct estimate){ .known = known, .value = value };
}

static const char of_one[] = "it depends on how many recordings there are";

static bool are_several(const struct diff_report *r)
{
	return r->a.nr_recordings || r->b.nr_recordings;
}

static void set_time(struct whole_figure *f, const struct diff_report *r)
{
	const struct time_span *a = r->a.span, *b = r->b.span;

	f->measured = true;
	f->a = measured((double)(a->end - a->begin), time_span_known(a));
	f->b = measured((double)(b->end - b->begin), time_span_known(b));
	if (are_several(r))
		f->but = of_one;
}

/* Does every CPU with samples have task switches? */
static bool has_switches(const struct diff_side *s)
{
	for (size_t i = 0; s->d->summary && i < s->d->summary->nr_cpus; i++) {
		const struct summary_cpu *c = &s->d->summary->cpus[i];

		if (c->stats.records && !timeline_has_switches(s->d->timeline, c->cpu))
			return false;
	}
	return true;
}

static int set_on_cpu(struct estimate *e, const struct diff_side *s)
{
	uint64_t ns;
	int ret = timeline_on_cpu(s->d->timeline, s->span, &ns);

	*e = measured((double)ns, ret > 0 && has_switches(s));
	return ret < 0 ? ret : 0;
}

static int set_on_cpus(struct whole_figure *f, const struct diff_report *r)
{
	int err;

	f->measured = true;
	if (r->filter) {
		f->but = "a filter selects samples, not time";
		return 0;
	}
	if (are_several(r)) {
		f->but = of_one;
		return 0;
	}
	err = set_on_cpu(&f->a, &r->a) ?: set_on_cpu(&f->b, &r->b);
	if (!f->a.known || !f->b.known)
		f->but = "task switches were lost, or not recorded on every CPU";
	return err;
}

/* Lost data mean operations that are not counted. */
static bool lost_samples(const struct diff_side *s)
{
	struct loss all;
	size_t nr;

	if (s->lossy)
		return true;
	free(losses_collect(s->d, &nr, &all));
	return all.truncated || all.missing_bytes || all.samples || all.torn || all.skipped;
}

/*
 * Samples times their period.  The uncertainty is that of sampling: each operation is sampled or
 * not (Poisson; the variance of nearly periodic samples is lower).  It does not cover how another
 * run would differ.
 */
static struct estimate operations_of(const struct sums *x)
{
	return (struct estimate){
		.known = x->samples > 0, .value = x->operations, .freedom = FREEDOM_KNOWN,
		.variance = x->samples > 0 ? x->operations * x->operations / x->samples : 0,
	};
}

static void set_operations(struct whole_figure *f, const struct diff_report *r,
			   const struct sums *a, const struct sums *b)
{
	f->measured = a->counted && b->counted;
	f->a = f->measured ? measured(a->population, true) : operations_of(a);
	f->b = f->measured ? measured(b->population, true) : operations_of(b);
	if (f->measured)
		return;
	if (are_several(r)) {
		f->but = of_one;
		f->a.freedom = f->b.freedom = 0;
		return;
	}
	if (lost_samples(&r->a) || lost_samples(&r->b)) {
		f->but = "samples were lost, so operations are missing";
		f->a.freedom = f->b.freedom = 0;
	}
}

/* In units of the average sample of cycles, figures are counts and vary at least as such. */
static void set_cycles(struct whole_figure *f, const struct sums *a, const struct sums *b)
{
	struct quotient qa = a->cycles, qb = b->cycles;
	double samples = a->cycles_samples + b->cycles_samples, cycles = 0;

	f->measured = a->cycles_counted && b->cycles_counted;
	if (f->measured) {
		f->a = measured(a->executed / a->population, true);
		f->b = measured(b->executed / b->population, true);
		return;
	}
	if (!a->cycles_samples || !b->cycles_samples)
		return;
	for (unsigned int i = 0; i < TIME_SLICES; i++)
		cycles += qa.part[i] + qb.part[i];
	diff_scale(&qa, samples / cycles);
	diff_scale(&qb, samples / cycles);
	f->a = quotient_estimate(&qa);
	f->b = quotient_estimate(&qb);
	estimates_of_counts(&f->a, &qa, &f->b, &qb, false);
	if (samples < DIFF_LEAST)
		f->a.freedom = f->b.freedom = 0;
}

static int set_exits(struct whole_figure *f, const struct diff_report *r)
{
	int ret;

	if (r->filter) {
		f->but = "a filter selects samples, not exits";
		return 0;
	}
	ret = diff_exits_whole(&f->a, &f->b, r);
	if (!ret)
		f->but = "both recordings need guest exits";
	return ret < 0 ? ret : 0;
}

/* Too few to be tested: the values remain. */
static void refuse(struct whole_figure *f, const char *why)
{
	f->a.freedom = f->b.freedom = 0;
	f->but = f->but ?: why;
}

static void test(struct diff_whole *w)
{
	for (int pass = 0; pass < 2; pass++) {
		double error = DIFF_ERROR / (w->tests ? (double)w->tests : 1);

		w->tests = w->changed = 0;
		for (enum diff_whole_figure i = 0; i < NR_DIFF_WHOLE; i++) {
			struct whole_figure *f = &w->figure[i];

			f->growth = growth_test(&f->a, &f->b, error);
			w->tests += f->growth.tested;
			w->changed += f->growth.significant;
		}
	}
	for (enum diff_whole_figure i = 0; i < NR_DIFF_WHOLE; i++) {
		struct whole_figure *f = &w->figure[i];

		if (i == DIFF_WHOLE_CYCLES && !f->a.known && !f->b.known)
			f->but = "both recordings need samples or counters of CPU cycles";
		else if (!f->but && !f->growth.tested && !(f->measured && f->growth.known))
			f->but = "too few samples, or samples without timestamps";
	}
}

static char *percent(char out[NUMBER_LEN], double part)
{
	char number[NUMBER_LEN];

	snprintf(out, NUMBER_LEN, "%s %%", number_signed(number, part * 100, 1));
	return out;
}

/*
 * Is the interval too wide to decide?  It reaches above the limit and is wider than twice the
 * limit.
 */
static bool is_wide(const struct growth *g, double above)
{
	return g->high > above && g->high - g->low > 2 * above;
}

static void decide(struct diff_whole *w, const struct diff_rule *rule)
{
	const struct whole_figure *f = &w->figure[rule->on];
	const struct growth *g = &f->growth;
	const char *name = figures[rule->on].what;
	const char *did = g->by < 0 ? "fell" : "grew";
	char by[NUMBER_LEN], low[NUMBER_LEN], high[NUMBER_LEN], above[NUMBER_LEN];
	char between[2 * NUMBER_LEN + 32];

	percent(above, rule->above);
	percent(by, g->by < 0 ? -g->by : g->by);
	percent(low, g->low);
	percent(high, g->high);
	snprintf(between, sizeof(between), g->by < 0 ? "a growth between %s and %s" : "between %s and %s",
		 low, high);
	if (f->measured && g->known) {
		w->outcome = g->by > rule->above ? DIFF_FAILED : DIFF_PASSED;
		snprintf(w->why, sizeof(w->why), "%s %s by %s, which is %sabove %s", name, did, by,
			 w->outcome == DIFF_FAILED ? "" : "not ", above);
	} else if (!g->tested) {
		w->outcome = DIFF_UNDECIDED;
		snprintf(w->why, sizeof(w->why), "%s cannot be compared: %s", name,
			 f->but ? f->but : "it is not known");
	} else if (g->low > rule->above || !is_wide(g, rule->above)) {
		w->outcome = g->low > rule->above ? DIFF_FAILED : DIFF_PASSED;
		snprintf(w->why, sizeof(w->why), "%s %s by %s, %s, which is %sabove %s", name, did, by,
			 between, w->outcome == DIFF_FAILED ? "" : "not ", above);
	} else {
		w->outcome = DIFF_UNDECIDED;
		snprintf(w->why, sizeof(w->why), "%s %s by %s, %s: the recordings are too small to "
			 "tell a growth of %s from none; record longer, or sample more often", name,
			 did, by, between, above);
	}
}

int diff_whole(struct diff_whole *w, const struct diff_report *r)
{
	struct whole_figure *f = w->figure;
	struct sums a, b;
	int err;

	*w = (struct diff_whole){ .outcome = DIFF_PASSED };
	add_up(&a, &r->a, r);
	add_up(&b, &r->b, r);
	set_time(&f[DIFF_WHOLE_TIME], r);
	err = set_on_cpus(&f[DIFF_WHOLE_ON_CPU], r) ?: set_exits(&f[DIFF_WHOLE_EXITS], r);
	set_operations(&f[DIFF_WHOLE_OPERATIONS], r, &a, &b);
	set_cycles(&f[DIFF_WHOLE_CYCLES], &a, &b);
	f[DIFF_WHOLE_LATENCY].a = quotient_estimate(&a.latency);
	f[DIFF_WHOLE_LATENCY].b = quotient_estimate(&b.latency);
	if (a.samples + b.samples < DIFF_LEAST) {
		if (!f[DIFF_WHOLE_OPERATIONS].measured)
			refuse(&f[DIFF_WHOLE_OPERATIONS], "fewer than 30 samples");
		refuse(&f[DIFF_WHOLE_LATENCY], "fewer than 30 samples");
	}
	test(w);
	w->rule = r->rule;
	if (w->rule.on == NR_DIFF_WHOLE)
		w->rule.on = f[DIFF_WHOLE_CYCLES].a.known && f[DIFF_WHOLE_CYCLES].b.known ?
			     DIFF_WHOLE_CYCLES : DIFF_WHOLE_LATENCY;
	if (w->rule.asked)
		decide(w, &w->rule);
	return err;
}

void diff_rule_say(struct words *out, const struct diff_rule *rule)
{
	char above[NUMBER_LEN];

	words_add(out, "fails if %s grew by more than %s over the whole 95 %% interval",
		  figures[rule->on].what, percent(above, rule->above));
}

void diff_whole_say(struct words *out, const struct diff_whole *w)
{
	const char *who = "B";
	char size[NUMBER_LEN];

	for (enum diff_whole_figure i = 0; i < NR_DIFF_WHOLE; i++) {
		const struct whole_figure *f = &w->figure[i];
		const struct growth *g = &f->growth;

		if (!g->known || (!f->measured && !g->tested))
			continue;
		words_add(out, "%s", out->len ? "; " : "");
		if (f->measured ? fabs(g->by) < 0.0005 : !g->significant) {
			words_add(out, "no %schange in %s", f->measured ? "" : "significant ",
				  figures[i].what);
			continue;
		}
		words_add(out, "%s %s %s %% %s", who, figures[i].did,
			  number_fixed(size, 100 * fabs(g->by), 1),
			  g->by > 0 ? figures[i].more : figures[i].less);
		who = "it";
	}
	if (!out->len)
		words_add(out, "time, operations and latencies cannot be compared: there are too "
			  "few samples, or they have no timestamps");
}
