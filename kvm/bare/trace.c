// SPDX-License-Identifier: GPL-2.0-only
/*
 * One entry and one exit of each kind, with different values of host and guest in each register
 * that has both.  QEMU logs the instructions of kvm/world; tests/world_log.awk reads the log and
 * the values printed here, and compares them with the model.
 */
#include "kvm/bare/console.h"
#include "kvm/bare/guest.h"
#include "kvm/bare/layout.h"
#include "kvm/bare/machine.h"
#include "kvm/bare/profiler.h"
#include "kvm/bare/vm.h"
#include "kvm/world/bits.h"
#include "kvm/world/kinds.h"

#define FAR_APART	0xffff00	/* an interval so large that nothing is sampled */

void bare_main(void);

static struct vm machine;

static void say(const char *whose, const char *name, const char *end, u64 val)
{
	print(whose);
	print(" ");
	print(name);
	print(end);
	print(" ");
	print_hex(val);
	print("\n");
}

static void say_guest(const struct vm *m, const struct world_vcpu *v)
{
#define X(reg)									\
	say("guest", #reg, "_EL1", v->regs.reg);				\
	say("guest", #reg, "_EL12", v->regs.reg);
	WORLD_EL1_REGS(X)
#undef X
#define X(reg) say("guest", #reg, "", v->regs.reg);
	WORLD_SHARED_REGS(X)
#undef X
	say("guest", "VTTBR_EL2", "", m->vm.vttbr);
	say("guest", "VTCR_EL2", "", m->vm.vtcr);
	say("guest", "ELR_EL2", "", v->pc);
	/* At its exit it has executed one instruction. */
	say("guest", "ELR_EL2", "", m->v.pc);
	say("guest", "SPSR_EL2", "", v->pstate);
#define X(reg) say("guest", #reg, "", v->spe.reg);
	WORLD_SPE_REGS(X) X(PMSNEVFR_EL1)
#undef X
	say("guest", "PMBLIMITR_EL1", "", v->spe.PMBLIMITR_EL1 & ~PMBLIMITR_E);
}

static void say_host(const struct vm *m)
{
	for (enum reg reg = 0; reg < REG_COUNT; reg++) {
		u64 val = m->before.val[reg];

		if (reg == REG_PMBLIMITR_EL1)
			val &= ~PMBLIMITR_E;
		/* For a VHE host these are left over from the last exit. */
		if (m->cpu.vhe && (reg == REG_ELR_EL2 || reg == REG_SPSR_EL2))
			continue;
		if (register_exists(&m->cpu, reg) && !register_is_el12(reg))
			say("host", register_name(reg), "", val);
	}
}

static void host_sampling(const struct vm *m, bool on)
{
	if (!m->cpu.spe_usable)
		return;
	profiler_registers();
	sys_write(PMSCR_EL1, PROFILER_CONTENT);
	sys_write(PMBLIMITR_EL1, SHADOW + PROFILER_BUFFER);
	isb();
	sys_write(PMBPTR_EL1, SHADOW);
	sys_write(PMBSR_EL1, 0);
	sys_write(PMSIRR_EL1, FAR_APART);
	sys_write(PMSICR_EL1, 0);
	if (!on)
		return;
	sys_write(PMBLIMITR_EL1, (SHADOW + PROFILER_BUFFER) | PMBLIMITR_E);
	isb();
	sys_write(PMSCR_EL1, PROFILER_CONTENT | PMSCR_E0SPE | PMSCR_E1SPE);
	isb();
}

static void switch_once(struct vm *m, const struct kind *k)
{
	struct world_vcpu was;

	vm_init(m, k->features, guest_call_at_once);
	m->v.pstate |= PSTATE_N;
	if (k->guest) {
		m->v.spe.PMSCR_EL1 = PMSCR_E0SPE | PMSCR_E1SPE;
		m->v.spe.PMBLIMITR_EL1 |= PMBLIMITR_E;
	}
	if (k->profile)
		world_profile_set(&m->cpu, &m->v, k->profile);
	world_debug_set(&m->v, k->debug);
	was = m->v;
	host_sampling(m, k->host);
	vm_run_to_call(m, k->name);
	host_sampling(m, false);
	print("kind ");
	print(k->name);
	print("\n");
	say_host(m);
	say_guest(m, &was);
}

static u64 host(void)
{
	struct vm *m = &machine;

	machine_host();
	vm_machine(m);
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].spe == m->cpu.spe_usable && kinds[i].vhe == m->cpu.vhe)
			switch_once(m, &kinds[i]);
	return 0;
}

void bare_main(void)
{
	machine_mode(false);
	at_el1(host);
	machine_mode(true);
	host();
	finish();
}
