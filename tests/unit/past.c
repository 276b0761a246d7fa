// SPDX-License-Identifier: GPL-2.0-only
/* The last intervals of a live recording: how many are known, and which files are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/top/past.h"

#define FILES	(LIVE_INTERVALS + 20)

static char dir[] = "/tmp/spelunk-past-XXXXXX";
static const struct report_args args;
static struct live_history seen;

static const char *path_of(unsigned int i)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%u", dir, i);
	return path;
}

/* A file that is not a recording counts as empty. */
static void put(struct past *p, unsigned int i, long long bytes)
{
	FILE *f = fopen(path_of(i), "w");

	assert_non_null(f);
	assert_int_equal(ftruncate(fileno(f), bytes), 0);
	fclose(f);
	past_add(p, path_of(i), 500);
}

static bool is_there(unsigned int i)
{
	return !access(path_of(i), F_OK);
}

static unsigned int files(void)
{
	unsigned int n = 0;

	for (unsigned int i = 1; i <= FILES; i++)
		n += is_there(i);
	return n;
}

static void clean(void)
{
	for (unsigned int i = 1; i <= FILES; i++)
		unlink(path_of(i));
}

static void the_oldest_go(void **state)
{
	struct past_entry e;
	struct past *p;

	assert_int_equal(past_new(&p, &args, false), 0);
	assert_int_equal(past_newest(p), 0);
	for (unsigned int i = 1; i <= LIVE_INTERVALS; i++)
		put(p, i, 1);
	past_pin(p, 3);
	for (unsigned int i = LIVE_INTERVALS + 1; i <= FILES; i++)
		put(p, i, 1);
	assert_int_equal(past_newest(p), FILES);
	past_show(p, 3, &seen);
	assert_int_equal(seen.nr, LIVE_INTERVALS);
	/* The displayed one is kept, and the latest ones. */
	assert_int_equal(seen.shown, 0);
	assert_true(past_find(p, 3, &e) && e.ms == 500 && is_there(3));
	assert_int_equal(files(), LIVE_INTERVALS);
	for (unsigned int i = 1; i <= 21; i++)
		assert_true(i == 3 || (!is_there(i) && !past_find(p, i, &e)));
	assert_true(is_there(22) && past_find(p, 22, &e));
	assert_string_equal(e.path, path_of(22));
	/* A file that is not a recording is counted as having nothing. */
	do {
		sched_yield();
		past_show(p, FILES, &seen);
	} while (!seen.at[LIVE_INTERVALS - 1].counted);
	assert_int_equal(seen.shown, LIVE_INTERVALS - 1);
	assert_int_equal(seen.at[LIVE_INTERVALS - 1].samples[0], 0);
	past_free(p);
	assert_int_equal(files(), 0);
}

static void files_have_a_bound_together(void **state)
{
	const long long most = PAST_BYTES;
	struct past *p;

	assert_int_equal(past_new(&p, &args, false), 0);
	put(p, 1, most / 4);
	past_pin(p, 1);
	for (unsigned int i = 2; i <= 6; i++)
		put(p, i, most / 4);
	/* Four fit, and the displayed one is kept. */
	assert_int_equal(files(), 5);
	assert_true(is_there(1) && !is_there(2) && is_there(3));
	past_show(p, 6, &seen);
	assert_int_equal(seen.nr, 6);
	assert_true(seen.at[0].is_there && !seen.at[1].is_there && seen.at[2].is_there);
	/* The newest is kept, however large. */
	put(p, 7, most * 2);
	assert_true(is_there(7) && is_there(1));
	assert_int_equal(files(), 2);
	past_free(p);
	assert_int_equal(files(), 0);
}

static void what_is_to_be_kept_stays(void **state)
{
	struct past *p;

	assert_int_equal(past_new(&p, &args, true), 0);
	for (unsigned int i = 1; i <= FILES; i++)
		put(p, i, 1);
	past_free(p);
	assert_int_equal(files(), FILES);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_go), cmocka_unit_test(files_have_a_bound_together),
		cmocka_unit_test(what_is_to_be_kept_stays),
	};
	int ret;

	if (!mkdtemp(dir))
		return 1;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return ret;
}
