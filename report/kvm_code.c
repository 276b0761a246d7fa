// SPDX-License-Identifier: GPL-2.0-only
/* As text: the host's code that handles exits, and the guests' that makes them. */
#include <stdlib.h>
#include <string.h>

#include "report/kvm_sum.h"
#include "report/text.h"

#define FUNCTIONS_SHOWN	5	/* of a reason, where there is no --limit */

static size_t most_of(const struct page *p, size_t nr)
{
	size_t most = p->opt->limit ? p->opt->limit : FUNCTIONS_SHOWN;

	return nr < most ? nr : most;
}

/* A reason's rows, in the order in which they are told. */
struct told {
	const struct rows *of;
	const struct row **row;
	size_t nr;
	uint64_t all;		/* samples, or exits */
};

static const struct value *key_of(const struct told *t, size_t i, enum field f)
{
	return &t->row[i]->keys[rows_key(t->of, f)];
}

static const char *or_dash(const struct value *v)
{
	return v->known ? v->text : "-";
}

static void say_head(struct page *p, const struct told *t, size_t i, const char *share)
{
	char number[NUMBER_LEN];

	fprintf(p->out, "  %9s %8s  ", number_grouped(number, t->row[i]->m.samples), share);
	cell_write(p->out, key_of(t, i, FIELD_REASON)->text, 18, true, false);
	fputs("  ", p->out);
}

static void say_handler(struct page *p, const struct told *t, size_t i)
{
	char share[NUMBER_LEN];

	say_head(p, t, i, page_share(p, share, t->row[i]->m.samples, t->all));
	cell_write(p->out, key_of(t, i, FIELD_WORLD)->text, 12, true, false);
	fputs("  ", p->out);
	cell_write(p->out, or_dash(key_of(t, i, FIELD_SYMBOL)), 48, false, false);
	fputc('\n', p->out);
}

/* All exits were counted: the share is no estimate. */
static void say_site(struct page *p, const struct told *t, size_t i)
{
	bool named = key_of(t, i, FIELD_SYMBOL)->known;
	char number[NUMBER_LEN], share[NUMBER_LEN + 1];

	snprintf(share, sizeof(share), "%s%%", number_fixed(number, 100.0 *
		 (double)t->row[i]->m.samples / (double)t->all, 1));
	say_head(p, t, i, share);
	fprintf(p->out, "%4s  ", key_of(t, i, FIELD_VM)->text);
	cell_write(p->out, or_dash(key_of(t, i, FIELD_GUEST_COMM)), 15, true, false);
	fputs("  ", p->out);
	cell_write(p->out, key_of(t, i, named ? FIELD_SYMBOL : FIELD_ADDRESS)->text, 48, false,
		   false);
	fputc('\n', p->out);
}

/* The rows are by number: the first of a reason are its hottest. */
static void say_reason(struct page *p, struct told *t, const char *reason,
		       void (*say)(struct page *p, const struct told *t, size_t i))
{
	size_t nr = 0, most;

	t->all = 0;
	for (size_t i = 0; i < t->nr; i++) {
		if (!strcmp(key_of(t, i, FIELD_REASON)->text, reason)) {
			t->all += t->row[i]->m.samples;
			nr++;
		}
	}
	most = most_of(p, nr);
	for (size_t i = 0; i < t->nr && most; i++) {
		if (strcmp(key_of(t, i, FIELD_REASON)->text, reason))
			continue;
		say(p, t, i);
		most--;
	}
}

static void say_reasons(struct page *p, struct told *t,
			void (*say)(struct page *p, const struct told *t, size_t i))
{
	bool seen[NR_REASONS] = { false };

	for (size_t i = 0; i < t->nr; i++) {
		const struct value *v = key_of(t, i, FIELD_REASON);
		int reason = v->known ? exit_reason_find(v->text, strlen(v->text)) : -1;

		if (reason < 0 || seen[reason])
			continue;
		seen[reason] = true;
		say_reason(p, t, v->text, say);
	}
}

void kvm_text_handlers(struct page *p, const struct kvm_report *r)
{
	const struct rows *f = r->functions;
	struct told t = { .of = f };

	if (!f || !f->nr)
		return;
	t.row = calloc(f->nr, sizeof(*t.row));
	for (size_t i = 0; t.row && i < f->nr; i++)
		t.row[t.nr++] = &f->row[i];
	page_title(p, "Code that handles exits",
		   "samples of the host while it handled one, all VMs");
	fprintf(p->out, "  %9s %8s  %-18s  %-12s  %s\n", "samples", "of those", "reason", "world",
		"function");
	say_reasons(p, &t, say_handler);
	free(t.row);
}

static bool is_named(const struct rows *f, const struct row *row)
{
	return row->keys[rows_key(f, FIELD_SYMBOL)].known;
}

/*
 * Functions, and the addresses that have none, most exits first.  Keys of the first are the
 * same and in the same places as of the second, which has the address behind them.
 */
static void merge(struct told *t, const struct rows *named, const struct rows *all)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < named->nr && !is_named(named, &named->row[i]))
			i++;
		while (k < all->nr && is_named(all, &all->row[k]))
			k++;
		if (i == named->nr && k == all->nr)
			return;
		if (k == all->nr || (i < named->nr &&
				     named->row[i].m.samples >= all->row[k].m.samples))
			t->row[t->nr++] = &named->row[i++];
		else
			t->row[t->nr++] = &all->row[k++];
	}
}

void kvm_text_sites(struct page *p, const struct kvm_report *r)
{
	const struct rows *named = r->guest_functions, *all = r->guest_addresses;
	struct told t = { .of = all };

	if (!all || !all->nr)
		return;
	t.row = calloc(named->nr + all->nr, sizeof(*t.row));
	if (!t.row)
		return;
	merge(&t, named, all);
	page_title(p, "Guest code that exits", "exits by where in the guest they came from; "
		   "interrupts come anywhere");
	fprintf(p->out, "  %9s %8s  %-18s  %4s  %-15s  %s\n", "exits", "of those", "reason", "vm",
		"process", "function or address");
	say_reasons(p, &t, say_site);
	text_clocks(p);
	free(t.row);
}
