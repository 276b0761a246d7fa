/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_INPUT_H
#define COLLECTOR_INPUT_H

#include <stdbool.h>

#include "base/nodes.h"
#include "collector/clock.h"
#include "collector/event.h"

/* Where events come from: a perf.data file or pipe, or raw AUX bytes. */
struct input;

/* One perf event of the recording. */
struct input_attr {
	const char *name;	/* "arm_spe_0//", "kvm:kvm_entry"; NULL: not recorded */
	uint32_t type;		/* PMU type number, or PERF_TYPE_* */
	uint64_t config, config1, config2, config3;
	uint64_t period;	/* operations; 0: none, or a frequency */
	uint64_t frequency;	/* samples per second; 0: none, or a period */
	bool is_spe;
	bool is_cycles, is_clock; /* its samples are EVENT_CYCLES: of cycles, or of time */
	bool exclude_user, exclude_kernel, exclude_hv, exclude_guest, exclude_host;
};

/* One SPE PMU (arm_spe_0; big.LITTLE machines have several). */
struct input_pmu {
	uint32_t type;
	const char *name;	/* NULL: not recorded */
	uint64_t period;	/* requested operations per sample; 0: unknown */
	uint64_t min_interval;	/* operations; 0: unknown */
	uint8_t count_size;	/* bits of a latency counter: 12 or 16; 0: unknown */
	int8_t timestamps;	/* ts_enable in attr: 1, 0; -1: unknown */
	int8_t physical_time;	/* pct_enable in attr: 1, 0; -1: unknown */
};

struct input_build_id {
	const char *path;
	int32_t pid;
	uint8_t kernel;		/* 1: of the kernel or a module */
	uint8_t guest;		/* 1: of a guest */
	uint8_t len;		/* bytes */
	uint8_t id[20];
};

/* A virtual machine that was running when `spelunk record` began. */
struct input_guest {
	int32_t pid;
	const char *name;	/* from its process; untrusted: escape before printing */
};

/* A piece of the file, for input_read(). */
struct input_piece {
	uint64_t offset, len;	/* bytes */
};

/* A piece of a file that names code made at run time: collector/perfdata/symbols.h. */
struct input_jit {
	int32_t pid;
	uint32_t number;	/* of the file's pieces, from 0 */
	struct input_piece piece;
};

/* A guest ran on its CPU without interruption while its own counter advanced from..to. */
struct input_stretch {
	int32_t cpu;
	uint64_t from, to;	/* ticks */
};

/* What `spelunk guest-agent` records besides events: see collector/agent/clock_probe.h. */
struct input_agent {
	uint32_t version;	/* 0: the file is not from the agent */
	uint64_t timer_hz;	/* 0: unknown */
	uint64_t code, code_end, base, size, step; /* size 0: no clock probes */
	const struct input_stretch *stretches;
	size_t nr_stretches;
	const struct input_piece *kallsyms;	/* a copy of /proc/kallsyms, in order */
	size_t nr_kallsyms;
};

/* A guest's own recording that `spelunk merge` embedded in this one: its bytes, in order. */
struct input_merged {
	int32_t pid;		/* the process of its VM */
	bool has_offset;
	int64_t offset;		/* ticks, if given: the host's counter minus the guest's */
	const struct input_piece *pieces;
	size_t nr_pieces;
};

/* Losses that the file itself reports, per CPU (cpu -1: unknown). */
struct input_loss {
	int32_t cpu;
	uint64_t truncated, partial, collided;	/* AUX regions with the flag */
	uint64_t lost_events;			/* sideband records dropped */
	uint64_t lost_samples;			/* PERF_RECORD_LOST_SAMPLES */
	uint64_t throttled;			/* times */
	/* ns of the first and last loss, except collisions; 0: none */
	uint64_t first_time, last_time;
	uint64_t aux_bytes;			/* AUX bytes in the file */
	uint64_t missing_bytes;			/* AUX bytes reported but not in the file */
};

/* The time of a loss. */
struct input_loss_time {
	uint64_t time;		/* ns */
	int32_t cpu;		/* -1: unknown */
};

/*
 * What is known about the recording.  Complete once input_next() has returned its first EVENT_AUX
 * or -ENODATA; until then arrays may move.  NULL strings: not recorded.  Strings are untrusted:
 * escape before printing.
 */
struct input_info {
	const char *path;
	const char *format;		/* "perf.data", "perf pipe", "raw AUX" */
	const char *hostname, *os_release, *arch, *cmdline, *perf_version, *cpu_desc;
	uint32_t nr_cpus;		/* 0: not recorded */
	uint32_t kernel_el;		/* the exception level of the host's kernel: 1, 2; 0: not
					 * recorded */
	const char *guests_by;		/* what lets events sample guests: "arm_spe_guests 1.0",
					 * "kernel"; NULL: nothing, or not recorded */
	const struct input_guest *guests;
	size_t nr_guests;
	uint64_t total_mem;		/* KiB; 0: not recorded */
	uint64_t file_size;		/* bytes */
	uint64_t first_time, last_time;	/* ns over all timed sideband, else from perf's header;
					 * 0: none */
	const struct input_attr *attrs;
	size_t nr_attrs;
	const struct input_pmu *pmus;	/* SPE PMUs only */
	size_t nr_pmus;
	const struct input_build_id *build_ids;
	size_t nr_build_ids;
	const struct input_loss *losses;	/* one per CPU that has AUX data or losses */
	size_t nr_losses;
	/*
	 * Times of losses except collisions, in file order: at most one per CPU and millisecond,
	 * and at most 65,536.
	 */
	const struct input_loss_time *loss_times;
	size_t nr_loss_times;
	bool more_loss_times;		/* some were dropped */
	bool unnamed_tracepoints;	/* samples of tracepoints were skipped, because the file
					 * lacks their names */
	const struct nodes *nodes;	/* NUMA nodes; NULL: not recorded */
	uint32_t nr_streams;
	struct input_agent agent;
	const struct input_piece *symbols, *vdso;	/* for collector/perfdata/symbols.h, in order */
	size_t nr_symbols, nr_vdso;
	const struct input_jit *jits;	/* likewise; the pieces of a process follow one another */
	size_t nr_jits;
	const struct input_merged *merged;
	size_t nr_merged;
	const char *const *notes;	/* what was skipped or is odd, one sentence each */
	size_t nr_notes;
};

/*
 * Open a perf.data file, a pipe ("-" is standard input) or a file of raw AUX bytes, recognized by
 * its first bytes.  A pipe is read to its end here.  On success *out is owned by the caller.  0, or
 * -errno with *out NULL and a sentence in err (cause and remedy, without the file's name): -ENOENT,
 * -EACCES and the like from the system; -EISDIR: a recording that is a directory, or part of one;
 * -EINVAL: not a perf.data; -ENODATA: no SPE data; -EBADMSG: damaged beyond use.
 */
int input_open_file(struct input **out, const char *path, char *err, size_t errlen);

/* Likewise for a recording that need not have SPE data, as from `spelunk record --no-spe`. */
int input_open_sideband(struct input **out, const char *path, char *err, size_t errlen);

/*
 * The next event: first all sideband, in file order (sort by .time if order matters), then
 * EVENT_AUX regions, by stream and offset.
 *
 * Returns 1 with *ev filled; -ENODATA after the last event; else -errno.  Damage in a file is never
 * an error: it is skipped and noted in input_info.notes.
 */
int input_next(struct input *s, struct event *ev);

/*
 * Read AUX bytes at an EVENT_AUX's .file_offset; from any thread, at any time after that event.
 * Returns the number of bytes read (short only at the end of the file), or -errno.
 */
long input_read(const struct input *s, uint64_t file_offset, void *buf, size_t len);

/* Bytes of the sideband pass: done so far, and total; for a progress line. */
void input_progress(const struct input *s, uint64_t *done, uint64_t *total);

const struct input_info *input_get_info(const struct input *s);

/* The name of the recorded machine; NULL: it had none, or it was not recorded. */
const char *input_host(const struct input_info *info);

/* NULL: the recording has no clock, so that ticks cannot be compared with events. */
const struct input_clock *input_get_clock(const struct input *s);

/* MIDR_EL1 of a CPU; 0: unknown.  cpu -1: of all CPUs, if they are the same. */
uint64_t input_midr(const struct input *s, int cpu);

void input_close(struct input *s);	/* NULL is fine */

#endif
