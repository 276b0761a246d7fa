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

/* Words and texts of GNU as and objdump 2.40; numbers as capstone writes them. */
static void the_preferred_text_is_no_librarys(void **state)
{
	static const struct { uint32_t word; const char *text; } cases[] = {
		{ 0xd2800002, "mov x2, #0" },
		{ 0xd28c0222, "mov x2, #0x6011" },
		{ 0xd2ffffe6, "mov x6, #0xffff000000000000" },
		{ 0x52a00020, "mov w0, #0x10000" },
		{ 0x52a00000, "movz w0, #0, lsl #16" },	/* MOV would be the other word */
		{ 0x92800000, "mov x0, #-1" },
		{ 0x128002a0, "mov w0, #-0x16" },
		{ 0x92ffffe5, "mov x5, #0xffffffffffff" },
		{ 0x129fffe0, "movn w0, #0xffff" },
		{ 0xf2a00020, "movk x0, #1, lsl #16" },
		{ 0xb27fefe1, "mov x1, #0x1ffffffffffffffe" },
		{ 0xb24003e0, "orr x0, xzr, #1" },	/* MOV is MOVZ's */
		{ 0x322a0fff, "mov wsp, #0x3c00000" },
		{ 0xf27df036, "ands x22, x1, #0xfffffffffffffff8" },
		{ 0xf27ef81f, "tst x0, #0xfffffffffffffffd" },
		{ 0x927cec1f, "and sp, x0, #0xfffffffffffffff0" },
		{ 0xd503201f, "nop" },
		{ 0xd503245f, "bti c" },
		{ 0xd503233f, "paciasp" },
		{ 0xd5032fff, "hint #0x7f" },
	};
	char text[DISASM_LEN];
	struct disasm *d;

	assert_int_equal(disasm_new(&d), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		disasm_text(d, cases[i].word, 0, text);
		assert_string_equal(text, cases[i].text);
	}
	disasm_free(d);
	/* no such instructions */
	assert_false(disasm_preferred(0x12c00000, text));	/* MOVN W, LSL 32 */
	assert_false(disasm_preferred(0x12400000, text));	/* AND W with N */
	assert_false(disasm_preferred(0x9240fc00, text));	/* AND X of all ones */
	assert_false(disasm_preferred(0xb2800000, text));	/* wide move 1 */
	assert_false(disasm_preferred(0xf9400063, text));	/* LDR */
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
		cmocka_unit_test(the_preferred_text_is_no_librarys),
		cmocka_unit_test(jumps_are_drawn_the_shortest_innermost),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
