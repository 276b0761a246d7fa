/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_SNAPSHOT_H
#define COLLECTOR_LIVE_SNAPSHOT_H

#include "collector/live/ring.h"
#include "collector/live/tasklog.h"

/*
 * The last moments of one CPU, in buffers whose oldest bytes the kernel overwrites: the
 * trace area of a struct ring with .snapshot set, and a ring of task switches and
 * tracepoints that is filled from its end to its beginning (attr.write_backward), so
 * that its newest record is where its head is.
 *
 * In such an area a record may be overwritten in part, and trace bytes cannot be read
 * backwards.  But the kernel tells of each piece it has written, by PERF_RECORD_AUX, in
 * the other ring: what is kept is the pieces that are whole (linux
 * drivers/perf/arm_spe_pmu.c, arm_spe_pmu_next_snapshot_off(): at most half of the area
 * each).
 */
struct snapshot {
	struct ring back;
	uint64_t saved;			/* its head when it was saved last */
	struct buffer pieces;		/* struct snapshot_piece; oldest first */
	size_t first;			/* index of the oldest that is whole */
	uint64_t at;			/* bytes of trace so far, modulo the area's size */
	bool overwritten;		/* pieces, since the last time */
};

/* As ring_map().  p->back.fd is that of an event that is written backward. */
int snapshot_map(struct snapshot *p, size_t data_size);
void snapshot_unmap(struct snapshot *p);

/*
 * Take what the other ring has: pieces are kept, tasks go to the log.  Bytes taken, or
 * -errno.
 */
long snapshot_drain(struct snapshot *p, struct ring *tells, struct tasklog *log);

/*
 * The rest is for buffers that nothing is written to: their events are off, and
 * snapshot_drain() was called after that.
 */

/* ns on the perf clock; 0: there is nothing. */
uint64_t snapshot_newest(const struct snapshot *p);

/*
 * From when on there is anything, 0: there is nothing; and from when on all of it, 0:
 * as long as was asked for, UINT64_MAX: never.  ns on the perf clock.
 */
struct snapshot_reach {
	uint64_t oldest, whole;
};

/*
 * Write all that is not older than since, ns on the perf clock, and was not saved
 * before; in order of time.  0 or the writer's -errno.
 */
int snapshot_save(struct snapshot *p, struct ring *tells, struct perfdata_writer *w, uint64_t since,
	      struct snapshot_reach *reach);

#endif
