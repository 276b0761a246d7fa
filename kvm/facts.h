/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_FACTS_H
#define KVM_FACTS_H

#include <stdbool.h>

#include "kvm/ledger.h"

/*
 * Facts have dense numbers, equal exactly if the facts are: the same few happen
 * again and again, and their numbers are what a trail keeps.
 */
struct facts;

/*
 * So many facts with an address or the like are told apart, and as many exits with their
 * PC; the next have none.
 */
#define FACTS_DETAILS_MAX	65536

struct facts *facts_new(void);		/* NULL: out of memory */
void facts_free(struct facts *f);	/* NULL is fine */

/* The number of a fact, new or not.  0 or -ENOMEM. */
int facts_number(struct facts *f, const struct ledger_fact *fact, uint32_t *number);

/* Borrowed until the next facts_number(). */
const struct ledger_fact *facts_get(const struct facts *f, uint32_t number);

/* Did facts lose their details?  Did exits lose their PCs? */
bool facts_details_full(const struct facts *f);
bool facts_sites_full(const struct facts *f);

#endif
