/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_CALLS_TEXT_H
#define REPORT_CALLS_TEXT_H

#include "report/calls/calls.h"
#include "report/text/text.h"

/* Trees of callers and callees as lines of text, in batch and on the screens. */

/* Some nodes of a tree, each behind its parent; owned, calls_lines_clear(). */
struct calls_lines {
	const struct calltree *t;	/* borrowed */
	uint32_t *node;
	size_t nr;
	size_t more;			/* nodes that are not among them */
	bool *shown;			/* by node */
};

/* The nodes of most cycles, limit of them at the most; 0: all.  0 or -ENOMEM. */
int calls_choose(struct calls_lines *l, const struct calltree *t, size_t limit);
void calls_lines_clear(struct calls_lines *l);

/* What a function is called where it has no symbol, and where unwinding stopped. */
const char *calls_name(const struct call_node *n);

/* SPE's samples of a function, and how its chains divide them; n is below it or itself. */
struct calls_estimate {
	bool known;		/* the function has samples, and chains of its own */
	bool exact;		/* n is the function: nothing is divided */
	double samples, cycles;	/* latency cycles */
	uint64_t chains;	/* that it stands on */
};
/* spe: rows by CALLS_KEYS; NULL: none. */
struct calls_estimate calls_estimate(const struct calltree *callers, uint32_t n,
				     const struct rows *spe);

struct calls_columns {
	const struct rows *spe;	/* as above: there are columns of estimates */
	bool clock;		/* as in struct call_total */
	bool callees;		/* the tree is of these */
	bool narrow;		/* without cycles and worlds */
};
/* Lines without their ends: the heads', of which there are two, and a node's. */
void calls_text_heads(struct page *p, const struct calls_columns *c, bool upper);
void calls_text_line(struct page *p, const struct calls_columns *c, const struct calls_lines *l,
		     uint32_t n);
/*
 * What has no chain, what unwinding did not reach, and what had no room: sentences, of what is
 * shown, which is made of stacks, or is these.
 */
void calls_text_losses(struct page *p, const struct calltree *shown,
		       const struct calltree *stacks, const struct call_total *total);
/* A line of CALLS_CHILDREN. */
void calls_text_function_heads(struct page *p, const struct calls_columns *c);
void calls_text_function(struct page *p, const struct call_function *f,
			 const struct call_node *root);

#endif
