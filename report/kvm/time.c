// SPDX-License-Identifier: GPL-2.0-only
/* Text: a histogram of exits' costs, changes over time, injected interrupts. */
#include <string.h>

#include "report/kvm/kvm_sum.h"
#include "report/text/text.h"

#define REASONS_SHOWN	5	/* without --limit */
#define CPUS_SHOWN	16
#define IRQS_SHOWN	16

#define MOSTLY		25		/* % from which a column stands out */

/* Terminals narrower than this have fewer columns per column of the histogram. */
#define COSTS_FULL	106

static int octave_width(const struct page *p)
{
	return page_is_narrow(p, COSTS_FULL) ? 4 : 5;
}

static void say_share(struct page *p, uint64_t part, uint64_t whole)
{
	char number[NUMBER_LEN];
	double v = 100.0 * (double)part / (double)whole;

	fputc(' ', p->out);
	if (!part)
		page_put(p, ROLE_DIM, "%*s", octave_width(p), ".");
	else if (v < 0.5)
		page_put(p, ROLE_DIM, "%*s", octave_width(p), "<1");
	else
		page_put(p, v >= MOSTLY ? ROLE_EXITS : ROLE_TEXT, "%*s", octave_width(p),
			 number_fixed(number, v, 0));
}

static void say_costs_of(struct page *p, const struct exit_row *row)
{
	uint64_t nr[DURATIONS_SHOWN];

	durations_shown(&row->cost, nr);
	fputs("  ", p->out);
	for (unsigned int i = 0; i < DURATIONS_SHOWN; i++)
		say_share(p, nr[i], row->cost.nr);
	fputs("  ", p->out);
	cell_write(p->out, exit_reason_name(row->reason),
		   page_room(p, 4 + DURATIONS_SHOWN * (size_t)(octave_width(p) + 1)), false, false);
	fputc('\n', p->out);
}

void kvm_text_costs(struct page *p, const struct kvm_vm *vm)
{
	static const char *const ends[DURATIONS_SHOWN] = {
		"<1us", "<2", "<4", "<8", "<16", "<33", "<66", "<131", "<262", "<524", "<1ms",
		"<2", "<4", "more",
	};
	size_t left = report_shown(p->opt, vm->nr, REASONS_SHOWN);

	if (!vm->nr || !vm->reasons[0].all.cost.nr)
		return;
	fputc('\n', p->out);
	page_line(p, ROLE_DIM, "   exits by the CPU time that each took, %% of the reason's exits");
	fputs("  ", p->out);
	for (unsigned int i = 0; i < DURATIONS_SHOWN; i++)
		page_put(p, ROLE_DIM, " %*s", octave_width(p), ends[i]);
	page_line(p, ROLE_DIM, "  reason");
	for (size_t i = 0; i < vm->nr && left; i++) {
		if (!vm->reasons[i].all.cost.nr)
			continue;
		say_costs_of(p, &vm->reasons[i].all);
		left--;
	}
}

/* The level of a slice relative to the maximum: 0 to 9, '.' for nothing. */
static char level(double part, double most)
{
	double v = most > 0 ? part / most : 0;

	return part <= 0 ? '.' : (char)('0' + (v >= 1 ? 9 : (int)(v * 10)));
}

static double seconds_of_slice(const struct kvm_report *r)
{
	const struct time_span *s = exits_span(r->exits);

	return (double)(s->end - s->begin) / 1e9 / TIME_SLICES;
}

static bool has_columns(const struct page *p)
{
	return page_has_bars(p) && locale_has_utf8();
}

/* Digits for programs and mail, columns for a person. */
static void say_sparkline(struct page *p, const double x[TIME_SLICES], double most, enum role role)
{
	const struct picture_part part = { role, '#' };
	const struct picture picture = { .part = &part, .nr = 1, .whole = most > 0 ? most : 1 };

	if (has_columns(p)) {
		for (unsigned int s = 0; s < TIME_SLICES; s++) {
			float size = (float)x[s];

			page_column(p, &picture, &size);
		}
		return;
	}
	for (unsigned int s = 0; s < TIME_SLICES; s++)
		fputc(level(x[s], most), p->out);
}

static void say_times_of(struct page *p, const struct exit_times *t, double seconds,
			 enum exit_reason reason)
{
	double x[TIME_SLICES], most = 0;
	char number[NUMBER_LEN];

	for (unsigned int s = 0; s < TIME_SLICES; s++) {
		x[s] = (double)t->exits[s];
		most = x[s] > most ? x[s] : most;
	}
	fprintf(p->out, "  %9s  ", number_grouped(number, (uint64_t)(most / seconds + 0.5)));
	say_sparkline(p, x, most, ROLE_EXITS);
	fprintf(p->out, "  %s\n", exit_reason_name(reason));
}

void kvm_text_times(struct page *p, const struct kvm_vm *vm, const struct kvm_report *r)
{
	struct exit_times t;
	char slice[NUMBER_LEN];

	if (!time_span_known(exits_span(r->exits)) || !vm->exits)
		return;
	fputc('\n', p->out);
	page_line(p, ROLE_DIM, "  %9s  exits/s per slice of %s%s", "max",
		  kvm_duration(slice, seconds_of_slice(r) * 1e9),
		  has_columns(p) ? "" : "; digit: tenths of max, . none");
	for (size_t i = 0; i < report_shown(p->opt, vm->nr, REASONS_SHOWN); i++) {
		kvm_times(&t, r, vm, vm->reasons[i].all.reason);
		say_times_of(p, &t, seconds_of_slice(r), vm->reasons[i].all.reason);
	}
}

#define ACCOUNTS_SHOWN	3

static size_t accounts_shown(const struct page *p)
{
	return page_is_narrow(p, 7 + ACCOUNTS_SHOWN * (2 + TIME_SLICES)) ? ACCOUNTS_SHOWN - 1 : ACCOUNTS_SHOWN;
}

static void say_cpu(struct page *p, const struct exit_cpu *c, double seconds)
{
	static const enum account shown[ACCOUNTS_SHOWN] = { ACCOUNT_GUEST, ACCOUNT_KERNEL, ACCOUNT_VMM };
	double x[TIME_SLICES];

	fprintf(p->out, "  %5d", c->cpu);
	for (size_t i = 0; i < accounts_shown(p); i++) {
		for (unsigned int s = 0; s < TIME_SLICES; s++)
			x[s] = (double)c->slices[s][shown[i]] / 1e9;
		fputs("  ", p->out);
		say_sparkline(p, x, seconds, account_role(shown[i]));
	}
	fputc('\n', p->out);
}

void kvm_text_cpus(struct page *p, const struct kvm_report *r)
{
	const struct exit_cpu *const *cpus;
	size_t nr = exits_cpus(r->exits, &cpus), few = report_shown(p->opt, nr, CPUS_SHOWN);
	struct words note = { .len = 0 };
	char slice[NUMBER_LEN];

	if (!nr || !time_span_known(exits_span(r->exits)))
		return;
	words_add(&note, "share of each %s%s", kvm_duration(slice, seconds_of_slice(r) * 1e9),
		  has_columns(p) ? "" : "; digit: tenths, . none");
	page_title(p, "CPUs that vCPUs ran on", note.s);
	page_line(p, ROLE_DIM, "  %5s  %-*s  %-*s  %s", "CPU", TIME_SLICES, "guests", TIME_SLICES,
		  "kernel, for exits", accounts_shown(p) == ACCOUNTS_SHOWN ? "vmm" : "");
	for (size_t i = 0; i < few; i++)
		say_cpu(p, cpus[i], seconds_of_slice(r));
	if (few < nr)
		fprintf(p->out, "  %zu more (--limit N shows more)\n", nr - few);
}

void kvm_text_irqs(struct page *p, const struct kvm_report *r)
{
	const struct exit_irq *list;
	size_t nr = exits_irqs(r->exits, &list), few = report_shown(p->opt, nr, IRQS_SHOWN);
	char number[NUMBER_LEN];

	if (!nr)
		return;
	page_title(p, "Interrupts injected", "by source; SGIs are not counted");
	page_line(p, ROLE_DIM, "  %9s  %4s  %4s  %s", "times", "vm", "vCPU", "interrupt");
	for (size_t i = 0; i < few; i++) {
		fprintf(p->out, "  %9s", number_grouped(number, list[i].injected));
		if (list[i].vm >= 0)
			fprintf(p->out, "  %4d", list[i].vm);
		else
			fprintf(p->out, "  %4s", "-");
		fprintf(p->out, "  %4u  %s %u\n", list[i].vcpu, irq_kind(list[i].irq), list[i].irq);
	}
	if (few < nr)
		fprintf(p->out, "  %zu more (--limit N shows more)\n", nr - few);
}
