// SPDX-License-Identifier: GPL-2.0-only
#include "collector/host/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/sysfiles.h"
#include "collector/host/host_impl.h"

static void read_names(struct host *h, const char *root)
{
	struct utsname u;

	sysfiles_text(root, h->machine, sizeof(h->machine), "/proc/sys/kernel/arch");
	sysfiles_text(root, h->release, sizeof(h->release), "/proc/sys/kernel/osrelease");
	/* the sysctl kernel.arch exists only since Linux 6.1 (kernel/utsname_sysctl.c) */
	if (!*root && !uname(&u)) {
		snprintf(h->machine, sizeof(h->machine), "%s", u.machine);
		snprintf(h->release, sizeof(h->release), "%s", u.release);
	}
	/* release is used in paths */
	if (strchr(h->release, '/'))
		h->release[0] = '\0';
	sscanf(h->release, "%5u.%5u", &h->version, &h->patchlevel);
}

static int read_cpus(struct host *h, const char *root)
{
	struct cpu_list online;
	char text[4096];
	int64_t midr;
	int err;

	sysfiles_text(root, text, sizeof(text), "/sys/devices/system/cpu/online");
	err = cpu_list_parse(&online, text);
	if (err || !online.nr)
		return err == -ENOMEM ? err : 0;
	h->cpus = calloc(online.nr, sizeof(*h->cpus));
	for (size_t i = 0; h->cpus && i < online.nr; i++) {
		struct host_cpu *c = &h->cpus[h->nr_cpus++];

		c->cpu = online.cpu[i];
		/* arch/arm64/kernel/cpuinfo.c: CPUREGS_ATTR_RO() */
		if (!sysfiles_number(root, &midr, SYSFILES_NUMBER_HEX, "/sys/devices/system/cpu/"
				 "cpu%u/regs/identification/midr_el1", c->cpu))
			c->midr = (uint64_t)midr;
	}
	cpu_list_free(&online);
	return h->cpus ? 0 : -ENOMEM;
}

struct host *host_new(const char *root)
{
	struct host *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	read_names(h, root);
	if (read_cpus(h, root) || host_read_pmus(h, root) || host_read_cores(h, root)) {
		host_free(h);
		return NULL;
	}
	if (!*root)
		host_read_clock(h);
	host_read_log(h, root);
	host_read_config(h, root);
	host_read_driver(h, root);
	host_read_world(h, root);
	host_read_access(h, root);
	return h;
}

void host_free(struct host *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->nr_spe; i++) {
		cpu_list_free(&h->spe[i].cpus);
		free(h->spe[i].caps);
		free(h->spe[i].formats);
	}
	for (size_t i = 0; i < h->nr_cores; i++)
		cpu_list_free(&h->cores[i].cpus);
	free(h->cores);
	free(h->spe);
	free(h->cpus);
	free(h);
}

bool host_can(const struct host *h, enum host_capability cap)
{
	return h->capabilities >> cap & 1;
}

bool host_is_arm(const struct host *h)
{
	return !strcmp(h->machine, "aarch64");
}

const char *kvm_mode_name(enum kvm_mode m)
{
	switch (m) {
	case KVM_MODE_UNKNOWN:		break;
	case KVM_MODE_NONE:		return "none";
	case KVM_MODE_VHE:		return "VHE";
	case KVM_MODE_NVHE:		return "nVHE";
	case KVM_MODE_HVHE:		return "hVHE";
	case KVM_MODE_PROTECTED:	return "protected";
	}
	return "unknown";
}
