/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_FACTS_H
#define KVM_FACTS_H

#include <stdbool.h>

#include "kvm/ledger.h"

/*
 * Interned facts, numbered without gaps: the same few facts happen again and again, and a trail
 * stores only their numbers.
 */
struct facts;

/*
 * At most this many different facts with a detail, such as an address, and as many exits with a
 * PC.  Further ones are kept without it.
 */
#define FACTS_DETAILS_MAX	65536

struct facts *facts_new(void);		/* NULL: out of memory */
void facts_free(struct facts *f);	/* NULL is fine */

uint32_t facts_hash(const struct ledger_fact *fact);

/* The number of a fact with that hash; it is added if it is new.  0 or -ENOMEM. */
int facts_number(struct facts *f, const struct ledger_fact *fact, uint32_t hash,
		 uint32_t *number);

/* Fetch into the cache what facts_number() will read: first the slot, later the fact in it. */
void facts_fetch_slot(const struct facts *f, uint32_t hash);
void facts_fetch(const struct facts *f, uint32_t hash);

/* The number of facts. */
size_t facts_nr(const struct facts *f);

/* Borrowed until the next facts_number(). */
const struct ledger_fact *facts_get(const struct facts *f, uint32_t number);

/* Was a fact kept without its detail?  An exit without its PC? */
bool facts_details_full(const struct facts *f);
bool facts_sites_full(const struct facts *f);

#endif
