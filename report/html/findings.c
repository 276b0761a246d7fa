// SPDX-License-Identifier: GPL-2.0-only
/* The top of the page: the recording in a few figures, and findings. */
#include <stdlib.h>

#include "decoder/names.h"
#include "report/commands.h"
#include "report/html/html_impl.h"
#include "report/html/svg.h"
#include "report/losses.h"

static void put_tile(struct html *h, const char *value, const char *what)
{
	html_put(h, "<div class=\"tile\"><b>");
	html_text(h, value, HTML_NAME);
	html_put(h, "</b><span>%s</span></div>\n", what);
}

/* ns from the first sample to the last, else of the events; 0: unknown. */
static uint64_t length_of(const struct html *h)
{
	struct report_total t = report_total(h->d->summary);
	const struct input_info *info = h->d->info;

	if (h->d->clock && t.first < t.last)
		return input_clock_ns(h->d->clock, t.last) - input_clock_ns(h->d->clock, t.first);
	return info->last_time > info->first_time ? info->last_time - info->first_time : 0;
}

static uint64_t all_samples(const struct html *h)
{
	uint64_t n = 0;

	for (unsigned int w = 0; w < NR_WORLDS; w++)
		n += world_samples(h->d->summary, w);
	return n;
}

static void put_sample_tiles(struct html *h)
{
	const struct summary *s = h->d->summary;
	uint64_t guest = world_samples(s, WORLD_GUEST_USER) + world_samples(s, WORLD_GUEST_KERNEL);
	uint64_t all = all_samples(h), unknown = world_samples(s, WORLD_UNKNOWN);
	const struct timeline_vm *vms;
	char text[NUMBER_LEN];

	put_tile(h, number_grouped(text, all), all == 1 ? "sample" : "samples");
	if (!all)
		return;
	put_tile(h, html_percent(text, (double)(all - guest - unknown), (double)all),
		 "in the host");
	if (guest || timeline_vms(h->d->timeline, &vms))
		put_tile(h, html_percent(text, (double)guest, (double)all), "in guests");
	if (unknown)
		put_tile(h, html_percent(text, (double)unknown, (double)all), "unknown");
}

static void put_exit_tiles(struct html *h)
{
	uint64_t exits = 0, stolen = 0, busy = 0;
	char text[NUMBER_LEN];

	if (!html_has_exits(h))
		return;
	for (size_t i = 0; i < h->kvm->nr; i++) {
		exits += h->kvm->vms[i].exits;
		stolen += h->kvm->vms[i].ns[ACCOUNT_PREEMPTED];
		busy += kvm_busy(&h->kvm->vms[i]);
	}
	snprintf(text, sizeof(text), "%zu", h->kvm->nr);
	put_tile(h, text, h->kvm->nr == 1 ? "VM" : "VMs");
	put_tile(h, number_short(text, exits), "exits");
	if (busy)
		put_tile(h, html_percent(text, (double)stolen, (double)busy),
			 "of busy time stolen");
}

/* Separates one fact of the machine from the one before, if there is one. */
static void put_dot(struct html *h, bool *some)
{
	html_put(h, *some ? " &middot; " : "");
	*some = true;
}

static void put_machine(struct html *h)
{
	const struct input_info *info = h->d->info;
	const struct summary *s = h->d->summary;
	bool some = false;

	html_put(h, "<p class=\"sub\">");
	if (input_host(info)) {
		put_dot(h, &some);
		html_name(h, info->hostname);
	}
	if (info->nr_cpus) {
		put_dot(h, &some);
		html_put(h, "%u CPU%s", info->nr_cpus, info->nr_cpus == 1 ? "" : "s");
	}
	for (size_t i = 0; i < s->nr_models && i < 4; i++)
		if (s->models[i].midr && spe_cpu_name(s->models[i].midr)) {
			put_dot(h, &some);
			html_put(h, "%s", spe_cpu_name(s->models[i].midr));
		}
	if (info->os_release) {
		put_dot(h, &some);
		html_put(h, "Linux ");
		html_name(h, info->os_release);
	}
	html_put(h, "</p>\n");
}

void html_summary(struct html *h)
{
	uint64_t ns = length_of(h);
	char text[NUMBER_LEN];
	struct loss all;
	size_t nr;

	put_machine(h);
	html_put(h, "<div class=\"tiles\">\n");
	if (ns)
		put_tile(h, kvm_duration(text, (double)ns), "recorded");
	if (h->r->samples)
		put_sample_tiles(h);
	put_exit_tiles(h);
	free(losses_collect(h->d, &nr, &all));
	put_tile(h, loss_any(&all) ? "some" : "none", "reported losses");
	html_put(h, "</div>\n");
	if (h->d->filter) {
		html_put(h, "<p class=\"note\">Only samples that match <code>");
		html_text(h, h->d->filter, HTML_SENTENCE);
		html_put(h, "</code>. Exits and vCPU times cover the whole recording.</p>\n");
	}
}

/*
 * Findings
 */

static void put_share(struct html *h, const struct finding *f)
{
	double width = f->percent < 100 ? f->percent : 100;
	char text[NUMBER_LEN];

	html_put(h, "<div class=\"share\">");
	if (f->is_share) {
		html_put(h, "<b data-v=\"%s\">", number_fixed(text, f->percent, 2));
		html_text(h, finding_percent(text, f->percent), NUMBER_LEN);
		html_put(h, "</b>");
		svg_open(h, "meter", 6, text);
		svg_rect(h, "bad", (struct svg_box){ 0, 0, width, 6 }, NULL);
		svg_close(h);
		html_put(h, "<span>of %s</span>", f->of);
	}
	html_put(h, "</div>");
}

static void put_finding(struct html *h, const struct finding *f)
{
	char *next = *f->next ? report_commands(h->d, f->next) : NULL;
	char *evidence = *f->evidence ? report_command(h->d, f->evidence, f->filter) : NULL;

	html_put(h, "<li data-id=\"%s\">", f->id);
	put_share(h, f);
	html_put(h, "<div><p class=\"lead\">");
	html_sentence(h, f->text);
	html_put(h, "</p>");
	if (next) {
		html_put(h, "<p class=\"next\"><b>Next</b> ");
		html_sentence(h, next);
		html_put(h, ".</p>");
	}
	if (evidence) {
		html_put(h, "<p class=\"evidence\"><b>Evidence</b> <code class=\"copy\">");
		html_text(h, evidence, HTML_SENTENCE);
		html_put(h, "</code></p>");
	}
	html_put(h, "</div></li>\n");
	free(next);
	free(evidence);
}

static void put_exit_findings(struct html *h)
{
	struct kvm_findings all;

	kvm_findings(&all, h->kvm, h->r->kvm);
	html_put(h, "<h3>Where VMs lose time</h3>\n");
	if (!all.nr)
		html_put(h, "<p class=\"sub\">No exit, wait or steal takes %d %% of a VM's busy time "
			 "and %d %% of all its time.</p>\n", KVM_FIND_BUSY, KVM_FIND_ALIVE);
	html_put(h, all.nr ? "<ol class=\"findings\" data-of=\"exits\">\n" : "");
	for (size_t i = 0; i < all.nr; i++)
		put_finding(h, &all.f[i].said);
	html_put(h, all.nr ? "</ol>\n" : "");
	html_left_out(h, all.left_out, "smaller finding", "smaller findings");
}

static void put_labelled(struct html *h, const char *label, const char *text)
{
	if (!*text)
		return;
	html_put(h, "<p class=\"sub\"><b>%s</b> ", label);
	html_sentence(h, text);
	html_put(h, "</p>\n");
}

static void put_sample_findings(struct html *h)
{
	struct findings *all = malloc(sizeof(*all));
	char costliest[FINDINGS_COSTLIEST_LEN];

	if (!all) {
		h->failed = true;
		return;
	}
	findings_of_samples(all, h->d);
	html_put(h, "<h3>What operations cost</h3>\n");
	put_labelled(h, "Costliest code", findings_costliest(costliest, h->d));
	html_put(h, all->nr ? "<ol class=\"findings\" data-of=\"samples\">\n" : "");
	for (size_t i = 0; i < all->nr; i++)
		put_finding(h, &all->f[i]);
	html_put(h, all->nr ? "</ol>\n" : "");
	html_left_out(h, all->left_out, "finding of a smaller share", "findings of smaller shares");
	put_labelled(h, "No cause", all->none);
	put_labelled(h, "Ruled out", all->ruled_out);
	free(all);
}

void html_findings(struct html *h)
{
	if (html_has_exits(h))
		put_exit_findings(h);
	if (h->r->samples)
		put_sample_findings(h);
	if (!h->r->samples && !html_has_exits(h))
		html_about(h, "No vCPU ran: record kvm:kvm_entry and kvm:kvm_exit, as `spelunk "
			   "record` does.");
}
