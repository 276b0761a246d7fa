/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_FEATURE_H
#define TESTS_GEN_FEATURE_H

#include "tests/tools/gen_buf.h"
#include "tests/tools/gen_machine.h"

/* Header features of perf.data [tools/perf/Documentation/perf.data-file-format.txt]. */
enum {
	FEATURE_TRACING_DATA = 1,
	FEATURE_HOSTNAME = 3,
	FEATURE_OSRELEASE = 4,
	FEATURE_VERSION = 5,
	FEATURE_ARCH = 6,
	FEATURE_NRCPUS = 7,
	FEATURE_CPUDESC = 8,
	FEATURE_CPUID = 9,
	FEATURE_TOTAL_MEM = 10,
	FEATURE_CMDLINE = 11,
	FEATURE_EVENT_DESC = 12,
	FEATURE_NUMA_TOPOLOGY = 14,
	FEATURE_PMU_MAPPINGS = 16,
	FEATURE_AUXTRACE = 18,
	FEATURE_SAMPLE_TIME = 21,
	FEATURE_MEM_TOPOLOGY = 22,
	FEATURE_PMU_CAPS = 31,
	FEATURE_LAST = 32,
};

#define GEN_MIDR     0x413fd0c1ull /* Neoverse N1 r3p1 */
#define GEN_PERIOD   4096
#define GEN_SPE_TYPE 11 /* of arm_spe_0; arm_spe_1 has 12 and so on */

/* Number of events in the recording: one per SPE PMU and three others. */
unsigned int gen_nr_attrs(const struct gen_config *cfg);
/* perf_event_attr of event i, 128 bytes. */
void gen_attr(struct gen_buf *b, const struct gen_config *cfg, unsigned int i);
const char *gen_attr_name(char *name, size_t len, const struct gen_config *cfg,
			  unsigned int i);
/* The ids of event i, one per CPU it is open on. */
unsigned int gen_attr_ids(struct gen_buf *b, const struct gen_config *cfg,
			  unsigned int i);
/* The SPE PMU of a CPU. */
unsigned int gen_cpu_pmu(const struct gen_config *cfg, int32_t cpu);

/* The bytes of a feature; false: the recording does not have it. */
bool gen_feature(struct gen_buf *b, const struct gen_machine *m, unsigned int feature);

#endif
