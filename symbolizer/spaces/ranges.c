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

/* A node the token's owner may change: n itself, or a copy. */
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

/* n's ranges that start below key, and the others. */
static void split(struct ranges *r, uint32_t n, uint32_t token, uint64_t key,
		  uint32_t *below, uint32_t *others)
{
	uint32_t rest;

	*below = *others = 0;
	if (!n || r->oom)
		return;
	n = writable(r, n, token);
	if (r->v[n].start < key) {
		split(r, r->v[n].right, token, key, &rest, others);
		r->v[n].right = rest;
		*below = n;
	} else {
		split(r, r->v[n].left, token, key, below, &rest);
		r->v[n].left = rest;
		*others = n;
	}
}

/* All of low starts below all of high. */
static uint32_t join(struct ranges *r, uint32_t low, uint32_t high, uint32_t token)
{
	uint32_t child;

	if (!low || !high || r->oom)
		return low ? low : high;
	if (priority(r, low) > priority(r, high)) {
		low = writable(r, low, token);
		child = join(r, r->v[low].right, high, token);
		r->v[low].right = child;
		return low;
	}
	high = writable(r, high, token);
	child = join(r, low, r->v[high].left, token);
	r->v[high].left = child;
	return high;
}

static uint32_t insert(struct ranges *r, uint32_t n, uint32_t token, uint32_t new)
{
	uint32_t child;

	if (r->oom)
		return 0;
	if (!n || priority(r, new) > priority(r, n)) {
		uint32_t left, right;

		split(r, n, token, r->v[new].start, &left, &right);
		r->v[new].left = left;
		r->v[new].right = right;
		return new;
	}
	n = writable(r, n, token);
	if (r->v[new].start < r->v[n].start) {
		child = insert(r, r->v[n].left, token, new);
		r->v[n].left = child;
	} else {
		child = insert(r, r->v[n].right, token, new);
		r->v[n].right = child;
	}
	return n;
}

uint32_t ranges_insert(struct ranges *r, uint32_t root, uint32_t token,
		       const struct range *range)
{
	struct range copy = *range;
	uint32_t new;

	copy.left = copy.right = 0;
	new = node_new(r, &copy, token);
	return new ? insert(r, root, token, new) : 0;
}

uint32_t ranges_erase(struct ranges *r, uint32_t n, uint32_t token, uint64_t start)
{
	uint32_t child;

	if (!n || r->oom)
		return 0;
	if (r->v[n].start == start)
		return join(r, r->v[n].left, r->v[n].right, token);
	n = writable(r, n, token);
	if (start < r->v[n].start) {
		child = ranges_erase(r, r->v[n].left, token, start);
		r->v[n].left = child;
	} else {
		child = ranges_erase(r, r->v[n].right, token, start);
		r->v[n].right = child;
	}
	return n;
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

/* What ranges_share() builds: each different tree once. */
struct shared {
	struct range *v;
	uint32_t nr;
	uint32_t *slot;		/* index into v; 0: free */
	uint64_t mask;
	uint32_t *now;		/* by old index: its index in v; 0: not yet known */
};

static bool same(const struct range *a, const struct range *b)
{
	return a->start == b->start && a->last == b->last && a->bias == b->bias &&
	       a->object == b->object && a->left == b->left && a->right == b->right;
}

static uint32_t share(const struct ranges *r, struct shared *s, uint32_t n)
{
	struct range node;
	uint64_t h;

	if (!n || s->now[n])
		return s->now[n];
	node = r->v[n];
	node.left = share(r, s, node.left);
	node.right = share(r, s, node.right);
	node.token = 0;
	h = intern_mix(node.start ^ r->seed) ^ node.last;
	h = intern_mix(h + r->seed) ^ node.bias;
	h = intern_mix(h + r->seed) ^ (uint64_t)node.left << 32 ^ node.right;
	h = intern_mix(intern_mix(h + r->seed) ^ node.object);
	for (h &= s->mask; s->slot[h]; h = (h + 1) & s->mask)
		if (same(&s->v[s->slot[h]], &node))
			return s->now[n] = s->slot[h];
	s->slot[h] = s->nr;
	s->v[s->nr] = node;
	return s->now[n] = s->nr++;
}

int ranges_share(struct ranges *r, uint32_t *roots, uint32_t nr_roots)
{
	struct shared s = { .nr = 1, .mask = 1 };
	struct range *v;

	if (r->oom)
		return -ENOMEM;
	while (s.mask + 1 < r->nr * 2ull)
		s.mask = s.mask * 2 + 1;
	s.v = calloc(r->nr, sizeof(*s.v));
	s.slot = calloc(s.mask + 1, sizeof(*s.slot));
	s.now = calloc(r->nr, sizeof(*s.now));
	if (s.v && s.slot && s.now)
		for (uint32_t i = 0; i < nr_roots; i++)
			roots[i] = share(r, &s, roots[i]);
	free(s.slot);
	free(s.now);
	if (!s.v || !s.slot || !s.now) {
		free(s.v);
		return -ENOMEM;
	}
	v = realloc(s.v, s.nr * sizeof(*v));
	free(r->v);
	r->v = v ? v : s.v;
	r->nr = r->cap = s.nr;
	return 0;
}
