/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_BRANCHES_H
#define RECORDING_BRANCHES_H

#include "recording/recording.h"

/* The control flow that sampled branches prove. */

enum edge_kind {
	EDGE_TAKEN,	/* a branch at .from went to .to */
	EDGE_STRAIGHT,	/* code ran from .from, a branch's target, to the next taken branch at .to */
	EDGE_NOT_TAKEN,	/* the branch at .from was not taken; .to is .from */
};

struct edge {
	uint64_t from, to;		/* offsets in their objects, as in struct place */
	uint32_t from_object, to_object;	/* struct object.id */
	uint32_t kind;			/* enum edge_kind */
	uint32_t cpus;			/* index in pipeline.kinds; EDGE_STRAIGHT: 0 */
	uint64_t count;			/* samples, each as often as its PMU's period is a multiple
					 * of branches.unit */
	uint64_t mispredicted;		/* likewise, of these; EDGE_TAKEN */
};

enum branch_loss {
#define LOSS(id, what) BRANCH_##id,
#include "recording/branch_losses.def"
#undef LOSS
	NR_BRANCH_LOSSES
};

/* All edges, each once, sorted by all fields above .count, .from_object first. */
struct branches {
	struct edge *edge;
	size_t nr;
	uint64_t unit;			/* operations: what a count of 1 stands for */
	uint64_t samples;		/* of branches that are edges */
	uint64_t lost[NR_BRANCH_LOSSES];	/* samples of branches that are not */
	uint64_t bent;			/* previous targets that are not before the branch, in its
					 * object: no EDGE_STRAIGHT */
	/*
	 * By pipeline.kinds: the CPUs record the targets of previous branches (FEAT_SPE_PBT), so that
	 * EDGE_STRAIGHT has what EDGE_NOT_TAKEN says of them, and more.
	 */
	bool *straight;
};

/* "on CPUs with an erratum that biases them" */
const char *branch_loss_what(enum branch_loss l);

/*
 * Count the branches that pass the filter (NULL: all).  Memory grows with the number of different
 * edges.  The result does not depend on the number of threads.  0 or -errno; call
 * branches_clear() in either case.
 */
int recording_branches(const struct recording *r, const struct filter *filter, struct branches *out);
void branches_clear(struct branches *b);	/* all zeros is fine */

#endif
