/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_CALLS_H
#define REPORT_CALLS_H

#include "profile/calltree.h"
#include "report/report.h"

/* Call stacks of samples of cycles, as text, CSV or JSON. */

enum calls_kind {
	CALLS_CALLERS,		/* --callers: who called a function */
	CALLS_CHILDREN,		/* --children: functions, with what they call and without */
	CALLS_STACKS,		/* --by stack: "world;vm;comm;frames cycles", for flame graphs */
};

/* Borrowed for the call. */
struct calls_report {
	/* With CALLS_CALLERS .rows: SPE's samples of the function, by CALLS_KEYS */
	const struct report_data *d;
	enum calls_kind kind;
	const struct calltree *stacks;	/* ended */
	struct call_total total;
	const char *function;		/* CALLS_CALLERS: its symbol */
	size_t max_nodes;		/* of its callers; 0: no limit */
};

#define CALLS_KEYS	FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT

/* 0; -errno of the write that failed; -ENOMEM. */
int calls_report_write(FILE *out, const struct calls_report *r, const struct report_options *opt);

/* Does a stack have a function of that symbol? */
bool calls_have(const struct calltree *stacks, const char *function);

/* A call_match_fn; arg: the symbol. */
bool calls_is_function(const void *arg, const struct call_node *n);

#endif
