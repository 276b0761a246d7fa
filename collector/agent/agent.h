/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_AGENT_H
#define COLLECTOR_AGENT_H

#include <stdbool.h>

#include "collector/host/host.h"

/*
 * What a guest knows of itself, for a recording that its host makes: its kernel's
 * symbols, who ran on which CPU, what was mapped, and its clock; and, if wanted, samples of
 * cycles with their callers.  A recording that perf reads, too.
 */
struct agent;

struct agent_config {
	const struct host *host;	/* the guest, as its own programs see it; borrowed */
	const char *output;		/* as perfdata_writer_open() takes it */
	uint64_t cycles_freq;		/* Hz: samples of cycles with call chains on each CPU, of
					 * cpu-clock where there is no PMU; 0: none */
	int argc;
	char *const *argv;		/* the command line */
};

/* 0; or -errno with *out NULL and a sentence in err. */
int agent_open(struct agent **out, const struct agent_config *cfg, char *err, size_t errlen);

struct agent_facts {
	bool events;		/* the kernel tells; else /proc is looked at each second */
	bool symbols;		/* the kernel shows its addresses */
	bool probes;            /* the CPU has a counter that tells the clock */
	uint64_t cycles_freq;	/* Hz; 0: neither cycles nor a clock are sampled */
	bool clock;		/* it is cpu-clock */
};
void agent_facts(const struct agent *a, struct agent_facts *out);

/*
 * All that is so now, and from here on what comes.  0, or the writer's -errno, as the
 * next two.
 */
int agent_begin(struct agent *a);
/* Beats for so long on the next of the CPUs; nothing where there are none. */
int agent_probe(struct agent *a, unsigned int ms);
/* What came until now is written. */
int agent_round(struct agent *a);
/* The end of the file.  0, or the writer's first -errno; NULL is fine. */
int agent_close(struct agent *a);

#endif
