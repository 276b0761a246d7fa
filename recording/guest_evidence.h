/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_GUEST_EVIDENCE_H
#define RECORDING_GUEST_EVIDENCE_H

#include "recording/pipeline.h"
#include "kvm/guest_clock.h"

/* A moment of the guest's: something was noted on that CPU of its. */
struct guest_moment {
	uint64_t ticks;
	int32_t cpu;
};

/* What a guest's recording says that its host saw, too. */
struct guest_evidence {
	const struct input_agent *agent;	/* borrowed */
	struct input_stretch *stretches;	/* its, in order of time */
	struct guest_moment *moments;
	size_t nr, max;
	uint64_t first, last;		/* ticks of all that it says; last 0: nothing */
	uint64_t loads, exits;		/* how much was used */
};

/* Time of an event in the guest.  0 or -ENOMEM. */
int guest_evidence_moment(struct guest_evidence *e, uint64_t ticks, int32_t cpu);

/*
 * Find how the clock of that VM lies to the host's.  c is left for the caller to ask
 * and clear.  0 or -errno.
 */
int guest_evidence_clock(struct guest_evidence *e, struct pipeline *p, int32_t vm,
			 struct guest_clock *c);

void guest_evidence_free(struct guest_evidence *e);

#endif
