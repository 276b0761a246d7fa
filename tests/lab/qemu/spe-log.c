/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ground truth: CSV with a line per record, in the order in which each CPU
 * wrote them.  The columns up to target_el are what the record says, named and
 * written as `spelunk dump --samples --format csv` does; the rest is what no
 * record says: CNTPCT_EL0, HCR_EL2 and VTTBR_EL2 when it was sampled, and where
 * in memory it was written.  A sample that was not written is a line of its
 * own that begins with '#': CPU, PC, EL and why.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "spe.h"

static FILE *log_file;
static QemuMutex log_lock;

static void __attribute__((constructor)) init_lock(void)
{
    qemu_mutex_init(&log_lock);
}

/* One file for all CPUs. */
static FILE *open_log(const char *path)
{
    if (!log_file && path) {
        log_file = fopen(path, "w");
        if (!log_file) {
            error_report("spe-log: %s: %s", path, strerror(errno));
            exit(1);
        }
        fputs("cpu,ticks,pc,target,prev_target,va,pa,events,ctx_el1,ctx_el2,total,issue,"
              "xlat,source,op_class,op,pc_el,target_el,cntpct,hcr,vttbr,at\n", log_file);
    }
    return log_file;
}

static void put_hex(FILE *f, bool there, uint64_t value)
{
    if (there) {
        fprintf(f, ",0x%" PRIx64, value);
    } else {
        fputc(',', f);
    }
}

static void put_number(FILE *f, bool there, uint64_t value)
{
    if (there) {
        fprintf(f, ",%" PRIu64, value);
    } else {
        fputc(',', f);
    }
}

void spe_log_record(const char *path, int cpu, const SPESample *s, uint64_t at, uint64_t pa)
{
    const SPEOp *op = &s->op;
    FILE *f;

    QEMU_LOCK_GUARD(&log_lock);
    f = open_log(path);
    if (!f) {
        return;
    }
    fprintf(f, "%d", cpu);
    put_number(f, s->has_time, s->time);
    put_hex(f, true, sextract64(s->pc, 0, 56));
    put_hex(f, op->taken, sextract64(op->target, 0, 56));
    put_hex(f, s->has_pbt, sextract64(s->pbt, 0, 56));
    put_hex(f, op->has_va, op->va);
    put_hex(f, pa != UINT64_MAX, pa);
    put_hex(f, true, s->out.events);
    put_hex(f, s->ctx & 1, s->ctx_el1);
    put_hex(f, s->ctx & 2, s->ctx_el2);
    put_number(f, true, s->out.total);
    put_number(f, true, s->out.issue);
    put_number(f, op->has_va, s->out.translation);
    put_hex(f, s->out.source >= 0, s->out.source);
    put_number(f, true, op->op_class);
    put_hex(f, true, op->payload);
    put_number(f, true, s->el);
    put_number(f, op->taken, op->target_el);
    put_number(f, true, s->cntpct);
    put_hex(f, true, s->hcr);
    put_hex(f, true, s->vttbr);
    put_hex(f, true, at);
    fputc('\n', f);
}

void spe_log_loss(const char *path, int cpu, const SPESample *s, const char *why)
{
    FILE *f;

    QEMU_LOCK_GUARD(&log_lock);
    f = open_log(path);
    if (f) {
        fprintf(f, "# %d 0x%" PRIx64 " %d %s\n", cpu, s->pc, s->el, why);
    }
}
