/* SPDX-License-Identifier: GPL-2.0-only */
/* The CPU and the memory: a host's mode and map, and the guest's stage 2. */
#ifndef KVM_BARE_MACHINE_H
#define KVM_BARE_MACHINE_H

#include "kvm/world/world.h"

/* f(arg), at EL2 wherever the host runs. */
u64 at_el2(u64 (*f)(void *), void *arg);
/* f(), at EL1; from EL2, of an nVHE host. */
u64 at_el1(u64 (*f)(void));

/* At EL2: what an nVHE or VHE host finds, its own map aside. */
void machine_mode(bool vhe);
/* The host's map (layout.h) and registers: where it runs, at EL1 or, with VHE, at EL2. */
void machine_host(void);

/* Stage 2 of the guest: empty, then blocks.  With what the PE knows of it forgotten. */
void stage2_clear(void);
void stage2_map(u64 ipa, u64 pa);
void stage2_unmap(u64 ipa);
u64 stage2_vttbr(void);
u64 stage2_vtcr(void);

#endif
