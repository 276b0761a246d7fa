/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_AGENT_H
#define COLLECTOR_AGENT_H

#include <stdbool.h>

#include "collector/host/host.h"

/*
 * The guest agent: records what a guest knows about itself, for the report of a recording that its
 * host makes: the symbols of its kernel, which task ran on which CPU, what was mapped, and clock
 * probes; optionally samples of cycles with call chains.  perf can read the file, too.
 */
struct agent;

struct agent_config {
	const struct host *host;	/* the guest as its own programs see it; borrowed */
	const char *output;		/* as perfdata_writer_open() takes it */
	uint64_t cycles_freq;		/* Hz: sample cycles with call chains on each CPU, or
					 * cpu-clock if there is no PMU; 0: do not sample */
	int argc;
	char *const *argv;		/* the command line */
};

/* 0; or -errno with *out NULL and a sentence in err. */
int agent_open(struct agent **out, const struct agent_config *cfg, char *err, size_t errlen);

struct agent_facts {
	bool events;		/* task and map events come from the kernel; false: /proc is
				 * polled every second */
	bool symbols;		/* the kernel shows its addresses */
	bool probes;            /* the CPU has CNTVCT_EL0, so that clock probes can run */
	uint64_t cycles_freq;	/* Hz; 0: nothing is sampled */
	bool clock;		/* cpu-clock is sampled instead of cycles */
};
void agent_facts(const struct agent *a, struct agent_facts *out);

/*
 * Write the present state, then start recording events.  0, or the writer's -errno; the same for
 * the next two functions.
 */
int agent_begin(struct agent *a);
/* Run a clock probe for ms on the next CPU; does nothing without a counter. */
int agent_probe(struct agent *a, unsigned int ms);
/* Write everything that has arrived so far. */
int agent_round(struct agent *a);
/* Finish the file and free a.  0, or the writer's first -errno; NULL is fine. */
int agent_close(struct agent *a);

#endif
