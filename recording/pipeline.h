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

/* A recording, read up to the point where its records can be asked for. */

/* All regions of one CPU's SPE, or of one thread's. */
struct stream {
	int32_t cpu, tid;	/* tid -1: a CPU's */
	int32_t pmu;		/* index in input_info.pmus; -1: not told */
	uint64_t period;	/* operations between samples; 1: not recorded */
	uint64_t midr;
	size_t kind;		/* in pipeline.kinds */
	size_t first, nr;	/* in pipeline.regions */
	uint64_t bytes;
};

/* CPUs whose records look alike. */
struct cpu_kind {
	int32_t pmu;
	uint64_t midr;
	struct spe_layouts *layouts;	/* as long as they are collected */
	struct spe_decoder *decoder;	/* that expects them: copied for each stream */
};

struct pipeline {
	struct input *input;
	const struct input_info *info;
	const struct input_clock *clock;	/* NULL: none */
	struct timeline *timeline;
	struct spaces *spaces;
	struct exits *exits;		/* NULL: not asked for */
	struct spooled regions;	/* of struct region */
	struct cycles cycles;		/* its samples and counters, beside SPE's */
	int spool[4];			/* files for what grows with the recording; -1: none */
	struct stream *streams;
	size_t nr_streams;
	struct cpu_kind *kinds;
	size_t nr_kinds;
	uint64_t aux_bytes;
	uint64_t first_ticks;	/* the earliest of the records looked at; 0: none has one */
	uint32_t has;		/* SPE_HAS_* that any of these has */
	unsigned int jobs;	/* of pipeline_options */
	const atomic_bool *cancel;
	uint8_t count_size;	/* bits of a latency counter; 0: not recorded */
};

struct pipeline_options {
	enum host_mode host_mode;	/* HOST_UNKNOWN: find out */
	bool exits;		/* why guests were left is wanted, too */
	exit_site_fn *site_fn;	/* and where, if exits; NULL: not */
	void *site_arg;
	bool samples_optional;	/* a recording without SPE data will do */
	bool progress;
	unsigned int jobs;	/* threads that count records at the most; 0: one */
	const atomic_bool *cancel;	/* set: end reading with -ECANCELED; NULL: never */
};

/*
 * Open path and read its sideband.  0, or -errno with a sentence in err; *p is to be
 * closed in either case.
 */
int pipeline_open(struct pipeline *p, const char *path, const struct pipeline_options *opt,
		  char *err, size_t errlen);
/*
 * Seal after names of VMs were given (timeline_name_vm()): first the timeline, for which
 * records are looked at, all of them where the sideband alone does not decide, then
 * the spaces, which may learn of guests in between, and the exits.  0 or -errno.
 */
int pipeline_seal_timeline(struct pipeline *p);
int pipeline_seal_spaces(struct pipeline *p);
int pipeline_seal_exits(struct pipeline *p);
/* All three. */
int pipeline_seal(struct pipeline *p);
void pipeline_close(struct pipeline *p);

/* What takes a stream's records. */
struct sink {
	/* n records, in stream order; 0 or -errno, which ends the decoding */
	int (*records)(void *arg, const struct spe_record *recs, size_t n);
	void (*progress)(void *arg, uint64_t bytes);	/* NULL: not wanted */
	void *arg;
	uint64_t limit;	/* stop after so many bytes or a few more; 0: at the stream's end */
	enum spe_detail detail;
};

/*
 * Decode one stream, from its first region to its last.  Any thread, for
 * different streams.  *stats says where its bytes went.  0 or -errno.
 */
int pipeline_decode(const struct pipeline *p, const struct stream *s,
		    const struct sink *sink, struct spe_stats *stats);

#endif
