// SPDX-License-Identifier: GPL-2.0-only
/* Statistics of changes, compared with tables and with known chance. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/diff/change.h"
#include "tests/tools/gen.h"

static void student_is_as_in_tables(void **state)
{
	static const struct { double error, freedom, limit; } table[] = {
		{ 0.05, 1, 12.7062 }, { 0.05, 7, 2.3646 }, { 0.05, 10, 2.2281 },
		{ 0.05, 31, 2.0395 }, { 0.05, 1e6, 1.9600 }, { 0.01, 7, 3.4995 },
		{ 0.001, 30, 3.6460 }, { 0.001, 7, 5.4079 }, { 1e-6, 1e7, 4.8916 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_true(fabs(student_limit(table[i].error, table[i].freedom) -
				 table[i].limit) < 2e-4 * table[i].limit);
}

/* A recording of events, 100 per slice, of two kinds with that probability. */
static struct quotient mixed(struct gen_rng *r, double chance, unsigned int stretch)
{
	struct quotient q = { .part = { 0 } };
	unsigned int left = 0;
	bool on = false;

	for (unsigned int s = 0; s < TIME_SLICES; s++) {
		for (unsigned int i = 0; i < 100; i++) {
			if (!left) {	/* runs of one kind, as in programs */
				left = 1 + gen_below(r, 2 * stretch - 1);
				on = gen_below(r, 1000000) < chance * 1e6;
			}
			left--;
			q.part[s] += on;
		}
		q.whole[s] = 100;
	}
	return q;
}

/* The number of 1000 pairs that the test reports as changed. */
static unsigned int changed(double a, double b, unsigned int stretch, double error)
{
	struct gen_rng r;
	unsigned int n = 0;

	gen_seed(&r, 17 + stretch);
	for (unsigned int i = 0; i < 1000; i++) {
		struct quotient qa = mixed(&r, a, stretch), qb = mixed(&r, b, stretch);
		struct change c = { .a = quotient_estimate(&qa), .b = quotient_estimate(&qb) };

		estimates_of_counts(&c.a, &qa, &c.b, &qb, true);
		change_test(&c, error);
		assert_true(c.tested);
		n += c.significant;
	}
	return n;
}

static void chance_is_seldom_called_a_change(void **state)
{
	/* independent events; runs within a slice; of one slice, two and four */
	static const unsigned int stretches[] = { 1, 10, 100, 200, 400 };

	for (size_t i = 0; i < sizeof(stretches) / sizeof(stretches[0]); i++) {
		unsigned int n = changed(0.3, 0.3, stretches[i], 0.05);

		print_message("stretches of %u: %u of 1000 called changes\n", stretches[i], n);
		assert_true(n <= 65);	/* 50, plus two standard deviations of 7 */
		assert_true(changed(0.3, 0.3, stretches[i], 0.001) <= 5);
	}
}

static void a_change_is_called_one(void **state)
{
	assert_true(changed(0.3, 0.36, 1, 0.05) > 950);
	assert_true(changed(0.3, 0.6, 100, 0.05) > 400);
}

/* A number of stays of random length, in or out at random. */
static struct quotient stayed(struct gen_rng *r, double chance, unsigned int stays,
			      struct time_share *share)
{
	struct quotient q = { .part = { 0 } };
	double length[1000], whole = 0, at = 0;

	*share = (struct time_share){ .in = { 0 } };
	for (unsigned int i = 0; i < stays; i++)
		whole += length[i] = -log((1 + gen_below(r, 1000000)) / 1e6) + 1e-9;
	for (unsigned int i = 0; i < stays; i++) {
		bool in = gen_below(r, 1000000) < chance * 1e6;
		struct stays *to = in ? &share->in : &share->out;
		double until = at + length[i] / whole * TIME_SLICES;

		to->ns += length[i] * 1e6;
		to->squares += length[i] * length[i] * 1e12;
		while (at < until) {
			unsigned int s = at < TIME_SLICES - 1 ? (unsigned int)at : TIME_SLICES - 1;
			double piece = s == TIME_SLICES - 1 || until < s + 1 ? until - at : s + 1 - at;

			q.part[s] += in ? piece : 0;
			q.whole[s] += piece;
			at = until < s + 1 || s == TIME_SLICES - 1 ? until : s + 1;
		}
	}
	return q;
}

/* The number of 1000 pairs reported as changed. */
static unsigned int moved(double a, double b, unsigned int stays, double error)
{
	struct gen_rng r;
	unsigned int n = 0;

	gen_seed(&r, 29 + stays);
	for (unsigned int i = 0; i < 1000; i++) {
		struct time_share sa, sb;
		struct quotient qa = stayed(&r, a, stays, &sa), qb = stayed(&r, b, stays, &sb);
		struct change c = { .a = quotient_estimate(&qa), .b = quotient_estimate(&qb) };

		estimates_of_stays(&c.a, &sa, &c.b, &sb);
		change_test(&c, error);
		n += c.tested && c.significant;
	}
	return n;
}

/* A single long stay may be all of the time: it may be chance that the other recording has none. */
static void few_stays_are_no_change(void **state)
{
	static const unsigned int stays[] = { 1, 2, 3, 5, 10, 20, 50, 200 };

	for (size_t i = 0; i < sizeof(stays) / sizeof(stays[0]); i++) {
		unsigned int n = moved(0.5, 0.5, stays[i], 0.05), few = moved(0.1, 0.1, stays[i], 0.05);

		print_message("%u stays: %u and %u of 1000 called changes\n", stays[i], n, few);
		assert_true(n <= 65 && few <= 65);
	}
}

static void many_stays_are_one(void **state)
{
	assert_true(moved(0.2, 0.8, 50, 0.05) > 900);
	assert_true(moved(0.1, 0.2, 800, 0.05) > 800);
}

static void what_one_lacks_is_reported(void **state)
{
	struct quotient none = { .part = { 0 } }, some = none, one = none;
	struct change c;

	for (unsigned int s = 0; s < TIME_SLICES; s++) {
		some.whole[s] = 10;
		some.part[s] = 5;
	}
	one.whole[3] = 10;	/* all in one slice: the variance is unknown */
	c = (struct change){ .a = quotient_estimate(&none), .b = quotient_estimate(&some) };
	change_test(&c, 0.05);
	assert_false(c.a.known || c.tested || c.significant);
	c = (struct change){ .a = quotient_estimate(&one), .b = quotient_estimate(&some) };
	change_test(&c, 0.05);
	assert_true(c.a.known && !c.tested && !c.significant);
	/* without variance any difference is significant */
	c = (struct change){ .a = quotient_estimate(&some), .b = quotient_estimate(&some) };
	change_test(&c, 0.05);
	assert_true(c.tested && !c.significant && c.half == 0);
	c.b.value += 1e-3;
	change_test(&c, 0.05);
	assert_true(c.significant);
}

/* (b - ra)^2 = 3.8414588 (vb + r^2 va), solved for r. */
static void growth_is_fiellers(void **state)
{
	const struct estimate a = { .known = true, .value = 10, .variance = 1, .freedom = 1e7 };
	const struct estimate b = { .known = true, .value = 12, .variance = 1, .freedom = 1e7 };
	const struct estimate vague = { .known = true, .value = 10, .variance = 27, .freedom = 1e7 };
	const struct estimate none = { .known = true, .freedom = 1e7 }, unknown = { 0 };
	const struct estimate exact = { .known = true, .value = 11, .freedom = 1e7 };
	struct growth g = growth_test(&a, &b, 0.05);

	assert_true(g.known && g.tested && !g.significant);
	assert_true(fabs(g.by - 0.2) < 1e-9);
	assert_true(fabs(g.low + 0.06793) < 2e-5 && fabs(g.high - 0.56382) < 2e-5);
	/* 10 with a deviation of 5.2: it may be 0, from which relative growth is undefined */
	g = growth_test(&vague, &b, 0.05);
	assert_true(g.known && !g.tested && !g.significant);
	assert_false(growth_test(&none, &b, 0.05).known || growth_test(&unknown, &b, 0.05).known);
	/* certainly all of it is gone */
	g = growth_test(&exact, &none, 0.05);
	assert_true(g.tested && g.significant && g.low == -1 && g.high == -1);
}

/* Of 1000 pairs that differ by half, the number whose interval does not contain the half. */
static unsigned int missed(unsigned int stretch, double error)
{
	struct gen_rng r;
	unsigned int n = 0;

	gen_seed(&r, 41 + stretch);
	for (unsigned int i = 0; i < 1000; i++) {
		struct quotient qa = mixed(&r, 0.3, stretch), qb = mixed(&r, 0.45, stretch);
		struct estimate a = quotient_estimate(&qa), b = quotient_estimate(&qb);
		struct growth g;

		estimates_of_counts(&a, &qa, &b, &qb, true);
		g = growth_test(&a, &b, error);
		n += g.tested && (g.low > 0.5 || g.high < 0.5);
	}
	return n;
}

static void the_growth_is_in_its_interval(void **state)
{
	static const unsigned int stretches[] = { 1, 10, 100, 200, 400 };

	for (size_t i = 0; i < sizeof(stretches) / sizeof(stretches[0]); i++) {
		unsigned int n = missed(stretches[i], 0.05);

		print_message("stretches of %u: the interval misses %u of 1000\n", stretches[i], n);
		assert_true(n <= 65);
		assert_true(missed(stretches[i], 0.001) <= 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(student_is_as_in_tables),
		cmocka_unit_test(chance_is_seldom_called_a_change),
		cmocka_unit_test(a_change_is_called_one),
		cmocka_unit_test(few_stays_are_no_change),
		cmocka_unit_test(many_stays_are_one),
		cmocka_unit_test(what_one_lacks_is_reported),
		cmocka_unit_test(growth_is_fiellers),
		cmocka_unit_test(the_growth_is_in_its_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
