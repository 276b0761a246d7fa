/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_AUXINDEX_H
#define COLLECTOR_PERFDATA_AUXINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Index of the AUX bytes in a file, and of what the kernel reported about them.  Input: AUXTRACE
 * records (chunks) and AUX records (regions), in file order.  Output: pieces, ordered by stream and
 * offset, no byte twice, split at the borders of regions.
 */

/* The payload of one PERF_RECORD_AUXTRACE. */
struct aux_chunk {
	uint64_t offset, size;	/* bytes in the stream, as stated */
	uint64_t avail;		/* bytes of them that are in the file */
	uint64_t file_offset;	/* bytes */
	int32_t cpu, tid, idx;	/* of the ring buffer; -1: any */
	uint32_t seq;		/* position in the file */
};

/* One PERF_RECORD_AUX. */
struct aux_region {
	uint64_t offset, size;	/* bytes in the stream */
	uint64_t time;		/* ns, 0: not recorded */
	uint32_t flags;		/* AUX_* */
	int32_t cpu, tid;	/* of the ring buffer */
	int32_t idx;		/* its ring buffer, -1: unknown */
	int64_t pmu_type;	/* of its event, -1: unknown */
	uint32_t stream, seq;
};

struct aux_piece {
	uint64_t offset, len, file_offset;	/* bytes */
	uint64_t time;
	uint32_t flags, stream;
};

struct aux_stream {
	int32_t cpu, tid, idx;	/* tid is valid only if cpu is -1 */
	int64_t pmu_type;	/* of its event, -1: unknown */
	bool overwrite;		/* snapshot mode */
	uint64_t bytes;		/* in the file */
	uint64_t missing;	/* bytes announced, but not in the file */
};

struct auxindex {
	struct aux_chunk *chunks;
	size_t nr_chunks;
	struct aux_region *regions;
	size_t nr_regions;
	struct aux_stream *streams;
	size_t nr_streams;
	struct aux_piece *pieces;
	size_t nr_pieces;
	uint64_t repeated;	/* bytes that several chunks hold; used once */
};

/* 0; -ENOMEM; -EINVAL: the range wraps, or is larger than any buffer. */
int auxindex_chunk(struct auxindex *x, const struct aux_chunk *c);
int auxindex_region(struct auxindex *x, const struct aux_region *r);

/*
 * Make streams and pieces, after the last chunk and region.  Frees the chunks, and all regions
 * except those that belong to no stream.  0 or -ENOMEM.
 */
int auxindex_build(struct auxindex *x);

/* After the build: the streams of that ring buffer whose PMU is unknown are of pmu_type. */
void auxindex_hint(struct auxindex *x, int32_t cpu, int32_t tid, int32_t idx,
		   uint32_t pmu_type);

/* Free the pieces, once all have been returned as events. */
void auxindex_drop_pieces(struct auxindex *x);

void auxindex_free(struct auxindex *x);

#endif
