// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "recording/recording_impl.h"

/*
 * Bytes per read: they stay in a second-level cache until decoded.  The kernel reads ahead; a
 * thread doing so would take longer for the handover than for the read.
 */
#define WINDOW		(256 << 10)

int windows_init(struct windows *w, const struct pipeline *p, const struct stream_piece *piece)
{
	*w = (struct windows){
		.p = p, .s = &p->streams[piece->stream], .number = piece->number,
		.at = piece->at, .left = piece->len, .regions.of = &p->regions,
	};
	w->buf = malloc(WINDOW);
	return w->buf ? 0 : -ENOMEM;
}

void windows_free(struct windows *w)
{
	free(w->buf);
}

/* Find the region of the next byte.  1; 0: after the last one; -errno. */
static int find_region(struct windows *w, const struct region **region)
{
	for (; w->number < w->s->nr; w->number++, w->at = 0) {
		*region = region_at(&w->regions, w->s->first + w->number);
		if (!*region)
			return w->regions.err;
		if (w->at < (*region)->len)
			return 1;
	}
	return 0;
}

int windows_next(struct windows *w, struct window *out)
{
	const struct region *region;
	int ret = w->left ? find_region(w, &region) : 0;
	size_t len;
	long got;

	if (ret <= 0)
		return ret;
	len = region->len - w->at < WINDOW ? region->len - w->at : WINDOW;
	len = len < w->left ? len : w->left;
	got = input_read(w->p->input, region->file_offset + w->at, w->buf, len);
	if (got <= 0)
		return (int)got;
	*out = (struct window){
		.data = w->buf, .len = got, .offset = region->offset + w->at,
		.region = *region, .number = w->number, .last = w->at + got == region->len,
	};
	w->at += got;
	w->left -= got;
	return 1;
}
