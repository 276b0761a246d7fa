// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "decoder/names.h"
#include "report/losses.h"
#include "report/text/text.h"

#define LOSS_LINES	8	/* maximum CPUs listed individually */
#define NOTES_MAX	12
#define ERRATA_MAX	4

static void count(struct words *w, uint64_t n, const char *one, const char *many)
{
	char number[NUMBER_LEN];

	if (n)
		words_add(w, "%s%s %s", w->len && w->s[w->len - 1] != ' ' ? ", " : "",
			  number_grouped(number, n), n == 1 ? one : many);
}

void text_loss(struct page *p, const char *label, const char *who,
	       const struct loss *l)
{
	struct words w = { .len = 0 };

	words_add(&w, "%s: ", who);
	count(&w, l->truncated, "truncated region", "truncated regions");
	count(&w, l->partial, "region with gaps", "regions with gaps");
	count(&w, l->collided, "region with collisions", "regions with collisions");
	count(&w, l->missing_bytes, "AUX byte not in the file",
	      "AUX bytes not in the file");
	count(&w, l->samples, "lost sample", "lost samples");
	count(&w, l->events, "lost sideband record", "lost sideband records");
	count(&w, l->throttled, "throttling", "throttlings");
	count(&w, l->torn, "torn record", "torn records");
	count(&w, l->skipped, "byte outside of records", "bytes outside of records");
	page_say_in(p, ROLE_BAD, label, w.s);
}

/* Not a loss, but useful to know. */
static void say_odd(struct page *p, const struct loss *all)
{
	struct words w = { .len = 0 };

	count(&w, all->unknown, "unknown packet", "unknown packets");
	count(&w, all->backwards, "timestamp out of order", "timestamps out of order");
	if (all->backwards)
		words_add(&w, " (records of a guest may carry its virtual count)");
	if (w.len)
		page_say(p, "odd", w.s);
}

static void say_losses(struct page *p)
{
	size_t nr, told = 0;
	struct loss all, *losses = losses_collect(p->d, &nr, &all);
	char who[32];

	if (!loss_any(&all)) {
		page_say_in(p, ROLE_GOOD, "losses", "no loss reported");
		say_odd(p, &all);
		free(losses);
		return;
	}
	for (size_t i = 0; losses && i < nr && told < LOSS_LINES; i++) {
		if (!loss_any(&losses[i]))
			continue;
		snprintf(who, sizeof(who), losses[i].cpu < 0 ? "no CPU" : "CPU %d",
			 losses[i].cpu);
		text_loss(p, told++ ? "" : "losses", who, &losses[i]);
	}
	free(losses);
	if (told != 1)
		text_loss(p, told ? "" : "losses", told == LOSS_LINES ?
			 "all CPUs, including those not shown" : "all CPUs", &all);
	if (all.collided)
		page_say(p, "", "A region with collisions lost at least one sample; the "
			 "hardware does not say how many.");
	say_odd(p, &all);
}

static void say_notes(struct page *p)
{
	const struct input_info *info = p->d->info;
	struct words w;

	for (size_t i = 0; i < info->nr_notes && i < NOTES_MAX; i++) {
		char text[1024];

		report_escape(text, sizeof(text), info->notes[i]);
		page_say(p, i ? "" : "notes", text);
	}
	if (info->nr_notes > NOTES_MAX) {
		w.len = 0;
		words_add(&w, "and %zu more (--format json has all)",
			  info->nr_notes - NOTES_MAX);
		page_say(p, "", w.s);
	}
}

/* Known errata that affect these CPUs' records. */
void text_errata(struct page *p)
{
	struct spe_erratum errata[ERRATA_MAX];
	const struct summary *s = p->d->summary;
	bool titled = false;

	for (size_t m = 0; s && m < s->nr_models; m++) {
		const char *cpu = spe_cpu_name(s->models[m].midr);
		size_t nr = s->models[m].midr ? spe_errata(s->models[m].midr, errata,
							   ERRATA_MAX) : 0;

		for (size_t i = 0; i < nr && i < ERRATA_MAX; i++) {
			struct words w = { .len = 0 };

			if (!titled)
				page_title(p, "Known errata", "of these CPUs");
			titled = true;
			words_add(&w, "%s erratum %s: %s", cpu ? cpu : "CPU",
				  errata[i].id, errata[i].what);
			page_say(p, NULL, w.s);
		}
	}
}

void text_losses(struct page *p)
{
	say_losses(p);
	say_notes(p);
}
