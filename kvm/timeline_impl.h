/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TIMELINE_IMPL_H
#define KVM_TIMELINE_IMPL_H

#include "kvm/tasks.h"
#include "kvm/timeline.h"
#include "kvm/trail.h"

/* The insides of a timeline: shared by the files of this folder that make and ask one. */

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
	uint8_t has_switches;	/* a task was seen to leave */
	uint8_t lost;		/* sideband was */
	uint8_t lost_tail;	/* or may have been, after the last fact */
	uint8_t wanted;		/* a thread's that has a stream of its own */
};

struct vcpu_thread {
	int32_t tid, pid;
	int32_t vm, vcpu;
	int32_t index;		/* in timeline.vcpus */
};

/* A thread that is a vCPU's: its id may be another process' thread at another time. */
struct vcpu_key {
	int32_t tid, pid;	/* pid -1: unknown */
	/* what entries and exits say of it */
	uint64_t entries, exits;
	uint64_t guest_time;	/* ns */
};

struct vm_name {
	int32_t pid;
	char *name;
};

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
	size_t nr_lanes;
	size_t last_lane;	/* the one used last */

	struct vcpu_key *keys;	/* of vCPUs; sorted, and each there once, from the seal on */
	size_t nr_keys, max_keys;
	int32_t *suspects;	/* threads of which too few records say that they run guests: sorted */
	size_t nr_suspects;
	struct vm_name *vm_names;
	size_t nr_vm_names;

	uint64_t *losses;	/* ns: of those on a CPU that is not told */
	size_t nr_losses;

	struct vcpu_thread *threads;	/* sorted by tid, then process */
	struct timeline_vcpu *vcpus;
	size_t nr_vcpus;
	struct timeline_vm *vms;
	size_t nr_vms;

	enum host_mode mode;
	uint64_t against;		/* records that speak for another */
	struct timeline_events events;
	struct guest_timeline *guests;	/* by VM; NULL: none was recorded from inside */
	struct input_clock clock;
	uint8_t mode_set, has_clock, physical_time;
	uint8_t threads_wanted;		/* some thread's lane is */
	uint8_t guests_sampled;		/* EL1 or its CONTEXT beside a host at EL2 was seen */
	uint8_t entries_recorded;	/* on some CPU: where there are none, none happened */
	uint8_t lost;			/* sideband was, on some CPU */
	uint8_t lost_tail;		/* or may have been, after the last fact of each */
};

/* NULL: thread tid of process pid (-1: unknown) is no vCPU's, or it is not known whose. */
const struct vcpu_thread *timeline_vcpu_thread(const struct timeline *t, int32_t tid,
					       int32_t pid);

/* What is known of a thread that may run a guest. */
enum vcpu_status { VCPU_NO, VCPU_YES, VCPU_MAYBE };
enum vcpu_status timeline_vcpu_status(const struct timeline *t, int32_t tid, int32_t pid);

/* The key of a thread at that ns; NULL: it is no vCPU's.  Sideband is sealed. */
struct vcpu_key *timeline_vcpu_key(const struct timeline *t, int32_t tid, uint64_t time);

void lane_clear(struct lane *l);

/* A fact of a CPU, or of a thread if cpu is -1.  0 or -ENOMEM. */
int lanes_add(struct timeline *t, int32_t cpu, int32_t tid, const struct trail_item *fact);

/* After a CPU's last fact some may have been lost; cpu -1: after that of each.  0 or -ENOMEM. */
int lanes_lose_tail(struct timeline *t, int32_t cpu);

/*
 * From facts to spans, and the vCPUs' entries and exits counted: the keys are
 * sorted.  0 or -ENOMEM.
 */
int lanes_build(struct timeline *t, const struct input_clock *clock);

/* The lane of a CPU, or of a thread if cpu is -1; NULL: nothing is known of it. */
const struct lane *timeline_lane(const struct timeline *t, int32_t cpu, int32_t tid);

#endif
