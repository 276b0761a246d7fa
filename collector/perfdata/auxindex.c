// SPDX-License-Identifier: GPL-2.0-only
#include "collector/perfdata/auxindex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "collector/event.h"

/*
 * perf pads an AUXTRACE payload to 8 bytes and counts the padding in its size
 * (tools/perf/util/auxtrace.c, __auxtrace_mmap__read()).
 */
#define PADDING_MAX 7

/*
 * Larger than any AUX area.  perf records such sizes when a CPU went offline while SPE was on,
 * because linux drivers/perf/arm_spe_pmu.c resets PMBPTR_EL1 before the event is stopped.
 */
#define REGION_MAX (1ULL << 40)

#define NO_REGION SIZE_MAX

int auxindex_chunk(struct auxindex *x, const struct aux_chunk *c)
{
	struct aux_chunk *new;

	if (c->size > UINT64_MAX - c->offset)
		return -EINVAL;
	new = array_add(x->chunks, x->nr_chunks);
	if (!new)
		return -ENOMEM;
	*new = *c;
	if (c->cpu >= 0)
		new->tid = -1;
	else
		new->cpu = -1;
	new->seq = (uint32_t)x->nr_chunks - 1;
	return 0;
}

int auxindex_region(struct auxindex *x, const struct aux_region *r)
{
	struct aux_region *new;

	if (r->size > UINT64_MAX - r->offset || r->size > REGION_MAX)
		return -EINVAL;
	new = array_add(x->regions, x->nr_regions);
	if (!new)
		return -ENOMEM;
	*new = *r;
	new->seq = (uint32_t)x->nr_regions - 1;
	return 0;
}

static int cmp_key(int32_t cpu1, int32_t tid1, int32_t idx1,
		   int32_t cpu2, int32_t tid2, int32_t idx2)
{
	return array_order(cpu1, cpu2) ?: array_order(tid1, tid2) ?: array_order(idx1, idx2);
}

static int by_stream(const void *a, const void *b)
{
	const struct aux_chunk *x = a, *y = b;

	return cmp_key(x->cpu, x->tid, x->idx, y->cpu, y->tid, y->idx) ?:
	       array_order(x->seq, y->seq);
}

static int by_offset(const void *a, const void *b)
{
	const struct aux_chunk *x = a, *y = b;

	return array_order(x->offset, y->offset) ?: array_order(x->seq, y->seq);
}

static int region_order(const void *a, const void *b)
{
	const struct aux_region *x = a, *y = b;

	return array_order(x->stream, y->stream) ?: array_order(x->offset, y->offset) ?:
	       array_order(x->seq, y->seq);
}

static bool same_stream(const struct aux_stream *s, const struct aux_chunk *c)
{
	return !cmp_key(s->cpu, s->tid, s->idx, c->cpu, c->tid, c->idx);
}

static int make_streams(struct auxindex *x)
{
	if (x->nr_chunks)
		qsort(x->chunks, x->nr_chunks, sizeof(*x->chunks), by_stream);
	for (size_t i = 0; i < x->nr_chunks; i++) {
		const struct aux_chunk *c = &x->chunks[i];
		struct aux_stream *new;

		if (x->nr_streams && same_stream(&x->streams[x->nr_streams - 1], c))
			continue;
		new = array_add(x->streams, x->nr_streams);
		if (!new)
			return -ENOMEM;
		*new = (struct aux_stream){
			.cpu = c->cpu, .tid = c->tid, .idx = c->idx, .pmu_type = -1,
		};
	}
	return 0;
}

/* The first stream that is not less than that key. */
static size_t lower_stream(const struct auxindex *x, int32_t cpu, int32_t tid, int32_t idx)
{
	const struct aux_stream *s = x->streams;

	return array_first(x->nr_streams, i,
			   cmp_key(s[i].cpu, s[i].tid, s[i].idx, cpu, tid, idx) >= 0);
}

/* The stream of that CPU or task with that ring buffer, else its first; x->nr_streams: none. */
static size_t find_stream(const struct auxindex *x, int32_t cpu, int32_t tid, int32_t idx)
{
	size_t i = lower_stream(x, cpu, tid, idx);

	if (i < x->nr_streams && x->streams[i].cpu == cpu && x->streams[i].tid == tid &&
	    x->streams[i].idx == idx)
		return i;
	i = lower_stream(x, cpu, tid, INT32_MIN);
	if (i < x->nr_streams && x->streams[i].cpu == cpu && x->streams[i].tid == tid)
		return i;
	return x->nr_streams;
}

/* A task's own ring buffer has no CPU, but its AUX records may name the CPU that wrote them. */
static void assign_region(struct auxindex *x, struct aux_region *r)
{
	size_t i = x->nr_streams;

	if (r->cpu >= 0)
		i = find_stream(x, r->cpu, -1, r->idx);
	if (i == x->nr_streams)
		i = find_stream(x, -1, r->tid, r->idx);
	if (i == x->nr_streams && r->cpu < 0 && x->nr_streams == 1)
		i = 0;
	r->stream = (uint32_t)i;
	if (i == x->nr_streams)
		return;
	if (r->flags & AUX_OVERWRITE)
		x->streams[i].overwrite = true;
	if (x->streams[i].pmu_type < 0)
		x->streams[i].pmu_type = r->pmu_type;
}

/* If regions overlap, the earlier one keeps the bytes. */
static void part_regions(struct aux_region *r, size_t nr)
{
	uint64_t done = 0;

	for (size_t i = 0; i < nr; i++) {
		uint64_t end = r[i].offset + r[i].size;

		if (r[i].offset < done) {
			r[i].offset = done;
			r[i].size = end > done ? end - done : 0;
		}
		if (end > done)
			done = end;
	}
}

static struct aux_piece *add_piece(struct auxindex *x, const struct aux_chunk *c,
				   uint64_t from, uint64_t to, uint32_t stream)
{
	struct aux_piece *p = array_add(x->pieces, x->nr_pieces);

	if (!p)
		return NULL;
	*p = (struct aux_piece){
		.offset = from, .len = to - from, .stream = stream,
		.file_offset = c->file_offset + (from - c->offset),
	};
	x->streams[stream].bytes += p->len;
	return p;
}

struct cut {
	struct aux_region *regions;
	size_t nr, at;		/* at: the first region not completely passed */
	size_t last;		/* region of the last piece, or NO_REGION */
};

/* Add [from, to) of a chunk as pieces; only a region's last piece gets its flags. */
static int cut_chunk(struct auxindex *x, struct cut *cut, const struct aux_chunk *c,
		     uint64_t from, uint64_t to, uint32_t stream)
{
	while (from < to) {
		const struct aux_region *r = NULL;
		struct aux_piece *p;
		uint64_t end = to;

		while (cut->at < cut->nr &&
		       cut->regions[cut->at].offset + cut->regions[cut->at].size <= from)
			cut->at++;
		if (cut->at < cut->nr && cut->regions[cut->at].offset <= from) {
			r = &cut->regions[cut->at];
			if (r->offset + r->size < end)
				end = r->offset + r->size;
		} else if (cut->at < cut->nr && cut->regions[cut->at].offset < end) {
			end = cut->regions[cut->at].offset;
		}
		p = add_piece(x, c, from, end, stream);
		if (!p)
			return -ENOMEM;
		if (r) {
			if (cut->last == cut->at)
				p[-1].flags = 0;
			p->flags = r->flags;
			p->time = r->time;
		}
		cut->last = r ? cut->at : NO_REGION;
		from = end;
	}
	return 0;
}

/*
 * A region without bytes ("the buffer was full, data is lost here") applies to the piece before it.
 */
static void apply_empty(struct auxindex *x, size_t first, const struct aux_region *r,
			size_t nr)
{
	size_t i = first;

	for (size_t k = 0; k < nr; k++) {
		if (r[k].size)
			continue;
		while (i < x->nr_pieces &&
		       x->pieces[i].offset + x->pieces[i].len <= r[k].offset)
			i++;
		if (i > first)
			x->pieces[i - 1].flags |= r[k].flags;
	}
}

/* Bytes that chunks or regions of a stream announce; overlapping bytes count once. */
static uint64_t stated(const struct aux_chunk *c, size_t nr_chunks,
		       const struct aux_region *r, size_t nr_regions)
{
	uint64_t sum = 0, done = 0;
	size_t i = 0, k = 0;

	while (i < nr_chunks || k < nr_regions) {
		bool chunk = k == nr_regions ||
			     (i < nr_chunks && c[i].offset <= r[k].offset);
		uint64_t from = chunk ? c[i].offset : r[k].offset;
		uint64_t to = from + (chunk ? c[i].size : r[k].size);

		if (chunk)
			i++;
		else
			k++;
		if (from < done)
			from = done;
		if (to > from) {
			sum += to - from;
			done = to;
		}
	}
	return sum;
}

/* Remove the padding at the end of chunk i. */
static void trim_padding(struct aux_chunk *c, size_t nr, size_t i, uint64_t regions_end)
{
	uint64_t end = c[i].offset + c[i].size;
	uint64_t real = i + 1 < nr ? c[i + 1].offset : regions_end;

	if (real <= c[i].offset || real >= end || end - real > PADDING_MAX)
		return;
	c[i].size = real - c[i].offset;
	if (c[i].avail > c[i].size)
		c[i].avail = c[i].size;
}

static int cut_stream(struct auxindex *x, uint32_t stream, struct aux_chunk *c, size_t nr,
		      struct aux_region *r, size_t nr_regions)
{
	struct cut cut = { .regions = r, .nr = nr_regions, .last = NO_REGION };
	size_t first = x->nr_pieces;
	uint64_t done = 0, regions_end = 0, total;

	qsort(c, nr, sizeof(*c), by_offset);
	part_regions(r, nr_regions);
	for (size_t i = 0; i < nr_regions; i++)
		if (r[i].offset + r[i].size > regions_end)
			regions_end = r[i].offset + r[i].size;
	for (size_t i = 0; i < nr; i++) {
		uint64_t from, to;

		trim_padding(c, nr, i, regions_end);
		from = c[i].offset;
		to = from + c[i].avail;
		if (from < done) {
			x->repeated += (to < done ? to : done) - from;
			from = done;
		}
		if (from >= to)
			continue;
		if (cut_chunk(x, &cut, &c[i], from, to, stream))
			return -ENOMEM;
		done = to;
	}
	apply_empty(x, first, r, nr_regions);
	total = stated(c, nr, r, nr_regions);
	x->streams[stream].missing = total - x->streams[stream].bytes;
	return 0;
}

/*
 * In snapshot mode AUX records have the ring's head instead of a range, and a later snapshot may
 * have a lower offset.  Each chunk becomes a region of its own, in file order, and is never
 * adjacent to the one before.
 */
static int cut_snapshots(struct auxindex *x, uint32_t stream, struct aux_chunk *c,
			 size_t nr, const struct aux_region *r, size_t nr_regions)
{
	uint32_t flags = AUX_OVERWRITE;
	uint64_t done = 0;

	for (size_t i = 0; i < nr_regions; i++)
		flags |= r[i].flags;
	for (size_t i = 0; i < nr; i++) {
		struct aux_piece *p;

		if (!c[i].avail)
			continue;
		if (i && c[i].offset <= done)
			c[i].offset = done + 1;
		if (c[i].avail > UINT64_MAX - 1 - c[i].offset)
			continue;
		p = add_piece(x, &c[i], c[i].offset, c[i].offset + c[i].avail, stream);
		if (!p)
			return -ENOMEM;
		p->flags = flags;
		x->streams[stream].missing += c[i].size - c[i].avail;
		done = p->offset + p->len;
	}
	return 0;
}

static int cut_streams(struct auxindex *x)
{
	size_t c = 0, r = 0;

	for (size_t s = 0; s < x->nr_streams; s++) {
		struct aux_chunk *chunks = &x->chunks[c];
		struct aux_region *regions = x->nr_regions ? &x->regions[r] : NULL;
		size_t first = c, first_region = r;
		int err;

		while (c < x->nr_chunks && same_stream(&x->streams[s], &x->chunks[c]))
			c++;
		while (r < x->nr_regions && x->regions[r].stream == s)
			r++;
		if (x->streams[s].overwrite)
			err = cut_snapshots(x, (uint32_t)s, chunks, c - first, regions,
					    r - first_region);
		else
			err = cut_stream(x, (uint32_t)s, chunks, c - first, regions,
					 r - first_region);
		if (err)
			return err;
	}
	return 0;
}

/* No more will come: free the remaining memory. */
static void keep_strays(struct auxindex *x)
{
	struct aux_region *fewer;
	size_t nr = 0;

	for (size_t i = 0; i < x->nr_regions; i++)
		if (x->regions[i].stream == x->nr_streams)
			x->regions[nr++] = x->regions[i];
	x->nr_regions = nr;
	fewer = x->regions ? realloc(x->regions, (nr + 1) * sizeof(*fewer)) : NULL;
	if (fewer)
		x->regions = fewer;
}

int auxindex_build(struct auxindex *x)
{
	int err = make_streams(x);

	if (err)
		return err;
	for (size_t i = 0; i < x->nr_regions; i++)
		assign_region(x, &x->regions[i]);
	if (x->nr_regions)
		qsort(x->regions, x->nr_regions, sizeof(*x->regions), region_order);
	err = cut_streams(x);
	free(x->chunks);
	x->chunks = NULL;
	x->nr_chunks = 0;
	keep_strays(x);
	return err;
}

void auxindex_hint(struct auxindex *x, int32_t cpu, int32_t tid, int32_t idx,
		   uint32_t pmu_type)
{
	size_t i = find_stream(x, cpu, cpu >= 0 ? -1 : tid, idx);

	if (i < x->nr_streams && x->streams[i].pmu_type < 0)
		x->streams[i].pmu_type = pmu_type;
}

void auxindex_drop_pieces(struct auxindex *x)
{
	free(x->pieces);
	x->pieces = NULL;
	x->nr_pieces = 0;
}

void auxindex_free(struct auxindex *x)
{
	free(x->chunks);
	free(x->regions);
	free(x->streams);
	free(x->pieces);
	memset(x, 0, sizeof(*x));
}
