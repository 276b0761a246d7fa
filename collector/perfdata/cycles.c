// SPDX-License-Identifier: GPL-2.0-only
/* Samples of cycles, and counters of each CPU. */
#include <string.h>

#include "base/bytes.h"
#include "collector/perfdata/perfdata_impl.h"
#include "collector/perfdata/write.h"

/*
 * Event numbers: linux include/uapi/linux/perf_event.h, enum perf_hw_id (low half of config; the
 * high half is a PMU's type, PERF_PMU_TYPE_SHIFT) and enum perf_sw_ids.  For a core PMU of Arm the
 * low 16 bits of config are the architecture's number [linux drivers/perf/arm_pmuv3.c].
 */
#define HW_CPU_CYCLES	0
#define SW_CPU_CLOCK	0
#define SW_TASK_CLOCK	1
#define ARM_CPU_CYCLES	0x11

/* "armv8_pmuv3_0/cycles/": core PMUs are named after the architecture. */
static bool is_core(const char *name)
{
	return name && (!strncmp(name, "armv8_", 6) || !strncmp(name, "armv9_", 6));
}

enum sampled perfdata_sampled(const struct perf_attr *attr)
{
	if (attr->type == PERF_TYPE_HARDWARE_NR && (uint32_t)attr->config == HW_CPU_CYCLES)
		return SAMPLED_CYCLES;
	if (attr->type == PERF_TYPE_SOFTWARE_NR &&
	    (attr->config == SW_CPU_CLOCK || attr->config == SW_TASK_CLOCK))
		return SAMPLED_CLOCK;
	if (attr->type >= PERF_TYPE_FIRST_PMU && (attr->config & 0xffff) == ARM_CPU_CYCLES &&
	    is_core(attr->name))
		return SAMPLED_CYCLES;
	return SAMPLED_OTHER;
}

void perfdata_counts(struct perfdata *pd, const uint8_t *p, size_t len)
{
	struct counts *c = &pd->counts;
	uint32_t nr = len < COUNTS_HEAD ? 0 : le32(p + 12);
	bool cut = len < COUNTS_HEAD || nr > (len - COUNTS_HEAD) / COUNTS_EACH;

	if (cut)
		notes_add(&pd->notes, "A record of counters is shorter than it states: readings that "
			  "are not there were left out.");
	if (len < COUNTS_HEAD)
		return;
	c->time = le64(p);
	c->cpu = (int32_t)le32(p + 8);
	c->left = cut ? (uint32_t)((len - COUNTS_HEAD) / COUNTS_EACH) : nr;
	c->p = p + COUNTS_HEAD;
}

int perfdata_next_count(struct perfdata *pd, struct event *ev)
{
	struct counts *c = &pd->counts;

	if (!c->left)
		return 0;
	*ev = (struct event){ .type = EVENT_COUNT, .cpu = c->cpu, .pid = -1, .tid = -1,
			      .time = c->time };
	ev->count.what = le32(c->p);
	ev->count.value = le64(c->p + 8);
	ev->count.enabled = le64(c->p + 16);
	ev->count.running = le64(c->p + 24);
	c->p += COUNTS_EACH;
	c->left--;
	return 1;
}
