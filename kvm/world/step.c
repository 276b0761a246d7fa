/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Single step: one step of a debugger is one step of the architecture, whoever executes
 * the instruction [D2.11].
 *
 * MDSCR_EL1.SS and SPSR.SS exist once, for the host's debugger and for the guest's own.
 * The guest's pair is in memory (vcpu.mdscr, vcpu.pstate); the host's is put into the
 * registers over it for the time of an entry, and vcpu.step_pending is its SS, inverted.
 */
#include "kvm/world/bits.h"
#include "kvm/world/world.h"

static bool host_steps(const struct world_vcpu *v)
{
	return v->debug & WORLD_DEBUG_STEP;
}

u64 step_mdscr(const struct world_vcpu *v)
{
	if (host_steps(v))
		return v->mdscr | MDSCR_SS;
	/* With TDE set the guest's own step would come to the host. */
	return v->debug ? v->mdscr & ~MDSCR_SS : v->mdscr;
}

u64 step_spsr(const struct world_vcpu *v)
{
	if (!host_steps(v))
		return v->pstate;
	return v->step_pending ? v->pstate & ~PSTATE_SS : v->pstate | PSTATE_SS;
}

void step_exit(struct world_vcpu *v, u64 spsr)
{
	/* HVC executed, or an exception of the guest: done, not yet reported. */
	if (host_steps(v))
		ctx_write(v->step_pending, !(spsr & PSTATE_SS));
	/* Under a debugger the register's SS is the host's, or lost for want of MDSCR_EL1.SS. */
	if (v->debug)
		spsr = (spsr & ~PSTATE_SS) | (v->pstate & PSTATE_SS);
	ctx_write(v->pstate, spsr);
}

/*
 * "Pending": the ERET to the guest takes the step exception before anything executes.
 * The guest's own step rests while a debugger of the host is there.
 */
void step_done(struct world_vcpu *v)
{
	if (host_steps(v))
		ctx_write(v->step_pending, true);
	if (!v->debug)
		ctx_write(v->pstate, v->pstate & ~PSTATE_SS);
}

/* PSTATE.IT of the next instruction [AArch32.ITAdvance]. */
static u64 it_advanced(u64 pstate)
{
	u64 it = (pstate & PSTATE32_IT_HIGH) >> 8 | (pstate & PSTATE32_IT_LOW) >> 25;

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	return (pstate & ~(PSTATE32_IT_HIGH | PSTATE32_IT_LOW)) | (it << 8 & PSTATE32_IT_HIGH) |
	       (it << 25 & PSTATE32_IT_LOW);
}

static void skip(struct world_vcpu *v, bool t16)
{
	ctx_write(v->pc, v->pc + (t16 ? 2 : 4));
	/* What completes leaves BTYPE 0: else BTI faults on the next instruction. */
	ctx_write(v->pstate, v->pstate & PSTATE_AA32 ? it_advanced(v->pstate) :
						       v->pstate & ~PSTATE_BTYPE);
	step_done(v);
}

static bool is_t32(const struct world_vcpu *v)
{
	return v->pstate & PSTATE_AA32 && v->pstate & PSTATE32_T;
}

void world_skip(struct world_vcpu *v)
{
	skip(v, is_t32(v) && !(v->esr & ESR_IL));
}

void step_skip_t16(struct world_vcpu *v)
{
	skip(v, true);
}

void world_debug_set(struct world_vcpu *v, u32 debug)
{
	/* A new debugger has no step behind it; one that goes on keeps its own. */
	if (!(v->debug & debug & WORLD_DEBUG_STEP))
		ctx_write(v->step_pending, false);
	v->debug = debug;
}
