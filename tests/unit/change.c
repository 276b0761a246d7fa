// SPDX-License-Identifier: GPL-2.0-only
/* Statistics of changes: against tables, and against chance that is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/change.h"
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

/* A recording of events, 100 a slice, each of two kinds with that chance. */
static struct quotient mixed(struct gen_rng *r, double chance, unsigned int stretch)
{
	struct quotient q = { .part = { 0 } };
	unsigned int left = 0;
	bool on = false;

	for (unsigned int s = 0; s < TIME_SLICES; s++) {
		for (unsigned int i = 0; i < 100; i++) {
			if (!left) {	/* stretches of one kind, as programs run */
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

/* How many of 1000 pairs change by that test. */
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
	/* events on their own; stretches within a slice; of one slice, two and four */
	static const unsigned int stretches[] = { 1, 10, 100, 200, 400 };

	for (size_t i = 0; i < sizeof(stretches) / sizeof(stretches[0]); i++) {
		unsigned int n = changed(0.3, 0.3, stretches[i], 0.05);

		print_message("stretches of %u: %u of 1000 called changes\n", stretches[i], n);
		assert_true(n <= 65);	/* 50, and two deviations of 7 */
		assert_true(changed(0.3, 0.3, stretches[i], 0.001) <= 5);
	}
}

static void a_change_is_called_one(void **state)
{
	assert_true(changed(0.3, 0.36, 1, 0.05) > 950);
	assert_true(changed(0.3, 0.6, 100, 0.05) > 400);
}

static void what_one_has_not_is_told(void **state)
{
	struct quotient none = { .part = { 0 } }, some = none, one = none;
	struct change c;

	for (unsigned int s = 0; s < TIME_SLICES; s++) {
		some.whole[s] = 10;
		some.part[s] = 5;
	}
	one.whole[3] = 10;	/* all in one slice: how it varies is not known */
	c = (struct change){ .a = quotient_estimate(&none), .b = quotient_estimate(&some) };
	change_test(&c, 0.05);
	assert_false(c.a.known || c.tested || c.significant);
	c = (struct change){ .a = quotient_estimate(&one), .b = quotient_estimate(&some) };
	change_test(&c, 0.05);
	assert_true(c.a.known && !c.tested && !c.significant);
	/* what never varies changes by anything */
	c = (struct change){ .a = quotient_estimate(&some), .b = quotient_estimate(&some) };
	change_test(&c, 0.05);
	assert_true(c.tested && !c.significant && c.half == 0);
	c.b.value += 1e-3;
	change_test(&c, 0.05);
	assert_true(c.significant);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(student_is_as_in_tables),
		cmocka_unit_test(chance_is_seldom_called_a_change),
		cmocka_unit_test(a_change_is_called_one),
		cmocka_unit_test(what_one_has_not_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
