/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_NO_MATCH_H
#define CMD_NO_MATCH_H

#include "cmd/run.h"

/* What to say where a filter matches no sample. */

struct words;

/* Did the filter leave no sample at all, of SPE or of CPU cycles? */
bool no_match(const struct run *run);

/*
 * Add sentences that say which of the values that the filter compares with do not occur in the
 * recording, and which do instead; nothing if all of them do.  0 or -errno.
 */
int no_match_why(struct words *w, struct run *run, const struct filter *filter);

/* The same on standard error; always: also if all values occur.  -q: nothing.  0 or -errno. */
int no_match_say(struct run *run, const struct filter *filter, bool always);

#endif
