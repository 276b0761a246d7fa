/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_PIPELINE_H
#define RECORDING_PIPELINE_H

#include <stdatomic.h>

#include "collector/input.h"
#include "decoder/layouts.h"
#include "kvm/exits.h"
#include "kvm/timeline.h"
#include "recording/cycles.h"
#include "recording/regions.h"
#include "symbolizer/spaces/space.h"

/* A recording whose sideband has been read, so that its records can be decoded. */

/* All AUX regions of the SPE of one CPU or one thread. */
struct stream {
	int32_t cpu, tid;	/* tid -1: of a CPU */
	int32_t pmu;		/* index in input_info.pmus; -1: unknown */
	uint64_t period;	/* operations between samples; 1: not recorded */
	uint64_t midr;
	size_t kind;		/* in pipeline.kinds */
	size_t first, nr;	/* in pipeline.regions */
	uint64_t bytes;
	size_t first_piece, nr_pieces;	/* in pipeline.pieces */
};

/*
 * A part of a stream, about 4 MiB, that starts at a record and is decoded independently of the
 * bytes before it, so that threads can share a stream (recording/pieces.c).  The cuts depend on
 * the recording only.
 */
struct stream_piece {
	size_t stream;		/* in pipeline.streams */
	size_t number;		/* of the region that it starts in, in the stream */
	uint64_t at;		/* bytes of that region before it */
	uint64_t before;	/* bytes of the stream before it */
	uint64_t len;		/* bytes */
};

/* CPUs whose records have the same layouts. */
struct cpu_kind {
	int32_t pmu;
	uint64_t midr;
	struct spe_layouts *layouts;	/* while they are collected */
	struct spe_decoder *decoder;	/* initialized to expect them; copied for each stream */
};

struct pipeline {
	struct input *input;
	const struct input_info *info;
	const struct input_clock *clock;	/* NULL: none */
	struct timeline *timeline;
	struct spaces *spaces;
	struct exits *exits;		/* NULL: not requested */
	struct spooled regions;	/* of struct region */
	struct cycles cycles;		/* samples of cycles, and counters */
	int spool[4];			/* files for data that grow with the recording's length;
					 * -1: none */
	struct stream *streams;
	size_t nr_streams;
	struct stream_piece *pieces;	/* by stream and position; none before the seal */
	size_t nr_pieces;
	struct cpu_kind *kinds;
	size_t nr_kinds;
	uint64_t aux_bytes;
	uint64_t first_ticks;	/* earliest timestamp of the examined records; 0: none has one */
	uint32_t has;		/* union of their SPE_HAS_* */
	unsigned int jobs;	/* from pipeline_options */
	const atomic_bool *cancel;
	uint8_t count_size;	/* bits of a latency counter; 0: not recorded */
};

struct pipeline_options {
	enum host_mode host_mode;	/* HOST_UNKNOWN: detect */
	bool exits;		/* also collect the reasons of exits */
	bool cgroups;		/* also collect the cgroups of tasks */
	exit_site_fn *site_fn;	/* called for each exit, if .exits; NULL: none */
	void *site_arg;
	bool stays;		/* and what their threads did when, if exits (kvm/exits_stays.h) */
	bool samples_optional;	/* accept a recording without SPE data */
	bool progress;
	unsigned int jobs;	/* maximum number of threads that count records; 0: one */
	const atomic_bool *cancel;	/* once set, reading fails with -ECANCELED; NULL: never */
};

/*
 * Open path and read its sideband.  0, or -errno with a sentence in err; call pipeline_close() in
 * either case.
 */
int pipeline_open(struct pipeline *p, const char *path, const struct pipeline_options *opt,
		  char *err, size_t errlen);
/*
 * Seal, after VMs were named with timeline_name_vm().  First the timeline: this examines records,
 * all of them if the sideband alone does not decide.  Then the spaces, to which guests may be added
 * in between, and the exits.  0 or -errno.
 */
int pipeline_seal_timeline(struct pipeline *p);
int pipeline_seal_spaces(struct pipeline *p);
int pipeline_seal_exits(struct pipeline *p);
/* All three. */
int pipeline_seal(struct pipeline *p);
void pipeline_close(struct pipeline *p);

/* A consumer of a stream's records. */
struct sink {
	/* n records, in stream order; 0 or -errno, which ends the decoding */
	int (*records)(void *arg, const struct spe_record *recs, size_t n);
	void (*progress)(void *arg, uint64_t bytes);	/* NULL: not needed */
	void *arg;
	uint64_t limit;	/* stop after at least this many bytes; 0: at the end of the stream */
	enum spe_detail detail;
};

/*
 * Decode one stream, piece by piece, after pipeline_seal_timeline().  Different threads may decode
 * different streams.  *stats accounts for its bytes.  0 or -errno.
 */
int pipeline_decode(const struct pipeline *p, const struct stream *s,
		    const struct sink *sink, struct spe_stats *stats);
/* The same for one piece; sink->limit counts from its start. */
int pipeline_decode_piece(const struct pipeline *p, const struct stream_piece *piece,
			  const struct sink *sink, struct spe_stats *stats);

#endif
