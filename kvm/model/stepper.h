/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PE's step state machine [Table D2-17], and what both debuggers, the host's and the
 * guest's own, have to see of it: property P7.
 */
#ifndef KVM_MODEL_STEPPER_H
#define KVM_MODEL_STEPPER_H

#include "kvm/model/walk.h"

struct stepper {
	struct machine m;
	u64 own_ss;		/* the guest's PSTATE.SS, as it is without the host's debugger */
	u64 done;		/* since the host's debugger was told */
	u64 own_done;		/* since the guest's was; counted while it steps */
	u64 own_sure;		/* the host's has not been there since */
};

bool stepper_at_el0(const struct machine *m);
/* A debugger of the guest steps here: at EL0, or at EL1 (MDSCR_EL1.KDE, PSTATE.D = 0). */
bool stepper_by_guest(const struct stepper *s);
/* A debugger of the host has step on. */
bool stepper_by_host(const struct stepper *s);

/* The guest leaves and enters, on PE nr or where it is; SS is checked and acts. */
void stepper_leave(struct explore *x, struct stepper *s, u64 esr);
void stepper_enter_on(struct explore *x, struct stepper *s, unsigned int nr);
void stepper_enter(struct explore *x, struct stepper *s);
/* Back to one PC, so that states repeat. */
void stepper_rebase(struct machine *m);

/* One instruction is done, by whomever. */
void stepper_one_done(struct explore *x, struct stepper *s);
/* It was emulated, and PC has to be past it; or the PE completed it: SSAdvance(). */
void stepper_skipped(struct explore *x, struct stepper *s);
void stepper_executes(struct explore *x, struct stepper *s);
/* An exception to the guest's EL1, and its handler's return, to this SPSR. */
void stepper_taken(struct explore *x, struct stepper *s, u64 esr);
void stepper_guest_returns(struct stepper *s, u64 spsr);
/* A Software Step exception, if one is pending: before anything executes. */
void stepper_pending(struct explore *x, struct stepper *s);

#endif
