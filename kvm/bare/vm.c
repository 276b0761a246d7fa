// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/bare/vm.h"

#include <stddef.h>

#include "kvm/bare/console.h"
#include "kvm/bare/guest.h"
#include "kvm/bare/layout.h"
#include "kvm/bare/machine.h"
#include "kvm/world/bits.h"

#define HCR_VI		BIT(7)
#define MOST_TOLD	8		/* wrong registers that are named */

_Static_assert(!offsetof(struct world_vcpu, x), "vectors.S saves X0 there");

u64 guest_enter(struct world_vcpu *v);

static u64 cpu_init(void *arg)
{
	struct vm *m = arg;

	world_cpu_init(&m->cpu);
	return 0;
}

void vm_machine(struct vm *m)
{
	at_el2(cpu_init, m);
}

/* Different from the host's, so that a register that was not moved is detected. */
static void guest_registers(struct world_vcpu *v, const void *entry)
{
	v->regs = (struct world_regs){
		.SCTLR = 0x30d00800 | 0x1005,	/* RES1 and SPAN; I, C, M */
		.CPACR = 3 << 20,
		.TTBR0 = (uintptr_t)guest_map | 2ull << 48,
		.TTBR1 = GUEST_DATA,
		.TCR = 3 << 12 | 1 << 10 | 1 << 8 | 25 | BIT(23),
		.SPSR = 0x2001, .ELR = 0x2002, .ESR = 0x2003, .FAR = 0x2004,
		.MAIR = 0x44ff00,
		.VBAR = (uintptr_t)guest_vectors,
		.CONTEXTIDR = GUEST_CONTEXT,
		.SP_EL0 = 0x2005,
		.SP_EL1 = GUEST_DATA + BLOCK,
		.PAR_EL1 = 0x2006, .TPIDR_EL0 = 0x2007, .TPIDRRO_EL0 = 0x2008,
		.TPIDR_EL1 = 0x2009,
	};
	v->pc = (uintptr_t)entry;
}

/* The initial state of a guest that owns SPE: off, and unlike the host's. */
static void guest_spe(struct world_spe *s)
{
	*s = (struct world_spe){
		.PMSICR_EL1 = 0x300, .PMSIRR_EL1 = 0xfffe00, .PMSFCR_EL1 = 0x20000,
		.PMSEVFR_EL1 = 0x20, .PMSLATFR_EL1 = 6, .PMSNEVFR_EL1 = 0x40,
		.PMBPTR_EL1 = GUEST_BUFFER, .PMBLIMITR_EL1 = GUEST_BUFFER + 0x1000,
	};
}

static u64 vm_create(void *arg)
{
	struct vm *m = arg;

	return (u64)world_vm_init(&m->vm, &m->cpu, m->vm.features);
}

void vm_init(struct vm *m, u32 features, const void *entry)
{
	m->vm.features = features;
	if (at_el2(vm_create, m))
		bail_out("the VM's features are refused", features, 0, 0);
	m->vm.vttbr = stage2_vttbr();
	m->vm.vtcr = stage2_vtcr();
	world_vcpu_init(&m->v, &m->vm);
	guest_registers(&m->v, entry);
	guest_spe(&m->v.spe);
	m->switches = m->wrong = 0;
	stage2_clear();
	stage2_map(GUEST, GUEST);
	stage2_map(GUEST_DATA, GUEST_DATA);
	stage2_map(SHADOW, SHADOW);
	stage2_map(GUEST_BUFFER, GUEST_BUFFER_PA);
	vm_clear_data();
}

/* Without a virtual GIC here its virtual interrupt is HCR_EL2.VI. */
static u64 switch_worlds(void *arg)
{
	struct vm *m = arg;

	registers_read(&m->before, &m->cpu);
	world_enter(&m->cpu, &m->v);
	registers_read(&m->inside, &m->cpu);
	if (m->v.spe_irq)
		sys_write(HCR_EL2, sys_read(HCR_EL2) | HCR_VI);
	m->exception = guest_enter(&m->v);
	world_leave(&m->cpu, &m->v);
	registers_read(&m->after, &m->cpu);
	return 0;
}

static void wrong(struct vm *m, const char *when, enum reg reg, u64 got, u64 want)
{
	if (m->wrong++ >= MOST_TOLD)
		return;
	print("# ");
	print(when);
	print(": ");
	print(register_name(reg));
	print(" is ");
	print_hex(got);
	print(", not ");
	print_hex(want);
	print("\n");
}

static bool sampled_here(const struct vm *m)
{
	return m->cpu.vhe && m->before.val[REG_PMBLIMITR_EL1] & PMBLIMITR_E;
}

/* Registers that may differ afterwards: they belong to the exit, to the guest, or to sampling. */
static bool may_change(const struct vm *m, enum reg reg)
{
	switch (reg) {
	case REG_ESR_EL2:
	case REG_FAR_EL2:
	case REG_HPFAR_EL2:
		return true;
	case REG_ELR_EL2:
	case REG_SPSR_EL2:
	case REG_ESR_EL1:		/* at EL2 with E2H the same as the EL2 names */
	case REG_FAR_EL1:
	case REG_ELR_EL1:
	case REG_SPSR_EL1:
		return m->cpu.vhe;
	case REG_PMSICR_EL1:
	case REG_PMBPTR_EL1:
	case REG_PMBSR_EL1:
		return sampled_here(m);
	default:
		return register_is_el12(reg);
	}
}

static void check_host(struct vm *m)
{
	const u64 *before = m->before.val, *after = m->after.val;

	for (enum reg reg = 0; reg < REG_COUNT; reg++)
		if (before[reg] != after[reg] && !may_change(m, reg))
			wrong(m, "after the exit", reg, after[reg], before[reg]);
	if (after[REG_PMBPTR_EL1] < before[REG_PMBPTR_EL1])
		wrong(m, "after the exit", REG_PMBPTR_EL1, after[REG_PMBPTR_EL1],
		      before[REG_PMBPTR_EL1]);
}

static void must_be(struct vm *m, enum reg reg, u64 want)
{
	if (m->inside.val[reg] != want)
		wrong(m, "at the entry", reg, m->inside.val[reg], want);
}

static void check_guest_regs(struct vm *m, const struct world_vcpu *v)
{
	const struct world_regs *r = &v->regs;

	if (m->cpu.vhe) {
#define X(reg) must_be(m, REG_##reg##_EL12, r->reg);
		WORLD_EL1_REGS(X)
#undef X
	} else {
#define X(reg) must_be(m, REG_##reg##_EL1, r->reg);
		WORLD_EL1_REGS(X)
#undef X
	}
#define X(reg) must_be(m, REG_##reg, r->reg);
	WORLD_SHARED_REGS(X)
#undef X
	must_be(m, REG_VTTBR_EL2, m->vm.vttbr);
	must_be(m, REG_VTCR_EL2, m->vm.vtcr);
	if (m->cpu.has_hcrx)
		must_be(m, REG_HCRX_EL2, HCRX_MSCEN | HCRX_MCE2);
	must_be(m, REG_ELR_EL2, v->pc);
	must_be(m, REG_HCR_EL2, HCR_VM | HCR_SWIO | HCR_FMO | HCR_IMO | HCR_AMO | HCR_TID3 |
		HCR_TSC | HCR_RW | (m->cpu.vhe ? HCR_E2H : 0));
}

/* A guest that owns SPE: everything is its own, except the level of its interrupt (spe.c). */
static void check_guest_spe(struct vm *m, const struct world_vcpu *v)
{
	const struct world_spe *s = &v->spe;

	must_be(m, REG_PMSICR_EL1, s->PMSICR_EL1);
	must_be(m, REG_PMSIRR_EL1, s->PMSIRR_EL1);
	must_be(m, REG_PMSFCR_EL1, s->PMSFCR_EL1);
	must_be(m, REG_PMSEVFR_EL1, s->PMSEVFR_EL1);
	must_be(m, REG_PMSNEVFR_EL1, s->PMSNEVFR_EL1);
	must_be(m, REG_PMSLATFR_EL1, s->PMSLATFR_EL1);
	must_be(m, REG_PMBPTR_EL1, s->PMBPTR_EL1);
	must_be(m, REG_PMBSR_EL1, v->spe_irq ? 0 : s->PMBSR_EL1);
	must_be(m, REG_PMBLIMITR_EL1,
		v->spe_irq ? s->PMBLIMITR_EL1 & ~PMBLIMITR_E : s->PMBLIMITR_EL1);
	must_be(m, m->cpu.vhe ? REG_PMSCR_EL12 : REG_PMSCR_EL1, s->PMSCR_EL1);
	must_be(m, REG_PMSCR_EL2, 0);
}

/* On VHE PMSCR_EL12 is the policy; an nVHE host's buffer and sampling are off. */
static void check_host_spe(struct vm *m, const struct world_vcpu *v)
{
	u64 limitr = m->before.val[REG_PMBLIMITR_EL1];

	if (m->cpu.vhe) {
		must_be(m, REG_PMSCR_EL12, (v->profile & WORLD_PROFILE_USER ? PMSCR_E0SPE : 0) |
			(v->profile & WORLD_PROFILE_KERNEL ? PMSCR_E1SPE : 0) |
			(v->profile & WORLD_PROFILE_CONTEXT ? PMSCR_CX : 0));
		must_be(m, REG_PMBLIMITR_EL1, limitr);
	} else if (limitr & PMBLIMITR_E) {
		must_be(m, REG_PMSCR_EL1, 0);
		must_be(m, REG_PMBLIMITR_EL1, 0);
	}
}

static u64 wanted_mdcr(const struct vm *m, const struct world_vcpu *v)
{
	u64 mdcr = m->before.val[REG_MDCR_EL2] & MDCR_HPMN;
	u64 dfr0 = m->before.val[REG_ID_AA64DFR0_EL1];

	mdcr |= MDCR_TDA | MDCR_TDOSA | MDCR_TDRA | (v->debug ? MDCR_TDE : 0);
	mdcr |= dfr0 >> 8 & 15 ? MDCR_TPM | MDCR_TPMCR : 0;	/* PMUVer */
	mdcr |= dfr0 >> 40 & 15 ? MDCR_TTRF : 0;		/* TraceFilt */
	if (!m->cpu.spe_bits)
		return mdcr;
	if (!(m->vm.features & WORLD_VM_SPE))
		return mdcr | MDCR_TPMS;
	return mdcr | (v->spe_irq ? MDCR_E2PB_EL1_TRAP : MDCR_E2PB_EL1);
}

/* v: the vCPU as it entered. */
static void check_guest(struct vm *m, const struct world_vcpu *v)
{
	check_guest_regs(m, v);
	if (!v->debug) {
		must_be(m, REG_MDSCR_EL1, v->mdscr);
		must_be(m, REG_SPSR_EL2, v->pstate);
	}
	must_be(m, REG_MDCR_EL2, wanted_mdcr(m, v));
	if (!m->cpu.spe_usable)
		return;
	if (m->vm.features & WORLD_VM_SPE)
		check_guest_spe(m, v);
	else
		check_host_spe(m, v);
}

enum world_next vm_run(struct vm *m)
{
	const struct world_vcpu was = m->v;

	at_el2(switch_worlds, m);
	m->switches++;
	check_guest(m, &was);
	check_host(m);
	return m->exception ? WORLD_OTHER : world_exit(&m->v);
}

void vm_run_to_call(struct vm *m, const char *what)
{
	if (vm_run(m) != WORLD_CALL || ESR_EC(m->v.esr) != EC_HVC64) {
		result(what, false);
		bail_out("the guest left for something else: ESR, PC, FAR", m->v.esr, m->v.pc,
			 m->v.far);
	}
}

u64 vm_data(u64 offset)
{
	return *(volatile u64 *)(GUEST_DATA + offset);
}

void vm_clear_data(void)
{
	for (u64 i = 0; i < TOLD_END; i += 8)
		*(volatile u64 *)(GUEST_DATA + i) = 0;
}
