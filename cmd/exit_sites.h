/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_EXIT_SITES_H
#define CMD_EXIT_SITES_H

#include "cmd/recording.h"

/*
 * Exits by the code of guests that made them: each is counted like a sample, at the
 * instruction it came from.
 */
struct exit_sites {
	const struct recording *rec;	/* set before it is opened */
	struct profile *profile;
	struct trail_reader *readers;	/* by vCPU */
	struct spe_record record[PROFILE_BATCH];
	struct samples batch;
};

/* An exit_site_fn, for recording.site_fn; arg: struct exit_sites. */
int exit_sites_take(void *arg, const struct exit_site *site);

/*
 * All have been taken.  by_function: rows by reason, vm, guest_comm, symbol and object, by_address: the
 * same with the address; NULL: there were none.  Most exits first; they are metrics.samples.
 * 0 or -errno.
 */
int exit_sites_rows(struct exit_sites *s, struct rows **by_function, struct rows **by_address);

void exit_sites_free(struct exit_sites *s);

#endif
