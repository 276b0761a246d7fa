// SPDX-License-Identifier: GPL-2.0-only
/* Registers, barriers and exceptions of the model's PE. */
#include "kvm/model/pe.h"

const char *pe_reg_name(enum sysreg reg)
{
	static const char *const names[] = {
#define REG(name, op0, op1, n, m, op2) #name,
#include "kvm/world/regs.def"
#undef REG
	};

	return names[reg];
}

/*
 * With E2H set the EL1 names reach EL2's registers from EL2, and EL12 names EL1's [FEAT_VHE].
 * Where regs.def has no EL2 name the EL12 one is EL2's storage.
 */
enum sysreg pe_name(struct explore *x, const struct pe *pe, enum sysreg reg)
{
	static const struct {
		enum sysreg el1, el12, el2;
	} pairs[] = {
#define X(reg) { SYS_##reg##_EL1, SYS_##reg##_EL12, SYS_##reg##_EL12 },
		WORLD_EL1_REGS(X)
#undef X
		{ SYS_PMSCR_EL1, SYS_PMSCR_EL12, SYS_PMSCR_EL2 },
	};
	bool e2h = pe_get(pe, SYS_HCR_EL2) & HCR_E2H;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (reg == pairs[i].el12) {
			if (!e2h || pe->el != 2)
				explore_broken(x, "%s is UNDEFINED here",
					       pe_reg_name(reg));
			return pairs[i].el1;
		}
		if (reg == pairs[i].el1 && e2h && pe->el == 2)
			return pairs[i].el2;
	}
	return reg;
}

static bool is_spe(enum sysreg reg)
{
	switch ((int)reg) {
	case SYS_PMSCR_EL1:
	case SYS_PMSCR_EL12:
	case SYS_PMSCR_EL2:
	case SYS_PMSNEVFR_EL1:
	case SYS_PMSICR_EL1:
	case SYS_PMSIRR_EL1:
	case SYS_PMSFCR_EL1:
	case SYS_PMSEVFR_EL1:
	case SYS_PMSLATFR_EL1:
	case SYS_PMSIDR_EL1:
	case SYS_PMBLIMITR_EL1:
	case SYS_PMBPTR_EL1:
	case SYS_PMBSR_EL1:
	case SYS_PMSDSFR_EL1:
	case SYS_PMBIDR_EL1: return true;
	}
	return false;
}

/* UNDEFINED without the feature; a trap to EL3 if that keeps SPE [MDCR_EL3.NSPB]. */
static void check_exists(struct explore *x, const struct pe *pe, enum sysreg reg)
{
	if (!is_spe(reg)) {
		if (reg == SYS_HCRX_EL2 && !pe->cfg.mops)
			explore_broken(x, "HCRX_EL2 is UNDEFINED on this CPU");
		return;
	}
	if (!pe->cfg.spe)
		explore_broken(x, "%s on a CPU without SPE", pe_reg_name(reg));
	if (pe->cfg.el3_owns && reg != SYS_PMBIDR_EL1)
		explore_broken(x, "%s, which EL3 keeps to itself", pe_reg_name(reg));
	if ((reg == SYS_PMSNEVFR_EL1 && !pe->cfg.fne) ||
	    (reg == SYS_PMSDSFR_EL1 && !pe->cfg.fds))
		explore_broken(x, "%s is UNDEFINED on this CPU", pe_reg_name(reg));
}

u64 pe_mrs(struct explore *x, struct machine *m, enum sysreg reg)
{
	struct pe *pe = &m->pe[m->at];
	unsigned int which = reg == SYS_PMBSR_EL1;

	check_exists(x, pe, reg);
	reg = pe_name(x, pe, reg);
	/* MRS sees an indirect write only after the DSB and an ISB [D17.9]. */
	if ((reg == SYS_PMBPTR_EL1 || reg == SYS_PMBSR_EL1) && pe->is_stale &&
	    explore_choose(x, 2))
		return pe->stale[which];
	return pe_get(pe, reg);
}

/* Registers of the EL1&0 regime, including stage 2, while a walk that uses them is in progress. */
static void check_walk(struct explore *x, const struct pe *pe, enum sysreg reg, u64 val)
{
	switch ((int)reg) {
	case SYS_HCR_EL2:
		if (!((val ^ pe_get(pe, reg)) & HCR_VM))
			return;
		break;
	case SYS_SCTLR_EL1:
	case SYS_TTBR0_EL1:
	case SYS_TTBR1_EL1:
	case SYS_TCR_EL1:
	case SYS_MAIR_EL1:
	case SYS_VTTBR_EL2:
	case SYS_VTCR_EL2:
		if (val == pe_get(pe, reg))
			return;
		break;
	default: return;
	}
	if (pe->walking)
		explore_broken(x, "%s changed under a table walk of EL1&0 [RLFHQG]",
			       pe_reg_name(reg));
}

static void check_value(struct explore *x, const struct pe *pe, enum sysreg reg, u64 val)
{
	if (reg == SYS_MDCR_EL2 && !pe->cfg.spe && val & (MDCR_TPMS | MDCR_E2PB))
		explore_broken(x,
			       "MDCR_EL2: TPMS and E2PB are RES0 on a CPU without SPE");
	if (reg == SYS_MDCR_EL2 && (val & MDCR_E2PB) == 1ull << 12)
		explore_broken(x, "MDCR_EL2.E2PB = 1 is reserved");
	/* The unit writes it, too: the order of both writes is undefined. */
	if (reg == SYS_PMBPTR_EL1 && pe_may_have(pe, SYS_PMBLIMITR_EL1, PMBLIMITR_E))
		explore_broken(x, "PMBPTR_EL1 written under an enabled buffer");
}

/*
 * With PSTATE.D = 0 debug exceptions are enabled at EL2 if it is their target (TDE, TGE) and
 * MDSCR_EL1.KDE is set [D2.2, D2.3.1]: a step of the guest would be taken there, or lost at the
 * ERET [DebugExceptionReturnSS].  The host's own MDSCR_EL1 is not checked.
 */
static void check_debug(struct explore *x, const struct pe *pe)
{
	const struct pe_reg *r = &pe->reg[SYS_MDSCR_EL1];
	bool target = pe_may_have(pe, SYS_MDCR_EL2, MDCR_TDE) ||
		      pe_may_have(pe, SYS_HCR_EL2, HCR_TGE);

	if (pe->el != 2 || !pe->cfg.d0 || !target)
		return;
	for (u64 i = 0; i < r->n; i++)
		if (value_owner(r->val[i]) != HOST && r->val[i] & MDSCR_KDE &&
		    r->val[i] & MDSCR_SS)
			explore_broken(
				x, "P7 EL2 may take a step of the guest's: PSTATE.D is 0");
}

void pe_msr(struct explore *x, struct machine *m, enum sysreg reg, u64 val)
{
	struct pe *pe = &m->pe[m->at];
	struct pe_reg *r;

	check_exists(x, pe, reg);
	reg = pe_name(x, pe, reg);
	check_walk(x, pe, reg, val);
	check_value(x, pe, reg, val);
	r = &pe->reg[reg];
	if (pe_get(pe, reg) == val)
		return;
	if (r->n == PE_VALUES)
		explore_broken(x, "the model: %s written too often", pe_reg_name(reg));
	r->val[r->n++] = val;
	check_debug(x, pe);
	spu_check(x, m);
}

/* A context synchronization event: from now on exactly the last written value is in effect. */
static void synchronize(struct explore *x, struct machine *m)
{
	struct pe *pe = &m->pe[m->at];

	for (int i = 0; i < SYS_COUNT; i++)
		if (pe->reg[i].n > 1)
			pe_set(pe, i, pe_get(pe, i));
	for (int i = 0; i < PE_SLOTS; i++)
		if (pe->slot[i].state != SLOT_FREE)
			pe->slot[i].covered = 1;
	pe->is_stale = 0;
	pe->stale[0] = pe->stale[1] = 0;
}

void pe_isb(struct explore *x, struct machine *m)
{
	synchronize(x, m);
}

/*
 * ProfilingSynchronizationBarrier(): operations older than the last context synchronization event
 * are formatted and translated, and their writes have begun; nothing is guaranteed about younger
 * ones [D17.9 RTRDTK, IMLGHW].
 */
void pe_psb(struct explore *x, struct machine *m)
{
	struct pe *pe = &m->pe[m->at];

	for (int i = 0; i < PE_SLOTS; i++) {
		struct pe_slot *s = &pe->slot[i];

		if (s->state == SLOT_FREE || (!s->covered && !explore_pick(x, 2)))
			continue;
		if (s->state == SLOT_FLIGHT)
			spu_translate(x, m, s);
		if (s->state == SLOT_WRITING)
			s->psb = 1;
	}
}

/* Waits for table walks and for writes that a PSB has begun, and for nothing else. */
void pe_dsb(struct explore *x, struct machine *m)
{
	struct pe *pe = &m->pe[m->at];

	pe->walking = 0;
	for (int i = 0; i < PE_SLOTS; i++)
		if (pe->slot[i].state == SLOT_WRITING && pe->slot[i].psb)
			spu_complete(x, m, &pe->slot[i]);
}

/* EL1&0 may have begun walks that continue at EL2 [RLFHQG]; EL2&0's are harmless. */
void pe_enter_el2(struct explore *x, struct machine *m)
{
	struct pe *pe = &m->pe[m->at];

	if (pe->world == GUEST || !pe->cfg.vhe)
		pe->walking = 1;
	pe->el = 2;
	pe->world = HOST;
	if (!pe->cfg.eis0)
		synchronize(x, m);
	spu_check(x, m);
}

/* SCTLR_EL2.EOS is always 1: an exception return synchronizes. */
void pe_eret(struct explore *x, struct machine *m, enum owner world, uint8_t el)
{
	struct pe *pe = &m->pe[m->at];

	synchronize(x, m);
	pe->el = el;
	pe->world = world;
	spu_check(x, m);
}
