/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SHARING_LINES_H
#define REPORT_SHARING_LINES_H

#include "profile/profile.h"

/*
 * Folds rows of accesses into cache lines and the threads that accessed them; shared by reports and
 * screens, so that both have the same numbers.
 */

/* The memory of a line's address: equal addresses in the same memory are the same line. */
enum sharing_memory {
	SHARING_PHYSICAL,	/* the machine's, shared by host, guests and all processes */
	SHARING_KERNEL,		/* virtual, of the host's kernel */
	SHARING_SWITCH,		/* virtual, of the world switch if it has its own address space
				 * (nVHE) */
	SHARING_PROCESS,	/* virtual, of the host process .owner */
	SHARING_GUEST,		/* virtual, of the VM .owner: its processes are not distinguished */
	SHARING_NOWHERE,	/* virtual, of an unknown address space */
	NR_SHARING_MEMORIES
};
const char *sharing_memory_name(enum sharing_memory m);	/* "physical", "host-kernel"... */

/*
 * What a line's samples prove.  Unsampled operations can only add to it: a private line may be
 * shared, and a suspect may be truly shared as well.
 */
enum sharing_verdict {
	SHARING_SUSPECT,	/* a thread writes, and another uses only words that no other
				 * thread writes */
	SHARING_MIXED,		/* both a suspect and truly shared */
	SHARING_TRUE,		/* a thread writes a word that another uses */
	SHARING_READ,		/* several threads, none of which writes */
	SHARING_ONE_CPU,	/* as the first three, but all threads are on one CPU: the line
				 * stays there */
	SHARING_UNKNOWN,	/* the thread or the memory of some samples is unknown */
	SHARING_PRIVATE,	/* one thread */
	NR_SHARING_VERDICTS
};
const char *sharing_verdict_name(enum sharing_verdict v);	/* "false-sharing suspect"... */
const char *sharing_verdict_what(enum sharing_verdict v);	/* a clause that explains it */

#define SHARING_WORDS		8	/* of a line */

/* Counts of a line, or of one thread's accesses to it. */
struct sharing_counts {
	uint64_t samples;
	uint64_t loads, stores;		/* by class; includes atomics */
	uint64_t updates;		/* atomics: they both read and write */
	struct latency reads;		/* total latency of loads and atomics; no quantiles */
	uint64_t l1d_accesses, l1d_misses;		/* events 2 and 3 */
	uint64_t remote, modified, snooped;		/* events 10, 21 and 23 */
	uint8_t read, written;		/* words, bit n: bytes 8n to 8n + 7 of the line */
	uint8_t worlds;			/* bit per enum world */
};

/* Where a thread was when it accessed a line. */
enum sharing_side {
	SHARING_NOBODY,		/* the world is unknown, and so is the thread */
	SHARING_OUTSIDE,	/* in the host, including vCPU threads */
	SHARING_INSIDE,		/* in a guest */
};

/* A thread on one side, accessing a line.  -1: unknown, or none. */
struct sharing_accessor {
	bool known;		/* the thread is known */
	enum sharing_side side;
	int32_t vm, vcpu;
	int32_t pid, tid;	/* host ids; in a guest those of the vCPU's thread */
	int32_t cpu;		/* of an idle task (each CPU has its own) or an unknown one; else
				 * -1 */
	const char *comm;	/* last name of the host thread; "" unknown; borrowed from the
				 * timeline */
	struct sharing_counts n;
};

struct sharing_line {
	uint64_t address;
	enum sharing_memory memory;
	int32_t owner;		/* pid or VM; -1: none, or unknown */
	enum sharing_verdict verdict;
	uint32_t threads;	/* number of known threads; a vCPU counts once for both sides */
	uint32_t readers, writers;	/* those of them with sampled loads or stores; an atomic
					 * counts as both */
	uint32_t vms;		/* number of known VMs whose guests accessed it */
	uint32_t cpus;		/* number of known CPUs that accessed it */
	struct sharing_counts n;
	/* By word, the field in which accesses begin; NULL: unknown, or accesses disagree.  Borrowed
	 * from the rows. */
	const char *field[SHARING_WORDS];
	const struct sharing_accessor *accessors;	/* by samples, most first */
	size_t nr_accessors;
};

/* All lines.  .lines is NULL before sharing_make(). */
struct sharing {
	bool physical;
	bool fields;		/* the rows have the words' fields */
	struct sharing_line *lines;	/* by rank, see sharing_make() */
	size_t nr;
	struct sharing_accessor *accessors;
	size_t nr_accessors;
	size_t of_verdict[NR_SHARING_VERDICTS];			/* number of lines */
	uint64_t samples_of_verdict[NR_SHARING_VERDICTS];
	struct sharing_counts n;	/* of all lines */
	uint64_t no_line;	/* samples without an address of that kind */
	uint64_t rest;		/* samples in rows that were left out, each of fewer than
				 * .rest_below */
	uint32_t rest_below;
};

/*
 * The keys to count by: line is FIELD_PA_LINE, or FIELD_CACHE_LINE if records have no physical
 * addresses; fields: the words' fields, too.  Returns their number.
 */
size_t sharing_keys(enum field line, bool fields, enum field out[PROFILE_KEYS]);
/* The filter for all samples that matter here. */
#define SHARING_FILTER	"word>=0"

/*
 * Fold rows by those keys.  Order: suspects, mixed and truly shared lines, then those that are only
 * read, those of one CPU, unknown ones, private ones; within these by the sum of cycles of sampled
 * loads and atomics, then by samples.  0 or -ENOMEM; call sharing_clear() in either case.
 */
int sharing_make(struct sharing *s, const struct rows *r, const struct timeline *t);
void sharing_clear(struct sharing *s);

/* Is it accessed by both host and guest, or by two VMs? */
bool sharing_crosses(const struct sharing_line *l);
/* Is it worth showing: not private, or crossing? */
static inline bool sharing_shows(const struct sharing_line *l)
{
	return l->verdict != SHARING_PRIVATE || sharing_crosses(l);
}

/* "0x4c0049c0".  Returns out. */
#define SHARING_ADDRESS_LEN	24
char *sharing_address(char out[SHARING_ADDRESS_LEN], const struct sharing_line *l);
/* The owner of a virtual address: ", process 700", ", vm 0"; "" for a physical one. */
#define SHARING_OWNER_LEN	48
char *sharing_owner(char out[SHARING_OWNER_LEN], const struct sharing_line *l);
/* "vm 0 vcpu 1", "thread 702 CPU 0/KVM", "idle, CPU 3", "unknown, CPU 3"; not escaped. */
#define SHARING_NAME_LEN	96
char *sharing_name(char out[SHARING_NAME_LEN], const struct sharing_accessor *a);
/* "host-kernel guest-user". */
#define SHARING_WORLDS_LEN	96
char *sharing_worlds(char out[SHARING_WORLDS_LEN], uint8_t worlds);
/* The words of a line in order: r read, w written, b both, . neither. */
char *sharing_words(char out[SHARING_WORDS + 1], const struct sharing_counts *n);

/* A filter for all samples of a line, or of one accessor (NULL: all).  Returns out. */
#define SHARING_FILTER_LEN	256
char *sharing_filter(char out[SHARING_FILTER_LEN], const struct sharing_line *l,
		     const struct sharing_accessor *a);

#endif
