/* SPDX-License-Identifier: GPL-2.0-only */
/* What an A64 instruction is to SPE: its class, its address, its target. */
#include "qemu/osdep.h"
#include "cpu.h"
#include "internals.h"
#include "spe.h"

#define BITS(insn, from, nr)    extract32(insn, from, nr)

/* Operation type payloads of class 1 [D18.2.7]. */
#define OP_STORE        0x01
#define OP_EXTENDED     0x02    /* atomic, acquire/release or exclusive */
#define OP_SIMD         0x04
#define OP_ATOMIC       0x04    /* with OP_EXTENDED */
#define OP_EXCLUSIVE    0x08
#define OP_ORDERED      0x10
#define OP_UNSPECIFIED  0x10    /* without OP_EXTENDED */
/* Of class 2. */
#define OP_CONDITIONAL  0x01
#define OP_INDIRECT     0x02

static uint64_t reg_or_zero(CPUARMState *env, unsigned int r)
{
    return r == 31 ? 0 : env->xregs[r];
}

static bool condition_holds(CPUARMState *env, unsigned int cond)
{
    bool n = env->NF >> 31, z = env->ZF == 0, c = env->CF, v = env->VF >> 31;
    bool holds = true;

    switch (cond >> 1) {
    case 0: holds = z; break;
    case 1: holds = c; break;
    case 2: holds = n; break;
    case 3: holds = v; break;
    case 4: holds = c && !z; break;
    case 5: holds = n == v; break;
    case 6: holds = n == v && !z; break;
    }
    return cond >= 14 ? true : holds ^ (cond & 1);
}

static void set_access(SPEOp *op, bool store, unsigned int payload, unsigned int size)
{
    op->store = store;
    op->load = op->returns_data = !store;
    op->payload = payload | (store ? OP_STORE : 0);
    op->size = size;
}

/* Exclusives, ordered accesses, compare and swap: size 001000 o2 L o1 Rs o0. */
static void decode_exclusive(uint32_t insn, SPEOp *op)
{
    bool o2 = BITS(insn, 23, 1), load = BITS(insn, 22, 1), o1 = BITS(insn, 21, 1);
    bool o0 = BITS(insn, 15, 1);
    unsigned int size = 1 << BITS(insn, 30, 2);
    bool pair = !o2 && o1 && BITS(insn, 31, 1);

    if (o1 && !pair) {          /* CAS, CASP: they return what was there */
        bool casp = !o2;

        set_access(op, false, OP_EXTENDED | OP_ATOMIC | (load || o0 ? OP_ORDERED : 0),
                   casp ? 8 << BITS(insn, 30, 1) : size);
        op->store = true;
        return;
    }
    set_access(op, !load, OP_EXTENDED | (o2 ? OP_ORDERED : OP_EXCLUSIVE) |
               (o0 ? OP_ORDERED : 0), pair ? size * 2 : size);
}

/* LD<op>, ST<op>, SWP, LDAPR, LD64B: size 111 0 00 A R 1 Rs o3 opc 00. */
static void decode_atomic(uint32_t insn, SPEOp *op)
{
    bool acquire = BITS(insn, 23, 1), release = BITS(insn, 22, 1), o3 = BITS(insn, 15, 1);
    unsigned int opc = BITS(insn, 12, 3), size = 1 << BITS(insn, 30, 2);

    if (o3 && opc == 4) {       /* LDAPR */
        set_access(op, false, OP_EXTENDED | OP_ORDERED, size);
    } else if (o3 && opc != 0) {    /* LD64B, ST64B* */
        set_access(op, opc != 5, 0, 64);
    } else {
        bool gives = o3 || BITS(insn, 0, 5) != 31;

        set_access(op, !gives, OP_EXTENDED | OP_ATOMIC |
                   (acquire || release ? OP_ORDERED : 0), size);
        op->store = true;
    }
}

/* Bytes of a register of size and opc; SIMD registers have one size more. */
static unsigned int register_bytes(uint32_t insn, bool simd)
{
    unsigned int size = BITS(insn, 30, 2);

    return 1u << (simd ? BITS(insn, 23, 1) << 2 | size : size);
}

/* A signed pointer's address, of 48 bits as Linux has them. */
static uint64_t strip_signature(uint64_t va)
{
    return extract64(va, 55, 1) ? va | MAKE_64BIT_MASK(48, 16) : extract64(va, 0, 48);
}

/* size 111 V 0x opc ...: one register. */
static void decode_register(CPUARMState *env, uint32_t insn, SPEOp *op)
{
    bool simd = BITS(insn, 26, 1);
    unsigned int opc = BITS(insn, 22, 2), bytes = register_bytes(insn, simd);
    uint64_t m;

    if (!BITS(insn, 24, 1) && BITS(insn, 21, 1) && !BITS(insn, 10, 2)) {
        decode_atomic(insn, op);
        return;
    }
    if (!simd && BITS(insn, 30, 2) == 3 && opc == 2) {
        op->op_class = SPE_OTHER;       /* PRFM [D17.6.8] */
        op->has_va = false;
        return;
    }
    set_access(op, simd ? !(opc & 1) : !opc, simd ? OP_SIMD : 0, bytes);
    if (BITS(insn, 24, 1)) {
        op->va += (uint64_t)BITS(insn, 10, 12) * bytes;
    } else if (!BITS(insn, 21, 1)) {
        op->va += BITS(insn, 10, 2) == 1 ? 0 : sextract32(insn, 12, 9);
    } else if (BITS(insn, 10, 2) == 2) {
        m = reg_or_zero(env, BITS(insn, 16, 5));
        m = BITS(insn, 13, 3) == 2 ? (uint32_t)m : BITS(insn, 13, 3) == 6 ? (int32_t)m : m;
        op->va += m * (BITS(insn, 12, 1) ? bytes : 1);
    } else {                            /* LDRAA, LDRAB */
        set_access(op, false, 0, 8);
        op->va = strip_signature(op->va) +
                 sextract32(BITS(insn, 22, 1) << 9 | BITS(insn, 12, 9), 0, 10) * 8ll;
    }
}

/* opc 101 V idx L imm7: two registers. */
static void decode_pair(uint32_t insn, SPEOp *op)
{
    bool simd = BITS(insn, 26, 1), load = BITS(insn, 22, 1);
    unsigned int opc = BITS(insn, 30, 2);
    unsigned int bytes = simd ? 4u << opc : 4u << (opc >> 1);
    bool tags = !simd && opc == 1 && !load;     /* STGP */

    if (tags) {
        bytes = 16;
    }
    set_access(op, !load, simd ? OP_SIMD : 0, tags ? 16 : bytes * 2);
    if (BITS(insn, 23, 2) != 1) {
        op->va += (int64_t)sextract32(insn, 15, 7) * bytes;
    }
}

static void decode_memory(CPUARMState *env, uint64_t pc, uint32_t insn, SPEOp *op)
{
    bool simd = BITS(insn, 26, 1);

    op->op_class = SPE_MEMORY;
    op->has_va = true;
    op->va = env->xregs[BITS(insn, 5, 5)];
    if ((insn & 0x3f000000) == 0x08000000) {
        decode_exclusive(insn, op);
    } else if ((insn & 0xbe000000) == 0x0c000000) {     /* SIMD structures */
        set_access(op, !BITS(insn, 22, 1), OP_SIMD, 16);
    } else if ((insn & 0xff200000) == 0xd9200000) {     /* allocation tags */
        set_access(op, BITS(insn, 22, 2) != 1 || BITS(insn, 10, 2), OP_UNSPECIFIED, 16);
    } else if ((insn & 0x3b200c00) == 0x19000400) {     /* CPY*, SET* */
        set_access(op, true, OP_UNSPECIFIED, 1);
        op->va = reg_or_zero(env, BITS(insn, 0, 5));
    } else if ((insn & 0x3f200c00) == 0x19000000) {     /* LDAPUR, STLUR */
        set_access(op, !BITS(insn, 22, 2), OP_EXTENDED | OP_ORDERED,
                   1 << BITS(insn, 30, 2));
        op->va += sextract32(insn, 12, 9);
    } else if ((insn & 0x3b000000) == 0x18000000) {     /* literal */
        if (!simd && BITS(insn, 30, 2) == 3) {
            op->op_class = SPE_OTHER;                   /* PRFM */
            op->has_va = false;
            return;
        }
        set_access(op, false, simd ? OP_SIMD : 0, 4u << BITS(insn, 30, 2));
        op->va = pc + sextract32(insn, 5, 19) * 4ll;
    } else if ((insn & 0x3a000000) == 0x28000000) {
        decode_pair(insn, op);
    } else {
        decode_register(env, insn, op);
    }
    op->latency = 1;
}

static void go_to(SPEOp *op, bool taken, uint64_t target)
{
    op->taken = taken;
    op->target = target;
}

/* Exception return: where to, and to which EL [D17.6.3]. */
static void decode_eret(CPUARMState *env, SPEOp *op)
{
    int el = arm_current_el(env);

    op->eret = true;
    go_to(op, true, env->elr_el[el]);
    op->target_el = extract32(env->banked_spsr[aarch64_banked_spsr_index(el)], 2, 2);
}

static void decode_branch(CPUARMState *env, uint64_t pc, uint32_t insn, SPEOp *op)
{
    uint64_t r = reg_or_zero(env, BITS(insn, 0, 5));

    op->op_class = SPE_BRANCH;
    op->latency = 1;
    op->conditional = true;
    op->payload = OP_CONDITIONAL;
    if ((insn & 0x7c000000) == 0x14000000) {
        op->conditional = false;
        op->payload = 0;
        go_to(op, true, pc + sextract32(insn, 0, 26) * 4ll);
    } else if ((insn & 0x7e000000) == 0x34000000) {
        r = BITS(insn, 31, 1) ? r : (uint32_t)r;
        go_to(op, (r != 0) == BITS(insn, 24, 1), pc + sextract32(insn, 5, 19) * 4ll);
    } else if ((insn & 0x7e000000) == 0x36000000) {
        go_to(op, (r >> (BITS(insn, 31, 1) << 5 | BITS(insn, 19, 5)) & 1) ==
              BITS(insn, 24, 1), pc + sextract32(insn, 5, 14) * 4ll);
    } else if ((insn & 0xff000000) == 0x54000000) {
        go_to(op, condition_holds(env, BITS(insn, 0, 4)),
              pc + sextract32(insn, 5, 19) * 4ll);
    } else {
        op->conditional = false;
        op->payload = OP_INDIRECT;
        go_to(op, true, reg_or_zero(env, BITS(insn, 5, 5)));
        if (BITS(insn, 21, 4) == 4) {
            op->payload = 0;
            decode_eret(env, op);
        }
    }
    op->holds = op->conditional ? op->taken : true;
}

static bool is_branch(uint32_t insn)
{
    return (insn & 0x7c000000) == 0x14000000 || (insn & 0x7c000000) == 0x34000000 ||
           (insn & 0xff000000) == 0x54000000 || (insn & 0xfe000000) == 0xd6000000;
}

static bool is_memory(uint32_t insn)
{
    return (insn & 0x0a000000) == 0x08000000;
}

static bool is_sve_memory(uint32_t insn)
{
    return (insn & 0x9e000000) == 0x84000000;
}

bool spe_is_modelled(uint32_t insn)
{
    return is_branch(insn) || is_memory(insn) || is_sve_memory(insn);
}

/* Conditional select and compare, general and floating point [D17.6.5]. */
static bool is_select(uint32_t insn)
{
    return (insn & 0x1fe00000) == 0x1a800000 || (insn & 0x1fe00000) == 0x1a400000 ||
           (insn & 0xff200c00) == 0x1e200c00 || (insn & 0xff200c00) == 0x1e200400;
}

static void decode_other(CPUARMState *env, uint32_t insn, SPEOp *op)
{
    op->latency = (insn & 0x7fe0f800) == 0x1ac00800 ? 12 :     /* division */
                  (insn & 0x7f000000) == 0x1b000000 ? 3 :      /* multiplication */
                  (insn & 0x0e000000) == 0x0e000000 ? 4 : 1;   /* SIMD, FP */
    op->exception = (insn & 0xff000000) == 0xd4000000;
    if (is_select(insn)) {
        op->payload = 1;
        op->conditional = true;
        op->holds = condition_holds(env, BITS(insn, 12, 4));
    } else if ((insn & 0x1e000000) == 0x04000000) {            /* SVE */
        spe_decode_sve(env, insn, op);
    }
}

void spe_decode(CPUARMState *env, uint64_t pc, uint32_t insn, SPEOp *op)
{
    memset(op, 0, sizeof(*op));
    op->target_el = arm_current_el(env);
    op->holds = true;
    if (is_branch(insn)) {
        decode_branch(env, pc, insn, op);
    } else if (is_memory(insn)) {
        decode_memory(env, pc, insn, op);
    } else if (is_sve_memory(insn)) {
        spe_decode_sve_memory(env, insn, op);
    } else {
        decode_other(env, insn, op);
    }
}
