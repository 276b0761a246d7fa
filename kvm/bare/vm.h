/* SPDX-License-Identifier: GPL-2.0-only */
/* One guest with one vCPU on one CPU: kvm/world's caller. */
#ifndef KVM_BARE_VM_H
#define KVM_BARE_VM_H

#include "kvm/bare/registers.h"

struct vm {
	struct world_cpu cpu;
	struct world_vm vm;
	struct world_vcpu v;
	u64 exception;		/* of the last exit: 0 synchronous, 1 IRQ, 2 FIQ, 3 SError */
	/* At EL2: before world_enter(), after it, and after world_leave(). */
	struct registers before, inside, after;
	u64 switches, wrong;	/* how many; registers that were not as they must be */
};

/* What the CPU is: world_cpu_init(). */
void vm_machine(struct vm *m);
/* A guest with these features (WORLD_VM_*), about to execute at entry, at EL1. */
void vm_init(struct vm *m, u32 features, const void *entry);
/*
 * One entry and one exit, and each register compared with what it must be: m->wrong.
 * What world_exit() makes of it; WORLD_OTHER after an interrupt.
 */
enum world_next vm_run(struct vm *m);
/* The same, and the exit has to be an HVC: else the test of that name fails, the last. */
void vm_run_to_call(struct vm *m, const char *what);
/* A word of the guest's data, at GUEST_DATA + offset. */
u64 vm_data(u64 offset);
/* Set all of it to zero. */
void vm_clear_data(void);

#endif
