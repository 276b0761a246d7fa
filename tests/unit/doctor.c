// SPDX-License-Identifier: GPL-2.0-only
/* Findings of `spelunk doctor` on simulated machines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "cmd/doctor/checks.h"
#include "cmd/doctor/print.h"
#include "tests/unit/tree_machines.h"

#define DRIVER		"/sys/bus/platform/drivers/arm_spe_pmu"
#define DEVICE		"/sys/bus/platform/devices/arm,spe-v1"
#define PMU		"/sys/bus/event_source/devices/arm_spe_0"
#define NO_PMU		{ PMU, NULL }
#define NO_LOG		{ "/dev/kmsg", NULL }
#define LOG(text)	{ "/dev/kmsg", "6,1,0,-;" text "\n6,2,0,-;kvm [1]: VHE mode " \
			  "initialized successfully\n" }
#define NO_RIGHTS	{ "/proc/self/status", "Name:\tx\nCapEff:\t0000000000000000\n" }
#define PARANOID(n)	{ "/proc/sys/kernel/perf_event_paranoid", n "\n" }
#define A_GUEST		{ "/proc/900/fd/3", "->anon_inode:kvm-vm" }, { "/proc/900/comm", "web\n" }
#define A_MODULE	{ "/sys/module/arm_spe_guests/version", "1.0\n" }
#define KERNEL(release)	{ "/proc/sys/kernel/osrelease", release "\n" }

/* A check that is not OK, and a word from its finding. */
struct expected {
	enum check check;
	enum verdict verdict;
	const char *word;
};

struct machine {
	const char *name;
	struct tree_file changes[8];
	enum verdict all;
	struct expected expected[15];
};

#define NONE(c)		{ CHECK_##c, VERDICT_NONE, "" }
#define WARNING(c, word) { CHECK_##c, VERDICT_WARNING, word }
#define PROBLEM(c, word) { CHECK_##c, VERDICT_PROBLEM, word }
#define UNKNOWN(c, word) { CHECK_##c, VERDICT_UNKNOWN, word }
#define OK(c, word)	{ CHECK_##c, VERDICT_OK, word }
#define END		{ NR_CHECKS, VERDICT_NONE, NULL }

/* Checks that do not apply without a PMU, whose absence may have any reason. */
#define UNSEEN		NONE(coverage), NONE(chance), NONE(guests), UNKNOWN(page_tables, "KPTI"), \
			UNKNOWN(buffer, "dmesg")

static const struct machine machines[] = {
	{ "good", { TREE_END }, VERDICT_OK, { OK(kvm, "VHE"), OK(coverage, "all 2"), END } },
	{ "no Arm", { { "/proc/sys/kernel/arch", "x86_64\n" } }, VERDICT_PROBLEM,
	  { PROBLEM(processor, "x86_64"), NONE(machine), NONE(driver), NONE(firmware),
	    NONE(page_tables), NONE(buffer), NONE(pmu), NONE(coverage), NONE(errata),
	    NONE(context), NONE(time), NONE(cycles), NONE(kvm), NONE(chance), NONE(guests) } },
	{ "32 bits", { { "/proc/sys/kernel/arch", "armv8l\n" }, NO_PMU }, VERDICT_PROBLEM,
	  { PROBLEM(processor, "armv8l"), NONE(machine), NONE(driver), NONE(firmware),
	    NONE(page_tables), NONE(buffer), NONE(pmu), NONE(coverage), NONE(errata),
	    NONE(context), NONE(time), NONE(cycles), NONE(kvm), NONE(chance), NONE(guests) } },

	{ "module not loaded", { NO_PMU, { DRIVER, NULL } }, VERDICT_PROBLEM,
	  { PROBLEM(driver, "modprobe arm_spe_pmu"), PROBLEM(pmu, "above"), UNSEEN, END } },
	{ "module not installed",
	  { NO_PMU, { DRIVER, NULL }, { "/lib/modules/6.17.2-arm64/modules.dep", "a.ko:\n" } },
	  VERDICT_PROBLEM,
	  { PROBLEM(driver, "linux-modules-extra-6.17.2-arm64"), PROBLEM(pmu, ""), UNSEEN, END } },
	{ "driver not built",
	  { NO_PMU, { DRIVER, NULL }, { DEVICE, NULL },
	    { "/proc/config.gz", "CONFIG_PID_IN_CONTEXTIDR=y\n" } }, VERDICT_PROBLEM,
	  { PROBLEM(driver, "CONFIG_ARM_SPE_PMU"), UNKNOWN(firmware, "not looked"),
	    PROBLEM(pmu, ""), UNSEEN, END } },
	{ "driver unknown", { NO_PMU, { DRIVER, NULL }, { "/proc/config.gz", NULL } },
	  VERDICT_PROBLEM,
	  { UNKNOWN(driver, "modprobe"), UNKNOWN(context, "/proc/config.gz"), PROBLEM(pmu, ""),
	    UNSEEN, END } },

	{ "built in, and not there",
	  { NO_PMU, { DRIVER, NULL },
	    { "/proc/config.gz", "CONFIG_ARM_SPE_PMU=y\nCONFIG_PID_IN_CONTEXTIDR=y\n" } },
	  VERDICT_PROBLEM, { UNKNOWN(driver, "did not start"), PROBLEM(pmu, ""), UNSEEN, END } },

	{ "no device, ACPI", { NO_PMU, { DEVICE, NULL } }, VERDICT_PROBLEM,
	  { PROBLEM(firmware, "MADT"), PROBLEM(pmu, ""), UNSEEN, END } },
	{ "no device, device tree",
	  { NO_PMU, { DEVICE, NULL }, { "/sys/firmware", NULL },
	    { "/proc/device-tree/compatible", "maker,board" } }, VERDICT_PROBLEM,
	  { PROBLEM(firmware, "arm,statistical-profiling-extension-v1"), PROBLEM(pmu, ""),
	    UNSEEN, END } },
	{ "device tree's device",
	  { { DEVICE, NULL }, { "/sys/firmware", NULL },
	    { "/proc/device-tree/compatible", "maker,board" },
	    { "/sys/bus/platform/devices/spe-pmu/modalias",
	      "of:Nspe-pmuT(null)Carm,statistical-profiling-extension-v1\n" } },
	  VERDICT_OK, { OK(firmware, "device tree describes spe-pmu"), END } },

	{ "EL3 keeps it",
	  { NO_PMU, LOG("arm_spe_pmu arm,spe-v1: profiling buffer owned by higher exception level") },
	  VERDICT_PROBLEM,
	  { PROBLEM(buffer, "PMBIDR_EL1.P"), PROBLEM(pmu, "see buffer"), NONE(coverage),
	    NONE(chance), NONE(guests), UNKNOWN(page_tables, ""), END } },
	{ "KPTI, said",
	  { NO_PMU, LOG("arm_spe_pmu arm,spe-v1: profiling buffer inaccessible. Try passing "
			"\"kpti=off\" on the kernel command line") }, VERDICT_PROBLEM,
	  { PROBLEM(page_tables, "kpti=off"), PROBLEM(pmu, "page-tables"), UNKNOWN(buffer, ""),
	    NONE(coverage), NONE(chance), NONE(guests), END } },
	{ "KPTI, seen",
	  { NO_PMU, NO_LOG,
	    { "/sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n" } },
	  VERDICT_PROBLEM,
	  { PROBLEM(page_tables, "kpti=off"), PROBLEM(pmu, "dmesg"), NONE(coverage),
	    NONE(chance), NONE(guests), UNKNOWN(buffer, "cannot be read"), END } },
	{ "no PMSVer",
	  { NO_PMU, LOG("arm_spe_pmu x: unsupported ID_AA64DFR0_EL1.PMSVer [0] on CPU 0") },
	  VERDICT_PROBLEM, { PROBLEM(pmu, "PMSVer is 0"), UNSEEN, END } },
	{ "shared interrupt",
	  { NO_PMU, LOG("arm_spe_pmu x: expected PPI but got SPI (33)") },
	  VERDICT_PROBLEM, { PROBLEM(pmu, "private"), UNSEEN, END } },
	{ "CPUs not alike",
	  { NO_PMU, { DEVICE, NULL }, LOG("ACPI: SPE must be homogeneous") },
	  VERDICT_PROBLEM,
	  { PROBLEM(pmu, "not alike"), PROBLEM(firmware, ""), UNSEEN, END } },
	{ "refused, and nobody knows why", { NO_PMU }, VERDICT_PROBLEM,
	  { PROBLEM(pmu, "dmesg"), UNSEEN, END } },

	{ "a guest without SPE",
	  { NO_PMU, { DEVICE, NULL }, { "/sys/class/dmi/id/sys_vendor", "QEMU\n" } },
	  VERDICT_PROBLEM,
	  { PROBLEM(machine, "QEMU"), PROBLEM(firmware, ""), PROBLEM(pmu, ""), UNSEEN, END } },
	{ "a guest with SPE and KPTI",
	  { NO_PMU, LOG("detected: Kernel page table isolation (KPTI)"),
	    { "/sys/class/dmi/id/sys_vendor", "QEMU\n" } }, VERDICT_PROBLEM,
	  { OK(machine, "gives it SPE"), PROBLEM(page_tables, ""), PROBLEM(pmu, ""),
	    UNKNOWN(buffer, ""), NONE(coverage), NONE(chance), NONE(guests), END } },
	{ "a guest with SPE", { { "/sys/class/dmi/id/sys_vendor", "QEMU\n" } }, VERDICT_OK,
	  { OK(machine, "hypervisor gives it SPE"), END } },

	{ "no PMU of the CPUs", { { "/sys/bus/event_source/devices/armv8_pmuv3_0", NULL } },
	  VERDICT_WARNING, { WARNING(cycles, "virtual PMU"), END } },
	{ "no events of SPE", { { "/sys/bus/event_source/devices/armv8_pmuv3_0/events/sample_pop", NULL } },
	  VERDICT_OK, { OK(cycles, "instructions, no SPE's"), END } },
	{ "one CPU without", { { PMU "/cpumask", "0\n" } }, VERDICT_WARNING,
	  { WARNING(coverage, "1 of 2 CPUs have no SPE PMU: 1"), END } },
	{ "two PMUs",
	  { { PMU "/cpumask", "0\n" }, { "/sys/bus/event_source/devices/arm_spe_1/type", "12" },
	    { "/sys/bus/event_source/devices/arm_spe_1/cpumask", "1" } }, VERDICT_OK,
	  { OK(pmu, "arm_spe_0: CPUs 0, least period 256, latencies of 12 bits; arm_spe_1"),
	    END } },
	{ "erratum",
	  { { "/sys/devices/system/cpu/cpu1/regs/identification/midr_el1", "0x413fd0c1" } },
	  VERDICT_WARNING, { WARNING(errata, "1694299"), END } },

	{ "a user, 4", { NO_RIGHTS, PARANOID("4") }, VERDICT_PROBLEM,
	  { PROBLEM(perf, "CAP_SYS_ADMIN"), WARNING(context, "see perf"), END } },
	{ "a user, 2", { NO_RIGHTS }, VERDICT_WARNING,
	  { WARNING(perf, "in user space"), WARNING(context, ""), END } },
	{ "a user, 1", { NO_RIGHTS, PARANOID("1") }, VERDICT_WARNING,
	  { WARNING(perf, "of your own"), END } },
	{ "a user, 0", { NO_RIGHTS, PARANOID("0") }, VERDICT_WARNING,
	  { WARNING(perf, "all but tracepoints"), END } },
	{ "a user, -1", { NO_RIGHTS, PARANOID("-1") }, VERDICT_OK,
	  { OK(perf, "everything"), OK(memory, "no limit"), END } },
	{ "CAP_PERFMON",
	  { { "/proc/self/status", "Name:\tx\nCapEff:\t0000004000000000\n" } }, VERDICT_OK,
	  { OK(perf, "CAP_PERFMON"), END } },
	{ "CAP_PERFMON, 3",
	  { { "/proc/self/status", "Name:\tx\nCapEff:\t0000004000000000\n" }, PARANOID("3") },
	  VERDICT_PROBLEM,
	  { PROBLEM(perf, "Debian"), WARNING(context, ""), END } },
	{ "no perf events", { { "/proc/sys/kernel/perf_event_paranoid", NULL } },
	  VERDICT_WARNING, { UNKNOWN(perf, "no perf events"), END } },
	{ "root of a namespace", { { "/proc/self/uid_map", "0 1000 1\n" } }, VERDICT_WARNING,
	  { WARNING(perf, "outside its namespace"), WARNING(context, ""), END } },

	{ "enough memory",
	  { NO_RIGHTS, PARANOID("0"), { "/proc/sys/kernel/perf_event_mlock_kb", "2048\n" } },
	  VERDICT_WARNING, { WARNING(perf, ""), OK(memory, "about 6144 KiB"), END } },
	{ "little memory",
	  { NO_RIGHTS, PARANOID("0"),
	    { "/proc/self/limits", "Max locked memory  65536  65536  bytes\n" } },
	  VERDICT_WARNING, { WARNING(perf, ""), WARNING(memory, "about 548 KiB"), END } },
	{ "no addresses",
	  { { "/proc/kallsyms", "0000000000000000 T _text\n" },
	    { "/proc/sys/kernel/kptr_restrict", "2\n" } }, VERDICT_WARNING,
	  { WARNING(symbols, "kernel.kptr_restrict=1"), END } },
	{ "no tracefs", { { "/sys/kernel/tracing", NULL } }, VERDICT_WARNING,
	  { WARNING(tracepoints, "mount -t tracefs"), END } },
	{ "no KVM tracepoints", { { "/sys/kernel/tracing/events/kvm", NULL } }, VERDICT_WARNING,
	  { WARNING(tracepoints, "modprobe kvm"), END } },
	{ "no CONTEXT", { { "/proc/config.gz", "CONFIG_ARM_SPE_PMU=m\n" } }, VERDICT_WARNING,
	  { WARNING(context, "CONFIG_PID_IN_CONTEXTIDR"), END } },

	{ "nVHE",
	  { { "/dev/kmsg", "6,1,0,-;kvm [1]: Hyp nVHE mode initialized successfully\n" } },
	  VERDICT_WARNING, { WARNING(kvm, "EL2's part"), OK(chance, "stops SPE"), END } },
	{ "no KVM, no VMs",
	  { NO_LOG, { "/sys/class/misc/kvm", NULL }, { "/sys/kernel/tracing/events/kvm", NULL } },
	  VERDICT_OK,
	  { OK(kvm, "no KVM"), NONE(chance), NONE(guests), NONE(processes), END } },
	{ "KVM's mode unknown", { NO_LOG, { "/proc/interrupts", NULL } }, VERDICT_WARNING,
	  { UNKNOWN(kvm, "dmesg"), UNKNOWN(chance, "see kvm"), END } },
	{ "before 6.17", { KERNEL("6.12.9") }, VERDICT_WARNING,
	  { WARNING(chance, "efad60e46057"), END } },
	{ "a later first number", { KERNEL("7.0.0-rc1") }, VERDICT_OK, { END } },
	{ "guests that it cannot sample", { A_GUEST }, VERDICT_WARNING,
	  { WARNING(guests, "make -C kvm/module dkms-install"), OK(processes, "1 virtual machine: web"),
	    END } },
	{ "guests, and the module is installed",
	  { A_GUEST, { "/lib/modules/6.17.2-arm64/modules.dep", "updates/dkms/arm_spe_guests.ko.xz:\n" } },
	  VERDICT_WARNING, { WARNING(guests, "as root: modprobe arm_spe_guests"), END } },
	{ "guests, and the module is loaded",
	  { A_GUEST, { PMU "/caps/guest_profiling", "1\n" }, A_MODULE }, VERDICT_OK,
	  { OK(guests, "by arm_spe_guests: spelunk record --guests (version 1.0)"),
	    OK(chance, "arm_spe_guests 1.0 keeps PMSCR_EL1 at 0"), END } },
	{ "guests, and the module samples them for :G alone",
	  { A_GUEST, { PMU "/caps/guest_profiling", "0\n" }, A_MODULE }, VERDICT_WARNING,
	  { WARNING(guests, "echo 1 > /sys/module/arm_spe_guests/parameters/guests_by_default"), END } },
	{ "guests of an nVHE host",
	  { A_GUEST, { "/dev/kmsg", "6,1,0,-;kvm [1]: Hyp nVHE mode initialized successfully\n" } },
	  VERDICT_WARNING, { WARNING(kvm, ""), WARNING(guests, "KVM stops SPE"), END } },
	{ "guests that it can", { A_GUEST, { PMU "/caps/guest_profiling", "1\n" } }, VERDICT_OK,
	  { OK(guests, "record --guests"), OK(chance, "KVM writes"), END } },
	{ "a cap that is off", { A_GUEST, { PMU "/caps/guest_profiling", "0\n" } },
	  VERDICT_WARNING, { WARNING(guests, ""), END } },
};

static const struct expected *expected_of(const struct machine *m, enum check c)
{
	for (const struct expected *e = m->expected; e < m->expected + 15 && e->word; e++)
		if (e->check == c)
			return e;
	return NULL;
}

static void compare(const struct machine *m, enum check c, const struct finding *f)
{
	const struct expected *e = expected_of(m, c);
	enum verdict want = e ? e->verdict : VERDICT_OK;

	if (f->verdict != want)
		fail_msg("%s: %s is %s, not %s: %s", m->name, check_name(c),
			 verdict_name(f->verdict), verdict_name(want), f->found);
	if (e && !strstr(f->found, e->word) && !strstr(f->reason, e->word) &&
	    !strstr(f->fix, e->word))
		fail_msg("%s: %s does not say \"%s\": %s; %s; %s", m->name, check_name(c),
			 e->word, f->found, f->reason, f->fix);
	/* problems have a reason, OK does not */
	if (f->verdict == VERDICT_OK || f->verdict == VERDICT_NONE)
		assert_true(!f->reason[0] && !f->fix[0]);
	else if (!f->reason[0])
		fail_msg("%s: %s has no reason", m->name, check_name(c));
	assert_int_equal(!f->found[0], f->verdict == VERDICT_NONE);
}

static struct host *host_of(const struct machine *m, struct guests *g)
{
	char *root = machine_new(m->changes);
	struct host *h = host_new(root);

	assert_non_null(h);
	assert_int_equal(guests_read(g, root), 0);
	machine_free(root);
	/* the only fact that is not in files */
	h->time_conversion = ANSWER_YES;
	return h;
}

static void every_machine(void **state)
{
	static struct finding findings[NR_CHECKS];

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		const struct machine *m = &machines[i];
		struct guests g;
		struct host *h = host_of(m, &g);
		struct doctor d = { h, &g, 0 };
		enum verdict all = doctor_judge(&d, findings);

		for (unsigned int c = 0; c < NR_CHECKS; c++)
			compare(m, c, &findings[c]);
		if (all != m->all)
			fail_msg("%s: %s in all", m->name, verdict_name(all));
		guests_free(&g);
		host_free(h);
	}
}

static void clocks(void **state)
{
	static struct finding findings[NR_CHECKS];
	struct guests g;
	struct host *h = host_of(&machines[0], &g);
	struct doctor d = { h, &g, 0 };

	h->time_conversion = ANSWER_NO;
	assert_int_equal(doctor_judge(&d, findings), VERDICT_WARNING);
	assert_int_equal(findings[CHECK_time].verdict, VERDICT_WARNING);
	assert_non_null(strstr(findings[CHECK_time].found, "25.00 MHz"));
	h->time_conversion = ANSWER_UNKNOWN;
	assert_int_equal(doctor_judge(&d, findings), VERDICT_WARNING);
	assert_int_equal(findings[CHECK_time].verdict, VERDICT_UNKNOWN);
	host_free(h);
}

/* An attempt is more reliable than the expected outcome. */
static void perf_tried(void **state)
{
	static const struct machine user = { "a user, 3", { NO_RIGHTS, PARANOID("3") }, 0, { END } };
	static struct finding findings[NR_CHECKS];
	struct guests g;
	struct host *h = host_of(&user, &g);
	struct doctor d = { h, &g, 0 };

	doctor_judge(&d, findings);
	assert_int_equal(findings[CHECK_perf].verdict, VERDICT_PROBLEM);
	h->perf_opens = ANSWER_YES;
	doctor_judge(&d, findings);
	assert_int_equal(findings[CHECK_perf].verdict, VERDICT_WARNING);
	h->perf_opens = ANSWER_NO;
	h->paranoid.value = -1;
	assert_int_equal(doctor_judge(&d, findings), VERDICT_PROBLEM);
	assert_non_null(strstr(findings[CHECK_perf].reason, "seccomp"));
	host_free(h);
}

static void others_processes(void **state)
{
	static struct finding findings[NR_CHECKS];
	struct guests g;
	struct host *h = host_of(&machines[0], &g);
	struct doctor d = { h, &g, 0 };

	g.unread = 7;
	assert_int_equal(doctor_judge(&d, findings), VERDICT_WARNING);
	assert_int_equal(findings[CHECK_processes].verdict, VERDICT_WARNING);
	assert_non_null(strstr(findings[CHECK_processes].found, "7 processes could not be inspected"));
	d.guests_err = -EACCES;
	assert_int_equal(doctor_judge(&d, findings), VERDICT_WARNING);
	assert_int_equal(findings[CHECK_processes].verdict, VERDICT_UNKNOWN);
	host_free(h);
}

/* Names from firmware and guests are never printed raw. */
static void hostile_names(void **state)
{
	static struct finding findings[NR_CHECKS];
	static struct guest bad = { .pid = 1, .name = (char *)"a\033[31m\nOK b\"\\" };
	struct guests g;
	struct host *h = host_of(&machines[0], &g);
	struct doctor d = { h, &g, 0 };
	char *text;
	size_t len;
	FILE *out;

	g = (struct guests){ .guest = &bad, .nr = 1 };
	doctor_judge(&d, findings);
	out = open_memstream(&text, &len);
	assert_non_null(out);
	doctor_print_text(&(struct output){ .out = out }, findings, VERDICT_OK);
	doctor_print_json(out, &d, findings, VERDICT_OK);
	fclose(out);
	assert_null(strchr(text, '\033'));
	assert_null(strstr(text, "\nOK b"));
	assert_non_null(strstr(text, "\"name\":\"a\\u001b[31m\\u000aOK b\\\"\\\\\""));
	free(text);
	host_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_machine), cmocka_unit_test(clocks), cmocka_unit_test(perf_tried),
		cmocka_unit_test(others_processes), cmocka_unit_test(hostile_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
