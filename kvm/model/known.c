// SPDX-License-Identifier: GPL-2.0-only
/*
 * World switches from elsewhere, for SPE on nVHE, checked by the same model.  They run in the order
 * of __kvm_vcpu_run() in Linux 6.12's nvhe/switch.c.
 */
#include "kvm/model/walk.h"
#include "kvm/world/bits.h"

/* Linux 6.12, arch/arm64/kvm/hyp/nvhe/debug-sr.c: __debug_save_spe(). */
static void save_6_12(struct world_cpu *cpu)
{
	cpu->spe.PMSCR_EL1 = 0;
	if (!cpu->spe_usable || !(sys_read(PMBLIMITR_EL1) & PMBLIMITR_E))
		return;
	cpu->spe.PMSCR_EL1 = sys_read(PMSCR_EL1);
	sys_write(PMSCR_EL1, 0);
	isb();
	psb_csync();
}

static void restore_6_12(struct world_cpu *cpu)
{
	if (!cpu->spe_usable || !cpu->spe.PMSCR_EL1)
		return;
	isb();
	sys_write(PMSCR_EL1, cpu->spe.PMSCR_EL1);
}

/* Mainline from 7.1, 07695f7dc1e1. */
static void save_7_1(struct world_cpu *cpu)
{
	if (!cpu->spe_usable)
		return;
	cpu->spe.PMBLIMITR_EL1 = sys_read(PMBLIMITR_EL1);
	if (!(cpu->spe.PMBLIMITR_EL1 & PMBLIMITR_E))
		return;
	cpu->spe.PMSCR_EL1 = sys_read(PMSCR_EL1);
	sys_write(PMSCR_EL1, 0);
	isb();
	psb_csync();
	dsb_nsh();
	sys_write(PMBLIMITR_EL1, 0);
	isb();
}

static void restore_7_1(struct world_cpu *cpu)
{
	if (!cpu->spe_usable || !(cpu->spe.PMBLIMITR_EL1 & PMBLIMITR_E))
		return;
	isb();
	sys_write(PMBLIMITR_EL1, cpu->spe.PMBLIMITR_EL1);
	isb();
	sys_write(PMSCR_EL1, cpu->spe.PMSCR_EL1);
}

/* RFC v2 03/10 of January 2017: if the buffer is off, keeps what was saved last time. */
static void save_2017(struct world_cpu *cpu)
{
	if (!cpu->spe_usable || !(sys_read(PMBLIMITR_EL1) & PMBLIMITR_E))
		return;
	cpu->spe.PMSCR_EL1 = sys_read(PMSCR_EL1);
	sys_write(PMSCR_EL1, 0);
	isb();
	psb_csync();
	dsb_nsh();
}

static void restore_2017(struct world_cpu *cpu)
{
	if (!cpu->spe.PMSCR_EL1)
		return;
	isb();
	sys_write(PMSCR_EL1, cpu->spe.PMSCR_EL1);
}

/* The same with 7.1's buffer switch, to find further faults. */
static void save_2017_buffer_off(struct world_cpu *cpu)
{
	save_2017(cpu);
	if (!cpu->spe_usable)
		return;
	cpu->spe.PMBLIMITR_EL1 = sys_read(PMBLIMITR_EL1);
	sys_write(PMBLIMITR_EL1, cpu->spe.PMBLIMITR_EL1 & ~PMBLIMITR_E);
	isb();
}

static void restore_2017_buffer_off(struct world_cpu *cpu)
{
	if (cpu->spe_usable) {
		isb();
		sys_write(PMBLIMITR_EL1, cpu->spe.PMBLIMITR_EL1);
		isb();
	}
	restore_2017(cpu);
}

/* Ignores SPE. */
static void careless(struct world_cpu *cpu)
{
}

static void save_host(struct world_cpu *cpu)
{
#define X(reg) cpu->regs.reg = sys_read(reg##_EL1);
	WORLD_EL1_REGS(X)
#undef X
#define X(reg) cpu->regs.reg = sys_read(reg);
	WORLD_SHARED_REGS(X)
#undef X
	cpu->mdscr = sys_read(MDSCR_EL1);
	cpu->elr = sys_read(ELR_EL2);
	cpu->spsr = sys_read(SPSR_EL2);
}

static void load(const struct world_regs *r)
{
#define X(reg) sys_write(reg##_EL1, r->reg);
	WORLD_EL1_REGS(X)
#undef X
#define X(reg) sys_write(reg, r->reg);
	WORLD_SHARED_REGS(X)
#undef X
}

static void save_guest(struct world_vcpu *v)
{
	v->esr = sys_read(ESR_EL2);
	v->far = sys_read(FAR_EL2);
	v->hpfar = sys_read(HPFAR_EL2);
	v->pc = sys_read(ELR_EL2);
	v->pstate = sys_read(SPSR_EL2);
#define X(reg) v->regs.reg = sys_read(reg##_EL1);
	WORLD_EL1_REGS(X)
#undef X
#define X(reg) v->regs.reg = sys_read(reg);
	WORLD_SHARED_REGS(X)
#undef X
}

/* always_tpms: whether or not the CPU has SPE, like all of them. */
static void to_guest(struct world_cpu *cpu, struct world_vcpu *v,
		     void (*save)(struct world_cpu *), bool always_tpms)
{
	save_host(cpu);
	save(cpu);
	dsb_nsh();
	load(&v->regs);
	sys_write(VTCR_EL2, v->vm->vtcr);
	sys_write(VTTBR_EL2, v->vm->vttbr);
	sys_write(MDCR_EL2, (cpu->mdcr & MDCR_HPMN) | MDCR_TPM | MDCR_TPMCR | MDCR_TDRA |
				    MDCR_TDOSA | MDCR_TDA |
				    (always_tpms || cpu->spe_bits ? MDCR_TPMS : 0));
	sys_write(HCR_EL2, HCR_VM | HCR_SWIO | HCR_FMO | HCR_IMO | HCR_AMO | HCR_TID3 |
				   HCR_TSC | HCR_RW);
	sys_write(MDSCR_EL1, v->mdscr);
	sys_write(ELR_EL2, v->pc);
	sys_write(SPSR_EL2, v->pstate);
}

static void to_host(struct world_cpu *cpu, struct world_vcpu *v,
		    void (*restore)(struct world_cpu *), bool too_early)
{
	save_guest(v);
	dsb_nsh();
	if (too_early)
		restore(cpu);
	sys_write(MDCR_EL2, cpu->mdcr);
	sys_write(HCR_EL2, cpu->hcr);
	sys_write(VTTBR_EL2, cpu->vttbr);
	sys_write(VTCR_EL2, cpu->vtcr);
	load(&cpu->regs);
	sys_write(MDSCR_EL1, cpu->mdscr);
	if (!too_early)
		restore(cpu);
	sys_write(ELR_EL2, cpu->elr);
	sys_write(SPSR_EL2, cpu->spsr);
}

/* Defines a pair of functions from a pair of sequences. */
#define SWITCH(name, save, restore, always_tpms, too_early)                   \
	static void enter_##name(struct world_cpu *cpu, struct world_vcpu *v) \
	{                                                                     \
		to_guest(cpu, v, save, always_tpms);                          \
	}                                                                     \
	static void leave_##name(struct world_cpu *cpu, struct world_vcpu *v) \
	{                                                                     \
		to_host(cpu, v, restore, too_early);                          \
	}                                                                     \
	const struct machine_switch switch_##name = { enter_##name, leave_##name };

SWITCH(linux_6_12, save_6_12, restore_6_12, true, false)
SWITCH(linux_7_1, save_7_1, restore_7_1, false, false)
SWITCH(7_1_too_early, save_7_1, restore_7_1, false, true)
SWITCH(2017, save_2017, restore_2017, true, false)
SWITCH(careless, careless, careless, false, false)
SWITCH(2017_buffer_off, save_2017_buffer_off, restore_2017_buffer_off, false, false)

const struct machine_switch switch_ours = { world_enter, world_leave };
