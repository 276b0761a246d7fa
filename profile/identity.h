/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_IDENTITY_H
#define PROFILE_IDENTITY_H

#include "base/pool.h"
#include "profile/profile_impl.h"

/*
 * One field of a cell's key, as two words: the value, equal for equal values, and whether it is
 * known.  Cells are grouped by these words; only rows have texts.
 */
#define IDS	2
/* Only known to be one of many values: WHO_REST. */
#define KNOWN_REST	2
/* The value is a text, though the field is a number: a VM in profile_join(). */
#define KNOWN_TEXT	3

/* Maps the keys of a profile's cells to identities of its query's keys. */
struct identities {
	const struct profile *p;	/* borrowed */
	struct naming *naming;		/* likewise */
	int8_t at[NR_PARTS];		/* index of a part in the profile's key; -1 none */
};

struct identities identities_of(const struct profile *p, struct naming *naming);

/* The identity of the query's key number k in a cell.  0 or -ENOMEM. */
int identity_of(const struct identities *ids, size_t k, size_t cell, uint64_t id[IDS]);

/* Is the value the pointer of a text (0: unknown)? */
bool identity_is_text(enum field f);

/* Do samples under WHO_REST have the field? */
bool identity_is_of_rest(enum field f);

/* Convert to a printable value; its text is in texts, in naming, or a constant.  0 or -ENOMEM. */
int identity_value(struct pool *texts, enum field field, uint64_t id, uint64_t known,
		   struct value *v);

#endif
