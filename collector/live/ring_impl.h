/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_RING_IMPL_H
#define COLLECTOR_LIVE_RING_IMPL_H

#include <string.h>

#include "collector/live/ring.h"
#include "collector/perfdata/format.h"

/*
 * How ring.c, which writes records, and snapshot.c, which keeps them, access records in a ring.
 * Positions are bytes since the ring was mapped, not modulo its size.
 */

/* The sample_id at the end of a record: tid, time, cpu, identifier, 8 bytes each. */
#define TRAILER_TIME_FROM_END	24
/* The offset of the time in a SAMPLE: after header, identifier, ip and tid. */
#define SAMPLE_TIME		32

static inline uint8_t *ring_data(const struct ring *r)
{
	return (uint8_t *)r->page + r->page_size;
}

/* Records consist of 8-byte words, so that no word wraps around the ring's end. */
static inline uint64_t ring_word(const struct ring *r, uint64_t at)
{
	uint64_t v;

	memcpy(&v, ring_data(r) + (at & (r->data_size - 1)), sizeof(v));
	return v;
}

static inline struct perf_event_header ring_header(const struct ring *r, uint64_t at)
{
	struct perf_event_header h;

	memcpy(&h, ring_data(r) + (at & (r->data_size - 1)), sizeof(h));
	return h;
}

static inline uint64_t ring_time(const struct ring *r, uint64_t at,
				 const struct perf_event_header *h)
{
	if (h->type == PERF_REC_SAMPLE)
		return ring_word(r, at + SAMPLE_TIME);
	return ring_word(r, at + h->size - TRAILER_TIME_FROM_END);
}

/* The bytes from tail to head of a ring of that size, as one or two pieces. */
static inline int ring_pieces(struct iovec iov[2], uint8_t *base, size_t size, uint64_t tail,
			      uint64_t head)
{
	size_t from = tail & (size - 1), len = head - tail;
	size_t first = len < size - from ? len : size - from;

	iov[0] = (struct iovec){ base + from, first };
	iov[1] = (struct iovec){ base, len - first };
	return len > first ? 2 : 1;
}

/* If this is a record about lost data, add it to the ring's losses. */
void ring_count_loss(struct ring *r, uint64_t at, const struct perf_event_header *h);

/*
 * Does the record announce more trace bytes than the area holds?  If so, its position cannot be
 * trusted.
 */
bool ring_cannot_be(const struct ring *r, uint64_t at, const struct perf_event_header *h);

#endif
