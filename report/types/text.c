// SPDX-License-Identifier: GPL-2.0-only
/* Text: each type with its fields in the order of their offsets, and the cache lines between them. */
#include <inttypes.h>
#include <string.h>

#include "report/text/text.h"
#include "report/types/types_impl.h"

#define WIDE_FROM	130	/* minimum columns of a terminal */

/* Columns of figures, then of where the field is. */
static const struct {
	enum column column;
	const char *title;
	int width;
	bool wide;		/* only if there is room */
} figures[] = {
	{ COLUMN_COST, "cost", 7, false },
	{ COLUMN_SAMPLES, "samples", 9, false },
	{ COLUMN_TOTAL_MEAN, "mean", 7, false },
	{ COLUMN_L1D_MISS, "L1D miss", 8, false },
	{ COLUMN_LLC_MISS, "LLC miss", 8, true },
	{ COLUMN_TLB_WALK, "TLB walk", 8, true },
};
#define NR_FIGURES	(sizeof(figures) / sizeof(figures[0]))

static bool is_wide(const struct page *p)
{
	return !p->opt->width || p->opt->width >= WIDE_FROM;
}

static void say_heads(struct page *p)
{
	fputs(page_on(p, ROLE_DIM), p->out);
	for (size_t i = 0; i < NR_FIGURES; i++)
		if (is_wide(p) || !figures[i].wide)
			fprintf(p->out, " %*s", figures[i].width, figures[i].title);
	fprintf(p->out, " %8s %7s  %7s %6s  field%s%s\n", "writes", "threads", "offset", "size",
		is_wide(p) ? ", and worlds that use it" : "", page_off(p));
}

/* Returns the number of columns written. */
static size_t say_figures(struct page *p, const struct structs_counts *n, const struct metrics *sum)
{
	char writes[NUMBER_LEN], threads[32];
	size_t used = 18;

	for (size_t i = 0; i < NR_FIGURES; i++) {
		if (!is_wide(p) && figures[i].wide)
			continue;
		page_put_value(p, figures[i].width, figures[i].column, &n->m, sum);
		used += (size_t)figures[i].width + 1;
	}
	snprintf(threads, sizeof(threads), "%u", n->threads);
	fprintf(p->out, " %8s %7s", n->writes ? number_grouped(writes, n->writes) : "-",
		n->threads ? threads : "-");
	return used;
}

static void add_worlds(struct words *w, uint8_t worlds)
{
	for (enum world world = 0; world < NR_WORLDS; world++)
		if (worlds >> world & 1)
			words_add(w, "  %s", world_name(world));
}

/* Finish a line after `used` columns. */
static void say_end(struct page *p, size_t used, const char *text)
{
	cell_write(p->out, text, p->opt->width ? page_room(p, used) : PAGE_NAME_MAX, false, false);
	fputc('\n', p->out);
}

static void say_field(struct page *p, const struct structs_field *f, const struct metrics *sum)
{
	size_t used = say_figures(p, &f->n, sum) + 18;
	struct words w = { .len = 0 };

	words_add(&w, "%.*s", 256, f->path);
	if (is_wide(p))
		add_worlds(&w, f->n.worlds);
	if (f->size)
		fprintf(p->out, "  %7" PRIu64 " %6" PRIu64 "  ", f->offset, f->size);
	else
		fprintf(p->out, "  %7" PRIu64 " %6s  ", f->offset, "-");
	say_end(p, used, w.s);
}

/* The upper boundary of a line, and who uses the line. */
static void say_line(struct page *p, const struct structs_line *l)
{
	char number[NUMBER_LEN];
	struct words w = { .len = 0 };

	words_add(&w, "  ---- line %" PRIu64 ", from byte %" PRIu64 ": %s sample%s", l->number,
		  l->number * STRUCTS_LINE, number_grouped(number, l->n.m.samples),
		  l->n.m.samples == 1 ? "" : "s");
	if (l->n.threads)
		words_add(&w, ", %u thread%s", l->n.threads, l->n.threads == 1 ? "" : "s");
	if (l->n.writers)
		words_add(&w, ", %u write%s", l->n.writers, l->n.writers == 1 ? "s" : "");
	words_add(&w, " ");
	while (w.len < (p->width > 76 ? 76 : p->width))
		words_add(&w, "-");
	page_line(p, l->n.threads > 1 && l->n.writers ? ROLE_WARM : ROLE_DIM, "%s", w.s);
}

static void say_type(struct page *p, const struct structs_type *t, const struct metrics *sum)
{
	size_t used = say_figures(p, &t->n, sum) + 18;
	struct words w = { .len = 0 };

	words_add(&w, "%.*s", 256, t->name);
	if (!t->has_fields)
		words_add(&w, ", variables");
	add_worlds(&w, t->n.worlds);
	if (t->size)
		fprintf(p->out, "  %7s %6" PRIu64 "  ", "", t->size);
	else
		fprintf(p->out, "  %7s %6s  ", "", "-");
	fputs(page_on(p, ROLE_TITLE), p->out);
	say_end(p, used, w.s);
	fputs(page_off(p), p->out);
	for (size_t i = 0; i < t->nr_lines; i++) {
		const struct structs_line *l = &t->line[i];

		if (t->has_fields && t->size > STRUCTS_LINE)
			say_line(p, l);
		for (size_t k = l->first; k < l->first + l->nr; k++)
			say_field(p, &t->field[k], sum);
	}
}

static void say_legend(struct page *p, const struct structs *s)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];
	struct words w = { .len = 0 };

	page_title(p, "How to read this", NULL);
	words_add(&w, "%s of %s samples: their data is in no variable of a file with debug information, "
		  "or the code does not prove its type", number_grouped(a, s->unknown.samples),
		  number_grouped(b, s->sum.samples));
	if (s->unknown.samples)
		page_say(p, "unknown", w.s);
	w = (struct words){ .len = 0 };
	words_add(&w, "%s samples are in rows that were left out (--max-rows 0 counts all)",
		  number_grouped(a, s->rest));
	if (s->rest)
		page_say(p, "rest", w.s);
	page_say(p, "fields", "the field in which an access begins, at its offset in the struct; an array "
		 "is one field; SPE does not record how long an access is");
	page_say(p, "lines", "64 bytes, as in a struct that begins with one; threads that write a line take "
		 "it from the others: `spelunk sharing` shows lines by address");
	page_say(p, "cost", "total latency x sampling period, in % of all accesses with an address; "
		 "latencies overlap: it is not time");
	page_say(p, "mean", "average total latency, core cycles");
	text_marks(p);
}

/* Why there is no type. */
static void say_none(struct page *p, const struct structs *s)
{
	if (s->sum.samples)
		page_say(p, "none", "no sample's data has a known type: give files with debug "
			 "information (--symfs, --vmlinux, --guest)");
	else
		page_say(p, "none", p->d->filter ? "no sample with a data address matches the filter" :
			 "no sample has a data address: record loads and stores");
}

void types_text(FILE *out, const struct structs *s, const struct types_report *r,
		const struct report_options *opt)
{
	struct page p = page_begin(out, r->d, opt, "spelunk types");
	size_t shown = opt->limit && opt->limit < s->nr ? opt->limit : s->nr;
	char number[NUMBER_LEN];

	text_recording(&p);
	text_losses(&p);
	page_title(&p, "Types by cost", "with their fields by offset, variables by cost");
	if (s->nr)
		say_heads(&p);
	else
		say_none(&p, s);
	for (size_t i = 0; i < shown; i++) {
		if (i)
			fputc('\n', p.out);
		say_type(&p, &s->type[i], &s->sum);
	}
	if (shown < s->nr)
		fprintf(p.out, "  %s more type%s (--limit 0 shows all)\n",
			number_grouped(number, s->nr - shown), s->nr - shown == 1 ? "" : "s");
	say_legend(&p, s);
	text_missing(&p);
}
