/* SPDX-License-Identifier: GPL-2.0-only */
/* What an SVE instruction is to SPE: its governing predicate, its lowest address. */
#include "qemu/osdep.h"
#include "cpu.h"
#include "internals.h"
#include "spe.h"

#define BITS(insn, from, nr)    extract32(insn, from, nr)

/* Operation type payload [D18.2.7]; EVL is in bits 6:4. */
#define OP_STORE        0x01
#define OP_FP           0x02    /* of data processing */
#define OP_PREDICATED   0x04
#define OP_SVE          0x08
#define OP_GATHER       0x80

#define EV_PARTIAL      (1u << 17)
#define EV_EMPTY        (1u << 18)

static unsigned int vector_bytes(CPUARMState *env)
{
    return (sve_vqm1_for_el(env, arm_current_el(env)) + 1) * 16;
}

static unsigned int vector_code(CPUARMState *env)
{
    return (31 - clz32(vector_bytes(env) * 8 / 32)) << 4;
}

/* Predicates have a bit for each byte; that of an element's lowest byte counts. */
static bool is_active(CPUARMState *env, unsigned int pg, unsigned int byte)
{
    return env->vfp.pregs[pg].p[byte / 64] >> (byte % 64) & 1;
}

/*
 * Elements of so many bytes under predicate pg: the events, and which is the
 * first active one; -1: none is.
 */
static int govern(CPUARMState *env, SPEOp *op, unsigned int pg, unsigned int bytes)
{
    unsigned int nr = vector_bytes(env) / bytes, active = 0, i;
    int first = -1;

    for (i = 0; i < nr; i++) {
        if (is_active(env, pg, i * bytes)) {
            first = first < 0 ? i : first;
            active++;
        }
    }
    op->payload |= OP_PREDICATED;
    op->events |= (active < nr ? EV_PARTIAL : 0) | (active ? 0 : EV_EMPTY);
    return first;
}

/* --- Data processing --- */

/* Shifts by immediate tell the size of elements by their highest bit set. */
static unsigned int shift_bytes(uint32_t insn)
{
    unsigned int tsz = BITS(insn, 22, 2) << 2 | BITS(insn, 8, 2);

    return tsz ? 1u << (31 - clz32(tsz)) : 1;
}

/* Is it predicated by bits 12:10?  Integer arithmetic, compares, floating point. */
static bool is_predicated(uint32_t insn)
{
    bool high = BITS(insn, 21, 1);

    switch (BITS(insn, 24, 8)) {
    case 0x04:
        return !high;
    case 0x24:
        return true;
    case 0x25:
        return !high && !BITS(insn, 14, 1);
    case 0x65:
        return high || (BITS(insn, 13, 3) && (insn & 0x0038fc00) != 0x00083000);
    }
    return false;
}

void spe_decode_sve(CPUARMState *env, uint32_t insn, SPEOp *op)
{
    bool shift = (insn & 0xff30e000) == 0x04008000;

    op->payload = OP_SVE | vector_code(env) | (BITS(insn, 29, 3) == 3 ? OP_FP : 0);
    op->latency = 2;
    if (is_predicated(insn)) {
        govern(env, op, BITS(insn, 10, 3), shift ? shift_bytes(insn) :
                                                   1u << BITS(insn, 22, 2));
    }
}

/* --- Memory --- */

/* Sizes, as powers of two, of an access: in memory, and of the element. */
struct sizes {
    unsigned int memory, element;
};

/* The dtype field of loads; 0, 5, 10 and 15 do not extend. */
static struct sizes load_sizes(unsigned int dtype)
{
    static const struct sizes of[] = {
        { 0, 0 }, { 0, 1 }, { 0, 2 }, { 0, 3 }, { 2, 3 }, { 1, 1 }, { 1, 2 }, { 1, 3 },
        { 1, 3 }, { 1, 2 }, { 2, 2 }, { 2, 3 }, { 0, 3 }, { 0, 2 }, { 0, 1 }, { 3, 3 },
    };

    return of[dtype];
}

/* An element of a vector, of 4 or 8 bytes. */
static uint64_t element(CPUARMState *env, unsigned int z, unsigned int i, bool wide)
{
    const uint64_t *d = env->vfp.zregs[z].d;

    return wide ? d[i] : extract64(d[i / 2], i % 2 * 32, 32);
}

/* A vector of bases and an immediate; or (SVE2) a general register. */
static void set_vector_base(CPUARMState *env, uint32_t insn, SPEOp *op, unsigned int i,
                            bool wide, bool immediate)
{
    unsigned int m = BITS(insn, 16, 5);

    op->va = element(env, BITS(insn, 5, 5), i, wide) +
             (immediate ? m << BITS(insn, 23, 2) : m == 31 ? 0 : env->xregs[m]);
}

/*
 * A base register and a vector of offsets, of 64 bits, or of 32 that extend:
 * bit xs says how.
 */
static void set_vector_offset(CPUARMState *env, uint32_t insn, SPEOp *op, unsigned int i,
                              bool wide, unsigned int xs, bool scaled)
{
    uint64_t offset = element(env, BITS(insn, 16, 5), i, wide);

    if (xs < 32) {
        offset = BITS(insn, xs, 1) ? (int32_t)offset : (uint32_t)offset;
    }
    op->va = env->xregs[BITS(insn, 5, 5)] + (offset << (scaled ? BITS(insn, 23, 2) : 0));
}

#define ALL_64  32      /* for xs: offsets of 64 bits */

/* 1000010 and 1100010: 32 and 64 bits to the element.  False: a prefetch. */
static bool gather(CPUARMState *env, uint32_t insn, SPEOp *op, bool wide)
{
    bool offsets32 = !BITS(insn, 15, 1), scaled = BITS(insn, 21, 1);
    unsigned int opc = BITS(insn, 21, 2), group = BITS(insn, 13, 3);
    int i;

    if ((!BITS(insn, 23, 2) && scaled && (offsets32 || (wide && opc == 3))) ||
        (!opc && (group == 7 || (!wide && group == 6)))) {
        return false;
    }
    i = govern(env, op, BITS(insn, 10, 3), wide ? 8 : 4);
    op->payload |= OP_GATHER;
    op->has_va = i >= 0;
    if (i < 0) {
        return true;
    }
    if (offsets32) {
        set_vector_offset(env, insn, op, i, wide, 22, scaled);
    } else if (wide && opc >= 2) {
        set_vector_offset(env, insn, op, i, wide, ALL_64, scaled);
    } else {
        set_vector_base(env, insn, op, i, wide, opc == 1);
    }
    return true;
}

/* 1110010, bits 15:13 1x0, 101 and (SVE2, a vector and a register) 001. */
static void scatter(CPUARMState *env, uint32_t insn, SPEOp *op)
{
    unsigned int opc = BITS(insn, 21, 2), group = BITS(insn, 13, 3);
    bool vector_base = group == 1 || (group == 5 && opc >= 2);
    bool wide = group == 5 ? opc != 3 : opc < 2;
    int i = govern(env, op, BITS(insn, 10, 3), wide ? 8 : 4);

    op->payload |= OP_GATHER;
    op->has_va = i >= 0;
    if (i < 0) {
        return;
    }
    if (vector_base) {
        set_vector_base(env, insn, op, i, wide, group == 5);
    } else {
        set_vector_offset(env, insn, op, i, wide, group == 5 ? ALL_64 : 14, opc & 1);
    }
}

/* LD1R*: one element for all. */
static void broadcast(CPUARMState *env, uint32_t insn, SPEOp *op)
{
    struct sizes s = load_sizes(BITS(insn, 23, 2) << 2 | BITS(insn, 13, 2));

    op->has_va = govern(env, op, BITS(insn, 10, 3), 1u << s.element) >= 0;
    op->va += (uint64_t)BITS(insn, 16, 6) << s.memory;
    op->size = 1u << s.memory;
}

/* LDR and STR of a vector or a predicate: an offset of 9 bits in its lengths. */
static void whole(CPUARMState *env, uint32_t insn, SPEOp *op)
{
    unsigned int bytes = vector_bytes(env) / (BITS(insn, 14, 1) ? 1 : 8);

    op->va += sextract32(BITS(insn, 16, 6) << 3 | BITS(insn, 10, 3), 0, 9) * (int64_t)bytes;
    op->size = bytes;
}

/* LD1, LDFF1, LDNF1, LDNT1, LD2 to LD4, LD1RQ, and such stores. */
static void contiguous(CPUARMState *env, uint32_t insn, SPEOp *op, bool store)
{
    unsigned int group = BITS(insn, 13, 3), nr = BITS(insn, 21, 2) + 1, m = BITS(insn, 16, 5);
    unsigned int msz = BITS(insn, 23, 2), bytes;
    /* structures and LDNT1; replicating loads; the rest is LD1 and ST1 */
    bool many = store ? group == 3 || (group == 7 && BITS(insn, 20, 1)) : group >= 6;
    bool replicate = !store && group < 2;
    bool immediate = store ? group == 7 : group == 1 || group == 5 || group == 7;
    struct sizes s = many || replicate ? (struct sizes){ msz, msz } :
                     store ? (struct sizes){ msz, BITS(insn, 21, 2) } :
                             load_sizes(BITS(insn, 21, 4));
    int first = govern(env, op, BITS(insn, 10, 3), 1u << s.element);

    nr = many ? nr : 1;
    bytes = replicate ? (BITS(insn, 21, 2) ? 32 : 16) :
            (vector_bytes(env) >> s.element << s.memory) * nr;
    if (immediate) {
        op->va += sextract32(insn, 16, 4) * (int64_t)bytes;
    } else if (m != 31) {
        op->va += env->xregs[m] << s.memory;
    }
    op->has_va = first >= 0;
    op->va += first > 0 ? (uint64_t)(first * nr) << s.memory : 0;
    op->size = bytes;
}

void spe_decode_sve_memory(CPUARMState *env, uint32_t insn, SPEOp *op)
{
    unsigned int kind = BITS(insn, 29, 3), group = BITS(insn, 13, 3);
    bool store = kind == 7, wide = kind == 6;
    bool is_whole = (insn & 0x7fc0a000) == (store ? 0x65800000 : 0x05800000);

    op->op_class = SPE_MEMORY;
    op->payload = OP_SVE | vector_code(env) | (store ? OP_STORE : 0);
    op->store = store;
    op->load = op->returns_data = !store;
    op->has_va = true;
    op->va = env->xregs[BITS(insn, 5, 5)];
    op->size = vector_bytes(env);
    op->latency = 2;
    if (is_whole) {
        whole(env, insn, op);
    } else if (kind == 5 || (store && (group == 2 || group == 3 || group == 7))) {
        contiguous(env, insn, op, store);
    } else if (store) {
        scatter(env, insn, op);
    } else if (kind == 4 && BITS(insn, 22, 1) && group >= 4) {
        broadcast(env, insn, op);
    } else if ((kind == 4 && BITS(insn, 22, 3) == 7) || !gather(env, insn, op, wide)) {
        /* a prefetch [D17.6.6] */
        op->op_class = SPE_OTHER;
        op->payload = 0;
        op->load = op->returns_data = op->has_va = false;
    }
}
