// SPDX-License-Identifier: GPL-2.0-only
/* Items that pass from one thread to another. */
#include "kvm/relay.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BLOCK	4

struct taker {
	uint32_t next;		/* the item expected */
	uint32_t fail_at;	/* 0: never */
	unsigned int calls;
	bool other_thread;
	pthread_t producer;
};

static int take(void *arg, const void *items, size_t nr)
{
	const uint32_t *item = items;
	struct taker *t = arg;

	t->calls++;
	t->other_thread |= !pthread_equal(pthread_self(), t->producer);
	for (size_t i = 0; i < nr; i++) {
		if (item[i] != t->next)
			return -EINVAL;
		t->next++;
		if (t->fail_at && t->next == t->fail_at)
			return -ENOSPC;
	}
	return 0;
}

/* Pass that many numbers on.  The first error. */
static int pass(struct taker *t, uint32_t nr, bool threaded)
{
	struct relay r;
	int err;

	t->producer = pthread_self();
	assert_int_equal(relay_init(&r, sizeof(uint32_t), BLOCK, take, t, threaded), 0);
	for (uint32_t i = 0, failed = 0; i < nr && !failed; i++) {
		memcpy(relay_room(&r), &i, sizeof(i));
		failed = relay_add(&r) != 0;
	}
	err = relay_end(&r);
	relay_free(&r);
	return err;
}

static void all_items_arrive_in_order(void **state)
{
	static const uint32_t numbers[] = { 0, 1, 3, 4, 5, 8, 63, 64, 65, 100001 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		for (int threaded = 0; threaded < 2; threaded++) {
			struct taker t = { .next = 0 };

			assert_int_equal(pass(&t, numbers[i], threaded), 0);
			assert_int_equal(t.next, numbers[i]);
			assert_int_equal(t.other_thread, threaded && numbers[i] >= BLOCK);
		}
	}
}

static void an_error_ends_it(void **state)
{
	for (int threaded = 0; threaded < 2; threaded++) {
		struct taker t = { .fail_at = 10 };

		assert_int_equal(pass(&t, 100000, threaded), -ENOSPC);
		assert_int_equal(t.next, 10);
		assert_int_equal(t.calls, 3);
	}
}

static void what_is_left_is_dropped(void **state)
{
	struct relay r, none = { .block = NULL };
	struct taker t = { .producer = pthread_self() };

	assert_int_equal(relay_init(&r, sizeof(uint32_t), BLOCK, take, &t, true), 0);
	for (uint32_t i = 0; i < BLOCK + 1; i++) {
		memcpy(relay_room(&r), &i, sizeof(i));
		assert_int_equal(relay_add(&r), 0);
	}
	relay_free(&r);
	relay_free(&r);
	relay_free(&none);
	assert_int_equal(t.next, BLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_items_arrive_in_order),
		cmocka_unit_test(an_error_ends_it),
		cmocka_unit_test(what_is_left_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
