// SPDX-License-Identifier: GPL-2.0-only
#include "profile/columns.h"

#include <string.h>

#include "decoder/names.h"

/* Properties of columns. */
enum {
	IS_INTEGER = 1,
	IS_AVERAGE = 2,		/* a ratio, mean or percentile: unreliable with few samples */
	IS_PART = 4,		/* % of all rows */
	IS_CYCLES = 8,		/* latency x sampling period */
	IS_COST = 16,		/* at most a row's total latency */
	IS_P99 = 32,
};

#define KIND_p50		(IS_INTEGER | IS_AVERAGE)
#define KIND_p99		(IS_INTEGER | IS_AVERAGE | IS_P99)
#define KIND_max		IS_INTEGER

#define NUM(x)			IS_INTEGER
#define PART(x, all)		IS_PART
#define RATIO(x, n)		IS_AVERAGE
#define MEAN(kind)		IS_AVERAGE
#define LATENCY(kind, value)	KIND_##value
#define CYCLES(x, kind, n)	(IS_INTEGER | IS_CYCLES | IS_COST)
#define CYCLES_PART(x, kind, n)	(IS_PART | IS_COST)
#define CYCLES_SHARE(kind)	(IS_PART | IS_COST)
#define CYCLE_COUNT(what, known)	IS_INTEGER
#define TIME_PART(x, all)	IS_PART
static const struct {
	const char *name, *title, *unit, *what;
	unsigned int kind;
} columns[NR_COLUMNS] = {
#define COLUMN(id, name, title, unit, expr, what) \
	[COLUMN_##id] = { name, title, unit, what, expr },
#include "profile/columns.def"
#undef COLUMN
};
#undef NUM
#undef PART
#undef RATIO
#undef MEAN
#undef LATENCY
#undef CYCLES
#undef CYCLES_PART
#undef CYCLES_SHARE
#undef CYCLE_COUNT
#undef TIME_PART

int column_find(const char *name, size_t len)
{
	for (int c = 0; c < NR_COLUMNS; c++)
		if (strlen(columns[c].name) == len && !memcmp(columns[c].name, name, len))
			return c;
	return -1;
}

const char *column_name(enum column c)
{
	return columns[c].name;
}

const char *column_title(enum column c)
{
	return columns[c].title;
}

const char *column_unit(enum column c)
{
	return columns[c].unit;
}

const char *column_what(enum column c)
{
	return columns[c].what;
}

bool column_is_integer(enum column c)
{
	return columns[c].kind & IS_INTEGER;
}

bool column_is_average(enum column c)
{
	return columns[c].kind & IS_AVERAGE;
}

unsigned int column_least(enum column c)
{
	return columns[c].kind & IS_P99 ? COLUMN_LEAST_P99 : COLUMN_LEAST;
}

bool column_is_part(enum column c)
{
	return columns[c].kind & IS_PART;
}

bool column_is_cost(enum column c)
{
	return columns[c].kind & IS_COST;
}

bool column_is_cycles(enum column c)
{
	return columns[c].kind & IS_CYCLES;
}

bool column_is_brief(enum column c)
{
	switch (c) {
	case COLUMN_ISSUE_P50:
	case COLUMN_ISSUE_P99:
	case COLUMN_XLAT_P50:
	case COLUMN_XLAT_P99:
	case COLUMN_WALK_SUM:
	case COLUMN_WALK_COST:
	case COLUMN_POTENTIAL_SUM:
	case COLUMN_POTENTIAL:
		return false;
	default:
		return true;
	}
}

/* L1D hits, for the cost of a hit: of a row's own loads, or of all rows if the row has too few. */
static const struct latency_part *hits_of(const struct metrics *m, const struct metrics *sum)
{
	return m->load_hit.n < COLUMN_LEAST && m->load_hit.n < sum->load_hit.n ? &sum->load_hit :
	       &m->load_hit;
}

/* Cycles x period that loads take in excess of L1D hits. */
static double potential(const struct metrics *m, const struct metrics *sum)
{
	const struct latency_part *hits = hits_of(m, sum);
	double gain;

	if (!hits->operations)
		return 0;
	gain = (double)m->load.cycles -
	       (double)hits->cycles / (double)hits->operations * (double)m->load.operations;
	return gain > 0 ? gain : 0;
}

/* Number of loads behind it; 0: nothing to compare with. */
static uint64_t potential_support(const struct metrics *m, const struct metrics *sum)
{
	return hits_of(m, sum)->operations ? m->load.n : 0;
}

/* Without any such event, nothing is known about how rare it is. */
static uint64_t walk_support(const struct metrics *m)
{
	return m->events[SPE_EV_TLB_WALK] ? m->events[SPE_EV_TLB_WALK] : m->events[SPE_EV_TLB_ACCESS];
}

/* A value, the number of samples behind it, and whether it is a lower bound. */
struct figure {
	bool has;
	double value;
	uint64_t support;
	bool at_least;
};

static struct figure fraction(double x, double n, uint64_t support, bool at_least)
{
	if (!(n > 0))
		return (struct figure){ .support = support };
	return (struct figure){ true, x / n, support, at_least };
}

/* Are all saturated samples in this row?  If so, only this row's value is uncertain. */
static bool has_all_saturated(const struct latency *l, const struct latency *all)
{
	return l->saturated && l->saturated == all->saturated;
}

static struct figure cycles_part(double x, uint64_t n, const struct metrics *m,
				 const struct metrics *sum)
{
	return fraction(100 * x, n ? (double)sum->total.cycles : 0, n,
			has_all_saturated(&m->total, &sum->total));
}

/* Saturated samples are the largest: is the percentile among them? */
#define AT_LEAST_p50(l)		((l).saturated > (l).n / 2)
#define AT_LEAST_p99(l)		((l).saturated > (l).n / 100)
#define AT_LEAST_max(l)		((l).saturated > 0)

#define NUM(x)			(struct figure){ true, (double)(x), UINT64_MAX, false }
#define PART(x, all)		fraction(100.0 * (double)(x), (double)(all), x, false)
#define RATIO(x, n)		fraction(100.0 * (double)(x), (double)(n), n, false)
#define MEAN(kind)		fraction((double)m->kind.sum, (double)m->kind.n, m->kind.n, \
					 m->kind.saturated > 0)
#define LATENCY(kind, value)	(struct figure){ m->kind.n > 0, m->kind.value, m->kind.n, \
						 AT_LEAST_##value(m->kind) }
#define CYCLES(x, kind, nr)	(struct figure){ m->kind.n && (nr), (double)(x), nr, \
						 m->kind.saturated > 0 }
#define CYCLES_PART(x, kind, nr) cycles_part(x, m->kind.n ? (nr) : 0, m, sum)
#define CYCLES_SHARE(kind)	fraction(100.0 * (double)m->kind.cycles, \
					 m->kind.n ? (double)sum->kind.cycles : 0, m->kind.n, \
					 has_all_saturated(&m->kind, &sum->kind))

#define CYCLE_COUNT(what, known) (struct figure){ m->has_cycles && (known), \
						  (double)m->cycles.what, UINT64_MAX, false }
#define TIME_PART(x, all)	fraction(100.0 * (double)(x), m->has_cycles ? (double)(all) : 0, \
					 m->cycles.samples, false)

static struct figure figure_of(enum column c, const struct metrics *m, const struct metrics *sum)
{
	static const struct metrics none;

	if (!sum)
		sum = &none;
	switch (c) {
#define COLUMN(id, name, title, unit, expr, what) \
	case COLUMN_##id: return expr;
#include "profile/columns.def"
#undef COLUMN
	case NR_COLUMNS:
		break;
	}
	return (struct figure){ 0 };
}

bool column_value(enum column c, const struct metrics *m, const struct metrics *sum,
		  double *out)
{
	struct figure f = figure_of(c, m, sum);

	*out = f.has ? f.value : 0;
	return f.has;
}

uint64_t column_support(enum column c, const struct metrics *m, const struct metrics *sum)
{
	return figure_of(c, m, sum).support;
}

bool column_at_least(enum column c, const struct metrics *m, const struct metrics *sum)
{
	return figure_of(c, m, sum).at_least;
}
