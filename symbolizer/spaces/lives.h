/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_LIVES_H
#define SYMBOLIZER_SPACES_LIVES_H

#include <stddef.h>
#include <stdint.h>

/*
 * A log of all maps.  A life is the time of one address space: it begins with the process, a fork
 * or an exec, and ends with an exec or exit.  Its log has its maps in order of time.  A forked life
 * continues its parent's log as of the fork.  The newest entry that covers an address defines its
 * meaning.
 *
 * Add, seal, then look up.  A state of an address space is a life and the number of entries in its
 * log at that time.  A lookup takes O(log^2) steps for each generation of forks with maps of its
 * own.  An entry takes 32 bytes; the index of a long life takes 10 to 100 bytes more per entry.
 */
struct mapped {
	uint64_t start, last;	/* both inclusive */
	uint64_t bias;		/* offset = address + bias, modulo 2^64 */
	uint32_t object;	/* 0: unmapped from now on */
	uint32_t life;
};

struct life {
	uint32_t process;	/* a number of the caller's */
	uint32_t parent;	/* the life that it continues; LIFE_NONE: starts empty */
	uint32_t parent_nr;	/* number of the parent's entries that it inherits */
	uint32_t depth;		/* number of ancestors */
	uint32_t nr;		/* number of its own entries */
	uint32_t first;		/* after the seal: index of the first one */
	struct life_index *index;	/* after the seal: of a long life; else NULL */
};

#define LIFE_NONE	UINT32_MAX

/* All zero is empty and usable. */
struct lives {
	struct life *life;
	uint32_t nr;
	struct mapped *log;	/* in order of time; after the seal by life, then time */
	uint32_t nr_log;
};

void lives_clear(struct lives *l);

/*
 * Begin a life of a process that continues parent as it is now; parent LIFE_NONE: empty.
 * LIFE_NONE: out of memory.
 */
uint32_t lives_begin(struct lives *l, uint32_t process, uint32_t parent);

/* Add a map, which replaces what it covers.  0 or -ENOMEM (also beyond 2^31). */
int lives_map(struct lives *l, struct mapped new);

int lives_seal(struct lives *l);	/* 0 or -ENOMEM */

/*
 * The entry that covers addr after the first nr entries of a life; NULL: none known.  The answer is
 * the same for all addresses from *first to *last.
 */
const struct mapped *lives_find(const struct lives *l, uint32_t life, uint32_t nr, uint64_t addr,
				uint64_t *first, uint64_t *last);

#endif
