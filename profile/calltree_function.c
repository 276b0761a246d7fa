// SPDX-License-Identifier: GPL-2.0-only
/* What stacks say about functions: their callers, callees and sums. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "profile/calltree_impl.h"

/*
 * Callers and callees
 */

struct wanted {
	call_match_fn *match;
	const void *arg;
};

static bool is_wanted(const struct wanted *w, const struct call_node *n)
{
	return n->kind == CALL_FUNCTION && w->match(w->arg, n);
}

/* The innermost matching node of the stack that ends in i, or the outermost; 0: none. */
static uint32_t find(const struct calltree *t, const struct wanted *w, uint32_t i, bool outermost)
{
	uint32_t found = 0;

	for (; i && (outermost || !found); i = t->node[i].parent)
		if (is_wanted(w, &t->node[i]))
			found = i;
	return found;
}

/* From node `from` outwards, without the task. */
static void path_out(const struct calltree *t, uint32_t from, struct call_path *p)
{
	p->nr = 0;
	for (uint32_t i = from; i && t->node[i].kind != CALL_TASK; i = t->node[i].parent)
		p->step[p->nr++] = t->node[i];
}

/* From node `from` inwards to its descendant `to`. */
static void path_in(const struct calltree *t, uint32_t from, uint32_t to, struct call_path *p)
{
	p->nr = (size_t)(t->node[to].depth - t->node[from].depth) + 1;
	for (size_t i = p->nr; i; to = t->node[to].parent)
		p->step[--i] = t->node[to];
}

static int collect(const struct calltree *t, const struct wanted *w, struct calltree *to)
{
	struct call_path p;
	bool own;
	int err = 0;

	for (uint32_t i = 1; !err && i < t->nr; i++) {
		const struct call_node *n = &t->node[i];
		uint32_t at = n->self.samples ? find(t, w, i, !to->inverted) : 0;

		if (!at)
			continue;
		if (to->inverted)
			path_out(t, at, &p);
		else
			path_in(t, at, i, &p);
		own = !to->inverted || at == i;
		p.self = own ? n->self : (struct call_weight){ 0 };
		p.total = n->self;
		p.unproven = own ? n->unproven : 0;
		err = calltree_add_path(to, &p);
	}
	return err;
}

static int make(const struct calltree *t, const struct wanted *w, bool inverted, size_t max_nodes,
		struct calltree **out)
{
	int err;

	*out = calltree_new(max_nodes);
	if (!*out)
		return -ENOMEM;
	(*out)->inverted = inverted;
	err = collect(t, w, *out) ?: calltree_finish(*out);
	if (!err)
		return 0;
	calltree_free(*out);
	*out = NULL;
	return err;
}

int calltree_callers(const struct calltree *t, call_match_fn *match, const void *arg,
		     size_t max_nodes, struct calltree **out)
{
	return make(t, &(struct wanted){ match, arg }, true, max_nodes, out);
}

int calltree_callees(const struct calltree *t, call_match_fn *match, const void *arg,
		     size_t max_nodes, struct calltree **out)
{
	return make(t, &(struct wanted){ match, arg }, false, max_nodes, out);
}

/*
 * Functions
 */

static bool recurs(const struct calltree *t, uint32_t i)
{
	const struct call_node *n = &t->node[i];

	for (uint32_t k = n->parent; k; k = t->node[k].parent)
		if (call_node_is(&t->node[k], n))
			return true;
	return false;
}

static int by_function(const void *a, const void *b)
{
	const struct call_function *x = a, *y = b;

	return array_order(x->name, y->name) ?: array_order(x->world, y->world);
}

static int by_total(const void *a, const void *b)
{
	const struct call_function *x = a, *y = b;

	return array_order(y->total.cycles, x->total.cycles) ?:
	       array_order(y->self.cycles, x->self.cycles) ?:
	       strcmp(x->symbol, y->symbol) ?: strcmp(x->object, y->object) ?:
	       array_order(x->world, y->world) ?: array_order(x->name, y->name);
}

/* Merge adjacent entries of the same function.  Returns the number left. */
static size_t fold(struct call_function *f, size_t nr)
{
	size_t n = 0;

	for (size_t i = 0; i < nr; i++) {
		if (n && !by_function(&f[n - 1], &f[i])) {
			call_weight_add(&f[n - 1].self, f[i].self);
			call_weight_add(&f[n - 1].total, f[i].total);
			continue;
		}
		f[n++] = f[i];
	}
	return n;
}

int calltree_functions(const struct calltree *t, struct call_function **out, size_t *nr)
{
	struct call_function *f = calloc(t->nr, sizeof(*f));
	size_t n = 0;

	*out = f;
	*nr = 0;
	if (!f)
		return -ENOMEM;
	for (uint32_t i = 1; i < t->nr; i++) {
		const struct call_node *c = &t->node[i];

		if (c->kind != CALL_FUNCTION)
			continue;
		f[n] = (struct call_function){
			.name = c->name, .world = c->world, .symbol = c->symbol,
			.object = c->object, .self = c->self,
		};
		if (!recurs(t, i))
			f[n].total = c->total;
		n++;
	}
	qsort(f, n, sizeof(*f), by_function);
	*nr = fold(f, n);
	qsort(f, *nr, sizeof(*f), by_total);
	return 0;
}
