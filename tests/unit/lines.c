// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/lines.h"

/* What was taken: each line in brackets, "..." after those that were not whole. */
struct taken {
	char text[256];
	size_t nr, longest;
	unsigned int stop_at;	/* lines; 0: never */
};

static int take(void *arg, const char *at, const char *end, bool whole)
{
	struct taken *t = arg;
	size_t len = (size_t)(end - at), n = strlen(t->text);

	t->nr++;
	t->longest = len > t->longest ? len : t->longest;
	if (len < 20)
		snprintf(t->text + n, sizeof(t->text) - n, "[%.*s]%s", (int)len, at,
			 whole ? "" : "...");
	return t->stop_at && t->nr == t->stop_at ? -EINVAL : 0;
}

static int read_text(struct taken *t, const char *text, size_t len, uint64_t max)
{
	int fd = memfd_create("lines", 0), err;

	assert_int_equal(write(fd, text, len), len);
	err = lines_read(fd, max, take, t);
	close(fd);
	return err;
}

static void lines_of_a_file(void **state)
{
	struct taken t = { 0 };

	(void)state;
	assert_int_equal(read_text(&t, "one\n\ntwo\nthr", 12, 100), 0);
	assert_string_equal(t.text, "[one][][two][thr]...");

	t = (struct taken){ 0 };
	assert_int_equal(read_text(&t, "", 0, 0), 0);
	assert_int_equal(t.nr, 0);
}

static void a_line_that_is_too_long_comes_in_pieces(void **state)
{
	size_t len = 300000;
	char *text = malloc(len + 5);
	struct taken t = { 0 };

	(void)state;
	memset(text, 'x', len);
	memcpy(text + len, "\nend\n", 5);
	assert_int_equal(read_text(&t, text, len + 5, UINT64_MAX), 0);
	assert_int_equal(t.longest, 131072);
	assert_int_equal(t.nr, 4);	/* 131,072 + 131,072 + 37,856, and "end" */
	assert_string_equal(t.text, "[end]");
	free(text);
}

static void it_stops_where_it_has_to(void **state)
{
	struct taken t = { .stop_at = 2 };

	(void)state;
	assert_int_equal(read_text(&t, "a\nb\nc\n", 6, 100), -EINVAL);
	assert_string_equal(t.text, "[a][b]");

	t = (struct taken){ 0 };
	assert_int_equal(read_text(&t, "a\nb\nc\n", 6, 5), -EFBIG);
	assert_int_equal(lines_read(-1, 100, take, &t), -EBADF);
}

static void files_of_proc_have_size_zero(void **state)
{
	int fd = open("/proc/self/maps", O_RDONLY);
	struct taken t = { 0 };

	(void)state;
	assert_int_equal(lines_read(fd, UINT64_MAX, take, &t), 0);
	assert_true(t.nr > 5);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_a_file),
		cmocka_unit_test(a_line_that_is_too_long_comes_in_pieces),
		cmocka_unit_test(it_stops_where_it_has_to),
		cmocka_unit_test(files_of_proc_have_size_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
