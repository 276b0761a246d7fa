// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/model/machine.h"

#include <string.h>

#include "kvm/model/roof.h"

#define HOST_HCRX VALUE_OF(HOST, 0x222)
#define HPMN      6
/* What a host permits in records, with both its PMSCRs if it runs at EL1; also used by kvm/bare. */
#define HOST_CONTENT (PMSCR_CX | PMSCR_PA | PMSCR_PCT_PHYSICAL)

static const enum sysreg el1_regs[] = {
#define X(reg) SYS_##reg##_EL1,
	WORLD_EL1_REGS(X)
#undef X
#define X(reg) SYS_##reg,
		WORLD_SHARED_REGS(X)
#undef X
};

/* Without these features a world switch must not touch the registers. */
static const enum sysreg spe_regs[] = {
#define X(reg) SYS_##reg,
	WORLD_SPE_REGS(X)
#undef X
		SYS_PMBLIMITR_EL1,
	SYS_PMSNEVFR_EL1,
	SYS_PMSDSFR_EL1,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

u64 machine_guest_value(const struct machine *m, enum sysreg reg)
{
	if (reg == SYS_SCTLR_EL1)
		return VALUE_OF(GUEST, reg) | (m->pe[0].cfg.sctlr_span ? SCTLR_SPAN : 0);
	return VALUE_OF(GUEST, reg);
}

static u64 host_hcr(const struct pe *pe)
{
	return HCR_RW | (pe->cfg.vhe ? HCR_E2H | HCR_TGE : 0);
}

static u64 host_mdcr(const struct pe *pe)
{
	return HPMN | (pe->cfg.spe && !pe->cfg.vhe ? MDCR_E2PB_EL1 : 0);
}

static u64 host_limitr(const struct machine *m)
{
	return VALUE_OF(HOST, SYS_PMBLIMITR_EL1) |
	       (m->truth.host_on[m->at] ? PMBLIMITR_E : 0);
}

static bool has_spe(const struct pe *pe)
{
	return pe->cfg.spe && !pe->cfg.el3_owns;
}

static bool has_reg(const struct pe *pe, enum sysreg reg)
{
	return (reg != SYS_PMSNEVFR_EL1 || pe->cfg.fne) &&
	       (reg != SYS_PMSDSFR_EL1 || pe->cfg.fds);
}

/*
 * PMSCR_EL1 as written by the host, in either mode.  Its other bits are kept, so that nothing
 * depends on a driver that clears them.
 */
static enum sysreg host_pmscr(const struct pe *pe)
{
	return pe->cfg.vhe ? SYS_PMSCR_EL2 : SYS_PMSCR_EL1;
}

static u64 host_pmscr_value(const struct machine *m)
{
	return HOST_CONTENT |
	       (m->truth.host_on[m->at] ? PMSCR_E0SPE | PMSCR_E1SPE : 0);
}

static void boot_pe(struct pe *pe)
{
	const struct pe_config *cfg = &pe->cfg;

	for (int i = 0; i < SYS_COUNT; i++)
		pe_set(pe, i, VALUE_OF(HOST, i));
	pe_set(pe, SYS_HCR_EL2, host_hcr(pe));
	pe_set(pe, SYS_MDCR_EL2, host_mdcr(pe));
	pe_set(pe, SYS_HCRX_EL2, HOST_HCRX);
	/* DebugVer 9, PMUVer 6, 6 breakpoints, 4 watchpoints, PMSVer 2. */
	pe_set(pe, SYS_ID_AA64DFR0_EL1, 0x305609 | (cfg->spe ? 2ull << 32 : 0));
	pe_set(pe, SYS_ID_DFR0_EL1, 0x06000009);
	/* MTE 2, NMI: an exception sets TCO and ALLINT. */
	pe_set(pe, SYS_ID_AA64PFR1_EL1, 2 << 8 | 1ull << 36);
	pe_set(pe, SYS_ID_AA64ISAR2_EL1, cfg->mops ? 1 << 16 : 0);
	pe_set(pe, SYS_ID_AA64MMFR1_EL1, cfg->mops ? 1ull << 40 : 0);
	pe_set(pe, SYS_PMBIDR_EL1, cfg->el3_owns ? PMBIDR_P : 0);
	pe_set(pe, SYS_PMSIDR_EL1,
	       (cfg->fne ? PMSIDR_FNE : 0) | (cfg->fds ? PMSIDR_FDS : 0));
	pe_set(pe, SYS_PMBSR_EL1, 0);
	/* UNKNOWN at reset [PMSCR_EL1]: assume the worst. */
	pe_set(pe, SYS_PMSCR_EL1, PMSCR_E0SPE | PMSCR_E1SPE | PMSCR_CX);
	pe_set(pe, SYS_PMSCR_EL2, HOST_CONTENT);
	pe_set(pe, host_pmscr(pe), HOST_CONTENT);
	pe->el = cfg->vhe ? 2 : 1;
	pe->world = HOST;
}

void machine_guest_start(struct machine *m)
{
	struct world_spe *spe = &m->v.spe;

#define X(reg) m->guest.reg = machine_guest_value(m, SYS_##reg##_EL1);
	WORLD_EL1_REGS(X)
#undef X
#define X(reg) m->guest.reg = machine_guest_value(m, SYS_##reg);
	WORLD_SHARED_REGS(X)
#undef X
#define X(reg) spe->reg = machine_guest_value(m, SYS_##reg);
	WORLD_SPE_REGS(X)
	X(PMBLIMITR_EL1)
	X(PMSNEVFR_EL1)
	X(PMSDSFR_EL1)
#undef X
		spe->PMBSR_EL1 = 0;
	m->guest_pc = GUEST_PC;
	m->guest_pstate = MODE_EL1h;
	m->v.regs = m->guest;
	m->v.pc = m->guest_pc;
	m->v.pstate = m->guest_pstate;
}

void machine_init(struct machine *m, const struct pe_config cfg[2], u32 features)
{
	memset(m, 0, sizeof(*m));
	m->pe[0].cfg = cfg[0];
	m->pe[1].cfg = cfg[1];
	m->features = features;
}

void machine_boot(struct explore *x, struct machine *m)
{
	u32 features = m->features;

	roof_bind(x, m);
	for (m->at = 0; m->at < 2; m->at++) {
		struct pe *pe = &m->pe[m->at];

		boot_pe(pe);
		/* Initialization is at EL2 in either mode. */
		pe->el = 2;
		world_cpu_init(&m->cpu[m->at]);
		pe->el = pe->cfg.vhe ? 2 : 1;
	}
	m->at = 0;
	if (world_vm_init(&m->vm, &m->cpu[0], features))
		explore_broken(x, "the VM's features are refused");
	m->vm.vttbr = VALUE_OF(GUEST, SYS_VTTBR_EL2);
	m->vm.vtcr = VALUE_OF(GUEST, SYS_VTCR_EL2);
	world_vcpu_init(&m->v, &m->vm);
	m->v.vm = NULL; /* the bytes of a state are copied: set it at each use */
	machine_guest_start(m);
	m->truth.guest_owns = features & WORLD_VM_SPE && has_spe(&m->pe[0]);
	m->ops = 0;
	m->booted = 1;
}

static void check(struct explore *x, const struct machine *m, enum sysreg reg, u64 want,
		  const char *who)
{
	const struct pe *pe = &m->pe[m->at];

	if (pe_get(pe, reg) != want)
		explore_broken(x, "P5 %s has %s = %#llx, not %#llx", who,
			       pe_reg_name(reg), (unsigned long long)pe_get(pe, reg),
			       (unsigned long long)want);
}

/* P5: registers are restored bit for bit. */
static void check_host(struct explore *x, const struct machine *m)
{
	const struct pe *pe = &m->pe[m->at];
	const char *who = "the host";

	if (!pe->cfg.vhe)
		for (size_t i = 0; i < COUNT(el1_regs); i++)
			check(x, m, el1_regs[i], VALUE_OF(HOST, el1_regs[i]), who);
#define X(reg) check(x, m, SYS_##reg, VALUE_OF(HOST, SYS_##reg), who);
	WORLD_SHARED_REGS(X)
#undef X
	check(x, m, SYS_MDSCR_EL1, VALUE_OF(HOST, SYS_MDSCR_EL1), who);
	check(x, m, SYS_HCR_EL2, host_hcr(pe), who);
	check(x, m, SYS_MDCR_EL2, host_mdcr(pe), who);
	check(x, m, SYS_VTTBR_EL2, VALUE_OF(HOST, SYS_VTTBR_EL2), who);
	check(x, m, SYS_VTCR_EL2, VALUE_OF(HOST, SYS_VTCR_EL2), who);
	check(x, m, SYS_HCRX_EL2, HOST_HCRX, who);
	if (!pe->cfg.vhe) {
		check(x, m, SYS_ELR_EL2, MACHINE_HOST_PC, who);
		check(x, m, SYS_SPSR_EL2, MACHINE_HOST_PSTATE, who);
	}
	if (!has_spe(pe))
		return;
	for (size_t i = 0; i < COUNT(spe_regs); i++) {
		u64 want = VALUE_OF(HOST, spe_regs[i]);

		if (spe_regs[i] == SYS_PMBLIMITR_EL1)
			want = host_limitr(m);
		if (spe_regs[i] == SYS_PMBPTR_EL1)
			want += m->truth.host_records[m->at];
		if (spe_regs[i] == SYS_PMBSR_EL1)
			want = m->truth.host_full[m->at] ? PMBSR_S : 0;
		if (has_reg(pe, spe_regs[i]))
			check(x, m, spe_regs[i], want, who);
	}
	check(x, m, host_pmscr(pe), host_pmscr_value(m), who);
	if (!pe->cfg.vhe)
		check(x, m, SYS_PMSCR_EL2, HOST_CONTENT, who);
}

/* A VHE host continues without an exception return: EL2's controls must already be in effect. */
static void check_acts(struct explore *x, const struct machine *m)
{
	static const enum sysreg regs[] = {
		SYS_HCR_EL2,  SYS_HCRX_EL2,  SYS_MDCR_EL2,   SYS_VTTBR_EL2,
		SYS_VTCR_EL2, SYS_MDSCR_EL1, SYS_PMSCR_EL2,
	};

	for (size_t i = 0; i < COUNT(regs); i++)
		if (m->pe[m->at].reg[regs[i]].n > 1)
			explore_broken(x, "P5 the host's %s need not act yet",
				       pe_reg_name(regs[i]));
}

static void check_guest_spe(struct explore *x, const struct machine *m)
{
	const struct pe *pe = &m->pe[m->at];
	const char *who = "the guest";
	bool stopped = m->truth.guest_full;

	for (size_t i = 0; i < COUNT(spe_regs); i++) {
		u64 want = machine_guest_value(m, spe_regs[i]);

		if (spe_regs[i] == SYS_PMBLIMITR_EL1)
			want |= m->truth.guest_on && !stopped ? PMBLIMITR_E : 0;
		if (spe_regs[i] == SYS_PMBPTR_EL1)
			want += m->truth.guest_records;
		if (spe_regs[i] == SYS_PMBSR_EL1)
			want = 0; /* never the guest's S, which would be the host's PMBIRQ */
		if (has_reg(pe, spe_regs[i]))
			check(x, m, spe_regs[i], want, who);
	}
	check(x, m, SYS_PMSCR_EL1, m->truth.guest_on ? PMSCR_E0SPE | PMSCR_E1SPE : 0,
	      who);
	if (m->v.spe_irq != stopped)
		explore_broken(x, "P5 the guest's PMBIRQ is %d, PMBSR_EL1.S %d",
			       m->v.spe_irq, stopped);
}

/* The PMU and the debug registers are the host's: guest accesses trap. */
static void check_traps(struct explore *x, const struct machine *m)
{
	u64 mdcr = pe_get(&m->pe[m->at], SYS_MDCR_EL2);

	if (~mdcr & (MDCR_TPM | MDCR_TPMCR) ||
	    ~mdcr & MDCR_TDA || !(mdcr & MDCR_TDE) != !m->v.debug ||
	    (mdcr & MDCR_HPMN) != HPMN)
		explore_broken(x, "P6 the guest runs with MDCR_EL2 = %#llx",
			       (unsigned long long)mdcr);
}

static void check_guest(struct explore *x, const struct machine *m)
{
	const struct pe *pe = &m->pe[m->at];
	const char *who = "the guest";

#define X(reg) check(x, m, SYS_##reg##_EL1, m->guest.reg, who);
	WORLD_EL1_REGS(X)
#undef X
#define X(reg) check(x, m, SYS_##reg, m->guest.reg, who);
	WORLD_SHARED_REGS(X)
#undef X
	check(x, m, SYS_VTTBR_EL2, VALUE_OF(GUEST, SYS_VTTBR_EL2), who);
	check(x, m, SYS_VTCR_EL2, VALUE_OF(GUEST, SYS_VTCR_EL2), who);
	check(x, m, SYS_ELR_EL2, m->guest_pc, who);
	/* SS is checked in walk_step.c. */
	if ((pe_get(pe, SYS_SPSR_EL2) ^ m->guest_pstate) & ~PSTATE_SS)
		explore_broken(x, "P5 the guest has PSTATE %#llx, not %#llx",
			       (unsigned long long)pe_get(pe, SYS_SPSR_EL2),
			       (unsigned long long)m->guest_pstate);
	if ((pe_get(pe, SYS_MDSCR_EL1) ^ m->guest_mdscr) & ~MDSCR_SS)
		explore_broken(x, "P5 the guest runs with the host's MDSCR_EL1");
	if (!pe_get(pe, SYS_HCR_EL2) || pe_get(pe, SYS_HCR_EL2) & HCR_TGE ||
	    ~pe_get(pe, SYS_HCR_EL2) & (HCR_VM | HCR_TID3))
		explore_broken(x, "P5 the guest runs with the host's HCR_EL2");
	if (pe->cfg.mops)
		check(x, m, SYS_HCRX_EL2,
		      m->vm.id[WORLD_ID_AA64ISAR2] ? HCRX_MSCEN | HCRX_MCE2 : 0, who);
	check_traps(x, m);
	if (m->truth.guest_owns && has_spe(pe))
		check_guest_spe(x, m);
}

void machine_enter(struct explore *x, struct machine *m, unsigned int nr,
		   const struct machine_switch *sw)
{
	struct pe *pe = &m->pe[nr];

	m->at = nr;
	m->v.vm = &m->vm;
	if (!pe->cfg.vhe) {
		pe_set(pe, SYS_ELR_EL2, MACHINE_HOST_PC);
		pe_set(pe, SYS_SPSR_EL2, MACHINE_HOST_PSTATE);
		pe_enter_el2(x, m);
	}
	sw->enter(&m->cpu[nr], &m->v);
	roof_done();
	m->ops++;
	spu_async(x, m);
	check_guest(x, m);
	pe_eret(x, m, GUEST, (m->guest_pstate & PSTATE_MODE) == MODE_EL0t ? 0 : 1);
	m->v.vm = NULL;
	m->ops = 0;
}

void machine_leave(struct explore *x, struct machine *m, u64 esr,
		   const struct machine_switch *sw)
{
	struct pe *pe = &m->pe[m->at];
	struct world_vcpu *v = &m->v;

	v->vm = &m->vm;
	pe_set(pe, SYS_ELR_EL2, m->guest_pc);
	pe_set(pe, SYS_SPSR_EL2, m->guest_pstate);
	pe_set(pe, SYS_ESR_EL2, esr);
	pe_set(pe, SYS_FAR_EL2, VALUE_OF(GUEST, 0x333));
	pe_set(pe, SYS_HPFAR_EL2, VALUE_OF(GUEST, 0x444));
	pe_enter_el2(x, m);
	sw->leave(&m->cpu[m->at], v);
	roof_done();
	m->ops++;
	spu_async(x, m);
	if (v->pc != m->guest_pc || v->esr != esr || v->far != VALUE_OF(GUEST, 0x333) ||
	    v->hpfar != VALUE_OF(GUEST, 0x444))
		explore_broken(x,
			       "P5 the exit's PC, ESR, FAR or HPFAR are not the vCPU's");
	check_host(x, m);
	if (pe->cfg.vhe)
		check_acts(x, m);
	else
		pe_eret(x, m, HOST, 1);
	v->vm = NULL;
	m->ops = 0;
}

/* drivers/perf/arm_spe_pmu.c has its own barriers: atomic here, with nothing pending. */
void machine_host_profile(struct explore *x, struct machine *m, bool on)
{
	struct pe *pe = &m->pe[m->at];

	m->truth.host_on[m->at] = on;
	pe_set(pe, SYS_PMBLIMITR_EL1, host_limitr(m));
	pe_set(pe, host_pmscr(pe), host_pmscr_value(m));
}

void machine_host_drain(struct explore *x, struct machine *m)
{
	struct pe *pe = &m->pe[m->at];

	m->truth.host_records[m->at] = 0;
	m->truth.host_full[m->at] = 0;
	pe_set(pe, SYS_PMBPTR_EL1, VALUE_OF(HOST, SYS_PMBPTR_EL1));
	pe_set(pe, SYS_PMBSR_EL1, 0);
	memset(pe->slot, 0, sizeof(pe->slot));
	pe->is_stale = 0;
	pe->stale[0] = pe->stale[1] = 0;
}
