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
 *   drain.c		the threads
 *   keep.c		what is kept in memory only
 */

enum live_kind { LIVE_SPE, LIVE_SIDEBAND, LIVE_SWITCHES, LIVE_TRACEPOINT };

/* Bits of kinds. */
#define SPE		(1u << LIVE_SPE)
#define SIDEBAND	(1u << LIVE_SIDEBAND)
#define SWITCHES	(1u << LIVE_SWITCHES)
#define TRACEPOINTS	(1u << LIVE_TRACEPOINT)

/* One event, with an instance for each CPU and task. */
struct live_event {
	enum live_kind kind;
	union perf_attr_room attr;
	char name[256];
	const struct host_pmu *pmu;	/* of LIVE_SPE */
	const char *tracepoint;		/* its name; static */
	struct perf_opened *opened;
	struct buffer ids;		/* u64 each */
	struct buffer cpus, tids;	/* int32_t each: of the ids */
	size_t nr;
};

#define LIVE_EVENTS_MAX	(HOST_PMUS_MAX + 16)

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

/* Open all of them on these CPUs, and map.  The same. */
int live_open_all(struct live *l, const struct live_config *cfg, char *err, size_t errlen);

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
