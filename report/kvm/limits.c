// SPDX-License-Identifier: GPL-2.0-only
/* Limits of a recording of exits. */
#include <inttypes.h>
#include <stdarg.h>

#include "report/kvm/kvm_sum.h"

struct limits {
	char (*out)[KVM_LIMIT_LEN];
	size_t nr;
};

__attribute__((format(printf, 2, 3)))
static void limit(struct limits *l, const char *fmt, ...)
{
	va_list ap;

	if (l->nr == KVM_LIMITS)
		return;
	va_start(ap, fmt);
	vsnprintf(l->out[l->nr++], KVM_LIMIT_LEN, fmt, ap);
	va_end(ap);
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* Unless SPE may also profile the guest, it is off between kvm_entry and kvm_exit. */
static void limit_blackout(struct limits *l, const struct kvm_sum *s, const struct kvm_report *r)
{
	const struct summary *sum = r->d->summary;
	uint64_t guest = 0, alive = 0, samples = 0;
	char a[NUMBER_LEN], b[NUMBER_LEN];

	for (size_t i = 0; i < s->nr; i++) {
		guest += s->vms[i].ns[ACCOUNT_GUEST];
		alive += s->vms[i].alive;
	}
	for (unsigned int k = 0; k < NR_BASES; k++)
		samples += sum->samples[WORLD_GUEST_USER][k] + sum->samples[WORLD_GUEST_KERNEL][k];
	if (!sum->nr_cpus)
		limit(l, "The recording has no SPE samples, so the code that handled the exits is "
		      "unknown.");
	if (!sum->nr_cpus || !guest || samples)
		return;
	kvm_duration(a, (double)guest);
	number_fixed(b, share(guest, alive), 1);
	if (timeline_mode(r->d->timeline) == HOST_NVHE)
		limit(l, "SPE was off for %s (%s %%): an nVHE host turns it off while it runs a "
		      "guest, including the world switch.", a, b);
	else
		limit(l, "Guests ran for %s (%s %%), and only the host's part of the world switch "
		      "was sampled then: this kernel does not sample guests.", a, b);
}

static void limit_trouble(struct limits *l, const struct kvm_report *r)
{
	size_t n;
	const struct exit_vcpu *v = exits_vcpus(r->exits, &n);
	uint64_t contradictions = 0, losses = 0;
	const struct timeline_vcpu *vcpus;
	size_t strays = 0;

	timeline_vcpus(r->d->timeline, &vcpus);
	for (size_t i = 0; i < n; i++) {
		strays += vcpus[i].vm < 0;
		contradictions += v[i].contradictions;
		losses += v[i].losses;
	}
	if (losses)
		limit(l, "Events were lost: %" PRIu64 " times the state of a vCPU was unknown until "
		      "its next event.  Record with a larger -m.", losses);
	if (strays)
		limit(l, "Samples show that %zu more thread%s ran a guest, but no event names the "
		      "process: the VM is unknown, so no VM in this report includes them.",
		      strays, strays == 1 ? "" : "s");
	if (contradictions)
		limit(l, "%" PRIu64 " events do not follow from those before them, as if some were "
		      "missing: the time before each is unknown.", contradictions);
}

/* Guest time is too short by at most the length of a short stay. */
static void limit_switch(struct limits *l, const struct kvm_report *r)
{
	size_t n;
	const struct exit_vcpu *v = exits_vcpus(r->exits, &n);
	uint64_t guest = 0, least = UINT64_MAX, entries = 0;
	char a[NUMBER_LEN], b[NUMBER_LEN];

	for (size_t i = 0; i < n; i++) {
		guest += v[i].ns[ACCOUNT_GUEST];
		entries += v[i].entries;
		if (v[i].guest_min && v[i].guest_min < least)
			least = v[i].guest_min;
	}
	if (least == UINT64_MAX)
		least = 0;
	limit(l, "The world switch is counted as guest: kvm_entry comes before it, kvm_exit after. "
	      "The shortest stay in a guest took %s, switch and recording included; if each took "
	      "as much, that would be %s %% of the guest time.  Exits that the switch handles "
	      "itself (FP, some MOPS and registers) cause no kvm_exit.",
	      kvm_duration(a, (double)least),
	      number_fixed(b, share(least * entries < guest ? least * entries : guest, guest), 1));
}

/* WFx that cost much but are not a finding. */
static void limit_halted(struct limits *l, const struct kvm_sum *s, const struct kvm_report *r)
{
	char number[NUMBER_LEN];

	for (size_t i = 0; i < s->nr; i++) {
		uint64_t ns = kvm_maybe_halted(&s->vms[i], r);

		if (ns)
			limit(l, "wfx and wfi exits take %s %% of the busy time of vm %u.  "
			      "Without task switches a halted vCPU looks busy, so they are not a "
			      "finding.",
			      number_fixed(number, share(ns, kvm_busy(&s->vms[i])), 1),
			      s->vms[i].number);
	}
}

size_t kvm_limits(char out[KVM_LIMITS][KVM_LIMIT_LEN], const struct kvm_sum *s,
		  const struct kvm_report *r)
{
	const struct exits_evidence *e = exits_evidence(r->exits);
	struct limits l = { .out = out };

	limit_trouble(&l, r);
	if (!e->switches)
		limit(&l, "No task switches were recorded (--switch-events): halted, preempted "
		      "and waiting time is counted as kernel and vmm.");
	else
		limit(&l, "Halted lasts until the thread runs again, so it includes waiting for a "
		      "CPU after the wakeup. Polling before the sleep is counted as kernel.");
	if (!e->users)
		limit(&l, "kvm:kvm_userspace_exit was not recorded: time in the VMM is counted as kernel.");
	if (!e->whys)
		limit(&l, "The causes of exits were not recorded. `spelunk record --exits` records "
		      "them; with perf, add kvm:kvm_mmio, "
		      "kvm:kvm_guest_fault, kvm:kvm_wfx_arm64, kvm:kvm_sys_access, "
		      "kvm:kvm_hvc_arm64 and kvm:kvm_mmio_nisv.");
	if (e->sites_full)
		limit(&l, "Exits came from too many different places in guests: the place "
		      "of some exits is unknown.");
	if (e->details_full)
		limit(&l, "There are too many different addresses: some accesses are shown "
		      "without one.");
	limit_switch(&l, r);
	limit_blackout(&l, s, r);
	limit_halted(&l, s, r);
	return l.nr;
}
