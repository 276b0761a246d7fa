/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_operation.h"

#include "tests/tools/gen_access.h"
#include "tests/tools/gen_machine.h"

/* Event bits [Arm ARM D18.2.6]. */
enum {
	EV_EXCEPTION = 1 << 0,
	EV_RETIRED = 1 << 1,
	EV_L1D_ACCESS = 1 << 2,
	EV_L1D_MISS = 1 << 3,
	EV_TLB_ACCESS = 1 << 4,
	EV_TLB_WALK = 1 << 5,
	EV_NOT_TAKEN = 1 << 6,
	EV_MISPREDICTED = 1 << 7,
	EV_LLC_ACCESS = 1 << 8,
	EV_LLC_MISS = 1 << 9,
	EV_REMOTE = 1 << 10,
	EV_MISALIGNED = 1 << 11,
	EV_PARTIAL_PREDICATE = 1 << 17,
};

#define COUNTER_MAX 0xfff /* PMSIDR_EL1.CountSize 2 */

static uint16_t saturate(uint32_t cycles)
{
	return cycles < COUNTER_MAX ? cycles : COUNTER_MAX;
}

/* bits: at least 40 fresh random bits. */
static void latencies(struct truth_record *r, uint64_t bits, uint32_t extra)
{
	r->issue = saturate(1 + (bits & 15) +
			    ((bits >> 4 & 63) == 0 ? bits >> 10 & 1023 : 0));
	r->total = saturate(r->issue + 2 + (bits >> 20 & 7) + extra);
	r->has |= TRUTH_ISSUE | TRUTH_TOTAL;
}

/* The level that served a load: source code, events, cycles [Neoverse N1 table]. */
static const struct level {
	uint8_t source;
	uint16_t events, cycles;
} levels[16] = {
	[0 ... 10] = { 0x0, EV_L1D_ACCESS, 4 },
	[11] = { 0x8, EV_L1D_ACCESS | EV_L1D_MISS, 12 },
	[12] = { 0x8, EV_L1D_ACCESS | EV_L1D_MISS, 14 },
	[13] = { 0xb, EV_L1D_ACCESS | EV_L1D_MISS | EV_LLC_ACCESS, 60 },
	[14] = { 0xe, EV_L1D_ACCESS | EV_L1D_MISS | EV_LLC_ACCESS | EV_LLC_MISS, 250 },
	[15] = { 0xd,
		 EV_L1D_ACCESS | EV_L1D_MISS | EV_LLC_ACCESS | EV_LLC_MISS | EV_REMOTE,
		 900 },
};

/* general, SIMD&FP, acquire, exclusive, SVE predicated; bit 0 is store's. */
static const uint8_t memory_ops[16] = {
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x04, 0x04, 0x04, 0x10, 0x12, 0x0a, 0x1c, 0x18,
};

static void data_access(const struct gen_config *cfg, struct truth_record *r, uint64_t bits)
{
	/* if there are few lines, all accesses use the same ones */
	uint64_t line = cfg->lines ? (bits >> 14) % (cfg->lines * 8ull) * 8 :
			bits >> 14 & 0x3fffffff8;

	r->op = memory_ops[bits >> 10 & 15];
	if (gen_access_any(r->world))
		;	/* has it already */
	else if (r->pc_el == 0)
		r->va = 0x0000ffff40000000 + line;
	else /* else the top byte of an untagged address: both 00 and ff occur on hardware */
		r->va = (bits & 1 ? 0xffff000800000000 : 0x00ff000800000000) + line;
	r->pa = 0x80000000 + (cfg->lines ? line : (bits >> 20) & 0x3fffffff8);
	r->pa_attr = 0x80;
	r->xlat = bits >> 50 & 31 ? 1 : 1 + (bits >> 30 & 255);
	r->events |= EV_TLB_ACCESS | (r->xlat > 1 ? EV_TLB_WALK : 0) |
		     ((bits >> 56) == 9 ? EV_MISALIGNED : 0);
	if (r->op == 0x1c) /* SVE: some governing predicate elements are false */
		r->events |= EV_PARTIAL_PREDICATE;
	r->has |= TRUTH_VA | TRUTH_PA | TRUTH_XLAT | TRUTH_OP;
	if (cfg->no_physical) {
		r->has &= ~TRUTH_PA;
		r->pa = r->pa_attr = 0;
	}
	r->op_class = 1;
}

static void load(const struct gen_config *cfg, struct gen_rng *rng, struct truth_record *r)
{
	uint64_t bits = gen_random(rng);
	const struct level *l = &levels[bits >> 60];
	uint32_t slow = (bits >> 40 & 511) == 77 ? 5000 : 0;

	r->events |= l->events;
	r->source = l->source;
	r->has |= TRUTH_SOURCE;
	data_access(cfg, r, bits);
	latencies(r, bits >> 8, l->cycles + slow + r->xlat);
}

static void store(const struct gen_config *cfg, struct gen_rng *rng, struct truth_record *r)
{
	uint64_t bits = gen_random(rng);

	r->events |= EV_L1D_ACCESS;
	data_access(cfg, r, bits);
	r->op |= 1;
	latencies(r, bits >> 8, 0);
}

static void branch(struct gen_rng *rng, struct truth_record *r)
{
	uint64_t bits = gen_random(rng);

	r->op_class = 2;
	r->op = (bits & 3) == 0 ? 0 : (bits & 3) == 3 ? 2 : 1;
	r->has |= TRUTH_OP;
	if (r->op == 1 && bits & 4)
		r->events |= EV_NOT_TAKEN;
	if ((bits >> 3 & 31) == 0)
		r->events |= EV_MISPREDICTED;
	r->has |= TRUTH_TARGET;
	r->target =
		r->events & EV_NOT_TAKEN ? r->pc + 4 : r->pc - 256 + (bits >> 8 & 0x7c);
	r->target_el = r->pc_el;
	r->target_ns = r->pc_ns;
	if (bits >> 16 & 1 && !(r->events & EV_NOT_TAKEN)) {
		r->has |= TRUTH_PREV;
		r->prev_target = r->pc - (bits >> 24 & 0x3c);
		r->prev_el = r->pc_el;
		r->prev_ns = r->pc_ns;
	}
	latencies(r, bits >> 20, 0);
}

static void other(struct gen_rng *rng, struct truth_record *r)
{
	uint64_t bits = gen_random(rng);

	r->op_class = 0;
	r->op = (bits & 15) == 0 ? 1 : 0;
	r->has |= TRUTH_OP;
	latencies(r, bits >> 8, 0);
}

/* Of 1024 operations 360 are loads, 120 stores and 210 branches. */
static enum gen_kind kind_of(uint32_t what)
{
	return what < 360 ? GEN_LOAD : what < 480 ? GEN_STORE : what < 690 ? GEN_BRANCH : GEN_OTHER;
}

enum gen_kind gen_kind_at(uint64_t offset, uint64_t build)
{
	struct gen_rng rng;

	gen_seed(&rng, offset + build * 0x100000000ull);
	return kind_of(gen_below(&rng, 1024));
}

/* Randomized rounding, because cycles are integers. */
static void slow_down(const struct gen_config *cfg, struct gen_rng *rng, struct truth_record *r)
{
	uint32_t more = (uint32_t)r->total * cfg->slower;

	if (r->has & TRUTH_TOTAL && cfg->slower)
		r->total = saturate(r->total + more / 100 + (gen_below(rng, 100) < more % 100));
}

void gen_operation(const struct gen_config *cfg, struct gen_rng *rng, struct truth_record *r)
{
	uint32_t what = gen_below(rng, 1024);
	enum gen_kind kind = kind_of(what);

	if (cfg->vmlinux && r->world == TRUTH_GUEST_KERNEL)
		kind = gen_kind_at(r->pc - GEN_KERNEL_TEXT - cfg->slide, 0);
	if (gen_access_any(r->world))
		kind = r->op ? GEN_STORE : GEN_LOAD;
	r->has |= TRUTH_EVENTS;
	r->events = EV_RETIRED;
	if (what == 0 && !gen_access_any(r->world)) /* faulted: other fields are not guaranteed [D17.6.10] */
		r->events |= EV_EXCEPTION;
	else if (kind == GEN_LOAD)
		load(cfg, rng, r);
	else if (kind == GEN_STORE)
		store(cfg, rng, r);
	else if (kind == GEN_BRANCH)
		branch(rng, r);
	else
		other(rng, r);
	slow_down(cfg, rng, r);
}

void gen_eret(struct truth_record *r, uint64_t target, uint8_t el)
{
	r->has |= TRUTH_EVENTS | TRUTH_OP | TRUTH_TARGET | TRUTH_ISSUE | TRUTH_TOTAL;
	r->events = EV_RETIRED;
	r->op_class = 2;
	r->op = 2;
	r->target = target;
	r->target_el = el;
	r->target_ns = 1;
	r->issue = 7;
	r->total = 31;
}
