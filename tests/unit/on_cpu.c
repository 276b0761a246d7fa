// SPDX-License-Identifier: GPL-2.0-only
/* The time that tasks were on CPUs. */
#include "tests/unit/timeline_fixture.h"

static const struct time_span span = { 1000, 4200 };

static struct timeline *sealed(struct timeline *t)
{
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	return t;
}

/* Two CPUs: 250 ns of a shell and the idle task on one; the whole time on the other. */
static void tasks_have_cpus(void **state)
{
	struct timeline *t = timeline_new();
	uint64_t ns;

	came(t, 0, 1050, SHELL, SHELL);
	left(t, 0, 1300, SHELL, SHELL);
	came(t, 0, 1300, 0, 0);
	left(t, 0, 2000, 0, 0);
	came(t, 1, 4000, QEMU, VCPU0);
	left(t, 1, 4010, QEMU, VCPU0);
	came(t, 1, 4010, QEMU, VCPU1);
	sealed(t);
	assert_int_equal(timeline_on_cpu(t, &span, &ns), 1);
	assert_int_equal(ns, 250 + 10 + 190);
	assert_true(timeline_has_switches(t, 0) && timeline_has_switches(t, 1));
	assert_false(timeline_has_switches(t, 2) || timeline_has_switches(t, -1));
	timeline_free(t);
}

/* The first task to leave was on the CPU since the beginning. */
static void the_first_ran_before(void **state)
{
	struct timeline *t = timeline_new();
	uint64_t ns;

	left(t, 0, 1150, SHELL, SHELL);
	came(t, 0, 1150, 0, 0);
	assert_int_equal(timeline_on_cpu(sealed(t), &span, &ns), 1);
	assert_int_equal(ns, 150);
	timeline_free(t);
}

static void what_is_not_known_is_said(void **state)
{
	const struct time_span none = { 0 };
	struct timeline *t = timeline_new();
	uint64_t ns;

	assert_int_equal(timeline_on_cpu(sealed(t), &span, &ns), 0);
	assert_int_equal(ns, 0);
	timeline_free(t);

	/* entries and exits name threads, but not when they leave */
	t = timeline_new();
	enter(t, 0, 1100, QEMU, VCPU0);
	leave(t, 0, 1200, QEMU, VCPU0);
	assert_int_equal(timeline_on_cpu(sealed(t), &span, &ns), 0);
	assert_false(timeline_has_switches(t, 0));
	timeline_free(t);

	t = timeline_new();
	came(t, 0, 1100, SHELL, SHELL);
	left(t, 0, 1200, SHELL, SHELL);
	lost(t, 0, 1300);
	assert_int_equal(timeline_on_cpu(sealed(t), &span, &ns), 0);
	timeline_free(t);

	t = timeline_new();
	came(t, 0, 1100, SHELL, SHELL);
	left(t, 0, 1200, SHELL, SHELL);
	assert_int_equal(timeline_on_cpu(sealed(t), &none, &ns), 0);
	timeline_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tasks_have_cpus),
		cmocka_unit_test(the_first_ran_before),
		cmocka_unit_test(what_is_not_known_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
