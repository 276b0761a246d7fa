// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/model/explore.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CHOICES 512

/* How a state was reached; its bytes are stored as differences to the initial state. */
struct node {
	uint32_t parent, event;
	uint32_t diff_at, diff_count;
};

struct diff {
	uint32_t word;
	uint32_t pad;
	uint64_t val;
};

struct explore {
	const struct explore_system *sys;
	struct explore_result *res;
	const uint64_t *first;
	uint64_t *state; /* for an event to run in */
	struct node *nodes;
	size_t node_count, node_space;
	struct diff *diffs;
	size_t diff_count, diff_space;
	uint64_t *seen; /* hash table with open addressing, 0 is empty */
	size_t seen_count, seen_space;
	uint64_t learnt;
	unsigned int choice[MOST_CHOICES], of[MOST_CHOICES];
	unsigned int choices, depth;
	bool tracing;
	jmp_buf out;
};

enum { OUT_DONE = 1, OUT_SEEN, OUT_BROKEN, OUT_MEMORY };

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 29;
}

static uint64_t hash(const struct explore *x, uint64_t seed)
{
	uint64_t lane[4] = { mix(seed, 1), mix(seed, 2), mix(seed, 3), mix(seed, 4) };
	size_t n = x->sys->size / 8;

	/*
	 * Four interleaved lanes, because a multiplication has a longer latency than its
	 * throughput.
	 */
	for (size_t i = 0; i < n; i++)
		lane[i % 4] = mix(lane[i % 4], x->state[i]);
	for (size_t i = 1; i < 4; i++)
		lane[0] = mix(lane[0], lane[i]);
	return lane[0] ? lane[0] : 1;
}

static int grow_seen(struct explore *x)
{
	size_t space = x->seen_space ? x->seen_space * 2 : 1 << 14;
	uint64_t *seen = calloc(space, sizeof(*seen));

	if (!seen)
		return -ENOMEM;
	for (size_t i = 0; i < x->seen_space; i++) {
		size_t at = x->seen[i] & (space - 1);

		if (!x->seen[i])
			continue;
		while (seen[at])
			at = (at + 1) & (space - 1);
		seen[at] = x->seen[i];
	}
	free(x->seen);
	x->seen = seen;
	x->seen_space = space;
	return 0;
}

/* 1: it is new; 0: it is known; -ENOMEM. */
static int see(struct explore *x, uint64_t h)
{
	size_t at;

	if (x->seen_count * 2 >= x->seen_space && grow_seen(x))
		return -ENOMEM;
	for (at = h & (x->seen_space - 1); x->seen[at];
	     at = (at + 1) & (x->seen_space - 1))
		if (x->seen[at] == h)
			return 0;
	x->seen[at] = h;
	x->seen_count++;
	return 1;
}

static void *room(void *items, size_t *space, size_t count, size_t more, size_t size)
{
	void *new;

	if (count + more <= *space)
		return items;
	while (count + more > *space)
		*space = *space ? *space * 2 : 1024;
	new = realloc(items, *space * size);
	if (!new)
		free(items);
	return new;
}

static int add_node(struct explore *x, uint32_t parent, uint32_t event)
{
	size_t words = x->sys->size / 8;

	x->nodes = room(x->nodes, &x->node_space, x->node_count, 1, sizeof(*x->nodes));
	if (x->nodes)
		x->diffs = room(x->diffs, &x->diff_space, x->diff_count, words,
				sizeof(*x->diffs));
	if (!x->nodes || !x->diffs)
		return -ENOMEM;
	x->nodes[x->node_count] = (struct node){
		.parent = parent,
		.event = event,
		.diff_at = (uint32_t)x->diff_count,
	};
	for (uint32_t i = 0; i < words; i++)
		if (x->state[i] != x->first[i])
			x->diffs[x->diff_count++] =
				(struct diff){ .word = i, .val = x->state[i] };
	x->nodes[x->node_count].diff_count =
		(uint32_t)(x->diff_count - x->nodes[x->node_count].diff_at);
	x->node_count++;
	return 0;
}

static void load_node(struct explore *x, size_t nr)
{
	const struct node *n = &x->nodes[nr];

	memcpy(x->state, x->first, x->sys->size);
	for (uint32_t i = 0; i < n->diff_count; i++)
		x->state[x->diffs[n->diff_at + i].word] = x->diffs[n->diff_at + i].val;
}

unsigned int explore_choose(struct explore *x, unsigned int n)
{
	int fresh;

	if (n < 2 || !x)
		return 0;
	if (x->depth < x->choices)
		return x->choice[x->depth++];
	fresh = see(x, hash(x, mix(x->learnt, n)));
	if (fresh < 0)
		longjmp(x->out, OUT_MEMORY);
	if (!fresh)
		longjmp(x->out, OUT_SEEN);
	x->res->points++;
	if (x->choices == MOST_CHOICES)
		explore_broken(x, "the model: an event that never ends");
	x->choice[x->choices] = 0;
	x->of[x->choices++] = n;
	x->depth++;
	return 0;
}

void explore_learn(struct explore *x, uint64_t what)
{
	if (x)
		x->learnt = mix(x->learnt, what);
}

unsigned int explore_pick(struct explore *x, unsigned int n)
{
	unsigned int picked = explore_choose(x, n);

	explore_learn(x, picked + 1);
	return picked;
}

static void trace(struct explore *x, const char *fmt, va_list args)
{
	size_t len = strlen(x->res->trace), space = sizeof(x->res->trace) - len;

	vsnprintf(x->res->trace + len, space, fmt, args);
	len = strlen(x->res->trace);
	if (len + 1 < sizeof(x->res->trace))
		strcpy(x->res->trace + len, "\n");
}

void explore_trace(struct explore *x, const char *fmt, ...)
{
	va_list args;

	if (!x || !x->tracing)
		return;
	va_start(args, fmt);
	trace(x, fmt, args);
	va_end(args);
}

void explore_broken(struct explore *x, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (!x) {
		vfprintf(stderr, fmt, args);
		abort();
	}
	vsnprintf(x->res->verdict, sizeof(x->res->verdict), fmt, args);
	va_end(args);
	longjmp(x->out, OUT_BROKEN);
}

/* Execute an event once with the choices made so far. */
static int once(struct explore *x, size_t nr, unsigned int event)
{
	int how;

	load_node(x, nr);
	x->depth = 0;
	x->learnt = mix(1, event);
	x->res->runs++;
	how = setjmp(x->out);
	if (!how) {
		x->sys->act(x, x->state, event);
		how = OUT_DONE;
	}
	return how;
}

/* The next combination of choices, varying the last first; false: all were tried. */
static bool next_choices(struct explore *x)
{
	while (x->choices) {
		if (++x->choice[x->choices - 1] < x->of[x->choices - 1])
			return true;
		x->choices--;
	}
	return false;
}

static void trace_path(struct explore *x, size_t nr)
{
	const struct node *n = &x->nodes[nr];

	if (!nr)
		return;
	trace_path(x, n->parent);
	load_node(x, n->parent);
	explore_trace(x, "%s", x->sys->name(x->state, n->event));
}

/* Repeat it with a description. */
static void tell(struct explore *x, size_t nr, unsigned int event)
{
	x->tracing = true;
	trace_path(x, nr);
	load_node(x, nr);
	explore_trace(x, "%s:", x->sys->name(x->state, event));
	once(x, nr, event);
	x->tracing = false;
}

/* 0, OUT_BROKEN, or -ENOMEM. */
static int try_event(struct explore *x, size_t nr, unsigned int event)
{
	x->choices = 0;
	do {
		int how = once(x, nr, event), fresh;

		if (how == OUT_BROKEN) {
			tell(x, nr, event);
			return OUT_BROKEN;
		}
		if (how == OUT_MEMORY)
			return -ENOMEM;
		if (how == OUT_SEEN)
			continue;
		fresh = see(x, hash(x, 0));
		if (fresh < 0 || (fresh && add_node(x, (uint32_t)nr, event)))
			return -ENOMEM;
	} while (next_choices(x));
	return 0;
}

static int search(struct explore *x, size_t most_states)
{
	int err = add_node(x, 0, 0);

	if (!err && see(x, hash(x, 0)) < 0)
		err = -ENOMEM;
	for (size_t nr = 0; !err && nr < x->node_count; nr++) {
		if (nr == most_states) {
			x->res->complete = false;
			return 0;
		}
		for (unsigned int event = 0; !err && event < x->sys->events; event++) {
			load_node(x, nr);
			if (x->sys->may(x->state, event))
				err = try_event(x, nr, event);
		}
	}
	return err == OUT_BROKEN ? 0 : err;
}

int explore_run(const struct explore_system *sys, const void *first, size_t most_states,
		struct explore_result *res)
{
	struct explore *x = calloc(1, sizeof(*x));
	int err = -ENOMEM;

	*res = (struct explore_result){ .complete = true };
	if (!x)
		return err;
	x->sys = sys;
	x->res = res;
	x->first = first;
	x->state = malloc(sys->size);
	if (x->state) {
		memcpy(x->state, first, sys->size);
		err = search(x, most_states);
	}
	res->states = x->node_count;
	free(x->state);
	free(x->nodes);
	free(x->diffs);
	free(x->seen);
	free(x);
	return err;
}
