/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_SPOOLED_H
#define RECORDING_SPOOLED_H

#include <stddef.h>
#include <stdint.h>

/* So many are written and read at a time. */
#define SPOOLED_NEAR	128

/*
 * An array of things of one size, in memory or, where a file is given, there: for what a long
 * recording has millions of.
 */
struct spooled {
	int fd;			/* borrowed; -1: all in memory */
	size_t each;		/* bytes of one */
	size_t nr;
	size_t kept, max;	/* in the file; room in .memory */
	uint8_t *memory;	/* those from .kept on */
};

/* fd: of an empty file, read and written, borrowed until spooled_clear(); -1: none. */
void spooled_init(struct spooled *s, int fd, size_t each);
void spooled_clear(struct spooled *s);	/* also one that is all zeros */

/* One more, copied.  A file that takes no more is done without.  0 or -ENOMEM. */
int spooled_add(struct spooled *s, const void *one);

/*
 * Read n of them from first on, all of them there, into out.  Any thread,
 * once none is added any more.  0; -EIO or what the system says: the file
 * cannot be read.
 */
int spooled_read(const struct spooled *s, size_t first, void *out, size_t n);

#endif
