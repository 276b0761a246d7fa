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

/*
 * Fill p->ids for all cells and all keys of the query; done once, whichever rows are requested.  0,
 * -ENOMEM, or -ECANCELED.
 */
int identities_make(struct profile *p, struct naming *naming);

/* Is the value the pointer of a text (0: unknown)? */
bool identity_is_text(enum field f);

/* Do samples under WHO_REST have the field? */
bool identity_is_of_rest(enum field f);

/* Convert to a printable value; its text is in texts, in naming, or a constant.  0 or -ENOMEM. */
int identity_value(struct pool *texts, enum field field, uint64_t id, uint64_t known,
		   struct value *v);

#endif
