// SPDX-License-Identifier: GPL-2.0-only
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/escape.h"
#include "report/report.h"

static const char *escaped(const char *text)
{
	static char out[256];
	size_t len = report_escape(out, sizeof(out), text);

	assert_int_equal(len, strlen(out));
	return out;
}

static void plain_text_and_utf8_pass(void **state)
{
	assert_string_equal(escaped(""), "");
	assert_string_equal(escaped("do_idle+0x1c \\ \"'"), "do_idle+0x1c \\ \"'");
	assert_string_equal(escaped("gr\xc3\xbc\xc3\x9f \xe4\xb8\xad \xf0\x9f\x98\x80"),
			    "gr\xc3\xbc\xc3\x9f \xe4\xb8\xad \xf0\x9f\x98\x80");
}

static void control_bytes_are_escaped(void **state)
{
	assert_string_equal(escaped("\033[2J\a\b\t\n\r\x7f"),
			    "\\x1b[2J\\x07\\x08\\x09\\x0a\\x0d\\x7f");
	/* U+0085 and U+009B (CSI) as UTF-8, and as bare bytes. */
	assert_string_equal(escaped("\xc2\x85\xc2\x9b"), "\\u{0085}\\u{009b}");
	assert_string_equal(escaped("\x85\x9b"), "\\x85\\x9b");
}

static void no_byte_of_bad_utf8_passes(void **state)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "\xff", "\\xff" },
		{ "\xc3", "\\xc3" },			/* cut */
		{ "\xe4\xb8", "\\xe4\\xb8" },
		{ "\xf0\x9f\x98", "\\xf0\\x9f\\x98" },
		{ "\xc0\x80", "\\xc0\\x80" },		/* overlong NUL */
		{ "\xc1\x9b", "\\xc1\\x9b" },		/* overlong '[' */
		{ "\xe0\x82\x9b", "\\xe0\\x82\\x9b" },	/* overlong CSI */
		{ "\xf0\x80\x80\x9b", "\\xf0\\x80\\x80\\x9b" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },	/* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },	/* above U+10FFFF */
		{ "\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80" },
		{ "a\xc3z", "a\\xc3z" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(escaped(cases[i].in), cases[i].out);
}

static void what_is_not_seen_or_turns_text_is_escaped(void **state)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "\xe2\x80\xaa", "\\u{202a}" }, { "\xe2\x80\xae", "\\u{202e}" },
		{ "\xe2\x81\xa6", "\\u{2066}" }, { "\xe2\x81\xa9", "\\u{2069}" },
		{ "\xe2\x80\x8b", "\\u{200b}" }, { "\xe2\x80\x8f", "\\u{200f}" },
		{ "\xe2\x80\xa8", "\\u{2028}" }, { "\xe2\x80\xa9", "\\u{2029}" },
		{ "\xef\xbb\xbf", "\\u{feff}" }, { "\xd8\x9c", "\\u{061c}" },
		{ "\xf3\xa0\x81\x81", "\\u{e0041}" }, { "\xef\xbf\xbe", "\\u{fffe}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(escaped(cases[i].in), cases[i].out);
}

static void the_buffer_is_never_overrun_and_no_escape_is_cut(void **state)
{
	char out[32];

	for (size_t len = 1; len <= sizeof(out); len++) {
		size_t n;

		memset(out, 'Z', sizeof(out));
		n = report_escape(out, len, "\033ab\xe2\x80\xae\xc3\xbc\xff");
		assert_true(n <= len - 1);
		assert_int_equal(out[n], 0);
		assert_int_equal(strlen(out), n);
		/* An escape is complete or omitted. */
		assert_true(n == 0 || n == 4 || n == 5 || n == 6 || n == 14 || n == 16 ||
			    n == 20);
		for (size_t i = len; i < sizeof(out); i++)
			assert_int_equal(out[i], 'Z');
	}
	assert_int_equal(report_escape(out, 0, "a"), 0);
}

static const char *cell(const char *text, size_t width, bool pad, bool tail)
{
	static char out[512];
	FILE *f = fmemopen(out, sizeof(out), "w");
	size_t n;

	assert_non_null(f);
	n = cell_write(f, text, width, pad, tail);
	fclose(f);
	assert_true(n <= width);
	if (pad)
		assert_int_equal(n, width);
	return out;
}

static void cells_are_cut_to_their_width(void **state)
{
	assert_string_equal(cell("abc", 5, true, false), "abc  ");
	assert_string_equal(cell("abcde", 5, true, false), "abcde");
	assert_string_equal(cell("abcdef", 5, true, false), "abc..");
	assert_string_equal(cell("/usr/lib/libc.so", 10, true, true), "../libc.so");
	assert_string_equal(cell("/usr/lib/libc.so", 9, true, true), "..libc.so");
	assert_string_equal(cell("abcdef", 2, true, false), "ab");
	/* An escape is cut as a unit: "ab" without "\x1". */
	assert_string_equal(cell("ab\033cdef", 7, true, false), "ab..   ");
	assert_string_equal(cell("", 3, true, false), "   ");
}

static void in_the_c_locale_cells_are_ascii(void **state)
{
	setlocale(LC_CTYPE, "C");
	assert_string_equal(cell("\xc3\xbc", 10, true, false), "\\u{00fc}  ");
}

static void in_utf8_cells_count_columns_not_bytes(void **state)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	assert_string_equal(cell("\xc3\xbc", 3, true, false), "\xc3\xbc  ");
	/* Two columns each; the third does not fit beside "..". */
	assert_string_equal(cell("\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad", 5, true, false),
			    "\xe4\xb8\xad.. ");
	/* A combining mark has no column of its own: it is shown as a number. */
	assert_string_equal(cell("e\xcc\x81", 12, true, false), "e\\u{0301}   ");
	setlocale(LC_CTYPE, "C");
}

static void a_name_of_ten_thousand_bytes_is_one_cell(void **state)
{
	char *name = malloc(10001);

	assert_non_null(name);
	memset(name, 'a', 10000);
	name[10000] = '\0';
	assert_int_equal(strlen(cell(name, 40, true, false)), 40);
	assert_int_equal(strlen(cell(name, 40, true, true)), 40);
	assert_int_equal(cell_width(name, 50), 50);
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_and_utf8_pass),
		cmocka_unit_test(control_bytes_are_escaped),
		cmocka_unit_test(no_byte_of_bad_utf8_passes),
		cmocka_unit_test(what_is_not_seen_or_turns_text_is_escaped),
		cmocka_unit_test(the_buffer_is_never_overrun_and_no_escape_is_cut),
		cmocka_unit_test(cells_are_cut_to_their_width),
		cmocka_unit_test(in_the_c_locale_cells_are_ascii),
		cmocka_unit_test(in_utf8_cells_count_columns_not_bytes),
		cmocka_unit_test(a_name_of_ten_thousand_bytes_is_one_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
