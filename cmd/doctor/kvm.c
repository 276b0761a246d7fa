// SPDX-License-Identifier: GPL-2.0-only
/* What a recording will have of guests and the world switch. */
#include <stdio.h>
#include <string.h>

#include "cmd/doctor/checks.h"

#define NAMED_MAX	4	/* maximum VMs named in a line */

void check_kvm(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	switch (h->kvm) {
	case KVM_MODE_NONE:
		finding_set(f, KVM_NONE, h->kvm_why);
		break;
	case KVM_MODE_VHE:
		finding_set(f, KVM, kvm_mode_name(h->kvm), h->kvm_why);
		break;
	case KVM_MODE_NVHE:
	case KVM_MODE_HVHE:
	case KVM_MODE_PROTECTED:
		finding_set(f, KVM_EL1, kvm_mode_name(h->kvm), h->kvm_why);
		break;
	case KVM_MODE_UNKNOWN:
		finding_set(f, KVM_UNKNOWN);
		break;
	}
}

/*
 * efad60e46057 "KVM: arm64: Initialize PMSCR_EL1 when in VHE", Linux 6.17.  Vendors may have
 * backported it, which the version does not show.
 */
static bool clears_pmscr(const struct host *h)
{
	return h->version > 6 || (h->version == 6 && h->patchlevel >= 17);
}

static bool samples_guests(const struct host *h)
{
	for (size_t i = 0; i < h->nr_spe; i++)
		if (host_pmu_samples_guests(&h->spe[i]))
			return true;
	return false;
}

void check_chance(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (h->kvm == KVM_MODE_NONE)
		return;
	if (h->kvm == KVM_MODE_UNKNOWN || !h->version)
		finding_set(f, CHANCE_UNKNOWN);
	else if (h->kvm != KVM_MODE_VHE)
		finding_set(f, CHANCE_STOPS);
	else if (h->guest_module == GUEST_MODULE_LOADED)
		finding_set(f, CHANCE_MODULE, h->guest_module_version);
	else if (samples_guests(h))
		finding_set(f, CHANCE_WRITES);
	else if (clears_pmscr(h))
		finding_set(f, CHANCE_CLEARS, h->version, h->patchlevel);
	else
		finding_set(f, CHANCE_MAY, h->version, h->patchlevel);
}

/* The commands that enable sampling of guests with a stock kernel. */
static void module_fix(const struct host *h, struct finding *f)
{
	if (h->guest_module == GUEST_MODULE_LOADED)
		finding_fix(f, "as root: echo 1 > /sys/module/" GUEST_MODULE
			    "/parameters/guests_by_default");
	else if (h->guest_module == GUEST_MODULE_INSTALLED)
		finding_fix(f, "as root: modprobe " GUEST_MODULE);
	else
		finding_fix(f, "as root: install the package spelunk-dkms, or in spelunk's source "
			    "make -C kvm/module dkms-install; then modprobe " GUEST_MODULE
			    " (doc/howto-guests.md)");
}

void check_guests(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	bool loaded = h->guest_module == GUEST_MODULE_LOADED;

	if (h->kvm == KVM_MODE_NONE)
		return;
	if (samples_guests(h)) {
		finding_set(f, GUESTS, loaded ? GUEST_MODULE : "this kernel");
		if (loaded)
			finding_add(f, " (version %s)", h->guest_module_version);
		return;
	}
	if (h->kvm == KVM_MODE_NVHE || h->kvm == KVM_MODE_HVHE || h->kvm == KVM_MODE_PROTECTED) {
		finding_set(f, GUESTS_EL1);
	} else {
		finding_set(f, GUESTS_NOT, loaded ? " with guests_by_default=1" : "");
		module_fix(h, f);
	}
	if (!d->guests->nr)
		finding_ok(f);
}

static void name_guests(const struct guests *g, struct finding *f)
{
	size_t i;

	finding_set(f, PROCESSES, g->nr, g->nr == 1 ? "" : "s");
	for (i = 0; i < g->nr && i < NAMED_MAX; i++)
		finding_add(f, "%s%.64s (process %d, %zu vCPU%s)", i ? ", " : ": ", g->guest[i].name,
			    g->guest[i].pid, g->guest[i].nr_vcpus,
			    g->guest[i].nr_vcpus == 1 ? "" : "s");
	if (i < g->nr)
		finding_add(f, ", and %zu more", g->nr - i);
}

void check_processes(const struct doctor *d, struct finding *f)
{
	const struct guests *g = d->guests;

	if (d->guests_err) {
		finding_set(f, PROCESSES_UNKNOWN);
		finding_reason(f, "/proc: %s", strerror(-d->guests_err));
		return;
	}
	if (host_is_arm(d->host) && d->host->kvm == KVM_MODE_NONE && !g->nr)
		return;
	name_guests(g, f);
	if (g->unread) {
		f->verdict = VERDICT_WARNING;
		finding_add(f, "; %zu process%s could not be inspected", g->unread, g->unread == 1 ? "" : "es");
		finding_reason(f, "they belong to another user: virtual machines among them "
			       "cannot be found");
		finding_fix(f, "as root, or with CAP_SYS_PTRACE");
	} else if (g->cut) {
		f->verdict = VERDICT_WARNING;
		finding_reason(f, "more than %d threads or files: not all were checked",
			       GUESTS_THREADS_MAX);
	}
}
