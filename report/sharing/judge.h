/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SHARING_JUDGE_H
#define REPORT_SHARING_JUDGE_H

#include "report/sharing/lines.h"

/* What a line's accessors make of it, and in which order lines are looked at. */

/*
 * Count threads, readers, writers and VMs, and decide.  accessors are the line's, with both
 * sides of a thread side by side; they are sorted by samples then.
 */
void sharing_judge(struct sharing_line *l, struct sharing_accessor *accessors);
/* Sort as sharing_make() says. */
void sharing_rank(struct sharing_line *lines, size_t nr);

#endif
