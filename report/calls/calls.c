// SPDX-License-Identifier: GPL-2.0-only
#include "report/calls/calls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/calls/calls_impl.h"

bool calls_is_function(const void *arg, const struct call_node *n)
{
	return !strcmp(n->symbol, arg);
}

bool calls_have(const struct calltree *stacks, const char *function)
{
	for (uint32_t i = 1; i < calltree_nr(stacks); i++) {
		const struct call_node *n = calltree_node(stacks, i);

		if (n->kind == CALL_FUNCTION && calls_is_function(function, n))
			return true;
	}
	return false;
}

const char *calls_name(const struct call_node *n)
{
	const char *name = n->kind == CALL_STOPPED ? "" : n->kind == CALL_TASK ? n->comm : n->symbol;

	return *name ? name : "[unknown]";
}

size_t calls_frames(const struct calltree *t, uint32_t node, uint32_t out[CALL_DEPTH])
{
	size_t nr = 0;

	for (; node && nr < CALL_DEPTH; node = calltree_node(t, node)->parent)
		if (calltree_node(t, node)->kind != CALL_TASK)
			out[nr++] = node;
	return nr;
}

const struct call_node *calls_top(const struct calltree *t, uint32_t node)
{
	while (calltree_node(t, node)->depth > 1)
		node = calltree_node(t, node)->parent;
	return calltree_node(t, node);
}

/* Choosing lines */

static int by_cycles(const void *a, const void *b, void *arg)
{
	const uint32_t *x = a, *y = b;
	const struct call_weight *wx = &calltree_node(arg, *x)->total;
	const struct call_weight *wy = &calltree_node(arg, *y)->total;

	/* of equal nodes parents come first: they have lower numbers */
	return array_order(wy->cycles, wx->cycles) ?: array_order(wy->samples, wx->samples) ?:
	       array_order(*x, *y);
}

static void list(struct calls_lines *l, uint32_t parent)
{
	for (uint32_t i = calltree_node(l->t, parent)->first; i; i = calltree_node(l->t, i)->next) {
		if (!l->shown[i])
			continue;
		l->node[l->nr++] = i;
		list(l, i);
	}
}

int calls_choose(struct calls_lines *l, const struct calltree *t, size_t limit)
{
	uint32_t nr = calltree_nr(t) - 1;

	*l = (struct calls_lines){ .t = t, .node = calloc(nr + 1, sizeof(*l->node)),
				   .shown = calloc(nr + 1, sizeof(*l->shown)) };
	if (!l->node || !l->shown) {
		calls_lines_clear(l);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < nr; i++)
		l->node[i] = i + 1;
	qsort_r(l->node, nr, sizeof(*l->node), by_cycles, (void *)(uintptr_t)t);
	for (uint32_t i = 0; i < nr && (!limit || i < limit); i++)
		l->shown[l->node[i]] = true;
	list(l, 0);
	l->more = nr - l->nr;
	return 0;
}

void calls_lines_clear(struct calls_lines *l)
{
	free(l->node);
	free(l->shown);
	*l = (struct calls_lines){ .t = NULL };
}

/*
 * Estimates
 */

static const struct row *row_of(const struct rows *spe, const struct call_node *n)
{
	for (size_t i = 0; i < spe->nr; i++) {
		const struct value *k = spe->row[i].keys;

		if (k[0].num == n->world && !strcmp(k[1].text, n->symbol) &&
		    !strcmp(k[2].text, n->object))
			return &spe->row[i];
	}
	return NULL;
}

struct calls_estimate calls_estimate(const struct calltree *callers, uint32_t i,
				     const struct rows *spe)
{
	const struct call_node *n = calltree_node(callers, i);
	const struct call_node *function = calls_top(callers, i);
	const struct row *row = spe ? row_of(spe, function) : NULL;
	struct calls_estimate e = { .exact = n == function, .chains = n->self.samples };
	double share = 1;

	if (!row || (!e.exact && !n->self.cycles))
		return e;
	if (!e.exact)
		share = (double)n->self.cycles / (double)function->self.cycles;
	e.known = true;
	e.samples = share * (double)row->m.samples;
	e.cycles = share * (double)row->m.total.cycles;
	return e;
}

/*
 * The report
 */

static int make(struct calls *c, size_t limit)
{
	const struct calls_report *r = c->r;
	int err;

	switch (r->kind) {
	case CALLS_CALLERS:
		err = calltree_callers(r->stacks, calls_is_function, r->function, r->max_nodes,
				       &c->callers);
		return err ?: calls_choose(&c->lines, c->callers, limit);
	case CALLS_CHILDREN:
		return calltree_functions(r->stacks, &c->functions, &c->nr_functions);
	case CALLS_STACKS:
		break;
	}
	return 0;
}

int calls_report_write(FILE *out, const struct calls_report *r, const struct report_options *opt)
{
	static typeof(calls_text) *const writers[] = {
		[REPORT_TEXT] = calls_text, [REPORT_CSV] = calls_csv, [REPORT_JSON] = calls_json,
	};
	struct calls c = { .r = r };
	int err = make(&c, opt->limit);

	errno = 0;
	if (!err) {
		writers[opt->format](out, &c, opt);
		err = report_end(out);
	}
	calls_lines_clear(&c.lines);
	calltree_free(c.callers);
	free(c.functions);
	return err;
}
