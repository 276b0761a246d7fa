// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model's statistical profiling unit: what it may do spontaneously between any two
 * instructions, and the properties that this may violate.
 */
#include "kvm/model/pe.h"

/*
 * EL1&0 belongs to one world in every value that may be in effect: stage 1, stage 2, and the
 * buffer's owner.
 */
static bool all_of(const struct pe *pe, enum sysreg reg, enum owner who)
{
	for (u64 i = 0; i < pe->reg[reg].n; i++)
		if (value_owner(pe->reg[reg].val[i]) != who)
			return false;
	return true;
}

static bool owner_el1_only(const struct pe *pe)
{
	return !pe_may_lack(pe, SYS_MDCR_EL2, 2ull << 12);
}

static bool owner_el2_only(const struct pe *pe)
{
	return !pe_may_have(pe, SYS_MDCR_EL2, MDCR_E2PB);
}

/*
 * Do buffer addresses reach only this world's memory, whichever values are in effect?  The owner's
 * regime translates [D17.7.5]: EL2's own; or EL1&0, and stage 2 if HCR_EL2.VM.
 */
static bool reaches(const struct pe *pe, enum owner who)
{
	static const enum sysreg stage1[] = {
		SYS_TTBR0_EL1, SYS_TTBR1_EL1, SYS_TCR_EL1, SYS_SCTLR_EL1, SYS_MAIR_EL1,
	};

	if (owner_el2_only(pe))
		return pe->cfg.vhe && who == HOST; /* nVHE: the hypervisor's map */
	if (!owner_el1_only(pe))
		return false;
	for (size_t i = 0; i < sizeof(stage1) / sizeof(stage1[0]); i++)
		if (!all_of(pe, stage1[i], who))
			return false;
	if (who == HOST && !pe->cfg.vhe)
		return !pe_may_have(pe, SYS_HCR_EL2, HCR_VM);
	return who == GUEST && !pe_may_lack(pe, SYS_HCR_EL2, HCR_VM) &&
	       all_of(pe, SYS_VTTBR_EL2, GUEST) && all_of(pe, SYS_VTCR_EL2, GUEST);
}

static const char *whose(enum owner who)
{
	return who == HOST ? "the host" : "the guest";
}

static bool may_be_on(const struct pe *pe)
{
	return pe_may_have(pe, SYS_PMBLIMITR_EL1, PMBLIMITR_E) &&
	       pe_may_lack(pe, SYS_PMBSR_EL1, PMBSR_S);
}

/*
 * P1: an enabled buffer that has not stopped may be translated at any time, before any record, and
 * even while its regime is out of context: then TLBs get entries from a mixture of worlds.
 * Mainline fixed this in 7.1 (07695f7dc1e1).
 */
static void check_translation(struct explore *x, const struct pe *pe)
{
	const struct pe_reg *r = &pe->reg[SYS_PMBLIMITR_EL1];

	for (u64 i = 0; i < r->n; i++) {
		enum owner who = value_owner(r->val[i]);

		if (r->val[i] & PMBLIMITR_E && !reaches(pe, who))
			explore_broken(
				x, "P1 %s's buffer may be translated by what is not %s's",
				whose(who), whose(who));
	}
}

void spu_check(struct explore *x, struct machine *m)
{
	const struct pe *pe = &m->pe[m->at];

	if (!pe->cfg.spe)
		return;
	if (may_be_on(pe) && !pe->cfg.lazy)
		check_translation(x, pe);
	for (int i = 0; i < PE_SLOTS; i++)
		/*
		 * [RSXWCP]: a record is written, dropped, or causes an event; stopping is up to the
		 * hardware.
		 */
		if (pe->slot[i].state != SLOT_FREE &&
		    pe_may_lack(pe, SYS_PMBLIMITR_EL1, PMBLIMITR_E) &&
		    pe_may_lack(pe, SYS_PMBSR_EL1, PMBSR_S))
			explore_broken(
				x,
				"P2 the buffer may be off with a record of %s pending: lost",
				whose(pe->slot[i].owner));
}

/* Table D17-1: the control that enables sampling here, for each owner that may be in effect. */
static bool may_sample(const struct pe *pe)
{
	bool el1 = pe_may_have(pe, SYS_MDCR_EL2, MDCR_E2PB);
	bool el2 = pe_may_lack(pe, SYS_MDCR_EL2, MDCR_E2PB);
	bool tge = pe_may_have(pe, SYS_HCR_EL2, HCR_TGE);
	bool no_tge = pe_may_lack(pe, SYS_HCR_EL2, HCR_TGE);

	if (!may_be_on(pe))
		return false;
	switch (pe->el) {
	case 2: return el2 && pe_may_have(pe, SYS_PMSCR_EL2, PMSCR_E1SPE); /* E2SPE */
	case 1: return no_tge && pe_may_have(pe, SYS_PMSCR_EL1, PMSCR_E1SPE);
	default:
		return (no_tge && (el1 || el2) &&
			pe_may_have(pe, SYS_PMSCR_EL1, PMSCR_E0SPE)) ||
		       (tge && el2 && pe_may_have(pe, SYS_PMSCR_EL2, PMSCR_E0SPE));
	}
}

/* P3: whose operations may be sampled, and for whom; NOBODY: none may be. */
static enum owner for_whom(const struct machine *m, const struct pe *pe)
{
	u32 need = pe->el ? WORLD_PROFILE_KERNEL : WORLD_PROFILE_USER;

	if (pe->world == HOST)
		return m->truth.host_on[m->at] ? HOST : NOBODY;
	if (m->truth.guest_owns)
		return m->truth.guest_on ? GUEST : NOBODY;
	return pe->cfg.vhe && m->truth.host_on[m->at] && m->truth.profile & need ? HOST :
										   NOBODY;
}

/*
 * PMSCR_EL2 and PMSCR_EL1 together determine the contents of an EL1-owned buffer: a guest's must
 * say nothing about the machine, and a host's only what its hypervisor permits
 * [CollectPhysicalAddress, CollectContextIDR2, CollectTimeStamp].
 */
static void check_content(struct explore *x, const struct pe *pe, enum owner who)
{
	if (who == GUEST &&
	    pe_may_have(pe, SYS_PMSCR_EL2, PMSCR_CX | PMSCR_PA | PMSCR_PCT))
		explore_broken(
			x,
			"P3 a record of the guest may have the host's addresses, context or time");
	if (who == HOST && !pe->cfg.vhe &&
	    (pe_may_lack(pe, SYS_PMSCR_EL2, PMSCR_CX) ||
	     pe_may_lack(pe, SYS_PMSCR_EL2, PMSCR_PA) ||
	     pe_may_lack(pe, SYS_PMSCR_EL2, PMSCR_PCT_PHYSICAL)))
		explore_broken(
			x, "P3 a record of the host may lack an address, context or time");
}

static void take_sample(struct explore *x, struct machine *m, struct pe_slot *s)
{
	const struct pe *pe = &m->pe[m->at];
	enum owner who = for_whom(m, pe);

	if (who == NOBODY)
		explore_broken(x,
			       "P3 an operation of %s at EL%u may be sampled for nobody",
			       whose(pe->world), pe->el);
	check_content(x, pe, who);
	for (u64 i = 0; i < pe->reg[SYS_PMBLIMITR_EL1].n; i++) {
		u64 limitr = pe->reg[SYS_PMBLIMITR_EL1].val[i];

		if (limitr & PMBLIMITR_E && value_owner(limitr) != who)
			explore_broken(
				x, "P4 a sample for %s, and the buffer is not its own",
				whose(who));
	}
	*s = (struct pe_slot){ .state = SLOT_FLIGHT, .owner = (uint8_t)who };
	explore_trace(x, "      (an operation of %s at EL%u is sampled)",
		      whose(pe->world), pe->el);
	spu_check(x, m);
}

void spu_translate(struct explore *x, struct machine *m, struct pe_slot *s)
{
	const struct pe *pe = &m->pe[m->at];

	/* Stopped: unwritten records are dropped, and PMBSR says so [D17.4]. */
	if (!pe_may_lack(pe, SYS_PMBSR_EL1, PMBSR_S)) {
		*s = (struct pe_slot){ 0 };
		return;
	}
	if (!reaches(pe, s->owner))
		explore_broken(
			x,
			"P4 a record of %s may be written into memory that is not its own",
			whose(s->owner));
	s->state = SLOT_WRITING;
	explore_trace(x, "      (a record of %s is translated)", whose(s->owner));
}

/* The record is in memory; PMBPTR_EL1, and possibly PMBSR_EL1, are written indirectly. */
void spu_complete(struct explore *x, struct machine *m, struct pe_slot *s)
{
	struct pe *pe = &m->pe[m->at];
	u64 ptr = pe_get(pe, SYS_PMBPTR_EL1), sr = pe_get(pe, SYS_PMBSR_EL1);
	uint8_t *records = s->owner == HOST ? &m->truth.host_records[m->at] :
					      &m->truth.guest_records;
	uint8_t *full =
		s->owner == HOST ? &m->truth.host_full[m->at] : &m->truth.guest_full;

	if (pe->reg[SYS_PMBPTR_EL1].n > 1 || value_owner(ptr) != s->owner)
		explore_broken(x, "P4 a record of %s at the other's write pointer",
			       whose(s->owner));
	if (!pe->is_stale) {
		pe->stale[0] = ptr;
		pe->stale[1] = sr;
		pe->is_stale = 1;
	}
	*s = (struct pe_slot){ 0 };
	if (sr & PMBSR_S)
		return;
	pe_set(pe, SYS_PMBPTR_EL1, ptr + 1);
	explore_trace(x, "      (and is in memory)");
	/* SPEBufferIsFull(). */
	if (++*records == PE_BUFFER) {
		pe_set(pe, SYS_PMBSR_EL1, sr | PMBSR_S);
		*full = 1;
		explore_trace(x, "      (the buffer is full: PMBSR_EL1.S)");
	}
}

bool spu_minds(const struct pe *pe, enum sysreg reg)
{
	switch ((int)reg) {
	case SYS_PMSCR_EL1:
	case SYS_PMSCR_EL2:
	case SYS_PMBLIMITR_EL1:
	case SYS_PMBPTR_EL1:
	case SYS_PMBSR_EL1:
	case SYS_MDCR_EL2:
	case SYS_HCR_EL2: return true;
	case SYS_SCTLR_EL1:
	case SYS_TTBR0_EL1:
	case SYS_TTBR1_EL1:
	case SYS_TCR_EL1:
	case SYS_MAIR_EL1:
	case SYS_VTTBR_EL2:
	case SYS_VTCR_EL2: return pe_may_have(pe, SYS_MDCR_EL2, MDCR_E2PB);
	}
	return false;
}

void spu_async(struct explore *x, struct machine *m)
{
	struct pe *pe = &m->pe[m->at];

	if (!pe->cfg.spe)
		return;
	for (;;) {
		struct pe_slot *can[PE_SLOTS + 1];
		unsigned int n = 0, i;

		for (i = 0; i < PE_SLOTS; i++)
			if (pe->slot[i].state != SLOT_FREE)
				can[n++] = &pe->slot[i];
		for (i = 0; i < PE_SLOTS && pe->slot[i].state != SLOT_FREE; i++)
			;
		if (i < PE_SLOTS && may_sample(pe))
			can[n++] = &pe->slot[i];
		i = explore_choose(x, n + 1);
		if (!i)
			return;
		if (can[i - 1]->state == SLOT_FREE)
			take_sample(x, m, can[i - 1]);
		else if (can[i - 1]->state == SLOT_FLIGHT)
			spu_translate(x, m, can[i - 1]);
		else
			spu_complete(x, m, can[i - 1]);
	}
}
