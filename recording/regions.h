/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_REGIONS_H
#define RECORDING_REGIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run of AUX bytes as the kernel reported it. */
struct region {
	uint64_t offset;	/* bytes, in the stream */
	uint64_t len;
	uint64_t file_offset;
	uint64_t flags;		/* AUX_* */
};

/* So many are written and read at a time. */
#define REGIONS_NEAR	128

/*
 * All regions of a recording, in memory or, where a file is given, there: a
 * long recording has millions.
 */
struct regions {
	int fd;			/* borrowed; -1: all in memory */
	size_t nr;
	size_t kept, max;	/* regions in the file; room in .memory */
	struct region *memory;	/* those from .kept on */
};

/* fd: of an empty file, read and written, borrowed until regions_clear(); -1: none. */
void regions_init(struct regions *r, int fd);
void regions_clear(struct regions *r);

/* One more.  A file that takes no more is done without.  0 or -ENOMEM. */
int regions_add(struct regions *r, const struct region *region);

/*
 * Read n regions from first on, all of them there, into out.  Any thread,
 * once none is added any more.  0; -EIO or what the system says: the file
 * cannot be read.
 */
int regions_read(const struct regions *r, size_t first, struct region *out, size_t n);

/* Who reads them one after the other. */
struct region_reader {
	const struct regions *of;
	int err;		/* why there was none, as regions_read(); 0: no reason */
	size_t first, nr;	/* of those in .near */
	struct region near[REGIONS_NEAR];
};

/* Region i, which is there; borrowed until the next call.  NULL: .err says why. */
const struct region *region_at(struct region_reader *r, size_t i);

#endif
