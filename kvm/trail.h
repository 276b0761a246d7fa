/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TRAIL_H
#define KVM_TRAIL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A compressed log of items: a number that mostly increases by a little (a time), an id that is
 * mostly one of the last few, and a kind.  An item takes 3 or 4 bytes instead of 16.  All
 * entries, exits and switches of a recording are kept in trails; their number is what memory
 * grows with.
 */

/* kind: 0 to 6. */
struct trail_item {
	uint64_t at;
	uint32_t id;
	uint8_t kind;
};

#define TRAIL_ITEMS	160	/* items of a block, at most */
#define TRAIL_IDS	3	/* ids remembered */
#define TRAIL_NEAR	1024	/* full blocks that stay in memory */
#define TRAIL_RUN	8	/* blocks of a trail that are written and walked together */
#define TRAIL_BLOCK	512	/* bytes of a block */

/*
 * The file for the full blocks of a long recording's trails, so that memory keeps 16 bytes per
 * 160 items.  It is written from .end on, several blocks at a time.  The first TRAIL_NEAR blocks
 * stay in memory: half a megabyte costs less than writing and reading them.  Several threads may use
 * it, each for trails of its own.
 */
struct trail_file {
	int fd;			/* borrowed, read and written */
	atomic_bool full;	/* a write failed: no more is written */
	atomic_uint_fast64_t end;	/* bytes */
	atomic_uint nr_near;	/* blocks that stayed in memory */
};

struct trail_block;

struct trail_place {
	uint64_t at;		/* of the block's first item */
	uintptr_t where;	/* trail.c's own; 0: dropped */
};

struct trail {
	struct trail_file *file;	/* borrowed; NULL: all blocks stay in memory */
	struct trail_place *block;
	size_t nr_blocks;
	uint64_t last;			/* .at of the last item */
	uint32_t recent[TRAIL_IDS];	/* last ids of the last block, the most recent first */
	size_t nr_waiting;		/* full blocks at the end that are not yet a whole run */
};

/* Free the items; .file is kept.  An empty trail is all zero but for .file. */
void trail_clear(struct trail *t);

/*
 * Append an item.  .at may decrease, but that costs more bytes.  If the file cannot be written
 * (disk full), blocks stay in memory.  0 or -ENOMEM.
 */
int trail_add(struct trail *t, const struct trail_item *item);

/*
 * Read the items of a block that was not dropped into items[TRAIL_ITEMS].  Returns their number;
 * -EIO or another -errno: the file cannot be read.
 */
int trail_read(const struct trail *t, size_t block, struct trail_item *items);

/* The first item of a block that was not dropped.  0, or as trail_read(). */
int trail_first(const struct trail *t, size_t block, struct trail_item *item);

/*
 * Sort by .at, stably.  If every item is within half a window of its place, as events from a
 * ring buffer are, this takes the memory of one window; else that of all items, 16 bytes each.
 * 0, -ENOMEM, or as trail_read().
 */
#define TRAIL_WINDOW	65536
int trail_sort(struct trail *t);

/*
 * In a sorted trail with at least one block: the last block that begins at or before at; 0 if
 * none does.
 */
size_t trail_find(const struct trail *t, uint64_t at);

/* A cached position in a sorted trail.  All zero: none. */
struct trail_reader {
	const struct trail *trail;
	size_t block;			/* the one in item[] */
	unsigned int nr;
	struct trail_item item[TRAIL_ITEMS + 1];	/* the block's, and the first of the next */
};

/*
 * Find the last item at or before at.  1: *item, owned by r; 0: there is none; or as
 * trail_read().  The answer is the same for the *len values from *from on.
 */
int trail_seek(struct trail_reader *r, const struct trail *t, uint64_t at,
	       const struct trail_item **item, uint64_t *from, uint64_t *len);

/* An iteration over all items. */
struct trail_walk {
	struct trail *trail;
	bool drop;		/* free each block after it was walked */
	int err;		/* why the walk ended early, as trail_read(); 0: it did not */
	size_t block;		/* the next to read */
	int i, n;
	struct trail_item item[TRAIL_ITEMS];
	size_t run, nr_run;	/* the blocks in byte[], which were read together */
	_Alignas(8) unsigned char byte[TRAIL_RUN * TRAIL_BLOCK];
};

void trail_walk(struct trail_walk *w, struct trail *t, bool drop);
/* The next item, valid until the next call; NULL: the end, or an error in .err. */
const struct trail_item *trail_next(struct trail_walk *w);

#endif
