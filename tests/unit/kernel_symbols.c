// SPDX-License-Identifier: GPL-2.0-only
/* When /proc/kallsyms is copied. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/top/kernel_symbols.h"

static char dir[] = "/tmp/spelunk-symbols-XXXXXX";
static char copy[64];

static void put(const char *name, const char *text)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void copy_is(const char *want)
{
	char text[256] = "";
	FILE *f = fopen(copy, "r");

	assert_non_null(f);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, f), strlen(want));
	fclose(f);
	assert_string_equal(text, want);
}

#define FIRST	"0000000000000000 A zero\nffff800008000000 T first\n"
#define SECOND	"ffff800008000000 T second\n"
#define HIDDEN	"0000000000000000 T second\n"

static void it_is_made_once(void **state)
{
	struct kernel_symbols k = { .proc = dir, .path = copy };
	struct stat st;

	put("kallsyms", FIRST);
	assert_int_equal(kernel_symbols_refresh(&k), 0);
	copy_is(FIRST);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	put("kallsyms", SECOND);
	assert_int_equal(kernel_symbols_refresh(&k), 0);
	copy_is(FIRST);
	kernel_symbols_free(&k);
}

static void it_is_made_again_for_modules(void **state)
{
	struct kernel_symbols k = { .proc = dir, .path = copy };

	put("kallsyms", FIRST);
	put("modules", "kvm 1 0\n");
	assert_int_equal(kernel_symbols_refresh(&k), 0);
	put("kallsyms", SECOND);
	assert_int_equal(kernel_symbols_refresh(&k), 0);
	copy_is(FIRST);
	put("modules", "kvm 1 0\nnfs 1 0\n");
	assert_int_equal(kernel_symbols_refresh(&k), 0);
	copy_is(SECOND);
	put("modules", "");
	put("kallsyms", FIRST);
	assert_int_equal(kernel_symbols_refresh(&k), 0);
	copy_is(FIRST);
	kernel_symbols_free(&k);
}

static void zeros_do_not_replace_it(void **state)
{
	struct kernel_symbols k = { .proc = dir, .path = copy };

	put("kallsyms", HIDDEN);
	assert_false(kernel_symbols_shown(dir));
	assert_int_equal(kernel_symbols_refresh(&k), -EPERM);
	assert_int_not_equal(access(copy, F_OK), 0);
	/* and not read again for each screen */
	assert_int_equal(kernel_symbols_refresh(&k), 0);
	put("kallsyms", FIRST);
	assert_true(kernel_symbols_shown(dir));
	put("modules", "kvm 1 0\n");
	assert_int_equal(kernel_symbols_refresh(&k), 0);
	put("kallsyms", HIDDEN);
	put("modules", "nfs 1 0\n");
	assert_int_equal(kernel_symbols_refresh(&k), -EPERM);
	copy_is(FIRST);
	kernel_symbols_free(&k);
}

static void where_it_cannot_be_nothing_is_left(void **state)
{
	struct kernel_symbols k = { .proc = dir, .path = "/nowhere/kallsyms" };

	put("kallsyms", FIRST);
	assert_int_equal(kernel_symbols_refresh(&k), -ENOENT);
	kernel_symbols_free(&k);
}

static int set_up(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(copy, sizeof(copy), "%s/copy", dir);
	return 0;
}

/* Each test has its own machine. */
static int clean(void **state)
{
	static const char *const names[] = { "kallsyms", "modules", "copy" };
	char path[64];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return 0;
}

static int tear_down(void **state)
{
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(it_is_made_once, clean),
		cmocka_unit_test_teardown(it_is_made_again_for_modules, clean),
		cmocka_unit_test_teardown(zeros_do_not_replace_it, clean),
		cmocka_unit_test_teardown(where_it_cannot_be_nothing_is_left, clean),
	};

	return cmocka_run_group_tests_name("kernel_symbols", tests, set_up, tear_down);
}
