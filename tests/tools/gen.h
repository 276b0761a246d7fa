/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_H
#define TESTS_GEN_H

#include <stdbool.h>
#include <stdint.h>

/* What gen was asked for. */

/* Causes of cost: gen_cause.h. */
enum gen_cause {
	GEN_CAUSE_NONE,		/* all of them, as it comes */
	GEN_CAUSE_NOTHING, GEN_CAUSE_MEMORY, GEN_CAUSE_FAR, GEN_CAUSE_PEER, GEN_CAUSE_WALKS,
	GEN_CAUSE_MISPREDICTED, GEN_CAUSE_STORES, GEN_CAUSE_TIME,
};

enum gen_damage {
	GEN_DAMAGE_NONE,
	GEN_DAMAGE_HEADER, /* another byte in place of a packet's header */
	GEN_DAMAGE_BYTES,  /* one to four bytes changed */
	GEN_DAMAGE_DROP,   /* one to eight bytes missing */
	GEN_DAMAGE_INSERT, /* one to eight bytes too many */
};

/* Which CONTEXT packets there are. */
enum gen_contexts {
	GEN_CONTEXTS_ALL,
	GEN_CONTEXTS_HOST,  /* PMSCR_EL1.CX = 0 in guests */
	GEN_CONTEXTS_GUEST, /* PMSCR_EL2.CX = 0 */
	GEN_CONTEXTS_NONE,
};

struct gen_config {
	const char *output;
	const char *truth;    /* NULL: none */
	const char *kallsyms; /* NULL: none */
	uint64_t bytes;       /* of AUX data; 0: .records decides */
	uint64_t records;
	uint64_t exits;       /* of guests, in place of records; 0: none */
	bool no_switches;     /* of tasks, with .exits */
	uint64_t seed;        /* of the machine: what its places are */
	uint64_t run_seed;    /* of what happens on it; 0: seed's */
	uint32_t cpus;
	uint32_t pmus;
	uint32_t vms;         /* of 4 vCPUs each; 0: half as many as CPUs */
	uint32_t processes;   /* more of them, each with an executable of its own */
	uint32_t process_maps; /* of each of these */
	uint64_t remaps;      /* mmaps over code that was mapped before, as a JIT compiler's */
	uint32_t places;      /* unique PCs */
	uint32_t guest_share; /* percent of the records */
	uint32_t lines;       /* cache lines that data lies in; 0: 2^28 */
	bool no_physical;     /* addresses of data */
	uint32_t slower;      /* percent more cycles of total latency */
	uint32_t gap_ns;      /* from record to record of a CPU, on average */
	const char *vmlinux;  /* of the guests, NULL: none */
	uint64_t slide;       /* how much higher their kernels lie than it was linked */
	uint64_t build;       /* of .vmlinux; 0: the one that runs */
	uint32_t align;       /* bytes; 0: packed */
	uint32_t damage_permille;
	uint32_t timer_hz;
	enum gen_damage damage;
	int info; /* version of PERF_RECORD_AUXTRACE_INFO */
	enum gen_contexts contexts;
	bool contexts_are_threads; /* a guest's CONTEXTIDR_EL1 equals the id of a host thread */
	bool no_entries;           /* kvm_entry and kvm_exit are not recorded */
	bool no_names;             /* vCPU threads have the name of their VMM */
	bool no_timestamps;
	uint64_t cntvoff;          /* ticks: guests' timestamps are virtual, and early by this */
	uint32_t guests_from;      /* percent of the records before a guest first runs */
	uint32_t guest_first;      /* records of a guest's kernel that each CPU begins with */
	bool exclude_kernel;       /* the host's; guests are sampled all the same */
	uint32_t lose_permille;    /* of the records that the kernel writes, each with a LOST */
	bool nvhe;
	bool random_orders;
	bool previous_target; /* FEAT_SPE_PBT */
	bool mixed_events;    /* as long as the highest bit needs */
	bool truncate_chunks; /* chunks end inside a record, and say so */
	bool split_chunks;    /* chunks end anywhere, nothing is lost */
	int32_t thread;       /* the AUX buffer is this one's; 0: a CPU's */
	uint32_t cycles;      /* records to a sample of CPU cycles, on average; 0: none */
	const char *cycles_truth; /* NULL: none */
	bool counters;        /* of each CPU */
	bool shuffle_chunks;       /* AUX data stands in the file in any order */
	bool pipe;
	enum gen_cause cause;
	uint32_t cause_rate;       /* of 10000 operations of the host's kernel */
};

/* xoshiro256+ (Blackman, Vigna: Scrambled linear pseudorandom number generators). */
struct gen_rng {
	uint64_t s[4];
};

static inline uint64_t gen_random(struct gen_rng *r)
{
	uint64_t *s = r->s, sum = s[0] + s[3], t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = s[3] << 45 | s[3] >> 19;
	return sum;
}

/* 0 to n - 1; n below 2^32.  The high bits are the better ones. */
static inline uint32_t gen_below(struct gen_rng *r, uint32_t n)
{
	return (uint32_t)(((gen_random(r) >> 32) * n) >> 32);
}

static inline void gen_seed(struct gen_rng *r, uint64_t seed)
{
	/* splitmix64: no two seeds start alike, and no state is all zero. */
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15;

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
		z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
		r->s[i] = z ^ (z >> 31);
	}
}

#endif
