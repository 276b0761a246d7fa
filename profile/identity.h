/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_IDENTITY_H
#define PROFILE_IDENTITY_H

#include "base/pool.h"
#include "profile/profile_impl.h"

/*
 * What a cell's key says of one field, in two words: the value, equal for equal values,
 * and whether it is known.  Cells are grouped by these words; only rows have texts.
 */
#define IDS	2
/* Known only to be one of many values: WHO_REST. */
#define KNOWN_REST	2

/*
 * p->ids: of all cells, of each key of the query; made once, whatever rows are asked for.
 * 0, -ENOMEM, or -ECANCELED.
 */
int identities_make(struct profile *p, struct naming *naming);

/* Do samples of WHO_REST have the field, too? */
bool identity_is_of_rest(enum field f);

/* Something to print; its text lies in texts, in naming, or is a constant.  0 or -ENOMEM. */
int identity_value(struct pool *texts, enum field field, uint64_t id, uint64_t known,
		   struct value *v);

#endif
