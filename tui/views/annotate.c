// SPDX-License-Identifier: GPL-2.0-only
/* Functions, instruction by instruction, as `spelunk annotate` prints them. */
#include "tui/views/annotate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/annotate.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

#define HOT_SHARE	10	/* percent of a function's samples that make a line hot */
#define ARROWS_NARROW	2	/* arrows beside each other */
#define ARROWS_WIDE	4
#define WIDE		120	/* columns from which on there is room for these */

/* The name of the function a call leads to, where it leads to its beginning. */
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

static void add_insn(struct text *t, struct lines *l, const struct annotate_layout *lay, size_t n,
		     const size_t *line_of)
{
	const struct annotated *f = lay->f;
	const struct instruction *i = &f->insn[n];
	uint64_t samples = i->m ? i->m->samples : 0;
	char filter[FILTER_LEN], crumb[32];
	struct text_line *line;

	annotate_insn(&t->page, lay, n);
	line = text_line(t, l, samples * 100 >= f->samples * HOT_SHARE && samples ? ROLE_BAD :
			 ROLE_TEXT);
	if (line) {
		line->weight = samples;
		line->leads = i->jump >= 0 ? line_of[i->jump] : 0;
	}
	set_call(l, line, f, i);
	set_source(l, line, i);
	snprintf(crumb, sizeof(crumb), "0x%" PRIx64, i->address);
	if (samples && filter_of_place(f->symbol, f->object, &i->offset, filter))
		lines_zoom(l, line, filter, crumb);
}

/* Where each instruction will stand. */
static size_t *number_lines(const struct annotate_layout *lay, size_t first, bool source)
{
	size_t *line_of = calloc(lay->f->nr + 1, sizeof(*line_of));

	for (size_t n = 0; line_of && n < lay->f->nr; n++) {
		first += source && annotate_has_source(lay, n);
		line_of[n] = first++;
	}
	return line_of;
}

/* Lines, without a blank one at the top of the screen. */
static void add_block(struct text *t, struct lines *l)
{
	const char *text = text_written(t);

	lines_add_text(l, text + (!l->nr && *text == '\n'));
}

static void add_function(struct text *t, struct lines *l, const struct annotated *f, bool source)
{
	struct annotate_layout lay;
	size_t *line_of = NULL;

	annotate_title(&t->page, f);
	add_block(t, l);
	if (annotate_lay_out(&lay, f, t->page.width < WIDE ? ARROWS_NARROW : ARROWS_WIDE))
		line_of = number_lines(&lay, l->nr, source);
	for (size_t n = 0; line_of && n < f->nr; n++) {
		if (source && annotate_has_source(&lay, n)) {
			annotate_source(&t->page, &lay, n);
			set_source(l, text_line(t, l, ROLE_DIM), &f->insn[n]);
		}
		add_insn(t, l, &lay, n, line_of);
	}
	l->failed |= !line_of;
	free(line_of);
	annotate_lay_down(&lay);
}

static void set_heads(struct text *t, struct lines *l)
{
	for (int n = 0; n < 2; n++) {
		annotate_heads(&t->page, !n);
		lines_head(l, n, text_written(t));
	}
}

static void build(struct app *a, struct lines *l, unsigned int width)
{
	const struct annotation *n = a->result->annotation;
	const struct setup *s = &a->setup[VIEW_ANNOTATE];
	struct text t;

	if (!text_begin(&t, a, width)) {
		l->failed = true;
		return;
	}
	t.opt.columns = s->columns;
	t.opt.nr_columns = annotate_fit(s->columns, s->nr_columns, width);
	if (n->nr)
		set_heads(&t, l);
	for (size_t i = 0; i < n->nr; i++)
		add_function(&t, l, &n->function[i], !a->annotate.no_source);
	fputc('\n', t.page.out);
	annotate_rest(&t.page, n);
	add_block(&t, l);
	text_end(&t);
}

/*
 * What the keys do
 */

/* To where the line jumps, or to the function it calls. */
static void follow(struct app *a)
{
	const struct text_line *line = lines_body_line(a);
	struct level *top = app_top(a);
	size_t depth = a->zoom.depth, base = top->base;
	char caller[FILTER_LEN];

	if (!line) {
		app_say(a, false, "only in Code, on a branch: a shows a function's code");
	} else if (line->leads) {
		top->cursor = line->leads;
	} else if (!line->lead_filter) {
		app_say(a, false, "this line is no branch to a known place of this object");
	} else {
		/* The caller's samples are none of the other function's. */
		strcpy(caller, top->filter);
		strcpy(top->filter, depth > 1 ? a->zoom.level[base].filter : "");
		zoom_to(a, line->lead_filter, line->lead_crumb, VIEW_ANNOTATE);
		strcpy(a->zoom.level[depth - 1].filter, caller);
		app_top(a)->base = base;
	}
}

/* The line's source in an editor, for which the terminal is not ours. */
static void edit(struct app *a)
{
	const struct text_line *line = lines_body_line(a);

	if (!line) {
		app_say(a, false, "only in Code: a shows a function's code");
		return;
	}
	if (!line->path) {
		app_say(a, false, "the source of this line is not there: --symfs DIR says where it is");
		return;
	}
	free(a->requests.edit);
	a->requests.edit = strdup(line->path);
	a->requests.edit_line = line->path_line;
}

/* a before b: hotter, or as hot and above. */
static bool is_hotter(const struct lines *l, size_t a, size_t b)
{
	uint64_t wa = l->line[a].weight, wb = l->line[b].weight;

	return wa != wb ? wa > wb : a < b;
}

/* The hottest line after this one, and after the last of all the hottest again. */
static void hottest(struct app *a)
{
	struct level *top = app_top(a);
	const struct lines *l = &a->lines.lines;
	size_t next = SIZE_MAX, first = SIZE_MAX;

	if (!a->result)
		return;
	for (size_t i = 0; i < l->nr; i++) {
		if (!l->line[i].weight)
			continue;
		if (first == SIZE_MAX || is_hotter(l, i, first))
			first = i;
		if (l->line[top->cursor].weight && is_hotter(l, top->cursor, i) &&
		    (next == SIZE_MAX || is_hotter(l, i, next)))
			next = i;
	}
	if (first == SIZE_MAX)
		app_say(a, false, "only in Code, where instructions have samples");
	else
		top->cursor = next == SIZE_MAX ? first : next;
}

void annotate_switch_source(struct app *a)
{
	a->annotate.no_source ^= true;
	app_stale(a);
	app_top(a)->settled = false;
}

static bool act(struct app *a, enum action action)
{
	switch ((int)action) {
	case ACTION_FOLLOW:	follow(a); break;
	case ACTION_EDIT:	edit(a); break;
	case ACTION_HOTTEST:	hottest(a); break;
	default:		return false;
	}
	return true;
}

static const enum action line_menu[] = {
	ACTION_FOLLOW, ACTION_HOTTEST, ACTION_EDIT, ACTION_SOURCE, ACTION_NONE
};
static const enum action view_menu[] = { ACTION_COLUMNS, ACTION_NONE };

static bool offers(const struct app *a, enum action action)
{
	const struct text_line *line = lines_body_line(a);

	if (action == ACTION_FOLLOW)
		return line && (line->leads || line->lead_filter);
	if (action == ACTION_EDIT)
		return line && line->path;
	return line || action == ACTION_COLUMNS;
}

/*
 * The view
 */

static const enum field keys[] = { ANNOTATION_KEYS };

static void query(const struct app *a, const struct level *l, struct pass_query *q)
{
	q->functions = ANNOTATION_FUNCTIONS;
}

static void setup(struct setup *s)
{
	setup_columns(s, annotate_usual, annotate_nr_usual);
}

static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	fputs("spelunk annotate", out);
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
	.body = &lines_body, .build = build, .keys = keys, .nr_keys = sizeof(keys) / sizeof(keys[0]),
	.query = query, .setup = setup, .has_columns = true, .is_instructions = true,
	.act = act, .line_menu = line_menu, .view_menu = view_menu, .offers = offers,
	.command = command, .write = write_report,
};
