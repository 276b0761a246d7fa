// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/bare/registers.h"

static const struct {
	const char *name;
	bool el12;
} rows[] = {
#define REG(name, op0, op1, n, m, op2) { #name, false },
#define EL12(name, op0, op1, n, m, op2) { #name, true },
#include "kvm/world/regs.def"
#undef REG
};

const char *register_name(enum reg reg)
{
	return rows[reg].name;
}

bool register_is_el12(enum reg reg)
{
	return rows[reg].el12;
}

bool register_exists(const struct world_cpu *cpu, enum reg reg)
{
	if (reg == REG_HCRX_EL2)
		return cpu->has_hcrx;
	if (reg == REG_PMSNEVFR_EL1)
		return cpu->spe_fne;
	if (reg == REG_PMSDSFR_EL1)
		return cpu->spe_fds;
	if (reg >= REG_PMSCR_EL1 && reg <= REG_PMBIDR_EL1 && !cpu->spe_usable)
		return false;
	return !rows[reg].el12 || cpu->vhe;
}

void registers_read(struct registers *r, const struct world_cpu *cpu)
{
#define REG(name, op0, op1, n, m, op2)						\
	r->val[REG_##name] = register_exists(cpu, REG_##name) ? sys_read(name) : 0;
#include "kvm/world/regs.def"
#undef REG
}
