/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_WINDOW_H
#define COLLECTOR_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A moving view of a file through pread(): a file that is cut under us gives
 * fewer bytes, where mmap would give SIGBUS.
 */
struct window {
	int fd;
	uint8_t *buf;
	uint64_t start;		/* of buf[0] in the file, bytes */
	size_t len;		/* bytes in buf */
	size_t ahead;		/* bytes the next read asks for */
	int error;		/* errno of the first failed read; 0: none */
};

/* The largest want of window_get(): a perf record, or its header. */
#define WINDOW_WANT_MAX 65536

int window_init(struct window *w, int fd);	/* 0 or -ENOMEM */
void window_free(struct window *w);

/*
 * The bytes at pos, at least want of them unless limit or the file's end
 * comes first; *got says how many.  Borrowed until the next call.  After a
 * jump it reads little, so that what is jumped over is not read.
 */
const uint8_t *window_get(struct window *w, uint64_t pos, size_t want, uint64_t limit,
			  size_t *got);

#endif
