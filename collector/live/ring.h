/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_RING_H
#define COLLECTOR_LIVE_RING_H

#include "collector/clock.h"
#include "collector/input.h"
#include "collector/perfdata/write.h"

/*
 * The buffers of one CPU that the kernel shares with us: a ring of records, and
 * with SPE an area of trace bytes.  linux include/uapi/linux/perf_event.h, struct
 * perf_event_mmap_page.
 */
struct ring {
	int fd;				/* of the event it belongs to; borrowed */
	uint32_t idx;			/* its number in the recording */
	int32_t cpu;
	bool sampled;			/* the event is of SPE */
	unsigned int stopped;		/* for want of room: how often to start again */
	bool snapshot;			/* the kernel overwrites the area's oldest bytes */
	struct perf_event_mmap_page *page;
	size_t page_size, data_size, aux_size;	/* bytes; aux_size 0: no SPE here */
	uint8_t *aux;
	struct input_loss loss;	/* what it lost, and its AUX bytes */
	uint64_t data_bytes;		/* of records written */
	bool aux_lost;			/* what the kernel says of its area cannot be */
};

/*
 * Map the rings of r->fd; sizes are powers of two, aux_size may be 0.  0 or the
 * -errno of mmap(2): -EPERM is a limit of locked memory.
 */
int ring_map(struct ring *r, size_t data_size, size_t aux_size);
void ring_unmap(struct ring *r);	/* not mapped is fine; the rest stays */

/*
 * Write what has come: the records by one system call, and the trace bytes by
 * one.  Bytes written, or the -errno of the writer.
 */
long ring_drain(struct ring *r, struct perfdata_writer *w);

/* How the generic timer's ticks become ns; false: the kernel does not say. */
bool ring_clock(const struct ring *r, struct input_clock *clock);

#endif
