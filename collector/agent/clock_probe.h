/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_AGENT_CLOCK_PROBE_H
#define COLLECTOR_AGENT_CLOCK_PROBE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Evidence about a guest's clock for its host.  Each turn of a loop reads CNTVCT_EL0 and loads the
 * byte at base + the count modulo size.  If the host's SPE samples that load, the record has the
 * guest's count in its address and the host's time in its timestamp.  Two reads are at most step
 * apart unless the loop was interrupted; the stretches between interruptions are recorded.
 */
struct clock_probe {
	const uint8_t *base;
	uint64_t size;		/* bytes; a power of two */
	uint64_t step;		/* ticks */
	uint64_t hz;		/* CNTFRQ_EL0 */
	uint64_t code, code_end;	/* addresses of the loop */
};

/* A stretch without interruption: ticks of the first and the last read. */
struct clock_probe_stretch {
	uint64_t from, to;
};

/* 0; -ENOSYS: this CPU has no such counter; other -errno. */
int clock_probe_open(struct clock_probe *b);
void clock_probe_close(struct clock_probe *b); /* all zero is fine */

/*
 * Run for that many ticks, or until there are max stretches.  Returns the number of stretches, at
 * least one.
 */
size_t clock_probe_run(const struct clock_probe *b, uint64_t ticks,
		       struct clock_probe_stretch *out, size_t max);

#endif
