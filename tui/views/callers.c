// SPDX-License-Identifier: GPL-2.0-only
/* The callers and callees of a function. */
#include <errno.h>
#include <stdlib.h>

#include "base/quote.h"
#include "report/calls/calls.h"
#include "report/calls/text.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

#define LINES_SHOWN	500	/* of callers, and of callees */
#define WIDE_FROM	110	/* minimum columns of a screen */

void callers_of(struct app *a, const char *symbol)
{
	uint64_t id = calls_symbol_id(symbol);
	char crumb[CRUMB_LEN];

	if (app_level(a)->view == VIEW_CALLERS && app_level(a)->at == id) {
		app_say(a, false, "these are its callers and callees");
		return;
	}
	snprintf(crumb, sizeof(crumb), "%.90s", symbol);
	calls_zoom(a, VIEW_CALLERS, crumb, id);
}

/* The level's function; without one, the one with most cycles.  NULL: it is in no stack. */
static const char *function_of(const struct app *a)
{
	const struct calltree *t = a->result->stacks;
	uint64_t id = app_level(a)->at;
	struct call_function *f;
	const char *hottest = NULL;
	uint64_t most = 0;
	size_t nr;

	if (calltree_functions(t, &f, &nr))
		return NULL;
	for (size_t i = 0; i < nr; i++) {
		if (id ? calls_symbol_id(f[i].symbol) != id : hottest && f[i].self.cycles <= most)
			continue;
		hottest = f[i].symbol;
		most = f[i].self.cycles;
	}
	free(f);
	return hottest;
}

static void add_node(struct text *t, const struct calls_columns *c, const struct calls_lines *l,
		     uint32_t i)
{
	const struct call_node *n = calltree_node(l->t, i);
	char filter[FILTER_LEN];
	struct text_line *line;

	calls_text_line(&t->page, c, l, i);
	line = text_line(t, n->kind == CALL_FUNCTION ? world_role(n->world) : ROLE_DIM);
	if (n->kind != CALL_FUNCTION || !*n->symbol)
		return;
	lines_function(t->lines, line, n->symbol);
	if (filter_of_place(n->symbol, n->object, NULL, filter))
		lines_zoom(t->lines, line, filter, n->symbol);
}

static void add_tree(struct text *t, const struct calls_columns *c, const struct calltree *tree)
{
	struct calls_lines l;

	if (calls_choose(&l, tree, LINES_SHOWN)) {
		t->lines->failed = true;
		return;
	}
	for (int upper = 1; l.nr && upper >= 0; upper--) {
		calls_text_heads(&t->page, c, upper);
		text_line(t, ROLE_HEADER);
	}
	for (size_t i = 0; i < l.nr; i++)
		add_node(t, c, &l, l.node[i]);
	if (l.more) {
		fprintf(t->page.out, "  %zu more lines", l.more);
		text_line(t, ROLE_DIM);
	}
	calls_lines_clear(&l);
}

typedef typeof(calltree_callers) tree_fn;

static void add_part(struct app *a, struct text *t, const char *title, const char *function,
		     tree_fn *make)
{
	const struct pass_result *r = a->result;
	const struct calls_columns c = {
		.clock = r->calls.clock, .callees = make == calltree_callees,
		.spe = make == calltree_callers && r->rows->nr ? r->rows : NULL,
		.narrow = t->width < WIDE_FROM,
	};
	struct calltree *tree;
	char name[CRUMB_LEN];

	snprintf(name, sizeof(name), "%s %.80s", title, function);
	lines_title(t->lines, name);
	if (make(r->stacks, calls_is_function, function, 0, &tree)) {
		t->lines->failed = true;
		return;
	}
	add_tree(t, &c, tree);
	calltree_free(tree);
}

static void add_notes(struct text *t, const struct pass_result *r)
{
	fputs("\nHow to read this\n", t->page.out);
	page_say(&t->page, "self", "of the time in the function itself: how much came through this caller");
	page_say(&t->page, "total", "the same of the function with all that it calls");
	if (r->rows->nr)
		page_say(&t->page, "~", "of samples an estimate: SPE records no callers. Those of the "
			 "function are divided as its own chains are");
	if (t->page.rough)
		page_say(&t->page, "~", "before a share: from fewer than 30 chains");
	calls_text_losses(&t->page, r->stacks, r->stacks, &r->calls);
	text_lines(t);
}

static void build(struct app *a, struct text *t)
{
	const struct calltree *stacks = a->result->stacks;
	const char *function = stacks ? function_of(a) : NULL;

	for (size_t i = 0; !stacks && calls_none[i]; i++)
		lines_add(t->lines, ROLE_TEXT, calls_none[i]);
	if (stacks && !function)
		lines_title(t->lines, "No call stack has this function");
	if (!function)
		return;
	add_part(a, t, "Callers of", function, calltree_callers);
	add_part(a, t, "Callees of", function, calltree_callees);
	add_notes(t, a->result);
}

/*
 * What the keys do
 */

static bool act(struct app *a, enum action action)
{
	const struct text_line *line = lines_body_line(a);

	if (action != ACTION_ZOOM || !line || !line->function)
		return false;
	callers_of(a, line->function);
	return true;
}

static const char *enter(const struct app *a)
{
	const struct text_line *line = lines_body_line(a);

	return line && line->function ? "callers" : NULL;
}

static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	const char *function = a->result && a->result->stacks ? function_of(a) : NULL;

	fputs("spelunk report --callers ", out);
	quote_word(out, function ? function : "FUNCTION");
	command_end(a, out, q);
}

static int write_callers(const struct app *a, FILE *out, struct report_data *d,
			 struct report_options *opt)
{
	const char *function = a->result->stacks ? function_of(a) : NULL;
	const struct calls_report r = {
		.d = d, .kind = CALLS_CALLERS, .stacks = a->result->stacks, .total = a->result->calls,
		.function = function,
	};

	return function ? calls_report_write(out, &r, opt) : -ENODATA;
}

const struct view_ops view_callers = {
	.body = &lines_body, .build = build, VIEW_KEYS(CALLS_KEYS), .query = calls_query,
	.is_unlisted = true, .leave = calls_leave, .act = act, .enter = enter, .command = command,
	.write = write_callers,
};
