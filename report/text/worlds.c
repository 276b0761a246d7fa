// SPDX-License-Identifier: GPL-2.0-only

#include "report/text/text.h"

const char *text_basis(enum basis b)
{
	switch (b) {
	case BASIS_NONE:		return "no evidence";
	case BASIS_EL:			return "exception level";
	case BASIS_CONTEXT:		return "CONTEXT";
	case BASIS_INTERVAL:		return "entry/exit";
	case BASIS_CONTRADICTION:	return "contradiction";
	case NR_BASES:			break;
	}
	return "";
}

/* "CONTEXT packet 98.2%, exception level 1.8%"; without a share if there is only one. */
static void add_bases(struct page *p, struct words *w, const uint64_t samples[NR_BASES],
		      uint64_t sum)
{
	bool done[NR_BASES] = { false };
	char share[NUMBER_LEN];

	for (unsigned int turn = 0; turn < NR_BASES; turn++) {
		unsigned int best = NR_BASES;

		for (unsigned int b = 0; b < NR_BASES; b++)
			if (!done[b] && samples[b] &&
			    (best == NR_BASES || samples[b] > samples[best]))
				best = b;
		if (best == NR_BASES)
			return;
		done[best] = true;
		if (samples[best] == sum)
			words_add(w, "%s", text_basis(best));
		else
			words_add(w, "%s%s %s", w->len ? ", " : "", text_basis(best),
				  page_share(p, share, samples[best], sum));
	}
}

/* Narrow terminals omit medians, and operations, which are samples x period. */
#define WIDE_FROM	110
#define BAR_WIDE	20
#define BAR_NARROW	7

static bool is_narrow(const struct page *p)
{
	return page_is_narrow(p, WIDE_FROM);
}

static unsigned int bar_width(const struct page *p)
{
	return !page_has_bars(p) ? 0 : is_narrow(p) ? BAR_NARROW : BAR_WIDE;
}

static size_t used_before_why(const struct page *p)
{
	return 2 + 13 + 13 + 8 + (bar_width(p) ? bar_width(p) + 1 : 0) +
	       (is_narrow(p) ? 2 * 8 : 12 + 3 * 8) + (p->opt->cycles ? 18 : 0) + 2;
}

/* NR_WORLDS: the total. */
static void say_world(struct page *p, enum world world, uint64_t samples, uint64_t whole,
		      uint64_t operations, const struct metrics *m, const char *why)
{
	enum role role = world < NR_WORLDS ? world_role(world) : ROLE_TITLE;
	const struct metrics *sum = &p->d->worlds->sum;
	static const enum column latencies[] = {
		COLUMN_TOTAL_MEAN, COLUMN_TOTAL_P50, COLUMN_TOTAL_P99
	};
	char a[NUMBER_LEN], b[NUMBER_LEN];

	fputs("  ", p->out);
	page_put(p, role, "%-13s", world < NR_WORLDS ? world_name(world) : "all");
	fprintf(p->out, " %12s", number_grouped(a, samples));
	page_put_share(p, 7, samples, whole);
	if (bar_width(p))
		page_bar(p, bar_width(p), role,
			 world < NR_WORLDS ? (double)samples / (double)whole : 0);
	if (!is_narrow(p))
		fprintf(p->out, " %11s", number_short(a, operations));
	for (size_t i = 0; i < 3; i++) {
		if (is_narrow(p) && latencies[i] == COLUMN_TOTAL_P50)
			continue;
		if (m)
			page_put_value(p, 7, latencies[i], m, NULL);
		else
			fprintf(p->out, " %7s", "-");
	}
	if (p->opt->cycles)
		fprintf(p->out, " %7s %9s", m ? page_value(p, a, COLUMN_TIME_SHARE, m, sum) : "-",
			m ? page_value(p, b, COLUMN_CYCLE_SAMPLES, m, sum) : "-");
	if (*why) {
		fputs("  ", p->out);
		page_cell(p, ROLE_DIM, why, page_room(p, used_before_why(p)), false, false);
	}
	fputc('\n', p->out);
}

static void say_heads(struct page *p)
{
	unsigned int bar = bar_width(p) ? bar_width(p) + 1 : 0;

	page_line(p, ROLE_DIM, "  %-13s %12s %7s%*s%s%s", "", "", "", (int)bar, "",
		  is_narrow(p) ? " latency, cycles" : "               total latency, cycles",
		  p->opt->cycles ? "        CPU cycles" : "");
	page_line(p, ROLE_DIM, "  %-13s %12s %7s%*s%s%s  %.*s", "world", "samples", "share", (int)bar,
		  "", is_narrow(p) ? "    mean     p99" : "  operations    mean     p50     p99",
		  p->opt->cycles ? "    time   samples" : "", (int)page_room(p, used_before_why(p)),
		  "evidence");
}

static void say_unknown(struct page *p, const struct summary *s)
{
	uint64_t none = s->samples[WORLD_UNKNOWN][BASIS_NONE];
	uint64_t both = s->samples[WORLD_UNKNOWN][BASIS_CONTRADICTION];
	char a[NUMBER_LEN];
	struct words w = { .len = 0 };

	if (none)
		words_add(
			&w,
			"%s samples cannot be attributed (no PC, no usable timestamp, KVM events "
			"lost or not recorded): record with ts_enable=1, kvm:kvm_entry, "
			"kvm:kvm_exit, and larger buffers if events were lost",
			number_grouped(a, none));
	if (both)
		words_add(&w, "%sfor %s the evidence contradicts itself", none ? "; " : "",
			  number_grouped(a, both));
	if (w.len)
		page_say(p, "unknown", w.s);
}

/* What cannot be in the table, and why. */
static void say_blind(struct page *p, const struct summary *s)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(p->d->timeline, &vms);
	uint64_t entries = 0, guests = world_samples(s, WORLD_GUEST_USER) +
				       world_samples(s, WORLD_GUEST_KERNEL);
	struct words w = { .len = 0 };
	char number[NUMBER_LEN];

	for (size_t i = 0; i < nr; i++)
		entries += vms[i].entries;
	if (timeline_mode(p->d->timeline) == HOST_NVHE) {
		page_say(
			p, "blackout",
			"an nVHE host samples nothing from the HVC into the guest to the return: "
			"guest and hypervisor operations cannot appear here, and are not "
			"estimated");
	} else if (entries && !guests && !p->d->filter) {
		words_add(&w, "guests ran (%s entries), but none of their operations was sampled: "
			  "`spelunk record --guests` samples them, and `spelunk doctor` shows "
			  "what that requires",
			  number_grouped(number, entries));
		page_say(p, "no guest", w.s);
	}
}

/* Guest samples of an event that excludes guests: the hardware was not switched off. */
static void say_uninvited(struct page *p, const struct summary *s)
{
	const struct input_info *info = p->d->info;
	bool excluded = false;

	for (size_t i = 0; i < info->nr_attrs; i++)
		excluded |= info->attrs[i].is_spe && info->attrs[i].exclude_guest;
	if (excluded && world_samples(s, WORLD_GUEST_USER) + world_samples(s, WORLD_GUEST_KERNEL))
		page_say(p, "guests",
			 "were sampled although the event excludes them: the SPE driver ignores "
			 "exclude_guest, and VHE hosts before Linux 6.17 do not clear PMSCR_EL1 "
			 "at boot");
}

void text_worlds(struct page *p)
{
	const struct summary *s = p->d->summary;
	uint64_t whole = 0, operations = 0, n;
	const struct metrics *m;

	for (unsigned int w = 0; w < NR_WORLDS; w++) {
		whole += world_samples(s, w);
		operations += s->operations[w];
	}
	page_title(p, "Operations by world", NULL);
	if (!whole) {
		page_say(p, "none", p->d->filter ? "no sample matches the filter" :
			 "no sample was decoded");
		return;
	}
	say_heads(p);
	/* Unknown is first in the enum, but last in reports. */
	for (unsigned int i = 1; i <= NR_WORLDS; i++) {
		unsigned int w = i % NR_WORLDS;
		struct words why = { .len = 0 };

		n = world_samples(s, w);
		m = rows_of_world(p->d->worlds, w);
		if (!n && !(m && m->cycles.samples))
			continue;
		add_bases(p, &why, s->samples[w], n);
		say_world(p, w, n, whole, s->operations[w],
			  m, why.s);
	}
	say_world(p, NR_WORLDS, whole, whole, operations, &p->d->worlds->sum, "");
	text_world_notes(p);
}

void text_world_notes(struct page *p)
{
	const struct summary *s = p->d->summary;

	if (world_samples(s, WORLD_SWITCH))
		page_say(p, "switch",
			 "host kernel operations between kvm_entry and kvm_exit: entering and "
			 "leaving guests, and the overhead of recording these two events");
	say_uninvited(p, s);
	say_unknown(p, s);
	say_blind(p, s);
}
