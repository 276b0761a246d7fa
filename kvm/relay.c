// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *block_of(const struct relay *r, size_t number)
{
	return r->block + number % RELAY_BLOCKS * r->max * r->size;
}

int relay_init(struct relay *r, size_t size, size_t max, relay_fn *take, void *arg, bool threaded)
{
	memset(r, 0, sizeof(*r));
	r->take = take;
	r->arg = arg;
	r->size = size;
	r->max = max;
	r->threaded = threaded;
	r->block = r->at = calloc(RELAY_BLOCKS * max, size);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	return r->block ? 0 : -ENOMEM;
}

/* Take the next block, without the lock, unless an earlier one failed. */
static void take_block(struct relay *r)
{
	size_t number = r->taken, nr = r->filled[number % RELAY_BLOCKS];
	int err = r->err;

	pthread_mutex_unlock(&r->lock);
	err = err ?: r->take(r->arg, block_of(r, number), nr);
	pthread_mutex_lock(&r->lock);
	r->err = err;
	r->taken++;
	if (r->full && r->put - r->taken <= RELAY_BLOCKS / 2) {
		r->full = false;
		pthread_cond_signal(&r->changed);
	}
}

/* With the lock: wait until the other side clears the flag. */
static void wait_while(struct relay *r, bool *flag)
{
	*flag = true;
	while (*flag)
		pthread_cond_wait(&r->changed, &r->lock);
}

static void *run(void *arg)
{
	struct relay *r = arg;

	pthread_mutex_lock(&r->lock);
	while (!r->ended || r->taken < r->put) {
		if (r->taken < r->put)
			take_block(r);
		else
			wait_while(r, &r->empty);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

static void wake_thread(struct relay *r)
{
	r->empty = false;
	pthread_cond_signal(&r->changed);
}

int relay_flush(struct relay *r)
{
	int err;

	if (!r->running && r->threaded && r->nr == r->max) {
		r->running = !pthread_create(&r->thread, NULL, run, r);
		r->threaded = r->running;
	}
	pthread_mutex_lock(&r->lock);
	r->filled[r->put++ % RELAY_BLOCKS] = r->nr;
	if (!r->running)
		take_block(r);
	if (r->empty && r->put - r->taken >= RELAY_BLOCKS / 2)
		wake_thread(r);
	if (r->put - r->taken == RELAY_BLOCKS)
		wait_while(r, &r->full);
	r->nr = 0;
	r->at = block_of(r, r->put);
	err = r->err;
	pthread_mutex_unlock(&r->lock);
	return err;
}

static void end_thread(struct relay *r)
{
	if (!r->running)
		return;
	pthread_mutex_lock(&r->lock);
	r->ended = true;
	wake_thread(r);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	r->running = false;
}

int relay_end(struct relay *r)
{
	if (r->nr)
		relay_flush(r);
	end_thread(r);
	return r->err;
}

void relay_free(struct relay *r)
{
	if (!r->block)
		return;
	end_thread(r);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->changed);
	free(r->block);
	r->block = NULL;
}
