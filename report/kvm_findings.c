// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/kvm_sum.h"
#include "report/text.h"

#define MOSTLY_PERCENT	60

/* Of a reason's exits, one kind stands for them if it costs so much of all. */
#define ALIKE_PERCENT	50

static bool significant(const struct kvm_vm *v, uint64_t ns)
{
	return ns && ns * 100.0 >= kvm_busy(v) * (double)KVM_FIND_BUSY &&
	       ns * 100.0 >= v->alive * (double)KVM_FIND_ALIVE;
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* Keep the largest. */
static size_t keep(struct kvm_finding *out, size_t nr, const struct kvm_finding *f)
{
	double s = share(f->ns, kvm_busy(f->vm));
	size_t at = nr;

	while (at && share(out[at - 1].ns, kvm_busy(out[at - 1].vm)) < s)
		at--;
	if (at == KVM_FINDINGS)
		return nr;
	nr += nr < KVM_FINDINGS;
	memmove(out + at + 1, out + at, (nr - 1 - at) * sizeof(*out));
	out[at] = *f;
	return nr;
}

/* Without task switches a vCPU that is halted looks like one that is busy. */
static bool may_be_halted(enum exit_reason reason, const struct kvm_report *r)
{
	return !exits_evidence(r->exits)->switches &&
	       (reason == REASON_WFX || reason == REASON_WFI);
}

static size_t find_exits(struct kvm_finding *out, size_t nr, const struct kvm_vm *v,
			 const struct kvm_report *r)
{
	for (size_t i = 0; i < v->nr; i++) {
		const struct kvm_reason *g = &v->reasons[i];
		uint64_t cost = kvm_cost(&g->all), wait = g->all.ns[ACCOUNT_WAITING];
		bool alike = g->nr && g->rows[0].exits >= KVM_FIND_TIMES &&
			     kvm_cost(&g->rows[0]) * 100 >= cost * ALIKE_PERCENT;
		struct kvm_finding f = {
			.vm = v, .row = alike ? &g->rows[0] : &g->all,
		};

		if (g->all.reason == REASON_UNKNOWN || g->all.exits < KVM_FIND_TIMES ||
		    may_be_halted(g->all.reason, r))
			continue;
		f.ns = kvm_cost(f.row);
		if (significant(v, f.ns))
			nr = keep(out, nr, &f);
		f.kind = KVM_FIND_WAIT;
		f.row = &g->all;
		f.ns = wait;
		if (significant(v, wait))
			nr = keep(out, nr, &f);
	}
	return nr;
}

/* A vCPU's steal is measured against its VM, as all is. */
static size_t find_steal(struct kvm_finding *out, size_t nr, const struct kvm_vm *v,
			 const struct kvm_report *r)
{
	const struct timeline_vcpu *names;
	size_t n;
	const struct exit_vcpu *vcpus = exits_vcpus(r->exits, &n);

	timeline_vcpus(r->d->timeline, &names);
	for (uint32_t i = 0; i < v->vm->nr_vcpus; i++) {
		size_t at = (size_t)v->vm->first_vcpu + i;
		struct kvm_finding f = {
			.kind = KVM_FIND_STEAL, .vm = v, .vcpu = &vcpus[at],
			.vcpu_number = names[at].vcpu, .ns = vcpus[at].ns[ACCOUNT_PREEMPTED],
		};

		if (vcpus[at].preemptions >= KVM_FIND_STEALS && significant(v, f.ns))
			nr = keep(out, nr, &f);
	}
	return nr;
}

/* The function most samples of the reason's handling lie in. */
static void add_hottest(struct words *w, const struct kvm_report *r, enum exit_reason reason)
{
	const struct rows *f = r->functions;
	int key = f ? rows_key(f, FIELD_REASON) : -1, symbol = f ? rows_key(f, FIELD_SYMBOL) : -1;
	const struct row *best = NULL;
	uint64_t all = 0;
	char number[NUMBER_LEN];

	for (size_t i = 0; key >= 0 && symbol >= 0 && i < f->nr; i++) {
		const struct row *row = &f->row[i];

		if (strcmp(row->keys[key].text, exit_reason_name(reason)))
			continue;
		all += row->m.samples;
		if (row->keys[symbol].known && (!best || row->m.samples > best->m.samples))
			best = row;
	}
	if (!best || all < ROUGH_BELOW)
		return;
	words_add(w, "; of %s samples there, most, %s %%, are in ", number_grouped(number, all),
		  number_fixed((char[NUMBER_LEN]){ 0 }, share(best->m.samples, all), 0));
	words_add_name(w, best->keys[symbol].text);
}

/* The guest's function that most of a VM's exits of the reason come from. */
static void add_site(struct words *w, const struct kvm_report *r, uint32_t vm, enum exit_reason reason)
{
	const struct kvm_site *best = NULL;
	uint64_t all = 0;

	for (size_t i = 0; i < r->nr_functions_of_sites; i++) {
		const struct kvm_site *f = &r->functions_of_sites[i];

		if (f->vm != (int32_t)vm || f->reason != reason)
			continue;
		all += f->exits;
		best = best || !*f->symbol ? best : f;
	}
	if (!best)
		return;
	words_add(w, "; %s %% of its %s exits come from the guest's ",
		  number_fixed((char[NUMBER_LEN]){ 0 }, share(best->exits, all), 0),
		  exit_reason_name(reason));
	words_add_name(w, best->symbol);
}

static void say_vm(struct words *w, const struct kvm_finding *f)
{
	char number[NUMBER_LEN];

	words_add(w, "%s %% of the busy time of vm %u",
		  number_fixed(number, share(f->ns, kvm_busy(f->vm)), 1), f->vm->number);
	if (*f->vm->vm->name) {
		words_add(w, " (");
		words_add_name(w, f->vm->vm->name);
		words_add(w, ")");
	}
}

/* A device that the VMM takes most of the time for. */
static bool is_the_vmms(const struct exit_row *row)
{
	return row->reason == REASON_MMIO_USER &&
	       share(row->ns[ACCOUNT_VMM], kvm_cost(row)) >= MOSTLY_PERCENT;
}

/* What one took, as the tables say: of those that were seen from end to end. */
static double cost_of_one(const struct kvm_finding *f)
{
	const struct exit_row *row = f->row;
	double exits = row->exits ? (double)row->exits : 1;

	if (f->kind == KVM_FIND_WAIT)
		return (double)row->ns[ACCOUNT_WAITING] / exits;
	return row->cost.nr ? (double)row->cost.sum / (double)row->cost.nr :
			      (double)kvm_cost(row) / exits;
}

static void say_exit(struct words *w, const struct kvm_finding *f, const struct kvm_report *r)
{
	char detail[KVM_DETAIL_LEN], device[DEVICE_LEN], a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN];
	const struct exit_row *row = f->row;
	const char *cure = exit_reason_cure(row->reason);
	double seconds = (double)f->vm->alive / 1e9;

	say_vm(w, f);
	words_add(w, f->kind == KVM_FIND_WAIT ? " is waits off the CPU after %s exits" :
		  " goes to %s exits", exit_reason_name(row->reason));
	if (*kvm_detail(detail, row))
		words_add(w, ", %s", detail);
	if (*kvm_device(device, f->vm, row))
		words_add(w, " (%s of QEMU's machine virt)", device);
	words_add(w, ": %s of them, %s a second of its vCPUs, %s each",
		  number_grouped(a, row->exits),
		  number_grouped(b, seconds > 0 ? (uint64_t)((double)row->exits / seconds) : 0),
		  kvm_duration(c, cost_of_one(f)));
	if (f->kind == KVM_FIND_EXIT) {
		words_add(w, " (p99 %s)", kvm_duration(a, durations_quantile(&row->cost, 0.99)));
		if (row->ns[ACCOUNT_VMM])
			words_add(w, ", %s %% of it in the VMM", number_fixed(b,
				  share(row->ns[ACCOUNT_VMM], kvm_cost(row)), 0));
		add_hottest(w, r, row->reason);
		add_site(w, r, f->vm->number, row->reason);
		if (cure)
			words_add(w, ".  Less of it: %s%s", is_the_vmms(row) ?
				  "a quicker handler in the VMM, or " : "", cure);
	}
	words_add(w, ".");
}

static void say_steal(struct words *w, const struct kvm_finding *f, const struct kvm_report *r)
{
	const struct exit_vcpu *v = f->vcpu;
	char a[NUMBER_LEN], b[NUMBER_LEN];

	say_vm(w, f);
	words_add(w, " is stolen from vCPU %d: preempted %s times, %s each", f->vcpu_number,
		  number_grouped(a, v->preemptions),
		  kvm_duration(b, (double)f->ns / (double)v->preemptions));
	if (v->nr_thieves && v->thieves[0].tid >= 0) {
		const char *comm = timeline_comm(r->d->timeline, v->thieves[0].task);

		words_add(w, "; %s %% of that ran ", number_fixed(a,
			  share(v->thieves[0].ns, f->ns), 0));
		words_add_name(w, *comm ? comm : "(no name)");
		words_add(w, ", thread %d", v->thieves[0].tid);
		if (kvm_thief_vm(r, &v->thieves[0]) >= 0)
			words_add(w, ", of vm %d", kvm_thief_vm(r, &v->thieves[0]));
	}
	words_add(w, ".  Less of it: a CPU of its own, or fewer vCPUs on it.");
}

size_t kvm_findings(struct kvm_finding out[KVM_FINDINGS], const struct kvm_sum *s,
		    const struct kvm_report *r)
{
	size_t nr = 0, i;

	for (i = 0; i < s->nr; i++) {
		nr = find_exits(out, nr, &s->vms[i], r);
		nr = find_steal(out, nr, &s->vms[i], r);
	}
	for (i = 0; i < nr; i++) {
		struct words w = { .len = 0 };

		if (out[i].kind == KVM_FIND_STEAL)
			say_steal(&w, &out[i], r);
		else
			say_exit(&w, &out[i], r);
		snprintf(out[i].text, sizeof(out[i].text), "%.1023s", w.s);
	}
	return nr;
}

/* What the data cannot say. */

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

/* SPE stands still between kvm_entry and kvm_exit where it is not the guest's too. */
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
		limit(l, "There are no SPE samples: which code handled the exits is not known.");
	if (!sum->nr_cpus || !guest || samples)
		return;
	kvm_duration(a, (double)guest);
	number_fixed(b, share(guest, alive), 1);
	if (timeline_mode(r->d->timeline) == HOST_NVHE)
		limit(l, "SPE was blind for %s (%s %%): an nVHE host turns it off from before it "
		      "enters a guest until after it has left, the world switch included.", a, b);
	else
		limit(l, "Of %s (%s %%) in guests nothing was sampled but the host's part of the "
		      "world switch: this kernel does not sample guests.", a, b);
}

static void limit_trouble(struct limits *l, const struct kvm_report *r)
{
	size_t n;
	const struct exit_vcpu *v = exits_vcpus(r->exits, &n);
	uint64_t contradictions = 0, losses = 0;

	for (size_t i = 0; i < n; i++) {
		contradictions += v[i].contradictions;
		losses += v[i].losses;
	}
	if (losses)
		limit(l, "Sideband was lost: %" PRIu64 " times it was not known what a vCPU did, "
		      "until its next event.  Record with a larger -m.", losses);
	if (contradictions)
		limit(l, "%" PRIu64 " events do not follow from those before them, as if some were "
		      "missing: the time before each is unknown.", contradictions);
}

/* Guest is not shorter by more than a whole stay that was short. */
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
	limit(l, "The world switch is inside guest: kvm_entry comes before it, kvm_exit after, and "
	      "both are recorded there.  The shortest stay took %s with all this; were it as "
	      "much each time, %s %% of guest would be it.  Exits that it handles itself (FP, "
	      "some MOPS and registers) are no kvm_exit.",
	      kvm_duration(a, (double)least),
	      number_fixed(b, share(least * entries < guest ? least * entries : guest, guest), 1));
}

size_t kvm_limits(char out[KVM_LIMITS][KVM_LIMIT_LEN], const struct kvm_sum *s,
		  const struct kvm_report *r)
{
	const struct exits_evidence *e = exits_evidence(r->exits);
	struct limits l = { .out = out };

	limit_trouble(&l, r);
	if (!e->switches)
		limit(&l, "No task switches were recorded (--switch-events): halted, preempted and "
		      "waiting are inside kernel and vmm.");
	else
		limit(&l, "Halted lasts until the thread runs again: waiting for a CPU after the "
		      "wakeup is in it, and polling before the sleep is in kernel.");
	if (!e->users)
		limit(&l, "kvm:kvm_userspace_exit was not recorded: vmm is inside kernel.");
	if (!e->whys)
		limit(&l, "Nothing tells what exits were for: record kvm:kvm_mmio, "
		      "kvm:kvm_guest_fault, kvm:kvm_wfx_arm64, kvm:kvm_sys_access, "
		      "kvm:kvm_hvc_arm64 and kvm:kvm_mmio_nisv, too.");
	if (e->sites_full)
		limit(&l, "Exits came from too many different places in guests: of some it is not "
		      "known which.");
	if (e->details_full)
		limit(&l, "Too many different addresses: some accesses are shown without.");
	limit_switch(&l, r);
	limit_blackout(&l, s, r);
	return l.nr;
}
