// SPDX-License-Identifier: GPL-2.0-only
#include "recording/shares.h"

#include <errno.h>
#include <stdlib.h>

int shares_init(struct shares *s, const struct pipeline *p)
{
	*s = (struct shares){ .p = p, .given = calloc(p->nr_streams + 1, sizeof(*s->given)) };
	pthread_mutex_init(&s->lock, NULL);
	return s->given ? 0 : -ENOMEM;
}

void shares_free(struct shares *s)
{
	pthread_mutex_destroy(&s->lock);
	free(s->given);
}

static size_t left(const struct shares *s, size_t stream)
{
	return s->p->streams[stream].nr_pieces - s->given[stream];
}

/* The stream with most pieces left; nr_streams: no stream has any. */
static size_t longest(const struct shares *s)
{
	size_t best = s->p->nr_streams, most = 0;

	for (size_t i = 0; i < s->p->nr_streams; i++) {
		if (left(s, i) > most) {
			most = left(s, i);
			best = i;
		}
	}
	return best;
}

const struct stream_piece *shares_next(struct shares *s, const struct stream_piece *last)
{
	const struct stream_piece *piece = NULL;
	size_t i;

	pthread_mutex_lock(&s->lock);
	if (last && left(s, last->stream))
		i = last->stream;
	else if (s->begun < s->p->nr_streams)
		i = s->begun++;
	else
		i = longest(s);
	if (i < s->p->nr_streams)
		piece = &s->p->pieces[s->p->streams[i].first_piece + s->given[i]++];
	pthread_mutex_unlock(&s->lock);
	return piece;
}
