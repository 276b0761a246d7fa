// SPDX-License-Identifier: GPL-2.0-only
/* Chooses and sorts the findings of a recording's samples. */
#include <string.h>

#include "base/array.h"
#include "report/findings/findings_impl.h"
#include "report/spe_config.h"
#include "report/text/text.h"

/* % of all samples: from LOSS_LEAST on, losses are a finding; from LOSS_MOST on, the only one. */
#define LOSS_LEAST	5
#define LOSS_MOST	50

void finding_figure(struct finding *f, const char *name, const char *unit, double value)
{
	if (f->nr_figures < FINDING_FIGURES)
		f->figure[f->nr_figures++] = (struct finding_figure){
			.name = name, .unit = unit, .value = value };
}

static void note_loss(struct findings *out, const struct causes *c)
{
	struct finding *f = &out->f[out->nr++];
	char number[NUMBER_LEN];

	*f = (struct finding){ .id = "loss", .what = "lost samples", .percent = 100 * c->lost, .of = "samples",
			       .is_share = true, .place = { .symbol = "", .object = "", .vm = -1 } };
	finding_figure(f, "lost", "% of samples", f->percent);
	snprintf(f->text, sizeof(f->text), "At least %s of the samples were lost, and it is "
		 "unknown which code they belonged to: %s.", finding_percent(number, f->percent),
		 f->percent < LOSS_MOST ? "the causes below hold even if none of the lost samples "
		 	"belongs to them" :
		 "too few are left to draw conclusions about costs");
	strcpy(f->next, "record with a larger --aux-buffer, or a larger --period");
	strcpy(f->evidence, "spelunk report");
}

/* Does an event select samples by cost?  If so, shares say nothing about all operations. */
static bool selects_costs(const struct input_info *info)
{
	bool selects = false;

	for (size_t i = 0; i < info->nr_attrs; i++)
		selects |= info->attrs[i].is_spe && spe_config_selects_costs(&info->attrs[i]);
	return selects;
}

static void note_selection(struct findings *out)
{
	struct finding *f = &out->f[out->nr++];

	*f = (struct finding){ .id = "selection", .what = "sampling that selects costly operations",
				.of = "",
			       .place = { .symbol = "", .object = "", .vm = -1 } };
	strcpy(f->text, "Only operations above a latency or with certain events were sampled. "
	       "What the others cost is unknown, and so are shares of all latency cycles.");
	strcpy(f->next, "record without --min-latency and --event-filter to learn what costs most");
	strcpy(f->evidence, "spelunk report");
}

static void say_none(struct findings *out, const struct causes *c)
{
	struct words w = { .len = 0 };
	char number[NUMBER_LEN];

	if (!c->all.samples)
		words_add(&w, "No sample was counted.");
	else if (!c->all.cycles)
		words_add(&w, "The records have no total latency, so costs are unknown.");
	else
		words_add(&w, "No cause stands out in %s sample%s.",
			  number_grouped(number, c->all.samples), c->all.samples == 1 ? "" : "s");
	if (c->all.cycles) {
		struct words open = { .len = 0 };

		causes_list(&open, c, CAUSE_OPEN);
		if (open.len)
			words_add(&w, " Too few samples to judge %s.", open.s);
	}
	words_copy(out->none, sizeof(out->none), &w);
}

struct ranked {
	double percent;
	enum finding_id id;
};

static int by_percent(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	return array_order(b->percent, a->percent) ?: array_order(a->id, b->id);
}

static void add_causes(struct findings *out, const struct causes *c)
{
	struct ranked found[NR_FINDING_IDS];
	struct words w = { .len = 0 };
	size_t nr = 0;

	/*
	 * Latencies that overlap come before the cause of those latencies, which would gain so
	 * little: by their share of the latency cycles.
	 */
	for (unsigned int id = 0; id < NR_FINDING_IDS; id++)
		if (c->cause[id].verdict == CAUSE_FOUND)
			found[nr++] = (struct ranked){ id == FINDING_OVERLAP ? c->overlaps.latency :
						       c->cause[id].percent, id };
	if (nr)
		qsort(found, nr, sizeof(found[0]), by_percent);
	else
		say_none(out, c);
	for (size_t i = 0; i < nr && out->nr < FINDINGS; i++) {
		out->f[out->nr] = (struct finding){ .nr_figures = 0 };
		finding_say(&out->f[out->nr++], c, found[i].id);
		out->left_out = nr - i - 1;
	}
	causes_list(&w, c, CAUSE_RULED_OUT);
	words_copy(out->ruled_out, sizeof(out->ruled_out), &w);
}

void findings_of_samples(struct findings *out, const struct report_data *d)
{
	struct causes c;

	*out = (struct findings){ .nr = 0 };
	causes_measure(&c, d);
	if (100 * c.lost >= LOSS_LEAST)
		note_loss(out, &c);
	if (selects_costs(d->info))
		note_selection(out);
	else if (100 * c.lost < LOSS_MOST)
		add_causes(out, &c);
}

/*
 * The costliest code
 */

#define COSTLIEST	3

static bool add_rows(struct codes *all, const struct rows *r)
{
	bool ok = true;

	for (size_t i = 0; ok && r->weight && i < r->beyond; i++) {
		const struct row_weight *w = &r->weight[i];
		struct code c = code_of(r, w->keys);

		ok = codes_add(all, c.symbol, c.object, c.vm, w->samples, w->cycles);
	}
	for (size_t i = 0; ok && i < r->nr; i++) {
		struct code c = code_of(r, r->row[i].keys);

		ok = codes_add(all, c.symbol, c.object, c.vm, r->row[i].m.samples,
			       r->row[i].m.total.cycles);
	}
	return ok;
}

char *findings_costliest(char out[FINDINGS_COSTLIEST_LEN], const struct report_data *d)
{
	struct codes all = { .nr = 0 };
	struct words w = { .len = 0 };
	char a[NUMBER_LEN];

	for (unsigned int world = 0; world < NR_WORLDS; world++)
		if (d->symbols[world])
			add_rows(&all, d->symbols[world]);
	codes_sort(&all);
	for (size_t i = 0; i < all.nr && i < COSTLIEST && all.list[i].weight; i++) {
		const struct code *c = &all.list[i];

		words_add(&w, "%s", i ? ", " : "");
		finding_code(&w, c->symbol, c->object, c->vm);
		words_add(&w, " (%s)", finding_percent(a, 100.0 * (double)c->weight /
						       (double)all.weight));
	}
	codes_free(&all);
	words_copy(out, FINDINGS_COSTLIEST_LEN, &w);
	return out;
}
