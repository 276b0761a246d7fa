/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_COMPARED_H
#define CMD_COMPARED_H

#include "cmd/screens.h"

/*
 * On screens: what changed from another recording to the one that is shown.  The other
 * is opened when it is first asked for, with the same options, and stays open until one of
 * another name is.
 */

/* Fill out with what changed, by its query; out->why where that cannot be.  0 or -errno. */
int compared_make(struct screens *s, const struct filter *filter, struct pass_watch *watch,
		  struct pass_result *out);
/* Free what that put there, from any thread.  Also of a result that has no changes. */
void compared_clear(struct pass_result *r);
/* Close the other recording, once no result of it is left. */
void compared_close(struct screens *s);

#endif
