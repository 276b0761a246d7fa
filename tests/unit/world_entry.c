// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control registers after a guest's entry, and its trapped accesses.  All values are literals
 * from the Arm ARM's register descriptions [D24.2], so that a wrong bit in kvm/world/bits.h is
 * found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/unit/world_roof.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct machine {
	struct world_cpu cpu;
	struct world_vm vm;
	struct world_vcpu v;
};

/* DebugVer 9, PMUVer 6, PMSVer 5; MOPS and HCX; HPMN 6; the buffer is not EL3's. */
static void reset(bool vhe)
{
	memset(reg, 0, sizeof(reg));
	reg[SYS_ID_AA64DFR0_EL1] = 5ull << 32 | 0x305609;
	reg[SYS_ID_DFR0_EL1] = 0x06000009;
	reg[SYS_ID_AA64ISAR2_EL1] = 1 << 16;
	reg[SYS_ID_AA64MMFR1_EL1] = 1ull << 40;
	reg[SYS_HCR_EL2] = vhe ? 1ull << 34 | 1ull << 31 | 1 << 27 : 1ull << 31;
	reg[SYS_MDCR_EL2] = 6;
}

static void boot(struct machine *m, bool vhe, u32 features)
{
	memset(m, 0, sizeof(*m));
	reset(vhe);
	world_cpu_init(&m->cpu);
	assert_int_equal(world_vm_init(&m->vm, &m->cpu, features), 0);
	world_vcpu_init(&m->v, &m->vm);
}

/* HCR_EL2: VM 0, SWIO 1, FMO 3, IMO 4, AMO 5, TID3 18, TSC 19, RW 31; E2H 34 if VHE. */
static void the_guest_runs_by_its_own_hcr(void **state)
{
	struct machine m;

	boot(&m, false, 0);
	world_enter(&m.cpu, &m.v);
	assert_int_equal(reg[SYS_HCR_EL2], 0x800c003b);
	boot(&m, true, 0);
	world_enter(&m.cpu, &m.v);
	assert_int_equal(reg[SYS_HCR_EL2], 0x4800c003b);
}

/*
 * The guest gets nothing that the host itself uses: MDCR_EL2.{TPM, TPMCR} trap the PMU whatever the
 * VM's PMUVer (11:8 of ID_AA64DFR0_EL1), TTRF (19) the trace filter.  They are RES0 on a CPU
 * without PMUv3 (0, 15) and without FEAT_TRF (TraceFilt, 43:40, is 0).
 */
static void the_pmu_and_the_trace_filter_trap(void **state)
{
	static const struct {
		u64 dfr0, want;
	} rows[] = {
		{ 0x305609, 0xe66 },
		{ 0x305009, 0xe06 },
		{ 0x305f09, 0xe06 },
		{ 1ull << 40 | 0x305009, 0x80e06 },
		{ 1ull << 40 | 0x305609, 0x80e66 },
	};
	struct machine m;

	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		reset(true);
		reg[SYS_ID_AA64DFR0_EL1] = rows[i / 2].dfr0;
		world_cpu_init(&m.cpu);
		assert_int_equal(world_vm_init(&m.vm, &m.cpu, i % 2 ? WORLD_VM_PMU : 0), 0);
		world_vcpu_init(&m.v, &m.vm);
		world_enter(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_MDCR_EL2], rows[i / 2].want);
	}
}

/* MDCR_EL2: TPMCR 5, TPM 6, TDE 8, TDA 9, TDOSA 10, TDRA 11, E2PB 13:12, TPMS 14. */
static void debug_registers_trap(void **state)
{
	static const struct {
		u32 features, debug;
		u64 want;
	} rows[] = {
		{ 0, 0, 0x4e66 },
		{ 0, WORLD_DEBUG_ON, 0x4f66 },
		{ WORLD_VM_SPE, 0, 0x3e66 },
	};
	struct machine m;

	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		boot(&m, i % 2, rows[i / 2].features);
		world_debug_set(&m.v, rows[i / 2].debug);
		world_enter(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_MDCR_EL2], rows[i / 2].want);
	}
}

/*
 * HCRX_EL2: MCE2 10, MSCEn 11, by the VM's ID_AA64ISAR2_EL1.MOPS (19:16): with MSCEn = 0 the
 * instructions are UNDEFINED.  The register exists according to ID_AA64MMFR1_EL1.HCX (43:40), and
 * never has the host's value while a guest runs.
 */
static void the_vm_has_memory_copies_or_not(void **state)
{
	static const struct {
		u64 isar2, hcx, vm, want;
	} rows[] = {
		{ 1 << 16, 1, 1 << 16, 0xc00 },
		{ 1 << 16, 1, 0, 0 },
		{ 0, 1, 0, 0 },
		{ 0, 0, 0, 0x777 },
	};
	struct machine m;

	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		reset(i % 2);
		reg[SYS_ID_AA64ISAR2_EL1] = rows[i / 2].isar2;
		reg[SYS_ID_AA64MMFR1_EL1] = rows[i / 2].hcx << 40;
		reg[SYS_HCRX_EL2] = 0x777;
		world_cpu_init(&m.cpu);
		assert_int_equal(world_vm_init(&m.vm, &m.cpu, 0), 0);
		world_vcpu_init(&m.v, &m.vm);
		assert_int_equal(m.vm.id[WORLD_ID_AA64ISAR2], rows[i / 2].isar2);
		assert_int_equal(world_id_set(&m.vm, WORLD_ID_AA64ISAR2, rows[i / 2].vm), 0);
		world_enter(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_HCRX_EL2], rows[i / 2].want);
		world_leave(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_HCRX_EL2], 0x777);
	}
}

/* PMSCR_EL1: E0SPE 0, E1SPE 1, CX 3. */
static void the_policy_is_in_pmscr(void **state)
{
	static const struct {
		u32 profile;
		u64 want;
	} rows[] = {
		{ 0, 0 },
		{ WORLD_PROFILE_USER, 1 },
		{ WORLD_PROFILE_KERNEL, 2 },
		{ WORLD_PROFILE_USER | WORLD_PROFILE_CONTEXT, 9 },
		{ WORLD_PROFILE_USER | WORLD_PROFILE_KERNEL | WORLD_PROFILE_CONTEXT, 11 },
	};
	struct machine m;

	for (size_t i = 0; i < COUNT(rows); i++) {
		boot(&m, true, 0);
		reg[SYS_PMSCR_EL12] = 0xff;
		assert_int_equal(world_profile_set(&m.cpu, &m.v, rows[i].profile), 0);
		world_enter(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_PMSCR_EL12], rows[i].want);
	}
}

/* PMBIDR_EL1.P is bit 4; bit 5 is F, hardware management of the Access flag. */
static void el3_may_keep_spe(void **state)
{
	static const struct {
		u64 pmbidr;
		bool usable;
	} rows[] = {
		{ 0, true }, { 1 << 4, false }, { 1 << 5, true }, { 1 << 4 | 1 << 5, false },
	};
	struct world_cpu cpu;

	for (size_t i = 0; i < COUNT(rows); i++) {
		reset(true);
		reg[SYS_PMBIDR_EL1] = rows[i].pmbidr;
		world_cpu_init(&cpu);
		assert_int_equal(cpu.spe_usable, rows[i].usable);
		assert_true(cpu.spe_bits);
	}
}

/* PMSIDR_EL1: FnE 6, PMSNEVFR_EL1 exists; FDS 7, PMSDSFR_EL1 exists. */
static void optional_spe_registers_move_if_they_exist(void **state)
{
	struct machine m;

	for (u64 idr = 0; idr < 4; idr++) {
		boot(&m, false, 0);
		reg[SYS_PMSIDR_EL1] = idr << 6;
		world_cpu_init(&m.cpu);
		assert_int_equal(world_vm_init(&m.vm, &m.cpu, WORLD_VM_SPE), 0);
		reg[SYS_PMSNEVFR_EL1] = 0x11;
		reg[SYS_PMSDSFR_EL1] = 0x22;
		m.v.spe.PMSNEVFR_EL1 = 0x33;
		m.v.spe.PMSDSFR_EL1 = 0x44;
		world_enter(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_PMSNEVFR_EL1], idr & 1 ? 0x33 : 0x11);
		assert_int_equal(reg[SYS_PMSDSFR_EL1], idr & 2 ? 0x44 : 0x22);
		world_leave(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_PMSNEVFR_EL1], 0x11);
		assert_int_equal(reg[SYS_PMSDSFR_EL1], 0x22);
	}
}

/*
 * PMSCR_EL2: CX 3, PA 4, PCT 7:6 also affect the records of an EL1-owned buffer
 * [CollectPhysicalAddress, CollectContextIDR2, CollectTimeStamp]: all 0 while a guest owns it,
 * whether the host profiles (PMBLIMITR_EL1.E, bit 0) or not.
 */
static void an_owner_sees_nothing_of_the_host(void **state)
{
	struct machine m;

	for (u64 i = 0; i < 4; i++) {
		bool vhe = i & 1, profiles = i & 2;

		boot(&m, vhe, 0);
		reg[SYS_PMSCR_EL2] = 0x58;
		world_cpu_init(&m.cpu);
		assert_int_equal(world_vm_init(&m.vm, &m.cpu, WORLD_VM_SPE), 0);
		/* A VHE host's PMSCR_EL2 also has this name. */
		reg[SYS_PMSCR_EL1] = vhe ? 0x58 : 3;
		reg[SYS_PMBLIMITR_EL1] = 0x10000 | profiles;
		world_enter(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_PMSCR_EL2], 0);
		world_leave(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_PMSCR_EL1], vhe ? 0x58 : 3);
		assert_int_equal(reg[SYS_PMSCR_EL2], vhe ? 0 : 0x58);
	}
}

/*
 * PMSVer, bits 35:32 of ID_AA64DFR0_EL1: up to 5, FEAT_SPEv1p4.  6 has registers and an exception
 * that the world switch does not handle: FEAT_SPE_nVM, FEAT_SPE_EXC.
 */
static void an_owner_has_the_spe_that_is_switched(void **state)
{
	static const u64 rows[][2] = { { 1, 1 }, { 3, 3 }, { 5, 5 }, { 6, 5 }, { 15, 5 } };
	struct machine m;

	for (size_t i = 0; i < COUNT(rows); i++) {
		boot(&m, true, 0);
		reg[SYS_ID_AA64DFR0_EL1] = rows[i][0] << 32 | 0x305609;
		assert_int_equal(world_vm_init(&m.vm, &m.cpu, WORLD_VM_SPE), 0);
		assert_int_equal(m.vm.id[WORLD_ID_AA64DFR0] >> 32, rows[i][1]);
		assert_int_equal(world_id_set(&m.vm, WORLD_ID_AA64DFR0, 6ull << 32 | 0x305009),
				 -22);
		assert_int_equal(world_vm_init(&m.vm, &m.cpu, 0), 0);
		assert_int_equal(m.vm.id[WORLD_ID_AA64DFR0] >> 32, 0);
	}
}

/* MDSCR_EL1: SS 0, KDE 13, MDE 15; only SS has two owners. */
static void the_guests_debug_controls_act(void **state)
{
	static const struct {
		u32 debug;
		u64 own, want;
	} rows[] = {
		{ 0, 0xa000, 0xa000 },
		{ 0, 0xa001, 0xa001 },
		{ WORLD_DEBUG_ON, 0xa001, 0xa000 },
		{ WORLD_DEBUG_ON | WORLD_DEBUG_STEP, 0xa000, 0xa001 },
	};
	struct machine m;

	for (size_t i = 0; i < COUNT(rows); i++) {
		boot(&m, true, 0);
		m.v.mdscr = rows[i].own;
		world_debug_set(&m.v, rows[i].debug);
		world_enter(&m.cpu, &m.v);
		assert_int_equal(reg[SYS_MDSCR_EL1], rows[i].want);
		assert_int_equal(m.v.mdscr, rows[i].own);
	}
}

/* An access that trapped [ESR_EL2, ISS of EC 0x18]: Op0 Op2 Op1 CRn Rt CRm, read. */
static void trapped(struct world_vcpu *v, u64 op0, u64 crm, u64 op2, u64 rt, bool read)
{
	v->esr = 0x18ull << 26 | 1 << 25 | op0 << 20 | op2 << 17 | rt << 5 | crm << 1 | read;
	assert_int_equal(world_exit(v), WORLD_RUN);
	assert_int_equal(v->x[31], 0);
}

/* MDSCR_EL1 is S2_0_C0_C2_2. */
static void all_of_mdscr_is_the_guests(void **state)
{
	struct machine m;

	boot(&m, false, 0);
	m.v.x[5] = 0x123456789abcdeull;
	trapped(&m.v, 2, 2, 2, 5, false);
	assert_int_equal(m.v.mdscr, 0x123456789abcdeull);
	trapped(&m.v, 2, 2, 2, 6, true);
	assert_int_equal(m.v.x[6], 0x123456789abcdeull);
	/* To XZR, and from it. */
	trapped(&m.v, 2, 2, 2, 31, true);
	trapped(&m.v, 2, 2, 2, 31, false);
	assert_int_equal(m.v.mdscr, 0);
}

/* ID_DFR0_EL1 is S3_0_C0_C1_2, ID_AA64DFR0_EL1 S3_0_C0_C5_0, ID_AA64ISAR2_EL1 S3_0_C0_C6_2. */
static void id_registers_may_be_read_into_xzr(void **state)
{
	struct machine m;

	boot(&m, false, WORLD_VM_PMU);
	m.v.pc = 0x1000;
	trapped(&m.v, 3, 5, 0, 31, true);
	trapped(&m.v, 3, 1, 2, 31, true);
	trapped(&m.v, 3, 6, 2, 31, true);
	trapped(&m.v, 3, 5, 0, 7, true);
	trapped(&m.v, 3, 1, 2, 8, true);
	trapped(&m.v, 3, 6, 2, 9, true);
	assert_int_equal(m.v.x[7], 0x305609);
	assert_int_equal(m.v.x[8], 0x06000009);
	assert_int_equal(m.v.x[9], 0x10000);
	assert_int_equal(m.v.pc, 0x1018);
}

/*
 * The interface to user space of world.h, row by row, on a host with DebugVer 9, PMUVer 6, 6
 * breakpoints (BRPs 5), 4 watchpoints (WRPs 3), CopDbg 9, PerfMon 6, MOPS.
 */
static void user_space_writes_id_registers(void **state)
{
	static const struct {
		enum world_id id;
		u64 val;
		int want;
	} rows[] = {
		{ WORLD_ID_AA64DFR0, 0x305609, 0 },		/* unchanged */
		{ WORLD_ID_AA64DFR0, 0x305606, 0 },		/* less: DebugVer */
		{ WORLD_ID_AA64DFR0, 0x305409, 0 },		/* less: PMUVer */
		{ WORLD_ID_AA64DFR0, 0x305009, 0 },		/* none: PMUVer */
		{ WORLD_ID_AA64DFR0, 0x105609, 0 },		/* less: WRPs */
		{ WORLD_ID_AA64DFR0, 0x30560a, -22 },		/* more than the host */
		{ WORLD_ID_AA64DFR0, 0x305709, -22 },
		{ WORLD_ID_AA64DFR0, 0x305605, -22 },		/* less than Armv8 */
		{ WORLD_ID_AA64DFR0, 0x303609, -22 },		/* BRPs are the hardware's */
		{ WORLD_ID_AA64DFR0, 1ull << 32 | 0x305609, -22 },	/* PMSVer, not granted */
		{ WORLD_ID_AA64DFR0, 1ull << 40 | 0x305609, -22 },	/* TraceFilt: never */
		{ WORLD_ID_AA64DFR0, 0x305619, -22 },		/* TraceVer: never */
		{ WORLD_ID_DFR0, 0x06100009, -22 },		/* MProfDbg: never */
		{ WORLD_ID_DFR0, 0xf0000000 | 0x06000009, -22 },	/* TraceFilt: never */
		{ WORLD_ID_AA64ISAR2, 0, 0 },			/* no MOPS */
		{ WORLD_ID_AA64ISAR2, 1 << 12 | 1 << 16, -22 },	/* APA3: never */
		/* Reserved, or inconsistent: left to user space. */
		{ WORLD_ID_AA64DFR0, 0x305209, 0 },		/* no such PMUVer */
		{ WORLD_ID_DFR0, 0x06000006, 0 },		/* CopDbg 6, DebugVer 9 */
		{ WORLD_ID_DFR0, 0x00000009, 0 },		/* PerfMon 0, PMUVer 6 */
	};
	struct machine m;

	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 before;

		boot(&m, true, WORLD_VM_PMU);
		before = m.vm.id[rows[i].id];
		assert_int_equal(world_id_set(&m.vm, rows[i].id, rows[i].val), rows[i].want);
		assert_int_equal(m.vm.id[rows[i].id], rows[i].want ? before : rows[i].val);
		/* Frozen by the first run: the same value is accepted, any other is too late. */
		world_id_run(&m.vm);
		before = m.vm.id[rows[i].id];
		assert_int_equal(world_id_set(&m.vm, rows[i].id, before), 0);
		assert_int_equal(world_id_set(&m.vm, rows[i].id, before ^ 1), -16);
		assert_int_equal(m.vm.id[rows[i].id], before);
	}
	/* 15 becomes none: old kernels offered it. */
	boot(&m, true, WORLD_VM_PMU);
	assert_int_equal(world_id_set(&m.vm, WORLD_ID_AA64DFR0, 0x305f09), 0);
	assert_int_equal(m.vm.id[WORLD_ID_AA64DFR0], 0x305009);
	/* Writing another register freezes them if user space requested that order. */
	world_id_other_write(&m.vm);
	assert_int_equal(world_id_set(&m.vm, WORLD_ID_AA64DFR0, 0x305609), 0);
	boot(&m, true, WORLD_VM_PMU | WORLD_VM_FREEZE_EARLY);
	world_id_other_write(&m.vm);
	assert_int_equal(world_id_set(&m.vm, WORLD_ID_AA64DFR0, 0x305009), -16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_guest_runs_by_its_own_hcr),
		cmocka_unit_test(debug_registers_trap),
		cmocka_unit_test(the_pmu_and_the_trace_filter_trap),
		cmocka_unit_test(the_vm_has_memory_copies_or_not),
		cmocka_unit_test(the_policy_is_in_pmscr),
		cmocka_unit_test(el3_may_keep_spe),
		cmocka_unit_test(optional_spe_registers_move_if_they_exist),
		cmocka_unit_test(an_owner_sees_nothing_of_the_host),
		cmocka_unit_test(an_owner_has_the_spe_that_is_switched),
		cmocka_unit_test(the_guests_debug_controls_act),
		cmocka_unit_test(all_of_mdscr_is_the_guests),
		cmocka_unit_test(user_space_writes_id_registers),
		cmocka_unit_test(id_registers_may_be_read_into_xzr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
