/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_SNAPSHOT_H
#define COLLECTOR_LIVE_SNAPSHOT_H

#include "collector/live/ring.h"
#include "collector/live/tasklog.h"

/*
 * Snapshot mode for one CPU: buffers whose oldest bytes the kernel overwrites.  They are the AUX
 * area of a struct ring with .snapshot set, and a ring of task switches and tracepoints that the
 * kernel fills backwards (attr.write_backward), so that its head is its newest record.
 *
 * The oldest record in the area may be partly overwritten, and trace bytes cannot be parsed
 * backwards.  But the kernel announces each piece that it has written with a PERF_RECORD_AUX in the
 * other ring; a snapshot keeps the pieces that are still whole (linux drivers/perf/arm_spe_pmu.c,
 * arm_spe_pmu_next_snapshot_off(): a piece is at most half of the area).
 */
struct snapshot {
	struct ring back;
	uint64_t saved;			/* back's head at the last save */
	struct buffer pieces;		/* struct snapshot_piece; oldest first */
	size_t first;			/* index of the oldest whole piece */
	uint64_t at;			/* total bytes of trace, modulo the area's size */
	bool overwritten;		/* pieces were overwritten since the last save */
};

/* As ring_map().  p->back.fd must be an event with attr.write_backward. */
int snapshot_map(struct snapshot *p, size_t data_size);
void snapshot_unmap(struct snapshot *p);

/*
 * Empty the forward ring: remember the pieces that it announces, and add records of tasks to the
 * log.  Returns the number of bytes, or -errno.
 */
long snapshot_drain(struct snapshot *p, struct ring *ring, struct tasklog *log);

/*
 * The functions below require that the events are disabled and that snapshot_drain() was called
 * since.
 */

/* The time of the newest record, ns on the perf clock; 0: there is none. */
uint64_t snapshot_newest(const struct snapshot *p);

/*
 * ns on the perf clock.  oldest: the time of the oldest saved data, 0: none.  whole: from this time
 * on nothing is missing, 0: nothing in the requested span, UINT64_MAX: no such time.
 */
struct snapshot_reach {
	uint64_t oldest, whole;
};

/*
 * Write everything since that time (ns on the perf clock) that was not saved before, in order of
 * time.  0 or the writer's -errno.
 */
int snapshot_save(struct snapshot *p, struct ring *ring, struct perfdata_writer *w, uint64_t since,
	      struct snapshot_reach *reach);

#endif
