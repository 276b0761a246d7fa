/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TARGET_ARM_SPE_H
#define TARGET_ARM_SPE_H

#include "qemu/osdep.h"

/*
 * FEAT_SPE, the Statistical Profiling Extension, for TCG.  Names in brackets
 * are functions of the Arm ARM's shared pseudocode (DDI 0487, J1.1.1) and
 * sections of it.
 *
 *   spe.c         registers, sampling, records, the buffer and its interrupt
 *   spe-decode.c  what an instruction is, and which address it accesses
 *   spe-sve.c     the same of SVE's
 *   spe-model.c   caches, TLB and branch predictor behind latency and events
 *   spe-log.c     the ground truth: what was really sampled
 *   spe-count.c   and how often what was executed
 *   spe-guests.c  what guests meet
 */

struct ARMSPEModel;
struct ARMSPECounts;
struct ARMSPEGuests;
struct CPUArchState;

/* What an instruction is, before it executes. */
typedef enum SPEClass { SPE_OTHER, SPE_MEMORY, SPE_BRANCH } SPEClass;

typedef struct SPEOp {
    uint8_t op_class;           /* SPEClass */
    uint8_t payload;            /* operation type packet [D18.2.7] */
    bool load, store;           /* for the type filter [SPEFilterByType] */
    bool returns_data;          /* a load, or an atomic that gives a value */
    bool has_va;                /* va is the lowest address accessed */
    bool conditional;           /* branch, select or compare */
    bool holds;                 /* its condition does */
    bool taken;                 /* a branch that is */
    bool exception;             /* SVC, HVC, SMC, BRK */
    bool eret;
    uint8_t latency;            /* cycles to execute, memory apart */
    uint8_t target_el;
    uint16_t size;              /* bytes accessed */
    uint32_t events;            /* known before it executes */
    uint64_t va;
    uint64_t target;
} SPEOp;

/* What the model says of one execution. */
typedef struct SPEOutcome {
    uint32_t events;            /* bits of the events packet */
    uint16_t issue, total, translation;     /* cycles */
    int source;                 /* data source; -1: none */
} SPEOutcome;

/* Numbers set on the command line. */
typedef struct ARMSPEConfig {
    uint8_t version;            /* PMSVer; 0: no SPE */
    bool model;                 /* caches and so on; else all is fast */
    bool pbt;                   /* previous branch target */
    bool el3;                   /* firmware keeps the buffer for Secure state */
    uint64_t reset;             /* PMSCR_EL1's UNKNOWN value at reset */
    uint64_t unknown;           /* and the other registers', as far as they have bits */
    char *log, *count, *guests; /* files; NULL: none */
} ARMSPEConfig;

/* The sample in flight. */
typedef struct SPESample {
    bool pending;
    uint8_t el;
    uint8_t ctx;                /* bit 0 CONTEXT EL1, bit 1 EL2 */
    bool has_time, has_pbt;
    uint32_t ctx_el1, ctx_el2;
    uint32_t insn;
    uint64_t pc, time, cntpct, pbt;
    uint64_t nr;                /* of the operation, in the population */
    uint64_t hcr, vttbr;        /* for the log: whose it was */
    SPEOp op;
    SPEOutcome out;
} SPESample;

/* A PE's state; cleared by reset. */
typedef struct ARMSPEState {
    uint64_t pmscr_el[3];       /* by EL; [0] is not used */
    uint64_t pmsirr, pmsfcr, pmsevfr, pmsnevfr, pmslatfr;
    uint64_t pmblimitr, pmbptr, pmbsr;
    int64_t countdown;          /* PMSICR.COUNT, counted down by TBs */
    int64_t stopped_at;         /* and what it was when PMBSR.S was set: TBs go on */
    uint64_t counted;           /* the population so far is that less COUNT */
    uint64_t taken, passed, collided;       /* samples, since reset */
    uint64_t random;
    uint64_t busy_until;        /* of the population: the last sample was in flight */
    uint64_t last_target;       /* of the last branch taken; 0: none */
    uint8_t left_el;            /* the EL that the change of EL under way began in */
    SPESample sample;
} ARMSPEState;

/* Is profiling enabled at this EL [StatisticalProfilingEnabled]? */
bool arm_spe_enabled(struct CPUArchState *env, int el);
/* What the PMU counts of it, since reset: events 0x4000 to 0x4003 [D14.11.3]. */
uint64_t arm_spe_count_population(struct CPUArchState *env);
uint64_t arm_spe_count_taken(struct CPUArchState *env);
uint64_t arm_spe_count_passed(struct CPUArchState *env);
uint64_t arm_spe_count_collided(struct CPUArchState *env);
/* What firmware at EL3 does for a Non-secure Linux (Documentation/arch/arm64/booting). */
void arm_spe_firmware_reset(struct CPUArchState *env);
void arm_spe_define_regs(struct ArchCPU *cpu);
void arm_spe_realize(struct ArchCPU *cpu);
void arm_spe_add_properties(struct Object *cpu);

/* Does the model want to see this instruction each time? */
bool spe_is_modelled(uint32_t insn);
/* What insn at pc is, in the state before it executes. */
void spe_decode(struct CPUArchState *env, uint64_t pc, uint32_t insn, SPEOp *op);
/* The parts of it for SVE: data processing, and memory. */
void spe_decode_sve(struct CPUArchState *env, uint32_t insn, SPEOp *op);
void spe_decode_sve_memory(struct CPUArchState *env, uint32_t insn, SPEOp *op);

struct ARMSPEModel *spe_model_new(void);
/* Let one execution pass through the model.  salt: the address space. */
void spe_model_run(struct ARMSPEModel *m, const SPEOp *op, uint64_t pc, uint64_t salt,
                   SPEOutcome *out);

/* Counts of one PE, written to path when the emulator ends. */
struct ARMSPECounts *spe_counts_new(const char *path, int cpu);

/* What guests meet on one PE, written to path when the emulator ends. */
struct ARMSPEGuests *spe_guests_new(const char *path, int cpu);
void spe_guests_entry(struct ARMSPEGuests *g, bool buffer_on);
void spe_guests_write(struct ARMSPEGuests *g);

/*
 * One line for the record of a completed sample, written at buffer address at.
 * pa: UINT64_MAX if it has none.
 */
void spe_log_record(const char *path, int cpu, const SPESample *s, uint64_t at,
                    uint64_t pa);
/* One line for a sample that was not: why. */
void spe_log_loss(const char *path, int cpu, const SPESample *s, const char *why);

#endif
