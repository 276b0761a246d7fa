/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_REGIONS_H
#define RECORDING_REGIONS_H

#include "recording/spooled.h"

/* A run of AUX bytes as the kernel reported it: a long recording has millions. */
struct region {
	uint64_t offset;	/* bytes, in the stream */
	uint64_t len;
	uint64_t file_offset;
	uint64_t flags;		/* AUX_* */
};

/* Who reads them one after the other. */
struct region_reader {
	const struct spooled *of;	/* of struct region */
	int err;		/* why there was none, as spooled_read(); 0: no reason */
	size_t first, nr;	/* of those in .near */
	struct region near[SPOOLED_NEAR];
};

/* Region i, which is there; borrowed until the next call.  NULL: .err says why. */
const struct region *region_at(struct region_reader *r, size_t i);

#endif
