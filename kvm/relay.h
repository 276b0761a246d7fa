/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_RELAY_H
#define KVM_RELAY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Hands items to a function in a second thread, in order: a ring of blocks.  Where one side has to
 * wait for the other, it waits until half of the ring is its own, because to sleep and to be woken
 * costs as much as a block.  The thread starts with the first full block, so that a few items need
 * none; without a thread the function is called by the producer.
 */

#define RELAY_BLOCKS	16

/* Takes nr items.  0 or -errno: then it is not called again. */
typedef int relay_fn(void *arg, const void *items, size_t nr);

struct relay {
	relay_fn *take;
	void *arg;
	size_t size, max;	/* bytes of an item, items of a block */
	bool threaded;		/* use a thread */
	char *block;		/* RELAY_BLOCKS of them */
	char *at;		/* the next item's place in the block that is filled */
	size_t nr;		/* items in that block */

	pthread_t thread;
	bool running;		/* there is a thread */
	pthread_mutex_t lock;	/* guards all below */
	pthread_cond_t changed;
	size_t put, taken;	/* blocks */
	bool full, empty;	/* the producer waits for room, the thread for blocks */
	size_t filled[RELAY_BLOCKS];	/* items */
	bool ended;
	int err;		/* of take() */
};

/* take() gets blocks of up to max items of size bytes.  0 or -ENOMEM; free it in any case. */
int relay_init(struct relay *r, size_t size, size_t max, relay_fn *take, void *arg, bool threaded);

/* Where to write the next item. */
static inline void *relay_room(const struct relay *r)
{
	return r->at;
}

/* Hand over the items so far.  0, or the error of take(). */
int relay_flush(struct relay *r);

/* The item in relay_room() is complete.  0, or the error of take(). */
static inline int relay_add(struct relay *r)
{
	r->at += r->size;
	return ++r->nr == r->max ? relay_flush(r) : 0;
}

/* Hand over all items and wait until they were taken.  0, or the error of take(). */
int relay_end(struct relay *r);

/* Items that were not handed over are dropped.  All zero is fine. */
void relay_free(struct relay *r);

#endif
