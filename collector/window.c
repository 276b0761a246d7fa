// SPDX-License-Identifier: GPL-2.0-only
#include "collector/window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WINDOW_SIZE	(1U << 20)
#define AHEAD_FIRST	4096

long read_at(int fd, uint64_t pos, void *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n;

		if (pos + done > INT64_MAX)
			break;
		n = pread(fd, (uint8_t *)buf + done, len - done, (off_t)(pos + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return done ? (long)done : -errno;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (long)done;
}

long read_full(int fd, void *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, (uint8_t *)buf + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		done += (size_t)n;
	}
	return (long)done;
}

int write_full(int fd, const void *buf, size_t len)
{
	const uint8_t *at = buf;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

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

const uint8_t *window_get(struct window *w, uint64_t pos, size_t want, uint64_t limit,
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
