/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CALLTREE_IMPL_H
#define PROFILE_CALLTREE_IMPL_H

#include "profile/calltree.h"

struct calltree {
	struct call_node *node;
	uint32_t nr, room;
	uint32_t *slot;			/* hash table with open addressing: nodes; 0: free */
	uint32_t nr_slots;		/* a power of two, at least 2 room */
	uint64_t seed;
	size_t max_nodes;
	bool inverted;			/* a tree of callers: self is summed up, too */
	struct call_weight left, stopped;
	uint64_t unproven;
};

/* A path from the task and the outermost frame to a node. */
struct call_path {
	struct call_node step[CALL_DEPTH];	/* only identities: neither links nor weights */
	size_t nr;
	/* To add to the last node; in a tree of callers, the function's. */
	struct call_weight self, total;
	uint64_t unproven;
};

/* Add to the last node of the path, or to left.  0 or -ENOMEM. */
int calltree_add_path(struct calltree *t, const struct call_path *p);

/* Compute sums and sort children, once all stacks are there and named.  0 or -ENOMEM. */
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
