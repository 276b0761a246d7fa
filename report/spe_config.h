/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SPE_CONFIG_H
#define REPORT_SPE_CONFIG_H

#include "report/report.h"

/* Bits of the SPE PMU's config words: linux drivers/perf/arm_spe_pmu.c. */
#define CONFIG_TS_ENABLE	(1ull << 0)
#define CONFIG_PA_ENABLE	(1ull << 1)
#define CONFIG_PCT_ENABLE	(1ull << 2)
#define CONFIG_JITTER		(1ull << 16)
#define CONFIG_BRANCH_FILTER	(1ull << 32)
#define CONFIG_LOAD_FILTER	(1ull << 33)
#define CONFIG_STORE_FILTER	(1ull << 34)
#define CONFIG2_MIN_LATENCY	0xfffull

/* Does it sample only operations of some classes? */
static inline bool spe_config_selects_classes(const struct input_attr *a)
{
	return a->config & (CONFIG_BRANCH_FILTER | CONFIG_LOAD_FILTER | CONFIG_STORE_FILTER);
}

/* Does it sample only long operations, or those with or without certain events? */
static inline bool spe_config_selects_costs(const struct input_attr *a)
{
	return a->config2 & CONFIG2_MIN_LATENCY || a->config1 || a->config3;
}

#endif
