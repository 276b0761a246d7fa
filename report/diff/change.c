// SPDX-License-Identifier: GPL-2.0-only
#include "report/diff/change.h"

#include <math.h>

/* Minimum number of combined slices, and of those that have data. */
#define BLOCKS_LEAST	8
#define BLOCKS_FILLED	4

static double sum(const double x[TIME_SLICES])
{
	double all = 0;

	for (unsigned int i = 0; i < TIME_SLICES; i++)
		all += x[i];
	return all;
}

/*
 * The factor by which correlation of neighbours increases the variance of a sum, for a process in
 * which each value depends on the previous one (AR(1)).
 */
static double alike(const double *x, unsigned int nr, double squares)
{
	double products = 0, r;

	for (unsigned int i = 1; i < nr; i++)
		products += x[i - 1] * x[i];
	r = squares > 0 ? products / squares : 0;
	r = r < 0 ? 0 : r > 0.8 ? 0.8 : r;
	return (1 + r) / (1 - r);
}

/*
 * The variance of a ratio of sums over blocks (Cochran, Sampling Techniques, 6.3): that of part -
 * value * whole, relative to the mean of whole.
 */
static bool variance_of(struct estimate *e, const struct quotient *q, double whole,
			unsigned int together)
{
	double off[TIME_SLICES], squares = 0, variance;
	unsigned int filled = 0, nr = 0;

	for (unsigned int i = 0; i < TIME_SLICES; i += together) {
		double x = 0, y = 0;

		for (unsigned int k = i; k < i + together; k++) {
			x += q->part[k];
			y += q->whole[k];
		}
		filled += y > 0;
		off[nr] = x - e->value * y;
		squares += off[nr] * off[nr];
		nr++;
	}
	if (filled < BLOCKS_FILLED)
		return false;
	variance = squares * alike(off, nr, squares) * filled / (filled - 1.0) / (whole * whole);
	if (!e->freedom || variance > e->variance) {
		e->variance = variance;
		e->freedom = filled - 1.0;
	}
	return true;
}

struct estimate quotient_estimate(const struct quotient *q)
{
	double whole = sum(q->whole);
	struct estimate e = { .known = whole > 0 };

	if (!e.known)
		return e;
	e.value = sum(q->part) / whole;
	for (unsigned int together = 1; TIME_SLICES / together >= BLOCKS_LEAST; together *= 2) {
		if (!variance_of(&e, q, whole, together))
			break;
	}
	return e;
}

/* Raise the variance if the slices underestimate it. */
static void estimate_at_least(struct estimate *e, double variance)
{
	if (e->variance < variance)
		e->variance = variance;
}

void estimates_of_counts(struct estimate *a, const struct quotient *qa, struct estimate *b,
			 const struct quotient *qb, bool share)
{
	double na = sum(qa->whole), nb = sum(qb->whole), p;

	if (!a->known || !b->known)
		return;
	p = (sum(qa->part) + sum(qb->part)) / (na + nb);
	if (share)
		p *= 1 - p;
	estimate_at_least(a, p / na);
	estimate_at_least(b, p / nb);
}

static double time_of(const struct time_share *s)
{
	return s->in.ns + s->out.ns;
}

/* The number of equally long stays with the same variance. */
static double as_many(const struct stays *s)
{
	return s->squares > 0 ? s->ns * s->ns / s->squares : 0;
}

static void limit_freedom(struct estimate *e, double stays)
{
	double most = stays < STAYS_LEAST ? 0 : stays - 1;

	if (e->freedom > most)
		e->freedom = most;
}

void estimates_of_stays(struct estimate *a, const struct time_share *sa, struct estimate *b,
			const struct time_share *sb)
{
	struct stays in = { sa->in.ns + sb->in.ns, sa->in.squares + sb->in.squares };
	struct stays out = { sa->out.ns + sb->out.ns, sa->out.squares + sb->out.squares };
	const struct stays *less = in.squares < out.squares ? &in : &out;
	double ta = time_of(sa), tb = time_of(sb);

	if (ta <= 0 || tb <= 0)
		return;
	estimate_at_least(a, less->squares / (ta + tb) / ta);
	estimate_at_least(b, less->squares / (ta + tb) / tb);
	limit_freedom(a, as_many(less));
	limit_freedom(b, as_many(less));
}

/*
 * The regularized incomplete beta function as a continued fraction (DLMF 8.17.22), by the modified
 * Lentz method; for x below (a + 1) / (a + b + 2).
 */
static double beta_below(double x, double a, double b)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1), f;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	f = d;
	for (int m = 1; m < 300; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double step;

		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		f *= c * d;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		step = c * d;
		f *= step;
		if (fabs(step - 1) < 1e-14)
			break;
	}
	return exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) * f / a;
}

static double beta(double x, double a, double b)
{
	if (x <= 0 || x >= 1)
		return x >= 1;
	return x < (a + 1) / (a + b + 2) ? beta_below(x, a, b) : 1 - beta_below(1 - x, b, a);
}

double student_limit(double error, double freedom)
{
	double low = 0, high = 1;

	/* the probability beyond t, both sides: DLMF 8.17, with x = freedom / (freedom + t^2) */
	while (high < 1e9 && beta(freedom / (freedom + high * high), freedom / 2, 0.5) > error)
		high *= 2;
	for (int i = 0; i < 100; i++) {
		double t = (low + high) / 2;

		if (beta(freedom / (freedom + t * t), freedom / 2, 0.5) > error)
			low = t;
		else
			high = t;
	}
	return high;
}

/* Degrees of freedom of a sum of two variances (Welch-Satterthwaite). */
static double freedom_of(double va, double fa, double vb, double fb)
{
	return (va + vb) * (va + vb) / (va * va / fa + vb * vb / fb);
}

struct growth growth_test(const struct estimate *a, const struct estimate *b, double error)
{
	struct growth g = { .known = a->known && b->known && a->value > 0 };
	double va = a->variance, vb = b->variance, ratio, around, t, square, root;

	if (!g.known)
		return g;
	ratio = b->value / a->value;
	g.by = g.low = g.high = ratio - 1;
	if (!(a->freedom > 0 && b->freedom > 0))
		return g;
	around = ratio * ratio * va;
	if (around + vb > 0) {
		t = student_limit(error, freedom_of(around, a->freedom, vb, b->freedom));
		/*
		 * all r for which b - r a is within t standard deviations: (b - ra)^2 <= t^2 (vb +
		 * r^2 va)
		 */
		square = a->value * a->value - t * t * va;
		if (square <= 0)
			return g;
		root = t * sqrt(a->value * a->value * vb + b->value * b->value * va - t * t * va * vb);
		g.low = (a->value * b->value - root) / square - 1;
		g.high = (a->value * b->value + root) / square - 1;
	}
	g.tested = true;
	g.significant = g.low > 0 || g.high < 0;
	return g;
}

/* Welch's t-test: the variances may differ. */
void change_test(struct change *c, double error)
{
	double va = c->a.variance, vb = c->b.variance, freedom;

	c->tested = c->a.known && c->b.known && c->a.freedom > 0 && c->b.freedom > 0;
	if (!c->tested)
		return;
	if (va + vb <= 0) {	/* no variance: any difference is significant */
		c->half = 0;
		c->significant = c->a.value != c->b.value;
		return;
	}
	freedom = freedom_of(va, c->a.freedom, vb, c->b.freedom);
	c->half = student_limit(error, freedom) * sqrt(va + vb);
	c->significant = fabs(c->b.value - c->a.value) > c->half;
}
