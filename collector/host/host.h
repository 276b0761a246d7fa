/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_HOST_H
#define COLLECTOR_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/cpulist.h"

/*
 * The machine we run on, as far as it matters for recording SPE: facts that no recording of the
 * kernel has, and facts that decide whether recording is possible.  Nothing is guessed: what cannot
 * be determined is unknown.  If there are several sources for a fact, its "why" names the one that
 * was used, as a short phrase in plain English; "" if the fact is unknown.
 *
 * Texts come from firmware and files: escape them before printing to a terminal.
 */

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

struct host_number {
	bool known;
	int64_t value;
};

struct host_cpu {
	uint32_t cpu;
	uint64_t midr;		/* MIDR_EL1; 0: unknown, or not an Arm CPU */
};

/* A field of perf_event_attr: "ts_enable" is config:0. */
struct host_format {
	char name[32];
	uint8_t config;		/* 0: config, 1: config1, 2: config2, 3: config3 ... */
	uint8_t low, high;	/* bits */
};

struct host_cap {
	char name[32];		/* "min_interval" */
	uint64_t value;
};

/* One SPE PMU: /sys/bus/event_source/devices/arm_spe_N (linux drivers/perf/arm_spe_pmu.c). */
struct host_pmu {
	char name[32];		/* "arm_spe_0" */
	uint32_t type;		/* perf_event_attr.type */
	struct cpu_list cpus;	/* cpumask: the CPUs it can sample */
	struct host_cap *caps;
	size_t nr_caps;
	struct host_format *formats;
	size_t nr_formats;
};

/* A PMU of the cores: armv8_pmuv3_0; several if the cores differ. */
struct host_core {
	char name[32];
	uint32_t type;		/* perf_event_attr.type */
	struct cpu_list cpus;
	uint32_t counters;	/* 1 << enum counter (collector/event.h): the counters whose
				 * events it has */
};
#define HOST_CORES_MAX	8

/* Limits; the rest of a larger machine is ignored. */
#define HOST_PMUS_MAX		64
#define HOST_PMU_FILES_MAX	64

/* KVM's mode (linux arch/arm64/kvm/arm.c).  With pKVM the host runs at EL1, too. */
enum kvm_mode {
	KVM_MODE_UNKNOWN,
	KVM_MODE_NONE,			/* no KVM */
	KVM_MODE_VHE,			/* the host's kernel runs at EL2 */
	KVM_MODE_NVHE,			/* at EL1; possibly hVHE, if the log is gone */
	KVM_MODE_HVHE,			/* at EL1, with HCR_EL2.E2H set for the hypervisor */
	KVM_MODE_PROTECTED,		/* pKVM, nVHE or hVHE */
};
const char *kvm_mode_name(enum kvm_mode m);	/* "VHE", "nVHE"...; "unknown" */

/* Lines found in the kernel's log since boot: rows of kmsg.def. */
enum kmsg_line {
#define KMSG(id, text, file) KMSG_##id,
#include "collector/host/kmsg.def"
#undef KMSG
	NR_KMSG
};

enum config_value { CONFIG_UNKNOWN, CONFIG_NO, CONFIG_MODULE, CONFIG_YES };

/* Options of the kernel's configuration: rows of kconfig.def. */
enum kconfig {
#define KCONFIG(id) KCONFIG_##id,
#include "collector/host/kconfig.def"
#undef KCONFIG
	NR_KCONFIG
};

enum spe_driver {
	SPE_DRIVER_UNKNOWN,
	SPE_DRIVER_NOT_BUILT,		/* CONFIG_ARM_SPE_PMU is off */
	SPE_DRIVER_NOT_INSTALLED,	/* a module whose file is not here */
	SPE_DRIVER_NOT_LOADED,		/* a module whose file is here */
	SPE_DRIVER_RUNNING,		/* registered */
};

/* kvm/module, which lets a stock kernel's driver sample guests. */
enum guest_module {
	GUEST_MODULE_ABSENT,		/* not loaded, and its file is not among the kernel's
					 * modules */
	GUEST_MODULE_INSTALLED,		/* the file is here */
	GUEST_MODULE_LOADED,
};

#define GUEST_MODULE	"arm_spe_guests"

enum firmware { FIRMWARE_UNKNOWN, FIRMWARE_ACPI, FIRMWARE_DT };

enum tracefs {
	TRACEFS_ABSENT,		/* not mounted at a standard place */
	TRACEFS_REFUSED,	/* we have no permission to read it */
	TRACEFS_NO_KVM,		/* readable, but without kvm:kvm_entry or kvm:kvm_exit */
	TRACEFS_KVM,		/* readable, with both */
};

/* Bits of host.capabilities (linux include/uapi/linux/capability.h). */
enum host_capability {
	HOST_CAP_IPC_LOCK = 14, HOST_CAP_SYS_PTRACE = 19, HOST_CAP_SYS_ADMIN = 21,
	HOST_CAP_SYSLOG = 34, HOST_CAP_PERFMON = 38,
};

#define HOST_WHY	128

struct host {
	/* uname(2): "aarch64", "6.12.1-arm64"; "" unknown */
	char machine[65], release[65];
	unsigned int version, patchlevel;	/* 6, 12 */

	struct host_cpu *cpus;		/* online, ascending */
	size_t nr_cpus;

	struct host_pmu *spe;
	size_t nr_spe;
	struct host_core *cores;
	size_t nr_cores;
	enum spe_driver driver;
	enum guest_module guest_module;
	char guest_module_version[32];	/* "1.0"; "": not loaded */
	enum firmware firmware;
	char spe_device[64];		/* platform device; "": the firmware describes none */
	struct host_number madt_spe_irq;	/* ACPI; 0: none, -1: differs between CPUs */
	enum answer kpti;		/* kernel unmapped while user space runs */

	enum kvm_mode kvm;
	char kvm_why[HOST_WHY];
	unsigned int kernel_el;		/* the kernel's exception level: 1 or 2; 0: unknown */
	char kernel_el_why[HOST_WHY];
	enum answer kvm_device;		/* /dev/kvm is registered */

	enum answer virtual;		/* are we a guest ourselves? */
	char hypervisor[32];		/* "QEMU", "Xen"...; "" unknown */
	char virtual_why[HOST_WHY];

	int log;			/* 0: the log was read; else -errno */
	bool said[NR_KMSG];
	enum config_value config[NR_KCONFIG];
	char config_file[128];		/* the file that config was read from; "" none */

	struct host_number paranoid, mlock_kb, kptr_restrict;	/* sysctl */
	struct host_number max_sample_rate;	/* Hz; also a sysctl */
	struct host_number memlock;	/* RLIMIT_MEMLOCK, bytes; INT64_MAX: no limit */
	uint64_t capabilities;		/* effective; 0 in a user namespace other than the
					 * initial one */
	enum answer user_namespace;	/* capabilities do not apply to the host */
	enum answer kallsyms;		/* /proc/kallsyms shows us addresses */
	enum tracefs tracefs;
	char tracefs_path[64];		/* "" absent */

	uint64_t timer_hz;		/* CNTFRQ_EL0; 0: unknown */
	char timer_why[HOST_WHY];
	enum answer perf_opens;		/* perf_event_open() works for the least privileged event */
	enum answer time_conversion;	/* perf provides the conversion from ticks to ns
					 * (cap_user_time) */
};

/*
 * root is "" for this machine.  With another folder (in tests) only files below it are read, and no
 * system call asks the kernel.  NULL: out of memory.
 */
struct host *host_new(const char *root);
void host_free(struct host *h);		/* NULL is fine */

bool host_can(const struct host *h, enum host_capability cap);
bool host_is_arm(const struct host *h);	/* runs a 64-bit Arm kernel */

/*
 * What perf permits this user to do, by kernel.perf_event_paranoid and capabilities (linux
 * include/linux/perf_event.h, kernel/events/core.c); security modules may forbid more.  An unknown
 * level counts as 2, the kernel's default.  host_may_perf(): may it open any event?  The attempt
 * decides (perf_opens); without one, Debian's additional rule: above 2 only CAP_SYS_ADMIN may.
 */
bool host_may_perf(const struct host *h);
bool host_may_kernel(const struct host *h);	/* perf_allow_kernel() */
bool host_may_cpu(const struct host *h);	/* perf_allow_cpu(): everything on a CPU */
bool host_may_tracepoint(const struct host *h);	/* perf_allow_tracepoint() */
bool host_may_lock(const struct host *h);	/* more memory than the limits: perf_mmap() */

/* A capability of a PMU; false: the kernel does not list it. */
bool host_pmu_cap(const struct host_pmu *p, const char *name, uint64_t *value);
/* NULL: the kernel has no such field. */
const struct host_format *host_pmu_format(const struct host_pmu *p, const char *name);

/*
 * Does an event that does not exclude guests sample them?  kvm/module and kernels with the series
 * of kvm/linux advertise this as a capability of the PMU; stock kernels do not have it.
 */
bool host_pmu_samples_guests(const struct host_pmu *p);
/* The same, read again from this machine: kvm/module may have been unloaded since. */
bool host_still_samples_guests(const struct host *h);

#endif
