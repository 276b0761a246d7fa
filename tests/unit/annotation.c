// SPDX-License-Identifier: GPL-2.0-only
/* Where instructions lead, and how that is drawn. */
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

/* Encodings and targets as GNU as and objdump have them, at 0x1000. */
static void branches_lead_where_the_architecture_says(void **state)
{
	static const struct { uint32_t word; enum flow flow; uint64_t target; } cases[] = {
		{ 0x14000002, FLOW_JUMP, 0x1008 },	/* b .+8 */
		{ 0x17ffffff, FLOW_JUMP, 0xffc },	/* b .-4 */
		{ 0x94000040, FLOW_CALL, 0x1100 },	/* bl .+256 */
		{ 0x54ffffe1, FLOW_JUMP, 0xffc },	/* b.ne .-4 */
		{ 0x547fffe0, FLOW_JUMP, 0x100ffc },	/* b.eq .+1048572, the farthest */
		{ 0x15ffffff, FLOW_JUMP, 0x8000ffc },	/* b .+134217724, the farthest */
		{ 0x3603ffe0, FLOW_JUMP, 0x8ffc },	/* tbz w0, #0, .+32764, the farthest */
		{ 0x54000050, FLOW_JUMP, 0x1008 },	/* bc.eq .+8 */
		{ 0xb4000161, FLOW_JUMP, 0x102c },	/* cbz x1, .+44 */
		{ 0x35ffffe0, FLOW_JUMP, 0xffc },	/* cbnz w0, .-4 */
		{ 0x36080040, FLOW_JUMP, 0x1008 },	/* tbz w0, #1, .+8 */
		{ 0xb7fc0000, FLOW_JUMP, 0xffffffffffff9000 },	/* tbnz x0, #63, .-32768 */
		{ 0xd65f03c0, FLOW_AWAY, 0 },		/* ret */
		{ 0xd63f0020, FLOW_AWAY, 0 },		/* blr x1 */
		{ 0xd69f03e0, FLOW_AWAY, 0 },		/* eret */
		{ 0xd503201f, FLOW_NEXT, 0 },		/* nop */
		{ 0x58000040, FLOW_NEXT, 0 },		/* ldr x0, .+8 */
		{ 0x10000040, FLOW_NEXT, 0 },		/* adr x0, .+8 */
		{ 0x00000000, FLOW_NEXT, 0 },		/* udf #0 */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t target = 0;

		if (disasm_flow(cases[i].word, 0x1000, &target) != cases[i].flow ||
		    target != cases[i].target)
			fail_msg("0x%08x leads elsewhere: 0x%lx", cases[i].word, target);
	}
}

static void any_word_becomes_text(void **state)
{
	char text[DISASM_LEN];
	struct disasm *d;
	uint32_t x = 1;

	assert_int_equal(disasm_new(&d), 0);
	disasm_text(d, 0xf9400063, 0, text);
	assert_string_equal(text, "ldr x3, [x3]");
	disasm_text(d, 0x54ffffa1, 0x4000131c, text);
	assert_string_equal(text, "b.ne #0x40001310");
	disasm_text(d, 0xffffffff, 0, text);
	assert_string_equal(text, ".inst 0xffffffff");
	for (int i = 0; i < 100000; i++) {
		x = x * 1664525 + 1013904223;
		disasm_text(d, x, 0x1000, text);
		assert_true(*text && strlen(text) < sizeof(text));
		for (const char *c = text; *c; c++)
			assert_true(*c >= ' ' && *c < 0x7f);
	}
	disasm_free(d);
}

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
	/* Two that cross have lanes of their own; where one is all there is, one is drawn. */
	draw((int32_t[]){ 2, 3, -1, -1 }, 4, 4, out);
	assert_string_equal(out, " ,-\n,+-\n|`>\n`->\n");
	draw((int32_t[]){ 2, 3, -1, -1 }, 4, 1, out);
	assert_string_equal(out, ",-\n| \n`>\n  \n");
	/* A jump to itself is no arrow. */
	draw((int32_t[]){ 0, 1 }, 2, 4, out);
	assert_string_equal(out, "\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(branches_lead_where_the_architecture_says),
		cmocka_unit_test(any_word_becomes_text),
		cmocka_unit_test(jumps_are_drawn_the_shortest_innermost),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
