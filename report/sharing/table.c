// SPDX-License-Identifier: GPL-2.0-only
/* Lines and their accessors as a text table, for reports and screens. */
#include <string.h>

#include "decoder/names.h"
#include "report/sharing/sharing_impl.h"

/* The figures of a table. */
enum figure {
	FIGURE_SAMPLES, FIGURE_LOADS, FIGURE_STORES, FIGURE_ATOMICS, FIGURE_MEAN, FIGURE_L1D,
	FIGURE_REMOTE, FIGURE_MODIFIED, FIGURE_SNOOPED, NR_FIGURES
};

static const struct {
	const char *title;
	int narrow, wide;	/* columns including a space before; 0: not shown */
	bool event;		/* optional: shown only if some sample has it */
} figures[NR_FIGURES] = {
	[FIGURE_SAMPLES] = { "samples", 7, 10, false },
	[FIGURE_LOADS] = { "loads", 7, 9, false },
	[FIGURE_STORES] = { "stores", 7, 9, false },
	[FIGURE_ATOMICS] = { "atomics", 0, 9, false },
	[FIGURE_MEAN] = { "mean", 6, 7, false },
	[FIGURE_L1D] = { "L1D miss", 0, 9, false },
	[FIGURE_REMOTE] = { "remote", 0, 9, true },
	[FIGURE_MODIFIED] = { "modified", 0, 9, true },
	[FIGURE_SNOOPED] = { "snooped", 0, 9, true },
};

enum role sharing_role(enum sharing_verdict v)
{
	static const enum role roles[NR_SHARING_VERDICTS] = {
		[SHARING_SUSPECT] = ROLE_BAD, [SHARING_MIXED] = ROLE_BAD,
		[SHARING_ONE_CPU] = ROLE_DIM, [SHARING_UNKNOWN] = ROLE_DIM,
	};

	return roles[v];
}

enum role sharing_side_role(enum sharing_side side)
{
	return side == SHARING_INSIDE ? ROLE_GUEST : side == SHARING_OUTSIDE ? ROLE_HOST :
	       ROLE_UNKNOWN;
}

struct sharing_columns sharing_columns(const struct sharing *s, bool wide)
{
	return (struct sharing_columns){
		.wide = wide, .events = s->n.remote || s->n.modified || s->n.snooped,
	};
}

static int figure_width(const struct sharing_columns *c, enum figure f)
{
	if (figures[f].event && !c->events)
		return 0;
	return c->wide ? figures[f].wide : figures[f].narrow;
}

static char *count(char out[NUMBER_LEN], uint64_t n)
{
	return n ? number_grouped(out, n) : strcpy(out, "-");
}

static char *figure_text(struct page *p, char out[NUMBER_LEN], enum figure f,
			 const struct sharing_counts *n)
{
	struct metrics m = { .samples = n->samples, .total = n->reads };

	m.events[SPE_EV_L1D_ACCESS] = n->l1d_accesses;
	m.events[SPE_EV_L1D_MISS] = n->l1d_misses;
	switch (f) {
	case FIGURE_SAMPLES:	return count(out, n->samples);
	case FIGURE_LOADS:	return count(out, n->loads);
	case FIGURE_STORES:	return count(out, n->stores);
	case FIGURE_ATOMICS:	return count(out, n->updates);
	case FIGURE_MEAN:	return page_value(p, out, COLUMN_TOTAL_MEAN, &m, NULL);
	case FIGURE_L1D:	return page_value(p, out, COLUMN_L1D_MISS, &m, NULL);
	case FIGURE_REMOTE:	return count(out, n->remote);
	case FIGURE_MODIFIED:	return count(out, n->modified);
	case FIGURE_SNOOPED:	return count(out, n->snooped);
	case NR_FIGURES:	break;
	}
	*out = '\0';
	return out;
}

/* Returns the number of columns written. */
static size_t say_figures(struct page *p, const struct sharing_columns *c,
			  const struct sharing_counts *n)
{
	char text[NUMBER_LEN], words[SHARING_WORDS + 1];
	size_t used = 4 + SHARING_WORDS;

	for (enum figure f = 0; f < NR_FIGURES; f++) {
		int width = figure_width(c, f);

		if (width)
			fprintf(p->out, "%*s", width, figure_text(p, text, f, n));
		used += (size_t)width;
	}
	fprintf(p->out, "  %s  ", sharing_words(words, n));
	return used;
}

/* Finish a line after `used` columns. */
static void say_end(struct page *p, size_t used, const char *text)
{
	size_t room = p->width > used ? p->width - used : 0;

	cell_write(p->out, text, p->opt->width ? room : PAGE_NAME_MAX, false, false);
}

void sharing_text_heads(struct page *p, const struct sharing_columns *c)
{
	for (enum figure f = 0; f < NR_FIGURES; f++)
		if (figure_width(c, f))
			fprintf(p->out, "%*s", figure_width(c, f), figures[f].title);
	fprintf(p->out, "  %-*s  line, and who accessed it", SHARING_WORDS, "words");
}

static void add_threads(struct words *w, const struct sharing_line *l)
{
	words_add(w, "; %u thread%s", l->threads, l->threads == 1 ? "" : "s");
	if (l->readers)
		words_add(w, ", %u read%s", l->readers, l->readers == 1 ? "s" : "");
	if (l->writers)
		words_add(w, ", %u write%s", l->writers, l->writers == 1 ? "s" : "");
}

void sharing_text_line(struct page *p, const struct sharing_columns *c,
		       const struct sharing_line *l)
{
	size_t used = say_figures(p, c, &l->n);
	char address[SHARING_ADDRESS_LEN], owner[SHARING_OWNER_LEN], worlds[SHARING_WORLDS_LEN];
	struct words w = { .len = 0 };

	words_add(&w, "%s %s", sharing_address(address, l), sharing_verdict_name(l->verdict));
	if (l->vms > 1)
		words_add(&w, ", %u VMs", l->vms);
	else if (sharing_crosses(l))
		words_add(&w, ", host and guest");
	if (l->cpus)
		words_add(&w, ", %u CPU%s", l->cpus, l->cpus == 1 ? "" : "s");
	words_add(&w, "%s", sharing_owner(owner, l));
	if (c->wide) {
		add_threads(&w, l);
		words_add(&w, "; %s", sharing_worlds(worlds, l->n.worlds));
	}
	say_end(p, used, w.s);
}

void sharing_text_accessor(struct page *p, const struct sharing_columns *c,
			   const struct sharing_accessor *a)
{
	size_t used = say_figures(p, c, &a->n);
	char name[SHARING_NAME_LEN], worlds[SHARING_WORLDS_LEN];
	struct words w = { .len = 0 };

	words_add(&w, "  %s", sharing_name(name, a));
	if (a->side != SHARING_NOBODY)
		words_add(&w, "  %s", sharing_worlds(worlds, a->n.worlds));
	say_end(p, used, w.s);
}
