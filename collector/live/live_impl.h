/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_IMPL_H
#define COLLECTOR_LIVE_IMPL_H

#include <pthread.h>

#include "collector/live/live.h"
#include "collector/live/perf_open.h"
#include "collector/live/ring.h"
#include "collector/live/snapshot.h"
#include "collector/perfdata/facts.h"
#include "collector/perfdata/symbols.h"

/*
 * The parts of a recording as it is made:
 *   live.c		what the caller sees
 *   events.c		which events, as attrs
 *   open.c		opens and maps them
 *   time.c		likewise cycles and counters, as far as the machine has them
 *   counts.c		reads the counters
 *   drain.c		the threads
 *   keep.c		what is kept in memory only
 */

enum live_kind { LIVE_SPE, LIVE_SIDEBAND, LIVE_SWITCHES, LIVE_TRACEPOINT, LIVE_CYCLES,
		 LIVE_COUNTER };

/* Bits of kinds. */
#define SPE		(1u << LIVE_SPE)
#define SIDEBAND	(1u << LIVE_SIDEBAND)
#define SWITCHES	(1u << LIVE_SWITCHES)
#define TRACEPOINTS	(1u << LIVE_TRACEPOINT)
#define CYCLES		(1u << LIVE_CYCLES | 1u << LIVE_COUNTER)

/* One event, with an instance for each CPU and task. */
struct live_event {
	enum live_kind kind;
	union perf_attr_room attr;
	char name[256];
	const struct host_pmu *pmu;	/* of LIVE_SPE */
	const struct cpu_list *only;	/* the CPUs that have it; NULL: all */
	bool any_cpu;			/* an instance for each task, and not for each CPU */
	const struct live_event *leader;	/* counted together with it; NULL: alone */
	uint32_t what;			/* enum counter: reading it gives that; 0: nothing */
	const char *tracepoint;		/* its name; static */
	struct perf_opened *opened;
	struct buffer ids;		/* u64 each */
	struct buffer cpus, tids;	/* int32_t each: of the ids */
	size_t nr;
};

/* SPE, tasks and maps, tracepoints; and cycles of the host and of guests. */
#define LIVE_EVENTS_MAX	(HOST_PMUS_MAX + 16 + 2 * HOST_CORES_MAX)
#define LIVE_COUNTERS_MAX	(16 * HOST_CORES_MAX)

/* Readings of the counters that are not saved yet. */
struct counts_kept {
	struct buffer records;		/* u32 bytes, and so many, each */
	uint64_t last;			/* ms: the newest */
};

/* The thread of some rings. */
struct drainer {
	struct live *live;
	struct ring *rings;
	size_t nr;
	int wake;			/* eventfd */
	pthread_t thread;
	bool running;
	uint64_t asked, done;		/* rounds; under live.lock */
};

struct live {
	const struct host *host;
	struct live_event events[LIVE_EVENTS_MAX];
	size_t nr_events;
	struct live_event counters[LIVE_COUNTERS_MAX];	/* in no file: only read */
	size_t nr_counters;
	uint64_t cycles_freq;		/* Hz; 0: not sampled */
	bool clock;			/* cpu-clock is, not cycles */
	char no_time[256];		/* what is missing of cycles and counters, and why */
	struct counts_kept counts;	/* if .keep */
	bool on_exec;
	const int32_t *tids;		/* owned copy; NULL: all */
	size_t nr_tids;
	size_t data_size, aux_size;
	int level;
	struct ring *rings;
	size_t nr_rings, nr_spe_rings;

	uint64_t keep;			/* ms; 0: all is written as it comes */
	struct snapshot *snapshot;		/* of each ring, if .keep */
	struct tasklog log;		/* likewise */

	bool with_symbols, with_kernel;	/* names in the files; the kernel's, too */
	struct symbols symbols;

	struct perfdata_writer *writer;	/* drainers read it under swap */
	pthread_rwlock_t swap;
	pthread_mutex_t lock;
	pthread_cond_t quiet;		/* a drainer has done what it was asked */
	struct drainer *drainers;
	size_t nr_drainers;
	bool sampling;			/* events of SPE are wanted on; under lock */
	bool disabled;			/* by live_disable() */
	bool stop;			/* under lock */
	int failed;			/* -errno; under lock */
	struct input_loss *losses;
};

/* Fill l->events by the config.  0, or -errno with a sentence. */
int live_make_events(struct live *l, const struct live_config *cfg, char *err, size_t errlen);

/* What all events have, and those of cycles in their way: sample_type, inherit, when to begin. */
void live_event_common(struct perf_event_attr *a, const struct live_config *cfg);

/* Open all of them on these CPUs, and map.  The same. */
int live_open_all(struct live *l, const struct live_config *cfg, char *err, size_t errlen);

/*
 * Open one wherever it is to be.  0; or -errno, *cpu says where, and what was opened is
 * still: live_close_event().
 */
int live_open_event(struct live *l, const struct live_config *cfg, struct live_event *ev, int *cpu);
void live_close_event(struct live_event *ev);

/*
 * Cycles and counters: what the machine does not have, or give, is left out, and
 * l->no_time says so.
 */
void live_open_time(struct live *l, const struct live_config *cfg);

/* Read all counters, and write them, or keep them with l->keep.  0, -ENOMEM or the writer's. */
int live_count(struct live *l);
/* The same into the files before and after, as of one moment. */
int live_count_both(struct live *l, struct perfdata_writer *before, struct perfdata_writer *after);
/* Write what is kept, and the counters as they are now.  0 or -errno. */
int live_save_counts(struct live *l, struct perfdata_writer *w);

/* The perf events of what the writer's head has. */
void live_events_head(const struct live *l, struct perfdata_event *out);

/* Are tracepoints among them? */
bool live_has_tracepoints(const struct live *l);

/* Events whose kind is a bit of kinds come, or stop.  0 or the first -errno. */
int live_control(struct live *l, bool on, unsigned int kinds);
/* Sampling has stopped on that CPU for want of room: start it, if it is wanted. */
void live_resume(struct live *l, int32_t cpu);

int live_start_drainers(struct live *l);
/* Every drainer empties all its rings once; 0 or the writer's -errno. */
int live_drain_all(struct live *l);

#endif
