// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/spaces/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

struct epoch {
	uint64_t from;
	uint32_t root;		/* while building; then the space's number */
	uint32_t process;
	bool ended;		/* nobody lives in it */
};

struct process {
	uint32_t root, token;
	uint32_t epoch;		/* the current one */
	uint32_t threads;	/* known besides the leader */
	bool leader_gone;
	uint32_t first, nr;	/* sealed: its epochs */
	uint32_t last;		/* sealed: number of its last living state */
};

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
	h->epoch[h->nr_epochs - 1].process = n;
	h->process[n] = (struct process){ .epoch = h->nr_epochs - 1, .token = ++h->tokens };
	return &h->process[n];
}

/* The kernel is process 0. */
int history_init(struct history *h)
{
	*h = (struct history){ 0 };
	return ranges_init(&h->ranges) || !process_get(h, HISTORY_KERNEL) ? -ENOMEM : 0;
}

void history_clear(struct history *h)
{
	intern_clear(&h->pids);
	ranges_free(&h->ranges);
	free(h->process);
	free(h->epoch);
	free(h->root);
	*h = (struct history){ 0 };
}

/* NULL: nothing is known of it. */
static struct process *process_find(const struct history *h, int32_t pid)
{
	uint32_t n = intern_find(&h->pids, &pid, sizeof(pid));

	return n == INTERN_NONE ? NULL : &h->process[n];
}

/* From time on, addresses mean something else. */
static int epoch_open(struct history *h, struct process *p, uint64_t time)
{
	struct epoch *e = &h->epoch[p->epoch];
	uint32_t process = e->process;

	e->ended &= e->from != time;
	if (e->from == time)
		return 0;
	e->root = p->root;
	e = array_add(h->epoch, h->nr_epochs);
	if (!e)
		return -ENOMEM;
	p->token = ++h->tokens;
	p->epoch = h->nr_epochs - 1;
	*e = (struct epoch){ .from = time, .process = process };
	return 0;
}

static bool alike(const struct range *a, const struct range *b)
{
	return a->object == b->object && a->bias == b->bias;
}

/* Take addr's range out of the set if it goes on where new ends. */
static void absorb(struct history *h, struct process *p, struct range *new, uint64_t addr)
{
	uint32_t n = ranges_first(&h->ranges, p->root, addr, addr);
	struct range old = h->ranges.v[n];

	if (!n || !alike(&old, new))
		return;
	p->root = ranges_erase(&h->ranges, p->root, p->token, old.start);
	if (old.start < new->start)
		new->start = old.start;
	if (old.last > new->last)
		new->last = old.last;
}

/* What new covers is gone; what sticks out of it stays. */
static void cut(struct history *h, struct process *p, struct range *new)
{
	struct ranges *r = &h->ranges;
	uint32_t n;

	while (!r->oom && (n = ranges_first(r, p->root, new->start, new->last))) {
		struct range old = r->v[n], rest = old;

		if (alike(&old, new)) {
			absorb(h, p, new, old.start > new->start ? old.start : new->start);
			continue;
		}
		p->root = ranges_erase(r, p->root, p->token, old.start);
		if (old.start < new->start) {
			rest.last = new->start - 1;
			p->root = ranges_insert(r, p->root, p->token, &rest);
		}
		if (old.last > new->last) {
			rest = old;
			rest.start = new->last + 1;
			p->root = ranges_insert(r, p->root, p->token, &rest);
		}
	}
}

/*
 * Maximal runs of one meaning are one range: equal states are equal sets.
 */
int history_map(struct history *h, int32_t pid, uint64_t time, struct range new)
{
	struct process *p = process_get(h, pid);
	struct ranges *r = &h->ranges;
	bool changes = false;
	uint64_t at = new.start;
	uint32_t n;

	if (!p)
		return -ENOMEM;
	while (!changes && (n = ranges_first(r, p->root, at, new.last))) {
		changes = !alike(&r->v[n], &new);
		if (r->v[n].last >= new.last)
			break;
		at = r->v[n].last + 1;
	}
	if (changes && epoch_open(h, p, time))
		return -ENOMEM;
	h->epoch[p->epoch].ended = false;
	cut(h, p, &new);
	if (new.start)
		absorb(h, p, &new, new.start - 1);
	if (new.last != UINT64_MAX)
		absorb(h, p, &new, new.last + 1);
	p->root = ranges_insert(r, p->root, p->token, &new);
	return r->oom ? -ENOMEM : 0;
}

const struct range *history_first(const struct history *h, int32_t pid, uint64_t start,
				  uint64_t last)
{
	const struct process *p = process_find(h, pid);
	uint32_t n = p ? ranges_first(&h->ranges, p->root, start, last) : 0;

	return n ? &h->ranges.v[n] : NULL;
}

int history_unmap(struct history *h, int32_t pid, uint64_t time, uint64_t start,
		  uint64_t last, uint32_t object)
{
	struct process *p = process_get(h, pid);
	uint32_t n;

	if (!p)
		return -ENOMEM;
	while (!h->ranges.oom && (n = ranges_first(&h->ranges, p->root, start, last))) {
		struct range old = h->ranges.v[n];

		if (old.object == object) {
			if (epoch_open(h, p, time))
				return -ENOMEM;
			p->root = ranges_erase(&h->ranges, p->root, p->token, old.start);
		}
		if (old.last >= last)
			break;
		start = old.last + 1;
	}
	return h->ranges.oom ? -ENOMEM : 0;
}

static void revive(struct process *p)
{
	p->root = 0;
	p->threads = 0;
	p->leader_gone = false;
}

int history_fork(struct history *h, int32_t pid, uint64_t time, int32_t parent)
{
	struct process *child = process_get(h, pid), *from;

	if (!child || epoch_open(h, child, time))
		return -ENOMEM;
	revive(child);
	from = parent == -1 ? NULL : process_find(h, parent);
	if (!from)
		return 0;
	child->root = from->root;
	from->token = ++h->tokens;	/* those nodes are no longer its own */
	return 0;
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

	if (!p || epoch_open(h, p, time))
		return -ENOMEM;
	revive(p);
	return 0;
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
	p->root = 0;
	h->epoch[p->epoch].ended = true;
	return 0;
}

/* Sealing ------------------------------------------------------------- */

static int share_spaces(struct history *h)
{
	uint32_t *roots = calloc(h->nr_epochs, sizeof(*roots));
	int err;

	if (!roots)
		return -ENOMEM;
	for (uint32_t i = 0; i < h->nr_epochs; i++)
		roots[i] = h->epoch[i].root;
	err = ranges_share(&h->ranges, roots, h->nr_epochs);
	for (uint32_t i = 0; i < h->nr_epochs && !err; i++)
		h->epoch[i].root = roots[i];
	free(roots);
	return err;
}

/* Epochs lie in order of time: make that order of process, then of time. */
static int group_epochs(struct history *h)
{
	struct epoch *sorted = calloc(h->nr_epochs, sizeof(*sorted));
	uint32_t first = 0;

	if (!sorted)
		return -ENOMEM;
	for (uint32_t i = 0; i < h->nr_epochs; i++)
		h->process[h->epoch[i].process].nr++;
	for (uint32_t i = 0; i < h->pids.nr; i++) {
		h->process[i].first = first;
		first += h->process[i].nr;
		h->process[i].nr = 0;
	}
	for (uint32_t i = 0; i < h->nr_epochs; i++) {
		struct process *p = &h->process[h->epoch[i].process];

		sorted[p->first + p->nr++] = h->epoch[i];
	}
	free(h->epoch);
	h->epoch = sorted;
	return 0;
}

/* Equal trees get one number; the kernel's are told apart from all others. */
static int number_spaces(struct history *h)
{
	uint32_t *number = calloc(h->ranges.nr, sizeof(*number));
	uint32_t kernel = h->process[0].nr;

	h->root = calloc(h->nr_epochs + 1ull, sizeof(*h->root));
	if (!number || !h->root) {
		free(number);
		return -ENOMEM;
	}
	h->nr_user = 1;		/* space 0: nothing is mapped */
	for (uint32_t i = kernel; i < h->nr_epochs; i++) {
		uint32_t root = h->epoch[i].root;

		if (root && !number[root]) {
			number[root] = h->nr_user;
			h->root[h->nr_user++] = root;
		}
		h->epoch[i].root = root ? number[root] : 0;
	}
	memset(number, 0xff, h->ranges.nr * sizeof(*number));
	h->nr = h->nr_user;
	for (uint32_t i = 0; i < kernel; i++) {
		uint32_t root = h->epoch[i].root;

		if (number[root] == UINT32_MAX) {
			number[root] = h->nr;
			h->root[h->nr++] = root;
		}
		h->epoch[i].root = number[root];
	}
	free(number);
	return 0;
}

/* Remember the last living state, then forget epochs that changed nothing. */
static void merge_epochs(struct history *h)
{
	for (uint32_t i = 0; i < h->pids.nr; i++) {
		struct process *p = &h->process[i];
		struct epoch *e = &h->epoch[p->first];
		uint32_t kept = 0, last = p->nr - 1;

		while (last && e[last].ended)
			last--;
		p->last = e[last].root;
		for (uint32_t n = 1; n < p->nr; n++)
			if (e[n].root != e[kept].root)
				e[++kept] = e[n];
		p->nr = kept + 1;
	}
}

int history_seal(struct history *h)
{
	int err;

	for (uint32_t i = 0; i < h->pids.nr; i++)
		h->epoch[h->process[i].epoch].root = h->process[i].root;
	err = share_spaces(h);
	if (!err)
		err = group_epochs(h);
	if (!err)
		err = number_spaces(h);
	if (!err)
		merge_epochs(h);
	return err;
}

uint32_t history_find(const struct history *h, int32_t pid, uint64_t time, uint64_t *from,
		      uint64_t *until)
{
	const struct process *p;
	const struct epoch *e;
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
	e = &h->epoch[p->first];
	/* the first one is from 0 on */
	low = array_first(p->nr, i, e[i].from > time) - 1;
	*from = e[low].from;
	if (low + 1 < p->nr)
		*until = e[low + 1].from;
	return e[low].root;
}
