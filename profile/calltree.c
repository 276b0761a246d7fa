// SPDX-License-Identifier: GPL-2.0-only
#include "profile/calltree_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/intern.h"
#include "symbolizer/naming.h"

#define LEAST_ROOM	256

struct calltree *calltree_new(size_t max_nodes)
{
	struct calltree *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->max_nodes = max_nodes ? max_nodes : UINT32_MAX / 4;
	t->seed = intern_seed();
	t->room = LEAST_ROOM;
	t->nr_slots = 2 * LEAST_ROOM;
	t->node = calloc(t->room, sizeof(*t->node));
	t->slot = calloc(t->nr_slots, sizeof(*t->slot));
	if (!t->node || !t->slot) {
		calltree_free(t);
		return NULL;
	}
	t->nr = 1;
	return t;
}

void calltree_free(struct calltree *t)
{
	if (!t)
		return;
	free(t->node);
	free(t->slot);
	free(t);
}

/*
 * Nodes
 */

static uint32_t hash_of(const struct calltree *t, uint32_t parent, const struct call_node *n)
{
	uint64_t h = intern_mix(t->seed ^ ((uint64_t)parent << 32 | n->name));

	h ^= (uint64_t)(uint32_t)n->vm << 32 | (uint32_t)n->kind << 8 | n->world;
	return (uint32_t)intern_mix(h ^ (uintptr_t)n->comm);
}

/* The slot of parent's child n, or the free slot for it. */
static uint32_t *slot_of(const struct calltree *t, uint32_t parent, const struct call_node *n)
{
	uint32_t i = hash_of(t, parent, n) & (t->nr_slots - 1);

	while (t->slot[i] && (t->node[t->slot[i]].parent != parent ||
			      !call_node_is(&t->node[t->slot[i]], n)))
		i = (i + 1) & (t->nr_slots - 1);
	return &t->slot[i];
}

static int grow(struct calltree *t)
{
	struct call_node *node = reallocarray(t->node, t->room, 2 * sizeof(*node));
	uint32_t *slot;

	if (!node)
		return -ENOMEM;
	t->node = node;
	slot = calloc(t->nr_slots, 2 * sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	free(t->slot);
	t->slot = slot;
	t->room *= 2;
	t->nr_slots *= 2;
	for (uint32_t i = 1; i < t->nr; i++)
		*slot_of(t, t->node[i].parent, &t->node[i]) = i;
	return 0;
}

/* Descend: *at becomes its child n, which is created if necessary.  0 or -ENOMEM. */
static int step(struct calltree *t, uint32_t *at, const struct call_node *n)
{
	uint32_t *slot = slot_of(t, *at, n);
	struct call_node *new;

	if (*slot) {
		*at = *slot;
		return 0;
	}
	if (t->nr == t->room) {
		if (grow(t))
			return -ENOMEM;
		slot = slot_of(t, *at, n);
	}
	new = &t->node[t->nr];
	*new = (struct call_node){
		.parent = *at, .kind = n->kind, .world = n->world, .name = n->name, .vm = n->vm,
		.comm = n->comm,
		.symbol = n->symbol, .object = n->object, .depth = (uint16_t)(t->node[*at].depth + 1),
		.next = t->node[*at].first,
	};
	t->node[*at].first = t->nr;
	*slot = t->nr;
	*at = t->nr++;
	return 0;
}

/* A path is added completely or not at all, so that no node is empty. */
static bool has_room(const struct calltree *t, const struct call_path *p)
{
	uint32_t at = 0;
	size_t n = 0;

	while (n < p->nr) {
		uint32_t next = *slot_of(t, at, &p->step[n]);

		if (!next)
			break;
		at = next;
		n++;
	}
	return n == p->nr || p->nr - n <= t->max_nodes - (t->nr - 1);
}

/* Is the outermost frame unknown?  In a tree of callers it is the last one. */
static bool is_stopped(const struct calltree *t, const struct call_path *p)
{
	size_t outermost = t->inverted ? p->nr - 1 : 1;

	return outermost < p->nr && p->step[outermost].kind == CALL_STOPPED;
}

int calltree_add_path(struct calltree *t, const struct call_path *p)
{
	uint32_t at = 0;

	if (!has_room(t, p)) {
		call_weight_add(&t->left, p->total);
		return 0;
	}
	for (size_t i = 0; i < p->nr; i++)
		if (step(t, &at, &p->step[i]))
			return -ENOMEM;
	if (is_stopped(t, p))
		call_weight_add(&t->stopped, p->total);
	call_weight_add(&t->node[at].self, p->self);
	call_weight_add(&t->node[at].total, p->total);
	t->node[at].unproven += p->unproven;
	t->unproven += p->unproven;
	return 0;
}

static void put(struct call_path *p, const struct call_frame *f)
{
	p->step[p->nr++] = (struct call_node){
		.kind = f->kind, .world = f->world, .name = f->name, .vm = -1,
	};
}

int calltree_add(struct calltree *t, const struct call_stack *s, struct call_weight w)
{
	static const struct call_frame stopped = { .kind = CALL_STOPPED };
	struct call_path p = {
		.nr = 1, .self = w, .total = w, .unproven = s->unproven ? w.samples : 0,
	};
	size_t nr = s->nr;

	p.step[0] = (struct call_node){ .kind = CALL_TASK, .vm = s->vm, .comm = s->comm };
	if (nr > CALL_DEPTH - 1) {
		nr = CALL_DEPTH - 2;
		put(&p, &stopped);
	}
	while (nr)
		put(&p, &s->frame[--nr]);
	return calltree_add_path(t, &p);
}

/* The path to a node, as node numbers. */
static void find_path(const struct calltree *t, uint32_t at, struct call_path *p)
{
	p->nr = t->node[at].depth;
	for (size_t i = p->nr; i; at = t->node[at].parent)
		p->step[--i] = t->node[at];
}

int calltree_merge(struct calltree *t, const struct calltree *from)
{
	struct call_path p;
	int err = 0;

	for (uint32_t i = 1; !err && i < from->nr; i++) {
		const struct call_node *n = &from->node[i];

		if (!n->self.samples)
			continue;
		find_path(from, i, &p);
		p.self = n->self;
		p.total = n->total;
		p.unproven = n->unproven;
		err = calltree_add_path(t, &p);
	}
	call_weight_add(&t->left, from->left);
	return err;
}

/* calltree_end() */

static int by_weight(const void *a, const void *b, void *arg)
{
	const struct calltree *t = arg;
	const struct call_node *x = &t->node[*(const uint32_t *)a];
	const struct call_node *y = &t->node[*(const uint32_t *)b];
	int c = array_order(y->total.cycles, x->total.cycles);

	c = c ?: array_order(y->total.samples, x->total.samples) ?: array_order(x->kind, y->kind);
	if (!c && x->kind == CALL_TASK)
		return strcmp(x->comm, y->comm) ?: array_order(x->vm, y->vm);
	if (!c && x->kind == CALL_FUNCTION)
		c = strcmp(x->symbol, y->symbol) ?: strcmp(x->object, y->object);
	return c ?: array_order(x->world, y->world) ?: array_order(x->name, y->name);
}

/* list: room for all nodes. */
static void sort_children(struct calltree *t, uint32_t parent, uint32_t *list)
{
	uint32_t nr = 0, *link = &t->node[parent].first;

	for (uint32_t i = *link; i; i = t->node[i].next)
		list[nr++] = i;
	if (nr < 2)
		return;
	qsort_r(list, nr, sizeof(*list), by_weight, t);
	for (uint32_t i = 0; i < nr; i++) {
		*link = list[i];
		link = &t->node[list[i]].next;
	}
	*link = 0;
}

int calltree_finish(struct calltree *t)
{
	uint32_t *list = calloc(t->nr, sizeof(*list));

	if (!list)
		return -ENOMEM;
	for (uint32_t i = t->nr - 1; i; i--) {
		struct call_node *n = &t->node[i], *parent = &t->node[n->parent];

		call_weight_add(&parent->total, n->total);
		if (t->inverted)
			call_weight_add(&parent->self, n->self);
	}
	for (uint32_t i = 0; i < t->nr; i++)
		sort_children(t, i, list);
	free(list);
	return 0;
}

int calltree_end(struct calltree *t, const struct naming *naming)
{
	for (uint32_t i = 1; i < t->nr; i++) {
		struct call_node *n = &t->node[i];
		const struct place_names *names;

		if (n->kind != CALL_FUNCTION)
			continue;
		names = naming_of(naming, n->name);
		n->symbol = names->symbol;
		n->object = names->object;
	}
	return calltree_finish(t);
}

uint32_t calltree_nr(const struct calltree *t)
{
	return t->nr;
}

const struct call_node *calltree_node(const struct calltree *t, uint32_t i)
{
	return &t->node[i];
}

struct call_weight calltree_left(const struct calltree *t)
{
	return t->left;
}

uint64_t calltree_unproven(const struct calltree *t)
{
	return t->unproven;
}

struct call_weight calltree_stopped(const struct calltree *t)
{
	return t->stopped;
}
