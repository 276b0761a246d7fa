// SPDX-License-Identifier: GPL-2.0-only
#include "tui/pass.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define KEPT		8
#define KEPT_ROWS	100000	/* limit for all cached results but the latest: about 50 MB */
/* The first part of a long recording, and the growth of each further part. */
#define FIRST_PART	(16ull << 20)
#define PART_GROWTH	16
/* A part that is a larger share of the recording would delay the whole more than it helps. */
#define PART_SHARE	8

struct passes {
	const struct pass_maker *maker;
	struct pass_result *kept[KEPT];	/* cached results, most recently used first */
	struct pass_result *running;	/* NULL: none */
	struct pass_result *early;	/* a partial result of the running pass; NULL: none yet */
	struct pass_watch watch;
	pthread_t thread;
	int fd;				/* eventfd: a pass has ended */
	uint64_t serial, ended;
};

int passes_new(struct passes **out, const struct pass_maker *maker)
{
	struct passes *p = calloc(1, sizeof(*p));

	*out = NULL;
	if (!p)
		return -ENOMEM;
	p->maker = maker;
	p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->fd < 0) {
		int err = -errno;

		free(p);
		return err;
	}
	*out = p;
	return 0;
}

static void free_result(struct passes *p, struct pass_result *r)
{
	if (r)
		p->maker->clear(p->maker->arg, r);
	free(r);
}

/* Add a result to the cache; drop the oldest ones beyond the limits. */
static void keep(struct passes *p, struct pass_result *r)
{
	size_t rows = 0;

	free_result(p, p->kept[KEPT - 1]);
	memmove(p->kept + 1, p->kept, (KEPT - 1) * sizeof(p->kept[0]));
	p->kept[0] = r;
	for (size_t i = 0; i < KEPT; i++) {
		rows += p->kept[i] && p->kept[i]->rows ? p->kept[i]->rows->nr : 0;
		rows += p->kept[i] && p->kept[i]->stacks ? calltree_nr(p->kept[i]->stacks) : 0;
		if (!i || rows <= KEPT_ROWS)
			continue;
		free_result(p, p->kept[i]);
		p->kept[i] = NULL;
	}
}

static void *run(void *arg)
{
	struct passes *p = arg;
	uint64_t one = 1;

	p->running->err = p->maker->make(p->maker->arg, &p->watch, p->running);
	/* Writing to an eventfd without a reader cannot fail here. */
	if (write(p->fd, &one, sizeof(one)) < 0)
		abort();
	return NULL;
}

void passes_cancel(struct passes *p)
{
	if (p->running)
		atomic_store(&p->watch.cancel, true);
}

void passes_wait(struct passes *p)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };

	if (p->running)
		poll(&fd, 1, -1);
}

bool pass_query_same(const struct pass_query *a, const struct pass_query *b)
{
	return a->nr_keys == b->nr_keys && a->slice == b->slice && a->records == b->records &&
	       a->functions == b->functions && a->tree == b->tree && a->findings == b->findings &&
	       a->packets == b->packets && a->stacks == b->stacks &&
	       (!a->packets || (a->place.stream == b->place.stream &&
				a->place.offset == b->place.offset)) &&
	       !memcmp(a->keys, b->keys, a->nr_keys * sizeof(a->keys[0])) &&
	       !strcmp(a->filter, b->filter) && !strcmp(a->other, b->other);
}

void passes_forget(struct passes *p, struct pass_result *r)
{
	size_t i = 0;

	while (i < KEPT && p->kept[i] != r)
		i++;
	if (i == KEPT)
		return;
	memmove(p->kept + i, p->kept + i + 1, (KEPT - 1 - i) * sizeof(p->kept[0]));
	p->kept[KEPT - 1] = NULL;
	free_result(p, r);
}

static struct pass_result *find(struct passes *p, const struct pass_query *q)
{
	struct pass_result *r;

	for (size_t i = 0; i < KEPT && p->kept[i]; i++) {
		r = p->kept[i];
		if (!pass_query_same(&r->query, q))
			continue;
		memmove(p->kept + 1, p->kept, i * sizeof(p->kept[0]));
		p->kept[0] = r;
		return r;
	}
	return NULL;
}

/*
 * Signals belong to the terminal's thread, so block all of them here, except those that a thread
 * causes itself: if blocked, they would kill the program without its handler.
 */
static int start_thread(struct passes *p)
{
	static const int own[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP };
	sigset_t all, before;
	int err;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&all, own[i]);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	err = -pthread_create(&p->thread, NULL, run, p);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

/* Start a pass; if that fails, the error becomes its result. */
static void start(struct passes *p, const struct pass_query *q, uint64_t part)
{
	struct pass_result *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return;
	r->query = *q;
	r->part = part;
	r->serial = ++p->serial;
	p->running = r;
	atomic_store(&p->watch.done, 0);
	atomic_store(&p->watch.more, 0);
	atomic_store(&p->watch.cancel, false);
	err = start_thread(p);
	if (err) {
		r->err = err;
		p->running = NULL;
		keep(p, r);
	}
}

/* The size of the next part of the recording; 0: all. */
static uint64_t next_part(const struct passes *p, uint64_t part)
{
	part = part ? part * PART_GROWTH : FIRST_PART;
	return part <= p->maker->bytes / PART_SHARE ? part : 0;
}

static void free_early(struct passes *p)
{
	free_result(p, p->early);
	p->early = NULL;
}

/* A partial result is displayed until a larger one is ready. */
static void settle(struct passes *p, struct pass_result *r)
{
	bool more = r->part && !r->err && !atomic_load(&p->watch.cancel);

	free_early(p);
	if (more) {
		p->early = r;
		start(p, &r->query, next_part(p, r->part));
	} else if (r->err == -ECANCELED || (r->part && !r->err)) {
		free_result(p, r);
	} else {
		r->part = 0;
		keep(p, r);
	}
}

void passes_take(struct passes *p)
{
	struct pass_result *r = p->running;
	uint64_t ended;

	if (!r || read(p->fd, &ended, sizeof(ended)) != sizeof(ended))
		return;
	pthread_join(p->thread, NULL);
	p->running = NULL;
	p->ended++;
	settle(p, r);
}

struct pass_result *passes_want(struct passes *p, const struct pass_query *q)
{
	struct pass_result *r;

	passes_take(p);
	r = find(p, q);
	if (r)
		return r;
	if (p->running && !pass_query_same(&p->running->query, q))
		passes_cancel(p);
	if (p->running)
		return p->early && pass_query_same(&p->early->query, q) ? p->early : NULL;
	free_early(p);
	start(p, q, q->records || q->packets || *q->other ? 0 : next_part(p, 0));
	return p->running ? NULL : find(p, q);
}

void passes_free(struct passes *p)
{
	if (!p)
		return;
	while (p->running) {
		passes_cancel(p);
		passes_wait(p);
		passes_take(p);
	}
	free_early(p);
	for (size_t i = 0; i < KEPT; i++)
		free_result(p, p->kept[i]);
	close(p->fd);
	free(p);
}

bool passes_busy(const struct passes *p)
{
	return p->running;
}

uint64_t passes_ended(const struct passes *p)
{
	return p->ended;
}

double passes_progress(const struct passes *p)
{
	uint64_t all = p->running && p->running->part ? p->running->part :
		       p->maker->bytes + atomic_load(&p->watch.more);

	return all ? (double)atomic_load(&p->watch.done) / (double)all : 0;
}

int passes_fd(const struct passes *p)
{
	return p->fd;
}
