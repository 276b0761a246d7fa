/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_CALLS_TEXT_H
#define REPORT_CALLS_TEXT_H

#include "report/calls/calls.h"
#include "report/text/text.h"

/* Trees of callers and callees as lines of text, for reports and screens. */

/* Some nodes of a tree, each after its parent; owned, see calls_lines_clear(). */
struct calls_lines {
	const struct calltree *t;	/* borrowed */
	uint32_t *node;
	size_t nr;
	size_t more;			/* number of nodes that are left out */
	bool *shown;			/* by node */
};

/* Choose the limit nodes with most cycles; 0: all.  0 or -ENOMEM. */
int calls_choose(struct calls_lines *l, const struct calltree *t, size_t limit);
void calls_lines_clear(struct calls_lines *l);

/* The text for a node, a task or a function; "[unknown]". */
const char *calls_name(const struct call_node *n);

/* The frames from the node outwards: functions and CALL_STOPPED, at most CALL_DEPTH. */
size_t calls_frames(const struct calltree *t, uint32_t node, uint32_t out[CALL_DEPTH]);
/*
 * The ancestor of a node that is a child of the root: the task, or in a tree of callers the
 * function.
 */
const struct call_node *calls_top(const struct calltree *t, uint32_t node);

/*
 * SPE's samples of a function, divided by its call chains; n is a node below it, or the function.
 */
struct calls_estimate {
	bool known;		/* the function has samples and call chains */
	bool exact;		/* n is the function itself: nothing is divided */
	double samples, cycles;	/* latency cycles */
	uint64_t chains;	/* number of chains it is based on */
};
/* spe: rows by CALLS_KEYS; NULL: none. */
struct calls_estimate calls_estimate(const struct calltree *callers, uint32_t n,
				     const struct rows *spe);

struct calls_columns {
	const struct rows *spe;	/* as above; NULL: no columns of estimates */
	bool clock;		/* as in struct call_total */
	bool callees;		/* the tree has callees */
	bool narrow;		/* omit cycles and worlds */
};
/* The two lines of heads, and the line of a node, without line feeds. */
void calls_text_heads(struct page *p, const struct calls_columns *c, bool upper);
void calls_text_line(struct page *p, const struct calls_columns *c, const struct calls_lines *l,
		     uint32_t n);
/*
 * Sentences about samples without a chain, stacks that stopped, and stacks that found no room.
 * shown is made from stacks, or is the same tree.
 */
void calls_text_losses(struct page *p, const struct calltree *shown,
		       const struct calltree *stacks, const struct call_total *total);
/* A line of CALLS_CHILDREN. */
void calls_text_function_heads(struct page *p, const struct calls_columns *c);
void calls_text_function(struct page *p, const struct call_function *f,
			 const struct call_node *root);

#endif
