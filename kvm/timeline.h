/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TIMELINE_H
#define KVM_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "collector/clock.h"
#include "collector/event.h"
#include "decoder/record.h"
#include "kvm/cgroups.h"
#include "kvm/guest_clock.h"
#include "kvm/reasons.h"
#include "kvm/trail.h"
#include "kvm/vm_ref.h"

/* Who executed an operation.  doc/attribution.md has the rules and their proofs. */
enum world {
	WORLD_UNKNOWN,
	WORLD_HOST_USER,
	WORLD_HOST_KERNEL,
	WORLD_SWITCH,		/* host kernel between kvm_entry and kvm_exit */
	WORLD_GUEST_USER,
	WORLD_GUEST_KERNEL,
	NR_WORLDS
};

/* The evidence for the world. */
enum basis {
	BASIS_NONE,		/* no evidence: WORLD_UNKNOWN */
	BASIS_EL,		/* the exception level alone */
	BASIS_CONTEXT,		/* a CONTEXT packet */
	BASIS_INTERVAL,		/* the time, inside or outside entry..exit */
	BASIS_CONTRADICTION,	/* the evidence contradicts itself: WORLD_UNKNOWN */
	NR_BASES
};

/* The exception level of the host's kernel. */
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
	int32_t vm, vcpu;	/* -1: not in a guest, or unknown */
	int32_t vcpu_index;	/* in timeline_vcpus(); -1: as vcpu */
	int32_t memory;		/* the address space: MEMORY_*, or a host process id */
	uint32_t task;		/* for timeline_comm(); TIMELINE_NO_TASK: unknown */
	uint8_t reason;		/* 1 + enum exit_reason of the exit that was being handled, in
				 * the kernel or the VMM; 0: none, or not asked for */
	uint32_t guest_task;	/* the guest's own task, for timeline_guest();
				 * TIMELINE_NO_TASK: unknown */
	int32_t guest_pid, guest_tid;	/* its ids in the guest; -1 unknown */
};

#define TIMELINE_NO_TASK	UINT32_MAX

/* owner.memory */
enum {
	MEMORY_KERNEL	= -1,	/* the host's kernel */
	MEMORY_UNKNOWN	= -2,
	MEMORY_GUEST	= -16,	/* of a VM: MEMORY_GUEST - vm */
	MEMORY_GUEST_PROCESS = -(1 << 30),	/* and below: MEMORY_OF_GUEST() */
};

/*
 * The address space of a process in a guest with a recording of its own: the index of that
 * recording and the guest's process id, which is below 1 << 22 (linux PID_MAX_LIMIT).
 */
#define GUESTS_MAX			256
#define GUEST_PIDS			(1 << 22)
#define MEMORY_OF_GUEST(index, pid)	(MEMORY_GUEST_PROCESS - ((index) * GUEST_PIDS + (pid)))

struct timeline_vm {
	int32_t pid;		/* process that owns the vCPU threads */
	const char *name;	/* of timeline_name_vm(), else comm; "" unknown */
	const char *comm;	/* of the process; "" unknown */
	uint32_t first_vcpu, nr_vcpus;	/* in the array of timeline_vcpus() */
	bool numbered;		/* vCPU numbers are from thread names, else the order of thread ids */
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
 * Keep data that grows with the recording's length in a file instead of memory.  fd is an empty
 * file, open for reading and writing as long as the timeline lives.  Before the first event.
 */
void timeline_keep_in(struct timeline *t, int fd);

/* Let timeline_seal() use up to that many threads. */
void timeline_use_threads(struct timeline *t, unsigned int jobs);

/*
 * Keep the cgroups and PID namespaces in events, for timeline_cgroup() and timeline_nspid().  Call
 * before the first event.  0 or -ENOMEM.
 */
int timeline_want_cgroups(struct timeline *t);

/* Take a sideband event, in any order; irrelevant ones are ignored.  0 or -ENOMEM. */
int timeline_apply(struct timeline *t, const struct event *ev);

/* Set the host's mode, so that records need not prove it. */
void timeline_set_mode(struct timeline *t, enum host_mode mode);

/* What is known about the events of the recording.  All false: nothing. */
struct timeline_events {
	bool entries;		/* kvm_entry and kvm_exit were enabled: where none is recorded,
				 * none happened */
	bool unnamed;		/* there are samples of unnamed tracepoints, which may be
				 * kvm_entry and kvm_exit */
	bool no_kernel;		/* the SPE events exclude the host's kernel */
};

/* Call before timeline_seal_sideband(). */
void timeline_set_events(struct timeline *t, const struct timeline_events *e);

/* Name the VM of a process: from --vm-name, or as recorded.  0 or -ENOMEM. */
int timeline_name_vm(struct timeline *t, int32_t pid, const char *name);

/*
 * Build the intervals of a thread across CPUs, for a stream that records this thread.  Call
 * before the seal.  A stream of unknown CPU without them is attributed without intervals.  0 or
 * -ENOMEM.
 */
int timeline_want_thread(struct timeline *t, int32_t tid);

/*
 * Sort the sideband and build the intervals, after the last event.  clock NULL: timestamps of
 * records cannot be used.  physical_time: those of guests are physical, too (pct_enable).  0 or
 * -ENOMEM; -EIO or another -errno: the file cannot be read.
 */
int timeline_seal_sideband(struct timeline *t, const struct input_clock *clock,
			   bool physical_time);

struct census;

/*
 * After timeline_seal_sideband(), before timeline_decide(): must all records be counted
 * (kvm/census.h), because the sideband alone does not attribute those of this stream?  part: the
 * census of a part of the records; cpu and tid as in timeline_cursor_init(); all_timed: every
 * record has a timestamp.
 */
bool timeline_wants_census(const struct timeline *t, const struct census *part, int32_t cpu,
			   int32_t tid, bool all_timed);

/*
 * Decide what depends on records: the host's mode, whether guests were sampled, which VMs and
 * vCPUs there are.  c: the census of all records, or of a part if timeline_wants_census() is
 * false; NULL: there are none.  all: c counts all records.  0 or -ENOMEM.
 */
int timeline_decide(struct timeline *t, const struct census *c, bool all);

/* timeline_seal_sideband() and timeline_decide(), without a census. */
int timeline_seal(struct timeline *t, const struct input_clock *clock,
		  bool physical_time);

/* From here on the timeline is const: any number of threads may use it. */

enum host_mode timeline_mode(const struct timeline *t);
/* The number of records that are impossible in that mode: damaged, or the mode is wrong. */
uint64_t timeline_mode_against(const struct timeline *t);
size_t timeline_vms(const struct timeline *t, const struct timeline_vm **out);
/*
 * What a VM is called where numbers of one recording mean nothing: "web:1234", "pid:1234".
 * Truncated; returns out.
 */
#define TIMELINE_VM_LEN	256
char *timeline_vm_text(char out[TIMELINE_VM_LEN], const struct timeline_vm *vm);
/* Does ref mean the VM of that index?  False if there is no such VM. */
bool timeline_is_vm(const struct timeline *t, int32_t vm, const struct vm_ref *ref);
size_t timeline_vcpus(const struct timeline *t, const struct timeline_vcpu **out);
/* The name of a task, owned by the timeline; "" unknown. */
const char *timeline_comm(const struct timeline *t, uint32_t task);
/* The cgroup of a task, owned by the timeline; NULL: unknown or not requested. */
const struct cgroup *timeline_cgroup(const struct timeline *t, uint32_t task);
/* The id of a task's process in its own PID namespace; 0: unknown or not requested. */
int32_t timeline_nspid(const struct timeline *t, uint32_t task);
/*
 * Set the spans in which exits were handled on a CPU, for owner.reason, as exits_seal() makes
 * them.  They are borrowed as long as the timeline is used.
 */
void timeline_set_reasons(struct timeline *t, int32_t cpu, const struct trail *spans);

/*
 * Add a recording made in a guest: a timeline of its events, their times converted to the
 * host's, sealed with this timeline's clock.  index: a unique number below GUESTS_MAX.  its: from
 * the first to the last of these events, in ticks of the host; tasks are unknown before and
 * after.  guest is borrowed as long as the timeline is used.  0 or -ENOMEM.
 */
int timeline_set_guest(struct timeline *t, int32_t vm, const struct timeline *guest,
		       uint32_t index, const struct clock_span *its);
/* NULL: there is no recording made in that VM. */
const struct timeline *timeline_guest(const struct timeline *t, int32_t vm);
/* The name of the guest's task; "" unknown. */
const char *timeline_guest_comm(const struct timeline *t, const struct owner *o);

/*
 * The times at which a vCPU's thread was outside its guest, between its first exit and its last
 * entry: in ticks, ascending and disjoint, without those in which events were lost.  *out is
 * owned by the caller.  0; -E2BIG: there are too many; other -errno.
 */
int timeline_outside(const struct timeline *t, int32_t tid, struct clock_span **out,
		     size_t *nr);

/*
 * The index in timeline_vcpus() of a thread at a time in ns (UINT64_MAX: unknown); -1: none, or
 * unknown.
 */
int32_t timeline_vcpu_at(const struct timeline *t, int32_t tid, uint64_t time);

/* The task of a thread at a time in ns; TIMELINE_NO_TASK: no event names it. */
uint32_t timeline_task(const struct timeline *t, int32_t tid, uint64_t time);

/* Were task switches of that CPU recorded? */
bool timeline_has_switches(const struct timeline *t, int32_t cpu);

/*
 * The time that tasks were on CPUs within span, in ns, without idle tasks, added up over all CPUs
 * with recorded task switches.  Returns 1; 0, with *ns 0: there are no such CPUs, sideband was
 * lost, or there is no clock; -EIO or another -errno: the timeline's file cannot be read.
 */
int timeline_on_cpu(const struct timeline *t, const struct time_span *span, uint64_t *ns);

#define TIMELINE_SLOTS	8

/*
 * The position of one thread in one stream: it caches answers, so that attribution is cheap as
 * long as the time stays in one interval.  Callers may read slot (the answers, valid until
 * version changes), version and failed; the other fields are private to attribute.c.
 */
struct timeline_cursor {
	const void *lane;
	uint64_t from, len;	/* ticks: the current interval; len 0: none */
	uint64_t version;	/* counts changes of slots */
	int32_t tid;		/* of the stream; -1: it is a CPU's */
	uint8_t failed;		/* the timeline's file could not be read: answers were unknown */
	uint64_t slot_ctx[TIMELINE_SLOTS];	/* slots: by EL and CONTEXT EL1; the
						 * contexts; all bits: not made */
	uint64_t ctx_mask;	/* bits of both contexts that distinguish owners; never all */
	struct owner slot[TIMELINE_SLOTS];
	size_t block;		/* of the lane's spans, in near; SIZE_MAX: none */
	unsigned int span;	/* the current one in near */
	unsigned int first, nr;	/* near[first] begins the block; nr spans in all */
	struct trail_item near[TRAIL_ITEMS + 2];	/* the block, and one on each side */
	uint8_t reason;		/* as in an owner */
	uint32_t guest_ctx;	/* bits of a guest's CONTEXT that distinguish owners; 0: none */
	uint32_t guest_task;	/* current task of the guest, by its switches; TIMELINE_NO_TASK */
	struct trail_reader reasons, guests;
};

/*
 * What the sideband alone says about the time of a record.  True: *tid is the thread on the CPU
 * (-1: unknown), *inside whether it was between kvm_entry and kvm_exit.  False: unknown, or
 * sideband was lost there.  Works before timeline_decide().
 */
bool timeline_cursor_when(const struct timeline *t, struct timeline_cursor *c,
			  const struct spe_record *rec, int32_t *tid, bool *inside);
/* Was that thread on the CPU at that time, or right before or after? */
bool timeline_cursor_beside(const struct timeline *t, const struct timeline_cursor *c,
			    int32_t tid);

/* For the stream of a CPU, or of thread tid if cpu is -1. */
void timeline_cursor_init(struct timeline_cursor *c, const struct timeline *t,
			  int32_t cpu, int32_t tid);

/* timeline_slot() without a cached answer. */
unsigned int timeline_slot_anew(const struct timeline *t, struct timeline_cursor *c,
				const struct spe_record *rec);

/* The contexts of a record, as far as they distinguish owners. */
static inline uint64_t timeline_contexts(const struct timeline_cursor *c,
					 const struct spe_record *rec)
{
	uint64_t both;

	memcpy(&both, &rec->ctx_el1, sizeof(both));
	return both & c->ctx_mask;
}

_Static_assert(offsetof(struct spe_record, ctx_el2) ==
	       offsetof(struct spe_record, ctx_el1) + sizeof(uint32_t), "read at once");

/* Is the answer at hand?  *slot is its number then. */
static inline bool timeline_slot_near(const struct timeline_cursor *c,
				      const struct spe_record *rec, unsigned int *slot)
{
	const uint32_t want = SPE_HAS_PC | SPE_HAS_TICKS;
	unsigned int k = rec->pc_el * 2 + (rec->has / SPE_HAS_CTX_EL1 & 1);

	*slot = k;
	return (rec->has & want) == want && rec->ticks - c->from < c->len &&
	       c->slot_ctx[k] == timeline_contexts(c, rec);
}

/*
 * Attribute a record: its owner is c->slot[the returned number], valid until the cursor's version
 * changes.  An owner without proof is WORLD_UNKNOWN.
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

/* The owner itself, valid until the cursor's version changes. */
static inline const struct owner *timeline_attribute(const struct timeline *t,
						     struct timeline_cursor *c,
						     const struct spe_record *rec)
{
	return &c->slot[timeline_slot(t, c, rec)];
}

/*
 * How the stay in the guest ended during which a cycles counter overflowed.  KVM masks interrupts
 * from before kvm_entry until shortly before kvm_exit [linux arch/arm64/kvm/arm.c,
 * kvm_arch_vcpu_ioctl_run()], so an overflow in between is reported at the end of the stay, with
 * the guest's PC at that time.
 */
enum stay {
	STAY_UNKNOWN,	/* its entry or its exit is unknown */
	STAY_RAN,	/* ended by an interrupt, with another PC than at its start: the guest ran */
	STAY_STILL,	/* ended by an interrupt, with the PC of its start */
	STAY_LEFT,	/* ended by something else: the overflow came after the exit */
};

/* A sample of cycles.  All fields but stay are from EVENT_CYCLES. */
struct cycles_mark {
	uint64_t time;		/* ns; 0: unknown */
	int32_t pid, tid;	/* -1 unknown */
	uint8_t cpumode;	/* PERF_RECORD_MISC_CPUMODE */
	uint8_t only;		/* enum event_only */
	uint8_t stay;		/* enum stay */
};

/* More about such a sample than its owner. */
struct cycles_place {
	bool ip_is_owners;	/* the sample's PC is an address in owner.memory */
	bool differs;		/* the kernel's label contradicts the owner: guest for the host, or
				 * host between kvm_entry and kvm_exit */
	int8_t el;		/* exception level; -1: unknown */
};

/*
 * Attribute a sample of cycles: doc/attribution.md, "Samples of cycles".  c: a cursor of the
 * sample's CPU; its slots become invalid.
 */
void timeline_attribute_cycles(const struct timeline *t, struct timeline_cursor *c,
			       const struct cycles_mark *m, struct owner *out,
			       struct cycles_place *place);

/*
 * The same of a sample that a guest's own recording has: m's time is the host's (0: the clock is
 * not known), pid and tid are the guest's, cpu is the guest's CPU (-1 unknown).  Its label is the
 * guest's kernel's word about itself.  WORLD_UNKNOWN if recording index is not what
 * timeline_set_guest() has of that VM.
 */
void timeline_guest_sample(const struct timeline *t, int32_t vm, uint32_t index, int32_t cpu,
			   const struct cycles_mark *m, struct owner *out, struct cycles_place *place);

/*
 * The owner of a guest address, at a time in ticks (UINT64_MAX: unknown), for events of the host
 * that name one.  vcpu: index in timeline_vcpus(); r: a cache, one per vCPU.  out->basis stays
 * BASIS_NONE.  0, or -errno: the file cannot be read, and the guest's task is unknown.
 */
int timeline_guest_owner(const struct timeline *t, struct trail_reader *r, size_t vcpu,
			 uint64_t ticks, uint64_t addr, struct owner *out);

#endif
