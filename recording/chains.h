/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_CHAINS_H
#define RECORDING_CHAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Call chains as the kernel recorded them, each different one once.  Chains share their outer
 * callers: an entry and who called it are one link, 12 bytes and a slot, however many chains
 * go through it.
 */
struct chains {
	struct chain_link *links;	/* [0] is none */
	size_t nr;
	uint32_t *slots;	/* open addressing: numbers of links; 0 free */
	size_t nr_slots;	/* a power of two, or 0 */
	bool full;		/* chains were left out: CHAINS_MAX */
};

#define CHAIN_NONE	0
/* The most links: hostile chains may all differ. */
#define CHAINS_MAX	(1u << 24)

/*
 * The number of a chain: nr entries, the innermost first, with their PERF_CONTEXT_* markers.
 * *out is CHAIN_NONE if there are none, or too many in all.  0 or -ENOMEM.
 */
int chains_number(struct chains *c, const uint64_t *entry, size_t nr, uint32_t *out);

/*
 * The same of a chain that a guest's own kernel recorded: what it calls its kernel and its user
 * space becomes a guest's, and of its own guests nothing is known.
 */
int chains_number_guest(struct chains *c, const uint64_t *entry, size_t nr, uint32_t *out);

void chains_clear(struct chains *c);	/* also one that is all zeros */

/* Whose address an entry is, by the marker before it. */
enum chain_context {
	CHAIN_UNKNOWN,		/* no marker, or one of no known meaning */
	CHAIN_KERNEL,		/* the host's kernel */
	CHAIN_USER,		/* the thread that the kernel says had the CPU */
	CHAIN_GUEST_KERNEL,
	CHAIN_GUEST_USER,
};

/* Entries in turn, the innermost first; markers are contexts. */
struct chain_walk {
	const struct chains *chains;
	uint32_t link;
	enum chain_context context;	/* of the last address */
};

void chain_walk(struct chain_walk *w, const struct chains *c, uint32_t chain);
/* The next address; false: there are no more. */
bool chain_next(struct chain_walk *w, uint64_t *address);

#endif
