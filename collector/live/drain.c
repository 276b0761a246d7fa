// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "collector/live/live_impl.h"

/* A thread empties the rings of this many CPUs. */
#define GROUP	16

/*
 * An event that finds no room stops, and nobody restarts a CPU's event: it stops with a TRUNCATED
 * record from the driver, or silently in perf_aux_output_begin() (linux drivers/perf/arm_spe_pmu.c,
 * __arm_spe_pmu_next_off(); kernel/events/ring_buffer.c).  Restart it now that there is room.  If
 * it stops after we looked, the next round restarts it.
 */
static void resume(struct live *l, struct ring *r, uint64_t tail, uint64_t truncated, bool round)
{
	uint64_t head = r->aux ? __atomic_load_n(&r->page->aux_head, __ATOMIC_ACQUIRE) : 0;
	bool full = r->aux && !r->snapshot && !r->aux_lost && head - tail >= r->aux_size;

	if (full && r->loss.truncated == truncated)
		r->loss.truncated++;
	if (r->loss.truncated != truncated)
		r->stopped = 2;
	if (!r->stopped || (r->stopped == 1 && !round))
		return;
	r->stopped--;
	live_resume(l, r->cpu);
}

/* Drain the rings that woke us, or all of them for a round.  0, or the writer's -errno. */
static int drain(struct drainer *d, const struct pollfd *fds, bool all)
{
	struct live *l = d->live;
	long ret = 0;

	pthread_rwlock_rdlock(&l->swap);
	for (size_t i = 0; i < d->nr && ret >= 0; i++) {
		struct ring *r = &d->rings[i];
		uint64_t truncated = r->loss.truncated, tail = r->page->aux_tail;

		if (!all && !fds[i].revents)
			continue;
		ret = l->keep ? snapshot_drain(&l->snapshot[r->idx], r, &l->log)
			      : ring_drain(r, l->writer);
		resume(l, r, tail, truncated, all);
	}
	pthread_rwlock_unlock(&l->swap);
	return ret < 0 ? (int)ret : 0;
}

/* The number of the last round that was requested.  *stop: it is the last one of all. */
static uint64_t what_is_asked(struct drainer *d, bool *stop)
{
	uint64_t asked;

	pthread_mutex_lock(&d->live->lock);
	asked = d->asked;
	*stop = d->live->stop;
	pthread_mutex_unlock(&d->live->lock);
	return asked;
}

static void post_done(struct drainer *d, uint64_t round, int failed)
{
	struct live *l = d->live;

	pthread_mutex_lock(&l->lock);
	d->done = round;
	l->failed = l->failed ?: failed;
	pthread_cond_broadcast(&l->quiet);
	pthread_mutex_unlock(&l->lock);
}

/* Stop polling a ring whose events have ended; each round still drains it. */
static void forget_ended(struct drainer *d, struct pollfd *fds)
{
	for (size_t i = 0; i < d->nr; i++)
		if (fds[i].revents & (POLLHUP | POLLERR | POLLNVAL))
			fds[i].fd = -1;
}

static void *drainer_run(void *arg)
{
	struct drainer *d = arg;
	struct pollfd fds[GROUP + 1];
	uint64_t done = 0, asked, woken;
	int failed = 0;
	bool stop = false;

	capabilities_keep(0);	/* also where the program keeps some for its next file */
	for (size_t i = 0; i < d->nr; i++)
		fds[i] = (struct pollfd){ .fd = d->rings[i].fd, .events = POLLIN };
	fds[d->nr] = (struct pollfd){ .fd = d->wake, .events = POLLIN };
	while (!stop) {
		if (poll(fds, d->nr + 1, -1) < 0)
			continue;
		if (fds[d->nr].revents && read(d->wake, &woken, sizeof(woken)) < 0)
			continue;
		asked = what_is_asked(d, &stop);
		failed = drain(d, fds, asked != done || stop) ?: failed;
		forget_ended(d, fds);
		if (asked != done || failed)
			post_done(d, done = asked, failed);
	}
	return NULL;
}

static void wake(struct drainer *d)
{
	const uint64_t one = 1;

	if (write(d->wake, &one, sizeof(one)) < 0)
		return;		/* EAGAIN: it is already awake */
}

int live_start_drainers(struct live *l)
{
	sigset_t all, before;
	int ret = 0;

	l->nr_drainers = (l->nr_rings + GROUP - 1) / GROUP;
	l->drainers = calloc(l->nr_drainers, sizeof(*l->drainers));
	if (!l->drainers) {
		l->nr_drainers = 0;
		return -ENOMEM;
	}
	/* The caller's threads handle signals, not ours. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (size_t i = 0; i < l->nr_drainers && !ret; i++) {
		struct drainer *d = &l->drainers[i];

		d->live = l;
		d->rings = l->rings + i * GROUP;
		d->nr = l->nr_rings - i * GROUP < GROUP ? l->nr_rings - i * GROUP : GROUP;
		d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		ret = d->wake < 0 ? -errno : -pthread_create(&d->thread, NULL, drainer_run, d);
		d->running = !ret;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ret;
}

int live_drain_all(struct live *l)
{
	int ret;

	pthread_mutex_lock(&l->lock);
	for (size_t i = 0; i < l->nr_drainers; i++) {
		l->drainers[i].asked++;
		wake(&l->drainers[i]);
	}
	for (size_t i = 0; i < l->nr_drainers; i++)
		while (l->drainers[i].running && l->drainers[i].done != l->drainers[i].asked)
			pthread_cond_wait(&l->quiet, &l->lock);
	ret = l->failed;
	pthread_mutex_unlock(&l->lock);
	return ret;
}

int live_stop(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_mutex_unlock(&l->lock);
	for (size_t i = 0; i < l->nr_drainers; i++) {
		if (l->drainers[i].running) {
			wake(&l->drainers[i]);
			pthread_join(l->drainers[i].thread, NULL);
		}
		if (l->drainers[i].wake > 0)
			close(l->drainers[i].wake);
	}
	free(l->drainers);
	l->drainers = NULL;
	l->nr_drainers = 0;
	return l->failed;
}
