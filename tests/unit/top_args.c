// SPDX-License-Identifier: GPL-2.0-only
/* The command line of `spelunk top`: the owner of each option. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "cmd/top/top.h"

static char err[256];

static int parse(struct top_args *a, const char *const *words)
{
	char *argv[32] = { "top" };
	int argc = 1;

	while (words[argc - 1]) {
		argv[argc] = (char *)words[argc - 1];
		argc++;
	}
	return top_args_parse(a, argc, argv, err, sizeof(err));
}

#define PARSE(a, ...) parse(a, (const char *const[]){ __VA_ARGS__, NULL })

static void options_go_to_whom_they_belong(void **state)
{
	struct top_args a;

	assert_int_equal(PARSE(&a, "-a", "--by", "vm", "-d", "0.5", "--period", "100",
			       "--filter=world=guest", "-n", "3", "-j2"), 0);
	assert_int_equal(a.report.nr_by, 1);
	assert_int_equal(a.report.by[0], FIELD_VM);
	assert_string_equal(a.report.filter_text, "world=guest");
	assert_int_equal(a.report.config.jobs, 2);
	assert_true(a.report.config.local_files);
	assert_true(a.record.all);
	assert_int_equal(a.record.wish.period, 100);
	assert_int_equal(a.delay_ms, 500);
	assert_int_equal(a.count, 3);
	assert_int_equal(a.report.format, REPORT_TEXT);
	top_args_free(&a);
}

static void rows_are_by_world_vm_comm_and_symbol(void **state)
{
	struct top_args a;

	assert_int_equal(PARSE(&a, "-a"), 0);
	assert_int_equal(a.report.nr_by, 4);
	assert_int_equal(a.report.by[0], FIELD_WORLD);
	assert_int_equal(a.report.by[1], FIELD_VM);
	assert_int_equal(a.report.by[2], FIELD_COMM);
	assert_int_equal(a.report.by[3], FIELD_SYMBOL);
	assert_int_equal(a.delay_ms, 2000);
	assert_false(a.report.limit_given);
	top_args_free(&a);
}

static void a_command_keeps_its_own(void **state)
{
	struct top_args a;

	assert_int_equal(PARSE(&a, "--limit=5", "--", "prog", "--by", "x", "-n", "1"), 0);
	assert_int_equal(a.report.nr_by, 4);
	assert_int_equal(a.report.limit, 5);
	assert_true(a.report.limit_given);
	assert_string_equal(a.record.command[0], "prog");
	assert_string_equal(a.record.command[4], "1");
	assert_int_equal(a.count, 0);
	top_args_free(&a);
	assert_int_equal(PARSE(&a, "prog", "--by", "x"), 0);
	assert_string_equal(a.record.command[1], "--by");
	top_args_free(&a);
}

static void who_asks_for_text_gets_no_screens(void **state)
{
	static char *const words[][3] = {
		{ "--plain" }, { "-n", "1" }, { "--limit", "5" }, { "--limit=5" }, { "--format=csv" },
		{ "--color", "never" },
	};
	struct top_args a;

	assert_int_equal(PARSE(&a, "-a", "--by", "vm", "-d", "1", "--keep", "x"), 0);
	assert_false(a.plain);
	top_args_free(&a);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i][1])
			assert_int_equal(PARSE(&a, words[i][0], words[i][1]), 0);
		else
			assert_int_equal(PARSE(&a, words[i][0]), 0);
		assert_true(a.plain);
		top_args_free(&a);
	}
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const char *const bad[][4] = {
		{ "-d", "0" }, { "-d", "x" }, { "-d" }, { "-n", "0" }, { "-n", "1.5" },
		{ "--keep" }, { "--by" }, { "--rotate", "5s" }, { "-o", "file" }, { "--no-spe" },
		{ "--input", "file" }, { "--no-such" }, { "--by", "nonsense" }, { "-d", "nan" },
		{ "-d", "0.01" }, { "-d", "3601" }, { "--overwrite" }, { "--pid", "1", "prog" },
	};
	struct top_args a;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err[0] = '\0';
		assert_int_equal(parse(&a, bad[i]), -EINVAL);
		assert_true(err[0]);
		top_args_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_go_to_whom_they_belong),
		cmocka_unit_test(rows_are_by_world_vm_comm_and_symbol),
		cmocka_unit_test(a_command_keeps_its_own),
		cmocka_unit_test(who_asks_for_text_gets_no_screens),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests_name("top_args", tests, NULL, NULL);
}
