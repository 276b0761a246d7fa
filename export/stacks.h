/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_STACKS_H
#define EXPORT_STACKS_H

#include "export/export.h"

/*
 * Stacks with a weight: call chains of samples of cycles, or, where there are none, SPE's samples,
 * whose stack is their object and function.
 */

/* An exporter's .count: chooses the weight, and counts. */
int export_count_stacks(struct export *x, char *err, size_t errlen);

/*
 * Its parts.  Into .stacks: 0; -ENODATA: no sample of cycles has a chain; -EOPNOTSUPP: the filter
 * asks what only SPE records; other -errno.
 */
int export_count_chains(struct export *x);
/* Into .rows, sorted.  0 or -errno. */
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

/* 0, or what ends the iteration. */
typedef int export_stack_fn(void *arg, const struct export_stack *s);

/* All of them, those of one VM and task together where they are call chains. */
int export_each_stack(const struct export *x, export_stack_fn *fn, void *arg);

#endif
