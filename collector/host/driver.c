// SPDX-License-Identifier: GPL-2.0-only
/* Why there is an SPE PMU, or why not. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sysfiles.h"
#include "collector/host/host_impl.h"

#define DEVICES_MAX		65536
#define MODULES_MAX_BYTES	(16u << 20)
#define MADT_MAX_BYTES		(4u << 20)

/* drivers/perf/arm_spe_pmu.c: arm_spe_pmu_of_match; linux include/linux/perf/arm_pmu.h */
#define DT_COMPATIBLE		"Carm,statistical-profiling-extension-v1"
#define ACPI_DEVICE		"arm,spe-v1"

/* Does one of the release's lists of modules have this file, "/x.ko"? */
static enum answer module_listed(const struct host *h, const char *root, const char *list,
				 const char *file)
{
	enum answer a = ANSWER_UNKNOWN;
	char *text;

	if (h->release[0] && sysfiles_whole(root, &text, MODULES_MAX_BYTES, "/lib/modules/%s/%s",
					h->release, list) >= 0) {
		a = strstr(text, file) ? ANSWER_YES : ANSWER_NO;
		free(text);
	}
	return a;
}

static enum spe_driver find_driver(const struct host *h, const char *root)
{
	enum answer file;

	if (!sysfiles_there(root, "/sys/bus/platform/drivers/arm_spe_pmu"))
		return SPE_DRIVER_RUNNING;
	file = module_listed(h, root, "modules.dep", "/arm_spe_pmu.ko");
	if (file == ANSWER_YES)
		return SPE_DRIVER_NOT_LOADED;
	switch (h->config[KCONFIG_ARM_SPE_PMU]) {
	case CONFIG_NO:		return SPE_DRIVER_NOT_BUILT;
	case CONFIG_MODULE:	return file == ANSWER_NO ? SPE_DRIVER_NOT_INSTALLED :
							   SPE_DRIVER_NOT_LOADED;
	/* a built-in driver would be registered */
	case CONFIG_UNKNOWN:	return file == ANSWER_NO ? SPE_DRIVER_NOT_INSTALLED :
							   SPE_DRIVER_UNKNOWN;
	case CONFIG_YES:	break;
	}
	return SPE_DRIVER_UNKNOWN;
}

static void find_guest_module(struct host *h, const char *root)
{
	if (!sysfiles_there(root, "/sys/module/" GUEST_MODULE)) {
		h->guest_module = GUEST_MODULE_LOADED;
		sysfiles_text(root, h->guest_module_version, sizeof(h->guest_module_version),
			      "/sys/module/" GUEST_MODULE "/version");
	} else if (module_listed(h, root, "modules.dep", "/" GUEST_MODULE ".ko") == ANSWER_YES) {
		h->guest_module = GUEST_MODULE_INSTALLED;
	}
}

/* The platform device that Linux made from the firmware's description. */
static void find_device(struct host *h, const char *root)
{
	struct sysfiles_names names;
	char alias[256];

	sysfiles_names(root, &names, DEVICES_MAX, "/sys/bus/platform/devices");
	for (size_t i = 0; i < names.nr && !h->spe_device[0]; i++) {
		/* "of:Nspe-pmuT(null)Carm,statistical-profiling-extension-v1", "platform:arm,spe-v1" */
		sysfiles_text(root, alias, sizeof(alias), "/sys/bus/platform/devices/%s/modalias",
			  names.name[i]);
		if (strstr(alias, DT_COMPATIBLE) || !strcmp(alias, "platform:" ACPI_DEVICE) ||
		    !strcmp(names.name[i], ACPI_DEVICE))
			snprintf(h->spe_device, sizeof(h->spe_device), "%s", names.name[i]);
	}
	sysfiles_names_free(&names);
}

/* GIC CPU interface structures of the MADT (ACPI 6.5, 5.2.12.14; acpi_madt_generic_interrupt). */
#define MADT_FIRST	44	/* bytes before the first structure */
#define GICC		0x0b
#define GICC_FLAGS	12	/* bit 0: enabled */
#define GICC_SPE	78	/* SPE overflow interrupt, 16 bits; since ACPI 6.3 */

static unsigned int word_at(const unsigned char *p)
{
	return p[0] | p[1] << 8;
}

/* Like arm_acpi_register_pmu_device() (drivers/perf/arm_pmu_acpi.c). */
static void read_madt(struct host *h, const unsigned char *table, size_t len)
{
	size_t at, size;

	for (at = MADT_FIRST; at + 2 <= len; at += size) {
		int64_t irq = 0;

		size = table[at + 1];
		if (size < 2 || size > len - at)
			return;
		if (table[at] != GICC || size <= GICC_FLAGS || !(table[at + GICC_FLAGS] & 1))
			continue;
		if (size >= GICC_SPE + 2)
			irq = word_at(table + at + GICC_SPE);
		if (h->madt_spe_irq.known && h->madt_spe_irq.value != irq)
			irq = -1;
		h->madt_spe_irq = (struct host_number){ true, irq };
		if (irq < 0)
			return;
	}
}

static void find_firmware(struct host *h, const char *root)
{
	char *table;
	ssize_t len = sysfiles_whole(root, &table, MADT_MAX_BYTES,
				 "/sys/firmware/acpi/tables/APIC");

	if (len >= 0) {
		read_madt(h, (unsigned char *)table, len);
		free(table);
	}
	if (!sysfiles_there(root, "/sys/firmware/acpi/tables"))
		h->firmware = FIRMWARE_ACPI;
	else if (!sysfiles_there(root, "/proc/device-tree/compatible"))
		h->firmware = FIRMWARE_DT;
}

/* arch/arm64/kernel/cpufeature.c: cpu_show_meltdown() */
static enum answer find_kpti(const struct host *h, const char *root)
{
	char text[64];

	if (h->said[KMSG_SPE_KPTI] || h->said[KMSG_KPTI])
		return ANSWER_YES;
	if (sysfiles_text(root, text, sizeof(text),
		      "/sys/devices/system/cpu/vulnerabilities/meltdown") <= 0)
		return ANSWER_UNKNOWN;
	if (!strcmp(text, "Mitigation: PTI"))
		return ANSWER_YES;
	/* even if the CPU is not affected, it may be on: for KASLR, or by kpti=on */
	return strcmp(text, "Vulnerable") ? ANSWER_UNKNOWN : ANSWER_NO;
}

void host_read_driver(struct host *h, const char *root)
{
	h->driver = find_driver(h, root);
	find_guest_module(h, root);
	find_device(h, root);
	find_firmware(h, root);
	h->kpti = find_kpti(h, root);
}
