// SPDX-License-Identifier: GPL-2.0-only
/* What a guest reads from ID registers, and the effect of accessing SPE's. */
#include "kvm/bare/checks.h"
#include "kvm/bare/console.h"
#include "kvm/bare/guest.h"
#include "kvm/bare/layout.h"
#include "kvm/bare/profiler.h"
#include "kvm/world/bits.h"

#define PMSVER(dfr0)	((dfr0) >> 32 & 15)
#define PMUVER(dfr0)	((dfr0) >> 8 & 15)
#define PERFMON(dfr0)	((dfr0) >> 24 & 15)	/* in ID_DFR0_EL1 */

/* X2 and X3; X4 belongs to the VMM. */
static void read_ids(struct vm *m, u32 features)
{
	vm_init(m, features, guest_ids);
	while (vm_run(m) != WORLD_CALL) {
		if (ESR_EC(m->v.esr) != EC_SYS64)
			bail_out("ID registers: ESR, PC, FAR", m->v.esr, m->v.pc, m->v.far);
		if (m->v.pc == (uintptr_t)guest_ids + 8) {
			m->v.x[4] = 0x77;
			world_skip(&m->v);
		}
	}
}

static void check_ids(struct vm *m)
{
	u64 host = sys_read(ID_AA64DFR0_EL1), val;

	read_ids(m, 0);
	is("ID_AA64DFR0_EL1 is the VM's", m->v.x[2], m->vm.id[WORLD_ID_AA64DFR0]);
	is("ID_DFR0_EL1, too", m->v.x[3], m->vm.id[WORLD_ID_DFR0]);
	is("another is the VMM's to answer", m->v.x[4], 0x77);
	result("the CPU has SPE and a PMU", PMSVER(host) && PMUVER(host));
	is("the VM has neither", PMSVER(m->v.x[2]) + PMUVER(m->v.x[2]), 0);
	read_ids(m, WORLD_VM_PMU | WORLD_VM_SPE);
	is("until it is given them: SPE", PMSVER(m->v.x[2]), PMSVER(host));
	result("and a PMU, by both registers", PMUVER(m->v.x[2]) && PERFMON(m->v.x[3]));
	val = m->vm.id[WORLD_ID_AA64DFR0] & ~(15ull << 8);
	vm_init(m, WORLD_VM_PMU, guest_ids);
	is("more than the CPU has is refused",
	   (u64)world_id_set(&m->vm, WORLD_ID_AA64DFR0, val | 15ull << 32),
	   (u64)-WORLD_EINVAL);
	val = m->vm.id[WORLD_ID_AA64DFR0] & ~(15ull << 8);
	is("less is taken", (u64)world_id_set(&m->vm, WORLD_ID_AA64DFR0, val), 0);
	world_id_run(&m->vm);
	is("until the VM has run", (u64)world_id_set(&m->vm, WORLD_ID_AA64DFR0,
	   m->vm.id_limit[WORLD_ID_AA64DFR0]), (u64)-WORLD_EBUSY);
	vm_run(m);
	is("and that is what the guest reads", m->v.x[2], val);
}

/* Every access to SPE's registers by a guest that does not own it. */
static void check_probes(struct vm *m)
{
	enum world_next next;
	u64 exits = 0, syndromes = 0, nr;

	vm_init(m, 0, guest_probes);
	m->v.x[1] = 0x5555;
	m->v.x[2] = 0x6666;
	shadow_fill();
	profiler_on(PROFILER_BUFFER);
	while ((next = vm_run(m)) == WORLD_RUN) {
		exits++;
		syndromes += m->v.regs.ESR != ESR_IL;
	}
	nr = profiler_off();
	result("it comes to its end", next == WORLD_CALL);
	is("every access of SPE is UNDEFINED", vm_data(TOLD_COUNT), GUEST_PROBES);
	is("with no syndrome of the trap", syndromes, 0);
	/* Eleven can be read, and all but PMSIDR_EL1 written: the CPU's own traps. */
	is("trapped where the register exists", exits, 11 + 10);
	is("and nothing is read", m->v.x[2], 0x6666);
	is("PMBIDR_EL1 does not trap: the buffer is another's", m->v.x[3] & PMBIDR_P, PMBIDR_P);
	is("registers of host and guest not as they must be", m->wrong, 0);
	result("no page of the guest's is written", shadow_untouched());
	say_records("the host", nr);
}

void check_registers(struct vm *m)
{
	print("# registers that a guest tries\n");
	check_ids(m);
	check_probes(m);
}
