// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory copy and set: prologue, main and epilogue on CPUs of either option, interrupted anywhere
 * by interrupts, migration and a debugger.
 *
 * P9: exactly the requested bytes are copied or set, each once, and the last instruction leaves Xn
 * = 0.
 */
#include <string.h>

#include "kvm/model/roof.h"
#include "kvm/model/walk.h"

#define XD    3
#define XS    4
#define XN    5
#define BYTES 8
#define FILL  0xee
/* Addresses wrap in the middle of the memory. */
#define BASE (0ull - 4 * UNIT)
/* A tag granule, the unit of SETG; the others can use it, too. */
#define UNIT 16

enum kind { IDLE, COPY, COPY_FORWARD, SET, SETG };

struct state {
	struct machine m;
	uint8_t mem[BYTES];
	uint64_t kind, dst, src, n; /* requested, in units */
	uint64_t pc;                /* 0 prologue, 4 main, 8 epilogue */
	uint64_t back;              /* direction */
	uint64_t debug;             /* WORLD_DEBUG_* */
	uint64_t told; /* a step must be reported to the host's debugger */
};

enum event { START, EXECUTE, INTERRUPT, MIGRATION, BOOT, EVENTS };

static const char *event_name(const void *state, unsigned int event)
{
	static const char *const names[] = {
		"a copy or set begins",
		"its next instruction",
		"an interrupt",
		"the vCPU migrates",
		"boot",
	};

	return names[event];
}

static bool may(const void *state, unsigned int event)
{
	const struct state *s = state;

	if (event == BOOT || !s->m.booted)
		return event == BOOT && !s->m.booted;
	return (event == START) == (s->kind == IDLE) || event >= INTERRUPT;
}

static bool is_set(const struct state *s)
{
	return s->kind == SET || s->kind == SETG;
}

static bool pe_is_a(const struct state *s)
{
	return s->m.pe[s->m.at].cfg.option_a;
}

/* PSTATE.C is the option in flight [C6.2 CPYP, SETP]. */
static bool in_flight_a(const struct state *s)
{
	return !(s->m.guest_pstate & 1ull << 29);
}

static uint64_t left(const struct state *s)
{
	u64 n = s->m.v.x[XN];

	return (in_flight_a(s) && !s->back ? -n : n) / UNIT;
}

/*
 * Move some bytes starting with the next one, and update the registers in the format of the option
 * in flight.
 */
static void move(struct state *s, uint64_t count)
{
	u64 *x = s->m.v.x;
	bool a = in_flight_a(s);

	for (; count; count--) {
		uint64_t to_go = left(s);
		/* The next address, in each format. */
		u64 d = s->back ? (a ? x[XD] + x[XN] : x[XD]) - UNIT :
			a       ? x[XD] + x[XN] :
				  x[XD];
		u64 f = s->back ? (a ? x[XS] + x[XN] : x[XS]) - UNIT :
			a       ? x[XS] + x[XN] :
				  x[XS];
		uint64_t to = (d - BASE) / UNIT, from = (f - BASE) / UNIT;

		if (to < BYTES && (is_set(s) || from < BYTES))
			s->mem[to] = is_set(s) ? FILL : s->mem[from];
		else
			s->told |= 2; /* outside: P9 */
		to_go--;
		x[XN] = a && !s->back ? -to_go * UNIT : to_go * UNIT;
		if (!a) {
			x[XD] += s->back ? -UNIT : UNIT;
			if (!is_set(s))
				x[XS] += s->back ? -UNIT : UNIT;
		}
	}
}

static void start(struct explore *x, struct state *s)
{
	static const uint8_t pairs[][2] = { { 0, 4 }, { 2, 1 }, { 1, 2 }, { 3, 3 } };
	unsigned int pair = explore_pick(x, 4);

	s->kind = COPY + explore_pick(x, 4);
	s->dst = pairs[pair][0];
	s->src = pairs[pair][1];
	/* Steps multiply the number of states. */
	s->n = explore_pick(x, s->m.v.debug ? 3 : 4);
	/* CPYF requires that copying forward is correct. */
	if (s->kind == COPY_FORWARD && pair == 1)
		s->src = 5;
	for (unsigned int i = 0; i < BYTES; i++)
		s->mem[i] = (uint8_t)(i + 1);
	s->m.v.x[XD] = BASE + s->dst * UNIT;
	s->m.v.x[XS] = is_set(s) ? FILL : BASE + s->src * UNIT;
	s->m.v.x[XN] = s->n * UNIT;
	s->pc = 0;
}

/* [CPYP: the direction is implementation defined unless source and destination overlap.] */
static bool direction(struct explore *x, const struct state *s)
{
	u64 d = s->m.v.x[XD] - BASE, f = s->m.v.x[XS] - BASE, n = s->m.v.x[XN];

	if (s->kind != COPY || (f > d && d + n > f))
		return false;
	return (d > f && f + n > d) || explore_pick(x, 2);
}

/* Prologue: convert to the format of this CPU's option, and do some of the work. */
static void prologue(struct explore *x, struct state *s)
{
	u64 *r = s->m.v.x, n = r[XN];

	s->back = direction(x, s);
	s->m.guest_pstate &= ~PSTATE_NZCV;
	if (!pe_is_a(s))
		s->m.guest_pstate |= 1ull << 29 | (s->back ? PSTATE_N : 0);
	if (pe_is_a(s) && !s->back) {
		r[XD] += n;
		r[XN] = -n;
		if (!is_set(s))
			r[XS] += n;
	}
	if (!pe_is_a(s) && s->back) {
		r[XD] += n;
		r[XS] += n;
	}
	move(s, explore_pick(x, (unsigned int)left(s) + 1));
	s->pc = 4;
}

/* [MismatchedMemCpyException, MismatchedMemSetException; D1.4.5.8] */
static u64 syndrome(const struct state *s, bool wrong)
{
	u64 format = wrong ? 2 | pe_is_a(s) : pe_is_a(s);

	return ESR_EC_BITS(EC_MOPS) | ESR_IL | (is_set(s) ? ISS_MOPS_SET : 0) |
	       (s->kind == SETG ? 1 << 23 : 0) | (s->pc == 8 ? ISS_MOPS_EPILOGUE : 0) |
	       format << 16 | XD << 10 | XS << 5 | XN;
}

static void enter(struct explore *x, struct state *s, unsigned int nr)
{
	struct machine *m = &s->m;
	const struct pe *pe = &m->pe[nr];
	bool ss;

	m->v.esr = m->v.far = m->v.hpfar = 0;
	machine_enter(x, m, nr, &switch_ours);
	ss = pe_get(pe, SYS_SPSR_EL2) & PSTATE_SS;
	if (m->v.debug && ss == (s->told & 1))
		explore_broken(x, "P7 the debugger's step over a copy or set");
}

static void leave(struct explore *x, struct state *s, u64 esr)
{
	/* An instruction was completed or interrupted: SPSR.SS [Table D2-17]. */
	s->m.guest_pstate = (s->m.guest_pstate & ~PSTATE_SS) |
			    (s->m.v.debug && !(s->told & 1) ? PSTATE_SS : 0);
	machine_leave(x, &s->m, esr, &switch_ours);
	s->m.v.vm = &s->m.vm;
	s->m.guest_pstate &= ~PSTATE_SS;
}

/* Main or epilogue found registers in the wrong format, before moving a byte. */
static void mismatch(struct explore *x, struct state *s, bool wrong)
{
	struct machine *m = &s->m;
	const struct pe *pe = &m->pe[m->at];

	/* [MismatchedCpySetTargetEL] */
	if (!(pe_get(pe, SYS_HCRX_EL2) & HCRX_MCE2))
		explore_broken(
			x, "P9 a MOPS exception goes to a guest that may not know of it");
	leave(x, s, syndrome(s, wrong));
	if (world_exit(&m->v) != WORLD_RUN)
		explore_broken(x, "P9 a MOPS exception is not handled");
	m->guest_pc -= s->pc;
	s->pc = 0;
	s->back = 0;
	if (m->v.debug)
		s->told |= 1;
	enter(x, s, (unsigned int)m->at);
}

static void finished(struct explore *x, struct state *s)
{
	uint8_t want[BYTES];

	for (unsigned int i = 0; i < BYTES; i++)
		want[i] = (uint8_t)(i + 1);
	for (unsigned int i = 0; i < s->n; i++)
		want[s->dst + i] = is_set(s) ? FILL : (uint8_t)(s->src + i + 1);
	if (memcmp(want, s->mem, BYTES))
		explore_broken(x, "P9 the memory is not what was asked for");
	if (s->m.v.x[XN] || (is_set(s) && s->m.v.x[XS] != FILL))
		explore_broken(x, "P9 the registers are not what the epilogue leaves");
	s->kind = IDLE;
	s->dst = s->src = s->n = s->back = s->pc = 0;
	memset(s->mem, 0, sizeof(s->mem));
	memset(s->m.v.x, 0, sizeof(s->m.v.x));
	s->m.guest_pc = GUEST_PC;
	s->m.guest_pstate &= ~PSTATE_NZCV;
}

static void main_or_epilogue(struct explore *x, struct state *s)
{
	bool wrong = pe_is_a(s) != in_flight_a(s);
	uint64_t to_go = left(s);

	/*
	 * With nothing left the check may be skipped; with the same option the split by size and
	 * alignment may still differ [CheckMemCpyParams, CheckMemSetParams].
	 */
	if ((wrong && (to_go || explore_pick(x, 2))) || (!wrong && explore_pick(x, 2))) {
		mismatch(x, s, wrong);
		return;
	}
	if (s->pc == 8 && !explore_pick(x, 2)) {
		move(s, to_go);
		s->pc = 12;
		return;
	}
	move(s, explore_pick(x, (unsigned int)to_go + 1));
	/* Main may leave some to the epilogue, and both may be interrupted. */
	if (s->pc == 4 && explore_pick(x, 2))
		s->pc = 8;
}

/* The next instruction; for a debugger it is one step unless an exception interrupted it. */
static void execute(struct explore *x, struct state *s)
{
	struct machine *m = &s->m;
	uint64_t pc = s->pc;

	if (!pc)
		prologue(x, s);
	else
		main_or_epilogue(x, s);
	if (s->told & 2)
		explore_broken(x, "P9 a byte outside of what was asked for");
	if (s->pc > pc) {
		m->guest_pc += s->pc - pc;
		s->told |= m->v.debug ? 1 : 0;
	}
	if (s->pc == 12)
		finished(x, s);
}

/* Software Step exception, before the next instruction. */
static void step(struct explore *x, struct state *s)
{
	struct machine *m = &s->m;

	leave(x, s, ESR_EC_BITS(EC_STEP_LOW) | ESR_IL | 0x22);
	if (world_exit(&m->v) != WORLD_DEBUG)
		explore_broken(x, "P7 the debugger is not told of a step");
	s->told = 0;
	enter(x, s, (unsigned int)m->at);
}

static void act(struct explore *x, void *state, unsigned int event)
{
	struct state *s = state;
	struct machine *m = &s->m;

	roof_bind(x, m);
	switch ((enum event)event) {
	case START: start(x, s); break;
	case EXECUTE:
		if (s->told)
			step(x, s);
		execute(x, s);
		break;
	case INTERRUPT:
	case MIGRATION:
		leave(x, s, 0);
		enter(x, s, (unsigned int)(event == MIGRATION ? !m->at : m->at));
		break;
	case BOOT:
		machine_boot(x, m);
		m->v.debug = (u32)s->debug;
		enter(x, s, 0);
		break;
	case EVENTS: break;
	}
	m->v.vm = NULL;
	m->ops = 0;
}

static const struct explore_system mops_system = {
	.size = sizeof(struct state),
	.events = EVENTS,
	.name = event_name,
	.may = may,
	.act = act,
};

static int run(const struct walk *walk, const struct machine_switch *sw,
	       struct explore_result *res)
{
	struct state s;

	memset(&s, 0, sizeof(s));
	machine_init(&s.m, walk->cfg, walk->features);
	s.debug = walk->extra;
	return explore_run(&mops_system, &s, 100000, res);
}

const struct walk walks_mops[] = {
	{ "mops, options A and B",
	  run,
	  { { .mops = true, .option_a = true }, { .mops = true } },
	  0,
	  0 },
	{ "mops, options A and B, stepped, VHE",
	  run,
	  { { .vhe = true, .mops = true, .option_a = true },
	    { .vhe = true, .mops = true } },
	  0,
	  WORLD_DEBUG_ON | WORLD_DEBUG_STEP },
	{ 0 },
};
