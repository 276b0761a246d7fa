// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/diff/diff_impl.h"
#include "report/text/text.h"

#define WIDE_FROM	132	/* minimum columns of a terminal to show intervals */
#define KEY_WIDTH	48	/* maximum width of a key other than the last */
#define ROWS_SHOWN	12	/* of exits and accounts, without --limit */

/* The output, and the listener for its lines. */
struct way {
	struct page *p;
	const struct diff_listener *who;	/* NULL: none */
};

static bool is_narrow(const struct way *w)
{
	return w->who ? w->who->narrow : page_is_narrow(w->p, WIDE_FROM);
}

static int value_width(const struct way *w)
{
	return is_narrow(w) ? 7 : 9;
}

static int change_width(const struct way *w)
{
	return is_narrow(w) ? 8 : 9;
}

/* " of 2 hosts"; files are sorted by host, those that could not be read last. */
static void add_hosts(struct words *w, const struct diff_side *s)
{
	const struct fleet_file *f = s->recordings;
	size_t hosts = 0;

	for (size_t i = 0; i < s->nr_recordings && f[i].host; i++)
		hosts += !i || strcmp(f[i].host, f[i - 1].host);
	words_add(w, " of %zu host%s", hosts, hosts == 1 ? "" : "s");
}

/* A line that identifies a recording. */
static void say_side(struct page *p, const char *name, const struct diff_side *s)
{
	const struct input_info *info = s->d->info;
	uint64_t records = 0;
	struct words w = { .len = 0 };
	char number[NUMBER_LEN];

	for (size_t i = 0; s->d->summary && i < s->d->summary->nr_cpus; i++)
		records += s->d->summary->cpus[i].stats.records;
	words_add_name(&w, info->path ? info->path : "(unnamed)");
	if (s->nr_recordings)
		add_hosts(&w, s);
	words_add(&w, ", %s samples", number_grouped(number, records));
	if (time_span_known(s->span))
		words_add(&w, " in %s s", number_fixed(number,
			  (double)(s->span->end - s->span->begin) / 1e9, 3));
	if (input_host(info)) {
		words_add(&w, ", of ");
		words_add_name(&w, info->hostname);
	}
	if (info->os_release) {
		words_add(&w, ", kernel ");
		words_add_name(&w, info->os_release);
	}
	page_say(p, name, w.s);
}

static const struct input_attr *spe_attr(const struct diff_side *s)
{
	for (size_t i = 0; i < s->d->info->nr_attrs; i++) {
		if (s->d->info->attrs[i].is_spe)
			return &s->d->info->attrs[i];
	}
	return NULL;
}

/* Settings of SPE that differ between the recordings. */
static void say_unlike(struct page *p, const struct diff_report *r)
{
	const struct input_attr *a = spe_attr(&r->a), *b = spe_attr(&r->b);
	bool known = !r->a.nr_recordings && !r->b.nr_recordings;
	bool other = a && b && (a->config != b->config || a->config1 != b->config1 ||
				a->config2 != b->config2 || a->config3 != b->config3 ||
				a->exclude_user != b->exclude_user ||
				a->exclude_kernel != b->exclude_kernel);

	if (a && b && a->period != b->period)
		page_say(p, "unlike", "the sampling periods differ: compare shares, not samples");
	if (other)
		page_say(p, "unlike", "the events sample different operations: that alone may "
			 "cause changes");
	if (known && input_midr(r->a.d->input, 0) != input_midr(r->b.d->input, 0))
		page_say(p, "unlike", "the CPU models differ: latencies cannot be compared");
}

void diff_text_head(struct page *p, const struct diff_report *r)
{
	struct words w = { .len = 0 };

	text_way(p);
	say_side(p, "A", &r->a);
	say_side(p, "B", &r->b);
	if (r->filter) {
		words_add_name(&w, r->filter);
		page_say(p, "filter", w.s);
	}
	say_unlike(p, r);
}

/* Summarize the result in a sentence. */
void diff_text_verdict(struct page *p, const struct diff_table *t)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];
	struct words w = { .len = 0 };

	if (!t->tests)
		words_add(&w, "nothing can be tested: there are too few events, or they have no "
			  "timestamps");
	else if (!t->changed)
		words_add(&w, "no significant change in %s figures", number_grouped(a, t->tests));
	else
		words_add(&w, "%s of %s figures changed significantly (*)",
			  number_grouped(a, t->changed), number_grouped(b, t->tests));
	if (t->rare && t->part == DIFF_LEDGER)
		words_add(&w, "; %s row%s of too few stays %s not tested", number_grouped(a, t->rare),
			  t->rare == 1 ? "" : "s", t->rare == 1 ? "is" : "are");
	else if (t->rare)
		words_add(&w, "; %s row%s of fewer than %d events %s not tested",
			  number_grouped(a, t->rare), t->rare == 1 ? "" : "s", DIFF_LEAST,
			  t->rare == 1 ? "is" : "are");
	page_say(p, "verdict", w.s);
}

static void say_value(const struct way *w, const struct estimate *e, const struct diff_figure *f)
{
	char number[NUMBER_LEN];

	fprintf(w->p->out, " %*s", value_width(w), e->known ? number_fixed(number, e->value * f->scale, f->decimals) : "-");
}

static bool is_significant(const struct change *c)
{
	return c->tested && c->significant;
}

static void say_change(const struct way *w, const struct change *c, const struct diff_figure *f)
{
	char change[NUMBER_LEN] = "-", half[NUMBER_LEN] = "";
	char mark = is_significant(c) ? '*' : ' ';
	enum role role = !is_significant(c) ? ROLE_DIM : c->b.value > c->a.value ? ROLE_BAD : ROLE_GOOD;

	if (c->a.known && c->b.known)
		number_signed(change, (c->b.value - c->a.value) * f->scale, f->decimals);
	if (c->tested)
		number_fixed(half, c->half * f->scale, f->decimals);
	fputs(page_on(w->p, role), w->p->out);
	fprintf(w->p->out, " %*s", change_width(w), change);
	if (is_narrow(w))
		fputc(mark, w->p->out);
	else
		fprintf(w->p->out, " %s%-8s%c", c->tested ? "±" : " ", half, mark);
	fputs(*page_on(w->p, role) ? page_off(w->p) : "", w->p->out);
}

/* The columns of the whole line up with those of a table's first figures. */
static void say_whole_row(const struct way *w, const struct whole_figure *x,
			  const struct diff_figure *f)
{
	const struct growth *g = &x->growth;
	char number[NUMBER_LEN], low[NUMBER_LEN], high[NUMBER_LEN], between[2 * NUMBER_LEN + 8] = "";

	say_value(w, &x->a, f);
	say_value(w, &x->b, f);
	if (g->tested)
		snprintf(between, sizeof(between), "%s to %s", number_signed(low, 100 * g->low, 1),
			 number_signed(high, 100 * g->high, 1));
	page_put(w->p, !g->tested || !g->significant ? ROLE_DIM : g->by > 0 ? ROLE_BAD : ROLE_GOOD,
		 " %*s  %-16s%c", change_width(w), g->known ? number_signed(number, 100 * g->by, 1) : "-",
		 x->measured && g->known ? "measured" : between, g->tested && g->significant ? '*' : ' ');
	fprintf(w->p->out, "  %s\n", f->title);
}

/* Most recordings have no cycles of the PMU, or no guests: do not mention that. */
static bool is_absent(const struct diff_tables *t, enum diff_whole_figure f)
{
	const struct whole_figure *x = &t->whole.figure[f];

	return (f == DIFF_WHOLE_CYCLES || f == DIFF_WHOLE_EXITS) && !x->a.known && !x->b.known;
}

static void say_whole(const struct way *w, const struct diff_tables *t)
{
	struct words say = { .len = 0 }, rule = { .len = 0 };

	page_title(w->p, "The recordings as a whole", NULL);
	diff_whole_say(&say, &t->whole);
	page_say(w->p, "verdict", say.s);
	if (t->whole.rule.asked) {
		diff_rule_say(&rule, &t->whole.rule);
		page_say(w->p, "rule", rule.s);
		page_say(w->p, diff_outcome_name(t->whole.outcome), t->whole.why);
	}
	page_line(w->p, ROLE_DIM, " %*s %*s %*s  95%%", value_width(w), "A", value_width(w), "B",
		  change_width(w), "growth, %");
	for (enum diff_whole_figure f = 0; f < NR_DIFF_WHOLE; f++)
		if (!is_absent(t, f))
			say_whole_row(w, &t->whole.figure[f], diff_whole_figure(f));
	for (enum diff_whole_figure f = 0; f < NR_DIFF_WHOLE; f++) {
		struct words but = { .len = 0 };

		if (!t->whole.figure[f].but || is_absent(t, f))
			continue;
		words_add(&but, "%s: %s", diff_whole_name(f), t->whole.figure[f].but);
		page_say(w->p, "not tested", but.s);
	}
}

static size_t key_width(const struct diff_table *t, size_t shown, size_t k)
{
	size_t widest = strlen(t->keys[k]);

	for (size_t i = 0; i < shown; i++) {
		size_t w = cell_width(*t->rows[i].key[k] ? t->rows[i].key[k] : "-", KEY_WIDTH);

		widest = w > widest ? w : widest;
	}
	return widest;
}

/* The width of a figure's two columns, its change and the interval. */
#define FIGURE_WIDTH	41
#define FIGURE_NARROW	26

static bool has_counts(const struct way *w, const struct diff_table *t)
{
	return t->part != DIFF_LEDGER && !is_narrow(w);
}

static void say_heads(const struct way *w, const struct diff_table *t, const size_t *width)
{
	bool counts = has_counts(w, t);
	FILE *out = w->p->out;

	fputs(page_on(w->p, ROLE_DIM), out);
	fprintf(out, "%*s", counts ? 20 : 0, counts ? t->counted : "");
	fputs(counts && t->of_counts >= 0 ? " " : "", out);
	for (size_t i = 0; i < t->nr_shown; i++)
		fprintf(out, " %*s", (is_narrow(w) ? FIGURE_NARROW : FIGURE_WIDTH) - 1,
			t->figures[t->shown[i]].title);
	fprintf(out, "%s\n%s", page_off(w->p), page_on(w->p, ROLE_DIM));
	if (counts)
		fprintf(out, " %9s %9s%s", "A", "B", t->of_counts >= 0 ? " " : "");
	for (size_t i = 0; i < t->nr_shown; i++)
		fprintf(out, " %*s %*s %*s %s", value_width(w), "A", value_width(w), "B",
			change_width(w), "change", is_narrow(w) ? "" : " 95%      ");
	for (size_t k = 0; k < t->nr_keys; k++)
		fprintf(out, "  %-*s", k + 1 < t->nr_keys ? (int)width[k] : 0, t->keys[k]);
	fprintf(out, "%s\n", page_off(w->p));
}

static void tell(const struct way *w, const struct diff_table *t, const struct diff_row *r)
{
	struct diff_line line = r->line;

	for (size_t i = 0; i < t->nr_shown && !line.change; i++) {
		const struct change *c = &r->figure[t->shown[i]];

		if (is_significant(c) && c->a.known && c->b.known)
			line.change = c->b.value > c->a.value ? 1 : -1;
	}
	w->who->line(w->who->arg, &line);
}

static void say_row(const struct way *w, const struct diff_table *t, const struct diff_row *r,
		    const size_t *width)
{
	FILE *out = w->p->out;
	char number[NUMBER_LEN];

	if (has_counts(w, t)) {
		fprintf(out, " %9s", number_grouped(number, r->a));
		fprintf(out, " %9s", number_grouped(number, r->b));
		if (t->of_counts >= 0)
			fputc(is_significant(&r->figure[t->of_counts]) ? '*' : ' ', out);
	}
	for (size_t i = 0; i < t->nr_shown; i++) {
		const struct diff_figure *f = &t->figures[t->shown[i]];
		const struct change *c = &r->figure[t->shown[i]];

		say_value(w, &c->a, f);
		say_value(w, &c->b, f);
		say_change(w, c, f);
	}
	for (size_t k = 0; k < t->nr_keys; k++) {
		fputs("  ", out);
		cell_write(out, *r->key[k] ? r->key[k] : "-", width[k], k + 1 < t->nr_keys, false);
	}
	fputc('\n', out);
	if (w->who)
		tell(w, t, r);
}

/* The last key has the remaining width of a terminal's line. */
static size_t last_width(const struct way *w, const struct diff_table *t, const size_t *width)
{
	size_t used = (size_t)(is_narrow(w) ? FIGURE_NARROW : FIGURE_WIDTH) * t->nr_shown +
		      (has_counts(w, t) ? 21 : 0) + 2;

	for (size_t k = 0; k + 1 < t->nr_keys; k++)
		used += width[k] + 2;
	return w->who ? PAGE_NAME_MAX : page_room(w->p, used);
}

static void say_table(const struct way *w, const struct diff_table *t)
{
	struct page *p = w->p;
	size_t shown = report_shown(p->opt, t->nr, t->part == DIFF_SAMPLES ? 0 : ROWS_SHOWN);
	size_t width[PROFILE_KEYS];
	struct words title = { .len = 0 };
	char number[NUMBER_LEN];

	if (!t->nr)
		return;
	words_add(&title, "%s by ", t->title);
	for (size_t k = 0; k < t->nr_keys; k++) {
		words_add(&title, "%s%s", k ? ", " : "", t->keys[k]);
		width[k] = key_width(t, shown, k);
	}
	width[t->nr_keys - 1] = last_width(w, t, width);
	page_title(p, title.s, NULL);
	diff_text_verdict(p, t);
	say_heads(w, t, width);
	for (size_t i = 0; i < shown; i++)
		say_row(w, t, &t->rows[i], width);
	if (shown < t->nr)
		fprintf(p->out, "  %s more row%s (--limit 0 shows all)\n",
			number_grouped(number, t->nr - shown), t->nr - shown == 1 ? "" : "s");
}

/* What a change is compared with. */
static void add_chance(struct words *w, const struct diff_report *r)
{
	if (r->a.nr_recordings || r->b.nr_recordings)
		words_add(w, "Chance is estimated from how much the recordings of a side vary (at least "
			  "4 on each side; Fieller's interval and Welch's t-test).");
	else
		words_add(w, "Chance is estimated from how much each recording varies between slices of "
			  "its time (%d, also joined by two and by four; Fieller's interval and Welch's "
			  "t-test), for operations from sampling error.  Effects slower than a recording "
			  "look like a change: compare several recordings.", TIME_SLICES);
}

void diff_text_legend(struct page *p, const struct diff_tables *t)
{
	struct words w = { .len = 0 };

	if (!t->t[DIFF_SAMPLES].nr && !t->t[DIFF_EXITS].nr) {
		page_title(p, "Nothing to compare", NULL);
		page_say(p, NULL, "The two recordings have neither samples nor exits in common.");
		return;
	}
	fputc('\n', p->out);
	words_add(&w, "growth: B / A - 1, with its interval.  change: B - A, ± its interval.  * "
		  "the interval excludes zero; next to samples, that of their share.  The "
		  "intervals of a table hold together with 95 %% confidence (Bonferroni: each is "
		  "computed for 5 %% / figures tested).  ");
	add_chance(&w, &t->r);
	page_say(p, "legend", w.s);
	page_say(p, "cycles", "latency cycles: latency x sampling period, summed; latencies "
		 "overlap, so they are not time.  cost: a row's share of the latency cycles.  "
		 "operations: samples x sampling period.");
}

void diff_text(FILE *out, const struct diff_tables *t, const struct report_options *opt,
	       const struct diff_listener *who)
{
	struct page p = page_begin(out, t->r.b.d, opt, "spelunk diff");
	struct way w = { &p, who };

	diff_text_head(&p, &t->r);
	say_whole(&w, t);
	for (enum diff_part part = 0; part < NR_DIFF_PARTS; part++)
		say_table(&w, &t->t[part]);
	diff_text_legend(&p, t);
	text_missing(&p);
}
