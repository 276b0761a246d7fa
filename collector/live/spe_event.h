/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_SPE_EVENT_H
#define COLLECTOR_LIVE_SPE_EVENT_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/host/host.h"

/* The settings of an SPE event. */

enum spe_knob {
#define KNOB(id, format, since) SPE_KNOB_##id,
#include "collector/live/spe_knobs.def"
#undef KNOB
	NR_SPE_KNOBS
};

/*
 * perf_event_attr with room for fields that newer kernels append: the header of the build machine
 * may lack config3 (Linux 6.3) and config4.
 */
union perf_attr_room {
	struct perf_event_attr attr;
	uint64_t words[32];
};

#define PERF_ATTR_SIZE_CONFIG2	128	/* the largest that Linux 6.1 accepts */

/* The requested settings of an event. */
struct spe_wish {
	uint64_t period;		/* operations */
	uint64_t value[NR_SPE_KNOBS];	/* 0: as if not set */
	uint32_t must;			/* 1 << enum spe_knob: fail if the PMU lacks it */
	bool exclude_user, exclude_kernel;
	bool guests, no_host;		/* sample guests; do not sample the host */
	bool unproven;			/* guests: also if no capability proves that the kernel
					 * can sample them */
};

/*
 * Fill an attr for that PMU: type, config words, sample_period, exclude bits and size; the rest is
 * zero.  A setting that the PMU lacks is left out unless wish->must has it; guests that cannot be
 * sampled are an error.  0; -EOPNOTSUPP with a sentence in err that says what is missing; -ERANGE
 * if a value does not fit its bits.
 */
int spe_event_attr(union perf_attr_room *out, const struct host_pmu *pmu,
		   const struct spe_wish *wish, char *err, size_t errlen);

#endif
