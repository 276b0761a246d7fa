// SPDX-License-Identifier: GPL-2.0-only
/* Findings in words. */
#include <inttypes.h>
#include <string.h>

#include "report/kvm/kvm_sum.h"
#include "report/text/text.h"

#define MOSTLY_PERCENT	60

static double share(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* Whole percents; 100 only for all, 0 only for nothing. */
static const char *percent(char out[NUMBER_LEN], uint64_t part, uint64_t whole)
{
	double v = share(part, whole);

	if (part < whole && v > 99)
		v = 99;
	return part && v < 0.5 ? "<1" : number_fixed(out, v, 0);
}

static void say_vm(struct words *w, const struct kvm_finding *f, const char *does, const char *on)
{
	char number[NUMBER_LEN];

	words_add(w, "vm %u", f->vm->number);
	if (*f->vm->vm->name) {
		words_add(w, " (");
		words_add_name(w, f->vm->vm->name);
		words_add(w, ")");
	}
	words_add(w, " %s %s %% of its busy time %s", does,
		  number_fixed(number, share(f->ns, kvm_busy(f->vm)), 1), on);
}

/* Is most of the time for that device spent in the VMM? */
static bool is_the_vmms(const struct exit_row *row)
{
	return row->reason == REASON_MMIO_USER &&
	       share(row->ns[ACCOUNT_VMM], kvm_cost(row)) >= MOSTLY_PERCENT;
}

/* Average cost, as in the tables: of exits that were seen from start to end. */
static double cost_of_one(const struct kvm_finding *f)
{
	const struct exit_row *row = f->row;
	double exits = row->exits ? (double)row->exits : 1;

	if (f->kind == KVM_FIND_WAIT)
		return (double)row->ns[ACCOUNT_WAITING] / exits;
	return row->cost.nr ? (double)row->cost.sum / (double)row->cost.nr :
			      (double)kvm_cost(row) / exits;
}

static void add_what(struct words *w, const struct kvm_finding *f)
{
	char detail[KVM_DETAIL_LEN], device[DEVICE_LEN];

	words_add(w, " %s exits", exit_reason_name(f->row->reason));
	if (*kvm_detail(detail, f->row))
		words_add(w, ", %s", detail);
	if (*kvm_device(device, f->vm, f->row))
		words_add(w, " (%s of QEMU's machine virt)", device);
}

/* Exits with only their end recorded are not counted. */
static void add_times(struct words *w, const struct kvm_finding *f)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN];
	double seconds = (double)f->vm->alive / 1e9;

	if (!f->events) {
		words_add(w, "; the start of these exits was not recorded");
		return;
	}
	words_add(w, ": %s exit%s, %s per second of vCPU time, %s each",
		  number_grouped(a, f->events), f->events == 1 ? "" : "s",
		  number_grouped(b, seconds > 0 ? (uint64_t)((double)f->events / seconds) : 0),
		  kvm_duration(c, cost_of_one(f)));
}

static void add_cost(struct words *w, const struct kvm_finding *f)
{
	const struct exit_row *row = f->row;
	char number[NUMBER_LEN];

	if (row->cost.nr && kvm_finding_rough(f))
		words_add(w, " (longest %s)", kvm_duration(number, (double)row->cost.max));
	else if (row->cost.nr)
		words_add(w, " (p99 %s)",
			  kvm_duration(number, (double)durations_quantile(&row->cost, 0.99)));
	if (row->ns[ACCOUNT_VMM])
		words_add(w, ", %s %% of it in the VMM",
			  percent(number, row->ns[ACCOUNT_VMM], kvm_cost(row)));
}

static void add_handler(struct words *w, const struct kvm_report *r, enum exit_reason reason)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];
	struct kvm_most m;

	kvm_most_samples(&m, r, reason);
	if (!m.of)
		return;
	words_add(w, " Of %s%s host sample%s taken while they were handled, %s %% are in ",
		  m.all < ROUGH_BELOW ? "only " : "", number_grouped(a, m.all),
		  m.all == 1 ? "" : "s", percent(b, m.of, m.all));
	if (*m.symbol) {
		words_add_name(w, m.symbol);
	} else {
		words_add(w, "code without a symbol");
		if (*m.object) {
			words_add(w, " in ");
			words_add_name(w, m.object);
		}
	}
	words_add(w, m.of < m.all ? ", the largest part." : ".");
}

static void add_unnamed(struct words *w, const struct kvm_most *m)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];

	if (m->addresses == 1)
		words_add(w, "0x%" PRIx64 " in the guest, without a symbol.", m->address);
	else
		words_add(w, "%s addresses in the guest without a symbol, most often 0x%" PRIx64
			  " (%s %%).", number_grouped(a, m->addresses), m->address,
			  percent(b, m->here, m->all));
}

static void add_site(struct words *w, const struct kvm_sum *s, const struct kvm_finding *f)
{
	char number[NUMBER_LEN];
	struct kvm_most m;

	kvm_most_exits(&m, s, f->vm->number, f->row->reason);
	if (!m.of)
		return;
	words_add(w, " %s %% of its %s exits come from ", percent(number, m.of, m.all),
		  exit_reason_name(f->row->reason));
	if (!*m.symbol) {
		add_unnamed(w, &m);
		return;
	}
	words_add_name(w, m.symbol);
	words_add(w, " in the guest.");
}

static void add_rough(struct words *w, const struct kvm_finding *f, const char *what)
{
	char number[NUMBER_LEN];

	if (f->events && kvm_finding_rough(f))
		words_add(w, " These figures are rough: only %s %s%s recorded.",
			  number_grouped(number, f->events), what,
			  f->events == 1 ? " was" : "s were");
}

static void say_exit(struct words *w, const struct kvm_finding *f, const struct kvm_sum *s,
		     const struct kvm_report *r)
{
	say_vm(w, f, "spends", "on");
	add_what(w, f);
	add_times(w, f);
	add_cost(w, f);
	words_add(w, ".");
	add_rough(w, f, "exit");
	add_handler(w, r, f->row->reason);
	add_site(w, s, f);
}

static void say_fix(struct words *w, const struct kvm_finding *f)
{
	const char *fix = f->kind == KVM_FIND_EXIT ? exit_reason_fix(f->row->reason) : NULL;

	if (f->kind == KVM_FIND_STEAL)
		words_add(w, "pin %s, or overcommit less",
			  f->vcpu ? "the vCPU to its own CPU" : "each vCPU to its own CPU");
	else if (fix)
		words_add(w, "%s%s", is_the_vmms(f->row) ? "make the handler in the VMM faster, " : "",
			  fix);
}

/* Add what is too small for a finding: steal for exits, exits for steal. */
static void say_ruled_out(struct words *w, const struct kvm_finding *f)
{
	const struct kvm_vm *v = f->vm;
	bool steal = f->kind != KVM_FIND_STEAL;
	uint64_t ns = steal ? v->ns[ACCOUNT_PREEMPTED] : v->ns[ACCOUNT_KERNEL] + v->ns[ACCOUNT_VMM];
	char number[NUMBER_LEN];

	if (ns * 100.0 < kvm_busy(v) * (double)KVM_FIND_BUSY)
		words_add(w, "%s (%s %% of the busy time)", steal ? "steal" : "handling of exits",
			  number_fixed(number, share(ns, kvm_busy(v)), 1));
}

/* The command that shows the rows behind it. */
static void say_evidence(struct words *w, const struct kvm_finding *f)
{
	words_add(w, "spelunk kvm --format csv --table %s", f->kind == KVM_FIND_STEAL ? "steal" :
		  "exits");
}

static void add_figures(struct finding *f, const struct kvm_finding *k)
{
	finding_figure(f, "share", "% of busy time", f->percent);
	finding_figure(f, "cost", "ns", (double)k->ns);
	finding_figure(f, "events", k->kind == KVM_FIND_STEAL ? "preemptions" : "exits",
		       (double)k->events);
}

static void say_wait(struct words *w, const struct kvm_finding *f)
{
	say_vm(w, f, "spends", "waiting off the CPU after");
	add_what(w, f);
	add_times(w, f);
	words_add(w, ".");
	add_rough(w, f, "exit");
}

static void add_preemptor(struct words *w, const struct kvm_preemptor *t)
{
	char number[NUMBER_LEN];

	switch (t->kind) {
	case PREEMPTOR_THREAD:
		words_add_name(w, *t->comm ? t->comm : "(no name)");
		words_add(w, ", thread %d", t->tid);
		if (t->vm >= 0)
			words_add(w, ", of vm %d", t->vm);
		break;
	case PREEMPTOR_IDLE:
		words_add(w, "nothing, the CPU was idle");
		break;
	case PREEMPTOR_OTHERS:
		words_add(w, "%s%s other%s", number_grouped(number, t->threads),
			  t->many ? " or more" : "", t->threads == 1 && !t->many ? "" : "s");
		break;
	case PREEMPTOR_UNKNOWN:
		words_add(w, "unknown");
		break;
	}
	words_add(w, " (%u %%)", t->percent);
}

static void say_steal(struct words *w, const struct kvm_finding *f, const struct kvm_report *r)
{
	struct kvm_preemptor t[KVM_PREEMPTORS];
	size_t nr = kvm_finding_preemptors(t, r, f), told = 0;
	char a[NUMBER_LEN], b[NUMBER_LEN];

	say_vm(w, f, "loses", "to steal:");
	if (f->vcpu && f->vcpu_number < 0)
		words_add(w, " vCPU thread %d is", f->vcpu->tid);
	else if (f->vcpu)
		words_add(w, " vCPU %d is", f->vcpu_number);
	else
		words_add(w, " its %s vCPUs together are",
			  number_grouped(a, f->vm->vm->nr_vcpus));
	words_add(w, " preempted %s time%s, %s each.",
		  number_grouped(a, f->events), f->events == 1 ? "" : "s",
		  kvm_duration(b, (double)f->ns / (double)(f->events ? f->events : 1)));
	add_rough(w, f, "preemption");
	for (size_t i = 0; i < nr; i++) {
		if (!t[i].percent)	/* the rest still adds up */
			continue;
		words_add(w, told++ ? "; " : " Meanwhile the CPU ran: ");
		add_preemptor(w, &t[i]);
	}
	words_add(w, "%s", told ? "." : "");
}

void kvm_finding_say(struct kvm_finding *f, const struct kvm_sum *s, const struct kvm_report *r)
{
	static const char *const ids[] = {
		[KVM_FIND_EXIT] = "exit", [KVM_FIND_WAIT] = "wait", [KVM_FIND_STEAL] = "steal",
	};
	struct words w = { .len = 0 }, fix = { .len = 0 }, out = { .len = 0 }, shown = { .len = 0 };
	struct finding *said = &f->said;

	*said = (struct finding){
		.id = ids[f->kind], .of = "busy time of the VM", .is_share = true,
		.percent = share(f->ns, kvm_busy(f->vm)), .rough = kvm_finding_rough(f),
		.place = { .symbol = "", .object = "", .vm = (int32_t)f->vm->number },
	};
	switch (f->kind) {
	case KVM_FIND_EXIT:
		say_exit(&w, f, s, r);
		break;
	case KVM_FIND_WAIT:
		say_wait(&w, f);
		break;
	case KVM_FIND_STEAL:
		say_steal(&w, f, r);
		break;
	}
	say_fix(&fix, f);
	say_ruled_out(&out, f);
	say_evidence(&shown, f);
	words_copy(said->text, sizeof(said->text), &w);
	words_copy(said->next, sizeof(said->next), &fix);
	words_copy(said->ruled_out, sizeof(said->ruled_out), &out);
	words_copy(said->evidence, sizeof(said->evidence), &shown);
	add_figures(said, f);
}
