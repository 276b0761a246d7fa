/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_AGENT_CLOCK_PROBE_H
#define COLLECTOR_AGENT_CLOCK_PROBE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A guest's clock, told through the samples that its host takes.  Each turn of a
 * loop reads CNTVCT_EL0 and loads the byte that lies so far behind base: the address
 * of a sampled load is the guest's count, modulo size, and its timestamp is the
 * host's.  Between two reads lies no more than step, but where the loop was
 * interrupted: the stretches between interruptions are told.
 */
struct clock_probe {
	const uint8_t *base;
	uint64_t size;		/* bytes; a power of two */
	uint64_t step;		/* ticks */
	uint64_t hz;		/* CNTFRQ_EL0 */
	uint64_t code, code_end;	/* addresses of the loop */
};

/* A time without interruption: from the first to the last read, ticks. */
struct clock_probe_stretch {
	uint64_t from, to;
};

/* 0; -ENOSYS: this CPU has no such counter; other -errno. */
int clock_probe_open(struct clock_probe *b);
void clock_probe_close(struct clock_probe *b); /* all zero is fine */

/*
 * Run for so many ticks, or until there are max stretches; at least one.  Returns
 * how many there are.
 */
size_t clock_probe_run(const struct clock_probe *b, uint64_t ticks,
		       struct clock_probe_stretch *out, size_t max);

#endif
