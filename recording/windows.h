/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_WINDOWS_H
#define RECORDING_WINDOWS_H

#include "recording/pipeline.h"

/* A stream's bytes in windows. */
struct windows {
	const struct pipeline *p;
	const struct stream *s;
	size_t number;		/* of the region to read next */
	uint64_t at;		/* bytes of it read */
	struct region_reader regions;
	uint8_t *buf;
};

struct window {
	const uint8_t *data;	/* borrowed until the next windows_next() */
	size_t len;		/* bytes */
	uint64_t offset;	/* in the stream */
	struct region region;	/* it is part of */
	size_t number;		/* of the region, in the stream */
	bool last;		/* of its region */
};

/* 0 or -ENOMEM.  p and s are borrowed. */
int windows_init(struct windows *w, const struct pipeline *p, const struct stream *s);
void windows_free(struct windows *w);	/* also one that is all zeros */

/* 1 with *out filled; 0 after the last window; else -errno of the read. */
int windows_next(struct windows *w, struct window *out);

#endif
