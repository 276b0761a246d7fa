/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_CYCLES_H
#define RECORDING_CYCLES_H

#include "collector/event.h"
#include "kvm/timeline.h"
#include "profile/summary.h"
#include "recording/chains.h"
#include "recording/spooled.h"

/*
 * Samples of CPU cycles (or of a clock) and counters, which a recording may have besides SPE's
 * samples.  They are stored during the sideband pass, 48 bytes per sample, and attributed once the
 * timeline is sealed.
 */

struct cycles_cpu;
struct pipeline;

struct cycles {
	struct spooled samples;
	struct chains chains;
	struct cycles_cpu *cpus;	/* whether each CPU is in a guest, until cycles_end() */
	size_t nr_cpus, last_cpu;
	bool wanted;			/* there are samples, or may be */
	uint64_t nr_cycles, nr_clock;	/* samples of the host's recording */
	uint64_t nr_guests;		/* samples of guests' own recordings */
	int32_t guest_vm[GUESTS_MAX];	/* the VM of each of these recordings that has samples */
	struct summary_counts *counts;	/* one per CPU that has counters */
	size_t nr_counts;
};

/* Call before the first event.  fd: as for spooled_init(). */
void cycles_init(struct cycles *c, int fd);
void cycles_clear(struct cycles *c);	/* all zeros is fine */

/* Samples may come, so that guests' entries matter from the start. */
void cycles_want(struct cycles *c);

/*
 * Process an event; those of one CPU must be in order of time, irrelevant ones are ignored.  0 or
 * -ENOMEM.
 */
int cycles_take(struct cycles *c, const struct event *ev);
static inline int cycles_apply(struct cycles *c, const struct event *ev)
{
	return c->wanted || ev->type >= EVENT_CYCLES ? cycles_take(c, ev) : 0;
}

/* Call after the last event.  0 or -ENOMEM. */
int cycles_end(struct cycles *c);

/*
 * Add a sample from the guest's own recording that was joined as number index (below GUESTS_MAX),
 * of VM vm.  ev's time is the host's; 0: the guest's clock is unknown.  The contexts of its chain
 * become those of a guest.  Call after cycles_end().  0 or -ENOMEM.
 */
int cycles_take_guest(struct cycles *c, uint32_t index, int32_t vm, const struct event *ev);

/* A sample, borrowed for the call. */
struct cycles_sample {
	struct owner owner;
	uint64_t time;		/* ns; 0: not recorded */
	uint64_t ip;		/* an address in the owner's space; 0: unknown */
	uint64_t period;	/* the cycles, or ns if .clock, since the previous sample; 0: not
				 * recorded */
	int32_t cpu;		/* of the host; -1: not recorded */
	int32_t guest;		/* index of the guest's own recording that has it; -1: the host's */
	uint32_t space;		/* of ip */
	uint32_t chain;		/* in pipeline.cycles.chains; CHAIN_NONE: none.  Its first
				 * address is where the interrupt came, which is ip if that is
				 * known. */
	int8_t el;		/* -1: unknown */
	bool clock;		/* a sample of time, not of cycles */
	bool guest_label;	/* the kernel labelled it as a guest's */
	bool differs;		/* the label is wrong: struct cycles_place */
};

/* Returns 0, or < 0 to end the iteration. */
typedef int cycles_fn(void *arg, const struct cycles_sample *s);

/*
 * Iterate over all samples of the host's recording, those of each CPU in file order.  p is sealed.
 * 0; -ENOMEM; -EIO or another -errno: a file cannot be read; or what fn returned.
 */
int cycles_each(const struct pipeline *p, cycles_fn *fn, void *arg);

/*
 * Likewise for all samples of guests' own recordings.  They measure the same time as the host's
 * samples in guests: never add the two.
 */
int cycles_each_guest(const struct pipeline *p, cycles_fn *fn, void *arg);

/* The space of an address in a sample's chain, by its context. */
uint32_t cycles_frame_space(const struct pipeline *p, const struct cycles_sample *s,
			    enum chain_context context);

#endif
