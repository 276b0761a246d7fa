// SPDX-License-Identifier: GPL-2.0-only
/* Samples of two recordings by the same keys. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/diff/diff_impl.h"

static const struct diff_figure figures[] = {
	{ "share", "share, %", 100, 2 },
	{ "total_mean", "total latency, mean", 1, 2 },
	{ "operations_s", "M operations a second", 1e-6, 2 },
};

enum { SHARE, LATENCY, RATE };

/* Rows of one key, one for each slice that has some. */
struct group {
	const struct row *row;
	size_t nr;
};

/* The rows of one recording. */
struct half {
	struct rows *rows;
	uint64_t slice, first;		/* ns of a slice; the first one's number */
	double seconds;			/* of a slice; 0: not known */
	double samples[TIME_SLICES];	/* of all rows */
	size_t at;			/* the next group's first row */
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

/* Without a time all samples are of the first slice, and nothing is tested. */
static size_t slice_of(const struct half *h, const struct row *row, size_t nr_keys)
{
	const struct value *v = &row->keys[nr_keys];
	uint64_t at;

	if (!v->known || !h->slice || v->num / h->slice <= h->first)
		return 0;
	at = v->num / h->slice - h->first;
	return at < TIME_SLICES ? at : TIME_SLICES - 1;
}

static void begin(struct half *h, const struct diff_side *s, size_t nr_keys)
{
	*h = (struct half){ .rows = s->rows, .slice = s->slice };
	if (s->slice)
		h->first = s->span->begin / s->slice;
	if (time_span_known(s->span))
		h->seconds = (double)(s->span->end - s->span->begin) / 1e9 / TIME_SLICES;
	for (size_t i = 0; i < s->rows->nr; i++)
		h->samples[slice_of(h, &s->rows->row[i], nr_keys)] +=
			(double)s->rows->row[i].m.samples;
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

/* The three quotients of a group in its recording; a group of none is 0 of them all. */
static void quotients(struct quotient q[3], const struct half *h, const struct group *g,
		      size_t nr_keys)
{
	memset(q, 0, 3 * sizeof(*q));
	memcpy(q[SHARE].whole, h->samples, sizeof(h->samples));
	for (size_t i = 0; i < TIME_SLICES; i++)
		q[RATE].whole[i] = h->seconds;
	for (size_t i = 0; i < g->nr; i++) {
		const struct metrics *m = &g->row[i].m;
		size_t s = slice_of(h, &g->row[i], nr_keys);

		q[SHARE].part[s] += (double)m->samples;
		q[LATENCY].part[s] += (double)m->total.sum;
		q[LATENCY].whole[s] += (double)m->total.n;
		q[RATE].part[s] += (double)m->operations;
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
	struct quotient qa[3], qb[3];

	for (size_t k = 0; k < nr_keys; k++)
		row->key[k] = named->keys[k].text;
	row->line = (struct diff_line){
		.rows = b->rows, .row = gb->nr ? gb->row : NULL, .pid = -1,
	};
	row->a = samples_of(ga);
	row->b = samples_of(gb);
	quotients(qa, a, ga, nr_keys);
	quotients(qb, b, gb, nr_keys);
	for (size_t f = 0; f < 3; f++) {
		row->figure[f].a = quotient_estimate(&qa[f]);
		row->figure[f].b = quotient_estimate(&qb[f]);
	}
	estimates_of_counts(&row->figure[SHARE].a, &qa[SHARE], &row->figure[SHARE].b, &qb[SHARE],
			    true);
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
		fill(&t->rows[t->nr++], a, &ga, b, &gb, t->nr_keys);
		a->at += ga.nr;
		b->at += gb.nr;
	}
}

bool diff_sorts_by(enum column c)
{
	return c == COLUMN_SAMPLES || c == COLUMN_SHARE || c == COLUMN_TOTAL_MEAN ||
	       c == COLUMN_OPERATIONS;
}

struct order {
	enum column column;
	bool ascending;
};

static double value_of(const struct diff_row *r, enum column c)
{
	return c == COLUMN_TOTAL_MEAN ? r->figure[LATENCY].b.value : (double)r->b;
}

/* All of a row's samples stand for as many operations, and a share is of the same sum. */
static int by_column(const void *x, const void *y, void *arg)
{
	const struct order *o = arg;
	int c = array_order(value_of(x, o->column), value_of(y, o->column));

	return o->ascending ? c : -c;
}

int diff_samples(struct diff_table *t, const struct diff_report *r)
{
	struct half a, b;

	*t = (struct diff_table){
		.part = DIFF_SAMPLES, .title = "Samples", .counted = "samples",
		.figures = figures, .nr_figures = sizeof(figures) / sizeof(figures[0]),
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
	match(t, &a, &b);
	diff_decide(t);
	if (r->sorted && t->nr > 1)
		qsort_r(t->rows, t->nr, sizeof(*t->rows), by_column,
			&(struct order){ r->sort, r->ascending });
	return 0;
}
