/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_SPACE_IMPL_H
#define SYMBOLIZER_SPACES_SPACE_IMPL_H

#include "symbolizer/spaces/history.h"
#include "symbolizer/spaces/objects.h"
#include "symbolizer/spaces/space.h"

/* Shared by space.c (adding and lookup) and playback.c (the seal). */

enum fact_type {
	FACT_MAP, FACT_KERNEL, FACT_MODULE, FACT_KSYMBOL, FACT_KSYMBOL_GONE,
	FACT_FORK, FACT_EXEC, FACT_EXIT,
};

struct fact {
	uint64_t time;
	uint64_t start, len, pgoff;
	uint32_t text;		/* path or name, in texts */
	uint32_t build_id;	/* in texts; INTERN_NONE: none */
	int32_t pid, other;	/* other: the parent, or the thread */
	int32_t vm;		/* the guest's; else -1 */
	uint8_t prefix;		/* length of the prefix before a guest's own path in text; 0: the
				 * host's */
	uint8_t type;		/* enum fact_type */
};

struct spaces {
	struct objects objects;
	struct history history;
	struct intern jits;		/* processes that spaces_jit() named */
	struct intern guests;		/* processes that entered a guest */
	int32_t last_guest;
	uint32_t nr_guests;		/* VMs 0 to nr_guests - 1 have objects */
	uint32_t first_guest;		/* object of vm -1; those of VM 0 and so on follow */
	uint32_t kernel;		/* object */
	struct fact *fact;		/* in order of arrival */
	uint32_t nr_facts;
	bool timeless;			/* no event has a time */
	struct intern live;		/* KSYMBOL objects that exist ... */
	bool *is_live;			/* ... or existed: by number in live */
	uint32_t nr_live;
};

#endif
