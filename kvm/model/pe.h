/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A processing element as far as a world switch depends on it.  The rules are the
 * architecture's, each named where it is (Arm ARM, DDI 0487 issue M.a.a).
 *
 * An MSR takes effect at a context synchronization event, and until then the old value or
 * the new one may act, at each use anew ["Synchronization requirements for AArch64 System
 * registers"].  So a register is a set of values: all that may act.  What may go wrong
 * with any of them counts.
 */
#ifndef KVM_MODEL_PE_H
#define KVM_MODEL_PE_H

#include "kvm/model/explore.h"
#include "kvm/world/bits.h"
#include "kvm/world/world.h"

#define PE_VALUES	3
#define PE_SLOTS	2	/* samples in flight */
#define PE_BUFFER	2	/* records that fit into a buffer */

enum owner { NOBODY, HOST, GUEST, HYP };

/* What the CPU is. */
struct pe_config {
	bool vhe;
	bool spe;		/* ID_AA64DFR0_EL1.PMSVer */
	bool el3_owns;		/* PMBIDR_EL1.P */
	bool fne, fds, mops;
	bool d0;		/* whoever calls the code under test leaves PSTATE.D 0 at EL2 */
	bool eis0;		/* SCTLR_EL2.EIS = 0: exception entry synchronizes nothing */
	bool lazy;		/* translates buffer addresses no sooner than a record needs it */
	bool option_a;		/* of memory copies and sets */
	bool sctlr_span;	/* in the guest's SCTLR_EL1 */
};

/* A register: val[n - 1] is what an MRS reads, the others may still act. */
struct pe_reg {
	u64 val[PE_VALUES];
	u64 n;
};

enum sample { SLOT_FREE, SLOT_FLIGHT, SLOT_WRITING };

struct pe_slot {
	uint8_t state;		/* enum sample */
	uint8_t owner;		/* whose buffer it belongs into */
	uint8_t covered;	/* older than a context synchronization event */
	uint8_t psb;		/* a PSB has covered it: the next DSB waits for it */
};

/* What the software of the worlds means, told by the scenario: who may be sampled. */
struct pe_truth {
	uint8_t host_on[2];	/* the host's driver on this PE has sampling on */
	uint8_t guest_on;	/* the guest's has */
	uint8_t profile;	/* the host's policy, WORLD_PROFILE_* */
	uint8_t guest_owns;	/* SPE is the guest's while it runs */
	/* In the buffers since they were empty; PMBSR_EL1.S as its owner has to see it. */
	uint8_t host_records[2], guest_records;
	uint8_t host_full[2], guest_full;
};

struct pe {
	struct pe_config cfg;
	struct pe_reg reg[SYS_COUNT];
	struct pe_slot slot[PE_SLOTS];
	u64 stale[2];		/* PMBPTR, PMBSR: what an MRS may still read */
	uint8_t is_stale;
	uint8_t el, world;	/* where it executes; world is HOST or GUEST */
	uint8_t walking;	/* EL1&0 table walks may be on the way */
	uint8_t gone;		/* the code under test has entered a guest */
	uint8_t pad[4];
};

/* The machine that code under test runs on: the roof's and the unit's other end. */
struct machine {
	struct pe pe[2];
	struct world_cpu cpu[2];
	struct world_vm vm;
	struct world_vcpu v;
	struct pe_truth truth;
	struct world_regs guest;	/* what the guest's registers have to be */
	u64 guest_pc, guest_pstate, guest_mdscr;
	u64 at;			/* which PE executes */
	u64 ops;		/* operations in this event */
	u32 features, booted;	/* WORLD_VM_* */
};

/* Values of registers that mean something by whose they are. */
#define VALUE_OF(owner, nr)	((u64)(owner) << 52 | (u64)(nr) << 12)
static inline enum owner value_owner(u64 val)
{
	return (enum owner)(val >> 52 & 15);
}

static inline u64 pe_get(const struct pe *pe, enum sysreg reg)
{
	return pe->reg[reg].val[pe->reg[reg].n - 1];
}

static inline void pe_set(struct pe *pe, enum sysreg reg, u64 val)
{
	pe->reg[reg] = (struct pe_reg){ .val = { val }, .n = 1 };
}

/* May, must a register act with one of these bits set, or clear? */
static inline bool pe_may_have(const struct pe *pe, enum sysreg reg, u64 bits)
{
	for (u64 i = 0; i < pe->reg[reg].n; i++)
		if (pe->reg[reg].val[i] & bits)
			return true;
	return false;
}

static inline bool pe_may_lack(const struct pe *pe, enum sysreg reg, u64 bits)
{
	for (u64 i = 0; i < pe->reg[reg].n; i++)
		if (!(pe->reg[reg].val[i] & bits))
			return true;
	return false;
}

/* The storage behind a name at this exception level: E2H redirects.  Broken if UNDEFINED. */
enum sysreg pe_name(struct explore *x, const struct pe *pe, enum sysreg reg);
const char *pe_reg_name(enum sysreg reg);

u64 pe_mrs(struct explore *x, struct machine *m, enum sysreg reg);
void pe_msr(struct explore *x, struct machine *m, enum sysreg reg, u64 val);
void pe_isb(struct explore *x, struct machine *m);
void pe_dsb(struct explore *x, struct machine *m);
void pe_psb(struct explore *x, struct machine *m);
void pe_enter_el2(struct explore *x, struct machine *m);
void pe_eret(struct explore *x, struct machine *m, enum owner world, uint8_t el);

/*
 * Does the unit look at this register, or write it?  What it does by itself commutes with
 * all other accesses, so that to try it before each of these and each barrier is enough.
 */
bool spu_minds(const struct pe *pe, enum sysreg reg);

/* What the unit does by itself, as much as it likes. */
void spu_async(struct explore *x, struct machine *m);
/* A record of this sample is written: translated, and the write begun. */
void spu_translate(struct explore *x, struct machine *m, struct pe_slot *s);
void spu_complete(struct explore *x, struct machine *m, struct pe_slot *s);
/* Whether a register just written leaves the buffer in a state that may do harm. */
void spu_check(struct explore *x, struct machine *m);

#endif
