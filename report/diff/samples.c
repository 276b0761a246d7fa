// SPDX-License-Identifier: GPL-2.0-only
/* Samples of two recordings by the same keys. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/diff/diff_impl.h"

enum { SHARE, LATENCY, RATE, COST, TIME, NR_FIGURES };

/* In the order of CSV's columns, which are only ever added to, at the end. */
static const struct diff_figure figures[NR_FIGURES] = {
	{ "share", "share, %", 100, 2 },
	{ "total_mean", "total latency, mean", 1, 2 },
	{ "operations_s", "M operations/s", 1e-6, 2 },
	{ "cost", "cost, %", 100, 2 },
	{ "time_share", "time share, %", 100, 2 },
};

/* The rows of one key: one per slice with samples. */
struct group {
	const struct row *row;
	size_t nr;
};

/* The rows of one recording, and their sums. */
struct half {
	const struct diff_side *side;
	struct rows *rows;
	double seconds[TIME_SLICES];	/* of a slice; 0: unknown */
	double samples[TIME_SLICES];	/* of all rows */
	double cycles[TIME_SLICES];	/* likewise, total latency x period */
	double time[TIME_SLICES];	/* likewise, of samples of CPU cycles (or of a clock) */
	size_t at;			/* first row of the next group */
};

static int compare_keys(const struct value *a, const struct value *b, size_t nr)
{
	int c = 0;

	for (size_t k = 0; k < nr && !c; k++)
		c = strcmp(a[k].text, b[k].text);
	return c;
}

static int by_keys(const void *x, const void *y, void *arg)
{
	const struct row *a = x, *b = y;
	size_t nr = *(const size_t *)arg;

	return compare_keys(a->keys, b->keys, nr) ?: array_order(a->keys[nr].num, b->keys[nr].num);
}

static void begin(struct half *h, const struct diff_side *s, size_t nr_keys)
{
	*h = (struct half){ .side = s, .rows = s->rows };
	if (time_span_known(s->span))
		diff_slice_parts(s, h->seconds);
	for (unsigned int i = 0; i < TIME_SLICES; i++)
		h->seconds[i] *= (double)(s->span->end - s->span->begin) / 1e9;
	for (size_t i = 0; i < s->rows->nr; i++) {
		const struct row *row = &s->rows->row[i];
		size_t at = diff_slice_of(s, &row->keys[nr_keys]);

		h->samples[at] += (double)row->m.samples;
		h->cycles[at] += (double)row->m.total.cycles;
		h->time[at] += (double)row->m.cycles.periods;
	}
	if (s->rows->nr > 1)
		qsort_r(s->rows->row, s->rows->nr, sizeof(*s->rows->row), by_keys, &nr_keys);
}

static struct group group_at(const struct half *h, size_t nr_keys)
{
	struct group g = { .row = h->rows->row + h->at };

	while (h->at + g.nr < h->rows->nr &&
	       !compare_keys(g.row->keys, g.row[g.nr].keys, nr_keys))
		g.nr++;
	return g;
}

/* The quotients of a group in its recording; a group without rows is 0 everywhere. */
static void quotients(struct quotient q[NR_FIGURES], const struct half *h, const struct group *g,
		      size_t nr_keys)
{
	memset(q, 0, NR_FIGURES * sizeof(*q));
	memcpy(q[COST].whole, h->cycles, sizeof(h->cycles));
	memcpy(q[SHARE].whole, h->samples, sizeof(h->samples));
	memcpy(q[TIME].whole, h->time, sizeof(h->time));
	memcpy(q[RATE].whole, h->seconds, sizeof(h->seconds));
	for (size_t i = 0; i < g->nr; i++) {
		const struct metrics *m = &g->row[i].m;
		size_t s = diff_slice_of(h->side, &g->row[i].keys[nr_keys]);

		q[COST].part[s] += (double)m->total.cycles;
		q[LATENCY].part[s] += (double)m->total.sum;
		q[LATENCY].whole[s] += (double)m->total.n;
		q[SHARE].part[s] += (double)m->samples;
		q[RATE].part[s] += (double)m->operations;
		q[TIME].part[s] += (double)m->cycles.periods;
	}
}

/*
 * The average amount per sample of the group, over both recordings: in this unit figures are
 * counts.
 */
struct unit {
	double cost, time;
	double ticks;		/* from samples of cycles */
};

static struct unit unit_of(const struct group *ga, const struct group *gb)
{
	const struct group *const groups[] = { ga, gb };
	double cycles = 0, samples = 0, periods = 0, ticks = 0;

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < groups[k]->nr; i++) {
			const struct metrics *m = &groups[k]->row[i].m;

			cycles += (double)m->total.cycles;
			samples += (double)m->total.n;
			periods += (double)m->cycles.periods;
			ticks += (double)m->cycles.samples;
		}
	return (struct unit){ cycles > 0 ? cycles / samples : 1,
			      periods > 0 ? periods / ticks : 1,
			      ticks };
}

void diff_scale(struct quotient *q, double by)
{
	for (unsigned int i = 0; i < TIME_SLICES; i++) {
		q->part[i] *= by;
		q->whole[i] *= by;
	}
}

static uint64_t samples_of(const struct group *g)
{
	uint64_t n = 0;

	for (size_t i = 0; i < g->nr; i++)
		n += g->row[i].m.samples;
	return n;
}

static void fill(struct diff_row *row, const struct half *a, const struct group *ga,
		 const struct half *b, const struct group *gb, size_t nr_keys)
{
	const struct row *named = ga->nr ? ga->row : gb->row;
	struct quotient qa[NR_FIGURES], qb[NR_FIGURES];
	const struct unit unit = unit_of(ga, gb);
	static const size_t shares[] = { SHARE, COST, TIME };

	for (size_t k = 0; k < nr_keys; k++)
		row->key[k] = named->keys[k].text;
	row->line = (struct diff_line){
		.rows = b->rows, .row = gb->nr ? gb->row : NULL, .pid = -1,
	};
	row->a = samples_of(ga);
	row->b = samples_of(gb);
	quotients(qa, a, ga, nr_keys);
	quotients(qb, b, gb, nr_keys);
	diff_scale(&qa[COST], 1 / unit.cost);
	diff_scale(&qb[COST], 1 / unit.cost);
	diff_scale(&qa[TIME], 1 / unit.time);
	diff_scale(&qb[TIME], 1 / unit.time);
	for (size_t f = 0; f < NR_FIGURES; f++) {
		row->figure[f].a = quotient_estimate(&qa[f]);
		row->figure[f].b = quotient_estimate(&qb[f]);
	}
	if (unit.ticks < DIFF_LEAST)
		row->figure[TIME].a.freedom = row->figure[TIME].b.freedom = 0;
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		size_t f = shares[i];

		estimates_of_counts(&row->figure[f].a, &qa[f], &row->figure[f].b, &qb[f], true);
	}
}

static void match(struct diff_table *t, struct half *a, struct half *b)
{
	while (a->at < a->rows->nr || b->at < b->rows->nr) {
		bool has_a = a->at < a->rows->nr, has_b = b->at < b->rows->nr;
		int c = !has_a ? 1 : !has_b ? -1 :
			compare_keys(a->rows->row[a->at].keys, b->rows->row[b->at].keys, t->nr_keys);
		struct group ga = { .nr = 0 }, gb = { .nr = 0 };

		if (c <= 0)
			ga = group_at(a, t->nr_keys);
		if (c >= 0)
			gb = group_at(b, t->nr_keys);
		fill(&t->rows[t->nr], a, &ga, b, &gb, t->nr_keys);
		/* a group with samples of cycles only is not a row */
		t->nr += t->rows[t->nr].a || t->rows[t->nr].b;
		a->at += ga.nr;
		b->at += gb.nr;
	}
}

bool diff_sorts_by(enum column c)
{
	return c == COLUMN_COST || c == COLUMN_SAMPLES || c == COLUMN_SHARE || c == COLUMN_TOTAL_MEAN ||
	       c == COLUMN_OPERATIONS;
}

struct order {
	const struct diff_table *table;
	enum column column;
	bool ascending;
};

static double value_of(const struct diff_row *r, enum column c)
{
	return c == COLUMN_TOTAL_MEAN ? r->figure[LATENCY].b.value :
	       c == COLUMN_COST ? r->figure[COST].b.value : (double)r->b;
}

/* Rows with too few samples come last, because the uncertainty of their change is unknown. */
static int by_cost(const void *x, const void *y, void *arg)
{
	const struct diff_row *a = x, *b = y;
	const struct change *ca = &a->figure[COST], *cb = &b->figure[COST];

	return array_order(cb->tested, ca->tested) ?:
	       array_order(fabs(cb->b.value - cb->a.value), fabs(ca->b.value - ca->a.value)) ?:
	       diff_by_significance(x, y, arg);
}

/*
 * A row's samples all have the same period, and shares have the same total, so samples give the
 * order.
 */
static int by_column(const void *x, const void *y, void *arg)
{
	const struct order *o = arg;
	int c = array_order(value_of(x, o->column), value_of(y, o->column));

	return (o->ascending ? c : -c) ?: diff_by_significance(x, y, (void *)o->table);
}

static void sort(struct diff_table *t, const struct diff_report *r)
{
	struct order o = { t, r->sort, r->ascending };

	switch (r->order) {
	case DIFF_BY_COST:
		qsort_r(t->rows, t->nr, sizeof(*t->rows), by_cost, t);
		break;
	case DIFF_BY_SIGNIFICANCE:
		qsort_r(t->rows, t->nr, sizeof(*t->rows), diff_by_significance, t);
		break;
	case DIFF_BY_COLUMN:
		qsort_r(t->rows, t->nr, sizeof(*t->rows), by_column, &o);
		break;
	}
}

int diff_samples(struct diff_table *t, const struct diff_report *r)
{
	struct half a, b;

	*t = (struct diff_table){
		.part = DIFF_SAMPLES, .title = "Samples", .counted = "samples",
		.figures = figures, .nr_figures = NR_FIGURES,
		.shown = { COST, LATENCY }, .nr_shown = 2, .of_counts = SHARE,
	};
	if (!r->a.rows || !r->b.rows || (!r->a.rows->nr && !r->b.rows->nr))
		return 0;
	t->nr_keys = r->a.rows->nr_keys - 1;
	for (size_t k = 0; k < t->nr_keys; k++)
		t->keys[k] = field_name(r->a.rows->keys[k]);
	t->rows = calloc(r->a.rows->nr + r->b.rows->nr, sizeof(*t->rows));
	if (!t->rows)
		return -ENOMEM;
	begin(&a, &r->a, t->nr_keys);
	begin(&b, &r->b, t->nr_keys);
	/* time is better than latencies if both recordings have enough samples of it */
	if (rows_usual_order(r->a.rows) == COLUMN_TIME_SHARE &&
	    rows_usual_order(r->b.rows) == COLUMN_TIME_SHARE) {
		t->shown[0] = TIME;
		t->shown[1] = COST;
	}
	match(t, &a, &b);
	diff_decide(t);
	sort(t, r);
	return 0;
}
