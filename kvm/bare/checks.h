/* SPDX-License-Identifier: GPL-2.0-only */
/* What is tried, in each of the host's modes; results are TAP. */
#ifndef KVM_BARE_CHECKS_H
#define KVM_BARE_CHECKS_H

#include "kvm/bare/vm.h"

/* A host that profiles itself, a guest that must not notice; guests by policy. */
void check_profiling(struct vm *m);
/* A guest that owns SPE, and a host that profiles, too. */
void check_owner(struct vm *m);
/* A debugger of the host that steps, and one of the guest. */
void check_steps(struct vm *m);
/* Accesses of nothing, with no syndrome. */
void check_aborts(struct vm *m);
/* ID registers, and a guest that tries SPE's. */
void check_registers(struct vm *m);
/* Copies and sets that go on on another CPU. */
void check_copies(struct vm *m);

/* A guest's page of the host's address SHADOW: a pattern; is it still? */
void shadow_fill(void);
bool shadow_untouched(void);
/* Records of a buffer: TAP's comment, which the truth is compared with. */
void say_records(const char *whose, u64 nr);

#endif
