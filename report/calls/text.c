// SPDX-License-Identifier: GPL-2.0-only
#include "report/calls/text.h"

#include <inttypes.h>
#include <string.h>

#include "report/calls/calls_impl.h"

/*
 * Lines of a tree
 */

static bool is_last(const struct calls_lines *l, uint32_t n)
{
	uint32_t i = calltree_node(l->t, n)->next;

	while (i && !l->shown[i])
		i = calltree_node(l->t, i)->next;
	return !i;
}

static bool is_first(const struct calls_lines *l, uint32_t n)
{
	uint32_t i = calltree_node(l->t, calltree_node(l->t, n)->parent)->first;

	while (!l->shown[i])
		i = calltree_node(l->t, i)->next;
	return i == n;
}

/*
 * A single caller is printed directly below its callee: the tree is indented only where it forks.
 */
static bool forks(const struct calls_lines *l, uint32_t n)
{
	return calltree_node(l->t, n)->depth == 2 || !is_first(l, n) || !is_last(l, n);
}

static void put_branches(FILE *out, const struct calls_lines *l, uint32_t n, bool leaf)
{
	bool utf8 = locale_has_utf8(), last;

	if (calltree_node(l->t, n)->depth < 2)
		return;
	put_branches(out, l, calltree_node(l->t, n)->parent, false);
	if (!forks(l, n))
		return;
	last = is_last(l, n);
	if (leaf)
		fputs(utf8 ? last ? "└─ " : "├─ " : last ? "`- " : "|- ", out);
	else
		fputs(last ? "   " : utf8 ? "│  " : "|  ", out);
}

/* A share of cycles; rough if it is based on few samples. */
static char *share(struct page *p, char out[NUMBER_LEN], struct call_weight part,
		   struct call_weight whole)
{
	if (!part.cycles || !whole.cycles)
		return strcpy(out, "-");
	page_percent(p, out, 100.0 * (double)part.cycles / (double)whole.cycles,
		     part.samples < ROUGH_BELOW, part.cycles == whole.cycles);
	return out;
}

static void put_percent(struct page *p, int width, struct call_weight part, struct call_weight whole)
{
	char text[NUMBER_LEN];

	share(p, text, part, whole);
	page_put(p, *text == '~' || *text == '-' ? ROLE_DIM : ROLE_TEXT, "%*s", width, text);
}

static void put_count(struct page *p, int width, uint64_t n)
{
	char text[NUMBER_LEN];

	fprintf(p->out, "%*s", width, n ? number_grouped(text, n) : "-");
}

static void put_short(struct page *p, int width, uint64_t n)
{
	char text[NUMBER_LEN];

	fprintf(p->out, "%*s", width, n ? number_short(text, n) : "-");
}

/* Widths of a line's figures, each with a space before; which exist depends on the columns. */
#define WIDTH_SHARE	8
#define WIDTH_CHAINS	9
#define WIDTH_CYCLES	9
#define WIDTH_SAMPLES	10
#define WIDTH_LATENCY	10
#define WIDTH_WORLD	12

void calls_text_heads(struct page *p, const struct calls_columns *c, bool upper)
{
	fprintf(p->out, "%*s%*s%*s", WIDTH_SHARE, upper ? "" : "self", WIDTH_SHARE,
		upper ? "" : "total", WIDTH_CHAINS, upper ? "" : "chains");
	if (!c->narrow)
		fprintf(p->out, "%*s", WIDTH_CYCLES, upper ? c->clock ? "ns," : "cycles," : "total");
	if (c->spe)
		fprintf(p->out, "%*s", WIDTH_SAMPLES, upper ? "SPE" : "samples");
	if (c->spe && !c->narrow)
		fprintf(p->out, "%*s", WIDTH_LATENCY, upper ? "latency" : "cycles");
	if (!upper && !c->narrow)
		fprintf(p->out, "  %-*s", WIDTH_WORLD, "world");
	if (!upper)
		fprintf(p->out, "  %s", c->callees ? "calls" : "called by");
}

/* An estimate is always marked as one. */
static void put_estimate(struct page *p, int width, const struct calls_estimate *e,
			 char *(*write)(char out[NUMBER_LEN], uint64_t v), double value)
{
	char number[NUMBER_LEN] = "-", text[NUMBER_LEN + 1];

	if (e->known)
		write(number, (uint64_t)(value + 0.5));
	snprintf(text, sizeof(text), "%s%s", e->known && !e->exact ? "~" : "", number);
	fprintf(p->out, "%*s", width, text);
}

static void put_name(struct page *p, const struct call_node *n, size_t used)
{
	size_t room = p->opt->width && p->width > used ? p->width - used : PAGE_NAME_MAX;

	used = cell_write(p->out, calls_name(n), room, false, false);
	if (n->kind != CALL_FUNCTION || !*n->object || room < used + 4)
		return;
	fputs("  ", p->out);
	page_cell(p, ROLE_DIM, n->object, room - used - 2, false, true);
}

/* Returns the number of columns written. */
static size_t put_figures(struct page *p, const struct calls_columns *c,
			  const struct calls_lines *l, uint32_t i)
{
	const struct call_node *n = calltree_node(l->t, i), *top = calls_top(l->t, i);
	struct calls_estimate e = calls_estimate(l->t, i, c->spe);
	size_t used = 2 * WIDTH_SHARE + WIDTH_CHAINS + 2;

	put_percent(p, WIDTH_SHARE, n->self, c->callees ? top->total : top->self);
	put_percent(p, WIDTH_SHARE, n->total, top->total);
	put_count(p, WIDTH_CHAINS, c->callees ? n->total.samples : n->self.samples);
	if (!c->narrow)
		put_short(p, WIDTH_CYCLES, n->total.cycles);
	if (c->spe)
		put_estimate(p, WIDTH_SAMPLES, &e, number_grouped, e.samples);
	if (c->spe && !c->narrow)
		put_estimate(p, WIDTH_LATENCY, &e, number_short, e.cycles);
	if (!c->narrow) {
		fputs("  ", p->out);
		page_put(p, world_role(n->world), "%-*s", WIDTH_WORLD,
			 n->kind == CALL_FUNCTION ? world_name(n->world) : "");
	}
	fputs("  ", p->out);
	used += c->narrow ? 0 : WIDTH_CYCLES + 2 + WIDTH_WORLD;
	return used + (!c->spe ? 0 : c->narrow ? WIDTH_SAMPLES : WIDTH_SAMPLES + WIDTH_LATENCY);
}

void calls_text_line(struct page *p, const struct calls_columns *c, const struct calls_lines *l,
		     uint32_t i)
{
	size_t used = put_figures(p, c, l, i);

	for (uint32_t k = i; calltree_node(l->t, k)->depth > 1; k = calltree_node(l->t, k)->parent)
		used += forks(l, k) ? 3 : 0;
	put_branches(p->out, l, i, true);
	put_name(p, calltree_node(l->t, i), used);
}

/*
 * Functions
 */

void calls_text_function_heads(struct page *p, const struct calls_columns *c)
{
	fprintf(p->out, "%*s%*s%*s%*s  %-*s  function\n", WIDTH_SHARE, "total", WIDTH_SHARE, "self",
		WIDTH_CHAINS, "chains", WIDTH_CYCLES, c->clock ? "ns" : "cycles", WIDTH_WORLD, "world");
}

void calls_text_function(struct page *p, const struct call_function *f,
			 const struct call_node *root)
{
	const struct call_node n = { .kind = CALL_FUNCTION, .symbol = f->symbol, .object = f->object };

	put_percent(p, WIDTH_SHARE, f->total, root->total);
	put_percent(p, WIDTH_SHARE, f->self, root->total);
	put_count(p, WIDTH_CHAINS, f->total.samples);
	put_short(p, WIDTH_CYCLES, f->total.cycles);
	fputs("  ", p->out);
	page_put(p, world_role(f->world), "%-*s", WIDTH_WORLD, world_name(f->world));
	fputs("  ", p->out);
	put_name(p, &n, 2 * WIDTH_SHARE + WIDTH_CHAINS + WIDTH_CYCLES + 2 + WIDTH_WORLD + 2);
}

/*
 * Sentences
 */

/* t is a tree of stacks or of callers. */
static bool has_guests(const struct calltree *t)
{
	for (uint32_t i = calltree_node(t, 0)->first; i; i = calltree_node(t, i)->next) {
		const struct call_node *n = calltree_node(t, i);

		if (n->kind == CALL_TASK ? n->vm >= 0 : n->world == WORLD_GUEST_USER ||
							n->world == WORLD_GUEST_KERNEL)
			return true;
	}
	return false;
}

static void add_own(struct words *w, const struct call_guests *g)
{
	char number[NUMBER_LEN];

	words_add(w, "%u VM%s also recorded from inside: callers there come from the guest's own "
		  "recording, %s samples of it. ", g->own, g->own == 1 ? " was" : "s were",
		  number_grouped(number, g->own_chains));
	if (g->host.samples)
		words_add(w, "They divide the cycles of %s host samples, which are not counted a "
			  "second time. ", number_grouped(number, g->host.samples));
	if (g->unweighed)
		words_add(w, "The host has no samples of %u VM%s: cycles there are as the guest "
			  "counted them. ", g->unweighed, g->unweighed == 1 ? "" : "s");
}

/* Which guests have callers, and which lack them and why.  shown: the tree contains guests. */
static void say_guests(struct page *p, const struct call_total *total, bool shown)
{
	const struct call_guests *g = &total->guests;
	char number[NUMBER_LEN];
	struct words w = { .len = 0 };

	if (g->own && shown)
		add_own(&w, g);
	if (total->guest_samples && shown)
		words_add(&w, "%s %ssamples of guests have no callers: the host's kernel records none. ",
			  number_grouped(number, total->guest_samples), g->own ? "other " : "");
	if (total->guest_samples && shown && !g->own)
		words_add(&w, "To fix: run `spelunk guest-agent --cycles-freq 499` in the guest, too, and "
			  "then `spelunk merge`. ");
	if (g->chainless)
		words_add(&w, "The guest's own recording of %u VM%s has samples of cycles without "
			  "call chains: record with -g there. ", g->chainless, g->chainless == 1 ? "" : "s");
	if (g->left_out)
		words_add(&w, "The guest's own call chains of %u VM%s are left out: the host has "
			  "no samples of it, and one recording sampled cycles, the other a clock. ",
			  g->left_out, g->left_out == 1 ? "" : "s");
	if (!w.len)
		return;
	/* remove the last full stop and blank */
	w.s[w.len - 2] = '\0';
	page_say(p, "guests", w.s);
}

void calls_text_losses(struct page *p, const struct calltree *shown,
		       const struct calltree *stacks, const struct call_total *total)
{
	struct call_weight stopped = calltree_stopped(shown), left = calltree_left(stacks);
	struct call_weight all = calltree_node(shown, 0)->total;
	char number[NUMBER_LEN], part[NUMBER_LEN];
	struct words w = { .len = 0 };

	if (stopped.samples) {
		words_add(&w, "unwinding stopped in %s chains (%s) at a frame whose caller is not known: ",
			  number_grouped(number, stopped.samples),
			  share(p, part, stopped, all));
		words_add(&w, "there they end in [unknown]");
		page_say(p, "unknown", w.s);
		w.len = 0;
	}
	say_guests(p, total, has_guests(shown));
	if (calltree_unproven(shown)) {
		words_add(&w, "in %s chains no code proves the innermost caller: a function "
			  "without a frame record may hide it, and then the caller's caller is "
			  "shown in its place",
			  number_grouped(number, calltree_unproven(shown)));
		page_say(p, "direct", w.s);
		w.len = 0;
	}
	if (total->chainless.samples) {
		words_add(&w, "%s samples of cycles (%s) were recorded without a call chain and "
			  "are not counted here", number_grouped(number, total->chainless.samples),
			  share(p, part, total->chainless, total->all));
		page_say(p, "no chain", w.s);
		w.len = 0;
	}
	if (shown != stacks) {
		left.samples += calltree_left(shown).samples;
		left.cycles += calltree_left(shown).cycles;
	}
	if (!left.samples)
		return;
	words_add(&w, "%s chains (%s) are not counted here: there are too many different stacks; "
		  "--max-rows 0 counts all", number_grouped(number, left.samples),
		  share(p, part, left, total->all));
	page_say(p, "left out", w.s);
}

/*
 * The report
 */

static void say_more(struct page *p, size_t more)
{
	char number[NUMBER_LEN];

	if (more)
		fprintf(p->out, "  %s more line%s (--limit 0 shows all)\n",
			number_grouped(number, more), more == 1 ? "" : "s");
}

static void say_basis(struct page *p, const struct calls *c)
{
	const struct call_node *root = calltree_node(c->callers, 0);
	const struct call_total *total = &c->r->total;
	char number[NUMBER_LEN], more[NUMBER_LEN], part[NUMBER_LEN];
	struct words w = { .len = 0 };

	words_add(&w, "%s call chains of samples of %s are in the function or in what it calls "
		  "(%s of the %s); ", number_grouped(number, root->total.samples),
		  total->clock ? "the clock" : "cycles",
		  share(p, part, root->total, total->all),
		  total->clock ? "time" : "cycles");
	words_add(&w, "the function itself ran in %s of them", number_grouped(more, root->self.samples));
	page_say(p, "chains", w.s);
	if (root->self.samples >= ROUGH_BELOW)
		return;
	w.len = 0;
	words_add(&w, "the function itself ran in fewer than %d chains: shares by caller are only "
		  "an order of magnitude. To fix: record longer", ROUGH_BELOW);
	page_say(p, "few", w.s);
}

static void say_how(struct page *p, const struct calls_report *r)
{
	struct words w = { .len = 0 };

	page_title(p, "How to read this", NULL);
	page_say(p, "self", "share of the time in the function itself that came through this "
		 "caller");
	page_say(p, "total", "the same for the function and everything it calls");
	if (r->d->rows && r->d->rows->nr)
		page_say(p, "~", "an estimate, because SPE records no callers: SPE's samples of "
			 "the function are divided in proportion to the function's own chains "
			 "(column chains)");
	if (!p->rough)
		return;
	words_add(&w, "~ before a share: based on fewer than %d chains", ROUGH_BELOW);
	page_say(p, "legend", w.s);
}

static void say_callers(struct page *p, const struct calls *c)
{
	const struct rows *spe = c->r->d->rows;
	struct calls_columns columns = { .clock = c->r->total.clock, .spe = spe && spe->nr ? spe : NULL };
	struct words title = { .len = 0 };

	words_add(&title, "Callers of ");
	words_add_name(&title, c->r->function);
	page_title(p, title.s, NULL);
	say_basis(p, c);
	calls_text_losses(p, c->callers, c->r->stacks, &c->r->total);
	for (int upper = 1; upper >= 0; upper--) {
		fputs(page_on(p, ROLE_DIM), p->out);
		calls_text_heads(p, &columns, upper);
		fprintf(p->out, "%s\n", page_off(p));
	}
	for (size_t i = 0; i < c->lines.nr; i++) {
		calls_text_line(p, &columns, &c->lines, c->lines.node[i]);
		fputc('\n', p->out);
	}
	say_more(p, c->lines.more);
	say_how(p, c->r);
}

static void say_children(struct page *p, const struct calls *c)
{
	const struct calls_columns columns = { .clock = c->r->total.clock };
	const struct call_node *root = calltree_node(c->r->stacks, 0);
	size_t shown = report_shown(p->opt, c->nr_functions, 0);

	page_title(p, "Functions by call chains", NULL);
	calls_text_losses(p, c->r->stacks, c->r->stacks, &c->r->total);
	fputs(page_on(p, ROLE_DIM), p->out);
	calls_text_function_heads(p, &columns);
	fputs(page_off(p), p->out);
	for (size_t i = 0; i < shown; i++) {
		calls_text_function(p, &c->functions[i], root);
		fputc('\n', p->out);
	}
	say_more(p, c->nr_functions - shown);
	page_title(p, "How to read this", NULL);
	page_say(p, "self", "in the function itself");
	page_say(p, "total", "the function and everything it calls; a chain in which it recurs "
		 "counts once");
	if (p->rough)
		page_say(p, "legend", "~ based on fewer than 30 chains: an order of magnitude");
}

static void say_stacks(FILE *out, const struct calltree *t)
{
	for (uint32_t i = 1; i < calltree_nr(t); i++) {
		if (!calltree_node(t, i)->self.samples)
			continue;
		calls_put_folded(out, t, i);
		fprintf(out, " %" PRIu64 "\n", calltree_node(t, i)->self.cycles);
	}
}

void calls_text(FILE *out, const struct calls *c, const struct report_options *opt)
{
	struct page p;

	/* Tools for flame graphs expect nothing else in the output. */
	if (c->r->kind == CALLS_STACKS) {
		say_stacks(out, c->r->stacks);
		return;
	}
	p = page_begin(out, c->r->d, opt, "spelunk report");
	text_recording(&p);
	text_losses(&p);
	if (c->r->kind == CALLS_CALLERS)
		say_callers(&p, c);
	else
		say_children(&p, c);
	text_missing(&p);
}
