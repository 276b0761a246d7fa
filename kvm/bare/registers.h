/* SPDX-License-Identifier: GPL-2.0-only */
/* All registers of kvm/world/regs.def at one time, as EL2 reads them. */
#ifndef KVM_BARE_REGISTERS_H
#define KVM_BARE_REGISTERS_H

#include "kvm/world/world.h"

enum reg {
#define REG(name, op0, op1, n, m, op2) REG_##name,
#include "kvm/world/regs.def"
#undef REG
	REG_COUNT
};

struct registers {
	u64 val[REG_COUNT];
};

const char *register_name(enum reg reg);
/* An EL12 name; on a VHE host the guest's. */
bool register_is_el12(enum reg reg);
/* Does it exist on this CPU, in this mode? */
bool register_exists(const struct world_cpu *cpu, enum reg reg);
/* At EL2.  What does not exist is 0. */
void registers_read(struct registers *r, const struct world_cpu *cpu);

#endif
