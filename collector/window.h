/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_WINDOW_H
#define COLLECTOR_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A sliding view of a file, read with pread(): if the file is truncated meanwhile, there are fewer
 * bytes, where mmap would raise SIGBUS.
 */
struct window {
	int fd;
	uint8_t *buf;
	uint64_t start;		/* file offset of buf[0], bytes */
	size_t len;		/* bytes in buf */
	size_t ahead;		/* bytes that the next read requests */
	int error;		/* errno of the first failed read; 0: none */
};

/* Maximum of want in window_get(): the size of a perf record. */
#define WINDOW_WANT_MAX 65536

int window_init(struct window *w, int fd);	/* 0 or -ENOMEM */
void window_free(struct window *w);

/* window_get() of bytes that are not in buf. */
const uint8_t *window_move(struct window *w, uint64_t pos, size_t want, uint64_t limit,
			   size_t *got);

/*
 * The bytes at pos: at least want of them, unless limit or the end of the file comes first; *got is
 * their number.  Borrowed until the next call.  After a jump it reads only little, so that skipped
 * data are not read.
 */
static inline const uint8_t *window_get(struct window *w, uint64_t pos, size_t want, uint64_t limit,
					size_t *got)
{
	if (pos >= w->start && pos < limit && pos - w->start < w->len &&
	    w->len - (pos - w->start) >= want) {
		size_t have = w->len - (size_t)(pos - w->start);

		*got = have < limit - pos ? have : (size_t)(limit - pos);
		return w->buf + (pos - w->start);
	}
	return window_move(w, pos, want, limit, got);
}

#endif
