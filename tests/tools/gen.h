/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_H
#define TESTS_GEN_H

#include <stdbool.h>
#include <stdint.h>

/* The options of gen. */

/* Causes of cost: gen_cause.h. */
enum gen_cause {
	GEN_CAUSE_NONE,		/* a natural mix of all */
	GEN_CAUSE_NOTHING, GEN_CAUSE_MEMORY, GEN_CAUSE_FAR, GEN_CAUSE_PEER, GEN_CAUSE_WALKS,
	GEN_CAUSE_MISPREDICTED, GEN_CAUSE_STORES, GEN_CAUSE_TIME,
};

enum gen_damage {
	GEN_DAMAGE_NONE,
	GEN_DAMAGE_HEADER, /* a packet's header is replaced */
	GEN_DAMAGE_BYTES,  /* one to four bytes changed */
	GEN_DAMAGE_DROP,   /* one to eight bytes missing */
	GEN_DAMAGE_INSERT, /* one to eight bytes too many */
};

/* The CONTEXT packets that exist. */
enum gen_contexts {
	GEN_CONTEXTS_ALL,
	GEN_CONTEXTS_HOST,  /* PMSCR_EL1.CX = 0 in guests */
	GEN_CONTEXTS_GUEST, /* PMSCR_EL2.CX = 0 */
	GEN_CONTEXTS_NONE,
};

/* What there is of cgroups. */
enum gen_cgroups {
	GEN_CGROUPS_NONE,
	GEN_CGROUPS_ALL,      /* as `spelunk record --cgroups` writes it */
	GEN_CGROUPS_NO_MAP,   /* as perf record --all-cgroups does */
	GEN_CGROUPS_NO_PATHS, /* samples name cgroups that no record has the path of */
};

struct gen_config {
	const char *output;
	const char *truth;    /* NULL: none */
	const char *kallsyms; /* NULL: none */
	const char *symfs;    /* NULL: none */
	const char *accesses; /* NULL: none */
	uint64_t bytes;       /* of AUX data; 0: use .records */
	uint64_t records;
	uint64_t exits;       /* of guests, instead of records; 0: none */
	bool no_switches;     /* no task switches, with .exits */
	uint64_t seed;        /* of the machine: its code places */
	uint64_t run_seed;    /* of the events on it; 0: the same as seed */
	const char *host, *kernel; /* name of the machine; release of its kernel */
	uint32_t cpus;
	uint32_t pmus;
	uint32_t nodes;       /* of CPUs and memory; 0: no record of them */
	uint32_t vms;         /* with 4 vCPUs each; 0: half as many as CPUs */
	uint32_t processes;   /* additional ones, each with an executable of its own */
	uint32_t process_maps; /* maps per such process */
	uint64_t remaps;      /* mmaps over already mapped code, as by a JIT compiler */
	uint32_t places;      /* unique PCs */
	uint32_t guest_share; /* percent of the records */
	uint32_t lines;       /* number of cache lines with data; 0: 2^28 */
	bool no_physical;     /* no physical addresses of data */
	uint32_t slower;      /* percent of additional total latency */
	uint32_t gap_ns;      /* average time between records of a CPU */
	uint32_t stint;       /* records of a process or kernel thread until the next task switch,
				 on average; 0: 200 to 2000 or 50 to 200 */
	const char *vmlinux;  /* ELF file of the guests' kernel, NULL: none */
	uint64_t slide;       /* distance of their kernels from the linked addresses */
	uint64_t build;       /* version of .vmlinux; 0: the one that runs */
	uint32_t align;       /* bytes; 0: packed */
	uint32_t damage_permille;
	uint32_t timer_hz;
	enum gen_damage damage;
	int info; /* version of PERF_RECORD_AUXTRACE_INFO */
	enum gen_contexts contexts;
	bool contexts_are_threads; /* a guest's CONTEXTIDR_EL1 equals a host thread's id */
	bool no_entries;           /* kvm_entry and kvm_exit are not recorded */
	bool no_names;             /* vCPU threads are named like their VMM */
	bool no_timestamps;
	uint64_t cntvoff;          /* ticks: guests' timestamps are virtual, and earlier by this */
	uint32_t guests_from;      /* percent of the records before a guest first runs */
	uint32_t guest_first;      /* number of guest kernel records at the start of each CPU */
	bool exclude_kernel;       /* exclude the host's kernel; guests are still sampled */
	uint32_t lose_permille;    /* share of the kernel's records that are lost, each with a
				    * LOST */
	bool nvhe;
	bool random_orders;
	bool previous_target; /* FEAT_SPE_PBT */
	bool mixed_events;    /* only as long as their highest bit requires */
	bool truncate_chunks; /* chunks end inside a record, and are flagged */
	bool split_chunks;    /* chunks end anywhere, without loss */
	int32_t thread;       /* the AUX buffer belongs to this thread; 0: to a CPU */
	uint32_t cycles;      /* records per sample of CPU cycles, on average; 0: none */
	const char *cycles_truth; /* NULL: none */
	bool counters;        /* of each CPU */
	enum gen_cgroups cgroups;
	bool shuffle_chunks;       /* AUX data are in the file in random order */
	bool pipe;
	enum gen_cause cause;
	uint32_t cause_rate;       /* of 10000 operations of the host's kernel */
	int32_t cause_far;         /* percent; -1: the cause's loads have no physical address */
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

/* 0 to n - 1; n below 2^32.  Uses the high bits, which are the better ones. */
static inline uint32_t gen_below(struct gen_rng *r, uint32_t n)
{
	return (uint32_t)(((gen_random(r) >> 32) * n) >> 32);
}

static inline void gen_seed(struct gen_rng *r, uint64_t seed)
{
	/* splitmix64: different seeds give different states, and none is all zero. */
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15;

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
		z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
		r->s[i] = z ^ (z >> 31);
	}
}

#endif
