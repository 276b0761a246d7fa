/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_SHARES_H
#define RECORDING_SHARES_H

#include <pthread.h>

#include "recording/pipeline.h"

/*
 * Distributes the pieces of a recording to threads.  A thread stays with its stream, so that it
 * sees few tasks and keeps few rows.  It helps with another thread's stream only when every stream
 * has been started.
 */
struct shares {
	const struct pipeline *p;
	pthread_mutex_t lock;
	size_t *given;		/* pieces handed out, by stream */
	size_t begun;		/* streams that have been started */
};

/* 0 or -ENOMEM.  p is borrowed. */
int shares_init(struct shares *s, const struct pipeline *p);
void shares_free(struct shares *s);

/*
 * The next piece for the calling thread; last is the one it had before (NULL: none).  Each piece is
 * returned once, those of a stream in order.  NULL: there are no more.  Thread-safe.
 */
const struct stream_piece *shares_next(struct shares *s, const struct stream_piece *last);

#endif
