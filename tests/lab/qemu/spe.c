/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FEAT_SPE: registers, sampling, records, the buffer and its interrupt.
 *
 * TBs translated while profiling is enabled count operations down, one each;
 * at 0 or below they call spe_step() before the instruction executes.  The
 * sample taken there is completed at the next step, at an exception, or before
 * a write to a register of ours: then it is known what the instruction did.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "cpu.h"
#include "internals.h"
#include "cpregs.h"
#include "cpu-features.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "spe.h"

#define PMSCR_E0SPE     (1 << 0)        /* E0HSPE in PMSCR_EL2 */
#define PMSCR_E1SPE     (1 << 1)        /* E2SPE in PMSCR_EL2 */
#define PMSCR_CX        (1 << 3)
#define PMSCR_PA        (1 << 4)
#define PMSCR_TS        (1 << 5)
#define PMSCR_PCT(r)    extract64(r, 6, 2)
#define PMSCR_MASK      0xfb

#define PMSIRR_RND      1
#define PMSIRR_MASK     0xffffff01
#define PMSFCR_FE       (1 << 0)
#define PMSFCR_FT       (1 << 1)
#define PMSFCR_FL       (1 << 2)
#define PMSFCR_FNE      (1 << 3)
#define PMSFCR_B        (1 << 16)
#define PMSFCR_LD       (1 << 17)
#define PMSFCR_ST       (1 << 18)

#define PMBLIMITR_E     1
#define PMBLIMITR_MASK  0xfffffffffffff007ull
#define PMBLIMITR_FM(r) extract64(r, 1, 2)
#define FM_DISCARD      2
#define PMBLIMITR_LIMIT(r) ((r) & ~0xfffull)

#define PMBSR_COLL      (1ull << 16)
#define PMBSR_S         (1ull << 17)
#define PMBSR_DL        (1ull << 19)
#define PMBSR_EC(ec)    ((uint64_t)(ec) << 26)
#define PMBSR_EC_MASK   PMBSR_EC(0x3f)
#define PMBSR_MSS_MASK  0xffffull
#define PMBSR_MASK      0x00fffffffc0fffffull
#define EC_BUFFER       0
#define EC_STAGE1       0x24
#define EC_STAGE2       0x25
#define BSC_FULL        1

#define MDCR_E2PB(r)    extract64(r, 12, 2)
#define MDCR_TPMS_BIT   (1 << 14)
/* Of MDCR_EL3. */
#define MDCR_NSPB(r)    extract64(r, 12, 2)
#define MDCR_NSPB_NS    (3ull << 12)
#define MDCR_ENPMSN     (1ull << 36)

/* Every record has this size: PMBIDR_EL1.Align and PMSIDR_EL1.MaxSize are 6. */
#define RECORD_SIZE     64
#define COUNTER_MAX     0xfff           /* PMSIDR_EL1.CountSize 2: 12 bits */

#define EV_EXCEPTION    (1u << 0)
#define EV_RETIRED      (1u << 1)
#define EV_COND_FAILED  (1u << 6)

static const ARMSPEConfig *config(CPUARMState *env)
{
    return &env_archcpu(env)->spe_config;
}

/* [ProfilingBufferOwner]: the EL whose translation the buffer is in. */
static int owner_el(CPUARMState *env)
{
    return arm_is_el2_enabled(env) && MDCR_E2PB(env->cp15.mdcr_el2) < 2 ? 2 : 1;
}

/* Does the owner's Security state own the buffer [ProfilingBufferOwner]? */
static bool is_owning_state(CPUARMState *env)
{
    return !arm_feature(env, ARM_FEATURE_EL3) ||
           arm_is_secure_below_el3(env) == !(MDCR_NSPB(env->cp15.mdcr_el3) & 2);
}

void arm_spe_firmware_reset(CPUARMState *env)
{
    if (config(env)->version && !config(env)->el3) {
        env->cp15.mdcr_el3 |= MDCR_NSPB_NS | MDCR_ENPMSN;
    }
}

bool arm_spe_enabled(CPUARMState *env, int el)
{
    const ARMSPEState *spe = &env->spe;
    bool tge = arm_hcr_el2_eff(env) & HCR_TGE;
    int owner = owner_el(env);

    if (!(spe->pmblimitr & PMBLIMITR_E) || spe->pmbsr & PMBSR_S || el > owner ||
        !is_a64(env) || !is_owning_state(env) || (tge && owner == 1)) {
        return false;
    }
    switch (el) {               /* Table D17-1 */
    case 2:
        return spe->pmscr_el[2] & PMSCR_E1SPE;
    case 1:
        return spe->pmscr_el[1] & PMSCR_E1SPE;
    default:
        return spe->pmscr_el[tge ? 2 : 1] & PMSCR_E0SPE;
    }
}

/* xorshift64: the same run draws the same numbers. */
static uint64_t draw(ARMSPEState *spe)
{
    uint64_t x = spe->random ? spe->random : 88172645463325252ull;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return spe->random = x;
}

/* What TBs have counted since profiling stopped is not of the population. */
static void settle_countdown(ARMSPEState *spe)
{
    if (spe->pmbsr & PMBSR_S) {
        spe->countdown = spe->stopped_at;
    }
}

/* Another COUNT, and no operation executed. */
static void set_countdown(ARMSPEState *spe, int64_t count)
{
    settle_countdown(spe);
    spe->counted += count - spe->countdown;
    spe->countdown = spe->stopped_at = count;
}

/* [PMU_EVENT_SAMPLE_POP] */
uint64_t arm_spe_count_population(CPUARMState *env)
{
    const ARMSPEState *spe = &env->spe;

    return spe->counted - (spe->pmbsr & PMBSR_S ? spe->stopped_at : spe->countdown);
}

/* [PMU_EVENT_SAMPLE_FEED] */
uint64_t arm_spe_count_taken(CPUARMState *env)
{
    return env->spe.taken;
}

/* [PMU_EVENT_SAMPLE_FILTRATE], whether or not there is room for the record */
uint64_t arm_spe_count_passed(CPUARMState *env)
{
    return env->spe.passed;
}

/* [PMU_EVENT_SAMPLE_COLLISION] */
uint64_t arm_spe_count_collided(CPUARMState *env)
{
    return env->spe.collided;
}

/* PMSICR.COUNT from PMSIRR [SPEToCollectSample]; without ERnd, RND is its low byte. */
static void reload(ARMSPEState *spe)
{
    int64_t count = spe->pmsirr & 0xffffff00;

    if (spe->pmsirr & PMSIRR_RND) {
        count |= draw(spe) & 0xff;
    }
    set_countdown(spe, count);
}

/* --- The start of a sample [SPEStartSample] --- */

/* CNTPOFF_EL2 where it is in use. */
static uint64_t physical_offset(CPUARMState *env)
{
    bool used = cpu_isar_feature(aa64_ecv, env_archcpu(env)) &&
                FIELD_EX64(env->cp15.cnthctl_el2, CNTHCTL, ECV) &&
                (!arm_feature(env, ARM_FEATURE_EL3) || env->cp15.scr_el3 & SCR_ECVEN);

    return used ? env->cp15.cntpoff_el2 : 0;
}

/* [CollectTimeStamp] */
static void collect_time(CPUARMState *env, SPESample *s, int el)
{
    const ARMSPEState *spe = &env->spe;
    uint64_t hcr = arm_hcr_el2_eff(env);
    bool el2 = arm_is_el2_enabled(env), host = (hcr & HCR_E2H) && (el == 2 || hcr & HCR_TGE);
    int owner = owner_el(env);
    unsigned int pct = PMSCR_PCT(spe->pmscr_el[2]), own = PMSCR_PCT(spe->pmscr_el[1]);

    s->has_time = spe->pmscr_el[owner] & PMSCR_TS;
    s->time = s->cntpct;
    if (!el2) {
        pct = own;
    } else if (owner == 1 && pct) {
        pct = pct == 1 || !own ? own : 3;
    }
    if (pct == 3) {
        s->time -= physical_offset(env);
    } else if (!pct && el2 && !(owner == 2 && host)) {
        s->time -= env->cp15.cntvoff_el2;
    }
}

/* [CollectContextIDR1, CollectContextIDR2] */
static void collect_contexts(CPUARMState *env, SPESample *s, int el)
{
    bool el2 = arm_is_el2_enabled(env), tge = arm_hcr_el2_eff(env) & HCR_TGE;

    s->ctx = (el < 2 && !(el2 && tge) && env->spe.pmscr_el[1] & PMSCR_CX ? 1 : 0) |
             (el2 && env->spe.pmscr_el[2] & PMSCR_CX ? 2 : 0);
    s->ctx_el1 = env->cp15.contextidr_el[1];
    s->ctx_el2 = env->cp15.contextidr_el[2];
}

static void start_sample(CPUARMState *env, uint64_t pc, uint32_t insn)
{
    SPESample *s = &env->spe.sample;
    int el = arm_current_el(env);

    *s = (SPESample){
        .pending = true, .pc = pc, .insn = insn, .el = el,
        .nr = arm_spe_count_population(env),
        .cntpct = gt_get_countervalue(env),
        .hcr = arm_hcr_el2_eff(env), .vttbr = env->cp15.vttbr_el2,
        .has_pbt = config(env)->pbt && env->spe.last_target,
        .pbt = env->spe.last_target,
        .out = { .events = EV_RETIRED, .issue = 1, .source = -1 },
    };
    env->spe.taken++;
    collect_time(env, s, el);
    collect_contexts(env, s, el);
    spe_decode(env, pc, insn, &s->op);
    s->has_pbt &= s->op.taken;
    if (config(env)->version >= 2) {    /* FEAT_SPEv1p1 */
        s->out.events |= s->op.events;
    }
    if (s->op.op_class == SPE_MEMORY && s->op.has_va) {
        s->out.translation = 1;
    }
    s->out.total = s->op.latency;
    if (!config(env)->model || !spe_is_modelled(insn)) {
        s->out.total += s->out.issue;
    }
}

/* --- Its end [SPECompleteSample] --- */

static bool passes_types(CPUARMState *env, const SPEOp *op)
{
    uint64_t fcr = env->spe.pmsfcr;

    return (fcr & PMSFCR_B && op->op_class == SPE_BRANCH) ||
           (fcr & PMSFCR_LD && op->returns_data) || (fcr & PMSFCR_ST && op->store);
}

/* [SPECollectRecord].  Filters that select nothing are off: CONSTRAINED UNPREDICTABLE. */
static bool passes(CPUARMState *env, const SPESample *s)
{
    const ARMSPEState *spe = &env->spe;
    uint64_t fcr = spe->pmsfcr, types = fcr & (PMSFCR_B | PMSFCR_LD | PMSFCR_ST);
    uint32_t events = s->out.events;

    if (fcr & PMSFCR_FE && (events & spe->pmsevfr) != spe->pmsevfr) {
        return false;
    }
    if (fcr & PMSFCR_FNE && events & spe->pmsnevfr) {
        return false;
    }
    if (fcr & PMSFCR_FT && types && !passes_types(env, &s->op)) {
        return false;
    }
    return !(fcr & PMSFCR_FL) || s->out.total >= spe->pmslatfr;
}

/* [CollectPhysicalAddress] */
static bool collects_pa(CPUARMState *env)
{
    uint64_t el1 = env->spe.pmscr_el[1] & PMSCR_PA, el2 = env->spe.pmscr_el[2] & PMSCR_PA;

    if (!arm_is_el2_enabled(env)) {
        return el1;
    }
    return owner_el(env) == 2 ? el2 : el1 && el2;
}

/* The data access' physical address; UINT64_MAX: none is collected, or it has none. */
static uint64_t physical_address(CPUARMState *env, const SPESample *s, bool faulted)
{
    GetPhysAddrResult res = { };
    ARMMMUFaultInfo fi = { };

    if (!s->op.has_va || faulted || !collects_pa(env) || s->el != arm_current_el(env) ||
        get_phys_addr(env, s->op.va, s->op.load ? MMU_DATA_LOAD : MMU_DATA_STORE, 0,
                      arm_mmu_idx(env), &res, &fi)) {
        return UINT64_MAX;
    }
    return res.f.phys_addr;
}

static uint8_t *put(uint8_t *p, uint8_t header, uint64_t value, unsigned int bytes)
{
    uint8_t le[8];

    *p++ = header;
    stq_le_p(le, value);
    memcpy(p, le, bytes);
    return p + bytes;
}

/* A code address with its EL; always Non-secure here [D18.2.1]. */
static uint64_t code_address(uint64_t va, int el)
{
    return extract64(va, 0, 56) | 1ull << 63 | (uint64_t)el << 61;
}

/* [SPEConstructRecord]: the order is that of Neoverse cores. */
static void construct(const SPESample *s, uint64_t pa, uint8_t *rec)
{
    const SPEOp *op = &s->op;
    uint8_t *p = rec;

    memset(rec, 0, RECORD_SIZE);
    p = put(p, 0xb0, code_address(s->pc, s->el), 8);
    p = put(p, 0x48 | op->op_class, op->payload, 1);
    p = s->out.events >> 16 ? put(p, 0x62, s->out.events, 4) :
                              put(p, 0x52, s->out.events, 2);
    p = s->ctx & 1 ? put(p, 0x64, s->ctx_el1, 4) : p;
    p = s->ctx & 2 ? put(p, 0x65, s->ctx_el2, 4) : p;
    p = put(p, 0x99, s->out.issue, 2);
    p = put(p, 0x98, s->out.total, 2);
    p = op->taken ? put(p, 0xb1, code_address(op->target, op->target_el), 8) : p;
    p = s->has_pbt ? put(p, 0xb4, s->pbt, 8) : p;
    if (op->has_va) {
        p = put(p, 0xb2, op->va, 8);
        p = put(p, 0x9a, s->out.translation, 2);
        p = pa != UINT64_MAX ? put(p, 0xb3, pa | 1ull << 63, 8) : p;
    }
    p = s->out.source >= 0 ? put(p, 0x43, s->out.source, 1) : p;
    if (s->has_time) {
        p = put(p, 0x71, s->time, 8);
    } else {
        *p++ = 0x01;
    }
    g_assert(p - rec <= RECORD_SIZE);
}

static void set_interrupt(CPUARMState *env)
{
    bool locked = bql_locked();

    if (!locked) {
        bql_lock();
    }
    qemu_set_irq(env_archcpu(env)->spe_interrupt, !!(env->spe.pmbsr & PMBSR_S));
    /* leave the TBs that count: they ask before they sample, but cost time */
    cpu_interrupt(env_cpu(env), CPU_INTERRUPT_EXITTB);
    if (!locked) {
        bql_unlock();
    }
}

/* A buffer management event [ReportSPEEvent]: only the first is told. */
static void report(CPUARMState *env, unsigned int ec, unsigned int mss, bool lost)
{
    ARMSPEState *spe = &env->spe;

    if (spe->pmbsr & PMBSR_S) {
        return;
    }
    spe->pmbsr &= ~(PMBSR_EC_MASK | PMBSR_MSS_MASK);
    spe->stopped_at = spe->countdown;
    spe->pmbsr |= PMBSR_EC(ec) | mss | PMBSR_S | (lost ? PMBSR_DL : 0);
    set_interrupt(env);
    arm_rebuild_hflags(env);
}

/* The translation regime of the buffer, privileged [D17.7.5]. */
static ARMMMUIdx buffer_regime(CPUARMState *env)
{
    if (owner_el(env) == 1) {
        return ARMMMUIdx_E10_1;
    }
    return arm_hcr_el2_eff(env) & HCR_E2H ? ARMMMUIdx_E20_2 : ARMMMUIdx_E2;
}

/* Write what lies in one page.  False: it faulted, and that was reported. */
static bool write_page(CPUARMState *env, const uint8_t *from, unsigned int len, bool partial)
{
    GetPhysAddrResult res = { };
    ARMMMUFaultInfo fi = { };

    if (get_phys_addr(env, env->spe.pmbptr, MMU_DATA_STORE, 0, buffer_regime(env), &res,
                      &fi)) {
        report(env, fi.stage2 ? EC_STAGE2 : EC_STAGE1, arm_fi_to_lfsc(&fi) & 0x3f, partial);
        return false;
    }
    address_space_write(arm_addressspace(env_cpu(env), res.f.attrs), res.f.phys_addr,
                        res.f.attrs, from, len);
    env->spe.pmbptr += len;
    return true;
}

/* [SPEBufferIsFull] after each record. */
static bool write_record(CPUARMState *env, const uint8_t *rec)
{
    ARMSPEState *spe = &env->spe;
    uint64_t limit = PMBLIMITR_LIMIT(spe->pmblimitr);
    unsigned int done = 0, len;

    if (spe->pmbptr > limit - RECORD_SIZE) {    /* software broke the rule [D17.7.4] */
        report(env, EC_BUFFER, BSC_FULL, false);
        return false;
    }
    while (done < RECORD_SIZE) {
        len = MIN(RECORD_SIZE - done, 0x1000 - (spe->pmbptr & 0xfff));
        if (!write_page(env, rec + done, len, done)) {
            return false;
        }
        done += len;
    }
    if (spe->pmbptr > limit - RECORD_SIZE) {
        report(env, EC_BUFFER, BSC_FULL, false);
    }
    return true;
}

/*
 * What is known once the instruction is done.  One that faulted went nowhere
 * and got no data [D17.6].
 */
static void settle_outcome(SPESample *s, bool exception)
{
    SPEOutcome *out = &s->out;

    if (exception) {
        out->events |= EV_EXCEPTION;
        out->source = -1;
        s->op.taken = s->has_pbt = false;
    }
    if (s->op.conditional && !s->op.holds) {
        out->events |= EV_COND_FAILED;
    }
    out->total = MIN(out->total, COUNTER_MAX);
    out->issue = MIN(out->issue, COUNTER_MAX);
    out->translation = MIN(out->translation, COUNTER_MAX);
}

/* The sampled instruction is done; exception: by a synchronous one. */
static void complete_sample(CPUARMState *env, bool exception)
{
    ARMSPEState *spe = &env->spe;
    SPESample *s = &spe->sample;
    const ARMSPEConfig *cfg = config(env);
    int cpu = env_cpu(env)->cpu_index;
    uint64_t pa, at = spe->pmbptr;
    uint8_t rec[RECORD_SIZE];

    s->pending = false;
    settle_outcome(s, exception);
    spe->busy_until = s->nr + s->out.total;
    if (!passes(env, s)) {
        return;
    }
    spe->passed++;
    if (PMBLIMITR_FM(spe->pmblimitr) == FM_DISCARD && cfg->version >= 3) {
        return;
    }
    if (spe->pmbsr & PMBSR_S || !(spe->pmblimitr & PMBLIMITR_E)) {
        spe_log_loss(cfg->log, cpu, s, "stopped");
        return;
    }
    pa = physical_address(env, s, exception);
    construct(s, pa, rec);
    if (write_record(env, rec)) {
        spe_log_record(cfg->log, cpu, s, at, pa);
    } else {
        spe_log_loss(cfg->log, cpu, s, "buffer");
    }
}

/* --- Between instructions --- */

/*
 * The address space, for the model's tags: Linux uses TTBR1's half for the
 * kernel, which all spaces of a regime share.
 */
static uint64_t address_space(CPUARMState *env, uint64_t va)
{
    uint64_t hcr = arm_hcr_el2_eff(env);
    bool host = arm_current_el(env) == 2 || hcr & HCR_TGE || !(hcr & HCR_VM);
    uint64_t salt = host ? 0 : env->cp15.vttbr_el2 >> 48 << 40 | 1ull << 39;

    if (!extract64(va, 55, 1)) {
        salt ^= env->cp15.ttbr0_el[hcr & HCR_TGE ? 2 : 1] >> 12 << 44;
    }
    return salt;
}

void HELPER(spe_model)(CPUARMState *env, uint64_t pc, uint32_t insn)
{
    SPESample *s = &env->spe.sample;
    bool sampled = s->pending && s->pc == pc;
    SPEOutcome out = { .source = -1, .issue = 1 };
    SPEOp op;

    spe_decode(env, pc, insn, &op);
    spe_model_run(env_archcpu(env)->spe_model, &op, pc, address_space(env, op.va),
                  sampled ? &s->out : &out);
    if (op.taken) {
        env->spe.last_target = code_address(op.target, op.target_el);
    }
}

/* [SPEToCollectSample], where the countdown is at 0 or below it. */
static void step(CPUARMState *env, uint64_t pc, uint32_t insn)
{
    ARMSPEState *spe = &env->spe;
    bool due = spe->countdown == 0;

    spe->countdown++;                   /* this one is not of the population */
    if (spe->sample.pending) {
        complete_sample(env, spe->sample.op.exception);
    }
    if (!arm_spe_enabled(env, arm_current_el(env))) {
        return;
    }
    spe->countdown--;                   /* but it is */
    if (!due) {                         /* COUNT was 0: reload, no sample */
        reload(spe);
        return;
    }
    if (arm_spe_count_population(env) < spe->busy_until) {
        SPESample lost = { .pc = pc, .el = arm_current_el(env) };

        spe->pmbsr |= PMBSR_COLL;
        spe->collided++;
        spe_log_loss(config(env)->log, env_cpu(env)->cpu_index, &lost, "collision");
        return;
    }
    start_sample(env, pc, insn);
}

void HELPER(spe_step)(CPUARMState *env, uint64_t pc, uint32_t insn)
{
    CPUState *cs = env_cpu(env);
    bool io = cs->neg.can_do_io;

    /* with -icount the clock is that of the TB's begin: the same in each run */
    cs->neg.can_do_io = true;
    step(env, pc, insn);
    cs->neg.can_do_io = io;
}

static bool in_guest(CPUARMState *env)
{
    return arm_current_el(env) < 2 && (arm_hcr_el2_eff(env) & (HCR_VM | HCR_TGE)) == HCR_VM;
}

/*
 * An exception, or its return: the sampled instruction ends here.  If it was
 * the one that faulted, the return address is its own; a call's is the next.
 */
static void before_el_change(ARMCPU *cpu, void *opaque)
{
    CPUARMState *env = &cpu->env;
    SPESample *s = &env->spe.sample;
    int excp = CPU(cpu)->exception_index;
    bool sync = excp == EXCP_DATA_ABORT || excp == EXCP_UDEF || excp == EXCP_SWI ||
                excp == EXCP_BKPT || excp == EXCP_HVC || excp == EXCP_HYP_TRAP ||
                excp == EXCP_SMC || excp == EXCP_GPC;

    env->spe.left_el = arm_current_el(env);
    if (!s->pending || (s->op.eret && excp < 0)) {
        return;
    }
    complete_sample(env, sync && (env->pc == s->pc || s->op.exception));
}

/* A guest is entered; ERET was sampled, and its target is reached. */
static void after_el_change(ARMCPU *cpu, void *opaque)
{
    SPESample *s = &cpu->env.spe.sample;
    const ARMSPEState *spe = &cpu->env.spe;

    if (cpu->spe_guests && spe->left_el == 2 && in_guest(&cpu->env)) {
        spe_guests_entry(cpu->spe_guests,
                         spe->pmblimitr & PMBLIMITR_E && !(spe->pmbsr & PMBSR_S));
    }
    if (s->pending && s->op.eret) {
        s->op.target = cpu->env.pc;
        s->op.target_el = arm_current_el(&cpu->env);
        complete_sample(&cpu->env, false);
    }
}

/* --- Registers --- */

/* MDCR_EL3.NSPB: who does not own the buffer has no access, to PMS* neither. */
static CPAccessResult el3_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return arm_feature(env, ARM_FEATURE_EL3) && arm_current_el(env) < 3 &&
           (!(MDCR_NSPB(env->cp15.mdcr_el3) & 1) || !is_owning_state(env)) ?
           CP_ACCESS_TRAP_EL3 : CP_ACCESS_OK;
}

/* MDCR_EL2.TPMS [AArch64.SystemAccessTrap]. */
static CPAccessResult pms_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return arm_current_el(env) == 1 && arm_mdcr_el2_eff(env) & MDCR_TPMS_BIT ?
           CP_ACCESS_TRAP_EL2 : el3_access(env, ri, isread);
}

/* MDCR_EL3.EnPMSN. */
static CPAccessResult pmsn_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    CPAccessResult access = pms_access(env, ri, isread);

    return access == CP_ACCESS_OK && arm_feature(env, ARM_FEATURE_EL3) &&
           arm_current_el(env) < 3 && !(env->cp15.mdcr_el3 & MDCR_ENPMSN) ?
           CP_ACCESS_TRAP_EL3 : access;
}

/* MDCR_EL2.E2PB: x0 traps EL1's accesses. */
static CPAccessResult pmb_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return arm_current_el(env) == 1 && arm_is_el2_enabled(env) &&
           !(MDCR_E2PB(env->cp15.mdcr_el2) & 1) ? CP_ACCESS_TRAP_EL2 :
                                                  el3_access(env, ri, isread);
}

/*
 * A register write that was sampled is done before it takes effect; and what
 * was in flight before a PSB CSYNC and this write no longer is.
 */
static void drain(CPUARMState *env)
{
    if (env->spe.sample.pending) {
        complete_sample(env, false);
    }
    env->spe.busy_until = 0;
    if (env_archcpu(env)->spe_guests && in_guest(env)) {
        spe_guests_write(env_archcpu(env)->spe_guests);
    }
}

static void write_masked(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value,
                         uint64_t mask)
{
    drain(env);
    raw_write(env, ri, value & mask);
}

static void pmscr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    write_masked(env, ri, value, PMSCR_MASK);
}

static void pmsirr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    write_masked(env, ri, value, PMSIRR_MASK);
}

static uint64_t pmsfcr_mask(const ARMSPEConfig *cfg)
{
    return PMSFCR_FE | PMSFCR_FT | PMSFCR_FL | PMSFCR_B | PMSFCR_LD | PMSFCR_ST |
           (cfg->version >= 3 ? PMSFCR_FNE : 0);
}

static void pmsfcr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    write_masked(env, ri, value, pmsfcr_mask(config(env)));
}

/* Events that this version can filter on [PMSEVFR_EL1]. */
static uint64_t filterable(const ARMSPEConfig *cfg)
{
    return 0xa8 | (cfg->version >= 2 ? 0x60800 : 0) | (cfg->version >= 3 ? 0x40 : 0);
}

static void pmsevfr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    write_masked(env, ri, value, filterable(config(env)));
}

static void pmslatfr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    write_masked(env, ri, value, COUNTER_MAX);
}

static void pmblimitr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    write_masked(env, ri, value, PMBLIMITR_MASK);
}

static void pmbptr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    write_masked(env, ri, value, UINT64_MAX);
}

static void pmbsr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    settle_countdown(&env->spe);
    write_masked(env, ri, value, PMBSR_MASK);
    env->spe.stopped_at = env->spe.countdown;
    set_interrupt(env);
}

static uint64_t pmsicr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    settle_countdown(&env->spe);
    return (uint32_t)MAX(env->spe.countdown, 0);
}

static void pmsicr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    drain(env);
    set_countdown(&env->spe, (uint32_t)value);
}

static void pmsicr_reset(CPUARMState *env, const ARMCPRegInfo *ri)
{
    env->spe.countdown = (uint32_t)config(env)->unknown;
}

static uint64_t pmsidr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    const ARMSPEConfig *cfg = config(env);

    return 0x7 |                                    /* FE, FT, FL */
           1 << 3 | 1 << 4 |                        /* ArchInst, LDS */
           (cfg->version >= 3 ? 1 << 6 : 0) |       /* FnE */
           0 << 8 | 6 << 12 | 2 << 16 |             /* Interval 256, MaxSize, CountSize */
           (cfg->pbt ? 1 << 24 : 0);
}

/* P: the buffer is another's; F: the access flag is set by hardware. */
static uint64_t pmbidr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    int el = arm_current_el(env);
    bool other = (el < 3 && !is_owning_state(env)) || (el == 1 && owner_el(env) == 2);

    return 6 | (other ? 1 << 4 : 0) | 1 << 5;
}

/* mask: of the fields that reset leaves UNKNOWN */
#define SPE_REG(n, o1, m, o2, field, fn, mask, ...) {                               \
    .name = n, .state = ARM_CP_STATE_AA64,                                          \
    .opc0 = 3, .opc1 = o1, .crn = 9, .crm = m, .opc2 = o2,                          \
    .access = (o1) == 4 ? PL2_RW : PL1_RW, .fieldoffset = offsetof(CPUARMState, spe.field), \
    .accessfn = (o1) == 4 ? el3_access : (m) == 9 ? pms_access : pmb_access,              \
    .writefn = fn, .raw_writefn = raw_write, .resetvalue = unknown & (mask), ## __VA_ARGS__ }
#define SPE_READ(n, m, o2, fn, ...) {                                               \
    .name = n, .state = ARM_CP_STATE_AA64,                                          \
    .opc0 = 3, .opc1 = 0, .crn = 9, .crm = m, .opc2 = o2,                           \
    .type = ARM_CP_NO_RAW, .readfn = fn, ## __VA_ARGS__ }

/*
 * PMBLIMITR.E resets to 0.  So does PMBSR.S here: it may, and the interrupt
 * controller's own reset would forget its line.
 */
void arm_spe_define_regs(ARMCPU *cpu)
{
    const ARMSPEConfig *cfg = &cpu->spe_config;
    uint64_t unknown = cfg->unknown, events = filterable(cfg);
    const ARMCPRegInfo regs[] = {
        SPE_REG("PMSCR_EL1", 0, 9, 0, pmscr_el[1], pmscr_write, 0,
                .resetvalue = cfg->reset & PMSCR_MASK),
        SPE_REG("PMSCR_EL2", 4, 9, 0, pmscr_el[2], pmscr_write, PMSCR_MASK),
        SPE_REG("PMSIRR_EL1", 0, 9, 3, pmsirr, pmsirr_write, PMSIRR_MASK),
        SPE_REG("PMSFCR_EL1", 0, 9, 4, pmsfcr, pmsfcr_write, pmsfcr_mask(cfg)),
        SPE_REG("PMSEVFR_EL1", 0, 9, 5, pmsevfr, pmsevfr_write, events),
        SPE_REG("PMSLATFR_EL1", 0, 9, 6, pmslatfr, pmslatfr_write, COUNTER_MAX),
        SPE_REG("PMBLIMITR_EL1", 0, 10, 0, pmblimitr, pmblimitr_write,
                PMBLIMITR_MASK & ~PMBLIMITR_E),
        SPE_REG("PMBPTR_EL1", 0, 10, 1, pmbptr, pmbptr_write, UINT64_MAX),
        SPE_REG("PMBSR_EL1", 0, 10, 3, pmbsr, pmbsr_write, PMBSR_MASK & ~PMBSR_S,
                .type = ARM_CP_IO),
        SPE_READ("PMSICR_EL1", 9, 2, pmsicr_read, .access = PL1_RW,
                 .accessfn = pms_access, .writefn = pmsicr_write, .resetfn = pmsicr_reset),
        SPE_READ("PMSIDR_EL1", 9, 7, pmsidr_read, .access = PL1_R, .accessfn = pms_access),
        SPE_READ("PMBIDR_EL1", 10, 7, pmbidr_read, .access = PL1_R),
    };
    const ARMCPRegInfo not_events =
        SPE_REG("PMSNEVFR_EL1", 0, 9, 1, pmsnevfr, pmsevfr_write, events,
                .accessfn = pmsn_access);

    define_arm_cp_regs(cpu, regs);
    if (cfg->version >= 3) {
        define_one_arm_cp_reg(cpu, &not_events);
    }
}

static const Property properties[] = {
    DEFINE_PROP_UINT8("spe", ARMCPU, spe_config.version, 3),
    DEFINE_PROP_BOOL("spe-model", ARMCPU, spe_config.model, true),
    DEFINE_PROP_BOOL("spe-pbt", ARMCPU, spe_config.pbt, false),
    DEFINE_PROP_BOOL("spe-el3", ARMCPU, spe_config.el3, false),
    DEFINE_PROP_UINT64("spe-reset", ARMCPU, spe_config.reset, 0),
    DEFINE_PROP_UINT64("spe-unknown", ARMCPU, spe_config.unknown, 0),
    DEFINE_PROP_STRING("spe-log", ARMCPU, spe_config.log),
    DEFINE_PROP_STRING("spe-count", ARMCPU, spe_config.count),
    DEFINE_PROP_STRING("spe-guests", ARMCPU, spe_config.guests),
};

void arm_spe_add_properties(Object *obj)
{
    size_t i;

    for (i = 0; i < ARRAY_SIZE(properties); i++) {
        qdev_property_add_static(DEVICE(obj), &properties[i]);
    }
}

void arm_spe_realize(ARMCPU *cpu)
{
    cpu->spe_model = spe_model_new();
    if (cpu->spe_config.count) {
        cpu->spe_counts = spe_counts_new(cpu->spe_config.count, CPU(cpu)->cpu_index);
    }
    if (cpu->spe_config.guests) {
        cpu->spe_guests = spe_guests_new(cpu->spe_config.guests, CPU(cpu)->cpu_index);
    }
    arm_register_pre_el_change_hook(cpu, before_el_change, NULL);
    arm_register_el_change_hook(cpu, after_el_change, NULL);
}
