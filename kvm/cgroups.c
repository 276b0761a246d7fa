// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/cgroups.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/intern.h"

/*
 * Evidence of one cgroup from a time to another: all evidence of the thread in between agreed.  A
 * fork is a separate stay, which separates the threads that had the id.
 */
struct stay {
	uint64_t from, to;	/* ns */
	uint64_t order;		/* of arrival */
	int32_t tid, ptid;	/* ptid: of a fork */
	uint32_t key;		/* number in keys; then in list, + 1, 0: unknown */
	bool fork;
};

/* A cgroup by its path, or by its id while the path is unknown. */
struct key {
	uint64_t id;
	char is_id;
};

struct name_of_id {
	uint64_t id;
	uint32_t path;		/* number in keys */
};

struct loss {
	uint64_t from, to;	/* ns */
};

struct cgroups {
	struct intern keys;	/* paths with a NUL before them, and struct key */
	struct intern texts;
	struct name_of_id *ids;
	size_t nr_ids;
	struct stay *stays;	/* sorted by (tid, from, order) after the seal */
	size_t nr_stays;
	uint32_t *last;		/* last stay of each thread, + 1; open addressing, 0: free */
	size_t nr_last, max_last;
	struct cgroup *list;
	size_t nr;
	struct loss *losses;	/* sorted and disjoint after the seal */
	size_t nr_losses;
	size_t first_since;	/* the first stay that began after the last loss was reported */
	bool sampled;		/* some evidence is by ids, from samples */
	uint32_t root;		/* in list, + 1; 0: no evidence of any cgroup */
};

struct cgroups *cgroups_new(void)
{
	return calloc(1, sizeof(struct cgroups));
}

void cgroups_free(struct cgroups *c)
{
	if (!c)
		return;
	intern_clear(&c->keys);
	intern_clear(&c->texts);
	free(c->ids);
	free(c->stays);
	free(c->last);
	free(c->list);
	free(c->losses);
	free(c);
}

static uint32_t key_of_path(struct cgroups *c, const char *path)
{
	size_t len = strlen(path);
	char *key = calloc(1, len + 1);
	uint32_t n = INTERN_NONE;

	if (key) {
		memcpy(key + 1, path, len);
		n = intern_add(&c->keys, key, len + 1);
	}
	free(key);
	return n;
}

static uint32_t key_of_id(struct cgroups *c, uint64_t id)
{
	char key[1 + sizeof(id)] = { 1 };

	memcpy(key + 1, &id, sizeof(id));
	return intern_add(&c->keys, key, sizeof(key));
}

int cgroups_path(struct cgroups *c, uint64_t id, const char *path)
{
	struct name_of_id *new;
	uint32_t key = key_of_path(c, path);

	if (key == INTERN_NONE)
		return -ENOMEM;
	new = array_add(c->ids, c->nr_ids);
	if (!new)
		return -ENOMEM;
	*new = (struct name_of_id){ id, key };
	return 0;
}

/* The entry in .last for the thread.  NULL: out of memory. */
static uint32_t *last_of(struct cgroups *c, int32_t tid)
{
	size_t k;

	if (c->nr_last * 2 >= c->max_last) {
		size_t max = c->max_last ? c->max_last * 2 : 256;
		uint32_t *new = calloc(max, sizeof(*new));

		if (!new)
			return NULL;
		for (size_t i = 0; i < c->max_last; i++) {
			if (!c->last[i])
				continue;
			k = intern_mix((uint32_t)c->stays[c->last[i] - 1].tid);
			while (new[k & (max - 1)])
				k++;
			new[k & (max - 1)] = c->last[i];
		}
		free(c->last);
		c->last = new;
		c->max_last = max;
	}
	k = intern_mix((uint32_t)tid);
	while (c->last[k & (c->max_last - 1)] &&
	       c->stays[c->last[k & (c->max_last - 1)] - 1].tid != tid)
		k++;
	return &c->last[k & (c->max_last - 1)];
}

static int add_stay(struct cgroups *c, const struct stay *s, uint32_t *last)
{
	struct stay *new = c->nr_stays < UINT32_MAX - 1 ? array_add(c->stays, c->nr_stays) : NULL;

	if (!new)
		return -ENOMEM;
	*new = *s;
	new->order = c->nr_stays - 1;
	if (last) {
		c->nr_last += !*last;
		*last = (uint32_t)c->nr_stays;
	}
	return 0;
}

int cgroups_at(struct cgroups *c, int32_t tid, uint64_t time, const char *path, uint64_t id)
{
	uint32_t key, *last;
	struct stay *s;

	if (tid < 0 || (path ? !*path : !id))
		return 0;
	key = path ? key_of_path(c, path) : key_of_id(c, id);
	last = last_of(c, tid);
	if (key == INTERN_NONE || !last)
		return -ENOMEM;
	s = *last ? &c->stays[*last - 1] : NULL;
	c->sampled |= !path;
	if (!s || s->key != key || time < s->from || *last <= c->first_since)
		return add_stay(c, &(struct stay){ .from = time, .to = time, .tid = tid, .key = key },
				last);
	if (time > s->to)
		s->to = time;
	return 0;
}

int cgroups_fork(struct cgroups *c, int32_t tid, int32_t ptid, uint64_t time)
{
	/* perf synthesizes events of tasks that ran before without a time */
	if (tid < 0 || !time)
		return 0;
	return add_stay(c, &(struct stay){ .from = time, .to = time, .tid = tid, .ptid = ptid,
					   .fork = true }, NULL);
}

int cgroups_lost(struct cgroups *c, uint64_t from, uint64_t to)
{
	struct loss *new = array_add(c->losses, c->nr_losses);

	if (!new)
		return -ENOMEM;
	*new = (struct loss){ from, to };
	c->first_since = c->nr_stays;
	return 0;
}

static int by_begin(const void *a, const void *b)
{
	const struct loss *x = a, *y = b;

	return array_order(x->from, y->from);
}

static void join_losses(struct cgroups *c)
{
	size_t nr = 0;

	if (!c->sampled)
		c->nr_losses = 0;
	if (c->nr_losses)
		qsort(c->losses, c->nr_losses, sizeof(*c->losses), by_begin);
	for (size_t i = 0; i < c->nr_losses; i++) {
		struct loss *last = nr ? &c->losses[nr - 1] : NULL;

		if (!last || last->to < c->losses[i].from)
			c->losses[nr++] = c->losses[i];
		else if (last->to < c->losses[i].to)
			last->to = c->losses[i].to;
	}
	c->nr_losses = nr;
}

static bool lost_between(const struct cgroups *c, uint64_t from, uint64_t to)
{
	const struct loss *l = c->losses;
	size_t i = array_first(c->nr_losses, k, l[k].to >= from);

	return i < c->nr_losses && l[i].from <= to;
}

static int by_thread(const void *a, const void *b)
{
	const struct stay *x = a, *y = b;

	return array_order(x->tid, y->tid) ?: array_order(x->from, y->from) ?:
	       array_order(y->fork, x->fork) ?: array_order(x->order, y->order);
}

static int by_id(const void *a, const void *b)
{
	const struct name_of_id *x = a, *y = b;

	return array_order(x->id, y->id);
}

/* The number of a key's path; INTERN_NONE: unknown, or the id has several. */
static uint32_t path_of_key(const struct cgroups *c, uint32_t key)
{
	const struct name_of_id *ids = c->ids;
	const char *data = intern_get(&c->keys, key);
	uint64_t id;
	size_t lo;

	if (!*data)
		return key;
	memcpy(&id, data + 1, sizeof(id));
	lo = array_first(c->nr_ids, i, ids[i].id >= id);
	if (lo == c->nr_ids || ids[lo].id != id)
		return INTERN_NONE;
	for (size_t i = lo + 1; i < c->nr_ids && ids[i].id == id; i++)
		if (ids[i].path != ids[lo].path)
			return INTERN_NONE;
	return ids[lo].path;
}

/* Make an element for each key: only few keys are not paths. */
static int make_list(struct cgroups *c)
{
	char name[CGROUP_NAME_ROOM];

	c->nr = c->keys.nr;
	c->list = calloc(c->nr + 1, sizeof(*c->list));
	if (!c->list)
		return -ENOMEM;
	for (uint32_t i = 0; i < c->nr; i++) {
		const char *data = intern_get(&c->keys, i);

		if (*data)
			continue;
		c->list[i].path = data + 1;
		for (enum cgroup_kind kind = 0; kind < NR_CGROUP_KINDS; kind++) {
			cgroup_name(kind, data + 1, name);
			c->list[i].names[kind] = *name ? intern_text(&c->texts, name, strlen(name)) : "";
			if (!c->list[i].names[kind])
				return -ENOMEM;
		}
	}
	return 0;
}

/* A loss within a stay leaves only its two ends, as points in time. */
static void part_at_losses(struct cgroups *c)
{
	size_t nr = c->nr_stays;

	for (size_t i = 0; i < nr; i++) {
		struct stay *s = &c->stays[i], *end = &c->stays[c->nr_stays];

		if (s->from == s->to || !lost_between(c, s->from, s->to))
			continue;
		*end = *s;
		end->from = s->to;
		s->to = s->from;
		c->nr_stays++;
	}
}

/*
 * Different stays that overlap come from events out of order: the cgroup is unknown there.  A stay
 * that reaches past a fork has evidence of both threads.
 */
static void part(struct cgroups *c)
{
	size_t nr = c->nr_stays;

	for (size_t i = 0; i + 1 < nr; i++) {
		struct stay *s = &c->stays[i], *next = s + 1;

		if (s->tid != next->tid || s->to < next->from || s->fork)
			continue;
		if (next->fork) {
			/* its last evidence belongs to the new thread */
			c->stays[c->nr_stays] = (struct stay){ .from = s->to, .to = s->to,
				.tid = s->tid, .key = s->key };
			if (s->to > next->from)
				c->nr_stays++;
			s->to = s->from;
			continue;
		}
		if (s->key != next->key)
			s->key = next->key = 0;
		if (s->to > next->to)
			next->to = s->to;
		s->to = next->from;
	}
}

/* The thread's last stay that began by that time; SIZE_MAX: none. */
static size_t stay_at(const struct cgroups *c, int32_t tid, uint64_t time)
{
	const struct stay *s = c->stays;
	size_t lo = array_first(c->nr_stays, i, s[i].tid > tid ||
				(s[i].tid == tid && s[i].from > time));

	return lo && s[lo - 1].tid == tid ? lo - 1 : SIZE_MAX;
}

/* Does the next evidence agree with this stay? */
static bool goes_on(const struct cgroups *c, size_t i)
{
	const struct stay *s = &c->stays[i], *next = s + 1;

	return i + 1 < c->nr_stays && next->tid == s->tid && !next->fork && next->key == s->key &&
	       (next->from == s->to || !lost_between(c, s->to, next->from));
}

static uint32_t key_at(const struct cgroups *c, int32_t tid, uint64_t time)
{
	size_t i = stay_at(c, tid, time);

	if (i == SIZE_MAX)
		return 0;
	return time <= c->stays[i].to || goes_on(c, i) ? c->stays[i].key : 0;
}

static int by_time(const void *a, const void *b)
{
	const struct stay *x = *(struct stay *const *)a, *y = *(struct stay *const *)b;

	return array_order(x->from, y->from) ?: array_order(x->order, y->order);
}

/* In time order, so that parents have inherited before their children do. */
static int inherit(struct cgroups *c)
{
	struct stay **forks = calloc(c->nr_stays + 1, sizeof(struct stay *));
	size_t nr = 0;

	if (!forks)
		return -ENOMEM;
	for (size_t i = 0; i < c->nr_stays; i++)
		if (c->stays[i].fork)
			forks[nr++] = &c->stays[i];
	if (nr)
		qsort(forks, nr, sizeof(struct stay *), by_time);
	for (size_t i = 0; i < nr; i++)
		forks[i]->key = key_at(c, forks[i]->ptid, forks[i]->from);
	free(forks);
	return 0;
}

int cgroups_seal(struct cgroups *c)
{
	size_t nr = c->nr_stays;
	struct stay *more;

	if (c->nr_ids)
		qsort(c->ids, c->nr_ids, sizeof(*c->ids), by_id);
	for (size_t i = 0; i < nr; i++) {
		uint32_t path = c->stays[i].fork ? INTERN_NONE : path_of_key(c, c->stays[i].key);

		c->stays[i].key = path == INTERN_NONE ? 0 : path + 1;
	}
	if (c->keys.nr) {
		c->root = key_of_path(c, "/");
		if (c->root++ == INTERN_NONE)
			return -ENOMEM;
	}
	join_losses(c);
	/* losses split each stay once, and a fork only the stay before it */
	more = realloc(c->stays, (3 * nr + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	c->stays = more;
	part_at_losses(c);
	nr = c->nr_stays;
	if (nr)
		qsort(c->stays, nr, sizeof(*c->stays), by_thread);
	part(c);
	if (c->nr_stays > nr) {
		qsort(c->stays, c->nr_stays, sizeof(*c->stays), by_thread);
		part(c);	/* now no stay reaches past a fork */
	}
	return make_list(c) ?: inherit(c);
}

const struct cgroup *cgroups_find(const struct cgroups *c, int32_t tid, uint64_t time,
				  uint64_t *until)
{
	size_t i = stay_at(c, tid, time);
	const struct stay *s = i == SIZE_MAX ? NULL : &c->stays[i];
	size_t next = s ? i + 1 : array_first(c->nr_stays, k, c->stays[k].tid >= tid);
	uint32_t key = key_at(c, tid, time);

	/* idle tasks cannot be moved: in cgroup.procs, 0 means the writer */
	if (!tid) {
		*until = UINT64_MAX;
		return c->root ? &c->list[c->root - 1] : NULL;
	}
	*until = next < c->nr_stays && c->stays[next].tid == tid ? c->stays[next].from : UINT64_MAX;
	if (s && time <= s->to && !goes_on(c, i))
		*until = s->to + 1;
	return key ? &c->list[key - 1] : NULL;
}
