// SPDX-License-Identifier: GPL-2.0-only
#include "collector/window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"

#define WINDOW_SIZE	(1U << 20)
#define AHEAD_FIRST	4096

int window_init(struct window *w, int fd)
{
	memset(w, 0, sizeof(*w));
	w->fd = fd;
	w->ahead = AHEAD_FIRST;
	w->buf = malloc(WINDOW_SIZE);
	return w->buf ? 0 : -ENOMEM;
}

void window_free(struct window *w)
{
	free(w->buf);
	w->buf = NULL;
}

/* Bytes of the view from pos on. */
static size_t in_view(const struct window *w, uint64_t pos)
{
	if (pos < w->start || pos - w->start > w->len)
		return 0;
	return w->len - (size_t)(pos - w->start);
}

static void refill(struct window *w, uint64_t pos, size_t want, uint64_t limit)
{
	size_t kept = in_view(w, pos);
	size_t len;
	long n;

	if (pos >= w->start && pos - w->start <= w->len) {
		memmove(w->buf, w->buf + (pos - w->start), kept);
		w->ahead = w->ahead < WINDOW_SIZE / 2 ? 2 * w->ahead : WINDOW_SIZE;
	} else {
		w->ahead = AHEAD_FIRST;
	}
	w->start = pos;
	w->len = kept;
	len = w->ahead > want ? w->ahead : want;
	if (len > limit - pos)
		len = (size_t)(limit - pos);
	if (len <= kept)
		return;
	n = read_at(w->fd, pos + kept, w->buf + kept, len - kept);
	if (n < 0 && !w->error)
		w->error = (int)-n;
	if (n > 0)
		w->len += (size_t)n;
}

const uint8_t *window_move(struct window *w, uint64_t pos, size_t want, uint64_t limit,
			   size_t *got)
{
	size_t have;

	*got = 0;
	if (pos >= limit || want > WINDOW_WANT_MAX)
		return NULL;
	if (in_view(w, pos) < want)
		refill(w, pos, want, limit);
	have = in_view(w, pos);
	*got = have < limit - pos ? have : (size_t)(limit - pos);
	return w->buf + (pos - w->start);
}
