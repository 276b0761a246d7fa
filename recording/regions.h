/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_REGIONS_H
#define RECORDING_REGIONS_H

#include "recording/spooled.h"

/* A range of AUX bytes as reported by the kernel.  A long recording has millions of them. */
struct region {
	uint64_t offset;	/* bytes, in the stream */
	uint64_t len;
	uint64_t file_offset;
	uint64_t flags;		/* AUX_* */
};

/* Reads them sequentially. */
struct region_reader {
	const struct spooled *of;	/* of struct region */
	int err;		/* the reason for a failure, as from spooled_read(); 0: none */
	size_t first, nr;	/* of the regions in .near */
	struct region near[SPOOLED_NEAR];
};

/* Region i, which must exist; borrowed until the next call.  NULL: see .err. */
const struct region *region_at(struct region_reader *r, size_t i);

#endif
