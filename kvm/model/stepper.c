// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/model/stepper.h"

#include <string.h>

bool stepper_at_el0(const struct machine *m)
{
	return (m->guest_pstate & PSTATE_MODE) == MODE_EL0t;
}

/* Are debug exceptions enabled for EL1?  [AArch64.GenerateDebugExceptionsFrom] */
static bool debug_on(const struct machine *m, u64 mdscr)
{
	return stepper_at_el0(m) || (mdscr & MDSCR_KDE && !(m->guest_pstate & PSTATE_D));
}

bool stepper_by_guest(const struct stepper *s)
{
	return s->m.guest_mdscr & MDSCR_SS && debug_on(&s->m, s->m.guest_mdscr);
}

bool stepper_by_host(const struct stepper *s)
{
	return s->m.v.debug & WORLD_DEBUG_STEP;
}

void stepper_one_done(struct explore *x, struct stepper *s)
{
	if (stepper_by_host(s) && ++s->done > 1)
		explore_broken(x,
			       "P7 two instructions in one step of the host's debugger");
	if (!s->m.v.debug && s->own_sure && stepper_by_guest(s) && ++s->own_done > 1)
		explore_broken(x,
			       "P7 two instructions in one step of the guest's debugger");
}

/* [DebugTargetFrom]: if the target is EL2, stepping is enabled at EL1 and EL0. */
static bool step_on(const struct machine *m)
{
	const struct pe *pe = &m->pe[m->at];
	u64 mdscr = pe_get(pe, SYS_MDSCR_EL1);
	bool tde = pe_get(pe, SYS_MDCR_EL2) & MDCR_TDE;

	return mdscr & MDSCR_SS && (tde || debug_on(m, mdscr));
}

/*
 * [DebugExceptionReturnSS]: EL2 has debug exceptions masked, so SS is SPSR.SS if stepping is
 * enabled at the target, else 0.
 */
static void returned(struct explore *x, struct stepper *s)
{
	struct machine *m = &s->m;
	const struct pe *pe = &m->pe[m->at];
	u64 ss = pe_get(pe, SYS_SPSR_EL2) & PSTATE_SS;
	u64 mdscr = pe_get(pe, SYS_MDSCR_EL1) & MDSCR_SS;

	if (stepper_by_host(s)) {
		if (!mdscr || !(pe_get(pe, SYS_MDCR_EL2) & MDCR_TDE))
			explore_broken(x, "P7 the host's step is not on");
		if (!ss != (s->done == 1))
			explore_broken(
				x, "P7 %s",
				ss ? "an instruction is done, and its step goes on" :
				     "a step would be reported with nothing done");
	} else if (m->v.debug) {
		if (mdscr)
			explore_broken(x, "P7 the guest's step would come to the host");
	} else {
		if (mdscr != (m->guest_mdscr & MDSCR_SS))
			explore_broken(x, "P7 the guest's MDSCR_EL1.SS is not its own");
		if (ss != s->own_ss)
			explore_broken(x, "P7 the guest's PSTATE.SS is not its own");
	}
	if (!step_on(m))
		ss = 0;
	m->guest_pstate = (m->guest_pstate & ~PSTATE_SS) | ss;
	if (!m->v.debug)
		s->own_ss = ss;
}

void stepper_enter_on(struct explore *x, struct stepper *s, unsigned int nr)
{
	struct machine *m = &s->m;

	machine_enter(x, m, nr, &switch_ours);
	returned(x, s);
}

void stepper_leave(struct explore *x, struct stepper *s, u64 esr)
{
	machine_leave(x, &s->m, esr, &switch_ours);
	s->m.v.vm = &s->m.vm;
}

void stepper_enter(struct explore *x, struct stepper *s)
{
	struct world_vcpu *v = &s->m.v;

	v->esr = v->far = v->hpfar = 0;
	memset(&v->mmio, 0, sizeof(v->mmio));
	memset(&v->nisv, 0, sizeof(v->nisv));
	memset(v->x, 0, sizeof(v->x));
	stepper_enter_on(x, s, (unsigned int)s->m.at);
}

/* Reset PC, so that states repeat. */
void stepper_rebase(struct machine *m)
{
	m->guest_pc = m->v.pc = GUEST_PC;
}

/* Emulated: PC has advanced, BTYPE is 0, and the step of an active debugger is done. */
void stepper_skipped(struct explore *x, struct stepper *s)
{
	stepper_one_done(x, s);
	s->m.guest_pc += 4;
	s->m.guest_pstate &= ~PSTATE_BTYPE;
	if (!s->m.v.debug)
		s->own_ss = 0;
}

/* An exception to the guest's EL1, by the PE or by EL2 [AArch64.TakeException]. */
void stepper_taken(struct explore *x, struct stepper *s, u64 esr)
{
	struct machine *m = &s->m;
	u64 old = (m->guest_pstate & ~PSTATE_SS) | s->own_ss;

	/*
	 * For the host's debugger it is an instruction; for the guest's own the step is still due.
	 */
	if (stepper_by_host(s))
		stepper_one_done(x, s);
	m->guest.ELR = m->guest_pc;
	m->guest.SPSR = old;
	m->guest.ESR = esr;
	m->guest_pc = GUEST_VBAR + (stepper_at_el0(m) ? 0x400 : 0x200);
	m->guest_pstate = MACHINE_HANDLER_PSTATE | PSTATE_PAN;
	s->own_ss = 0;
}

/*
 * The guest's handler returns to the interrupted code.  If the guest steps there, but not in the
 * handler, SPSR.SS counts [DebugExceptionReturnSS].
 */
void stepper_guest_returns(struct stepper *s, u64 spsr)
{
	struct machine *m = &s->m;
	struct pe *pe = &m->pe[m->at];
	bool on;

	m->guest_pstate = spsr & ~PSTATE_SS;
	on = step_on(m) && !m->v.debug;
	if (!m->v.debug)
		s->own_ss = on ? spsr & PSTATE_SS : 0;
	else if (stepper_by_guest(s))
		/* Under a debugger the guest's step is undetermined. */
		s->own_sure = 0;
	/* The host's debugger stepped through the handler, got its reports, and continued. */
	m->guest_pstate |= m->v.debug ? (stepper_by_host(s) ? PSTATE_SS : 0) : s->own_ss;
	m->guest.ELR = machine_guest_value(m, SYS_ELR_EL1);
	m->guest.SPSR = machine_guest_value(m, SYS_SPSR_EL1);
	m->guest.ESR = machine_guest_value(m, SYS_ESR_EL1);
	m->guest.FAR = machine_guest_value(m, SYS_FAR_EL1);
	pe_set(pe, SYS_ELR_EL1, m->guest.ELR);
	pe_set(pe, SYS_SPSR_EL1, m->guest.SPSR);
	pe_set(pe, SYS_ESR_EL1, m->guest.ESR);
	pe_set(pe, SYS_FAR_EL1, m->guest.FAR);
	stepper_rebase(m);
}

/* A Software Step exception is taken before anything executes [CheckSoftwareStep]. */
void stepper_pending(struct explore *x, struct stepper *s)
{
	struct machine *m = &s->m;

	if (!step_on(m) || m->guest_pstate & PSTATE_SS)
		return;
	if (pe_get(&m->pe[m->at], SYS_MDCR_EL2) & MDCR_TDE) {
		explore_trace(x, "  Software Step exception to EL2");
		stepper_leave(x, s, ESR_EC_BITS(EC_STEP_LOW) | ESR_IL | 0x22);
		if (world_exit(&m->v) != WORLD_DEBUG)
			explore_broken(x,
				       "P7 the host's debugger is not told of its step");
		if (s->done != 1)
			explore_broken(x, "P7 a step is reported with nothing done");
		s->done = 0;
		stepper_enter(x, s);
		return;
	}
	explore_trace(x, "  Software Step exception to the guest's EL1");
	if (s->own_sure && s->own_done != 1)
		explore_broken(
			x, "P7 the guest's debugger is told of a step with nothing done");
	s->own_done = 0;
	s->own_sure = 1;
	/* Its handler: the next step. */
	s->own_ss = PSTATE_SS;
	m->guest_pstate |= PSTATE_SS;
}

/* The PE completes an instruction: SSAdvance(). */
void stepper_executes(struct explore *x, struct stepper *s)
{
	stepper_one_done(x, s);
	s->m.guest_pstate &= ~(PSTATE_SS | PSTATE_BTYPE);
	if (!s->m.v.debug)
		s->own_ss = 0;
}
