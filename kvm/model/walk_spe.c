// SPDX-License-Identifier: GPL-2.0-only
/*
 * SPE across world switches: a host that profiles or not; a guest that may not use SPE, is profiled
 * by policy, or owns SPE; in every order of actions by these, the PE and the VMM.
 */
#include <stdio.h>
#include <string.h>

#include "kvm/model/roof.h"
#include "kvm/model/walk.h"

struct state {
	struct machine m;
	u64 sw;    /* index into switches */
	u64 pes;   /* how many PEs there are */
	u64 quiet; /* the host never profiles */
};

/* walk.extra */
#define TWO_CPUS   1u
#define QUIET_HOST 2u

static const struct machine_switch *const switches[] = {
	&switch_ours,     &switch_linux_6_12,      &switch_linux_7_1,
	&switch_2017,     &switch_2017_buffer_off, &switch_7_1_too_early,
	&switch_careless,
};

enum event {
	HOST_STARTS,
	HOST_STOPS,
	HOST_WORKS,
	HOST_WORKS_EL0,
	HOST_DRAINS,
	PROFILE_NONE,
	PROFILE_USER,
	PROFILE_KERNEL,
	PROFILE_ALL,
	ENTER_0,
	ENTER_1,
	GUEST_WORKS,
	GUEST_WORKS_EL0,
	GUEST_STARTS,
	GUEST_STOPS,
	GUEST_DRAINS,
	INTERRUPT,
	BOOT,
	PROBE,
};

/* What a guest tries to read and write. */
static const struct {
	enum sysreg reg;
	u32 m, op2; /* in S3_0_C9_Cm_op2 */
} probes[] = {
	{ SYS_PMSCR_EL1, 9, 0 },  { SYS_PMSICR_EL1, 9, 2 },     { SYS_PMSEVFR_EL1, 9, 5 },
	{ SYS_PMSIDR_EL1, 9, 7 }, { SYS_PMBLIMITR_EL1, 10, 0 }, { SYS_PMBPTR_EL1, 10, 1 },
	{ SYS_PMBSR_EL1, 10, 3 },
};

#define PROBES (2 * sizeof(probes) / sizeof(probes[0]))

static bool may(const void *state, unsigned int event)
{
	const struct state *s = state;
	const struct machine *m = &s->m;
	const struct pe *pe = &m->pe[m->at];
	bool host = pe->world == HOST, usable = pe->cfg.spe && !pe->cfg.el3_owns;
	bool owns = m->truth.guest_owns;

	if (event == BOOT || !m->booted)
		return event == BOOT && !m->booted;
	switch ((enum event)event) {
	case HOST_STARTS:
		/* One of two CPUs is enough: they share only the vCPU. */
		return host && usable && !m->at && !s->quiet && !m->truth.host_on[0];
	case HOST_STOPS: return host && m->truth.host_on[m->at];
	case HOST_WORKS:
	case HOST_WORKS_EL0: return host && m->truth.host_on[m->at];
	case HOST_DRAINS: return host && m->truth.host_full[m->at];
	case PROFILE_NONE:
	case PROFILE_USER:
	case PROFILE_KERNEL:
	case PROFILE_ALL: return host;
	case ENTER_0: return host;
	case ENTER_1: return host && s->pes > 1;
	case GUEST_WORKS:
	case GUEST_WORKS_EL0: return !host && usable;
	case GUEST_STARTS: return !host && owns && !m->truth.guest_on;
	case GUEST_STOPS:
		return !host && owns && m->truth.guest_on && !m->truth.guest_full;
	case GUEST_DRAINS: return !host && owns && m->truth.guest_full;
	case INTERRUPT: return !host;
	case BOOT:
	case PROBE: break;
	}
	return !host && !owns;
}

/* The guest's UNDEFINED exception, by the architecture. */
static void expect_undefined(struct machine *m)
{
	m->guest.ELR = m->guest_pc;
	m->guest.SPSR = m->guest_pstate;
	m->guest.ESR = ESR_EC_BITS(EC_UNKNOWN) | ESR_IL;
	m->guest_pc = GUEST_VBAR + (m->guest_pstate == MODE_EL1h ? 0x200 : 0x400);
	m->guest_pstate =
		MACHINE_HANDLER_PSTATE | (m->pe[0].cfg.sctlr_span ? 0 : PSTATE_PAN);
}

/* Its handler returns and restores the registers. */
static void handler_returns(struct machine *m)
{
	struct pe *pe = &m->pe[m->at];

	m->guest_pc = GUEST_PC;
	m->guest_pstate = MODE_EL1h;
	m->guest.ELR = machine_guest_value(m, SYS_ELR_EL1);
	m->guest.SPSR = machine_guest_value(m, SYS_SPSR_EL1);
	m->guest.ESR = machine_guest_value(m, SYS_ESR_EL1);
	pe_set(pe, SYS_ELR_EL1, m->guest.ELR);
	pe_set(pe, SYS_SPSR_EL1, m->guest.SPSR);
	pe_set(pe, SYS_ESR_EL1, m->guest.ESR);
	m->v.pc = GUEST_PC;
	m->v.pstate = MODE_EL1h;
}

/* Clear what an exit leaves behind and no later switch uses. */
static void forget_exit(struct machine *m)
{
	m->v.esr = m->v.far = m->v.hpfar = 0;
	m->v.x[5] = 0;
}

/* MDCR_EL2.{TPMS,E2PB}, in effect since the exception return [MDCR_EL2]. */
static bool traps(const struct pe *pe, u32 crm)
{
	u64 mdcr = pe_get(pe, SYS_MDCR_EL2);

	return crm == 9 ? mdcr & MDCR_TPMS : !(mdcr & 1ull << 12);
}

/* Returns the value read. */
static u64 guest_access(struct explore *x, struct state *s, unsigned int nr, bool read,
			u64 val)
{
	struct machine *m = &s->m;
	struct pe *pe = &m->pe[m->at];
	enum sysreg reg = probes[nr].reg;
	u64 esr = ESR_EC_BITS(EC_SYS64) | ESR_IL | 5 << 5 | read |
		  ISS_SYS(3, 0, 9, probes[nr].m, probes[nr].op2);
	unsigned int at = (unsigned int)m->at;
	bool owns = m->truth.guest_owns;

	explore_trace(x, "  the guest %s %s", read ? "reads" : "writes",
		      pe_reg_name(reg));
	/* UNDEFINED, or a trap to EL3. */
	if (!pe->cfg.spe || pe->cfg.el3_owns)
		return 0;
	if (!traps(pe, probes[nr].m)) {
		if (!owns)
			explore_broken(x, "P6 a guest's access to %s does not trap",
				       pe_reg_name(reg));
		if (!read)
			pe_set(pe, reg, val); /* and the guest's own ISB */
		return pe_get(pe, reg);
	}
	machine_leave(x, m, esr, switches[s->sw]);
	m->v.vm = &m->vm;
	if (!read)
		m->v.x[5] = val;
	if (world_exit(&m->v) != WORLD_RUN)
		explore_broken(x, "P6 a guest's access to %s is not answered",
			       pe_reg_name(reg));
	if (owns)
		m->guest_pc += 4;
	else
		expect_undefined(m);
	val = m->v.x[5];
	forget_exit(m);
	machine_enter(x, m, at, switches[s->sw]);
	handler_returns(m);
	return val;
}

static unsigned int probe_of(enum sysreg reg)
{
	unsigned int nr = 0;

	while (probes[nr].reg != reg)
		nr++;
	return nr;
}

static void guest_set(struct explore *x, struct state *s, enum sysreg reg, u64 val)
{
	guest_access(x, s, probe_of(reg), false, val);
}

/* A driver's drain sequence, with all barriers. */
static void drain(struct explore *x, struct machine *m)
{
	struct pe *pe = &m->pe[m->at];

	for (int i = 0; i < PE_SLOTS; i++)
		if (pe->slot[i].state != SLOT_FREE)
			spu_complete(x, m, &pe->slot[i]);
	pe->is_stale = 0;
	pe->stale[0] = pe->stale[1] = 0;
}

/*
 * A driver like the host's: enables the buffer, then sampling; disables sampling, drains, then
 * disables the buffer.
 */
static void guest_profiles(struct explore *x, struct state *s, unsigned int event)
{
	struct machine *m = &s->m;
	bool on = event == GUEST_STARTS;
	u64 limitr = machine_guest_value(m, SYS_PMBLIMITR_EL1);

	if (!on)
		drain(x, m);
	if (m->truth.guest_full)
		return; /* the buffer is full: the handler is next */
	m->truth.guest_on = on;
	guest_set(x, s, SYS_PMSCR_EL1, on ? PMSCR_E0SPE | PMSCR_E1SPE : 0);
	guest_set(x, s, SYS_PMBLIMITR_EL1, limitr | (on ? PMBLIMITR_E : 0));
}

/* PMBSR_EL1 says full, whoever emulates it; then the guest empties and reenables the buffer. */
static void guest_drains(struct explore *x, struct state *s, unsigned int event)
{
	struct machine *m = &s->m;
	struct pe *pe = &m->pe[m->at];
	u64 limitr = machine_guest_value(m, SYS_PMBLIMITR_EL1) | PMBLIMITR_E;

	memset(pe->slot, 0, sizeof(pe->slot));
	if (guest_access(x, s, probe_of(SYS_PMBSR_EL1), true, 0) != PMBSR_S)
		explore_broken(x, "P5 the guest does not see that its buffer is full");
	if (guest_access(x, s, probe_of(SYS_PMBPTR_EL1), true, 0) !=
	    machine_guest_value(m, SYS_PMBPTR_EL1) + m->truth.guest_records)
		explore_broken(x, "P5 the guest sees a PMBPTR_EL1 that is not its own");
	if (guest_access(x, s, probe_of(SYS_PMBLIMITR_EL1), true, 0) != limitr)
		explore_broken(x,
			       "P5 the guest sees a PMBLIMITR_EL1 that is not its own");
	m->truth.guest_records = 0;
	guest_set(x, s, SYS_PMBPTR_EL1, machine_guest_value(m, SYS_PMBPTR_EL1));
	m->truth.guest_full = 0;
	guest_set(x, s, SYS_PMBSR_EL1, 0);
	pe->is_stale = 0;
	pe->stale[0] = pe->stale[1] = 0;
}

static void policy(struct explore *x, struct state *s, unsigned int event)
{
	static const u32 profiles[] = {
		0,
		WORLD_PROFILE_USER,
		WORLD_PROFILE_KERNEL,
		WORLD_PROFILE_USER | WORLD_PROFILE_KERNEL | WORLD_PROFILE_CONTEXT,
	};
	u32 profile = profiles[event - PROFILE_NONE];
	struct machine *m = &s->m;
	const struct pe *pe = &m->pe[m->at];
	bool can =
		pe->cfg.vhe && pe->cfg.spe && !pe->cfg.el3_owns && !m->truth.guest_owns;
	int err;

	m->v.vm = &m->vm;
	err = world_profile_set(&m->cpu[m->at], &m->v, profile);
	m->v.vm = NULL;
	if (err != (can ? 0 : -WORLD_EOPNOTSUPP))
		explore_broken(x, "a policy of guest profiling gives %d", err);
	if (can)
		m->truth.profile = (uint8_t)profile;
}

/* P3, the other half: what should be sampled is; the control is exactly the policy. */
static void check_policy(struct explore *x, const struct machine *m)
{
	const struct pe *pe = &m->pe[m->at];
	u32 p = m->truth.profile;
	u64 want = (p & WORLD_PROFILE_USER ? PMSCR_E0SPE : 0) |
		   (p & WORLD_PROFILE_KERNEL ? PMSCR_E1SPE : 0) |
		   (p & WORLD_PROFILE_CONTEXT ? PMSCR_CX : 0);

	if (pe->cfg.vhe && pe->cfg.spe && !pe->cfg.el3_owns && !m->truth.guest_owns &&
	    pe_get(pe, SYS_PMSCR_EL1) != want)
		explore_broken(x, "P3 PMSCR_EL12 is %#llx in a guest, the policy %#llx",
			       (unsigned long long)pe_get(pe, SYS_PMSCR_EL1),
			       (unsigned long long)want);
}

static void enter(struct explore *x, struct state *s, unsigned int event)
{
	machine_enter(x, &s->m, event - ENTER_0, switches[s->sw]);
	check_policy(x, &s->m);
}

static void works(struct explore *x, struct state *s, unsigned int event)
{
	struct machine *m = &s->m;
	struct pe *pe = &m->pe[m->at];
	uint8_t el = event == HOST_WORKS || event == GUEST_WORKS;
	uint8_t before = pe->el;
	bool vhe_el0 = pe->cfg.vhe && pe->world == HOST && !el;

	/* A VHE host goes to EL0 by an exception return. */
	if (vhe_el0 || pe->world == GUEST || !pe->cfg.vhe)
		pe->el = el;
	m->ops++;
	spu_async(x, m);
	pe->el = before;
	/* Every return from there is an exception. */
	for (int i = 0; i < PE_SLOTS; i++)
		if (pe->slot[i].state != SLOT_FREE && (pe->cfg.vhe ? vhe_el0 : !el))
			pe->slot[i].covered = 1;
	m->ops = 0;
}

static void host_profiles(struct explore *x, struct state *s, unsigned int event)
{
	if (event == HOST_STOPS)
		drain(x, &s->m);
	machine_host_profile(x, &s->m, event == HOST_STARTS);
}

static void host_drains(struct explore *x, struct state *s, unsigned int event)
{
	machine_host_drain(x, &s->m);
}

static void interrupt(struct explore *x, struct state *s, unsigned int event)
{
	machine_leave(x, &s->m, 0, switches[s->sw]);
	forget_exit(&s->m);
}

static void boot(struct explore *x, struct state *s, unsigned int event)
{
	machine_boot(x, &s->m);
}

static void probe(struct explore *x, struct state *s, unsigned int event)
{
	guest_access(x, s, (event - PROBE) / 2, event & 1, VALUE_OF(GUEST, 0x555));
}

/* The last one stands for all probes. */
static const struct {
	const char *name;
	void (*act)(struct explore *x, struct state *s, unsigned int event);
} events[] = {
	[HOST_STARTS] = { "the host starts to profile", host_profiles },
	[HOST_STOPS] = { "the host stops profiling", host_profiles },
	[HOST_WORKS] = { "the host works", works },
	[HOST_WORKS_EL0] = { "the host works at EL0", works },
	[HOST_DRAINS] = { "the host's handler empties the full buffer", host_drains },
	[PROFILE_NONE] = { "policy: no guest profiling", policy },
	[PROFILE_USER] = { "policy: guest user", policy },
	[PROFILE_KERNEL] = { "policy: guest kernel", policy },
	[PROFILE_ALL] = { "policy: all of the guest", policy },
	[ENTER_0] = { "the vCPU enters on PE 0", enter },
	[ENTER_1] = { "the vCPU enters on PE 1", enter },
	[GUEST_WORKS] = { "the guest works", works },
	[GUEST_WORKS_EL0] = { "the guest works at EL0", works },
	[GUEST_STARTS] = { "the guest starts to profile", guest_profiles },
	[GUEST_STOPS] = { "the guest stops profiling", guest_profiles },
	[GUEST_DRAINS] = { "the guest empties its full buffer", guest_drains },
	[INTERRUPT] = { "an interrupt: the vCPU leaves", interrupt },
	[BOOT] = { "boot", boot },
	[PROBE] = { "the guest tries a register of SPE", probe },
};

static const char *event_name(const void *state, unsigned int event)
{
	return events[event < PROBE ? event : PROBE].name;
}

static void act(struct explore *x, void *state, unsigned int event)
{
	struct state *s = state;

	roof_bind(x, &s->m);
	events[event < PROBE ? event : PROBE].act(x, s, event);
}

static const struct explore_system spe_system = {
	.size = sizeof(struct state),
	.events = PROBE + PROBES,
	.name = event_name,
	.may = may,
	.act = act,
};

static int run(const struct walk *walk, const struct machine_switch *sw,
	       struct explore_result *res)
{
	struct state s;

	memset(&s, 0, sizeof(s));
	while (switches[s.sw] != sw)
		s.sw++;
	s.pes = walk->extra & TWO_CPUS ? 2 : 1;
	s.quiet = walk->extra & QUIET_HOST;
	machine_init(&s.m, walk->cfg, walk->features);
	return explore_run(&spe_system, &s, 200000, res);
}

#define CPU(...)                    \
	{                           \
		{ __VA_ARGS__ },    \
		{                   \
			__VA_ARGS__ \
		}                   \
	}

const struct walk walks_spe[] = {
	{ "spe, nVHE", run, CPU(.spe = true), 0, 0 },
	{ "spe, nVHE, SCTLR_EL2.EIS = 0", run,
	  CPU(.spe = true, .eis0 = true, .mops = true), 0, 0 },
	{ "spe, nVHE, translated when needed", run, CPU(.spe = true, .lazy = true), 0,
	  0 },
	{ "spe, none, nVHE", run, CPU(.mops = true), 0, 0 },
	{ "spe, none, VHE", run, CPU(.vhe = true), 0, 0 },
	{ "spe, EL3's, nVHE", run, CPU(.spe = true, .el3_owns = true), 0, 0 },
	{ "spe, EL3's, VHE", run, CPU(.vhe = true, .spe = true, .el3_owns = true), 0, 0 },
	{ "spe, nVHE, two CPUs, one without SPE",
	  run,
	  { { .spe = true }, { .spe = false } },
	  0,
	  TWO_CPUS },
	{ "spe, guest's, VHE", run,
	  CPU(.vhe = true, .spe = true, .fne = true, .fds = true), WORLD_VM_SPE, 0 },
	{ "spe, guest's, nVHE", run, CPU(.spe = true, .fne = true, .fds = true),
	  WORLD_VM_SPE, 0 },
	{ "spe, guest's, nVHE, two CPUs", run, CPU(.spe = true), WORLD_VM_SPE,
	  TWO_CPUS | QUIET_HOST },
	{ "spe, guest's, VHE, SCTLR_EL2.EIS = 0", run,
	  CPU(.vhe = true, .spe = true, .eis0 = true), WORLD_VM_SPE, 0 },
	{ "spe, VHE", run, CPU(.vhe = true, .spe = true, .sctlr_span = true),
	  WORLD_VM_PMU, 0 },
	{ 0 },
};
