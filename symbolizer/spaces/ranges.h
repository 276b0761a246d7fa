/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_RANGES_H
#define SYMBOLIZER_SPACES_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sets of address ranges that share what they have in common, so that a
 * process costs what distinguishes it from its parent and a state what
 * distinguishes it from the one before.
 *
 * A set is the root of a binary search tree over nodes all sets live in.  The
 * tree is a treap whose priorities are a one-to-one mix of the keys: its
 * shape follows from the keys alone, so equal sets have equal trees, and
 * ranges_share() can make equal trees one.  Depth is O(log n) for any input,
 * since nobody knows the seed of the mix.
 *
 * Who changes a set names a token.  Nodes with that token are changed in
 * place, all others are copied first.
 */
struct range {
	uint64_t start, last;	/* both inclusive */
	uint64_t bias;		/* offset = address + bias, modulo 2^64 */
	uint32_t object;
	uint32_t left, right;	/* 0: none */
	uint32_t token;
};

struct ranges {
	struct range *v;	/* v[0] is no range */
	uint32_t nr, cap;
	uint64_t seed;
	bool oom;		/* something could not be stored: the sets are wrong */
};

int ranges_init(struct ranges *r);	/* 0 or -ENOMEM */
void ranges_free(struct ranges *r);

/* Both return the new root. */
uint32_t ranges_insert(struct ranges *r, uint32_t root, uint32_t token,
		       const struct range *range);
uint32_t ranges_erase(struct ranges *r, uint32_t root, uint32_t token, uint64_t start);

/* The lowest range that has an address in start..last; 0: none. */
uint32_t ranges_first(const struct ranges *r, uint32_t root, uint64_t start, uint64_t last);

/*
 * Make equal sets one, and forget the nodes of no root.  roots are changed to
 * what they are called now.  Nothing is inserted after that.  0 or -ENOMEM.
 */
int ranges_share(struct ranges *r, uint32_t *roots, uint32_t nr_roots);

/* The range that covers addr, or NULL. */
static inline const struct range *ranges_find(const struct ranges *r, uint32_t root,
					      uint64_t addr)
{
	while (root) {
		const struct range *n = &r->v[root];

		if (addr < n->start)
			root = n->left;
		else if (addr > n->last)
			root = n->right;
		else
			return n;
	}
	return NULL;
}

#endif
