/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory copy and set: a main or epilogue instruction met registers in a format that is
 * not this CPU's.  They go back to what the prologue takes, and so does PC [D1.4.5.8
 * ICNTMJ, IMWFQH, ITTVQX].  ISS.FormatOption says the format that the registers are in,
 * so it does not matter why they do not fit: another option, or another split.
 */
#include "kvm/world/bits.h"
#include "kvm/world/world.h"

/* Option A counts in Xn up to 0 from minus what is left, with Xd and Xs at the ends. */
static bool option_a(u64 esr)
{
	return ISS_MOPS_FORMAT(esr) == 1 || ISS_MOPS_FORMAT(esr) == 2;
}

static void reset_set(struct world_vcpu *v, u32 d, u32 n)
{
	u64 left = v->x[n];

	if (!option_a(v->esr))
		return;
	ctx_write(v->x[d], v->x[d] + left);
	ctx_write(v->x[n], -left);
}

static void reset_copy(struct world_vcpu *v, u32 d, u32 s, u32 n)
{
	u64 left = v->x[n];

	if (option_a(v->esr)) {
		if (!(left >> 63))			/* backward, or nothing left */
			return;
		ctx_write(v->x[d], v->x[d] + left);
		ctx_write(v->x[s], v->x[s] + left);
		ctx_write(v->x[n], -left);
	} else if (v->pstate & PSTATE_N) {		/* backward: one past what is left */
		ctx_write(v->x[d], v->x[d] - left);
		ctx_write(v->x[s], v->x[s] - left);
	}
}

void mops_reset(struct world_vcpu *v)
{
	u32 d = ISS_MOPS_XD(v->esr), s = ISS_MOPS_XS(v->esr), n = ISS_MOPS_XN(v->esr);

	if (v->esr & ISS_MOPS_SET)
		reset_set(v, d, n);
	else
		reset_copy(v, d, s, n);
	/* Prologue, main and epilogue stand in a row.  NZCV is the prologue's to set. */
	ctx_write(v->pc, v->pc - (v->esr & ISS_MOPS_EPILOGUE ? 8 : 4));
	/* Else the prologue runs as part of the step that the debugger took for this one. */
	step_done(v);
}
