// SPDX-License-Identifier: GPL-2.0-only
#include <locale.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/escape.h"
#include "tui/canvas.h"

/* The canvas as text; the caller frees it. */
static char *printed(struct canvas *c)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(canvas_print(c, out), 0);
	fclose(out);
	return text;
}

static void shows(struct canvas *c, const char *want)
{
	char *text = printed(c);

	assert_string_equal(text, want);
	free(text);
}

/* Every line has the width of the canvas, with only safe characters. */
static void is_sound(struct canvas *c)
{
	for (unsigned int y = 0; y < canvas_height(c); y++) {
		unsigned int columns = 0;

		for (unsigned int x = 0; x < canvas_width(c); x++) {
			const struct canvas_cell *cell = canvas_at(c, y, x);
			struct glyph g = glyph_at(cell->text);

			assert_true(cell->width <= 2);
			assert_int_equal(!cell->width, !g.used);
			assert_true(!cell->width || g.safe);
			assert_int_equal(strlen(cell->text), g.used);
			columns += cell->width;
		}
		assert_int_equal(columns, canvas_width(c));
	}
}

static void sizes(void **state)
{
	assert_null(canvas_new(0, 5));
	assert_null(canvas_new(5, 0));
	assert_null(canvas_new(10001, 5));
	canvas_free(NULL);
}

static void text_is_cut(void **state)
{
	struct canvas *c = canvas_new(10, 3);

	assert_int_equal(canvas_put(c, 0, 2, 100, ROLE_TEXT, "abcdefghijk"), 8);
	assert_int_equal(canvas_put_tail(c, 1, 0, 6, ROLE_TEXT, "/usr/bin/work"), 6);
	assert_int_equal(canvas_put_right(c, 2, 0, 9, ROLE_TEXT, "42"), 2);
	assert_int_equal(canvas_put(c, 3, 0, 5, ROLE_TEXT, "outside"), 0);
	assert_int_equal(canvas_put(c, 0, 10, 5, ROLE_TEXT, "outside"), 0);
	shows(c, "  abcdef..\n..work\n       42\n");
	canvas_free(c);
}

static void wide_characters(void **state)
{
	struct canvas *c = canvas_new(6, 1);

	canvas_put(c, 0, 0, 6, ROLE_TEXT, "日本語");
	shows(c, "日本語\n");
	is_sound(c);
	canvas_put(c, 0, 1, 1, ROLE_TEXT, "x");	/* on a right half */
	shows(c, " x本語\n");
	is_sound(c);
	canvas_put(c, 0, 2, 1, ROLE_TEXT, "y");	/* on a left half */
	shows(c, " xy 語\n");
	is_sound(c);
	canvas_put(c, 0, 0, 5, ROLE_TEXT, "日本語");
	shows(c, "日..語\n");
	canvas_free(c);
}

static void hostile_names(void **state)
{
	static const char *const names[] = {
		"\033[2J\033]0;title\007", "\23331m", "a\nb\rc\td", "\u202edrow",
		"\xff\xfe\x80", "\xc0\xaf", "e\xcc\x81\xcc\x81\xcc\x81", "\xe2\x80\x8b\xef\xbb\xbf",
		"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80", "\xe4\xb8", "\x7f\x01",
	};
	struct canvas *c = canvas_new(20, 2);
	char *huge = malloc(10001);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (unsigned int width = 0; width < 25; width++) {
			assert_true(canvas_put(c, 0, 3, width, ROLE_TEXT, names[i]) <= width);
			canvas_put_tail(c, 1, 3, width, ROLE_TEXT, names[i]);
			canvas_put_right(c, 1, 1, width, ROLE_TEXT, names[i]);
			is_sound(c);
		}
	}
	memset(huge, 'A', 10000);
	huge[10000] = '\0';
	canvas_clear(c);
	assert_int_equal(canvas_put(c, 0, 0, 20, ROLE_TEXT, huge), 20);
	shows(c, "AAAAAAAAAAAAAAAAAA..\n\n");
	canvas_clear(c);
	canvas_put(c, 0, 0, 20, ROLE_TEXT, names[0]);
	shows(c, "\\x1b[2J\\x1b]0;titl..\n\n");
	free(huge);
	canvas_free(c);
}

static void bars(void **state)
{
	struct canvas *c = canvas_new(8, 5);

	canvas_bar(c, 0, 0, 8, ROLE_HOST, 1);
	canvas_bar(c, 1, 0, 8, ROLE_HOST, 0.5);
	canvas_bar(c, 2, 0, 8, ROLE_HOST, 0.0001);
	canvas_bar(c, 3, 0, 8, ROLE_HOST, 0);
	canvas_bar(c, 4, 0, 8, ROLE_HOST, 3 / 16.0);
	if (locale_has_utf8())
		shows(c, "████████\n████\n▏\n\n█▌\n");
	else
		shows(c, "########\n####\n#\n\n##\n");
	assert_int_equal(canvas_at(c, 1, 3)->role, ROLE_HOST);
	assert_int_equal(canvas_at(c, 1, 4)->role, ROLE_TEXT);
	canvas_free(c);
}

static void ascii_only(void **state)
{
	struct canvas *c = canvas_new(20, 1);

	setlocale(LC_CTYPE, "C");
	canvas_put(c, 0, 0, 20, ROLE_TEXT, "\xc3\xa9t\xc3\xa9");
	shows(c, "\\u{00e9}t\\u{00e9}\n");
	bars(state);
	setlocale(LC_CTYPE, "C.UTF-8");
	canvas_free(c);
}

static void roles(void **state)
{
	struct canvas *c = canvas_new(5, 1);

	canvas_put(c, 0, 0, 5, ROLE_BAD, "ab");
	canvas_paint(c, 0, 1, 100, ROLE_SELECTED);
	assert_int_equal(canvas_at(c, 0, 0)->role, ROLE_BAD);
	assert_int_equal(canvas_at(c, 0, 4)->role, ROLE_SELECTED);
	assert_null(canvas_at(c, 1, 0));
	assert_null(canvas_at(c, 0, 5));
	canvas_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes), cmocka_unit_test(text_is_cut),
		cmocka_unit_test(wide_characters), cmocka_unit_test(hostile_names),
		cmocka_unit_test(bars), cmocka_unit_test(ascii_only), cmocka_unit_test(roles),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
