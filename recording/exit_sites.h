/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_EXIT_SITES_H
#define RECORDING_EXIT_SITES_H

#include "recording/pipeline.h"
#include "symbolizer/naming.h"

/*
 * Counts exits by the guest's code that caused them.  Memory grows with the number of places, not
 * of exits.
 */

struct exit_place;
struct exit_place_vcpu;

struct exit_sites {
	const struct pipeline *p;	/* set it before the pipeline is opened */
	struct exit_place_vcpu *vcpus;
	struct exit_place *late;	/* exits that places do not have yet; NULL: no exit yet */
	unsigned int next;		/* of these */
	struct exit_place *places;	/* hash table with open addressing; free if .exits is 0 */
	size_t nr, room;		/* room: a power of two, at least 2 nr; or 0 */
	/*
	 * After exit_sites_list(), most exits first: nr instructions, and functions as kvm_report
	 * has them.
	 */
	struct kvm_site *instructions, *functions;
	size_t nr_functions;
};

/* An exit_site_fn for pipeline_options; arg is a struct exit_sites. */
int exit_sites_take(void *arg, const struct exit_site *site);

/* Name and sort the places, after the last exit.  0 or -ENOMEM. */
int exit_sites_list(struct exit_sites *s, struct naming *naming);

void exit_sites_free(struct exit_sites *s);

#endif
