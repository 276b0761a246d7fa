// SPDX-License-Identifier: GPL-2.0-only
/* Accesses to an IPA without memory: the decisions of abort.c, by syndrome. */
#include "kvm/bare/checks.h"
#include "kvm/bare/console.h"
#include "kvm/bare/guest.h"
#include "kvm/bare/layout.h"
#include "kvm/bare/machine.h"
#include "kvm/world/bits.h"

#define AT		(GUEST_HOLE + 0x108ull)
#define DFSC_LEVEL2	6ull		/* translation fault, level 2 */
/* ISS bits that have another meaning, or none, without ISV; here 0 [ESR_EL2]. */
#define ISS_OTHERS	0xffc400ull
#define DATA		0x1122334455667788ull

/* The instructions of guest_silent, in the same order. */
static const struct silent {
	u64 offset;			/* of the access, from X1 */
	bool write, syndrome;
} silent[] = {
	{ 0, false, false },		/* LDP */
	{ 0, false, false },		/* LDR, post-index */
	{ 8, false, false },		/* LDR, pre-index */
	{ 0, false, false },		/* LDXR */
	{ 0, false, false },		/* LDAXR */
	{ 0, true, false },		/* STP */
	{ 0, true, false },		/* STR, post-index */
	{ 0, true, false },		/* DC ZVA: CM does not count it as cache maintenance
					 * [ESR_EL2] */
	{ 0, false, true },		/* LDR */
};

#define COUNT		(sizeof(silent) / sizeof(silent[0]))

/* Run the guest at the row's instruction, for the first time, up to the fault. */
static bool fault(struct vm *m, unsigned int i, u64 *ipa)
{
	m->v.pc = guest_silent[i].pc;
	m->v.x[1] = AT;
	m->v.x[2] = m->v.x[3] = DATA;
	return vm_run(m) == WORLD_ABORT && world_fault_ipa(&m->v, ipa) &&
	       *ipa == AT + silent[i].offset && m->v.pc == guest_silent[i].pc;
}

/* User space did not ask for it: refused, and nothing has changed. */
static void check_refused(struct vm *m)
{
	bool ok = true;
	u64 ipa;

	vm_init(m, 0, guest_calls);
	for (unsigned int i = 0; i < COUNT; i++) {
		ok &= fault(m, i, &ipa) && !(m->v.esr & ISS_ISV) == !silent[i].syndrome;
		ok &= world_mmio(&m->v, ipa) ==
		      (silent[i].syndrome ? WORLD_MMIO : -WORLD_ENOSYS);
		ok &= m->v.pc == guest_silent[i].pc && m->v.x[1] == AT;
	}
	result("without a syndrome, and nobody asked for it: ENOSYS", ok);
}

static void check_emulated(struct vm *m)
{
	bool ok = true, told = true;
	u64 ipa;

	vm_init(m, 0, guest_calls);
	m->vm.nisv_to_user = true;
	for (unsigned int i = 0; i < COUNT; i++) {
		const struct silent *s = &silent[i];

		ok &= fault(m, i, &ipa);
		/* As after a BR: completing the instruction must clear BTYPE. */
		m->v.pstate |= PSTATE_BTYPE;
		if (s->syndrome) {
			told &= world_mmio(&m->v, ipa) == WORLD_MMIO && m->v.mmio.len == 8 &&
				m->v.mmio.ipa == ipa && !m->v.mmio.write;
			world_mmio_done(&m->v, DATA + 1);
			ok &= m->v.x[2] == DATA + 1;
		} else {
			m->v.esr |= ISS_OTHERS;
			told &= world_mmio(&m->v, ipa) == WORLD_NISV && m->v.nisv.ipa == ipa &&
				m->v.nisv.esr_iss ==
					(DFSC_LEVEL2 | (s->write ? ISS_WNR : 0));
			world_nisv_done(&m->v, WORLD_NISV_EMULATED);
		}
		ok &= m->v.pc == guest_silent[i].pc + 4 && !(m->v.pstate & PSTATE_BTYPE);
	}
	result("asked for: CM, WnR, DFSC and the IPA, nothing else", told);
	result("and when it is emulated PC is behind it", ok);
	vm_run_to_call(m, "the guest goes on");
}

/* The guest's handler reports what it got. */
static void check_external(struct vm *m, bool protected)
{
	bool ok = true;
	u64 ipa;

	vm_init(m, protected ? WORLD_VM_PROTECTED : 0, guest_calls);
	m->vm.nisv_to_user = !protected;
	for (unsigned int i = 0; i < COUNT; i++) {
		/* User space may emulate those of a protected VM, too. */
		if (silent[i].syndrome && protected)
			continue;
		vm_clear_data();
		ok &= fault(m, i, &ipa);
		m->v.esr |= silent[i].syndrome ? 0 : ISS_OTHERS;
		ok &= world_mmio(&m->v, ipa) == (protected ? WORLD_RUN :
						 silent[i].syndrome ? WORLD_MMIO : WORLD_NISV);
		if (!protected)
			world_external_abort(&m->v);
		/* Its handler skips the instruction: continue with the next row. */
		vm_run(m);
		ok &= vm_data(TOLD_COUNT) == 1 && vm_data(TOLD_ELR) == guest_silent[i].pc &&
		      vm_data(TOLD_ESR) == (ESR_EC_BITS(EC_DABT_CUR) | ESR_IL |
					    DFSC_SYNC_EXTERNAL) &&
		      vm_data(TOLD_FAR) == AT + silent[i].offset;
	}
	result(protected ? "a protected guest gets a synchronous External abort" :
			   "or user space has the guest get one", ok);
}

static void check_again(struct vm *m)
{
	bool ok = true;
	u64 ipa;

	vm_init(m, 0, guest_calls);
	m->vm.nisv_to_user = true;
	for (unsigned int i = 0; i < COUNT; i++) {
		if (silent[i].syndrome || silent[i].write)
			continue;
		ok &= fault(m, i, &ipa) && world_mmio(&m->v, ipa) == WORLD_NISV;
		world_nisv_done(&m->v, WORLD_NISV_AGAIN);
		for (u64 at = AT; at < AT + 32; at += 8)
			*(volatile u64 *)at = DATA + 2;
		stage2_map(GUEST_HOLE, GUEST_HOLE);
		vm_run_to_call(m, "the guest goes on");
		/* All rows starting with it, and the HVC after the last one. */
		ok &= m->v.pc == guest_silent[COUNT - 1].pc + 8;
		stage2_unmap(GUEST_HOLE);
	}
	result("or there is memory now, and the guest executes it again", ok);
}

static void check_el0(struct vm *m)
{
	u64 ipa = 0;
	bool ok;

	vm_init(m, 0, guest_silent_el0);
	m->vm.nisv_to_user = true;
	m->v.x[1] = AT;
	ok = vm_run(m) == WORLD_ABORT && world_fault_ipa(&m->v, &ipa) &&
	     world_mmio(&m->v, ipa) == WORLD_NISV;
	world_external_abort(&m->v);
	vm_run_to_call(m, "the guest goes on");
	ok &= vm_data(TOLD_ELR) == (uintptr_t)guest_silent_el0_load &&
	      vm_data(TOLD_ESR) == (ESR_EC_BITS(EC_DABT_LOW) | ESR_IL | DFSC_SYNC_EXTERNAL) &&
	      !(vm_data(TOLD_SPSR) & PSTATE_MODE);
	result("at EL0 it is an abort from a lower EL", ok);
}

/* The guest's stage 1 tables are in the hole: its next fetch is not an access to a device. */
static void check_walk(struct vm *m)
{
	u64 ttbr0, ipa = 0;
	bool ok;

	vm_init(m, 0, guest_calls);
	m->vm.nisv_to_user = true;
	ttbr0 = m->v.regs.TTBR0;
	m->v.regs.TTBR0 = GUEST_HOLE | 3ull << 48;
	ok = vm_run(m) == WORLD_ABORT && ESR_EC(m->v.esr) == EC_IABT_LOW &&
	     m->v.esr & ISS_S1PTW && world_fault_ipa(&m->v, &ipa) && ipa == GUEST_HOLE &&
	     world_mmio(&m->v, ipa) == WORLD_RUN;
	m->v.regs.TTBR0 = ttbr0;
	/* Its handler continues after the instruction, at the HVC. */
	vm_run_to_call(m, "the guest goes on");
	ok &= vm_data(TOLD_ELR) == (uintptr_t)guest_calls &&
	      vm_data(TOLD_ESR) == (ESR_EC_BITS(EC_IABT_CUR) | ESR_IL | DFSC_SYNC_EXTERNAL) &&
	      vm_data(TOLD_FAR) == (uintptr_t)guest_calls;
	result("a stage 1 table in no memory is an abort of the guest's", ok);
}

void check_aborts(struct vm *m)
{
	print("# accesses of nothing\n");
	check_refused(m);
	check_emulated(m);
	check_external(m, false);
	check_external(m, true);
	check_again(m);
	check_el0(m);
	check_walk(m);
	is("registers of host and guest not as they must be", m->wrong, 0);
}
