/* SPDX-License-Identifier: GPL-2.0-only */
/* SPE's interrupt to the host: PMBIRQ, which takes a guest out. */
#ifndef KVM_BARE_GIC_H
#define KVM_BARE_GIC_H

#include "kvm/world/world.h"

#define GIC_PMBIRQ	21		/* PPI [BSA] */
#define GIC_SPURIOUS	1023

/* At EL2: system registers for the host's EL. */
void gic_init(void);
/* PMBIRQ is enabled; all others are not. */
void gic_on(void);
/* Which interrupt is pending, now active; GIC_SPURIOUS: none. */
u32 gic_take(void);
void gic_done(u32 irq);

#endif
