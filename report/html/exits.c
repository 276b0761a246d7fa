// SPDX-License-Identifier: GPL-2.0-only
/* Exits of each VM by reason: a histogram of their costs, and when they happened. */
#include <inttypes.h>
#include <string.h>

#include "report/html/html_impl.h"
#include "report/html/svg.h"

#define VMS_SHOWN	64
#define DETAILS_SHOWN	8	/* per reason */
#define SITES_SHOWN	50


static const struct html_column heads[] = {
	HTML_TEXT("Reason", NULL), HTML_NUMBER("Exits", NULL),
	HTML_NUMBER("A second", "of the vCPUs' time"),
	HTML_NUMBER("CPU time", "on a CPU for them, in the kernel and in the VMM"),
	HTML_NUMBER("Of busy", "the same in % of the VM's busy time"),
	HTML_NUMBER("Mean", "CPU time of one exit"), HTML_NUMBER("Median", NULL), HTML_NUMBER("p99", NULL),
	HTML_NUMBER("Max", NULL),
	HTML_TEXT("Below 1 us to above 4 ms", "exits by the CPU time of each; each column covers "
	  "twice the time of the one before"),
	HTML_TEXT("Start to end", "exits over the time of the recording"),
};

/* Columns stand on the ground, and anything above 0 is visible. */
static double height(double part, double most)
{
	double v = most > 0 ? 100 * part / most : 0;

	return v > 0 && v < 4 ? 4 : v;
}

static void put_histogram(struct html *h, const struct durations *cost)
{
	struct svg_area a;
	uint64_t n[DURATIONS_SHOWN], most = 0;

	durations_shown(cost, n);
	for (unsigned int i = 0; i < DURATIONS_SHOWN; i++)
		most = n[i] > most ? n[i] : most;
	svg_plot(h, "spark", 24, DURATIONS_SHOWN, "exits by what each cost");
	svg_area_begin(&a, h, "a-kernel");
	for (unsigned int i = 0; i < DURATIONS_SHOWN; i++) {
		svg_area_add(&a, i, i + 0.85, height((double)n[i], (double)most));
		svg_area_add(&a, i + 0.85, i + 1, 0);
	}
	svg_area_end(&a);
	svg_close(h);
}

static void put_times(struct html *h, const struct kvm_vm *vm, enum exit_reason reason)
{
	struct exit_times t;
	struct svg_area a;
	uint64_t most = 0;

	kvm_times(&t, h->r->kvm, vm, reason);
	for (unsigned int i = 0; i < TIME_SLICES; i++)
		most = t.exits[i] > most ? t.exits[i] : most;
	svg_plot(h, "spark", 24, TIME_SLICES, "exits over time");
	svg_area_begin(&a, h, "a-kernel");
	for (unsigned int i = 0; i < TIME_SLICES; i++)
		svg_area_add(&a, i, i + 1, height((double)t.exits[i], (double)most));
	svg_area_end(&a);
	svg_close(h);
}

static void put_figures(struct html *h, const struct kvm_vm *vm, const struct exit_row *row)
{
	const struct durations *cost = &row->cost;
	double second = vm->alive ? (double)row->exits * 1e9 / (double)vm->alive : 0;
	double busy = kvm_busy(vm) ? 100 * (double)kvm_cost(row) / (double)kvm_busy(vm) : 0;
	char text[NUMBER_LEN];

	html_count(h, "exits", row->exits);
	html_value(h, "second", number_grouped(text, (uint64_t)second), second, true);
	html_duration(h, "cost_ns", kvm_cost(row));
	html_value(h, "busy", html_percent(text, busy, 100), busy, false);
	html_duration(h, "mean_ns", cost->nr ? cost->sum / cost->nr : 0);
	html_duration(h, "p50_ns", durations_quantile(cost, 0.5));
	html_duration(h, "p99_ns", durations_quantile(cost, 0.99));
	html_duration(h, "max_ns", cost->max);
}

static void put_detail(struct html *h, const struct kvm_vm *vm, const struct exit_row *row)
{
	char detail[KVM_DETAIL_LEN], user[KVM_DETAIL_LEN], device[DEVICE_LEN];

	html_put(h, "<tr class=\"detail\"><td>");
	kvm_detail(detail, row);
	kvm_user(user, row);
	html_text(h, *detail ? detail : *user ? "" : "(no detail)", HTML_NAME);
	if (*kvm_device(device, vm, row)) {
		html_put(h, " (");
		html_text(h, device, HTML_NAME);
		html_put(h, ")");
	}
	if (*user) {
		html_put(h, " &rarr; ");
		html_text(h, user, HTML_NAME);
	}
	html_put(h, "</td>");
	put_figures(h, vm, row);
	html_put(h, "<td></td><td></td></tr>\n");
}

/* A table body per reason, so that details stay with it when sorted. */
static void put_reason(struct html *h, const struct kvm_vm *vm, const struct kvm_reason *g)
{
	bool one = g->nr == 1 && !g->rows[0].has_detail && g->rows[0].user == USER_NONE;
	const char *name = exit_reason_name(g->all.reason);
	size_t i;

	html_put(h, "<tbody data-reason=\"%s\"><tr><td title=\"", name);
	html_text(h, exit_reason_what(g->all.reason), HTML_SENTENCE);
	html_put(h, "\"><b>%s</b></td>", name);
	put_figures(h, vm, &g->all);
	html_put(h, "<td class=\"pic\">");
	if (g->all.cost.nr)
		put_histogram(h, &g->all.cost);
	html_put(h, "</td><td class=\"pic\">");
	if (time_span_known(exits_span(h->r->kvm->exits)))
		put_times(h, vm, g->all.reason);
	html_put(h, "</td></tr>\n");
	for (i = 0; i < g->nr && i < DETAILS_SHOWN && !one && !html_full(h); i++)
		put_detail(h, vm, &g->rows[i]);
	if (i < g->nr && !one)
		html_put(h, "<tr class=\"detail\"><td colspan=\"%zu\">%zu more left out</td></tr>\n",
			 sizeof(heads) / sizeof(heads[0]), g->nr - i);
	html_put(h, "</tbody>\n");
}

static void put_vm(struct html *h, const struct kvm_vm *vm)
{
	html_vm_open(h, vm);
	html_table_open(h, "exits", heads, sizeof(heads) / sizeof(heads[0]), true);
	for (size_t i = 0; i < vm->nr; i++)
		put_reason(h, vm, &vm->reasons[i]);
	html_table_close(h);
	html_vm_close(h);
}

/* The guest code that causes exits. */
static void put_sites(struct html *h)
{
	static const struct html_column columns[] = {
		HTML_NUMBER("Exits", NULL), HTML_TEXT("Reason", NULL), HTML_NUMBER("VM", NULL),
		HTML_TEXT("Function in the guest", NULL), HTML_TEXT("Object", NULL),
	};
	size_t nr = h->r->kvm->nr_functions_of_sites, shown = 0;

	if (!nr)
		return;
	html_put(h, "<h3>Guest code that exits</h3>\n");
	html_table_open(h, "sites", columns, sizeof(columns) / sizeof(columns[0]), true);
	html_put(h, "<tbody>\n");
	for (; shown < nr && shown < SITES_SHOWN && !html_full(h); shown++) {
		const struct kvm_site *s = &h->r->kvm->functions_of_sites[shown];

		html_put(h, "<tr>");
		html_count(h, "exits", s->exits);
		html_cell(h, exit_reason_name(s->reason));
		html_id(h, "vm", s->vm);
		html_put(h, "<td><code>");
		if (*s->symbol)
			html_name(h, s->symbol);
		else
			html_put(h, "0x%" PRIx64, s->address);
		html_put(h, "</code></td>");
		html_cell(h, s->object);
		html_put(h, "</tr>\n");
	}
	html_put(h, "</tbody>");
	html_table_close(h);
	html_left_out(h, nr - shown, "place", "places");
}

static void put_limits(struct html *h)
{
	char text[KVM_LIMITS][KVM_LIMIT_LEN];
	size_t nr = kvm_limits(text, h->kvm, h->r->kvm);

	if (!nr)
		return;
	html_put(h, "<h3>Limits of this data</h3>\n<ul class=\"notes\">\n");
	for (size_t i = 0; i < nr; i++) {
		html_put(h, "<li>");
		html_sentence(h, text[i]);
		html_put(h, "</li>\n");
	}
	html_put(h, "</ul>\n");
}

void html_exits(struct html *h)
{
	size_t i;

	html_about(h, "Why each guest exited, sorted by the CPU time that the host spent on it. "
		   "The rows below a reason give the details.");
	for (i = 0; i < h->kvm->nr && i < VMS_SHOWN && !html_full(h); i++)
		if (h->kvm->vms[i].nr)
			put_vm(h, &h->kvm->vms[i]);
	html_left_out(h, h->kvm->nr - i, "VM", "VMs");
	put_sites(h);
	put_limits(h);
}
