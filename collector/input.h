/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_INPUT_H
#define COLLECTOR_INPUT_H

#include <stdbool.h>

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
	uint64_t frequency;	/* samples a second; 0: none, or a period */
	bool is_spe;
	bool is_cycles, is_clock; /* its samples are EVENT_CYCLES, of cycles or of time */
	bool exclude_user, exclude_kernel, exclude_hv, exclude_guest, exclude_host;
};

/* One SPE PMU (arm_spe_0; big.LITTLE machines have several). */
struct input_pmu {
	uint32_t type;
	const char *name;	/* NULL: not recorded */
	uint64_t period;	/* operations between samples, as asked for; 0: unknown */
	uint64_t min_interval;	/* operations; 0: unknown */
	uint8_t count_size;	/* bits of a latency counter: 12 or 16; 0: unknown */
	int8_t timestamps;	/* attr says ts_enable: 1, 0; -1: unknown */
	int8_t physical_time;	/* attr says pct_enable: 1, 0; -1: unknown */
};

struct input_build_id {
	const char *path;
	int32_t pid;
	uint8_t kernel;		/* 1: of the kernel or a module */
	uint8_t guest;		/* 1: of a guest */
	uint8_t len;		/* bytes */
	uint8_t id[20];
};

/* A virtual machine that ran when `spelunk record` began. */
struct input_guest {
	int32_t pid;
	const char *name;	/* as its process has it: escape before showing */
};

/* A piece of the file, for input_read(). */
struct input_piece {
	uint64_t offset, len;	/* bytes */
};

/* A guest ran on that CPU of its, uninterrupted, while its own counter went so far. */
struct input_stretch {
	int32_t cpu;
	uint64_t from, to;	/* ticks */
};

/* What `spelunk guest-agent` says beside events: collector/agent/clock_probe.h has the meaning. */
struct input_agent {
	uint32_t version;	/* 0: another wrote the file */
	uint64_t timer_hz;	/* 0: unknown */
	uint64_t code, code_end, base, size, step; /* size 0: it has no clock probes */
	const struct input_stretch *stretches;
	size_t nr_stretches;
	const struct input_piece *kallsyms;	/* a copy of /proc/kallsyms, in order */
	size_t nr_kallsyms;
};

/* A guest's own recording that `spelunk merge` put into this one: its bytes, in order. */
struct input_merged {
	int32_t pid;		/* the process of its VM */
	bool has_offset;
	int64_t offset;		/* ticks, if it was given: the host's counter less the guest's */
	const struct input_piece *pieces;
	size_t nr_pieces;
};

/* Losses the file itself reports, per CPU (cpu -1: not told). */
struct input_loss {
	int32_t cpu;
	uint64_t truncated, partial, collided;	/* AUX regions with the flag */
	uint64_t lost_events;			/* sideband records dropped */
	uint64_t lost_samples;			/* PERF_RECORD_LOST_SAMPLES */
	uint64_t throttled;			/* times */
	/* ns of the first and last loss, collisions left out; 0: none */
	uint64_t first_time, last_time;
	uint64_t aux_bytes;			/* AUX bytes in the file */
	uint64_t missing_bytes;			/* AUX bytes reported but not in the file */
};

/* When one was. */
struct input_loss_time {
	uint64_t time;		/* ns */
	int32_t cpu;		/* -1: not told */
};

/*
 * What is known about the recording.  Complete once input_next() has
 * returned its first EVENT_AUX or -ENODATA; arrays may move until then.
 * NULL strings: not recorded.  Strings are as recorded: escape before showing.
 */
struct input_info {
	const char *path;
	const char *format;		/* "perf.data", "perf pipe", "raw AUX" */
	const char *hostname, *os_release, *arch, *cmdline, *perf_version, *cpu_desc;
	uint32_t nr_cpus;		/* 0: not recorded */
	uint32_t kernel_el;		/* where the host's kernel ran: 1, 2; 0: not recorded */
	const char *guests_by;		/* what lets events sample guests: "arm_spe_guests 1.0",
					 * "kernel"; NULL: nothing, or not recorded */
	const struct input_guest *guests;
	size_t nr_guests;
	uint64_t total_mem;		/* KiB; 0: not recorded */
	uint64_t file_size;		/* bytes */
	uint64_t first_time, last_time;	/* ns over all timed sideband, else as perf
					 * noted them; 0: none */
	const struct input_attr *attrs;
	size_t nr_attrs;
	const struct input_pmu *pmus;	/* SPE PMUs only */
	size_t nr_pmus;
	const struct input_build_id *build_ids;
	size_t nr_build_ids;
	const struct input_loss *losses;	/* one per CPU that has AUX data or losses */
	size_t nr_losses;
	/*
	 * When they were, in file order, but for collisions: one of those on a CPU within a
	 * millisecond, and no more than 65,536.
	 */
	const struct input_loss_time *loss_times;
	size_t nr_loss_times;
	bool more_loss_times;		/* others are not there */
	bool unnamed_tracepoints;	/* samples of tracepoints were skipped: the file lacks
					 * their names */
	uint32_t nr_streams;
	struct input_agent agent;
	const struct input_piece *symbols, *vdso;	/* for collector/perfdata/symbols.h, in order */
	size_t nr_symbols, nr_vdso;
	const struct input_merged *merged;
	size_t nr_merged;
	const char *const *notes;	/* what was skipped or odd, one sentence each */
	size_t nr_notes;
};

/*
 * Open a perf.data file, a pipe stream ("-" is standard input) or a file of
 * raw AUX bytes; told apart by their first bytes.  On success *out is owned
 * by the caller.  0, or -errno with *out NULL and a sentence in err (cause
 * and cure, without the file's name): -ENOENT, -EACCES and the like from the
 * system; -EISDIR a recording that is a directory, or a part of one; -EINVAL
 * not a perf.data; -ENODATA no SPE data in it; -EBADMSG damaged beyond use.
 * What comes from a pipe is read to its end here.
 */
int input_open_file(struct input **out, const char *path, char *err, size_t errlen);

/* The same of a recording that need not have SPE data: `spelunk record --no-spe`'s. */
int input_open_sideband(struct input **out, const char *path, char *err, size_t errlen);

/*
 * The next event: all sideband first, in file order (sort by .time where order
 * matters), then EVENT_AUX regions, by stream, and in each stream by offset.
 *
 * Returns 1 with *ev filled; -ENODATA after the last event; else -errno.  Damage inside
 * a file is never an error: it is skipped, and said in input_info.notes.
 */
int input_next(struct input *s, struct event *ev);

/*
 * Read AUX bytes of a file at an EVENT_AUX's .file_offset.  Any thread, any
 * time after that event.  Returns bytes read (short only at the file's end),
 * or -errno.
 */
long input_read(const struct input *s, uint64_t file_offset, void *buf, size_t len);

/* Bytes of the sideband pass done so far and in all: for a progress line. */
void input_progress(const struct input *s, uint64_t *done, uint64_t *total);

const struct input_info *input_get_info(const struct input *s);

/* NULL: the recording has none, so that ticks cannot be placed among events. */
const struct input_clock *input_get_clock(const struct input *s);

/* MIDR_EL1 of a CPU; 0: unknown.  cpu -1: of the machine, if all are alike. */
uint64_t input_midr(const struct input *s, int cpu);

void input_close(struct input *s);	/* NULL is fine */

#endif
