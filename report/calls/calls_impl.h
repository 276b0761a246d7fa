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

/* A line of CALLS_STACKS without its weight. */
void calls_put_folded(FILE *out, const struct calltree *t, uint32_t node);

#endif
