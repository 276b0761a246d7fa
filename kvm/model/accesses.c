// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/model/accesses.h"

#include <stdio.h>

#include "kvm/model/machine.h"
#include "kvm/model/roof.h"
#include "kvm/model/walk.h"
#include "kvm/world/kinds.h"

static const char *whose(const struct machine *m, enum sysreg reg, u64 val)
{
	if (reg == SYS_ELR_EL2 || reg == SYS_SPSR_EL2) {
		if (val == m->guest_pc || val == m->guest_pstate)
			return "guest's";
		if (val == MACHINE_HOST_PC || val == MACHINE_HOST_PSTATE)
			return "host's";
	}
	return value_owner(val) == HOST  ? "host's" :
	       value_owner(val) == GUEST ? "guest's" :
					   NULL;
}

/* The low 12 bits of VALUE_OF() are free. */
static void print_value(const struct machine *m, enum sysreg reg, u64 val)
{
	const char *who = whose(m, reg, val);
	u64 bits = reg == SYS_ELR_EL2 || reg == SYS_SPSR_EL2 ? 0 : val & 0xfff;

	if (!who)
		printf("%#llx\n", (unsigned long long)val);
	else if (bits)
		printf("%s+%llu\n", who, (unsigned long long)bits);
	else
		printf("%s\n", who);
}

static void print(void *arg, const char *what, enum sysreg reg, u64 val)
{
	if (reg == SYS_COUNT) {
		printf("%s\n", what);
		return;
	}
	printf("%s %s ", what, pe_reg_name(reg));
	print_value(arg, reg, val);
}

static void switch_once(struct machine *m, const struct kind *k, bool el3)
{
	bool spe = k->spe || el3;
	const struct pe_config one = {
		.vhe = k->vhe, .spe = spe, .el3_owns = el3, .fne = spe, .mops = true,
	};
	const struct pe_config cfg[2] = { one, one };

	machine_init(m, cfg, k->features);
	machine_boot(NULL, m);
	m->guest_pstate = m->v.pstate = PSTATE_N | PSTATE_DAIF | MODE_EL1h;
	m->v.vm = &m->vm;
	machine_host_profile(NULL, m, k->host);
	m->truth.guest_on = k->guest;
	m->v.spe.PMSCR_EL1 = k->guest ? PMSCR_E0SPE | PMSCR_E1SPE : 0;
	m->v.spe.PMBLIMITR_EL1 |= k->guest ? PMBLIMITR_E : 0;
	if (k->profile && !world_profile_set(&m->cpu[0], &m->v, k->profile))
		m->truth.profile = (uint8_t)k->profile;
	world_debug_set(&m->v, k->debug);
	roof_listen(print, m);
	machine_enter(NULL, m, 0, &switch_ours);
	machine_leave(NULL, m, ESR_EC_BITS(EC_HVC64) | ESR_IL, &switch_ours);
	roof_listen(NULL, NULL);
}

void accesses_print(bool spe, bool el3)
{
	static struct machine m;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].spe != spe)
			continue;
		printf("%s\n", kinds[i].name);
		switch_once(&m, &kinds[i], el3);
	}
}
