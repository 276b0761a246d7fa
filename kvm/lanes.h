/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_LANES_H
#define KVM_LANES_H

#include "kvm/tasks.h"
#include "kvm/timeline.h"
#include "kvm/trail.h"

/* The insides of a timeline: shared by timeline.c, lanes.c and attribute.c only. */

/* Kinds of a fact: what happened on a CPU, to the thread of that id, in ns. */
enum lane_fact_kind { LANE_IN, LANE_OUT, LANE_ENTER, LANE_EXIT, LANE_COMM, LANE_LOST };

/*
 * A span is what a CPU (or a thread's own stream) was doing from one tick on;
 * its id is the task, of which all threads seen have one, or TASK_NONE:
 * unknown; its kind are these bits.
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
	uint8_t wanted;		/* a thread's that has a stream of its own */
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

/* So many contexts tell whether they are threads of the host. */
#define TIMELINE_CONTEXTS	64

/* What a guest says of itself. */
struct guest_timeline {
	const struct timeline *timeline;	/* borrowed; NULL: nothing */
	uint32_t index;
	struct clock_span its;			/* ticks, of its first and last event */
};

struct timeline {
	struct tasks *tasks;
	struct trail_file file;		/* the lanes' trails', if there is one */
	bool has_file;
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
	int32_t seen_ctx_el1[TIMELINE_CONTEXTS];	/* different ones, at EL0 without the other */
	size_t nr_ctx_el1;
	enum host_mode mode;
	struct guest_timeline *guests;	/* by VM; NULL: none was recorded from inside */
	struct source_clock clock;
	uint8_t mode_set, has_clock, physical_time;
	uint8_t threads_wanted;		/* some thread's lane is */
	uint8_t guests_sampled;		/* EL1 beside a host at EL2 was seen */
	uint8_t entries_recorded;	/* on some CPU: where there are none, none happened */
};

/* NULL: tid is no vCPU's. */
const struct vcpu_thread *timeline_vcpu_thread(const struct timeline *t, int32_t tid);

void lane_clear(struct lane *l);

/* A fact of a CPU, or of a thread if cpu is -1.  0 or -ENOMEM. */
int lanes_add(struct timeline *t, int32_t cpu, int32_t tid, const struct trail_item *fact);

/* timeline_want_thread() */
int lanes_want_thread(struct timeline *t, int32_t tid);

/*
 * From facts to spans, and the vCPUs' entries and exits counted: vcpu_tids is
 * sorted.  0 or -ENOMEM.
 */
int lanes_build(struct timeline *t, const struct source_clock *clock);

/* timeline_set_reasons() */
void lanes_set_reasons(struct timeline *t, int32_t cpu, const struct trail *spans);

/* The lane of a CPU, or of a thread if cpu is -1; NULL: nothing is known of it. */
const struct lane *timeline_lane(const struct timeline *t, int32_t cpu, int32_t tid);

#endif
