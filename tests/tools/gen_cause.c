/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_cause.h"
#include "tests/tools/truth_node.h"

#define COSTLY_CYCLES 1000 /* cycles of an operation of a cause; mispredicted branches: 20 */

/* Event bits [Arm ARM D18.2.6], and data sources of a Neoverse N1. */
enum {
	EV_RETIRED = 1 << 1,
	EV_L1D_ACCESS = 1 << 2,
	EV_L1D_MISS = 1 << 3,
	EV_TLB_ACCESS = 1 << 4,
	EV_TLB_WALK = 1 << 5,
	EV_MISPREDICTED = 1 << 7,
	EV_REMOTE = 1 << 10,
	SOURCE_L1D = 0x0, SOURCE_PEER_CORE = 0x9, SOURCE_REMOTE = 0xd, SOURCE_DRAM = 0xe,
};

enum { OTHER, MEMORY, BRANCH };	/* class of the operation packet */

/* The operation of each cause. */
static const struct {
	uint8_t op_class, op;
	uint8_t source;
	uint16_t events, total, xlat;
} costly[] = {
	[GEN_CAUSE_MEMORY] = { MEMORY, 0, SOURCE_DRAM, EV_L1D_ACCESS | EV_L1D_MISS, COSTLY_CYCLES, 1 },
	[GEN_CAUSE_FAR] = { MEMORY, 0, SOURCE_REMOTE, EV_L1D_ACCESS | EV_L1D_MISS | EV_REMOTE,
			    COSTLY_CYCLES, 1 },
	[GEN_CAUSE_PEER] = { MEMORY, 0, SOURCE_PEER_CORE, EV_L1D_ACCESS | EV_L1D_MISS,
			     COSTLY_CYCLES, 1 },
	[GEN_CAUSE_WALKS] = { MEMORY, 0, SOURCE_L1D, EV_L1D_ACCESS | EV_TLB_WALK, COSTLY_CYCLES, 900 },
	[GEN_CAUSE_MISPREDICTED] = { BRANCH, 1, 0, EV_MISPREDICTED, 20, 0 },
	[GEN_CAUSE_TIME] = { OTHER, 0, 0, 0, GEN_CAUSE_BASE, 0 },
	[GEN_CAUSE_STORES] = { MEMORY, 1, 0, EV_L1D_ACCESS, COSTLY_CYCLES, 1 },
};

static void put(struct truth_record *r, uint8_t op_class, uint8_t op, uint16_t events,
		uint16_t total, uint16_t xlat)
{
	r->has |= TRUTH_EVENTS | TRUTH_OP | TRUTH_ISSUE | TRUTH_TOTAL;
	r->op_class = op_class;
	r->op = op;
	r->events = EV_RETIRED | events;
	r->issue = 2;
	r->total = total;
	if (op_class == BRANCH) {
		r->has |= TRUTH_TARGET;
		r->target = r->pc - 64;
		r->target_el = r->pc_el;
		r->target_ns = r->pc_ns;
	}
	if (op_class != MEMORY)
		return;
	r->has |= TRUTH_XLAT | TRUTH_VA;
	r->events |= EV_TLB_ACCESS;
	r->xlat = xlat;
	r->va = r->pc_el ? 0xffff000800000000 : 0x0000ffff40000000;
}

/* Put its data on the CPU's node or the next one, at the first block of that. */
static void put_node(const struct gen_config *cfg, struct gen_rng *rng, struct truth_record *r)
{
	uint32_t node = (uint32_t)truth_node_of_cpu(cfg->nodes, cfg->cpus, (uint32_t)r->cpu);
	uint64_t block = TRUTH_FIRST_BLOCK;

	if ((int32_t)gen_below(rng, 100) < cfg->cause_far)
		node = (node + 1) % cfg->nodes;
	while (truth_node_of_block(cfg->nodes, block) != (int32_t)node)
		block++;
	r->pa = block * TRUTH_BLOCK;
	r->has |= TRUTH_PA;
}

void gen_cause(const struct gen_config *cfg, struct gen_rng *rng, struct truth_record *r)
{
	uint32_t what = gen_below(rng, 1024);
	uint8_t world = cfg->cause_far < 0 ? TRUTH_HOST_KERNEL : TRUTH_GUEST_KERNEL;
	bool here = gen_below(rng, 10000) < cfg->cause_rate && r->world == world;

	if (here && cfg->cause != GEN_CAUSE_NOTHING) {
		r->pc = GEN_CAUSE_PC;
		put(r, costly[cfg->cause].op_class, costly[cfg->cause].op, costly[cfg->cause].events,
		    costly[cfg->cause].total, costly[cfg->cause].xlat);
		r->source = costly[cfg->cause].source;
		r->has |= r->op_class == MEMORY && !r->op ? TRUTH_SOURCE : 0;
		if (cfg->cause_far >= 0)
			put_node(cfg, rng, r);
	} else if (what < 360) {
		put(r, MEMORY, 0, EV_L1D_ACCESS, GEN_CAUSE_BASE, 1);
		r->source = SOURCE_L1D;
		r->has |= TRUTH_SOURCE;
	} else if (what < 480) {
		put(r, MEMORY, 1, EV_L1D_ACCESS, GEN_CAUSE_BASE, 1);
	} else {
		put(r, what < 690 ? BRANCH : OTHER, what < 690, 0, GEN_CAUSE_BASE, 0);
	}
}

uint32_t gen_cause_cycles(const struct gen_config *cfg, const struct truth_record *r)
{
	if (cfg->cause == GEN_CAUSE_STORES)
		return r->op_class == MEMORY && r->op & 1 ? r->total : 0;
	if (cfg->cause == GEN_CAUSE_NONE || cfg->cause == GEN_CAUSE_NOTHING || r->pc != GEN_CAUSE_PC)
		return 0;
	return cfg->cause == GEN_CAUSE_WALKS ? r->xlat : r->total;
}
