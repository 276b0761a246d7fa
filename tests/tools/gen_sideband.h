/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_SIDEBAND_H
#define TESTS_GEN_SIDEBAND_H

#include <stdbool.h>

#include "tests/tools/gen_buf.h"

/*
 * perf's records about tasks and vCPUs [include/uapi/linux/perf_event.h].  time 0, cpu -1:
 * synthesized by perf for tasks that predate the recording.
 */

/* The events of the recording; ids are gen_event_id(event, cpu). */
enum gen_event { GEN_EV_SPE, GEN_EV_ENTRY, GEN_EV_EXIT, GEN_EV_DUMMY, GEN_EV_CYCLES, NR_GEN_EV };

struct gen_stamp {
	int32_t pid, tid;
	uint64_t time; /* ns */
	int32_t cpu;
};

static inline uint64_t gen_event_id(enum gen_event e, int32_t cpu)
{
	return 1000u * (e + 1) + (cpu < 0 ? 0 : cpu);
}

#define GEN_ENTRY_TRACEPOINT 62
#define GEN_EXIT_TRACEPOINT  61

void sideband_comm(struct gen_buf *b, struct gen_stamp s, const char *comm, bool exec);
void sideband_fork(struct gen_buf *b, struct gen_stamp s, int32_t ppid, int32_t ptid);
void sideband_exit(struct gen_buf *b, struct gen_stamp s, int32_t ppid, int32_t ptid);
void sideband_mmap(struct gen_buf *b, uint64_t addr, uint64_t len, uint64_t pgoff,
		   const char *path);
void sideband_mmap2(struct gen_buf *b, struct gen_stamp s, uint64_t addr, uint64_t len,
		    uint64_t pgoff, uint64_t ino, const char *path);
/* s is the task that leaves or comes, other the one that comes or left. */
void sideband_switch(struct gen_buf *b, struct gen_stamp s, bool out, bool preempt,
		     int32_t other_pid, int32_t other_tid);
void sideband_kvm_entry(struct gen_buf *b, struct gen_stamp s, uint64_t vcpu_pc);
void sideband_kvm_exit(struct gen_buf *b, struct gen_stamp s, uint64_t vcpu_pc,
		       uint32_t ret, uint32_t esr_ec);
/* A cgroup's path, and a sample of a task in one. */
void sideband_cgroup(struct gen_buf *b, uint64_t id, const char *path);
void sideband_cgroup_sample(struct gen_buf *b, struct gen_stamp s, uint64_t id);
void sideband_lost(struct gen_buf *b, struct gen_stamp s, uint64_t records);
void sideband_itrace_start(struct gen_buf *b, struct gen_stamp s);
void sideband_aux(struct gen_buf *b, struct gen_stamp s, uint64_t offset, uint64_t size,
		  uint64_t flags);

#endif
