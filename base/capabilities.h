/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_CAPABILITIES_H
#define BASE_CAPABILITIES_H

#include <stdint.h>

/* One of <linux/capability.h> as a bit */
#define CAPABILITY(cap)	(1ull << (cap))

/*
 * Give up all capabilities of this thread but those, for good and also for what it executes.  0;
 * -errno: nothing has changed.
 */
int capabilities_keep(uint64_t keep);

#endif
