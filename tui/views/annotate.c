// SPDX-License-Identifier: GPL-2.0-only
/* Functions, instruction by instruction, as `spelunk annotate` prints them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/annotate.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

#define RATIO_SAID	10	/* % of misses from which a line shows them */
#define ARROWS_NARROW	2	/* levels of arrows */
#define ARROWS_WIDE	4
#define WIDE		120	/* minimum columns of a screen for ARROWS_WIDE */
#define BAR_NARROW	8	/* columns of a line's bar, with a blank on each side */
#define BAR_WIDE	16
#define BESIDE_FROM	160	/* minimum columns of a screen for source beside the code */
#define CODE_WIDTH	84	/* columns of the code beside the source */
#define NOTE_ROOM	20	/* minimum columns of code that remain beside a note */
#define NOTE_LEN	96

/* A function being written. */
struct code {
	struct annotate_layout lay;
	size_t *line_of;	/* line of each instruction */
	bool samples;		/* heat is by samples */
	bool beside;		/* the source is beside the code */
	unsigned int bar_at, bar_width;
};

/* Set the called function's name, if the call leads to its start. */
static void set_call(struct lines *l, struct text_line *line, const struct annotated *f,
		     const struct instruction *i)
{
	char filter[FILTER_LEN];

	if (!line || i->flow != FLOW_CALL || !i->to || strchr(i->to, '+') ||
	    !filter_of_place(i->to, f->object, NULL, filter))
		return;
	lines_lead(l, line, filter, i->to);
}

static void set_source(struct lines *l, struct text_line *line, const struct instruction *i)
{
	if (i->path)
		lines_source(l, line, i->path, i->line);
}

/* "  mispred 42%, L1D miss 95%"; omits ratios based on few samples. */
static void say_ratios(char out[NOTE_LEN], const struct metrics *m, bool hottest, bool narrow)
{
	static const struct {
		enum column column;
		const char *what;
	} ratios[] = {
		{ COLUMN_MISPREDICT, "mispred" }, { COLUMN_L1D_MISS, "L1D miss" },
		{ COLUMN_LLC_MISS, "LLC miss" }, { COLUMN_TLB_WALK, "walk" },
	};
	const char *mark = locale_has_utf8() ? "◀" : "<-";
	bool said = false;
	size_t used = 0;

	*out = '\0';
	if (hottest && narrow)
		used = (size_t)snprintf(out, NOTE_LEN, "  %s", mark);
	for (size_t i = 0; m && i < sizeof(ratios) / sizeof(ratios[0]) && used < NOTE_LEN; i++) {
		struct page page = { 0 };
		char text[NUMBER_LEN];
		double v;

		if (!column_value(ratios[i].column, m, m, &v) || v < RATIO_SAID)
			continue;
		page_value(&page, text, ratios[i].column, m, m);
		if (page.rough)
			continue;
		used += (size_t)snprintf(out + used, NOTE_LEN - used, "%s%s %.0f%%", said ? ", " : used ? " " : "  ",
					 ratios[i].what, v);
		said = true;
	}
	if (hottest && used < NOTE_LEN && !(narrow && said))
		snprintf(out + used, NOTE_LEN - used, narrow ? " hottest" : "  %s hottest", mark);
}

/* Colour the metrics by heat, then text, then the note, and dim the source beside. */
static void paint(struct text_line *line, const struct code *c, enum role heat, const char *note)
{
	const char *at = *note ? strstr(line->text, note) : NULL;
	unsigned int all = (unsigned int)cell_width(line->text, SIZE_MAX), from = all, len;

	line->paint = malloc(all + 1);
	if (!line->paint)
		return;
	line->nr_paint = all;
	memset(line->paint, ROLE_TEXT, all);
	memset(line->paint, heat, c->bar_at < all ? c->bar_at : all);
	if (c->beside && all > c->bar_at + c->bar_width + CODE_WIDTH)
		memset(line->paint + c->bar_at + c->bar_width + CODE_WIDTH, ROLE_DIM,
		       all - c->bar_at - c->bar_width - CODE_WIDTH);
	if (!at)
		return;
	from -= (unsigned int)cell_width(at, SIZE_MAX);
	len = (unsigned int)cell_width(note, SIZE_MAX);
	memset(line->paint + from, heat == ROLE_TEXT ? ROLE_WARM : heat, len);
}

/* Add the source in its own column. */
static void add_beside(struct text *t, const struct code *c, size_t n)
{
	unsigned int used, column = c->bar_at + c->bar_width + CODE_WIDTH;
	char *text = strdup(text_written(t));

	if (!text) {
		t->lines->failed = true;
		return;
	}
	used = (unsigned int)cell_width(text, SIZE_MAX);
	fprintf(t->page.out, "%s%*s", text, used < column ? (int)(column - used) : 2, "");
	annotate_source_text(&t->page, &c->lay, n);
	free(text);
}

static void add_insn(struct text *t, const struct code *c, size_t n)
{
	const struct annotated *f = c->lay.f;
	const struct instruction *i = &f->insn[n];
	uint64_t weight = i->m ? annotation_weight(i->m, &f->whole, c->samples) : 0;
	enum role heat = annotate_role(f, i, c->samples);
	const struct metrics *hottest = f->insn[f->hottest].m;
	char filter[FILTER_LEN], crumb[32], note[NOTE_LEN];
	struct text_line *line;

	say_ratios(note, i->m, weight && (size_t)f->hottest == n, t->width < WIDE);
	annotate_insn(&t->page, &c->lay, n, note);
	if (c->beside && annotate_has_source(&c->lay, n))
		add_beside(t, c, n);
	line = text_line(t, ROLE_TEXT);
	if (line) {
		line->weight = weight;
		line->leads = i->jump >= 0 ? c->line_of[i->jump] : 0;
		line->begin = i->m && t->begin == i->offset + 1;
		paint(line, c, heat, note);
	}
	if (line && weight) {
		lines_bar(line, (double)weight / (double)annotation_weight(hottest, &f->whole, c->samples),
			  heat == ROLE_TEXT ? ROLE_DIM : heat);
		line->bar_at = c->bar_at + 1;
		line->bar_width = c->bar_width - 2;
	}
	set_call(t->lines, line, f, i);
	set_source(t->lines, line, i);
	snprintf(crumb, sizeof(crumb), "0x%" PRIx64, i->address);
	if (i->m && filter_of_place(f->symbol, f->object, &i->offset, filter))
		lines_zoom(t->lines, line, filter, crumb);
}

/* The line numbers of instructions. */
static size_t *number_lines(const struct annotate_layout *lay, size_t first, bool source)
{
	size_t *line_of = calloc(lay->f->nr + 1, sizeof(*line_of));

	for (size_t n = 0; line_of && n < lay->f->nr; n++) {
		first += source && annotate_has_source(lay, n);
		line_of[n] = first++;
	}
	return line_of;
}

/* Add lines, without a blank one at the top. */
static void add_block(struct text *t)
{
	const char *text = text_written(t);

	lines_add_text(t->lines, text + (!t->lines->nr && *text == '\n'));
}

static unsigned int bar_width(const struct text *t)
{
	return t->width < WIDE ? BAR_NARROW : BAR_WIDE;
}

static void add_function(struct text *t, const struct annotated *f, bool source, bool samples)
{
	struct code c = {
		.samples = samples, .beside = source && t->width >= BESIDE_FROM,
		.bar_at = annotate_columns_width(&t->page), .bar_width = bar_width(t),
	};
	bool above = source && !c.beside;

	annotate_title(&t->page, f);
	add_block(t);
	if (annotate_lay_out(&c.lay, f, t->page.width < WIDE ? ARROWS_NARROW : ARROWS_WIDE, c.bar_width))
		c.line_of = number_lines(&c.lay, t->lines->nr, above);
	for (size_t n = 0; c.line_of && n < f->nr; n++) {
		if (above && annotate_has_source(&c.lay, n)) {
			annotate_source(&t->page, &c.lay, n);
			set_source(t->lines, text_line(t, ROLE_DIM), &f->insn[n]);
		}
		add_insn(t, &c, n);
	}
	t->lines->failed |= !c.line_of;
	free(c.line_of);
	annotate_lay_down(&c.lay);
}

static void set_heads(struct text *t)
{
	for (int n = 0; n < 2; n++) {
		annotate_heads(&t->page, !n, bar_width(t));
		lines_head(t->lines, n, text_written(t));
	}
}

static bool by_samples(const struct app *a)
{
	return a->setup[VIEW_ANNOTATE].sort == COLUMN_SAMPLES;
}

/* Room shared by columns, code, and the source above it. */
static unsigned int room_of_columns(const struct app *a, const struct text *t)
{
	unsigned int taken = bar_width(t) + (!a->annotate.no_source && t->width >= BESIDE_FROM ?
					     CODE_WIDTH : NOTE_ROOM);

	return t->width > taken ? t->width - taken : 0;
}

static void build(struct app *a, struct text *t)
{
	const struct annotation *n = a->result->annotation;
	const struct setup *s = &a->setup[VIEW_ANNOTATE];

	t->begin = app_level(a)->at;
	t->opt.columns = s->columns;
	t->opt.nr_columns = annotate_fit(s->columns, s->nr_columns, room_of_columns(a, t));
	if (n->nr)
		set_heads(t);
	for (size_t i = 0; i < n->nr; i++)
		add_function(t, &n->function[i], !a->annotate.no_source,
			     by_samples(a));
	fputc('\n', t->page.out);
	if (t->page.cycles)
		page_say(&t->page, "cost", "share of the function's latency cycles (latency x "
			 "sampling period, summed); latencies overlap: not time");
	annotate_rest(&t->page, n);
	add_block(t);
}

/*
 * What the keys do
 */

/* Go to the line's jump target, or to the function it calls. */
static void follow(struct app *a, const struct text_line *line)
{
	struct level *top = app_top(a);
	size_t depth = a->zoom.depth, base = top->base;
	char caller[FILTER_LEN];

	if (line->leads) {
		top->cursor = line->leads;
	} else if (!line->lead_filter) {
		app_say(a, false, "this line is not a branch to a known place in this object");
	} else {
		/* Drop the caller's filter, which does not apply to the callee's samples. */
		strcpy(caller, top->filter);
		strcpy(top->filter, depth > 1 ? a->zoom.level[base].filter : "");
		zoom_to(a, line->lead_filter, line->lead_crumb, VIEW_ANNOTATE);
		strcpy(a->zoom.level[depth - 1].filter, caller);
		app_top(a)->base = base;
	}
}

/* Open the line's source in an editor, which needs the terminal. */
static void edit(struct app *a, const struct text_line *line)
{
	if (!line->path) {
		app_say(a, false, "the source of this line was not found: add --symfs DIR");
		return;
	}
	free(a->requests.edit);
	a->requests.edit = strdup(line->path);
	a->requests.edit_line = line->path_line;
}

void annotate_switch_source(struct app *a)
{
	a->annotate.no_source ^= true;
	app_stale(a);
	app_top(a)->settled = false;
}

/* Switch between heat by cost and by samples. */
static void turn_heat(struct app *a)
{
	a->setup[VIEW_ANNOTATE].sort = by_samples(a) ? COLUMN_COST : COLUMN_SAMPLES;
	app_stale(a);
	app_say(a, false, "hot are lines of most %s: H goes to the hottest", by_samples(a) ?
		"samples" : "latency cycles");
}

static bool act(struct app *a, enum action action)
{
	const struct text_line *line = lines_body_line(a);

	if (action == ACTION_SORT) {
		turn_heat(a);
		return true;
	}
	/* if there is nothing to scroll back */
	if (action == ACTION_LEFT && !app_level(a)->left)
		return costliest_go(a);
	if (action == ACTION_FOLLOW && line)
		follow(a, line);
	else if (action == ACTION_EDIT && line)
		edit(a, line);
	else
		return false;
	return true;
}

static bool offers(const struct app *a, enum action action)
{
	const struct text_line *line = lines_body_line(a);

	if (action == ACTION_FOLLOW)
		return line && (line->leads || line->lead_filter);
	if (action == ACTION_EDIT)
		return line && line->path;
	return line || action == ACTION_COLUMNS || action == ACTION_SORT;
}

/*
 * The view
 */

static void query(const struct app *a, const struct level *l, struct pass_query *q)
{
	q->functions = ANNOTATION_FUNCTIONS;
}

static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	fputs("spelunk annotate", out);
	fprintf(out, " --sort %s", by_samples(a) ? "samples" : "cost");
	command_columns(out, &a->setup[VIEW_ANNOTATE], annotate_usual, annotate_nr_usual);
	command_end(a, out, q);
}

static int write_report(const struct app *a, FILE *out, struct report_data *d,
			struct report_options *opt)
{
	const struct setup *s = &a->setup[VIEW_ANNOTATE];

	opt->columns = s->columns;
	opt->nr_columns = s->nr_columns;
	return annotate_write(out, &(struct annotate_report){ d, a->result->annotation }, opt);
}

const struct view_ops view_annotate = {
	.body = &lines_body, .build = build, VIEW_KEYS(ANNOTATION_KEYS),
	.query = query, .columns = annotate_usual, .nr_columns = &annotate_nr_usual, .has_time = true,
	.has_columns = true, .is_instructions = true, .stops_everywhere = true,
	.act = act, .offers = offers,
	.line_menu = VIEW_ACTIONS(ACTION_FOLLOW, ACTION_HOTTEST, ACTION_EDIT, ACTION_SOURCE),
	.view_menu = VIEW_ACTIONS(ACTION_COLUMNS, ACTION_SORT),
	.command = command, .write = write_report,
};
