/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_SPACE_IMPL_H
#define SYMBOLIZER_SPACES_SPACE_IMPL_H

#include "symbolizer/spaces/history.h"
#include "symbolizer/spaces/objects.h"
#include "symbolizer/spaces/space.h"

/* Shared by space.c, which learns and is asked, and playback.c, which seals. */

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
	int32_t vm;		/* of a guest; else -1 */
	uint8_t prefix;		/* of text: bytes before a guest's own path; 0: the host's */
	uint8_t type;		/* enum fact_type */
};

struct spaces {
	struct objects objects;
	struct history history;
	struct intern guests;		/* processes seen to enter a guest */
	int32_t last_guest;
	uint32_t nr_guests;		/* vm 0 to nr_guests - 1 have objects */
	uint32_t first_guest;		/* object of vm -1; those of the others follow */
	uint32_t kernel;		/* object */
	struct fact *fact;		/* in order of arrival */
	uint32_t nr_facts;
	bool timeless;			/* nothing in the file has a time */
	struct intern live;		/* KSYMBOL objects that are there ... */
	bool *is_live;			/* ... or were: by number in live */
	uint32_t nr_live;
};

#endif
