/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_H
#define COLLECTOR_LIVE_H

#include "collector/host/host.h"
#include "collector/input.h"
#include "collector/live/spe_event.h"
#include "collector/perfdata/write.h"

/*
 * A recording as it is made: events of SPE, of tasks and maps, and of KVM, their
 * buffers, and the threads that empty these into a writer.  Or, with a span to keep,
 * only what came last is there, in buffers that the kernel overwrites, and tasks and
 * maps in memory, until it is saved.
 */
struct live;

struct live_config {
	const struct host *host;	/* borrowed until live_free() */
	struct cpu_list cpus;		/* borrowed for live_open() */
	const int32_t *tids;		/* NULL: all tasks; else those nr and what they start */
	size_t nr_tids;
	bool on_exec;			/* begin when the one task executes a program */
	bool spe;			/* sample; else sideband and tracepoints only */
	bool kvm, exits;		/* tracepoints: rows of kvm_tracepoints.def */
	bool kvm_must;			/* fail if there are none */
	bool time;			/* sample cycles, and read counters: rows of counters.def */
	bool guest_time;		/* those of guests, too */
	uint64_t cycles_freq;		/* Hz: samples of cycles on each CPU */
	bool or_clock;			/* where there are no cycles, sample cpu-clock at that rate */
	struct spe_wish wish;
	size_t data_size, aux_size;	/* bytes for each CPU, powers of two; 0: choose */
	int level;			/* of zstd, as perfdata_head's */
	uint64_t keep;			/* ms; 0: everything */
	bool symbols;			/* files carry names: collector/perfdata/symbols.h */
};

/*
 * Open and map all of it, disabled.  0; or -errno with *out NULL and a sentence
 * in err: what failed, why, and what to do.
 */
int live_open(struct live **out, const struct live_config *cfg, char *err, size_t errlen);

/* What was chosen. */
struct live_facts {
	size_t data_size, aux_size;	/* bytes for each CPU */
	uint64_t period;		/* operations; of the first PMU */
	bool kvm;			/* tracepoints are recorded */
	size_t nr_cpus, nr_spe_cpus;
	uint64_t cycles_freq;		/* Hz; 0: cycles are not sampled */
	bool clock;			/* cpu-clock is, in their place */
	uint32_t counters;		/* 1 << enum counter: read each second */
	const char *no_time;		/* what was asked for of these and is missing; "": nothing */
};
void live_facts(const struct live *l, struct live_facts *out);

/*
 * A new file of this recording, with the events and the machine.  argv is the
 * command line.  0 or -errno.
 */
int live_writer(const struct live *l, struct perfdata_writer **out, const char *path, int argc,
		char *const *argv);

/*
 * Write what runs already; events that come meanwhile are not lost.  With a
 * span to keep, w is NULL.  0 or -errno; *hidden says that the kernel's addresses could
 * not be seen.
 */
int live_note_running(struct live *l, struct perfdata_writer *w, bool *hidden);

/* Threads from now on write to w, which is NULL with a span to keep.  0 or -errno. */
int live_start(struct live *l, struct perfdata_writer *w);
/* Let the events of tasks and maps come, and later the samples.  0 or -errno. */
int live_enable_sideband(struct live *l);
int live_enable_samples(struct live *l);
/* No more samples; those of tasks and maps still come.  0 or -errno. */
int live_disable_samples(struct live *l);
/* No more events. */
void live_disable(struct live *l);

/*
 * All that came until now is written, and the file whole: but for samples that the
 * kernel has not told of, less than half a buffer.  0, or the writer's -errno.
 */
int live_round(struct live *l);
/*
 * Sampling stops for a moment; what came until then is written, and the rest goes
 * to next.  The writer before is the caller's to close.  The same.
 */
int live_switch(struct live *l, struct perfdata_writer *next);

/* With a span to keep, in place of live_round() and live_switch(): */

/* Look after what is kept; from time to time, each second say.  0 or -errno. */
int live_keep(struct live *l);

/* What was saved: of how long, ns, there is all of each CPU, and of how long anything. */
struct live_reach {
	uint64_t whole, most;
};
/*
 * Write what came within the span, and was not saved before.  Meanwhile nothing is
 * recorded; after live_disable(), nor later.  0 or -errno.
 */
int live_save(struct live *l, struct perfdata_writer *w, struct live_reach *reach);
/* How often names of tasks had to be dropped too early. */
unsigned int live_cut(const struct live *l);

/* The last bytes are written, and the threads end.  0 or -errno. */
int live_stop(struct live *l);

/* Losses by CPU, after live_stop(); borrowed until live_free(). */
size_t live_losses(struct live *l, const struct input_loss **losses);
uint64_t live_record_bytes(const struct live *l);	/* of sideband, after live_stop() */

void live_free(struct live *l);		/* NULL is fine */

#endif
