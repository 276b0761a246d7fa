/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SHARING_JUDGE_H
#define REPORT_SHARING_JUDGE_H

#include "report/sharing/lines.h"

/* The verdict on a line by its accessors, and the order of lines. */

/*
 * Count threads, readers, writers and VMs, and set the verdict.  On entry both sides of a thread
 * must be adjacent in accessors; on return they are sorted by samples.
 */
void sharing_judge(struct sharing_line *l, struct sharing_accessor *accessors);
/* Sort in the order of sharing_make(). */
void sharing_rank(struct sharing_line *lines, size_t nr);

#endif
