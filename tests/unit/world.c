// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of the architecture, row by row, compared with kvm/world: the registers of a memory
 * copy, SPSR_EL2.SS, a data abort's syndrome, and the bits of MDCR_EL2.  kvm/model checks the order
 * of actions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/unit/world_roof.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct guest {
	struct world_vm vm;
	struct world_vcpu v;
};

static void begin(struct guest *g)
{
	memset(g, 0, sizeof(*g));
	world_vcpu_init(&g->v, &g->vm);
	g->v.pc = 0x1008;
	g->v.regs.VBAR = 0x40000;
}

/* ISS of a MOPS exception: Xd is X1, Xs X2, Xn X3. */
static u64 mops_esr(bool set, unsigned int format, bool epilogue)
{
	return 0x27ull << 26 | 1 << 25 | (u64)set << 24 | (u64)epilogue << 18 |
	       format << 16 | 1 << 10 | 2 << 5 | 3;
}

/* [D1.4.5.8]: what Xd, Xs and Xn become; A is FormatOption 1 or 2, B 0 or 3. */
static void copies_and_sets_go_back_to_the_prologue(void **state)
{
	static const struct {
		bool set, a, n_flag;
		u64 d, s, n;          /* before */
		u64 to_d, to_s, to_n; /* after */
	} rows[] = {
		/* copy, A, forward: Xn = -left, ends fixed */
		{ false, true, false, 0x2000, 0x3000, -0x10ull, 0x1ff0, 0x2ff0, 0x10 },
		/* ... the flags have no meaning in option A */
		{ false, true, true, 0x2000, 0x3000, -0x10ull, 0x1ff0, 0x2ff0, 0x10 },
		/* copy, A, backward: Xn = left, starts fixed */
		{ false, true, false, 0x2000, 0x3000, 0x10, 0x2000, 0x3000, 0x10 },
		/* copy, A, nothing left */
		{ false, true, false, 0x2000, 0x3000, 0, 0x2000, 0x3000, 0 },
		/* copy, B, forward */
		{ false, false, false, 0x2000, 0x3000, 0x10, 0x2000, 0x3000, 0x10 },
		/* copy, B, backward: one past what is left */
		{ false, false, true, 0x2000, 0x3000, 0x10, 0x1ff0, 0x2ff0, 0x10 },
		/* set, A */
		{ true, true, false, 0x2000, 0x77, -0x20ull, 0x1fe0, 0x77, 0x20 },
		/* set, B; there is no backward set, so N has no meaning */
		{ true, false, false, 0x2000, 0x77, 0x20, 0x2000, 0x77, 0x20 },
		{ true, false, true, 0x2000, 0x77, 0x20, 0x2000, 0x77, 0x20 },
		/* addresses wrap around */
		{ false, true, false, 0x8, 0x4, -0x10ull, -0x8ull, -0xcull, 0x10 },
		/* the longest: 2^55 - 1 */
		{ false, true, false, 0x7fffffffffffff, 0, -0x7fffffffffffffull, 0,
		  -0x7fffffffffffffull, 0x7fffffffffffff },
	};
	struct guest g;

	for (size_t i = 0; i < 2 * COUNT(rows) * 2; i++) {
		size_t r = i / 4;
		unsigned int format = rows[r].a ? 1 + i % 2 : 3 * (i % 2);
		bool epilogue = i / 2 % 2;

		begin(&g);
		g.v.x[1] = rows[r].d;
		g.v.x[2] = rows[r].s;
		g.v.x[3] = rows[r].n;
		g.v.pstate = (rows[r].n_flag ? 1ull << 31 : 0) | 1 << 29 | 5;
		g.v.esr = mops_esr(rows[r].set, format, epilogue);
		mops_reset(&g.v);
		assert_int_equal(g.v.x[1], rows[r].to_d);
		assert_int_equal(g.v.x[2], rows[r].to_s);
		assert_int_equal(g.v.x[3], rows[r].to_n);
		assert_int_equal(g.v.pc, epilogue ? 0x1000 : 0x1004);
		/* NZCV is set by the prologue and nothing else. */
		assert_int_equal(g.v.pstate,
				 (rows[r].n_flag ? 1ull << 31 : 0) | 1 << 29 | 5);
	}
}

enum did { SKIPPED, REWOUND, FIXED, SENT_TO_USER, INJECTED };

/* What EL2 did, and SPSR_EL2.SS on return [D2.11.5]. */
static void a_step_is_over_when_the_instruction_is(void **state)
{
	static const struct {
		enum did did;
		bool ss;
	} rows[] = {
		{ SKIPPED, false },     { REWOUND, false },  { FIXED, true },
		{ SENT_TO_USER, true }, { INJECTED, false },
	};
	static const u32 debuggers[] = { 0, WORLD_DEBUG_ON | WORLD_DEBUG_STEP };
	struct guest g;

	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		begin(&g);
		g.v.debug = debuggers[i % 2];
		g.v.mdscr = 1;
		g.v.pstate = 5;
		/* A trap or fault: SS = 1, the step is still due. */
		step_exit(&g.v, 5 | 1 << 21);
		switch (rows[i / 2].did) {
		case SKIPPED: world_skip(&g.v); break;
		case REWOUND:
			g.v.esr = mops_esr(true, 0, false);
			mops_reset(&g.v);
			break;
		case FIXED: break;
		case SENT_TO_USER:
			g.v.esr = 0x24ull << 26 | 1 << 24 | 7;
			assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_MMIO);
			break;
		case INJECTED:
			world_inject(&g.v, 1 << 25);
			/* The guest's SPSR has the former value: its own, not the debugger's. */
			assert_int_equal(g.v.regs.SPSR >> 21 & 1, !debuggers[i % 2]);
			assert_int_equal(g.v.pstate >> 9 & 1, 1);
			break;
		}
		assert_int_equal(step_spsr(&g.v) >> 21 & 1, rows[i / 2].ss);
		assert_int_equal(step_mdscr(&g.v) & 1, 1);
	}
}

/* An injected exception's vector, by where it came from [AArch64.TakeException]. */
static void an_injected_exception_finds_its_vector(void **state)
{
	static const struct {
		u64 pstate, vector;
	} rows[] = {
		{ 0x5, 0x200 },
		{ 0x4, 0x0 },
		{ 0x0, 0x400 },
		{ 0x10, 0x600 },
	};
	struct guest g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(&g);
		g.v.pstate = rows[i].pstate | 15ull << 28 | (i & 1 ? 1 << 24 : 0);
		world_inject(&g.v, 0x123);
		assert_int_equal(g.v.pc, 0x40000 + rows[i].vector);
		assert_int_equal(g.v.regs.ELR, 0x1008);
		assert_int_equal(g.v.regs.SPSR,
				 rows[i].pstate | 15ull << 28 | (i & 1 ? 1 << 24 : 0));
		assert_int_equal(g.v.regs.ESR, 0x123);
		/* NZCV and DIT stay, DAIF set, EL1h; PAN because SCTLR_EL1.SPAN is 0. */
		assert_int_equal(g.v.pstate, 15ull << 28 | (i & 1 ? 1 << 24 : 0) | 1 << 22 |
						     15 << 6 | 5);
	}
}

/*
 * PSTATE at EL1 [AArch64.TakeException]: SSBS (12) is SCTLR_EL1.DSSBS (44); TCO (25) is 1 if
 * the CPU has FEAT_MTE; ALLINT (13) is not SCTLR_EL1.SPINTMASK (62) if it has FEAT_NMI; UAO
 * (23), IL (20), BTYPE (11:10) are 0.  ID_AA64PFR1_EL1: MTE 11:8, NMI 39:36.
 */
static void an_injected_exception_sets_pstate_as_the_cpu_does(void **state)
{
	static const struct {
		u64 pfr1, sctlr, old, want;
	} rows[] = {
		{ 0, 0, 0x5, 0x4003c5 },
		{ 0, 1 << 23, 0x5, 0x3c5 },
		{ 0, 1ull << 44 | 1 << 23, 0x5, 0x13c5 },
		{ 0, 1 << 23, 0x1005, 0x3c5 },
		{ 1 << 8, 1 << 23, 0x5, 0x20003c5 },
		{ 3 << 8, 1 << 23, 0x5, 0x20003c5 },
		{ 0, 1 << 23, 0x2000005, 0x3c5 },
		{ 1ull << 36, 1 << 23, 0x5, 0x23c5 },
		{ 1ull << 36, 1ull << 62 | 1 << 23, 0x2005, 0x3c5 },
		{ 0, 1ull << 62 | 1 << 23, 0x5, 0x3c5 },
		{ 0, 1 << 23, 0x900c05, 0x3c5 },
	};
	struct world_cpu cpu = { 0 };
	struct guest g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		reg[SYS_ID_AA64PFR1_EL1] = rows[i].pfr1;
		begin(&g);
		assert_int_equal(world_vm_init(&g.vm, &cpu, 0), 0);
		g.v.regs.SCTLR = rows[i].sctlr;
		g.v.pstate = rows[i].old;
		world_inject(&g.v, 1 << 25);
		assert_int_equal(g.v.pstate, rows[i].want);
		assert_int_equal(g.v.regs.SPSR, rows[i].old);
	}
}

/*
 * AArch32 at EL0: M[4] = 1, T is bit 5.  A T16 instruction (ESR_EL2.IL, bit 25, is 0) has 2 bytes;
 * IT[7:2] is bits 15:10, IT[1:0] bits 26:25, and advances [AArch32.ITAdvance].
 */
static void an_emulated_instruction_is_left_behind(void **state)
{
	static const struct {
		u64 pstate, il, pc, want;
	} rows[] = {
		{ 0x5 | 3 << 10, 1, 0x100c, 0x5 },
		{ 0x10, 1, 0x100c, 0x10 },
		{ 0x30, 1, 0x100c, 0x30 },
		{ 0x30, 0, 0x100a, 0x30 },
		/* IT = 00001100, 00010111, 11101000 */
		{ 0x30 | 0xc00, 0, 0x100a, 0x30 | 0x1800 },
		{ 0x30 | 0x1400 | 3 << 25, 1, 0x100c, 0x30 | 0xc00 | 2 << 25 },
		{ 0x30 | 0xe800, 0, 0x100a, 0x30 },
		/* Flags, GE and E are unchanged. */
		{ 0xf80f0230, 0, 0x100a, 0xf80f0230 },
	};
	struct guest g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(&g);
		g.v.pstate = rows[i].pstate;
		g.v.esr = 0x24ull << 26 | rows[i].il << 25 | 1 << 24 | 9 << 16 | 7;
		assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_MMIO);
		world_mmio_done(&g.v, 0);
		assert_int_equal(g.v.pc, rows[i].pc);
		assert_int_equal(g.v.pstate, rows[i].want);
	}
}

#define DABT (0x24ull << 26 | 1 << 25)
#define ISV  (1ull << 24)

/* With a syndrome: size, sign and width of the register, and its final value. */
static void a_load_with_syndrome_is_emulated(void **state)
{
	static const struct {
		u64 iss, data, want;
		u32 len;
	} rows[] = {
		{ 0 << 22, 0x1ff, 0xff, 1 },
		{ 0 << 22 | 1 << 21, 0x80, 0xffffff80, 1 },
		{ 0 << 22 | 1 << 21 | 1 << 15, 0x80, 0xffffffffffffff80, 1 },
		{ 1 << 22, 0x12345, 0x2345, 2 },
		{ 1 << 22 | 1 << 21, 0x7fff, 0x7fff, 2 },
		{ 2 << 22, 0x1ffffffff, 0xffffffff, 4 },
		{ 2 << 22 | 1 << 21 | 1 << 15, 0x80000000, 0xffffffff80000000, 4 },
		{ 3 << 22 | 1 << 15, 0xfedcba9876543210, 0xfedcba9876543210, 8 },
	};
	struct guest g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(&g);
		g.v.pstate = 5 | 3 << 10;
		g.v.esr = DABT | ISV | rows[i].iss | 9 << 16 | 7;
		assert_int_equal(world_mmio(&g.v, 0x9008), WORLD_MMIO);
		assert_int_equal(g.v.mmio.ipa, 0x9008);
		assert_int_equal(g.v.mmio.len, rows[i].len);
		assert_false(g.v.mmio.write);
		assert_int_equal(g.v.pc, 0x1008);
		world_mmio_done(&g.v, rows[i].data);
		assert_int_equal(g.v.x[9], rows[i].want);
		assert_int_equal(g.v.pc, 0x100c);
		assert_int_equal(g.v.pstate, 5);
	}
	/* A load to XZR has no effect; a store has its register's low bytes. */
	begin(&g);
	g.v.esr = DABT | ISV | 3 << 22 | 31 << 16 | 7;
	assert_int_equal(world_mmio(&g.v, 0), WORLD_MMIO);
	world_mmio_done(&g.v, 77);
	assert_int_equal(g.v.x[31], 0);
	g.v.x[9] = 0x1122334455667788;
	g.v.esr = DABT | ISV | 1 << 22 | 9 << 16 | 1 << 6 | 7;
	assert_int_equal(world_mmio(&g.v, 0), WORLD_MMIO);
	assert_true(g.v.mmio.write);
	assert_int_equal(g.v.mmio.data, 0x7788);
	world_mmio_done(&g.v, 0);
	assert_int_equal(g.v.x[9], 0x1122334455667788);
}

/* Without a syndrome, by the kind of VM [Documentation/virt/kvm/api.rst, KVM_EXIT_ARM_NISV]. */
static void a_load_without_syndrome_is_not_guessed(void **state)
{
	/* All bits that may be set with ISV = 0: VNCR, LST, FnV, EA, WnR; not CM, S1PTW. */
	u64 esr = DABT | 1 << 21 | 1 << 15 | 1 << 13 | 3 << 11 | 1 << 10 | 1 << 9 |
		  1 << 6 | 7;
	struct guest g;

	begin(&g);
	g.v.esr = esr;
	assert_int_equal(world_mmio(&g.v, 0x9000), -38);
	assert_int_equal(g.v.pc, 0x1008);

	g.vm.nisv_to_user = true;
	assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_NISV);
	assert_int_equal(g.v.nisv.esr_iss, 1 << 6 | 7);
	assert_int_equal(g.v.nisv.ipa, 0x9000);
	assert_int_equal(g.v.pc, 0x1008);

	/* Protected: the guest gets the abort, whatever user space requested. */
	g.vm.features = WORLD_VM_PROTECTED;
	g.v.far = 0xabc000;
	g.v.pstate = 5;
	assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_RUN);
	assert_int_equal(g.v.regs.ESR, 0x25ull << 26 | 1 << 25 | 0x10);
	assert_int_equal(g.v.regs.FAR, 0xabc000);
	assert_int_equal(g.v.regs.ELR, 0x1008);
	/* From EL0, AArch64 and AArch32: EC says lower. */
	for (u64 aarch32 = 0; aarch32 < 2; aarch32++) {
		g.v.pstate = aarch32 << 4;
		assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_RUN);
		assert_int_equal(g.v.regs.ESR, 0x24ull << 26 | 1 << 25 | 0x10);
	}
}

/*
 * LD64B and ST64B have ISV = 1, SAS = 3, SF = 1, and LST (bits 12:11) identifies them [ESR_EL2, ISS
 * of a Data Abort]: they access 64 bytes with eight registers.
 */
static void a_64_byte_access_is_not_one_of_8(void **state)
{
	struct guest g;

	/* ST64BV, LD64B or ST64B, ST64BV0. */
	for (u64 lst = 1; lst < 4; lst++) {
		begin(&g);
		g.v.x[4] = 0x1122334455667788;
		g.v.esr = DABT | ISV | 3 << 22 | 4 << 16 | 1 << 15 | lst << 11 | 1 << 6 | 7;
		assert_int_equal(world_mmio(&g.v, 0x9000), -38);
		g.vm.nisv_to_user = true;
		assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_NISV);
		assert_int_equal(g.v.nisv.esr_iss, 1 << 6 | 7);
		assert_int_equal(g.v.nisv.ipa, 0x9000);
		assert_int_equal(g.v.pc, 0x1008);
		assert_int_equal(g.v.mmio.len, 0);
		g.vm.features = WORLD_VM_PROTECTED;
		assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_RUN);
		assert_int_equal(g.v.regs.ESR, 0x25ull << 26 | 1 << 25 | 0x10);
	}
}

/*
 * User space has no device there, and answers an access with an abort: a synchronous External abort
 * at the instruction, and no load [linux arch/arm64/kvm/mmio.c, kvm_handle_mmio_return(), since
 * 6.13].  IL (25) is 1, as for every Data Abort without ISV, even from a T16 instruction (IL = 0).
 */
static void an_access_may_be_answered_by_an_abort(void **state)
{
	static const struct {
		u64 iss, pstate, ec, vector;
		int next;
	} rows[] = {
		{ 1 << 25 | 1 << 24 | 2 << 22 | 9 << 16 | 7, 0x5, 0x25, 0x200, WORLD_MMIO },
		{ 1 << 25 | 1 << 24 | 2 << 22 | 9 << 16 | 1 << 6 | 7, 0x5, 0x25, 0x200, WORLD_MMIO },
		{ 1 << 24 | 2 << 22 | 9 << 16 | 7, 0x30, 0x24, 0x600, WORLD_MMIO },
		{ 1 << 25 | 7, 0x5, 0x25, 0x200, WORLD_NISV },
	};
	struct guest g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(&g);
		g.vm.nisv_to_user = true;
		g.v.debug = WORLD_DEBUG_ON | WORLD_DEBUG_STEP;
		g.v.pstate = rows[i].pstate;
		g.v.far = 0xabc000;
		g.v.x[9] = 0x99;
		g.v.esr = 0x24ull << 26 | rows[i].iss;
		assert_int_equal(world_mmio(&g.v, 0x9000), rows[i].next);
		world_external_abort(&g.v);
		assert_int_equal(g.v.regs.ESR, rows[i].ec << 26 | 1 << 25 | 0x10);
		assert_int_equal(g.v.regs.FAR, 0xabc000);
		assert_int_equal(g.v.regs.ELR, 0x1008);
		assert_int_equal(g.v.regs.SPSR, rows[i].pstate);
		/* The debugger gets the handler's first instruction before it executes. */
		assert_int_equal(step_spsr(&g.v) >> 21 & 1, 0);
		/* Completing an access that is no longer pending has no effect. */
		world_mmio_done(&g.v, 0x77);
		assert_int_equal(g.v.pc, 0x40000 + rows[i].vector);
		assert_int_equal(g.v.x[9], 0x99);
	}
}

/* The log line names the suspect: the guest's address, or the instruction. */
static void a_refused_access_is_explained(void **state)
{
	struct guest g;

	begin(&g);
	g.v.esr = DABT | 6;
	assert_int_equal(world_mmio(&g.v, 0x9000), -38);
	assert_non_null(strstr(world_refusal(&g.v), "outside of the VM's memory"));
	assert_non_null(strstr(world_refusal(&g.v), "ISV = 0"));
	g.v.esr = DABT | ISV | 3 << 22 | 1 << 15 | 2 << 11 | 6;
	assert_int_equal(world_mmio(&g.v, 0x9000), -38);
	assert_non_null(strstr(world_refusal(&g.v), "outside of the VM's memory"));
	assert_non_null(strstr(world_refusal(&g.v), "64-byte"));
}

/*
 * LDM and the like: without a syndrome IL is 1, and only user space, which decodes it, knows the
 * size.
 */
static void user_space_tells_of_a_t16_instruction(void **state)
{
	struct guest g;

	for (unsigned int t16 = 0; t16 < 2; t16++) {
		begin(&g);
		g.vm.nisv_to_user = true;
		g.v.pstate = 0x30 | 0xe800;
		g.v.esr = DABT | 6;
		assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_NISV);
		world_nisv_done(&g.v, t16 ? WORLD_NISV_EMULATED_T16 : WORLD_NISV_EMULATED);
		assert_int_equal(g.v.pc, t16 ? 0x100a : 0x100c);
		assert_int_equal(g.v.pstate, 0x30);
	}
}

/*
 * A stage 1 table without memory (S1PTW = 1): the guest's own error, and not an access to a device,
 * whatever was requested [linux arch/arm64/kvm/mmu.c, kvm_handle_guest_abort()].
 */
static void a_walk_of_no_memory_is_an_external_abort(void **state)
{
	struct guest g;

	for (unsigned int i = 0; i < 8; i++) {
		begin(&g);
		g.vm.nisv_to_user = i & 1;
		g.vm.features = i & 2 ? WORLD_VM_PROTECTED : 0;
		g.v.pstate = i & 4 ? 0 : 5;
		g.v.far = 0xabc123;
		/* A load, translation fault at level 3; HPFAR has the table's page. */
		g.v.esr = DABT | 1 << 7 | 7;
		assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_RUN);
		assert_int_equal(g.v.regs.ESR, (i & 4 ? 0x24ull : 0x25ull) << 26 | 1 << 25 | 0x10);
		assert_int_equal(g.v.regs.FAR, 0xabc123);
		assert_int_equal(g.v.regs.ELR, 0x1008);
		assert_int_equal(g.v.pc, 0x40000 + (i & 4 ? 0x400 : 0x200));
	}
}

/*
 * Cache maintenance of absent memory (CM = 1) has nothing to do, so it is skipped in any VM.  If
 * its walk faults, the table comes first.
 */
static void cache_maintenance_of_no_memory_is_skipped(void **state)
{
	struct guest g;

	for (unsigned int i = 0; i < 4; i++) {
		begin(&g);
		g.vm.nisv_to_user = i & 1;
		g.vm.features = i & 2 ? WORLD_VM_PROTECTED : 0;
		/* With the host's debugger, whose step is done, and a BTYPE that is cleared. */
		g.v.debug = WORLD_DEBUG_ON | WORLD_DEBUG_STEP;
		g.v.pstate = 5 | 3 << 10;
		g.v.esr = DABT | 1 << 8 | 1 << 6 | 6;
		assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_RUN);
		assert_int_equal(g.v.pc, 0x100c);
		assert_int_equal(g.v.pstate, 5);
		assert_int_equal(step_spsr(&g.v) >> 21 & 1, 0);
		assert_int_equal(g.v.regs.ESR, 0);
		g.v.esr |= 1 << 7;
		assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_RUN);
		assert_int_equal(g.v.regs.ESR, 0x25ull << 26 | 1 << 25 | 0x10);
	}
}

/*
 * Code without memory: EC 0x20 at EL2, 0x20 or 0x21 at EL1 [ESR_EL1], IFSC 0x10, also on a walk.
 * Its syndrome has no ISV, CM or LST.
 */
static void a_fetch_from_no_memory_is_an_external_abort(void **state)
{
	static const struct {
		u64 pstate, esr, want, vector;
	} rows[] = {
		{ 0x5, 0x6, 0x21, 0x200 },
		{ 0x0, 0x7, 0x20, 0x400 },
		{ 0x10, 0x7, 0x20, 0x600 },
		{ 0x5, 0x7 | 1 << 7, 0x21, 0x200 },
	};
	struct guest g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(&g);
		g.vm.nisv_to_user = true;
		g.v.pstate = rows[i].pstate;
		g.v.far = 0x1008;
		g.v.esr = 0x20ull << 26 | 1 << 25 | rows[i].esr;
		assert_int_equal(world_exit(&g.v), WORLD_ABORT);
		assert_int_equal(world_mmio(&g.v, 0x9000), WORLD_RUN);
		assert_int_equal(g.v.regs.ESR, rows[i].want << 26 | 1 << 25 | 0x10);
		assert_int_equal(g.v.regs.FAR, 0x1008);
		assert_int_equal(g.v.regs.ELR, 0x1008);
		assert_int_equal(g.v.pc, 0x40000 + rows[i].vector);
	}
}

/*
 * HPFAR_EL2 has the IPA only after some faults [HPFAR_EL2].  On a stage 1 walk it is the table's
 * page; FAR, the access's address, does not give the offset in it.
 */
static void the_ipa_is_known_or_not(void **state)
{
	struct guest g;
	u64 ipa;

	begin(&g);
	/* FIPA, bits 43:4, is bits 51:12 of the IPA. */
	g.v.hpfar = 0xf0000123450;
	g.v.far = 0xffff000000000678;
	for (unsigned int dfsc = 0; dfsc < 64; dfsc++) {
		bool walked = dfsc >= 0xc && dfsc <= 0xf;
		bool always = dfsc <= 0xb || (dfsc >= 0x29 && dfsc <= 0x2c);

		g.v.esr = DABT | dfsc;
		ipa = 0;
		assert_int_equal(world_fault_ipa(&g.v, &ipa), always);
		assert_int_equal(ipa, always ? 0xf000012345678 : 0);
		g.v.esr |= 1 << 7; /* S1PTW */
		ipa = 0;
		assert_int_equal(world_fault_ipa(&g.v, &ipa), always || walked);
		assert_int_equal(ipa, always || walked ? 0xf000012345000 : 0);
	}
}

/* MDCR_EL2.{E2PB,TPMS} by the CPU and the VM [MDCR_EL2]: both are RES0 without SPE. */
static void spe_bits_are_only_where_spe_is(void **state)
{
	static const struct {
		bool bits, usable, owns, irq;
		u64 want;
	} rows[] = {
		{ false, false, false, false, 0 },
		{ false, false, true, false, 0 },
		{ true, false, false, false, 1 << 14 },
		{ true, false, true, false, 1 << 14 },
		{ true, true, false, false, 1 << 14 },
		{ true, true, true, false, 3 << 12 },
		{ true, true, true, true, 2 << 12 },
	};
	struct world_cpu cpu = { 0 };
	struct guest g;

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(&g);
		cpu.spe_bits = rows[i].bits;
		cpu.spe_usable = rows[i].usable;
		g.vm.id[WORLD_ID_AA64DFR0] = rows[i].owns ? 1ull << 32 : 0;
		g.v.spe_irq = rows[i].irq;
		assert_int_equal(spe_mdcr(&cpu, &g.v), rows[i].want);
	}
}

/* S3_0_C9_C9_n and S3_0_C9_C10_n, and no others. */
static void spe_registers_are_known_by_their_encoding(void **state)
{
	for (u64 iss = 0; iss < 1 << 22; iss += 2) {
		bool is = iss >> 20 == 3 && (iss >> 14 & 7) == 0 &&
			  (iss >> 10 & 15) == 9 &&
			  ((iss >> 1 & 15) == 9 || (iss >> 1 & 15) == 10);

		assert_int_equal(spe_is_register(iss), is);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_and_sets_go_back_to_the_prologue),
		cmocka_unit_test(a_step_is_over_when_the_instruction_is),
		cmocka_unit_test(an_injected_exception_finds_its_vector),
		cmocka_unit_test(an_injected_exception_sets_pstate_as_the_cpu_does),
		cmocka_unit_test(an_emulated_instruction_is_left_behind),
		cmocka_unit_test(a_load_with_syndrome_is_emulated),
		cmocka_unit_test(a_load_without_syndrome_is_not_guessed),
		cmocka_unit_test(a_64_byte_access_is_not_one_of_8),
		cmocka_unit_test(an_access_may_be_answered_by_an_abort),
		cmocka_unit_test(a_refused_access_is_explained),
		cmocka_unit_test(user_space_tells_of_a_t16_instruction),
		cmocka_unit_test(a_walk_of_no_memory_is_an_external_abort),
		cmocka_unit_test(cache_maintenance_of_no_memory_is_skipped),
		cmocka_unit_test(a_fetch_from_no_memory_is_an_external_abort),
		cmocka_unit_test(the_ipa_is_known_or_not),
		cmocka_unit_test(spe_bits_are_only_where_spe_is),
		cmocka_unit_test(spe_registers_are_known_by_their_encoding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
