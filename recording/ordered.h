/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_ORDERED_H
#define RECORDING_ORDERED_H

#include "recording/recording.h"

/*
 * All samples of SPE, on several threads, whose results are used in the order of the recording:
 * stream by stream, each in order of time.  A thread takes portions, each the samples of one CPU or
 * of several CPUs that have few.  Where portions begin depends on the recording alone.
 */

/* Bytes of AUX data after which a portion ends. */
#define ORDERED_PORTION	(8u << 20)

struct ordered_query {
	const struct filter *filter;	/* NULL: all samples */
	void *arg;
	/* A thread's own data; called before any of the others.  NULL: out of memory. */
	void *(*begin)(void *arg);
	void (*end)(void *worker);	/* releases it */
	/* In a portion; 0 or -errno.  The samples that follow are this stream's. */
	int (*stream)(void *worker, const struct stream *s);
	int (*take)(void *worker, const struct samples *s);	/* as after profile_filter() */
	int (*close)(void *worker);	/* the portion's last samples were taken */
	/* Called by one thread at a time, in the order of portions. */
	int (*put)(void *worker);
};

/* 0; -ECANCELED; or the first -errno, of reading or of one of these functions. */
int recording_ordered(const struct recording *r, const struct ordered_query *q);

#endif
