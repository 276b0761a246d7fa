/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_RANGES_H
#define SYMBOLIZER_SPACES_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sets of address ranges: the present maps of each process.  After a fork, parent and child share
 * the nodes that neither has changed since.
 *
 * A set is the root of a binary search tree; all sets share one array of nodes.  The tree is a
 * treap whose priorities are a one-to-one hash of the keys.  Its depth is O(log n) for any input,
 * since the hash has a secret seed.
 *
 * Every set has a token.  Nodes with that token are in no other set: they are changed in place and
 * reused once their range is gone.  All other nodes are copied before they are changed.
 */
struct range {
	uint64_t start, last;	/* both inclusive */
	uint64_t bias;		/* offset = address + bias, modulo 2^64 */
	uint32_t object;
	uint32_t left, right;	/* 0: none; a free node: left is the next one */
	uint32_t token;
};

struct ranges {
	struct range *v;	/* v[0] is unused */
	uint32_t nr, cap;
	uint32_t unused;	/* the first free node; 0: none */
	uint64_t seed;
	bool oom;		/* out of memory: the sets are incomplete */
};

int ranges_init(struct ranges *r);	/* 0 or -ENOMEM */
void ranges_free(struct ranges *r);

/* Split a set in three: ranges below start..last, ranges that overlap it, and the rest. */
struct ranges_split { uint32_t below, between, above; };

void ranges_split(struct ranges *r, struct ranges_split *s, uint32_t root, uint32_t token,
		  uint64_t start, uint64_t last);

/* The union of two sets; all of low is below all of high. */
uint32_t ranges_join(struct ranges *r, uint32_t low, uint32_t high, uint32_t token);

/* Add a range that is above all others. */
uint32_t ranges_append(struct ranges *r, uint32_t root, uint32_t token,
		       const struct range *range);

/* Free the set; its own nodes are reused. */
void ranges_drop(struct ranges *r, uint32_t root, uint32_t token);

/* The lowest range that has an address in start..last; 0: none. */
uint32_t ranges_first(const struct ranges *r, uint32_t root, uint64_t start, uint64_t last);

#endif
