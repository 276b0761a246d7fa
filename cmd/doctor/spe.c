// SPDX-License-Identifier: GPL-2.0-only
/* Is there SPE, and if not, why. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/doctor/checks.h"
#include "decoder/names.h"

#define KINDS_MAX	8	/* kinds of CPU, or PMUs, that a line names */

/* "Neoverse V1 r1p1" (Arm ARM, MIDR_EL1: variant 23:20, revision 3:0) */
static void cpu_text(char *text, size_t size, uint64_t midr)
{
	const char *name = spe_cpu_name(midr);

	if (!midr)
		snprintf(text, size, "unknown");
	else if (name)
		snprintf(text, size, "%s r%up%u", name, (unsigned int)(midr >> 20 & 15),
			 (unsigned int)(midr & 15));
	else
		snprintf(text, size, "MIDR 0x%08" PRIx64, midr);
}

/* Different MIDRs of a host, in the order they come.  Returns how many. */
static size_t kinds_of(const struct host *h, uint64_t midr[KINDS_MAX], size_t cpus[KINDS_MAX])
{
	size_t nr = 0, i, k;

	for (i = 0; i < h->nr_cpus; i++) {
		for (k = 0; k < nr && midr[k] != h->cpus[i].midr; k++)
			;
		if (k == KINDS_MAX)
			continue;
		if (k == nr) {
			midr[nr] = h->cpus[i].midr;
			cpus[nr++] = 0;
		}
		cpus[k]++;
	}
	return nr;
}

void check_processor(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	uint64_t midr[KINDS_MAX];
	size_t cpus[KINDS_MAX], nr;
	char text[64];

	if (!host_is_arm(h)) {
		finding_is(f, VERDICT_PROBLEM, "%s: no 64-bit Arm kernel",
			   h->machine[0] ? h->machine : "unknown");
		finding_reason(f, "SPE is a part of 64-bit Arm CPUs, since Armv8.2");
		finding_cure(f, "record on an Arm server; what was recorded there can be read here");
		return;
	}
	finding_is(f, VERDICT_OK, "%s", h->machine);
	nr = kinds_of(h, midr, cpus);
	for (size_t k = 0; k < nr; k++) {
		cpu_text(text, sizeof(text), midr[k]);
		finding_add(f, ", %zu CPU%s %s", cpus[k], cpus[k] == 1 ? "" : "s", text);
	}
}

/* A hypervisor that gives its guest SPE describes it, too. */
static bool given_by_hypervisor(const struct host *h)
{
	return h->nr_spe || (h->spe_device[0] && !h->said[KMSG_SPE_NO_PMSVER]);
}

void check_machine(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	bool given = given_by_hypervisor(h);

	if (!host_is_arm(h))
		return;
	switch (h->virtual) {
	case ANSWER_NO:
		finding_is(f, VERDICT_OK, "no virtual machine, by what its firmware says");
		return;
	case ANSWER_YES:
		finding_is(f, given ? VERDICT_OK : VERDICT_PROBLEM, "a virtual machine%s%s (%s)%s",
			   h->hypervisor[0] ? " of " : "", h->hypervisor, h->virtual_why,
			   given ? ", whose hypervisor gives it SPE" : "");
		break;
	case ANSWER_UNKNOWN:
		finding_is(f, given ? VERDICT_OK : VERDICT_UNKNOWN,
			   "perhaps a virtual machine%s%s%s", h->virtual_why[0] ? ": " : "",
			   h->virtual_why, given ? "; it has SPE" : "");
		break;
	}
	if (given)
		return;
	/* linux arch/arm64/kvm/sys_regs.c clears ID_AA64DFR0_EL1_PMSVer_MASK for guests */
	finding_reason(f, "hypervisors seldom give SPE to a guest; KVM hides it");
	finding_cure(f, "record on the host, or on an instance that is a whole machine (*.metal)");
}

void check_driver(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (!host_is_arm(h))
		return;
	switch (h->nr_spe ? SPE_DRIVER_RUNNING : h->driver) {
	case SPE_DRIVER_RUNNING:
		finding_is(f, VERDICT_OK, "arm_spe_pmu runs");
		break;
	case SPE_DRIVER_NOT_LOADED:
		finding_is(f, VERDICT_PROBLEM, "arm_spe_pmu is not loaded");
		finding_reason(f, "it is a module, and is loaded only if the kernel finds its device");
		finding_cure(f, "modprobe arm_spe_pmu");
		break;
	case SPE_DRIVER_NOT_INSTALLED:
		finding_is(f, VERDICT_PROBLEM, "arm_spe_pmu is not among the installed modules");
		finding_reason(f, "some distributions have it in a package of its own");
		finding_cure(f, "install linux-modules-extra-%s, as Ubuntu calls it; then modprobe "
		     "arm_spe_pmu", h->release);
		break;
	case SPE_DRIVER_NOT_BUILT:
		finding_is(f, VERDICT_PROBLEM, "this kernel has no arm_spe_pmu");
		finding_reason(f, "CONFIG_ARM_SPE_PMU is not set in %s", h->config_file);
		finding_cure(f, "boot a kernel with CONFIG_ARM_SPE_PMU=m");
		break;
	case SPE_DRIVER_UNKNOWN:
		finding_is(f, VERDICT_UNKNOWN, "arm_spe_pmu does not run");
		finding_reason(f, h->config[KCONFIG_ARM_SPE_PMU] == CONFIG_YES ?
			       "it is built in, and did not start; the kernel's log said why" :
			       "neither the kernel's configuration nor its list of modules is here");
		finding_cure(f, h->config[KCONFIG_ARM_SPE_PMU] == CONFIG_YES ?
			     "as root: dmesg | grep -i spe" : "modprobe arm_spe_pmu");
		break;
	}
}

/* No device: who was to describe it? */
static void no_device(const struct host *h, struct finding *f)
{
	const struct host_number *irq = &h->madt_spe_irq;

	if (h->firmware == FIRMWARE_DT) {
		finding_is(f, VERDICT_PROBLEM, "the device tree has no node for SPE");
		finding_reason(f, "or the node is disabled; the driver finds no device");
		finding_cure(f, h->virtual == ANSWER_YES ? "see machine" :
			     "spe-pmu { compatible = \"arm,statistical-profiling-extension-v1\"; "
			     "interrupts = <GIC_PPI 5 IRQ_TYPE_LEVEL_HIGH>; }; in the tree's root");
	} else if (irq->known && !irq->value) {
		finding_is(f, VERDICT_PROBLEM, "ACPI's MADT names no SPE interrupt");
		finding_reason(f, "the kernel makes no device, and prints nothing about it");
		finding_cure(f, "newer firmware, or a switch in its setup: the SPE Overflow Interrupt of "
		     "each GICC structure (ACPI 6.3)");
	} else if (irq->known && irq->value < 0) {
		finding_is(f, VERDICT_PROBLEM, "ACPI's MADT names different SPE interrupts");
		finding_reason(f, "the kernel wants one interrupt for all CPUs");
		finding_cure(f, "newer firmware");
	} else if (h->driver == SPE_DRIVER_NOT_BUILT || h->firmware == FIRMWARE_UNKNOWN) {
		finding_is(f, VERDICT_UNKNOWN, "there is no device for SPE");
		/* drivers/perf/arm_pmu_acpi.c makes it only if the driver is configured */
		finding_reason(f, h->firmware == FIRMWARE_UNKNOWN ?
			       "neither ACPI's tables nor a device tree can be seen" :
			       "this kernel has not looked for one");
	} else {
		finding_is(f, VERDICT_PROBLEM, "ACPI has the kernel make no device for SPE");
		finding_reason(f, "the MADT names no SPE interrupt, or not one for all CPUs");
		finding_cure(f, "newer firmware, or a switch in its setup; root can see more: spelunk "
		     "doctor as root");
	}
}

void check_firmware(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (!host_is_arm(h))
		return;
	if (!h->nr_spe && !h->spe_device[0]) {
		no_device(h, f);
		return;
	}
	finding_is(f, VERDICT_OK, "%s%s", h->firmware == FIRMWARE_ACPI ? "ACPI describes " :
	     h->firmware == FIRMWARE_DT ? "the device tree describes " : "device ",
	     h->spe_device[0] ? h->spe_device : "SPE");
}

/* drivers/perf/arm_spe_pmu.c: arm_spe_pmu_device_probe() */
void check_page_tables(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (!host_is_arm(h))
		return;
	switch (h->nr_spe ? ANSWER_NO : h->kpti) {
	case ANSWER_NO:
		finding_is(f, VERDICT_OK, "the kernel stays mapped (no KPTI)");
		break;
	case ANSWER_YES:
		finding_is(f, VERDICT_PROBLEM, "the kernel is unmapped while user space runs (KPTI)");
		finding_reason(f, "SPE could not write to its buffer then, and the driver refuses");
		finding_cure(f, "kernel parameter kpti=off; it gives up a protection from Meltdown, and "
		     "of KASLR: weigh that");
		break;
	case ANSWER_UNKNOWN:
		finding_is(f, VERDICT_UNKNOWN, "KPTI may be on");
		finding_reason(f, "%s", h->log ? "the kernel's log cannot be read" :
		       "the kernel's log does not say");
		finding_cure(f, "as root: dmesg | grep -e KPTI -e 'page table' -e kpti");
		break;
	}
}

void check_buffer(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (!host_is_arm(h))
		return;
	if (h->nr_spe) {
		finding_is(f, VERDICT_OK, "SPE's buffer is the kernel's");
	} else if (h->said[KMSG_SPE_EL3]) {
		finding_is(f, VERDICT_PROBLEM, "SPE's buffer belongs to a higher exception level");
		finding_reason(f, "PMBIDR_EL1.P is set: firmware at EL3, or a hypervisor, keeps it");
		finding_cure(f, "newer firmware: MDCR_EL3.NSPB has to be 3 (Trusted Firmware-A: "
		     "ENABLE_SPE_FOR_NS=1)");
	} else {
		finding_is(f, VERDICT_UNKNOWN, "only the driver can tell whose SPE's buffer is");
		finding_reason(f, "%s", h->log ? "the kernel's log cannot be read" :
		       "the kernel's log does not say");
		finding_cure(f, "as root, with the driver loaded: dmesg | grep arm_spe_pmu");
	}
}

/* Why a driver that has a device makes no PMU of it: words of the log. */
static const struct {
	enum kmsg_line line;
	const char *reason, *cure;
} refusals[] = {
	{ KMSG_SPE_NO_PMSVER, "ID_AA64DFR0_EL1.PMSVer is 0: the CPU has no SPE, or firmware or a "
	  "hypervisor hides it", "a machine whose CPUs have SPE, or newer firmware" },
	{ KMSG_SPE_EL3, "firmware keeps SPE's buffer (PMBIDR_EL1.P)", "see buffer" },
	{ KMSG_SPE_KPTI, "the driver refuses under KPTI", "see page-tables" },
	{ KMSG_SPE_ALIGN, "PMBIDR_EL1.Align is not one the driver knows", "a newer kernel" },
	{ KMSG_SPE_MAXSIZE, "PMSIDR_EL1.MaxSize is not one the driver knows", "a newer kernel" },
	{ KMSG_SPE_SPI, "firmware gives SPE a shared interrupt, it must be private to the CPU",
	  "newer firmware" },
	{ KMSG_SPE_PARTITION, "the device tree does not say which CPUs SPE's interrupt is of",
	  "an interrupt partition of the GIC in the device tree" },
	/* linux drivers/acpi/pptt.c had a mistake in 2025 that said so of like CPUs */
	{ KMSG_SPE_MIXED, "ACPI says that the CPUs are not alike",
	  "newer firmware; if they are alike, another kernel" },
	{ KMSG_SPE_MIXED_61, "ACPI says that the CPUs are not alike",
	  "newer firmware; if they are alike, another kernel" },
	{ KMSG_SPE_GSI, "the kernel could not get SPE's interrupt", "newer firmware" },
	{ KMSG_SPE_GSI_61, "the kernel could not get SPE's interrupt", "newer firmware" },
};

static void no_pmu(const struct host *h, struct finding *f)
{
	finding_is(f, VERDICT_PROBLEM, "there is no PMU arm_spe_0");
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (h->said[refusals[i].line]) {
			finding_reason(f, "%s", refusals[i].reason);
			finding_cure(f, "%s", refusals[i].cure);
			return;
		}
	}
	if (h->driver == SPE_DRIVER_RUNNING && h->spe_device[0]) {
		finding_reason(f, "the driver did not take %s; the kernel's log said why", h->spe_device);
		finding_cure(f, "as root: dmesg | grep -i spe");
		return;
	}
	finding_reason(f, "see the lines above that are not OK");
}

void check_pmu(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	char cpus[64];
	uint64_t n;

	if (!host_is_arm(h))
		return;
	if (!h->nr_spe) {
		no_pmu(h, f);
		return;
	}
	finding_is(f, VERDICT_OK, "%s", "");
	for (size_t i = 0; i < h->nr_spe && i < KINDS_MAX; i++) {
		const struct host_pmu *p = &h->spe[i];

		finding_add(f, "%s%s: CPUs %s", i ? "; " : "", p->name,
			  cpu_list_text(&p->cpus, cpus, sizeof(cpus)));
		if (host_pmu_cap(p, "min_interval", &n))
			finding_add(f, ", least period %" PRIu64, n);
		if (host_pmu_cap(p, "count_size", &n))
			finding_add(f, ", latencies of %" PRIu64 " bits", n);
	}
	if (h->nr_spe > KINDS_MAX)
		finding_add(f, "; and %zu more", h->nr_spe - KINDS_MAX);
}

static bool covered(const struct host *h, uint32_t cpu)
{
	for (size_t i = 0; i < h->nr_spe; i++)
		if (cpu_list_has(&h->spe[i].cpus, cpu))
			return true;
	return false;
}

void check_coverage(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	uint32_t missing[64];
	struct cpu_list list = { .cpu = missing };
	size_t nr = 0;
	char text[128];

	if (!host_is_arm(h) || !h->nr_spe)
		return;
	for (size_t i = 0; i < h->nr_cpus; i++) {
		if (covered(h, h->cpus[i].cpu))
			continue;
		if (list.nr < sizeof(missing) / sizeof(missing[0]))
			missing[list.nr++] = h->cpus[i].cpu;
		nr++;
	}
	if (!h->nr_cpus) {
		finding_is(f, VERDICT_UNKNOWN, "the kernel does not tell which CPUs there are");
	} else if (nr) {
		finding_is(f, VERDICT_WARNING, "%zu of %zu CPUs have no SPE PMU: %s%s", nr, h->nr_cpus,
		     cpu_list_text(&list, text, sizeof(text)), nr > list.nr ? " ..." : "");
		finding_reason(f, "what runs there is not sampled: those cores have no SPE, or firmware "
		       "does not describe it");
		finding_cure(f, "keep what is profiled on the other CPUs: taskset, vCPU pinning");
	} else {
		finding_is(f, VERDICT_OK, h->nr_cpus == 1 ? "the CPU has an SPE PMU" :
		     "all %zu CPUs have an SPE PMU", h->nr_cpus);
	}
}

void check_errata(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	uint64_t midr[KINDS_MAX];
	size_t cpus[KINDS_MAX], nr, at = 0;
	struct spe_erratum e[4];
	char text[64];

	if (!host_is_arm(h) || !h->nr_cpus)
		return;
	nr = kinds_of(h, midr, cpus);
	finding_is(f, VERDICT_OK, "none known of %s", nr == 1 ? "this CPU" : "these CPUs");
	for (size_t k = 0; k < nr; k++) {
		size_t have = spe_errata(midr[k], e, sizeof(e) / sizeof(e[0]));

		cpu_text(text, sizeof(text), midr[k]);
		for (size_t i = 0; i < have && i < sizeof(e) / sizeof(e[0]); i++) {
			if (f->verdict == VERDICT_OK)
				finding_is(f, VERDICT_WARNING, "%s has %s", text, e[i].id);
			else
				finding_add(f, ", %s has %s", text, e[i].id);
			if (at < sizeof(f->reason))
				at += snprintf(f->reason + at, sizeof(f->reason) - at, "%s%s: %s",
					       at ? "; " : "", e[i].id, e[i].what);
		}
	}
}
