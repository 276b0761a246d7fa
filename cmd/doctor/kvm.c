// SPDX-License-Identifier: GPL-2.0-only
/* What of guests and of the world switch will be in a recording. */
#include <stdio.h>
#include <string.h>

#include "cmd/doctor/checks.h"

#define NAMED_MAX	4	/* VMs that a line names */

void check_kvm(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (!host_is_arm(h))
		return;
	finding_is(f, VERDICT_OK, "%s (%s)", kvm_mode_name(h->kvm), h->kvm_why);
	switch (h->kvm) {
	case KVM_MODE_NONE:
		finding_is(f, VERDICT_OK, "no KVM (%s)", h->kvm_why);
		break;
	case KVM_MODE_VHE:
		break;
	case KVM_MODE_NVHE:
	case KVM_MODE_HVHE:
	case KVM_MODE_PROTECTED:
		/* Arm ARM, D17.4: with the buffer EL1's nothing is sampled at EL2 */
		f->verdict = VERDICT_WARNING;
		finding_reason(f, "the host's kernel runs at EL1: EL2's part of the world switch is a "
			       "gap in the records, and guests are never sampled");
		/* arch/arm64/kernel/pi/idreg-override.c */
		finding_cure(f, "boot without kvm-arm.mode=, id_aa64mmfr1.vh= and arm64_sw.hvhe=; CPUs "
			     "before Armv8.1 have no VHE");
		break;
	case KVM_MODE_UNKNOWN:
		finding_is(f, VERDICT_UNKNOWN, "nothing tells which mode KVM has");
		finding_reason(f, "the kernel's log cannot be read or has lost it, and the timer's "
			       "interrupt is none of the usual");
		finding_cure(f, "as root: dmesg | grep 'kvm \\['");
		break;
	}
}

/*
 * efad60e46057 "KVM: arm64: Initialize PMSCR_EL1 when in VHE", Linux 6.17.  Vendors may
 * have taken it into older kernels; a version does not tell that.
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

	if (!host_is_arm(h) || !h->nr_spe || h->kvm == KVM_MODE_NONE)
		return;
	if (h->kvm == KVM_MODE_UNKNOWN || !h->version) {
		finding_is(f, VERDICT_UNKNOWN, "whether guests are sampled by chance depends on KVM's "
			   "mode and the kernel's version");
		finding_reason(f, "see kvm");
	} else if (h->kvm != KVM_MODE_VHE) {
		/* arch/arm64/kvm/hyp/nvhe/debug-sr.c: __debug_save_spe() */
		finding_is(f, VERDICT_OK, "KVM stops SPE while a guest runs");
	} else if (h->guest_module == GUEST_MODULE_LOADED) {
		finding_is(f, VERDICT_OK, GUEST_MODULE " %s keeps PMSCR_EL1 at 0: guests are not "
			   "sampled by chance", h->guest_module_version);
	} else if (samples_guests(h)) {
		finding_is(f, VERDICT_OK, "KVM writes PMSCR_EL1: guests are not sampled by chance");
	} else if (clears_pmscr(h)) {
		finding_is(f, VERDICT_OK, "Linux %u.%u clears PMSCR_EL1: guests are not sampled by chance",
			   h->version, h->patchlevel);
	} else {
		finding_is(f, VERDICT_WARNING, "Linux %u.%u may sample guests that nobody asked for",
			   h->version, h->patchlevel);
		finding_reason(f, "before 6.17 KVM leaves PMSCR_EL1 as reset left it, unless the vendor "
			       "took over commit efad60e46057; spelunk tells such samples apart");
		finding_cure(f, "load the module " GUEST_MODULE ", or run Linux 6.17 or later");
	}
}

/* What to type to have guests sampled on a stock kernel. */
static void module_cure(const struct host *h, struct finding *f)
{
	if (h->guest_module == GUEST_MODULE_LOADED)
		finding_cure(f, "as root: echo 1 > /sys/module/" GUEST_MODULE
			     "/parameters/guests_by_default");
	else if (h->guest_module == GUEST_MODULE_INSTALLED)
		finding_cure(f, "as root: modprobe " GUEST_MODULE);
	else
		finding_cure(f, "as root, in spelunk's source: make -C kvm/module dkms-install && "
			     "modprobe " GUEST_MODULE " (doc/howto-guests.md)");
}

void check_guests(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (!host_is_arm(h) || !h->nr_spe || h->kvm == KVM_MODE_NONE)
		return;
	if (samples_guests(h)) {
		finding_is(f, VERDICT_OK, "guests are sampled on purpose by %s: spelunk record --guests",
			   h->guest_module == GUEST_MODULE_LOADED ? GUEST_MODULE : "this kernel");
		if (h->guest_module == GUEST_MODULE_LOADED)
			finding_add(f, " (version %s)", h->guest_module_version);
		return;
	}
	finding_is(f, d->guests->nr ? VERDICT_WARNING : VERDICT_OK, "host and world switch only");
	if (h->kvm == KVM_MODE_NVHE || h->kvm == KVM_MODE_HVHE || h->kvm == KVM_MODE_PROTECTED) {
		finding_add(f, ": guests cannot be sampled");
		if (f->verdict == VERDICT_OK)
			return;
		finding_reason(f, "there are guests here, and KVM stops SPE while one runs");
		finding_cure(f, "see kvm");
		return;
	}
	finding_add(f, ": sampling guests needs the module " GUEST_MODULE "%s",
		    h->guest_module == GUEST_MODULE_LOADED ? " with guests_by_default=1" : "");
	if (f->verdict == VERDICT_OK)
		return;
	finding_reason(f, "there are guests here");
	module_cure(h, f);
}

static void name_guests(const struct guests *g, struct finding *f)
{
	size_t i;

	finding_is(f, VERDICT_OK, "%zu virtual machine%s", g->nr, g->nr == 1 ? "" : "s");
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
		finding_is(f, VERDICT_UNKNOWN, "processes cannot be looked at");
		finding_reason(f, "/proc: %s", strerror(-d->guests_err));
		finding_cure(f, "mount -t proc proc /proc");
		return;
	}
	if (host_is_arm(d->host) && d->host->kvm == KVM_MODE_NONE && !g->nr)
		return;
	name_guests(g, f);
	if (g->unread) {
		f->verdict = VERDICT_WARNING;
		finding_add(f, "; %zu process%s not looked into", g->unread, g->unread == 1 ? "" : "es");
		finding_reason(f, "they are another user's: virtual machines among them are not found");
		finding_cure(f, "as root, or with CAP_SYS_PTRACE");
	} else if (g->cut) {
		f->verdict = VERDICT_WARNING;
		finding_reason(f, "more than %d threads or files: not all were looked at",
			       GUESTS_THREADS_MAX);
	}
}
