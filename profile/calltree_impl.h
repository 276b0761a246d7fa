/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CALLTREE_IMPL_H
#define PROFILE_CALLTREE_IMPL_H

#include "profile/calltree.h"

struct calltree {
	struct call_node *node;
	uint32_t nr, room;
	uint32_t *slot;			/* open addressing: node; 0: free */
	uint32_t nr_slots;		/* a power of two, at least 2 room */
	uint64_t seed;
	size_t max_nodes;
	bool inverted;			/* self is summed up, too: calltree_callers() */
	struct call_weight left, stopped;
	uint64_t unproven;
};

/* Outermost frame and task first. */
struct call_path {
	struct call_node step[CALL_DEPTH];	/* what they are: no numbers of nodes, no weights */
	size_t nr;
	/* To add to the node at its end, as far as they are the function's of a tree of callers */
	struct call_weight self, total;
	uint64_t unproven;
};

/* Add to the node at the end of the path, or to left.  0 or -ENOMEM. */
int calltree_add_path(struct calltree *t, const struct call_path *p);

/* All stacks are there, and have names: sums, and the order of children.  0 or -ENOMEM. */
int calltree_finish(struct calltree *t);

static inline void call_weight_add(struct call_weight *to, struct call_weight w)
{
	to->samples += w.samples;
	to->cycles += w.cycles;
}

static inline bool call_node_is(const struct call_node *a, const struct call_node *b)
{
	return a->kind == b->kind && a->name == b->name && a->world == b->world &&
	       a->vm == b->vm && a->comm == b->comm;
}

#endif
