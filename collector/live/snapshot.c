// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/snapshot.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/live/ring_impl.h"
#include "collector/loss.h"

/* The driver fills space that is too small for a record with zeros: PMSIDR_EL1.MaxSize. */
#define PAD_MAX	2048

#define PAGE	4096	/* alignment of trace offsets in a file, which keeps records aligned */
#define BLOCK	(256u << 10)
#define AUX_OVERWRITE	2	/* PERF_AUX_FLAG_OVERWRITE */

struct snapshot_piece {
	uint64_t start, size;		/* bytes since the trace began */
	uint64_t flags, time;
	uint64_t trailer[4];		/* sample_id of its record */
};

int snapshot_map(struct snapshot *p, size_t data_size)
{
	struct ring *r = &p->back;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at = mmap(NULL, page + data_size, PROT_READ, MAP_SHARED | MAP_POPULATE, r->fd, 0);

	if (at == MAP_FAILED)
		return -errno;
	r->page = at;
	r->page_size = page;
	r->data_size = data_size;
	return 0;
}

void snapshot_unmap(struct snapshot *p)
{
	ring_unmap(&p->back);
	buffer_free(&p->pieces);
	p->first = 0;
}

/*
 * Pieces
 */

static struct snapshot_piece *pieces_of(const struct snapshot *p)
{
	return (struct snapshot_piece *)p->pieces.p;
}

static size_t nr_pieces(const struct snapshot *p)
{
	return p->pieces.len / sizeof(struct snapshot_piece);
}

static void forget(struct snapshot *p, bool overwritten)
{
	p->overwritten |= overwritten && p->first < nr_pieces(p);
	p->pieces.len = 0;
	p->first = 0;
}

/* Drop the pieces that newer ones have overwritten. */
static void forget_old(struct snapshot *p, size_t area)
{
	while (p->first < nr_pieces(p) && p->at - pieces_of(p)[p->first].start > area) {
		p->first++;
		p->overwritten = true;
	}
	if (2 * p->first < nr_pieces(p) || !p->first)
		return;
	p->pieces.len -= p->first * sizeof(struct snapshot_piece);
	memmove(p->pieces.p, pieces_of(p) + p->first, p->pieces.len);
	p->first = 0;
}

/*
 * In an overwritten area a PERF_RECORD_AUX has the piece's end, as an offset in the area [linux
 * kernel/events/ring_buffer.c, perf_aux_output_end()].  The piece begins where the previous one
 * ended, or after padding zeros; otherwise we have missed some.
 */
static int take_piece(struct snapshot *p, struct ring *r, uint64_t at, const struct perf_event_header *h)
{
	uint64_t mask = r->aux_size - 1;
	struct snapshot_piece piece = {
		.size = ring_word(r, at + 16), .flags = ring_word(r, at + 24),
		.time = ring_time(r, at, h),
	};
	uint64_t begin = ring_word(r, at + 8) - piece.size, gap = (begin - p->at) & mask;

	for (size_t i = 0; i < 4; i++)
		piece.trailer[i] = ring_word(r, at + h->size - sizeof(piece.trailer) + 8 * i);
	if (ring_cannot_be(r, at, h)) {
		r->loss.truncated++;
		loss_at(&r->loss, piece.time);
		forget(p, true);
		return 0;
	}
	if (gap > PAD_MAX)
		forget(p, true);
	piece.start = p->at + gap;
	p->at = piece.start + piece.size;
	buffer_add(&p->pieces, &piece, sizeof(piece));
	forget_old(p, r->aux_size);
	return p->pieces.bad ? -ENOMEM : 0;
}

long snapshot_drain(struct snapshot *p, struct ring *ring, struct tasklog *log)
{
	uint64_t head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->page->data_tail, at = tail, from = tail;
	struct iovec iov[2];
	int ret = 0;

	while (at < head && !ret) {
		struct perf_event_header h = ring_header(ring, at);

		if (h.size < sizeof(h))
			break;		/* no correct kernel writes this */
		if (!ring_cannot_be(ring, at, &h))
			ring_count_loss(ring, at, &h);
		if (h.type == PERF_REC_AUX) {
			if (at > from)
				ret = tasklog_append(log, iov, ring_pieces(iov, ring_data(ring),
							ring->data_size, from, at));
			ret = ret ?: take_piece(p, ring, at, &h);
			from = at + h.size;
		}
		at += h.size;
	}
	if (!ret && at > from)
		ret = tasklog_append(log, iov, ring_pieces(iov, ring_data(ring), ring->data_size,
							   from, at));
	__atomic_store_n(&ring->page->data_tail, head, __ATOMIC_RELEASE);
	return ret ? ret : (long)(head - tail);
}

/*
 * Saving
 */

uint64_t snapshot_newest(const struct snapshot *p)
{
	uint64_t head = p->back.page->data_head, time = 0;
	size_t nr = nr_pieces(p);

	if (head != p->saved) {
		struct perf_event_header h = ring_header(&p->back, head);

		time = ring_time(&p->back, head, &h);
	}
	if (p->first < nr && pieces_of(p)[nr - 1].time > time)
		time = pieces_of(p)[nr - 1].time;
	return time;
}

static void reach_to(struct snapshot_reach *reach, struct perfdata_writer *w, uint64_t time)
{
	if (!reach->oldest || time < reach->oldest)
		reach->oldest = time;
	perfdata_writer_time(w, time, time);
}

/* In one buffer everything before first was overwritten; 0: everything was. */
static void reach_whole(struct snapshot_reach *reach, uint64_t first)
{
	if (!first)
		reach->whole = UINT64_MAX;
	else if (first > reach->whole)
		reach->whole = first;
}

static int flush(struct buffer *b, struct perfdata_writer *w)
{
	struct iovec iov = { b->p, b->len };
	int ret = b->bad ? -ENOMEM : b->len ? perfdata_writer_records(w, &iov, 1) : 0;

	b->len = 0;
	return ret;
}

/* Find the positions of whole records, newest first: u64 each. */
static void find_records(const struct snapshot *p, struct buffer *out, uint64_t since, bool *more)
{
	const struct ring *r = &p->back;
	uint64_t head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE), at = head;
	uint64_t kept = p->saved - head;	/* it counts down */

	*more = kept > r->data_size;
	kept = *more ? r->data_size : kept;
	while (at - head + sizeof(struct perf_event_header) <= kept) {
		struct perf_event_header h = ring_header(r, at);

		if (h.size < sizeof(h) || at - head + h.size > kept)
			return;
		if (ring_time(r, at, &h) < since) {
			*more = false;
			return;
		}
		buffer_u64(out, at);
		at += h.size;
	}
}

static int save_records(struct snapshot *p, struct perfdata_writer *w, uint64_t since,
			struct snapshot_reach *reach)
{
	const struct ring *r = &p->back;
	struct buffer at = { 0 }, out = { 0 };
	uint64_t first = 0;
	bool more;
	int ret = 0;

	find_records(p, &at, since, &more);
	for (size_t i = at.len / 8; i-- && !ret;) {
		uint64_t pos = ((uint64_t *)at.p)[i];
		struct perf_event_header h = ring_header(r, pos);
		struct iovec iov[2];
		int nr = ring_pieces(iov, ring_data(r), r->data_size, pos, pos + h.size);

		for (int k = 0; k < nr; k++)
			buffer_add(&out, iov[k].iov_base, iov[k].iov_len);
		first = first ?: ring_time(r, pos, &h);
		reach_to(reach, w, ring_time(r, pos, &h));
		if (out.len > BLOCK)
			ret = flush(&out, w);
	}
	if (more)
		reach_whole(reach, first);
	ret = ret ?: at.bad ? -ENOMEM : flush(&out, w);
	buffer_free(&at);
	buffer_free(&out);
	p->saved = r->page->data_head;
	return ret;
}

/* A PERF_RECORD_AUX as for an area that is not overwritten, with the begin of the piece. */
static void put_piece(struct buffer *out, const struct snapshot_piece *piece, uint64_t base)
{
	struct perf_event_header h = {
		.type = PERF_REC_AUX, .size = sizeof(h) + 3 * 8 + sizeof(piece->trailer),
	};

	buffer_add(out, &h, sizeof(h));
	buffer_u64(out, piece->start - base);
	buffer_u64(out, piece->size);
	buffer_u64(out, piece->flags & ~(uint64_t)AUX_OVERWRITE);
	buffer_add(out, piece->trailer, sizeof(piece->trailer));
}

static int save_area(struct snapshot *p, struct ring *r, struct perfdata_writer *w, uint64_t since,
		     struct snapshot_reach *reach)
{
	const struct snapshot_piece *piece = pieces_of(p);
	struct buffer out = { 0 };
	size_t nr = nr_pieces(p), i = p->first;
	uint64_t base, from;
	struct iovec iov[2];
	int ret;

	while (i < nr && piece[i].time < since)
		i++;
	if (p->overwritten && i == p->first)
		reach_whole(reach, i < nr ? piece[i].time : 0);
	if (i == nr)
		return 0;
	from = piece[i].start;
	base = from & ~(uint64_t)(PAGE - 1);
	for (; i < nr; i++) {
		put_piece(&out, &piece[i], base);
		reach_to(reach, w, piece[i].time);
	}
	ret = flush(&out, w);
	buffer_free(&out);
	if (!ret && p->at > from) {
		struct perfdata_aux aux = { .offset = from - base, .idx = r->idx, .tid = -1,
					    .cpu = r->cpu };

		ret = perfdata_writer_aux(w, &aux, iov, ring_pieces(iov, r->aux, r->aux_size, from,
								    p->at));
		r->loss.aux_bytes += ret ? 0 : p->at - from;
	}
	return ret;
}

int snapshot_save(struct snapshot *p, struct ring *ring, struct perfdata_writer *w, uint64_t since,
	      struct snapshot_reach *reach)
{
	uint64_t before = perfdata_writer_size(w);
	int ret;

	*reach = (struct snapshot_reach){ 0 };
	ret = save_records(p, w, since, reach);
	ring->data_bytes += perfdata_writer_size(w) - before;
	/* If the kernel's head is not where the last piece ended, we have missed some. */
	if (ring->aux && (ring->page->aux_head ^ p->at) & (ring->aux_size - 1)) {
		ring->loss.truncated++;
		forget(p, true);
		p->at = ring->page->aux_head & (ring->aux_size - 1);
	}
	if (ring->aux)
		ret = ret ?: save_area(p, ring, w, since, reach);
	forget(p, false);
	p->overwritten = false;
	return ret;
}
