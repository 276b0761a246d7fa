/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_CALLS_FOLDED_H
#define REPORT_CALLS_FOLDED_H

#include <stdio.h>

#include "kvm/timeline.h"

/*
 * A folded stack, "world;vm;comm;frame;frame", for flame graph tools.  In names, every ; and the
 * characters that escape.h considers unsafe are escaped.
 */

/* Write the first three parts of a stack.  vm below 0: "-". */
void folded_task(FILE *out, enum world world, int32_t vm, const char *comm);
/* Write the next frame; outermost first. */
void folded_frame(FILE *out, const char *name);

#endif
