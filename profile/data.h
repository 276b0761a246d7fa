/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_DATA_H
#define PROFILE_DATA_H

#include "profile/profile_impl.h"

/*
 * Finds the field that an operation accessed, with one thread's caches: each address of a variable is
 * looked up only once.  Only for profiles that ask for types.
 */

int profile_data_init(struct profile *p);	/* 0 or -ENOMEM */
void profile_data_free(struct profile *p);

/* The number of the field, for naming_field(); NAMING_NO_FIELD: unknown. */
uint32_t profile_data(struct profile *p, const struct spe_record *rec, const struct owner *o);

/* The field itself; all "" and 0: unknown. */
void profile_data_field(struct profile *p, const struct spe_record *rec, const struct owner *o,
			struct data_field *out);

#endif
