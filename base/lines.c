// SPDX-License-Identifier: GPL-2.0-only
#include "base/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"

struct text {
	char *buf;
	size_t nr;	/* bytes in it */
	bool last;	/* and no more in the file */
};

/* Takes the complete lines of the text, and keeps the rest. */
static int take_lines(struct text *t, line_fn *take, void *arg)
{
	const char *at = t->buf, *end = t->buf + t->nr, *next;
	int err = 0;

	while (!err && (next = memchr(at, '\n', (size_t)(end - at)))) {
		err = take(arg, at, next, true);
		at = next + 1;
	}
	if (!err && at < end && (t->last || (at == t->buf && t->nr == LINE_MAX_LEN))) {
		err = take(arg, at, end, false);
		at = end;
	}
	t->nr = (size_t)(end - at);
	memmove(t->buf, at, t->nr);
	return err;
}

int lines_read(int fd, uint64_t max, line_fn *take, void *arg)
{
	struct text t = { .buf = malloc(LINE_MAX_LEN) };
	uint64_t pos = 0;
	int err = t.buf ? 0 : -ENOMEM;

	while (!err && !t.last) {
		long n = read_at(fd, pos, t.buf + t.nr, LINE_MAX_LEN - t.nr);

		pos += n > 0 ? (uint64_t)n : 0;
		t.nr += n > 0 ? (size_t)n : 0;
		t.last = !n;
		err = n < 0 ? (int)n : pos > max ? -EFBIG : take_lines(&t, take, arg);
	}
	free(t.buf);
	return err;
}
