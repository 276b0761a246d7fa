/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_EXITS_STAYS_H
#define KVM_EXITS_STAYS_H

#include "kvm/exits.h"

/* The ledger over time: the account of each vCPU's thread, and when each exit was handled. */

/*
 * Keep it, in the file of exits_keep_in() if there is one; 3 or 4 bytes per change.  Call before
 * exits_seal().
 */
void exits_want_stays(struct exits *x);

/* Times are in ns.  Returns 0, or a value that ends the iteration. */
typedef int exit_stay_fn(void *arg, enum account in, uint64_t from, uint64_t until);
typedef int exit_handled_fn(void *arg, enum exit_reason reason, uint64_t from, uint64_t until);

/*
 * After exits_seal(): the stays of a vCPU, an index in exits_vcpus(), in time order.  They fill
 * .begin to .end without gaps.  0; what fn returned; -EIO or another -errno: the file cannot be
 * read.
 */
int exits_each_stay(const struct exits *x, size_t vcpu, exit_stay_fn *fn, void *arg);

/*
 * Likewise its exits, each from kvm_exit to the next kvm_entry, or to where the state of the thread
 * becomes unknown.  Exits without a kvm_exit are not among them.
 */
int exits_each_handled(const struct exits *x, size_t vcpu, exit_handled_fn *fn, void *arg);

#endif
