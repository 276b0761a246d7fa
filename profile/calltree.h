/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CALLTREE_H
#define PROFILE_CALLTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct naming;

/*
 * Who called whom: the stacks of samples of cycles as a tree, outermost frames first.  Memory
 * grows with different stacks, up to a bound, and not with samples.
 */
struct calltree;

/* Samples, and what they stand for: cycles, or ns where a clock was sampled. */
struct call_weight {
	uint64_t samples, cycles;
};

/*
 * Guests that were recorded from inside, too.  The host's samples say how many cycles a VM took, and
 * the chains of its own recording how these divide: the samples of both are never added.
 */
struct call_guests {
	unsigned int own;		/* VMs whose own chains are in the tree */
	uint64_t own_chains;		/* these */
	struct call_weight host;	/* the host's samples of these VMs, in whose place they are:
					 * from the first of its own to the last */
	unsigned int unweighed;		/* of .own: the host has no sample of them, and the cycles are
					 * those that they counted themselves */
	unsigned int chainless;		/* VMs whose own samples have no chain: the host's are there */
	unsigned int left_out;		/* VMs whose own chains are not in the tree: the host has no
					 * sample of them, and they counted something else than it did */
};

/* What samples of cycles there are, in a tree or not. */
struct call_total {
	struct call_weight all;		/* that match the filter; in guests: see call_guests */
	struct call_weight chainless;	/* those of them that were recorded without a call chain */
	struct call_guests guests;
	uint64_t guest_samples;		/* the host's own samples in guests that are in the tree: they
					 * have no callers */
	bool clock;			/* a clock was sampled: cycles are ns */
};

enum call_kind {
	CALL_ROOT,
	CALL_TASK,		/* .vm and .comm: who ran; children of the root */
	CALL_FUNCTION,		/* .name and .world */
	CALL_STOPPED,		/* unwinding stopped: callers further out exist and are not known */
};

struct call_frame {
	uint8_t kind;		/* enum call_kind: CALL_FUNCTION or CALL_STOPPED */
	uint8_t world;		/* enum world of the frame, not of the sample */
	uint32_t name;		/* naming_number() of a function, and 0 where unwinding stopped */
};

/* Borrowed for the call. */
struct call_stack {
	int32_t vm;		/* -1: the host */
	const char *comm;	/* naming_intern()'s, so that equal texts are one pointer */
	const struct call_frame *frame;	/* innermost first */
	size_t nr;
	bool unproven;		/* no code proves that the second frame called the first */
};

/* Frames of a stack at the most; of a deeper one the outermost are left out: CALL_STOPPED. */
#define CALL_DEPTH	512

struct call_node {
	uint32_t parent;		/* before its children; the root is its own */
	uint32_t first, next;		/* first child, next sibling; 0: none */
	uint32_t name;			/* as of the frame */
	int32_t vm;			/* CALL_TASK */
	uint8_t kind, world;
	uint16_t depth;			/* 0: the root */
	const char *comm;		/* CALL_TASK */
	const char *symbol, *object;	/* CALL_FUNCTION, once the tree has ended: as of struct
					 * place_names */
	/*
	 * self: samples whose innermost frame it is.  total: with those of all nodes below.
	 * In a tree of callers both are those of the function at the top, as far as they came
	 * through here.
	 */
	struct call_weight self, total;
	uint64_t unproven;		/* samples of .self of such stacks */
};

/* max_nodes 0: no limit.  NULL: out of memory. */
struct calltree *calltree_new(size_t max_nodes);
void calltree_free(struct calltree *t);		/* NULL is fine */

/* Count a stack.  0, also if there is no room left for it (calltree_left()); -ENOMEM. */
int calltree_add(struct calltree *t, const struct call_stack *s, struct call_weight w);

/* Add another tree's stacks, before calltree_end() of either.  0 or -ENOMEM. */
int calltree_merge(struct calltree *t, const struct calltree *from);

/*
 * All stacks are there: sum up the totals, and put children in order, most cycles first, equal
 * ones by name.  0 or -ENOMEM.
 */
int calltree_end(struct calltree *t, const struct naming *naming);

/* Nodes are numbered from 0, the root, and each comes before its children. */
uint32_t calltree_nr(const struct calltree *t);
const struct call_node *calltree_node(const struct calltree *t, uint32_t i);

/* What is in no node because of max_nodes. */
struct call_weight calltree_left(const struct calltree *t);
/* What is in nodes, and in stacks whose outermost frame is CALL_STOPPED. */
struct call_weight calltree_stopped(const struct calltree *t);
/* Samples in stacks whose direct caller no code proves; in a tree of callers, of the function's. */
uint64_t calltree_unproven(const struct calltree *t);

/* Is it one of the functions that are meant?  n is a CALL_FUNCTION. */
typedef bool call_match_fn(const void *arg, const struct call_node *n);

/*
 * Who called these functions: below the root are the functions, below each its callers, below
 * each of those its own.  A stack in which a function recurs counts once, from its innermost
 * frame on.  max_nodes as above.  t has ended, and so has *out, which is the caller's to free.
 * 0 or -ENOMEM.
 */
int calltree_callers(const struct calltree *t, call_match_fn *match, const void *arg,
		     size_t max_nodes, struct calltree **out);
/* Whom they called, likewise: such a stack counts once, from its outermost frame on. */
int calltree_callees(const struct calltree *t, call_match_fn *match, const void *arg,
		     size_t max_nodes, struct calltree **out);

/* A function in one world, over all stacks; total counts a stack once, however it recurs. */
struct call_function {
	uint32_t name;
	uint8_t world;
	const char *symbol, *object;
	struct call_weight self, total;
};

/* All of them, by total, then self, then name.  *out is the caller's to free.  0 or -ENOMEM. */
int calltree_functions(const struct calltree *t, struct call_function **out, size_t *nr);

#endif
