/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_EDGES_H
#define RECORDING_EDGES_H

#include "recording/branches.h"

/* A hash table of edges.  Different edges differ in a field above .count. */
struct edges {
	struct edge *edge;	/* .nr of them */
	uint32_t *slot;		/* number + 1; 0: free */
	size_t nr, nr_slots;	/* nr_slots: a power of two, or 0 */
	uint64_t seed;
};

void edges_init(struct edges *t);
void edges_clear(struct edges *t);	/* all zeros is fine */
/* Add count to the edge, whose .count and .mispredicted are not read.  0 or -ENOMEM. */
int edges_add(struct edges *t, const struct edge *e, uint64_t count, bool mispredicted);
/* Add all of another table.  0 or -ENOMEM. */
int edges_merge(struct edges *to, const struct edges *from);
/* All edges in order, owned by the caller; the table is empty then. */
struct edge *edges_take(struct edges *t, size_t *nr);

#endif
