/* SPDX-License-Identifier: GPL-2.0-only */
/* The host's driver of SPE, in its own mode; and what a record says of whose it is. */
#ifndef KVM_BARE_PROFILER_H
#define KVM_BARE_PROFILER_H

#include "kvm/world/world.h"

#define PROFILER_BUFFER	0x100000	/* most bytes, at SHADOW */
#define PROFILER_RECORD	64		/* bytes of one [PMBIDR_EL1.Align, PMSIDR_EL1.MaxSize] */

/* Of PMSCR_EL1 and PMSCR_EL2: what a host's records may have; the model's HOST_CONTENT. */
#define PROFILER_CONTENT	(PMSCR_CX | PMSCR_PA | PMSCR_PCT_PHYSICAL)

struct record {
	u64 pc;
	u32 el;
	bool has_el1, has_el2;		/* the CONTEXT packets */
	bool has_pa;			/* a data physical address */
	u32 context_el1, context_el2;
};

/* One operation in 257, of the host's own ELs, with CONTEXTIDR; whole pages. */
void profiler_on(u64 bytes);
/* Off with all records written: how many there are. */
u64 profiler_off(void);
/* The host's registers of SPE that no sampling needs: other values than a guest's. */
void profiler_registers(void);

/* False: it begins with no PC [D18.2]. */
bool record_parse(const uint8_t *p, struct record *r);
/* Is it of our own code, at the EL where a host of this mode runs? */
bool record_is_host(const struct record *r, bool vhe);

#endif
