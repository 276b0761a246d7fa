/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_READAHEAD_H
#define CMD_READAHEAD_H

#include "cmd/pipeline.h"

/*
 * A stream's bytes in windows.  With a thread to spare the next window is read
 * while this one is decoded: neither the disk nor the copy is waited for.
 */
struct readahead;

struct window {
	const uint8_t *data;	/* borrowed until the next readahead_next() */
	size_t len;		/* bytes */
	uint64_t offset;	/* in the stream */
	struct region region;	/* it is part of */
	size_t number;		/* of the region, in the stream */
	bool last;		/* of its region */
};

/* NULL: out of memory.  Both are borrowed.  spare: there is a CPU for it. */
struct readahead *readahead_new(const struct pipeline *p, const struct stream *s, bool spare);
void readahead_free(struct readahead *r);	/* NULL is fine; any time */

/* 1 with *w filled; 0 after the last window; else -errno of the read. */
int readahead_next(struct readahead *r, struct window *w);

#endif
