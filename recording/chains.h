/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_CHAINS_H
#define RECORDING_CHAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Stores each distinct call chain of the kernel once.  Chains share their outer callers: a link is
 * an entry with its caller, and takes 12 bytes and a slot, however many chains contain it.
 */
struct chains {
	struct chain_link *links;	/* [0] is unused */
	size_t nr;
	uint32_t *slots;	/* hash table with open addressing: indices of links; 0 free */
	size_t nr_slots;	/* a power of two, or 0 */
	bool full;		/* chains were dropped: CHAINS_MAX */
};

#define CHAIN_NONE	0
/* Maximum number of links: chains may be hostile and all differ. */
#define CHAINS_MAX	(1u << 24)

/*
 * Store a chain: nr entries, innermost first, with their PERF_CONTEXT_* markers.  *out is its
 * number; CHAIN_NONE if it is empty or there are too many chains.  0 or -ENOMEM.
 */
int chains_number(struct chains *c, const uint64_t *entry, size_t nr, uint32_t *out);

/*
 * Likewise for a chain that a guest's own kernel recorded: the contexts of its kernel and its user
 * space become those of a guest; contexts of its own guests become unknown.
 */
int chains_number_guest(struct chains *c, const uint64_t *entry, size_t nr, uint32_t *out);

void chains_clear(struct chains *c);	/* all zeros is fine */

/* The context of an entry, from the marker before it. */
enum chain_context {
	CHAIN_UNKNOWN,		/* no marker, or an unknown one */
	CHAIN_KERNEL,		/* the host's kernel */
	CHAIN_USER,		/* the thread that was on the CPU according to the kernel */
	CHAIN_GUEST_KERNEL,
	CHAIN_GUEST_USER,
};

/* Iterates over the addresses of a chain, innermost first; turns markers into contexts. */
struct chain_walk {
	const struct chains *chains;
	uint32_t link;
	enum chain_context context;	/* of the last address */
};

void chain_walk(struct chain_walk *w, const struct chains *c, uint32_t chain);
/* The next address; false: there are no more. */
bool chain_next(struct chain_walk *w, uint64_t *address);

#endif
