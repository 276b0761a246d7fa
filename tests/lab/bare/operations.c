// SPDX-License-Identifier: GPL-2.0-only
/* Samples one operation of each kind and checks its record [D17.6, D18.2]. */
#include "tests/lab/bare/bare.h"
#include "tests/lab/bare/sample.h"

#define ANY		0xffff

static uint64_t data[64] __attribute__((aligned(128)));

static uint64_t take(const uint8_t *p, unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

static struct record parse(const uint8_t *p)
{
	const uint8_t *end = p + RECORD;
	struct record r = { .op_class = ANY };
	unsigned int bytes;

	while (p < end && *p != 0x71 && *p != 0x01) {
		bytes = 1 << (*p >> 4 & 3);
		switch (*p) {
		case 0x48: case 0x49: case 0x4a:
			r.op_class = *p & 3;
			r.payload = p[1];
			break;
		case 0x52: case 0x62:
			r.events = take(p + 1, bytes);
			break;
		case 0xb1:
			r.has_target = true;
			r.target = take(p + 1, 7);
			break;
		case 0xb2:
			r.has_va = true;
			r.va = take(p + 1, 8);
			break;
		}
		p += *p ? 1 + bytes : 1;
	}
	return r;
}

struct record sampled(void)
{
	return parse(first_record());
}

uintptr_t sample_base(void)
{
	return (uintptr_t)(data + 8);
}

void check(const char *what, struct record r, unsigned int op_class, unsigned int payload,
	   unsigned int events)
{
	events |= RETIRED;
	r.events &= EXCEPTION | RETIRED | FAILED | PARTIAL | EMPTY;
	is(what, (uint64_t)r.op_class << 48 | (uint64_t)r.payload << 32 | r.events,
	   (uint64_t)op_class << 48 | (uint64_t)payload << 32 | events);
}

void memory(const char *what, struct record r, unsigned int payload, unsigned int events,
	    long offset)
{
	check(what, r, 1, payload, events);
	is("  its address", r.has_va ? r.va : 1, sample_base() + offset);
}

static void branch(const char *what, struct record r, unsigned int payload, bool taken)
{
	check(what, r, 2, payload, taken ? 0 : FAILED);
	result(taken ? "  has a target" : "  has none", r.has_target == taken);
}

static void loads_and_stores(void)
{
	memory("LDR, immediate", SAMPLE("ldr x1, [x0, #8]"), 0x00, 0, 8);
	memory("STR, immediate", SAMPLE("str w3, [x0, #12]"), 0x01, 0, 12);
	memory("LDR, register", SAMPLE("ldr w1, [x0, x2, lsl #2]"), 0x00, 0, 12);
	memory("LDRB, extended register", SAMPLE("ldrb w1, [x0, w2, uxtw]"), 0x00, 0, 3);
	memory("LDUR", SAMPLE("ldur x1, [x0, #-16]"), 0x00, 0, -16);
	memory("STR, after", SAMPLE("str x3, [x0], #16"), 0x01, 0, 0);
	memory("LDR, before", SAMPLE("ldr x1, [x0, #-8]!"), 0x00, 0, -8);
	memory("LDRSH", SAMPLE("ldrsh x1, [x0, #6]"), 0x00, 0, 6);
	memory("LDP", SAMPLE("ldp x1, x5, [x0, #-32]"), 0x00, 0, -32);
	memory("STP, before", SAMPLE("stp x3, x3, [x0, #16]!"), 0x01, 0, 16);
	memory("LDR of 16 bytes", SAMPLE("ldr q0, [x0, #16]"), 0x04, 0, 16);
	memory("STR of SIMD", SAMPLE("str d0, [x0, #8]"), 0x05, 0, 8);
	memory("LDP of SIMD", SAMPLE("ldp q0, q1, [x0, #32]"), 0x04, 0, 32);
	memory("LD1", SAMPLE("ld1 {v0.16b}, [x0]"), 0x04, 0, 0);
}

static void ordered_and_atomic(void)
{
	memory("LDAR", SAMPLE("ldar x1, [x0]"), 0x12, 0, 0);
	memory("STLR", SAMPLE("stlr x3, [x0]"), 0x13, 0, 0);
	memory("LDXR", SAMPLE("ldxr x1, [x0]"), 0x0a, 0, 0);
	memory("LDAXR", SAMPLE("ldaxr x1, [x0]"), 0x1a, 0, 0);
	memory("STXR", SAMPLE("stxr w1, x3, [x0]"), 0x0b, 0, 0);
	memory("STLXR", SAMPLE("stlxr w1, x3, [x0]"), 0x1b, 0, 0);
	memory("LDXP", SAMPLE("ldxp x1, x5, [x0]"), 0x0a, 0, 0);
	memory("LDAPR", SAMPLE(".inst 0xf8bfc001"), 0x12, 0, 0);
	memory("LDADD", SAMPLE(".inst 0xf8230001"), 0x06, 0, 0);
	memory("LDADDAL", SAMPLE(".inst 0xf8e30001"), 0x16, 0, 0);
	memory("STADD", SAMPLE(".inst 0xf823001f"), 0x07, 0, 0);
	memory("SWP", SAMPLE(".inst 0xf8238001"), 0x06, 0, 0);
	memory("CAS", SAMPLE(".inst 0xc8a37c01"), 0x06, 0, 0);
	memory("CASAL", SAMPLE(".inst 0xc8e3fc01"), 0x16, 0, 0);
}

static void branches(void)
{
	branch("B", SAMPLE("b 7f"), 0, true);
	branch("B.EQ, taken", SAMPLE("b.eq 7f"), 1, true);
	branch("B.NE, not taken", SAMPLE("b.ne 7f"), 1, false);
	branch("CBZ, taken", SAMPLE("cbz x3, 7f"), 1, true);
	branch("CBNZ, not taken", SAMPLE("cbnz x3, 7f"), 1, false);
	branch("TBNZ, taken", SAMPLE("tbnz x2, #1, 7f"), 1, true);
	branch("TBZ, not taken", SAMPLE("tbz x2, #1, 7f"), 1, false);
	branch("BL", SAMPLE("bl 7f"), 0, true);
}

static void others(void)
{
	check("NOP", SAMPLE("nop"), 0, 0, 0);
	check("ADD", SAMPLE("add x1, x2, x3"), 0, 0, 0);
	check("PRFM is no load", SAMPLE("prfm pldl1keep, [x0]"), 0, 0, 0);
	check("CSEL that holds", SAMPLE("csel x1, x2, x3, eq"), 0, 1, 0);
	check("CSEL that fails", SAMPLE("csel x1, x2, x3, ne"), 0, 1, FAILED);
	check("CCMP that fails", SAMPLE("ccmp x2, #1, #0, ne"), 0, 1, FAILED);
	check("BRK is an exception, no branch", SAMPLE("brk #1"), 0, 0, EXCEPTION);
	check("UDF too", SAMPLE(".inst 0"), 0, 0, EXCEPTION);
}

static void a_load_that_faults(void)
{
	struct record r;

	enable(4096, 0);
	asm volatile("mov x5, #1 << 54\n mov x4, #2\n msr " PMSICR ", x4\n"
		     "msr " PMSCR_EL2 ", x4\n isb\n ldr x1, [x5]\n nop\n"
		     : : : "x1", "x4", "x5", "memory");
	disable();
	r = sampled();
	check("a load that faults says so, and that it retired", r, 1, 0, EXCEPTION);
	is("  one record", records(), 1);
}

void operations(void)
{
	asm volatile("msr cptr_el2, xzr\n isb");	/* do not trap SIMD */
	loads_and_stores();
	ordered_and_atomic();
	branches();
	others();
	a_load_that_faults();
	sve();
}
