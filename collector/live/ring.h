/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_RING_H
#define COLLECTOR_LIVE_RING_H

#include "collector/clock.h"
#include "collector/input.h"
#include "collector/perfdata/write.h"

/*
 * The buffers of one CPU that we share with the kernel: a ring of records, and for SPE an AUX area
 * of trace bytes (linux include/uapi/linux/perf_event.h, struct perf_event_mmap_page).
 */
struct ring {
	int fd;				/* of the event it belongs to; borrowed */
	uint32_t idx;			/* its number in the recording */
	int32_t cpu;
	bool sampled;			/* the event is SPE's */
	unsigned int stopped;		/* how often it must be enabled again after its area was
					 * full */
	bool snapshot;			/* snapshot mode: the kernel overwrites the oldest bytes
					 * of the area */
	struct perf_event_mmap_page *page;
	size_t page_size, data_size, aux_size;	/* bytes; aux_size 0: no SPE */
	uint8_t *aux;
	struct input_loss loss;	/* its losses and AUX bytes */
	uint64_t data_bytes;		/* bytes of records written */
	bool aux_lost;			/* the kernel reported impossible positions in the area */
};

/*
 * Map the buffers of r->fd; sizes are powers of two, aux_size may be 0.  0 or the -errno of
 * mmap(2): -EPERM means the limit of locked memory.
 */
int ring_map(struct ring *r, size_t data_size, size_t aux_size);
void ring_unmap(struct ring *r);	/* does nothing if not mapped; keeps the counts */

/*
 * Write what has arrived: all records with one write, all trace bytes with another.  Returns the
 * number of bytes, or the writer's -errno.
 */
long ring_drain(struct ring *r, struct perfdata_writer *w);

/* How ticks of the generic timer convert to ns; false: the kernel does not say. */
bool ring_clock(const struct ring *r, struct input_clock *clock);

#endif
