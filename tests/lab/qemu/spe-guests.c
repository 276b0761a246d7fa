/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What guests meet of SPE, whoever is sampled: CSV, at the end:
 *
 *   cpu,entries,buffer_on,written
 *
 * entries are those from EL2 into EL1 or EL0 with HCR_EL2.VM set and TGE clear;
 * buffer_on those of them with a profiling buffer that is enabled and not
 * stopped, so that the PE may translate its addresses; written, how many
 * registers of SPE a guest wrote.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "spe.h"

struct ARMSPEGuests {
    uint64_t entries, buffer_on, written;
    int cpu;
    const char *path;
    struct ARMSPEGuests *next;
};

static struct ARMSPEGuests *all;

static void write_all(void)
{
    const struct ARMSPEGuests *g;
    FILE *f = fopen(all->path, "w");

    if (!f) {
        error_report("spe-guests: %s: %s", all->path, strerror(errno));
        return;
    }
    fputs("cpu,entries,buffer_on,written\n", f);
    for (g = all; g; g = g->next) {
        fprintf(f, "%d,%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", g->cpu, g->entries,
                g->buffer_on, g->written);
    }
    fclose(f);
}

struct ARMSPEGuests *spe_guests_new(const char *path, int cpu)
{
    struct ARMSPEGuests *g = g_new0(struct ARMSPEGuests, 1);

    g->path = path;
    g->cpu = cpu;
    if (!all) {
        atexit(write_all);
    }
    g->next = all;
    all = g;
    return g;
}

void spe_guests_entry(struct ARMSPEGuests *g, bool buffer_on)
{
    g->entries++;
    g->buffer_on += buffer_on;
}

void spe_guests_write(struct ARMSPEGuests *g)
{
    g->written++;
}
