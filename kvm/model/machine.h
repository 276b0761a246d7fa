/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine with a host and one guest around the code under test: it boots, calls
 * kvm/world as a hypervisor would, and compares all registers with what they must be.
 */
#ifndef KVM_MODEL_MACHINE_H
#define KVM_MODEL_MACHINE_H

#include "kvm/model/pe.h"

/* Where an nVHE host comes back to. */
#define MACHINE_HOST_PC		VALUE_OF(HOST, 0x111)
#define MACHINE_HOST_PSTATE	(PSTATE_DAIF | MODE_EL1h)
/* Of the guest's exception handler, but PAN: the CPUs have MTE and NMI. */
#define MACHINE_HANDLER_PSTATE	(PSTATE_TCO | PSTATE_ALLINT | PSTATE_DAIF | MODE_EL1h)
#define GUEST_PC	0x80000ull
#define GUEST_VBAR	VALUE_OF(GUEST, SYS_VBAR_EL1)

/* The switch that is judged: kvm/world's, or one of the known ones of known.c. */
struct machine_switch {
	void (*enter)(struct world_cpu *cpu, struct world_vcpu *v);
	void (*leave)(struct world_cpu *cpu, struct world_vcpu *v);
};

/* What the guest has in a register from its start on. */
u64 machine_guest_value(const struct machine *m, enum sysreg reg);

/* The guest as it starts: registers, PC, and no sampling. */
void machine_guest_start(struct machine *m);

/* Two PEs alike or not, and not yet booted. */
void machine_init(struct machine *m, const struct pe_config cfg[2], u32 features);

/* kvm/world is initialized on both; the VM is made on the first. */
void machine_boot(struct explore *x, struct machine *m);

/* From the host on PE nr into the guest; then all of the guest's registers are checked. */
void machine_enter(struct explore *x, struct machine *m, unsigned int nr,
		   const struct machine_switch *sw);

/*
 * The guest takes an exception to EL2, at guest_pc with SPSR guest_pstate; the world
 * switch brings the host back, and all of its registers are checked.
 */
void machine_leave(struct explore *x, struct machine *m, u64 esr,
		   const struct machine_switch *sw);

/* The host's driver of SPE. */
void machine_host_profile(struct explore *x, struct machine *m, bool on);
/* The host's interrupt handler empties the buffer and goes on. */
void machine_host_drain(struct explore *x, struct machine *m);

#endif
