// SPDX-License-Identifier: GPL-2.0-only
/* Is there SPE, and if not, why not? */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/doctor/checks.h"
#include "decoder/names.h"

#define KINDS_MAX	8	/* maximum kinds of CPUs, or PMUs, named in a line */

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

/* The different MIDRs of a host, in order of appearance.  Returns their number. */
static size_t kinds_of(const struct host *h, uint64_t midr[KINDS_MAX], size_t cpus[KINDS_MAX])
{
	size_t nr = 0, k;

	for (size_t i = 0; i < h->nr_cpus; i++) {
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
		finding_set(f, PROCESSOR_NO_ARM, h->machine[0] ? h->machine : "unknown");
		return;
	}
	finding_set(f, PROCESSOR, h->machine);
	nr = kinds_of(h, midr, cpus);
	for (size_t k = 0; k < nr; k++) {
		cpu_text(text, sizeof(text), midr[k]);
		finding_add(f, ", %zu CPU%s %s", cpus[k], cpus[k] == 1 ? "" : "s", text);
	}
}

/* A hypervisor that gives its guest SPE also describes the device. */
static bool given_by_hypervisor(const struct host *h)
{
	return h->nr_spe || (h->spe_device[0] && !h->said[KMSG_SPE_NO_PMSVER]);
}

void check_machine(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	bool given = given_by_hypervisor(h);

	switch (h->virtual) {
	case ANSWER_NO:
		finding_set(f, MACHINE);
		return;
	case ANSWER_YES:
		finding_set(f, MACHINE_VIRTUAL, h->hypervisor[0] ? " of " : "", h->hypervisor,
			    h->virtual_why, given ? ", whose hypervisor gives it SPE" : "");
		break;
	case ANSWER_UNKNOWN:
		finding_set(f, MACHINE_UNKNOWN, h->virtual_why[0] ? ": " : "", h->virtual_why,
			    given ? "; it has SPE" : "");
		break;
	}
	if (given)
		finding_ok(f);
}

void check_driver(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	switch (h->nr_spe ? SPE_DRIVER_RUNNING : h->driver) {
	case SPE_DRIVER_RUNNING:
		finding_set(f, DRIVER);
		break;
	case SPE_DRIVER_NOT_LOADED:
		finding_set(f, DRIVER_NOT_LOADED);
		break;
	case SPE_DRIVER_NOT_INSTALLED:
		finding_set(f, DRIVER_NOT_INSTALLED);
		finding_fix(f, "install linux-modules-extra-%s, as Ubuntu calls it; then modprobe "
			    "arm_spe_pmu", h->release);
		break;
	case SPE_DRIVER_NOT_BUILT:
		finding_set(f, DRIVER_NOT_BUILT);
		finding_reason(f, "CONFIG_ARM_SPE_PMU is not set in %s", h->config_file);
		break;
	case SPE_DRIVER_UNKNOWN:
		if (h->config[KCONFIG_ARM_SPE_PMU] == CONFIG_YES)
			finding_set(f, DRIVER_BUILT_IN);
		else
			finding_set(f, DRIVER_UNKNOWN);
		break;
	}
}

/* There is no device: say who should have described it. */
static void no_device(const struct host *h, struct finding *f)
{
	const struct host_number *irq = &h->madt_spe_irq;

	if (h->firmware == FIRMWARE_DT)
		finding_set(f, FIRMWARE_NO_NODE);
	else if (irq->known && !irq->value)
		finding_set(f, FIRMWARE_NO_IRQ);
	else if (irq->known && irq->value < 0)
		finding_set(f, FIRMWARE_IRQS);
	else if (h->firmware == FIRMWARE_UNKNOWN)
		finding_set(f, FIRMWARE_UNSEEN);
	else if (h->driver == SPE_DRIVER_NOT_BUILT)
		finding_set(f, FIRMWARE_NOT_ASKED);
	else
		finding_set(f, FIRMWARE_NO_DEVICE);
	if (h->firmware == FIRMWARE_DT && h->virtual == ANSWER_YES)
		finding_fix(f, "see machine");
}

void check_firmware(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (!h->nr_spe && !h->spe_device[0])
		no_device(h, f);
	else
		finding_set(f, FIRMWARE, h->firmware == FIRMWARE_ACPI ? "ACPI describes " :
			    h->firmware == FIRMWARE_DT ? "the device tree describes " : "device ",
			    h->spe_device[0] ? h->spe_device : "SPE");
}

/* Why the log, which would have the answer, does not help. */
static const char *no_word(const struct host *h)
{
	return h->log ? "the kernel's log cannot be read" : "the kernel's log does not say";
}

void check_page_tables(const struct doctor *d, struct finding *f)
{
	switch (d->host->nr_spe ? ANSWER_NO : d->host->kpti) {
	case ANSWER_NO:
		finding_set(f, TABLES);
		break;
	case ANSWER_YES:
		finding_set(f, TABLES_KPTI);
		break;
	case ANSWER_UNKNOWN:
		finding_set(f, TABLES_UNKNOWN);
		finding_reason(f, "%s", no_word(d->host));
		break;
	}
}

void check_buffer(const struct doctor *d, struct finding *f)
{
	if (d->host->nr_spe) {
		finding_set(f, BUFFER);
	} else if (d->host->said[KMSG_SPE_EL3]) {
		finding_set(f, BUFFER_EL3);
	} else {
		finding_set(f, BUFFER_UNKNOWN);
		finding_reason(f, "%s", no_word(d->host));
	}
}

/* Why a driver with a device registers no PMU: messages in the kernel's log. */
static const struct {
	enum kmsg_line line;
	const char *reason, *fix;
} refusals[] = {
	{ KMSG_SPE_NO_PMSVER, "ID_AA64DFR0_EL1.PMSVer is 0: the CPU has no SPE, or firmware or a "
	  "hypervisor hides it", "a machine whose CPUs have SPE, or newer firmware" },
	{ KMSG_SPE_EL3, "firmware keeps SPE's buffer (PMBIDR_EL1.P)", "see buffer" },
	{ KMSG_SPE_KPTI, "the driver refuses under KPTI", "see page-tables" },
	{ KMSG_SPE_ALIGN, "the driver does not know this PMBIDR_EL1.Align", "a newer kernel" },
	{ KMSG_SPE_MAXSIZE, "the driver does not know this PMSIDR_EL1.MaxSize", "a newer kernel" },
	{ KMSG_SPE_SPI, "firmware gives SPE a shared interrupt; it must be private to the CPU",
	  "newer firmware" },
	{ KMSG_SPE_PARTITION, "the device tree does not say which CPUs SPE's interrupt belongs to",
	  "an interrupt partition of the GIC in the device tree" },
	/* in 2025 a bug in linux drivers/acpi/pptt.c reported this for identical CPUs */
	{ KMSG_SPE_MIXED, "ACPI says that the CPUs are not alike",
	  "newer firmware; if they are alike, another kernel" },
	{ KMSG_SPE_MIXED_61, "ACPI says that the CPUs are not alike",
	  "newer firmware; if they are alike, another kernel" },
	{ KMSG_SPE_GSI, "the kernel could not get SPE's interrupt", "newer firmware" },
	{ KMSG_SPE_GSI_61, "the kernel could not get SPE's interrupt", "newer firmware" },
};

static void no_pmu(const struct host *h, struct finding *f)
{
	finding_set(f, PMU_NONE);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (h->said[refusals[i].line]) {
			finding_reason(f, "%s", refusals[i].reason);
			finding_fix(f, "%s", refusals[i].fix);
			return;
		}
	}
	if (h->driver == SPE_DRIVER_RUNNING && h->spe_device[0]) {
		finding_reason(f, "the driver did not bind to %s; the kernel log says why", h->spe_device);
		finding_fix(f, "as root: dmesg | grep -i spe");
	}
}

void check_pmu(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	char cpus[64];
	uint64_t n;

	if (!h->nr_spe) {
		no_pmu(h, f);
		return;
	}
	finding_set(f, PMU, "");
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

	for (size_t i = 0; i < h->nr_cpus; i++) {
		if (covered(h, h->cpus[i].cpu))
			continue;
		if (list.nr < sizeof(missing) / sizeof(missing[0]))
			missing[list.nr++] = h->cpus[i].cpu;
		nr++;
	}
	if (!h->nr_cpus)
		finding_set(f, COVERAGE_UNKNOWN);
	else if (nr)
		finding_set(f, COVERAGE_PART, nr, h->nr_cpus, cpu_list_text(&list, text, sizeof(text)),
			    nr > list.nr ? " ..." : "");
	else if (h->nr_cpus == 1)
		finding_set(f, COVERAGE_ONE);
	else
		finding_set(f, COVERAGE, h->nr_cpus);
}

void check_errata(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	uint64_t midr[KINDS_MAX];
	size_t cpus[KINDS_MAX], nr, at = 0;
	struct spe_erratum e[4];
	char text[64];

	if (!h->nr_cpus)
		return;
	nr = kinds_of(h, midr, cpus);
	finding_set(f, ERRATA_NONE, nr == 1 ? "this CPU" : "these CPUs");
	for (size_t k = 0; k < nr; k++) {
		size_t have = spe_errata(midr[k], e, sizeof(e) / sizeof(e[0]));

		cpu_text(text, sizeof(text), midr[k]);
		for (size_t i = 0; i < have && i < sizeof(e) / sizeof(e[0]); i++) {
			if (f->verdict == VERDICT_OK)
				finding_set(f, ERRATA, text, e[i].id);
			else
				finding_add(f, ", %s has %s", text, e[i].id);
			if (at < sizeof(f->reason))
				at += snprintf(f->reason + at, sizeof(f->reason) - at, "%s%s: %s",
					       at ? "; " : "", e[i].id, e[i].what);
		}
	}
}
