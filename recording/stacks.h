/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_STACKS_H
#define RECORDING_STACKS_H

#include "profile/calltree.h"
#include "recording/recording.h"

/*
 * Name the call chains of all samples of CPU cycles, or, where there are none, of a clock, and
 * count them in a tree.
 *
 * A caller is named by the instruction before its return address, which is the call: behind
 * a call that does not return may lie another function.  A function without a frame record,
 * or at its beginning or end, hides its direct caller from frame pointers: where the call's code
 * is known (A64) and calls another function than the one that was sampled, that one is put
 * between them.  Unwinding has stopped (CALL_STOPPED)
 * where a chain has an address in no known code, where the outermost part of it, kernel or
 * user, is one address alone, and where it is as long as the kernel lets it be.  Of a sample
 * whose owner's PC is not known the chain is another's: all of it is CALL_STOPPED.
 *
 * The host's kernel records no callers of guests.  Where a VM's own recording was joined and has
 * chains, its samples stand in place of the host's of that VM, from its first to its last (struct
 * call_guests): they divide the cycles that the host counted meanwhile.
 *
 * filter NULL: all samples; else -EOPNOTSUPP if it asks what only SPE records.  max_nodes: calltree_new().
 * cancel set: -ECANCELED; NULL: never.  *out has ended and is the caller's to free, *total is filled.  0; -ENODATA: no sample that passes has a chain; other -errno.
 */
int recording_stacks(const struct recording *r, const struct filter *filter, size_t max_nodes,
		     const atomic_bool *cancel, struct calltree **out, struct call_total *total);

#endif
