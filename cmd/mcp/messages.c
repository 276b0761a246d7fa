// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/mcp/messages.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int messages_open(struct messages *l, int fd)
{
	*l = (struct messages){ .fd = fd, .buffer = malloc(MESSAGE_BYTES + 1) };
	return l->buffer ? 0 : -ENOMEM;
}

void messages_close(struct messages *l)
{
	free(l->buffer);
	*l = (struct messages){ 0 };
}

bool messages_have_room(const struct messages *l)
{
	return !l->ended && (l->begin || l->end <= MESSAGE_BYTES);
}

/* 1: something arrived, or the end; -errno. */
static int fill(struct messages *l)
{
	ssize_t n;

	if (l->begin) {
		memmove(l->buffer, l->buffer + l->begin, l->end - l->begin);
		l->end -= l->begin;
		l->looked -= l->begin < l->looked ? l->begin : l->looked;
		l->begin = 0;
	}
	do {
		n = read(l->fd, l->buffer + l->end, MESSAGE_BYTES + 1 - l->end);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	l->ended = !n;
	l->end += (size_t)n;
	return 1;
}

/* The line at begin; false: it is not complete. */
static bool take(struct messages *l, char **line, size_t *len)
{
	char *at = l->buffer + l->begin, *newline = memchr(at, '\n', l->end - l->begin);

	if (!newline && (!l->ended || l->begin == l->end))
		return false;
	*line = at;
	*len = newline ? (size_t)(newline - at) : l->end - l->begin;
	l->begin += *len + !!newline;
	return true;
}

int messages_next(struct messages *l, char **line, size_t *len)
{
	for (;;) {
		bool skipped = l->skipping;
		int ret;

		if (take(l, line, len)) {
			l->skipping = false;
			return skipped ? -E2BIG : 1;
		}
		if (l->ended) {
			l->skipping = false;
			return skipped ? -E2BIG : 0;
		}
		if (!messages_have_room(l)) {
			l->begin = l->end = l->looked = 0;
			l->skipping = true;
		}
		ret = fill(l);
		if (ret < 0)
			return ret;
	}
}

int messages_look(struct messages *l, char **line, size_t *len)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	char *newline;

	if (messages_have_room(l) && poll(&p, 1, 0) > 0 && fill(l) < 0)
		l->ended = true;
	if (l->looked < l->begin)
		l->looked = l->begin;
	newline = memchr(l->buffer + l->looked, '\n', l->end - l->looked);
	if (!newline)
		return 0;
	*line = l->buffer + l->looked;
	*len = (size_t)(newline - *line);
	l->looked += *len + 1;
	return 1;
}
