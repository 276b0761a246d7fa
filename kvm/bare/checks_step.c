// SPDX-License-Identifier: GPL-2.0-only
/* One step of the host's debugger is one instruction, whatever executes it. */
#include "kvm/bare/checks.h"
#include "kvm/bare/console.h"
#include "kvm/bare/guest.h"
#include "kvm/bare/layout.h"
#include "kvm/bare/machine.h"
#include "kvm/world/bits.h"

struct debugger {
	struct vm *m;
	u64 steps, wrong;		/* exceptions; those at an unexpected PC */
	unsigned int calls, smcs, sysregs, mmios, holes, runs;	/* other exits */
};

static void emulate_sysreg(struct world_vcpu *v)
{
	v->x[ISS_SYS_RT(v->esr)] = sys_read(ID_AA64DFR0_EL1);
	world_skip(v);
}

/* A load or store to absent memory: emulated, refused, and then the memory is added. */
static void hole(struct debugger *d)
{
	struct world_vcpu *v = &d->m->v;
	u64 ipa;

	if (!world_fault_ipa(v, &ipa))
		bail_out("no IPA: ESR, PC, FAR", v->esr, v->pc, v->far);
	switch (world_mmio(v, ipa)) {
	case WORLD_MMIO:
		if (ipa == (GUEST_HOLE | 0x1000)) {
			d->holes++;
			stage2_map(GUEST_HOLE, GUEST_HOLE);
			return;
		}
		d->mmios++;
		world_mmio_done(v, 0x1234);
		return;
	case WORLD_NISV:
		if (d->holes++)
			world_external_abort(v);
		else
			world_nisv_done(v, WORLD_NISV_EMULATED);
		return;
	default:
		bail_out(world_refusal(v), v->esr, v->pc, ipa);
	}
}

static void answer(struct debugger *d, enum world_next next)
{
	struct world_vcpu *v = &d->m->v;

	switch (next) {
	case WORLD_RUN:
		d->runs++;
		return;
	case WORLD_CALL:
		if (ESR_EC(v->esr) == EC_SMC64) {
			d->smcs++;
			world_skip(v);
		} else {
			d->calls++;
		}
		return;
	case WORLD_SYSREG:
		d->sysregs++;
		emulate_sysreg(v);
		return;
	case WORLD_ABORT:
		hole(d);
		return;
	case WORLD_MMIO:
	case WORLD_NISV:
	case WORLD_DEBUG:
	case WORLD_OTHER:
		break;
	}
	bail_out("a stepped guest left: ESR, PC, FAR", v->esr, v->pc, v->far);
}

/* Run to the next step exception, which must have this PC. */
static void step_to(struct debugger *d, u64 pc)
{
	enum world_next next;

	while ((next = vm_run(d->m)) != WORLD_DEBUG)
		answer(d, next);
	d->steps++;
	if (d->m->v.pc == pc)
		return;
	if (!d->wrong++)
		is("a step ends at the next instruction", d->m->v.pc, pc);
}

/* The table's rows in order, with the guest's handler after those that cause an exception. */
static u64 step_all(struct debugger *d)
{
	const struct guest_row *row, *in;
	u64 expected = 0;

	for (row = guest_stepped; row + 1 < guest_stepped_end; row++) {
		for (in = guest_handler; row->flags & GUEST_TAKES && in < guest_handler_end; in++)
			step_to(d, in->pc), expected++;
		step_to(d, row[1].pc);
		expected++;
	}
	return expected;
}

/*
 * The guest's own debugger, at its EL1, steps these rows up to an HVC 0, without any effect of the
 * host's.
 */
static struct debugger own_steps(struct vm *m, const struct guest_row *row, u64 rows)
{
	struct debugger d = { .m = m };
	enum world_next next;
	bool order = true;

	m->vm.nisv_to_user = true;
	m->v.x[2] = GUEST_DEVICE;
	m->v.x[3] = GUEST_HOLE;
	while ((next = vm_run(m)) != WORLD_CALL || m->v.esr & 1 || ESR_EC(m->v.esr) == EC_SMC64)
		answer(&d, next);
	is("one step for each instruction", vm_data(TOLD_STEPS), rows - 1);
	for (u64 i = 1; i < rows; i++)
		order &= vm_data(TOLD_STEP_PC + 8 * (i - 1)) == row[i].pc;
	result("in their order", order);
	return d;
}

static void check_own_steps(struct vm *m)
{
	struct debugger d;

	print("# a guest that steps its EL0\n");
	vm_init(m, 0, guest_own_steps);
	d = own_steps(m, guest_stepped_el0, (u64)(guest_stepped_el0_end - guest_stepped_el0));
	is("loads and stores of a device among them", d.mmios, 3);
	is("and one of nothing, emulated", d.holes, 1);
	is("registers of host and guest not as they must be", m->wrong, 0);
}

static void check_own_steps_el1(struct vm *m)
{
	struct debugger d;

	print("# a guest that steps its EL1\n");
	vm_init(m, 0, guest_own_steps_el1);
	m->v.regs.VBAR = (uintptr_t)guest_step_vectors;
	d = own_steps(m, guest_stepped_el1, (u64)(guest_stepped_el1_end - guest_stepped_el1));
	is("loads and stores of a device among them", d.mmios, 3);
	is("one of nothing, emulated", d.holes, 1);
	is("an HVC and an SMC", d.calls + d.smcs, 2);
	is("registers of host and guest not as they must be", m->wrong, 0);
}

/* A debugger goes with an unreported step pending, and another comes. */
static void check_next_debugger(struct vm *m)
{
	bool ok;

	vm_init(m, 0, guest_call_at_once);
	world_debug_set(&m->v, WORLD_DEBUG_ON | WORLD_DEBUG_STEP);
	vm_run_to_call(m, "a stepped HVC");
	world_debug_set(&m->v, 0);
	world_debug_set(&m->v, WORLD_DEBUG_ON | WORLD_DEBUG_STEP);
	/* The branch after the HVC. */
	ok = vm_run(m) == WORLD_DEBUG && m->v.pc == (uintptr_t)guest_calls;
	result("a new debugger's first step is one instruction", ok);
	is("registers of host and guest not as they must be", m->wrong, 0);
}

static void check_host_steps(struct vm *m)
{
	struct debugger d = { .m = m };
	u64 expected, switches;

	vm_init(m, 0, (const char *)guest_stepped[0].pc);
	m->vm.nisv_to_user = true;
	m->v.x[1] = GUEST_DATA + 0x1000;
	m->v.x[2] = GUEST_DEVICE;
	m->v.x[3] = GUEST_HOLE;
	m->v.x[8] = GUEST_HOLE + 0x1000;
	world_debug_set(&m->v, WORLD_DEBUG_ON | WORLD_DEBUG_STEP);
	expected = step_all(&d);
	is("one step exception for each instruction", d.steps, expected);
	is("in the order of their addresses", d.wrong, 0);
	is("HVCs among them", d.calls, 3);
	is("a trapped SMC", d.smcs, 1);
	is("loads and stores of a device", d.mmios, 4);
	is("accesses of nothing: emulated, refused, then mapped", d.holes, 3);
	is("an ID register of the VMM's", d.sysregs, 1);
	is("and what kvm/world answers itself: an ID register, MDSCR_EL1, PMSCR_EL1", d.runs, 3);
	is("the guest had its own exceptions", vm_data(TOLD_COUNT), 3);
	is("what the device gave arrived", m->v.x[5], 0x1234);
	world_debug_set(&m->v, 0);
	switches = m->switches;
	vm_run_to_call(m, "the debugger goes, and the guest runs");
	is("to its end in one go", m->switches - switches, 1);
	is("registers of host and guest not as they must be", m->wrong, 0);
}

void check_steps(struct vm *m)
{
	print("# debuggers that step\n");
	check_host_steps(m);
	check_next_debugger(m);
	check_own_steps(m);
	check_own_steps_el1(m);
}
