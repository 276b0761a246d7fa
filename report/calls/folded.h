/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_CALLS_FOLDED_H
#define REPORT_CALLS_FOLDED_H

#include <stdio.h>

#include "kvm/timeline.h"

/*
 * A folded stack, "world;vm;comm;frame;frame", as tools for flame graphs read it.  Every ; of a name
 * is escaped, and so is what escape.h does not call safe.
 */

/* What a stack begins with.  vm below 0: "-". */
void folded_task(FILE *out, enum world world, int32_t vm, const char *comm);
/* One frame more; the outermost comes first. */
void folded_frame(FILE *out, const char *name);

#endif
