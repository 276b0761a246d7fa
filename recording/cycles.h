/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_CYCLES_H
#define RECORDING_CYCLES_H

#include "collector/event.h"
#include "kvm/timeline.h"
#include "profile/summary.h"
#include "recording/chains.h"
#include "recording/spooled.h"

/*
 * Samples of CPU cycles (or of a clock) and counters that a recording has beside SPE's samples:
 * kept from the sideband pass, 48 bytes a sample, and asked for once the timeline is sealed.
 */

struct cycles_cpu;
struct pipeline;

struct cycles {
	struct spooled samples;
	struct chains chains;
	struct cycles_cpu *cpus;	/* who is inside, until cycles_end() */
	size_t nr_cpus, last_cpu;
	bool wanted;			/* there is, or may be, a sample */
	uint64_t nr_cycles, nr_clock;	/* samples of the host's recording */
	uint64_t nr_guests;		/* samples of guests' own recordings */
	int32_t guest_vm[GUESTS_MAX];	/* of each of these recordings that has any */
	struct summary_counts *counts;	/* of each CPU that has counters */
	size_t nr_counts;
};

/* Before the first event.  fd: as of spooled_init(). */
void cycles_init(struct cycles *c, int fd);
void cycles_clear(struct cycles *c);	/* also one that is all zeros */

/* wanted: samples may come, so that guests' entries matter from the first on. */
void cycles_want(struct cycles *c);

/* Learn from an event, each CPU's in order of time; others are ignored.  0 or -ENOMEM. */
int cycles_take(struct cycles *c, const struct event *ev);
static inline int cycles_apply(struct cycles *c, const struct event *ev)
{
	return c->wanted || ev->type >= EVENT_CYCLES ? cycles_take(c, ev) : 0;
}

/* All events have been applied.  0 or -ENOMEM. */
int cycles_end(struct cycles *c);

/*
 * A sample of a guest's own recording, the index-th that was joined (below GUESTS_MAX), of VM vm.
 * ev's time is the host's; 0: the guest's clock is not known.  Its chain's contexts become those of
 * a guest.  After cycles_end().  0 or -ENOMEM.
 */
int cycles_take_guest(struct cycles *c, uint32_t index, int32_t vm, const struct event *ev);

/* One sample.  Borrowed for the call. */
struct cycles_sample {
	struct owner owner;
	uint64_t time;		/* ns; 0: not recorded */
	uint64_t ip;		/* an address of the owner; 0: the owner's is not known */
	uint64_t period;	/* cycles, or ns if .clock, that it stands for; 0: not recorded */
	int32_t cpu;		/* of the host; -1: not recorded */
	int32_t guest;		/* index of the guest's recording that it is of; -1: the host's */
	uint32_t space;		/* of ip */
	uint32_t chain;		/* in pipeline.cycles.chains; CHAIN_NONE: there is none.  Its first
				 * address is the interrupt's, which is ip where that is known. */
	int8_t el;		/* -1: not known */
	bool clock;		/* time, not cycles */
	bool guest_label;	/* the kernel labelled it a guest's */
	bool differs;		/* which is wrong: struct cycles_place */
};

/* 0, or what ends the iteration: < 0. */
typedef int cycles_fn(void *arg, const struct cycles_sample *s);

/*
 * All samples of the host's recording, each CPU's in the order of the file.  p is sealed.  0;
 * -ENOMEM; -EIO or what the system says: a file could not be read; or what fn returned.
 */
int cycles_each(const struct pipeline *p, cycles_fn *fn, void *arg);

/*
 * Likewise, all samples of guests' own recordings.  They are another measure of what the host's
 * samples in guests stand for: never add the two.
 */
int cycles_each_guest(const struct pipeline *p, cycles_fn *fn, void *arg);

/* The space of an address in a sample's chain. */
uint32_t cycles_frame_space(const struct pipeline *p, const struct cycles_sample *s,
			    enum chain_context context);

#endif
