/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_CALLS_H
#define REPORT_CALLS_H

#include "profile/calltree.h"
#include "report/report.h"

/* Call stacks of samples of cycles, as text, CSV or JSON. */

enum calls_kind {
	CALLS_CALLERS,		/* --callers: the callers of a function */
	CALLS_CHILDREN,		/* --children: functions, with and without their callees */
	CALLS_STACKS,		/* --by stack: "world;vm;comm;frames cycles", for flame graphs */
};

/* Borrowed for the call. */
struct calls_report {
	/* .rows for CALLS_CALLERS: SPE's samples of the function, by CALLS_KEYS */
	const struct report_data *d;
	enum calls_kind kind;
	const struct calltree *stacks;	/* after calltree_end() */
	struct call_total total;
	const char *function;		/* CALLS_CALLERS: its symbol */
	size_t max_nodes;		/* of the tree of callers; 0: no limit */
};

#define CALLS_KEYS	FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT

/* 0; -errno of the write that failed; -ENOMEM. */
int calls_report_write(FILE *out, const struct calls_report *r, const struct report_options *opt);

/* Does any stack have a function with that symbol? */
bool calls_have(const struct calltree *stacks, const char *function);

/* A call_match_fn; arg: the symbol. */
bool calls_is_function(const void *arg, const struct call_node *n);

#endif
