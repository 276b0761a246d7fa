/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_NARROW_H
#define CMD_NARROW_H

#include "cmd/run.h"

/* Reports of some samples only, such as those with data, which the user's filter narrows further. */

/*
 * Parse "(more) && only"; more NULL: "only" alone.  0, *out must be freed; -ENOMEM, or -EINVAL if more
 * is no filter.
 */
int narrow_filter(struct filter **out, const char *only, const char *more);

/*
 * The whole work of such a command: open the input, call count(), which counts with the filter and
 * makes .rows, and write.  As .work of struct command.
 */
int narrow_report(struct run *run, int (*count)(struct run *run), run_write_fn *write);

#endif
