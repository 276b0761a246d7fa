// SPDX-License-Identifier: GPL-2.0-only
/* Lines of the header about counters and samples of cycles. */
#include "report/text/text.h"

#define CPU_LINES	8	/* maximum CPUs listed individually */

static uint64_t all_samples(const struct summary_cycles *c)
{
	uint64_t sum = 0;

	for (unsigned int w = 0; w < NR_WORLDS; w++)
		for (unsigned int b = 0; b < NR_BASES; b++)
			sum += c->samples[w][b];
	return sum;
}

/* An event may sample only the host or only guests: "cycles:H", "cycles:G". */
static void add_events(struct words *w, const struct input_info *info, bool clock)
{
	bool no_guest = true, no_host = true;
	const struct input_attr *first = NULL;
	char number[NUMBER_LEN];

	for (size_t i = 0; i < info->nr_attrs; i++) {
		const struct input_attr *a = &info->attrs[i];

		if (!(clock ? a->is_clock : a->is_cycles))
			continue;
		no_guest &= a->exclude_guest;
		no_host &= a->exclude_host;
		first = first ? first : a;
	}
	if (!first)
		return;
	if (first->frequency)
		words_add(w, ", asked for %s per second on each CPU", number_grouped(number, first->frequency));
	else if (first->period)
		words_add(w, ", one in %s %s", number_grouped(number, first->period),
			  clock ? "ns" : "cycles");
	if (no_guest)
		words_add(w, "; guests excluded");
	if (no_host)
		words_add(w, "; the host excluded");
}

static void say_samples(struct page *p)
{
	const struct summary_cycles *c = &p->d->summary->cycles;
	uint64_t nr = all_samples(c);
	struct words w = { .len = 0 };
	char a[NUMBER_LEN], b[NUMBER_LEN];

	if (!c->recorded)
		return;
	if (c->not_asked) {
		page_say(p, "time", "samples of CPU cycles are not counted: the filter uses a "
			 "field that only SPE records");
		return;
	}
	words_add(&w, "%s samples of %s", number_grouped(a, nr),
		  c->clock ? "a clock (cpu-clock or task-clock)" : "CPU cycles");
	add_events(&w, p->d->info, c->clock);
	if (c->filtered)
		words_add(&w, "; %s left out by the filter", number_grouped(a, c->filtered));
	page_say(p, "time", w.s);
	w.len = 0;
	if (c->guest_label || c->differ)
		words_add(&w, "the kernel labelled %s of them guest; kvm_entry and kvm_exit show "
			  "that the label is wrong for %s (%s): these count where the events put "
			  "them, %s without an address", number_grouped(a, c->guest_label),
			  number_grouped(b, c->differ),
			  page_share(p, (char[NUMBER_LEN]){ 0 }, c->differ, nr),
			  number_grouped((char[NUMBER_LEN]){ 0 }, c->no_address));
	if (w.len)
		page_say(p, "", w.s);
}

/* "host 1.2 G cycles, 2.4 G instructions, 2.00 a cycle"; false: neither was counted. */
static bool add_executed(struct words *w, const struct summary *s, const char *who,
			 enum counter cycles, enum counter instructions)
{
	uint64_t c, n;
	bool scaled_c, scaled_n, has_c = summary_counter(s, NULL, cycles, &c, &scaled_c);
	bool has_n = summary_counter(s, NULL, instructions, &n, &scaled_n);
	char number[NUMBER_LEN];

	if (!has_c && !has_n)
		return false;
	words_add(w, "%s%s", w->len ? "; " : "", who);
	if (has_c)
		words_add(w, " %s cycles%s", number_short(number, c), scaled_c ? " (scaled)" : "");
	if (has_n)
		words_add(w, "%s %s instructions%s", has_c ? "," : "", number_short(number, n),
			  scaled_n ? " (scaled)" : "");
	if (has_c && has_n && c)
		words_add(w, ", %s per cycle", number_fixed(number, (double)n / (double)c, 2));
	return true;
}

static void say_executed(struct page *p)
{
	const struct summary *s = p->d->summary;
	struct words w = { .len = 0 };
	bool any = add_executed(&w, s, "host", COUNTER_CYCLES_HOST, COUNTER_INSTRUCTIONS_HOST);

	any |= add_executed(&w, s, "guests", COUNTER_CYCLES_GUEST, COUNTER_INSTRUCTIONS_GUEST);
	if (any)
		page_say(p, "executed", w.s);
}

/* "1,000 operations executed, samples stand for 990 (99.0%)"; false: not counted. */
static bool add_population(struct page *p, struct words *w, const struct summary_counts *of)
{
	const struct summary *s = p->d->summary;
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN];
	uint64_t population, stand_for = summary_operations(s, of);
	bool scaled;

	if (!summary_counter(s, of, COUNTER_SAMPLE_POP, &population, &scaled))
		return false;
	words_add(w, "%s operations executed%s, samples x period %s", number_short(a, population),
		  scaled ? " (scaled)" : "", number_short(b, stand_for));
	if (population)
		words_add(w, " (%s%% of them)", number_fixed(c, 100 * (double)stand_for /
							     (double)population, 1));
	return true;
}

static void say_population(struct page *p)
{
	const struct summary *s = p->d->summary;
	struct words w = { .len = 0 };

	if (!add_population(p, &w, NULL))
		return;
	page_say(p, "population", w.s);
	for (size_t i = 0; s->nr_counts > 1 && i < s->nr_counts && i < CPU_LINES; i++) {
		w = (struct words){ .len = 0 };
		words_add(&w, "CPU %d: ", s->counts[i].cpu);
		if (add_population(p, &w, &s->counts[i]))
			page_say(p, "", w.s);
	}
	if (s->nr_counts > CPU_LINES) {
		w = (struct words){ .len = 0 };
		words_add(&w, "and %zu more CPUs (--format json has all)", s->nr_counts - CPU_LINES);
		page_say(p, "", w.s);
	}
}

/*
 * SAMPLE_FEED counts samples taken, without those that collided; SAMPLE_FILTRATE counts those of
 * them that pass SPE's filter [Arm ARM D19, SAMPLE_FEED to SAMPLE_COLLISION].
 */
static void say_feed(struct page *p)
{
	const struct summary *s = p->d->summary;
	uint64_t feed, passed, collided;
	bool scaled, has = summary_counter(s, NULL, COUNTER_SAMPLE_FEED, &feed, &scaled), more;
	char a[NUMBER_LEN], b[NUMBER_LEN];
	struct words w = { .len = 0 };

	if (summary_counter(s, NULL, COUNTER_SAMPLE_COLLISION, &collided, &more)) {
		words_add(&w, "%s samples lost to collisions",
			  collided ? number_grouped(a, collided) : "no");
		if (has && collided)
			words_add(&w, " (%s of those due)",
				  page_share(p, b, collided, feed + collided));
		scaled |= more;
	}
	if (has && summary_counter(s, NULL, COUNTER_SAMPLE_FILTRATE, &passed, &more)) {
		uint64_t out = feed > passed ? feed - passed : 0;

		words_add(&w, "%s%s of %s samples taken removed by SPE's filter", w.len ? "; " : "",
			  out ? number_grouped(a, out) : "none",
			  number_grouped((char[NUMBER_LEN]){ 0 }, feed));
		if (out)
			words_add(&w, " (%s)", page_share(p, b, out, feed));
		scaled |= more;
	}
	if (w.len)
		page_say(p, "sampling", w.s);
	if (w.len && scaled)
		page_say(p, "", "Counters took turns on the PMU: scaled by the time enabled / the time "
			 "on the PMU.");
}

void text_counters(struct page *p)
{
	say_samples(p);
	say_executed(p);
	say_population(p);
	say_feed(p);
}
