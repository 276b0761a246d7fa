/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_HOST_H
#define COLLECTOR_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/cpulist.h"

/*
 * The machine we run on, as far as recording with SPE is concerned: facts that no
 * recording of the kernel's holds, and those that decide whether one can be made.
 * Nothing here is guessed: what cannot be seen is unknown, and where there are
 * several ways to know a thing, "why" says which one told: a short phrase in
 * plain English, "" where nothing is known.
 *
 * Texts come from firmware and files: escape them before a terminal sees them.
 */

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

struct host_number {
	bool known;
	int64_t value;
};

struct host_cpu {
	uint32_t cpu;
	uint64_t midr;		/* MIDR_EL1; 0: unknown, or no Arm CPU */
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
	struct cpu_list cpus;	/* cpumask: those it can sample */
	struct host_cap *caps;
	size_t nr_caps;
	struct host_format *formats;
	size_t nr_formats;
};

/* A PMU of CPUs themselves: armv8_pmuv3_0; several where cores differ. */
struct host_core {
	char name[32];
	uint32_t type;		/* perf_event_attr.type */
	struct cpu_list cpus;
	uint32_t counters;	/* 1 << enum counter (collector/event.h): their events are there */
};
#define HOST_CORES_MAX	8

/* The most of each; a machine with more shows the first ones. */
#define HOST_PMUS_MAX		64
#define HOST_PMU_FILES_MAX	64

/* What KVM is (linux arch/arm64/kvm/arm.c); protected has a host at EL1, too. */
enum kvm_mode {
	KVM_MODE_UNKNOWN,
	KVM_MODE_NONE,			/* there is no KVM */
	KVM_MODE_VHE,			/* the host's kernel runs at EL2 */
	KVM_MODE_NVHE,			/* at EL1; perhaps hVHE, if the log is gone */
	KVM_MODE_HVHE,			/* at EL1, the hypervisor with E2H set */
	KVM_MODE_PROTECTED,		/* pKVM, nVHE or hVHE */
};
const char *kvm_mode_name(enum kvm_mode m);	/* "VHE", "nVHE"...; "unknown" */

/* What the kernel's log has said since boot: rows of kmsg.def. */
enum kmsg_line {
#define KMSG(id, text, file) KMSG_##id,
#include "collector/host/kmsg.def"
#undef KMSG
	NR_KMSG
};

enum config_value { CONFIG_UNKNOWN, CONFIG_NO, CONFIG_MODULE, CONFIG_YES };

/* Options of the kernel's build: rows of kconfig.def. */
enum kconfig {
#define KCONFIG(id) KCONFIG_##id,
#include "collector/host/kconfig.def"
#undef KCONFIG
	NR_KCONFIG
};

enum spe_driver {
	SPE_DRIVER_UNKNOWN,
	SPE_DRIVER_NOT_BUILT,		/* CONFIG_ARM_SPE_PMU is off */
	SPE_DRIVER_NOT_INSTALLED,	/* a module, and the file is not here */
	SPE_DRIVER_NOT_LOADED,		/* a module, the file is here */
	SPE_DRIVER_RUNNING,		/* registered */
};

/* kvm/module, which samples guests beside a stock kernel's driver. */
enum guest_module {
	GUEST_MODULE_ABSENT,		/* nor is its file where the kernel's modules are */
	GUEST_MODULE_INSTALLED,		/* the file is here */
	GUEST_MODULE_LOADED,
};

#define GUEST_MODULE	"arm_spe_guests"

enum firmware { FIRMWARE_UNKNOWN, FIRMWARE_ACPI, FIRMWARE_DT };

enum tracefs {
	TRACEFS_ABSENT,		/* not mounted where it belongs */
	TRACEFS_REFUSED,	/* we may not read it */
	TRACEFS_NO_KVM,		/* readable, and there is no kvm:kvm_entry or kvm:kvm_exit */
	TRACEFS_KVM,		/* both are readable */
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
	char guest_module_version[32];	/* "1.0"; "" not loaded */
	enum firmware firmware;
	char spe_device[64];		/* platform device; "": firmware describes none */
	struct host_number madt_spe_irq;	/* ACPI; 0: none, -1: not the same of all CPUs */
	enum answer kpti;		/* kernel unmapped while user space runs */

	enum kvm_mode kvm;
	char kvm_why[HOST_WHY];
	unsigned int kernel_el;		/* where the kernel runs: 1 or 2; 0: unknown */
	char kernel_el_why[HOST_WHY];
	enum answer kvm_device;		/* KVM has registered its device */

	enum answer virtual;		/* is this a guest itself? */
	char hypervisor[32];		/* "QEMU", "Xen"...; "" not named */
	char virtual_why[HOST_WHY];

	int log;			/* 0: the log was read; -errno why not */
	bool said[NR_KMSG];
	enum config_value config[NR_KCONFIG];
	char config_file[128];		/* where they stand; "" nowhere */

	struct host_number paranoid, mlock_kb, kptr_restrict;	/* sysctl */
	struct host_number max_sample_rate;	/* Hz: likewise */
	struct host_number memlock;	/* RLIMIT_MEMLOCK, bytes; INT64_MAX: no limit */
	uint64_t capabilities;		/* effective; 0 in a user namespace of its own */
	enum answer user_namespace;	/* capabilities are not the host's */
	enum answer kallsyms;		/* /proc/kallsyms shows us addresses */
	enum tracefs tracefs;
	char tracefs_path[64];		/* "" absent */

	uint64_t timer_hz;		/* CNTFRQ_EL0; 0: unknown */
	char timer_why[HOST_WHY];
	enum answer perf_opens;		/* perf_event_open() gives us an event, the least there is */
	enum answer time_conversion;	/* perf says how ticks become ns (cap_user_time) */
};

/*
 * root is "" for this machine; with another folder nothing is asked of the kernel
 * but files there (tests do that).  NULL: out of memory.
 */
struct host *host_new(const char *root);
void host_free(struct host *h);		/* NULL is fine */

bool host_can(const struct host *h, enum host_capability cap);
bool host_is_arm(const struct host *h);	/* a 64-bit Arm kernel */

/*
 * What perf lets this user do, by kernel.perf_event_paranoid and capabilities (linux
 * include/linux/perf_event.h, kernel/events/core.c); security modules may forbid more.
 * A level that is not known counts as 2, the kernel's own.  Anything at all: what was
 * tried counts (perf_opens), else the rule that Debian adds, above 2 CAP_SYS_ADMIN only.
 */
bool host_may_perf(const struct host *h);
bool host_may_kernel(const struct host *h);	/* perf_allow_kernel() */
bool host_may_cpu(const struct host *h);	/* perf_allow_cpu(): all that runs on a CPU */
bool host_may_tracepoint(const struct host *h);	/* perf_allow_tracepoint() */
bool host_may_lock(const struct host *h);	/* more memory than the limits: perf_mmap() */

/* A cap of a PMU; false: the kernel shows no such one. */
bool host_pmu_cap(const struct host_pmu *p, const char *name, uint64_t *value);
/* NULL: the kernel has no such field. */
const struct host_format *host_pmu_format(const struct host_pmu *p, const char *name);

/*
 * Does an event that does not exclude guests sample them?  A cap of the PMU says so, which
 * kvm/module adds, or a kernel with the series of kvm/linux; stock kernels have none.
 */
bool host_pmu_samples_guests(const struct host_pmu *p);
/* The same, as of now and on this machine: kvm/module may have been unloaded meanwhile. */
bool host_still_samples_guests(const struct host *h);

#endif
