// SPDX-License-Identifier: GPL-2.0-only
/* Operands of A64 instructions: examples, and many encodings against a library's text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "symbolizer/disasm.h"
#include "symbolizer/types/a64.h"

#define X(n)	(1u << (n))
#define N	A64_NONE

/* Encodings from GNU as 2.40. */
static void memory_is_where_the_assembler_put_it(void **state)
{
	static const struct {
		uint32_t word, changes;
		int64_t offset, step;
		uint8_t memory, base, size, load[2], save[2];
		bool store, writeback;
	} cases[] = {
		/* ldr x0, [x1, #8] */
		{ 0xf9400420, X(0), 8, 0, A64_OFFSET, 1, 8, { 0, N }, { N, N }, false, false },
		/* ldrsw x2, [x3, #4] */
		{ 0xb9800462, X(2), 4, 0, A64_OFFSET, 3, 4, { N, N }, { N, N }, false, false },
		/* ldrb w4, [x5], #1 */
		{ 0x384014a4, X(4) | X(5), 0, 1, A64_OFFSET, 5, 1, { N, N }, { N, N }, false, true },
		/* str x6, [sp, #-16]! */
		{ 0xf81f0fe6, X(31), -16, -16, A64_OFFSET, 31, 8, { N, N }, { 6, N }, true, true },
		/* stp x29, x30, [sp, #-48]! */
		{ 0xa9bd7bfd, X(31), -48, -48, A64_OFFSET, 31, 16, { N, N }, { 29, 30 }, true, true },
		/* stp xzr, x7, [x8, #16] */
		{ 0xa9011d1f, 0, 16, 0, A64_OFFSET, 8, 16, { N, N }, { A64_ZERO, 7 }, true, false },
		/* ldp x9, x10, [x11], #32 */
		{ 0xa8c22969, X(9) | X(10) | X(11), 0, 32, A64_OFFSET, 11, 16, { 9, 10 }, { N, N },
			false, true },
		/* ldp w12, w13, [x14, #-8] */
		{ 0x297f35cc, X(12) | X(13), -8, 0, A64_OFFSET, 14, 8, { N, N }, { N, N }, false,
			false },
		/* ldpsw x0, x1, [x2, #4] */
		{ 0x69408440, X(0) | X(1), 4, 0, A64_OFFSET, 2, 8, { N, N }, { N, N }, false,
			false },
		/* stp q0, q1, [x2, #32] */
		{ 0xad010440, 0, 32, 0, A64_OFFSET, 2, 32, { N, N }, { N, N }, true, false },
		/* ldr q3, [x4, #16] */
		{ 0x3dc00483, 0, 16, 0, A64_OFFSET, 4, 16, { N, N }, { N, N }, false, false },
		/* ldr x0, [x1, x2, lsl #3] */
		{ 0xf8627820, X(0), 0, 0, A64_INDEX, 1, 8, { 0, N }, { N, N }, false, false },
		/* ldr x0, .+8 (at 0x1000) */
		{ 0x58000040, X(0), 0x1008, 0, A64_LITERAL, N, 8, { 0, N }, { N, N }, false, false },
		/* ldar x0, [x1] */
		{ 0xc8dffc20, X(0), 0, 0, A64_OFFSET, 1, 8, { 0, N }, { N, N }, false, false },
		/* stlr w0, [x1] */
		{ 0x889ffc20, 0, 0, 0, A64_OFFSET, 1, 4, { N, N }, { N, N }, true, false },
		/* ldaxr x0, [x1] */
		{ 0xc85ffc20, X(0), 0, 0, A64_OFFSET, 1, 8, { 0, N }, { N, N }, false, false },
		/* stlxr w2, x0, [x1] */
		{ 0xc802fc20, X(2), 0, 0, A64_OFFSET, 1, 8, { N, N }, { N, N }, true, false },
		/* ldxp x0, x1, [x2] */
		{ 0xc87f0440, X(0) | X(1), 0, 0, A64_OFFSET, 2, 16, { 0, 1 }, { N, N }, false, false },
		/* ldaddal x3, x4, [x5] */
		{ 0xf8e300a4, X(4), 0, 0, A64_OFFSET, 5, 8, { 4, N }, { N, N }, true, false },
		/* ldapr x6, [x7] */
		{ 0xf8bfc0e6, X(6), 0, 0, A64_OFFSET, 7, 8, { 6, N }, { N, N }, false, false },
		/* stadd w3, [x5] */
		{ 0xb82300bf, 0, 0, 0, A64_OFFSET, 5, 4, { N, N }, { N, N }, true, false },
		/* casal x0, x1, [x2] */
		{ 0xc8e0fc41, X(0), 0, 0, A64_OFFSET, 2, 8, { N, N }, { N, N }, true, false },
		/* caspal x0, x1, x2, x3, [x4] */
		{ 0x4860fc82, X(0) | X(1), 0, 0, A64_OFFSET, 4, 16, { N, N }, { N, N }, true, false },
		/* ld4 {v0.16b-v3.16b}, [x1], #64 */
		{ 0x4cdf0020, X(1), 0, 64, A64_OFFSET, 1, 64, { N, N }, { N, N }, false, true },
		/* st1 {v0.8b}, [x1], x2 */
		{ 0x0c827020, X(1), 0, 8, A64_OFFSET, 1, 8, { N, N }, { N, N }, true, false },
		/* ld1 {v0.s}[1], [x1] */
		{ 0x0d409020, 0, 0, 0, A64_OFFSET, 1, 4, { N, N }, { N, N }, false, false },
		/* ld2r {v0.8h, v1.8h}, [x1] */
		{ 0x4d60c420, 0, 0, 0, A64_OFFSET, 1, 4, { N, N }, { N, N }, false, false },
		/* ldraa x0, [x1, #-8]! */
		{ 0xf87ffc20, X(0) | X(1), -8, -8, A64_OFFSET, 1, 8, { 0, N }, { N, N }, false, true },
		/* caspt x6, x7, x8, x9, [x12] (LLVM 21; FEAT_LSUI): any register it may name */
		{ 0x49867d88, X(6) | X(7) | X(8) | X(9) | X(12), 0, 0, A64_OPAQUE, N, 0, { N, N },
			{ N, N }, true, false },
		/* prfm pldl1keep, [x1, #8] */
		{ 0xf9800420, 0, 0, 0, A64_NO_MEMORY, N, 0, { N, N }, { N, N }, false, false },
		/* ldtr x0, [x1, #8] */
		{ 0xf8408820, X(0), 8, 0, A64_OFFSET, 1, 8, { 0, N }, { N, N }, false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct a64 a;

		a64_decode(cases[i].word, 0x1000, &a);
		if (a.memory != cases[i].memory || a.size != cases[i].size ||
		    a.store != cases[i].store || a.writeback != cases[i].writeback ||
		    a.offset != cases[i].offset || a.changes != cases[i].changes ||
		    (a.memory == A64_OFFSET && a.base != cases[i].base) ||
		    (a.writeback && a.step != cases[i].step) ||
		    memcmp(a.load, cases[i].load, 2) || memcmp(a.save, cases[i].save, 2))
			fail_msg("0x%08x is not so: memory %u x%u+%ld, %u bytes, changes 0x%x",
				 cases[i].word, a.memory, a.base, (long)a.offset, a.size, a.changes);
	}
}

/* Encodings from GNU as 2.40, at 0x1000. */
static void values_move_as_the_assembler_said(void **state)
{
	static const struct {
		uint32_t word;
		uint8_t effect, rd, rn, rm;
		int64_t imm;
		uint32_t changes;
		uint8_t extend;
	} cases[] = {
		{ 0x91004020, A64_ADD, 0, 1, N, 16, X(0), 0 },	/* add x0, x1, #16 */
		{ 0x91400820, A64_ADD, 0, 1, N, 0x2000, X(0), 0 },	/* add x0, x1, #2, lsl #12 */
		{ 0xd10043ff, A64_ADD, 31, 31, N, -16, X(31), 0 },	/* sub sp, sp, #16 */
		{ 0x910003fd, A64_ADD, 29, 31, N, 0, X(29), 0 },	/* mov x29, sp */
		{ 0xaa0103e0, A64_MOVE, 0, 1, N, 0, X(0), 0 },	/* mov x0, x1 */
		{ 0xaa1f03e0, A64_MOVE, 0, A64_ZERO, N, 0, X(0), 0 },	/* mov x0, xzr */
		{ 0x2a0103e0, A64_OTHER, N, N, N, 0, X(0), 0 },	/* mov w0, w1 */
		{ 0xd2800000, A64_ADDRESS, 0, N, N, 0, X(0), 0 },	/* mov x0, #0 */
		{ 0xd2a24680, A64_OTHER, N, N, N, 0, X(0), 0 },	/* mov x0, #0x12340000 */
		{ 0xb0000000, A64_ADDRESS, 0, N, N, 0x2000, X(0), 0 },	/* adrp x0, .+4096 */
		{ 0x10000040, A64_ADDRESS, 0, N, N, 0x1008, X(0), 0 },	/* adr x0, .+8 */
		{ 0x9a820020, A64_SELECT, 0, 1, 2, 0, X(0), 0 },	/* csel x0, x1, x2, eq */
		{ 0x8b020020, A64_SUM, 0, 1, 2, 0, X(0), 0 },	/* add x0, x1, x2 */
		{ 0x8b020c20, A64_SUM, 0, 1, 2, 3, X(0), 0 },	/* add x0, x1, x2, lsl #3 */
		{ 0x8b228820, A64_SUM, 0, 1, 2, 2, X(0), 1 },	/* add x0, x1, w2, sxtb #2 */
		{ 0x8b22a820, A64_SUM, 0, 1, 2, 2, X(0), 2 },	/* add x0, x1, w2, sxth #2 */
		{ 0x8b22c820, A64_SUM, 0, 1, 2, 2, X(0), 4 },	/* add x0, x1, w2, sxtw #2 */
		{ 0x8b2263ff, A64_SUM, 31, 31, 2, 0, X(31), 0 },	/* add sp, sp, x2 */
		{ 0x8b224820, A64_OTHER, N, N, N, 0, X(0), 0 },	/* add x0, x1, w2, uxtw #2 */
		{ 0x8b420820, A64_OTHER, N, N, N, 0, X(0), 0 },	/* add x0, x1, x2, lsr #2 */
		{ 0x927cec1f, A64_OTHER, N, N, N, 0, X(31), 0 },	/* and sp, x0, #-16 */
		{ 0xf27cec1f, A64_OTHER, N, N, N, 0, 0, 0 },	/* tst x0, #-16 */
		{ 0xf100041f, A64_OTHER, N, N, N, 0, 0, 0 },	/* cmp x0, #1 */
		{ 0xfa401824, A64_OTHER, N, N, N, 0, 0, 0 },	/* ccmp x1, #0, #4, ne */
		{ 0xd53bd045, A64_OTHER, N, N, N, 0, X(5), 0 },	/* mrs x5, tpidr_el0 */
		{ 0xd51bd045, A64_OTHER, N, N, N, 0, 0, 0 },	/* msr tpidr_el0, x5 */
		{ 0x9e660003, A64_OTHER, N, N, N, 0, X(3), 0 },	/* fmov x3, d0 */
		{ 0x4e083c04, A64_OTHER, N, N, N, 0, X(4), 0 },	/* mov x4, v0.d[0] */
		{ 0x1e622820, A64_OTHER, N, N, N, 0, 0, 0 },	/* fadd d0, d1, d2 */
		{ 0xd503233f, A64_OTHER, N, N, N, 0, X(16) | X(17) | X(30), 0 },	/* paciasp */
		{ 0xd503201f, A64_OTHER, N, N, N, 0, 0, 0 },	/* nop */
		{ 0x043f5022, A64_OTHER, N, N, N, 0, X(2), 0 },	/* addvl x2, sp, #1 */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct a64 a;

		a64_decode(cases[i].word, 0x1000, &a);
		if (a.memory || a.effect != cases[i].effect || a.changes != cases[i].changes ||
		    (a.effect && (a.rd != cases[i].rd || a.rn != cases[i].rn || a.rm != cases[i].rm ||
				  a.imm != cases[i].imm || a.extend != cases[i].extend)))
			fail_msg("0x%08x is not so: effect %u x%u = x%u + %ld, changes 0x%x",
				 cases[i].word, a.effect, a.rd, a.rn, (long)a.imm, a.changes);
	}
}

/* Encodings from GNU as 2.40. */
static void entries_of_tables_are_loaded_as_the_assembler_said(void **state)
{
	static const struct { uint32_t word; uint8_t part; bool is_signed; } cases[] = {
		{ 0x38625820, 0, false },	/* ldrb w0, [x1, w2, uxtw #0] */
		{ 0x78627820, 0, false },	/* ldrh w0, [x1, x2, lsl #1] */
		{ 0xb8627820, 0, false },	/* ldr w0, [x1, x2, lsl #2] */
		{ 0xb8a27820, 0, true },	/* ldrsw x0, [x1, x2, lsl #2] */
		{ 0x38a26820, 0, true },	/* ldrsb x0, [x1, x2] */
		{ 0x38e26820, N, false },	/* ldrsb w0, [x1, x2] */
		{ 0xf8627820, N, false },	/* ldr x0, [x1, x2, lsl #3] */
		{ 0xb8227820, N, false },	/* str w0, [x1, x2, lsl #2] */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct a64 a;

		a64_decode(cases[i].word, 0x1000, &a);
		assert_int_equal(a.memory, A64_INDEX);
		assert_int_equal(a.part, cases[i].part);
		assert_int_equal(a.is_signed, cases[i].is_signed);
	}
}

static void control_goes_where_the_assembler_said(void **state)
{
	static const struct { uint32_t word; uint8_t flow; uint64_t target; } cases[] = {
		{ 0x14000002, A64_JUMP, 0x1008 },	/* b .+8 */
		{ 0x94000040, A64_CALL, 0x1100 },	/* bl .+256 */
		{ 0x54ffffe1, A64_BRANCH, 0xffc },	/* b.ne .-4 */
		{ 0xb4000161, A64_BRANCH, 0x102c },	/* cbz x1, .+44 */
		{ 0x3603ffe0, A64_BRANCH, 0x8ffc },	/* tbz w0, #0, .+32764 */
		{ 0xd63f0020, A64_CALL, 0 },		/* blr x1 */
		{ 0xd73f0821, A64_CALL, 0 },		/* blraa x1, x1 */
		{ 0xd61f0020, A64_LOST, 0 },		/* br x1 */
		{ 0xd71f0821, A64_LOST, 0 },		/* braa x1, x1 */
		{ 0xd65f03c0, A64_END, 0 },		/* ret */
		{ 0xd65f0bff, A64_END, 0 },		/* retaa */
		{ 0xd69f03e0, A64_END, 0 },		/* eret */
		{ 0xd4000001, A64_EXCEPTION, 0 },	/* svc #0 */
		{ 0xd4000002, A64_EXCEPTION, 0 },	/* hvc #0 */
		{ 0xd4210000, A64_NEXT, 0 },		/* brk #0x800 */
		{ 0xd503201f, A64_NEXT, 0 },		/* nop */
		/* Arm ARM C4.1, compare and branch of FEAT_CMPBR: not understood */
		{ 0x74000000, A64_LOST, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct a64 a;

		a64_decode(cases[i].word, 0x1000, &a);
		if (a.flow != cases[i].flow || a.target != cases[i].target)
			fail_msg("0x%08x goes elsewhere: %u 0x%lx", cases[i].word, a.flow,
				 (long)a.target);
	}
}

/* Against a library's text --------------------------------------------- */

struct text {
	char name[32];
	const char *operands;
};

static void split(const char *all, struct text *out)
{
	size_t len = strcspn(all, " \t");

	snprintf(out->name, sizeof(out->name), "%.*s", (int)len, all);
	out->operands = all[len] ? all + len + 1 : "";
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static bool one_of(const char *name, const char *const *list)
{
	for (; *list; list++) {
		size_t len = strlen(*list);

		if ((*list)[len - 1] == '*' ? !strncmp(name, *list, len - 1) : !strcmp(name, *list))
			return true;
	}
	return false;
}

/* The number of a general register's name; -1: it is none, or zero. */
static int general(const char *s)
{
	char *end;
	long n;

	if (begins(s, "sp") || begins(s, "wsp"))
		return A64_SP;
	if (begins(s, "lr") || begins(s, "fp"))
		return *s == 'l' ? 30 : 29;
	if ((*s != 'x' && *s != 'w') || s[1] < '0' || s[1] > '9')
		return -1;
	n = strtol(s + 1, &end, 10);
	return n < 31 && (!*end || strchr(", ]!", *end)) ? (int)n : -1;
}

/* Instructions whose first operand is not changed. */
static const char *const only_read[] = { "st*", "cmp*", "cmn*", "tst", "ccmp", "ccmn", "cb*", "tb*",
	"br", "bra*", "blr*", "ret*", "msr*", "prf*", "rprfm", "wfet", "wfit", "setf*", "rmif", "dc",
	"ic", "at", "tlbi", "sys", "cfp", "cpp", "dvp", "cosp", "ctermeq", "ctermne", "gcs*", "fcmp*",
	"trcit", "ldadd*", "ldclr*", "ldeor*", "ldset*", "ldsm*", "ldum*", "swp*", NULL };
/* The second one is changed: of pairs, and by atomic operations. */
static const char *const pairs[] = { "ldp*", "ldnp", "ldxp", "ldaxp", "casp*", "ldadd*", "ldclr*",
	"ldeor*", "ldset*", "ldsm*", "ldum*", "swp*", NULL };
/* The first one is a status, or the value that is compared. */
static const char *const status[] = { "stxr*", "stlxr*", "stxp", "stlxp", NULL };

static const char *wrong_changes(const struct text *t, const struct a64 *a)
{
	const char *second = strstr(t->operands, ", ");
	int first = general(t->operands), next = second ? general(second + 2) : -1;

	if (first >= 0 && (!one_of(t->name, only_read) || one_of(t->name, status)) &&
	    !(a->changes & 1u << first))
		return "the first register changes";
	if (next >= 0 && one_of(t->name, pairs) && !(a->changes & 1u << next))
		return "the second register changes";
	return NULL;
}

/* Where memory is, from "[x1, #8]!" or "[x1], #8". */
static const char *wrong_memory(const char *at, const struct a64 *a)
{
	const char *end = strchr(at, ']'), *number;
	long offset = 0, step = 0;
	bool inside;

	if (!end)
		return NULL;
	if (a->memory == A64_OPAQUE)
		return NULL;	/* nothing is said */
	if (a->memory == A64_NO_MEMORY)
		return "it touches memory";
	number = strchr(at, ',');
	inside = number && number < end;
	if (inside && number[2] != '#')
		return a->memory == A64_INDEX ? NULL : "it has an index";
	if (a->memory != A64_OFFSET || a->base != general(at + 1))
		return "it has a base register";
	if (inside)
		offset = (long)strtoull(number + 3, NULL, 0);
	if (end[1] == '!')
		step = offset;
	else if (end[1] == ',' && end[3] == '#')
		step = (long)strtoull(end + 4, NULL, 0);
	if (a->offset != offset)
		return "its offset is another one";
	if ((end[1] == '!' || (end[1] == ',' && end[3] == '#')) != a->writeback ||
	    (a->writeback && a->step != step))
		return "it moves its base";
	if ((end[1] == '!' || end[1] == ',') && !(a->changes & 1u << a->base))
		return "its base changes";
	return NULL;
}

/* Bytes of a register by its name: of "w1" 4. */
static unsigned int width(const char *reg)
{
	switch (*reg) {
	case 'b':
		return 1;
	case 'h':
		return 2;
	case 'w':
	case 's':
		return 4;
	case 'x':
	case 'd':
		return 8;
	case 'q':
		return 16;
	default:
		return 0;
	}
}

static const char *const plain[] = { "ldr*", "str*", "ldur*", "stur*", "ldtr*", "sttr*", "ldar*",
	"stlr*", "ldapr*", "ldapur*", "stlur*", "ldlar*", "stllr*", "ldxr*", "ldaxr*", NULL };
static const char *const two[] = { "ldp", "stp", "ldnp", "stnp", "ldxp", "ldaxp", NULL };

/* 0: not told by the name. */
static unsigned int size_of(const struct text *t)
{
	const char *last = t->name + strlen(t->name) - 1;

	if (!strcmp(t->name, "ldpsw"))
		return 8;
	if (one_of(t->name, two))
		return 2 * width(t->operands);
	if (!one_of(t->name, plain) || begins(t->name, "ldra"))
		return 0;
	if (last[-1] == 's' && *last == 'w')
		return 4;
	return *last == 'b' ? 1 : *last == 'h' ? 2 : width(t->operands);
}

static const char *wrong(const char *all, const struct a64 *a)
{
	const char *why, *at;
	struct text t;

	split(all, &t);
	why = wrong_changes(&t, a);
	at = strchr(t.operands, '[');
	/* prefetches, and elements of vectors: "v0.s[1]" */
	while (at && (at == t.operands || at[-1] != ' '))
		at = strchr(at + 1, '[');
	if (why || !at || begins(t.name, "prf") || begins(t.name, "rprf") || !strcmp(t.name, "adr"))
		return why;
	why = wrong_memory(at, a);
	if (why || a->memory != A64_OFFSET || !size_of(&t))
		return why;
	return a->size == size_of(&t) ? NULL : "its size is another one";
}

/* Bits that say which instruction it is are mixed with all others. */
static void the_library_agrees(void **state)
{
	static char text[DISASM_LEN];
	unsigned int known = 0, memory = 0;
	struct disasm *d;
	uint64_t x = 88172645463325252;	/* Marsaglia, xorshift64 */

	assert_int_equal(disasm_new(&d), 0);
	disasm_text(d, 0xf9400063, 0, text);
	if (!*disasm_libraries(d)) {
		disasm_free(d);
		skip();
	}
	for (int i = 0; i < 1000000; i++) {
		const char *why;
		struct a64 a;
		uint32_t w;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		w = x >> 16;
		if (i & 1)
			w = (w & ~0x0a000000u) | 0x08000000;	/* loads and stores */
		a64_decode(w, 0, &a);
		if (!disasm_text(d, w, 0, text))
			continue;
		known++;
		memory += a.memory == A64_OFFSET;
		why = wrong(text, &a);
		if (why)
			fail_msg("0x%08x %s: %s", w, text, why);
	}
	/* the check is not empty */
	assert_true(known > 200000 && memory > 100000);
	disasm_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_where_the_assembler_put_it),
		cmocka_unit_test(values_move_as_the_assembler_said),
		cmocka_unit_test(entries_of_tables_are_loaded_as_the_assembler_said),
		cmocka_unit_test(control_goes_where_the_assembler_said),
		cmocka_unit_test(the_library_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
