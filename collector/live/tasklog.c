// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/tasklog.h"

#include <errno.h>

/*
 * Enough for some ten thousand short processes; and the size at which memory matters more than
 * their names.
 */
#define GROWN	(16u << 20)	/* bytes */
#define MOST	(256u << 20)

void tasklog_init(struct tasklog *t, uint64_t span)
{
	*t = (struct tasklog){ .span = span, .grown = GROWN, .most = MOST };
	pthread_mutex_init(&t->lock, NULL);
}

static void drop(struct tasklog_part *p)
{
	buffer_free(&p->notes);
	buffer_free(&p->told);
}

void tasklog_free(struct tasklog *t)
{
	drop(&t->before);
	drop(&t->now);
	pthread_mutex_destroy(&t->lock);
}

static int put(struct tasklog *t, struct buffer *to, const struct iovec *iov, int nr)
{
	int ret;

	pthread_mutex_lock(&t->lock);
	for (int i = 0; i < nr; i++)
		buffer_add(to, iov[i].iov_base, iov[i].iov_len);
	ret = to->bad ? -ENOMEM : 0;
	pthread_mutex_unlock(&t->lock);
	return ret;
}

int tasklog_note(struct tasklog *t, const struct iovec *iov, int nr)
{
	return put(t, &t->now.notes, iov, nr);
}

int tasklog_append(struct tasklog *t, const struct iovec *iov, int nr)
{
	return put(t, &t->now.told, iov, nr);
}

bool tasklog_due(struct tasklog *t, uint64_t now)
{
	bool young, due;

	pthread_mutex_lock(&t->lock);
	young = now - t->now.began < t->span;
	if (!young)
		drop(&t->before);
	due = t->now.told.len >= (young ? t->most : t->grown);
	pthread_mutex_unlock(&t->lock);
	return due;
}

void tasklog_begin(struct tasklog *t, uint64_t now)
{
	pthread_mutex_lock(&t->lock);
	t->cut += t->before.told.len && now - t->now.began < t->span;
	drop(&t->before);
	t->before = t->now;
	t->now = (struct tasklog_part){ .began = now };
	pthread_mutex_unlock(&t->lock);
}

int tasklog_hold(struct tasklog *t, struct iovec iov[TASKLOG_PIECES])
{
	const struct tasklog_part *first;
	int nr = 0;

	pthread_mutex_lock(&t->lock);
	first = t->before.told.len ? &t->before : &t->now;
	iov[nr++] = (struct iovec){ first->notes.p, first->notes.len };
	iov[nr++] = (struct iovec){ first->told.p, first->told.len };
	if (first != &t->now)
		iov[nr++] = (struct iovec){ t->now.told.p, t->now.told.len };
	return nr;
}

void tasklog_release(struct tasklog *t)
{
	pthread_mutex_unlock(&t->lock);
}
