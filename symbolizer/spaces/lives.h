/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_LIVES_H
#define SYMBOLIZER_SPACES_LIVES_H

#include <stddef.h>
#include <stdint.h>

/*
 * A log of everything that was mapped.  A life is the time of one address space: it begins
 * with the process, a fork or an exec, and ends with an exec or exit.  Its log has what it
 * maps, in order of time.  A forked life goes on from its parent's log as that was at the fork.
 * An address means what the newest entry that covers it says.
 *
 * Told, sealed, then asked.  A state of an address space is a life and the number of entries
 * its log had.  A lookup takes O(log^2) of these, for each generation of forks that mapped
 * anything.  An entry takes 32 bytes; the index of a long life takes 10 to 100 more.
 */
struct mapped {
	uint64_t start, last;	/* both inclusive */
	uint64_t bias;		/* offset = address + bias, modulo 2^64 */
	uint32_t object;	/* 0: nothing is mapped there from now on */
	uint32_t life;
};

struct life {
	uint32_t process;	/* whose: a number of the caller's */
	uint32_t parent;	/* the life it goes on from; LIFE_NONE: starts empty */
	uint32_t parent_nr;	/* with so many of the parent's entries */
	uint32_t depth;		/* parents before it */
	uint32_t nr;		/* entries of its own */
	uint32_t first;		/* sealed: the first of them */
	struct life_index *index;	/* sealed: of a long one; else NULL */
};

#define LIFE_NONE	UINT32_MAX

/* All zero is an empty, usable one. */
struct lives {
	struct life *life;
	uint32_t nr;
	struct mapped *log;	/* in order of time; sealed: of life, then of time */
	uint32_t nr_log;
};

void lives_clear(struct lives *l);

/*
 * A new life of a process, which goes on from parent as that is now; parent LIFE_NONE: empty.
 * LIFE_NONE: out of memory.
 */
uint32_t lives_begin(struct lives *l, uint32_t process, uint32_t parent);

/* In that life something is mapped, over what was there.  0 or -ENOMEM (also beyond 2^31). */
int lives_map(struct lives *l, struct mapped new);

int lives_seal(struct lives *l);	/* 0 or -ENOMEM */

/*
 * What covers addr after the first nr entries of a life; NULL: nothing, as far as is known.
 * The answer is the same for all addresses from *first to *last.
 */
const struct mapped *lives_find(const struct lives *l, uint32_t life, uint32_t nr, uint64_t addr,
				uint64_t *first, uint64_t *last);

#endif
