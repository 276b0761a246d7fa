/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_EXIT_SITES_H
#define RECORDING_EXIT_SITES_H

#include "recording/pipeline.h"
#include "symbolizer/naming.h"

/* Exits by the code of guests that made them: memory grows with the places, not with exits. */

struct exit_place;
struct exit_place_vcpu;

struct exit_sites {
	const struct pipeline *p;	/* set before it is opened */
	struct exit_place_vcpu *vcpus;	/* NULL: there was no exit yet */
	struct exit_place *places;	/* open addressing; free where .exits is 0 */
	size_t nr, room;		/* room: a power of two, at least 2 nr; or 0 */
	/* Once they are listed, most exits first: nr instructions, and what kvm_report has. */
	struct kvm_site *instructions, *functions;
	size_t nr_functions;
};

/* An exit_site_fn, for pipeline_options; arg: struct exit_sites. */
int exit_sites_take(void *arg, const struct exit_site *site);

/* All have been taken: name and list them.  0 or -ENOMEM. */
int exit_sites_list(struct exit_sites *s, struct naming *naming);

void exit_sites_free(struct exit_sites *s);

#endif
