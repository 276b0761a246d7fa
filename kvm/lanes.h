/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_LANES_H
#define KVM_LANES_H

#include "kvm/tasks.h"
#include "kvm/timeline.h"

/* The insides of a timeline: shared by timeline.c and attribute.c only. */

/* What a CPU (or a thread's own stream) was doing from one moment on. */
struct span {
	uint64_t from;		/* ticks */
	uint32_t task;		/* in tasks: all threads seen have one; TASK_NONE: unknown */
	uint8_t inside;		/* between kvm_entry and kvm_exit */
	uint8_t unsure;		/* sideband was lost here: none of the above is proven */
};

enum lane_fact_kind { LANE_IN, LANE_OUT, LANE_ENTER, LANE_EXIT, LANE_COMM, LANE_LOST };

struct lane_fact {
	uint64_t time;		/* ns */
	int32_t tid;
	uint8_t kind;
};

struct lane {
	int32_t cpu;		/* -1: of a thread */
	int32_t tid;		/* -1: of a CPU */
	struct lane_fact *facts;
	size_t nr_facts, max_facts;
	uint8_t unsorted;
	uint8_t has_kvm;	/* entries or exits were seen here */
	uint8_t wanted;		/* a thread's that has a stream of its own */
	struct span *spans;	/* spans[0] starts at 0 */
	size_t nr_spans;
};

struct vcpu_thread {
	int32_t tid;
	int32_t vm, vcpu;
	int32_t index;		/* in timeline.vcpus */
};

/* What entries and exits say of one vCPU thread. */
struct vcpu_time {
	uint64_t entries, exits;
	uint64_t guest_time;	/* ns */
};

struct vm_name {
	int32_t pid;
	char *name;
};

struct timeline {
	struct tasks *tasks;
	struct lane *lanes;	/* sorted by (cpu, tid) */
	size_t nr_lanes, max_lanes;
	size_t last_lane;	/* the one used last */

	int32_t *vcpu_tids;	/* threads known to be vCPUs, unsorted before the seal */
	size_t nr_vcpu_tids, max_vcpu_tids;
	struct vcpu_time *vcpu_times;	/* by place in vcpu_tids, sealed */
	struct vm_name *vm_names;
	size_t nr_vm_names;

	struct vcpu_thread *threads;	/* sorted by tid */
	struct timeline_vcpu *vcpus;
	size_t nr_vcpus;
	struct timeline_vm *vms;
	size_t nr_vms;

	uint64_t seen_el[4];		/* records observed, by exception level */
	uint64_t seen_kernel[4];	/* of these, at kernel addresses */
	uint64_t seen_ctx_el2;
	enum host_mode mode;
	uint8_t mode_set, has_clock, physical_time;
	uint8_t threads_wanted;		/* some thread's lane is */
	uint8_t guests_sampled;		/* EL1 beside a host at EL2 was seen */
	uint8_t entries_recorded;	/* on some CPU: where there are none, none happened */
};

/* NULL: tid is no vCPU's. */
const struct vcpu_thread *timeline_vcpu_thread(const struct timeline *t, int32_t tid);

/* The lane of a CPU, or of a thread if cpu is -1; NULL: nothing is known of it. */
const struct lane *timeline_lane(const struct timeline *t, int32_t cpu, int32_t tid);

#endif
