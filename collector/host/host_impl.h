/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_HOST_IMPL_H
#define COLLECTOR_HOST_IMPL_H

#include "collector/host/host.h"

/* Parts of host_new(), in calling order: later ones use what earlier ones found. */

/* pmu.c: spe.  0 or -ENOMEM. */
int host_read_pmus(struct host *h, const char *root);

/* cores.c: cores.  0 or -ENOMEM. */
int host_read_cores(struct host *h, const char *root);

/* kmsg.c: log, said, and timer_hz if still unknown. */
void host_read_log(struct host *h, const char *root);

/* kconfig.c: config, config_file */
void host_read_config(struct host *h, const char *root);

/* driver.c: driver, firmware, spe_device, madt_spe_irq, kpti */
void host_read_driver(struct host *h, const char *root);

/* world.c: kvm, kernel_el, kvm_device, virtual, hypervisor */
void host_read_world(struct host *h, const char *root);

/* access.c: sysctl, limits, capabilities, kallsyms, tracefs */
void host_read_access(struct host *h, const char *root);

/* clock.c: timer_hz, perf_opens, time_conversion; only for the real root */
void host_read_clock(struct host *h);

#endif
