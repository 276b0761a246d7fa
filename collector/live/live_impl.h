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
 * The parts of a recording in progress:
 *   live.c		the interface
 *   events.c		chooses the events and fills their attrs
 *   open.c		opens and maps them
 *   time.c		opens cycles and counters, as far as the machine has them
 *   counts.c		reads the counters
 *   drain.c		the threads
 *   keep.c		snapshot mode
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
	const struct host_pmu *pmu;	/* for LIVE_SPE */
	const struct cpu_list *only;	/* the CPUs that have it; NULL: all */
	bool any_cpu;			/* one instance per task, on any CPU */
	bool optional;			/* go on without it */
	const struct live_event *leader;	/* its group leader; NULL: none */
	uint32_t what;			/* enum counter that it reads; 0: none */
	const char *tracepoint;		/* name; static */
	struct perf_opened *opened;
	struct buffer ids;		/* u64 each */
	struct buffer cpus, tids;	/* int32_t each: the CPU and task of each id */
	size_t nr;
};

/* SPE, tasks and maps, tracepoints; cycles of the host and of guests. */
#define LIVE_EVENTS_MAX	(HOST_PMUS_MAX + 16 + 2 * HOST_CORES_MAX)
#define LIVE_COUNTERS_MAX	(16 * HOST_CORES_MAX)

/* Readings of the counters that are not saved yet. */
struct counts_kept {
	struct buffer records;		/* each a u32 length and that many bytes */
	uint64_t last;			/* ms: time of the newest */
};

/* A thread that drains some of the rings. */
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
	struct live_event counters[LIVE_COUNTERS_MAX];	/* not in the file: only read */
	size_t nr_counters;
	uint64_t cycles_freq;		/* Hz; 0: not sampled */
	bool clock;			/* cpu-clock is sampled instead of cycles */
	char no_time[256];		/* which cycles and counters are missing, and why */
	struct counts_kept counts;	/* if .keep */
	struct buffer places[2];	/* the same: OWN_TASKS, each behind its u32 of bytes; the last
					 * two times */
	bool cgroups;			/* are sampled */
	bool on_exec;
	const int32_t *tids;		/* owned copy; NULL: all */
	size_t nr_tids;
	size_t data_size, aux_size;
	int level;
	struct ring *rings;
	size_t nr_rings, nr_spe_rings;

	uint64_t keep;			/* ms; 0: everything is written as it arrives */
	struct snapshot *snapshot;		/* one per ring, if .keep */
	struct tasklog log;		/* if .keep */

	struct jits_roots *roots;	/* NULL: none */
	time_t started;			/* CLOCK_REALTIME, s */
	bool with_symbols, with_kernel;	/* record symbols; including the kernel's */
	struct symbols symbols;

	struct perfdata_writer *writer;	/* drainers read it under swap */
	pthread_rwlock_t swap;
	pthread_mutex_t lock;
	pthread_cond_t quiet;		/* a drainer has finished a round */
	struct drainer *drainers;
	size_t nr_drainers;
	bool sampling;			/* SPE events should be enabled; under lock */
	bool disabled;			/* by live_disable() */
	bool stop;			/* under lock */
	int failed;			/* -errno; under lock */
	struct input_loss *losses;
};

/* Fill l->events from cfg.  0, or -errno with a sentence. */
int live_make_events(struct live *l, const struct live_config *cfg, char *err, size_t errlen);

/* Set what all events share, also those of cycles: sample_type, inherit, when to begin. */
void live_event_common(struct perf_event_attr *a, const struct live_config *cfg);

/* Open all of them on their CPUs and map the rings.  0, or -errno with a sentence. */
int live_open_all(struct live *l, const struct live_config *cfg, char *err, size_t errlen);

/*
 * Open all instances of one event.  0; or -errno: *cpu is where it failed, and the instances opened
 * so far remain for live_close_event().
 */
int live_open_event(struct live *l, const struct live_config *cfg, struct live_event *ev, int *cpu);
void live_close_event(struct live_event *ev);

/*
 * Open cycles and counters.  Those that the machine lacks or refuses are left out, and l->no_time
 * names them.
 */
void live_open_time(struct live *l, const struct live_config *cfg);

/* Read all counters and write them, or keep them if l->keep.  0, -ENOMEM or the writer's -errno. */
int live_count(struct live *l);
/* Read them once and write the same values to both files. */
int live_count_both(struct live *l, struct perfdata_writer *before, struct perfdata_writer *after);
/* Write the kept readings and the present one.  0 or -errno. */
int live_save_counts(struct live *l, struct perfdata_writer *w);

/* Time in ns on the perf clock; 0: unknown on this machine. */
uint64_t live_now(const struct live *l);

/* Describe the events for the writer's head. */
void live_events_head(const struct live *l, struct perfdata_event *out);

/* Are there tracepoints among the events? */
bool live_has_tracepoints(const struct live *l);

/* Enable or disable all events whose kind is in kinds.  0 or the first -errno. */
int live_control(struct live *l, bool on, unsigned int kinds);
/* Sampling on that CPU stopped because its buffer was full: restart it, if l->sampling. */
void live_resume(struct live *l, int32_t cpu);

int live_start_drainers(struct live *l);
/* Make every drainer empty its rings once; 0 or the writer's -errno. */
int live_drain_all(struct live *l);

#endif
