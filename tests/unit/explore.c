// SPDX-License-Identifier: GPL-2.0-only
/* The explorer visits every state and every choice, reports the way, and reports limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "kvm/model/explore.h"

/* A lock of three wheels: an event turns one to any digit; with 7, 3, 5 it opens. */
struct lock {
	uint64_t wheel[3];
	uint64_t opens; /* whether opening is a fault */
};

#define DIGITS 8

static const char *name(const void *state, unsigned int event)
{
	static const char *const names[] = { "first", "second", "third" };

	return names[event];
}

/* The third wheel only turns upwards. */
static bool may(const void *state, unsigned int event)
{
	const struct lock *l = state;

	return event < 2 || l->wheel[0];
}

static void act(struct explore *x, void *state, unsigned int event)
{
	struct lock *l = state;
	unsigned int high, low;

	/* Two choices in one state must be distinguished. */
	high = explore_pick(x, 2);
	low = explore_pick(x, DIGITS / 2);
	l->wheel[event] = high * (DIGITS / 2) + low;
	explore_trace(x, "to %u", (unsigned int)l->wheel[event]);
	if (l->opens && l->wheel[0] == 7 && l->wheel[1] == 3 && l->wheel[2] == 5)
		explore_broken(x, "open at %u", 735u);
}

static const struct explore_system locks = {
	.size = sizeof(struct lock),
	.events = 3,
	.name = name,
	.may = may,
	.act = act,
};

static void every_state_is_visited(void **state)
{
	struct lock first = { .opens = 0 };
	struct explore_result res;

	assert_int_equal(explore_run(&locks, &first, 10000, &res), 0);
	assert_true(res.complete);
	assert_int_equal(res.states, DIGITS * DIGITS * DIGITS);
	assert_string_equal(res.verdict, "");
}

static void a_fault_is_found_by_a_shortest_way(void **state)
{
	struct lock first = { .opens = 1 };
	struct explore_result res;

	assert_int_equal(explore_run(&locks, &first, 10000, &res), 0);
	assert_string_equal(res.verdict, "open at 735");
	/* Three turns, and the effect of the last. */
	assert_string_equal(res.trace, "first\nsecond\nthird:\nto 5\n");
}

static void a_search_cut_short_says_so(void **state)
{
	struct lock first = { .opens = 0 };
	struct explore_result res;

	assert_int_equal(explore_run(&locks, &first, 100, &res), 0);
	assert_false(res.complete);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_is_visited),
		cmocka_unit_test(a_fault_is_found_by_a_shortest_way),
		cmocka_unit_test(a_search_cut_short_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
