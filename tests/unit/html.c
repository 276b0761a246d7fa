// SPDX-License-Identifier: GPL-2.0-only
/* The elements of HTML pages: text, pictures, and rows up to a limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/html/html_impl.h"
#include "report/html/svg.h"

/* A page in memory. */
struct sheet {
	struct html h;
	struct summary summary;
	struct report_data d;
	struct report_options opt;
	struct html_report r;
	char *text;
	size_t len;
};

static void begin(struct sheet *s)
{
	*s = (struct sheet){ .text = NULL };
	s->d.summary = &s->summary;
	s->r.d = &s->d;
	s->h = (struct html){ .out = open_memstream(&s->text, &s->len), .r = &s->r, .d = &s->d,
			      .opt = &s->opt };
	s->h.page = (struct page){ .out = s->h.out, .d = &s->d, .opt = &s->opt };
	assert_non_null(s->h.out);
}

/* The text so far; free it with free(s->text). */
static const char *end(struct sheet *s)
{
	assert_int_equal(fclose(s->h.out), 0);
	assert_int_equal(s->h.written, s->len);
	return s->text;
}

#define assert_written(call, want)			\
do {							\
	struct sheet s;					\
							\
	begin(&s);					\
	call;						\
	assert_string_equal(end(&s), want);		\
	free(s.text);					\
} while (0)

static void test_text(void **state)
{
	assert_written(html_name(&s.h, "guest_chase"), "guest_chase");
	assert_written(html_name(&s.h, ""), "(no name)");
	assert_written(html_name(&s.h, "<a href=\"x\" b='y'>&lt;"),
		       "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;lt;");
	assert_written(html_name(&s.h, "\033[31m\n"), "\\x1b[31m\\x0a");
	/* a character that reverses text, a valid one, and an invalid one */
	assert_written(html_name(&s.h, "\xe2\x80\xae\xc3\xa9\xff"), "\\u{202e}\xc3\xa9\\xff");
	assert_written(html_text(&s.h, "abcd", 4), "abcd");
	assert_written(html_text(&s.h, "abcde", 4), "abcd..");
	assert_written(html_text(&s.h, "<<<", 2), "&lt;&lt;..");
}

static void test_sentences(void **state)
{
	assert_written(html_sentence(&s.h, "run `spelunk kvm`."), "run <code>spelunk kvm</code>.");
	assert_written(html_sentence(&s.h, "a name with ` in <it>"),
		       "a name with <code> in &lt;it&gt;</code>");
	/* U+00A0 in UTF-8, in prose alone */
	assert_written(html_sentence(&s.h, "24 % of it, 79.0 us, 3 symbols: `-c 5 s`"),
		       "24\302\240% of it, 79.0\302\240us, 3 symbols: <code>-c 5 s</code>");
	assert_written(html_rest(&s.h, 24185), "<p class=\"left\">24,185 samples are in rows that were "
		       "not counted separately: --max-rows 0 counts all</p>\n");
	assert_written(html_rest(&s.h, 0), "");
	assert_written(html_left_out(&s.h, 0, "VM", "VMs"), "");
	assert_written(html_left_out(&s.h, 1, "VM", "VMs"), "<p class=\"left\">1 more VM left out</p>\n");
}

static void test_cells(void **state)
{
	assert_written(html_cell(&s.h, "a&b"), "<td>a&amp;b</td>");
	assert_written(html_value(&s.h, "cost", "<0.1 %", 0.04, false),
		       "<td class=\"n\" data-k=\"cost\" data-v=\"0.04\">&lt;0.1 %</td>");
	assert_written(html_count(&s.h, "exits", 0), "<td class=\"n\" data-k=\"exits\" data-v=\"0\">-</td>");
	assert_written(html_id(&s.h, "vm", -1), "<td class=\"n\">-</td>");
	assert_written(html_id(&s.h, "vm", 3), "<td class=\"n\" data-k=\"vm\" data-v=\"3\">3</td>");
}

static void put_area(struct html *h)
{
	struct svg_area a;

	svg_area_begin(&a, h, "w-switch");
	svg_area_add(&a, 0, 1, 0);
	svg_area_add(&a, 1, 2, 50);
	svg_area_add(&a, 2, 3, 50);
	svg_area_add(&a, 3, 4.5, 12.5);
	svg_area_end(&a);
}

static void test_pictures(void **state)
{
	assert_written(svg_rect(&s.h, "h1", (struct svg_box){ 12.5, 0, 100.0 / 3, 24 }, NULL),
		       "<rect class=\"h1\" x=\"12.5%\" y=\"0\" width=\"33.33%\" height=\"24\"/>");
	assert_written(svg_rect(&s.h, "h1", (struct svg_box){ 100, 20, 0, 10 }, "a<b"),
		       "<rect class=\"h1\" x=\"100%\" y=\"20\" width=\"0%\" height=\"10\">"
		       "<title>a&lt;b</title></rect>");
	/* equal heights are one line */
	assert_written(put_area(&s.h), "<path class=\"w-switch\" d=\"M0 100H1V50H3V87.5H4.5V100Z\"/>");
	assert_written(svg_plot(&s.h, "plot", 40, 60, "vm \"0\""),
		       "<svg class=\"plot\" width=\"100%\" height=\"40\" viewBox=\"0 0 60 100\" "
		       "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"vm &quot;0&quot;\">");
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what))) {
		n++;
		text += strlen(what);
	}
	return n;
}

/* Rows stop when the room is used up, however long names are, and the omitted ones are counted. */
static void test_bound(void **state)
{
	enum { NR = 100, LEN = 3000, ROOM = 200000 };
	static const enum field keys[] = { HTML_HOT_KEYS };
	static char object[LEN + 1];
	struct value values[] = {
		{ "host-kernel", WORLD_HOST_KERNEL, true, false }, { "", 0, false, true },
		{ "f", 0, true, false }, { object, 0, true, false },
	};
	struct rows rows = { .keys = keys, .nr_keys = 4, .nr = NR, .sum = { .samples = NR } };
	char left[64];
	size_t shown;
	struct sheet s;

	memset(object, '"', LEN);
	rows.row = calloc(NR, sizeof(*rows.row));
	assert_non_null(rows.row);
	for (size_t i = 0; i < NR; i++)
		rows.row[i] = (struct row){ .keys = values, .m = { .samples = 1 } };
	begin(&s);
	s.d.rows = &rows;
	html_room(&s.h, ROOM);
	html_hot(&s.h);
	end(&s);
	shown = count(s.text, "<tbody>");
	assert_true(shown > 5 && shown < NR);
	assert_true(s.len > ROOM && s.len < ROOM + 6 * LEN + 6 * HTML_NAME + 4000);
	snprintf(left, sizeof(left), "<p class=\"left\">%zu more functions left out</p>", NR - shown);
	assert_non_null(strstr(s.text, left));
	free(s.text);
	free(rows.row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text), cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_cells), cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
