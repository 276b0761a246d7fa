/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TIMELINE_IMPL_H
#define KVM_TIMELINE_IMPL_H

#include "kvm/cgroups.h"
#include "kvm/nspids.h"
#include "kvm/tasks.h"
#include "kvm/timeline.h"
#include "kvm/trail.h"

/* Private to the files of this folder that build and query a timeline. */

/* trail_item.kind of a fact: what happened on a CPU to the thread .id, at ns. */
enum lane_fact_kind { LANE_IN, LANE_OUT, LANE_ENTER, LANE_EXIT, LANE_COMM, LANE_LOST };

/*
 * A span says what a CPU, or a thread with its own stream, was doing from a tick on: a trail_item
 * whose .id is the task (TASK_NONE: unknown) and whose .kind has these bits.
 */
#define SPAN_INSIDE	1	/* between kvm_entry and kvm_exit */
#define SPAN_UNSURE	2	/* sideband was lost here: none of this is proven */

struct lane {
	int32_t cpu;		/* -1: of a thread */
	int32_t tid;		/* -1: of a CPU */
	struct trail facts;	/* until the seal */
	struct trail spans;	/* from then on; the first starts at 0 */
	const struct trail *reasons;	/* of exits handled here; NULL: not asked for */
	uint8_t unsorted;	/* facts */
	uint8_t has_kvm;	/* entries or exits were seen here */
	uint8_t has_switches;	/* a task was seen to leave */
	uint8_t lost;		/* sideband was lost */
	uint8_t lost_tail;	/* it may have been lost after the last fact */
	uint8_t wanted;		/* of a thread with its own stream */
};

struct vcpu_thread {
	int32_t tid, pid;
	int32_t vm, vcpu;
	int32_t index;		/* in timeline.vcpus */
};

/* A vCPU's thread.  Its id may belong to a thread of another process at another time. */
struct vcpu_key {
	int32_t tid, pid;	/* pid -1: unknown */
	uint64_t entries, exits;
	uint64_t guest_time;	/* ns */
};

struct vm_name {
	int32_t pid;
	char *name;
};

/* A recording made in a guest. */
struct guest_timeline {
	const struct timeline *timeline;	/* borrowed; NULL: none */
	uint32_t index;
	struct clock_span its;			/* ticks, of its first and last event */
};

struct timeline {
	struct tasks *tasks;
	struct cgroups *cgroups;	/* NULL: not asked for, as nspids */
	struct nspids *nspids;
	uint64_t *heard;	/* last event by CPU, ns, for losses of samples with cgroups */
	size_t nr_heard;
	struct trail_file file;		/* of the lanes' trails */
	unsigned int jobs;		/* threads that may seal it; 0: one */
	bool has_file;
	struct lane *lanes;	/* sorted by (cpu, tid) */
	size_t nr_lanes;
	size_t last_lane;	/* most recently used */

	struct vcpu_key *keys;	/* of vCPUs; sorted and unique after the seal */
	size_t nr_keys, max_keys;
	int32_t *suspects;	/* threads that may run guests, by too few records; sorted */
	size_t nr_suspects;
	struct vm_name *vm_names;
	size_t nr_vm_names;

	uint64_t *losses;	/* ns, of losses on an unknown CPU */
	size_t nr_losses;

	struct vcpu_thread *threads;	/* sorted by tid, then process */
	struct timeline_vcpu *vcpus;
	size_t nr_vcpus;
	struct timeline_vm *vms;
	size_t nr_vms;

	enum host_mode mode;
	uint64_t against;		/* records that contradict it */
	struct timeline_events events;
	struct guest_timeline *guests;	/* by VM; NULL: no guest has its own recording */
	struct input_clock clock;
	uint8_t mode_set, has_clock, physical_time;
	uint8_t threads_wanted;		/* a lane is of a thread with its own stream */
	uint8_t guests_sampled;		/* EL1 or CONTEXT EL1 was seen under a VHE host */
	uint8_t entries_recorded;	/* on a CPU: where there are none, none happened */
	uint8_t lost;			/* sideband was lost on a CPU */
	uint8_t lost_tail;		/* it may have been lost after each CPU's last fact */
};

/* The vCPU of thread tid of process pid (-1: unknown); NULL: none, or unknown. */
const struct vcpu_thread *timeline_vcpu_thread(const struct timeline *t, int32_t tid,
					       int32_t pid);

/* Does a thread run a guest? */
enum vcpu_status { VCPU_NO, VCPU_YES, VCPU_MAYBE };
enum vcpu_status timeline_vcpu_status(const struct timeline *t, int32_t tid, int32_t pid);

/* The key of a thread at a time in ns; NULL: not a vCPU's.  After the seal. */
struct vcpu_key *timeline_vcpu_key(const struct timeline *t, int32_t tid, uint64_t time);

void lane_clear(struct lane *l);

/* Add a fact of a CPU, or of a thread if cpu is -1.  0 or -ENOMEM. */
int lanes_add(struct timeline *t, int32_t cpu, int32_t tid, const struct trail_item *fact);

/* Facts after a CPU's last one may be lost; cpu -1: after that of every CPU.  0 or -ENOMEM. */
int lanes_lose_tail(struct timeline *t, int32_t cpu);

/* Turn facts into spans, and count entries and exits in the keys.  0 or -ENOMEM. */
int lanes_build(struct timeline *t, const struct input_clock *clock);

/* The lane of a CPU, or of a thread if cpu is -1; NULL: it has no facts. */
const struct lane *timeline_lane(const struct timeline *t, int32_t cpu, int32_t tid);

#endif
