// SPDX-License-Identifier: GPL-2.0-only
/* Instructions as text, by either library, and branch targets. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "symbolizer/disasm_impl.h"

/* Encodings and targets from GNU as and objdump, at 0x1000. */
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
	assert_false(disasm_text(d, 0xffffffff, 0, text));
	for (int i = 0; i < 100000; i++) {
		x = x * 1664525 + 1013904223;
		disasm_text(d, x, 0x1000, text);
		assert_true(*text && strlen(text) < sizeof(text));
		for (const char *c = text; *c; c++)
			assert_true(*c >= ' ' && *c < 0x7f);
	}
	disasm_free(d);
}

/* Words and texts from GNU as and objdump 2.40; numbers as in capstone. */
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
		{ 0xb24003e0, "orr x0, xzr, #1" },	/* MOV would be MOVZ's */
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
	/* not instructions */
	assert_false(disasm_preferred(0x12c00000, text));	/* MOVN W, LSL 32 */
	assert_false(disasm_preferred(0x12400000, text));	/* AND W with N */
	assert_false(disasm_preferred(0x9240fc00, text));	/* AND X of all ones */
	assert_false(disasm_preferred(0xb2800000, text));	/* wide move 1 */
	assert_false(disasm_preferred(0xf9400063, text));	/* LDR */
}

/* "{z1.b-z3.b}", objdump's notation of lists: the libraries print "{z1.b,z2.b,z3.b}". */
static char *put_list(char *out, const char **at)
{
	unsigned int first, last;
	char type;
	int len = 0;

	if (sscanf(*at, "{z%u.%c-z%u.%*c}%n", &first, &type, &last, &len) != 3 || !len)
		return out;
	*out++ = '{';
	for (unsigned int z = first; z <= last; z++)
		out += sprintf(out, "z%u.%c%s", z, type, z < last ? "," : "}");
	*at += len;
	return out;
}

/* Without blanks, in lower case, with decimal numbers: what all print alike. */
static void plain(const char *text, char out[2 * DISASM_LEN])
{
	while (*text) {
		bool negative = text[0] == '#' && text[1] == '-';
		char *end = NULL;
		unsigned long long value = 0;

		out = put_list(out, &text);
		if (*text == '#')
			value = strtoull(text + 1 + negative, &end, 0);
		if (end && *end != '.') {
			out += sprintf(out, "#%s%llu", negative ? "-" : "", value);
			text = end;
		} else if (*text && !isspace((unsigned char)*text)) {
			*out++ = (char)tolower((unsigned char)*text++);
		} else if (*text) {
			text++;
		}
	}
	*out = '\0';
}

static const struct { unsigned int since; uint32_t word; const char *text; } vectors[] = {
#define A64(word, text)			{ 0, word, text },
#define A64_SINCE(version, word, text)	{ version, word, text },
#include "tests/vectors/a64.def"
#undef A64
#undef A64_SINCE
};

static void every_class_of_sve_sme_and_mops_is_read(void **state)
{
	char text[DISASM_LEN], want[2 * DISASM_LEN], got[2 * DISASM_LEN];
	struct llvm *llvm = llvm_new();
	struct disasm *d;

	if (!llvm)		/* packages are built without it */
		skip();
	assert_int_equal(disasm_new(&d), 0);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		if (llvm_major(llvm) < vectors[i].since)
			continue;
		if (!disasm_text(d, vectors[i].word, 0x1000, text))
			fail_msg("0x%08x, %s, is not read by %s", vectors[i].word, vectors[i].text,
				 disasm_libraries(d));
		assert_true(llvm_text(llvm, vectors[i].word, 0x1000, text));
		plain(vectors[i].text, want);
		plain(text, got);
		assert_string_equal(got, want);
	}
	disasm_free(d);
	llvm_free(llvm);
}

/* LD3B (Arm ARM C8.2) of z14 to z16, and of z31, z0 and z1: texts of LLVM 15 for LLVM 19, too. */
static void lists_are_written_out(void **state)
{
	struct llvm *llvm = llvm_new();
	char text[DISASM_LEN];

	if (!llvm)
		skip();
	assert_true(llvm_text(llvm, 0xa440f38e, 0, text));
	assert_string_equal(text, "ld3b { z14.b, z15.b, z16.b }, p4/z, [x28]");
	assert_true(llvm_text(llvm, 0xa440f39f, 0, text));
	assert_string_equal(text, "ld3b { z31.b, z0.b, z1.b }, p4/z, [x28]");
	llvm_free(llvm);
}

/* Texts of objdump 2.40 for code at 0x40001000; LLVM prints distances. */
static void addresses_are_what_a_distance_leads_to(void **state)
{
	static const struct { uint32_t word; const char *text; } cases[] = {
		{ 0x14000002, "b #0x40001008" },
		{ 0x97ffffff, "bl #0x40000ffc" },
		{ 0x54ffffe1, "b.ne #0x40000ffc" },
		{ 0xb4000161, "cbz x1, #0x4000102c" },
		{ 0x36080040, "tbz w0, #1, #0x40001008" },
		{ 0xb7fc0000, "tbnz x0, #0x3f, #0x3fff9000" },
		{ 0x10000041, "adr x1, #0x40001008" },
		{ 0x70ffffe1, "adr x1, #0x40000fff" },
		{ 0xb0000001, "adrp x1, #0x40002000" },
		{ 0x58000042, "ldr x2, #0x40001008" },
		{ 0x98ffffe2, "ldrsw x2, #0x40000ffc" },
	};
	struct llvm *llvm = llvm_new();
	unsigned int nr = 0;
	char text[DISASM_LEN];

	for (unsigned int major = CAPSTONE_OLDEST; major <= CAPSTONE_NEWEST; major++) {
		struct capstone *capstone = capstone_new_of(major);

		nr += !!capstone;
		for (size_t i = 0; capstone && i < sizeof(cases) / sizeof(cases[0]); i++) {
			assert_true(capstone_text(capstone, cases[i].word, 0x40001000, text));
			assert_string_equal(text, cases[i].text);
		}
		capstone_free(capstone);
	}
	assert_true(nr);
	for (size_t i = 0; llvm && i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(llvm_text(llvm, cases[i].word, 0x40001000, text));
		assert_string_equal(text, cases[i].text);
	}
	llvm_free(llvm);
}

/* Drop numbers: "#-7" becomes "#". */
static void drop_numbers(char *text)
{
	char *out = text;

	while (*text) {
		*out++ = *text++;
		if (out[-1] == '#')
			text += strspn(text, "-0123456789");
	}
	*out = '\0';
}

/*
 * What a capstone knows of SVE, SME and MOPS is what the assembler said, and what it does not know has
 * no text: 4 knows none of it, and 5 writes -7 as 2^64 - 7, or as 249.
 */
static void no_capstone_says_something_else(void **state)
{
	for (unsigned int major = CAPSTONE_OLDEST; major <= CAPSTONE_NEWEST; major++) {
		struct capstone *capstone = capstone_new_of(major);
		char text[DISASM_LEN], want[2 * DISASM_LEN], got[2 * DISASM_LEN];

		for (size_t i = 0; capstone && i < sizeof(vectors) / sizeof(vectors[0]); i++) {
			/* PRFW of an operation without a name */
			if (vectors[i].word == 0x85ea5c4e ||
			    !capstone_text(capstone, vectors[i].word, 0x1000, text))
				continue;
			plain(vectors[i].text, want);
			plain(text, got);
			drop_numbers(want);
			drop_numbers(got);
			assert_string_equal(got, want);
		}
		capstone_free(capstone);
	}
}

/* SVE's numbers have their sign if LLVM is there, whatever capstone is. */
static void llvm_reads_sve_first(void **state)
{
	struct llvm *llvm = llvm_new();
	char text[DISASM_LEN];
	struct disasm *d;

	if (!llvm)
		skip();
	llvm_free(llvm);
	assert_int_equal(disasm_new(&d), 0);
	assert_true(disasm_text(d, 0x04f54306, 0, text));
	assert_string_equal(text, "index z6.d, #-8, #-0xb");
	disasm_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(branches_lead_where_the_architecture_says),
		cmocka_unit_test(any_word_becomes_text),
		cmocka_unit_test(the_preferred_text_is_no_librarys),
		cmocka_unit_test(every_class_of_sve_sme_and_mops_is_read),
		cmocka_unit_test(lists_are_written_out),
		cmocka_unit_test(addresses_are_what_a_distance_leads_to),
		cmocka_unit_test(no_capstone_says_something_else),
		cmocka_unit_test(llvm_reads_sve_first),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
