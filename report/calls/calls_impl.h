/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_CALLS_IMPL_H
#define REPORT_CALLS_IMPL_H

#include "report/calls/text.h"

/* Shared by the writers of the formats. */

/* One report and the data for its kind. */
struct calls {
	const struct calls_report *r;
	struct calltree *callers;	/* CALLS_CALLERS */
	struct calls_lines lines;	/* the nodes of callers that are shown */
	struct call_function *functions; /* CALLS_CHILDREN */
	size_t nr_functions;
};

void calls_text(FILE *out, const struct calls *c, const struct report_options *opt);
void calls_csv(FILE *out, const struct calls *c, const struct report_options *opt);
void calls_json(FILE *out, const struct calls *c, const struct report_options *opt);

/* A line of CALLS_STACKS without its weight; each ; in a name is escaped. */
void calls_put_folded(FILE *out, const struct calltree *t, uint32_t node);

/* The frames from the node outwards: functions and CALL_STOPPED, at most CALL_DEPTH. */
size_t calls_frames(const struct calltree *t, uint32_t node, uint32_t out[CALL_DEPTH]);
/*
 * The ancestor of a node that is a child of the root: the task, or in a tree of callers the
 * function.
 */
const struct call_node *calls_top(const struct calltree *t, uint32_t node);

#endif
