/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CALLTREE_H
#define PROFILE_CALLTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct naming;

/*
 * Call stacks of samples of cycles as a tree, outermost frames first.  Memory grows with the number
 * of different stacks, up to a bound, not with the number of samples.
 */
struct calltree;

/* A number of samples and the sum of their periods: cycles, or ns if a clock was sampled. */
struct call_weight {
	uint64_t samples, cycles;
};

/*
 * VMs whose own recordings were joined.  The host's samples say how many cycles a VM used; the
 * chains of its own recording say how these divide.  The samples of the two are never added.
 */
struct call_guests {
	unsigned int own;		/* VMs whose own chains are in the tree */
	uint64_t own_chains;		/* number of these chains */
	struct call_weight host;	/* the host's samples of these VMs that they replace:
					 * from the VM's first own sample to its last */
	unsigned int unweighed;		/* those of .own without a sample of the host: their
					 * cycles are as they counted them */
	unsigned int chainless;		/* VMs whose own samples have no chain: the host's
					 * samples are used */
	unsigned int left_out;		/* VMs whose own chains are not used: the host has no
					 * samples of them, and they sampled another event than
					 * the host */
};

/* All samples of cycles, whether in a tree or not. */
struct call_total {
	struct call_weight all;		/* samples that match the filter; in guests: see
					 * call_guests */
	struct call_weight chainless;	/* those of .all without a call chain */
	struct call_guests guests;
	uint64_t guest_samples;		/* the host's own samples in guests that are in the tree;
					 * they have no callers */
	bool clock;			/* a clock was sampled: cycles are ns */
};

enum call_kind {
	CALL_ROOT,
	CALL_TASK,		/* .vm and .comm: the task; a child of the root */
	CALL_FUNCTION,		/* .name and .world */
	CALL_STOPPED,		/* unwinding stopped: there are unknown callers further out */
};

struct call_frame {
	uint8_t kind;		/* enum call_kind: CALL_FUNCTION or CALL_STOPPED */
	uint8_t world;		/* enum world of the frame, which may differ from the sample's */
	uint32_t name;		/* naming_number() of the function; 0 for CALL_STOPPED */
};

/* Borrowed for the call. */
struct call_stack {
	int32_t vm;		/* -1: the host */
	const char *comm;	/* from naming_intern(), so that equal texts are one pointer */
	const struct call_frame *frame;	/* innermost first */
	size_t nr;
	bool unproven;		/* no code proves that the second frame called the first */
};

/* Maximum frames of a stack; the outermost frames of a deeper one become CALL_STOPPED. */
#define CALL_DEPTH	512

struct call_node {
	uint32_t parent;		/* has a lower number than its children; the root's is
					 * itself */
	uint32_t first, next;		/* first child, next sibling; 0: none */
	uint32_t name;			/* as in the frame */
	int32_t vm;			/* CALL_TASK */
	uint8_t kind, world;
	uint16_t depth;			/* 0: the root */
	const char *comm;		/* CALL_TASK */
	const char *symbol, *object;	/* CALL_FUNCTION, after calltree_end(): as in struct
					 * place_names */
	/*
	 * self: samples with this innermost frame.  total: these and those of all nodes below.  In
	 * a tree of callers both are those samples of the function at the top that came through
	 * this node.
	 */
	struct call_weight self, total;
	uint64_t unproven;		/* number of samples in .self with unproven stacks */
};

/* max_nodes 0: no limit.  NULL: out of memory. */
struct calltree *calltree_new(size_t max_nodes);
void calltree_free(struct calltree *t);		/* NULL is fine */

/* Count a stack.  0, also if there is no room left for it (calltree_left()); -ENOMEM. */
int calltree_add(struct calltree *t, const struct call_stack *s, struct call_weight w);

/* Add the stacks of another tree, before calltree_end() of either.  0 or -ENOMEM. */
int calltree_merge(struct calltree *t, const struct calltree *from);

/*
 * After the last stack: compute the totals and sort children, most cycles first, equal ones by
 * name.  0 or -ENOMEM.
 */
int calltree_end(struct calltree *t, const struct naming *naming);

/* Nodes are numbered from 0, the root, and each comes before its children. */
uint32_t calltree_nr(const struct calltree *t);
const struct call_node *calltree_node(const struct calltree *t, uint32_t i);

/* Weight of the stacks that found no room because of max_nodes. */
struct call_weight calltree_left(const struct calltree *t);
/* Weight of the stacks in the tree whose outermost frame is CALL_STOPPED. */
struct call_weight calltree_stopped(const struct calltree *t);
/*
 * Samples in stacks whose direct caller is unproven; in a tree of callers, those of the function.
 */
uint64_t calltree_unproven(const struct calltree *t);

/* Does n, a CALL_FUNCTION, match? */
typedef bool call_match_fn(const void *arg, const struct call_node *n);

/*
 * The callers of all matching functions: below the root are the functions, below each its callers,
 * and so on.  A stack in which a function recurs counts once, from its innermost frame on.
 * max_nodes: as above.  calltree_end() has been called for t, and is called for *out, which is
 * owned by the caller.  0 or -ENOMEM.
 */
int calltree_callers(const struct calltree *t, call_match_fn *match, const void *arg,
		     size_t max_nodes, struct calltree **out);
/*
 * Likewise the functions that they call: a stack counts once, from the outermost matching frame on.
 */
int calltree_callees(const struct calltree *t, call_match_fn *match, const void *arg,
		     size_t max_nodes, struct calltree **out);

/*
 * A function in one world, over all stacks; total counts a stack once even if the function recurs.
 */
struct call_function {
	uint32_t name;
	uint8_t world;
	const char *symbol, *object;
	struct call_weight self, total;
};

/*
 * All functions, by total, then self, then name.  *out is owned by the caller: free() it.  0 or
 * -ENOMEM.
 */
int calltree_functions(const struct calltree *t, struct call_function **out, size_t *nr);

#endif
