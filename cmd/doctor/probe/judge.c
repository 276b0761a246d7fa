// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/doctor/probe/probe.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* If fewer records of the guest were expected than this, their absence proves nothing. */
#define DUE_MIN		50
/* The same for the host's loop; and the share of expected records below which some are missing. */
#define LOOP_DUE_MIN	500
#define LOOP_SHARE_MIN	0.95

const char *probe_run_name(enum probe_run r)
{
	static const char *const names[NR_PROBE_RUNS] = {
#define RUN(id, name, guests, no_host, what) name,
#include "cmd/doctor/probe/runs.def"
#undef RUN
	};

	return names[r];
}

const char *probe_register_name(enum probe_register r)
{
	static const char *const names[NR_PROBE_REGISTERS] = {
#define REGISTER(name, op1, m, op2) #name,
#include "cmd/doctor/probe/registers.def"
#undef REGISTER
	};

	return names[r];
}

const char *probe_verdict_name(enum probe_verdict v)
{
	static const char *const names[NR_PROBE_VERDICTS] = { "unknown", "good", "bad" };

	return names[v];
}

__attribute__((format(printf, 3, 4)))
static void answer(struct probe_answer *a, enum probe_verdict v, const char *fmt, ...)
{
	va_list ap;

	a->verdict = v;
	va_start(ap, fmt);
	vsnprintf(a->text, sizeof(a->text), fmt, ap);
	va_end(ap);
}

__attribute__((format(printf, 2, 3)))
static void add(struct probe_answer *a, const char *fmt, ...)
{
	size_t at = strlen(a->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->text + at, sizeof(a->text) - at, fmt, ap);
	va_end(ap);
}

static uint64_t guests(const struct probe_records *r)
{
	return r->kernel + r->user + r->elsewhere;
}

static bool claims(const struct host *h)
{
	for (size_t i = 0; i < h->nr_spe; i++)
		if (host_pmu_samples_guests(&h->spe[i]))
			return true;
	return false;
}

/* Without any record of the host SPE may have been off, and there is no conclusion. */
static bool was_off(const struct probe_evidence *e, struct probe_answer *a)
{
	if (e->run[PROBE_EXCLUDED].host)
		return false;
	answer(a, PROBE_UNKNOWN, "no host record was seen while the guest ran, so SPE may not have "
	       "been on");
	return true;
}

static bool too_short(const struct probe_records *r, struct probe_answer *a)
{
	if (r->due >= DUE_MIN)
		return false;
	answer(a, PROBE_UNKNOWN, "the guest ran too few operations: only %" PRIu64 " records of it "
	       "were expected", r->due);
	return true;
}

static void answer_leak(const struct host *h, const struct probe_records *r, const char *event,
			struct probe_answer *a)
{
	answer(a, PROBE_BAD, "%" PRIu64 " of %" PRIu64 " records are from the guest (%" PRIu64
	       " at EL1, %" PRIu64 " at EL0) although %s", guests(r), r->records,
	       r->kernel + r->elsewhere, r->user, event);
	if (h->kvm == KVM_MODE_VHE && !claims(h))
		add(a, "; Linux before 6.17 does not clear PMSCR_EL1: load the module "
		    GUEST_MODULE ", or run Linux 6.17 or later");
}

static void judge_unasked(const struct host *h, const struct probe_evidence *e,
			  struct probe_answer *a)
{
	const struct probe_records *x = &e->run[PROBE_EXCLUDED], *d = &e->run[PROBE_DEFAULT];

	if (was_off(e, a))
		return;
	if (guests(x)) {
		answer_leak(h, x, "the event has exclude_guest=1", a);
		return;
	}
	if (guests(d) && !claims(h)) {
		answer_leak(h, d, "the driver does not say that it samples guests "
			   "(exclude_guest=0, as perf 6.13 and later open an event)", a);
		return;
	}
	if (too_short(x, a))
		return;
	answer(a, PROBE_GOOD, "with exclude_guest=1 none of %" PRIu64 " records is from the guest "
	       "(about %" PRIu64 " expected if it were sampled)", x->records, x->due);
	if (d->refused)
		add(a, "; the kernel refuses an event without exclude_guest");
	else if (guests(d))
		add(a, "; without it, as perf 6.13 and later open an event, %" PRIu64 " of %" PRIu64
		    " are, as the driver announces", guests(d), d->records);
	else
		add(a, "; without it, as perf 6.13 and later open an event, none of %" PRIu64 " is",
		    d->records);
}

/* Possible reasons why there are none. */
static void add_why_none(const struct host *h, struct probe_answer *a)
{
	if (h->kvm == KVM_MODE_VHE && !claims(h))
		add(a, "; this kernel cannot sample guests: load the module " GUEST_MODULE);
	else if (h->kvm == KVM_MODE_NVHE || h->kvm == KVM_MODE_HVHE || h->kvm == KVM_MODE_PROTECTED)
		add(a, "; in %s mode KVM stops SPE while a guest runs", kvm_mode_name(h->kvm));
}

static void judge_asked(const struct host *h, const struct probe_evidence *e,
			struct probe_answer *a)
{
	const struct probe_records *g = &e->run[PROBE_GUEST];

	if (was_off(e, a) || (!g->refused && too_short(g, a)))
		return;
	if (g->refused) {
		answer(a, PROBE_BAD, "the kernel refuses an event for guests only "
		       "(exclude_host=1): %s", strerror(-g->refused));
		add_why_none(h, a);
	} else if (!guests(g)) {
		answer(a, PROBE_BAD, "with exclude_host=1 none of %" PRIu64 " records is from the "
		       "guest (about %" PRIu64 " expected)", g->records, g->due);
		add_why_none(h, a);
	} else if (g->elsewhere) {
		answer(a, PROBE_BAD, "%" PRIu64 " of %" PRIu64 " guest records lie outside the "
		       "guest's code, the first at %#" PRIx64, g->elsewhere, guests(g),
		       g->elsewhere_pc);
	} else if (g->host) {
		answer(a, PROBE_BAD, "%" PRIu64 " of %" PRIu64 " records are from the host "
		       "although the event has exclude_host=1%s", g->host, g->records,
		       guests(&e->run[PROBE_EXCLUDED]) ?
		       "; the driver ignores exclude_guest as well" : "");
	} else if (2 * guests(g) < g->due) {
		answer(a, PROBE_BAD, "only %" PRIu64 " records are from the guest (about %"
		       PRIu64 " expected)", guests(g), g->due);
	} else if (!g->kernel || !g->user) {
		answer(a, PROBE_BAD, "all %" PRIu64 " guest records are from EL%d although the "
		       "guest runs as many operations at EL%d", guests(g), !!g->kernel, !g->kernel);
	} else {
		answer(a, PROBE_GOOD, "with exclude_host=1 all %" PRIu64 " records are from the "
		       "guest (about %" PRIu64 " expected): %" PRIu64 " at EL1 and %" PRIu64 " at "
		       "EL0, each inside its code", g->records, g->due, g->kernel, g->user);
	}
}

static void judge_memory(const struct host *h, const struct probe_evidence *e,
			 struct probe_answer *a)
{
	const struct probe_memory *m = &e->memory;
	uint64_t host = 0, exits = 0;

	for (unsigned int r = PROBE_EXCLUDED; r < NR_PROBE_RUNS; r++) {
		host += e->run[r].host;
		exits += e->run[r].exits;
	}
	if (m->changed) {
		answer(a, PROBE_BAD, "%" PRIu64 " of %" PRIu64 " bytes of the guest's memory were "
		       "written, and not by the guest; the first are at %#" PRIx64 ":", m->changed,
		       m->bytes, m->first);
		for (size_t i = 0; i < sizeof(m->found); i++)
			add(a, " %02x", m->found[i]);
		return;
	}
	if (was_off(e, a))
		return;
	answer(a, PROBE_GOOD, "none of %" PRIu64 " bytes changed in %" PRIu64 " exits while %"
	       PRIu64 " host records were written", m->bytes, exits, host);
	if (h->kvm != KVM_MODE_VHE)
		add(a, "; user space cannot see whether KVM turns the buffer off while the guest "
		    "runs, as Linux 7.1 and later do");
}

static void add_registers(struct probe_answer *a, const char *what, uint64_t bits)
{
	const char *between = what;

	for (unsigned int r = 0; r < NR_PROBE_REGISTERS; r++) {
		if (!(bits >> r & 1))
			continue;
		add(a, "%s%s", between, probe_register_name(r));
		between = ", ";
	}
}

static void judge_traps(const struct host *h, const struct probe_evidence *e,
			struct probe_answer *a)
{
	const struct probe_traps *t = &e->traps;

	if (!t->done) {
		answer(a, PROBE_UNKNOWN, "the guest did not try");
	} else if (t->readable | t->writable) {
		answer(a, PROBE_BAD, "the guest's EL1");
		add_registers(a, " reads ", t->readable);
		add_registers(a, t->readable ? "; and writes " : " writes ", t->writable);
	} else {
		answer(a, PROBE_GOOD, "all reads and writes of %d registers at the guest's EL1 "
		       "were UNDEFINED", NR_PROBE_REGISTERS);
	}
}

/* Check the timestamps of records. */
static void judge_time(const struct host *h, const struct probe_evidence *e,
		       struct probe_answer *a)
{
	uint64_t early = 0, late = 0, back = 0, most = 0, records = 0, untimed = 0, unknown = 0;

	for (unsigned int i = 0; i < NR_PROBE_RUNS; i++) {
		const struct probe_records *r = &e->run[i];

		early += r->early;
		late += r->late;
		back += r->back;
		most = r->back_most > most ? r->back_most : most;
		records += r->records;
		untimed += r->untimed;
		unknown += r->records && (!r->clock || !r->begin || !r->end);
	}
	if (was_off(e, a))
		return;
	if (early || late || back)
		answer(a, PROBE_BAD, "of %" PRIu64 " records %" PRIu64 " are earlier than their "
		       "recording on perf's clock, %" PRIu64 " are later, and %" PRIu64 " are "
		       "earlier than the record before them, by up to %" PRIu64 " ticks", records,
		       early, late, back, most);
	else if (unknown)
		answer(a, PROBE_UNKNOWN, "perf does not say how to convert timer ticks, or the "
		       "kernel lost the times before and after; %" PRIu64 " records are in order",
		       records);
	else if (untimed)
		answer(a, PROBE_UNKNOWN, "%" PRIu64 " of %" PRIu64 " records have no timestamp",
		       untimed, records);
	else
		answer(a, PROBE_GOOD, "all %" PRIu64 " records are in order and lie between two "
		       "times that the kernel took on perf's clock", records);
}

static uint64_t lost(const struct probe_records *r)
{
	return r->truncated + r->partial + r->lost_samples + r->skipped;
}

/*
 * The share of expected records in the host's loop, relative to the same share without a guest,
 * which cancels what the CPU counts as an operation.  0: too few records.
 */
static double loop_share(const struct probe_evidence *e)
{
	const struct probe_records *x = &e->run[PROBE_EXCLUDED], *d = &e->run[PROBE_DEFAULT];
	const struct probe_records *alone = &e->run[PROBE_HOST];
	uint64_t due = x->loop_due + d->loop_due;

	if (due < LOOP_DUE_MIN || alone->loop_due < LOOP_DUE_MIN || !alone->loop)
		return 0;
	return (double)(x->loop + d->loop) / (double)due * (double)alone->loop_due /
	       (double)alone->loop;
}

static void judge_losses(const struct host *h, const struct probe_evidence *e,
			 struct probe_answer *a)
{
	double share = loop_share(e);
	struct probe_records all = { 0 };

	for (unsigned int i = PROBE_EXCLUDED; i < NR_PROBE_RUNS; i++) {
		const struct probe_records *r = &e->run[i];

		all.truncated += r->truncated;
		all.partial += r->partial;
		all.collided += r->collided;
		all.lost_samples += r->lost_samples;
		all.skipped += r->skipped;
		all.regions += r->regions;
		all.exits += r->exits;
	}
	if (was_off(e, a))
		return;
	if (lost(&all))
		answer(a, lost(&e->run[PROBE_HOST]) ? PROBE_UNKNOWN : PROBE_BAD, "in %" PRIu64
		       " exits %" PRIu64 " of %" PRIu64 " buffer regions were truncated, %" PRIu64
		       " had a gap, %" PRIu64 " bytes are of torn records, and the kernel dropped %"
		       PRIu64 "; without a guest %s", all.exits, all.truncated, all.regions,
		       all.partial, all.skipped, all.lost_samples,
		       lost(&e->run[PROBE_HOST]) ? "records were lost as well" :
		       "nothing was lost");
	else
		answer(a, share && share < LOOP_SHARE_MIN ? PROBE_BAD : PROBE_GOOD, "in %" PRIu64
		       " exits none of %" PRIu64 " buffer regions was truncated or had a gap, no "
		       "record was torn, and the kernel dropped none; %" PRIu64 " regions had "
		       "collisions", all.exits, all.regions, all.collided);
	if (share)
		add(a, "; a host loop between the exits has %.1f %% of the records that it has "
		    "without a guest", 100 * share);
}

static void judge_cost(const struct host *h, const struct probe_evidence *e,
		       struct probe_answer *a)
{
	const struct probe_cost *c = &e->cost;
	const int last = PROBE_COST_RUNS - 1, median = PROBE_COST_RUNS / 2;

	if (was_off(e, a))
		return;
	if (!c->done) {
		answer(a, PROBE_UNKNOWN, "it was not measured");
		return;
	}
	answer(a, PROBE_GOOD, "a hypercall round trip takes %.0f ns with SPE off (%.0f to %.0f) "
	       "and %.0f ns with SPE on (%.0f to %.0f), %+.1f %%; medians of %d runs of %" PRIu64
	       " calls",
	       c->off[median], c->off[0], c->off[last], c->on[median], c->on[0], c->on[last],
	       100 * (c->on[median] / c->off[median] - 1), PROBE_COST_RUNS, c->calls);
}

static const struct {
	const char *name, *text;
	void (*judge)(const struct host *h, const struct probe_evidence *e, struct probe_answer *a);
} questions[NR_QUESTIONS] = {
#define QUESTION(id, name, question) { name, question, judge_##id },
#include "cmd/doctor/probe/questions.def"
#undef QUESTION
};

const char *probe_question_name(enum probe_question q)
{
	return questions[q].name;
}

const char *probe_question_text(enum probe_question q)
{
	return questions[q].text;
}

enum probe_verdict probe_judge(const struct host *h, const struct probe_evidence *e,
			       struct probe_answer answers[NR_QUESTIONS])
{
	size_t nr[NR_PROBE_VERDICTS] = { 0 };

	for (unsigned int q = 0; q < NR_QUESTIONS; q++) {
		questions[q].judge(h, e, &answers[q]);
		nr[answers[q].verdict]++;
	}
	return nr[PROBE_BAD] ? PROBE_BAD : nr[PROBE_UNKNOWN] ? PROBE_UNKNOWN : PROBE_GOOD;
}
