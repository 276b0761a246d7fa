/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_TASKLOG_H
#define COLLECTOR_LIVE_TASKLOG_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/uio.h>

#include "collector/buffer.h"

/*
 * Records of tasks and maps in memory, for a recorder that keeps only the last moments
 * of everything else: whoever ran then may have been started days ago.  A log begins
 * with what ran already, and goes on with what the kernel tells.  When it has grown, the
 * next one is begun in the same way, and the one before is dropped once all that is kept
 * is younger than the next one's beginning.  So memory is that of the tasks there are,
 * and of those that came in two spans of what is kept.
 */
struct tasklog_part {
	struct buffer notes;		/* whole records: what ran when it began */
	struct buffer told;		/* and what came then */
	uint64_t began;			/* ms */
};

struct tasklog {
	pthread_mutex_t lock;
	struct tasklog_part before, now;
	uint64_t span;			/* what is kept of all else: ms */
	size_t grown, most;		/* bytes told: the next one is wanted; is a must */
	unsigned int cut;		/* times that one was dropped too early */
};

/* span is what is kept of all else, ms. */
void tasklog_init(struct tasklog *t, uint64_t span);
void tasklog_free(struct tasklog *t);

/* Whole records, of what runs at the beginning and of what the kernel tells.  0 or -ENOMEM. */
int tasklog_note(struct tasklog *t, const struct iovec *iov, int nr);
int tasklog_tell(struct tasklog *t, const struct iovec *iov, int nr);

/*
 * Drop what is not needed at that time, ms of any one clock.  Is the next one due?  It
 * begins with tasklog_begin(): what runs is noted then.
 */
bool tasklog_due(struct tasklog *t, uint64_t now);
void tasklog_begin(struct tasklog *t, uint64_t now);

#define TASKLOG_PIECES	3

/* All records, in order: how many pieces.  Nothing is added until tasklog_release(). */
int tasklog_hold(struct tasklog *t, struct iovec iov[TASKLOG_PIECES]);
void tasklog_release(struct tasklog *t);

#endif
