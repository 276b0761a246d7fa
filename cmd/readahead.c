// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/readahead.h"

#include <pthread.h>
#include <stdlib.h>

/* Read at a time: large enough that handing over costs nothing. */
#define WINDOW		(1 << 20)
/* Smaller streams are not worth a thread. */
#define ALONE		(2 << 20)

/* A window and the buffer it lies in. */
struct slot {
	struct window w;
	int ret;		/* as readahead_next() */
	bool full;
	uint8_t *buf;
};

struct readahead {
	const struct pipeline *p;
	const struct stream *s;
	size_t number;		/* of the region to read next */
	uint64_t at;		/* bytes of it read */
	struct region_reader regions;
	struct slot slot[2];
	unsigned int turn;	/* the slot to take next */
	bool holds;		/* it is the caller's, until it comes again */
	bool threaded, stop;
	pthread_t thread;
	pthread_mutex_t lock;	/* of full and stop */
	pthread_cond_t changed;
};

/* The region of the next byte.  1; 0 after the last one; -errno. */
static int find_region(struct readahead *r, const struct region **region)
{
	for (; r->number < r->s->nr; r->number++, r->at = 0) {
		*region = region_at(&r->regions, r->s->first + r->number);
		if (!*region)
			return r->regions.err;
		if (r->at < (*region)->len)
			return 1;
	}
	return 0;
}

/* The next window, into slot. */
static void read_window(struct readahead *r, struct slot *slot)
{
	const struct region *region;
	size_t len;
	long got;

	slot->ret = find_region(r, &region);
	if (slot->ret <= 0)
		return;
	len = region->len - r->at < WINDOW ? region->len - r->at : WINDOW;
	got = source_read(r->p->source, region->file_offset + r->at, slot->buf, len);
	slot->ret = got > 0 ? 1 : got;
	if (got <= 0)
		return;
	slot->w = (struct window){
		.data = slot->buf, .len = got, .offset = region->offset + r->at,
		.region = *region, .number = r->number, .last = r->at + got == region->len,
	};
	r->at += got;
}

static void *read_all(void *arg)
{
	struct readahead *r = arg;
	unsigned int i = 0;
	bool go = true;

	while (go) {
		struct slot *slot = &r->slot[i++ % 2];

		pthread_mutex_lock(&r->lock);
		while (slot->full && !r->stop)
			pthread_cond_wait(&r->changed, &r->lock);
		go = !r->stop;
		pthread_mutex_unlock(&r->lock);
		if (!go)
			break;
		read_window(r, slot);
		go = slot->ret > 0;
		pthread_mutex_lock(&r->lock);
		slot->full = true;
		pthread_cond_signal(&r->changed);
		pthread_mutex_unlock(&r->lock);
	}
	return NULL;
}

struct readahead *readahead_new(const struct pipeline *p, const struct stream *s, bool spare)
{
	struct readahead *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->p = p;
	r->s = s;
	r->regions.of = &p->regions;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	r->slot[0].buf = malloc(WINDOW);
	r->slot[1].buf = malloc(WINDOW);
	if (!r->slot[0].buf || !r->slot[1].buf) {
		readahead_free(r);
		return NULL;
	}
	/* without a thread it is read when it is asked for */
	r->threaded = spare && s->bytes > ALONE &&
		      !pthread_create(&r->thread, NULL, read_all, r);
	return r;
}

void readahead_free(struct readahead *r)
{
	if (!r)
		return;
	if (r->threaded) {
		pthread_mutex_lock(&r->lock);
		r->stop = true;
		pthread_cond_signal(&r->changed);
		pthread_mutex_unlock(&r->lock);
		pthread_join(r->thread, NULL);
	}
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r->slot[0].buf);
	free(r->slot[1].buf);
	free(r);
}

int readahead_next(struct readahead *r, struct window *w)
{
	struct slot *slot;

	if (!r->threaded) {
		read_window(r, &r->slot[0]);
		*w = r->slot[0].w;
		return r->slot[0].ret;
	}
	pthread_mutex_lock(&r->lock);
	if (r->holds) {
		r->slot[r->turn].full = false;
		r->turn ^= 1;
		pthread_cond_signal(&r->changed);
	}
	slot = &r->slot[r->turn];
	while (!slot->full)
		pthread_cond_wait(&r->changed, &r->lock);
	r->holds = slot->ret > 0;
	pthread_mutex_unlock(&r->lock);
	*w = slot->w;
	return slot->ret;
}
