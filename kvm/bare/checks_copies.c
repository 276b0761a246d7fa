// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies and sets that a fault interrupts, and that continue on a CPU with another register format.
 * QEMU is a CPU of option A.  It raises the exception for registers in option B's format, and for
 * an epilogue with a page or more left; exits that it cannot raise are made by hand.
 */
#include "kvm/bare/checks.h"
#include "kvm/bare/console.h"
#include "kvm/bare/guest.h"
#include "kvm/bare/layout.h"
#include "kvm/bare/machine.h"
#include "kvm/world/bits.h"

#define PSTATE_C	BIT(29)
#define BYTES		0x3065ull
#define OVERLAP		0x100
#define VALUE		0xa5		/* for a set */

enum how {
	OPTION_B,			/* it comes from a CPU of option B */
	SPLIT,				/* option A, with more left to the epilogue */
	BY_HAND,			/* this CPU is one of option B */
};

static const struct moved {
	const char *what;
	enum how how;
	bool set, backward, epilogue, stepped;
} moves[] = {
	{ "a copy", OPTION_B, false, false, false, false },
	{ "a copy, in its epilogue", OPTION_B, false, false, true, false },
	{ "a copy backward", OPTION_B, false, true, false, false },
	{ "a copy backward, in its epilogue", OPTION_B, false, true, true, false },
	{ "a copy under a debugger", OPTION_B, false, false, false, true },
	{ "a set", OPTION_B, true, false, false, false },
	{ "a set, in its epilogue", OPTION_B, true, false, true, false },
	{ "a copy, split otherwise", SPLIT, false, false, true, false },
	{ "a copy backward, split otherwise", SPLIT, false, true, true, false },
	{ "a set, split otherwise", SPLIT, true, false, true, true },
	{ "a copy, by hand: QEMU has option A", BY_HAND, false, false, false, false },
	{ "a copy backward, by hand: QEMU has option A", BY_HAND, false, true, false, false },
	{ "a set, by hand: QEMU has option A", BY_HAND, true, false, true, false },
};

/* The host's address of a guest's byte; the hole is mapped to itself. */
static uint8_t *view(u64 ipa)
{
	if (ipa >= SHADOW && ipa < SHADOW + BLOCK)
		return (uint8_t *)(ipa - SHADOW + SHADOW_ALIAS);
	if (ipa >= GUEST_BUFFER && ipa < GUEST_BUFFER + BLOCK)
		return (uint8_t *)(ipa - GUEST_BUFFER + GUEST_BUFFER_PA);
	return (uint8_t *)ipa;
}

/* Half of the destination is in the hole: the half that is done last. */
static u64 destination(const struct moved *t)
{
	return (t->backward ? GUEST_HOLE + BLOCK : GUEST_HOLE) - BYTES / 2;
}

static u64 source(const struct moved *t)
{
	return t->backward ? destination(t) - OVERLAP : GUEST_DATA + 0x10007;
}

static uint8_t byte(u64 i)
{
	return (uint8_t)(i * 7 + (i >> 8) * 13);
}

static void prepare(const struct moved *t)
{
	u64 d = destination(t), s = source(t);

	for (u64 i = 0; i < BYTES + 2 * OVERLAP; i++)
		*view(d - OVERLAP + i) = 0x3c;
	for (u64 i = 0; i < BYTES; i++)
		*view(s + i) = byte(i);
}

/* All bytes of the destination are right, and none outside has changed. */
static bool moved_exactly(const struct moved *t)
{
	u64 d = destination(t), s = source(t);
	bool ok = true;

	for (u64 i = 0; i < BYTES; i++)
		ok &= *view(d + i) == (t->set ? VALUE : byte(i));
	for (u64 i = 0; i < OVERLAP; i++) {
		u64 below = d - OVERLAP + i;

		ok &= *view(d + BYTES + i) == 0x3c;
		ok &= *view(below) == (t->backward && below >= s ? byte(below - s) : 0x3c);
	}
	return ok;
}

/* X0 destination, X1 source, X2 bytes; for a set X0, X2, and the value in X3. */
static void to_option_b(struct world_vcpu *v, const struct moved *t)
{
	u64 left = t->backward ? v->x[2] : -v->x[2];

	/*
	 * From option A's format (Xd and Xs fixed at one end) to the next addresses [C6.2 CPYP,
	 * SETP].
	 */
	v->x[0] += t->backward ? left : -left;
	if (!t->set)
		v->x[1] += t->backward ? left : -left;
	v->x[2] = left;
	v->pstate = (v->pstate & ~PSTATE_NZCV) | PSTATE_C | (t->backward ? PSTATE_N : 0);
}

/* The exception of a CPU of option B that finds option A's format: FormatOption 10. */
static u64 esr_by_hand(const struct moved *t)
{
	return ESR_EC_BITS(EC_MOPS) | ESR_IL | (t->set ? ISS_MOPS_SET | 3 << 5 : 1 << 5) |
	       (t->epilogue ? ISS_MOPS_EPILOGUE : 0) | 1 << 17 | 2;
}

/*
 * Raise the exception; false: another one came, or the registers are not restored to the
 * prologue's.
 */
static bool mismatch(struct vm *m, const struct moved *t, u64 prologue)
{
	struct world_vcpu *v = &m->v;
	u64 left = v->x[2] >> 63 ? -v->x[2] : v->x[2];
	u64 done = t->backward ? 0 : BYTES - left;
	bool ok;

	if (t->how == OPTION_B)
		to_option_b(v, t);
	v->pc = prologue + (t->epilogue ? 8 : 4);
	if (t->how == BY_HAND) {
		v->esr = esr_by_hand(t);
		ok = world_exit(v) == WORLD_RUN;
	} else {
		ok = vm_run(m) == WORLD_RUN && ESR_EC(v->esr) == EC_MOPS &&
		     ISS_MOPS_FORMAT(v->esr) == (t->how == OPTION_B ? 3 : 1) &&
		     !(v->esr & ISS_MOPS_EPILOGUE) == !t->epilogue;
	}
	return ok && left && left < BYTES && v->pc == prologue && v->x[2] == left &&
	       v->x[0] == destination(t) + done && (t->set || v->x[1] == source(t) + done);
}

static bool run_move(struct vm *m, const struct moved *t)
{
	u64 prologue = (uintptr_t)(t->set ? guest_sets : guest_copies), ipa;
	bool ok;

	vm_init(m, 0, (const char *)prologue);
	stage2_map(GUEST_HOLE, GUEST_HOLE);
	prepare(t);
	stage2_unmap(GUEST_HOLE);
	m->v.x[0] = destination(t);
	m->v.x[1] = source(t);
	m->v.x[2] = BYTES;
	m->v.x[3] = VALUE;
	/* Copy up to where there is no memory; then add the memory. */
	ok = vm_run(m) == WORLD_ABORT && world_fault_ipa(&m->v, &ipa) &&
	     ipa >= GUEST_HOLE && ipa < GUEST_HOLE + BLOCK;
	stage2_map(GUEST_HOLE, GUEST_HOLE);
	if (t->stepped)
		world_debug_set(&m->v, WORLD_DEBUG_ON | WORLD_DEBUG_STEP);
	ok = ok && mismatch(m, t, prologue);
	/* The debugger gets the prologue before it is executed again. */
	if (t->stepped) {
		ok = ok && vm_run(m) == WORLD_DEBUG && m->v.pc == prologue;
		ok = ok && vm_run(m) == WORLD_DEBUG && m->v.pc == prologue + 4;
		world_debug_set(&m->v, 0);
	}
	ok = ok && vm_run(m) == WORLD_CALL;
	return ok && m->v.pc == prologue + 16 && !m->v.x[2] && moved_exactly(t);
}

void check_copies(struct vm *m)
{
	u64 wrong = 0;

	print("# copies and sets that move to another CPU\n");
	for (unsigned int i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		result(moves[i].what, run_move(m, &moves[i]));
		wrong += m->wrong;
	}
	is("registers of host and guest not as they must be", wrong, 0);
}
