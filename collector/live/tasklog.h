/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_TASKLOG_H
#define COLLECTOR_LIVE_TASKLOG_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/uio.h>

#include "base/buffer.h"

/*
 * Records of tasks and maps, kept in memory for snapshot mode: the tasks in a snapshot may have
 * started days before it.  A log begins with records for all running tasks and continues with those
 * of the kernel.  When it has grown, a new log begins in the same way; the old one is dropped once
 * everything in a snapshot is younger than the start of the new one.  So memory is bounded by the
 * tasks that exist and those that start within two spans.
 */
struct tasklog_part {
	struct buffer notes;		/* whole records: the tasks at the beginning */
	struct buffer told;		/* whole records: those of the kernel since */
	uint64_t began;			/* ms */
};

struct tasklog {
	pthread_mutex_t lock;
	struct tasklog_part before, now;
	uint64_t span;			/* ms: the span of a snapshot */
	size_t grown, most;		/* bytes in told: begin a new log when it is desirable;
					 * when it is unavoidable */
	unsigned int cut;		/* how often a log was dropped too early */
};

/* span: of a snapshot, ms. */
void tasklog_init(struct tasklog *t, uint64_t span);
void tasklog_free(struct tasklog *t);

/* Add whole records: of tasks at the beginning, and those of the kernel.  0 or -ENOMEM. */
int tasklog_note(struct tasklog *t, const struct iovec *iov, int nr);
int tasklog_append(struct tasklog *t, const struct iovec *iov, int nr);

/*
 * Drop the old log if it is no longer needed at that time (ms of any one clock).  Returns whether a
 * new log is due: call tasklog_begin(), then note the running tasks.
 */
bool tasklog_due(struct tasklog *t, uint64_t now);
void tasklog_begin(struct tasklog *t, uint64_t now);

#define TASKLOG_PIECES	3

/* All records in order; returns the number of pieces.  Blocks additions until tasklog_release(). */
int tasklog_hold(struct tasklog *t, struct iovec iov[TASKLOG_PIECES]);
void tasklog_release(struct tasklog *t);

#endif
