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
#define KEPT_ROWS	200000	/* of all that are kept, but for the last: about 100 MB */

struct passes {
	const struct pass_maker *maker;
	struct pass_result *kept[KEPT];	/* the last asked for comes first */
	struct pass_result *running;	/* NULL: none */
	struct pass_watch watch;
	pthread_t thread;
	int fd;				/* eventfd: the thread has ended */
	uint64_t serial;
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

/* Keep a result; the oldest goes, and all that are too much. */
static void keep(struct passes *p, struct pass_result *r)
{
	size_t rows = 0;

	free_result(p, p->kept[KEPT - 1]);
	memmove(p->kept + 1, p->kept, (KEPT - 1) * sizeof(p->kept[0]));
	p->kept[0] = r;
	for (size_t i = 0; i < KEPT; i++) {
		rows += p->kept[i] && p->kept[i]->rows ? p->kept[i]->rows->nr : 0;
		if (!i || rows <= KEPT_ROWS)
			continue;
		free_result(p, p->kept[i]);
		p->kept[i] = NULL;
	}
}

/* Take what the thread made, once it has ended. */
static void take(struct passes *p)
{
	struct pass_result *r = p->running;
	uint64_t ended;

	if (!r || read(p->fd, &ended, sizeof(ended)) != sizeof(ended))
		return;
	pthread_join(p->thread, NULL);
	p->running = NULL;
	if (r->err == -ECANCELED)
		free_result(p, r);
	else
		keep(p, r);
}

static void *run(void *arg)
{
	struct passes *p = arg;
	uint64_t one = 1;

	p->running->err = p->maker->make(p->maker->arg, &p->watch, p->running);
	/* An eventfd that is not read takes it in any case. */
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

	while (p->running) {
		poll(&fd, 1, -1);
		take(p);
	}
}

void passes_free(struct passes *p)
{
	if (!p)
		return;
	passes_cancel(p);
	passes_wait(p);
	for (size_t i = 0; i < KEPT; i++)
		free_result(p, p->kept[i]);
	close(p->fd);
	free(p);
}

static bool same(const struct pass_query *a, const struct pass_query *b)
{
	return a->nr_keys == b->nr_keys && a->records == b->records &&
	       !memcmp(a->keys, b->keys, a->nr_keys * sizeof(a->keys[0])) &&
	       !strcmp(a->filter, b->filter);
}

static struct pass_result *find(struct passes *p, const struct pass_query *q)
{
	struct pass_result *r;

	for (size_t i = 0; i < KEPT && p->kept[i]; i++) {
		r = p->kept[i];
		if (!same(&r->query, q))
			continue;
		memmove(p->kept + 1, p->kept, i * sizeof(p->kept[0]));
		p->kept[0] = r;
		return r;
	}
	return NULL;
}

/*
 * Signals are the terminal's: its thread takes them, and no other.  But for those
 * that a thread earns itself: blocked, they would end the program unhandled.
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

/* Start one; where it cannot start, that is its result. */
static void start(struct passes *p, const struct pass_query *q)
{
	struct pass_result *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return;
	r->query = *q;
	r->serial = ++p->serial;
	p->running = r;
	atomic_store(&p->watch.done, 0);
	atomic_store(&p->watch.cancel, false);
	err = start_thread(p);
	if (err) {
		r->err = err;
		p->running = NULL;
		keep(p, r);
	}
}

struct pass_result *passes_want(struct passes *p, const struct pass_query *q)
{
	struct pass_result *r;

	take(p);
	r = find(p, q);
	if (r)
		return r;
	if (p->running && !same(&p->running->query, q))
		passes_cancel(p);
	if (!p->running)
		start(p, q);
	return p->running ? NULL : find(p, q);
}

bool passes_busy(const struct passes *p)
{
	return p->running;
}

double passes_progress(const struct passes *p)
{
	return p->maker->bytes ? (double)atomic_load(&p->watch.done) / (double)p->maker->bytes : 0;
}

int passes_fd(const struct passes *p)
{
	return p->fd;
}
