// SPDX-License-Identifier: GPL-2.0-only
/*
 * The offset of a guest's clock: simulates a machine with a known offset, which the evidence of
 * either side must never exclude.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/guest_clock.h"

#define ROUNDS	400
#define EXITS	60
#define LOADS	30
#define STRETCHES 200
#define SIZE	4096u		/* distinct counts in a load's address */
#define STEP	8u
#define WIDE	UINT64_MAX

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A vCPU on the host's clock: outside of its guest from .from to .to. */
struct sim {
	struct clock_span out[EXITS];
	uint64_t start, end;
	int64_t offset;
	struct clock_span stretch[STRETCHES];	/* the guest's stretches, on its own clock */
	size_t nr;
	uint64_t r;
};

/* The guest reads its counter continuously from from to to. */
static void look(struct sim *s, uint64_t from, uint64_t to)
{
	uint64_t last = 0, t;

	for (t = from; t <= to; t += 1 + next(&s->r) % STEP) {
		for (size_t i = 0; i < EXITS; i++)
			if (t > s->out[i].from && t < s->out[i].to)
				t = s->out[i].to;
		if (t > to || s->nr == STRETCHES)
			break;
		if (!last || t - last > STEP)
			s->stretch[s->nr++].from = t - (uint64_t)s->offset;
		s->stretch[s->nr - 1].to = t - (uint64_t)s->offset;
		last = t;
	}
}

static void simulate(struct sim *s, uint64_t seed)
{
	uint64_t t = 1000000;

	*s = (struct sim){ .r = seed * 0x9e3779b97f4a7c15ull + 1, .start = t };
	next(&s->r);
	s->offset = (int64_t)(next(&s->r) % 900000) - 450000;
	for (size_t i = 0; i < EXITS; i++) {
		t += 50 + next(&s->r) % 3000;
		s->out[i].from = t;
		t += 1 + next(&s->r) % 400;
		s->out[i].to = t;
	}
	s->end = t + 2000;
	for (int i = 0; i < 4; i++) {
		uint64_t from = s->start + next(&s->r) % (s->end - s->start - 1000);

		look(s, from, from + 200 + next(&s->r) % 2000);
	}
}

static void start(const struct sim *s, struct guest_clock *c)
{
	assert_int_equal(guest_clock_init(c, s->offset - 500000 - (int64_t)(s->end - s->start),
					  s->offset + 500000), 0);
}

static bool has(const struct guest_clock *c, int64_t offset)
{
	for (size_t i = 0; i < c->nr; i++)
		if (c->range[i].lo <= offset && offset <= c->range[i].hi)
			return true;
	return false;
}

static void check_shape(const struct guest_clock *c)
{
	assert_int_equal(c->err, 0);
	for (size_t i = 0; i < c->nr; i++) {
		assert_true(c->range[i].lo <= c->range[i].hi);
		assert_true(!i || c->range[i - 1].hi < c->range[i].lo);
	}
}

static void check_truth(const struct sim *s, const struct guest_clock *c)
{
	struct clock_answer a = guest_clock_answer(c, WIDE, 0);

	check_shape(c);
	assert_true(has(c, s->offset));
	assert_int_not_equal(a.state, CLOCK_CONTRADICTION);
	if (a.state == CLOCK_KNOWN)
		assert_true((uint64_t)llabs(a.offset - s->offset) <= a.within);
}

static void use_exits(const struct sim *s, struct guest_clock *c)
{
	for (size_t i = 0; i < s->nr; i++) {
		guest_clock_ran(c, s->stretch[i].from, s->stretch[i].to, STEP, s->out, EXITS);
		guest_clock_ran(c, s->stretch[i].from, s->stretch[i].from, 0, s->out, EXITS);
	}
}

/* A load some time after the count in its address, modulo SIZE. */
static void use_load(struct sim *s, struct guest_clock *c)
{
	const struct clock_span *t = &s->stretch[next(&s->r) % s->nr];
	struct clock_range ranges[STRETCHES * 4];
	uint64_t v, h, low;
	size_t nr = 0;

	if (t->from == t->to)
		return;
	v = t->from + next(&s->r) % (t->to - t->from);
	h = v + (uint64_t)s->offset + next(&s->r) % (STEP + 1);
	low = v % SIZE;
	for (size_t i = 0; i < s->nr; i++)
		for (uint64_t x = s->stretch[i].from + (low - s->stretch[i].from) % SIZE;
		     x <= s->stretch[i].to; x += SIZE)
			ranges[nr++] = (struct clock_range){ (int64_t)(h - x - STEP),
							     (int64_t)(h - x) };
	for (size_t i = 1; i < nr; i++)
		for (size_t k = i; k && ranges[k].lo < ranges[k - 1].lo; k--) {
			struct clock_range other = ranges[k];

			ranges[k] = ranges[k - 1];
			ranges[k - 1] = other;
		}
	guest_clock_allow(c, ranges, nr);
}

static void truth_is_never_ruled_out(void **state)
{
	unsigned int known = 0, narrow = 0;

	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct guest_clock c;
		struct clock_answer a;
		struct sim s;

		simulate(&s, round);
		start(&s, &c);
		use_exits(&s, &c);
		check_truth(&s, &c);
		for (int i = 0; i < LOADS && s.nr; i++) {
			use_load(&s, &c);
			check_truth(&s, &c);
		}
		a = guest_clock_answer(&c, WIDE, 0);
		known += a.state == CLOCK_KNOWN;
		narrow += a.state == CLOCK_KNOWN && a.within <= STEP;
		guest_clock_clear(&c);
	}
	/* usually only the true offset is left */
	assert_true(known > ROUNDS * 9 / 10);
	assert_true(narrow > ROUNDS * 9 / 10);
}

/* Applying exits one by one, in any order, gives the same result as all at once. */
static void order_does_not_matter(void **state)
{
	for (uint64_t round = 0; round < ROUNDS / 8; round++) {
		struct guest_clock a, b;
		struct sim s;

		simulate(&s, round);
		start(&s, &a);
		start(&s, &b);
		use_exits(&s, &a);
		for (size_t i = s.nr; i-- > 0; )
			for (size_t k = EXITS; k-- > 0; ) {
				guest_clock_ran(&b, s.stretch[i].from, s.stretch[i].from, 0,
						&s.out[k], 1);
				guest_clock_ran(&b, s.stretch[i].from, s.stretch[i].to, STEP,
						&s.out[k], 1);
			}
		check_shape(&b);
		assert_int_equal(a.nr, b.nr);
		assert_memory_equal(a.range, b.range, a.nr * sizeof(*a.range));
		guest_clock_clear(&a);
		guest_clock_clear(&b);
	}
}

/* A clock that jumps fits no offset: this is reported, not averaged. */
static void jump_is_a_contradiction(void **state)
{
	unsigned int told = 0;

	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct guest_clock c;
		struct sim s;

		simulate(&s, round);
		start(&s, &c);
		for (int i = 0; i < LOADS && s.nr; i++)
			use_load(&s, &c);
		s.offset += 100000;	/* later samples have another offset */
		for (int i = 0; i < LOADS && s.nr; i++)
			use_load(&s, &c);
		told += guest_clock_answer(&c, WIDE, 0).state == CLOCK_CONTRADICTION;
		guest_clock_clear(&c);
	}
	assert_true(told > ROUNDS * 9 / 10);
}

static void little_is_not_enough(void **state)
{
	const struct clock_range two[] = { { -5, 3 }, { 9, 9 } };
	const struct clock_span out = { 100, 200 };
	struct guest_clock c;
	struct clock_answer a;

	assert_int_equal(guest_clock_init(&c, -1000, 1000), 0);
	assert_int_equal(guest_clock_answer(&c, 100, 0).state, CLOCK_UNKNOWN);
	guest_clock_allow(&c, two, 2);
	assert_int_equal(guest_clock_answer(&c, 100, 0).state, CLOCK_AMBIGUOUS);
	guest_clock_ran(&c, 95, 95, 0, &out, 1);	/* excludes offsets 6 to 104 */
	a = guest_clock_answer(&c, 100, 0);
	assert_int_equal(a.state, CLOCK_KNOWN);
	assert_int_equal(a.offset, -1);
	assert_int_equal(a.within, 4);
	/* loads usually come soon, so more of them move the estimate to the upper end */
	a = guest_clock_answer(&c, 100, 3);
	assert_int_equal(a.offset, 1);
	assert_int_equal(a.within, 6);
	a = guest_clock_answer(&c, 100, 1000);
	assert_int_equal(a.offset, 3);
	assert_int_equal(a.within, 8);
	/*
	 * an absence as short as a step may be between two reads of a stretch, but not contain an
	 * event
	 */
	guest_clock_ran(&c, 90, 120, 100, &out, 1);
	assert_int_equal(guest_clock_answer(&c, 100, 0).state, CLOCK_KNOWN);
	guest_clock_ran(&c, 90, 120, 99, &out, 1);
	assert_int_equal(guest_clock_answer(&c, 100, 0).state, CLOCK_CONTRADICTION);
	guest_clock_clear(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truth_is_never_ruled_out),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(jump_is_a_contradiction),
		cmocka_unit_test(little_is_not_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
