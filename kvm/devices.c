// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/devices.h"

#include <stdio.h>
#include <string.h>

struct device {
	uint64_t base, size, each;
	const char *name;
};

static const struct device devices[] = {
#define DEVICE(base, size, each, name) { base, size, each, name },
#include "kvm/devices.def"
#undef DEVICE
};

/* The kernel keeps 15 bytes of a process' name.  RHEL calls it qemu-kvm. */
static bool is_qemu(const char *comm)
{
	return !strncmp(comm, "qemu-system-aar", 15) || !strcmp(comm, "qemu-kvm");
}

bool device_at(char out[DEVICE_LEN], const char *comm, uint64_t ipa)
{
	*out = '\0';
	if (!is_qemu(comm))
		return false;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		const struct device *d = &devices[i];

		if (ipa < d->base || ipa - d->base >= d->size)
			continue;
		if (d->each)
			snprintf(out, DEVICE_LEN, "%s %u", d->name,
				 (unsigned int)((ipa - d->base) / d->each));
		else
			snprintf(out, DEVICE_LEN, "%s", d->name);
		return true;
	}
	return false;
}
