/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_SPE_EVENT_H
#define COLLECTOR_SPE_EVENT_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The SPE PMUs of a machine, and what their events can be told. */

enum spe_knob {
#define KNOB(id, format, since) SPE_KNOB_##id,
#include "collector/spe_knobs.def"
#undef KNOB
	NR_SPE_KNOBS
};

/*
 * perf_event_attr with room for what newer kernels have behind it: config3
 * (Linux 6.3) and config4 are not in every build machine's header.
 */
union perf_attr_room {
	struct perf_event_attr attr;
	uint64_t words[32];
};

#define PERF_ATTR_SIZE_CONFIG2	128	/* all that perf 6.1 accepts */

/* Where a knob's bits are: config, config1...; high 0 and low 1: nowhere. */
struct spe_format {
	uint8_t config;		/* 0 to 4 */
	uint8_t low, high;	/* bits */
	bool there;
};

struct spe_pmu {
	char name[32];		/* "arm_spe_0" */
	uint32_t type;
	char cpus[1024];	/* the list in cpumask: "0-3,8" */
	uint64_t min_interval;	/* operations; 0: not told */
	uint8_t count_size;	/* bits of a latency counter; 0: not told */
	bool arch_inst;		/* counts architectural instructions, not operations */
	struct spe_format format[NR_SPE_KNOBS];
};

#define SPE_PMUS_MAX	32

/*
 * Read the SPE PMUs below root (NULL: /sys/bus/event_source/devices), ordered by
 * name.  Returns how many, or -errno; none is 0.
 */
int spe_pmus_read(struct spe_pmu *pmus, size_t max, const char *root);

/* What an event is to do. */
struct spe_wish {
	uint64_t period;		/* operations */
	uint64_t value[NR_SPE_KNOBS];	/* 0: as if not set */
	uint32_t must;			/* 1 << enum spe_knob: fail where it is not to be had */
	bool exclude_user, exclude_kernel;
};

/*
 * Make the attr of a wish for that PMU: type, config words, sample_period,
 * exclude bits and size; the rest is zero.  A knob that the PMU lacks is left
 * out unless it must be.  0; -EOPNOTSUPP with a sentence in err that says what
 * is lacking, or -ERANGE if a value does not fit its bits.
 */
int spe_event_attr(union perf_attr_room *out, const struct spe_pmu *pmu,
		   const struct spe_wish *wish, char *err, size_t errlen);

#endif
