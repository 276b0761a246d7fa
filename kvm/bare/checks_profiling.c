// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/bare/checks.h"
#include "kvm/bare/console.h"
#include "kvm/bare/gic.h"
#include "kvm/bare/guest.h"
#include "kvm/bare/layout.h"
#include "kvm/bare/profiler.h"
#include "kvm/world/bits.h"

#define PATTERN		0x5a5a5a5a5a5a5a5aull
#define FULL		0x1000		/* bytes of a small buffer */
#define ROUNDS		8
#define SWITCHES	250		/* per round; a VHE host has 6 records of each */

struct tally {
	u64 host, kernel, user;		/* records of the host, of the guest's EL1 and EL0 */
	u64 strange;			/* impossible ones, or with contexts that are not their
					 * own */
};

void shadow_fill(void)
{
	for (u64 *p = (u64 *)SHADOW_ALIAS; p < (u64 *)(SHADOW_ALIAS + BLOCK); p++)
		*p = PATTERN;
}

bool shadow_untouched(void)
{
	for (u64 *p = (u64 *)SHADOW_ALIAS; p < (u64 *)(SHADOW_ALIAS + BLOCK); p++)
		if (*p != PATTERN)
			return false;
	return true;
}

void say_records(const char *whose, u64 nr)
{
	print("# records of ");
	print(whose);
	print(": ");
	print_number(nr);
	print("\n");
}

static bool within(u64 pc, const char *from, const char *to)
{
	return pc >= (uintptr_t)from && pc < (uintptr_t)to;
}

static bool contexts_fit(const struct vm *m, const struct record *r, bool guest)
{
	bool el1 = guest ? m->v.profile & WORLD_PROFILE_CONTEXT : !m->cpu.vhe;

	return r->has_el1 == el1 &&
	       (!el1 || r->context_el1 == (guest ? GUEST_CONTEXT : HOST_CONTEXT)) &&
	       r->has_el2 && r->context_el2 == (m->cpu.vhe ? HOST_CONTEXT : HYP_CONTEXT);
}

static void count(const struct vm *m, struct tally *t, const uint8_t *p)
{
	struct record r;
	u64 *of = &t->strange;

	if (record_parse(p, &r)) {
		if (record_is_host(&r, m->cpu.vhe))
			of = &t->host;
		else if (within(r.pc, guest_code, guest_works_el0) && r.el == 1)
			of = &t->kernel;
		else if (within(r.pc, guest_works_el0, guest_works_el0_end) && !r.el)
			of = &t->user;
		if (!contexts_fit(m, &r, of != &t->host))
			of = &t->strange;
	}
	++*of;
}

static void count_all(const struct vm *m, struct tally *t, u64 nr)
{
	for (u64 i = 0; i < nr; i++)
		count(m, t, (const uint8_t *)(SHADOW + i * PROFILER_RECORD));
}

/* The guest only calls: its state must not change. */
static void check_quiet_guest(struct vm *m)
{
	struct world_vcpu was;
	struct tally t = { 0 };
	u64 nr, events = 0;
	bool same = true;

	vm_init(m, WORLD_VM_PMU, guest_calls);
	for (u32 i = 0; i < 31; i++)
		m->v.x[i] = 0x3000 + i;
	shadow_fill();
	was = m->v;
	for (unsigned int round = 0; round < ROUNDS; round++) {
		profiler_on(PROFILER_BUFFER);
		for (unsigned int i = 0; i < SWITCHES; i++)
			vm_run_to_call(m, "the guest calls");
		nr = profiler_off();
		events |= sys_read(PMBSR_EL1);
		count_all(m, &t, nr);
	}
	was.x[0] += ROUNDS * SWITCHES;
	for (u32 i = 0; i < 31; i++)
		same &= m->v.x[i] == was.x[i];
	is("the host's buffer has no event", events, 0);
	result("the guest's general registers are as they were", same);
#define X(reg) same &= m->v.regs.reg == was.regs.reg;
	WORLD_EL1_REGS(X) WORLD_SHARED_REGS(X)
#undef X
	result("and so are its system registers", same);
	is("registers of host and guest not as they must be", m->wrong, 0);
	result("a page of the guest's at the buffer's address is untouched", shadow_untouched());
	result("the host was sampled", t.host >= ROUNDS * SWITCHES / 10);
	is("and nobody else", t.kernel + t.user + t.strange, 0);
	say_records("the host", t.host);
}

static void check_policy(struct vm *m, const char *name, u32 profile)
{
	struct tally t = { 0 };

	vm_init(m, 0, guest_both);
	shadow_fill();
	print("# policy: ");
	print(name);
	print("\n");
	if (!m->cpu.vhe) {
		is("an nVHE host cannot profile a guest", (u64)world_profile_set(&m->cpu, &m->v,
		   profile), (u64)-WORLD_EOPNOTSUPP);
	} else {
		is("it is taken", (u64)world_profile_set(&m->cpu, &m->v, profile), 0);
	}
	profiler_on(PROFILER_BUFFER);
	for (unsigned int i = 0; i < 50; i++)
		vm_run_to_call(m, "the guest works");
	count_all(m, &t, profiler_off());
	/* 50 x 1206 operations at EL1 and 1202 at EL0, one of 257 of which is sampled. */
	result("the guest's kernel is sampled if it is to be",
	       m->v.profile & WORLD_PROFILE_KERNEL ? t.kernel > 200 && t.kernel < 270 : !t.kernel);
	result("and so are its user's operations",
	       m->v.profile & WORLD_PROFILE_USER ? t.user > 200 && t.user < 270 : !t.user);
	is("each with its own CONTEXTIDR, and nothing else", t.strange, 0);
	is("registers of host and guest not as they must be", m->wrong, 0);
	result("no page of the guest's is written", shadow_untouched());
	say_records("the host, and for the host", t.host + t.kernel + t.user);
}

/* A buffer of 64 records: its interrupt makes the guest exit at any point. */
static void check_full(struct vm *m)
{
	struct tally t = { 0 };
	u64 fulls = 0, strange = 0;
	u32 irq;

	print("# the host's buffer is full\n");
	vm_init(m, 0, guest_both);
	world_profile_set(&m->cpu, &m->v, WORLD_PROFILE_USER | WORLD_PROFILE_KERNEL);
	shadow_fill();
	profiler_on(FULL);
	while (fulls < 20 && m->switches < 20000) {
		if (vm_run(m) == WORLD_CALL)
			continue;
		irq = gic_take();
		strange += m->exception != 1 || irq != GIC_PMBIRQ ||
			   sys_read(PMBPTR_EL1) != SHADOW + FULL ||
			   sys_read(PMBSR_EL1) != (PMBSR_S | 1);
		count_all(m, &t, profiler_off());
		profiler_on(FULL);
		gic_done(irq);
		fulls++;
	}
	count_all(m, &t, profiler_off());
	is("its interrupt comes", fulls, 20);
	is("each exit for an interrupt is that one's, and the buffer is full", strange, 0);
	is("each record is the host's, or the guest's by policy", t.strange, 0);
	result(m->cpu.vhe ? "most are the guest's" : "none is the guest's",
	       m->cpu.vhe ? t.kernel + t.user > t.host : !(t.kernel + t.user));
	is("registers of host and guest not as they must be", m->wrong, 0);
	result("no page of the guest's is written", shadow_untouched());
	say_records("the host, and for the host", t.host + t.kernel + t.user);
}

void check_profiling(struct vm *m)
{
	check_quiet_guest(m);
	check_full(m);
	check_policy(m, "none", 0);
	check_policy(m, "user", WORLD_PROFILE_USER);
	check_policy(m, "kernel", WORLD_PROFILE_KERNEL);
	check_policy(m, "all, with contexts",
		     WORLD_PROFILE_USER | WORLD_PROFILE_KERNEL | WORLD_PROFILE_CONTEXT);
}
