/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TIMELINE_H
#define KVM_TIMELINE_H

#include <stdbool.h>

#include "collector/clock.h"
#include "collector/event.h"
#include "decoder/record.h"
#include "kvm/guest_clock.h"
#include "kvm/reasons.h"
#include "kvm/trail.h"
#include "kvm/vm_ref.h"

/* Whose operation it was.  doc/attribution.md has the table and its proofs. */
enum world {
	WORLD_UNKNOWN,
	WORLD_HOST_USER,
	WORLD_HOST_KERNEL,
	WORLD_SWITCH,		/* host kernel between kvm_entry and kvm_exit */
	WORLD_GUEST_USER,
	WORLD_GUEST_KERNEL,
	NR_WORLDS
};

/* Why we believe it. */
enum basis {
	BASIS_NONE,		/* nothing proves anything: WORLD_UNKNOWN */
	BASIS_EL,		/* the exception level alone decides */
	BASIS_CONTEXT,		/* a CONTEXT packet decides */
	BASIS_INTERVAL,		/* the time lies inside or outside entry..exit */
	BASIS_CONTRADICTION,	/* the evidence excludes itself: WORLD_UNKNOWN */
	NR_BASES
};

/* Where the host's kernel runs. */
enum host_mode {
	HOST_UNKNOWN,
	HOST_VHE,		/* EL2 */
	HOST_NVHE,		/* EL1 (nVHE, hVHE, pKVM; or the machine is itself a guest) */
};

/* "host-user", "host-kernel", "switch", "guest-user", "guest-kernel", "unknown". */
const char *world_name(enum world w);
/* "none", "el", "context", "interval", "contradiction". */
const char *basis_name(enum basis b);
/* "VHE", "nVHE", "unknown". */
const char *host_mode_name(enum host_mode m);

struct owner {
	uint8_t world;		/* enum world */
	uint8_t basis;		/* enum basis */
	int32_t pid, tid;	/* host task; the vCPU thread in a guest; -1 unknown */
	int32_t vm, vcpu;	/* -1: not in a guest, or not known which */
	int32_t vcpu_index;	/* in timeline_vcpus(); -1: as vcpu */
	int32_t memory;		/* whose addresses: MEMORY_*, or a host process' id */
	uint32_t task;		/* for timeline_comm(); TIMELINE_NO_TASK: unknown */
	uint8_t reason;		/* 1 + enum exit_reason of the exit whose handling it lies in,
				 * in the kernel or the VMM; 0: in none, or not asked for */
	uint32_t guest_task;	/* of the guest's own, for timeline_guest(); TIMELINE_NO_TASK:
				 * unknown */
	int32_t guest_pid, guest_tid;	/* of it, as the guest numbers them; -1 unknown */
};

#define TIMELINE_NO_TASK	UINT32_MAX

/* owner.memory */
enum {
	MEMORY_KERNEL	= -1,	/* the host's kernel */
	MEMORY_UNKNOWN	= -2,
	MEMORY_GUEST	= -16,	/* a VM's: MEMORY_GUEST - vm */
	MEMORY_GUEST_PROCESS = -(1 << 30),	/* and below: MEMORY_OF_GUEST() */
};

/*
 * Of a process of a guest that was recorded from inside: the index of that recording,
 * and the guest's process id, which is below 1 << 22 (linux PID_MAX_LIMIT).
 */
#define GUESTS_MAX			256
#define GUEST_PIDS			(1 << 22)
#define MEMORY_OF_GUEST(index, pid)	(MEMORY_GUEST_PROCESS - ((index) * GUEST_PIDS + (pid)))

struct timeline_vm {
	int32_t pid;		/* process that owns the vCPU threads */
	const char *name;	/* QEMU's -name or the process' comm; "" unknown */
	const char *comm;	/* the process' own; "" unknown */
	uint32_t first_vcpu, nr_vcpus;	/* in the array of timeline_vcpus() */
	bool numbered;		/* its vCPUs have QEMU's numbers, else their places by thread id */
	uint64_t entries, exits;
};

struct timeline_vcpu {
	int32_t vm;		/* index in timeline_vms(); -1: no event names its process */
	int32_t vcpu;		/* number in its VM; -1: unknown */
	int32_t tid;
	const char *comm;	/* the thread's last name; "" unknown */
	uint64_t entries, exits;
	uint64_t guest_time;	/* ns between kvm_entry and kvm_exit */
};

struct timeline;

struct timeline *timeline_new(void);	/* NULL: out of memory */
void timeline_free(struct timeline *t);	/* NULL is fine */

/*
 * Before the first event: what grows with a recording's length goes to the file
 * fd, which is empty, read and written, and stays open as long as the timeline.
 */
void timeline_keep_in(struct timeline *t, int fd);

/* Learn from a sideband event, in any order; others are ignored.  0 or -ENOMEM. */
int timeline_apply(struct timeline *t, const struct event *ev);

/* The host's mode is known: records need not prove it. */
void timeline_set_mode(struct timeline *t, enum host_mode mode);

/* What is known of the recording's events.  All false: nothing. */
struct timeline_events {
	bool entries;		/* kvm_entry and kvm_exit were asked for: where none is
				 * recorded, none happened */
	bool unnamed;		/* there are samples of tracepoints without their names, which
				 * may be these */
	bool no_kernel;		/* the SPE events exclude the host's kernel */
};

/* Before timeline_seal_sideband(). */
void timeline_set_events(struct timeline *t, const struct timeline_events *e);

/* Give a VM's process its name (from `-name`, or a guest fact).  0 or -ENOMEM. */
int timeline_name_vm(struct timeline *t, int32_t pid, const char *name);

/*
 * Before the seal: a thread has a stream of its own, so its intervals
 * are wanted across CPUs.  A stream whose thread was not asked for here (and
 * whose CPU is not known) is attributed without them.  0 or -ENOMEM.
 */
int timeline_want_thread(struct timeline *t, int32_t tid);

/*
 * All sideband has been applied: sort it and build the intervals.  clock
 * NULL: records carry no usable time.  physical_time: timestamps of guest
 * records are the physical count too (pct_enable).  0 or -ENOMEM; -EIO or
 * what the system says: the file cannot be read.
 */
int timeline_seal_sideband(struct timeline *t, const struct input_clock *clock,
			   bool physical_time);

struct census;

/*
 * Between the two: must all records be counted (kvm/census.h), because those of this
 * stream are not attributed by the sideband alone?  part: of some of all streams; cpu and
 * tid as in timeline_cursor_init(); all_timed: each record has a timestamp.
 */
bool timeline_wants_census(const struct timeline *t, const struct census *part, int32_t cpu,
			   int32_t tid, bool all_timed);

/*
 * Decide what records have to say: the host's mode, whether guests were sampled, who the
 * VMs and vCPUs are.  c: of all records, or of a part where all are not wanted; NULL: of
 * none.  all: it has seen all.  0 or -ENOMEM.
 */
int timeline_decide(struct timeline *t, const struct census *c, bool all);

/* Both, where there are no records to count. */
int timeline_seal(struct timeline *t, const struct input_clock *clock,
		  bool physical_time);

/* From here on the timeline is const, and any number of threads may ask. */

enum host_mode timeline_mode(const struct timeline *t);
/* Records counted that are impossible in that mode: damaged, or the mode is wrong. */
uint64_t timeline_mode_against(const struct timeline *t);
size_t timeline_vms(const struct timeline *t, const struct timeline_vm **out);
/* Is that VM, an index of those, one that is meant?  False: also where there is none. */
bool timeline_is_vm(const struct timeline *t, int32_t vm, const struct vm_ref *ref);
size_t timeline_vcpus(const struct timeline *t, const struct timeline_vcpu **out);
/* Name of a task while it had it; borrowed from the timeline; "" unknown. */
const char *timeline_comm(const struct timeline *t, uint32_t task);
/*
 * Exits' handling on a CPU, for owner.reason: spans as exits_seal() makes them, borrowed
 * as long as the timeline is used.
 */
void timeline_set_reasons(struct timeline *t, int32_t cpu, const struct trail *spans);

/*
 * What a guest's own recording says: a timeline of its events, sealed with this one's
 * clock, after their times were turned into the host's.  index: below GUESTS_MAX, each
 * recording's own.  its: from its first event to its last, ticks of the host; it says
 * nothing of who ran before and after.  Borrowed as long as the timeline is used.  0 or
 * -ENOMEM.
 */
int timeline_set_guest(struct timeline *t, int32_t vm, const struct timeline *guest,
		       uint32_t index, const struct clock_span *its);
/* NULL: that VM was not recorded from inside. */
const struct timeline *timeline_guest(const struct timeline *t, int32_t vm);
/* Name of the guest's task; "" unknown. */
const char *timeline_guest_comm(const struct timeline *t, const struct owner *o);

/*
 * When a vCPU's thread was out of its guest, from its first exit to its last entry:
 * ticks, ascending and apart; where events were lost it may have been inside.  0;
 * -E2BIG: there are too many; other -errno.  *out is the caller's.
 */
int timeline_outside(const struct timeline *t, int32_t tid, struct clock_span **out,
		     size_t *nr);

/*
 * Which of timeline_vcpus() thread tid was at that ns (UINT64_MAX: when is not known);
 * -1: none, or not known which.
 */
int32_t timeline_vcpu_at(const struct timeline *t, int32_t tid, uint64_t time);

/* The task thread tid was at that ns; TIMELINE_NO_TASK: never heard of it. */
uint32_t timeline_task(const struct timeline *t, int32_t tid, uint64_t time);

/* Were task switches of that CPU recorded? */
bool timeline_has_switches(const struct timeline *t, int32_t cpu);

/*
 * How long tasks were on CPUs in that time, without idle tasks: ns, of all CPUs whose switches
 * were recorded.  1; 0, and *ns is 0: there are no such CPUs, sideband was lost, or there is no
 * clock; -EIO or what the system says: the timeline's file cannot be read.
 */
int timeline_on_cpu(const struct timeline *t, const struct time_span *span, uint64_t *ns);

#define TIMELINE_SLOTS	8

/*
 * One thread's place in one stream: attribution is cheap while time moves
 * slowly.  Fields are attribute.c's own, but for slot, the answers, version:
 * an answer holds until it changes, and failed.
 */
struct timeline_cursor {
	const void *lane;
	uint64_t from, len;	/* ticks: the current interval; len 0: there is none */
	uint64_t version;	/* counts changes of slots */
	int32_t tid;		/* of the stream; -1: a CPU's */
	uint8_t host_ctx_el1;	/* the host's CONTEXT is EL1's (nVHE) */
	uint8_t failed;		/* the timeline's file could not be read: much was unknown */
	uint64_t slot_ctx[TIMELINE_SLOTS];	/* slots: by EL and CONTEXT EL1; the
						 * contexts; all bits: not made */
	struct owner slot[TIMELINE_SLOTS];
	size_t block;		/* of the lane's spans, in near; SIZE_MAX: none */
	unsigned int span;	/* the current one in near */
	unsigned int first, nr;	/* near[first] begins the block; nr spans in all */
	struct trail_item near[TRAIL_ITEMS + 2];	/* the block, and one on each side */
	uint8_t reason;		/* as in an owner */
	uint32_t guest_ctx;	/* bits of a guest's CONTEXT that tell owners apart; 0: none */
	uint32_t guest_task;	/* of the guest inside, by its switches; TIMELINE_NO_TASK */
	struct trail_reader reasons, guests;
};

/*
 * What the sideband says of the time of a record: false if it does not say, or was lost
 * there; else *tid is the thread that had the CPU (-1: unknown), *inside whether it was in
 * its guest.  Needs no timeline_decide().
 */
bool timeline_cursor_when(const struct timeline *t, struct timeline_cursor *c,
			  const struct spe_record *rec, int32_t *tid, bool *inside);
/* Does the CPU have that thread just then, or right before or after? */
bool timeline_cursor_beside(const struct timeline *t, const struct timeline_cursor *c,
			    int32_t tid);

/* cpu -1: a task's own stream, of thread tid. */
void timeline_cursor_init(struct timeline_cursor *c, const struct timeline *t,
			  int32_t cpu, int32_t tid);

/* timeline_slot() where the answer is not at hand. */
unsigned int timeline_slot_anew(const struct timeline *t, struct timeline_cursor *c,
				const struct spe_record *rec);

/* Is the answer at hand?  *slot is its number then. */
static inline bool timeline_slot_near(const struct timeline_cursor *c,
				      const struct spe_record *rec, unsigned int *slot)
{
	const uint32_t want = SPE_HAS_PC | SPE_HAS_TICKS;
	unsigned int k = rec->pc_el * 2 + (rec->has / SPE_HAS_CTX_EL1 & 1);
	uint64_t ctx = c->host_ctx_el1 ? rec->ctx_el1 : rec->ctx_el2 |
		       (uint64_t)(rec->ctx_el1 & c->guest_ctx) << 32;

	*slot = k;
	return (rec->has & want) == want && rec->ticks - c->from < c->len &&
	       c->slot_ctx[k] == ctx;
}

/*
 * Say whose operation rec was: c->slot[the returned number].  What nothing
 * proves is WORLD_UNKNOWN.  The answer holds until the cursor's version changes.
 */
static inline unsigned int timeline_slot(const struct timeline *t,
					 struct timeline_cursor *c,
					 const struct spe_record *rec)
{
	unsigned int k;

	if (__builtin_expect(timeline_slot_near(c, rec, &k), 1))
		return k;
	return timeline_slot_anew(t, c, rec);
}

/* The same, as the owner itself; borrowed until the cursor's version changes. */
static inline const struct owner *timeline_attribute(const struct timeline *t,
						     struct timeline_cursor *c,
						     const struct spe_record *rec)
{
	return &c->slot[timeline_slot(t, c, rec)];
}

/*
 * How a vCPU's stay in its guest ended in which the interrupt of a sample of cycles was
 * taken: KVM masks interrupts from before kvm_entry until shortly before kvm_exit [linux
 * arch/arm64/kvm/arm.c, kvm_arch_vcpu_ioctl_run()], so that a counter's overflow anywhere in
 * between is reported at its end, with the PC that the guest then had.
 */
enum stay {
	STAY_UNKNOWN,	/* its entry or its exit is not known */
	STAY_RAN,	/* an interrupt ended it, and PC is not where it began: the guest ran */
	STAY_STILL,	/* an interrupt ended it, and PC is where it began */
	STAY_LEFT,	/* something else ended it: the overflow came after the exit */
};

/* A sample of cycles: of EVENT_CYCLES, but for stay. */
struct cycles_mark {
	uint64_t time;		/* ns; 0: not known */
	int32_t pid, tid;	/* -1 unknown */
	uint8_t cpumode;	/* PERF_RECORD_MISC_CPUMODE */
	uint8_t only;		/* enum event_only */
	uint8_t stay;		/* enum stay */
};

/* What is known of one beside its owner. */
struct cycles_place {
	bool ip_is_owners;	/* the sample's PC is an address of the owner's memory */
	bool differs;		/* the kernel's label names another owner: guest where this is the
				 * host, or host between kvm_entry and kvm_exit */
	int8_t el;		/* exception level; -1: not known */
};

/*
 * Say whose cycles a sample stands for: doc/attribution.md, "Samples of cycles".  c: of the
 * sample's CPU; its slots become void.
 */
void timeline_attribute_cycles(const struct timeline *t, struct timeline_cursor *c,
			       const struct cycles_mark *m, struct owner *out,
			       struct cycles_place *place);

/*
 * The same of a sample that the guest's own recording has: m's time is the host's (0: the clock is
 * not known), pid and tid are the guest's, cpu is the guest's CPU (-1 unknown).  VM vm was recorded
 * from inside (timeline_set_guest()).  Its label is the guest's kernel's word about itself.
 */
void timeline_guest_sample(const struct timeline *t, int32_t vm, int32_t cpu,
			   const struct cycles_mark *m, struct owner *out, struct cycles_place *place);

/*
 * Who was in a vCPU's guest at that tick (UINT64_MAX: when is not known), at an
 * address there: what an event of the host tells of it.  vcpu: in timeline_vcpus(); r is
 * remembered from call to call, one for each vCPU.  basis stays BASIS_NONE.  0, or -errno:
 * the file cannot be read, and it is not known which of the guest's tasks.
 */
int timeline_guest_owner(const struct timeline *t, struct trail_reader *r, size_t vcpu,
			 uint64_t ticks, uint64_t addr, struct owner *out);

#endif
