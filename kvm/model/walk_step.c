// SPDX-License-Identifier: GPL-2.0-only
/*
 * Single step: a guest whose next instruction is one of a few kinds, a host debugger that comes and
 * goes, and a debugger in the guest that steps EL0.
 *
 * P7: between two reports of a debugger exactly one instruction is completed, by the PE, the
 * hypervisor or user space; and neither debugger sees the other's work.
 */
#include <string.h>

#include "kvm/model/roof.h"
#include "kvm/model/stepper.h"

enum event {
	NOP,
	SVC,
	HVC,
	SMC,
	ID_READ,
	ID_READ_32,
	MMIO,
	MMIO_ABORT,
	NISV_EMULATED,
	NISV_ABORT,
	NISV_AGAIN,
	NISV_OLD,
	WALK_FAULT,
	FETCH,
	CACHE,
	MAPPED,
	UNDEFINED,
	MOPS,
	INTERRUPT,
	MIGRATION,
	ATTACH_STEP,
	ATTACH,
	DETACH,
	GUEST_STEPS,
	GUEST_STEPS_EL1,
	GUEST_STOPS,
	BOOT,
	EVENTS
};

static bool may(const void *state, unsigned int event)
{
	const struct stepper *s = state;
	bool own = s->m.guest_mdscr & MDSCR_SS;

	if (event == BOOT || !s->m.booted)
		return event == BOOT && !s->m.booted;
	switch ((enum event)event) {
	case HVC:
	case SMC:
	case ID_READ:
	case ID_READ_32:
	case UNDEFINED:
		return !stepper_at_el0(&s->m); /* at EL0 it is UNDEFINED, or the guest's */
	case SVC: return stepper_at_el0(&s->m);
	case ATTACH_STEP: return s->m.v.debug != (WORLD_DEBUG_ON | WORLD_DEBUG_STEP);
	case ATTACH: return s->m.v.debug != WORLD_DEBUG_ON;
	case DETACH: return s->m.v.debug;
	case GUEST_STEPS:
	case GUEST_STEPS_EL1: return !own && !stepper_at_el0(&s->m);
	/* Entering its handler is a step of the host's debugger, which is not modelled here. */
	case GUEST_STOPS: return own && !s->m.v.debug;
	default: return true;
	}
}

static enum world_next exits(struct explore *x, struct stepper *s, u64 esr)
{
	stepper_leave(x, s, esr | ESR_IL);
	return world_exit(&s->m.v);
}

static void expect(struct explore *x, bool as_expected)
{
	if (!as_expected)
		explore_broken(x, "P8 the exit is answered wrongly");
}

/* SVC is executed, so that every debugger's step is done; SPSR_EL1.SS = 0 [D2.11.5]. */
static void svc(struct explore *x, struct stepper *s, enum event event)
{
	struct machine *m = &s->m;
	u64 old;

	stepper_executes(x, s);
	old = m->guest_pstate;
	m->guest_pstate = PSTATE_DAIF | MODE_EL1h;
	stepper_pending(x, s);
	stepper_guest_returns(s, old);
}

#define DABT        ESR_EC_BITS(EC_DABT_LOW)
#define TRANSLATION 7ull

/* EL2 injects an exception into the guest's EL1, whose handler returns to the instruction. */
static void injected(struct explore *x, struct stepper *s, u64 esr)
{
	u64 back = (s->m.guest_pstate & ~PSTATE_SS) | s->own_ss;

	stepper_taken(x, s, esr | ESR_IL);
	stepper_enter(x, s);
	stepper_pending(x, s);
	stepper_guest_returns(s, back);
}

/* An abort of the instruction, with this EC from EL0; from EL1 it is one more [ESR_EL1]. */
static void aborted(struct explore *x, struct stepper *s, u32 ec)
{
	s->m.guest.FAR = s->m.v.far;
	injected(x, s, ESR_EC_BITS(ec + !stepper_at_el0(&s->m)) | DFSC_SYNC_EXTERNAL);
}

static void mmio(struct explore *x, struct stepper *s, enum event event)
{
	struct world_vcpu *v = &s->m.v;
	u64 ipa = 0;

	/* A word, sign-extended into X3. */
	expect(x, exits(x, s,
			DABT | ISS_ISV | 2 << 22 | ISS_SSE | 3 << 16 | ISS_SF |
				TRANSLATION) == WORLD_ABORT);
	expect(x, world_fault_ipa(v, &ipa) && world_mmio(v, ipa) == WORLD_MMIO);
	expect(x, v->mmio.len == 4 && !v->mmio.write && v->mmio.ipa == ipa);
	if (event == MMIO_ABORT) {
		world_external_abort(v);
		aborted(x, s, EC_DABT_LOW);
		return;
	}
	world_mmio_done(v, 0x80000001);
	expect(x, v->x[3] == 0xffffffff80000001ull);
	stepper_skipped(x, s);
	stepper_enter(x, s);
	stepper_rebase(&s->m);
}

static void nisv(struct explore *x, struct stepper *s, enum event how)
{
	struct machine *m = &s->m;
	struct world_vcpu *v = &m->v;
	u64 esr = DABT | ISS_WNR | 1 << 10 | TRANSLATION;

	m->vm.nisv_to_user = how != NISV_OLD;
	expect(x, exits(x, s, esr) == WORLD_ABORT);
	if (how == NISV_OLD) {
		expect(x, world_mmio(v, 0x9000) == -WORLD_ENOSYS && v->pc == m->guest_pc);
	} else {
		expect(x, world_mmio(v, 0x9000) == WORLD_NISV && v->pc == m->guest_pc);
		expect(x, v->nisv.ipa == 0x9000 &&
				  v->nisv.esr_iss == (ISS_WNR | TRANSLATION));
	}
	m->vm.nisv_to_user = false;
	if (how == NISV_ABORT) {
		world_external_abort(v);
		aborted(x, s, EC_DABT_LOW);
		return;
	}
	if (how == NISV_EMULATED) {
		world_nisv_done(v, WORLD_NISV_EMULATED);
		stepper_skipped(x, s);
	} else if (how == NISV_AGAIN) {
		world_nisv_done(v, WORLD_NISV_AGAIN);
	}
	stepper_enter(x, s);
	stepper_rebase(m);
}

/* The guest's stage 1 table, or its code, is not in memory. */
static void no_memory(struct explore *x, struct stepper *s, enum event event)
{
	bool fetch = event == FETCH;
	u32 ec = fetch ? EC_IABT_LOW : EC_DABT_LOW;

	expect(x, exits(x, s, ESR_EC_BITS(ec) | (fetch ? 0 : ISS_S1PTW) | TRANSLATION) ==
			  WORLD_ABORT);
	expect(x, world_mmio(&s->m.v, 0x9000) == WORLD_RUN);
	aborted(x, s, ec);
}

static void cache(struct explore *x, struct stepper *s, enum event event)
{
	expect(x, exits(x, s, DABT | ISS_CM | ISS_WNR | TRANSLATION) == WORLD_ABORT);
	expect(x, world_mmio(&s->m.v, 0x9000) == WORLD_RUN);
	stepper_skipped(x, s);
	stepper_enter(x, s);
	stepper_rebase(&s->m);
}

static void undefined(struct explore *x, struct stepper *s, enum event event)
{
	expect(x,
	       exits(x, s, ESR_EC_BITS(EC_SYS64) | ISS_SYS(3, 0, 9, 9, 0)) == WORLD_RUN);
	injected(x, s, ESR_EC_BITS(EC_UNKNOWN));
}

/*
 * The guest's debugger, in a handler at EL1 with PSTATE.D = 1: writes MDSCR_EL1, which traps, and
 * returns to EL0, or like a kernel that debugs itself to EL1 with D = 0.
 */
static void guest_steps(struct explore *x, struct stepper *s, enum event event)
{
	struct machine *m = &s->m;
	u64 mdscr = event == GUEST_STOPS ? 0 :
		    event == GUEST_STEPS ? MDSCR_SS :
					   MDSCR_SS | MDSCR_KDE;

	stepper_pending(x, s);
	m->guest_pstate = (m->guest_pstate & PSTATE_SS) | PSTATE_DAIF | MODE_EL1h;
	if (!m->v.debug) {
		m->guest_pstate &= ~PSTATE_SS;
		s->own_ss = 0;
	}
	stepper_leave(x, s,
		      ESR_EC_BITS(EC_SYS64) | ESR_IL | 4 << 5 | ISS_SYS(2, 0, 0, 2, 2));
	m->v.x[4] = mdscr;
	expect(x, world_exit(&m->v) == WORLD_RUN);
	m->guest_mdscr = mdscr;
	stepper_skipped(x, s);
	stepper_enter(x, s);
	stepper_rebase(m);
	stepper_pending(x, s);
	/* It also reads back what it wrote. */
	stepper_leave(x, s,
		      ESR_EC_BITS(EC_SYS64) | ESR_IL | 4 << 5 | ISS_SYS_READ |
			      ISS_SYS(2, 0, 0, 2, 2));
	expect(x, world_exit(&m->v) == WORLD_RUN && m->v.x[4] == m->guest_mdscr);
	stepper_skipped(x, s);
	stepper_enter(x, s);
	stepper_rebase(m);
	stepper_pending(x, s);
	if (!mdscr)
		return;
	s->own_done = 0;
	s->own_sure = 1;
	stepper_guest_returns(s, (event == GUEST_STEPS ? MODE_EL0t : MODE_EL1h) | PSTATE_SS);
}

static void debugger(struct explore *x, struct stepper *s, enum event event)
{
	struct machine *m = &s->m;
	u32 debug = event == DETACH ? 0 :
		    event == ATTACH ? WORLD_DEBUG_ON :
				      WORLD_DEBUG_ON | WORLD_DEBUG_STEP;

	stepper_leave(x, s, 0);
	world_debug_set(&m->v, debug);
	s->done = 0;
	s->own_sure = 0;
	s->own_done = 0;
	stepper_enter(x, s);
}

/* Trapped by EL2, and handled there or by its caller. */
static void emulated(struct explore *x, struct stepper *s, enum event event)
{
	struct machine *m = &s->m;

	if (event == SMC) {
		expect(x, exits(x, s, ESR_EC_BITS(EC_SMC64)) == WORLD_CALL &&
				  m->v.pc == m->guest_pc);
		world_skip(&m->v);
	} else {
		u64 reg = event == ID_READ ? ISS_SYS(3, 0, 0, 5, 0) :
					     ISS_SYS(3, 0, 0, 1, 2);

		/* The value of boot_pe(), without the PMU and SPE. */
		expect(x,
		       exits(x, s, ESR_EC_BITS(EC_SYS64) | ISS_SYS_READ | 6 << 5 | reg) ==
				       WORLD_RUN &&
			       m->v.x[6] == (event == ID_READ ? 0x305009 : 0x9));
	}
	stepper_skipped(x, s);
	stepper_enter(x, s);
	stepper_rebase(m);
}

static void mops(struct explore *x, struct stepper *s, enum event event)
{
	struct machine *m = &s->m;

	/* SETM, option B's format: only PC moves back, and the step is done. */
	expect(x, exits(x, s,
			ESR_EC_BITS(EC_MOPS) | ISS_MOPS_SET | 3 << 16 | 1 << 10 | 2 << 5 |
				3) == WORLD_RUN);
	stepper_one_done(x, s);
	m->guest_pc -= 4;
	if (!m->v.debug)
		s->own_ss = 0;
	stepper_enter(x, s);
	stepper_rebase(m);
}

static void executes(struct explore *x, struct stepper *s, enum event event)
{
	stepper_executes(x, s);
}

static void hvc(struct explore *x, struct stepper *s, enum event event)
{
	s->m.guest_pstate &= ~PSTATE_BTYPE;
	stepper_executes(x, s);
	expect(x, exits(x, s, ESR_EC_BITS(EC_HVC64)) == WORLD_CALL);
	stepper_enter(x, s);
}

static void mapped(struct explore *x, struct stepper *s, enum event event)
{
	expect(x, exits(x, s, DABT | ISS_ISV | TRANSLATION) == WORLD_ABORT);
	stepper_enter(x, s);
}

static void moves(struct explore *x, struct stepper *s, enum event event)
{
	stepper_leave(x, s, 0);
	stepper_enter_on(x, s, (unsigned int)(event == MIGRATION ? !s->m.at : s->m.at));
}

/* Begin in the guest. */
static void boot(struct explore *x, struct stepper *s, enum event event)
{
	machine_boot(x, &s->m);
	stepper_enter(x, s);
}

static const struct {
	const char *name;
	void (*act)(struct explore *x, struct stepper *s, enum event event);
} events[EVENTS] = {
	[NOP] = { "an instruction executes", executes },
	[SVC] = { "SVC", svc },
	[HVC] = { "HVC", hvc },
	[SMC] = { "a trapped SMC is emulated", emulated },
	[ID_READ] = { "a trapped read of ID_AA64DFR0_EL1 is emulated", emulated },
	[ID_READ_32] = { "a trapped read of ID_DFR0_EL1 is emulated", emulated },
	[MMIO] = { "a load from MMIO is emulated by user space", mmio },
	[MMIO_ABORT] = { "a load from MMIO gets an abort from user space", mmio },
	[NISV_EMULATED] = { "a load without syndrome is emulated by user space", nisv },
	[NISV_ABORT] = { "a load without syndrome gets an abort", nisv },
	[NISV_AGAIN] = { "a load without syndrome is tried again", nisv },
	[NISV_OLD] = { "a load without syndrome, and user space did not ask", nisv },
	[WALK_FAULT] = { "a load whose stage 1 table is in no memory", no_memory },
	[FETCH] = { "code in no memory", no_memory },
	[CACHE] = { "cache maintenance of no memory", cache },
	[MAPPED] = { "a load faults, and memory is mapped", mapped },
	[UNDEFINED] = { "an access to SPE is UNDEFINED", undefined },
	[MOPS] = { "a SETM does not fit this CPU", mops },
	[INTERRUPT] = { "an interrupt", moves },
	[MIGRATION] = { "the vCPU migrates", moves },
	[ATTACH_STEP] = { "the host's debugger steps", debugger },
	[ATTACH] = { "the host's debugger is there", debugger },
	[DETACH] = { "the host's debugger goes", debugger },
	[GUEST_STEPS] = { "the guest's debugger steps EL0", guest_steps },
	[GUEST_STEPS_EL1] = { "the guest's debugger steps EL1", guest_steps },
	[GUEST_STOPS] = { "the guest's debugger goes", guest_steps },
	[BOOT] = { "boot", boot },
};

static const char *event_name(const void *state, unsigned int event)
{
	return events[event].name;
}

static void act(struct explore *x, void *state, unsigned int event)
{
	struct stepper *s = state;

	roof_bind(x, &s->m);
	if (event < INTERRUPT) {
		stepper_pending(x, s);
		/* As after an indirect branch: the instruction must clear BTYPE. */
		s->m.guest_pstate |= 1ull << 10;
	}
	events[event].act(x, s, event);
	s->m.guest_pstate &= ~PSTATE_BTYPE;
	s->m.v.vm = NULL;
}

static const struct explore_system step_system = {
	.size = sizeof(struct stepper),
	.events = EVENTS,
	.name = event_name,
	.may = may,
	.act = act,
};

static int run(const struct walk *walk, const struct machine_switch *sw,
	       struct explore_result *res)
{
	struct stepper s;

	memset(&s, 0, sizeof(s));
	machine_init(&s.m, walk->cfg, walk->features);
	return explore_run(&step_system, &s, 50000, res);
}

#define CPU(...)                    \
	{                           \
		{ __VA_ARGS__ },    \
		{                   \
			__VA_ARGS__ \
		}                   \
	}

const struct walk walks_step[] = {
	{ "step, nVHE", run, CPU(.spe = true), 0, 0 },
	{ "step, VHE", run, CPU(.vhe = true, .spe = true), 0, 0 },
	{ 0 },
};

const struct walk walks_step_broken[] = {
	{ "step, nVHE, PSTATE.D = 0", run, CPU(.spe = true, .d0 = true), 0, 0 },
	{ "step, VHE, PSTATE.D = 0", run, CPU(.vhe = true, .spe = true, .d0 = true), 0, 0 },
	{ 0 },
};
