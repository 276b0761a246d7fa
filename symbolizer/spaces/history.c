// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/spaces/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Maximum ancestors of a life before settle() copies its maps. */
#define DEEP	16

/*
 * The sum of the hashes of all ranges, with two seeds.  Sets with equal sums are treated as equal;
 * the secret seeds prevent deliberate collisions.
 */
struct sum { uint64_t a, b; };

struct epoch {
	uint64_t from;
	struct sum sum;		/* of the set of ranges at its end */
	uint32_t life;
	uint32_t nr : 31;	/* number of the life's entries at its end */
	bool ended : 1;		/* the process has ended */
};

struct state {
	uint64_t from;
	uint32_t space;		/* its number */
	uint32_t ended;
};

struct process {
	uint32_t root, token;
	uint32_t epoch, life;	/* the present ones */
	struct sum sum;		/* of the present set */
	uint32_t nr_ranges;	/* in the present set */
	uint32_t threads;	/* number of known threads besides the leader */
	bool leader_gone;
	uint32_t first, nr;	/* sealed: its states */
	uint32_t last;		/* sealed: number of its last state before it ended */
};

static int begin_life(struct history *h, uint32_t process, uint32_t parent)
{
	uint32_t life = lives_begin(&h->lives, process, parent);

	h->process[process].life = life;
	return life == LIFE_NONE ? -ENOMEM : 0;
}

static struct process *process_get(struct history *h, int32_t pid)
{
	uint32_t old = h->pids.nr, n = intern_add(&h->pids, &pid, sizeof(pid));

	if (n == INTERN_NONE)
		return NULL;
	if (n != old)
		return &h->process[n];
	while (h->nr_processes <= n)
		if (!array_add(h->process, h->nr_processes))
			return NULL;
	if (!array_add(h->epoch, h->nr_epochs))
		return NULL;
	h->process[n] = (struct process){
		.epoch = h->nr_epochs - 1, .token = ++h->tokens, .life = LIFE_NONE,
	};
	return begin_life(h, n, LIFE_NONE) ? NULL : &h->process[n];
}

/* The kernel is process 0. */
int history_init(struct history *h)
{
	*h = (struct history){ .seed = { intern_seed(), intern_seed() } };
	return ranges_init(&h->ranges) || !process_get(h, HISTORY_KERNEL) ? -ENOMEM : 0;
}

void history_clear(struct history *h)
{
	intern_clear(&h->pids);
	ranges_free(&h->ranges);
	lives_clear(&h->lives);
	free(h->process);
	free(h->epoch);
	free(h->state);
	free(h->space);
	*h = (struct history){ 0 };
}

/* NULL: unknown process. */
static struct process *process_find(const struct history *h, int32_t pid)
{
	uint32_t n = intern_find(&h->pids, &pid, sizeof(pid));

	return n == INTERN_NONE ? NULL : &h->process[n];
}

/* End the present epoch with the present state of the process. */
static void epoch_close(struct history *h, const struct process *p)
{
	struct epoch *e = &h->epoch[p->epoch];

	e->sum = p->sum;
	e->life = p->life;
	e->nr = h->lives.life[p->life].nr;
}

/* From time on, addresses have another meaning. */
static int epoch_open(struct history *h, struct process *p, uint64_t time)
{
	struct epoch *e = &h->epoch[p->epoch];

	e->ended &= e->from != time;
	if (e->from == time)
		return 0;
	epoch_close(h, p);
	e = array_add(h->epoch, h->nr_epochs);
	if (!e)
		return -ENOMEM;
	p->epoch = h->nr_epochs - 1;
	e->from = time;
	return 0;
}

static struct sum hash_of(const struct history *h, const struct range *r)
{
	struct sum s = { intern_mix(r->start ^ h->seed[0]), intern_mix(r->start ^ h->seed[1]) };

	s.a = intern_mix(intern_mix(s.a + r->last) + r->bias);
	s.b = intern_mix(intern_mix(s.b + r->last) + r->bias);
	s.a = intern_mix(s.a + r->object + h->seed[1]);
	s.b = intern_mix(s.b + r->object + h->seed[0]);
	return s;
}

static void add_sum(struct history *h, struct process *p, const struct range *r, int sign)
{
	struct sum s = hash_of(h, r);

	p->sum.a += sign * s.a;
	p->sum.b += sign * s.b;
	p->nr_ranges += sign;
}

/* Append to the set root, which is part of the process' set. */
static void append(struct history *h, struct process *p, uint32_t *root, const struct range *r)
{
	*root = ranges_append(&h->ranges, *root, p->token, r);
	add_sum(h, p, r, 1);
}

static int log_map(struct history *h, const struct process *p, const struct range *r)
{
	return lives_map(&h->lives, (struct mapped){
		.start = r->start, .last = r->last, .bias = r->bias, .object = r->object,
		.life = p->life,
	});
}

static bool alike(const struct range *a, const struct range *b)
{
	return a->object == b->object && a->bias == b->bias;
}

/* Does new cover anything with another meaning? */
static bool covers_other(const struct ranges *r, uint32_t n, const struct range *new)
{
	const struct range *old = &r->v[n];

	if (!n)
		return false;
	if (old->start <= new->last && old->last >= new->start && !alike(old, new))
		return true;
	return covers_other(r, old->left, new) || covers_other(r, old->right, new);
}

/* Is all of new already mapped? */
static bool is_there(const struct ranges *r, uint32_t n, const struct range *new)
{
	const struct range *old = &r->v[n];

	if (!n)
		return false;
	if (alike(old, new) && old->start <= new->start && old->last >= new->last)
		return true;
	return is_there(r, old->left, new) || is_there(r, old->right, new);
}

/*
 * Replace the set between with new.  Merges ranges with the same meaning; of others, the parts
 * outside of new remain.
 */
static void replace(struct history *h, struct process *p, struct ranges_split *s,
		    struct range new)
{
	struct range old, head = { 0 }, tail = { 0 };
	uint64_t first = new.start, last = new.last, at = 0;
	uint32_t n;

	while ((n = ranges_first(&h->ranges, s->between, at, UINT64_MAX))) {
		old = h->ranges.v[n];
		add_sum(h, p, &old, -1);
		if (alike(&old, &new)) {
			new.start = old.start < new.start ? old.start : new.start;
			new.last = old.last > new.last ? old.last : new.last;
		} else {
			if (old.start < first) {
				head = old;
				head.last = old.last < first ? old.last : first - 1;
			}
			if (old.last > last) {
				tail = old;
				tail.start = old.start > last ? old.start : last + 1;
			}
		}
		if (old.last == UINT64_MAX)
			break;
		at = old.last + 1;
	}
	ranges_drop(&h->ranges, s->between, p->token);
	if (head.object)
		append(h, p, &s->below, &head);
	append(h, p, &s->below, &new);
	if (tail.object)
		append(h, p, &s->below, &tail);
}

/* Adjacent ranges with the same meaning are merged, so that equal states are equal sets. */
int history_map(struct history *h, int32_t pid, uint64_t time, struct range new)
{
	struct process *p = process_get(h, pid);
	struct ranges *r = &h->ranges;
	struct ranges_split s;
	int err = 0;

	if (!p)
		return -ENOMEM;
	/* include the neighbours, which may have the same meaning */
	ranges_split(r, &s, p->root, p->token, new.start - !!new.start,
		     new.last + (new.last != UINT64_MAX));
	if (covers_other(r, s.between, &new))
		err = epoch_open(h, p, time);
	h->epoch[p->epoch].ended = false;
	if (!err && !is_there(r, s.between, &new)) {
		err = log_map(h, p, &new);
		replace(h, p, &s, new);
		s.between = 0;
	}
	s.below = ranges_join(r, s.below, s.between, p->token);
	p->root = ranges_join(r, s.below, s.above, p->token);
	return r->oom ? -ENOMEM : err;
}

const struct range *history_first(const struct history *h, int32_t pid, uint64_t start,
				  uint64_t last)
{
	const struct process *p = process_find(h, pid);
	uint32_t n = p ? ranges_first(&h->ranges, p->root, start, last) : 0;

	return n ? &h->ranges.v[n] : NULL;
}

static int unmap(struct history *h, struct process *p, struct range old)
{
	struct ranges *r = &h->ranges;
	struct range gone = { .start = old.start, .last = old.last };
	struct ranges_split s;

	add_sum(h, p, &old, -1);
	ranges_split(r, &s, p->root, p->token, old.start, old.last);
	ranges_drop(r, s.between, p->token);
	p->root = ranges_join(r, s.below, s.above, p->token);
	return r->oom ? -ENOMEM : log_map(h, p, &gone);
}

int history_unmap(struct history *h, int32_t pid, uint64_t time, uint64_t start,
		  uint64_t last, uint32_t object)
{
	struct process *p = process_get(h, pid);
	struct ranges *r = &h->ranges;
	int err = p ? 0 : -ENOMEM;
	uint32_t n;

	while (!err && (n = ranges_first(r, p->root, start, last))) {
		struct range old = r->v[n];

		if (old.object == object)
			err = epoch_open(h, p, time) ?: unmap(h, p, old);
		if (old.last >= last)
			break;
		start = old.last + 1;
	}
	return err;
}

/* Start with an empty set, or with the parent's maps. */
static int start_life(struct history *h, struct process *p, const struct process *parent)
{
	ranges_drop(&h->ranges, p->root, p->token);
	p->root = parent ? parent->root : 0;
	p->sum = parent ? parent->sum : (struct sum){ 0 };
	p->nr_ranges = parent ? parent->nr_ranges : 0;
	return begin_life(h, p - h->process, parent ? parent->life : LIFE_NONE);
}

static int revive(struct history *h, struct process *p, const struct process *parent)
{
	p->threads = 0;
	p->leader_gone = false;
	return start_life(h, p, parent);
}

/*
 * A lookup walks from a life to its ancestors.  When there are too many, copy the maps to a life
 * without a parent; this costs at most 16 entries per ancestor.
 */
static int settle(struct history *h, struct process *p)
{
	const struct ranges *r = &h->ranges;
	uint32_t depth = h->lives.life[p->life].depth, n;
	uint64_t at = 0;

	if (depth < DEEP || depth < p->nr_ranges / 16)
		return 0;
	if (begin_life(h, p - h->process, LIFE_NONE))
		return -ENOMEM;
	while ((n = ranges_first(r, p->root, at, UINT64_MAX))) {
		if (log_map(h, p, &r->v[n]))
			return -ENOMEM;
		if (r->v[n].last == UINT64_MAX)
			break;
		at = r->v[n].last + 1;
	}
	return 0;
}

int history_fork(struct history *h, int32_t pid, uint64_t time, int32_t parent)
{
	struct process *child = process_get(h, pid), *from;

	if (!child || epoch_open(h, child, time))
		return -ENOMEM;
	from = parent == -1 ? NULL : process_find(h, parent);
	if (revive(h, child, from))
		return -ENOMEM;
	if (!from)
		return 0;
	from->token = ++h->tokens;	/* those nodes are shared from now on */
	return settle(h, child);
}

int history_thread(struct history *h, int32_t pid)
{
	struct process *p = process_get(h, pid);

	if (!p)
		return -ENOMEM;
	p->threads++;
	return 0;
}

int history_exec(struct history *h, int32_t pid, uint64_t time)
{
	struct process *p = process_get(h, pid);

	return !p || epoch_open(h, p, time) ? -ENOMEM : revive(h, p, NULL);
}

int history_exit(struct history *h, int32_t pid, int32_t tid, uint64_t time)
{
	struct process *p = process_get(h, pid);

	if (!p)
		return -ENOMEM;
	if (pid == tid)
		p->leader_gone = true;
	else if (p->threads)
		p->threads--;
	if (!p->leader_gone || p->threads)
		return 0;
	if (epoch_open(h, p, time))
		return -ENOMEM;
	h->epoch[p->epoch].ended = true;
	return start_life(h, p, NULL);
}

/* Sealing ------------------------------------------------------------- */

static uint32_t process_of(const struct history *h, const struct epoch *e)
{
	return h->lives.life[e->life].process;
}

/* Epochs are in order of time.  Find the start of each process' states. */
static int place_states(struct history *h)
{
	uint32_t first = 0;

	h->state = calloc(h->nr_epochs, sizeof(*h->state));
	if (!h->state)
		return -ENOMEM;
	for (uint32_t i = 0; i < h->nr_epochs; i++)
		h->process[process_of(h, &h->epoch[i])].nr++;
	for (uint32_t i = 0; i < h->pids.nr; i++) {
		h->process[i].first = first;
		first += h->process[i].nr;
		h->process[i].nr = 0;
	}
	return 0;
}

/* Gives equal sets the same number. */
struct numbers {
	uint32_t *slot;		/* number + 1; 0: free */
	uint64_t mask;
	uint32_t *epoch;	/* by number: an epoch that ended with that set */
};

static uint32_t number_of(struct history *h, struct numbers *s, uint32_t epoch, bool kernel)
{
	const struct epoch *e = &h->epoch[epoch];
	uint64_t i;

	if (!kernel && !e->sum.a && !e->sum.b)
		return 0;	/* nothing is mapped */
	for (i = e->sum.a & s->mask; s->slot[i]; i = (i + 1) & s->mask) {
		const struct epoch *old = &h->epoch[s->epoch[s->slot[i] - 1]];

		if (old->sum.a == e->sum.a && old->sum.b == e->sum.b)
			return s->slot[i] - 1;
	}
	s->slot[i] = h->nr + 1;
	s->epoch[h->nr] = epoch;
	h->space[h->nr] = (struct space){ e->life, e->nr };
	return h->nr++;
}

/* Number the states of the kernel, or of all others. */
static void number(struct history *h, struct numbers *s, bool kernel)
{
	for (uint32_t i = 0; i < h->nr_epochs; i++) {
		const struct epoch *e = &h->epoch[i];
		struct process *p = &h->process[process_of(h, e)];

		if ((p == h->process) != kernel)
			continue;
		h->state[p->first + p->nr++] = (struct state){
			.from = e->from, .ended = e->ended, .space = number_of(h, s, i, kernel),
		};
	}
}

/* The kernel has numbers of its own. */
static int number_spaces(struct history *h)
{
	struct numbers s = { .mask = 1 };
	int err = -ENOMEM;

	while (s.mask + 1 < h->nr_epochs * 2ull)
		s.mask = s.mask * 2 + 1;
	s.slot = calloc(s.mask + 1, sizeof(*s.slot));
	s.epoch = calloc(h->nr_epochs + 1ull, sizeof(*s.epoch));
	h->space = calloc(h->nr_epochs + 1ull, sizeof(*h->space));
	if (s.slot && s.epoch && h->space) {
		h->space[0].life = LIFE_NONE;
		h->nr = 1;
		number(h, &s, false);
		h->nr_user = h->nr;
		memset(s.slot, 0, (s.mask + 1) * sizeof(*s.slot));
		number(h, &s, true);
		err = 0;
	}
	free(s.slot);
	free(s.epoch);
	return err;
}

/* Remember the last state before the end, then remove states that changed nothing. */
static void merge_states(struct history *h)
{
	for (uint32_t i = 0; i < h->pids.nr; i++) {
		struct process *p = &h->process[i];
		struct state *s = &h->state[p->first];
		uint32_t kept = 0, last = p->nr - 1;

		while (last && s[last].ended)
			last--;
		p->last = s[last].space;
		for (uint32_t n = 1; n < p->nr; n++)
			if (s[n].space != s[kept].space)
				s[++kept] = s[n];
		p->nr = kept + 1;
	}
}

int history_seal(struct history *h)
{
	int err;

	for (uint32_t i = 0; i < h->pids.nr; i++)
		epoch_close(h, &h->process[i]);
	ranges_free(&h->ranges);
	err = place_states(h) ?: number_spaces(h);
	if (err)
		return err;
	free(h->epoch);
	h->epoch = NULL;
	merge_states(h);
	return lives_seal(&h->lives);
}

const struct mapped *history_locate(const struct history *h, uint32_t space, uint64_t addr,
				    uint64_t *first, uint64_t *last)
{
	return lives_find(&h->lives, h->space[space].life, h->space[space].nr, addr, first, last);
}

uint32_t history_find(const struct history *h, int32_t pid, uint64_t time, uint64_t *from,
		      uint64_t *until)
{
	const struct process *p;
	const struct state *s;
	uint32_t n, low;

	*from = 0;
	*until = UINT64_MAX;
	n = intern_find(&h->pids, &pid, sizeof(pid));
	if (n == INTERN_NONE)
		return 0;
	p = &h->process[n];
	if (!time) {
		*until = 1;
		return p->last;
	}
	s = &h->state[p->first];
	/* the first one begins at 0 */
	low = array_first(p->nr, i, s[i].from > time) - 1;
	*from = s[low].from;
	if (low + 1 < p->nr)
		*until = s[low + 1].from;
	return s[low].space;
}
