// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/spaces/ranges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"

int ranges_init(struct ranges *r)
{
	*r = (struct ranges){ .seed = intern_seed(), .nr = 1, .cap = 256 };
	r->v = calloc(r->cap, sizeof(*r->v));
	return r->v ? 0 : -ENOMEM;
}

void ranges_free(struct ranges *r)
{
	free(r->v);
	*r = (struct ranges){ 0 };
}

static uint32_t node_new(struct ranges *r, const struct range *from, uint32_t token)
{
	uint32_t n = r->unused;

	if (n) {
		r->unused = r->v[n].left;
		r->v[n] = *from;
		r->v[n].token = token;
		return n;
	}
	if (r->nr == r->cap) {
		uint64_t cap = r->cap * 2ull < UINT32_MAX ? r->cap * 2ull : UINT32_MAX;
		struct range *v = cap > r->cap ? reallocarray(r->v, cap, sizeof(*v)) : NULL;

		if (!v) {
			r->oom = true;
			return 0;
		}
		r->v = v;
		r->cap = cap;
	}
	r->v[r->nr] = *from;
	r->v[r->nr].token = token;
	return r->nr++;
}

static void node_free(struct ranges *r, uint32_t n)
{
	r->v[n] = (struct range){ .left = r->unused };
	r->unused = n;
}

/* A node that the token's owner may change: n itself, or a copy. */
static uint32_t writable(struct ranges *r, uint32_t n, uint32_t token)
{
	struct range copy;

	if (r->v[n].token == token)
		return n;
	copy = r->v[n];
	return node_new(r, &copy, token);
}

static uint64_t priority(const struct ranges *r, uint32_t n)
{
	return intern_mix(r->v[n].start ^ r->seed);
}

/* Split n into the ranges that begin (or end) below key, and the others. */
static void split(struct ranges *r, uint32_t n, uint32_t token, uint64_t key, bool ends,
		  uint32_t *below, uint32_t *others)
{
	uint32_t low = 0, high = 0;	/* where the next node of each part goes */

	*below = *others = 0;
	while (n && (n = writable(r, n, token))) {
		struct range *at = &r->v[n];

		if ((ends ? at->last : at->start) < key) {
			*(low ? &r->v[low].right : below) = n;
			low = n;
			n = at->right;
		} else {
			*(high ? &r->v[high].left : others) = n;
			high = n;
			n = at->left;
		}
	}
	if (low)
		r->v[low].right = 0;
	if (high)
		r->v[high].left = 0;
}

uint32_t ranges_join(struct ranges *r, uint32_t low, uint32_t high, uint32_t token)
{
	uint32_t child;

	if (!low || !high || r->oom)
		return low ? low : high;
	if (priority(r, low) > priority(r, high)) {
		low = writable(r, low, token);
		child = ranges_join(r, r->v[low].right, high, token);
		r->v[low].right = child;
		return low;
	}
	high = writable(r, high, token);
	child = ranges_join(r, low, r->v[high].left, token);
	r->v[high].left = child;
	return high;
}

void ranges_split(struct ranges *r, struct ranges_split *s, uint32_t root, uint32_t token,
		  uint64_t start, uint64_t last)
{
	uint32_t rest;

	split(r, root, token, start, true, &s->below, &rest);
	s->above = 0;
	s->between = rest;
	if (last != UINT64_MAX)
		split(r, rest, token, last + 1, false, &s->between, &s->above);
}

uint32_t ranges_append(struct ranges *r, uint32_t root, uint32_t token, const struct range *range)
{
	struct range copy = *range;
	uint32_t new;

	copy.left = copy.right = 0;
	new = node_new(r, &copy, token);
	return new ? ranges_join(r, root, new, token) : 0;
}

/* All nodes below a shared node are shared. */
void ranges_drop(struct ranges *r, uint32_t n, uint32_t token)
{
	uint32_t left, right;

	if (!n || r->v[n].token != token)
		return;
	left = r->v[n].left;
	right = r->v[n].right;
	node_free(r, n);
	ranges_drop(r, left, token);
	ranges_drop(r, right, token);
}

uint32_t ranges_first(const struct ranges *r, uint32_t n, uint64_t start, uint64_t last)
{
	uint32_t best = 0;

	while (n) {
		if (r->v[n].last >= start) {
			best = n;
			n = r->v[n].left;
		} else {
			n = r->v[n].right;
		}
	}
	return best && r->v[best].start <= last ? best : 0;
}
