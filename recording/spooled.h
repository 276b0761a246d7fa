/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_SPOOLED_H
#define RECORDING_SPOOLED_H

#include <stddef.h>
#include <stdint.h>

/* Number of items that are written and read at once. */
#define SPOOLED_NEAR	128

/*
 * An array of items of one size, in memory or in a file if there is one: for data of which a long
 * recording has millions.
 */
struct spooled {
	int fd;			/* borrowed; -1: all in memory */
	size_t each;		/* bytes per item */
	size_t nr;
	size_t kept, max;	/* items in the file; room in .memory */
	uint8_t *memory;	/* the items from .kept on */
};

/* fd: an empty file, open for reading and writing, borrowed until spooled_clear(); -1: none. */
void spooled_init(struct spooled *s, int fd, size_t each);
void spooled_clear(struct spooled *s);	/* all zeros is fine */

/* Append a copy of an item.  If the file cannot grow, memory is used.  0 or -ENOMEM. */
int spooled_add(struct spooled *s, const void *one);

/*
 * Copy n items, starting with first, to out; all must exist.  Any thread may call this once no more
 * are added.  0; -EIO or another -errno: the file cannot be read.
 */
int spooled_read(const struct spooled *s, size_t first, void *out, size_t n);

#endif
