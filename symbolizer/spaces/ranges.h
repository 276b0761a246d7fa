/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_RANGES_H
#define SYMBOLIZER_SPACES_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sets of address ranges: what is mapped in each process now.  After a fork parent and child
 * share the nodes that neither has changed since.
 *
 * A set is the root of a binary search tree over nodes all sets live in.  The
 * tree is a treap whose priorities are a one-to-one mix of the keys.  Depth is O(log n) for
 * any input, since nobody knows the seed of the mix.
 *
 * Every set has a token.  Nodes with that token are in no other set: they are changed in place
 * and reused once their range is gone.  All other nodes are copied before they are changed.
 */
struct range {
	uint64_t start, last;	/* both inclusive */
	uint64_t bias;		/* offset = address + bias, modulo 2^64 */
	uint32_t object;
	uint32_t left, right;	/* 0: none; a free node: left is the next one */
	uint32_t token;
};

struct ranges {
	struct range *v;	/* v[0] is no range */
	uint32_t nr, cap;
	uint32_t unused;	/* the first free node; 0: none */
	uint64_t seed;
	bool oom;		/* something could not be stored: the sets are wrong */
};

int ranges_init(struct ranges *r);	/* 0 or -ENOMEM */
void ranges_free(struct ranges *r);

/* A set in three: what ends below start..last, what has an address there, and the rest. */
struct ranges_split { uint32_t below, between, above; };

void ranges_split(struct ranges *r, struct ranges_split *s, uint32_t root, uint32_t token,
		  uint64_t start, uint64_t last);

/* All of low lies below all of high.  The set of both. */
uint32_t ranges_join(struct ranges *r, uint32_t low, uint32_t high, uint32_t token);

/* The set with another range, which lies above all. */
uint32_t ranges_append(struct ranges *r, uint32_t root, uint32_t token,
		       const struct range *range);

/* Forget the set; its own nodes are reused. */
void ranges_drop(struct ranges *r, uint32_t root, uint32_t token);

/* The lowest range that has an address in start..last; 0: none. */
uint32_t ranges_first(const struct ranges *r, uint32_t root, uint64_t start, uint64_t last);

#endif
