/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_CALLS_IMPL_H
#define REPORT_CALLS_IMPL_H

#include "report/calls/text.h"

/* What the writers of the formats have for each other. */

/* Of one report: what its kind needs. */
struct calls {
	const struct calls_report *r;
	struct calltree *callers;	/* CALLS_CALLERS */
	struct calls_lines lines;	/* of them, as many as are shown */
	struct call_function *functions; /* CALLS_CHILDREN */
	size_t nr_functions;
};

void calls_text(FILE *out, const struct calls *c, const struct report_options *opt);
void calls_csv(FILE *out, const struct calls *c, const struct report_options *opt);
void calls_json(FILE *out, const struct calls *c, const struct report_options *opt);

/* A line of CALLS_STACKS without its weight; every ; of a name is escaped. */
void calls_put_folded(FILE *out, const struct calltree *t, uint32_t node);

/* From the node outwards: its functions and where unwinding stopped, at most CALL_DEPTH. */
size_t calls_frames(const struct calltree *t, uint32_t node, uint32_t out[CALL_DEPTH]);
/* The node below the root that it is below: of stacks the task, of callers the function. */
const struct call_node *calls_top(const struct calltree *t, uint32_t node);

#endif
