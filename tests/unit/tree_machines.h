/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_UNIT_TREE_MACHINES_H
#define TESTS_UNIT_TREE_MACHINES_H

#include "tests/unit/tree_fixture.h"

/* A perfect server: Linux 6.17, VHE, two Neoverse V1, root. */
static const struct tree_file machine_good[] = {
	{ "/proc/sys/kernel/arch", "aarch64\n" },
	{ "/proc/sys/kernel/osrelease", "6.17.2-arm64\n" },
	{ "/proc/sys/kernel/perf_event_paranoid", "2\n" },
	{ "/proc/sys/kernel/perf_event_mlock_kb", "516\n" },
	{ "/proc/sys/kernel/kptr_restrict", "1\n" },
	{ "/proc/self/limits",
	  "Limit                     Soft Limit           Hard Limit           Units     \n"
	  "Max locked memory         8388608              8388608              bytes     \n" },
	{ "/proc/self/status", "Name:\tspelunk\nCapInh:\t0000000000000000\n"
	  "CapEff:\t000001ffffffffff\n" },
	{ "/proc/self/uid_map", "         0          0 4294967295\n" },
	{ "/proc/kallsyms", "ffff800080000000 T _text\nffff800080010000 T primary_entry\n" },
	{ "/proc/cmdline", "root=/dev/sda1 kpti=off\n" },
	{ "/proc/config.gz", "#\nCONFIG_KVM=y\nCONFIG_ARM_SPE_PMU=m\n"
	  "CONFIG_PID_IN_CONTEXTIDR=y\nCONFIG_UNMAP_KERNEL_AT_EL0=y\n" },
	{ "/proc/interrupts",
	  "           CPU0       CPU1       \n"
	  " 11:          0          0     GICv3  30 Level     kvm guest ptimer\n"
	  " 12:          0          0     GICv3  27 Level     kvm guest vtimer\n"
	  " 13:        731        702     GICv3  26 Level     arch_timer\n"
	  " 31:          0          0     GICv3  21 Level     arm_spe_pmu\n"
	  "IPI0:         0          3       Rescheduling interrupts\n" },
	{ "/dev/kmsg",
	  "6,1,0,-;Booting Linux on physical CPU 0x0000000000 [0x411fd401]\n"
	  "6,2,0,-;arch_timer: cp15 timer(s) running at 25.00MHz (hyp-phys).\n"
	  "6,3,0,-;CPU: All CPU(s) started at EL2\n"
	  "6,4,0,-;CPU features: detected: Virtualization Host Extensions\n"
	  "6,5,0,-;kvm [1]: VHE mode initialized successfully\n"
	  " SUBSYSTEM=x\n" },
	{ "/sys/class/misc/kvm/dev", "10:232\n" },
	{ "/sys/devices/system/cpu/online", "0-1\n" },
	{ "/sys/devices/system/cpu/cpu0/regs/identification/midr_el1", "0x00000000411fd401\n" },
	{ "/sys/devices/system/cpu/cpu1/regs/identification/midr_el1", "0x00000000411fd401\n" },
	{ "/sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected\n" },
	{ "/sys/bus/platform/drivers/arm_spe_pmu", "/" },
	{ "/sys/bus/platform/devices/arm,spe-v1/modalias", "platform:arm,spe-v1\n" },
	{ "/sys/bus/event_source/devices/arm_spe_0/type", "11\n" },
	{ "/sys/bus/event_source/devices/arm_spe_0/cpumask", "0-1\n" },
	{ "/sys/bus/event_source/devices/arm_spe_0/caps/min_interval", "256\n" },
	{ "/sys/bus/event_source/devices/arm_spe_0/caps/count_size", "12\n" },
	{ "/sys/bus/event_source/devices/arm_spe_0/format/ts_enable", "config:0\n" },
	{ "/sys/bus/event_source/devices/arm_spe_0/format/event_filter", "config1:0-63\n" },
	{ "/sys/bus/event_source/devices/arm_spe_0/format/min_latency", "config2:0-11\n" },
	{ "/sys/bus/event_source/devices/armv8_pmuv3_0/type", "10\n" },
	{ "/sys/bus/event_source/devices/armv8_pmuv3_0/cpus", "0-1\n" },
	{ "/sys/bus/event_source/devices/armv8_pmuv3_0/events/cpu_cycles", "event=0x0011\n" },
	{ "/sys/bus/event_source/devices/armv8_pmuv3_0/events/inst_retired", "event=0x0008\n" },
	{ "/sys/bus/event_source/devices/armv8_pmuv3_0/events/l1d_cache", "event=0x0004\n" },
	{ "/sys/bus/event_source/devices/armv8_pmuv3_0/events/sample_pop", "event=0x4000\n" },
	{ "/sys/bus/event_source/devices/armv8_pmuv3_0/events/sample_collision", "event=0x4003\n" },
	{ "/proc/sys/kernel/perf_event_max_sample_rate", "100000\n" },
	{ "/sys/firmware/acpi/tables", "/" },
	{ "/sys/class/dmi/id/sys_vendor", "A maker of servers\n" },
	{ "/sys/class/dmi/id/product_name", "A server\n" },
	{ "/sys/kernel/tracing/events/kvm/kvm_entry/id", "700\n" },
	{ "/sys/kernel/tracing/events/kvm/kvm_exit/id", "701\n" },
	TREE_END
};

/* The perfect machine, with changes. */
static inline char *machine_new(const struct tree_file *changes)
{
	char *root = tree_new();

	tree_put(root, machine_good);
	if (changes)
		tree_put(root, changes);
	return root;
}

static inline void machine_free(char *root)
{
	tree_remove(root);
	free(root);
}

#endif
