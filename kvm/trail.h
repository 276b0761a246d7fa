/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TRAIL_H
#define KVM_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What happened one after the other, in few bytes: a number that mostly grows
 * a little (a time), who (an id, mostly one of the last few) and what.  An
 * item takes 3 or 4 bytes, not 16; a machine's entries, exits and switches
 * are kept whole, and they are what memory grows with.
 */

/* kind: 0 to 6. */
struct trail_item {
	uint64_t at;
	uint32_t id;
	uint8_t kind;
};

#define TRAIL_ITEMS	160	/* most items of a block */
#define TRAIL_IDS	3	/* ids remembered */
#define TRAIL_NEAR	1024	/* full blocks that stay in memory */
#define TRAIL_RUN	8	/* blocks of a trail that are written, and walked, at once */
#define TRAIL_BLOCK	512	/* bytes of a block */

/*
 * Where the full blocks of a long recording's trails go, so that memory keeps
 * 16 bytes of each 160 items: a file, written from .end on, some blocks at a time.  The first TRAIL_NEAR of
 * them stay in memory: a write and two reads of each are dearer than half a megabyte.
 */
struct trail_file {
	int fd;			/* borrowed, read and written */
	bool full;		/* nothing more goes there */
	uint64_t end;		/* bytes */
	uint32_t nr_near;	/* blocks that stayed in memory */
};

/* Items are read a block at a time. */
struct trail_block;

struct trail_place {
	uint64_t at;		/* of the block's first item */
	uintptr_t where;	/* trail.c's own; 0: dropped */
};

struct trail {
	struct trail_file *file;	/* borrowed; NULL: all stays in memory */
	struct trail_place *block;
	size_t nr_blocks;
	uint64_t last;			/* .at of the last item */
	uint32_t recent[TRAIL_IDS];	/* ids of the last block, the last first */
	size_t nr_waiting;		/* full blocks, the last ones, that wait to be a run */
};

/*
 * A trail of no items is all zero but for .file.  Frees the items; the trail
 * is empty then, and keeps .file.
 */
void trail_clear(struct trail *t);

/*
 * One more item, at the end; .at may go back, at some cost.  A file that takes
 * no more (its disk is full) is done without.  0 or -ENOMEM.
 */
int trail_add(struct trail *t, const struct trail_item *item);

/*
 * The items of a block that was not dropped, into items[TRAIL_ITEMS].  Returns
 * how many; -EIO or what the system says: the file cannot be read.
 */
int trail_read(const struct trail *t, size_t block, struct trail_item *items);

/* The first item of a block that was not dropped.  0, or as trail_read(). */
int trail_first(const struct trail *t, size_t block, struct trail_item *item);

/*
 * Sort by .at; equal ones keep their order.  Where no item is farther than half a
 * window from its place, as in what a ring gives, it takes a window's memory at most, else
 * that of all items at once, 16 bytes each.  0 or -ENOMEM, or as trail_read().
 */
#define TRAIL_WINDOW	65536
int trail_sort(struct trail *t);

/*
 * In a trail whose .at never goes back, the last block that begins at or
 * before at; 0 if none does.  There must be a block.
 */
size_t trail_find(const struct trail *t, uint64_t at);

/* A place in such a trail, remembered.  All zero is none. */
struct trail_reader {
	const struct trail *trail;
	size_t block;			/* whose items are read */
	unsigned int nr;
	struct trail_item item[TRAIL_ITEMS + 1];	/* the block's, and what begins the next */
};

/*
 * Find the last item at or before at.  1 and *item, which r keeps; 0: there is none; or
 * as trail_read().  The same holds for all from *from on, *len of them.
 */
int trail_seek(struct trail_reader *r, const struct trail *t, uint64_t at,
	       const struct trail_item **item, uint64_t *from, uint64_t *len);

/* All items in turn. */
struct trail_walk {
	struct trail *trail;
	bool drop;		/* each block once it has been walked */
	int err;		/* why the walk ended early, as trail_read(); 0: it did not */
	size_t block;		/* to read next */
	int i, n;
	struct trail_item item[TRAIL_ITEMS];
	size_t run, nr_run;	/* the blocks that were read together */
	_Alignas(8) unsigned char byte[TRAIL_RUN * TRAIL_BLOCK];	/* they */
};

void trail_walk(struct trail_walk *w, struct trail *t, bool drop);
/* The next item, until the call after; NULL: there are no more, or .err says why. */
const struct trail_item *trail_next(struct trail_walk *w);

#endif
