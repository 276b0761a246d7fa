/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_KEY_PARTS_H
#define PROFILE_KEY_PARTS_H

#include <stdint.h>

/*
 * The parts of cells' keys.  Shared by profile.c, which fills them, and identity.c, which reads
 * them.
 */
enum part {
	PART_WHO,	/* world, basis, EL, reason, packed as below; always present */
	PART_NAME,	/* number of the place's names; NO_NAME: no PC */
	PART_PC,
	PART_OFFSET,	/* in the place's object */
	PART_GUEST,	/* vm + 1 << 32 | vcpu + 1 */
	PART_THREAD,	/* pid << 32 | tid; fields that are not requested are 0 */
	PART_COMM,	/* const char *, one pointer per name */
	PART_CGROUP,	/* const struct cgroup *, one pointer per path; 0: unknown */
	PART_NSPID,
	PART_GUEST_THREAD,	/* as PART_THREAD, the guest's own */
	PART_GUEST_COMM,	/* as PART_COMM */
	PART_CPU,	/* cpu + 1 */
	PART_CPU_NODE,	/* node + 1; 0: unknown */
	PART_NODE,	/* likewise, of the data; 0: no physical address */
	PART_DATA,	/* number of the data's field; 0: unknown */
	PART_OP,	/* class << 8 | payload, + 1; 0: none */
	PART_SOURCE,	/* model << 17 | code + 1; 0: none */
	PART_HAS,	/* SPE_HAS_* of the parts below */
	PART_TARGET,
	PART_PREV_TARGET,
	PART_VA,	/* as fine as the finest field requested */
	PART_PA,	/* likewise */
	PART_WORD,	/* word of the line + 1; 0: no address */
	PART_TOTAL,	/* its step, unless the latency itself is requested */
	PART_ISSUE,
	PART_XLAT,
	PART_EVENTS,
	PART_CTX_EL1,
	PART_CTX_EL2,
	PART_TIME,	/* ns */
	PART_SLICE,	/* start of the slice, ns */
	PART_EXTRA,
	NR_PARTS
};

#define WHO_WORLD(who)	((who) & 7)
#define WHO_BASIS(who)	((who) >> 3 & 7)
#define WHO_EL(who)	((who) >> 6 & 7)	/* EL + 1; 0: none */
#define WHO_EL_OF(el)	(((el) + 1) << 6)
#define WHO_EL_MASK	(7ull << 6)
#define WHO_REASON(who)	((who) >> 9 & 63)	/* reason + 1; 0: none */
#define WHO_REST	(1ull << 63)	/* samples of many keys: only PART_GUEST is valid */

#define NO_NAME	UINT32_MAX

#endif
