/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often what was executed while it could have been sampled: exact counts
 * that samples can be held against, by 64 bytes of code.  CSV, at the end:
 *
 *   cpu,el,tge,vm,vmid,pc,operations
 *
 * el the exception level, tge and vm those bits of HCR_EL2, vmid VTTBR_EL2's
 * (hex, as pc).  One slow step per instruction: only where it is asked for.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "cpu.h"
#include "internals.h"
#include "exec/helper-proto.h"
#include "spe.h"

#define LINE_BITS       6
#define FIRST_SLOTS     1024

typedef struct Count {
    uint64_t line;              /* address >> LINE_BITS, + 1; 0: free */
    uint32_t who;               /* EL, TGE, VM, VMID: packed below */
    uint64_t operations;
} Count;

struct ARMSPECounts {
    Count *slot;                /* open addressing */
    size_t nr, max;
    Count *last;                /* mostly the one again */
    int cpu;
    const char *path;
    struct ARMSPECounts *next;
};

static struct ARMSPECounts *all;

static uint32_t pack(CPUARMState *env)
{
    uint64_t hcr = arm_hcr_el2_eff(env);

    return arm_current_el(env) | (hcr & HCR_TGE ? 4 : 0) | (hcr & HCR_VM ? 8 : 0) |
           extract64(env->cp15.vttbr_el2, 48, 16) << 4;
}

static size_t place(uint64_t line, uint32_t who)
{
    uint64_t h = (line ^ (uint64_t)who << 40) * 0x9fb21c651e98df25ull;

    return h >> 32;
}

static Count *find(const struct ARMSPECounts *c, uint64_t line, uint32_t who)
{
    size_t i;

    for (i = place(line, who);; i++) {
        Count *s = &c->slot[i & (c->max - 1)];

        if (!s->line || (s->line == line && s->who == who)) {
            return s;
        }
    }
}

static void grow(struct ARMSPECounts *c)
{
    Count *old = c->slot;
    size_t i, n = c->max;

    c->max *= 2;
    c->slot = g_new0(Count, c->max);
    for (i = 0; i < n; i++) {
        if (old[i].line) {
            *find(c, old[i].line, old[i].who) = old[i];
        }
    }
    g_free(old);
}

void HELPER(spe_count)(CPUARMState *env, uint64_t pc)
{
    struct ARMSPECounts *c = env_archcpu(env)->spe_counts;
    uint64_t line = (pc >> LINE_BITS) + 1;
    uint32_t who = pack(env);
    Count *s = c->last;

    if (!arm_spe_enabled(env, arm_current_el(env))) {
        return;         /* a TB of before the buffer was full */
    }
    if (!s || s->line != line || s->who != who) {
        s = find(c, line, who);
        if (!s->line) {
            if (c->nr * 2 >= c->max) {
                grow(c);
                s = find(c, line, who);
            }
            c->nr++;
            s->line = line;
            s->who = who;
        }
        c->last = s;
    }
    s->operations++;
}

static void write_counts(FILE *f, const struct ARMSPECounts *c)
{
    size_t i;

    for (i = 0; i < c->max; i++) {
        const Count *s = &c->slot[i];

        if (s->line) {
            fprintf(f, "%d,%d,%d,%d,0x%x,0x%" PRIx64 ",%" PRIu64 "\n", c->cpu, s->who & 3,
                    s->who >> 2 & 1, s->who >> 3 & 1, s->who >> 4,
                    (s->line - 1) << LINE_BITS, s->operations);
        }
    }
}

static void write_all(void)
{
    struct ARMSPECounts *c;
    FILE *f = fopen(all->path, "w");

    if (!f) {
        error_report("spe-count: %s: %s", all->path, strerror(errno));
        return;
    }
    fputs("cpu,el,tge,vm,vmid,pc,operations\n", f);
    for (c = all; c; c = c->next) {
        write_counts(f, c);
    }
    fclose(f);
}

struct ARMSPECounts *spe_counts_new(const char *path, int cpu)
{
    struct ARMSPECounts *c = g_new0(struct ARMSPECounts, 1);

    c->path = path;
    c->cpu = cpu;
    c->max = FIRST_SLOTS;
    c->slot = g_new0(Count, c->max);
    if (!all) {
        atexit(write_all);
    }
    c->next = all;
    all = c;
    return c;
}
