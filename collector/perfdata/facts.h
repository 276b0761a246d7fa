/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_FACTS_H
#define COLLECTOR_PERFDATA_FACTS_H

#include "collector/host/host.h"
#include "collector/perfdata/write.h"

/*
 * Header sections that describe this machine, as perf writes them: linux tools/perf/util/header.c.
 */
struct perfdata_facts {
	struct perfdata_section list[PERFDATA_SECTIONS_MAX];
	size_t nr;
	bool bad;		/* out of memory */
};

/* The machine and the command line, starting with the command's name. */
void perfdata_facts_machine(struct perfdata_facts *f, int argc, char *const *argv);
/* EVENT_DESC: names of events. */
void perfdata_facts_events(struct perfdata_facts *f, const struct perfdata_event *events,
			   size_t nr);
/* The type numbers of all PMUs, and the capabilities of those of SPE; root as in sysfiles.h. */
void perfdata_facts_pmus(struct perfdata_facts *f, const char *root);
/* Facts that perf does not record: host.c; with the running guests, if asked. */
void perfdata_facts_host(struct perfdata_facts *f, const struct host *h, bool guests);
/* NUMA_TOPOLOGY and MEM_TOPOLOGY: the CPUs and the memory of each node; root likewise. */
void perfdata_facts_nodes(struct perfdata_facts *f, const char *root);
/* Append a text in the format of perf's sections: struct perf_header_string. */
void perfdata_facts_string(struct buffer *b, const char *text);
/* Add another section; takes ownership of bytes. */
void perfdata_facts_add(struct perfdata_facts *f, unsigned int feature, struct buffer *bytes);

/* Sort by feature, as the writer requires.  0 or -ENOMEM. */
int perfdata_facts_seal(struct perfdata_facts *f);
void perfdata_facts_free(struct perfdata_facts *f);

#endif
