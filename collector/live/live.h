/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_H
#define COLLECTOR_LIVE_H

#include "collector/host/host.h"
#include "collector/input.h"
#include "collector/live/spe_event.h"
#include "collector/perfdata/write.h"

/*
 * A recording in progress: events of SPE, of tasks and maps, and of KVM; their buffers; and threads
 * that drain these into a writer.  In snapshot mode (keep) only the most recent data exist, in
 * buffers that the kernel overwrites, and tasks and maps in memory, until they are saved.
 */
struct live;

struct live_config {
	const struct host *host;	/* borrowed until live_free() */
	struct cpu_list cpus;		/* borrowed for live_open() */
	const int32_t *tids;		/* NULL: all tasks; else these nr_tids tasks and their
					 * descendants */
	size_t nr_tids;
	const int *cgroup;		/* not NULL: the open folder of a cgroup, only whose tasks, and
					 * those of cgroups below it, are recorded; tids is NULL then */
	bool on_exec;			/* begin when the only task calls exec */
	bool spe;			/* sample with SPE; else sideband and tracepoints only */
	bool kvm, exits;		/* tracepoints: rows of kvm_tracepoints.def */
	bool cgroups;			/* sample tasks' cgroups at switches from one to another */
	bool cgroups_must;		/* fail if the kernel cannot, before Linux 5.13 */
	bool kvm_must;			/* fail if they are not available */
	bool time;			/* sample cycles and read counters: rows of counters.def */
	bool guest_time;		/* in guests, too */
	uint64_t cycles_freq;		/* Hz: rate of cycles samples on each CPU */
	bool or_clock;			/* if there are no cycles, sample cpu-clock at that rate */
	struct spe_wish wish;
	size_t data_size, aux_size;	/* bytes per CPU, powers of two; 0: choose */
	int level;			/* zstd level, as in perfdata_head */
	uint64_t keep;			/* ms to keep in snapshot mode; 0: write everything */
	bool symbols;			/* record symbols: collector/perfdata/symbols.h */
};

/*
 * Open and map all events, disabled.  0; or -errno with *out NULL and a sentence in err: what
 * failed, why, and what to do.
 */
int live_open(struct live **out, const struct live_config *cfg, char *err, size_t errlen);

/* What live_open() chose. */
struct live_facts {
	size_t data_size, aux_size;	/* bytes per CPU */
	uint64_t period;		/* operations; for the first PMU */
	bool kvm;			/* tracepoints are recorded */
	size_t nr_cpus, nr_spe_cpus;
	uint64_t cycles_freq;		/* Hz; 0: cycles are not sampled */
	bool clock;			/* cpu-clock is sampled instead */
	uint32_t counters;		/* 1 << enum counter: read every second */
	const char *no_time;		/* the requested cycles and counters that are missing;
					 * "": none */
};
void live_facts(const struct live *l, struct live_facts *out);

/*
 * Create a file of this recording with a header for its events and the machine.  argv is the
 * command line.  0 or -errno.
 */
int live_writer(const struct live *l, struct perfdata_writer **out, const char *path, int argc,
		char *const *argv);

/*
 * Synthesize records for tasks and maps that predate the recording; concurrent events are not lost.
 * w is NULL in snapshot mode.  0 or -errno; *hidden: the kernel's addresses are hidden.
 */
int live_note_running(struct live *l, struct perfdata_writer *w, bool *hidden);

/*
 * Write the cgroups and namespace ids of tasks (OWN_TASKS) at the end of a file;
 * live_note_running() does so at its beginning.  w NULL: keep them.  0 or -errno.
 */
int live_note_places(struct live *l, struct perfdata_writer *w);

/*
 * Write the names of code that processes made at run time (collector/live/jits.h), at the end of a
 * file.  0 or -errno.
 */
int live_note_jits(struct live *l, struct perfdata_writer *w);

/* Start the threads, which write to w (NULL in snapshot mode).  0 or -errno. */
int live_start(struct live *l, struct perfdata_writer *w);
/* Enable the events of tasks and maps, and then the samples.  0 or -errno. */
int live_enable_sideband(struct live *l);
int live_enable_samples(struct live *l);
/* Disable sampling; events of tasks and maps continue.  0 or -errno. */
int live_disable_samples(struct live *l);
/* Disable all events. */
void live_disable(struct live *l);

/*
 * Write and flush everything that has arrived, except samples that the kernel has not announced
 * yet: less than half a buffer.  0, or the writer's -errno.
 */
int live_round(struct live *l);
/*
 * Continue in another file: sampling stops for a moment, what has arrived is written to the present
 * writer, and the rest goes to next.  The caller closes the former writer.  0, or the writer's
 * -errno.
 */
int live_switch(struct live *l, struct perfdata_writer *next);

/* In snapshot mode, instead of live_round() and live_switch(): */

/* Maintain what is kept; call regularly, about once per second.  0 or -errno. */
int live_keep(struct live *l);

/*
 * What was saved, in ns back from the end: the span complete on every CPU, and the longest on any.
 */
struct live_reach {
	uint64_t whole, most;
};
/*
 * Write what is in the span and was not saved before.  Nothing is recorded meanwhile, nor
 * afterwards if live_disable() was called.  0 or -errno.
 */
int live_save(struct live *l, struct perfdata_writer *w, struct live_reach *reach);
/* How often names of tasks had to be dropped too early. */
unsigned int live_cut(const struct live *l);

/* Write the last bytes and end the threads.  0 or -errno. */
int live_stop(struct live *l);

/* Losses per CPU, after live_stop(); borrowed until live_free(). */
size_t live_losses(struct live *l, const struct input_loss **losses);
uint64_t live_record_bytes(const struct live *l);	/* bytes of sideband, after live_stop() */

void live_free(struct live *l);		/* NULL is fine */

#endif
