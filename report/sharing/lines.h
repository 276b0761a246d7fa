/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SHARING_LINES_H
#define REPORT_SHARING_LINES_H

#include "profile/profile.h"

/*
 * Rows of accesses folded into cache lines and the threads that met them: shared by the
 * batch report and the screens, so that their numbers are the same.
 */

/* What a line's address counts in: equal addresses of one memory are one line. */
enum sharing_memory {
	SHARING_PHYSICAL,	/* the machine's: host, guests and all processes see it */
	SHARING_KERNEL,		/* virtual, of the host's kernel */
	SHARING_SWITCH,		/* virtual, of the world switch where it has its own (nVHE) */
	SHARING_PROCESS,	/* virtual, of the host process .owner */
	SHARING_GUEST,		/* virtual, of the VM .owner: its processes are not told apart */
	SHARING_NOWHERE,	/* virtual, and nothing tells whose */
	NR_SHARING_MEMORIES
};
const char *sharing_memory_name(enum sharing_memory m);	/* "physical", "host-kernel"... */

/*
 * What the samples of a line say of it.  Operations that were not sampled may make more of
 * it, never less: private may be shared, and a suspect truly shared as well.
 */
enum sharing_verdict {
	SHARING_SUSPECT,	/* some thread writes, another uses only words that no other writes */
	SHARING_MIXED,		/* both: a suspect, and truly shared */
	SHARING_TRUE,		/* some thread writes a word that another uses */
	SHARING_READ,		/* several threads, and none writes */
	SHARING_ONE_CPU,	/* as the first three, but by threads of one CPU: the line stays there */
	SHARING_UNKNOWN,	/* of some samples the thread is not known, or whose memory it is */
	SHARING_PRIVATE,	/* one thread */
	NR_SHARING_VERDICTS
};
const char *sharing_verdict_name(enum sharing_verdict v);	/* "false-sharing suspect"... */
const char *sharing_verdict_what(enum sharing_verdict v);	/* a clause that explains it */

/* Of a line, or of one thread's part in it. */
struct sharing_counts {
	uint64_t samples;
	uint64_t loads, stores;		/* by class: an atomic is one of them, too */
	uint64_t updates;		/* atomics: they read and write */
	struct latency reads;		/* total latency of loads and atomics; no quantiles */
	uint64_t l1d_accesses, l1d_misses;		/* events 2 and 3 */
	uint64_t remote, modified, snooped;		/* events 10, 21 and 23 */
	uint8_t read, written;		/* words, bit n: bytes 8n to 8n + 7 of the line */
	uint8_t worlds;			/* bit per enum world */
};

/* Where a thread was when it met a line. */
enum sharing_side {
	SHARING_NOBODY,		/* the world is not known, nor is the thread then */
	SHARING_OUTSIDE,	/* in the host, a vCPU's thread, too */
	SHARING_INSIDE,		/* in a guest */
};

/* A thread's side at a line.  -1: unknown, or none. */
struct sharing_accessor {
	bool known;		/* which thread it is */
	enum sharing_side side;
	int32_t vm, vcpu;
	int32_t pid, tid;	/* the host's: in a guest the vCPU's thread */
	int32_t cpu;		/* of an idle task, of which each CPU has its own, and of one
				 * that is not known; else -1 */
	const char *comm;	/* the host thread's last name; "" unknown; borrowed from the timeline */
	struct sharing_counts n;
};

struct sharing_line {
	uint64_t address;
	enum sharing_memory memory;
	int32_t owner;		/* pid or VM; -1: none, or unknown */
	enum sharing_verdict verdict;
	uint32_t threads;	/* that are known: a vCPU's in both worlds is one */
	uint32_t readers, writers;	/* of these, those that loads and stores were sampled of;
					 * an atomic makes its thread both */
	uint32_t vms;		/* known, whose guests met it */
	uint32_t cpus;		/* known, on which it was met */
	struct sharing_counts n;
	const struct sharing_accessor *accessors;	/* by samples, most first */
	size_t nr_accessors;
};

/* All lines.  .lines is NULL before sharing_make(). */
struct sharing {
	bool physical;
	struct sharing_line *lines;	/* by rank, see sharing_make() */
	size_t nr;
	struct sharing_accessor *accessors;
	size_t nr_accessors;
	size_t of_verdict[NR_SHARING_VERDICTS];			/* lines */
	uint64_t samples_of_verdict[NR_SHARING_VERDICTS];
	struct sharing_counts n;	/* of all lines */
	uint64_t no_line;	/* samples without that kind of address */
	uint64_t rest;		/* samples of rows that are not here, of fewer than .rest_below */
	uint32_t rest_below;
};

/*
 * The keys to count by: line is FIELD_PA_LINE, or FIELD_CACHE_LINE where records have no
 * physical addresses.  How many there are is returned.
 */
size_t sharing_keys(enum field line, enum field out[PROFILE_KEYS]);
/* Samples of no other kind belong to it. */
#define SHARING_FILTER	"word>=0"

/*
 * Fold rows of those keys.  The order: suspects, mixed and truly shared lines, then those
 * read by several, those of one CPU, unknown ones, private ones; among these by the cycles that sampled loads
 * and atomics took, added up, then by samples.  0 or -ENOMEM; sharing_clear() in either
 * case.
 */
int sharing_make(struct sharing *s, const struct rows *r, const struct timeline *t);
void sharing_clear(struct sharing *s);

/* Is it met in the host and in a guest, or in two VMs? */
bool sharing_crosses(const struct sharing_line *l);
/* Is it one to be shown: not private, or that? */
static inline bool sharing_shows(const struct sharing_line *l)
{
	return l->verdict != SHARING_PRIVATE || sharing_crosses(l);
}

/* "0x4c0049c0": out is returned. */
#define SHARING_ADDRESS_LEN	24
char *sharing_address(char out[SHARING_ADDRESS_LEN], const struct sharing_line *l);
/* ", process 700", ", vm 0": whose virtual address it is; "" of a physical one. */
#define SHARING_OWNER_LEN	48
char *sharing_owner(char out[SHARING_OWNER_LEN], const struct sharing_line *l);
/* "vm 0 vcpu 1", "thread 702 CPU 0/KVM", "idle, CPU 3", "unknown, CPU 3": not yet escaped. */
#define SHARING_NAME_LEN	96
char *sharing_name(char out[SHARING_NAME_LEN], const struct sharing_accessor *a);
/* "host-kernel guest-user". */
#define SHARING_WORLDS_LEN	96
char *sharing_worlds(char out[SHARING_WORLDS_LEN], uint8_t worlds);
/* Words of a line in order: r read, w written, b both, . neither. */
#define SHARING_WORDS		8
char *sharing_words(char out[SHARING_WORDS + 1], const struct sharing_counts *n);

/* The filter for all samples of a line, or of one accessor (NULL: all).  out is returned. */
#define SHARING_FILTER_LEN	256
char *sharing_filter(char out[SHARING_FILTER_LEN], const struct sharing_line *l,
		     const struct sharing_accessor *a);

#endif
