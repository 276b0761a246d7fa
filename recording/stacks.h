/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_STACKS_H
#define RECORDING_STACKS_H

#include "profile/calltree.h"
#include "recording/recording.h"

/* Called for each sample that is counted in the tree.  Borrowed for the call.  0 or -errno. */
typedef int stacks_fn(void *arg, const struct cycles_sample *c, const struct call_stack *s,
		      struct call_weight w);

struct stacks_query {
	const struct filter *filter;	/* NULL: all samples */
	size_t max_nodes;		/* as for calltree_new() */
	bool chainless;			/* put samples without a chain into the tree, too: their
					 * function, below CALL_STOPPED */
	stacks_fn *fn;			/* NULL: not called */
	void *arg;
	const atomic_bool *cancel;	/* once set, end soon; NULL: never */
};

/*
 * Name the call chains of all samples of CPU cycles, or of a clock if there are none, and count
 * them in a tree.
 *
 * A caller is named by the instruction before its return address, i.e. the call, because the return
 * address of a call that never returns may lie in another function.  Frame pointers miss the direct
 * caller of a function that has no frame record, or that was sampled in its prologue or epilogue.
 * So the call's code is read (A64); if it calls another function than the sampled one, that
 * function is inserted between the two.  CALL_STOPPED marks the end of an incomplete chain: it has
 * an address in no known code, its outermost part (kernel or user) is a single address, or it has
 * the kernel's maximum length.  If the owner's PC is unknown, the chain belongs to somebody else,
 * and all of it is CALL_STOPPED.
 *
 * The host's kernel records no callers in guests.  If a VM's own recording was joined and has
 * chains, its samples replace the host's samples of that VM, from its first to its last (struct
 * call_guests): they divide the cycles that the host counted in this time.
 *
 * *out is complete and owned by the caller, *total is filled.  0; -ENODATA: no sample that passes
 * has a chain; -EOPNOTSUPP: the filter uses fields that only SPE records; -ECANCELED; other -errno.
 */
int recording_stacks(const struct recording *r, const struct stacks_query *q,
		     struct calltree **out, struct call_total *total);

#endif
