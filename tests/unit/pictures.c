// SPDX-License-Identifier: GPL-2.0-only
/* Stacks of parts, cell by cell: glyph, colour and background. */
#include <locale.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/parts.h"
#include "tui/lines.h"

static const struct picture_part parts[] = {
	{ ROLE_HOST, 'k' }, { ROLE_SWITCH, 's' }, { ROLE_GUEST, 'g' },
};
static const struct picture picture = { .part = parts, .nr = 3, .whole = 16 };

static void is_cell(const struct canvas *c, unsigned int y, unsigned int x, const char *text,
		    enum role role, enum role ground)
{
	const struct canvas_cell *cell = canvas_at(c, y, x);

	assert_string_equal(cell->text, text);
	assert_int_equal(cell->role, role);
	assert_int_equal(cell->ground, ground);
}

/* Two cells high, 16 in total: each eighth of a cell is 1. */
static void column(struct canvas *c, unsigned int x, float host, float sw, float guest)
{
	float size[] = { host, sw, guest };

	picture_cell(c, 1, x, &picture, size, 0, 2);
	picture_cell(c, 0, x, &picture, size, 1, 2);
}

static void columns_of_two_colors(void **state)
{
	struct canvas *c = canvas_new(8, 2);

	column(c, 0, 8, 0, 0);		/* one cell, full */
	is_cell(c, 1, 0, "█", ROLE_HOST, ROLE_HOST);
	is_cell(c, 0, 0, " ", ROLE_TEXT, ROLE_TEXT);
	column(c, 1, 3, 5, 8);		/* 3 of the host below 5 of the switch */
	is_cell(c, 1, 1, "▃", ROLE_HOST, ROLE_SWITCH);
	is_cell(c, 0, 1, "█", ROLE_GUEST, ROLE_GUEST);
	column(c, 2, 0, 0, 11);		/* ends in the upper cell */
	is_cell(c, 1, 2, "█", ROLE_GUEST, ROLE_GUEST);
	is_cell(c, 0, 2, "▃", ROLE_GUEST, ROLE_TEXT);
	column(c, 3, 1, 4, 0);		/* both end in the lower cell: the larger one gets it */
	is_cell(c, 1, 3, "▅", ROLE_SWITCH, ROLE_TEXT);
	column(c, 4, 0.01f, 0, 0);	/* anything above 0 is visible */
	is_cell(c, 1, 4, "▁", ROLE_HOST, ROLE_TEXT);
	column(c, 5, 40, 0, 0);		/* limited to the whole */
	is_cell(c, 0, 5, "█", ROLE_HOST, ROLE_HOST);
	column(c, 6, 0, 0, 0);
	is_cell(c, 1, 6, " ", ROLE_TEXT, ROLE_TEXT);
	column(c, 7, 2, 1, 5);		/* three in a cell: the first, and the larger of the
					 * others */
	is_cell(c, 1, 7, "▂", ROLE_HOST, ROLE_GUEST);
	canvas_free(c);
}

static void columns_of_letters(void **state)
{
	struct canvas *c = canvas_new(4, 2);

	canvas_set_colors(c, 0);
	column(c, 0, 3, 5, 8);
	is_cell(c, 1, 0, "S", ROLE_SWITCH, ROLE_TEXT);
	is_cell(c, 0, 0, "G", ROLE_GUEST, ROLE_TEXT);
	column(c, 1, 0, 0, 11);		/* less than half of the cell: a lower case letter */
	is_cell(c, 0, 1, "g", ROLE_GUEST, ROLE_TEXT);
	column(c, 2, 0, 0, 12);
	is_cell(c, 0, 2, "G", ROLE_GUEST, ROLE_TEXT);
	canvas_free(c);
}

static void columns_of_one_color(void **state)
{
	struct canvas *c = canvas_new(1, 2);

	canvas_set_colors(c, 1);
	column(c, 0, 3, 5, 4);
	is_cell(c, 1, 0, "█", ROLE_SWITCH, ROLE_TEXT);
	is_cell(c, 0, 0, "▄", ROLE_GUEST, ROLE_TEXT);
	canvas_free(c);
}

static void bars(void **state)
{
	struct canvas *c = canvas_new(4, 1);
	float size[] = { 5, 3, 4 };

	picture_bar(c, 0, 0, 2, &picture, size);
	is_cell(c, 0, 0, "▋", ROLE_HOST, ROLE_SWITCH);
	is_cell(c, 0, 1, "▌", ROLE_GUEST, ROLE_TEXT);
	is_cell(c, 0, 2, " ", ROLE_TEXT, ROLE_TEXT);
	canvas_free(c);
}

/* Dim parts are shades: behind solid ones the background is blank, and they have no eighths. */
static void shades(void **state)
{
	static const struct picture_part with_shade[] = {
		{ ROLE_GUEST, 'g' }, { ROLE_DIM, 'h' },
	};
	const struct picture p = { .part = with_shade, .nr = 2, .whole = 24 };
	struct canvas *c = canvas_new(4, 1);
	float size[] = { 3, 13 };

	picture_bar(c, 0, 0, 3, &p, size);
	is_cell(c, 0, 0, "▍", ROLE_GUEST, ROLE_TEXT);
	is_cell(c, 0, 1, "░", ROLE_DIM, ROLE_TEXT);
	is_cell(c, 0, 2, " ", ROLE_TEXT, ROLE_TEXT);
	canvas_set_colors(c, 0);
	picture_bar(c, 0, 0, 3, &p, size);
	is_cell(c, 0, 0, "H", ROLE_DIM, ROLE_TEXT);	/* 5 of 8 */
	assert_string_equal(picture_full(&with_shade[0]), "█");
	assert_string_equal(picture_full(&with_shade[1]), "░");
	canvas_free(c);
}

/* A lane of two lines: a picture, with its name beside the lower one, where the cursor stops. */
static void lanes(void **state)
{
	struct canvas *c = canvas_new(12, 2);
	struct search none = { 0 };
	struct lines l = { 0 };
	struct lane *lane = lines_lane(&l, &picture, 4, 3, 2);
	struct text_line *line;

	assert_non_null(lane);
	lane->size[1 * 3 + 2] = 16;	/* full: an eighth below the top */
	line = lines_add_lane(&l, lane, "cpu");
	assert_int_equal(l.nr, 2);
	assert_true(l.line[0].still);
	assert_false(line->still);
	assert_string_equal(line->text, "cpu");
	lines_draw(&l, c, 0, 2, 0, 1, 0, &none);
	is_cell(c, 0, 6, "▇", ROLE_GUEST, ROLE_TEXT);
	is_cell(c, 1, 6, "█", ROLE_GUEST, ROLE_GUEST);
	is_cell(c, 1, 5, " ", ROLE_TEXT, ROLE_TEXT);
	is_cell(c, 1, 0, ">", ROLE_SELECTED, ROLE_TEXT);
	lines_clear(&l);
	canvas_free(c);
}

/* Worlds, and what a vCPU's thread does, stand together: each colour has one meaning. */
static void colours_have_one_meaning(void **state)
{
	for (unsigned int k = 0; k < LEDGER_PARTS; k++)
		for (unsigned int w = 0; w < NR_WORLDS; w++) {
			const struct palette_role *x = &palette_roles[ledger_part[k].role];
			const struct palette_role *y = &palette_roles[world_parts[w].role];

			/* in the guest: its kernel's green, for the guest as a whole */
			if (ledger_part[k].role == ROLE_GUEST)
				continue;
			assert_int_not_equal(ledger_part[k].role, world_parts[w].role);
			for (enum palette_ground g = 0; g < NR_GROUNDS; g++)
				if (ledger_part[k].role != ROLE_DIM)
					assert_int_not_equal(x->color[g], y->color[g]);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_of_two_colors), cmocka_unit_test(columns_of_letters),
		cmocka_unit_test(columns_of_one_color), cmocka_unit_test(bars),
		cmocka_unit_test(shades),
		cmocka_unit_test(lanes), cmocka_unit_test(colours_have_one_meaning),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("pictures", tests, NULL, NULL);
}
