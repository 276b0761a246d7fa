/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_IMPL_H
#define COLLECTOR_PERFDATA_IMPL_H

#include "base/bytes.h"
#include "base/nodes.h"
#include "base/pool.h"
#include "collector/input_impl.h"
#include "collector/loss.h"
#include "collector/notes.h"
#include "collector/perfdata/attr.h"
#include "collector/perfdata/auxindex.h"
#include "collector/perfdata/format.h"
#include "collector/tracepoint.h"
#include "collector/window.h"

/*
 * The parts that read a perf.data file or a pipe:
 *   perfdata.c		open, the input's operations, notes for the user
 *   header.c		the file header, attrs and the table of feature sections
 *   feature.c		feature sections
 *   host.c		records of ours: the machine, its CPUs and guests
 *   agent.c		records of ours: the guest agent's facts, and symbols
 *   merged.c		records of ours: recordings of guests
 *   nodes.c		sections of NUMA nodes
 *   pmu.c		which PMUs are SPE's, and their properties
 *   tracing.c		the tracing data: formats of the KVM tracepoints
 *   walk.c		the pass over the records, including compressed ones
 *   sample.c		sample ids and samples
 *   places.c		cgroups of tasks, of samples and of records of ours
 *   cycles.c		cycles samples, and records of ours: counters
 *   record.c		records of the kernel
 *   user.c		records of perf itself
 */

struct section {
	uint64_t offset, size;	/* bytes in the file; within it */
};

/* A PMU's number, and its name and capabilities if the file has them. */
struct pmu_fact {
	uint32_t type;
	const char *name;	/* NULL: not recorded */
};

struct pmu_caps {
	const char *name;	/* of the PMU; NULL: for all CPUs */
	uint64_t min_interval;	/* operations; 0: not recorded */
	uint8_t count_size;	/* bits; 0: not recorded */
};

/* AUXTRACE_INFO version 2: one CPU. */
struct cpu_fact {
	int32_t cpu;
	uint32_t pmu_type;
	uint64_t midr, min_interval;
};

#define PMU_FACTS_MAX	256
#define CPU_FACTS_MAX	8192

struct zstd;

/* Unpacks the records inside COMPRESSED records. */
struct unpacked {
	struct zstd *zstd;
	uint8_t *buf;
	size_t start, end;	/* of the valid bytes in buf */
	const uint8_t *in;	/* borrowed from the window: still to unpack */
	size_t in_len;
	uint64_t skip;		/* bytes of payload to skip */
	uint64_t taken, given;	/* bytes in and out so far */
	bool broken;
};

/* Readings of one OWN_COUNTS record that have not been returned yet. */
struct counts {
	const uint8_t *p;	/* borrowed from the record: no other record is read meanwhile */
	uint32_t left;
	int32_t cpu;
	uint64_t time;		/* ns */
};

/* Entries of one OWN_TASKS record that were not returned yet. */
struct places {
	const uint8_t *p;	/* borrowed from the record, the last one read */
	size_t left;		/* bytes */
};

/* The maximum number of addresses in a call chain: more do not fit into a record. */
#define CHAIN_MAX	8192

struct perfdata {
	struct input input;	/* must be first: see perfdata_of() */
	int fd;
	bool pipe;		/* no sections; everything is in records */
	bool has_features;	/* the feature sections exist and were read */
	uint64_t features[4];	/* bits of the header */
	struct section feature[PERF_FEAT_BITS];
	int error;		/* -errno: reading the file failed; 0: it did not */
	uint64_t size;		/* of the file */
	uint64_t data_start, data_end, pos;
	struct pool pool;
	struct notes notes;
	struct losses losses;
	struct window window;
	struct unpacked unpacked;
	struct perf_attrs attrs;

	struct pmu_fact pmus[PMU_FACTS_MAX];
	size_t nr_pmus;
	struct pmu_caps caps[PMU_FACTS_MAX];
	size_t nr_caps;
	struct cpu_fact *cpus;		/* sorted by cpu */
	size_t nr_cpus;
	bool has_host;			/* OWN_HOST was read before the pass */
	bool has_aux_info;
	uint32_t aux_info_type;		/* which tracer; PERF_AUXTRACE_ARM_SPE */
	int64_t aux_info_pmu;		/* its PMU's number; -1: unknown */
	uint64_t cpuid;			/* MIDR_EL1 from the CPUID section, or 0 */

	struct tracepoint kvm[NR_KVM_EVENTS];
	bool has_kvm[NR_KVM_EVENTS];	/* the format is known */
	bool bad_kvm[NR_KVM_EVENTS];	/* the format was there but unusable */

	struct auxindex aux;
	size_t next_piece;
	bool pass_done;

	uint64_t *aux_offsets;		/* of AUXTRACE records, from the feature section; sorted */
	size_t nr_aux_offsets;
	bool aux_offsets_read;

	uint64_t sample_time[2];	/* feature SAMPLE_TIME */
	uint8_t *scratch;		/* copy of a string that lacked its NUL */
	uint64_t *chain;		/* CHAIN_MAX entries, for the last sample; NULL: there
					 * was none */
	struct counts counts;
	struct event place;		/* of the last sample, to be returned next: has_place */
	bool has_place;
	struct places places;
	struct nodes nodes;

	/* memory that input_info points to */
	struct input_attr *out_attrs;
	struct input_pmu *out_pmus;
	struct input_guest *guests;
	struct input_stretch *stretches;
	struct input_piece *kallsyms, *symbols, *vdso;
	struct input_jit *jits;
	struct input_piece **merged_pieces;	/* one per input_info.merged */
	struct input_merged *merged;
	struct input_build_id *build_ids;
	size_t nr_build_ids;
};

static inline struct perfdata *perfdata_of(struct input *s)
{
	return (struct perfdata *)s;
}

/* header.c: 0, or the -errno of input_fail(). */
int perfdata_read_header(struct perfdata *pd, const struct input_error *err);
/* Largest section read into memory. */
#define SECTION_MAX	(64U << 20)
/* The section's bytes, owned by the caller; NULL, with a note, if they cannot be read. */
uint8_t *perfdata_read_section(struct perfdata *pd, const struct section *sec, size_t *len);

/* feature.c: read one feature section. */
void perfdata_feature(struct perfdata *pd, unsigned int feature, const uint8_t *buf,
		      size_t len);
/* One build_id_event, whose header's 8 bytes must be there; len may exceed it. */
void perfdata_build_id(struct perfdata *pd, const uint8_t *buf, size_t len);

/* host.c: facts about the machine that `spelunk record` wrote, or further ones. */
void perfdata_host(struct perfdata *pd, const uint8_t *buf, size_t len);
/* walk.c: likewise for a file whose data begin with such records. */
void perfdata_peek_host(struct perfdata *pd);
/* Call take for each line of a text, truncated to 511 bytes. */
void perfdata_lines(struct perfdata *pd, const uint8_t *p, size_t len,
		    void (*take)(struct perfdata *pd, const char *line));

/*
 * agent.c: a record of ours.  p and len are its bytes; at is their offset in the file, UINT64_MAX
 * if they were compressed.
 */
void perfdata_own(struct perfdata *pd, unsigned int kind, const uint8_t *p, size_t len,
		  uint64_t at);

/* merged.c: an OWN_GUEST record; parameters as perfdata_own(). */
void perfdata_merged(struct perfdata *pd, const uint8_t *p, size_t len, uint64_t at);
void perfdata_merged_free(struct perfdata *pd);

/* tracing.c */
/* Set attr->kvm if its number is that of a KVM tracepoint, whatever its name. */
void perfdata_mark_kvm(const struct perfdata *pd, struct perf_attr *attr);
void perfdata_tracing(struct perfdata *pd, const uint8_t *buf, size_t len);

/*
 * A struct perf_header_string: u32 len, then len bytes that should hold a NUL.  Returns the bytes
 * and in *len those before the NUL; NULL at the end.
 */
const char *perfdata_cursor_string(struct cursor *c, size_t *len);

/* nodes.c: two of the sections. */
void perfdata_numa_topology(struct perfdata *pd, struct cursor *c);
void perfdata_mem_topology(struct perfdata *pd, struct cursor *c);

/* pmu.c */
bool perfdata_is_spe(const struct perfdata *pd, const struct perf_attr *attr);
/* Fill input_info's attrs and pmus; 0 or -ENOMEM. */
int perfdata_publish_pmus(struct perfdata *pd);
/* Give streams the PMU that only ID_INDEX knows. */
void perfdata_hint_pmus(struct perfdata *pd);
/* Index into input_info.pmus, or -1. */
int32_t perfdata_stream_pmu(const struct perfdata *pd, const struct aux_stream *s);
uint64_t perfdata_midr(const struct input *s, int cpu);

/* walk.c: 1 and *ev, or 0 after the last record. */
int perfdata_walk(struct perfdata *pd, struct event *ev);
/*
 * Look ahead for AUXTRACE_INFO and process nothing else.  Sets pd->has_aux_info, and *has_aux if an
 * AUXTRACE record came first.
 */
void perfdata_peek(struct perfdata *pd, bool *has_aux);

/* sample.c: time, place and event of a record, from a sample or a trailer. */
struct perf_where {
	uint64_t id, time;
	int32_t pid, tid, cpu;
	const struct perf_attr *attr;	/* NULL: unknown */
	const struct perf_id *of;	/* NULL: the id is unknown */
	size_t body;			/* bytes of the record before the trailer */
};
void perfdata_where(struct perfdata *pd, const struct perf_rec *rec, struct perf_where *w);
/* A SAMPLE record: 1 and *ev, or 0. */
int perfdata_sample(struct perfdata *pd, const struct perf_rec *rec, struct event *ev);

/* cycles.c: what an event other than KVM's tracepoints samples. */
enum sampled {
	SAMPLED_OTHER,
	SAMPLED_CYCLES,		/* CPU cycles */
	SAMPLED_CLOCK,		/* cpu-clock, task-clock: ns */
};
enum sampled perfdata_sampled(const struct perf_attr *attr);
/*
 * An OWN_COUNTS record.  perfdata_next_count() must return all of it before anything else is read.
 */
void perfdata_counts(struct perfdata *pd, const uint8_t *p, size_t len);
/* 1 and *ev, or 0: there are no more. */
int perfdata_next_count(struct perfdata *pd, struct event *ev);

/* places.c: an OWN_TASKS record; perfdata_next_place() returns its entries before the next one. */
void perfdata_places(struct perfdata *pd, const uint8_t *p, size_t len);
/* The place of a task from the last sample or such a record: 1 and *ev; 0: no more. */
int perfdata_next_place(struct perfdata *pd, struct event *ev);

/* record.c: a record of the kernel: 1 and *ev, or 0. */
int perfdata_kernel_record(struct perfdata *pd, const struct perf_rec *rec,
			   struct event *ev);

/*
 * user.c: a record of perf itself.  at is its offset in the file, UINT64_MAX if it was compressed.
 * Returns the number of bytes of payload that follow it.
 */
uint64_t perfdata_user_record(struct perfdata *pd, const struct perf_rec *rec, uint64_t at);
/* Read an AUXTRACE_INFO. */
void perfdata_aux_info(struct perfdata *pd, const struct perf_rec *rec);

#endif
