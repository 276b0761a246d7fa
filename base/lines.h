/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stdbool.h>
#include <stdint.h>

/* Lines of a text file that may be hostile, large, or of /proc, whose files have size 0. */

#define LINE_MAX_LEN	(128u << 10)	/* bytes of a line; longer ones come in pieces */

/*
 * A line is at to end - 1, without its '\n'.  whole: false for a piece of a line that is too long,
 * and for the last line if the file ends within it.  0, or -errno to stop.
 */
typedef int line_fn(void *arg, const char *at, const char *end, bool whole);

/*
 * Calls take() with each line, from the start of the file on.  0, the error of take(), -EFBIG if
 * the file has more than max bytes, -ENOMEM, or -errno of pread().
 */
int lines_read(int fd, uint64_t max, line_fn *take, void *arg);

#endif
