// SPDX-License-Identifier: GPL-2.0-only
/* What keys do in the view Code. */
#include <stdlib.h>
#include <string.h>

#include "tui/view.h"

/* In Code: to where the line jumps, or to the function it calls. */
void code_follow(struct app *a)
{
	struct level *top = app_top(a);
	const struct text_line *line;
	size_t depth = a->depth, base = top->base;
	char caller[FILTER_LEN];

	if (top->view != VIEW_ANNOTATE || !a->result || !body_nr(a)) {
		app_say(a, false, "only in Code, on a branch: a shows a function's code");
		return;
	}
	line = &a->lines.line[top->cursor];
	if (line->leads) {
		top->cursor = line->leads;
	} else if (!line->lead_filter) {
		app_say(a, false, "this line is no branch to a known place of this object");
	} else {
		/* The caller's samples are none of the other function's. */
		strcpy(caller, top->filter);
		strcpy(top->filter, depth > 1 ? a->stack[base].filter : "");
		zoom_to(a, line->lead_filter, line->lead_crumb, VIEW_ANNOTATE);
		strcpy(a->stack[depth - 1].filter, caller);
		app_top(a)->base = base;
	}
}

/* In Code: the line's source in an editor, for which the terminal is not ours. */
void code_edit(struct app *a)
{
	const struct text_line *line;

	if (app_top(a)->view != VIEW_ANNOTATE || !a->result || !body_nr(a)) {
		app_say(a, false, "only in Code: a shows a function's code");
		return;
	}
	line = &a->lines.line[app_top(a)->cursor];
	if (!line->path) {
		app_say(a, false, "the source of this line is not there: --symfs DIR says where it is");
		return;
	}
	free(a->edit);
	a->edit = strdup(line->path);
	a->edit_line = line->path_line;
}

char *app_take_edit(struct app *a, unsigned int *line)
{
	char *path = a->edit;

	*line = a->edit_line;
	a->edit = NULL;
	return path;
}

void app_edited(struct app *a, int status)
{
	if (status < 0)
		app_say(a, true, "the editor cannot be started: %s", strerror(-status));
	else if (status == 127)
		app_say(a, true, "the editor cannot be started: set EDITOR to one that is there");
	else if (status)
		app_say(a, true, "the editor ended with status %d", status);
}

/* a before b: hotter, or as hot and above. */
static bool is_hotter(const struct lines *l, size_t a, size_t b)
{
	uint64_t wa = l->line[a].weight, wb = l->line[b].weight;

	return wa != wb ? wa > wb : a < b;
}

/* The hottest line after this one, and after the last of all the hottest again. */
void code_hottest(struct app *a)
{
	struct level *top = app_top(a);
	const struct lines *l = &a->lines;
	size_t next = SIZE_MAX, first = SIZE_MAX;

	if (view_is_table(top->view) || !a->result)
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

void code_source(struct app *a)
{
	a->no_source ^= true;
	app_stale(a);
	app_top(a)->settled = false;
}
