/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory copy and set: a main or epilogue instruction found registers in a format that is not this
 * CPU's.  Registers and PC are restored to the state before the prologue [D1.4.5.8 ICNTMJ, IMWFQH,
 * ITTVQX].  ISS.FormatOption is the format of the registers, so the reason of the mismatch does not
 * matter: another option, or another split.
 */
#include "kvm/world/bits.h"
#include "kvm/world/world.h"

/* In option A, Xn counts from minus the remaining bytes up to 0, with Xd and Xs at the ends. */
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
	} else if (v->pstate & PSTATE_N) {		/* backward: one past the remaining bytes */
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
	/* Prologue, main and epilogue are consecutive.  NZCV is set by the prologue. */
	ctx_write(v->pc, v->pc - (v->esr & ISS_MOPS_EPILOGUE ? 8 : 4));
	/*
	 * Else the prologue would run as part of the step that the debugger intended for this
	 * instruction.
	 */
	step_done(v);
}
