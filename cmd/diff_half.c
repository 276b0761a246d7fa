// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/diff_half.h"

#include <string.h>

static const enum field default_keys[] = { FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define NR_DEFAULT_KEYS	(sizeof(default_keys) / sizeof(default_keys[0]))

static void choose_keys(struct diff_half *h, const struct diff_query *q)
{
	const enum field *keys = q->nr_keys ? q->keys : default_keys;

	h->nr_keys = q->nr_keys ? q->nr_keys : NR_DEFAULT_KEYS;
	memcpy(h->keys, keys, h->nr_keys * sizeof(*keys));
	h->keys[h->nr_keys++] = FIELD_SLICE;
}

/* Choose slices as the statistics require. */
static void cut_time(struct diff_half *h, const struct pipeline *p)
{
	if (!p->clock || !p->first_ticks)
		return;
	h->span = (struct time_span){
		input_clock_ns(p->clock, p->first_ticks), p->info->last_time,
	};
	if (time_span_known(&h->span))
		h->slice = (h->span.end - h->span.begin) / TIME_SLICES + 1;
}

static int count(struct diff_half *h, const struct recording *rec, const struct diff_query *q)
{
	struct profile_query query = {
		.keys = h->keys, .nr_keys = h->nr_keys, .filter = q->filter, .together = true,
	};
	struct profile_context ctx = recording_context(rec);
	struct profile *profile = NULL;
	int err;

	ctx.slice = h->slice;
	ctx.cancel = q->count.cancel;
	err = count_all(&rec->p, &query, &ctx, &q->count, &profile, &h->summary);
	err = err ?: profile_rows(profile, h->keys, h->nr_keys, 0, rec->naming,
				  h->summary.count_size, &h->rows);
	profile_free(profile);
	return err;
}

int diff_half_count(struct diff_half *h, const struct recording *rec, const struct diff_query *q)
{
	int err;

	choose_keys(h, q);
	cut_time(h, &rec->p);
	err = count(h, rec, q);
	if (err)
		return err;
	recording_missing(rec, &h->missing);
	h->exits = rec->p.exits;
	h->data = recording_data(rec, &h->summary, &h->missing, q->filter_text);
	return 0;
}

void diff_half_clear(struct diff_half *h)
{
	rows_free(h->rows);
	summary_clear(&h->summary);
	h->rows = NULL;
}

struct diff_side diff_half_side(const struct diff_half *h)
{
	return (struct diff_side){
		.d = &h->data, .span = &h->span, .slice = h->slice,
		.exits = h->exits, .rows = h->rows,
	};
}
