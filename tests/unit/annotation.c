// SPDX-License-Identifier: GPL-2.0-only
/* The drawing of jumps. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/arrows.h"

static void draw(const int32_t *jumps, size_t nr, unsigned int lanes, char *out)
{
	struct instruction insn[32] = { { 0 } };
	struct annotated f = { .insn = insn, .nr = nr };
	char line[ARROWS_LEN];
	struct arrows *a;

	for (size_t i = 0; i < nr; i++)
		insn[i].jump = jumps[i];
	a = arrows_new(&f, lanes);
	*out = '\0';
	for (size_t i = 0; i < nr; i++) {
		arrows_at(a, i, line);
		assert_true(strlen(line) < ARROWS_LEN);
		strcat(strcat(out, line), "\n");
	}
	arrows_free(a);
}

static void jumps_are_drawn_the_shortest_innermost(void **state)
{
	char out[1024];

	setlocale(LC_CTYPE, "C");
	draw((int32_t[]){ -1, -1, -1 }, 3, 4, out);
	assert_string_equal(out, "\n\n\n");
	draw((int32_t[]){ -1, 3, -1, -1 }, 4, 4, out);
	assert_string_equal(out, "  \n,-\n| \n`>\n");
	draw((int32_t[]){ -1, -1, 1, -1, 0 }, 5, 4, out);
	assert_string_equal(out, ",->\n|,>\n|`-\n|  \n`--\n");
	/* Two jumps that cross need separate lanes; with a single lane only one is drawn. */
	draw((int32_t[]){ 2, 3, -1, -1 }, 4, 4, out);
	assert_string_equal(out, " ,-\n,+-\n|`>\n`->\n");
	draw((int32_t[]){ 2, 3, -1, -1 }, 4, 1, out);
	assert_string_equal(out, ",-\n| \n`>\n  \n");
	/* A jump to itself has no arrow. */
	draw((int32_t[]){ 0, 1 }, 2, 4, out);
	assert_string_equal(out, "\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jumps_are_drawn_the_shortest_innermost),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
