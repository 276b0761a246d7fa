// SPDX-License-Identifier: GPL-2.0-only
/* Text: the host code that handles exits, and the guest code that causes them. */
#include <inttypes.h>
#include <string.h>

#include "report/kvm/kvm_sum.h"
#include "report/text/text.h"

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

/* The host's */

static enum exit_reason reason_of(const struct rows *f, size_t i)
{
	const struct value *v = &f->row[i].keys[rows_key(f, FIELD_REASON)];
	int reason = v->known ? exit_reason_find(v->text, strlen(v->text)) : -1;

	return reason < 0 ? NR_REASONS : (enum exit_reason)reason;
}

static void say_handler(struct page *p, const struct rows *f, size_t i, uint64_t all)
{
	const struct row *row = &f->row[i];
	char a[NUMBER_LEN];

	fprintf(p->out, "  %9s", number_grouped(a, row->m.samples));
	page_put_share(p, 8, row->m.samples, all);
	fputs("  ", p->out);
	cell_write(p->out, row->keys[rows_key(f, FIELD_REASON)].text, 18, true, false);
	fputs("  ", p->out);
	page_cell(p, world_role((enum world)row->keys[rows_key(f, FIELD_WORLD)].num),
		  row->keys[rows_key(f, FIELD_WORLD)].text, 12, true, false);
	fputs("  ", p->out);
	cell_write(p->out, or_dash(row->keys[rows_key(f, FIELD_SYMBOL)].text),
		   page_room(p, 56) < 48 ? page_room(p, 56) : 48, false, false);
	fputc('\n', p->out);
}

/* Rows are sorted by samples: the first of a reason are its hottest. */
static void say_handlers(struct page *p, const struct rows *f, enum exit_reason reason)
{
	size_t left = report_shown(p->opt, f->nr, KVM_SITES_SHOWN);
	uint64_t all = 0;

	for (size_t i = 0; i < f->nr; i++)
		all += reason_of(f, i) == reason ? f->row[i].m.samples : 0;
	for (size_t i = 0; i < f->nr && left; i++) {
		if (reason_of(f, i) != reason)
			continue;
		say_handler(p, f, i, all);
		left--;
	}
}

void kvm_text_handlers(struct page *p, const struct kvm_report *r)
{
	const struct rows *f = r->functions;
	bool seen[NR_REASONS + 1] = { [NR_REASONS] = true };

	if (!f || !f->nr)
		return;
	page_title(p, "Host code that handles exits",
		   "host samples taken while it handled exits, all VMs; share of the reason's");
	page_line(p, ROLE_DIM, "  %9s %8s  %-18s  %-12s  %s", "samples", "share", "reason", "world",
		  "function");
	for (size_t i = 0; i < f->nr; i++) {
		if (seen[reason_of(f, i)])
			continue;
		seen[reason_of(f, i)] = true;
		say_handlers(p, f, reason_of(f, i));
	}
}

/* The guests' */

/* All exits were counted, so the share is not an estimate. */
void kvm_text_site(struct page *p, const struct kvm_site *s, uint64_t all)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], where[24];

	fprintf(p->out, "  %9s %7s%%  ", number_grouped(a, s->exits),
		number_fixed(b, 100.0 * (double)s->exits / (double)all, 1));
	cell_write(p->out, exit_reason_name(s->reason), 18, true, false);
	fprintf(p->out, "  %4d  ", s->vm);
	cell_write(p->out, or_dash(s->comm), 15, true, false);
	fputs("  ", p->out);
	snprintf(where, sizeof(where), "0x%" PRIx64, s->address);
	cell_write(p->out, *s->symbol ? s->symbol : where, 48, false, false);
}

uint64_t kvm_site_exits(const struct kvm_report *r, enum exit_reason reason)
{
	uint64_t all = 0;

	for (size_t i = 0; i < r->nr_functions_of_sites; i++)
		all += r->functions_of_sites[i].reason == reason ? r->functions_of_sites[i].exits : 0;
	return all;
}

static void say_sites(struct page *p, const struct kvm_report *r, enum exit_reason reason)
{
	size_t left = report_shown(p->opt, r->nr_functions_of_sites, KVM_SITES_SHOWN);
	uint64_t all = kvm_site_exits(r, reason);

	for (size_t i = 0; i < r->nr_functions_of_sites && left; i++) {
		if (r->functions_of_sites[i].reason != reason)
			continue;
		kvm_text_site(p, &r->functions_of_sites[i], all);
		fputc('\n', p->out);
		left--;
	}
}

void kvm_text_site_head(struct page *p)
{
	page_put(p, ROLE_DIM, "  %9s %8s  %-18s  %4s  %-15s  %s", "exits", "share", "reason", "vm",
		 "process", "function or address");
}

void kvm_text_sites(struct page *p, const struct kvm_report *r)
{
	bool seen[NR_REASONS] = { false };

	if (!r->nr_functions_of_sites)
		return;
	page_title(p, "Guest code that exits", "exits by the guest code that caused them, share "
		   "of the reason's; interrupts occur anywhere");
	kvm_text_site_head(p);
	fputc('\n', p->out);
	for (size_t i = 0; i < r->nr_functions_of_sites; i++) {
		enum exit_reason reason = r->functions_of_sites[i].reason;

		if (seen[reason])
			continue;
		seen[reason] = true;
		say_sites(p, r, reason);
	}
	text_clocks(p);
}
