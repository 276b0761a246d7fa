// SPDX-License-Identifier: GPL-2.0-only
/* Functions as text, for reports and screens. */
#include "report/annotate.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/text/text.h"

#define ARROW_LEVELS	4
#define HOT_SHARE	30	/* percent of a function's weight from which a line is hot */
#define WARM_SHARE	10	/* percent from which a line is warm */
#define CODE_LEAST	44	/* columns for addresses, arrows and code */
#define BAR_WIDTH	8	/* of cost, or of samples if no cost is known */
#define TARGET_LEAST	20	/* columns for a branch target */
#define TARGET_ROOM	8	/* with less room the target is omitted */
#define CODE_COLUMN	34	/* minimum column of a branch target */

const enum column annotate_usual[] = {
	COLUMN_COST, COLUMN_SHARE, COLUMN_SAMPLES, COLUMN_TOTAL_MEAN, COLUMN_TOTAL_P99, COLUMN_L1D_MISS,
	COLUMN_MISPREDICT, COLUMN_LLC_MISS, COLUMN_TLB_WALK, COLUMN_OPERATIONS,
};
const size_t annotate_nr_usual = sizeof(annotate_usual) / sizeof(annotate_usual[0]);

static size_t nr_shown(const struct page *p)
{
	return p->opt->columns ? p->opt->nr_columns : annotate_nr_usual + p->opt->cycles;
}

static enum column shown_at(const struct page *p, size_t i)
{
	if (p->opt->columns)
		return p->opt->columns[i];
	return p->opt->cycles && !i ? COLUMN_TIME_SHARE : annotate_usual[i - p->opt->cycles];
}

size_t annotate_fit(const enum column *columns, size_t nr, unsigned int width)
{
	unsigned int used = CODE_LEAST;
	size_t n = 0;

	for (; n < nr && (n < 2 || used < width); n++)
		used += (unsigned int)text_column_width(columns[n]) + 1;
	return n > 2 && used > width ? n - 1 : n;
}

/* Print the metrics of an instruction, or blanks of the same width. */
static void put_columns(struct page *p, const struct annotated *f, const struct metrics *m)
{
	double whole = (double)annotation_weight(&f->whole, &f->whole, false);

	for (size_t i = 0; i < nr_shown(p); i++) {
		if (m)
			page_put_value(p, text_column_width(shown_at(p, i)), shown_at(p, i), m, &f->whole);
		else
			fprintf(p->out, " %*s", text_column_width(shown_at(p, i)), "");
	}
	if (page_has_bars(p))
		page_bar(p, BAR_WIDTH, ROLE_SWITCH, m && whole > 0 ?
			 (double)annotation_weight(m, &f->whole, false) / whole : 0);
}

unsigned int annotate_columns_width(const struct page *p)
{
	unsigned int width = 0;

	for (size_t i = 0; i < nr_shown(p); i++)
		width += 1 + (unsigned int)text_column_width(shown_at(p, i));
	return width;
}

void annotate_heads(struct page *p, bool upper, unsigned int gap)
{
	for (size_t i = 0; i < nr_shown(p); i++)
		text_column_title(p, shown_at(p, i), upper);
	fprintf(p->out, "%*s", page_has_bars(p) ? BAR_WIDTH + 1 : 0, "");
	if (!upper)
		fprintf(p->out, "%*s  address", (int)gap, "");
}

static void say_missing(struct page *p, const struct annotated *f)
{
	struct words w = { .len = 0 };
	char number[NUMBER_LEN];

	if (f->code_file) {
		words_add_name(&w, f->code_file);
		if (f->ambiguous)
			words_add(&w, "; several files have that name, and this is one of them");
	} else {
		words_add_name(&w, f->why);
	}
	page_say(p, "code", w.s);
	w = (struct words){ .len = 0 };
	if (f->cut)
		words_add(&w, "%s bytes after the first %s are left out",
			  number_grouped(number, f->cut),
			  number_grouped((char[NUMBER_LEN]){ 0 }, ANNOTATION_INSNS * 4));
	if (f->cut)
		page_say(p, "cut", w.s);
	w = (struct words){ .len = 0 };
	if (f->unread && *f->readers)
		words_add(&w, "%s instruction%s, shown as .inst, %s unknown to %s%s%s",
			  number_grouped(number, f->unread), f->unread == 1 ? "" : "s",
			  f->unread == 1 ? "is" : "are", f->readers, *f->advice ? "; " : "",
			  f->advice);
	else if (f->unread)
		words_add(&w, "instructions are shown as .inst: install libcapstone or libllvm");
	if (f->unread)
		page_say(p, "unread", w.s);
	w = (struct words){ .len = 0 };
	if (f->no_source) {
		words_add_name(&w, f->no_source);
		words_add(&w, " is not there: give --symfs DIR with the sources below it, or "
			  "--local-files if they are on this machine");
		page_say(p, "source", w.s);
	}
}

static void say_hottest(struct page *p, const struct annotated *f)
{
	const struct instruction *i = &f->insn[f->hottest];
	struct words w = { .len = 0 };
	char text[NUMBER_LEN];

	if (!f->nr || !i->m)
		return;
	words_add(&w, "%" PRIx64 " ", i->address);
	words_add_name(&w, i->text ? i->text : "");
	words_add(&w, "%s", i->text ? ": " : "");
	if (f->whole.total.cycles)
		words_add(&w, "%s of the function's latency cycles, ",
			  page_value(p, text, COLUMN_COST, i->m, &f->whole));
	words_add(&w, "%s of its samples", page_share(p, text, i->m->samples, f->whole.samples));
	page_say(p, "hottest", w.s);
}

void annotate_title(struct page *p, const struct annotated *f)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN] = "", note[4 * NUMBER_LEN];
	struct words w = { .len = 0 };

	words_add_name(&w, f->symbol);
	words_add(&w, "  ");
	words_add_name(&w, f->object);
	if (f->whole.samples < p->d->rows->sum.samples)
		page_share(p, c, f->whole.samples, p->d->rows->sum.samples);
	snprintf(note, sizeof(note), "(%s samples%s%s%s; %s operations)",
		 number_grouped(a, f->whole.samples), *c ? ", " : "", c, *c ? " of those counted" : "",
		 number_short(b, f->whole.operations));
	page_title(p, w.s, note);
	say_hottest(p, f);
	say_missing(p, f);
}

void annotate_rest(struct page *p, const struct annotation *a)
{
	struct words w = { .len = 0 };
	char number[NUMBER_LEN], text[NUMBER_LEN];

	if (!a->nr)
		page_say(p, "none", "no counted sample is in a known function");
	if (a->left_out) {
		words_add(&w, "%s more functions with %s samples", number_grouped(number, a->left_out),
			  number_grouped(text, a->left_samples));
		page_say(p, "left out", w.s);
	}
	w = (struct words){ .len = 0 };
	if (a->nameless) {
		words_add(&w, "%s samples are in no known function",
			  number_grouped(number, a->nameless));
		page_say(p, "nameless", w.s);
	}
}

bool annotate_lay_out(struct annotate_layout *l, const struct annotated *f, unsigned int levels,
		      unsigned int gap)
{
	*l = (struct annotate_layout){ .f = f, .arrows = arrows_new(f, levels), .gap = gap };
	if (f->nr)
		l->address = snprintf(NULL, 0, "%" PRIx64, f->insn[f->nr - 1].address);
	return l->arrows;
}

void annotate_lay_down(struct annotate_layout *l)
{
	arrows_free(l->arrows);
}

/* Does a different known source line begin here? */
bool annotate_has_source(const struct annotate_layout *l, size_t i)
{
	const struct instruction *now = &l->f->insn[i], *before = i ? now - 1 : NULL;

	return now->file && (!before || !before->file || before->line != now->line ||
			     strcmp(before->file, now->file));
}

/* Print what is left of code and source. */
static void put_left(struct page *p, const struct annotate_layout *l, const struct metrics *m,
		     const char *address, const char *arrows)
{
	put_columns(p, l->f, m);
	fprintf(p->out, "%*s", (int)l->gap, "");
	page_put(p, ROLE_DIM, "  %*s %s%s", l->address, address, arrows,
		 arrows_width(l->arrows) ? " " : "");
}

void annotate_source(struct page *p, const struct annotate_layout *l, size_t i)
{
	char arrows[ARROWS_LEN];

	arrows_above(l->arrows, i, arrows);
	put_left(p, l, NULL, "", arrows);
	fputs(page_on(p, ROLE_DIM), p->out);
	annotate_source_text(p, l, i);
	fputs(page_off(p), p->out);
}

void annotate_source_text(struct page *p, const struct annotate_layout *l, size_t i)
{
	const struct instruction *insn = &l->f->insn[i];
	const char *slash = strrchr(insn->file, '/');
	const char *text = insn->source ? insn->source : "";

	/* Print the file's name if it differs from the line above. */
	if (!i || !insn[-1].file || strcmp(insn[-1].file, insn->file))
		cell_write(p->out, slash ? slash + 1 : insn->file, PAGE_NAME_MAX, false, true);
	fprintf(p->out, ":%u", insn->line);
	/* Expand leading tabs, because escaping would not. */
	fputs(*text ? "  " : "", p->out);
	for (; *text; text++) {
		size_t len = strcspn(text, "\t");
		char piece[1100];

		snprintf(piece, sizeof(piece), "%.*s", (int)len, text);
		cell_write(p->out, piece, PAGE_NAME_MAX, false, false);
		text += len;
		if (!*text)
			break;
		fputs("    ", p->out);
	}
}

enum role annotate_role(const struct annotated *f, const struct instruction *insn, bool samples)
{
	uint64_t whole = annotation_weight(&f->whole, &f->whole, samples);
	uint64_t weight = insn->m ? annotation_weight(insn->m, &f->whole, samples) : 0;

	return !weight ? ROLE_TEXT : weight * 100 >= whole * HOT_SHARE ? ROLE_BAD :
	       weight * 100 >= whole * WARM_SHARE ? ROLE_WARM : ROLE_TEXT;
}

/* Room for a target after that many columns of code, a blank and brackets. */
static size_t target_room(const struct page *p, const struct annotate_layout *l, int code)
{
	size_t used = l->gap + 2 + (size_t)l->address + 1 + arrows_width(l->arrows) + 1 + 2;

	for (size_t i = 0; i < nr_shown(p); i++)
		used += (size_t)text_column_width(shown_at(p, i)) + 1;
	used += page_has_bars(p) ? BAR_WIDTH + 1 : 0;
	return page_room(p, used + (size_t)(code < CODE_COLUMN ? CODE_COLUMN : code + 1));
}

void annotate_insn(struct page *p, const struct annotate_layout *l, size_t i, const char *note)
{
	const struct instruction *insn = &l->f->insn[i];
	char arrows[ARROWS_LEN], address[24];
	int used;

	snprintf(address, sizeof(address), "%" PRIx64, insn->address);
	arrows_at(l->arrows, i, arrows);
	put_left(p, l, insn->m, address, arrows);
	fputs(page_on(p, annotate_role(l->f, insn, false)), p->out);
	used = fprintf(p->out, "%s%s", insn->text ? insn->text : "?", note);
	if ((insn->to || insn->is_relocated) && target_room(p, l, used) >= TARGET_ROOM) {
		fprintf(p->out, "%*s%s", used < CODE_COLUMN ? CODE_COLUMN - used : 1, "",
			insn->is_relocated ? "<loads as " : "<");
		cell_write(p->out, insn->to ? insn->to : "?", target_room(p, l, used), false, false);
		fputc('>', p->out);
	}
	fputs(page_off(p), p->out);
}

/* False: out of memory. */
static bool put_function(struct page *p, const struct annotated *f)
{
	struct annotate_layout l;

	annotate_title(p, f);
	for (int upper = 1; upper >= 0; upper--) {
		fputs(page_on(p, ROLE_DIM), p->out);
		annotate_heads(p, upper, 0);
		fprintf(p->out, "%s\n", page_off(p));
	}
	if (!annotate_lay_out(&l, f, ARROW_LEVELS, 0))
		return false;
	for (size_t i = 0; i < f->nr; i++) {
		if (annotate_has_source(&l, i)) {
			annotate_source(p, &l, i);
			fputc('\n', p->out);
		}
		annotate_insn(p, &l, i, "");
		fputc('\n', p->out);
	}
	annotate_lay_down(&l);
	return true;
}

static unsigned int less(unsigned int a, unsigned int b)
{
	return a > b ? a - b : 0;
}

/* 0 or -ENOMEM. */
static int annotate_text(FILE *out, const struct annotate_report *r, const struct report_options *opt)
{
	enum column usual[sizeof(annotate_usual) / sizeof(annotate_usual[0]) + 1];
	struct report_options fitted = *opt;
	struct page p;

	if (opt->width && !opt->columns) {
		usual[0] = COLUMN_TIME_SHARE;
		memcpy(usual + opt->cycles, annotate_usual, sizeof(annotate_usual));
		fitted.columns = usual;
		fitted.nr_columns = annotate_fit(usual, annotate_nr_usual + opt->cycles,
						 less(opt->width, TARGET_LEAST + (opt->pictures ? BAR_WIDTH + 1 : 0)));
	}
	p = page_begin(out, r->d, &fitted, "spelunk annotate");
	text_recording(&p);
	text_losses(&p);
	for (size_t i = 0; i < r->a->nr; i++)
		if (!put_function(&p, &r->a->function[i]))
			return -ENOMEM;
	fputc('\n', out);
	annotate_rest(&p, r->a);
	text_missing(&p);
	text_legend(&p);
	return 0;
}

int annotate_write(FILE *out, const struct annotate_report *r, const struct report_options *opt)
{
	int err = 0;

	errno = 0;
	if (opt->format == REPORT_TEXT)
		err = annotate_text(out, r, opt);
	else
		(opt->format == REPORT_CSV ? annotate_csv : annotate_json)(out, r, opt);
	return err ?: report_end(out);
}
