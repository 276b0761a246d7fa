/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_STACKS_H
#define EXPORT_STACKS_H

#include "export/export.h"

/*
 * Stacks with a weight: call chains of cycle samples.  If there are none, SPE's samples, with
 * object and function as their stack.
 */

/* An exporter's .count: chooses the weight, and counts. */
int export_count_stacks(struct export *x, char *err, size_t errlen);

/*
 * Its parts.  Fills .stacks.  0; -ENODATA: no cycle sample has a call chain; -EOPNOTSUPP: the
 * filter needs a field that only SPE records; other -errno.
 */
int export_count_chains(struct export *x);
/* Fill .rows, sorted.  0 or -errno. */
int export_count_rows(struct export *x, const enum field *by, size_t nr);
/* Are there any?  0, or -ENODATA with a sentence in err. */
int export_check_rows(const struct export *x, char *err, size_t errlen);

struct export_frame {
	const char *name;	/* "[unknown]": it is not known */
	const char *object;	/* "": not known, or the frame is one */
};

/* Borrowed for the call. */
struct export_stack {
	enum world world;
	int32_t vm;			/* -1: the host, or unknown */
	const char *comm;		/* "[unknown]" */
	const struct export_frame *frame;	/* outermost first */
	size_t nr;
	uint64_t weight;		/* above 0 */
};

/* Returns 0, or a value that ends the iteration. */
typedef int export_stack_fn(void *arg, const struct export_stack *s);

/* Call fn for all stacks.  Call chains are grouped by VM and task. */
int export_each_stack(const struct export *x, export_stack_fn *fn, void *arg);

#endif
