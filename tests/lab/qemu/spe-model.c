/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small machine behind latencies, events and data sources.  It is no CPU of
 * anybody's; it is deterministic, and near enough that a pointer chase over
 * more than the caches comes from DRAM and a hot loop from L1D.
 */
#include "qemu/osdep.h"
#include "spe.h"

#define LINE_BITS       6
#define PAGE_BITS       12

/* Events packet [D18.2.6]. */
#define EV_L1D          (1u << 2)
#define EV_L1D_MISS     (1u << 3)
#define EV_TLB          (1u << 4)
#define EV_TLB_WALK     (1u << 5)
#define EV_NOT_TAKEN    (1u << 6)
#define EV_MISPREDICTED (1u << 7)
#define EV_LLC          (1u << 8)
#define EV_LLC_MISS     (1u << 9)
#define EV_ALIGNMENT    (1u << 11)

/* Data sources as Neoverse cores number them. */
enum { SOURCE_L1D = 0, SOURCE_L2 = 8, SOURCE_LLC = 0xb, SOURCE_DRAM = 0xe };

/* Cycles beyond those of the operation itself. */
enum {
    COST_L1D = 3, COST_L2 = 12, COST_LLC = 38, COST_DRAM = 300,
    COST_L2_TLB = 5, COST_WALK = 30, COST_MISPREDICTED = 12, COST_ALIGNMENT = 4
};

/* Tags of a set-associative cache, the last one used first in its set. */
typedef struct Cache {
    unsigned int sets, ways;
    uint64_t *tag;
} Cache;

#define COUNTERS        4096
#define TARGETS         512

struct ARMSPEModel {
    Cache l1d, l2, llc, tlb, tlb2;
    uint8_t counter[COUNTERS];      /* two bits: taken from 2 on */
    uint64_t target[TARGETS];       /* where an indirect branch went last */
    uint32_t history;               /* the last branches, a bit each */
    uint16_t ready;                 /* cycles until what a load gave is there */
};

static void cache_init(Cache *c, unsigned int sets, unsigned int ways)
{
    c->sets = sets;
    c->ways = ways;
    c->tag = g_new0(uint64_t, sets * ways);
}

struct ARMSPEModel *spe_model_new(void)
{
    struct ARMSPEModel *m = g_new0(struct ARMSPEModel, 1);

    cache_init(&m->l1d, 256, 4);        /* 64 KiB */
    cache_init(&m->l2, 1024, 8);        /* 512 KiB */
    cache_init(&m->llc, 8192, 16);      /* 8 MiB */
    cache_init(&m->tlb, 16, 4);
    cache_init(&m->tlb2, 128, 8);
    return m;
}

/* Is it there?  From now on it is. */
static bool cache_touch(Cache *c, uint64_t key)
{
    uint64_t *set = &c->tag[key % c->sets * c->ways];
    unsigned int i;
    bool hit;

    key++;                              /* 0: an empty way */
    for (i = 0; i < c->ways - 1 && set[i] != key; i++) {
        ;
    }
    hit = set[i] == key;
    memmove(set + 1, set, i * sizeof(*set));
    set[0] = key;
    return hit;
}

static void translate(struct ARMSPEModel *m, uint64_t page, SPEOutcome *out)
{
    out->events |= EV_TLB;
    out->translation = 1;
    if (cache_touch(&m->tlb, page)) {
        return;
    }
    out->translation += COST_L2_TLB;
    if (!cache_touch(&m->tlb2, page)) {
        out->events |= EV_TLB_WALK;
        out->translation += COST_WALK;
    }
}

/* Cycles to where the line is. */
static unsigned int fetch(struct ARMSPEModel *m, uint64_t line, SPEOutcome *out)
{
    bool l1d = cache_touch(&m->l1d, line);
    bool l2 = l1d || cache_touch(&m->l2, line);
    bool llc = l2 || cache_touch(&m->llc, line);

    out->events |= EV_L1D;
    if (l1d) {
        out->source = SOURCE_L1D;
        return COST_L1D;
    }
    out->events |= EV_L1D_MISS;
    if (l2) {
        out->source = SOURCE_L2;
        return COST_L2;
    }
    out->events |= EV_LLC;
    out->source = llc ? SOURCE_LLC : SOURCE_DRAM;
    out->events |= llc ? 0 : EV_LLC_MISS;
    return llc ? COST_LLC : COST_DRAM;
}

static void access_memory(struct ARMSPEModel *m, const SPEOp *op, uint64_t salt,
                          SPEOutcome *out)
{
    uint64_t last = op->va + (op->size ? op->size - 1 : 0);
    unsigned int cycles;

    translate(m, (op->va >> PAGE_BITS) ^ salt, out);
    cycles = fetch(m, (op->va >> LINE_BITS) ^ salt, out);
    if (op->va >> LINE_BITS != last >> LINE_BITS) {
        cache_touch(&m->l1d, (last >> LINE_BITS) ^ salt);
        out->events |= EV_ALIGNMENT;
        cycles += COST_ALIGNMENT;
    }
    if (!op->returns_data) {
        out->source = -1;
        cycles = COST_L1D;              /* a store completes before it is done */
    }
    out->total += cycles + out->translation;
    m->ready = op->returns_data ? cycles : 0;
}

/* Two-bit counters by address and history; indirect ones by their last target. */
static void predict(struct ARMSPEModel *m, const SPEOp *op, uint64_t pc, SPEOutcome *out)
{
    uint8_t *counter = &m->counter[(pc >> 2 ^ m->history) % COUNTERS];
    uint64_t *target = &m->target[(pc >> 2) % TARGETS];
    bool wrong;

    if (op->conditional) {
        wrong = (*counter >= 2) != op->taken;
        *counter = op->taken ? MIN(*counter + 1, 3) : *counter - (*counter > 0);
        m->history = m->history << 1 | op->taken;
        out->events |= op->taken ? 0 : EV_NOT_TAKEN;
    } else {
        wrong = op->payload && *target != op->target;
        *target = op->target;
    }
    if (wrong) {
        out->events |= EV_MISPREDICTED;
        out->total += COST_MISPREDICTED;
    }
}

void spe_model_run(struct ARMSPEModel *m, const SPEOp *op, uint64_t pc, uint64_t salt,
                   SPEOutcome *out)
{
    out->issue += MIN(m->ready, 20);    /* it may wait for the last load */
    out->total += out->issue;
    m->ready = 0;
    if (op->op_class == SPE_MEMORY && op->has_va) {
        access_memory(m, op, salt, out);
    } else if (op->op_class == SPE_BRANCH) {
        predict(m, op, pc, out);
    }
}
