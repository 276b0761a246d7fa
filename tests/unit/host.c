// SPDX-License-Identifier: GPL-2.0-only
/* Facts of simulated machines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <zlib.h>

#include "collector/host/host.h"
#include "tests/unit/tree_machines.h"

static struct host *host_of(const struct tree_file *changes)
{
	char *root = machine_new(changes);
	struct host *h = host_new(root);

	assert_non_null(h);
	machine_free(root);
	return h;
}

static void good_machine(void **state)
{
	struct host *h = host_of(NULL);
	const struct host_format *f;
	uint64_t value;
	char text[32];

	assert_string_equal(h->machine, "aarch64");
	assert_true(h->version == 6 && h->patchlevel == 17);
	assert_int_equal(h->nr_cpus, 2);
	assert_int_equal(h->cpus[1].cpu, 1);
	assert_int_equal(h->cpus[1].midr, 0x411fd401);
	assert_int_equal(h->nr_spe, 1);
	assert_int_equal(h->spe[0].type, 11);
	assert_string_equal(cpu_list_text(&h->spe[0].cpus, text, sizeof(text)), "0-1");
	assert_true(host_pmu_cap(&h->spe[0], "min_interval", &value) && value == 256);
	assert_false(host_pmu_cap(&h->spe[0], "ernd", &value));
	assert_false(host_pmu_samples_guests(&h->spe[0]));
	f = host_pmu_format(&h->spe[0], "event_filter");
	assert_true(f && f->config == 1 && f->low == 0 && f->high == 63);
	f = host_pmu_format(&h->spe[0], "ts_enable");
	assert_true(f && f->config == 0 && f->low == 0 && f->high == 0);
	assert_null(host_pmu_format(&h->spe[0], "inv_event_filter"));
	/* an uncore PMU has a cpumask, and so has SPE's: no file cpus */
	assert_int_equal(h->nr_cores, 1);
	assert_string_equal(h->cores[0].name, "armv8_pmuv3_0");
	assert_int_equal(h->cores[0].type, 10);
	assert_string_equal(cpu_list_text(&h->cores[0].cpus, text, sizeof(text)), "0-1");
	/* cycles and instructions, host and guest each; SAMPLE_POP, SAMPLE_COLLISION */
	assert_int_equal(h->cores[0].counters, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 8);
	assert_true(h->max_sample_rate.known && h->max_sample_rate.value == 100000);
	assert_int_equal(h->driver, SPE_DRIVER_RUNNING);
	assert_string_equal(h->spe_device, "arm,spe-v1");
	assert_int_equal(h->kvm, KVM_MODE_VHE);
	assert_string_equal(h->kvm_why, "kernel log");
	assert_int_equal(h->kernel_el, 2);
	assert_int_equal(h->virtual, ANSWER_NO);
	assert_int_equal(h->config[KCONFIG_PID_IN_CONTEXTIDR], CONFIG_YES);
	assert_int_equal(h->config[KCONFIG_ARM_SPE_PMU], CONFIG_MODULE);
	assert_true(h->paranoid.known && h->paranoid.value == 2);
	assert_true(h->memlock.known && h->memlock.value == 8388608);
	assert_true(host_can(h, HOST_CAP_PERFMON));
	assert_int_equal(h->kallsyms, ANSWER_YES);
	assert_int_equal(h->tracefs, TRACEFS_KVM);
	assert_int_equal(h->timer_hz, 25000000);
	assert_int_equal(h->time_conversion, ANSWER_UNKNOWN);
	host_free(h);
}

#define NO_LOG	{ "/dev/kmsg", NULL }
#define TICKS_BY(intid) { "/proc/interrupts", "13: 7 GICv3 " intid " Level arch_timer\n" }
#define LOG(text) { "/dev/kmsg", "6,1,0,-;" text "\n" }

static void kvm_modes(void **state)
{
	static const struct {
		struct tree_file changes[5];
		enum kvm_mode mode;
		unsigned int el;
	} t[] = {
		{ { LOG("kvm [1]: Hyp nVHE mode initialized successfully") },
		  KVM_MODE_NVHE, 1 },
		{ { LOG("kvm [1]: Hyp mode initialized successfully") }, KVM_MODE_NVHE, 1 },
		{ { LOG("kvm [1]: Hyp hVHE mode initialized successfully") },
		  KVM_MODE_HVHE, 1 },
		{ { LOG("kvm [1]: Protected hVHE mode initialized successfully") },
		  KVM_MODE_PROTECTED, 1 },
		{ { LOG("kvm [1]: HYP mode not available"), TICKS_BY("27") },
		  KVM_MODE_NONE, 1 },
		/* written by a program, not the kernel */
		{ { { "/dev/kmsg", "14,1,0,-;kvm [1]: Hyp mode initialized successfully\n" } },
		  KVM_MODE_VHE, 2 },
		{ { NO_LOG }, KVM_MODE_VHE, 2 },
		{ { NO_LOG, TICKS_BY("30") }, KVM_MODE_NVHE, 1 },
		{ { NO_LOG, TICKS_BY("30"), { "/proc/cmdline", "quiet kvm_arm.mode=protected" } },
		  KVM_MODE_PROTECTED, 1 },
		{ { NO_LOG, { "/proc/interrupts", NULL },
		    { "/proc/cmdline", "kvm-arm.mode=nvhe" } }, KVM_MODE_NVHE, 1 },
		{ { NO_LOG, { "/proc/cmdline", "kvm-arm.mode=none" } }, KVM_MODE_NONE, 2 },
		{ { NO_LOG, { "/sys/class/misc/kvm", NULL } }, KVM_MODE_NONE, 2 },
		{ { NO_LOG, { "/sys/class/misc/kvm", NULL }, { "/dev/kvm", "" } },
		  KVM_MODE_VHE, 2 },
		/* a continuation is not a line of its own */
		{ { { "/dev/kmsg", "6,1,0,-;x\n 6,2,0,-;kvm [1]: Hyp mode initialized "
		      "successfully\n" } }, KVM_MODE_VHE, 2 },
		/* an unassigned number proves nothing */
		{ { NO_LOG, TICKS_BY("19") }, KVM_MODE_UNKNOWN, 0 },
		{ { NO_LOG, { "/proc/interrupts", NULL } }, KVM_MODE_UNKNOWN, 0 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct host *h = host_of(t[i].changes);

		if (h->kvm != t[i].mode || h->kernel_el != t[i].el)
			fail_msg("row %zu: %s, EL%u", i, kvm_mode_name(h->kvm), h->kernel_el);
		assert_int_equal(!h->kvm_why[0], h->kvm == KVM_MODE_UNKNOWN);
		host_free(h);
	}
}

static void virtual_machines(void **state)
{
	static const struct {
		struct tree_file changes[6];
		enum answer virtual;
		const char *hypervisor;
	} t[] = {
		{ { { "/sys/class/dmi/id/sys_vendor", "QEMU\n" } }, ANSWER_YES, "QEMU" },
		{ { { "/sys/class/dmi/id/sys_vendor", "Amazon EC2\n" },
		    { "/sys/class/dmi/id/product_name", "c7g.large\n" } },
		  ANSWER_YES, "Amazon EC2" },
		{ { { "/sys/class/dmi/id/sys_vendor", "Amazon EC2\n" },
		    { "/sys/class/dmi/id/product_name", "c7g.metal\n" } }, ANSWER_NO, "" },
		{ { { "/proc/device-tree/hypervisor/compatible", "xen,xen-4.17" } },
		  ANSWER_YES, "Xen" },
		{ { { "/proc/device-tree/compatible", "linux,dummy-virt" } }, ANSWER_YES, "" },
		{ { { "/sys/hypervisor/type", "xen\n" } }, ANSWER_YES, "Xen" },
		/* no evidence, and the kernel was started at EL1, like guests */
		{ { NO_LOG, TICKS_BY("27") }, ANSWER_UNKNOWN, "" },
		{ { { "/sys/class", NULL } }, ANSWER_UNKNOWN, "" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct host *h = host_of(t[i].changes);

		if (h->virtual != t[i].virtual || strcmp(h->hypervisor, t[i].hypervisor))
			fail_msg("row %zu: %d %s", i, h->virtual, h->hypervisor);
		host_free(h);
	}
}

static void drivers(void **state)
{
#define NO_DRIVER	{ "/sys/bus/platform/drivers/arm_spe_pmu", NULL }
	static const struct {
		struct tree_file changes[4];
		enum spe_driver driver;
	} t[] = {
		{ { NO_DRIVER }, SPE_DRIVER_NOT_LOADED },
		{ { NO_DRIVER, { "/lib/modules/6.17.2-arm64/modules.dep", "kernel/a.ko:\n" } },
		  SPE_DRIVER_NOT_INSTALLED },
		{ { NO_DRIVER, { "/proc/config.gz", NULL },
		    { "/lib/modules/6.17.2-arm64/modules.dep",
		      "kernel/drivers/perf/arm_spe_pmu.ko.xz:\n" } }, SPE_DRIVER_NOT_LOADED },
		{ { NO_DRIVER, { "/proc/config.gz", "# CONFIG_ARM_SPE_PMU is not set\n" } },
		  SPE_DRIVER_NOT_BUILT },
		{ { NO_DRIVER, { "/proc/config.gz", NULL } }, SPE_DRIVER_UNKNOWN },
		{ { NO_DRIVER, { "/proc/config.gz", NULL },
		    { "/lib/modules/6.17.2-arm64/modules.dep", "kernel/a.ko:\n" } },
		  SPE_DRIVER_NOT_INSTALLED },
		{ { NO_DRIVER, { "/proc/config.gz", "CONFIG_ARM_SPE_PMU=y\n" } },
		  SPE_DRIVER_UNKNOWN },
		/* not a configuration */
		{ { NO_DRIVER, { "/proc/config.gz", "something else\n" } },
		  SPE_DRIVER_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct host *h = host_of(t[i].changes);

		if (h->driver != t[i].driver)
			fail_msg("row %zu: %d", i, h->driver);
		host_free(h);
	}
}

static void packed_config(void **state)
{
	static const struct tree_file no_config[] = { { "/proc/config.gz", NULL }, TREE_END };
	static const char text[] = "CONFIG_ARM_SPE_PMU=y\nCONFIG_KVM_X=y\n";
	char *root = machine_new(no_config), path[PATH_MAX];
	struct host *h;
	gzFile out;

	snprintf(path, sizeof(path), "%s/boot/config-6.17.2-arm64", root);
	tree_make_folders(path);
	out = gzopen(path, "w");
	assert_int_equal(gzwrite(out, text, strlen(text)), strlen(text));
	gzclose(out);
	h = host_new(root);
	assert_int_equal(h->config[KCONFIG_ARM_SPE_PMU], CONFIG_YES);
	assert_int_equal(h->config[KCONFIG_KVM], CONFIG_NO);
	assert_string_equal(h->config_file, "/boot/config-6.17.2-arm64");
	host_free(h);
	machine_free(root);
}

/* A MADT with one GICC per row, of that length, flags and SPE interrupt. */
static int64_t madt_irq(const uint16_t (*gicc)[3], size_t nr, bool *known)
{
	unsigned char table[512] = { 'A', 'P', 'I', 'C' }, *at = table + 44;
	char *root = machine_new(NULL);
	struct host *h;
	int64_t irq;

	for (size_t i = 0; i < nr; at += at[1], i++) {
		at[0] = 0x0b;
		at[1] = gicc[i][0];
		at[12] = gicc[i][1];
		if (gicc[i][0] >= 80)
			memcpy(at + 78, &gicc[i][2], 2);
	}
	tree_write(root, "/sys/firmware/acpi/tables/APIC", table, at - table);
	h = host_new(root);
	irq = h->madt_spe_irq.value;
	*known = h->madt_spe_irq.known;
	host_free(h);
	machine_free(root);
	return irq;
}

static void firmware_tables(void **state)
{
	bool known;

	assert_int_equal(madt_irq((uint16_t[][3]){ { 80, 1, 21 }, { 82, 1, 21 } }, 2, &known), 21);
	assert_true(known);
	assert_int_equal(madt_irq((uint16_t[][3]){ { 80, 1, 0 } }, 1, &known), 0);
	/* ACPI 5.1: too short for the field */
	assert_int_equal(madt_irq((uint16_t[][3]){ { 76, 1, 0 } }, 1, &known), 0);
	assert_true(known);
	assert_int_equal(madt_irq((uint16_t[][3]){ { 80, 1, 21 }, { 80, 1, 22 } }, 2, &known), -1);
	/* disabled CPUs do not count */
	assert_int_equal(madt_irq((uint16_t[][3]){ { 80, 1, 21 }, { 80, 0, 0 } }, 2, &known), 21);
	assert_int_equal(madt_irq((uint16_t[][3]){ { 0, 1, 21 } }, 1, &known), 0);
	assert_false(known);
}

static void rights(void **state)
{
	static const struct tree_file changes[] = {
		{ "/proc/self/uid_map", "0 1000 1\n" },
		{ "/proc/self/limits", "Max locked memory         unlimited  unlimited  bytes\n" },
		{ "/proc/kallsyms", "0000000000000000 T _text\n0000000000000000 t x\n" },
		{ "/sys/kernel/tracing/events/kvm", NULL },
		{ "/proc/sys/kernel/perf_event_paranoid", "-1\n" },
		TREE_END
	};
	struct host *h = host_of(changes);

	assert_int_equal(h->user_namespace, ANSWER_YES);
	assert_false(host_can(h, HOST_CAP_SYS_ADMIN));
	assert_true(h->memlock.known && h->memlock.value == INT64_MAX);
	assert_int_equal(h->kallsyms, ANSWER_NO);
	assert_int_equal(h->tracefs, TRACEFS_NO_KVM);
	assert_true(h->paranoid.known && h->paranoid.value == -1);
	host_free(h);
}

/* From an empty folder nothing is known, and nothing is invented. */
static void empty_machine(void **state)
{
	char *root = tree_new();
	struct host *h = host_new(root);

	assert_non_null(h);
	assert_string_equal(h->machine, "");
	assert_int_equal(h->nr_cpus, 0);
	assert_int_equal(h->nr_spe, 0);
	assert_int_equal(h->kvm, KVM_MODE_UNKNOWN);
	assert_int_equal(h->virtual, ANSWER_UNKNOWN);
	assert_int_equal(h->log, -ENOENT);
	assert_int_equal(h->driver, SPE_DRIVER_UNKNOWN);
	assert_false(h->paranoid.known || h->memlock.known || h->madt_spe_irq.known);
	assert_int_equal(h->kallsyms, ANSWER_UNKNOWN);
	assert_int_equal(h->tracefs, TRACEFS_ABSENT);
	assert_int_equal(h->timer_hz, 0);
	host_free(h);
	machine_free(root);
}

/* The machine the test runs on has CPUs and a release. */
static void this_machine(void **state)
{
	struct host *h = host_new("");

	assert_non_null(h);
	assert_true(h->machine[0] && h->release[0] && h->version >= 2);
	assert_true(h->nr_cpus > 0);
	host_free(h);
}

static void cpu_lists(void **state)
{
	static const struct { const char *text, *want; } t[] = {
		{ "", "" }, { "0", "0" }, { "0-3,8", "0-3,8" }, { "8,0-3", "0-3,8" },
		{ "1,2,3", "1-3" }, { "0-3,2-5", "0-5" }, { "8191", "8191" },
	};
	static const char *const bad[] = { "-", "1-", "3-1", "a", "1,", "8192", "1 2", ",1",
					   "99999999999999999999", "0-1-2", "0x1" };
	struct cpu_list l;
	char text[64];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(cpu_list_parse(&l, t[i].text), 0);
		assert_string_equal(cpu_list_text(&l, text, sizeof(text)), t[i].want);
		cpu_list_free(&l);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(cpu_list_parse(&l, bad[i]), -EINVAL);
		cpu_list_free(&l);
	}
	assert_int_equal(cpu_list_parse(&l, "0,2,4,6,8,10,12"), 0);
	assert_true(cpu_list_has(&l, 4) && !cpu_list_has(&l, 5));
	assert_string_equal(cpu_list_text(&l, text, 10), "0,2,4,6..");
	assert_string_equal(cpu_list_text(&l, text, 9), "0,2,4..");
	assert_string_equal(cpu_list_text(&l, text, 17), "0,2,4,6,8,10,12");
	assert_string_equal(cpu_list_text(&l, text, 15), "0,2,4,6,8,10..");
	cpu_list_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_machine), cmocka_unit_test(kvm_modes),
		cmocka_unit_test(virtual_machines), cmocka_unit_test(drivers),
		cmocka_unit_test(packed_config), cmocka_unit_test(firmware_tables),
		cmocka_unit_test(rights), cmocka_unit_test(empty_machine),
		cmocka_unit_test(this_machine), cmocka_unit_test(cpu_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
