/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_AUXINDEX_H
#define COLLECTOR_PERFDATA_AUXINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which AUX bytes lie where in a file, and what the kernel said of them.
 * AUXTRACE records (chunks) and AUX records (regions) go in, in file order;
 * pieces come out: by stream, by offset, no byte twice, cut at the borders of
 * regions.
 */

/* The payload of one PERF_RECORD_AUXTRACE. */
struct aux_chunk {
	uint64_t offset, size;	/* bytes in the stream, as stated */
	uint64_t avail;		/* bytes of them that the file has */
	uint64_t file_offset;	/* bytes */
	int32_t cpu, tid, idx;	/* of the ring buffer; -1: none */
	uint32_t seq;		/* place in the file */
};

/* One PERF_RECORD_AUX. */
struct aux_region {
	uint64_t offset, size;	/* bytes in the stream */
	uint64_t time;		/* ns, 0: not recorded */
	uint32_t flags;		/* AUX_* */
	int32_t cpu, tid;	/* where it was written */
	int32_t idx;		/* its ring buffer, -1: not known */
	int64_t pmu_type;	/* of its event, -1: not known */
	uint32_t stream, seq;
};

struct aux_piece {
	uint64_t offset, len, file_offset;	/* bytes */
	uint64_t time;
	uint32_t flags, stream;
};

struct aux_stream {
	int32_t cpu, tid, idx;	/* tid counts only where cpu is -1 */
	int64_t pmu_type;	/* of its event, -1: not known */
	bool overwrite;		/* snapshot mode */
	uint64_t bytes;		/* in the file */
	uint64_t missing;	/* bytes stated, but not in the file */
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
	uint64_t repeated;	/* bytes stated twice, given once */
};

/* 0; -ENOMEM; -EINVAL if the range wraps, or no buffer is as large. */
int auxindex_chunk(struct auxindex *x, const struct aux_chunk *c);
int auxindex_region(struct auxindex *x, const struct aux_region *r);

/*
 * All is known: make streams and pieces.  Chunks are dropped, and of the
 * regions those stay that belong to no stream.  0 or -ENOMEM.
 */
int auxindex_build(struct auxindex *x);

/* Built streams of that ring buffer whose PMU is not known are of pmu_type. */
void auxindex_hint(struct auxindex *x, int32_t cpu, int32_t tid, int32_t idx,
		   uint32_t pmu_type);

/* They were told: who needs them has them. */
void auxindex_drop_pieces(struct auxindex *x);

void auxindex_free(struct auxindex *x);

#endif
