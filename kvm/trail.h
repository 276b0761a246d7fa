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

/* Items are read a block at a time. */
struct trail_block;

struct trail {
	struct trail_block **block;	/* NULL: dropped */
	size_t nr_blocks, max_blocks;
	uint64_t last;			/* .at of the last item */
	uint32_t recent[TRAIL_IDS];	/* ids of the last block, the last first */
};

/* A trail of no items is all zero.  Frees the items; the trail is empty then. */
void trail_clear(struct trail *t);

/* One more item, at the end; .at may go back, at some cost.  0 or -ENOMEM. */
int trail_add(struct trail *t, const struct trail_item *item);

/* The items of a block that was not dropped, into items[TRAIL_ITEMS].  Returns how many. */
unsigned int trail_read(const struct trail *t, size_t block, struct trail_item *items);

/* The first item of a block. */
struct trail_item trail_first(const struct trail *t, size_t block);

/* Free what a block holds: it was read for the last time. */
void trail_drop(struct trail *t, size_t block);

/*
 * In a trail whose .at never goes back, the last block that begins at or
 * before at; 0 if none does.  There must be a block.
 */
size_t trail_find(const struct trail *t, uint64_t at);

/* All items in turn. */
struct trail_walk {
	struct trail *trail;
	bool drop;		/* each block once it has been walked */
	size_t block;		/* to read next */
	unsigned int i, n;
	struct trail_item item[TRAIL_ITEMS];
};

void trail_walk(struct trail_walk *w, struct trail *t, bool drop);
/* The next item, until the call after; NULL: there are no more. */
const struct trail_item *trail_next(struct trail_walk *w);

#endif
