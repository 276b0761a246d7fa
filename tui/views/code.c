// SPDX-License-Identifier: GPL-2.0-only
/* Functions, instruction by instruction, as `spelunk annotate` prints them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/annotate.h"
#include "tui/views/text.h"

#define HOT_SHARE	10	/* percent of a function's samples that make a line hot */
#define LANES_NARROW	2
#define LANES_WIDE	4
#define WIDE		120

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
	if (annotate_lay_out(&lay, f, t->page.width < WIDE ? LANES_NARROW : LANES_WIDE))
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

void view_annotate(struct app *a, struct lines *l, unsigned int width)
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
		add_function(&t, l, &n->function[i], !a->no_source);
	fputc('\n', t.page.out);
	annotate_rest(&t.page, n);
	add_block(&t, l);
	text_end(&t);
}
