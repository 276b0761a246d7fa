// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/guest_clock.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"

int guest_clock_init(struct guest_clock *c, int64_t lo, int64_t hi)
{
	*c = (struct guest_clock){ .range = malloc(sizeof(*c->range)) };
	if (!c->range)
		return -ENOMEM;
	if (lo <= hi)
		c->range[c->nr++] = (struct clock_range){ lo, hi };
	return 0;
}

void guest_clock_clear(struct guest_clock *c)
{
	free(c->range);
	*c = (struct guest_clock){ 0 };
}

/* The next list of ranges, under construction. */
struct building {
	struct clock_range *range;
	size_t nr;
	int err;
};

static void build(struct building *b, int64_t lo, int64_t hi)
{
	struct clock_range *more;

	if (b->err || lo > hi)
		return;
	if (b->nr && lo <= b->range[b->nr - 1].hi) {
		if (hi > b->range[b->nr - 1].hi)
			b->range[b->nr - 1].hi = hi;
		return;
	}
	if (b->nr == GUEST_CLOCK_RANGES_MAX) {
		b->err = -E2BIG;
		return;
	}
	more = array_add(b->range, b->nr);
	if (more)
		*more = (struct clock_range){ lo, hi };
	else
		b->err = -ENOMEM;
}

static void replace(struct guest_clock *c, struct building *b)
{
	free(c->range);
	c->range = b->range;
	c->nr = b->nr;
	c->err = c->err ?: b->err;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void guest_clock_allow(struct guest_clock *c, const struct clock_range *ranges, size_t nr)
{
	struct building b = { 0 };
	size_t first = 0;

	for (size_t i = 0; i < c->nr && !c->err; i++) {
		const struct clock_range *r = &c->range[i];

		while (first < nr && ranges[first].hi < r->lo)
			first++;
		for (size_t k = first; k < nr && ranges[k].lo <= r->hi; k++)
			build(&b, later(r->lo, ranges[k].lo), earlier(r->hi, ranges[k].hi));
	}
	replace(c, &b);
}

/* The first span that ends after at. */
static size_t first_behind(const struct clock_span *s, size_t nr, int64_t at)
{
	return array_first(nr, i, (int64_t)s[i].to > at);
}

/*
 * A span outside excludes an offset if it overlaps the guest's time: from + offset < span.to and to
 * + offset > span.from.
 */
size_t guest_clock_ran(struct guest_clock *c, uint64_t from, uint64_t to, uint64_t step,
		       const struct clock_span *outside, size_t nr)
{
	struct building b = { 0 };
	size_t near = 0;

	for (size_t i = 0; i < c->nr && !c->err; i++) {
		int64_t at = c->range[i].lo, hi = c->range[i].hi;
		size_t k = first_behind(outside, nr, (int64_t)from + at);

		for (; k < nr && (int64_t)outside[k].from < (int64_t)to + hi; k++) {
			if (from != to && outside[k].to - outside[k].from <= step)
				continue;
			near++;
			build(&b, at, (int64_t)outside[k].from - (int64_t)to);
			at = later(at, (int64_t)outside[k].to - (int64_t)from);
		}
		build(&b, at, hi);
	}
	replace(c, &b);
	return near;
}

struct clock_answer guest_clock_answer(const struct guest_clock *c, uint64_t wide, uint64_t loads)
{
	struct clock_answer a = { CLOCK_UNKNOWN, 0, 0 };
	uint64_t width, back;

	if (c->err)
		return a;
	a.state = !c->nr ? CLOCK_CONTRADICTION : c->nr > 1 ? CLOCK_AMBIGUOUS : CLOCK_KNOWN;
	if (a.state != CLOCK_KNOWN)
		return a;
	width = (uint64_t)(c->range[0].hi - c->range[0].lo);
	if (width > wide) {
		a.state = CLOCK_UNKNOWN;
		return a;
	}
	back = width / (loads ? loads + 1 : 2);
	a.offset = c->range[0].hi - (int64_t)back;
	a.within = width - back;
	return a;
}
