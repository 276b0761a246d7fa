// SPDX-License-Identifier: GPL-2.0-only
/* A guest that owns SPE.  Its only buffer has 64 records, and its interrupt handler empties it. */
#include "kvm/bare/checks.h"
#include "kvm/bare/console.h"
#include "kvm/bare/gic.h"
#include "kvm/bare/guest.h"
#include "kvm/bare/layout.h"
#include "kvm/bare/profiler.h"
#include "kvm/world/bits.h"

#define FULL		64		/* records in its buffer */
#define LIMIT		(GUEST_BUFFER + FULL * PROFILER_RECORD)
#define ROUNDS		600

/*
 * The number of records in the guest's buffer that are not of its code at EL1, or that contain what
 * the guest asked for but must not get: physical addresses, the host's CONTEXTIDR_EL2.
 */
static u64 strangers(u64 nr)
{
	struct record r;
	u64 strange = 0;

	for (u64 i = 0; i < nr; i++)
		strange += !record_parse((uint8_t *)GUEST_BUFFER_PA + i * PROFILER_RECORD, &r) ||
			   r.el != 1 || r.pc < (uintptr_t)guest_code ||
			   r.pc >= (uintptr_t)guest_code_end || r.has_pa || r.has_el2 ||
			   r.context_el1 != GUEST_CONTEXT;
	return strange;
}

static u64 strangers_in_ours(const struct vm *m, u64 nr)
{
	struct record r;
	u64 strange = 0;

	for (u64 i = 0; i < nr; i++)
		strange += !record_parse((uint8_t *)SHADOW + i * PROFILER_RECORD, &r) ||
			   !record_is_host(&r, m->cpu.vhe);
	return strange;
}

/* Is the guest's buffer where stage 2 maps it? */
static bool stage2_was_used(void)
{
	for (u64 i = 0; i < FULL * PROFILER_RECORD; i += 8)
		if (*(u64 *)(GUEST_BUFFER + i))
			return false;
	return true;
}

static void clear(u64 at)
{
	for (u64 i = 0; i < FULL * PROFILER_RECORD; i += 8)
		*(u64 *)(at + i) = 0;
}

struct run {
	u64 fulls;		/* exits that found the guest's buffer full */
	u64 interrupts;		/* exits for its interrupt */
	u64 levels;		/* exits with its virtual interrupt pending */
	u64 strange;		/* records in full buffers that are not the guest's */
	u64 host, guest;	/* total numbers of records */
};

static struct run run_owner(struct vm *m)
{
	struct run r = { 0 };
	enum world_next next;
	bool level;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		level = m->v.spe_irq;
		next = vm_run(m);
		/* Its buffer's interrupt is the host's PMBIRQ until it has exited. */
		if (m->exception == 1 && gic_take() == GIC_SPURIOUS)
			r.interrupts++;
		else if (next != WORLD_CALL && next != WORLD_RUN)
			bail_out("the owner left: ESR, PC, FAR", m->v.esr, m->v.pc, m->v.far);
		r.levels += m->v.spe_irq;
		if (level || !m->v.spe_irq)
			continue;
		r.fulls++;
		r.strange += strangers(FULL) + (m->v.spe.PMBPTR_EL1 != LIMIT);
		clear(GUEST_BUFFER_PA);
	}
	if (!m->v.spe_irq)
		r.guest = (m->v.spe.PMBPTR_EL1 - GUEST_BUFFER) / PROFILER_RECORD;
	r.strange += strangers(r.guest);
	r.guest += r.fulls * FULL;
	return r;
}

static void check_interrupts(const struct run *r)
{
	result("its buffer was full several times", r->fulls > 10);
	is("each took it out, once", r->interrupts, r->fulls);
	result("it had a virtual interrupt for each, and no more",
	       vm_data(TOLD_IRQS) == r->fulls || vm_data(TOLD_IRQS) + 1 == r->fulls);
	/* One exit finds it full, and three are accesses in the handler. */
	result("whose level stayed until the guest had cleared PMBSR_EL1.S",
	       r->levels >= r->fulls * 4 - 3 && r->levels <= r->fulls * 4);
	is("its handler read PMBSR_EL1: full, nothing lost", vm_data(TOLD_PMBSR), PMBSR_S | 1);
	is("and PMBPTR_EL1, at the limit", vm_data(TOLD_PMBPTR), LIMIT);
}

void check_owner(struct vm *m)
{
	struct run r;

	print("# a guest that owns SPE\n");
	vm_init(m, WORLD_VM_SPE, guest_profiles);
	shadow_fill();
	clear(GUEST_BUFFER);
	clear(GUEST_BUFFER_PA);
	is("PMSVer is the CPU's", m->vm.id[WORLD_ID_AA64DFR0] >> 32 & 15,
	   sys_read(ID_AA64DFR0_EL1) >> 32 & 15);
	profiler_on(PROFILER_BUFFER);
	r = run_owner(m);
	r.host = profiler_off();
	check_interrupts(&r);
	is("each of its records is of its own code", r.strange, 0);
	result("through stage 2", stage2_was_used());
	is("each of the host's is of the host's", strangers_in_ours(m, r.host), 0);
	result("and there are some", r.host > ROUNDS / 10);
	is("the host's buffer has no event", sys_read(PMBSR_EL1), 0);
	result("no page of the guest's at the host's address is written", shadow_untouched());
	is("registers of host and guest not as they must be", m->wrong, 0);
	say_records("the host", r.host);
	say_records("the guest", r.guest);
}
