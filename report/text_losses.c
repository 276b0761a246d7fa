// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "decoder/names.h"
#include "report/losses.h"
#include "report/text.h"

#define LOSS_LINES	8	/* CPUs told one by one */
#define NOTES_MAX	12
#define ERRATA_MAX	4

static void count(struct words *w, uint64_t n, const char *one, const char *many)
{
	char number[NUMBER_LEN];

	if (n)
		words_add(w, "%s%s %s", w->len && w->s[w->len - 1] != ' ' ? ", " : "",
			  number_grouped(number, n), n == 1 ? one : many);
}

static void say_loss(struct page *p, const char *label, const char *who, const struct loss *l)
{
	struct words w = { .len = 0 };

	words_add(&w, "%s: ", who);
	count(&w, l->truncated, "truncated region", "truncated regions");
	count(&w, l->partial, "region with gaps", "regions with gaps");
	count(&w, l->collided, "region with collisions", "regions with collisions");
	count(&w, l->missing_bytes, "AUX byte not in the file", "AUX bytes not in the file");
	count(&w, l->samples, "lost sample", "lost samples");
	count(&w, l->events, "lost sideband record", "lost sideband records");
	count(&w, l->throttled, "throttling", "throttlings");
	count(&w, l->torn, "torn record", "torn records");
	count(&w, l->skipped, "byte that is no record", "bytes that are no record");
	count(&w, l->unknown, "packet of no known type", "packets of no known type");
	count(&w, l->backwards, "record earlier than its predecessor",
	      "records earlier than their predecessors");
	page_style(p, STYLE_ALARM);
	page_say(p, label, w.s);
	page_style(p, STYLE_PLAIN);
}

static void say_losses(struct page *p)
{
	size_t nr, told = 0;
	struct loss all, *losses = losses_collect(p->d, &nr, &all);
	char who[32];

	if (!loss_any(&all)) {
		page_say(p, "losses", "no loss reported");
		free(losses);
		return;
	}
	for (size_t i = 0; losses && i < nr && told < LOSS_LINES; i++) {
		if (!loss_any(&losses[i]))
			continue;
		snprintf(who, sizeof(who), losses[i].cpu < 0 ? "no CPU" : "CPU %d",
			 losses[i].cpu);
		say_loss(p, told++ ? "" : "losses", who, &losses[i]);
	}
	free(losses);
	if (told != 1)
		say_loss(p, told ? "" : "losses", told == LOSS_LINES ?
			 "all CPUs, also those not shown" : "all CPUs", &all);
	if (all.collided)
		page_say(p, "", "A region with collisions lost at least one sample; the "
			 "hardware does not say how many.");
}

static void say_notes(struct page *p)
{
	const struct source_info *info = p->d->info;
	struct words w;

	for (size_t i = 0; i < info->nr_notes && i < NOTES_MAX; i++) {
		char text[1024];

		report_escape(text, sizeof(text), info->notes[i]);
		page_say(p, i ? "" : "notes", text);
	}
	if (info->nr_notes > NOTES_MAX) {
		w.len = 0;
		words_add(&w, "and %zu more (--format json has all)", info->nr_notes - NOTES_MAX);
		page_say(p, "", w.s);
	}
}

/* What is known to be wrong with these CPUs' records. */
static void say_errata(struct page *p)
{
	struct spe_erratum errata[ERRATA_MAX];
	const struct summary *s = p->d->summary;
	const char *label = "errata";

	for (size_t m = 0; s && m < s->nr_models; m++) {
		size_t nr = s->models[m].midr ? spe_errata(s->models[m].midr, errata,
							   ERRATA_MAX) : 0;

		for (size_t i = 0; i < nr && i < ERRATA_MAX; i++, label = "") {
			struct words w = { .len = 0 };

			words_add(&w, "%s: %s", errata[i].id, errata[i].what);
			page_say(p, label, w.s);
		}
	}
}

void text_losses(struct page *p)
{
	say_losses(p);
	say_errata(p);
	say_notes(p);
}
