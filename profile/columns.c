// SPDX-License-Identifier: GPL-2.0-only
#include "profile/columns.h"

#include <string.h>

#include "decoder/names.h"

enum shape { SHAPE_INTEGER, SHAPE_FRACTION };

#define NUM(x)			SHAPE_INTEGER
#define RATIO(x, n)		SHAPE_FRACTION
#define MEAN(kind)		SHAPE_FRACTION
#define LATENCY(kind, value)	SHAPE_INTEGER
static const struct {
	const char *name, *title, *unit, *what;
	enum shape shape;
} columns[NR_COLUMNS] = {
#define COLUMN(id, name, title, unit, expr, what) \
	[COLUMN_##id] = { name, title, unit, what, expr },
#include "profile/columns.def"
#undef COLUMN
};
#undef NUM
#undef RATIO
#undef MEAN
#undef LATENCY

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
	return columns[c].shape == SHAPE_INTEGER;
}

static bool fraction(double *out, double x, double n)
{
	if (!(n > 0))
		return false;
	*out = x / n;
	return true;
}

bool column_value(enum column c, const struct metrics *m, const struct metrics *sum,
		  double *out)
{
	static const struct metrics none;

	if (!sum)
		sum = &none;
	*out = 0;
	switch (c) {
#define NUM(x)			(*out = (double)(x), true)
#define RATIO(x, n)		fraction(out, 100.0 * (double)(x), (double)(n))
#define MEAN(kind)		fraction(out, (double)m->kind.sum, (double)m->kind.n)
#define LATENCY(kind, value)	(*out = m->kind.value, m->kind.n > 0)
#define COLUMN(id, name, title, unit, expr, what) \
	case COLUMN_##id: return expr;
#include "profile/columns.def"
#undef COLUMN
	case NR_COLUMNS:
		break;
	}
	return false;
}

bool column_is_brief(enum column c)
{
	switch (c) {
	case COLUMN_ISSUE_P50:
	case COLUMN_ISSUE_P99:
	case COLUMN_XLAT_P50:
	case COLUMN_XLAT_P99:
		return false;
	default:
		return true;
	}
}

/*
 * Samples that a value stands on: the row's for a share, the denominator for
 * a ratio or mean, all that have the latency for a percentile.
 */
uint64_t column_support(enum column c, const struct metrics *m)
{
#undef NUM
#undef RATIO
#undef MEAN
#undef LATENCY
	const struct metrics *sum = m;	/* a share stands on the row's own samples */

	switch (c) {
#define NUM(x)			UINT64_MAX
#define RATIO(x, n)		(n)
#define MEAN(kind)		(m->kind.n)
#define LATENCY(kind, value)	(m->kind.n)
#define COLUMN(id, name, title, unit, expr, what) \
	case COLUMN_##id: return expr;
#include "profile/columns.def"
#undef COLUMN
	case NR_COLUMNS:
		break;
	}
	return 0;
}

/* Saturated samples are the largest: is the percentile's among them? */
#define AT_LEAST_p50(l)		((l).saturated > (l).n / 2)
#define AT_LEAST_p99(l)		((l).saturated > (l).n / 100)
#define AT_LEAST_max(l)		((l).saturated > 0)

bool column_at_least(enum column c, const struct metrics *m)
{
#undef NUM
#undef RATIO
#undef MEAN
#undef LATENCY
	switch (c) {
#define NUM(x)			false
#define RATIO(x, n)		false
#define MEAN(kind)		(m->kind.saturated > 0)
#define LATENCY(kind, value)	AT_LEAST_##value(m->kind)
#define COLUMN(id, name, title, unit, expr, what) \
	case COLUMN_##id: return expr;
#include "profile/columns.def"
#undef COLUMN
	case NR_COLUMNS:
		break;
	}
	return false;
}
