/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_EVENT_H
#define COLLECTOR_EVENT_H

#include <stddef.h>
#include <stdint.h>

/* The vocabulary that all rooms share: plain data, no behaviour. */

enum event_type {
	EVENT_AUX,		/* trace bytes of one stream */
	EVENT_SWITCH,		/* a task was switched to or from a CPU */
	EVENT_VCPU_ENTER,	/* kvm_entry: the task on this CPU enters its guest */
	EVENT_VCPU_EXIT,	/* kvm_exit: it has left the guest */
	EVENT_VCPU_WHY,		/* details of the exit that the task is handling */
	EVENT_VCPU_IRQ,		/* vgic_update_irq_pending: the task changes a guest's interrupt */
	EVENT_VCPU_USER,	/* kvm_userspace_exit: the task returns to its VMM */
	EVENT_COMM,		/* a task has a new name; exec if it runs a new program */
	EVENT_FORK,		/* pid/tid is new; parent in .fork */
	EVENT_TASK_EXIT,
	EVENT_MMAP,		/* user object, kernel or module mapped */
	EVENT_KSYMBOL,		/* kernel text added or removed (BPF, trampolines) */
	EVENT_TEXT_POKE,	/* kernel text changed in place */
	EVENT_NAMESPACES,
	EVENT_CGROUP,		/* a cgroup's path */
	EVENT_TASK_PLACE,	/* the cgroup of a task, and its id in its PID namespace */
	EVENT_ITRACE_START,	/* pid/tid was running when tracing began on cpu */
	EVENT_THROTTLE,
	EVENT_LOST,		/* the kernel dropped sideband records */
	EVENT_LOST_TAIL,	/* it may have dropped some after the CPU's last record */
	EVENT_CYCLES,		/* a sample of the CPU's cycles, or of its clock */
	EVENT_COUNT,		/* a counter of the CPU was read */
};

/* PERF_AUX_FLAG_*: linux include/uapi/linux/perf_event.h */
enum {
	AUX_TRUNCATED	= 1 << 0,	/* data was lost after this region */
	AUX_OVERWRITE	= 1 << 1,	/* snapshot mode: may start mid-record, and what came
					 * before is unknown */
	AUX_PARTIAL	= 1 << 2,	/* has gaps; the last record may be cut */
	AUX_COLLISION	= 1 << 3,	/* at least one sample collided (not a count) */
};

/* Where an EVENT_MMAP belongs. */
enum event_map_kind {
	MAP_USER,		/* of .pid */
	MAP_KERNEL,		/* the kernel image; .pgoff is the address of its
				 * reference symbol, named after ']' in .path */
	MAP_MODULE,		/* a kernel module */
	MAP_GUEST_KERNEL,	/* perf's [guest.kernel.kallsyms] */
};

/* The details in an EVENT_VCPU_WHY, by tracepoint. */
enum event_why {
	WHY_WFX,	/* kvm_wfx_arm64: .value is 1 for WFE, 0 for WFI */
	WHY_HVC,	/* kvm_hvc_arm64: .value is the guest's x0, the function number */
	WHY_SYSREG,	/* kvm_sys_access: .value as SYSREG() encodes it */
	WHY_FAULT,	/* kvm_guest_fault: .value is the IPA */
	WHY_NISV,	/* kvm_mmio_nisv: the IPA, too; the syndrome does not describe the access */
	WHY_MMIO,	/* kvm_mmio: .value is the guest's physical address */
};

/* What a sampling event counts. */
enum event_only {
	ONLY_NONE,	/* the host and its guests */
	ONLY_HOST,	/* attr.exclude_guest */
	ONLY_GUESTS,	/* attr.exclude_host */
};

/* The counter in an EVENT_COUNT: rows of collector/counters.def. */
enum counter {
	COUNTER_NONE,
#define COUNTER(id, number, name, pmu_event, who, what) COUNTER_##id = (number),
#include "collector/counters.def"
#undef COUNTER
#define COUNTER(id, number, name, pmu_event, who, what) + 1
	COUNTERS_END = 1
#include "collector/counters.def"
#undef COUNTER
};

/* A system register as an instruction names it: S<op0>_<op1>_C<n>_C<m>_<op2>. */
#define SYSREG(op0, op1, crn, crm, op2) \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

/* One fact from the machine.  Pointers are borrowed until input_next(). */
struct event {
	enum event_type type;
	int32_t cpu;		/* -1: none, or not recorded */
	int32_t pid, tid;	/* host ids, initial namespace; -1 unknown */
	uint64_t time;		/* ns, perf clock; 0: not recorded, earlier than everything else */
	union {
		struct {
			uint32_t stream;	/* dense, from 0: one decoder each */
			int32_t pmu;		/* index into input_info.pmus; -1 unknown */
			uint64_t offset;	/* bytes, in this stream */
			uint64_t len;		/* bytes */
			uint32_t flags;		/* AUX_* of this region */
			uint64_t file_offset;	/* bytes, for input_read() */
		} aux;			/* .cpu, or -1 and .tid for a task's own stream;
					 * .time is when the kernel reported the region */
		struct {
			int32_t next_pid, next_tid;	/* -1: only the previous task is known */
			uint8_t out;		/* 1: .pid/.tid is switched out; 0: switched in */
			uint8_t preempt;	/* it was preempted */
		} sw;
		struct { int32_t ppid, ptid; } fork;
		struct { const char *name; uint8_t exec; } comm;
		struct {
			uint64_t start, len, pgoff;	/* bytes */
			uint64_t ino;			/* 0: not recorded */
			const char *path;		/* never NULL, NUL-terminated */
			uint32_t prot;			/* PROT_*; MAP_USER only */
			uint8_t kind;			/* enum event_map_kind */
			uint8_t build_id_len;		/* bytes; 0: none */
			uint8_t build_id[20];
		} mmap;
		struct {
			uint64_t addr;
			uint32_t len;
			uint16_t ksym_type;	/* 1 BPF, 2 out of line */
			uint8_t unregister;
			const char *name;
		} ksymbol;
		struct {
			uint64_t pc;		/* guest PC at entry or exit */
			uint32_t ret;		/* exit: ARM_EXCEPTION_* code */
			uint32_t esr_ec;	/* exit: ESR_EL2.EC, 6 bits */
		} vcpu;
		struct {
			uint64_t value;		/* by .kind */
			uint32_t esr;		/* ESR_EL2 of a fault; else 0 */
			uint8_t kind;		/* enum event_why */
			uint8_t write;		/* WHY_SYSREG and WHY_MMIO: it is a write */
		} why;
		struct {
			uint32_t reason;	/* KVM_EXIT_*: linux include/uapi/linux/kvm.h */
			int32_t error;		/* < 0: KVM_RUN returns it, and .reason is stale */
		} user;
		struct {
			uint32_t vcpu, irq;	/* KVM's vCPU index; INTID */
			uint8_t level;		/* 1 pending, 0 no longer */
		} irq;
		struct { uint64_t addr; uint16_t old_len, new_len; } poke;
		struct { uint8_t initial_pid; } ns;	/* 1: .pid is in the initial PID namespace */
		struct { uint64_t id; const char *path; } cgroup;	/* never NULL */
		struct {
			const char *path;	/* of the cgroup; NULL: see .id */
			uint64_t id;		/* of EVENT_CGROUP; 0: unknown */
			int32_t nspid;		/* of the process, in its own PID namespace; 0: not
						 * told */
		} place;
		struct { uint64_t count; } lost;	/* number of records, 0: unknown */
		struct { uint8_t on; } throttle;	/* 1 throttled, 0 unthrottled */
		struct {
			uint64_t ip;		/* the PC that the kernel reported */
			uint64_t period;	/* cycles, or ns if .clock, since the previous
						 * sample */
			const uint64_t *chain;	/* as the kernel wrote it, with PERF_CONTEXT_*
						 * markers; NULL: not recorded */
			uint32_t nr_chain;	/* entries, including markers */
			uint8_t cpumode;	/* PERF_RECORD_MISC_CPUMODE of the header: the
						 * kernel's label, which describes the moment of
						 * the interrupt */
			uint8_t clock;		/* 1: cpu-clock or task-clock, 0: CPU cycles */
			uint8_t only;		/* enum event_only: what the event counts */
		} cycles;
		struct {
			uint64_t value;		/* events since the counter was enabled */
			uint64_t enabled, running; /* ns: time enabled, and time on the PMU */
			uint32_t what;		/* enum counter; ignore other numbers: a newer
						 * spelunk's */
		} count;
	};
};

#endif
